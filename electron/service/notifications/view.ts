import type { NotificationFilter } from '../../../shared/contract/notifications.ts';
import { outcomeNumber } from '../../../shared/domain/notifications.ts';
import type { ViewSql } from '../offers/view.ts';

export interface NotificationViewParams {
  readonly filter: NotificationFilter;
  readonly sort: { readonly column: 'received'; readonly direction: 'ascending' | 'descending' };
}

/** Matches any of some values; the usual one value is compared as itself. */
function oneOf(column: string, values: readonly (string | number)[]): { sql: string; params: (string | number)[] } {
  const [only, ...more] = values;
  if (only !== undefined && more.length === 0) return { sql: `${column} = ?`, params: [only] };
  return { sql: `${column} IN (SELECT value FROM json_each(?))`, params: [JSON.stringify(values)] };
}

/** The statement that lists the ids of a view in order. One index holds everything that it asks for, in its order. */
export function notificationViewSql({ filter, sort }: NotificationViewParams): ViewSql {
  const where: string[] = [];
  const params: (string | number)[] = [];
  const also = (part: { sql: string; params: (string | number)[] }) => {
    where.push(part.sql);
    params.push(...part.params);
  };
  if (filter.since !== undefined) also({ sql: 'received_at >= ?', params: [filter.since] });
  if (filter.until !== undefined) also({ sql: 'received_at < ?', params: [filter.until] });
  if (filter.sellerIds?.length) also(oneOf('seller_id', filter.sellerIds));
  if (filter.kinds?.length) also(oneOf('kind', filter.kinds));
  if (filter.outcomes?.length) also(oneOf('outcome', filter.outcomes.map(outcomeNumber)));
  const text = filter.text?.trim() ?? '';
  if (text !== '') also({ sql: 'instr(seller_sku_id, ?) > 0', params: [text] });
  const direction = sort.direction === 'ascending' ? 'ASC' : 'DESC';
  const condition = where.length === 0 ? '1' : where.join(' AND ');
  return {
    sql: `SELECT id FROM inbox INDEXED BY inbox_log WHERE ${condition} ORDER BY received_at ${direction}, id ${direction}`,
    params,
  };
}
