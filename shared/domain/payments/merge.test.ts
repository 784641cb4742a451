import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from '../brand.ts';
import { minorOf } from '../exact.ts';
import { newCondition, type PaymentCondition } from './condition.ts';
import {
  type CartPart,
  type Merchant,
  type MergeInput,
  marketplaceCharge,
  mergeOptions,
  type SellerPolicy,
} from './merge.ts';
import { ppmOf } from './rate.ts';
import { anyCondition, anyPolicies } from './testing.ts';

const purchase = {
  salesChannel: '1',
  at: instantOf(Date.UTC(2026, 10, 25, 15)),
  country: 'BRA',
  commercialShares: {},
  bin: null,
  cobrand: null,
  cardLevel: null,
  isSignedIn: true,
};
const visa = (id: string, quantities: readonly number[]): PaymentCondition => ({
  ...newCondition(id, { id: 2, name: 'Visa', implementation: null }),
  installments: {
    dueDate: 'end',
    method: 'compound',
    minimum: minorOf(0),
    plans: quantities.map((quantity) => ({ quantity, rate: ppmOf(0), tax: ppmOf(0), external: null })),
  },
});
const gift = newCondition('gift', { id: 16, name: 'Gift card', implementation: null });

function inputOf(
  parts: readonly CartPart[],
  policies: readonly SellerPolicy[],
  conditions: Readonly<Record<string, readonly PaymentCondition[]>>,
): MergeInput {
  return {
    parts,
    policies: new Map(policies.map((policy) => [policy.sellerId, policy])),
    account: 'shop',
    conditions: (merchant: Merchant) => conditions[merchant ?? ''] ?? [],
    purchase,
    giftCards: new Set([16]),
  };
}
const policy = (sellerId: string, of: SellerPolicy['policy'], enabled = true, hybrid = false): SellerPolicy => ({
  sellerId,
  policy: of,
  enabled,
  hybrid,
});
const part = (sellerId: string | null, value: number): CartPart => ({ sellerId, value: minorOf(value) });

