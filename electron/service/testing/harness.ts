import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import type { ReplyOf } from '../../../shared/contract/index.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import { type Client, createClient } from '../../../shared/rpc/client.ts';
import { type MessagePortLike, portOfMessagePort } from '../../../shared/rpc/port.ts';
import type { Log } from '../context.ts';
import { type Service, type ServiceOptions, startService } from '../index.ts';

/** A service in a fresh data directory, with a client on a port of its own, as a window has. */
export interface ServiceHarness {
  readonly service: Service;
  readonly client: Client;
  readonly directory: string;
  readonly logged: readonly string[];
  /** Signs in, naming the operator on the first call. */
  signIn(name?: string): Promise<void>;
  /** A further window. */
  window(): Client;
  /** Somebody whom the signed-in administrator adds, in a window of their own. */
  colleague(name: string, role: Role): Promise<Client>;
  /** Resolves when the condition holds, looking again at each event and at short intervals; fails after the limit. */
  until<Value>(look: () => Promise<Value | null | false>, what: string, limitMilliseconds?: number): Promise<Value>;
  close(): Promise<void>;
}

export type HarnessOptions = Partial<ServiceOptions> & {
  readonly backendUrl: string;
  readonly appKey: string;
  readonly appToken: string;
};

/** Starts a service against a backend. A given `dataDirectory` is kept; a fresh one is removed on close. */
export async function startHarness(options: HarnessOptions): Promise<ServiceHarness> {
  const directory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'bindery-test-'));
  const logged: string[] = [];
  const log: Log = (level, message, facts) => {
    logged.push(`${level} ${message} ${facts ? JSON.stringify(facts) : ''}`);
  };
  const service = await startService({
    profileKind: 'demo',
    runtime: 'test',
    endpointsPort: 0,
    publicUrl: null,
    log,
    ...options,
    dataDirectory: directory,
  });
  const window = () => {
    const { port1, port2 } = new MessageChannel();
    // Node types the listener's event as any; what arrives is what MessagePortLike says
    service.connect(portOfMessagePort(port1 as MessagePortLike));
    return createClient(portOfMessagePort(port2 as MessagePortLike));
  };
  const client = window();
  return {
    service,
    client,
    directory,
    logged,
    window,
    async colleague(name, role) {
      const { operator } = await client.call('session.createOperator', { name, role });
      const theirs = window();
      await theirs.call('session.signIn', { operatorId: operator.operatorId });
      return theirs;
    },
    async signIn(name = 'Ada') {
      const hello: ReplyOf<'session.hello'> = await client.call('session.hello', {});
      const known = hello.operators.find((operator) => operator.name === name);
      if (known) await client.call('session.signIn', { operatorId: known.operatorId });
      else await client.call('session.createOperator', { name, role: 'administrator' });
    },
    async until(look, what, limitMilliseconds = 30_000) {
      const deadline = Date.now() + limitMilliseconds;
      for (;;) {
        const found = await look();
        if (found !== null && found !== false) return found;
        if (Date.now() > deadline)
          throw new Error(
            `Waited ${limitMilliseconds} ms for: ${what}\n${logged
              .filter((line) => !line.startsWith('debug'))
              .slice(-15)
              .join('\n')}`,
          );
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    async close() {
      client.close();
      await service.close();
      if (options.dataDirectory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}
