import type { ChangeRow } from '../../../shared/contract/order-changes.ts';
import type { OrderDetail, OrderRow } from '../../../shared/contract/orders.ts';
import type { Instant, OperatorId, SellerId } from '../../../shared/domain/brand.ts';
import { type attentions, attentionsOf } from '../../../shared/domain/orders/attention.ts';
import { openChangeStates } from '../../../shared/domain/orders/change.ts';
import { meaningOf, sellerCodeOf } from '../../../shared/domain/orders/codes.ts';
import { paymentStates } from '../../../shared/domain/orders/order.ts';
import { jsonOf, statement, storedByIds } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { marketplaceCalendar, windowRules } from './apply.ts';
import { changeOf, changesOf } from './change-rows.ts';
import { changeable } from './change-writes.ts';
import { packagesOf } from './package-reads.ts';
import { marketplaceStateOf, type StoredOrder, sellerStateOf, storedByMarketplaceId } from './rows.ts';
import { movable } from './seller-change.ts';
import { type OrderViewParams, orderViewSql } from './view.ts';

type Named = StoredOrder & { seller_name: string | null; assigned_name: string | null };

const rowSql = `SELECT o.*, s.name AS seller_name, p.name AS assigned_name FROM json_each(?) wanted CROSS JOIN orders o ON o.id = wanted.value
  LEFT JOIN seller s ON s.id = o.seller_id LEFT JOIN operator p ON p.id = o.assigned_to`;

function rowOf(stored: Named): OrderRow {
  // ids and instants were written by this program from parsed values
  return {
    id: stored.id,
    marketplaceOrderId: stored.marketplace_order_id,
    sellerId: stored.seller_id as SellerId,
    sellerName: stored.seller_name ?? stored.seller_id,
    title: stored.title,
    units: stored.units,
    total: { minor: stored.total, currency: stored.currency },
    state: marketplaceStateOf(stored.state),
    sellerState: sellerStateOf(stored.seller_state),
    attention: attentionsOf(stored.attention),
    payment: paymentStates[stored.payment] ?? 'pending',
    receivedAt: stored.received_at as Instant,
    stateSince: stored.state_since as Instant,
    deadline: stored.deadline as Instant | null,
    problem: stored.problem,
    problemCode: stored.problem_code,
    assignedTo: stored.assigned_to as OperatorId | null,
    assignedName: stored.assigned_name ?? stored.assigned_to,
  };
}

function rowsByIds(database: ReadableDatabase, ids: readonly number[]): OrderRow[] {
  return storedByIds<Named>(database, rowSql, ids).map(rowOf);
}

interface StoredEvent {
  sequence: number;
  type: string;
  at: string;
  source: string;
  author: string | null;
  fits: number;
  seen: number;
  from_state: number;
  to_state: number;
  seller_from: number;
  seller_to: number;
  details: string;
  message_id: number | null;
}

function namedOrder(database: ReadableDatabase, id: number | null): OrderDetail['replaces'] {
  if (id === null) return null;
  const found = statement<[number], { marketplace_order_id: string }>(
    database,
    'SELECT marketplace_order_id FROM orders WHERE id = ?',
  ).get(id);
  return found ? { id, marketplaceOrderId: found.marketplace_order_id } : null;
}

/** What a person may do, by the state. What closed windows take away is for the caller, who knows the time. */
function actionsOf(row: OrderRow, hasTask: boolean, misfits: number, isChanging: boolean): OrderDetail['actions'] {
  const over = [
    'invoiced',
    'delivered',
    'returned',
    'canceled',
    'replaced',
    'cancel',
    'partially-invoiced',
    'waiting-for-seller-decision',
  ];
  const code = sellerCodeOf(row.problemCode);
  return [
    ...(row.state === 'divergence-waiting' ||
    (row.state === 'placement-failed' && code !== null && meaningOf(code).next === 'decide-divergence')
      ? (['accept-divergence'] as const)
      : []),
    ...(over.includes(row.state) ? [] : (['cancel'] as const)),
    ...(hasTask || row.state === 'placement-failed' || row.state === 'divergence-waiting' ? (['retry'] as const) : []),
    ...(misfits > 0 ? (['seen'] as const) : []),
    ...(row.attention.includes('states-disagree') ? (['settle'] as const) : []),
    ...(changeable.includes(row.state) && !isChanging ? (['change'] as const) : []),
    ...(movable.includes(row.state) ? (['change-seller'] as const) : []),
  ];
}

/** What was said about an order, without what was said: the newest 500. */
function messagesOf(database: ReadableDatabase, orderId: number): OrderDetail['messages'] {
  return statement<
    [number],
    {
      id: number;
      at: string;
      direction: 'in' | 'out';
      peer: string;
      call: string;
      status: number | null;
      sealed: number;
    }
  >(
    database,
    `SELECT id, at, direction, peer, call, status, body_sealed IS NOT NULL OR answer_sealed IS NOT NULL AS sealed
       FROM order_message WHERE order_id = ? ORDER BY id DESC LIMIT 500`,
  )
    .all(orderId)
    .map(({ sealed, at, ...message }) => ({
      ...message,
      at: at as Instant, // written by this program
      isSealed: sealed === 1,
    }));
}

