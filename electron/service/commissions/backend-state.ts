import type { PushState } from '../../../shared/contract/commissions.ts';
import type { CategoryId, Instant, SellerId } from '../../../shared/domain/brand.ts';
import { isPlain } from '../../../shared/domain/commission/charge.ts';
import { compileRules, firstValid } from '../../../shared/domain/commission/choose.ts';
import type { CommissionPart, CommissionRule } from '../../../shared/domain/commission/rules.ts';
import { basisPointsOf } from '../../../shared/domain/exact.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { labels, listed } from './labels.ts';
import { directoryOf, rulesOfVersion, versionAt } from './rows.ts';

/** Category 0: the seller's default. Basis points. */
interface BackendRow {
  seller_id: string;
  category_id: number;
  product: number;
  freight: number;
}
interface EntryName {
  readonly sellerId: string;
  readonly categoryId: number | null;
}

/** What names an entry of the backend: a seller's default (category null), or a category's own percentages. */
export const entryKey = ({ sellerId, categoryId }: EntryName): string => JSON.stringify([sellerId, categoryId ?? 0]);
const keyOf = (row: BackendRow): string => JSON.stringify([row.seller_id, row.category_id]);
const differ = (one: BackendRow | undefined, other: BackendRow | undefined): boolean =>
  one?.product !== other?.product || one?.freight !== other?.freight;

function entriesOf(
  database: ReadableDatabase,
  table: 'commission_backend' | 'commission_pushed',
): Map<string, BackendRow> {
  const rows = statement<[], BackendRow>(database, `SELECT seller_id, category_id, product, freight FROM ${table}`);
  return new Map(rows.all().map((row) => [keyOf(row), row]));
}

/**
 * What the backend should hold so that its own model (a seller's default, and percentages by category) says what the rules in force say now: an entry for
 * the default, and one for each category whose percentage differs from it. Parts of a rule that are no plain percentage are given by their first band.
 */
function wantedEntries(database: ReadableDatabase, now: string): Map<string, BackendRow> {
  const at = Date.parse(now);
  const compiled = compileRules(rulesOfVersion(database, versionAt(database, now)), directoryOf(database));
  const sellers = statement<[], { id: string }>(database, 'SELECT id FROM seller ORDER BY id').all();
  const categories = statement<[], { id: number }>(database, 'SELECT id FROM category ORDER BY position').all();
  const entries: BackendRow[] = [];
  for (const { id: sellerId } of sellers) {
    const rateOf = (part: CommissionPart, categoryId: number | null): number => {
      const sold = { sellerId, categoryId, brandId: null, salesChannel: null, sellerSkuId: null };
      return firstValid(compiled.candidates(sold), part, at)?.[part]?.bands[0]?.rate ?? 0;
    };
    const own = { product: rateOf('product', null), freight: rateOf('freight', null) };
    entries.push({ seller_id: sellerId, category_id: 0, ...own });
    for (const { id } of categories) {
      const row = { product: rateOf('product', id), freight: rateOf('freight', id) };
      if (row.product !== own.product || row.freight !== own.freight)
        entries.push({ seller_id: sellerId, category_id: id, ...row });
    }
  }
  return new Map(entries.map((row) => [keyOf(row), row]));
}

/** Rules named at most; all are counted. */
const lossyNamed = 500;

/** The rules in force that the backend's model cannot say in full, and why. */
function lossyOf(database: ReadableDatabase, now: string): Pick<PushState, 'lossy' | 'lossyCount'> {
  const at = Date.parse(now);
  const codeOf = ({
    scope,
    validFrom,
    product,
    freight,
  }: CommissionRule): PushState['lossy'][number]['code'] | null => {
    if (scope.sellerSkuId !== null) return 'binding';
    if (scope.brandId !== null) return 'brand';
    if (scope.salesChannel !== null) return 'channel';
    if (validFrom !== null && Date.parse(validFrom) > at) return 'later';
    return (product === null || isPlain(product)) && (freight === null || isPlain(freight)) ? null : 'not-plain';
  };
  const lossy: PushState['lossy'] = [];
  let lossyCount = 0;
  for (const rule of rulesOfVersion(database, versionAt(database, now))) {
    const code = codeOf(rule);
    if (code === null || ++lossyCount > lossyNamed) continue;
    const rate = (part: CommissionPart) => rule[part]?.bands[0]?.rate ?? basisPointsOf(0);
    const sent = code === 'not-plain' ? { product: rate('product'), freight: rate('freight') } : null;
    lossy.push({ rule: listed(database, rule), code, sent });
  }
  return { lossy, lossyCount };
}

