import { type ChangeEvent, nextChangeState } from '../../../shared/domain/orders/change.ts';
import type { EventType, SellerState } from '../../../shared/domain/orders/flow.ts';
import { dutyOf, type OrderFacts } from '../../../shared/domain/orders/order.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { applyToOrder, type IncomingEvent, openDuty, refreshWatch } from './apply.ts';
import { type StoredChange, stepChange, storedChange } from './change-rows.ts';
import { factsOf, type StoredOrder, storedOrder } from './rows.ts';
import { type StoredAddress, storedAddress } from './seller-address.ts';
import { keepMessage, type StoredMessage } from './writes.ts';

export const taskKinds = [
  'simulate',
  'place',
  'authorise',
  'cancel',
  'change',
  'confirm-change',
  'cancel-change',
] as const;
export type TaskKind = (typeof taskKinds)[number];

export interface StoredItem {
  position: number;
  seller_sku_id: string;
  name: string;
  quantity: number;
  price: number;
  freight: number;
  sla: string | null;
  estimate: string | null;
  commission: number;
  freight_commission: number;
  chosen_sealed: string | null;
  delivery_sealed: string | null;
}

/** A task on its way out, with all that its call needs. */
export interface TakenTask {
  readonly sequence: number;
  readonly kind: TaskKind;
  readonly attempts: number;
  /** An earlier try may have been applied: read back first. */
  readonly ambiguous: boolean;
  readonly order: StoredOrder;
  readonly items: readonly StoredItem[];
  readonly buyerSealed: string | null;
  readonly seller: StoredAddress;
  readonly cancellation: { id: string; requested_at: string; reason: string; by_user: number } | null;
  readonly divergenceAccepted: boolean;
  /** Of a task about a change. */
  readonly change: StoredChange | null;
}

export type TaskOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly notBefore: string; readonly problem: string | null; readonly ambiguous: boolean }
  | { readonly kind: 'stopped'; readonly problem: string; readonly code: string | null };

/** An answer of the seller to a call about a change. */
export interface ChangeAnswer {
  readonly id: string;
  readonly event: ChangeEvent | null;
  readonly problem: string | null;
  /** The seller's own id of the request, where it gave one. */
  readonly sellerRequestId: string | null;
}

const cancellable: readonly SellerState[] = [
  'on-order-completed-ffm',
  'waiting-for-manual-authorization',
  'waiting-ffmt-authorization',
  'authorize-fulfillment',
  'window-to-cancel',
  'ready-for-handling',
  'handling',
  'cancellation-requested',
];

/** Whether the task still says what has to be done: an order may have moved on since it was opened. */
function isWanted(kind: TaskKind, facts: OrderFacts, change: StoredChange | null): boolean {
  if (kind === 'change') return change?.state === 'requested';
  if (kind === 'confirm-change') return change?.state === 'acknowledged';
  if (kind === 'cancel-change') return change?.state === 'canceling';
  if (dutyOf(facts) === kind) return true;
  // its queue failed and said to try again later
  if (kind === 'place')
    return facts.marketplace === 'waiting-for-authorization' && facts.seller === 'on-order-completed-ffm';
  if (kind !== 'cancel' || !cancellable.includes(facts.seller)) return false;
  if (facts.marketplace === 'waiting-for-seller-decision' || facts.marketplace === 'cancel') return true;
  return (facts.marketplace === 'canceled' || facts.marketplace === 'replaced') && !facts.cancellationRefused;
}

const sentEvents: Partial<Readonly<Record<TaskKind, EventType>>> = {
  place: 'placement-sent',
  authorise: 'authorisation-sent',
  cancel: 'cancellation-sent',
};

/** The code of an authorisation that was not sent before its deadline. A person's retry sends it all the same. */
const expired = 'authorisation-expired';

interface StoredTask {
  sequence: number;
  order_id: number;
  kind: TaskKind;
  subject: string;
  attempts: number;
  ambiguous: number;
  problem_code: string | null;
}

