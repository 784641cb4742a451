import fc from 'fast-check';
import { instantOf } from '../brand.ts';
import { basisPointsOf, minorOf } from '../exact.ts';
import type { Band, Charge } from './charge.ts';
import type { CommissionRule, Directory, Scope, Sold } from './rules.ts';

/** A small world in which rules meet often: a tree, sellers in groups. Only tests use it. */
export const smallDirectory: Directory = {
  parents: new Map([
    [1, null],
    [2, 1],
    [3, 2],
    [4, 2],
    [5, null],
    [6, 5],
  ]),
  groups: new Map([
    ['a', ['gold', 'north']],
    ['b', ['gold']],
    ['c', []],
  ]),
};

const amount = (max: number) => fc.nat(max).map(minorOf);
const rate = fc.nat(10_000).map(basisPointsOf);
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 2 });

/** Any charge that is well formed. */
export const anyCharge: fc.Arbitrary<Charge> = fc
  .record({
    kind: fc.constantFrom('whole' as const, 'marginal' as const),
    steps: fc.array(fc.tuple(fc.integer({ min: 1, max: 50_000 }), rate, amount(2_000)), { maxLength: 3 }),
    first: fc.tuple(rate, amount(2_000)),
    limits: fc.tuple(orNull(amount(3_000)), orNull(amount(3_000))),
  })
  .map(({ kind, steps, first, limits: [one, other] }) => {
    const bands: Band[] = [{ from: minorOf(0), rate: first[0], fixed: first[1] }];
    for (const [step, of, fixed] of steps)
      bands.push({ from: minorOf((bands.at(-1)?.from ?? 0) + step), rate: of, fixed });
    const both = one !== null && other !== null;
    return {
      kind,
      bands,
      minimum: both ? minorOf(Math.min(one, other)) : one,
      maximum: both ? minorOf(Math.max(one, other)) : other,
    };
  });

/** Moments few enough that periods meet at their edges. */
export const anyMoment = fc.nat(12).map((month) => Date.UTC(2026, month, 1));
const instant = orNull(anyMoment.map(instantOf));

const scope: fc.Arbitrary<Scope> = fc
  .record({
    sellerId: orNull(fc.constantFrom('a', 'b', 'c')),
    sellerGroup: orNull(fc.constantFrom('gold', 'north')),
    categoryId: orNull(fc.integer({ min: 1, max: 6 })),
    brandId: orNull(fc.constantFrom(1, 2)),
    salesChannel: orNull(fc.constantFrom('1', '2')),
    sellerSkuId: orNull(fc.constantFrom('s1', 's2')),
  })
  .map((given) => ({ ...given, sellerSkuId: given.sellerId === null ? null : given.sellerSkuId }));

/** Up to so many rules, each with an id of its own. */
export const anyRules = (maxLength = 14): fc.Arbitrary<CommissionRule[]> =>
  fc
    .array(
      fc.record({
        scope,
        product: orNull(anyCharge),
        freight: orNull(anyCharge),
        validFrom: instant,
        validUntil: instant,
      }),
      { maxLength },
    )
    .map((rules) => rules.map((rule, index) => ({ ...rule, id: `r${index}`, timeZone: 'UTC', note: '' })));

export const anySold: fc.Arbitrary<Sold> = fc.record({
  sellerId: fc.constantFrom('a', 'b', 'c'),
  categoryId: orNull(fc.integer({ min: 1, max: 6 })),
  brandId: orNull(fc.constantFrom(1, 2)),
  salesChannel: orNull(fc.constantFrom('1', '2')),
  sellerSkuId: orNull(fc.constantFrom('s1', 's2')),
});
