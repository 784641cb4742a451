import type { Branded } from '../brand.ts';

/**
 * An interest rate or tax in whole millionths: 19,900 is 1.99 %. The one unit inside. The protocol has two (section 5.2), which are
 * converted where they cross the edge: a fraction in installments (0.0199), per cent in deadlines (1.99).
 */
export type Ppm = Branded<number, 'Ppm'>;

export const wholePpm = 1_000_000;
/** Ten thousand per cent: no rate is above it. Some backends hold per cent where a fraction belongs, and those have to be readable. */
export const largestPpm = 100 * wholePpm;

/** A number as a rate. @throws RangeError when it is not a whole number from 0 to {@link largestPpm} */
export function ppmOf(value: number): Ppm {
  if (!Number.isInteger(value) || value < 0 || value > largestPpm)
    throw new RangeError(`${value} is not 0 to ${largestPpm} millionths`);
  // the one place where a checked number becomes a rate; -0 would survive JSON as 0 and fail an equality
  return (value === 0 ? 0 : value) as Ppm;
}

/**
 * A decimal number of JSON, times ten to the power of `digits`, read from its digits and not multiplied: 0.0199 with 6 is 19,900.
 * @returns null when it is negative, not finite, or has more places than that
 */
export function scaledOf(value: number, digits: number): number | null {
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (!match) return null;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const shift = digits + Number(exponent) - fraction.length;
  const figures = `${whole}${fraction}`;
  const kept = shift >= 0 ? figures + '0'.repeat(Math.min(shift, 30)) : figures.slice(0, shift) || '0';
  if (shift < 0 && /[1-9]/.test(figures.slice(Math.max(0, figures.length + shift)))) return null;
  const scaled = Number(kept);
  return Number.isSafeInteger(scaled) ? scaled : null;
}

const inRange = (value: number | null): Ppm | null => (value === null || value > largestPpm ? null : ppmOf(value));

/** The protocol's fraction (installments: 0.1 is 10 %). Null when it is finer than a millionth or out of range. */
export const ppmOfFraction = (value: number): Ppm | null => inRange(scaledOf(value, 6));
/** The protocol's percentage (deadlines: 3.0 is 3 %). */
export const ppmOfPercent = (value: number): Ppm | null => inRange(scaledOf(value, 4));
/** As the protocol's fraction. The text is read, nothing is divided. */
export const fractionOf = (rate: Ppm): number => Number(`${rate}e-6`);
/** As the protocol's percentage. */
export const percentOfPpm = (rate: Ppm): number => Number(`${rate}e-4`);

/** Per cent for people, with a point and no more places than needed: `1.99`. */
export function ppmText(rate: number): string {
  const digits = String(rate % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return `${(rate - (rate % 10_000)) / 10_000}${digits === '' ? '' : `.${digits}`}`;
}

/** Reads `1.99`, `1,99 %` or `2`; null when it is no percentage from 0 to 10,000 with at most four places. */
export function parsePpm(text: string): Ppm | null {
  const match = /^\s*(\d{1,5})(?:[.,](\d{1,4}))?\s*%?\s*$/.exec(text);
  if (!match) return null;
  return inRange(Number(match[1]) * 10_000 + Number((match[2] ?? '').padEnd(4, '0')));
}
