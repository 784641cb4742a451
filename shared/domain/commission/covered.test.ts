import fc from 'fast-check';
import { expect, it } from 'vitest';
import { basisPointsOf } from '../exact.ts';
import { percentage } from './charge.ts';
import { chooseRule, compileRules } from './choose.ts';
import { coveredRules } from './covered.ts';
import { anyScope, type CommissionRule, type Scope } from './rules.ts';
import { anyMoment, anyRules, anySold, smallDirectory } from './testing.ts';

const rule = (id: string, scope: Partial<Scope>, more: Partial<CommissionRule> = {}): CommissionRule => ({
  id,
  scope: { ...anyScope, ...scope },
  product: percentage(basisPointsOf(1_000)),
  freight: null,
  validFrom: null,
  validUntil: null,
  timeZone: 'UTC',
  note: '',
  ...more,
});
const found = (...rules: CommissionRule[]) => Object.fromEntries(coveredRules(rules, smallDirectory));

it('finds a rule of everybody that no seller is left for, and names what comes first', () => {
  const own = ['a', 'b', 'c'].map((sellerId) => rule(sellerId, { sellerId }));
  expect(found(rule('all', { categoryId: 2 }), ...own)).toEqual({
    all: [{ code: 'covered', part: 'product', by: ['a', 'b', 'c'] }],
  });
  // the group's and the seller's own together are everybody
  expect(found(rule('all', {}), rule('gold', { sellerGroup: 'gold' }), rule('c', { sellerId: 'c' }))).toEqual({
    all: [{ code: 'covered', part: 'product', by: ['gold', 'c'] }],
  });
});

it.each([
  ['one seller is left', [rule('a', { sellerId: 'a' }), rule('b', { sellerId: 'b' })]],
  [
    'one holds for a narrower category',
    ['a', 'b', 'c'].map((sellerId) => rule(sellerId, { sellerId, categoryId: sellerId === 'b' ? 3 : 1 })),
  ],
  [
    'one ends',
    ['a', 'b', 'c'].map((sellerId) =>
      rule(sellerId, { sellerId }, { validUntil: sellerId === 'a' ? ('2027-01-01T00:00:00.000Z' as never) : null }),
    ),
  ],
  [
    'one is of a brand',
    ['a', 'b', 'c'].map((sellerId) => rule(sellerId, { sellerId, brandId: sellerId === 'a' ? 1 : null })),
  ],
  [
    'one is about the freight',
    ['a', 'b', 'c'].map((sellerId) =>
      rule(sellerId, { sellerId }, sellerId === 'a' ? { product: null, freight: percentage(basisPointsOf(1)) } : {}),
    ),
  ],
])('does not when %s', (_, others) => {
  expect(found(rule('all', { categoryId: 2 }), ...others)).not.toHaveProperty('all');
});

it('a rule that is called covered is never chosen, whatever is sold and when', () => {
  fc.assert(
    fc.property(anyRules(20), fc.array(fc.tuple(anySold, anyMoment), { maxLength: 40 }), (given, sold) => {
      // so that rules that always hold are many
      const rules = given.map((each) => ({ ...each, validFrom: null, scope: { ...each.scope, brandId: null } }));
      const covered = coveredRules(rules, smallDirectory);
      const compiled = compileRules(rules, smallDirectory);
      for (const [item, at] of sold)
        for (const part of ['product', 'freight'] as const) {
          const chosen = chooseRule(compiled, part, item, at);
          expect(covered.get(chosen?.id ?? '')?.some((problem) => problem.part === part) ?? false).toBe(false);
        }
    }),
    { numRuns: 500 },
  );
});
