/** One order as the flow sees it: the two views, the amounts that the guards ask about, and what has to happen next. */
import type { Instant } from '../brand.ts';
import {
  type EventType,
  type GuardValues,
  type MarketplaceState,
  marketplaceTable,
  type SellerState,
  sellerTable,
  step,
  type Verdict,
} from './flow.ts';

export const paymentStates = ['pending', 'approved', 'denied'] as const;
export type PaymentState = (typeof paymentStates)[number];

/** What an order holds that its flow depends on. Amounts in minor units of the order's currency. */
export interface OrderFacts {
  readonly marketplace: MarketplaceState;
  readonly seller: SellerState;
  readonly payment: PaymentState;
  /** What invoices have to add up to: items and freight, changes included. */
  readonly totalMinor: number;
  readonly invoicedMinor: number;
  readonly returnedMinor: number;
  /** Outgoing invoices (packages), and how many of them have arrived. */
  readonly packages: number;
  readonly packagesDelivered: number;
  /** From payment approval; null before. */
  readonly cancellationEndsAt: Instant | null;
  /** Until when another seller may take over; null while nobody cancelled. */
  readonly changeSellerEndsAt: Instant | null;
  /** The seller refused a cancellation that was decided inside the window: telling it again is of no use. */
  readonly cancellationRefused: boolean;
  /** The seller has said, or shown, that it may fulfil: it does not wait for our authorisation any more. */
  readonly authorised: boolean;
}

/** An order as it begins. */
export function newOrder(totalMinor: number): OrderFacts {
  return {
    marketplace: 'order-created',
    seller: 'not-placed',
    payment: 'pending',
    totalMinor,
    invoicedMinor: 0,
    returnedMinor: 0,
    packages: 0,
    packagesDelivered: 0,
    cancellationEndsAt: null,
    changeSellerEndsAt: null,
    cancellationRefused: false,
    authorised: false,
  };
}

/** An event and what it carries. */
export interface OrderEvent {
  readonly type: EventType;
  readonly at: Instant;
  /** Of an invoice, outgoing or returned. Minor units. */
  readonly amountMinor?: number;
  /** The new total of a change. Minor units. */
  readonly totalMinor?: number;
  /** When the window that the event opens ends: `payment-approved` the cancellation's, `seller-canceled` the change of seller's. */
  readonly endsAt?: Instant;
}

export interface Applied {
  readonly facts: OrderFacts;
  readonly marketplace: Verdict;
  readonly seller: Verdict;
  /** Whether both views that the event speaks of took it. What does not fit is kept and shown. */
  readonly fits: boolean;
}

/** The facts as they would be if the event counts, before any view moves. */
function withEvent(facts: OrderFacts, event: OrderEvent): OrderFacts {
  switch (event.type) {
    case 'payment-approved':
      return {
        ...facts,
        payment: 'approved',
        cancellationEndsAt: facts.cancellationEndsAt ?? event.endsAt ?? null,
      };
    case 'payment-denied':
      return { ...facts, payment: 'denied' };
    case 'invoiced':
      return {
        ...facts,
        authorised: true,
        invoicedMinor: facts.invoicedMinor + (event.amountMinor ?? 0),
        packages: facts.packages + 1,
      };
    case 'invoice-returned':
      return { ...facts, returnedMinor: facts.returnedMinor + (event.amountMinor ?? 0) };
    case 'invoice-voided':
      return {
        ...facts,
        invoicedMinor: facts.invoicedMinor - (event.amountMinor ?? 0),
        packages: facts.packages - 1,
      };
    case 'delivered':
      return { ...facts, packagesDelivered: facts.packagesDelivered + 1 };
    case 'change-applied':
      return { ...facts, totalMinor: event.totalMinor ?? facts.totalMinor };
    case 'seller-canceled':
      return { ...facts, changeSellerEndsAt: event.endsAt ?? facts.changeSellerEndsAt };
    case 'authorised':
    case 'handling-started':
      return { ...facts, authorised: true };
    case 'cancellation-refused':
      return { ...facts, cancellationRefused: true };
    default:
      return facts;
  }
}

/** States of the seller in which there is nothing at it that a cancellation would have to undo. */
const nothingThere: readonly SellerState[] = ['not-placed', 'refused', 'canceled'];

export function guardValues(facts: OrderFacts, at: Instant): GuardValues {
  return {
    paid: facts.payment === 'approved',
    authorised: facts.authorised,
    'nothing-at-seller': nothingThere.includes(facts.seller),
    'inside-cancellation-window': facts.cancellationEndsAt === null || at < facts.cancellationEndsAt,
    'covers-total': facts.invoicedMinor >= facts.totalMinor,
    'nothing-invoiced': facts.invoicedMinor === 0 && facts.packages === 0,
    'all-returned': facts.invoicedMinor > 0 && facts.returnedMinor >= facts.invoicedMinor,
    'all-delivered': facts.packages > 0 && facts.packagesDelivered >= facts.packages,
  };
}

