import type { OrderColumn, OrderFilter } from '../../../shared/contract/orders.ts';
import { maskOf } from '../../../shared/domain/orders/attention.ts';
import type { ViewSql } from '../offers/view.ts';
import { numberOfState } from './rows.ts';

export interface OrderViewParams {
  readonly filter: OrderFilter;
  readonly sort: { readonly column: OrderColumn; readonly direction: 'ascending' | 'descending' };
  readonly operatorId: string | null;
}

const columns: Readonly<Record<OrderColumn, string>> = {
  received: 'o.received_at',
  total: 'o.total',
  deadline: 'o.deadline',
  seller: 'o.seller_id',
};

/** The statement that lists the ids of a view in order. */
export function orderViewSql({ filter, sort, operatorId }: OrderViewParams): ViewSql {
  const where: string[] = [];
  const params: (string | number)[] = [];
  const [onlyState, ...moreStates] = filter.states ?? [];
  if (onlyState !== undefined && moreStates.length === 0) {
    where.push('o.state = ?');
    params.push(numberOfState(onlyState));
  } else if (onlyState !== undefined) {
    where.push('o.state IN (SELECT value FROM json_each(?))');
    params.push(JSON.stringify((filter.states ?? []).map(numberOfState)));
  }
  if (filter.attention !== undefined) {
    where.push('o.attention <> 0');
    if (filter.attention !== 'any') {
      where.push('o.attention & ? <> 0');
      params.push(maskOf([filter.attention]));
    }
  }
  const [onlySeller, ...moreSellers] = filter.sellerIds ?? [];
  if (onlySeller !== undefined && moreSellers.length === 0) {
    where.push('o.seller_id = ?');
    params.push(onlySeller);
  } else if (onlySeller !== undefined) {
    where.push('o.seller_id IN (SELECT value FROM json_each(?))');
    params.push(JSON.stringify(filter.sellerIds));
  }
  const text = filter.text?.trim() ?? '';
  if (text !== '') {
    // a range, so that an index serves it: a prefix and its end
    where.push('(o.marketplace_order_id >= ? AND o.marketplace_order_id < ?)');
    params.push(text, `${text}\u{10ffff}`);
  }
  if (filter.mine === true) {
    where.push('o.assigned_to = ?');
    params.push(operatorId ?? '');
  }
  const direction = sort.direction === 'ascending' ? 'ASC' : 'DESC';
  const nothing = sort.column === 'deadline' ? ' AND o.deadline IS NOT NULL' : '';
  const condition = where.length === 0 ? '1' : where.join(' AND ');
  const order = `ORDER BY ${columns[sort.column]} ${direction}, o.id ${direction}`;
  // orders without a deadline are no part of a list by deadline
  return { sql: `SELECT o.id FROM orders o WHERE ${condition}${nothing} ${order}`, params };
}
