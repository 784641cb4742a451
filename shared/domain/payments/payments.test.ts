import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from '../brand.ts';
import { minorOf } from '../exact.ts';
import { checkCondition, newCondition } from './condition.ts';
import { type Purchase, plansOf, reasonsAgainst, simulate } from './eligible.ts';
import { annualCostOf, deadlinePlan, installmentPlan, totalOf } from './plans.ts';
import {
  fractionOf,
  largestPpm,
  parsePpm,
  percentOfPpm,
  ppmOf,
  ppmOfFraction,
  ppmOfPercent,
  ppmText,
  scaledOf,
} from './rate.ts';
import { anyAmount, anyCondition, anyDueDate, anyInstallment, anyMethod, anyRate } from './testing.ts';
import { cronPairOf, everyDay, isOpen, windowOf } from './windows.ts';

const one = { quantity: 1, rate: ppmOf(0), tax: ppmOf(0), external: null };
const visa = newCondition('visa', { id: 2, name: 'Visa', implementation: null });
const purchase = {
  value: minorOf(19_990),
  salesChannel: '1',
  at: instantOf(Date.UTC(2026, 10, 25, 15)),
  country: 'BRA',
  merchants: ['shop'],
  commercialShares: {},
  bin: null,
  cobrand: null,
  cardLevel: null,
  isSignedIn: true,
};

describe('rates', () => {
  it('reads the protocol’s two units as one', () => {
    expect(ppmOfFraction(0.0199)).toBe(19_900);
    expect(ppmOfPercent(1.99)).toBe(19_900);
    expect(ppmOfFraction(0.1)).toBe(100_000);
    expect(ppmOfPercent(3)).toBe(30_000);
    expect(ppmOfFraction(1e-7)).toBeNull();
    expect(ppmOfFraction(1e-6)).toBe(1);
    expect(ppmOfFraction(-0.1)).toBeNull();
    expect(scaledOf(199.62, 2)).toBe(19_962);
    expect(scaledOf(199.625, 2)).toBeNull();
    expect(parsePpm('1,99 %')).toBe(19_900);
    expect(parsePpm('x')).toBeNull();
  });
  it('loses nothing on the way out and in again, in either unit', () => {
    fc.assert(
      fc.property(fc.nat(largestPpm).map(ppmOf), (rate) => {
        expect(ppmOfFraction(fractionOf(rate))).toBe(rate);
        expect(ppmOfPercent(percentOfPpm(rate))).toBe(rate);
        expect(parsePpm(ppmText(rate))).toBe(rate);
      }),
    );
  });
});

describe('windows', () => {
  it('reads cron pairs with days and offset, and says when they mean more', () => {
    const window = windowOf('* * 11 * * 1,3,4 * -0300', '* * 18 * * 1,3,4 * -0300');
    expect(window).toEqual({ days: [1, 3, 4], from: 660, until: 1_080, offset: -180 });
    expect(windowOf('* * 05 * * * * -0300', '* * 23 * * * * -0300')?.days).toEqual(everyDay);
    expect(windowOf('* * 05 1 * * * -0300', '* * 23 1 * * * -0300')).toBeNull();
    expect(windowOf('* * 05 * * 1 * -0300', '* * 23 * * 2 * -0300')).toBeNull();
    expect(windowOf('nonsense', '')).toBeNull();
  });
  it('is open from its first minute to before its last, past midnight too', () => {
    const day = { days: [3], from: 660, until: 1_080, offset: -180 };
    // 25 November 2026 is a Wednesday
    expect(isOpen(day, Date.UTC(2026, 10, 25, 13, 59))).toBe(false);
    expect(isOpen(day, Date.UTC(2026, 10, 25, 14, 0))).toBe(true);
    expect(isOpen(day, Date.UTC(2026, 10, 25, 20, 59))).toBe(true);
    expect(isOpen(day, Date.UTC(2026, 10, 25, 21, 0))).toBe(false);
    expect(isOpen(day, Date.UTC(2026, 10, 26, 15, 0))).toBe(false);
    const night = { days: [3], from: 1_320, until: 120, offset: 0 };
    expect(isOpen(night, Date.UTC(2026, 10, 25, 23))).toBe(true);
    expect(isOpen(night, Date.UTC(2026, 10, 26, 1))).toBe(true);
    expect(isOpen(night, Date.UTC(2026, 10, 25, 1))).toBe(false);
  });
  it('survives the way out and in again', () => {
    const anyWindow = fc.record({
      days: fc.subarray([...everyDay], { minLength: 1 }),
      from: fc.nat(1_439),
      until: fc.nat(1_439),
      offset: fc.integer({ min: -48, max: 56 }).map((quarters) => quarters * 15),
    });
    fc.assert(
      fc.property(anyWindow, (window) => {
        const { start, end } = cronPairOf(window);
        expect(windowOf(start, end)).toEqual(window);
      }),
    );
  });
});

