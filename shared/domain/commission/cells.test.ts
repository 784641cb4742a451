import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from '../brand.ts';
import { basisPointsOf } from '../exact.ts';
import { cellChanges, cellsTaken } from './cells.ts';
import { percentage } from './charge.ts';
import { chooseRule, compileRules } from './choose.ts';
import { anyScope, type CommissionRule } from './rules.ts';
import { anyMoment, anyRules, smallDirectory } from './testing.ts';

const day = (number: number) => instantOf(Date.UTC(2026, 5, number));
const now = Date.parse(day(10));
const cell = { sellerId: 'a', categoryId: 2 };
const rule = (id: string, rest: Partial<CommissionRule> = {}): CommissionRule => ({
  id,
  scope: { ...anyScope, ...cell },
  product: percentage(basisPointsOf(900)),
  freight: null,
  validFrom: null,
  validUntil: null,
  timeZone: 'UTC',
  note: '',
  ...rest,
});
const typed = { part: 'product', validFrom: null, now, timeZone: 'UTC', newId: 'n' } as const;
const freight = percentage(basisPointsOf(200));

describe('an emptied cell', () => {
  it('with a day ends what holds then, and leaves it until then', () => {
    const answer = cellChanges([rule('r')], { ...typed, validFrom: day(20) }, [{ ...cell, rate: null }]);
    expect(answer).toEqual({
      changes: [{ ruleId: 'r', rule: rule('r', { validUntil: day(20) }) }],
      applied: 1,
      skipped: 0,
    });
  });
  it('with a day leaves the other part of the rule as it is, in a rule of its own; the whole part goes where it begins that day', () => {
    const both = rule('r', { freight, validUntil: day(30) });
    const later = { ...typed, validFrom: day(20) };
    expect(cellChanges([both], later, [{ ...cell, rate: null }]).changes).toEqual([
      { ruleId: 'r', rule: { ...both, validUntil: day(20) } },
      { ruleId: 'n-0-0', rule: { ...both, id: 'n-0-0', product: null, validFrom: day(20) } },
    ]);
    const begins = rule('r', { freight, validFrom: day(20) });
    expect(cellChanges([begins], later, [{ ...cell, rate: null }]).changes).toEqual([
      { ruleId: 'r', rule: { ...begins, product: null } },
    ]);
  });
  it('without a day loses the rule that it shows, dated or not', () => {
    const rules = [rule('old'), rule('dated', { validFrom: day(5) }), rule('future', { validFrom: day(25) })];
    expect(cellChanges(rules, typed, [{ ...cell, rate: null }]).changes).toEqual([{ ruleId: 'dated', rule: null }]);
    expect(cellChanges(rules.slice(0, 1), typed, [{ ...cell, rate: null }]).changes).toEqual([
      { ruleId: 'old', rule: null },
    ]);
  });
  it('that has nothing of its own is said to be skipped', () => {
    const cells = [
      { ...cell, rate: null },
      { sellerId: 'b', categoryId: null, rate: null },
      { sellerId: 'b', categoryId: 2, rate: basisPointsOf(100) },
    ];
    for (const validFrom of [null, day(20)])
      expect(cellChanges([rule('r')], { ...typed, validFrom }, cells)).toMatchObject({ applied: 2, skipped: 1 });
  });
  it('says nothing of the part from its day on, and what it said before that and of the other part always', () => {
    fc.assert(
      fc.property(anyRules(), anyMoment, anyMoment, (rules, from, at) => {
        const validFrom = instantOf(from);
        const { changes } = cellChanges(rules, { ...typed, validFrom }, [{ ...cell, rate: null }]);
        const changed = new Map(changes.map((change) => [change.ruleId, change.rule]));
        const after = [
          ...rules.filter(({ id }) => !changed.has(id)),
          ...[...changed.values()].filter((each) => each !== null),
        ];
        const ofCell = (list: readonly CommissionRule[]) =>
          list.filter(({ scope }) => JSON.stringify(scope) === JSON.stringify(rule('x').scope));
        const says = (list: readonly CommissionRule[], part: 'product' | 'freight') => {
          const item = { ...cell, brandId: null, salesChannel: null, sellerSkuId: null };
          const found = chooseRule(compileRules(ofCell(list), smallDirectory), part, item, at);
          return found?.[part] ?? null;
        };
        expect(says(after, 'freight') === null).toBe(says(rules, 'freight') === null);
        if (at < from) expect(says(after, 'product')).toEqual(says(rules, 'product'));
        if (at === from) expect(says(after, 'product')).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});

it('a cell taken over says exactly the percentages given, whatever rules there are', () => {
  fc.assert(
    fc.property(anyRules(), anyMoment, fc.nat(10_000), fc.nat(10_000), (rules, at, product, shipping) => {
      const wanted = { product: basisPointsOf(product), freight: basisPointsOf(shipping) };
      // a group beside a seller narrows the same cell, and nobody types such a rule into it
      const plain = rules.filter(({ scope }) => scope.sellerId === null || scope.sellerGroup === null);
      const changes = cellsTaken(plain, { now: at, newId: 'n' }, [{ ...cell, ...wanted }]);
      const changed = new Map(changes.map((change) => [change.ruleId, change.rule]));
      const after = [
        ...plain.filter(({ id }) => !changed.has(id)),
        ...[...changed.values()].filter((each) => each !== null),
      ];
      const item = { ...cell, brandId: null, salesChannel: null, sellerSkuId: null };
      for (const part of ['product', 'freight'] as const)
        expect(chooseRule(compileRules(after, smallDirectory), part, item, at)?.[part]).toEqual(
          percentage(wanted[part]),
        );
    }),
    { numRuns: 500 },
  );
});
