import fc from 'fast-check';
import { expect, it } from 'vitest';
import { instantOf } from '../../shared/domain/brand.ts';
import { fieldsOfPeriod, periodOfFields } from './period.ts';

const zone = fc.constantFrom('UTC', 'America/Sao_Paulo', 'Asia/Tokyo');
const moment = fc.option(
  fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) }).map((at) => instantOf(at)),
  { nil: null },
);

it('a form that nobody touched keeps every moment of the rule, wherever it is opened', () => {
  fc.assert(
    fc.property(moment, moment, zone, zone, (validFrom, validUntil, timeZone, here) => {
      const rule = { validFrom, validUntil, timeZone };
      expect(periodOfFields(fieldsOfPeriod(rule, here), rule)).toEqual(rule);
    }),
  );
});

it('a day means the zone of the rule, and another zone another moment', () => {
  const rule = { validFrom: instantOf(Date.UTC(2027, 0, 1, 15, 30)), validUntil: null, timeZone: 'America/Sao_Paulo' };
  const fields = fieldsOfPeriod(rule, 'UTC');
  expect(fields.from).toBe('2027-01-01');
  expect(periodOfFields({ ...fields, from: '2027-01-02' }, rule).validFrom).toBe('2027-01-02T03:00:00.000Z');
  expect(periodOfFields({ ...fields, timeZone: 'Asia/Tokyo' }, rule)).toEqual({
    validFrom: '2026-12-31T15:00:00.000Z',
    validUntil: null,
    timeZone: 'Asia/Tokyo',
  });
  expect(fieldsOfPeriod(null, 'UTC')).toEqual({ from: '', until: '', timeZone: 'UTC' });
});
