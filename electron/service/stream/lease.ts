import type { Lease } from './types.ts';

export interface LeaseOptions {
  readonly fence: number;
  readonly leaseMs: number;
  /** @returns false when somebody else holds it now; throws when it cannot be told */
  readonly renew: () => Promise<boolean>;
  readonly release: () => Promise<void>;
  /** The stream was closed: the lease is renewed no more, and runs out. */
  readonly closed: AbortSignal;
}

/**
 * Renews a lease three times in its length. It counts as lost when somebody else has it, and also when it could not be renewed in
 * time: whoever cannot reach the others must stop before they go on without it.
 */
export function holdLease({ fence, leaseMs, renew, release, closed }: LeaseOptions): Lease {
  const lost = new AbortController();
  let sureUntil = performance.now() + leaseMs;
  let isRenewing = false;
  const timer = setInterval(() => {
    if (performance.now() > sureUntil - leaseMs / 6) {
      end();
      return;
    }
    if (isRenewing) return;
    isRenewing = true;
    const asked = performance.now();
    renew()
      .then(
        (held) => {
          if (held) sureUntil = asked + leaseMs;
          else end();
        },
        () => undefined, // tried again until it is too late
      )
      .finally(() => {
        isRenewing = false;
      });
  }, leaseMs / 6);
  timer.unref();
  closed.addEventListener('abort', end, { once: true });
  function end(): void {
    clearInterval(timer);
    closed.removeEventListener('abort', end);
    lost.abort();
  }
  return {
    fence,
    lost: lost.signal,
    async release() {
      if (lost.signal.aborted) return;
      end();
      await release();
    },
  };
}