/** What is not authorised by its deadline waits for a person: the goods may be gone, the price another. */
function stopExpired(database: WritableDatabase, task: StoredTask, order: StoredOrder, now: string): void {
  const problem = `The time to authorise this order ended at ${order.authorise_by}. Ask the seller whether it still holds the goods; then try again, or cancel.`;
  statement<[string, string, number], unknown>(
    database,
    `UPDATE order_task SET state = 'stopped', problem = ?, problem_code = ? WHERE sequence = ?`,
  ).run(problem, expired, task.sequence);
  statement<[string, string, number], unknown>(
    database,
    'UPDATE orders SET problem = ?, problem_code = ? WHERE id = ?',
  ).run(problem, expired, order.id);
  refreshWatch(database, order.id, now);
}

function take(database: WritableDatabase, task: StoredTask, now: string): TakenTask | null {
  const before = storedOrder(database, task.order_id);
  const change = task.subject === '' ? null : (storedChange(database, task.subject) ?? null);
  if (!before || !isWanted(task.kind, factsOf(before), change)) {
    statement<[number], unknown>(database, `UPDATE order_task SET state = 'done' WHERE sequence = ?`).run(
      task.sequence,
    );
    return null;
  }
  if (
    task.kind === 'authorise' &&
    task.problem_code !== expired &&
    before.authorise_by !== null &&
    before.authorise_by <= now
  ) {
    stopExpired(database, task, before, now);
    return null;
  }
  statement<[number], unknown>(
    database,
    `UPDATE order_task SET state = 'sent', attempts = attempts + 1 WHERE sequence = ?`,
  ).run(task.sequence);
  const type = sentEvents[task.kind];
  if (type !== undefined && task.attempts === 0)
    applyToOrder(database, {
      orderId: task.order_id,
      type,
      key: `${type} ${task.sequence}`,
      at: now,
      source: 'service',
    });
  const order = storedOrder(database, task.order_id) ?? before;
  return {
    sequence: task.sequence,
    kind: task.kind,
    attempts: task.attempts + 1,
    ambiguous: task.ambiguous === 1,
    order,
    items: statement<[number], StoredItem>(
      database,
      'SELECT * FROM order_item WHERE order_id = ? ORDER BY position',
    ).all(order.id),
    buyerSealed:
      statement<[string], { buyer_sealed: string | null }>(
        database,
        'SELECT buyer_sealed FROM order_group WHERE id = ?',
      ).get(order.group_id)?.buyer_sealed ?? null,
    seller: storedAddress(database, order.seller_id),
    cancellation:
      statement<[number], NonNullable<TakenTask['cancellation']>>(
        database,
        'SELECT id, requested_at, reason, by_user FROM order_cancellation WHERE order_id = ? ORDER BY requested_at DESC LIMIT 1',
      ).get(order.id) ?? null,
    change,
    divergenceAccepted:
      statement<[number], { found: number }>(
        database,
        `SELECT 1 AS found FROM order_event WHERE order_id = ? AND type = 'divergence-accepted' LIMIT 1`,
      ).get(order.id) !== undefined,
  };
}

/** The news overtook the answer: what was to be tried again is not wanted any more. */
function endUnwanted(database: WritableDatabase, orderId: number, sequence: number): void {
  const order = storedOrder(database, orderId);
  const task = statement<[number], StoredTask>(database, 'SELECT * FROM order_task WHERE sequence = ?').get(sequence);
  if (!order || !task || task.subject !== '' || isWanted(task.kind, factsOf(order), null)) return;
  statement<[number], unknown>(database, `UPDATE order_task SET state = 'done', problem = NULL WHERE sequence = ?`).run(
    sequence,
  );
}

