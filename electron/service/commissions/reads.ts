import type { Draft, ListedRule, PushState, WhatIf } from '../../../shared/contract/commissions.ts';
import type { CategoryId, Instant, SellerId } from '../../../shared/domain/brand.ts';
import { type BulkChange, type BulkFilter, bulkChanges } from '../../../shared/domain/commission/bulk.ts';
import { chargeOf, isPlain } from '../../../shared/domain/commission/charge.ts';
import { chooseRule, compileRules, explain, firstValid } from '../../../shared/domain/commission/choose.ts';
import type { CommissionPart, CommissionRule } from '../../../shared/domain/commission/rules.ts';
import { minorOf } from '../../../shared/domain/exact.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { commissionsOf } from './courses.ts';
import { problemsOf, remarksOn } from './known.ts';
import {
  changesOf,
  directoryOf,
  labels,
  moneySetting,
  newestVersion,
  rulesOfDraft,
  rulesOfVersion,
  type StoredDraft,
  type StoredVersion,
  versionAt,
} from './rows.ts';
import { settlementReads } from './settlement-reads.ts';
import { outdatedPacks, readColumns, type SoldColumns, soldState } from './sold-columns.ts';
import { parseTable, tableOf } from './table.ts';
import { compare } from './what-if.ts';

function listed(database: ReadableDatabase, rule: CommissionRule, change: ListedRule['change'] = 'none'): ListedRule {
  const name = labels(database);
  const { sellerId, categoryId, brandId } = rule.scope;
  return {
    rule,
    change,
    sellerName: sellerId === null ? null : name.seller(sellerId),
    categoryPath: categoryId === null ? null : name.category(categoryId),
    brandName: brandId === null ? null : name.brand(brandId),
  };
}

export function draftRow(database: ReadableDatabase, draft: StoredDraft): Draft {
  const changes = statement<[string], { n: number }>(
    database,
    'SELECT COUNT(*) AS n FROM commission_change WHERE draft_id = ?',
  ).get(draft.id);
  return {
    draftId: draft.id,
    name: draft.name,
    state: draft.state,
    author: draft.author,
    createdAt: draft.created_at as Instant,
    activateAt: draft.activate_at as Instant | null,
    approver: draft.approver,
    problem: draft.problem,
    changes: changes?.n ?? 0,
  };
}

const rulesFor = (database: ReadableDatabase, draftId: string | undefined, now: string): CommissionRule[] =>
  draftId === undefined ? rulesOfVersion(database, versionAt(database, now)) : rulesOfDraft(database, draftId);

interface BackendRow {
  seller_id: string;
  category_id: number;
  product: number;
  freight: number;
}
const entryKey = (row: BackendRow): string => JSON.stringify([row.seller_id, row.category_id]);

/**
 * What the backend should hold so that its own model (a seller's default, and percentages by category) says what the rules in force say now: an entry for
 * the default, and one for each category whose percentage differs from it. Parts of a rule that are no plain percentage are given by their first band.
 */
export function wantedEntries(
  database: ReadableDatabase,
  now: string,
): { entries: BackendRow[]; lossy: PushState['lossy'] } {
  const at = Date.parse(now);
  const rules = rulesOfVersion(database, versionAt(database, now));
  const compiled = compileRules(rules, directoryOf(database));
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
  const lossy: PushState['lossy'] = rules.flatMap((rule): PushState['lossy'] => {
    const { scope } = rule;
    if (scope.sellerSkuId !== null) return [{ ruleId: rule.id, code: 'binding' }];
    if (scope.brandId !== null) return [{ ruleId: rule.id, code: 'brand' }];
    if (scope.salesChannel !== null) return [{ ruleId: rule.id, code: 'channel' }];
    if (rule.validFrom !== null && Date.parse(rule.validFrom) > at) return [{ ruleId: rule.id, code: 'later' }];
    const plain = (rule.product === null || isPlain(rule.product)) && (rule.freight === null || isPlain(rule.freight));
    return plain ? [] : [{ ruleId: rule.id, code: 'not-plain' }];
  });
  return { entries, lossy };
}

