import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChangeableOrder,
  type ChangeLine,
  changeEvents,
  changeStates,
  isTakenAtOnce,
  nextChangeState,
  type OrderChange,
  openChangeStates,
  outcomeOf,
} from './change.ts';

const lamp: ChangeLine = { sellerSkuId: 'L', name: 'Lamp', quantity: 2, priceMinor: 1_000 };
const bulb: ChangeLine = { sellerSkuId: 'B', name: 'Bulb', quantity: 1, priceMinor: 300 };
const order: ChangeableOrder = { lines: [lamp], freightMinor: 600, adjustmentMinor: 0, invoicedMinor: 0 };
const nothing: OrderChange = { replace: [], add: [], remove: [], discountMinor: 0, incrementMinor: 0 };

describe('a change', () => {
  it('replaces, adds, removes, discounts and increments, and says what it does to money and stock', () => {
    const outcome = outcomeOf(order, {
      replace: [{ from: { sellerSkuId: 'L', quantity: 1 }, to: bulb }],
      add: [{ ...bulb, quantity: 2 }],
      remove: [],
      discountMinor: 250,
      incrementMinor: 50,
    });
    expect(outcome).toMatchObject({
      lines: [
        { sellerSkuId: 'L', quantity: 1 },
        { sellerSkuId: 'B', quantity: 3 },
      ],
      itemsMinor: 1_900,
      totalMinor: 2_300,
      differenceMinor: -300,
      stock: [
        { sellerSkuId: 'L', delta: -1 },
        { sellerSkuId: 'B', delta: 3 },
      ],
      problem: null,
    });
  });
  it('says what is wrong with it', () => {
    const problemOf = (change: Partial<OrderChange>, over: Partial<ChangeableOrder> = {}) =>
      outcomeOf({ ...order, ...over }, { ...nothing, ...change }).problem;
    expect(problemOf({})).toBe('nothing-changes');
    expect(problemOf({ remove: [{ sellerSkuId: 'L', quantity: 3 }] })).toBe('not-in-order');
    expect(problemOf({ remove: [{ sellerSkuId: 'X', quantity: 1 }] })).toBe('not-in-order');
    expect(problemOf({ remove: [{ sellerSkuId: 'L', quantity: 2 }] })).toBe('nothing-left');
    expect(problemOf({ discountMinor: 2_601 })).toBe('below-zero');
    expect(problemOf({ discountMinor: 700 }, { invoicedMinor: 2_000 })).toBe('below-invoiced');
    expect(problemOf({ discountMinor: 600 }, { invoicedMinor: 2_000 })).toBe(null);
  });
  it('adds up: the new total is the lines, the freight and what was discounted and added, and undoing it leads back', () => {
    const line = fc.record({
      sellerSkuId: fc.constantFrom('A', 'B', 'C'),
      name: fc.constant('x'),
      quantity: fc.integer({ min: 1, max: 9 }),
      priceMinor: fc.integer({ min: 0, max: 100_000 }),
    });
    const taken = fc.record({
      sellerSkuId: fc.constantFrom('A', 'B', 'C'),
      quantity: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 4 }),
        fc.record({
          replace: fc.array(fc.record({ from: taken, to: line }), { maxLength: 2 }),
          add: fc.array(line, { maxLength: 3 }),
          remove: fc.array(taken, { maxLength: 2 }),
          discountMinor: fc.nat(5_000),
          incrementMinor: fc.nat(5_000),
        }),
        fc.nat(50_000),
        (lines, change, invoicedMinor) => {
          const before = { lines, freightMinor: 700, adjustmentMinor: -50, invoicedMinor };
          const after = outcomeOf(before, change);
          const sum = (of: readonly ChangeLine[]) => of.reduce((all, each) => all + each.quantity * each.priceMinor, 0);
          expect(after.totalMinor).toBe(sum(after.lines) + 700 + after.adjustmentMinor);
          expect(after.totalMinor - after.differenceMinor).toBe(sum(lines) + 700 - 50);
          expect(after.lines.every(({ quantity }) => quantity > 0)).toBe(true);
          const units = (of: readonly ChangeLine[]) => of.reduce((all, { quantity }) => all + quantity, 0);
          expect(after.stock.reduce((all, { delta }) => all + delta, 0)).toBe(units(after.lines) - units(lines));
          if (after.problem !== null) expect(after).toMatchObject({ lines, differenceMinor: 0, stock: [] });
          else expect(after.totalMinor).toBeGreaterThanOrEqual(invoicedMinor);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('the handshake', () => {
  it('counts a change only when the seller confirms, however the messages come', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('requested' as const, 'proposed' as const),
        fc.array(fc.constantFrom(...changeEvents), { maxLength: 12 }),
        (first, events) => {
          let state: (typeof changeStates)[number] = first;
          for (const event of events) {
            const next = nextChangeState(state, event);
            if (next === null) continue;
            if (next === 'applied' && state !== 'applied')
              expect(event).toBe(first === 'proposed' ? 'accepted' : 'confirmed');
            // what is over stays over
            if (!openChangeStates.includes(state)) expect(next).toBe(state);
            state = next;
          }
        },
      ),
      { numRuns: 2_000 },
    );
    for (const state of openChangeStates) expect(nextChangeState(state, 'overtaken')).toBe('refused');
    expect(changeStates).toHaveLength(7);
  });
  it('takes a seller’s discount at once, and nothing else', () => {
    expect(isTakenAtOnce({ ...nothing, discountMinor: 100 })).toBe(true);
    expect(isTakenAtOnce(nothing)).toBe(false);
    expect(isTakenAtOnce({ ...nothing, discountMinor: 100, incrementMinor: 1 })).toBe(false);
    expect(isTakenAtOnce({ ...nothing, discountMinor: 100, remove: [{ sellerSkuId: 'L', quantity: 1 }] })).toBe(false);
  });
});
