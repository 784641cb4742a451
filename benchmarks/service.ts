/** The real service over the benchmarks' database, with a client on a port of its own, as a window has. */
import { MessageChannel } from 'node:worker_threads';
import { type Service, startService } from '../electron/service/index.ts';
import { type Client, createClient } from '../shared/rpc/client.ts';
import { type MessagePortLike, portOfMessagePort } from '../shared/rpc/port.ts';

export interface BenchService {
  readonly service: Service;
  readonly client: Client;
  close(): Promise<void>;
}

/** Where a marketplace's backend is, and what lets the service in. */
export interface BenchBackend {
  readonly url: string;
  readonly appKey: string;
  readonly appToken: string;
}

/**
 * Starts the service, and waits until the catalogue is in the matching index, unless there is none to wait for (0).
 * @param backend null: it has none, and answers from its cache alone
 */
export async function openBenchService(
  directory: string,
  matchingLimitSeconds = 900,
  backend: BenchBackend | null = null,
): Promise<BenchService> {
  const service = await startService({
    dataDirectory: directory,
    backendUrl: backend?.url ?? null,
    appKey: backend?.appKey ?? null,
    appToken: backend?.appToken ?? null,
    profileKind: 'demo',
    runtime: 'benchmark',
    endpointsPort: 0,
    publicUrl: null,
    log: (level, message, facts) => {
      if (level === 'error') console.error(message, facts ?? '');
    },
  });
  const { port1, port2 } = new MessageChannel();
  // Node types the listener's event as any; what arrives is what MessagePortLike says
  service.connect(portOfMessagePort(port1 as MessagePortLike));
  const client = createClient(portOfMessagePort(port2 as MessagePortLike));
  const deadline = Date.now() + matchingLimitSeconds * 1_000;
  while (matchingLimitSeconds > 0) {
    const status = await client.call('status.get', {});
    if (status.stages.some(({ name, state }) => name === 'matching' && state === 'done')) break;
    if (Date.now() > deadline) throw new Error('The matching index was not filled in time.');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    service,
    client,
    async close() {
      client.close();
      await service.close();
    },
  };
}
