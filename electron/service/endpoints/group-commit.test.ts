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

it('keeps the order of arrival, and fails exactly those whose commit failed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
      fc.array(fc.record({ burst: fc.integer({ min: 1, max: 9 }), fails: fc.boolean() }), {
        minLength: 1,
        maxLength: 6,
      }),
      async (enough, bursts) => {
        const { commits, group } = groups(enough);
        const settled: Promise<boolean>[] = [];
        let next = 0;
        let seen = 0;
        const failed = new Set<number>();
        for (const { burst, fails } of bursts) {
          for (let n = 0; n < burst; n++)
            settled.push(
              group.add(next++).then(
                () => true,
                () => false,
              ),
            );
          await expect.poll(() => commits.length > seen, { interval: 1 }).toBe(true);
          const commit = commits[seen++];
          if (fails) for (const item of commit?.items ?? []) failed.add(item);
          if (fails) commit?.fail();
          else commit?.done();
          await Promise.resolve();
        }
        const drained = group.drained();
        while (group.pending > 0) {
          await expect.poll(() => commits.length > seen, { interval: 1 }).toBe(true);
          commits[seen++]?.done();
          await new Promise((resolve) => setImmediate(resolve));
        }
        await drained;
        expect(commits.flatMap(({ items }) => items)).toEqual(Array.from({ length: next }, (_, n) => n));
        expect(await Promise.all(settled)).toEqual(Array.from({ length: next }, (_, n) => !failed.has(n)));
      },
    ),
    { numRuns: 60 },
  );
});
