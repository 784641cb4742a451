import { Temporal } from 'temporal-polyfill';
import { type Instant, instantOf } from '../brand.ts';
import { lessMinor, type Minor, shareOf, zero } from '../exact.ts';
import type { Terms } from './terms.ts';

/** What is paid of a settlement, and when. */
export interface Payout {
  /** Kept back of it; nothing of a net that is not above zero. */
  readonly retained: Minor;
  /** Net less what is kept back. */
  readonly payable: Minor;
  /** The first moment of the day by which all of the period is paid; null: it depends on each delivery. */
  readonly dueAt: Instant | null;
  /** When what was kept back is paid; null: nothing is kept, or it depends on each delivery. */
  readonly releasedAt: Instant | null;
}

function daysAfter(at: Instant, days: number, timeZone: string): Instant {
  const day = Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDate().add({ days });
  return instantOf(day.toZonedDateTime(timeZone).epochMilliseconds);
}

/**
 * What an agreement makes of a period's net: the share that is kept back, and the days on which the rest and the share are paid. With a schedule
 * shorter than the period the last payout of it counts.
 * @param period its end excluded
 * @param timeZone whose days are counted
 * @throws RangeError when the time zone is unknown
 */
export function payoutOf(
  net: Minor,
  payout: Terms['payout'],
  period: { readonly until: Instant },
  timeZone: string,
): Payout {
  const retained = net > 0 ? shareOf(net, payout.retention) : zero;
  const dueAt = payout.schedule === 'after-delivery' ? null : daysAfter(period.until, payout.days, timeZone);
  return {
    retained,
    payable: lessMinor(net, retained),
    dueAt,
    releasedAt: dueAt === null || retained === 0 ? null : daysAfter(dueAt, payout.retentionDays, timeZone),
  };
}
