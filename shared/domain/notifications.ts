/** What the log of notifications knows of each: its kind, where it came from, and what became of it. */

/** What sellers tell of. An affiliate's notification is one entry for each thing that it says has changed. */
export const toldKinds = ['price', 'inventory', 'sku', 'suggestion'] as const;
/** What Bindery itself asks for: a sweep, a new binding, a person, and the search for silent drift. */
export const ownKinds = ['sweep', 'binding', 'operator', 'reconcile'] as const;
export const notificationKinds = [...toldKinds, ...ownKinds] as const;
export type NotificationLogKind = (typeof notificationKinds)[number];

/**
 * What became of it. The number that is stored is the place in this list: new ones are added at the end. `handled` is what was done
 * before outcomes were noted.
 */
export const outcomes = [
  'waiting',
  'retrying',
  'aside',
  'changed',
  'unchanged',
  'forwarded',
  'relayed',
  'handled',
] as const;
export type Outcome = (typeof outcomes)[number];

/** The stored number of an outcome. */
export function outcomeNumber(outcome: Outcome): number {
  return outcomes.indexOf(outcome);
}

/** One sales channel as the seller answered for it. Amounts in minor units. */
export interface ChannelValue {
  readonly price: number | null;
  readonly listPrice: number | null;
  readonly stock: number;
}

/** What an answer changed in one sales channel; `before` null: nothing was known. */
export interface ChannelEffect {
  readonly salesChannel: string;
  readonly currency: string;
  readonly before: ChannelValue | null;
  readonly after: ChannelValue;
}

export function isSameValue(one: ChannelValue, other: ChannelValue): boolean {
  return one.price === other.price && one.listPrice === other.listPrice && one.stock === other.stock;
}

/** Traffic of a span of time. Times in milliseconds. */
export interface Traffic {
  readonly received: number;
  readonly refused: number;
  readonly handled: number;
  readonly changed: number;
  readonly failed: number;
  /** The longest from received to handled. */
  readonly lagMost: number;
}

export interface TrafficBucket extends Traffic {
  /** Seconds since the epoch. */
  readonly start: number;
}

export const noTraffic: Traffic = { received: 0, refused: 0, handled: 0, changed: 0, failed: 0, lagMost: 0 };

function together(one: Traffic, other: Traffic): Traffic {
  return {
    received: one.received + other.received,
    refused: one.refused + other.refused,
    handled: one.handled + other.handled,
    changed: one.changed + other.changed,
    failed: one.failed + other.failed,
    lagMost: Math.max(one.lagMost, other.lagMost),
  };
}

/**
 * Stored buckets as an even row of `count` bars that ends with the one that holds `now`, without gaps.
 * @param seconds length of a bar; a multiple of the stored buckets' own length
 * @param now seconds since the epoch
 */
export function evenBuckets(
  stored: readonly TrafficBucket[],
  seconds: number,
  count: number,
  now: number,
): TrafficBucket[] {
  const last = Math.floor(now / seconds) * seconds;
  const first = last - (count - 1) * seconds;
  const bars: TrafficBucket[] = Array.from({ length: count }, (_, n) => ({ start: first + n * seconds, ...noTraffic }));
  for (const bucket of stored) {
    const at = Math.floor((bucket.start - first) / seconds);
    const bar = bars[at];
    if (bar !== undefined) bars[at] = { start: bar.start, ...together(bar, bucket) };
  }
  return bars;
}

/** The sum of some buckets. */
export function sumOf(buckets: readonly Traffic[]): Traffic {
  return buckets.reduce<Traffic>(together, noTraffic);
}
