import type { Instant } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { clockEvents } from '../../../shared/domain/orders/attention.ts';
import { slowestEstimate } from '../../../shared/domain/orders/exposure.ts';
import { mayRun, roles } from '../../../shared/domain/roles.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { applyToOrder, type EventResult, type IncomingEvent, openDuty, refreshWatch } from './apply.ts';
import type { SplitOrder } from './handover.ts';
import { factsOf, numberOfState, storedByMarketplaceId, storedOrder } from './rows.ts';

/** A message in or out, its bodies sealed already. */
export interface StoredMessage {
  readonly at: string;
  readonly direction: 'in' | 'out';
  readonly peer: string;
  readonly call: string;
  readonly status: number | null;
  readonly bodySealed: string | null;
  readonly answerSealed: string | null;
}

export interface NewGroup {
  readonly groupId: string;
  readonly receivedAt: string;
  readonly bodyHash: string;
  readonly salesChannel: string;
  readonly currency: string;
  readonly source: string;
  readonly buyerSealed: string | null;
  /** Country and state: `BRA-PR`. */
  readonly region?: string;
  readonly paid: boolean;
  readonly orders: readonly SplitOrder[];
  readonly message: StoredMessage;
}

/** Keeps a message, without its bodies where the buyer of the order was erased. Answers its id. */
export function keepMessage(database: WritableDatabase, orderId: number | null, message: StoredMessage): number {
  const isErased =
    orderId !== null &&
    statement<[number], { found: number }>(
      database,
      'SELECT 1 AS found FROM orders o JOIN order_group g ON g.id = o.group_id WHERE o.id = ? AND g.erased_at IS NOT NULL',
    ).get(orderId) !== undefined;
  return Number(
    statement<(string | number | null)[], unknown>(
      database,
      `INSERT INTO order_message (order_id, at, direction, peer, call, status, body_sealed, answer_sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      orderId,
      message.at,
      message.direction,
      message.peer,
      message.call,
      message.status,
      isErased ? null : message.bodySealed,
      isErased ? null : message.answerSealed,
    ).lastInsertRowid,
  );
}

/** Records one order of a group. @param messageId the message it came with */
export function insertOrder(
  database: WritableDatabase,
  group: Pick<NewGroup, 'groupId' | 'receivedAt' | 'currency' | 'salesChannel' | 'paid'>,
  order: SplitOrder,
  messageId: number | null,
): number {
  const id = Number(
    statement<(string | number | null)[], unknown>(
      database,
      `INSERT INTO orders (state, seller_state, total, seller_id, received_at, marketplace_order_id, group_id, currency, sales_channel, title,
         units, items_total, freight, state_since, delivery_estimate) VALUES (0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      order.totalMinor,
      order.sellerId,
      group.receivedAt,
      order.marketplaceOrderId,
      group.groupId,
      group.currency,
      group.salesChannel,
      order.title,
      order.units,
      order.itemsMinor,
      order.freightMinor,
      group.receivedAt,
      slowestEstimate(order.items.map(({ estimate }) => estimate)),
    ).lastInsertRowid,
  );
  const item = statement<(string | number | null)[], unknown>(
    database,
    `INSERT INTO order_item (order_id, position, sku_id, seller_sku_id, name, category_id, quantity, price, freight, sla, estimate, commission, freight_commission,
       chosen_sealed, delivery_sealed) VALUES (?, ?, ?, ?, ?, (SELECT category_id FROM sku WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  order.items.forEach((each, position) => {
    item.run(
      id,
      position,
      each.skuId,
      each.sellerSkuId,
      each.name,
      each.skuId,
      each.quantity,
      each.priceMinor,
      each.freightMinor,
      each.sla,
      each.estimate,
      each.commission,
      each.freightCommission,
      each.chosenSealed ?? null,
      each.deliverySealed ?? null,
    );
  });
  if (messageId !== null)
    statement<[number, number], unknown>(
      database,
      'UPDATE order_message SET order_id = ? WHERE id = ? AND order_id IS NULL',
    ).run(id, messageId);
  if (group.paid)
    applyToOrder(database, {
      orderId: id,
      type: 'payment-approved',
      key: 'payment-approved',
      at: group.receivedAt,
      source: 'storefront',
      messageId,
    });
  openDuty(database, id, group.receivedAt);
  refreshWatch(database, id, group.receivedAt);
  return id;
}

export const orderWrites = {
  /** Records what the storefront hands over, once. @throws BinderyError `already-exists` when the same id came with another content */
  'orders.create': (database: WritableDatabase, group: NewGroup): { created: boolean; ids: number[] } => {
    const known = statement<[string], { body_hash: string }>(
      database,
      'SELECT body_hash FROM order_group WHERE id = ?',
    ).get(group.groupId);
    if (known) {
      if (known.body_hash !== group.bodyHash)
        throw new BinderyError(
          'already-exists',
          'There is an order with this id already, and it holds something else.',
          {
            field: 'orderId',
          },
        );
      const ids = statement<[string], { id: number }>(database, 'SELECT id FROM orders WHERE group_id = ? ORDER BY id')
        .all(group.groupId)
        .map(({ id }) => id);
      return { created: false, ids };
    }
    statement<(string | null)[], unknown>(
      database,
      'INSERT INTO order_group (id, received_at, body_hash, sales_channel, currency, source, buyer_sealed, region) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(
      group.groupId,
      group.receivedAt,
      group.bodyHash,
      group.salesChannel,
      group.currency,
      group.source,
      group.buyerSealed,
      group.region ?? '',
    );
    return {
      created: true,
      ids: group.orders.map((order) => insertOrder(database, group, order, keepMessage(database, null, group.message))),
    };
  },
  /** Applies events in order; each duplicate is answered as one. */
  'orders.apply': (
    database: WritableDatabase,
    params: { events: readonly IncomingEvent[]; message?: StoredMessage },
  ): EventResult[] => {
    const [first] = params.events;
    const messageId = params.message && first ? keepMessage(database, first.orderId, params.message) : null;
    return params.events.map((event) => applyToOrder(database, { messageId, ...event }));
  },
  /** The clock: windows that closed, and orders whose time has come. Answers how many were looked at. */
  'orders.tick': (database: WritableDatabase, params: { now: string; limit: number }): number[] => {
    const due = statement<[string, number], { id: number }>(
      database,
      'SELECT id FROM orders WHERE look_again_at <= ? ORDER BY look_again_at LIMIT ?',
    ).all(params.now, params.limit);
    for (const { id } of due) {
      const order = storedOrder(database, id);
      if (!order) continue;
      for (const type of clockEvents(factsOf(order), params.now as Instant)) // an instant of the caller's clock
        applyToOrder(database, {
          orderId: id,
          type,
          key: `${type} ${order.state_since}`,
          at: params.now,
          source: 'clock',
        });
      refreshWatch(database, id, params.now);
    }
    return due.map(({ id }) => id);
  },
  /** A person has looked at what did not fit. */
  'orders.seen': (database: WritableDatabase, params: { orderId: number; now: string }) => {
    statement<[number], unknown>(database, 'UPDATE order_event SET seen = 1 WHERE order_id = ? AND fits = 0').run(
      params.orderId,
    );
    statement<[number], unknown>(database, 'UPDATE orders SET unseen_misfits = 0 WHERE id = ?').run(params.orderId);
    refreshWatch(database, params.orderId, params.now);
    return null;
  },
  /** A person settled with the seller what the two sides contradict each other about. It holds until one of them moves. */
  'orders.settle': (database: WritableDatabase, params: { orderId: number; reason: string; now: string }) => {
    statement<[number], unknown>(database, 'UPDATE order_event SET seen = 1 WHERE order_id = ? AND fits = 0').run(
      params.orderId,
    );
    statement<[string, number], unknown>(
      database,
      'UPDATE orders SET settled_reason = ?, unseen_misfits = 0 WHERE id = ?',
    ).run(params.reason, params.orderId);
    refreshWatch(database, params.orderId, params.now);
    return null;
  },
  /**
   * Gives an order to an operator, or to nobody. Answers the names, for the audit.
   * @throws BinderyError `not-found` without the order, `invalid-request` for a person who may not work on it, `already-decided`
   *   when it is not at whom the caller saw
   */
  'orders.assign': (
    database: WritableDatabase,
    params: { orderId: number; operatorId: string | null; was: string | null },
  ): { from: string | null; to: string | null } => {
    const order = storedOrder(database, params.orderId);
    if (!order) throw new BinderyError('not-found', 'There is no such order. Refresh the list.', { field: 'orderId' });
    const operatorOf = (id: string | null) =>
      id === null
        ? undefined
        : statement<[string], { name: string; role: string }>(
            database,
            'SELECT name, role FROM operator WHERE id = ?',
          ).get(id);
    const from = operatorOf(order.assigned_to)?.name ?? order.assigned_to;
    if (order.assigned_to !== params.was && order.assigned_to !== params.operatorId)
      throw new BinderyError(
        'already-decided',
        from === null
          ? 'Nobody has this order any more. Look at it again.'
          : `${from} has this order now. Look at it again.`,
        { field: 'was' },
      );
    const to = operatorOf(params.operatorId);
    const role = roles.find((each) => each === to?.role);
    if (params.operatorId !== null && (role === undefined || !mayRun(role, 'orders')))
      throw new BinderyError('invalid-request', 'Choose an operator whose role works on orders.', {
        field: 'operatorId',
      });
    statement<[string | null, number], unknown>(database, 'UPDATE orders SET assigned_to = ? WHERE id = ?').run(
      params.operatorId,
      params.orderId,
    );
    return { from, to: to?.name ?? null };
  },
  /** Records that a cancellation is asked; whether it is automatic follows from the flow. */
  'orders.requestCancel': (
    database: WritableDatabase,
    params: {
      orderId: number;
      requestId: string;
      now: string;
      by: string;
      byUser: boolean;
      reason: string;
      source: 'storefront' | 'operator';
      message?: StoredMessage;
    },
  ): EventResult => {
    const order = storedOrder(database, params.orderId);
    if (!order) return { verdict: 'unknown', facts: null };
    const messageId = params.message ? keepMessage(database, order.id, params.message) : null;
    const earlier = statement<[number], { asked: number; decided: number }>(
      database,
      `SELECT COUNT(*) FILTER (WHERE outcome = 'asked') AS asked, COUNT(*) FILTER (WHERE outcome <> 'asked') AS decided
         FROM order_cancellation WHERE order_id = ?`,
    ).get(order.id);
    // the seller evaluates one request under one id
    if (earlier && earlier.asked > 0) return { verdict: 'duplicate', facts: factsOf(order) };
    // the storefront's id follows from what it said: after a refusal the same words ask anew
    const requestId =
      params.source === 'storefront' ? `${params.requestId}-${(earlier?.decided ?? 0) + 1}` : params.requestId;
    const result = applyToOrder(database, {
      orderId: order.id,
      type: 'cancel-requested',
      key: `cancel-requested ${requestId}`,
      at: params.now,
      source: params.source,
      author: params.by,
      details: { reason: params.reason },
      messageId,
    });
    if (result.verdict === 'applied')
      statement<(string | number)[], unknown>(
        database,
        `INSERT OR IGNORE INTO order_cancellation (id, order_id, requested_at, requested_by, by_user, reason, inside_window) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        requestId,
        order.id,
        params.now,
        params.by,
        params.byUser ? 1 : 0,
        params.reason,
        order.cancellation_ends_at === null || params.now < order.cancellation_ends_at ? 1 : 0,
      );
    return result;
  },
  /** The payment of all orders of one hand-over. */
  'orders.payment': (
    database: WritableDatabase,
    params: { groupId: string; approved: boolean; now: string; message: StoredMessage },
  ): { marketplaceOrderId: string; verdict: EventResult['verdict'] }[] =>
    // what another seller took over is paid there
    statement<[string, number], { id: number; marketplace_order_id: string }>(
      database,
      'SELECT id, marketplace_order_id FROM orders WHERE group_id = ? AND state <> ? ORDER BY id',
    )
      .all(params.groupId, numberOfState('replaced'))
      .map(({ id, marketplace_order_id }) => {
        const type = params.approved ? 'payment-approved' : 'payment-denied';
        const messageId = keepMessage(database, id, params.message);
        const { verdict } = applyToOrder(database, {
          orderId: id,
          type,
          key: type,
          at: params.now,
          source: 'storefront',
          messageId,
        });
        return { marketplaceOrderId: marketplace_order_id, verdict };
      }),
  /** How a seller is spoken to. */
  'orders.setSeller': (
    database: WritableDatabase,
    params: { sellerId: string; face: string; baseUrl: string | null; affiliateId: string | null; author: string },
  ) => {
    statement<(string | null)[], unknown>(
      database,
      `INSERT INTO order_seller (seller_id, face, base_url, affiliate_id, author) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (seller_id) DO UPDATE SET face = excluded.face, base_url = excluded.base_url, affiliate_id = excluded.affiliate_id,
         author = excluded.author, version = version + 1`,
    ).run(params.sellerId, params.face, params.baseUrl, params.affiliateId, params.author);
    return null;
  },
  'orders.setWindow': (
    database: WritableDatabase,
    params: {
      kind: string;
      scope: string;
      scopeId: string;
      /** null: the rule goes. */
      length: { amount: number; unit: string } | null;
      /** null: the marketplace's own, as it is when it is counted. */
      timeZone: string | null;
      holidays: readonly string[] | null;
      author: string;
      now: string;
    },
  ) => {
    if (params.length === null) {
      statement<string[], unknown>(
        database,
        'DELETE FROM window_rule WHERE kind = ? AND scope = ? AND scope_id = ?',
      ).run(params.kind, params.scope, params.scopeId);
      return null;
    }
    statement<(string | number | null)[], unknown>(
      database,
      `INSERT INTO window_rule (kind, scope, scope_id, amount, unit, time_zone, holidays, author, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (kind, scope, scope_id) DO UPDATE SET amount = excluded.amount, unit = excluded.unit, time_zone = excluded.time_zone,
         holidays = excluded.holidays, author = excluded.author, updated_at = excluded.updated_at, version = version + 1`,
    ).run(
      params.kind,
      params.scope,
      params.scopeId,
      params.length.amount,
      params.length.unit,
      params.timeZone,
      params.holidays === null ? null : JSON.stringify(params.holidays),
      params.author,
      params.now,
    );
    return null;
  },
  /** The order another message names, for a check before it is applied. */
  'orders.noteMessage': (
    database: WritableDatabase,
    params: { marketplaceOrderId: string; message: StoredMessage },
  ): number =>
    keepMessage(database, storedByMarketplaceId(database, params.marketplaceOrderId)?.id ?? null, params.message),
};