/** The columns that the last what-if read, until something is sold. One database a thread. */
let kept: { key: string; columns: SoldColumns } | null = null;
function soldColumns(database: ReadableDatabase, currency: string): SoldColumns {
  const key = `${database.name} ${currency} ${soldState(database)}`;
  if (kept?.key !== key) kept = { key, columns: readColumns(database, currency) };
  return kept.columns;
}

export const commissionReads = {
  'commissions.overview': (database: ReadableDatabase, params: { now: string }) => {
    const current = versionAt(database, params.now);
    const versions = statement<[], StoredVersion & { rules: number }>(
      database,
      `SELECT v.*, (SELECT COUNT(*) FROM commission_rule r WHERE r.added_in <= v.number AND (r.removed_in IS NULL OR r.removed_in > v.number)) AS rules
         FROM commission_version v ORDER BY number DESC LIMIT 200`,
    )
      .all()
      .map(({ number, name, active_from, author, approver, rules }) => ({
        number,
        name,
        activeFrom: active_from as Instant,
        author,
        approver,
        rules,
      }));
    const drafts = statement<[], StoredDraft>(
      database,
      `SELECT * FROM commission_draft WHERE state IN ('draft', 'submitted', 'scheduled') ORDER BY created_at DESC LIMIT 100`,
    ).all();
    return {
      version: versions.find(({ number }) => number === current) ?? null,
      versions,
      drafts: drafts.map((draft) => draftRow(database, draft)),
      timeZone: moneySetting(database).timeZone,
      soldItems: Number(database.prepare('SELECT COUNT(*) FROM sold_item').pluck().get()),
      drifted: Number(
        database
          .prepare(
            `SELECT COUNT(*) FROM commission_pushed p LEFT JOIN commission_backend b ON b.seller_id = p.seller_id AND b.category_id = p.category_id
              WHERE b.product IS NOT p.product OR b.freight IS NOT p.freight`,
          )
          .pluck()
          .get(),
      ),
    };
  },
  'commissions.rules': (database: ReadableDatabase, params: { draftId: string | undefined; at: string }) => {
    if (params.draftId === undefined) {
      const rules = rulesOfVersion(database, versionAt(database, params.at));
      return { rules: rules.map((rule) => listed(database, rule)), problems: remarksOn(database, rules) };
    }
    const changes = changesOf(database, params.draftId);
    const rules = rulesOfDraft(database, params.draftId);
    const before = new Map(rulesOfVersion(database, newestVersion(database)).map((rule) => [rule.id, rule]));
    const removed = [...changes].flatMap(([id, change]) => {
      const gone = change === null ? before.get(id) : undefined;
      return gone ? [listed(database, gone, 'removed')] : [];
    });
    return {
      rules: [
        ...rules.map((rule) => {
          const change = !changes.has(rule.id) ? 'none' : before.has(rule.id) ? 'changed' : 'added';
          return listed(database, rule, change);
        }),
        ...removed,
      ],
      problems: remarksOn(database, rules),
    };
  },
  'commissions.problems': (database: ReadableDatabase, params: { draftId: string }) => ({
    count: problemsOf(database, rulesOfDraft(database, params.draftId)).length,
  }),
  'commissions.matrix': (
    database: ReadableDatabase,
    params: {
      draftId: string | undefined;
      now: string;
      at: string;
      part: CommissionPart;
      sellerIds: (string | null)[];
    },
  ) => {
    const compiled = compileRules(rulesFor(database, params.draftId, params.now), directoryOf(database));
    const at = Date.parse(params.at);
    const categories = statement<[], { id: number; name: string; depth: number }>(
      database,
      'SELECT id, name, depth FROM category ORDER BY position',
    ).all();
    const cell = (sellerId: string | null, categoryId: number | null) => {
      // nobody is called by the empty name: only rules about all sellers hold for it
      const sold = { sellerId: sellerId ?? '', categoryId, brandId: null, salesChannel: null, sellerSkuId: null };
      const rule = chooseRule(compiled, params.part, sold, at);
      const charge = rule?.[params.part];
      if (!rule || !charge) return null;
      return {
        rate: charge.bands[0]?.rate ?? 0,
        own:
          rule.scope.sellerId === sellerId && rule.scope.categoryId === categoryId && rule.scope.sellerGroup === null,
        complex: !isPlain(charge),
      };
    };
    return {
      rows: [{ id: null, name: '', depth: 0 }, ...categories].map(({ id, name, depth }) => ({
        categoryId: id as CategoryId | null,
        name,
        depth: id === null ? 0 : depth + 1,
        cells: params.sellerIds.map((sellerId) => cell(sellerId, id)),
      })),
    };
  },
  'commissions.outdatedPacks': outdatedPacks,
  'commissions.whatIf': (
    database: ReadableDatabase,
    params: { draftId: string; asOf: string | null; paymentCost: number; currency: string },
  ): WhatIf => {
    const started = performance.now();
    const columns = soldColumns(database, params.currency);
    const directory = directoryOf(database);
    const asOf = params.asOf === null ? null : Date.parse(params.asOf);
    const before = commissionsOf(
      columns,
      compileRules(rulesOfVersion(database, newestVersion(database)), directory),
      asOf,
    );
    const after = commissionsOf(columns, compileRules(rulesOfDraft(database, params.draftId), directory), asOf);
    const result = compare(columns, before, after, params.paymentCost, labels(database));
    return {
      currency: params.currency,
      otherCurrencies: columns.left,
      ...result,
      milliseconds: performance.now() - started,
    };
  },
  'commissions.why': (
    database: ReadableDatabase,
    params: {
      draftId: string | undefined;
      part: CommissionPart;
      sellerId: string;
      skuId: number;
      salesChannel: string;
      at: string;
    },
  ) => {
    const sku = statement<
      [number],
      { category_id: number | null; brand_id: number | null; reference_price: number | null }
    >(database, 'SELECT category_id, brand_id, reference_price FROM sku WHERE id = ?').get(params.skuId);
    const binding = statement<[string, number], { seller_sku_id: string; price: number | null }>(
      database,
      'SELECT seller_sku_id, price FROM binding WHERE seller_id = ? AND sku_id = ? AND is_removed = 0',
    ).get(params.sellerId, params.skuId);
    const directory = directoryOf(database);
    const sold = {
      sellerId: params.sellerId,
      categoryId: sku?.category_id ?? null,
      brandId: sku?.brand_id ?? null,
      salesChannel: params.salesChannel,
      sellerSkuId: binding?.seller_sku_id ?? null,
    };
    const compiled = compileRules(rulesFor(database, params.draftId, params.at), directory);
    const why = explain(compiled, directory, params.part, sold, Date.parse(params.at));
    const price = binding?.price ?? sku?.reference_price ?? null;
    const charge = why.rule?.[params.part];
    return {
      price: price === null ? null : minorOf(price),
      // what carrying it costs is not known before it is sold: the rule is named, no amount
      commission: price === null || !charge || params.part === 'freight' ? null : minorOf(chargeOf(charge, price, 1)),
      rule: why.rule && listed(database, why.rule),
      beaten: why.beaten.map(({ rule, criterion }) => ({ rule: listed(database, rule), criterion })),
      notNow: why.notNow.map(({ rule, why: reason }) => ({ rule: listed(database, rule), why: reason })),
    };
  },
  'commissions.bulkPreview': (
    database: ReadableDatabase,
    params: { draftId: string; filter: BulkFilter; change: BulkChange },
  ) => {
    const { draftId, filter, change } = params;
    const changes = bulkChanges(directoryOf(database), rulesOfDraft(database, draftId), filter, change);
    return {
      count: changes.length,
      sample: changes.slice(0, 50).map(({ before, after }) => ({
        rule: listed(database, before),
        before: before[filter.part]?.bands[0]?.rate ?? 0,
        after: after[filter.part]?.bands[0]?.rate ?? 0,
      })),
    };
  },
  'commissions.parse': (database: ReadableDatabase, params: { draftId: string; text: string; newId: string }) =>
    parseTable(database, params.draftId, params.text, params.newId),
  'commissions.export': (database: ReadableDatabase, params: { draftId: string | undefined; now: string }): string =>
    tableOf(database, rulesFor(database, params.draftId, params.now)),
  /**
   * Whether the day of something has come that a person had sent before: a rule that begins or ends, or a scheduled draft. Then it is sent without
   * being asked for again. Not when the backend was changed by others, and not when something was put into force since that nobody has sent.
   */
  'commissions.dueToSend': (database: ReadableDatabase, params: { now: string }): boolean => {
    const count = (sql: string, ...values: string[]) =>
      Number(
        database
          .prepare(sql)
          .pluck()
          .get(...values),
      );
    const sentAt = database.prepare('SELECT MAX(pushed_at) FROM commission_pushed').pluck().get();
    if (typeof sentAt !== 'string') return false;
    const since = count(
      'SELECT COUNT(*) FROM commission_version WHERE active_from > ? AND active_from <= ?',
      sentAt,
      params.now,
    );
    const scheduled = count(
      `SELECT COUNT(*) FROM commission_draft WHERE state = 'activated' AND activate_at > ? AND activate_at <= ?`,
      sentAt,
      params.now,
    );
    if (since !== scheduled) return false;
    const pushed = new Map(
      statement<[], BackendRow>(database, 'SELECT seller_id, category_id, product, freight FROM commission_pushed')
        .all()
        .map((row) => [entryKey(row), row]),
    );
    const then = wantedEntries(database, sentAt).entries;
    const wasInStep = then.every((row) => {
      const last = pushed.get(entryKey(row));
      return last?.product === row.product && last.freight === row.freight;
    });
    if (!wasInStep) return false;
    const { differences, drifted } = commissionReads['commissions.pushState'](database, params);
    return drifted === 0 && differences.length > 0;
  },
  'commissions.pushState': (database: ReadableDatabase, params: { now: string }): PushState => {
    const { entries, lossy } = wantedEntries(database, params.now);
    const wanted = new Map(entries.map((row) => [entryKey(row), row]));
    const all = (table: 'commission_backend' | 'commission_pushed') =>
      new Map(
        statement<[], BackendRow>(database, `SELECT seller_id, category_id, product, freight FROM ${table}`)
          .all()
          .map((row) => [entryKey(row), row]),
      );
    const backend = all('commission_backend');
    const pushed = all('commission_pushed');
    const name = labels(database);
    const value = (row: BackendRow | undefined) => (row ? { product: row.product, freight: row.freight } : null);
    const differ = (one: BackendRow | undefined, other: BackendRow | undefined) =>
      one?.product !== other?.product || one?.freight !== other?.freight;
    const keys = new Set([...wanted.keys(), ...backend.keys()]);
    const differences = [...keys]
      .filter((key) => differ(wanted.get(key), backend.get(key)))
      .map((key) => {
        const row = (wanted.get(key) ?? backend.get(key)) as BackendRow;
        return {
          sellerId: row.seller_id as SellerId,
          sellerName: name.seller(row.seller_id),
          categoryId: row.category_id === 0 ? null : (row.category_id as CategoryId),
          categoryPath: row.category_id === 0 ? null : name.category(row.category_id),
          wanted: value(wanted.get(key)),
          backend: value(backend.get(key)),
          pushed: value(pushed.get(key)),
        };
      });
    const read = statement<[], { value: string }>(
      database,
      `SELECT value FROM sync_state WHERE name = 'commissionsReadAt'`,
    ).get();
    return {
      differences,
      agreeing: keys.size - differences.length,
      drifted: [...pushed.keys()].filter((key) => differ(pushed.get(key), backend.get(key))).length,
      lossy,
      readAt: read ? (JSON.parse(read.value) as Instant) : null,
    };
  },
  ...settlementReads,
};