/**
 * The entries that somebody else changed, added or removed at the backend since a person last sent. A seller for whom nothing was ever sent
 * has not drifted: it is new.
 */
export function driftedKeys(database: ReadableDatabase): Set<string> {
  const rows = statement<[], Pick<BackendRow, 'seller_id' | 'category_id'>>(
    database,
    `SELECT p.seller_id, p.category_id FROM commission_pushed p LEFT JOIN commission_backend b ON b.seller_id = p.seller_id AND b.category_id = p.category_id
      WHERE b.product IS NOT p.product OR b.freight IS NOT p.freight
     UNION ALL
     SELECT b.seller_id, b.category_id FROM commission_backend b
      WHERE EXISTS (SELECT 1 FROM commission_pushed p WHERE p.seller_id = b.seller_id)
        AND NOT EXISTS (SELECT 1 FROM commission_pushed p WHERE p.seller_id = b.seller_id AND p.category_id = b.category_id)`,
  ).all();
  return new Set(rows.map((row) => JSON.stringify([row.seller_id, row.category_id])));
}

/** What is kept about the backend, for what compares and sends. */
export const backendStateReads = {
  /**
   * The entries whose day has come and that a person had sent before: a rule that begins or ends, or a scheduled draft. They are sent without being
   * asked for again. None when the backend was changed by others, nor when something was put into force since that nobody has sent; and never an
   * entry that the rules say the same about as when they were sent.
   */
  'commissions.dueToSend': (database: ReadableDatabase, params: { now: string }): string[] => {
    const sentAt = database.prepare('SELECT MAX(pushed_at) FROM commission_pushed').pluck().get();
    if (typeof sentAt !== 'string') return [];
    const unsent = database
      .prepare(
        'SELECT COUNT(*) FROM commission_version WHERE active_from > ? AND active_from <= ? AND is_scheduled = 0',
      )
      .pluck()
      .get(sentAt, params.now);
    if (Number(unsent) > 0 || driftedKeys(database).size > 0) return [];
    const pushed = entriesOf(database, 'commission_pushed');
    const known = new Set([...pushed.values()].map((row) => row.seller_id));
    const then = wantedEntries(database, sentAt);
    const now = wantedEntries(database, params.now);
    return [...new Set([...then.keys(), ...now.keys()])].filter((key) => {
      const before = then.get(key);
      const after = now.get(key);
      // what was out of step when it was sent is for a person; a seller that came since was never sent
      return known.has((after ?? before)?.seller_id ?? '') && differ(before, after) && !differ(before, pushed.get(key));
    });
  },
  'commissions.differences': (database: ReadableDatabase, params: { now: string }): { count: number } => ({
    count: backendStateReads['commissions.pushState'](database, params).differences.length,
  }),
  'commissions.pushState': (database: ReadableDatabase, params: { now: string }): PushState => {
    const wanted = wantedEntries(database, params.now);
    const backend = entriesOf(database, 'commission_backend');
    const pushed = entriesOf(database, 'commission_pushed');
    const drifted = driftedKeys(database);
    const name = labels(database);
    const value = (row: BackendRow | undefined) => (row ? { product: row.product, freight: row.freight } : null);
    const keys = new Set([...wanted.keys(), ...backend.keys()]);
    const differences = [...keys].flatMap((key) => {
      const row = wanted.get(key) ?? backend.get(key);
      if (!row || !differ(wanted.get(key), backend.get(key))) return [];
      return [
        {
          sellerId: row.seller_id as SellerId,
          sellerName: name.seller(row.seller_id),
          categoryId: row.category_id === 0 ? null : (row.category_id as CategoryId),
          categoryPath: row.category_id === 0 ? null : name.category(row.category_id),
          wanted: value(wanted.get(key)),
          backend: value(backend.get(key)),
          pushed: value(pushed.get(key)),
          drifted: drifted.has(key),
        },
      ];
    });
    const read = statement<[], { value: string }>(
      database,
      `SELECT value FROM sync_state WHERE name = 'commissionsReadAt'`,
    ).get();
    return {
      differences,
      agreeing: keys.size - differences.length,
      drifted: drifted.size,
      ...lossyOf(database, params.now),
      readAt: read ? (JSON.parse(read.value) as Instant) : null,
    };
  },
};
