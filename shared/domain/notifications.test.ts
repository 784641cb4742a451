import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evenBuckets, noTraffic, outcomeNumber, outcomes, sumOf } from './notifications.ts';

it('stores outcomes by a number that never changes', () => {
  expect(outcomes.map((outcome) => [outcome, outcomeNumber(outcome)])).toEqual([
    ['waiting', 0],
    ['retrying', 1],
    ['aside', 2],
    ['changed', 3],
    ['unchanged', 4],
    ['forwarded', 5],
    ['relayed', 6],
    ['handled', 7],
  ]);
});

it('makes an even row of bars of whatever was stored, and loses nothing that lies within', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ minutesAgo: fc.integer({ min: 0, max: 200 }), received: fc.nat(1_000), lagMost: fc.nat(1e6) }),
      ),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 0, max: 59 }),
      (given, count, second) => {
        const now = 1_800_000_000 + second;
        const stored = given.map(({ minutesAgo, ...rest }) => ({
          ...noTraffic,
          ...rest,
          start: 1_800_000_000 - minutesAgo * 60,
        }));
        const bars = evenBuckets(stored, 60, count, now);
        expect(bars).toHaveLength(count);
        expect(bars.at(-1)?.start).toBe(1_800_000_000);
        expect(bars.every((bar, n) => n === 0 || bar.start - (bars[n - 1]?.start ?? 0) === 60)).toBe(true);
        const within = stored.filter(({ start }) => start >= (bars[0]?.start ?? 0));
        expect(sumOf(bars)).toEqual(sumOf(within));
      },
    ),
    { seed: 20_261_125 },
  );
});
