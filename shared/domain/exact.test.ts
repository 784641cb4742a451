import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  allocate,
  basisPointsOf,
  basisPointsOfPercent,
  divideRounded,
  minorOf,
  parseBasisPoints,
  percentOf,
  percentText,
  proportion,
  shareOf,
  sumMinor,
  wholeOfScaled,
} from './exact.ts';

const minor = fc.integer({ min: -900_000_000_000, max: 900_000_000_000 }).map(minorOf);
const rate = fc.integer({ min: 0, max: 10_000 }).map(basisPointsOf);

it.each([
  [8_712, 1_600, 1_394],
  [4_260, 2_000, 852],
  [1, 5_000, 1],
  [-1, 5_000, -1],
  [1, 4_999, 0],
  [33, 985, 3],
])('takes %d at %d basis points as %d', (amount, at, expected) => {
  expect(shareOf(minorOf(amount), basisPointsOf(at))).toBe(expected);
});

it('refuses what is no whole number, or too large to be exact', () => {
  for (const value of [0.1, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])
    expect(() => minorOf(value)).toThrow(RangeError);
  for (const value of [-1, 10_001, 0.5]) expect(() => basisPointsOf(value)).toThrow(RangeError);
});

it('rounds as whole-number arithmetic of any size does, halves away from zero', () => {
  fc.assert(
    fc.property(
      minor,
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      (a, b, by) => {
        const exact = BigInt(a) * BigInt(b);
        const size = exact < 0n ? -exact : exact;
        const rounded = (size * 2n + BigInt(by)) / (2n * BigInt(by));
        if (rounded >= 2n ** 53n) {
          expect(() => proportion(a, b, by)).toThrow(RangeError);
          return;
        }
        expect(BigInt(divideRounded(exact, by))).toBe(exact < 0n ? -rounded : rounded);
        expect(BigInt(proportion(a, b, by))).toBe(exact < 0n ? -rounded : rounded);
      },
    ),
  );
});

it('gives back on a refund what it took: the opposite amount has the opposite share', () => {
  fc.assert(
    fc.property(minor, rate, (amount, at) => {
      expect(shareOf(minorOf(-amount), at) + shareOf(amount, at)).toBe(0);
    }),
  );
});

it('allocates to parts that add up to the whole, each within one of its exact share', () => {
  const weights = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(minor, weights, (total, given) => {
      const parts = allocate(total, given);
      expect(sumMinor(parts)).toBe(total);
      const whole = given.reduce((sum, weight) => sum + weight, 0);
      if (whole === 0) return;
      for (const [index, part] of parts.entries()) {
        const off = BigInt(part) * BigInt(whole) - BigInt(total) * BigInt(given[index] ?? 0);
        expect((off < 0n ? -off : off) < BigInt(whole)).toBe(true);
      }
    }),
  );
});

it('refuses weights that are none', () => {
  expect(() => allocate(minorOf(1), [])).toThrow(RangeError);
  expect(() => allocate(minorOf(1), [-1, 2])).toThrow(RangeError);
  expect(() => allocate(minorOf(1), [0.5])).toThrow(RangeError);
});

it('carries every rate through the protocol’s percentage, and through text, unchanged', () => {
  fc.assert(
    fc.property(rate, (at) => {
      expect(basisPointsOfPercent(percentOf(at))).toBe(at);
      expect(parseBasisPoints(percentText(at))).toBe(at);
      expect(parseBasisPoints(` ${percentText(at).replace('.', ',')} % `)).toBe(at);
    }),
  );
  expect([9.85, 2.43, 100, 0, 100.01, 1.234, -1, Number.NaN].map(basisPointsOfPercent)).toEqual([
    985,
    243,
    10_000,
    0,
    null,
    null,
    null,
    null,
  ]);
  expect(['', 'x', '101', '1.234', '-1', '1.2.3'].map(parseBasisPoints)).toEqual([null, null, null, null, null, null]);
});

it('rounds ten-thousandths quickly exactly as without a fraction', () => {
  const near = fc
    .integer({ min: 0, max: 450_359_962_735 })
    .chain((whole) => fc.integer({ min: -2, max: 2 }).map((off) => Math.max(0, whole * 10_000 + 5_000 + off)));
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: 0, max: 2 ** 52 }), near), (scaled) => {
      expect(wholeOfScaled(scaled)).toBe(divideRounded(BigInt(scaled), 10_000));
    }),
    { numRuns: 5_000 },
  );
});
