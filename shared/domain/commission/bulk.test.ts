import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BulkFilter, bulkChanges, changedRate, isFound } from './bulk.ts';
import { anyRules, smallDirectory } from './testing.ts';

const everything: BulkFilter = {
  sellerId: null,
  sellerGroup: null,
  categoryId: null,
  brandId: null,
  salesChannel: null,
  part: 'product',
  rateFrom: null,
  rateTo: null,
};

it('sets, adds and scales, within 0 to 100 %', () => {
  expect(changedRate(1_000, { kind: 'set', value: 1_250 })).toBe(1_250);
  expect(changedRate(1_000, { kind: 'add', value: -1_500 })).toBe(0);
  expect(changedRate(9_900, { kind: 'add', value: 500 })).toBe(10_000);
  expect(changedRate(985, { kind: 'scale', value: 11_000 })).toBe(1_084);
});

it('changes what it finds, and of that nothing but the rates of the part', () => {
  const filter = fc.record({
    ...Object.fromEntries(Object.entries(everything).map(([name, value]) => [name, fc.constant(value)])),
    sellerId: fc.constantFrom(null, 'a', 'b'),
    categoryId: fc.constantFrom(null, 1, 2, 5),
    part: fc.constantFrom('product' as const, 'freight' as const),
  }) as fc.Arbitrary<BulkFilter>; // the fields of the filter above
  fc.assert(
    fc.property(anyRules(), filter, fc.integer({ min: -2_000, max: 2_000 }), (rules, wanted, value) => {
      const changes = bulkChanges(smallDirectory, rules, wanted, { kind: 'add', value });
      const other = wanted.part === 'product' ? 'freight' : 'product';
      for (const { before, after } of changes) {
        expect(isFound(smallDirectory, wanted, before)).toBe(true);
        expect({ ...after, [wanted.part]: null }).toEqual({ ...before, [wanted.part]: null });
        expect(after[other]).toBe(before[other]);
        expect(after[wanted.part]?.bands.map(({ from, fixed }) => [from, fixed])).toEqual(
          before[wanted.part]?.bands.map(({ from, fixed }) => [from, fixed]),
        );
      }
      if (value === 0) expect(changes).toEqual([]);
    }),
  );
});
