/** Another seller for an order whose seller will not deliver it: who could, and the move (reference 3.8). */
import type { Instant } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { MarketplaceState } from '../../../shared/domain/orders/flow.ts';
import { paymentStates } from '../../../shared/domain/orders/order.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import { applyToOrder, refreshWatch } from './apply.ts';
import { changeableOf } from './change-rows.ts';
import type { SplitItem } from './handover.ts';
import { marketplaceStateOf, type StoredOrder, storedOrder } from './rows.ts';
import { insertOrder } from './writes.ts';

/** States in which an order may move to another seller. */
export const movable: readonly MarketplaceState[] = [
  'window-to-change-seller',
  'placement-failed',
  'divergence-waiting',
  'order-created',
  'waiting-for-authorization',
  'payment-pending',
];

/** Why an order cannot move to another seller now; null when it can. */
export function moveRefusal(order: StoredOrder, now: string): string | null {
  const state = marketplaceStateOf(order.state);
  if (!movable.includes(state)) return 'This order is not in a state in which its seller can be changed.';
  if (state === 'window-to-change-seller' && order.change_seller_ends_at !== null && order.change_seller_ends_at <= now)
    return `The window to change the seller closed at ${order.change_seller_ends_at}.`;
  return null;
}

export interface AlternativeLine {
  readonly position: number;
  readonly skuId: number;
  readonly sellerSkuId: string;
  readonly name: string;
  readonly quantity: number;
}

export interface AlternativeSeller {
  readonly sellerId: string;
  readonly name: string;
  readonly lines: readonly AlternativeLine[];
}

const buyerOf = (database: ReadableDatabase, groupId: string): string | null =>
  statement<[string], { buyer_sealed: string | null }>(
    database,
    'SELECT buyer_sealed FROM order_group WHERE id = ?',
  ).get(groupId)?.buyer_sealed ?? null;

/** Active sellers that are bound to every SKU of the order, and the order they would take over. */
export function alternativesOf(
  database: ReadableDatabase,
  orderId: number,
): { order: StoredOrder; categoryId: number | null; buyerSealed: string | null; sellers: AlternativeSeller[] } | null {
  const order = storedOrder(database, orderId);
  if (!order) return null;
  const items = statement<
    [string, number],
    { position: number; sku_id: number | null; name: string; quantity: number; category_id: number | null }
  >(
    database,
    `SELECT i.position, COALESCE(i.sku_id, b.sku_id) AS sku_id, i.name, i.quantity, i.category_id
       FROM order_item i
       LEFT JOIN binding b ON b.seller_id = ? AND b.seller_sku_id = i.seller_sku_id AND b.is_removed = 0
      WHERE i.order_id = ? ORDER BY i.position`,
  ).all(order.seller_id, orderId);
  const bound = statement<[number, string], { seller_id: string; seller_sku_id: string; name: string }>(
    database,
    `SELECT b.seller_id, b.seller_sku_id, s.name FROM binding b JOIN seller s ON s.id = b.seller_id
      WHERE b.sku_id = ? AND b.is_active = 1 AND b.is_removed = 0 AND s.is_active = 1 AND b.seller_id <> ?
      ORDER BY b.seller_id, b.id LIMIT 200`,
  );
  const sellers = new Map<string, { name: string; lines: AlternativeLine[] }>();
  items.forEach(({ position, sku_id, name, quantity }, index) => {
    if (sku_id === null) return;
    for (const each of bound.all(sku_id, order.seller_id)) {
      const seller = sellers.get(each.seller_id) ?? { name: each.name, lines: [] };
      // one binding of a SKU is enough
      if (seller.lines.length === index)
        seller.lines.push({ position, skuId: sku_id, sellerSkuId: each.seller_sku_id, name, quantity });
      sellers.set(each.seller_id, seller);
    }
  });
  return {
    order,
    categoryId: items[0]?.category_id ?? null,
    buyerSealed: buyerOf(database, order.group_id),
    sellers: [...sellers]
      .filter(([, { lines }]) => lines.length === items.length)
      .map(([sellerId, { name, lines }]) => ({ sellerId, name, lines })),
  };
}

export const sellerChangeReads = {
  'orders.alternatives': (database: ReadableDatabase, params: { orderId: number }) =>
    alternativesOf(database, params.orderId),
  /** What a change of an order is computed from. */
  'orderChanges.base': (database: ReadableDatabase, params: { orderId: number }) => {
    const order = storedOrder(database, params.orderId);
    return order
      ? { order, base: changeableOf(database, order), buyerSealed: buyerOf(database, order.group_id) }
      : null;
  },
};

export const sellerChangeWrites = {
  /** Moves an order: the old one is replaced, the new one begins as the storefront's did. Answers the new one's id. */
  'orders.moveToSeller': (
    database: WritableDatabase,
    params: { orderId: number; sellerId: string; items: readonly SplitItem[]; now: string; by: string },
  ): number => {
    const order = storedOrder(database, params.orderId);
    if (!order) throw new BinderyError('not-found', 'There is no such order.', { field: 'orderId' });
    const refusal = moveRefusal(order, params.now);
    if (refusal !== null) throw new BinderyError('already-decided', refusal, { field: 'orderId' });
    const siblings =
      statement<[string], { count: number }>(database, 'SELECT COUNT(*) AS count FROM orders WHERE group_id = ?').get(
        order.group_id,
      )?.count ?? 1;
    const before = statement<
      [number],
      { commission: number; freight_commission: number; chosen_sealed: string | null }
    >(
      database,
      'SELECT commission, freight_commission, chosen_sealed FROM order_item WHERE order_id = ? ORDER BY position',
    ).all(order.id);
    const items = params.items.map((line, index) => ({
      ...line,
      commission: before[index]?.commission ?? line.commission,
      freightCommission: before[index]?.freight_commission ?? line.freightCommission,
      // a gift stays one; the window and the pickup point were the other seller's
      chosenSealed: before[index]?.chosen_sealed ?? null,
    }));
    const itemsMinor = items.reduce((sum, { quantity, priceMinor }) => sum + quantity * priceMinor, 0);
    const freightMinor = items.reduce((sum, line) => sum + line.freightMinor, 0);
    const id = insertOrder(
      database,
      {
        groupId: order.group_id,
        receivedAt: params.now,
        currency: order.currency,
        salesChannel: order.sales_channel,
        paid: paymentStates[order.payment] === 'approved',
      },
      {
        marketplaceOrderId: `${order.group_id}-${String(siblings + 1).padStart(2, '0')}`,
        sellerId: params.sellerId,
        title: order.title,
        units: order.units,
        itemsMinor,
        freightMinor,
        totalMinor: itemsMinor + freightMinor,
        items,
      },
      null,
    );
    statement<[number, number], unknown>(database, 'UPDATE orders SET replaces_id = ? WHERE id = ?').run(order.id, id);
    statement<[number, number], unknown>(database, 'UPDATE orders SET replaced_by_id = ? WHERE id = ?').run(
      id,
      order.id,
    );
    const { verdict } = applyToOrder(database, {
      orderId: order.id,
      type: 'seller-replaced',
      key: `seller-replaced ${id}`,
      at: params.now as Instant, // an instant of the caller's clock
      source: 'operator',
      author: params.by,
      details: { seller: params.sellerId, difference: itemsMinor + freightMinor - order.total },
    });
    if (verdict !== 'applied')
      throw new BinderyError('already-decided', 'The order has moved on meanwhile. Look at it again.');
    refreshWatch(database, id, params.now);
    return id;
  },
};
