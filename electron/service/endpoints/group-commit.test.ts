import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createGroupCommit } from './group-commit.ts';

/** Groups of a listener, with commits that end when the test says so. */

interface Commit {
  readonly items: readonly number[];
  done(): void;
  fail(): void;
}

function groups(enough?: number) {
  const commits: Commit[] = [];
  const group = createGroupCommit<number>(
    (items) =>
      new Promise((resolve, reject) => {
        commits.push({ items, done: resolve, fail: () => reject(new Error('no room')) });
      }),
    () => 1,
    {
      windowMs: 1,
      mostTogether: 100,
      mostPending: 1_000,
      mostBytes: 1_000,
      limitMs: 60_000,
      splits: true,
      ...(enough === undefined ? {} : { enough }),
    },
  );
  return { commits, group };
}

it('writes a group that is large enough at once, and those behind it together when that is done', async () => {
  const { commits, group } = groups(3);
  const added = Array.from({ length: 8 }, (_, n) => group.add(n));
  // no time has passed
  expect(commits.map(({ items }) => items)).toEqual([[0, 1, 2]]);
  expect(group.pending).toBe(8);
  commits[0]?.done();
  await Promise.all(added.slice(0, 3));
  expect(commits.map(({ items }) => items)).toEqual([
    [0, 1, 2],
    [3, 4, 5, 6, 7],
  ]);
  commits[1]?.done();
  await Promise.all(added);
  await group.drained();
  expect(group.pending).toBe(0);
});

it('waits a moment for others where a group need not be large', async () => {
  const { commits, group } = groups();
  const one = group.add(1);
  const other = group.add(2);
  expect(commits).toEqual([]);
  const drained = group.drained();
  await expect.poll(() => commits.length).toBe(1);
  expect(commits[0]?.items).toEqual([1, 2]);
  commits[0]?.done();
  await Promise.all([one, other, drained]);
});

it('keeps the order of arrival, and refuses exactly what cannot be written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
      fc.uniqueArray(fc.nat(30), { maxLength: 4 }),
      async (enough, bursts, bad) => {
        const { commits, group } = groups(enough);
        const written: number[] = [];
        const settled: Promise<boolean>[] = [];
        let next = 0;
        let seen = 0;
        const end = async () => {
          await expect.poll(() => commits.length > seen, { interval: 1 }).toBe(true);
          const commit = commits[seen++];
          if (commit?.items.some((item) => bad.includes(item))) commit.fail();
          else {
            written.push(...(commit?.items ?? []));
            commit?.done();
          }
          await new Promise((resolve) => setImmediate(resolve));
        };
        for (const burst of bursts) {
          for (let n = 0; n < burst; n++)
            settled.push(
              group.add(next++).then(
                () => true,
                () => false,
              ),
            );
          await end();
        }
        const drained = group.drained();
        while (group.pending > 0) await end();
        await drained;
        const all = Array.from({ length: next }, (_, item) => item);
        expect(written).toEqual(all.filter((item) => !bad.includes(item)));
        expect(await Promise.all(settled)).toEqual(all.map((item) => !bad.includes(item)));
      },
    ),
    { numRuns: 60 },
  );
});

const options = {
  windowMs: 1,
  mostTogether: 500,
  mostPending: 1_000,
  mostBytes: 1_000_000,
  limitMs: 10_000,
  splits: true,
};

it('refuses only what cannot be written, and keeps the order of what can', async () => {
  const written: number[] = [];
  const commits = createGroupCommit<number>(
    (items) => {
      if (items.some((item) => item % 40 === 7)) return Promise.reject(new Error('it is out of range'));
      written.push(...items);
      return Promise.resolve();
    },
    () => 10,
    options,
  );
  const all = Array.from({ length: 100 }, (_, item) => item);
  const results = await Promise.allSettled(all.map((item) => commits.add(item)));
  const refused = all.filter((_, index) => results[index]?.status === 'rejected');
  expect(refused).toEqual([7, 47, 87]);
  expect(written).toEqual(all.filter((item) => !refused.includes(item)));
  await commits.drained();
  expect([commits.pending, commits.pendingBytes]).toEqual([0, 0]);
});

it('gives up what waited too long instead of asking for each', async () => {
  let asked = 0;
  const commits = createGroupCommit<number>(
    async () => {
      asked++;
      await new Promise((resolve) => setTimeout(resolve, 30));
      throw new Error('the disk is gone');
    },
    () => 10,
    { ...options, limitMs: 20 },
  );
  const results = await Promise.allSettled(Array.from({ length: 64 }, (_, item) => commits.add(item)));
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  await commits.drained();
  expect(asked).toBe(1);
});

it('never makes a commit again of which it is not known whether it was made', async () => {
  const written: number[][] = [];
  const commits = createGroupCommit<number>(
    async (items) => {
      written.push([...items]);
      throw new Error('the answer was lost');
    },
    () => 10,
    { ...options, splits: false },
  );
  const results = await Promise.allSettled(Array.from({ length: 9 }, (_, item) => commits.add(item)));
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  expect(written).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8]]);
});
