import { Temporal } from 'temporal-polyfill';
import { type Instant, instantOf } from './brand.ts';

/** Days on the wall of a time zone, and the moments that they begin at. */

/**
 * The first moment of a day such as `2027-01-01` in a time zone; where clocks skip midnight, the first that there is. Null: no such day.
 * @throws RangeError when the time zone is unknown
 */
export function startOfDayIn(day: string, timeZone: string): Instant | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return null;
  let date: Temporal.PlainDate;
  try {
    date = Temporal.PlainDate.from(day, { overflow: 'reject' });
  } catch {
    return null;
  }
  return instantOf(date.toZonedDateTime(timeZone).epochMilliseconds);
}

/** The day that it is at a moment in a time zone. @throws RangeError when the time zone is unknown */
export function dayIn(at: Instant, timeZone: string): string {
  return Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/**
 * The moment that a day field means: the moment it was filled from as long as the day is the same, so that an hour of that day is kept; else the
 * day's first. Null for an empty field. @throws RangeError when the time zone is unknown
 */
export function momentOfDay(day: string, before: Instant | null, timeZone: string): Instant | null {
  if (before !== null && dayIn(before, timeZone) === day) return before;
  return startOfDayIn(day, timeZone);
}

/** A moment as a table shows it: its day where it is the first moment of one, else in full. @throws RangeError when the time zone is unknown */
export function dayOrMoment(at: Instant, timeZone: string): string {
  const day = dayIn(at, timeZone);
  return startOfDayIn(day, timeZone) === at ? day : at;
}
