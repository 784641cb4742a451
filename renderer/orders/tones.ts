import type { Attention } from '../../shared/domain/orders/attention.ts';
import type { MarketplaceState } from '../../shared/domain/orders/flow.ts';
import type { Tone } from '../components/Pill.tsx';

/** Four meanings: it goes well, it waits for somebody, it needs a person, it is over. */
export const stateTones: Readonly<Record<MarketplaceState, Tone>> = {
  'order-created': 'accent',
  'divergence-waiting': 'bad',
  'waiting-for-authorization': 'accent',
  'placement-failed': 'bad',
  'payment-pending': 'warn',
  'payment-approved': 'accent',
  'waiting-seller-handling': 'accent',
  'partially-invoiced': 'warn',
  invoiced: 'ok',
  delivered: 'ok',
  returned: 'dim',
  'waiting-for-seller-decision': 'warn',
  cancel: 'warn',
  'window-to-change-seller': 'bad',
  canceled: 'dim',
  replaced: 'dim',
};

/** The lists that a chip opens, the most pressing first. */
export const attentionChips: readonly Attention[] = [
  'integration-failed',
  'divergence',
  'cancellation-asked',
  'seller-canceled',
  'change-waiting',
  'late-to-ship',
  'late-to-deliver',
  'stuck',
  'invoice-mismatch',
  'misfit',
  'window-closing',
  'states-disagree',
];
