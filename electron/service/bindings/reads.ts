import type { BindingColumn, BindingDetail, BindingFilter, BindingRow } from '../../../shared/contract/bindings.ts';
import type { BindingId, DecisionId, Instant, SellerId, SellerSkuId, SkuId } from '../../../shared/domain/brand.ts';
import type { DecisionKind, DecisionState } from '../../../shared/domain/decisions.ts';
import { idsOf } from '../database/cancel.ts';
import { matchExpression, moneyOf, statement, storedByIds } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { decisionColumns, decisionOf, type StoredDecision } from '../decisions/rows.ts';

interface StoredBinding {
  id: number;
  seller_id: string;
  seller_name: string | null;
  seller_sku_id: string;
  sku_id: number;
  sku_name: string | null;
  is_active: number;
  is_removed: number;
  price: number | null;
  list_price: number | null;
  currency: string | null;
  stock: number | null;
  simulated_at: string | null;
  updated_at: string;
  decision_id: string | null;
  decision_kind: string | null;
  decision_state: string | null;
  decision_problem: string | null;
}

const rowSql = `
  SELECT b.*, s.name AS seller_name, k.name AS sku_name, d.kind AS decision_kind, d.state AS decision_state, d.problem AS decision_problem
    FROM json_each(?) wanted CROSS JOIN binding b ON b.id = wanted.value LEFT JOIN seller s ON s.id = b.seller_id
    LEFT JOIN sku k ON k.id = b.sku_id LEFT JOIN decision d ON d.id = b.decision_id`;

/** The state of a binding in the contract's words. */
export function bindingState(stored: { is_active: number; is_removed: number }): 'active' | 'inactive' | 'removed' {
  return stored.is_removed ? 'removed' : stored.is_active ? 'active' : 'inactive';
}

function rowOf(stored: StoredBinding): BindingRow {
  return {
    id: stored.id as BindingId,
    sellerId: stored.seller_id as SellerId,
    sellerName: stored.seller_name ?? stored.seller_id,
    sellerSkuId: stored.seller_sku_id as SellerSkuId,
    skuId: stored.sku_id as SkuId,
    skuName: stored.sku_name ?? `SKU ${stored.sku_id}`,
    state: bindingState(stored),
    price: moneyOf(stored.price, stored.currency),
    listPrice: moneyOf(stored.list_price, stored.currency),
    stock: stored.stock,
    simulatedAt: stored.simulated_at as Instant | null,
    updatedAt: stored.updated_at as Instant,
    decision:
      stored.decision_id !== null && stored.decision_kind !== null && stored.decision_state !== null
        ? {
            decisionId: stored.decision_id as DecisionId,
            kind: stored.decision_kind as DecisionKind,
            state: stored.decision_state as DecisionState,
            problem: stored.decision_problem,
          }
        : null,
  };
}

function rowsByIds(database: ReadableDatabase, ids: readonly number[]): BindingRow[] {
  return storedByIds<StoredBinding>(database, rowSql, ids).map(rowOf);
}

export interface BindingViewParams {
  readonly filter: BindingFilter;
  readonly sort: { readonly column: BindingColumn; readonly direction: 'ascending' | 'descending' };
}
const columns: Readonly<Record<BindingColumn, string>> = {
  updated: 'b.updated_at',
  sku: 'b.sku_id',
  seller: 'b.seller_id',
  price: 'b.price',
  stock: 'b.stock',
};

/** Whether a view is found only by looking at most bindings: the states that few of them have. */
export function isRare({ filter }: BindingViewParams): boolean {
  return filter.state !== undefined && filter.state !== 'active';
}

/** The statement that lists the ids of a view in order. Which index serves it is pinned by the EXPLAIN tests. */
export function bindingViewSql(view: BindingViewParams): { sql: string; params: (string | number)[] } {
  const { filter } = view;
  const where: string[] = ['1'];
  const params: (string | number)[] = [];
  if (filter.text !== undefined && filter.text.trim() !== '') {
    const expression = matchExpression(filter.text);
    if (expression === null) return { sql: 'SELECT id FROM binding WHERE 0', params: [] };
    where.push('(b.seller_sku_id = ? OR b.sku_id IN (SELECT rowid FROM sku_text WHERE sku_text MATCH ?))');
    params.push(filter.text.trim(), expression);
  }
  if (filter.skuId !== undefined) {
    where.push('b.sku_id = ?');
    params.push(filter.skuId);
  }
  const [onlySeller, ...moreSellers] = filter.sellerIds ?? [];
  if (onlySeller !== undefined && moreSellers.length === 0) {
    where.push('b.seller_id = ?');
    params.push(onlySeller);
  } else if (onlySeller !== undefined) {
    where.push('b.seller_id IN (SELECT value FROM json_each(?))');
    params.push(JSON.stringify(filter.sellerIds));
  }
  const states = {
    active: 'b.is_active = 1 AND b.is_removed = 0',
    inactive: 'b.is_active = 0 AND b.is_removed = 0',
    removed: 'b.is_removed = 1',
  };
  if (filter.state !== undefined) where.push(states[filter.state]);
  const direction = view.sort.direction === 'ascending' ? 'ASC' : 'DESC';
  // within a seller by its own SKU id: so the index has it already, and no two are equal
  const within = view.sort.column === 'seller' ? 'b.seller_sku_id' : 'b.id';
  return {
    sql: `SELECT b.id FROM binding b WHERE ${where.join(' AND ')} ORDER BY ${columns[view.sort.column]} ${direction}, ${within} ${direction}`,
    params,
  };
}

