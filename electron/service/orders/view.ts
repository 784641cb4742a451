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
  urgency: `COALESCE(o.deadline, '9999')`,
};

/** A prefix and its end, so that an index serves it. */
const range = (text: string): readonly [string, string] => [text, `${text}\u{10ffff}`];

/** By what an order is ranked. The most urgent is due first, and of two that are due together is worth more. */
function orderOf({ column, direction }: OrderViewParams['sort']): string {
  const [forth, back] = direction === 'ascending' ? (['ASC', 'DESC'] as const) : (['DESC', 'ASC'] as const);
  const then = column === 'urgency' ? `o.total ${back}, ` : '';
  return `ORDER BY ${columns[column]} ${forth}, ${then}o.id ${forth}`;
}

// lists that leave out what has no place in them
const within: Partial<Readonly<Record<OrderColumn, string>>> = {
  deadline: 'o.deadline IS NOT NULL',
  urgency: 'o.attention <> 0',
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
    // each by its own index; one condition over all three would read the whole table
    where.push(`o.id IN (SELECT id FROM orders WHERE marketplace_order_id >= ? AND marketplace_order_id < ?
      UNION ALL SELECT id FROM orders WHERE seller_order_id >= ? AND seller_order_id < ?
      UNION ALL SELECT order_id FROM order_invoice WHERE number = ?)`);
    params.push(...range(text), ...range(text), text);
  }
  if (filter.mine === true) {
    where.push('o.assigned_to = ?');
    params.push(operatorId ?? '');
  }
  const also = within[sort.column];
  if (also !== undefined) where.push(also);
  const condition = where.length === 0 ? '1' : where.join(' AND ');
  return { sql: `SELECT o.id FROM orders o WHERE ${condition} ${orderOf(sort)}`, params };
}
