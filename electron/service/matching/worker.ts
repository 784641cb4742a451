import { parentPort } from 'node:worker_threads';
import { createCatalogIndex, loadCatalogIndex } from './catalog-index.ts';
import type { Request } from './messages.ts';
import { Scheduler } from './scheduler.ts';

/** The matching worker's entry: an index of its own, fed and asked by messages. `host.ts` starts it. */
if (parentPort === null) throw new Error('The matching worker runs as a worker thread');
const port = parentPort;
const scheduler = new Scheduler({
  create: createCatalogIndex,
  load: loadCatalogIndex,
  reply: (reply) => port.postMessage(reply),
  later: (run) => setImmediate(run),
  now: () => performance.now(),
});
port.on('message', (request: Request) => scheduler.accept(request));
