import { allocate, minorOf } from '../../../shared/domain/exact.ts';
import { marketplaceStates } from '../../../shared/domain/orders/flow.ts';
import { paymentStates } from '../../../shared/domain/orders/order.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';

interface SoldOrder {
  id: number;
  state: number;
  revision: number;
  marketplace_order_id: string;
  seller_id: string;
  sales_channel: string;
  received_at: string;
  state_since: string;
  returned: number;
}
interface SoldLine {
  position: number;
  sku_id: number | null;
  seller_sku_id: string;
  category_id: number | null;
  brand_id: number | null;
  quantity: number;
  price: number;
  freight: number;
}

const numberOf = (state: (typeof marketplaceStates)[number]): number => marketplaceStates.indexOf(state);
/** An order in these states was paid back whole. */
const givenBack: readonly number[] = [numberOf('canceled'), numberOf('replaced'), numberOf('returned')];

/**
 * Takes orders that were paid into the history of what was sold, and follows what became of them: one that was cancelled or came back is refunded,
 * a part that came back is refunded in proportion to the lines. The same order twice changes nothing. @returns how many orders were taken
 */
export function takeSoldOrders(database: WritableDatabase, params: { most: number }): number {
  const orders = statement<[number, number], SoldOrder>(
    database,
    `SELECT o.id, o.state, o.revision, o.marketplace_order_id, o.seller_id, o.sales_channel, o.received_at, o.state_since, o.returned
       FROM orders o LEFT JOIN sold_order s ON s.order_id = o.id
      WHERE o.payment = ? AND (s.revision IS NULL OR s.revision <> o.revision) ORDER BY o.id LIMIT ?`,
  ).all(paymentStates.indexOf('approved'), params.most);
  const lines = statement<[number], SoldLine>(
    database,
    `SELECT i.position, i.sku_id, i.seller_sku_id, COALESCE(i.category_id, k.category_id) AS category_id, k.brand_id, i.quantity, i.price, i.freight
       FROM order_item i LEFT JOIN sku k ON k.id = i.sku_id WHERE i.order_id = ? ORDER BY i.position`,
  );
  const upsert = statement<(string | number | null)[], unknown>(
    database,
    `INSERT INTO sold_item (order_id, line, seller_id, seller_sku_id, sku_id, category_id, brand_id, sales_channel, price, quantity, freight, sold_at, refunded, refunded_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (order_id, line) DO UPDATE SET seller_sku_id = excluded.seller_sku_id, sku_id = excluded.sku_id,
       category_id = excluded.category_id, brand_id = excluded.brand_id, price = excluded.price, quantity = excluded.quantity, freight = excluded.freight,
       refunded = excluded.refunded, refunded_at = CASE WHEN excluded.refunded = sold_item.refunded THEN sold_item.refunded_at ELSE excluded.refunded_at END`,
  );
  const done = statement<[number, number], unknown>(
    database,
    'INSERT INTO sold_order (order_id, revision) VALUES (?, ?) ON CONFLICT (order_id) DO UPDATE SET revision = excluded.revision',
  );
  // a change of the order took lines away
  const gone = statement<[string, number], unknown>(database, 'DELETE FROM sold_item WHERE order_id = ? AND line >= ?');
  for (const order of orders) {
    const items = lines.all(order.id);
    const paid = items.map(({ price, quantity, freight }) => price * quantity + freight);
    const whole = paid.reduce((sum, each) => sum + each, 0);
    const back = givenBack.includes(order.state) ? whole : Math.min(order.returned, whole);
    const refunds = items.length === 0 ? [] : allocate(minorOf(back), paid);
    for (const [index, item] of items.entries()) {
      const refunded = refunds[index] ?? 0;
      upsert.run(
        order.marketplace_order_id,
        item.position,
        order.seller_id,
        item.seller_sku_id,
        item.sku_id ?? 0,
        item.category_id,
        item.brand_id,
        order.sales_channel,
        item.price,
        item.quantity,
        item.freight,
        order.received_at,
        refunded,
        refunded > 0 ? order.state_since : null,
      );
    }
    gone.run(order.marketplace_order_id, items.length);
    done.run(order.id, order.revision);
  }
  return orders.length;
}
