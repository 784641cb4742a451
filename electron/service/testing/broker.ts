/** A broker of a test's own: a nats-server with JetStream on a free port and a folder of its own, which can be cut off and come back. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Null when it can be run; else why not, for people. */
export function whyNoBroker(): string | null {
  try {
    execFileSync('nats-server', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'nats-server is not installed (apt-get install nats-server)';
  }
}

export class TestBroker {
  readonly port: number;
  readonly url: string;
  readonly #store: string;
  #child: ChildProcess | null = null;
  constructor(port: number, store: string) {
    this.port = port;
    this.url = `nats://127.0.0.1:${port}`;
    this.#store = store;
  }
  /** @param store folder of its files, made when it is not there */
  static async start(store: string): Promise<TestBroker> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    probe.close();
    const broker = new TestBroker(typeof address === 'object' && address !== null ? address.port : 4_222, store);
    await broker.run();
    return broker;
  }
  async run(): Promise<void> {
    mkdirSync(this.#store, { recursive: true });
    const file = join(this.#store, 'nats.conf');
    writeFileSync(
      file,
      `listen: "127.0.0.1:${this.port}"\nmax_payload: 8MB\njetstream { store_dir: ${JSON.stringify(this.#store)} }\n`,
    );
    const child = spawn('nats-server', ['-c', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`nats-server ended with ${code}`)));
      child.stderr.on('data', (data) => {
        if (/Server is ready/.test(String(data))) resolve();
      });
    });
  }
  /** As a power cut ends it. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
