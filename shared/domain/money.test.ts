import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimalOf, formatMoney, minorDigits, parseMinor } from './money.ts';

it.each([
  ['24.99', 2499],
  ['1.999,00', 199_900],
  ['1,299.50', 129_950],
  ['R$ 1.999,00', 199_900],
  ['1.999', 199_900],
  ['24,9', 2490],
  ['.5', 50],
  ['-3,20', -320],
  ['0', 0],
  ['-0', 0],
] as const)('reads %s as %d', (text, minor) => {
  expect(parseMinor(text)).toBe(minor);
});

it.each(['', 'free', '.', '-', '5-3', '12abc34', '1e3', '9'.repeat(30)])('reads %j as no amount', (text) => {
  expect(parseMinor(text)).toBeNull();
});

it('refuses cents of a currency that has none', () => {
  expect(parseMinor('1500', 0)).toBe(1500);
  expect(parseMinor('24.99', 0)).toBeNull();
});

it('knows the digits of currencies, and takes two for one it does not know', () => {
  expect([minorDigits('BRL'), minorDigits('JPY'), minorDigits('??')]).toEqual([2, 0, 2]);
});

it('formats in the language’s own way', () => {
  const money = { minor: 199_900, currency: 'BRL' };
  expect(formatMoney(money, 'pt-BR').replace(/\s/g, ' ')).toBe('R$ 1.999,00');
  expect(formatMoney(money, 'en')).toBe('R$1,999.00');
  expect(formatMoney({ minor: 1_500, currency: 'JPY' }, 'en')).toBe('¥1,500');
});

it('reads back what it formats, in every language of the screens', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -10_000_000_000, max: 10_000_000_000 }),
      fc.constantFrom('en', 'pt-BR', 'es'),
      (minor, locale) => {
        expect(parseMinor(formatMoney({ minor, currency: 'USD' }, locale))).toBe(minor);
      },
    ),
    { seed: 20_261_125, numRuns: 400 },
  );
});

it('never gives anything but a whole number or null', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const minor = parseMinor(text);
      expect(minor === null || Number.isSafeInteger(minor)).toBe(true);
    }),
    { seed: 20_261_125, numRuns: 1_000 },
  );
});

it.each([
  [-5, 2, '-0.05'],
  [199_900, 2, '1999.00'],
  [1_500, 0, '1500'],
  [1_250, 3, '1.250'],
  [0, 3, '0.000'],
])('writes %d minor units of %d digits as %s', (minor, digits, text) => {
  expect(decimalOf(minor, digits)).toBe(text);
});

it('reads back the decimals that it writes, whatever the digits of the currency', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.constantFrom('CLP', 'BRL', 'KWD'), (minor, currency) => {
      const digits = minorDigits(currency);
      expect(parseMinor(decimalOf(minor, digits), digits)).toBe(minor === 0 ? 0 : minor);
    }),
    { seed: 20_261_125, numRuns: 400 },
  );
});
