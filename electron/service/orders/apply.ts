/** One event applied to one stored order: state, amounts, tasks that begin, and what needs a person, in the caller's transaction. */
import type { Instant } from '../../../shared/domain/brand.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import { maskOf, watch } from '../../../shared/domain/orders/attention.ts';
import type { EventType, MarketplaceState } from '../../../shared/domain/orders/flow.ts';
import { applyEvent, dutyOf, type OrderFacts, paymentStates } from '../../../shared/domain/orders/order.ts';
import {
  deadlineFor,
  lengthOfEstimate,
  noCalendar,
  type WindowCalendar,
  type WindowKind,
  type WindowRule,
  windowEnd,
} from '../../../shared/domain/orders/windows.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import { factsOf, numberOfSellerState, numberOfState, type StoredOrder, storedOrder } from './rows.ts';

export type EventSource = 'storefront' | 'seller' | 'operator' | 'clock' | 'service';

/** An event on its way into the database. */
export interface IncomingEvent {
  readonly orderId: number;
  readonly type: EventType;
  /** The same key of the same order again is a duplicate, and changes nothing. */
  readonly key: string;
  readonly at: string;
  readonly source: EventSource;
  readonly author?: string;
  readonly amountMinor?: number;
  readonly totalMinor?: number;
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
  readonly messageId?: number | null;
}

export interface EventResult {
  readonly verdict: 'applied' | 'misfit' | 'duplicate' | 'unknown';
  readonly facts: OrderFacts | null;
}

export function windowRules(database: ReadableDatabase): WindowRule[] {
  return statement<
    [],
    {
      kind: string;
      scope: string;
      scope_id: string;
      amount: number;
      unit: string;
      time_zone: string | null;
      holidays: string | null;
    }
  >(database, 'SELECT * FROM window_rule')
    .all()
    .map((row) => ({
      // written by this program from parsed values
      kind: row.kind as WindowKind,
      scope: row.scope as WindowRule['scope'],
      scopeId: row.scope_id,
      length: { amount: row.amount, unit: row.unit as WindowRule['length']['unit'] },
      timeZone: row.time_zone,
      holidays: jsonOf<string[] | null>(row.holidays, null),
    }));
}

/** Where the setting of the marketplace's time zone and holidays lives. */
export const calendarSetting = 'orders.calendar';

/** The marketplace's own time zone and holidays: promises are counted where it is. */
export function marketplaceCalendar(database: ReadableDatabase): WindowCalendar {
  const stored = statement<[string], { value: string }>(database, 'SELECT value FROM setting WHERE key = ?').get(
    calendarSetting,
  );
  return jsonOf<WindowCalendar>(stored?.value ?? null, noCalendar);
}

/** A category and those above it, the nearest first. */
export function categoriesUp(database: ReadableDatabase, categoryId: number | null): string[] {
  if (categoryId === null) return [];
  return statement<[number], { id: number }>(
    database,
    `WITH RECURSIVE up (id, parent_id, level) AS (
       SELECT id, parent_id, 0 FROM category WHERE id = ?
       UNION ALL SELECT c.id, c.parent_id, level + 1 FROM category c JOIN up ON c.id = up.parent_id WHERE level < 20)
     SELECT id FROM up ORDER BY level`,
  )
    .all(categoryId)
    .map(({ id }) => String(id));
}

/** When a window that opens now ends for this order. */
export function windowOf(database: ReadableDatabase, order: StoredOrder, kind: WindowKind, from: string): Instant {
  const categories = statement<[number], { category_id: number | null }>(
    database,
    'SELECT DISTINCT category_id FROM order_item WHERE order_id = ?',
  ).all(order.id);
  const rules = windowRules(database);
  const calendar = marketplaceCalendar(database);
  // the order goes as a whole: what one of its lines does not allow any more is over
  const ends = (categories.length === 0 ? [{ category_id: null }] : categories).map(({ category_id }) =>
    deadlineFor(
      rules,
      kind,
      {
        sellerId: order.seller_id,
        channel: order.sales_channel,
        categoryIds: categoriesUp(database, category_id),
      },
      from as Instant, // an instant of the caller's clock
      calendar,
    ),
  );
  // instants of one form sort as text
  return ends.toSorted()[0] ?? (from as Instant);
}

function endOf(database: ReadableDatabase, order: StoredOrder, type: EventType, at: string): Instant | undefined {
  if (type === 'payment-approved' && order.cancellation_ends_at === null)
    return windowOf(database, order, 'cancellation', at);
  if (type === 'seller-canceled') return windowOf(database, order, 'change-seller', at);
  return undefined;
}

