import { afterEach, beforeEach, expect, it } from 'vitest';
import { sweepWrites } from '../offers/sweep.ts';
import type { SkuRecord } from '../protocol/types.ts';
import { pullWrites } from '../sync/pull-writes.ts';
import { makeTestFile, type TestFile } from '../testing/file.ts';
import { recordDecision } from './writes.ts';

const at = '2026-11-25T09:00:00.000Z';
const actor = { operatorId: 'operator-1', name: 'Ada', role: 'administrator' };
let file: TestFile;
beforeEach(() => {
  file = makeTestFile();
  for (let id = 1; id <= 3; id++)
    file.database
      .prepare(
        `INSERT INTO offer (id, queue, band, score, best_sku_id, seller_id, received_at, title, seller_sku_id, version_id) VALUES (?, 0, 1, 9000, ?, 's1', ?, 'Lamp', ?, 'v1')`,
      )
      .run(id, id === 3 ? 8 : 7, at, `sku-${id}`);
  pull(7, true);
  pull(8, true);
});
afterEach(() => file.remove());

function pull(skuId: number, isActive: boolean) {
  // the fields that the statement reads
  const record = {
    skuId,
    productId: 70,
    isActive,
    name: 'Lamp',
    productName: 'Lamp',
    brandName: 'Acme',
    gtins: [],
    specifications: [],
  } as unknown as SkuRecord;
  const missing = { categoryId: null, brandId: null, referencePriceMinor: null, categoryPath: null };
  const more = { referenceId: null, model: null, imageUrl: null };
  return pullWrites['pull.skus'](file.database, { records: [{ ...record, ...missing, ...more }], generation: 1 });
}
const bands = () => file.database.prepare('SELECT band, best_sku_id AS sku FROM offer ORDER BY id').raw().all();

it('looks again at the offers whose best suggestion is a SKU that went inactive, and at no other', () => {
  pull(7, false);
  while (sweepWrites['sweep.step'](file.database, { limit: 1, now: at }));
  expect(bands()).toEqual([
    [0, null],
    [0, null],
    [1, 8],
  ]);
});

it('takes no suggestion of a SKU that went inactive while the matcher was at work, and says so', () => {
  pull(7, false);
  while (sweepWrites['sweep.step'](file.database, { limit: 10, now: at }));
  const result = {
    id: 1,
    versionId: 'v1',
    band: 1,
    score: 9_000,
    odds: 500,
    scorer: 0,
    bestSkuId: 7,
    reason: { code: 'x', values: {} },
  };
  expect(pullWrites['offers.setSuggestions'](file.database, { results: [result] })).toEqual([7]);
  expect(bands()[0]).toEqual([0, null]);
  expect(
    pullWrites['offers.setSuggestions'](file.database, { results: [{ ...result, odds: 500, bestSkuId: 8 }] }),
  ).toEqual([]);
  expect(bands()[0]).toEqual([1, 8]);
});

it('refuses to bind to an inactive SKU, whatever the list still says', () => {
  pull(7, false);
  const bind = (skuId: number) =>
    recordDecision(file.database, { id: `d-${skuId}`, kind: 'bind', offerId: 1, versionId: 'v1', skuId }, actor, {
      now: at,
      heldUntil: at,
    });
  expect(() => bind(7)).toThrow(expect.objectContaining({ code: 'sku-inactive', field: 'skuId' }));
  expect(bind(8)).toMatchObject({ state: 'pending', skuId: 8 });
});
