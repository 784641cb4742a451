import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from '../brand.ts';
import { basisPointsOf, lessMinor, minorOf, shareOf, sumMinor } from '../exact.ts';
import { type Charge, chargeOf, checkCharge, percentage } from './charge.ts';
import { checkRules } from './check.ts';
import { chooseRule, compileRules, explain } from './choose.ts';
import {
  anyScope,
  type CommissionPart,
  type CommissionRule,
  commissionParts,
  compareRules,
  matches,
  periodOf,
  type Scope,
  type Sold,
} from './rules.ts';
import { reversedCommission, splitOrder } from './split.ts';
import { anyCharge, anyMoment, anyRules, anySold, smallDirectory as directory } from './testing.ts';

const percent = (rate: number) => percentage(basisPointsOf(rate));
const known = { ...directory, brands: null, salesChannels: null, bound: null };
const part = fc.constantFrom<CommissionPart>(...commissionParts);

function rule(id: string, scope: Partial<Scope>, more: Partial<CommissionRule> = {}): CommissionRule {
  return {
    id,
    scope: { ...anyScope, ...scope },
    product: percent(1_000),
    freight: null,
    validFrom: null,
    validUntil: null,
    timeZone: 'UTC',
    note: '',
    ...more,
  };
}

/** The choice by its definition: of all rules that match and hold, the one that no other comes before. */
function byDefinition(rules: readonly CommissionRule[], of: CommissionPart, sold: Sold, at: number) {
  const holding = rules.filter((each) => {
    const { from, until } = periodOf(each);
    return each[of] !== null && from <= at && at < until && matches(directory, each, sold);
  });
  return holding.toSorted((a, b) => compareRules(directory, a, b).order)[0] ?? null;
}

