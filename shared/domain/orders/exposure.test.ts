import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Candidate,
  criteria,
  defaultExposure,
  type ExposureRule,
  exposureFor,
  hoursOfEstimate,
  rank,
} from './exposure.ts';

const candidate = (sellerId: string, over: Partial<Candidate> = {}): Candidate => ({
  sellerId,
  available: true,
  priceMinor: 1_000,
  freightMinor: 500,
  deliveryHours: 72,
  score: 100,
  stock: 10,
  ...over,
});
const rule = (over: Partial<ExposureRule> = {}): ExposureRule => ({ ...defaultExposure, ...over });

describe('the buy box', () => {
  it('goes to who costs the buyer least in all, and says so', () => {
    const { winner, because } = rank(
      [candidate('a', { priceMinor: 900, freightMinor: 900 }), candidate('b', { priceMinor: 950, freightMinor: 300 })],
      rule(),
    );
    expect([winner, because]).toEqual(['b', 'total']);
    const byPrice = rule({ weights: { price: 100, total: 0, delivery: 0, score: 0, stock: 0 } });
    expect(
      rank([candidate('a', { priceMinor: 900 }), candidate('b', { priceMinor: 950, freightMinor: 0 })], byPrice),
    ).toMatchObject({ winner: 'a', because: 'price' });
  });
  it('does not take freight that nobody named for free, and compares goods where no freight is known', () => {
    const unknown = candidate('a', { priceMinor: 900, freightMinor: null });
    const ranking = rank([unknown, candidate('b', { priceMinor: 1_000, freightMinor: 400 })], rule());
    expect(ranking).toMatchObject({ winner: 'b', because: 'total' });
    expect(ranking.ranked[1]).toMatchObject({ sellerId: 'a', exclusion: null, parts: { total: 0 } });
    const without = rank([unknown, candidate('b', { priceMinor: 1_000, freightMinor: null })], rule());
    expect(without).toMatchObject({ winner: 'a', because: 'total' });
  });
  it('leaves out who may not stand in it, each with the reason', () => {
    const ranking = rank(
      [
        candidate('gone', { available: false }),
        candidate('barred'),
        candidate('empty', { stock: 1 }),
        candidate('bad', { score: 40 }),
        candidate('slow', { deliveryHours: 400 }),
        candidate('fine'),
      ],
      rule({ excludedSellers: ['barred'], minimumStock: 2, minimumScore: 50, longestDeliveryHours: 240 }),
    );
    expect(ranking.winner).toBe('fine');
    expect(Object.fromEntries(ranking.ranked.map(({ sellerId, exclusion }) => [sellerId, exclusion]))).toEqual({
      fine: null,
      gone: 'unavailable',
      barred: 'excluded',
      empty: 'too-little-stock',
      bad: 'score-too-low',
      slow: 'too-slow',
    });
    expect(rank([candidate('gone', { available: false })], rule()).winner).toBe(null);
    expect(rank([], rule())).toEqual({ ranked: [], winner: null, because: null });
  });
  it('does not depend on the order of the candidates, and a better offer is never ranked lower', () => {
    const some = fc.uniqueArray(
      fc.record({
        sellerId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        available: fc.boolean(),
        priceMinor: fc.option(fc.integer({ min: 1, max: 100_000 })),
        freightMinor: fc.option(fc.integer({ min: 0, max: 10_000 })),
        deliveryHours: fc.option(fc.integer({ min: 0, max: 500 })),
        score: fc.integer({ min: 0, max: 100 }),
        stock: fc.nat(100),
      }),
      { selector: ({ sellerId }) => sellerId, minLength: 1 },
    );
    const weights = fc.record({
      price: fc.nat(100),
      total: fc.nat(100),
      delivery: fc.nat(100),
      score: fc.nat(100),
      stock: fc.nat(100),
    });
    fc.assert(
      fc.property(some, weights, fc.nat(), fc.integer({ min: 1, max: 5_000 }), (candidates, given, pick, cut) => {
        const by = rule({ weights: given });
        const ranking = rank(candidates, by);
        expect(rank([...candidates].reverse(), by).winner).toBe(ranking.winner);
        const chosen = candidates[pick % candidates.length];
        if (chosen === undefined || chosen.priceMinor === null) return;
        const at = (of: typeof ranking) => of.ranked.findIndex(({ sellerId }) => sellerId === chosen.sellerId);
        const cheaper = { ...chosen, priceMinor: Math.max(1, chosen.priceMinor - cut) };
        const after = rank(
          candidates.map((each) => (each === chosen ? cheaper : each)),
          by,
        );
        expect(at(after)).toBeLessThanOrEqual(at(ranking));
        for (const { points, parts } of ranking.ranked) {
          expect(points ?? 0).toBeLessThanOrEqual(10_000);
          for (const criterion of criteria) expect(parts[criterion]).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });
  it('follows the rule of the nearest category', () => {
    const rules = [rule({ categoryId: '', minimumStock: 2 }), rule({ categoryId: '7', minimumStock: 7 })];
    expect(exposureFor(rules, ['9', '7', '1']).minimumStock).toBe(7);
    expect(exposureFor(rules, ['9']).minimumStock).toBe(2);
    expect(exposureFor([], ['9'])).toBe(defaultExposure);
  });
  it('reads estimates', () => {
    expect(['3bd', '2d', '4h', '30m', 'soon', null].map(hoursOfEstimate)).toEqual([101, 48, 4, 0.5, null, null]);
  });
});
