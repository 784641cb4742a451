import fc from 'fast-check';
import { expect, it } from 'vitest';
import { minorOf } from '../../../shared/domain/exact.ts';
import { newCondition, type PaymentCondition } from '../../../shared/domain/payments/condition.ts';
import { ppmOf } from '../../../shared/domain/payments/rate.ts';
import { anyCondition } from '../../../shared/domain/payments/testing.ts';
import { mergedRule } from './payment-merge.ts';
import { ruleOf, ruleSchema } from './payments.ts';

const condition: PaymentCondition = {
  ...newCondition('7', { id: 4, name: 'Mastercard', implementation: null }),
  country: 'BRA',
  installments: {
    dueDate: 'end',
    method: 'compound',
    minimum: minorOf(500),
    plans: [
      { quantity: 1, rate: ppmOf(0), tax: ppmOf(0), external: null },
      { quantity: 2, rate: ppmOf(19_900), tax: ppmOf(0), external: null },
    ],
  },
};
const written = ruleOf(condition, 2);
/** The rule as a backend keeps it: more than we know, and its own way of writing. */
const there = {
  ...written,
  id: '7',
  country: { name: 'Brazil', isoCode: 'BRA', region: 'south' },
  loyaltyProgram: { id: 3 },
  installmentOptions: {
    dueDateType: 0,
    interestRateMethod: null,
    minimumInstallmentValue: 5,
    rounding: 'up',
    installments: [
      {
        quantity: 2,
        value: 12.5,
        ruleId: 'a',
        interestRate: 0.0199,
        interestTax: 0,
        isExternalInstallmentService: null,
        label: '2x',
      },
      { quantity: 1, value: 25, ruleId: 'b', interestRate: 0, interestTax: 0, isExternalInstallmentService: null },
    ],
  },
};
const merged = (to: PaymentCondition) =>
  mergedRule(there, ruleSchema(2).parse(there), to, ruleOf(to, 2)) as typeof there & Record<string, unknown>;

it('keeps what the model does not have, and how the backend wrote what is the same', () => {
  // the plans stand in another order there: that is a difference, and only that
  expect(merged({ ...condition, enabled: false })).toMatchObject({
    enabled: false,
    country: there.country,
    loyaltyProgram: { id: 3 },
    installmentOptions: {
      rounding: 'up',
      installments: [
        { quantity: 1, value: 25, ruleId: 'b' },
        { quantity: 2, value: 12.5, ruleId: 'a', label: '2x' },
      ],
    },
  });
});

it('writes what differs: rates by quantity, a new plan whole, another country without the old one’s name', () => {
  const plans = [
    ...(condition.installments?.plans ?? []),
    { quantity: 3, rate: ppmOf(5_000), tax: ppmOf(0), external: null },
  ];
  const changed = merged({
    ...condition,
    country: 'ARG',
    installments: condition.installments && {
      ...condition.installments,
      plans: plans.map((plan) => (plan.quantity === 2 ? { ...plan, rate: ppmOf(10_000) } : plan)),
    },
  });
  expect(changed.country).toEqual({ name: null, isoCode: 'ar' });
  expect(changed.installmentOptions.installments).toMatchObject([
    { quantity: 1, value: 25 },
    { quantity: 2, value: 12.5, interestRate: 0.01, label: '2x' },
    { quantity: 3, value: 0, interestRate: 0.005 },
  ]);
});

it('whatever was there, what is sent means the condition, and nothing unknown is lost', () => {
  fc.assert(
    fc.property(anyCondition, anyCondition, (before, after) => {
      const rule = { ...ruleOf(before, 2), id: '1', extra: 'kept' };
      const sent = mergedRule(rule, ruleSchema(2).parse(rule), after, ruleOf(after, 2));
      expect(ruleSchema(2).parse({ ...sent, id: after.id })).toEqual(
        ruleSchema(2).parse({ ...ruleOf(after, 2), id: after.id }),
      );
      expect(sent.extra).toBe('kept');
    }),
  );
});