export const orderTaskWrites = {
  /** Takes what is due and marks it as sent, on disk before anything leaves. */
  'orderTasks.take': (database: WritableDatabase, params: { now: string; limit: number }): TakenTask[] => {
    const due = statement<[string, number], StoredTask>(
      database,
      `SELECT sequence, order_id, kind, subject, attempts, ambiguous, problem_code FROM order_task WHERE state = 'pending' AND not_before <= ? ORDER BY not_before, sequence LIMIT ?`,
    ).all(params.now, params.limit);
    return due.flatMap((task) => take(database, task, params.now) ?? []);
  },
  /** Writes what came of a task, with the events that follow from it, in one transaction. */
  'orderTasks.settle': (
    database: WritableDatabase,
    params: {
      sequence: number;
      orderId: number;
      outcome: TaskOutcome;
      events: readonly IncomingEvent[];
      /** What was said, in order; the events came with the last. */
      messages: readonly StoredMessage[];
      sellerOrderId: string | null;
      /** What the seller's answer means for the change that the task is about. */
      changeStep: ChangeAnswer | null;
      simulated: readonly { position: number; price: number | null; freight: number | null; stock: number }[];
      now: string;
    },
  ) => {
    const { outcome, orderId } = params;
    let messageId: number | null = null;
    for (const message of params.messages) messageId = keepMessage(database, orderId, message);
    if (params.sellerOrderId !== null)
      statement<[string, number], unknown>(database, 'UPDATE orders SET seller_order_id = ? WHERE id = ?').run(
        params.sellerOrderId,
        orderId,
      );
    for (const { position, price, freight, stock } of params.simulated)
      statement<(number | null)[], unknown>(
        database,
        'UPDATE order_item SET simulated_price = ?, simulated_freight = ?, simulated_stock = ? WHERE order_id = ? AND position = ?',
      ).run(price, freight, stock, orderId, position);
    const problem = outcome.kind === 'done' ? null : outcome.problem;
    statement<(string | number | null)[], unknown>(
      database,
      'UPDATE order_task SET state = ?, not_before = ?, problem = ?, problem_code = ?, ambiguous = ? WHERE sequence = ?',
    ).run(
      outcome.kind === 'done' ? 'done' : outcome.kind === 'again' ? 'pending' : 'stopped',
      outcome.kind === 'again' ? outcome.notBefore : params.now,
      problem,
      outcome.kind === 'stopped' ? outcome.code : null,
      outcome.kind === 'again' && outcome.ambiguous ? 1 : 0,
      params.sequence,
    );
    if (params.changeStep !== null) {
      const { id, event, problem: why, sellerRequestId } = params.changeStep;
      if (sellerRequestId !== null)
        statement<[string, string], unknown>(
          database,
          'UPDATE order_change SET seller_request_id = ? WHERE id = ?',
        ).run(sellerRequestId, id);
      const change = storedChange(database, id);
      if (change && event !== null && nextChangeState(change.state, event) !== null)
        stepChange(database, change, { event, now: params.now, source: 'seller', problem: why, messageId });
    }
    for (const event of params.events) {
      const { verdict } = applyToOrder(database, { messageId, ...event });
      if (verdict !== 'applied') continue;
      if (event.type === 'cancellation-confirmed' || event.type === 'cancellation-refused')
        statement<(string | number)[], unknown>(
          database,
          `UPDATE order_cancellation SET outcome = ?, decided_at = ? WHERE order_id = ? AND outcome = 'asked'`,
        ).run(event.type === 'cancellation-confirmed' ? 'confirmed' : 'refused', params.now, orderId);
    }
    const refusal = params.events.find(({ details }) => typeof details?.problem === 'string')?.details;
    const shown = problem ?? refusal?.problem ?? null;
    if (shown !== null)
      statement<(string | number | null)[], unknown>(
        database,
        'UPDATE orders SET problem = ?, problem_code = ? WHERE id = ?',
      ).run(String(shown), outcome.kind === 'stopped' ? outcome.code : String(refusal?.code ?? '') || null, orderId);
    if (outcome.kind === 'again') endUnwanted(database, orderId, params.sequence);
    openDuty(database, orderId, params.now);
    refreshWatch(database, orderId, params.now);
    return null;
  },
  /** What was on its way when the service ended: it may have been applied. */
  'orderTasks.recover': (database: WritableDatabase, _params: Record<never, never>): number =>
    statement<[], unknown>(
      database,
      `UPDATE order_task SET state = 'pending', ambiguous = 1 WHERE state = 'sent'`,
    ).run().changes,
  /** A person asks for another try of what stopped, or waits. */
  'orderTasks.retry': (database: WritableDatabase, params: { orderId: number; now: string }): number => {
    const { changes } = statement<[string, string, number], unknown>(
      database,
      `UPDATE order_task SET state = 'pending', not_before = ?, problem = NULL,
         problem_code = CASE WHEN problem_code = ? THEN problem_code END WHERE order_id = ? AND state IN ('stopped', 'pending')`,
    ).run(params.now, expired, params.orderId);
    openDuty(database, params.orderId, params.now);
    refreshWatch(database, params.orderId, params.now);
    return changes;
  },
};
