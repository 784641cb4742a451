import type { SellerRow } from '../../shared/contract/sellers.ts';
import type { SellerId } from '../../shared/domain/brand.ts';
import type { Tone } from '../components/Pill.tsx';
import { loadedSource } from '../components/pane/loadedSource.ts';
import { client } from '../connection/connection.ts';

export type SellerColumn = 'name' | 'health' | 'waiting' | 'bindings' | 'answered';
export interface SellerFilter {
  readonly text: string;
}
type Health = SellerRow['health']['state'];

/** What needs somebody first. */
const urgency: Readonly<Record<Health, number>> = { failing: 0, slow: 1, unknown: 2, paused: 3, healthy: 4 };
export const healthTones: Readonly<Record<Health, Tone>> = {
  unknown: 'dim',
  healthy: 'ok',
  slow: 'warn',
  failing: 'bad',
  paused: 'dim',
};

/** A paused seller is paused, whatever its last answers were. */
export const healthOf = (seller: SellerRow): Health => (seller.isActive ? seller.health.state : 'paused');

function compare(one: SellerRow, other: SellerRow, column: SellerColumn): number {
  switch (column) {
    case 'name':
      return one.name.localeCompare(other.name);
    case 'health':
      return urgency[healthOf(one)] - urgency[healthOf(other)] || one.name.localeCompare(other.name);
    case 'waiting':
      return one.waitingOffers - other.waitingOffers;
    case 'bindings':
      return one.activeBindings - other.activeBindings;
    case 'answered':
      return (one.health.lastAnswerAt ?? '').localeCompare(other.health.lastAnswerAt ?? '');
  }
}

export const sellersSource = loadedSource<SellerRow, SellerFilter, SellerColumn>({
  list: 'sellers',
  load: async ({ text }) => (await client.call('sellers.list', { text })).sellers,
  keyOf: (seller: { readonly sellerId: SellerId }) => seller.sellerId,
  compare,
});
