/**
 * Rates by the generic cell rate algorithm: one number a key, no windows whose edge lets twice as many through, and the exact
 * time after which the next call passes.
 */
export interface RateLimit {
  /** Counts one. 0: it passes; otherwise the milliseconds after which one would. What is refused is not counted. */
  take(key: string): number;
  /** What {@link take} would answer, without counting. */
  wait(key: string): number;
  readonly size: number;
}

export interface RateLimitOptions {
  readonly perSecond: number;
  /** How many may come at once after a pause. */
  readonly burst: number;
  readonly now: () => number;
  /** Keys remembered at most. Beyond it those that owe nothing are forgotten, then the longest unseen. */
  readonly mostKeys?: number;
}

export function createRateLimit({ perSecond, burst, now, mostKeys = 50_000 }: RateLimitOptions): RateLimit {
  const interval = 1_000 / perSecond;
  const tolerance = interval * (burst - 1);
  /** When each key would owe nothing, milliseconds since the epoch. */
  const due = new Map<string, number>();

  function makeRoom(at: number): void {
    for (const [key, until] of due) if (until <= at) due.delete(key);
    for (const key of due.keys()) {
      if (due.size < mostKeys) return;
      due.delete(key);
    }
  }
  const waitOf = (at: number, until: number) => Math.max(0, until - tolerance - at);

  return {
    take(key) {
      const at = now();
      const known = due.get(key);
      // a clock that was set back must not lock anybody out for as long
      const until = known === undefined || known - at > tolerance + 2 * interval ? at : Math.max(at, known);
      const wait = waitOf(at, until);
      if (wait > 0) return wait;
      if (known === undefined && due.size >= mostKeys) makeRoom(at);
      due.set(key, until + interval);
      return 0;
    },
    wait(key) {
      if (due.size === 0) return 0;
      const at = now();
      const known = due.get(key);
      return known === undefined ? 0 : waitOf(at, Math.min(known, at + tolerance + 2 * interval));
    },
    get size() {
      return due.size;
    },
  };
}
