import fc from 'fast-check';
import { expect, it } from 'vitest';
import { percentText } from '../../shared/domain/exact.ts';
import { ppmText } from '../../shared/domain/payments/rate.ts';
import { anyCondition } from '../../shared/domain/payments/testing.ts';
import { valueText, type Words } from './value-text.ts';

const words: Words = {
  rate: (value) => `${ppmText(value).replace('.', ',')} %`,
  share: (value) => `${percentText(value)} %`,
  money: (value) => `R$ ${value}`,
  moment: (value) => value.slice(0, 10),
  days: (value) => value.join('/'),
  method: (value) => value,
  due: (value) => value,
  yes: 'sim',
  no: 'não',
  none: '—',
};
const text = (field: string, value: unknown) => valueText(field, value === null ? '' : JSON.stringify(value), words);

it.each([
  ['enabled', false, 'não'],
  ['minimum', 19_962, 'R$ 19962'],
  ['minimum', null, '—'],
  ['windows', [{ days: [1, 3], from: 660, until: 1_080, offset: -180 }], '1/3 11:00–18:00 (UTC−03:00)'],
  [
    'deadlines',
    [
      {
        payments: [
          { days: 30, rate: 0 },
          { days: 60, rate: 30_000 },
        ],
      },
    ],
    '30: 0 % + 60: 3 %',
  ],
  ['excludedBins', [{ from: '400000', to: '400099' }], '400000–400099'],
  ['system', { id: 4, name: 'Mastercard', implementation: null }, 'Mastercard (4)'],
  ['salesChannels', ['1', '2'], '1, 2'],
  ['deadlines', [], '—'],
])('writes %s %j as %s', (field, value, wanted) => {
  expect(text(field, value)).toBe(wanted);
});

it('joins numbers of payments with one rate', () => {
  const plan = (quantity: number, rate: number) => ({ quantity, rate, tax: 0, external: null });
  const plans = [plan(1, 0), plan(2, 0), plan(3, 19_900), plan(6, 19_900)];
  expect(text('installments', { dueDate: 'end', method: 'compound', minimum: 500, plans })).toBe(
    '1–2× 0 %, 3× 1,99 %, 6× 1,99 %; compound; end; ≥ R$ 500',
  );
});

it('never shows how the program keeps it', () => {
  fc.assert(
    fc.property(anyCondition, (condition) => {
      for (const [field, value] of Object.entries(condition))
        expect(text(field, value)).not.toMatch(/[{}[\]"]|undefined|null/);
    }),
  );
});
