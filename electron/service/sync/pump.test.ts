import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Pump } from './pump.ts';

interface Job {
  readonly name: string;
  readonly end: () => void;
  readonly ended: Promise<void>;
}
function job(name: string): Job {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { name, end, ended };
}

/** A queue that a pump of so many slots works off. */
function queueOf(slots: number) {
  const due: Job[] = [];
  const started: string[] = [];
  const pump: Pump = new Pump(async () => {
    await Promise.resolve();
    for (const next of due.splice(0, Math.max(0, slots - pump.running))) {
      started.push(next.name);
      pump.run(next.ended);
    }
  });
  return { due, started, pump };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

it('takes what becomes due while something slow is under way', async () => {
  const { due, started, pump } = queueOf(2);
  const slow = job('slow');
  const quick = job('quick');
  due.push(slow);
  const first = pump.turn();
  await settled();
  expect(started).toEqual(['slow']);
  due.push(quick);
  void pump.turn();
  await settled();
  expect(started).toEqual(['slow', 'quick']);
  quick.end();
  slow.end();
  await first;
  expect(pump.running).toBe(0);
});

it('fills a slot that came free, without being told', async () => {
  const { due, started, pump } = queueOf(1);
  const jobs = ['a', 'b', 'c'].map(job);
  due.push(...jobs);
  const turn = pump.turn();
  for (const [at, one] of jobs.entries()) {
    await settled();
    expect(started).toHaveLength(at + 1);
    one.end();
  }
  await turn;
});

it('stops: nothing more is taken, what runs is waited for', async () => {
  const { due, started, pump } = queueOf(1);
  const [one, other] = [job('one'), job('other')];
  due.push(one, other);
  const turn = pump.turn();
  await settled();
  const stopped = pump.stop();
  one.end();
  await Promise.all([stopped, turn]);
  expect(started).toEqual(['one']);
});

it('never leaves anything that is due, whatever comes when', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.oneof(fc.constant('add' as const), fc.constant('end' as const)), { maxLength: 40 }),
      async (slots, steps) => {
        const { due, started, pump } = queueOf(slots);
        const jobs: Job[] = [];
        let ended = 0;
        for (const step of steps) {
          if (step === 'add') {
            const next = job(String(jobs.length));
            jobs.push(next);
            due.push(next);
            void pump.turn();
          } else if (ended < started.length) jobs[ended++]?.end();
          await settled();
          expect(started.length).toBe(Math.min(jobs.length, ended + slots));
        }
        for (const one of jobs) one.end();
        await pump.turn();
        expect(started).toHaveLength(jobs.length);
      },
    ),
    { seed: 20_261_125, numRuns: 100 },
  );
});
