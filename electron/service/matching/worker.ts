import { parentPort, workerData } from 'node:worker_threads';
import { createCatalogIndex, loadCatalogIndex } from './catalog-index.ts';
import { Follower, Sharing } from './follower.ts';
import { Lock } from './lock.ts';
import type { Reply, Request, WorkerRole } from './messages.ts';
import { messageOf, Scheduler } from './scheduler.ts';

/** The matching worker's entry: it keeps an index, or reads another worker's. `host.ts` starts the first, `helpers.ts` the second. */
if (parentPort === null) throw new Error('The matching worker runs as a worker thread');
const port = parentPort;
const reply = (message: Reply): void => port.postMessage(message);
const role = workerData as WorkerRole; // what the two above give

if (role.role === 'primary') keep(new Lock(role.lock));
else help(new Follower(new Lock(role.lock), role.port));

function keep(lock: Lock): void {
  const scheduler: Scheduler = new Scheduler({
    create: createCatalogIndex,
    load: loadCatalogIndex,
    change: (work) => sharing.change(work),
    reply,
    later: (run) => setImmediate(run),
    now: () => performance.now(),
  });
  const sharing = new Sharing(lock, () => scheduler.index.memory);
  port.on('message', (request: Request) => {
    if (request.kind === 'share') sharing.add(request.port);
    else scheduler.accept(request);
  });
}

function help(follower: Follower): void {
  port.on('message', (request: Request) => {
    // nothing is called off: what is asked are short parts of lists
    if (request.kind === 'use') {
      follower.learn(request.model);
      reply({ id: request.id, ok: true, result: null });
    }
    if (request.kind !== 'suggestMany') return;
    const { id, offers, limit } = request;
    try {
      reply({ id, ok: true, result: offers.map((offer) => follower.suggest(offer, limit)) });
    } catch (error) {
      reply({ id, ok: false, message: messageOf(error) });
    }
  });
}
