/** What a person may do about an order, and until when: the service and the screen ask the same. */
import type { Instant } from '../brand.ts';
import type { MarketplaceState } from './flow.ts';

export const orderActions = [
  'cancel',
  'accept-divergence',
  'retry',
  'seen',
  'settle',
  'change',
  'change-seller',
] as const;
export type OrderAction = (typeof orderActions)[number];

export interface ActionWindows {
  readonly state: MarketplaceState;
  readonly changeEndsAt: Instant | null;
  readonly changeSellerEndsAt: Instant | null;
}

/** What the order's state allows, without what a window that has closed takes away. @param now milliseconds since 1970 */
export function openActions(
  actions: readonly OrderAction[],
  { state, changeEndsAt, changeSellerEndsAt }: ActionWindows,
  now: number,
): OrderAction[] {
  const isClosed = (end: Instant | null) => end !== null && Date.parse(end) <= now;
  return actions.filter((action) => {
    if (action === 'change') return !isClosed(changeEndsAt);
    // before its seller cancelled, an order moves without a window
    if (action === 'change-seller') return state !== 'window-to-change-seller' || !isClosed(changeSellerEndsAt);
    return true;
  });
}
