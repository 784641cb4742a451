/** Orders at stores that have not moved, and what follows from what their store says. */
import type { Instant } from '../../../shared/domain/brand.ts';
import { type MarketplaceState, marketplaceStates } from '../../../shared/domain/orders/flow.ts';
import { findingOf } from '../../../shared/domain/orders/reconcile.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import { applyToOrder, refreshWatch } from './apply.ts';
import { factsOf, numberOfState, type StoredOrder, storedOrder } from './rows.ts';
import { keepMessage, type StoredMessage } from './writes.ts';

/** States in which the next news is the seller's. */
const asked: readonly MarketplaceState[] = [
  'waiting-for-authorization',
  'payment-pending',
  'payment-approved',
  'waiting-seller-handling',
  'partially-invoiced',
  'waiting-for-seller-decision',
  'cancel',
];
const askedNumbers = JSON.stringify(marketplaceStates.filter((state) => asked.includes(state)).map(numberOfState));

const sentences = {
  'unknown-there': 'The seller’s store knows nothing of this order. Ask the seller, or move the order.',
  'invoiced-without-invoice':
    'The seller’s store holds this order as invoiced, and its invoice never came here. Ask the seller to send it again.',
  other: 'The seller’s store holds this order as cancelled, and it is invoiced here. Ask the seller.',
} as const;

export const reconcileReads = {
  /** Orders at stores that have not moved since, the next ones after an id. */
  'orders.toReconcile': (
    database: ReadableDatabase,
    params: { since: string; after: number; limit: number },
  ): StoredOrder[] =>
    statement<[string, string, number, number], StoredOrder>(
      database,
      `SELECT o.* FROM orders o INDEXED BY orders_state CROSS JOIN order_seller f ON f.seller_id = o.seller_id
        WHERE o.state IN (SELECT value FROM json_each(?)) AND f.face <> 'external' AND o.state_since < ? AND o.id > ?
        ORDER BY o.id LIMIT ?`,
    ).all(askedNumbers, params.since, params.after, params.limit),
};

export const reconcileWrites = {
  /** Writes what a store said. Answers whether anything followed from it. */
  'orders.reconciled': (
    database: WritableDatabase,
    params: {
      orderId: number;
      status: string | null;
      sellerOrderId: string | null;
      /** What was asked and answered; kept where something follows from it. */
      messages: readonly StoredMessage[];
      now: string;
    },
  ): boolean => {
    const order = storedOrder(database, params.orderId);
    if (!order) return false;
    if (order.seller_order_id === null && params.sellerOrderId !== null)
      statement<[string, number], unknown>(database, 'UPDATE orders SET seller_order_id = ? WHERE id = ?').run(
        params.sellerOrderId,
        order.id,
      );
    const finding = findingOf(factsOf(order), params.status);
    const isRaised = order.store_disagrees !== null;
    // it has come to agree: the order is on nobody's list for that any more
    if (order.store_disagrees !== null && finding.kind !== 'disagrees') {
      statement<[string, number], unknown>(
        database,
        'UPDATE orders SET problem = CASE WHEN problem = ? THEN NULL ELSE problem END, store_disagrees = NULL WHERE id = ?',
      ).run(sentences[order.store_disagrees], order.id);
      refreshWatch(database, order.id, params.now);
    }
    if (finding.kind === 'agrees') return isRaised;
    const keep = () => {
      let messageId: number | null = null;
      for (const message of params.messages) messageId = keepMessage(database, order.id, message);
      return messageId;
    };
    if (finding.kind === 'missed') {
      applyToOrder(database, {
        orderId: order.id,
        type: finding.event,
        key: `reconciled ${finding.event} ${order.revision}`,
        at: params.now as Instant, // an instant of the caller's clock
        source: 'service',
        details: { asked: true, status: params.status },
        messageId: keep(),
      });
      return true;
    }
    const isNews = order.store_disagrees !== finding.why;
    if (isNews) keep();
    statement<[string, string, number, number], unknown>(
      database,
      'UPDATE orders SET problem = ?, store_disagrees = ?, invoice_mismatch = MAX(invoice_mismatch, ?) WHERE id = ?',
    ).run(sentences[finding.why], finding.why, finding.why === 'invoiced-without-invoice' ? 1 : 0, order.id);
    refreshWatch(database, order.id, params.now);
    return isNews;
  },
};
