import { describe, expect, it } from 'vitest';
import { instantOf } from '../brand.ts';
import { marketplaceStates, sellerStates } from './flow.ts';
import { isBuyerNeeded } from './retention.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 10, 25);
const order = {
  state: 'invoiced',
  sellerState: 'invoiced',
  stateSince: instantOf(start),
  deliverBy: instantOf(start + 5 * day),
} as const;

describe('the buyer of an order', () => {
  it('is needed for thirty days after it should have arrived, where nobody says that it has', () => {
    expect(isBuyerNeeded(order, start + 34 * day)).toBe(true);
    expect(isBuyerNeeded(order, start + 35 * day)).toBe(false);
    expect(isBuyerNeeded({ ...order, deliverBy: null }, start + 29 * day)).toBe(true);
    expect(isBuyerNeeded({ ...order, deliverBy: null }, start + 30 * day)).toBe(false);
  });
  it('is not needed once it is over, whatever the seller holds it to be', () => {
    for (const state of ['delivered', 'returned', 'canceled', 'replaced'] as const)
      for (const sellerState of sellerStates)
        expect(isBuyerNeeded({ ...order, state, sellerState }, start), `${state} ${sellerState}`).toBe(
          sellerState === 'placing',
        );
    expect(isBuyerNeeded({ ...order, state: 'canceled', sellerState: 'placing' }, start + 30 * day)).toBe(false);
  });
  it('is needed while it goes on, however long that takes', () => {
    const goesOn = marketplaceStates.filter(
      (state) => !['invoiced', 'delivered', 'returned', 'canceled', 'replaced'].includes(state),
    );
    for (const state of goesOn) expect(isBuyerNeeded({ ...order, state }, start + 1_000 * day), state).toBe(true);
  });
});
