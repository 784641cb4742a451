/** Changes as they are stored, and one step of their handshake, in the caller's transaction. */
import type { Instant } from '../../../shared/domain/brand.ts';
import {
  type ChangeableOrder,
  type ChangeEvent,
  type ChangeLine,
  type ChangeOutcome,
  type ChangeState,
  nextChangeState,
  type OrderChange,
  outcomeOf,
} from '../../../shared/domain/orders/change.ts';
import type { EventType } from '../../../shared/domain/orders/flow.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import { applyToOrder, type EventSource, refreshWatch } from './apply.ts';
import { type StoredOrder, storedOrder } from './rows.ts';

/** A row of `order_change`, as it is stored. */
export interface StoredChange {
  sequence: number;
  id: string;
  order_id: number;
  origin: 'marketplace' | 'seller';
  state: ChangeState;
  seller_request_id: string | null;
  reason: string;
  change: string;
  total_before: number;
  total_after: number;
  requested_at: string;
  requested_by: string;
  acknowledged_at: string | null;
  decided_at: string | null;
  decided_by: string | null;
  problem: string | null;
}

const nothing: OrderChange = { replace: [], add: [], remove: [], discountMinor: 0, incrementMinor: 0 };

/** The lines that a stored change asks for. */
export const changeOf = (stored: StoredChange): OrderChange => jsonOf<OrderChange>(stored.change, nothing);

export function storedChange(database: ReadableDatabase, id: string): StoredChange | undefined {
  return statement<[string], StoredChange>(database, 'SELECT * FROM order_change WHERE id = ?').get(id);
}

export function openChangeOf(database: ReadableDatabase, orderId: number): StoredChange | undefined {
  return statement<[number], StoredChange>(
    database,
    `SELECT * FROM order_change WHERE order_id = ? AND state IN ('proposed', 'requested', 'acknowledged', 'canceling')`,
  ).get(orderId);
}

export function changesOf(database: ReadableDatabase, orderId: number): StoredChange[] {
  return statement<[number], StoredChange>(
    database,
    'SELECT * FROM order_change WHERE order_id = ? ORDER BY sequence DESC LIMIT 100',
  ).all(orderId);
}

/** What a change of this order is computed from. */
export function changeableOf(database: ReadableDatabase, order: StoredOrder): ChangeableOrder {
  const lines = statement<[number], { seller_sku_id: string; name: string; quantity: number; price: number }>(
    database,
    'SELECT seller_sku_id, name, quantity, price FROM order_item WHERE order_id = ? ORDER BY position',
  )
    .all(order.id)
    .map(
      (item): ChangeLine => ({
        sellerSkuId: item.seller_sku_id,
        name: item.name,
        quantity: item.quantity,
        priceMinor: item.price,
      }),
    );
  return {
    lines,
    freightMinor: order.freight,
    adjustmentMinor: order.adjustment,
    invoicedMinor: order.invoiced - order.returned,
  };
}

