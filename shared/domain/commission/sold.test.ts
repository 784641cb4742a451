import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustedCommission, refundsOf, type SoldLine, soldMoney } from './sold.ts';

const line: fc.Arbitrary<SoldLine> = fc.record({
  price: fc.nat(100_000),
  quantity: fc.integer({ min: 1, max: 9 }),
  freight: fc.nat(5_000),
});
const sum = (amounts: readonly number[]) => amounts.reduce((all, each) => all + each, 0);
const goodsOf = (lines: readonly SoldLine[]) => sum(lines.map(({ price, quantity }) => price * quantity));

describe('the money of an order by line', () => {
  it('gives the freight of a line that is gone to the others, and a discount to the goods', () => {
    const lines = [
      { price: 300, quantity: 1, freight: 100 },
      { price: 100, quantity: 1, freight: 300 },
    ];
    expect(soldMoney(lines, { freight: 600, adjustment: -40 })).toEqual([
      { adjustment: -30, freight: 150 },
      { adjustment: -10, freight: 450 },
    ]);
    // by the goods where no line has freight of its own
    expect(soldMoney([{ price: 300, quantity: 1, freight: 0 }], { freight: 90, adjustment: 0 })).toEqual([
      { adjustment: 0, freight: 90 },
    ]);
    // more off than the goods cost: the rest comes off the freight
    expect(soldMoney([{ price: 50, quantity: 1, freight: 100 }], { freight: 100, adjustment: -120 })).toEqual([
      { adjustment: -50, freight: 30 },
    ]);
  });
  it('adds up to what the order cost, and no part is below zero', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 6 }),
        fc.nat(20_000),
        fc.integer({ min: -200_000, max: 50_000 }),
        (lines, more, wanted) => {
          const freight = sum(lines.map((each) => each.freight)) + more;
          const adjustment = Math.max(wanted, -(goodsOf(lines) + freight));
          const money = soldMoney(lines, { freight, adjustment });
          expect(sum(money.map((each) => each.adjustment + each.freight)) + goodsOf(lines)).toBe(
            goodsOf(lines) + freight + adjustment,
          );
          for (const [index, each] of money.entries()) {
            expect(each.freight).toBeGreaterThanOrEqual(0);
            expect(each.adjustment + goodsOf(lines.slice(index, index + 1))).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });
});

describe('refunds', () => {
  it('are of the lines that a return names, and of the others with what is left', () => {
    const at = '2026-11-20';
    expect(refundsOf([500, 100], [{ at, amount: 100, lines: [1] }])).toEqual([
      { line: 1, position: 0, amount: 100, at },
    ]);
    expect(refundsOf([500, 100], [{ at, amount: 150, lines: [1] }])).toEqual([
      { line: 1, position: 0, amount: 100, at },
      { line: 0, position: 0, amount: 50, at },
    ]);
  });
  it('add up to what came back and never exceed what was paid, however it came back', () => {
    const back = fc.record({
      at: fc.constant('2026-11-20'),
      amount: fc.nat(80_000),
      lines: fc.array(fc.nat(4), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.nat(50_000), { minLength: 1, maxLength: 5 }),
        fc.array(back, { maxLength: 5 }),
        (paid, returns) => {
          const refunds = refundsOf(paid, returns);
          expect(sum(refunds.map(({ amount }) => amount))).toBe(
            Math.min(sum(paid), sum(returns.map(({ amount }) => amount))),
          );
          for (const [index, whole] of paid.entries()) {
            const own = refunds.filter((refund) => refund.line === index);
            expect(sum(own.map(({ amount }) => amount))).toBeLessThanOrEqual(whole);
            expect(new Set(own.map(({ position }) => position)).size).toBe(own.length);
          }
        },
      ),
    );
  });
});

it('the commission of adjusted goods keeps its share, none of nothing', () => {
  expect(adjustedCommission(160, 1_000, -500)).toBe(80);
  expect(adjustedCommission(160, 1_000, 0)).toBe(160);
  expect(adjustedCommission(160, 1_000, -1_000)).toBe(0);
  expect(adjustedCommission(0, 0, 50)).toBe(0);
});
