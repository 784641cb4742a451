/**
 * How many requests a host gets: so many at once, so many started in any one second, none while it asked us to wait.
 * One state a host, shared by every client of the process: two clients of the same marketplace count together.
 */
import { setTimeout as wait } from 'node:timers/promises';

export interface HostLimits {
  /** Requests in flight at once. */
  readonly concurrency: number;
  /** Requests started in any window of 1,000 ms. */
  readonly perSecond: number;
}

/** Resolves after so many milliseconds; rejects with the signal's reason when that aborts first. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

export const realSleep: Sleep = async (milliseconds, signal) => {
  try {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw signal?.aborted === true ? signal.reason : cause;
  }
};

interface Waiter {
  readonly priority: number;
  readonly start: () => void;
}

/** The turnstile of one host. */
export class HostLimiter {
  private limits: HostLimits;
  private readonly now: () => number;
  private readonly sleep: Sleep;
  private active = 0;
  private pausedUntil = 0;
  private waking = false;
  /** When the requests of the last second started, oldest first. */
  private readonly starts: number[] = [];
  private readonly waiting: Waiter[] = [];

  constructor(limits: HostLimits, now: () => number, sleep: Sleep) {
    this.limits = limits;
    this.now = now;
    this.sleep = sleep;
  }

  /** New limits from now on; what is in flight stays. */
  change(limits: Partial<HostLimits>): void {
    this.limits = { ...this.limits, ...limits };
    this.drain();
  }

  /** Starts nothing before this instant (milliseconds since the epoch): the host said so. */
  pauseUntil(instant: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, instant);
  }

  /** How many wait now. */
  get queued(): number {
    return this.waiting.length;
  }

  /**
   * Waits for a turn; higher priority first, then first come. Call what it resolves to when the request is over.
   * Rejects with the signal's reason when that aborts while waiting.
   */
  acquire(priority: number, signal?: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      let released = false;
      const release = (): void => {
        if (released) return;
        released = true;
        this.active--;
        this.drain();
      };
      const onAbort = (): void => {
        const at = this.waiting.indexOf(waiter);
        if (at >= 0) this.waiting.splice(at, 1);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        priority,
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve(release);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      let at = this.waiting.length;
      while (at > 0 && (this.waiting[at - 1]?.priority ?? 0) < priority) at--;
      this.waiting.splice(at, 0, waiter);
      this.drain();
    });
  }

  private drain(): void {
    while (this.waiting.length > 0 && this.active < this.limits.concurrency) {
      const now = this.now();
      while (this.starts.length > 0 && now - (this.starts[0] ?? now) >= 1000) this.starts.shift();
      const blocking = this.starts[this.starts.length - this.limits.perSecond];
      const pause = Math.max(this.pausedUntil - now, blocking === undefined ? 0 : blocking + 1000 - now);
      if (pause > 0) {
        this.wakeIn(pause);
        return;
      }
      this.starts.push(now);
      this.active++;
      this.waiting.shift()?.start();
    }
  }

  private wakeIn(milliseconds: number): void {
    if (this.waking) return;
    this.waking = true;
    const wake = (): void => {
      this.waking = false;
      this.drain();
    };
    this.sleep(milliseconds).then(wake, wake);
  }
}

/** What a host gets until a client says otherwise. */
const defaultLimits: HostLimits = { concurrency: 8, perSecond: 50 };

export interface Limiters {
  /**
   * The turnstile of a host (`name:port`), made on first use. Limits that are given replace those it has, so that a change
   * in the settings takes effect; a client that gives none takes those there are.
   */
  of(host: string, limits?: Partial<HostLimits>): HostLimiter;
}

/** A set of turnstiles on one clock. Tests make their own; the process has {@link sharedLimiters}. */
export function createLimiters(now: () => number, sleep: Sleep): Limiters {
  const byHost = new Map<string, HostLimiter>();
  return {
    of(host, limits) {
      const known = byHost.get(host);
      if (known !== undefined) {
        if (limits !== undefined) known.change(limits);
        return known;
      }
      const made = new HostLimiter({ ...defaultLimits, ...limits }, now, sleep);
      byHost.set(host, made);
      return made;
    },
  };
}

/** What every client uses unless it is given others. */
export const sharedLimiters: Limiters = createLimiters(Date.now, realSleep);