describe('merged payments', () => {
  it('without a policy, or with it off, the marketplace charges for everything, divided by payout', () => {
    for (const policies of [[], [policy('a', 'seller', false)]]) {
      const [only, ...rest] = mergeOptions(
        inputOf([part(null, 100), part('a', 200)], policies, { '': [visa('m', [1])] }),
      );
      expect(rest).toEqual([]);
      expect(only).toMatchObject({ way: 'marketplace', split: 'payout', refusals: [] });
      expect(only?.legs).toEqual([{ merchant: null, conditionIds: ['m'], value: 300 }]);
    }
  });
  it('when both must charge, both must accept, and only the installments in common are offered', () => {
    const cart = [part(null, 100), part('a', 201)];
    const options = mergeOptions(
      inputOf(cart, [policy('a', 'seller')], { '': [visa('m', [1, 2, 3])], a: [visa('s', [1, 3, 6])] }),
    );
    expect(options).toHaveLength(1);
    expect(options[0]).toMatchObject({ split: 'transactions', refusals: [] });
    expect(options[0]?.legs.map(({ merchant }) => merchant)).toEqual([null, 'a']);
    expect(options[0]?.plans.map(({ quantity, total }) => [quantity, total])).toEqual([
      [1, 301],
      [3, 301],
    ]);
    const refused = mergeOptions(inputOf(cart, [policy('a', 'seller')], { '': [visa('m', [1])], a: [] }));
    expect(refused[0]).toMatchObject({ plans: [], refusals: [{ merchant: 'a', reasons: [{ code: 'no-condition' }] }] });
    const apart = mergeOptions(inputOf(cart, [policy('a', 'seller')], { '': [visa('m', [1])], a: [visa('s', [2])] }));
    expect(apart[0]?.refusals[0]?.reasons).toEqual([{ code: 'no-common-plan' }]);
  });
  it('offers the plans of all conditions of a system, of each number of payments the cheapest', () => {
    const dear: PaymentCondition = {
      ...visa('a', [1, 2, 6]),
      installments: {
        dueDate: 'end',
        method: 'single',
        minimum: minorOf(0),
        plans: [1, 2, 6].map((quantity) => ({
          quantity,
          rate: ppmOf(quantity === 1 ? 0 : 50_000),
          tax: ppmOf(0),
          external: null,
        })),
      },
    };
    const [option] = mergeOptions(
      inputOf([part(null, 1_200)], [], { '': [dear, visa('b', [1, 2, 3]), { ...visa('c', [12]), enabled: false }] }),
    );
    expect(option?.legs).toEqual([{ merchant: null, conditionIds: ['a', 'b'], value: 1_200 }]);
    expect(option?.plans.map(({ quantity, interest, legs }) => [quantity, interest, legs[0]?.conditionId])).toEqual([
      [1, 0, 'a'],
      [2, 0, 'b'],
      [3, 0, 'b'],
      [6, 60, 'a'],
    ]);
  });
  it('what the marketplace charges is the cart without what sellers charge themselves', () => {
    const parts = [part(null, 100), part('a', 200), part('b', 400)];
    const charge = marketplaceCharge(inputOf(parts, [policy('a', 'seller'), policy('b', 'both')], {}));
    expect([charge?.value, charge?.merchants, charge?.isGiftRefused(16), charge?.isGiftRefused(2)]).toEqual([
      500,
      ['shop', 'b'],
      true,
      false,
    ]);
    expect(marketplaceCharge(inputOf([part('a', 200)], [policy('a', 'seller')], {}))).toBeNull();
  });
  it('keeps the same payment system of two merchants apart', () => {
    const options = mergeOptions(
      inputOf([part('a', 500)], [policy('a', 'both')], { '': [visa('m', [1, 10])], a: [visa('s', [1, 3])] }),
    );
    expect(
      options.map(({ way, legs, plans }) => [way, legs[0]?.merchant, plans.map(({ quantity }) => quantity)]),
    ).toEqual([
      ['marketplace', null, [1, 10]],
      ['sellers', 'a', [1, 3]],
    ]);
  });
  it('a gift card pays for a seller’s items only where that is allowed', () => {
    const cart = [part('a', 500)];
    const of = (hybrid: boolean) =>
      mergeOptions(inputOf(cart, [policy('a', 'marketplace', true, hybrid)], { '': [gift] }))[0];
    expect(of(false)?.refusals[0]?.reasons).toEqual([{ code: 'gift-card' }]);
    expect(of(true)?.plans).toHaveLength(1);
  });
  it('outside Brazil nothing is divided by payout', () => {
    const input = inputOf([part('a', 500)], [], { '': [visa('m', [1])] });
    expect(mergeOptions({ ...input, purchase: { ...purchase, country: 'USA' } })[0]?.split).toBe('one');
  });

  const anyParts = fc.uniqueArray(
    fc.record({
      sellerId: fc.constantFrom(null, 'a', 'b', 'c'),
      value: fc.integer({ min: 1, max: 1_000_000 }).map(minorOf),
    }),
    { selector: ({ sellerId }) => sellerId, minLength: 1, maxLength: 4 },
  );
  const anySets = fc.record({
    '': fc.uniqueArray(anyCondition, { selector: ({ id }) => id, maxLength: 5 }),
    a: fc.uniqueArray(anyCondition, { selector: ({ id }) => id, maxLength: 4 }),
    b: fc.uniqueArray(anyCondition, { selector: ({ id }) => id, maxLength: 4 }),
    c: fc.constant([]),
  });
  it('the legs of an option are the cart, each plan adds up, and an option is offered or refused', () => {
    fc.assert(
      fc.property(anyParts, anyPolicies, anySets, (parts, policies, sets) => {
        const whole = parts.reduce((sum, { value }) => sum + value, 0);
        for (const option of mergeOptions(inputOf(parts, policies, sets))) {
          expect(option.plans.length > 0).toBe(option.refusals.length === 0);
          if (option.plans.length === 0) continue;
          expect(option.legs.reduce((sum, { value }) => sum + value, 0)).toBe(whole);
          expect(new Set(option.legs.map(({ merchant }) => merchant)).size).toBe(option.legs.length);
          expect(option.split === 'transactions').toBe(option.legs.length > 1);
          for (const plan of option.plans) {
            expect(plan.total - plan.interest).toBe(whole);
            expect(plan.legs.reduce((sum, { total }) => sum + total, 0)).toBe(plan.total);
          }
        }
      }),
    );
  });
  it('the order of parts, policies and conditions changes nothing', () => {
    fc.assert(
      fc.property(anyParts, anyPolicies, anySets, (parts, policies, sets) => {
        const turned = Object.fromEntries(Object.entries(sets).map(([name, list]) => [name, list.toReversed()]));
        expect(mergeOptions(inputOf(parts.toReversed(), policies.toReversed(), turned))).toEqual(
          mergeOptions(inputOf(parts, policies, sets)),
        );
      }),
    );
  });
  it('a seller that never charges for itself can take no option away', () => {
    fc.assert(
      fc.property(anyParts, anySets, (parts, sets) => {
        const off = parts.flatMap(({ sellerId }) =>
          sellerId === null ? [] : [policy(sellerId, 'seller', false, true)],
        );
        for (const option of mergeOptions(inputOf(parts, off, sets))) {
          expect(option.way).toBe('marketplace');
          expect([...option.legs, ...option.refusals].every(({ merchant }) => merchant === null)).toBe(true);
        }
      }),
    );
  });
});
