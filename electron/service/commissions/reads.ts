import type { Draft, WhatIf } from '../../../shared/contract/commissions.ts';
import type { CategoryId, Instant } from '../../../shared/domain/brand.ts';
import { type BulkChange, type BulkFilter, bulkChanges } from '../../../shared/domain/commission/bulk.ts';
import { chargeOf, isPlain } from '../../../shared/domain/commission/charge.ts';
import { chooseRule, compileRules, explain } from '../../../shared/domain/commission/choose.ts';
import type { CommissionPart, CommissionRule } from '../../../shared/domain/commission/rules.ts';
import { minorOf } from '../../../shared/domain/exact.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { driftedKeys } from './backend-state.ts';
import { conflictsOf } from './conflicts.ts';
import { commissionsOf } from './courses.ts';
import { problemsOf, remarksOn } from './known.ts';
import { labels, listed } from './labels.ts';
import {
  changesOf,
  directoryOf,
  moneySetting,
  newestVersion,
  rulesOfDraft,
  rulesOfVersion,
  type StoredDraft,
  type StoredVersion,
  versionAt,
} from './rows.ts';
import { settlementReads } from './settlement-reads.ts';
import { orderIdAt, outdatedPacks, readColumns, type SoldColumns, soldState } from './sold-columns.ts';
import { parseTable, tableOf } from './table.ts';
import { compare } from './what-if.ts';

export function draftRow(database: ReadableDatabase, draft: StoredDraft): Draft {
  const changes = statement<[string], { n: number }>(
    database,
    'SELECT COUNT(*) AS n FROM commission_change WHERE draft_id = ?',
  ).get(draft.id);
  const editors = statement<[string], { name: string }>(
    database,
    'SELECT name FROM commission_draft_editor WHERE draft_id = ? ORDER BY name',
  ).all(draft.id);
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
    editors: editors.map(({ name }) => name),
    conflicts: conflictsOf(database, draft.id).length,
  };
}

const rulesFor = (database: ReadableDatabase, draftId: string | undefined, now: string): CommissionRule[] =>
  draftId === undefined ? rulesOfVersion(database, versionAt(database, now)) : rulesOfDraft(database, draftId);

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
      drifted: driftedKeys(database).size,
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
  'commissions.conflicts': (database: ReadableDatabase, params: { draftId: string }) => ({
    conflicts: conflictsOf(database, params.draftId).map(({ ruleId, mine, theirs }) => ({
      ruleId,
      mine: mine && listed(database, mine),
      theirs: theirs && listed(database, theirs),
    })),
  }),
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
    const { turnedAt, ...result } = compare(columns, before, after, params.paymentCost, labels(database));
    const turnedOrders = turnedAt.map(({ at, ...order }) => ({
      orderId: orderIdAt(database, columns, at) ?? '',
      ...order,
    }));
    return {
      currency: params.currency,
      otherCurrencies: columns.left,
      ...result,
      turnedOrders,
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
  ...settlementReads,
};
