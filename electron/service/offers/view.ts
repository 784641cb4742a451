import type { OfferColumn, OfferFilter } from '../../../shared/contract/offers.ts';
import { bandNumber, matchExpression, queueNumber } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';

/** A list as SQL: parameters only, never text of the user's. */
export interface ViewSql {
  readonly sql: string;
  readonly params: readonly (string | number)[];
}

export interface OfferViewParams {
  readonly filter: OfferFilter;
  readonly sort: { readonly column: OfferColumn; readonly direction: 'ascending' | 'descending' };
  /** Whose claims and decisions `mine` means. */
  readonly operatorId: string | null;
}

const columns: Readonly<Record<OfferColumn, string>> = {
  received: 'o.received_at',
  price: 'o.price',
  stock: 'o.stock',
  score: 'o.score',
  title: 'o.title COLLATE NOCASE',
  seller: 'o.seller_id',
};

/** The statement that lists the ids of a view in order. Which index serves which view is pinned by the EXPLAIN tests. */
export function offerViewSql(database: ReadableDatabase, view: OfferViewParams): ViewSql {
  const { filter } = view;
  const where: string[] = ['o.queue = ?'];
  const params: (string | number)[] = [queueNumber(filter.queue)];
  let from = 'offer o';
  if (filter.text !== undefined && filter.text.trim() !== '') {
    const expression = matchExpression(filter.text);
    if (expression === null) return { sql: 'SELECT id FROM offer WHERE 0', params: [] };
    from = 'offer_text t CROSS JOIN offer o ON o.id = t.rowid';
    where.unshift('t.offer_text MATCH ?');
    params.unshift(expression);
  }
  if (filter.band !== undefined) {
    where.push('o.band = ?');
    params.push(bandNumber(filter.band));
  }
  const [onlySeller, ...moreSellers] = filter.sellerIds ?? [];
  if (onlySeller !== undefined && moreSellers.length === 0) {
    where.push('o.seller_id = ?');
    params.push(onlySeller);
  } else if (onlySeller !== undefined) {
    where.push('o.seller_id IN (SELECT value FROM json_each(?))');
    params.push(JSON.stringify(filter.sellerIds));
  }
  if (filter.categoryId !== undefined) {
    const range = database
      .prepare<[number], { position: number; last_position: number }>(
        'SELECT position, last_position FROM category WHERE id = ?',
      )
      .get(filter.categoryId);
    if (!range) return { sql: 'SELECT id FROM offer WHERE 0', params: [] };
    where.push('o.category_position BETWEEN ? AND ?');
    params.push(range.position, range.last_position);
  }
  const bounds = [
    ['o.price >= ?', filter.priceFrom],
    ['o.price <= ?', filter.priceTo],
    ['o.score >= ?', filter.scoreFrom],
    ['o.score <= ?', filter.scoreTo],
  ] as const;
  for (const [condition, bound] of bounds) {
    if (bound === undefined) continue;
    where.push(condition);
    params.push(bound);
  }
  if (filter.inStock === true) where.push('o.stock > 0');
  if (filter.inStock === false) where.push('(o.stock IS NULL OR o.stock <= 0)');
  if (filter.mine === true) {
    where.push('(o.claimed_by = ? OR o.decision_id IN (SELECT id FROM decision WHERE operator_id = ?))');
    params.push(view.operatorId ?? '', view.operatorId ?? '');
  }
  if (filter.decisionState !== undefined) {
    where.push('o.decision_id IN (SELECT id FROM decision WHERE state = ?)');
    params.push(filter.decisionState);
  }
  const direction = view.sort.direction === 'ascending' ? 'ASC' : 'DESC';
  return {
    sql: `SELECT o.id FROM ${from} WHERE ${where.join(' AND ')} ORDER BY ${columns[view.sort.column]} ${direction}, o.id ${direction}`,
    params,
  };
}
