import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import { type FromHost, isFromHost, type ToHost } from '../../shared/host/messages.ts';
import type { Log } from './log.ts';
import type { ShellOptions } from './options.ts';
import type { Secrets } from './secrets.ts';

/** Restarts wait 250 ms, then twice as long each time, at most 10 s. A service that ran this long starts over at 250 ms. */
const firstDelay = 250;
const longestDelay = 10_000;
const healthyAfter = 15_000;
/** So many ends in a row, none of them after a healthy run, and the operator is asked. */
const mostRestarts = 10;
/** How long a service may take to close before it is killed. */
const closingPatience = 10_000;

/** The variables that the service may see; everything else stays with the shell. */
const passed = new Set(
  `PATH HOME USER LANG LANGUAGE TZ TMPDIR TMP TEMP SystemRoot USERPROFILE APPDATA LOCALAPPDATA XDG_RUNTIME_DIR
  HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy NODE_EXTRA_CA_CERTS NODE_COMPILE_CACHE BINDERY_NODE`.split(
    /\s+/,
  ),
);

export function scrubbedEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && (passed.has(name) || name.startsWith('LC_'))) clean[name] = value;
  }
  return clean;
}

export interface ServiceHostEvents {
  /** The service behind every window's port is gone; a new one is on its way, or, when `final`, is not. */
  onGone(final: boolean): void;
  onReady(runtime: string, endpointsUrl: string | null): void;
  /** It said why it cannot start; it is not restarted until the operator asks. */
  onFailed(message: string): void;
}

interface Running {
  readonly process: UtilityProcess;
  readonly startedAt: number;
  /** It was told how to start. */
  told: boolean;
  ready: boolean;
}

/** Starts the service in a utility process, restarts it when it dies, and gives out ports to it. */
export class ServiceHost {
  #options: ShellOptions | null = null;
  readonly #secrets: Secrets;
  readonly #log: Log;
  readonly #events: ServiceHostEvents;
  #running: Running | null = null;
  #waiting: (() => void)[] = [];
  #restarts = 0;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(secrets: Secrets, log: Log, events: ServiceHostEvents) {
    this.#secrets = secrets;
    this.#log = log;
    this.#events = events;
  }

  /** Starts the service, with what the shell was started with; without anything, as it was started before. */
  start(options = this.#options): void {
    if (this.#stopped || !options || this.#running?.told) return;
    this.#options = options;
    this.#log.hide(options.appToken);
    this.prepare();
    const running = this.#running;
    if (!running) return;
    running.told = true;
    const { plainTextSecrets: _said, ...rest } = options;
    this.#tell(running.process, { type: 'start', options: { ...rest, secretStore: this.#secrets.state } });
  }

  /** Starts the service's process, which waits to be told how to start. */
  prepare(): void {
    if (this.#running || this.#stopped) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const child = utilityProcess.fork(join(__dirname, 'utility.cjs'), [], {
      serviceName: 'bindery-service',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: scrubbedEnvironment(process.env),
    });
    const running: Running = { process: child, startedAt: Date.now(), told: false, ready: false };
    this.#running = running;
    this.#pipe(child.stdout);
    this.#pipe(child.stderr);
    child.on('message', (message: unknown) => {
      if (isFromHost(message)) this.#receive(running, message);
    });
    child.once('exit', (code) => this.#ended(running, code));
  }

  /** Restarts the service, also when the restarts were used up or it said that it cannot start. */
  retry(): void {
    this.#restarts = 0;
    if (this.#running) this.#running.process.kill();
    else this.start();
  }

  /** A new port to the service, as soon as one runs. */
  async connect(): Promise<MessagePortMain> {
    while (!this.#running?.ready) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const { port1, port2 } = new MessageChannelMain();
    this.#tell(this.#running.process, { type: 'connect' }, [port1]);
    return port2;
  }

  /** Asks the service to close, waits for its exit, and kills it when it takes too long. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    const child = this.#running?.process;
    if (!child) return;
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(() => {
        this.#log.write('service: did not close in time and is killed');
        child.kill();
      }, closingPatience);
      child.once('exit', () => {
        clearTimeout(deadline);
        resolve();
      });
      this.#tell(child, { type: 'close' });
    });
  }

  #tell(child: UtilityProcess, message: ToHost, ports: MessagePortMain[] = []): void {
    child.postMessage(message, ports);
  }

  #receive(running: Running, message: FromHost): void {
    if (message.type === 'ready') {
      running.ready = true;
      this.#log.write(`service: ready after ${Date.now() - running.startedAt} ms`);
      this.#events.onReady(message.runtime, message.endpointsUrl);
      for (const resolve of this.#waiting.splice(0)) resolve();
    } else if (message.type === 'failed') {
      this.#restarts = mostRestarts;
      this.#events.onFailed(message.message);
    } else {
      const { id, request } = message;
      this.#secrets.run(request).then(
        (value) => this.#tell(running.process, { type: 'secret', id, ok: true, value }),
        (error: unknown) =>
          this.#tell(running.process, {
            type: 'secret',
            id,
            ok: false,
            message: error instanceof Error ? error.message : String(error),
          }),
      );
    }
  }

  #ended(running: Running, code: number): void {
    if (this.#running !== running) return;
    this.#running = null;
    if (this.#stopped) return;
    if (running.ready && Date.now() - running.startedAt > healthyAfter) this.#restarts = 0;
    const final = this.#restarts >= mostRestarts;
    this.#log.write(`service: ended unexpectedly (code ${code})${final ? '' : ', restarting'}`);
    this.#events.onGone(final);
    if (final) return;
    const delay = Math.min(firstDelay * 2 ** this.#restarts, longestDelay);
    this.#restarts += 1;
    this.#timer = setTimeout(() => this.start(), delay);
  }

  #pipe(stream: NodeJS.ReadableStream | null): void {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    stream?.on('data', (chunk: Buffer) => {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') this.#log.write(line);
    });
  }
}