/**
 * Applies an event. Amounts count only when the marketplace's view takes the event; a view that does not fit stays as it is.
 * Whether an event was seen before is for the caller to know, by its key.
 */
export function applyEvent(facts: OrderFacts, event: OrderEvent): Applied {
  const after = withEvent(facts, event);
  const values = guardValues(after, event.at);
  const marketplace = step(marketplaceTable, facts.marketplace, event.type, values);
  const seller = step(sellerTable, facts.seller, event.type, values);
  const counts = marketplace.verdict === 'moved' || marketplace.verdict === 'stayed';
  const base = counts || event.type === 'cancellation-refused' ? after : facts;
  return {
    facts: { ...base, marketplace: marketplace.state, seller: seller.state },
    marketplace: marketplace.verdict,
    seller: seller.verdict,
    fits: marketplace.verdict !== 'misfit' && seller.verdict !== 'misfit',
  };
}

/** What has to be done about an order without anybody asking; one task of a kind is open at a time. */
export const duties = ['simulate', 'place', 'authorise', 'cancel'] as const;
export type Duty = (typeof duties)[number];

const reserved: readonly SellerState[] = [
  'on-order-completed-ffm',
  'waiting-for-manual-authorization',
  'waiting-ffmt-authorization',
  'authorize-fulfillment',
  'window-to-cancel',
  'ready-for-handling',
  'handling',
];

const invoicedThere: readonly SellerState[] = ['partially-invoiced', 'invoiced'];

const placedThere: readonly SellerState[] = [
  'waiting-ffmt-authorization',
  'authorize-fulfillment',
  'window-to-cancel',
  'ready-for-handling',
  'handling',
  ...invoicedThere,
];

/**
 * The duty that begins in these two states. Its task is written in the same transaction as the event that led here, and stays
 * open until an answer settles it. Null: it is under way, somebody else's turn, a clock's, or over.
 */
export function dutyOf(facts: OrderFacts): Duty | null {
  const { marketplace, seller } = facts;
  switch (marketplace) {
    case 'order-created':
      return 'simulate';
    case 'waiting-for-authorization':
      // refused: it is tried anew
      return seller === 'not-placed' || seller === 'placing' || seller === 'refused' ? 'place' : null;
    case 'payment-approved':
      // also where the seller began before it was paid: its answer is what takes the order on
      return placedThere.includes(seller) ? 'authorise' : null;
    case 'waiting-for-seller-decision':
      return reserved.includes(seller) ? 'cancel' : null;
    case 'cancel':
    case 'canceled':
    case 'replaced':
      // whether it was placed has to be known before it can be cancelled
      if (seller === 'placing') return 'place';
      // its invoice overtook the cancellation: it is asked all the same, and what it answers ends the matter
      if (marketplace === 'cancel' && invoicedThere.includes(seller) && !facts.cancellationRefused) return 'cancel';
      return reserved.includes(seller) && !facts.cancellationRefused ? 'cancel' : null;
    default:
      return null;
  }
}

/** The seller's states that agree with each state of the marketplace when nothing is under way. */
const agreeing: Readonly<Record<MarketplaceState, readonly SellerState[]>> = {
  'order-created': ['not-placed', 'refused'],
  'divergence-waiting': ['not-placed', 'refused'],
  'waiting-for-authorization': [
    'not-placed',
    'refused',
    'placing',
    'on-order-completed-ffm',
    'waiting-for-manual-authorization',
  ],
  'placement-failed': ['refused'],
  'payment-pending': ['waiting-ffmt-authorization'],
  'payment-approved': ['waiting-ffmt-authorization', 'authorize-fulfillment'],
  'waiting-seller-handling': ['window-to-cancel', 'ready-for-handling', 'handling'],
  'partially-invoiced': ['partially-invoiced'],
  invoiced: ['invoiced'],
  delivered: ['invoiced'],
  returned: ['invoiced'],
  'waiting-for-seller-decision': [
    'waiting-ffmt-authorization',
    'authorize-fulfillment',
    'window-to-cancel',
    'ready-for-handling',
    'handling',
    'cancellation-requested',
  ],
  cancel: ['placing', 'cancellation-requested', ...reserved],
  'window-to-change-seller': ['canceled'],
  canceled: ['not-placed', 'refused', 'canceled'],
  replaced: ['not-placed', 'refused', 'canceled'],
};

/** Whether what the seller says and what the marketplace holds can both be true at rest. */
export function statesAgree(facts: OrderFacts): boolean {
  return agreeing[facts.marketplace].includes(facts.seller);
}

/** Nothing further is expected of anybody. */
export function isSettledOrder(facts: OrderFacts): boolean {
  const over: readonly MarketplaceState[] = ['delivered', 'returned', 'canceled', 'replaced'];
  return over.includes(facts.marketplace) && statesAgree(facts);
}
