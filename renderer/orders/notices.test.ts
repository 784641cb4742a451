import { expect, it } from 'vitest';
import { risen, usualNotices } from './notices.ts';

it('tells of what rose, of what is wanted, and of nothing that fell', () => {
  const before = { stuck: 3, 'seller-canceled': 1, divergence: 2 };
  const after = { stuck: 9, 'seller-canceled': 3, divergence: 1, 'integration-failed': 1 };
  expect(risen(before, after, usualNotices)).toEqual([
    { reason: 'integration-failed', by: 1 },
    { reason: 'seller-canceled', by: 2 },
  ]);
  expect(risen(before, after, ['divergence'])).toEqual([]);
  expect(risen({}, {}, usualNotices)).toEqual([]);
});
