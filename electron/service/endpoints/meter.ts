/** Counts of the listener, and how many a second were accepted lately. */
import type { EndpointsStats } from './types.ts';

const seconds = 10;

export interface Meter {
  accepted(count: number): void;
  refused(): void;
  readonly stats: () => Omit<EndpointsStats, 'pending' | 'pendingBytes'>;
}

/** @param now milliseconds since the epoch. */
export function createMeter(now: () => number): Meter {
  let received = 0;
  let refused = 0;
  /** Accepted in each of the last seconds, by second modulo their number. */
  const buckets = Array.from({ length: seconds }, () => ({ second: -1, count: 0 }));
  return {
    accepted(count) {
      received += count;
      const second = Math.floor(now() / 1000);
      const bucket = buckets[second % seconds];
      if (bucket === undefined) return;
      if (bucket.second !== second) Object.assign(bucket, { second, count: 0 });
      bucket.count += count;
    },
    refused() {
      refused++;
    },
    stats() {
      const current = Math.floor(now() / 1000);
      const recent = buckets.filter((bucket) => current - bucket.second < seconds);
      return { received, refused, perSecond: recent.reduce((sum, bucket) => sum + bucket.count, 0) / seconds };
    },
  };
}
