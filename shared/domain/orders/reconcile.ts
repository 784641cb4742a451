/**
 * What an order's own seller says of it when it is asked, against what we hold: news that got lost is made up for, and what no
 * news can explain is raised. Statuses are those of a store on the platform (reference 3.4, the seller's view).
 */
import type { EventType, SellerState } from './flow.ts';
import type { OrderFacts } from './order.ts';

export type Finding =
  /** It fits what we hold, or says nothing. */
  | { readonly kind: 'agrees' }
  /** News that never came: the event that it would have been. */
  | { readonly kind: 'missed'; readonly event: EventType }
  /** A person has to look: `unknown-there`, `invoiced-without-invoice` or `other`. */
  | { readonly kind: 'disagrees'; readonly why: 'unknown-there' | 'invoiced-without-invoice' | 'other' };

const agrees: Finding = { kind: 'agrees' };
const missed = (event: EventType): Finding => ({ kind: 'missed', event });

const beforeReservation: readonly SellerState[] = [
  'placing',
  'on-order-completed-ffm',
  'waiting-for-manual-authorization',
];
const beforeAuthorisation: readonly SellerState[] = ['waiting-ffmt-authorization', 'authorize-fulfillment'];
const beforeHandling: readonly SellerState[] = [...beforeAuthorisation, 'window-to-cancel', 'ready-for-handling'];
const gone: readonly SellerState[] = ['canceled', 'refused', 'not-placed'];
const invoicedHere: readonly SellerState[] = ['invoiced', 'partially-invoiced'];

/** @param status as the store says it; null: it knows no such order */
export function findingOf(facts: OrderFacts, status: string | null): Finding {
  const { seller } = facts;
  if (status === null)
    // what is being placed may not be there yet: its task asks and places again
    return seller === 'placing' || gone.includes(seller) ? agrees : { kind: 'disagrees', why: 'unknown-there' };
  switch (status) {
    case 'waiting-for-manual-authorization':
      return seller === 'placing' || seller === 'on-order-completed-ffm' ? missed('placement-held') : agrees;
    case 'order-accepted':
    case 'on-order-completed-ffm':
    case 'waiting-ffmt-authorization':
      return beforeReservation.includes(seller) ? missed('placed') : agrees;
    case 'authorize-fulfillment':
    case 'window-to-cancel':
    case 'ready-for-handling':
      if (beforeReservation.includes(seller)) return missed('placed');
      return beforeAuthorisation.includes(seller) ? missed('authorised') : agrees;
    case 'start-handling':
    case 'handling':
    case 'waiting-for-fulfillment':
      if (beforeReservation.includes(seller)) return missed('placed');
      return beforeHandling.includes(seller) ? missed('handling-started') : agrees;
    case 'cancel':
    case 'canceled':
      if (gone.includes(seller)) return agrees;
      if (invoicedHere.includes(seller)) return { kind: 'disagrees', why: 'other' };
      // an answer to what we asked, or, where the seller has not been asked yet, its own doing
      return missed(seller.startsWith('cancellation-') ? 'cancellation-confirmed' : 'seller-canceled');
    case 'invoiced':
      return seller === 'invoiced' ? agrees : { kind: 'disagrees', why: 'invoiced-without-invoice' };
    default:
      return agrees;
  }
}
