import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderFilter } from '../../shared/contract/orders.ts';
import { marketplaceStates } from '../../shared/domain/orders/flow.ts';
import { chips, everything, filterOf, isBoard, type ShownOrders, savedViews, showsSame } from './board.ts';

const shown: fc.Arbitrary<ShownOrders> = fc.record({
  chip: fc.constantFrom(...chips),
  text: fc.string({ maxLength: 20 }),
  sellerIds: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 5 }),
  states: fc.uniqueArray(fc.constantFrom(...marketplaceStates), { maxLength: 5 }),
});

describe('what the list of orders shows', () => {
  it('is a filter of the contract, whatever is chosen', () => {
    fc.assert(fc.property(shown, (each) => orderFilter.safeParse(filterOf(each, each.text)).success));
  });
  it('is the same in another order of choosing, and after it was kept', () => {
    fc.assert(
      fc.property(shown, (each) => {
        const kept = savedViews.parse(JSON.parse(JSON.stringify([{ name: 'a', shown: each }])))[0]?.shown ?? everything;
        const turned = { ...each, sellerIds: each.sellerIds.toReversed(), states: each.states.toReversed() };
        expect(showsSame(each, kept)).toBe(true);
        expect(showsSame(each, turned)).toBe(true);
      }),
    );
  });
  it('tells apart what differs', () => {
    for (const other of [
      { ...everything, chip: 'mine' as const },
      { ...everything, text: 'B1' },
      { ...everything, sellerIds: ['a'] },
      { ...everything, states: ['invoiced' as const] },
    ])
      expect(showsSame(everything, other)).toBe(false);
  });
  it('filters nothing when it shows all', () => {
    expect(filterOf(everything, ' ')).toEqual({});
  });
  it('is a board where all of it needs a person', () => {
    expect(chips.filter((chip) => !isBoard(chip))).toEqual(['all', 'mine']);
  });
});
