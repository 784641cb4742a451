import type { Instant } from '../../shared/domain/brand.ts';
import { isTimeZone } from '../../shared/domain/commission/check.ts';
import type { CommissionRule } from '../../shared/domain/commission/rules.ts';
import { dayIn, momentOfDay } from '../../shared/domain/days.ts';

/** A rule's period as days of its time zone, and back. */

type Period = Pick<CommissionRule, 'validFrom' | 'validUntil' | 'timeZone'>;
export interface PeriodFields {
  readonly from: string;
  readonly until: string;
  readonly timeZone: string;
}

/** @param zone of a rule that has none yet, or one that is unknown here */
export function fieldsOfPeriod(rule: Period | null, zone: string): PeriodFields {
  const timeZone = rule && isTimeZone(rule.timeZone) ? rule.timeZone : zone;
  const day = (at: Instant | null | undefined) => (at ? dayIn(at, timeZone) : '');
  return { from: day(rule?.validFrom), until: day(rule?.validUntil), timeZone };
}

/** A day that was not touched keeps its moment; another day, or another zone, begins at the zone's midnight. */
export function periodOfFields(fields: PeriodFields, rule: Period | null): Period {
  const timeZone = fields.timeZone.trim();
  const kept = rule !== null && rule.timeZone === timeZone ? rule : null;
  return {
    validFrom: momentOfDay(fields.from, kept?.validFrom ?? null, timeZone),
    validUntil: momentOfDay(fields.until, kept?.validUntil ?? null, timeZone),
    timeZone,
  };
}