interface StoredChannel {
  sales_channel: string;
  price: number | null;
  list_price: number | null;
  currency: string;
  stock: number;
  simulated_at: string;
  cause: string;
}

function channelOf(stored: StoredChannel) {
  return {
    salesChannel: stored.sales_channel,
    price: moneyOf(stored.price, stored.currency),
    listPrice: moneyOf(stored.list_price, stored.currency),
    stock: stored.stock,
    simulatedAt: stored.simulated_at as Instant,
  };
}

export const bindingReads = {
  'bindings.first': (database: ReadableDatabase, params: BindingViewParams & { limit: number }) => {
    const { sql, params: values } = bindingViewSql(params);
    const ids = database
      .prepare(`${sql} LIMIT ?`)
      .pluck()
      .all(...values, params.limit) as number[];
    return { rows: rowsByIds(database, ids), ids };
  },
  'bindings.all': (database: ReadableDatabase, params: BindingViewParams): Int32Array => {
    const { sql, params: values } = bindingViewSql(params);
    return idsOf(database, sql, values);
  },
  'bindings.rows': (database: ReadableDatabase, params: { ids: readonly number[] }) => rowsByIds(database, params.ids),
  'bindings.detail': (database: ReadableDatabase, params: { bindingId: number }): BindingDetail | null => {
    const [row] = rowsByIds(database, [params.bindingId]);
    if (!row) return null;
    const channels = statement<[number], StoredChannel>(
      database,
      'SELECT * FROM binding_channel WHERE binding_id = ? ORDER BY sales_channel',
    ).all(params.bindingId);
    const history = statement<[string, string], StoredChannel>(
      database,
      'SELECT * FROM price_history WHERE seller_id = ? AND seller_sku_id = ? ORDER BY id DESC LIMIT 100',
    ).all(row.sellerId, row.sellerSkuId);
    const decisions = statement<[string, string], StoredDecision>(
      database,
      `SELECT ${decisionColumns} FROM decision WHERE seller_id = ? AND seller_sku_id = ? ORDER BY decided_at DESC LIMIT 50`,
    ).all(row.sellerId, row.sellerSkuId);
    return {
      ...row,
      channels: channels.map(channelOf),
      history: history.map((stored) => ({
        ...channelOf(stored),
        cause: stored.cause as 'notification' | 'sweep' | 'binding' | 'operator',
      })),
      decisions: decisions.map(decisionOf),
    };
  },
  'bindings.counts': (database: ReadableDatabase, _params: Record<never, never>) => {
    const counts = statement<[], { active: number | null; inactive: number | null; removed: number | null }>(
      database,
      `SELECT SUM(is_active = 1 AND is_removed = 0) AS active, SUM(is_active = 0 AND is_removed = 0) AS inactive, SUM(is_removed = 1) AS removed FROM binding`,
    ).get();
    return { active: counts?.active ?? 0, inactive: counts?.inactive ?? 0, removed: counts?.removed ?? 0 };
  },
  /** The state of one pair, for the endpoints: whether a change notification is about a SKU that is bound. */
  'bindings.isBound': (database: ReadableDatabase, params: { sellerId: string; sellerSkuId: string }): boolean =>
    statement<[string, string], { one: number }>(
      database,
      'SELECT 1 AS one FROM binding WHERE seller_id = ? AND seller_sku_id = ? AND is_removed = 0',
    ).get(params.sellerId, params.sellerSkuId) !== undefined,
  /** Which of a seller's own SKUs is bound to one of ours; null when none is. */
  'bindings.ofSku': (database: ReadableDatabase, params: { sellerId: string; skuId: number }): string | null =>
    statement<[number, string], { seller_sku_id: string }>(
      database,
      'SELECT seller_sku_id FROM binding WHERE sku_id = ? AND seller_id = ? AND is_removed = 0',
    ).get(params.skuId, params.sellerId)?.seller_sku_id ?? null,
  'bindings.identity': (database: ReadableDatabase, params: { sellerId: string; sellerSkuId: string }) =>
    statement<[string, string], { id: number }>(
      database,
      'SELECT id FROM binding WHERE seller_id = ? AND seller_sku_id = ?',
    ).get(params.sellerId, params.sellerSkuId) ?? null,
};
