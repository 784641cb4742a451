/**
 * How many questions each seller is asked at once, by what its answers say: one more after a run of answers, half after a
 * failure, none for a while after several in a row, and then one to see whether it is back. One slow seller holds up nobody else.
 */
const fewest = 1;
const first = 4;
const most = 8;
/** Failures in a row that close the circuit, and for how long: doubled each time the one that tries fails too. */
const failuresAllowed = 5;
const firstPause = 5_000;
const longestPause = 5 * 60_000;

interface Pace {
  limit: number;
  running: number;
  failures: number;
  /** Milliseconds since the epoch; 0 while the circuit is closed. */
  closedUntil: number;
  pause: number;
}

export interface SellerPace {
  /** How many more may be asked of this seller now. */
  room(sellerId: string): number;
  started(sellerId: string): void;
  /** `retryAfter`: milliseconds that the seller asked to be left alone. */
  ended(sellerId: string, outcome: 'answered' | 'failed', retryAfter?: number): void;
  /** Sellers that are left alone now, and until when. */
  paused(): ReadonlyMap<string, number>;
}

export function createSellerPace(now: () => number): SellerPace {
  const paces = new Map<string, Pace>();
  const of = (sellerId: string): Pace => {
    let pace = paces.get(sellerId);
    if (pace === undefined) {
      pace = { limit: first, running: 0, failures: 0, closedUntil: 0, pause: firstPause };
      paces.set(sellerId, pace);
    }
    return pace;
  };
  return {
    room(sellerId) {
      const pace = of(sellerId);
      if (pace.closedUntil > now()) return 0;
      // after a pause one goes ahead; the others follow when it was answered
      const allowed = pace.closedUntil > 0 ? 1 : Math.floor(pace.limit);
      return Math.max(0, allowed - pace.running);
    },
    started(sellerId) {
      of(sellerId).running++;
    },
    ended(sellerId, outcome, retryAfter = 0) {
      const pace = of(sellerId);
      pace.running = Math.max(0, pace.running - 1);
      if (outcome === 'answered') {
        pace.limit = Math.min(most, pace.limit + 1 / pace.limit);
        Object.assign(pace, { failures: 0, closedUntil: 0, pause: firstPause });
        return;
      }
      pace.limit = Math.max(fewest, pace.limit / 2);
      pace.failures++;
      if (retryAfter === 0 && pace.failures < failuresAllowed) return;
      pace.closedUntil = Math.max(pace.closedUntil, now() + Math.max(retryAfter, pace.pause));
      pace.pause = Math.min(longestPause, pace.pause * 2);
    },
    paused: () =>
      new Map(
        [...paces].filter(([, { closedUntil }]) => closedUntil > now()).map(([id, pace]) => [id, pace.closedUntil]),
      ),
  };
}
