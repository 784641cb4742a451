import fc from 'fast-check';
import { instantOf } from '../brand.ts';
import { basisPointsOf, minorOf } from '../exact.ts';
import { dueDates, type Installment, interestMethods, newCondition, type PaymentCondition } from './condition.ts';
import type { SellerPolicy } from './merge.ts';
import { ppmOf } from './rate.ts';
import { everyDay } from './windows.ts';

/** Conditions and purchases that meet often. Only tests use it. */

const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 2 });
export const anyAmount = fc.integer({ min: 1, max: 50_000_000 }).map(minorOf);
export const anyRate = fc.oneof(fc.constant(0), fc.nat(200_000)).map(ppmOf);

export const anyInstallment: fc.Arbitrary<Installment> = fc.record({
  quantity: fc.integer({ min: 1, max: 36 }),
  rate: anyRate,
  tax: fc.oneof(fc.constant(0), fc.nat(50_000)).map(ppmOf),
  external: fc.constant(null),
});
export const anyMethod = fc.constantFrom(...interestMethods);
export const anyDueDate = fc.constantFrom(...dueDates);

const anyWindow = fc.record({
  days: fc.subarray([...everyDay], { minLength: 1 }),
  from: fc.nat(1_439),
  until: fc.nat(1_439),
  offset: fc.integer({ min: -48, max: 56 }).map((quarters) => quarters * 15),
});

export const anyCondition: fc.Arbitrary<PaymentCondition> = fc
  .record({
    system: fc.integer({ min: 1, max: 3 }),
    id: fc.integer({ min: 1, max: 99 }),
    salesChannels: orNull(fc.subarray(['1', '2', '3'], { minLength: 1 })),
    installments: orNull(
      fc.record({
        dueDate: anyDueDate,
        method: anyMethod,
        minimum: fc.nat(5_000).map(minorOf),
        plans: fc.uniqueArray(anyInstallment, { selector: ({ quantity }) => quantity, minLength: 1, maxLength: 4 }),
      }),
    ),
    deadlines: fc.array(
      fc.record({
        payments: fc
          .uniqueArray(fc.nat(120), { minLength: 1, maxLength: 3 })
          .chain((days) =>
            fc.tuple(...days.toSorted((a, b) => a - b).map((day) => anyRate.map((rate) => ({ days: day, rate })))),
          ),
      }),
      { maxLength: 2 },
    ),
    enabled: fc.boolean(),
    beginsAt: orNull(fc.nat(20).map((day) => instantOf(Date.UTC(2026, 10, 1 + day)))),
    minimum: orNull(fc.nat(100_000).map(minorOf)),
    country: orNull(fc.constantFrom('BRA', 'USA')),
    windows: fc.array(anyWindow, { maxLength: 2 }),
    merchants: orNull(fc.subarray(['shop', 'a', 'b', 'c'], { minLength: 1 })),
    commercial: orNull(
      fc.record({
        id: fc.constantFrom('1', '2'),
        name: fc.constant(null),
        share: fc.nat(10_000).map(basisPointsOf),
      }),
    ),
    excludedBins: fc.array(
      fc.tuple(fc.integer({ min: 400_000, max: 400_020 }), fc.nat(10)).map(([from, size]) => ({
        from: String(from),
        to: String(from + size),
      })),
      { maxLength: 2 },
    ),
  })
  .map(({ system, id, ...given }) => ({
    ...newCondition(`c${id}`, { id: system, name: `System ${system}`, implementation: null }),
    ...given,
  }));

export const anyPolicies: fc.Arbitrary<SellerPolicy[]> = fc
  .record({ a: fc.boolean(), b: fc.boolean(), c: fc.boolean() })
  .chain((has) =>
    fc.tuple(
      ...(['a', 'b', 'c'] as const)
        .filter((name) => has[name])
        .map((sellerId) =>
          fc.record({
            sellerId: fc.constant(sellerId),
            enabled: fc.boolean(),
            policy: fc.constantFrom('marketplace' as const, 'both' as const, 'seller' as const),
            hybrid: fc.boolean(),
          }),
        ),
    ),
  );