describe('plans', () => {
  it('divides without interest to the cent, the remainder first', () => {
    const plan = installmentPlan(minorOf(19_990), 'compound', 'end', { ...one, quantity: 3 }, false);
    expect(plan.payments.map(({ amount }) => amount)).toEqual([6_664, 6_663, 6_663]);
    expect(plan).toMatchObject({ total: 19_990, interest: 0, annualCost: 0 });
  });
  it('knows the price table: 1,000.00 at 1.99 % in 10 is 1,112.68', () => {
    const plan = installmentPlan(
      minorOf(100_000),
      'compound',
      'end',
      { ...one, quantity: 10, rate: ppmOf(19_900) },
      false,
    );
    // 111.26828875… a month
    expect(plan.total).toBe(111_268);
    expect(plan.payments[7]?.amount).toBe(11_127);
    expect(plan.payments[8]?.amount).toBe(11_126);
    // (1.0199)^12 - 1 is 26.67 %
    expect(Math.abs((plan.annualCost ?? 0) - 2_667)).toBeLessThanOrEqual(1);
  });
  it('adds simple interest with its tax, and a single interest once', () => {
    const plan = { quantity: 4, rate: ppmOf(10_000), tax: ppmOf(3_800), external: null };
    expect(totalOf(minorOf(10_000), 'simple', 'end', plan)).toBe(10_438);
    expect(totalOf(minorOf(10_000), 'single', 'end', plan)).toBe(10_100);
  });
  it('costs nothing a year when nothing is paid later, and has no rate when more is paid at once', () => {
    expect(annualCostOf(minorOf(100), [{ after: 0, amount: minorOf(100) }], 12)).toBe(0);
    expect(annualCostOf(minorOf(100), [{ after: 0, amount: minorOf(110) }], 12)).toBeNull();
    expect(annualCostOf(minorOf(10_000), [{ after: 1, amount: minorOf(11_000) }], 12)).toBe(21_384);
  });
  it('gives each payment of a deadline its own interest', () => {
    const plan = deadlinePlan(minorOf(10_001), {
      payments: [
        { days: 30, rate: ppmOf(0) },
        { days: 60, rate: ppmOf(30_000) },
      ],
    });
    expect(plan.payments).toEqual([
      { after: 30, amount: 5_001 },
      { after: 60, amount: 5_150 },
    ]);
    expect(plan.total).toBe(10_151);
  });
  it('adds up: payments are the total, the total less interest the amount, and no payment differs by more than a cent', () => {
    fc.assert(
      fc.property(anyAmount, anyMethod, anyDueDate, anyInstallment, (amount, method, dueDate, installment) => {
        const plan = installmentPlan(amount, method, dueDate, installment, false);
        const amounts = plan.payments.map((payment) => payment.amount);
        expect(amounts.reduce((sum, each) => sum + each, 0)).toBe(plan.total);
        expect(plan.total - plan.interest).toBe(amount);
        expect(plan.interest).toBeGreaterThanOrEqual(0);
        expect(Math.max(...amounts) - Math.min(...amounts)).toBeLessThanOrEqual(1);
        expect(amounts.every(Number.isSafeInteger)).toBe(true);
      }),
    );
  });
  it('costs a year what the rate compounds to, whatever the amount and the number of installments', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000_000, max: 50_000_000 }).map(minorOf),
        fc.integer({ min: 2, max: 24 }),
        fc.integer({ min: 5_000, max: 100_000 }).map(ppmOf),
        (amount, quantity, rate) => {
          const plan = installmentPlan(amount, 'compound', 'end', { ...one, quantity, rate }, false);
          const expected = ((1 + rate / 1_000_000) ** 12 - 1) * 10_000;
          // cents of rounding move it by little on amounts from 10,000.00 on
          expect(Math.abs((plan.annualCost ?? -1) - expected)).toBeLessThan(3);
        },
      ),
    );
  });
  it('a higher rate never costs less', () => {
    fc.assert(
      fc.property(anyAmount, anyMethod, anyDueDate, anyInstallment, anyRate, (amount, method, dueDate, plan, other) => {
        const low = ppmOf(Math.min(plan.rate, other));
        const high = ppmOf(Math.max(plan.rate, other));
        expect(totalOf(amount, method, dueDate, { ...plan, rate: high })).toBeGreaterThanOrEqual(
          totalOf(amount, method, dueDate, { ...plan, rate: low }),
        );
      }),
    );
  });
});

