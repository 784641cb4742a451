/** When an order needs a person, and until when: what the board ranks and the saved views list. */
import type { Instant } from '../brand.ts';
import { dutyOf, type OrderFacts, statesAgree } from './order.ts';

/** Reasons in order of weight, each a bit of the stored set. New ones are added at the end of `bits`. */
export const attentions = [
  'integration-failed',
  'divergence',
  'states-disagree',
  'misfit',
  'cancellation-asked',
  'window-closing',
  'invoice-mismatch',
  'late-to-ship',
  'late-to-deliver',
  'stuck',
  'change-waiting',
  'seller-canceled',
] as const;
export type Attention = (typeof attentions)[number];

const bits: Readonly<Record<Attention, number>> = {
  'integration-failed': 1,
  divergence: 2,
  'states-disagree': 4,
  misfit: 8,
  'cancellation-asked': 16,
  'window-closing': 32,
  'invoice-mismatch': 64,
  'late-to-ship': 128,
  'late-to-deliver': 256,
  stuck: 512,
  'change-waiting': 1_024,
  'seller-canceled': 2_048,
};

/** The set as it is stored. */
export function maskOf(set: readonly Attention[]): number {
  return set.reduce((mask, attention) => mask | bits[attention], 0);
}

/** What a stored set holds, the weightiest first. */
export function attentionsOf(mask: number): Attention[] {
  return attentions.filter((attention) => (mask & bits[attention]) !== 0);
}

/** What the watch over an order knows besides its facts. */
export interface WatchedOrder {
  readonly facts: OrderFacts;
  /** Since when the marketplace's view is what it is. */
  readonly stateSince: Instant;
  readonly shipBy: Instant | null;
  readonly deliverBy: Instant | null;
  /** Until when the order may be authorised. */
  readonly authoriseBy: Instant | null;
  /** A task of the order stopped: the seller refused, or every try failed. */
  readonly stopped: boolean;
  /** An event that did not fit and that nobody has looked at. */
  readonly unseenMisfit: boolean;
  /** Invoices came whose unit or sum cannot be right. */
  readonly invoiceMismatch: boolean;
  /** The seller's store says what no news explains. */
  readonly storeDisagrees: boolean;
  /** A person has settled it outside of the protocol: that the two sides differ needs nobody any more. */
  readonly settledByHand: boolean;
  /** A change that waits for a person. */
  readonly changeWaiting: boolean;
  /** Since when the other side owes an answer to a change; null while none is open. */
  readonly changeSince: Instant | null;
}

/** A window is closing when less than this is left, in milliseconds, or a tenth of a short one. */
export const closingSoon = 4 * 3_600_000;
/** Milliseconds after which an order that should move by itself and has not is called stuck. */
export const stuckAfter = 24 * 3_600_000;
/** Milliseconds in which the two views may differ: news travels. */
export const settleTime = 10 * 60_000;

interface Clocked {
  readonly attention: Attention;
  /** From when on it needs a person. */
  readonly from: number;
}

function clocksOf(order: WatchedOrder): Clocked[] {
  const { facts } = order;
  const since = Date.parse(order.stateSince);
  const clocks: Clocked[] = [];
  const add = (attention: Attention, from: number) => clocks.push({ attention, from });
  const at = (instant: Instant | null) => (instant === null ? Number.POSITIVE_INFINITY : Date.parse(instant));
  switch (facts.marketplace) {
    case 'order-created':
    case 'waiting-for-authorization':
    case 'payment-pending':
      add('stuck', since + stuckAfter);
      break;
    case 'payment-approved':
      add('stuck', since + stuckAfter);
      add('window-closing', at(order.authoriseBy) - closingSoon);
      break;
    case 'waiting-seller-handling':
      add('late-to-ship', at(order.shipBy));
      // without a promise of its own an order is not forgotten either
      if (order.shipBy === null) add('stuck', since + stuckAfter * 5);
      break;
    case 'partially-invoiced':
      add('invoice-mismatch', since + stuckAfter);
      add('late-to-ship', at(order.shipBy));
      break;
    case 'invoiced':
      add('late-to-deliver', at(order.deliverBy));
      if (order.deliverBy === null) add('stuck', since + stuckAfter * 30);
      break;
    case 'waiting-for-seller-decision':
      add('stuck', since + stuckAfter);
      break;
    case 'cancel':
      add('stuck', since + settleTime);
      break;
    case 'window-to-change-seller':
      add('window-closing', at(facts.changeSellerEndsAt) - closingSoon);
      break;
    default:
      break;
  }
  if (order.changeSince !== null) add('change-waiting', Date.parse(order.changeSince) + stuckAfter);
  if (!order.settledByHand && !statesAgree(facts) && (dutyOf(facts) === null || facts.cancellationRefused)) {
    add('states-disagree', since + settleTime);
  }
  return clocks;
}

/** Why the order needs a person now, and when to look again without any event (null: not by the clock). */
export function watch(order: WatchedOrder, now: number): { attention: Attention[]; lookAgainAt: number | null } {
  const { facts } = order;
  const found = new Set<Attention>();
  if (order.stopped || facts.marketplace === 'placement-failed') found.add('integration-failed');
  if (facts.marketplace === 'divergence-waiting') found.add('divergence');
  if (facts.seller === 'waiting-for-manual-authorization') found.add('divergence');
  if (order.unseenMisfit) found.add('misfit');
  if (facts.marketplace === 'waiting-for-seller-decision') found.add('cancellation-asked');
  if (facts.marketplace === 'window-to-change-seller') found.add('seller-canceled');
  if (order.invoiceMismatch) found.add('invoice-mismatch');
  if (order.storeDisagrees && !order.settledByHand) found.add('states-disagree');
  if (order.changeWaiting) found.add('change-waiting');
  let next = Number.POSITIVE_INFINITY;
  for (const { attention, from } of clocksOf(order)) {
    if (from <= now) found.add(attention);
    else next = Math.min(next, from);
  }
  // windows that close by themselves
  if (facts.marketplace === 'window-to-change-seller' && facts.changeSellerEndsAt !== null)
    next = Math.min(next, Date.parse(facts.changeSellerEndsAt));
  if (facts.seller === 'window-to-cancel' && facts.cancellationEndsAt !== null)
    next = Math.min(next, Date.parse(facts.cancellationEndsAt));
  return {
    attention: attentions.filter((attention) => found.has(attention)),
    lookAgainAt: Number.isFinite(next) ? next : null,
  };
}

/** The events that the clock alone brings about at this moment. */
export function clockEvents(
  facts: OrderFacts,
  now: Instant,
): ('seller-window-closed' | 'cancellation-window-closed')[] {
  const closed = (end: Instant | null) => end !== null && end <= now;
  if (facts.marketplace === 'window-to-change-seller' && closed(facts.changeSellerEndsAt))
    return ['seller-window-closed'];
  if (facts.seller === 'window-to-cancel' && closed(facts.cancellationEndsAt)) return ['cancellation-window-closed'];
  return [];
}