/** Writes what watching the order says: why it needs a person, the next deadline, and when to look again. */
export function refreshWatch(database: WritableDatabase, orderId: number, now: string): void {
  const order = storedOrder(database, orderId);
  if (!order) return;
  const facts = factsOf(order);
  const stopped =
    statement<[number], { found: number }>(
      database,
      `SELECT 1 AS found FROM order_task WHERE order_id = ? AND state = 'stopped' LIMIT 1`,
    ).get(orderId) !== undefined;
  const change = statement<
    [number],
    { state: string; problem: string | null; requested_at: string; acknowledged_at: string | null }
  >(
    database,
    `SELECT state, problem, requested_at, acknowledged_at FROM order_change
      WHERE order_id = ? AND state IN ('proposed', 'requested', 'acknowledged', 'canceling')`,
  ).get(orderId);
  const seen = watch(
    {
      facts,
      // instants written by this program
      stateSince: order.state_since as Instant,
      shipBy: order.ship_by as Instant | null,
      deliverBy: order.deliver_by as Instant | null,
      authoriseBy: order.authorise_by as Instant | null,
      stopped,
      unseenMisfit: order.unseen_misfits > 0,
      invoiceMismatch: order.invoice_mismatch === 1,
      storeDisagrees: order.store_disagrees !== null,
      settledByHand: order.settled_reason !== null,
      changeWaiting: change !== undefined && (change.state === 'proposed' || change.problem !== null),
      // instants written by this program
      changeSince: (change?.acknowledged_at ?? change?.requested_at ?? null) as Instant | null,
    },
    Date.parse(now),
  );
  const deadlines: Partial<Record<OrderFacts['marketplace'], string | null>> = {
    'payment-approved': order.cancellation_ends_at,
    'waiting-seller-handling': order.ship_by ?? order.cancellation_ends_at,
    'partially-invoiced': order.ship_by,
    invoiced: order.deliver_by,
    'window-to-change-seller': order.change_seller_ends_at,
  };
  statement<(string | number | null)[], unknown>(
    database,
    'UPDATE orders SET attention = ?, look_again_at = ?, deadline = ? WHERE id = ?',
  ).run(
    maskOf(seen.attention),
    seen.lookAgainAt === null ? null : instantOf(seen.lookAgainAt),
    deadlines[facts.marketplace] ?? null,
    orderId,
  );
}

/** Opens the task that the order's states call for, unless one of the kind is open or stopped. */
export function openDuty(database: WritableDatabase, orderId: number, now: string): void {
  const order = storedOrder(database, orderId);
  const duty = order ? dutyOf(factsOf(order)) : null;
  if (duty === null) return;
  statement<[number, string, string], unknown>(
    database,
    `INSERT INTO order_task (order_id, kind, state, not_before) VALUES (?, ?, 'pending', ?)
     ON CONFLICT (order_id, kind, subject) WHERE state IN ('pending', 'sent', 'stopped') DO NOTHING`,
  ).run(orderId, duty, now);
}

function promises(database: ReadableDatabase, order: StoredOrder, type: EventType, at: string): StoredOrder {
  if (type === 'payment-approved' && order.authorise_by === null)
    return {
      ...order,
      authorise_by: windowOf(database, order, 'authorisation', at),
      change_ends_at: windowOf(database, order, 'change', at),
    };
  if (type === 'authorised' && order.ship_by === null) {
    // the seller's estimate counts from authorisation to the door; without a handling time of its own, shipping has half of it
    const length = lengthOfEstimate(order.delivery_estimate);
    if (length === null) return order;
    const calendar = marketplaceCalendar(database);
    const deliverBy = windowEnd(at as Instant, length, calendar); // an instant of the caller's clock
    const shipBy = instantOf(Date.parse(at) + Math.floor((Date.parse(deliverBy) - Date.parse(at)) / 2));
    return { ...order, ship_by: shipBy, deliver_by: deliverBy };
  }
  return order;
}

/** States in which a change that was asked for may still be answered. */
const changeGoesOn: readonly MarketplaceState[] = [
  'waiting-seller-handling',
  'partially-invoiced',
  'waiting-for-seller-decision',
];

