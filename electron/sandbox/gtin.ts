import { hash } from './random.ts';

/** The check digit of a GTIN without its last digit (modulo 10, weights 3 and 1 from the right). */
function checkDigit(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10;
}

/** Whether a text is a GTIN-8, -12, -13 or -14 with the right check digit. */
export function isValidGtin(text: string): boolean {
  return /^(\d{8}|\d{12,14})$/.test(text) && checkDigit(text.slice(0, -1)) === Number(text.slice(-1));
}

/** A GTIN-13, different for every position: the position itself is in it, behind a prefix that the seed chooses. */
export function gtin13(seed: number, position: number): string {
  const digits = `789${String(hash(seed, 0, 20) % 10)}${String(position).padStart(8, '0')}`;
  return digits + String(checkDigit(digits));
}
