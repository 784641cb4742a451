import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Instant, SellerId, SellerSkuId, VersionId } from '../../../shared/domain/brand.ts';
import { makeTestFile, type TestFile } from '../testing/file.ts';
import { pullWrites } from './pull-writes.ts';
import type { SuggestionRow } from './suggestion-row.ts';

let file: TestFile;
beforeEach(() => {
  file = makeTestFile();
});
afterEach(() => file.remove());

const row = (over: Partial<SuggestionRow>): SuggestionRow => ({
  sellerId: 's1' as SellerId,
  sellerSkuId: 'a' as SellerSkuId,
  versionId: 'v' as VersionId,
  status: 'pending',
  title: 'Lamp',
  brand: 'Acme',
  categoryPath: '',
  priceMinor: 100,
  currency: 'BRL',
  stock: 1,
  receivedAt: null,
  detail: '{}',
  ...over,
});
/** A version id as the protocol makes it: day, month, year, time to the millisecond. */
const versionOf = (minute: number) =>
  `25112026${String(9 + Math.floor(minute / 60)).padStart(2, '0')}${String(minute % 60).padStart(2, '0')}00000` as VersionId;
const take = (records: SuggestionRow[], generation = 1) =>
  pullWrites['pull.suggestions'](file.database, { records, generation, askedAt: '2026-11-25T12:00:00.000Z' });
const stored = () =>
  file.database
    .prepare('SELECT version_id, price, queue, generation FROM offer WHERE seller_sku_id = ?')
    .raw()
    .get('a');

it('ends with the newest version, in whatever order its versions arrive', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(120), { minLength: 1, maxLength: 8 }), fc.boolean(), (minutes, named) => {
      file.database.exec('DELETE FROM offer');
      for (const [index, minute] of minutes.entries())
        take(
          [
            row({
              // an id that names no instant is compared by the last change
              versionId: named ? versionOf(minute) : (`version ${minute}` as VersionId),
              receivedAt:
                `2026-11-25T${String(9 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00.000Z` as Instant,
              priceMinor: minute,
            }),
          ],
          index,
        );
      // and an older page has still been seen by its sweep
      const [, price, , generation] = stored() as unknown[];
      expect([price, generation]).toEqual([Math.max(...minutes), minutes.length - 1]);
    }),
    { seed: 20_261_125, numRuns: 60 },
  );
});

it('keeps what is known of an offer whose status is not, and takes no new one in', () => {
  expect(take([row({ status: 'unknown' })])).toEqual({ inserted: 0, changed: [] });
  expect(stored()).toBeUndefined();
  take([row({ status: 'denied' }), row({ sellerSkuId: 'b' as SellerSkuId })]);
  take([row({ status: 'unknown', versionId: 'w' as VersionId, priceMinor: 7 })]);
  expect(stored()).toEqual(['w', 7, 1, 1]);
});
