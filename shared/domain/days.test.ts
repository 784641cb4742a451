import fc from 'fast-check';
import { expect, it } from 'vitest';
import { instantOf } from './brand.ts';
import { dayIn, dayOrMoment, momentOfDay, startOfDayIn } from './days.ts';

it.each([
  ['2027-01-01', 'America/Sao_Paulo', '2027-01-01T03:00:00.000Z'],
  ['2027-01-01', 'Asia/Tokyo', '2026-12-31T15:00:00.000Z'],
  ['2027-01-01', 'UTC', '2027-01-01T00:00:00.000Z'],
  // the night in which clocks skipped midnight
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
])('%s begins in %s at %s', (day, zone, at) => {
  expect(startOfDayIn(day, zone)).toBe(at);
});

it('knows which texts are no day', () => {
  for (const text of ['', '2026-02-31', '2026-13-01', '1.1.2026', '2026-1-1', '2026-01-01T00:00'])
    expect(startOfDayIn(text, 'UTC')).toBeNull();
});

const zone = fc.constantFrom('UTC', 'America/Sao_Paulo', 'Asia/Tokyo', 'Pacific/Apia', 'Europe/Lisbon');
const moment = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) }).map((at) => instantOf(at));

it('a field that nobody touched keeps its moment, a touched one begins the day', () => {
  fc.assert(
    fc.property(moment, zone, (at, timeZone) => {
      const day = dayIn(at, timeZone);
      expect(momentOfDay(day, at, timeZone)).toBe(at);
      const start = momentOfDay(day, null, timeZone);
      expect(start !== null && start <= at && dayIn(start, timeZone) === day).toBe(true);
      expect(dayOrMoment(at, timeZone)).toBe(start === at ? day : at);
    }),
  );
  expect(momentOfDay('', instantOf(0), 'UTC')).toBeNull();
});
