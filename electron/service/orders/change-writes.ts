/** What a person does about changes. Each checks again, in the transaction, what the screen showed. */
import { BinderyError } from '../../../shared/domain/errors.ts';
import { type OrderChange, openChangeStates, outcomeOf } from '../../../shared/domain/orders/change.ts';
import type { MarketplaceState } from '../../../shared/domain/orders/flow.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { applyToOrder, refreshWatch } from './apply.ts';
import {
  changeableOf,
  openChangeOf,
  openChangeTask,
  type StoredChange,
  stepChange,
  storedChange,
} from './change-rows.ts';
import { marketplaceStateOf, type StoredOrder, storedOrder } from './rows.ts';

/** States in which an order is changed. */
export const changeable: readonly MarketplaceState[] = ['waiting-seller-handling', 'partially-invoiced'];

/** Why an order cannot be changed now; null when it can. */
export function changeRefusal(order: StoredOrder, now: string): string | null {
  if (!changeable.includes(marketplaceStateOf(order.state)))
    return 'An order is changed while its seller handles it: after fulfilment is authorised, before all of it is invoiced.';
  if (order.change_ends_at !== null && order.change_ends_at <= now)
    return `The window to change this order closed at ${order.change_ends_at}.`;
  return null;
}

/** Records a change that is asked for. */
export function insertChange(
  database: WritableDatabase,
  params: {
    readonly id: string;
    readonly order: StoredOrder;
    readonly origin: StoredChange['origin'];
    readonly change: OrderChange;
    readonly reason: string;
    readonly now: string;
    readonly by: string;
    readonly totalAfter: number;
    readonly sellerRequestId: string | null;
    readonly messageId: number | null;
  },
): void {
  const { order, origin } = params;
  statement<(string | number | null)[], unknown>(
    database,
    `INSERT INTO order_change (id, order_id, origin, state, seller_request_id, reason, change, total_before, total_after, requested_at, requested_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    params.id,
    order.id,
    origin,
    origin === 'seller' ? 'proposed' : 'requested',
    params.sellerRequestId,
    params.reason,
    JSON.stringify(params.change),
    order.total,
    params.totalAfter,
    params.now,
    params.by,
  );
  applyToOrder(database, {
    orderId: order.id,
    type: 'change-requested',
    key: `change-requested ${params.id}`,
    at: params.now,
    source: origin === 'seller' ? 'seller' : 'operator',
    author: params.by,
    details: { reason: params.reason, before: order.total, total: params.totalAfter },
    messageId: params.messageId,
  });
}

function openOne(database: WritableDatabase, params: { orderId: number; changeId: string }): StoredChange {
  const change = storedChange(database, params.changeId);
  if (!change || change.order_id !== params.orderId)
    throw new BinderyError('not-found', 'There is no such change of this order.', { field: 'changeId' });
  if (!openChangeStates.includes(change.state))
    throw new BinderyError('already-decided', `This change is ${change.state} already.`, { field: 'changeId' });
  return change;
}

export const orderChangeWrites = {
  /** Asks the seller for a change. @throws BinderyError when the order cannot be changed, or the change is none */
  'orderChanges.request': (
    database: WritableDatabase,
    params: { orderId: number; changeId: string; change: OrderChange; reason: string; now: string; by: string },
  ) => {
    const order = storedOrder(database, params.orderId);
    if (!order) throw new BinderyError('not-found', 'There is no such order.', { field: 'orderId' });
    const refusal = changeRefusal(order, params.now);
    if (refusal !== null) throw new BinderyError('already-decided', refusal, { field: 'orderId' });
    if (openChangeOf(database, order.id))
      throw new BinderyError('already-exists', 'A change of this order is under way. Wait for it, or take it back.', {
        field: 'orderId',
      });
    const outcome = outcomeOf(changeableOf(database, order), params.change);
    if (outcome.problem !== null)
      throw new BinderyError('invalid-request', `This change cannot be made: ${outcome.problem}.`, {
        field: 'change',
      });
    insertChange(database, {
      id: params.changeId,
      order,
      origin: 'marketplace',
      change: params.change,
      reason: params.reason,
      now: params.now,
      by: params.by,
      totalAfter: outcome.totalMinor,
      sellerRequestId: null,
      messageId: null,
    });
    openChangeTask(database, order.id, 'change', params.changeId, params.now);
    refreshWatch(database, order.id, params.now);
    return null;
  },
  /** Accepts or refuses what a seller proposed. */
  'orderChanges.decide': (
    database: WritableDatabase,
    params: { orderId: number; changeId: string; accept: boolean; reason: string | null; now: string; by: string },
  ) => {
    const change = openOne(database, params);
    if (change.origin !== 'seller')
      throw new BinderyError('not-allowed', 'The seller decides about this change.', { field: 'changeId' });
    const result = stepChange(database, change, {
      event: params.accept ? 'accepted' : 'refused',
      now: params.now,
      source: 'operator',
      by: params.by,
      problem: params.accept ? null : params.reason,
    });
    if (result.kind === 'impossible')
      throw new BinderyError('invalid-request', `This change cannot be made any more: ${result.outcome.problem}.`, {
        field: 'changeId',
      });
    return null;
  },
  /** Takes back what was asked of the seller. What has not left yet is over at once; otherwise the seller is told. */
  'orderChanges.cancel': (
    database: WritableDatabase,
    params: { orderId: number; changeId: string; now: string; by: string },
  ) => {
    const change = openOne(database, params);
    if (change.origin === 'seller')
      throw new BinderyError('not-allowed', 'This change is the seller’s: refuse it instead.', { field: 'changeId' });
    const asked = { event: 'cancel-asked', now: params.now, source: 'operator', by: params.by } as const;
    stepChange(database, change, asked);
    const unsent = statement<[number, string], { found: number }>(
      database,
      `SELECT 1 AS found FROM order_task WHERE order_id = ? AND subject = ? AND kind = 'change' AND state = 'pending' AND attempts = 0`,
    ).get(change.order_id, change.id);
    if (unsent) {
      stepChange(database, { ...change, state: 'canceling' }, { ...asked, event: 'cancel-confirmed' });
      return null;
    }
    statement<[number, string], unknown>(
      database,
      `UPDATE order_task SET state = 'done' WHERE order_id = ? AND subject = ? AND state IN ('pending', 'stopped')`,
    ).run(change.order_id, change.id);
    openChangeTask(database, change.order_id, 'cancel-change', change.id, params.now);
    refreshWatch(database, change.order_id, params.now);
    return null;
  },
};
