/**
 * Time windows: an amount in minutes, hours, calendar days or business days, in a time zone and with a calendar of holidays.
 * Minutes and hours are exact time; days are days on the wall, so a day with a change of clocks is still one day.
 */
import { Temporal } from 'temporal-polyfill';
import { type Instant, instantOf } from '../brand.ts';

export const windowKinds = ['cancellation', 'change', 'change-seller', 'authorisation', 'suggestion-expiry'] as const;
export type WindowKind = (typeof windowKinds)[number];
export const windowUnits = ['minutes', 'hours', 'days', 'business-days'] as const;
export type WindowUnit = (typeof windowUnits)[number];

export interface WindowLength {
  readonly amount: number;
  readonly unit: WindowUnit;
}

/** Where days are counted. */
export interface WindowCalendar {
  /** IANA name, such as `America/Sao_Paulo`. */
  readonly timeZone: string;
  /** `2026-12-25`; business days leave them out. */
  readonly holidays: readonly string[];
  /** 1 Monday to 7 Sunday; Saturday and Sunday unless told. */
  readonly weekend?: readonly number[];
}

const usualWeekend: readonly number[] = [6, 7];
/** No calendar has so many days off in a row; beyond it the calendar itself is at fault. */
const mostDaysOff = 400;

/** Whether the name is a time zone that this runtime knows. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Now.zonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

function isBusinessDay(day: Temporal.PlainDate, calendar: WindowCalendar): boolean {
  return !(calendar.weekend ?? usualWeekend).includes(day.dayOfWeek) && !calendar.holidays.includes(day.toString());
}

/**
 * The instant at which a window that starts at `from` ends.
 *
 * Business days: a start on a day off counts as the end of that day, so one business day from Saturday noon is the end of
 * Monday; otherwise the time of day is kept. A time that a change of clocks skips moves forward by the gap.
 * @throws RangeError when the time zone is unknown or the calendar has no business days
 */
export function windowEnd(from: Instant, length: WindowLength, calendar: WindowCalendar): Instant {
  const { amount, unit } = length;
  if (unit === 'minutes') return instantOf(Date.parse(from) + amount * 60_000);
  if (unit === 'hours') return instantOf(Date.parse(from) + amount * 3_600_000);
  const start = Temporal.Instant.from(from).toZonedDateTimeISO(calendar.timeZone);
  if (unit === 'days') return instantOf(start.add({ days: amount }).epochMilliseconds);
  let day = start.toPlainDate();
  const startsOnDayOff = !isBusinessDay(day, calendar);
  let left = amount;
  let off = 0;
  while (left > 0) {
    day = day.add({ days: 1 });
    if (isBusinessDay(day, calendar)) {
      left--;
      off = 0;
    } else if (++off > mostDaysOff) throw new RangeError('The calendar has no business days.');
  }
  const end = startsOnDayOff
    ? day.add({ days: 1 }).toZonedDateTime({ timeZone: calendar.timeZone })
    : day.toZonedDateTime({ timeZone: calendar.timeZone, plainTime: start.toPlainTime() });
  return instantOf(end.epochMilliseconds);
}

/** A seller's estimate (`3bd`, `2d`, `4h`, `30m`, reference section 2) as a length; null when it is of another form. */
export function lengthOfEstimate(estimate: string | null): WindowLength | null {
  const match = /^(\d{1,4})(bd|d|h|m)$/.exec(estimate?.trim() ?? '');
  if (match === null) return null;
  const unit = ({ bd: 'business-days', d: 'days', h: 'hours', m: 'minutes' } as const)[
    match[2] as 'bd' | 'd' | 'h' | 'm'
  ];
  return { amount: Number(match[1]), unit };
}

export const windowScopes = ['marketplace', 'channel', 'category', 'seller'] as const;
export type WindowScope = (typeof windowScopes)[number];

/** A setting: for whom which length holds. */
export interface WindowRule {
  readonly kind: WindowKind;
  readonly scope: WindowScope;
  /** The channel, category or seller; '' for the marketplace. */
  readonly scopeId: string;
  readonly length: WindowLength;
  /** null: the marketplace's, as it is when a window begins. */
  readonly timeZone: string | null;
  readonly holidays: readonly string[] | null;
}

/** What an order is looked up by. Categories from the order's own up to the root. */
export interface WindowSubject {
  readonly sellerId: string;
  readonly channel: string;
  readonly categoryIds: readonly string[];
}

/** What holds where nothing is set: the protocol's own defaults (reference 3.6, 3.8, 2.7). */
export const defaultWindows: Readonly<Record<WindowKind, WindowLength>> = {
  cancellation: { amount: 30, unit: 'minutes' },
  change: { amount: 30, unit: 'days' },
  'change-seller': { amount: 2, unit: 'days' },
  authorisation: { amount: 30, unit: 'days' },
  'suggestion-expiry': { amount: 30, unit: 'days' },
};

/**
 * The rule that holds for an order: the seller's before the category's (the nearest of the tree first), that before the
 * channel's, that before the marketplace's. Null: the default.
 */
export function ruleFor(rules: readonly WindowRule[], kind: WindowKind, subject: WindowSubject): WindowRule | null {
  const find = (scope: WindowScope, scopeId: string) =>
    rules.find((rule) => rule.kind === kind && rule.scope === scope && rule.scopeId === scopeId);
  const category = subject.categoryIds.map((id) => find('category', id)).find((rule) => rule !== undefined);
  return (
    find('seller', subject.sellerId) ?? category ?? find('channel', subject.channel) ?? find('marketplace', '') ?? null
  );
}

/** Where days are counted until somebody says where the marketplace is. */
export const noCalendar: WindowCalendar = { timeZone: 'UTC', holidays: [] };

/** When a window that starts at `from` ends for an order. @param calendar the marketplace's own, for what the rule does not say itself */
export function deadlineFor(
  rules: readonly WindowRule[],
  kind: WindowKind,
  subject: WindowSubject,
  from: Instant,
  calendar: WindowCalendar = noCalendar,
): Instant {
  const rule = ruleFor(rules, kind, subject);
  if (rule === null) return windowEnd(from, defaultWindows[kind], calendar);
  return windowEnd(from, rule.length, {
    ...calendar,
    timeZone: rule.timeZone ?? calendar.timeZone,
    holidays: rule.holidays ?? calendar.holidays,
  });
}
