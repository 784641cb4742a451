import fc from 'fast-check';
import { expect, it } from 'vitest';
import { instantOf } from './brand.ts';
import { monthBefore, periodOfMonth } from './months.ts';

it('begins and ends a month at midnight of the marketplace, also where its clocks change', () => {
  expect(periodOfMonth('2026-11', 'America/Sao_Paulo')).toEqual({
    from: '2026-11-01T03:00:00.000Z',
    until: '2026-12-01T03:00:00.000Z',
  });
  expect(periodOfMonth('2026-10', 'Europe/Madrid')).toEqual({
    from: '2026-09-30T22:00:00.000Z',
    until: '2026-10-31T23:00:00.000Z',
  });
  for (const wrong of ['', '2026-13', '2026-1', 'October']) expect(periodOfMonth(wrong, 'UTC')).toBeNull();
});

it('takes the month before by the marketplace’s day', () => {
  const newYear = instantOf(Date.UTC(2027, 0, 1, 1));
  expect(monthBefore(newYear, 'America/Sao_Paulo')).toBe('2026-11');
  expect(monthBefore(newYear, 'UTC')).toBe('2026-12');
});

it('leaves no moment between two months and has none in both', () => {
  const zones = fc.constantFrom('UTC', 'America/Sao_Paulo', 'Europe/Madrid', 'Asia/Kolkata', 'Pacific/Apia');
  fc.assert(
    fc.property(fc.integer({ min: 2000, max: 2040 }), fc.integer({ min: 1, max: 11 }), zones, (year, month, zone) => {
      const name = (number: number) => `${year}-${String(number).padStart(2, '0')}`;
      const one = periodOfMonth(name(month), zone);
      const next = periodOfMonth(name(month + 1), zone);
      expect(one?.until).toBe(next?.from);
      expect(one && next && monthBefore(next.from, zone)).toBe(name(month));
    }),
  );
});
