/** Notes about orders, and the end of what is known of their buyers: on request, or when it was kept long enough. */

import type { Instant } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { isBuyerNeeded } from '../../../shared/domain/orders/retention.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import { marketplaceStateOf, type StoredOrder, sellerStateOf } from './rows.ts';

/** Where it is set how long buyers are known. Days; nothing: for ever. */
export const retentionSetting = 'orders.retentionDays';

const ordersOf = (database: ReadableDatabase, groupId: string): StoredOrder[] =>
  statement<[string], StoredOrder>(database, 'SELECT * FROM orders WHERE group_id = ?').all(groupId);

const isNeeded = (order: StoredOrder, now: string): boolean =>
  isBuyerNeeded(
    {
      state: marketplaceStateOf(order.state),
      sellerState: sellerStateOf(order.seller_state),
      // instants written by this program
      stateSince: order.state_since as Instant,
      deliverBy: order.deliver_by as Instant | null,
    },
    Date.parse(now),
  );

/**
 * Takes the buyer, every raw message, and whatever people wrote in their own words out of a group: a note, a reason, a seller's refusal or a
 * carrier's remark may name the buyer or the street, and so may the page of a parcel. What happened, when, and the sums stay.
 */
function erase(database: WritableDatabase, groupId: string, now: string): void {
  statement<[string, string], unknown>(
    database,
    'UPDATE order_group SET buyer_sealed = NULL, erased_at = ? WHERE id = ?',
  ).run(now, groupId);
  statement<[string], unknown>(
    database,
    `UPDATE order_message SET body_sealed = NULL, answer_sealed = NULL
      WHERE order_id IN (SELECT id FROM orders WHERE group_id = ?)`,
  ).run(groupId);
  statement<[string], unknown>(database, 'UPDATE orders SET problem = NULL WHERE group_id = ?').run(groupId);
  for (const change of [
    'DELETE FROM order_note',
    `UPDATE order_cancellation SET reason = ''`,
    `UPDATE order_change SET reason = '', problem = NULL`,
    'UPDATE order_task SET problem = NULL',
    'UPDATE order_invoice SET tracking_url = NULL',
    'UPDATE order_item SET chosen_sealed = NULL, delivery_sealed = NULL',
    `UPDATE order_tracking SET city = NULL, state = NULL, description = ''`,
    `UPDATE order_event SET details = json_remove(details, '$.reason', '$.problem')`,
  ])
    statement<[string], unknown>(
      database,
      `${change} WHERE order_id IN (SELECT id FROM orders WHERE group_id = ?)`,
    ).run(groupId);
}

export const orderPrivacyWrites = {
  'orders.addNote': (
    database: WritableDatabase,
    params: { orderId: number; now: string; operatorId: string; author: string; text: string },
  ) => {
    statement<(string | number)[], unknown>(
      database,
      'INSERT INTO order_note (order_id, at, operator_id, author, text) VALUES (?, ?, ?, ?, ?)',
    ).run(params.orderId, params.now, params.operatorId, params.author, params.text);
    return null;
  },
  /** Erases the buyer of an order that is over, in all orders of its group. @throws BinderyError while one of them goes on */
  'orders.erase': (database: WritableDatabase, params: { groupId: string; now: string }): number[] => {
    const orders = ordersOf(database, params.groupId);
    if (orders.some((order) => isNeeded(order, params.now)))
      throw new BinderyError(
        'not-allowed',
        'The buyer is needed until every order of the purchase is delivered, returned or cancelled, or was due thirty days ago.',
        { field: 'orderId' },
      );
    erase(database, params.groupId, params.now);
    return orders.map(({ id }) => id);
  },
  /** Erases the buyers of purchases that came before, are over, and are still known. Answers how many. */
  'orders.eraseExpired': (
    database: WritableDatabase,
    params: { before: string; now: string; limit: number; after: string },
  ): { erased: number; last: string | null } => {
    const groups = statement<[string, string, number], { id: string; received_at: string }>(
      database,
      `SELECT id, received_at FROM order_group WHERE buyer_sealed IS NOT NULL AND received_at > ? AND received_at < ?
        ORDER BY received_at LIMIT ?`,
    ).all(params.after, params.before, params.limit);
    let erased = 0;
    for (const { id } of groups) {
      if (ordersOf(database, id).some((order) => isNeeded(order, params.now))) continue;
      erase(database, id, params.now);
      erased++;
    }
    return { erased, last: groups.at(-1)?.received_at ?? null };
  },
};
