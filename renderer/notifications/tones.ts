import type { SellerTraffic } from '../../shared/contract/notifications.ts';
import type { Outcome } from '../../shared/domain/notifications.ts';
import type { Tone } from '../components/Pill.tsx';

export const outcomeTones: Readonly<Record<Outcome, Tone>> = {
  waiting: 'accent',
  retrying: 'warn',
  aside: 'bad',
  changed: 'ok',
  unchanged: 'dim',
  forwarded: 'dim',
  relayed: 'ok',
  handled: 'dim',
};

/** How a seller is doing, in a word: the first of these that holds. */
export type SellerState = 'paused' | 'alone' | 'inactive' | 'failing' | 'waiting' | 'quiet' | 'well';

export const stateTones: Readonly<Record<SellerState, Tone>> = {
  paused: 'warn',
  alone: 'bad',
  inactive: 'warn',
  failing: 'bad',
  waiting: 'warn',
  quiet: 'dim',
  well: 'ok',
};

/** What waits for longer than this is behind, in milliseconds. */
const behind = 60_000;

export function stateOf(seller: SellerTraffic): SellerState {
  if (seller.pausedAt !== null) return 'paused';
  if (seller.leftAloneUntil !== null) return 'alone';
  if ((seller.staleness?.listedWhileInactive ?? 0) > 0) return 'inactive';
  if (seller.problem !== null || seller.failed > 0) return 'failing';
  if (seller.waitingSince !== null && Date.now() - Date.parse(seller.waitingSince) > behind) return 'waiting';
  if (seller.received === 0) return 'quiet';
  return 'well';
}

const urgency: readonly SellerState[] = ['alone', 'failing', 'inactive', 'waiting', 'paused', 'well', 'quiet'];

/** What needs somebody first, then what is busiest. */
export function byUrgency(one: SellerTraffic, other: SellerTraffic): number {
  return (
    urgency.indexOf(stateOf(one)) - urgency.indexOf(stateOf(other)) ||
    other.received - one.received ||
    one.name.localeCompare(other.name)
  );
}
