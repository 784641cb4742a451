/** When a waiting offer expires: the window of its seller, its category or the marketplace, from when its latest version came. */
import { type Instant, instantOf } from './brand.ts';
import { deadlineFor, type WindowCalendar, type WindowRule, type WindowSubject } from './orders/windows.ts';

/** From when on an offer is said to expire soon, in milliseconds. */
const soon = 3 * 86_400_000;
const hour = 3_600_000;
/** No window is longer: 10,000 days, and the days off between. Milliseconds. */
const longest = 20_000 * 86_400_000;

/** Until when an offer has to expire to expire soon; the same for an hour, so that a list of them stays the same list. */
export function expiringBefore(now: number): Instant {
  return instantOf(Math.ceil(now / hour) * hour + soon);
}

/** The instant at which an offer expires. An offer belongs to no channel. */
export function offerExpiry(
  rules: readonly WindowRule[],
  subject: Omit<WindowSubject, 'channel'>,
  receivedAt: Instant,
  calendar: WindowCalendar,
): Instant {
  return deadlineFor(rules, 'suggestion-expiry', { ...subject, channel: '' }, receivedAt, calendar);
}

/**
 * Offers that came up to this instant expire by `before`, under a rule (null: what holds without any). A later start never
 * ends earlier, so the instant is found by halving; exact to the millisecond.
 */
export function receivedUntil(rule: WindowRule | null, before: Instant, calendar: WindowCalendar): Instant {
  const subject = {
    sellerId: rule?.scope === 'seller' ? rule.scopeId : '',
    categoryIds: rule?.scope === 'category' ? [rule.scopeId] : [],
  };
  const rules = rule === null ? [] : [rule];
  let below = Math.max(0, Date.parse(before) - longest);
  let above = Date.parse(before) + 1;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (offerExpiry(rules, subject, instantOf(middle), calendar) <= before) below = middle;
    else above = middle;
  }
  return instantOf(below);
}
