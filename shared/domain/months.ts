import { Temporal } from 'temporal-polyfill';
import { type Instant, instantOf } from './brand.ts';

/** Months on the marketplace's wall: what two people in different places settle is the same. */

/** The month before the one of a moment, such as `2026-10`. @throws RangeError when the time zone is unknown */
export function monthBefore(at: Instant, timeZone: string): string {
  return Temporal.Instant.from(at)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toPlainYearMonth()
    .subtract({ months: 1 })
    .toString();
}

/** A month's first moment, and that of the next month. Null when it is no month. @throws RangeError when the time zone is unknown */
export function periodOfMonth(
  month: string,
  timeZone: string,
): { readonly from: Instant; readonly until: Instant } | null {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) return null;
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  const start = (day: Temporal.PlainDate) => instantOf(day.toZonedDateTime(timeZone).epochMilliseconds);
  return { from: start(first), until: start(first.add({ months: 1 })) };
}
