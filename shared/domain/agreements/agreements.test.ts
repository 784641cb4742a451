import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basisPointsOf } from '../exact.ts';
import { breachesOf, type OrderCounts, scorecardOf, scoreOf } from './checks.ts';
import { checkTerms, diffTerms, plainTerms, scoreRates, type Terms } from './terms.ts';

const selection = (change: Partial<Terms['selection']>): Terms => ({
  ...plainTerms,
  selection: { ...plainTerms.selection, ...change },
});
const offer = { brandId: 7, categoryPath: [12, 3, 1], attributes: ['Colour', 'Voltage '], images: 2, sellerScore: 70 };
const counts: OrderCounts = {
  orders: 100,
  answered: 90,
  refused: 0,
  late: 0,
  cancelled: 0,
  incidents: 0,
  invoiced: 80,
  tracked: 80,
  failed: 0,
};

describe('what an offer breaks', () => {
  it('names every criterion', () => {
    expect(breachesOf(plainTerms, offer)).toEqual([]);
    const terms = selection({
      brandIds: [1],
      categoryIds: [99],
      requiredAttributes: ['colour', 'Warranty'],
      minimumImages: 3,
      minimumScore: 80,
    });
    expect(breachesOf(terms, offer)).toEqual([
      { code: 'brand' },
      { code: 'category' },
      { code: 'attribute', name: 'Warranty' },
      { code: 'images', has: 2, wanted: 3 },
      { code: 'score', has: 70, wanted: 80 },
    ]);
  });
  it('holds a category for all below it, and breaks nothing by what is not known', () => {
    expect(breachesOf(selection({ categoryIds: [3] }), offer)).toEqual([]);
    const unknown = { ...offer, brandId: null, categoryPath: null, sellerScore: null };
    expect(breachesOf(selection({ brandIds: [1], categoryIds: [99], minimumScore: 100 }), unknown)).toEqual([]);
  });
});

describe('the scorecard', () => {
  it('has one score, which knows a seller by its orders', () => {
    const score = (orders: number, failed: number) => scoreOf({ orders, failed });
    expect([score(0, 0), score(90, 0), score(90, 50), score(90, 90)]).toEqual([100, 100, 50, 10]);
    expect(scorecardOf(plainTerms, { ...counts, failed: 55 }).score).toBe(50);
  });
  it('warns and suspends at the thresholds', () => {
    expect(scorecardOf(plainTerms, counts).verdict).toBe('good');
    const verdictOf = (change: Partial<OrderCounts>) => scorecardOf(plainTerms, { ...counts, ...change }).verdict;
    expect(verdictOf({ late: 4 })).toBe('good');
    expect(verdictOf({ late: 5 })).toBe('warn');
    expect(verdictOf({ late: 10 })).toBe('suspend');
    expect(verdictOf({ tracked: 72 })).toBe('warn');
    expect(verdictOf({ tracked: 64 })).toBe('suspend');
    expect(verdictOf({ refused: 9 })).toBe('suspend');
    expect(verdictOf({ orders: 9, late: 9 })).toBe('too-few');
    expect(scorecardOf(plainTerms, { ...counts, answered: 0, invoiced: 0, tracked: 0 }).verdict).toBe('good');
  });
  it('never judges better when an order turns bad, and the whole is as bad as its worst rate', () => {
    const worse = { good: 0, 'too-few': 0, warn: 1, suspend: 2 } as const;
    const anyCounts = fc.record({
      orders: fc.integer({ min: 10, max: 500 }),
      late: fc.nat(9),
      cancelled: fc.nat(9),
      incidents: fc.nat(9),
    });
    fc.assert(
      fc.property(
        anyCounts,
        fc.constantFrom('late' as const, 'cancelled' as const, 'incidents' as const),
        (some, which) => {
          const before = scorecardOf(plainTerms, { ...counts, ...some });
          const after = scorecardOf(plainTerms, { ...counts, ...some, [which]: some[which] + 1 });
          expect(worse[after.verdict]).toBeGreaterThanOrEqual(worse[before.verdict]);
          expect(worse[after.verdict]).toBe(Math.max(...after.rates.map(({ verdict }) => worse[verdict])));
        },
      ),
    );
  });
});

describe('terms', () => {
  it('names what contradicts itself', () => {
    expect(checkTerms(plainTerms)).toEqual([]);
    const bad: Terms = {
      ...plainTerms,
      payout: { ...plainTerms.payout, retention: basisPointsOf(500) },
      selection: { ...plainTerms.selection, brandIds: [] },
      delivery: {
        ...plainTerms.delivery,
        regions: [
          { region: 'South', maximumDays: 5, maximumFreight: null },
          { region: ' south', maximumDays: null, maximumFreight: null },
        ],
      },
      scorecard: {
        ...plainTerms.scorecard,
        thresholds: {
          ...plainTerms.scorecard.thresholds,
          late: { warn: basisPointsOf(900), suspend: basisPointsOf(100) },
        },
      },
    };
    expect(checkTerms(bad).map(({ field, code }) => [field, code])).toEqual([
      ['scorecard.thresholds.late', 'thresholds'],
      ['selection.brandIds', 'empty'],
      ['payout.retentionDays', 'retention'],
      ['delivery.regions.1', 'region'],
      ['delivery.regions.1', 'duplicate'],
    ]);
  });
  it('differs in exactly the fields that were changed, and in nothing from itself', () => {
    expect(diffTerms(plainTerms, plainTerms)).toEqual([]);
    expect(diffTerms(plainTerms, selection({ minimumImages: 3, brandIds: [1, 2] }))).toEqual([
      { path: 'selection.brandIds', before: 'null', after: '[1,2]' },
      { path: 'selection.minimumImages', before: '0', after: '3' },
    ]);
    fc.assert(
      fc.property(fc.subarray([...scoreRates]), (changed) => {
        const thresholds = Object.fromEntries(
          scoreRates.map((rate) => [rate, changed.includes(rate) ? null : plainTerms.scorecard.thresholds[rate]]),
        );
        const after = { ...plainTerms, scorecard: { ...plainTerms.scorecard, thresholds } };
        expect(diffTerms(plainTerms, after).map(({ path }) => path)).toEqual(
          scoreRates.filter((rate) => changed.includes(rate)).map((rate) => `scorecard.thresholds.${rate}`),
        );
      }),
    );
  });
});
