import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLimiters, HostLimiter, type Sleep } from './limits.ts';

/** A clock that only moves when somebody sleeps. */
function virtualClock(): { now: () => number; sleep: Sleep } {
  let time = 1_000_000;
  return {
    now: () => time,
    sleep: async (milliseconds) => {
      await Promise.resolve();
      time += milliseconds;
    },
  };
}

describe('the turnstile of a host', () => {
  it('starts no more than the limit in any second, and no more than so many at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 60 }),
        async (perSecond, concurrency, count) => {
          const clock = virtualClock();
          const limiter = new HostLimiter({ concurrency, perSecond }, clock.now, clock.sleep);
          const starts: number[] = [];
          let active = 0;
          let most = 0;
          const one = async (): Promise<void> => {
            const release = await limiter.acquire(0);
            starts.push(clock.now());
            most = Math.max(most, ++active);
            await Promise.resolve();
            active--;
            release();
          };
          await Promise.all(Array.from({ length: count }, one));
          expect(starts).toHaveLength(count);
          expect(most).toBeLessThanOrEqual(concurrency);
          for (const start of starts) {
            const within = starts.filter((other) => other >= start && other < start + 1000);
            expect(within.length).toBeLessThanOrEqual(perSecond);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('lets higher priorities go first, and equals in order', async () => {
    const clock = virtualClock();
    const limiter = new HostLimiter({ concurrency: 1, perSecond: 1000 }, clock.now, clock.sleep);
    const order: string[] = [];
    const holder = await limiter.acquire(0);
    const waits = (['a:0', 'b:5', 'c:0', 'd:5'] as const).map(async (name) => {
      const release = await limiter.acquire(Number(name.slice(2)));
      order.push(name);
      release();
    });
    holder();
    await Promise.all(waits);
    expect(order).toEqual(['b:5', 'd:5', 'a:0', 'c:0']);
  });

  it('starts nothing before the host allows it', async () => {
    const clock = virtualClock();
    const limiter = new HostLimiter({ concurrency: 4, perSecond: 10 }, clock.now, clock.sleep);
    const until = clock.now() + 30_000;
    limiter.pauseUntil(until);
    (await limiter.acquire(0))();
    expect(clock.now()).toBeGreaterThanOrEqual(until);
  });

  it('forgets who gave up waiting', async () => {
    const clock = virtualClock();
    const limiter = new HostLimiter({ concurrency: 1, perSecond: 10 }, clock.now, clock.sleep);
    const release = await limiter.acquire(0);
    const abort = new AbortController();
    const waiting = limiter.acquire(0, abort.signal);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(limiter.queued).toBe(0);
    release();
    (await limiter.acquire(0))();
  });

  it('is one for every client of a host, with the limits said last', async () => {
    const clock = virtualClock();
    const limiters = createLimiters(clock.now, clock.sleep);
    const one = limiters.of('a:1', { perSecond: 5 });
    expect(limiters.of('a:1')).toBe(one);
    expect(limiters.of('b:1')).not.toBe(one);
  });
});
