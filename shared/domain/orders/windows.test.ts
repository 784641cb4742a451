import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instant } from '../brand.ts';
import { instantOf } from '../brand.ts';
import {
  deadlineFor,
  defaultWindows,
  isTimeZone,
  lengthOfEstimate,
  ruleFor,
  type WindowRule,
  windowEnd,
} from './windows.ts';

const instant = (text: string) => instantOf(Date.parse(text));
const newYork = { timeZone: 'America/New_York', holidays: [] };

describe('the end of a window', () => {
  it.each([
    ['30 minutes', '2026-11-25T12:00:00Z', 30, 'minutes', '2026-11-25T12:30:00.000Z'],
    ['a day on the wall when clocks go forward', '2026-03-07T17:00:00Z', 1, 'days', '2026-03-08T16:00:00.000Z'],
    ['24 hours when clocks go forward', '2026-03-07T17:00:00Z', 24, 'hours', '2026-03-08T17:00:00.000Z'],
    ['a day on the wall when clocks go back', '2026-10-31T16:00:00Z', 1, 'days', '2026-11-01T17:00:00.000Z'],
    ['a time that does not exist moves by the gap', '2026-03-07T07:30:00Z', 1, 'days', '2026-03-08T07:30:00.000Z'],
    [
      'Friday noon and one business day: Monday noon',
      '2026-11-20T17:00:00Z',
      1,
      'business-days',
      '2026-11-23T17:00:00.000Z',
    ],
    [
      'Saturday and one business day: the end of Monday',
      '2026-11-21T17:00:00Z',
      1,
      'business-days',
      '2026-11-24T05:00:00.000Z',
    ],
    ['business days over the change of clocks', '2026-10-30T16:00:00Z', 2, 'business-days', '2026-11-03T17:00:00.000Z'],
  ] as const)('%s', (_name, from, amount, unit, expected) => {
    expect(windowEnd(instant(from), { amount, unit }, newYork)).toBe(expected);
  });
  it('leaves out holidays', () => {
    const calendar = { timeZone: 'America/Sao_Paulo', holidays: ['2026-12-25', '2026-12-28'] };
    // Thursday 24 December, noon in São Paulo
    expect(windowEnd(instant('2026-12-24T15:00:00Z'), { amount: 1, unit: 'business-days' }, calendar)).toBe(
      '2026-12-29T15:00:00.000Z',
    );
  });
  it('knows where the day begins: the same instant is Friday here and Saturday there', () => {
    const from = instant('2026-11-21T02:00:00Z');
    const length = { amount: 1, unit: 'business-days' } as const;
    expect(windowEnd(from, length, { timeZone: 'America/Sao_Paulo', holidays: [] })).toBe('2026-11-24T02:00:00.000Z');
    expect(windowEnd(from, length, { timeZone: 'Europe/Lisbon', holidays: [] })).toBe('2026-11-24T00:00:00.000Z');
  });
  it('refuses an unknown time zone and a calendar without business days', () => {
    const from = instant('2026-11-20T17:00:00Z');
    expect(isTimeZone('America/Sao_Paulo')).toBe(true);
    expect(isTimeZone('Atlantis/Main')).toBe(false);
    expect(() => windowEnd(from, { amount: 1, unit: 'days' }, { timeZone: 'Atlantis/Main', holidays: [] })).toThrow(
      RangeError,
    );
    expect(() =>
      windowEnd(
        from,
        { amount: 1, unit: 'business-days' },
        { timeZone: 'UTC', holidays: [], weekend: [1, 2, 3, 4, 5, 6, 7] },
      ),
    ).toThrow(RangeError);
  });
  it('never ends before it starts, grows with its length, and needs at least as many days when only business days count', () => {
    const zones = [
      'UTC',
      'America/New_York',
      'America/Sao_Paulo',
      'Europe/Lisbon',
      'Pacific/Apia',
      'Australia/Lord_Howe',
    ];
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2024-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }),
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom('minutes', 'hours', 'days', 'business-days'),
        (date, timeZone, amount, unit) => {
          const from = instantOf(date.getTime());
          const calendar = { timeZone, holidays: ['2026-01-01', '2026-12-25'] };
          const end = windowEnd(from, { amount, unit }, calendar);
          expect(end >= from).toBe(true);
          expect(windowEnd(from, { amount: amount + 1, unit }, calendar) > end).toBe(true);
          if (unit === 'business-days') expect(end >= windowEnd(from, { amount, unit: 'days' }, calendar)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});

it('reads a seller’s estimate', () => {
  expect(lengthOfEstimate('3bd')).toEqual({ amount: 3, unit: 'business-days' });
  expect(lengthOfEstimate('0d')).toEqual({ amount: 0, unit: 'days' });
  expect(lengthOfEstimate('90m')).toEqual({ amount: 90, unit: 'minutes' });
  for (const text of [null, '', '3', '3 days', 'bd', '-1d']) expect(lengthOfEstimate(text)).toBeNull();
});

describe('which window holds', () => {
  const rule = (scope: WindowRule['scope'], scopeId: string, amount: number): WindowRule => ({
    kind: 'cancellation',
    scope,
    scopeId,
    length: { amount, unit: 'minutes' },
    timeZone: 'UTC',
    holidays: [],
  });
  const rules = [
    rule('marketplace', '', 1),
    rule('channel', '2', 2),
    rule('category', '10', 3),
    rule('category', '100', 4),
    rule('seller', 'acme', 5),
  ];
  it.each([
    [{ sellerId: 'acme', channel: '2', categoryIds: ['100', '10'] }, 5],
    [{ sellerId: 'other', channel: '2', categoryIds: ['100', '10'] }, 4],
    [{ sellerId: 'other', channel: '2', categoryIds: ['101', '10'] }, 3],
    [{ sellerId: 'other', channel: '2', categoryIds: ['7'] }, 2],
    [{ sellerId: 'other', channel: '1', categoryIds: [] }, 1],
  ])('the nearest to the order: %j', (subject, amount) => {
    expect(ruleFor(rules, 'cancellation', subject)?.length.amount).toBe(amount);
  });
  it('is the protocol’s own when nothing is set', () => {
    const subject = { sellerId: 'acme', channel: '1', categoryIds: [] };
    expect(ruleFor(rules, 'change-seller', subject)).toBeNull();
    const from = '2026-11-25T12:00:00.000Z' as Instant;
    expect(deadlineFor([], 'cancellation', subject, from)).toBe('2026-11-25T12:30:00.000Z');
    expect(defaultWindows['change-seller']).toEqual({ amount: 2, unit: 'days' });
  });
});
