import { expect, it } from 'vitest';
import { createGroupCommit } from './group-commit.ts';

const options = { windowMs: 1, mostTogether: 500, mostPending: 1_000, mostBytes: 1_000_000, limitMs: 10_000 };

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