export const orderReads = {
  'orders.first': (database: ReadableDatabase, params: OrderViewParams & { limit: number }) => {
    const { sql, params: values } = orderViewSql(params);
    const ids = database
      .prepare(`${sql} LIMIT ?`)
      .pluck()
      .all(...values, params.limit) as number[];
    return { rows: rowsByIds(database, ids), ids };
  },
  'orders.all': (database: ReadableDatabase, params: OrderViewParams): Int32Array => {
    const { sql, params: values } = orderViewSql(params);
    return Int32Array.from(
      database
        .prepare(sql)
        .pluck()
        .all(...values) as number[],
    );
  },
  'orders.rows': (database: ReadableDatabase, params: { ids: readonly number[] }) => rowsByIds(database, params.ids),
  'orders.detail': (database: ReadableDatabase, params: { orderId: number }): OrderDetail | null => {
    const [stored] = storedByIds<Named>(database, rowSql, [params.orderId]);
    if (!stored) return null;
    const row = rowOf(stored);
    const money = (minor: number) => ({ minor, currency: stored.currency });
    const orNull = (minor: number | null) => (minor === null ? null : money(minor));
    const tasks = statement<
      [number],
      { kind: string; state: string; attempts: number; not_before: string; problem: string | null }
    >(
      database,
      `SELECT * FROM order_task WHERE order_id = ? AND state IN ('pending', 'sent', 'stopped') ORDER BY sequence`,
    ).all(stored.id);
    const code = sellerCodeOf(stored.problem_code);
    const changes = changesOf(database, stored.id).map(
      (change): ChangeRow => ({
        id: change.id,
        origin: change.origin,
        state: change.state,
        reason: change.reason,
        change: { ...changeOf(change) } as ChangeRow['change'], // stored from a parsed change; the contract's arrays are mutable
        totalBefore: money(change.total_before),
        totalAfter: money(change.total_after),
        requestedAt: change.requested_at as Instant,
        requestedBy: change.requested_by,
        acknowledgedAt: change.acknowledged_at as Instant | null,
        decidedAt: change.decided_at as Instant | null,
        decidedBy: change.decided_by,
        problem: change.problem,
      }),
    );
    return {
      ...row,
      groupId: stored.group_id,
      sellerOrderId: stored.seller_order_id,
      settledReason: stored.settled_reason,
      salesChannel: stored.sales_channel,
      freight: money(stored.freight),
      invoiced: money(stored.invoiced),
      returned: money(stored.returned),
      next: code === null ? 'none' : meaningOf(code).next,
      // instants written by this program
      cancellationEndsAt: stored.cancellation_ends_at as Instant | null,
      changeSellerEndsAt: stored.change_seller_ends_at as Instant | null,
      authoriseBy: stored.authorise_by as Instant | null,
      shipBy: stored.ship_by as Instant | null,
      deliverBy: stored.deliver_by as Instant | null,
      changeEndsAt: stored.change_ends_at as Instant | null,
      adjustment: money(stored.adjustment),
      replaces: namedOrder(database, stored.replaces_id),
      replacedBy: namedOrder(database, stored.replaced_by_id),
      changes,
      notes: statement<[number], { id: number; at: string; author: string; text: string }>(
        database,
        'SELECT id, at, author, text FROM order_note WHERE order_id = ? ORDER BY id DESC LIMIT 200',
      )
        .all(stored.id)
        .map((note) => ({ ...note, at: note.at as Instant })),
      buyerErasedAt: (statement<[string], { erased_at: string | null }>(
        database,
        'SELECT erased_at FROM order_group WHERE id = ?',
      ).get(stored.group_id)?.erased_at ?? null) as Instant | null,
      items: statement<
        [number],
        {
          seller_sku_id: string;
          name: string;
          quantity: number;
          price: number;
          freight: number;
          simulated_price: number | null;
          simulated_freight: number | null;
          simulated_stock: number | null;
        }
      >(database, 'SELECT * FROM order_item WHERE order_id = ? ORDER BY position')
        .all(stored.id)
        .map((item) => ({
          sellerSkuId: item.seller_sku_id,
          name: item.name,
          quantity: item.quantity,
          price: money(item.price),
          freight: money(item.freight),
          simulatedPrice: orNull(item.simulated_price),
          simulatedFreight: orNull(item.simulated_freight),
          simulatedStock: item.simulated_stock,
        })),
      invoices: packagesOf(database, stored.id, stored.currency),
      cancellations: statement<
        [number],
        { reason: string; requested_by: string; requested_at: string; inside_window: number; outcome: string }
      >(database, 'SELECT * FROM order_cancellation WHERE order_id = ? ORDER BY requested_at')
        .all(stored.id)
        .map((each) => ({
          reason: each.reason,
          by: each.requested_by,
          at: each.requested_at as Instant,
          insideWindow: each.inside_window === 1,
          outcome: each.outcome,
        })),
      tasks: tasks.map((task) => ({
        kind: task.kind,
        state: task.state,
        attempts: task.attempts,
        notBefore: task.not_before as Instant,
        problem: task.problem,
      })),
      events: statement<[number], StoredEvent>(
        database,
        'SELECT * FROM order_event WHERE order_id = ? ORDER BY sequence DESC LIMIT 500',
      )
        .all(stored.id)
        .map((event) => ({
          sequence: event.sequence,
          type: event.type,
          at: event.at as Instant,
          source: event.source,
          author: event.author,
          fits: event.fits === 1,
          seen: event.seen === 1,
          from: marketplaceStateOf(event.from_state),
          to: marketplaceStateOf(event.to_state),
          sellerFrom: sellerStateOf(event.seller_from),
          sellerTo: sellerStateOf(event.seller_to),
          details: jsonOf<Record<string, string>>(event.details, {}),
          messageId: event.message_id,
        })),
      messages: messagesOf(database, stored.id),
      actions: actionsOf(
        row,
        tasks.some(({ state }) => state !== 'sent'),
        stored.unseen_misfits,
        changes.some(({ state }) => openChangeStates.includes(state)),
      ),
    };
  },
  /** The orders of one hand-over, for the storefront. */
  'orders.group': (database: ReadableDatabase, params: { groupId: string }) =>
    statement<[string], StoredOrder>(database, 'SELECT * FROM orders WHERE group_id = ? ORDER BY id')
      .all(params.groupId)
      .map((order) => ({
        id: order.id,
        marketplaceOrderId: order.marketplace_order_id,
        sellerId: order.seller_id,
        sellerOrderId: order.seller_order_id,
        status: marketplaceStateOf(order.state),
        value: order.total,
        payment: paymentStates[order.payment] ?? 'pending',
        // until when it is cancelled without asking the seller; null before it is paid
        cancellationEndsAt: order.cancellation_ends_at,
        deliverBy: order.deliver_by,
        // a package each, and where it was seen; what was kept but not counted is nothing for the storefront
        invoices: packagesOf(database, order.id, order.currency)
          .filter(({ counted }) => counted)
          .map(({ value, counted: _counted, voidedAt: _voidedAt, ...invoice }) => ({ ...invoice, value: value.minor })),
      })),
  'orders.counts': (database: ReadableDatabase, params: { now: string }) => {
    const reasons: Partial<Record<(typeof attentions)[number], number>> = {};
    let any = 0;
    let overdue = 0;
    for (const { attention, count, late } of statement<[string], { attention: number; count: number; late: number }>(
      database,
      'SELECT attention, COUNT(*) AS count, TOTAL(deadline < ?) AS late FROM orders WHERE attention <> 0 GROUP BY attention',
    ).all(params.now)) {
      any += count;
      overdue += late;
      for (const reason of attentionsOf(attention)) reasons[reason] = (reasons[reason] ?? 0) + count;
    }
    const all = statement<[], { count: number }>(database, 'SELECT COUNT(*) AS count FROM orders').get()?.count ?? 0;
    return { all, any, overdue, reasons };
  },
  /** What is sealed of an order: one of its messages, or the buyer where none is named. */
  'orders.sealed': (database: ReadableDatabase, params: { orderId: number; messageId: number | null }) => {
    const buyer =
      params.messageId !== null
        ? undefined
        : statement<[number], { buyer_sealed: string | null }>(
            database,
            'SELECT g.buyer_sealed FROM orders o JOIN order_group g ON g.id = o.group_id WHERE o.id = ?',
          ).get(params.orderId);
    const message =
      params.messageId === null
        ? undefined
        : statement<[number, number], { body_sealed: string | null; answer_sealed: string | null }>(
            database,
            'SELECT body_sealed, answer_sealed FROM order_message WHERE id = ? AND order_id = ?',
          ).get(params.messageId, params.orderId);
    return {
      buyer: buyer?.buyer_sealed ?? null,
      body: message?.body_sealed ?? null,
      answer: message?.answer_sealed ?? null,
    };
  },
  'orders.idOf': (database: ReadableDatabase, params: { marketplaceOrderId: string }): number | null =>
    storedByMarketplaceId(database, params.marketplaceOrderId)?.id ?? null,
  'orders.windows': (database: ReadableDatabase, _params: Record<never, never>) => {
    const { timeZone, holidays } = marketplaceCalendar(database);
    return {
      rules: windowRules(database).map((rule) => ({
        ...rule,
        holidays: rule.holidays === null ? null : [...rule.holidays],
      })),
      calendar: { timeZone, holidays: [...holidays] },
    };
  },
};
