/** Until when the buyer of an order is needed. */
import type { Instant } from '../brand.ts';
import type { MarketplaceState, SellerState } from './flow.ts';

/**
 * Milliseconds that a buyer is needed after an order that nobody reports the delivery of should have arrived: most sellers say no more once it is
 * invoiced (reference 3.4).
 */
export const neededAfterDelivery = 30 * 24 * 3_600_000;

const over: readonly MarketplaceState[] = ['delivered', 'returned', 'canceled', 'replaced'];

export interface OrderOfBuyer {
  readonly state: MarketplaceState;
  readonly sellerState: SellerState;
  readonly stateSince: Instant;
  readonly deliverBy: Instant | null;
}

/** Whether somebody may still need to know who bought: the order goes on, or it is not known yet whether it was placed. */
export function isBuyerNeeded({ state, sellerState, stateSince, deliverBy }: OrderOfBuyer, now: number): boolean {
  if (state === 'invoiced') return now < Date.parse(deliverBy ?? stateSince) + neededAfterDelivery;
  if (!over.includes(state)) return true;
  return sellerState === 'placing' && now < Date.parse(stateSince) + neededAfterDelivery;
}
