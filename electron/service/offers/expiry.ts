/** When offers expire, by the windows that are set: of a row, and as a condition over all of them. */
import type { Instant } from '../../../shared/domain/brand.ts';
import { offerExpiry, receivedUntil } from '../../../shared/domain/offer-expiry.ts';
import type { WindowRule } from '../../../shared/domain/orders/windows.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { marketplaceCalendar, windowRules } from '../orders/apply.ts';

const expiryRules = (database: ReadableDatabase): WindowRule[] =>
  windowRules(database).filter(({ kind }) => kind === 'suggestion-expiry');

/** Categories that hold a position of the tree, the nearest first. */
const upSql = 'SELECT id FROM category WHERE position <= ? AND last_position >= ? ORDER BY depth DESC';

/** Tells when each of some offers expires; the rules are read once. */
export function expiryOfOffers(database: ReadableDatabase) {
  const rules = expiryRules(database);
  const calendar = marketplaceCalendar(database);
  const asksCategory = rules.some(({ scope }) => scope === 'category');
  const known = new Map<number, string[]>();
  const categoriesAt = (position: number | null): string[] => {
    if (!asksCategory || position === null) return [];
    let found = known.get(position);
    if (found === undefined) {
      found = statement<[number, number], { id: number }>(database, upSql)
        .all(position, position)
        .map(({ id }) => String(id));
      known.set(position, found);
    }
    return found;
  };
  return (offer: { seller_id: string; category_position: number | null; received_at: string }): Instant =>
    offerExpiry(
      rules,
      { sellerId: offer.seller_id, categoryIds: categoriesAt(offer.category_position) },
      offer.received_at as Instant, // written by this program
      calendar,
    );
}

/** Offers `o` that expire by an instant. Its first bound is one of the index by arrival; the second tells sellers and categories apart. */
export function expiresBySql(
  database: ReadableDatabase,
  before: Instant,
): { readonly where: readonly string[]; readonly params: readonly (string | number)[] } {
  const rules = expiryRules(database);
  const calendar = marketplaceCalendar(database);
  const until = (rule: WindowRule | null) => receivedUntil(rule, before, calendar);
  const rest = until(rules.find(({ scope }) => scope === 'marketplace') ?? null);
  const sellers = rules.filter(({ scope }) => scope === 'seller').map((rule) => [rule.scopeId, until(rule)] as const);
  const categories = rules
    .filter(({ scope }) => scope === 'category')
    .flatMap((rule) => {
      const range = statement<[number], { position: number; last_position: number }>(
        database,
        'SELECT position, last_position FROM category WHERE id = ?',
      ).get(Number(rule.scopeId));
      return range === undefined ? [] : [{ ...range, until: until(rule) }];
    })
    // of two that hold an offer the nearer is the narrower
    .toSorted((one, other) => one.last_position - one.position - (other.last_position - other.position));
  const all = [rest, ...sellers.map(([, each]) => each), ...categories.map((each) => each.until)];
  const last = all.toSorted().at(-1) ?? rest;
  if (all.length === 1) return { where: ['o.received_at <= ?'], params: [last] };
  const cases = [
    ...sellers.map(() => 'WHEN o.seller_id = ? THEN ?'),
    ...categories.map(() => 'WHEN o.category_position BETWEEN ? AND ? THEN ?'),
  ];
  return {
    where: ['o.received_at <= ?', `o.received_at <= CASE ${cases.join(' ')} ELSE ? END`],
    params: [
      last,
      ...sellers.flat(),
      ...categories.flatMap((each) => [each.position, each.last_position, each.until]),
      rest,
    ],
  };
}
