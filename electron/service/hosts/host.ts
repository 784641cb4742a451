import { BinderyError } from '../../../shared/domain/errors.ts';
import type { HostOptions, SecretOperation } from '../../../shared/host/messages.ts';
import type { Port } from '../../../shared/rpc/port.ts';
import type { Log } from '../context.ts';
import { type Service, startService } from '../index.ts';
import type { SecretStore } from '../secrets.ts';
import type { HostChannel } from './channel.ts';
import { watchProcess } from './faults.ts';

/** One line a message, with its facts as JSON; the shell writes it to the log file and removes secrets. */
export const lineLog: Log = (level, message, facts) => {
  const line = `${level} ${message}${facts ? ` ${JSON.stringify(facts)}` : ''}`;
  if (level === 'error' || level === 'warn') console.error(line);
  else console.log(line);
};

/** The shell's safeStorage, asked over the channel. */
function secretsOf(channel: HostChannel): SecretStore {
  const waiting = new Map<number, { resolve: (value: string | null) => void; reject: (error: Error) => void }>();
  let next = 1;
  channel.onMessage((message) => {
    if (message.type !== 'secret') return;
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.ok) asked?.resolve(message.value);
    else asked?.reject(new BinderyError('internal', message.message));
  });
  const ask = (request: SecretOperation) =>
    new Promise<string | null>((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject });
      channel.send({ type: 'secret', id, request });
    });
  return {
    get: (name) => ask({ operation: 'get', name }),
    set: async (name, value) => {
      await ask({ operation: 'set', name, value });
    },
  };
}

/** Starts the service when the shell says how, serves windows' ports, and closes when told or when the shell is gone. */
export function runHost(channel: HostChannel, runtime: string): void {
  const early: Port[] = [];
  let service: Service | null = null;
  let closing = false;
  watchProcess(lineLog);

  const start = async (options: HostOptions) => {
    try {
      service = await startService({
        ...options,
        runtime,
        secrets: secretsOf(channel),
        log: lineLog,
        onFatal: () => process.exit(1),
      });
      for (const port of early.splice(0)) service.connect(port);
      channel.send({ type: 'ready', runtime, endpointsUrl: service.endpointsUrl });
    } catch (error) {
      lineLog('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
      channel.send({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };
  const close = async () => {
    if (closing) return;
    closing = true;
    await service?.close();
    process.exit(0);
  };

  channel.onPort((port) => (service ? service.connect(port) : early.push(port)));
  channel.onMessage((message) => {
    if (message.type === 'start') void start(message.options);
    else if (message.type === 'close') void close();
  });
  // what was acknowledged is on disk, so an orphan ends at once and makes room for its successor
  channel.onGone(() => {
    if (!closing) process.exit(0);
  });
}
