/** What must always hold of orders under the model. Each check throws an Error that says what does not. */
import type { Instant } from '../../../shared/domain/brand.ts';
import { applyEvent, newOrder, type OrderFacts } from '../../../shared/domain/orders/order.ts';
import { jsonOf } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { factsOf, marketplaceStateOf, type StoredOrder } from '../orders/rows.ts';
import type { ModelSellerOrder, Report } from './order-model-sellers.ts';

/** An order's sums are those of its parts. @throws Error */
export function checkMoney(connection: WritableDatabase, order: StoredOrder): void {
  const one = (sql: string) => connection.prepare(sql).pluck().get(order.id) as number;
  const items = one('SELECT COALESCE(SUM(quantity * price), 0) FROM order_item WHERE order_id = ?');
  const invoiced = one(
    'SELECT COALESCE(SUM(value), 0) FROM order_invoice WHERE order_id = ? AND counted = 1 AND is_return = 0',
  );
  const returned = one(
    'SELECT COALESCE(SUM(value), 0) FROM order_invoice WHERE order_id = ? AND counted = 1 AND is_return = 1',
  );
  const sums: [string, number, number][] = [
    ['the total', order.total, items + order.freight + order.adjustment],
    ['what is invoiced', order.invoiced, invoiced],
    ['what came back', order.returned, returned],
  ];
  for (const [what, held, added] of sums)
    if (held !== added) throw new Error(`${what} of ${order.marketplace_order_id} is ${held}, its parts are ${added}`);
  if (order.invoiced > order.total)
    throw new Error(`${order.marketplace_order_id} is invoiced for ${order.invoiced} of ${order.total}`);
  if (order.returned > order.invoiced)
    throw new Error(`of ${order.marketplace_order_id} ${order.returned} came back of ${order.invoiced} invoiced`);
}

/** The stored events, taken again from the beginning, lead to the stored order: nothing was lost and nothing was forced. */
export function checkHistory(connection: WritableDatabase, order: StoredOrder): void {
  interface Event {
    type: Parameters<typeof applyEvent>[1]['type'];
    at: Instant;
    fits: number;
    details: string;
    from_state: number;
    to_state: number;
  }
  const first = connection
    .prepare<[number], { total: number }>(
      `SELECT COALESCE((SELECT total_before FROM order_change WHERE order_id = o.id ORDER BY sequence LIMIT 1), o.total) AS total FROM orders o WHERE id = ?`,
    )
    .get(order.id);
  let facts: OrderFacts = newOrder(first?.total ?? order.total);
  for (const event of connection
    .prepare<[number], Event>('SELECT * FROM order_event WHERE order_id = ? ORDER BY sequence')
    .all(order.id)) {
    const details = jsonOf<Record<string, number>>(event.details, {});
    const applied = applyEvent(facts, {
      type: event.type,
      at: event.at,
      ...(event.type === 'invoiced' || event.type === 'invoice-returned' || event.type === 'invoice-voided'
        ? { amountMinor: details.value ?? 0 }
        : {}),
      ...(event.type === 'change-applied' ? { totalMinor: details.total ?? 0 } : {}),
      ...(event.type === 'payment-approved' && order.cancellation_ends_at !== null
        ? { endsAt: order.cancellation_ends_at as Instant }
        : {}),
    });
    if (applied.fits !== (event.fits === 1))
      throw new Error(`${event.type} of ${order.marketplace_order_id} is noted as ${event.fits ? '' : 'not '}fitting`);
    facts = applied.facts;
    if (marketplaceStateOf(event.to_state) !== facts.marketplace)
      throw new Error(`${event.type} of ${order.marketplace_order_id} led to another state than the flow says`);
  }
  const stored = factsOf(order);
  for (const key of ['marketplace', 'seller', 'payment', 'totalMinor', 'invoicedMinor', 'returnedMinor'] as const)
    if (facts[key] !== stored[key])
      throw new Error(`${key} of ${order.marketplace_order_id} is ${stored[key]}, its events say ${facts[key]}`);
}

/** A report that was answered with a receipt can be found again. */
export function checkKept(connection: WritableDatabase, orderId: number, { report }: Report): void {
  const has = (sql: string, ...values: (string | number)[]) =>
    connection.prepare(sql).get(orderId, ...values) !== undefined;
  const found =
    report.kind === 'invoice'
      ? has('SELECT 1 FROM order_invoice WHERE order_id = ? AND number = ?', report.number)
      : report.kind === 'cancel'
        ? has(`SELECT 1 FROM order_event WHERE order_id = ? AND type = 'seller-canceled'`)
        : report.kind === 'handling'
          ? has(`SELECT 1 FROM order_event WHERE order_id = ? AND type = 'handling-started'`)
          : report.kind === 'tracking-status'
            ? has(`SELECT 1 FROM order_event WHERE order_id = ? AND key = ?`, `delivered ${report.number}`)
            : report.kind === 'agreement'
              ? has(`SELECT 1 FROM order_change WHERE order_id = ? AND id = ?`, report.changeId)
              : false;
  if (!found && report.kind !== 'result' && report.kind !== 'proposal' && report.kind !== 'deny-cancellation')
    throw new Error(`a ${report.kind} of order ${orderId} was answered with a receipt and is nowhere`);
}

/** When nothing is under way any more: who is to fulfil was told so, and goods stand ready for an order once. @throws Error */
export function checkRest(orders: readonly StoredOrder[], atSellers: readonly ModelSellerOrder[]): void {
  const live = new Map<string, string[]>();
  for (const order of orders) {
    const facts = factsOf(order);
    if (facts.marketplace === 'waiting-seller-handling' && !facts.authorised)
      throw new Error(`${order.marketplace_order_id} waits for a seller that nobody authorised`);
    const isOver = facts.marketplace === 'canceled' || facts.marketplace === 'replaced';
    const isHeld = atSellers.some(
      ({ marketplaceOrderId, status }) => marketplaceOrderId === order.marketplace_order_id && status !== 'canceled',
    );
    // goods that a seller keeps against our word are on a person's list, which another check sees to
    if (isHeld && !(isOver && order.attention !== 0))
      live.set(order.group_id, [...(live.get(order.group_id) ?? []), order.marketplace_order_id]);
  }
  for (const [group, ids] of live)
    if (ids.length > 1) throw new Error(`the one line of ${group} is reserved as ${ids.join(' and ')}`);
}