/** Writes the lines as they are after a change; what a line had besides stays with its SKU. */
function writeLines(database: WritableDatabase, orderId: number, outcome: ChangeOutcome): void {
  interface Kept {
    seller_sku_id: string;
    sku_id: number | null;
    category_id: number | null;
    freight: number;
    sla: string | null;
    estimate: string | null;
    commission: number;
    freight_commission: number;
    chosen_sealed: string | null;
    delivery_sealed: string | null;
  }
  const before = statement<[number], Kept>(
    database,
    'SELECT * FROM order_item WHERE order_id = ? ORDER BY position',
  ).all(orderId);
  const [order] = statement<[number], { seller_id: string }>(database, 'SELECT seller_id FROM orders WHERE id = ?').all(
    orderId,
  );
  const bound = statement<[string, string], { sku_id: number; category_id: number | null }>(
    database,
    `SELECT b.sku_id, s.category_id FROM binding b LEFT JOIN sku s ON s.id = b.sku_id
      WHERE b.seller_id = ? AND b.seller_sku_id = ? AND b.is_removed = 0`,
  );
  statement<[number], unknown>(database, 'DELETE FROM order_item WHERE order_id = ?').run(orderId);
  const insert = statement<(string | number | null)[], unknown>(
    database,
    `INSERT INTO order_item (order_id, position, sku_id, seller_sku_id, name, category_id, quantity, price, freight, sla, estimate, commission, freight_commission,
       chosen_sealed, delivery_sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const taken = new Set<Kept>();
  outcome.lines.forEach((line, position) => {
    const same = before.find((kept) => kept.seller_sku_id === line.sellerSkuId && !taken.has(kept));
    if (same) taken.add(same);
    const known = same ?? { ...bound.get(order?.seller_id ?? '', line.sellerSkuId) };
    insert.run(
      orderId,
      position,
      known.sku_id ?? null,
      line.sellerSkuId,
      line.name,
      known.category_id ?? null,
      line.quantity,
      line.priceMinor,
      same?.freight ?? 0,
      same?.sla ?? before[0]?.sla ?? null,
      same?.estimate ?? before[0]?.estimate ?? null,
      // the share of the marketplace is settled by its own rules; what the hand-over said stays for the lines it spoke of
      same?.commission ?? before[0]?.commission ?? 0,
      same?.freight_commission ?? before[0]?.freight_commission ?? 0,
      same?.chosen_sealed ?? null,
      same?.delivery_sealed ?? before[0]?.delivery_sealed ?? null,
    );
  });
  const [first] = outcome.lines;
  statement<(string | number)[], unknown>(
    database,
    'UPDATE orders SET items_total = ?, adjustment = ?, units = ?, title = ? WHERE id = ?',
  ).run(
    outcome.itemsMinor,
    outcome.adjustmentMinor,
    outcome.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    outcome.lines.length > 1 ? `${first?.name ?? ''} +${outcome.lines.length - 1}` : (first?.name ?? ''),
    orderId,
  );
}

export interface ChangeStep {
  readonly event: ChangeEvent;
  readonly now: string;
  readonly source: EventSource;
  readonly by?: string;
  readonly problem?: string | null;
  readonly messageId?: number | null;
}

export type ChangeStepResult =
  | { readonly kind: 'moved' | 'stayed'; readonly state: ChangeState }
  /** The event does not fit the change as it is. */
  | { readonly kind: 'misfit'; readonly state: ChangeState }
  /** The order has changed meanwhile so that the change cannot be applied any more. */
  | { readonly kind: 'impossible'; readonly state: ChangeState; readonly outcome: ChangeOutcome };

const orderEvents: Partial<Readonly<Record<ChangeState, EventType>>> = {
  acknowledged: 'change-acknowledged',
  applied: 'change-applied',
  refused: 'change-refused',
  canceled: 'change-canceled',
};

/** Takes one step of the handshake: the change, the order's lines and money when it is applied, the event, the task that follows. */
export function stepChange(database: WritableDatabase, change: StoredChange, step: ChangeStep): ChangeStepResult {
  const next = nextChangeState(change.state, step.event);
  if (next === null) return { kind: 'misfit', state: change.state };
  if (next === change.state) return { kind: 'stayed', state: next };
  const order = storedOrder(database, change.order_id);
  if (!order) return { kind: 'misfit', state: change.state };
  const outcome = next === 'applied' ? outcomeOf(changeableOf(database, order), changeOf(change)) : null;
  if (outcome !== null && outcome.problem !== null) {
    statement<[string, string], unknown>(database, 'UPDATE order_change SET problem = ? WHERE id = ?').run(
      `The order has changed meanwhile: ${outcome.problem}.`,
      change.id,
    );
    refreshWatch(database, order.id, step.now);
    return { kind: 'impossible', state: change.state, outcome };
  }
  const isOver = next === 'applied' || next === 'refused' || next === 'canceled';
  statement<(string | null)[], unknown>(
    database,
    `UPDATE order_change SET state = ?, problem = ?, acknowledged_at = COALESCE(acknowledged_at, ?), decided_at = ?, decided_by = ? WHERE id = ?`,
  ).run(
    next,
    step.problem ?? null,
    next === 'acknowledged' ? step.now : null,
    isOver ? step.now : null,
    isOver ? (step.by ?? step.source) : null,
    change.id,
  );
  if (outcome !== null) writeLines(database, order.id, outcome);
  const type = orderEvents[next];
  if (type !== undefined)
    applyToOrder(database, {
      orderId: order.id,
      type,
      key: `${type} ${change.id}`,
      at: step.now as Instant, // an instant of the caller's clock
      source: step.source,
      ...(step.by === undefined ? {} : { author: step.by }),
      ...(outcome === null ? {} : { totalMinor: outcome.totalMinor }),
      details: {
        ...(outcome === null ? {} : { before: order.total, total: outcome.totalMinor }),
        ...(step.problem === undefined || step.problem === null ? {} : { reason: step.problem }),
      },
      messageId: step.messageId ?? null,
    });
  if (next === 'acknowledged') openChangeTask(database, order.id, 'confirm-change', change.id, step.now);
  if (isOver)
    statement<[number, string], unknown>(
      database,
      `UPDATE order_task SET state = 'done' WHERE order_id = ? AND subject = ? AND state IN ('pending', 'stopped')`,
    ).run(order.id, change.id);
  refreshWatch(database, order.id, step.now);
  return { kind: 'moved', state: next };
}

export type ChangeTaskKind = 'change' | 'confirm-change' | 'cancel-change';

export function openChangeTask(
  database: WritableDatabase,
  orderId: number,
  kind: ChangeTaskKind,
  changeId: string,
  now: string,
): void {
  statement<[number, string, string, string], unknown>(
    database,
    `INSERT INTO order_task (order_id, kind, subject, state, not_before) VALUES (?, ?, ?, 'pending', ?)
     ON CONFLICT (order_id, kind, subject) WHERE state IN ('pending', 'sent', 'stopped') DO NOTHING`,
  ).run(orderId, kind, changeId, now);
}
