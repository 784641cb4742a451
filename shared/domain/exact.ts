import type { Branded } from './brand.ts';

/**
 * A whole number of minor units (cents). Only the functions of this file make one out of a number, and arithmetic on two of
 * them is a plain number again: an amount that went through a float cannot be stored where money is expected.
 */
export type Minor = Branded<number, 'Minor'>;
/** A whole number of hundredths of a per cent: 1,250 is 12.5 %. */
export type BasisPoints = Branded<number, 'BasisPoints'>;

/** The whole of something, in basis points. */
export const wholeBasisPoints = 10_000;

/** A number as minor units. @throws RangeError when it is not a whole number that a double holds exactly */
export function minorOf(value: number): Minor {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number of minor units`);
  // the one place where a checked number becomes money; -0 would survive JSON as 0 and fail an equality
  return (value === 0 ? 0 : value) as Minor;
}

/** A number as a rate. @throws RangeError outside 0 to 10,000 */
export function basisPointsOf(value: number): BasisPoints {
  if (!Number.isInteger(value) || value < 0 || value > wholeBasisPoints)
    throw new RangeError(`${value} is not 0 to ${wholeBasisPoints} basis points`);
  return value as BasisPoints;
}

export const zero = minorOf(0);

/** The sum of amounts. @throws RangeError when it is too large to be exact */
export function sumMinor(amounts: Iterable<Minor>): Minor {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return minorOf(sum);
}

/** One amount less another. */
export function lessMinor(from: Minor, amount: Minor): Minor {
  return minorOf(from - amount);
}

/** The opposite amount: a refund of it. */
export function negated(amount: Minor): Minor {
  return minorOf(-amount);
}

/** `a * b` as a number when that is exact, else as a BigInt. */
function product(a: number, b: number): number | bigint {
  const quick = a * b;
  return Number.isSafeInteger(quick) ? quick : BigInt(a) * BigInt(b);
}

/**
 * `numerator / denominator` to the nearest whole number, halves away from zero, without a fraction in between.
 * @param denominator positive
 */
export function divideRounded(numerator: number | bigint, denominator: number): number {
  if (typeof numerator === 'number') {
    const size = numerator < 0 ? -numerator : numerator;
    const rest = size % denominator;
    // exact: what is left after the rest is a multiple of the denominator
    const whole = (size - rest) / denominator + (rest * 2 >= denominator ? 1 : 0);
    return numerator < 0 ? (whole === 0 ? 0 : -whole) : whole;
  }
  const size = numerator < 0n ? -numerator : numerator;
  const by = BigInt(denominator);
  const rest = size % by;
  const whole = Number(size / by + (rest * 2n >= by ? 1n : 0n));
  return numerator < 0n && whole !== 0 ? -whole : whole;
}

/**
 * What {@link divideRounded} gives for ten-thousandths of a minor unit, quicker: for where a million lines are charged. Exact up to 2^52: the quotient
 * of two whole numbers that far is never rounded up to a whole number that it does not reach.
 * @param scaled whole, 0 to 2^52
 */
export function wholeOfScaled(scaled: number): number {
  return Math.floor((scaled + wholeBasisPoints / 2) / wholeBasisPoints);
}

/** `amount * times / by`, rounded once, halves away from zero. @param by positive */
export function proportion(amount: Minor, times: number, by: number): Minor {
  return minorOf(divideRounded(product(amount, times), by));
}

/** A rate of an amount, rounded to the minor unit, halves away from zero: 16 % of 87.12 is 13.94. */
export function shareOf(amount: Minor, rate: BasisPoints): Minor {
  return proportion(amount, rate, wholeBasisPoints);
}

/**
 * An amount divided in proportion to weights, in whole minor units that add up to it exactly (largest remainder; equal remainders
 * in the order given). Without any weight the first part takes all.
 * @param weights whole, not negative, at least one
 */
export function allocate(total: Minor, weights: readonly number[]): Minor[] {
  if (weights.length === 0) throw new RangeError('allocate: nothing to allocate to');
  for (const weight of weights)
    if (!Number.isSafeInteger(weight) || weight < 0) throw new RangeError(`allocate: ${weight} is no weight`);
  const sign = total < 0 ? -1n : 1n;
  const size = BigInt(total) * sign;
  const whole = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (whole === 0n) return weights.map((_, index) => (index === 0 ? total : zero));
  const parts = weights.map((weight, index) => {
    const scaled = size * BigInt(weight);
    return { index, floor: scaled / whole, rest: scaled % whole };
  });
  let left = size - parts.reduce((sum, { floor }) => sum + floor, 0n);
  const amounts = parts.map(({ floor }) => floor);
  for (const { index } of parts.toSorted((a, b) =>
    a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1,
  )) {
    if (left === 0n) break;
    amounts[index] = (amounts[index] ?? 0n) + 1n;
    left--;
  }
  return amounts.map((amount) => minorOf(Number(amount * sign)));
}

/** A decimal percentage of the protocol (9.85 means 9.85 %) as basis points; null when it is finer than one, or out of range. */
export function basisPointsOfPercent(percent: number): BasisPoints | null {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(String(percent));
  if (!match) return null;
  const fraction = (match[2] ?? '').padEnd(2, '0');
  if (/[1-9]/.test(fraction.slice(2))) return null;
  const value = Number(match[1]) * 100 + Number(fraction.slice(0, 2));
  return value > wholeBasisPoints ? null : basisPointsOf(value);
}

/** Basis points as the protocol's decimal percentage. */
export function percentOf(rate: BasisPoints): number {
  return Number(percentText(rate));
}

/** Basis points as decimal text with a point and no more places than needed: `12.5`. */
export function percentText(rate: number): string {
  const digits = String(rate % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${(rate - (rate % 100)) / 100}${digits === '' ? '' : `.${digits}`}`;
}

/** Reads `12.5`, `12,5 %` or `12` as basis points; null when it is no percentage from 0 to 100 with at most two places. */
export function parseBasisPoints(text: string): BasisPoints | null {
  const match = /^\s*(\d{1,3})(?:[.,](\d{1,2}))?\s*%?\s*$/.exec(text);
  if (!match) return null;
  const value = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
  return value > wholeBasisPoints ? null : basisPointsOf(value);
}
