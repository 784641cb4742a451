/** An amount of money: integer minor units (cents) of one currency. The protocol's simulation prices are in the same unit. */
export interface Money {
  readonly minor: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

/** The number of decimal places the currency is written with (BRL 2, JPY 0). Unknown currencies: 2. */
export function minorDigits(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/**
 * Reads a decimal text such as `24.99` or `1.999,00` as minor units, without passing through a float.
 * @returns null when the text is not an amount.
 */
export function parseMinor(text: string, digits = 2): number | null {
  // a currency or a sign before and after, the digits in one piece between: `12abc34` is no amount
  const parts = /^([^\d.,]*)([\d.,\s'’]*)\D*$/.exec(text);
  if (!parts) return null;
  // three places only where the currency has them: elsewhere the last three digits are thousands
  const pattern = digits > 2 ? /^([\d.,]*?)(?:[.,](\d{1,3}))?$/ : /^([\d.,]*?)(?:[.,](\d{1,2}))?$/;
  const match = pattern.exec((parts[2] ?? '').replace(/[\s'’]/g, ''));
  if (!match) return null;
  const whole = (match[1] ?? '').replace(/[.,]/g, '');
  const fraction = match[2] ?? '';
  if (whole === '' && fraction === '') return null;
  if (fraction.length > digits) return null;
  const minor = Number(`${whole || '0'}${fraction.padEnd(digits, '0')}`);
  if (!Number.isSafeInteger(minor)) return null;
  return parts[1]?.includes('-') && minor !== 0 ? -minor : minor;
}

/**
 * Minor units as exact decimal text with a point, what {@link parseMinor} reads: 1250 is `12.50` with two digits, `1.250` with three, `1250` with none.
 * @param minor whole
 */
export function decimalOf(minor: number, digits: number): string {
  const size = String(Math.abs(minor)).padStart(digits + 1, '0');
  const text = digits === 0 ? size : `${size.slice(0, -digits)}.${size.slice(-digits)}`;
  return minor < 0 ? `-${text}` : text;
}

/** Formats for people, in the language's own way: `R$ 1.999,00` in pt-BR, `R$1,999.00` in en. */
export function formatMoney(money: Money, locale: string): string {
  const digits = minorDigits(money.currency);
  return new Intl.NumberFormat(locale, { style: 'currency', currency: money.currency }).format(
    money.minor / 10 ** digits,
  );
}
