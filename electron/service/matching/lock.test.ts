import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Lock } from './lock.ts';

const lockModule = new URL('./lock.ts', import.meta.url).href;

/** A thread that reads two cells under the lock until told to stop, and answers how often they differed. */
function reader(lock: Lock, cells: SharedArrayBuffer): Promise<{ reads: number; torn: number }> {
  const source = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { Lock } from ${JSON.stringify(lockModule)};
    const lock = new Lock(workerData.lock);
    const cells = new Int32Array(workerData.cells);
    let [reads, torn] = [0, 0];
    while (Atomics.load(cells, 2) === 0) {
      lock.read(() => { const before = cells[0]; for (let i = 0; i < 50; i++) if (cells[1] !== before || cells[0] !== before) torn++; });
      reads++;
    }
    parentPort.postMessage({ reads, torn });`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: { lock: lock.cells, cells },
  });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

describe('the lock', () => {
  it('lets nobody see half a change, and everybody through', async () => {
    const lock = new Lock();
    const shared = new SharedArrayBuffer(12);
    const readers = [reader(lock, shared), reader(lock, shared)];
    const source = `
      import { parentPort, workerData } from 'node:worker_threads';
      import { Lock } from ${JSON.stringify(lockModule)};
      const lock = new Lock(workerData.lock);
      const cells = new Int32Array(workerData.cells);
      for (let at = 1; at <= 3000; at++) lock.change(() => { cells[0] = at; cells[1] = at; });
      Atomics.store(cells, 2, 1);
      parentPort.postMessage(lock.revision);`;
    const writer = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
      workerData: { lock: lock.cells, cells: shared },
    });
    const revision = await new Promise((resolve, reject) => {
      writer.once('message', resolve);
      writer.once('error', reject);
    });
    expect(revision).toBe(3000);
    for (const { torn } of await Promise.all(readers)) expect(torn).toBe(0);
    expect(lock.read(() => 'through')).toBe('through');
  });

  it('is free again after work that throws', () => {
    const lock = new Lock();
    expect(() =>
      lock.change(() => {
        throw new Error('half a change');
      }),
    ).toThrow('half a change');
    expect(() =>
      lock.read(() => {
        throw new Error('not read');
      }),
    ).toThrow('not read');
    expect(lock.change(() => lock.revision)).toBe(1);
    expect(lock.revision).toBe(2);
  });
});
