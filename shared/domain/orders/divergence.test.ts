import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf, divergencesOf, lineDivergences, type SoldLine } from './divergence.ts';

const sold: SoldLine = {
  quantity: 2,
  priceMinor: 1_000,
  freightMinor: 600,
  nowPriceMinor: 1_000,
  nowFreightMinor: 600,
  nowStock: 9,
};
const amount = fc.integer({ min: 0, max: 1_000_000_000_000 });
const line: fc.Arbitrary<SoldLine> = fc.record({
  quantity: fc.integer({ min: 1, max: 1_000 }),
  priceMinor: amount,
  freightMinor: amount,
  nowPriceMinor: fc.option(amount),
  nowFreightMinor: fc.option(amount),
  nowStock: fc.option(fc.integer({ min: 0, max: 2_000 })),
});

describe('what diverges of a line', () => {
  it.each([
    [{}, []],
    [{ nowStock: 1 }, ['stock']],
    [{ nowStock: 0 }, ['unavailable']],
    [{ nowPriceMinor: null }, ['unavailable']],
    [{ nowPriceMinor: 1_001 }, ['price']],
    [{ nowPriceMinor: 999 }, ['price']],
    [{ nowFreightMinor: null }, ['delivery']],
    [{ nowFreightMinor: 0 }, ['freight']],
    [{ nowStock: 1, nowPriceMinor: 1_100, nowFreightMinor: 700 }, ['stock', 'price', 'freight']],
    // nobody asked
    [{ nowStock: null, nowPriceMinor: null, nowFreightMinor: null }, []],
  ] as const)('%j: %j', (now, found) => {
    expect(divergencesOf({ ...sold, ...now })).toEqual(found);
  });
  it('is nothing exactly when the line is as it was sold', () => {
    fc.assert(
      fc.property(line, (each) => {
        const asSold =
          each.nowStock === null ||
          (each.nowStock > 0 &&
            each.nowStock >= each.quantity &&
            each.nowPriceMinor === each.priceMinor &&
            each.nowFreightMinor === each.freightMinor);
        expect(divergencesOf(each).length === 0).toBe(asSold);
        for (const kind of divergencesOf(each)) expect(lineDivergences).toContain(kind);
      }),
    );
  });
});

describe('the difference', () => {
  it('is of goods and freight of all lines, and not told where one line has none', () => {
    expect(differenceOf([sold, { ...sold, nowPriceMinor: 1_050, nowFreightMinor: 500 }])).toBe(0);
    expect(differenceOf([{ ...sold, nowPriceMinor: 900 }])).toBe(-200);
    expect(differenceOf([sold, { ...sold, nowFreightMinor: null }])).toBeNull();
    expect(differenceOf([])).toBe(0);
  });
});