describe('who sees which option', () => {
  const reasons = (change: Partial<typeof visa>, of: Partial<Purchase> = {}) =>
    reasonsAgainst({ ...visa, ...change }, { ...purchase, ...of }).map(({ code }) => code);
  it('gives every reason', () => {
    expect(reasons({})).toEqual([]);
    expect(
      reasons({ enabled: false, salesChannels: ['2'], country: 'USA', minimum: minorOf(20_000), merchants: ['a'] }),
    ).toEqual(['disabled', 'channel', 'country', 'minimum', 'merchants']);
    expect(reasons({ beginsAt: instantOf(Date.UTC(2026, 11, 1)) })).toEqual(['not-yet']);
    expect(reasons({ endsAt: purchase.at })).toEqual(['over']);
    expect(reasons({ windows: [{ days: [0], from: 0, until: 60, offset: 0 }] })).toEqual(['window']);
    expect(reasons({ requiresAuthentication: true }, { isSignedIn: false })).toEqual(['sign-in']);
    expect(reasons({ cobrand: 'Airline', cardLevel: 'Black' }, {})).toEqual(['card-brand', 'card-level']);
    expect(reasons({ cobrand: 'Airline', cardLevel: 'Black' }, { cobrand: 'airline', cardLevel: 'Gold' })).toEqual([
      'card-level',
    ]);
    expect(reasons({ cobrand: 'Airline', cardLevel: 'Black' }, { cobrand: ' airline', cardLevel: 'BLACK' })).toEqual(
      [],
    );
    expect(reasons({ excludedBins: [{ from: '400000', to: '400099' }] }, { bin: '40005512' } as never)).toEqual([
      'bin',
    ]);
    expect(reasons({ excludedBins: [{ from: '400000', to: '400099' }] }, { bin: '400100' } as never)).toEqual([]);
    const commercial = { id: '7', name: null, share: 5_000 as never };
    expect(reasons({ commercial })).toEqual(['commercial']);
    expect(reasons({ commercial }, { commercialShares: { 7: 5_000 } })).toEqual([]);
  });
  it('takes plans away whose installment is too small, and the option when none is left', () => {
    const installments = {
      dueDate: 'end' as const,
      method: 'compound' as const,
      minimum: minorOf(5_000),
      plans: [2, 3, 4, 5].map((quantity) => ({ ...one, quantity })),
    };
    const left = plansOf({ ...visa, installments }, minorOf(19_990));
    expect(left.map(({ quantity }) => quantity)).toEqual([2, 3]);
    expect(reasons({ installments }, { value: minorOf(9_999) })).toEqual(['no-plan']);
  });
  it('every condition is offered with a plan, or left out with a reason', () => {
    fc.assert(
      fc.property(fc.array(anyCondition, { maxLength: 6 }), anyAmount, (conditions, value) => {
        for (const option of simulate(conditions, { ...purchase, value })) {
          expect(option.plans.length > 0).toBe(option.reasons.length === 0);
          for (const plan of option.plans)
            expect(plan.payments.reduce((sum, { amount }) => sum + amount, 0)).toBe(plan.total);
        }
      }),
    );
  });
});

it('names the field at fault', () => {
  const fields = (change: Partial<typeof visa>) => checkCondition({ ...visa, ...change }).map(({ field }) => field);
  expect(fields({})).toEqual([]);
  expect(fields({ name: ' ' })).toEqual(['name']);
  expect(fields({ beginsAt: purchase.at, endsAt: purchase.at })).toEqual(['endsAt']);
  expect(fields({ salesChannels: [], merchants: [], country: 'br' })).toEqual([
    'salesChannels',
    'merchants',
    'country',
  ]);
  expect(
    fields({
      installments: {
        dueDate: 'end',
        method: 'single',
        minimum: minorOf(0),
        plans: [one, one, { ...one, quantity: 100, tax: ppmOf(1) }],
      },
    }),
  ).toEqual(['installments.plans.1.quantity', 'installments.plans.2.quantity', 'installments.plans.2.tax']);
  expect(
    fields({
      deadlines: [
        { payments: [] },
        {
          payments: [
            { days: 30, rate: ppmOf(0) },
            { days: 30, rate: ppmOf(0) },
          ],
        },
      ],
    }),
  ).toEqual(['deadlines.0', 'deadlines.1.payments.1.days']);
  expect(fields({ excludedBins: [{ from: '4000', to: '40' }] })).toEqual(['excludedBins.0']);
  expect(fields({ windows: [{ days: [], from: 0, until: 1, offset: 0 }] })).toEqual(['windows.0']);
});
