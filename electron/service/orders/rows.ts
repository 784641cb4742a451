import type { Instant } from '../../../shared/domain/brand.ts';
import {
  type MarketplaceState,
  marketplaceStates,
  type SellerState,
  sellerStates,
} from '../../../shared/domain/orders/flow.ts';
import { type OrderFacts, paymentStates } from '../../../shared/domain/orders/order.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';

/** A row of `orders`, as it is stored. States are positions in the flow's lists. */
export interface StoredOrder {
  id: number;
  state: number;
  seller_state: number;
  attention: number;
  payment: number;
  total: number;
  seller_id: string;
  received_at: string;
  deadline: string | null;
  look_again_at: string | null;
  marketplace_order_id: string;
  group_id: string;
  seller_order_id: string | null;
  currency: string;
  sales_channel: string;
  title: string;
  units: number;
  items_total: number;
  freight: number;
  invoiced: number;
  returned: number;
  packages: number;
  packages_delivered: number;
  state_since: string;
  ship_by: string | null;
  deliver_by: string | null;
  delivery_estimate: string | null;
  authorise_by: string | null;
  change_ends_at: string | null;
  cancellation_ends_at: string | null;
  change_seller_ends_at: string | null;
  cancellation_refused: number;
  authorised: number;
  invoice_mismatch: number;
  unseen_misfits: number;
  problem: string | null;
  problem_code: string | null;
  assigned_to: string | null;
  /** Increments minus discounts of applied changes. Minor units. */
  adjustment: number;
  /** What its store says that no news explains; null: nothing. */
  store_disagrees: 'unknown-there' | 'invoiced-without-invoice' | 'other' | null;
  /** Why a person holds it to be settled, whatever the two sides say. */
  settled_reason: string | null;
  replaces_id: number | null;
  replaced_by_id: number | null;
  revision: number;
}

/** The state that a stored number stands for. */
export const marketplaceStateOf = (position: number): MarketplaceState =>
  marketplaceStates[position] ?? 'order-created';
export const sellerStateOf = (position: number): SellerState => sellerStates[position] ?? 'not-placed';
export const numberOfState = (state: MarketplaceState): number => marketplaceStates.indexOf(state);
export const numberOfSellerState = (state: SellerState): number => sellerStates.indexOf(state);

/** What the flow knows of a stored order. */
export function factsOf(stored: StoredOrder): OrderFacts {
  return {
    marketplace: marketplaceStateOf(stored.state),
    seller: sellerStateOf(stored.seller_state),
    payment: paymentStates[stored.payment] ?? 'pending',
    totalMinor: stored.total,
    invoicedMinor: stored.invoiced,
    returnedMinor: stored.returned,
    packages: stored.packages,
    packagesDelivered: stored.packages_delivered,
    // instants written by this program
    cancellationEndsAt: stored.cancellation_ends_at as Instant | null,
    changeSellerEndsAt: stored.change_seller_ends_at as Instant | null,
    cancellationRefused: stored.cancellation_refused === 1,
    authorised: stored.authorised === 1,
  };
}

export function storedOrder(database: ReadableDatabase, id: number): StoredOrder | undefined {
  return statement<[number], StoredOrder>(database, 'SELECT * FROM orders WHERE id = ?').get(id);
}

/** By the marketplace's own id, which every message of a seller names. */
export function storedByMarketplaceId(database: ReadableDatabase, id: string): StoredOrder | undefined {
  return statement<[string], StoredOrder>(database, 'SELECT * FROM orders WHERE marketplace_order_id = ?').get(id);
}