/** The order went on without the change that was asked for: it was invoiced as it was, or is no more. */
function overtakeChange(database: WritableDatabase, orderId: number, at: string): void {
  const over = statement<[string, number], { id: string }>(
    database,
    `UPDATE order_change SET state = 'refused', decided_at = ?, decided_by = 'service', problem = 'overtaken'
      WHERE order_id = ? AND state IN ('proposed', 'requested', 'acknowledged', 'canceling') RETURNING id`,
  ).all(at, orderId);
  for (const { id } of over) {
    statement<[number, string], unknown>(
      database,
      `UPDATE order_task SET state = 'done' WHERE order_id = ? AND subject = ? AND state IN ('pending', 'stopped')`,
    ).run(orderId, id);
    applyToOrder(database, {
      orderId,
      type: 'change-refused',
      key: `change-refused ${id}`,
      at,
      source: 'service',
      details: { reason: 'overtaken' },
    });
  }
}

/** Applies an event. What does not fit is kept beside what does, marked, and counted as unseen. */
export function applyToOrder(database: WritableDatabase, event: IncomingEvent): EventResult {
  const found = storedOrder(database, event.orderId);
  if (!found) return { verdict: 'unknown', facts: null };
  const known = statement<[number, string], { sequence: number }>(
    database,
    'SELECT sequence FROM order_event WHERE order_id = ? AND key = ?',
  ).get(event.orderId, event.key);
  if (known) return { verdict: 'duplicate', facts: factsOf(found) };
  const order = promises(database, found, event.type, event.at);
  const endsAt = endOf(database, order, event.type, event.at);
  const { facts, fits } = applyEvent(factsOf(order), {
    type: event.type,
    at: event.at as Instant, // an instant of the caller's clock
    ...(event.amountMinor === undefined ? {} : { amountMinor: event.amountMinor }),
    ...(event.totalMinor === undefined ? {} : { totalMinor: event.totalMinor }),
    ...(endsAt === undefined ? {} : { endsAt }),
  });
  const state = numberOfState(facts.marketplace);
  const sellerState = numberOfSellerState(facts.seller);
  statement<(string | number | null)[], unknown>(
    database,
    `INSERT INTO order_event (order_id, key, type, at, source, fits, from_state, to_state, seller_from, seller_to, author, details, message_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    event.orderId,
    event.key,
    event.type,
    event.at,
    event.source,
    fits ? 1 : 0,
    found.state,
    state,
    found.seller_state,
    sellerState,
    event.author ?? null,
    JSON.stringify(event.details ?? {}),
    event.messageId ?? null,
  );
  const moved = state !== found.state;
  statement<(string | number | null)[], unknown>(
    database,
    `UPDATE orders SET state = ?, seller_state = ?, payment = ?, total = ?, invoiced = ?, returned = ?, packages = ?, packages_delivered = ?,
       cancellation_ends_at = ?, change_seller_ends_at = ?, cancellation_refused = ?, authorised = ?, authorise_by = ?, change_ends_at = ?, ship_by = ?, deliver_by = ?,
       store_disagrees = CASE WHEN ? THEN NULL ELSE store_disagrees END,
       settled_reason = CASE WHEN ? THEN NULL ELSE settled_reason END,
       state_since = ?, unseen_misfits = unseen_misfits + ?, problem = CASE WHEN ? THEN NULL ELSE problem END,
       problem_code = CASE WHEN ? THEN NULL ELSE problem_code END, revision = revision + 1 WHERE id = ?`,
  ).run(
    state,
    sellerState,
    paymentStates.indexOf(facts.payment),
    facts.totalMinor,
    facts.invoicedMinor,
    facts.returnedMinor,
    facts.packages,
    facts.packagesDelivered,
    facts.cancellationEndsAt,
    facts.changeSellerEndsAt,
    facts.cancellationRefused ? 1 : 0,
    facts.authorised ? 1 : 0,
    order.authorise_by,
    order.change_ends_at,
    order.ship_by,
    order.deliver_by,
    moved ? 1 : 0,
    // one of its sides moved: it is another matter
    moved || sellerState !== found.seller_state ? 1 : 0,
    moved ? event.at : found.state_since,
    fits ? 0 : 1,
    moved && event.type !== 'placement-refused' ? 1 : 0,
    moved && event.type !== 'placement-refused' ? 1 : 0,
    event.orderId,
  );
  // nobody waits for the answer of a queue any more
  if (moved && found.state === numberOfState('payment-approved'))
    statement<[number], unknown>(
      database,
      `UPDATE order_task SET state = 'done' WHERE order_id = ? AND kind = 'authorise' AND state = 'pending'`,
    ).run(event.orderId);
  if (moved && !changeGoesOn.includes(facts.marketplace)) overtakeChange(database, event.orderId, event.at);
  openDuty(database, event.orderId, event.at);
  refreshWatch(database, event.orderId, event.at);
  return { verdict: fits ? 'applied' : 'misfit', facts };
}
