/** Days and hours of the week in which a condition holds, as the protocol writes them: two cron texts with an offset from UTC. */

export interface WeeklyWindow {
  /** 0 Sunday to 6 Saturday, rising; all seven: every day. */
  readonly days: readonly number[];
  /** Minutes of the day, included. */
  readonly from: number;
  /** Minutes of the day, excluded; not after `from`: it ends on the next day. */
  readonly until: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

export const everyDay: readonly number[] = [0, 1, 2, 3, 4, 5, 6];
const minutesOfDay = 1_440;

interface CronMoment {
  readonly minute: number;
  readonly days: readonly number[];
  readonly offset: number;
}

function daysOf(text: string): readonly number[] | null {
  if (text === '*' || text === '?') return everyDay;
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^([0-7])(?:-([0-7]))?$/.exec(part);
    if (!match) return null;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first) return null;
    // both 0 and 7 are Sunday, as in cron
    for (let day = first; day <= last; day++) days.add(day % 7);
  }
  return [...days].toSorted((a, b) => a - b);
}

/** `seconds minutes hours day-of-month month day-of-week year offset`. A star for seconds or minutes is the beginning of the hour. */
function cronOf(text: string): CronMoment | null {
  const parts = text.trim().split(/\s+/);
  const [second, minute, hour, dayOfMonth, month, dayOfWeek, year, zone] = parts;
  if (parts.length !== 8 || dayOfMonth !== '*' || month !== '*' || year !== '*') return null;
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '');
  const days = daysOf(dayOfWeek ?? '');
  const at = (value: string | undefined, most: number, star: number | null) =>
    value === '*' ? star : /^\d{1,2}$/.test(value ?? '') && Number(value) <= most ? Number(value) : null;
  const hours = at(hour, 23, null);
  const minutes = at(minute, 59, 0);
  if (!offset || !days || hours === null || minutes === null || at(second, 59, 0) !== 0) return null;
  const size = Number(offset[2]) * 60 + Number(offset[3]);
  if (size > 14 * 60) return null;
  return { minute: hours * 60 + minutes, days, offset: offset[1] === '-' && size > 0 ? -size : size };
}

/** Reads the protocol's pair; null when it says more than a weekly window can (days of a month, two different offsets). */
export function windowOf(start: string, end: string): WeeklyWindow | null {
  const from = cronOf(start);
  const until = cronOf(end);
  if (!from || !until || from.offset !== until.offset || from.days.join() !== until.days.join()) return null;
  return { days: from.days, from: from.minute, until: until.minute, offset: from.offset };
}

/** The protocol's pair for a window. */
export function cronPairOf(window: WeeklyWindow): { readonly start: string; readonly end: string } {
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(window.offset);
  const zone = `${window.offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
  const days = window.days.length === 7 ? '*' : window.days.join(',');
  const at = (minute: number) => {
    const minutes = minute % 60 === 0 ? '*' : two(minute % 60);
    return `* ${minutes} ${two(Math.floor(minute / 60))} * * ${days} * ${zone}`;
  };
  return { start: at(window.from), end: at(window.until) };
}

/** Whether the window is open at a moment (milliseconds since the epoch). One past midnight belongs to the day it began on. */
export function isOpen(window: WeeklyWindow, at: number): boolean {
  const local = Math.floor(at / 60_000) + window.offset;
  const minute = ((local % minutesOfDay) + minutesOfDay) % minutesOfDay;
  // the epoch began on a Thursday
  const day = (((Math.floor(local / minutesOfDay) + 4) % 7) + 7) % 7;
  const onDay = window.days.includes(day);
  if (window.from < window.until) return onDay && window.from <= minute && minute < window.until;
  return (onDay && minute >= window.from) || (window.days.includes((day + 6) % 7) && minute < window.until);
}