describe('the choice of a rule', () => {
  it('is the one that its definition names, for any rules, item, part and moment', () => {
    fc.assert(
      fc.property(anyRules(), anySold, part, anyMoment, (rules, sold, of, at) => {
        expect(chooseRule(compileRules(rules, directory), of, sold, at)).toBe(byDefinition(rules, of, sold, at));
      }),
      { numRuns: 1_500 },
    );
  });

  it('does not depend on the order in which the rules are given, nor on what was asked before', () => {
    fc.assert(
      fc.property(
        anyRules(),
        fc.array(anySold, { minLength: 1, maxLength: 6 }),
        part,
        anyMoment,
        (rules, items, of, at) => {
          const one = compileRules(rules, directory);
          const other = compileRules(rules.toReversed(), directory);
          const ids = items.map((sold) => chooseRule(one, of, sold, at)?.id);
          expect(items.toReversed().map((sold) => chooseRule(other, of, sold, at)?.id)).toEqual(ids.toReversed());
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is total where one rule is about everything, and unique where nothing is wrong', () => {
    fc.assert(
      fc.property(anyRules(), anySold, anyMoment, (rules, sold, at) => {
        const all = [...rules, rule('default', {}, { freight: percent(0) })];
        const problems = checkRules(all, known);
        const sound = all.filter(({ id }) => !problems.has(id) || id === 'default');
        for (const of of commissionParts) {
          expect(chooseRule(compileRules(sound, directory), of, sold, at)).not.toBeNull();
          const holding = sound.filter((each) => {
            const { from, until } = periodOf(each);
            return each[of] !== null && from <= at && at < until && matches(directory, each, sold);
          });
          for (const [index, one] of holding.entries())
            for (const other of holding.slice(index + 1))
              if (one.scope.sellerId !== null || problems.get(one.id) === undefined)
                expect(compareRules(directory, one, other).criterion).not.toBe('tie');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, Partial<Scope>, Partial<Scope>]>([
    [
      'a binding before a seller and category',
      { sellerId: 'a', sellerSkuId: 's1' },
      { sellerId: 'a', categoryId: 3, brandId: 1 },
    ],
    ['a seller before a group and a deep category', { sellerId: 'a' }, { sellerGroup: 'gold', categoryId: 3 }],
    ['a group before everybody', { sellerGroup: 'gold' }, { categoryId: 3, brandId: 1 }],
    [
      'a deeper category before a higher with a brand',
      { categoryId: 3 },
      { categoryId: 2, brandId: 1, salesChannel: '1' },
    ],
    ['a brand before a channel', { brandId: 1 }, { salesChannel: '1' }],
    ['a channel before none', { salesChannel: '1' }, {}],
  ])('puts %s', (_name, narrow, wide) => {
    const sold = { sellerId: 'a', categoryId: 3, brandId: 1, salesChannel: '1', sellerSkuId: 's1' };
    const compiled = compileRules([rule('wide', wide), rule('narrow', narrow)], directory);
    expect(chooseRule(compiled, 'product', sold, 0)?.id).toBe('narrow');
  });

  it('takes the rule of the day: the first moment is included, the last is not', () => {
    const from = instantOf(Date.UTC(2026, 10, 1, 3)); // midnight in São Paulo
    const compiled = compileRules([rule('old', {}), rule('new', {}, { validFrom: from })], directory);
    const sold = { sellerId: 'c', categoryId: null, brandId: null, salesChannel: null, sellerSkuId: null };
    const at = (moment: number) => chooseRule(compiled, 'product', sold, moment)?.id;
    expect([at(Date.parse(from) - 1), at(Date.parse(from))]).toEqual(['old', 'new']);
  });

  it('says why: the rule, those it beat and by what, and those that are not of the day', () => {
    const rules = [
      rule('default', {}),
      rule('category', { categoryId: 2 }),
      rule('seller', { sellerId: 'a', categoryId: 2 }),
      rule('later', { sellerId: 'a', categoryId: 3 }, { validFrom: instantOf(Date.UTC(2027, 0, 1)) }),
      rule('elsewhere', { sellerId: 'b' }),
    ];
    const sold = { sellerId: 'a', categoryId: 3, brandId: null, salesChannel: null, sellerSkuId: null };
    const why = explain(compileRules(rules, directory), directory, 'product', sold, Date.UTC(2026, 0, 1));
    expect(why.rule?.id).toBe('seller');
    expect(why.beaten.map((each) => [each.rule.id, each.criterion])).toEqual([
      ['category', 'seller'],
      ['default', 'seller'],
    ]);
    expect(why.notNow.map((each) => [each.rule.id, each.why])).toEqual([['later', 'not-yet']]);
  });

  it('explains by the rule that it chooses, and leaves no rule about the item out', () => {
    fc.assert(
      fc.property(anyRules(), anySold, part, anyMoment, (rules, sold, of, at) => {
        const compiled = compileRules(rules, directory);
        const why = explain(compiled, directory, of, sold, at);
        expect(why.rule).toBe(chooseRule(compiled, of, sold, at));
        const about = rules.filter((each) => each[of] !== null && matches(directory, each, sold));
        expect(why.beaten.length + why.notNow.length + (why.rule ? 1 : 0)).toBe(about.length);
      }),
    );
  });
});

describe('what is wrong with rules', () => {
  const codes = (...rules: CommissionRule[]) =>
    [...checkRules(rules, known)].map(([id, problems]) => [id, problems.map(({ code }) => code)]);

  it.each<[string, CommissionRule]>([
    ['says-nothing', rule('r', {}, { product: null })],
    ['empty-period', rule('r', {}, { validFrom: instantOf(5), validUntil: instantOf(5) })],
    ['time-zone', rule('r', {}, { timeZone: 'Mars/Olympus' })],
    ['binding-without-seller', rule('r', { sellerSkuId: 's1' })],
    ['unknown', rule('r', { sellerId: 'nobody' })],
    ['unknown', rule('r', { categoryId: 99 })],
    ['unknown', rule('r', { sellerGroup: 'silver' })],
    ['seller-not-in-group', rule('r', { sellerId: 'c', sellerGroup: 'gold' })],
    ['charge', rule('r', {}, { product: { ...percent(1), bands: [] } })],
  ])('names %s', (code, bad) => {
    expect(codes(bad)).toEqual([['r', [code]]]);
  });

  it('names both of two that tie, also two groups that share a seller', () => {
    expect(codes(rule('x', { categoryId: 1 }), rule('y', { categoryId: 1 }), rule('z', { categoryId: 2 }))).toEqual([
      ['x', ['ties']],
      ['y', ['ties']],
    ]);
    expect(codes(rule('x', { sellerGroup: 'gold' }), rule('y', { sellerGroup: 'north' })).map(([id]) => id)).toEqual([
      'x',
      'y',
    ]);
    const freight = rule('y', { categoryId: 1 }, { product: null, freight: percent(1) });
    expect(codes(rule('x', { categoryId: 1 }), freight)).toEqual([]);
  });

  it('names a rule that others of its scope always come before', () => {
    const [jan, feb, mar] = [0, 1, 2].map((month) => instantOf(Date.UTC(2026, month, 1)));
    const whole = rule('whole', { categoryId: 1 }, { validFrom: jan ?? null, validUntil: mar ?? null });
    const first = rule('first', { categoryId: 1 }, { validFrom: jan ?? null, validUntil: feb ?? null });
    const second = rule('second', { categoryId: 1 }, { validFrom: feb ?? null, validUntil: mar ?? null });
    expect(codes(whole, first)).toEqual([]);
    expect(checkRules([whole, first, second], known).get('whole')).toEqual([
      { code: 'shadowed', part: 'product', by: ['first', 'second'] },
    ]);
  });

  it('names a binding whose SKU is elsewhere', () => {
    const bound = (sellerId: string, sku: string) =>
      sellerId === 'a' && sku === 's1' ? { categoryId: 3, brandId: 1 } : undefined;
    const problems = checkRules(
      [
        rule('here', { sellerId: 'a', sellerSkuId: 's1', categoryId: 1 }),
        rule('category', { sellerId: 'a', sellerSkuId: 's1', categoryId: 5 }),
        rule('gone', { sellerId: 'b', sellerSkuId: 's1' }),
      ],
      { ...known, bound },
    );
    expect([...problems.keys()]).toEqual(['category', 'gone']);
  });
});

describe('a charge', () => {
  const bands = [
    { from: minorOf(0), rate: basisPointsOf(2_000), fixed: minorOf(100) },
    { from: minorOf(10_000), rate: basisPointsOf(1_000), fixed: minorOf(50) },
  ];
  const tiered = (kind: Charge['kind'], more: Partial<Charge> = {}): Charge => ({
    kind,
    bands,
    minimum: null,
    maximum: null,
    ...more,
  });

  it.each([
    ['whole, below', tiered('whole'), 9_999, 2_100],
    ['whole, at the edge', tiered('whole'), 10_000, 1_050],
    ['marginal, above', tiered('marginal'), 15_000, 2_550],
    ['minimum', tiered('whole', { minimum: minorOf(3_000) }), 9_999, 3_000],
    ['maximum', tiered('marginal', { maximum: minorOf(500) }), 15_000, 500],
    ['of nothing', tiered('whole', { minimum: minorOf(3_000) }), 0, 0],
  ])('%s', (_name, charge, price, expected) => {
    expect(chargeOf(charge, price, 1)).toBe(expected);
  });

  it('rounds a line once, not each unit', () => {
    expect(chargeOf(percent(1_250), 333, 1)).toBe(42); // 41.625
    expect(chargeOf(percent(1_250), 333, 100)).toBe(4_163); // 4162.5
  });

  it('is a whole number between its limits, exact to the rational number that it is defined as', () => {
    const price = fc.integer({ min: 1, max: 100_000_000 });
    fc.assert(
      fc.property(anyCharge, price, fc.integer({ min: 1, max: 5_000 }), (charge, unit, quantity) => {
        expect(checkCharge(charge)).toBeNull();
        const last = charge.bands.filter(({ from }) => from <= unit).length - 1;
        let scaled = BigInt(charge.bands[last]?.fixed ?? 0) * 10_000n;
        if (charge.kind === 'whole') scaled += BigInt(unit) * BigInt(charge.bands[last]?.rate ?? 0);
        else
          for (const [index, band] of charge.bands.entries()) {
            if (band.from > unit) continue;
            const to = Math.min(unit, charge.bands[index + 1]?.from ?? unit);
            scaled += BigInt(to - band.from) * BigInt(band.rate);
          }
        if (charge.minimum !== null && scaled < BigInt(charge.minimum) * 10_000n)
          scaled = BigInt(charge.minimum) * 10_000n;
        if (charge.maximum !== null && scaled > BigInt(charge.maximum) * 10_000n)
          scaled = BigInt(charge.maximum) * 10_000n;
        const expected = (scaled * BigInt(quantity) * 2n + 10_000n) / 20_000n;
        expect(BigInt(chargeOf(charge, unit, quantity))).toBe(expected);
      }),
      { numRuns: 1_500 },
    );
  });

  it('never falls as the price rises within a band', () => {
    fc.assert(
      fc.property(anyCharge, fc.nat(60_000), (charge, price) => {
        const inside = charge.bands.every(({ from }) => from !== price + 1);
        if (inside && price > 0)
          expect(chargeOf(charge, price + 1, 1)).toBeGreaterThanOrEqual(chargeOf(charge, price, 1));
      }),
    );
  });
});

describe('the split of an order', () => {
  it('is the documented one', () => {
    const line = (sellerId: string | null, paid: number, rate: number) => ({
      sellerId,
      paid: minorOf(paid),
      commission: sellerId === null ? minorOf(0) : shareOf(minorOf(paid), basisPointsOf(rate)),
    });
    const split = splitOrder([line(null, 6_990, 0), line('x', 8_712, 1_600), line('y', 4_260, 2_000)]);
    expect(split.total).toBe(19_962);
    expect(split.marketplace).toBe(9_236);
    expect(Object.fromEntries(split.sellers)).toEqual({ x: 7_318, y: 3_408 });
  });

  it('adds up to what was paid, whatever the commissions', () => {
    const lines = fc.array(
      fc.record({
        sellerId: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: null }),
        paid: fc.integer({ min: 0, max: 10_000_000 }).map(minorOf),
        commission: fc.integer({ min: 0, max: 10_000_000 }).map(minorOf),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(lines, (given) => {
        const split = splitOrder(given);
        expect(split.marketplace + sumMinor(split.sellers.values())).toBe(split.total);
        expect(split.total).toBe(sumMinor(given.map(({ paid }) => paid)));
      }),
    );
  });

  it('gives the whole commission back once all is refunded, in any steps', () => {
    const paid = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(paid, fc.nat(1_000_000), fc.array(fc.nat(400_000), { maxLength: 12 }), (whole, commission, steps) => {
        let before = 0;
        let back = 0;
        for (const step of [...steps, whole]) {
          const now = Math.min(step, whole - before);
          const given = reversedCommission(minorOf(commission), minorOf(whole), minorOf(before), minorOf(now));
          expect(given).toBeLessThanOrEqual(0);
          back += given;
          before += now;
        }
        expect(lessMinor(minorOf(commission), minorOf(-back))).toBe(0);
      }),
    );
  });

  it('gives nothing back of a line that nothing was paid for', () => {
    expect(reversedCommission(minorOf(0), minorOf(0), minorOf(0), minorOf(500))).toBe(0);
    expect(reversedCommission(minorOf(30), minorOf(0), minorOf(200), minorOf(500))).toBe(0);
  });
});
