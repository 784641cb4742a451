import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chargeOf } from '../../../shared/domain/commission/charge.ts';
import { chooseRule, compileRules } from '../../../shared/domain/commission/choose.ts';
import type { Sold } from '../../../shared/domain/commission/rules.ts';
import { adjustedCommission } from '../../../shared/domain/commission/sold.ts';
import { anyMoment, anyRules, anySold, smallDirectory } from '../../../shared/domain/commission/testing.ts';
import { commissionsOf } from './courses.ts';
import type { SoldColumns } from './sold-columns.ts';
import { compare } from './what-if.ts';

interface Item {
  readonly sold: Sold;
  readonly price: number;
  readonly quantity: number;
  readonly freight: number;
  readonly adjustment: number;
  readonly at: number;
}
const anyItem: fc.Arbitrary<Item> = fc.record({
  sold: anySold,
  price: fc.nat(100_000),
  quantity: fc.integer({ min: 1, max: 5 }),
  freight: fc.nat(5_000),
  adjustment: fc.oneof(fc.constant(0), fc.nat(900)),
  at: anyMoment,
});

function columnsOf(items: readonly Item[]): SoldColumns {
  const list = <Value>(of: (sold: Sold) => Value) => [...new Set(items.map(({ sold }) => of(sold)))];
  const sellers = list(({ sellerId }) => sellerId);
  const channels = list(({ salesChannel }) => salesChannel ?? '');
  const skus = list(({ sellerSkuId }) => sellerSkuId ?? '');
  const categories = list(({ categoryId }) => categoryId);
  return {
    count: items.length,
    left: 0,
    sellers,
    channels,
    skus,
    categories,
    seller: Int32Array.from(items, ({ sold }) => sellers.indexOf(sold.sellerId)),
    channel: Int32Array.from(items, ({ sold }) => channels.indexOf(sold.salesChannel ?? '')),
    sku: Int32Array.from(items, ({ sold }) => skus.indexOf(sold.sellerSkuId ?? '')),
    categoryCode: Int32Array.from(items, ({ sold }) => categories.indexOf(sold.categoryId)),
    brand: Int32Array.from(items, ({ sold }) => sold.brandId ?? -1),
    price: Float64Array.from(items, ({ price }) => price),
    quantity: Int32Array.from(items, ({ quantity }) => quantity),
    freight: Float64Array.from(items, ({ freight }) => freight),
    adjustment: Float64Array.from(items, ({ adjustment }) => adjustment),
    soldAt: Float64Array.from(items, ({ at }) => at),
    order: Int32Array.from(items, (_, index) => index >> 1),
    segments: [{ segment: 0, from: 0 }],
    places: null,
  };
}

it('charges many items at once exactly as one by one by the definition of precedence', () => {
  fc.assert(
    fc.property(anyRules(), fc.array(anyItem, { maxLength: 20 }), (rules, items) => {
      const compiled = compileRules(rules, smallDirectory);
      const expected = items.map(({ sold, price, quantity, freight, adjustment, at }) => {
        // a column has a channel and an SKU always
        const item = { ...sold, salesChannel: sold.salesChannel ?? '', sellerSkuId: sold.sellerSkuId ?? '' };
        const product = chooseRule(compiled, 'product', item, at)?.product;
        const shipping = chooseRule(compiled, 'freight', item, at)?.freight;
        const goods = product ? chargeOf(product, price, quantity) : 0;
        return (
          adjustedCommission(goods, price * quantity, adjustment) + (shipping ? chargeOf(shipping, freight, 1) : 0)
        );
      });
      expect([...commissionsOf(columnsOf(items), compiled, null)]).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

it('sums the same whole by seller, category and month', () => {
  fc.assert(
    fc.property(anyRules(), anyRules(), fc.array(anyItem, { maxLength: 20 }), (one, other, items) => {
      const columns = columnsOf(items);
      const before = commissionsOf(columns, compileRules(one, smallDirectory), null);
      const after = commissionsOf(columns, compileRules(other, smallDirectory), null);
      const result = compare(columns, before, after, 200, { seller: String, category: String });
      for (const by of ['sellers', 'categories', 'months'] as const) {
        const sum = (of: 'items' | 'sold' | 'before' | 'after') => result[by].reduce((all, row) => all + row[of], 0);
        expect([sum('items'), sum('sold'), sum('before'), sum('after')]).toEqual([
          result.items,
          result.sold,
          result.before,
          result.after,
        ]);
      }
    }),
  );
});

it('counts and names the orders that turn negative, the worst first, with their margins', () => {
  fc.assert(
    fc.property(anyRules(), anyRules(), fc.array(anyItem, { maxLength: 20 }), (one, other, items) => {
      const columns = columnsOf(items);
      const before = commissionsOf(columns, compileRules(one, smallDirectory), null);
      const after = commissionsOf(columns, compileRules(other, smallDirectory), null);
      const result = compare(columns, before, after, 200, { seller: String, category: String });
      const expected = Array.from({ length: (items.length + 1) >> 1 }, (_, order) => {
        const sum = (of: (index: number) => number) =>
          [order * 2, order * 2 + 1].reduce((all, index) => all + (index < items.length ? of(index) : 0), 0);
        const sold = sum((index) => {
          const item = items[index] as Item;
          return item.price * item.quantity + item.freight + item.adjustment;
        });
        const margin = (commissions: Float64Array) => sum((index) => commissions[index] as number) - sold * 0.02;
        return { at: order * 2, before: margin(before), after: margin(after) };
      }).filter((order) => order.before >= 0 && order.after < 0);
      expect(result.turned).toBe(expected.length);
      expect(result.turnedAt.map(({ at }) => at).toSorted((a, b) => a - b)).toEqual(expected.map(({ at }) => at));
      for (const { at, after: margin } of result.turnedAt)
        expect(Math.abs(margin - (expected.find((each) => each.at === at)?.after ?? 0))).toBeLessThanOrEqual(0.51);
      expect(result.turnedAt.map((each) => each.after)).toEqual(
        result.turnedAt.map((each) => each.after).toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 300 },
  );
});
