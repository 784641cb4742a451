/**
 * A GTIN of 8, 12, 13 or 14 digits, padded to 14, or null when the text is none or its check digit is wrong
 * (GS1 General Specifications, 7.9: alternating weights 3 and 1 from the right, modulo 10).
 */
export function normaliseGtin(text: string): string | null {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^(\d{8}|\d{12}|\d{13}|\d{14})$/.test(digits)) return null;
  const padded = digits.padStart(14, '0');
  let sum = 0;
  for (let position = 0; position < 13; position++) sum += Number(padded[position]) * (position % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10 === Number(padded[13]) ? padded : null;
}
