import type { OfferColumn, OfferFilter } from '../../../shared/contract/offers.ts';
import { bandNumber, matchExpression, queueNumber } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { expiresBySql } from './expiry.ts';

/** A list as SQL: parameters only, never text of the user's. */
export interface ViewSql {
  readonly sql: string;
  readonly params: readonly (string | number)[];
}

/** A list in the order of an index, and what each of its rows still has to satisfy: see {@link offerWalkSql}. */
export interface WalkSql {
  /** The search's words as FTS5 wants them. */
  readonly expression: string;
  /** Ids in order. */
  readonly walk: ViewSql;
  /** Conditions on one id, the last parameter; null when there are none. */
  readonly check: ViewSql | null;
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
  value: 'o.price * o.stock',
  score: 'o.score',
  lesson: '-ABS(o.odds)',
  title: 'o.title COLLATE NOCASE',
  seller: 'o.seller_id',
};

interface Conditions {
  readonly where: string[];
  readonly params: (string | number)[];
}

/** What a row has to satisfy, except for the words of a search. Null when nothing can. */
function conditionsOf(database: ReadableDatabase, view: OfferViewParams): Conditions | null {
  const { filter } = view;
  const where: string[] = ['o.queue = ?'];
  const params: (string | number)[] = [queueNumber(filter.queue)];
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
    if (!range) return null;
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
  if (filter.expiresBefore !== undefined) {
    const expiring = expiresBySql(database, filter.expiresBefore);
    where.push(...expiring.where);
    params.push(...expiring.params);
  }
  if (filter.decisionState !== undefined) {
    where.push('o.decision_id IN (SELECT id FROM decision WHERE state = ?)');
    params.push(filter.decisionState);
  }
  return { where, params };
}

const nothing: ViewSql = { sql: 'SELECT id FROM offer WHERE 0', params: [] };

/** How rows that are equal are ordered, before their id: as the index has them already, so that none is sorted. */
const within: Partial<Readonly<Record<OfferColumn, string>>> = { seller: 'o.price', stock: 'o.category_position' };

function orderOf({ sort }: OfferViewParams): string {
  const direction = sort.direction === 'ascending' ? 'ASC' : 'DESC';
  const next = within[sort.column];
  return `ORDER BY ${columns[sort.column]} ${direction}${next === undefined ? '' : `, ${next} ${direction}`}, o.id ${direction}`;
}

/** Whether no index holds a view's order, so that even its first rows are known only when all of it has been looked at. */
export function isSortedWhole({ sort }: OfferViewParams): boolean {
  return sort.column === 'title';
}

/** The bands as they are stored, {@link bandNumber}. */
const everyBand = [0, 1, 2, 3, 4];

function expressionOf({ filter }: OfferViewParams): string | null | undefined {
  return filter.text === undefined || filter.text.trim() === '' ? undefined : matchExpression(filter.text);
}

/** The statement that lists the ids of a view in order. Which index serves which view is pinned by the EXPLAIN tests. */
export function offerViewSql(database: ReadableDatabase, view: OfferViewParams): ViewSql {
  const expression = expressionOf(view);
  const conditions = conditionsOf(database, view);
  if (expression === null || conditions === null) return nothing;
  const { where, params } = conditions;
  let from = 'offer o';
  if (expression !== undefined) {
    from = 'offer_text t CROSS JOIN offer o ON o.id = t.rowid';
    where.unshift('t.offer_text MATCH ?');
    params.unshift(expression);
  }
  if (expression === undefined && view.sort.column === 'score' && view.filter.band === undefined) {
    // the index holds the scores of each band in order: five sorted lists are merged, none is sorted
    const direction = view.sort.direction === 'ascending' ? 'ASC' : 'DESC';
    const lists = everyBand.map(
      (band) => `SELECT o.id AS id, o.score AS score FROM offer o WHERE ${where.join(' AND ')} AND o.band = ${band}`,
    );
    return {
      sql: `${lists.join(' UNION ALL ')} ORDER BY score ${direction}, id ${direction}`,
      params: everyBand.flatMap(() => params),
    };
  }
  // what is sorted gives no row before it has seen them all: it can be ended meanwhile
  if (expression !== undefined || isSortedWhole(view)) where.push('still_wanted()');
  return { sql: `SELECT o.id FROM ${from} WHERE ${where.join(' AND ')} ${orderOf(view)}`, params };
}

/** The index that holds a queue in the order of a column. */
const walked: Partial<Readonly<Record<OfferColumn, string>>> = {
  received: 'offer_received',
  price: 'offer_price',
  stock: 'offer_stock',
  value: 'offer_value',
  lesson: 'offer_lesson',
};

/**
 * The first rows of a search for common words: instead of sorting everything that has them, the rows in order are asked
 * whether they do. Null when the view has no search, or no index that would serve.
 */
export function offerWalkSql(database: ReadableDatabase, view: OfferViewParams): WalkSql | null {
  const expression = expressionOf(view);
  const conditions = conditionsOf(database, view);
  if (typeof expression !== 'string' || conditions === null) return null;
  const { where, params } = conditions;
  if (view.filter.sellerIds?.length === 1) {
    const sql = `SELECT o.id FROM offer o INDEXED BY offer_seller_price WHERE ${where.join(' AND ')} ${orderOf(view)}`;
    return { expression, walk: { sql, params }, check: null };
  }
  const index = walked[view.sort.column];
  if (index === undefined) return null;
  return {
    expression,
    walk: {
      sql: `SELECT o.id FROM offer o INDEXED BY ${index} WHERE o.queue = ? ${orderOf(view)}`,
      params: params.slice(0, 1),
    },
    check:
      where.length === 1 ? null : { sql: `SELECT o.id FROM offer o WHERE ${where.join(' AND ')} AND o.id = ?`, params },
  };
}
