import { refundsOf, soldMoney } from '../../../shared/domain/commission/sold.ts';
import { marketplaceStates } from '../../../shared/domain/orders/flow.ts';
import { paymentStates } from '../../../shared/domain/orders/order.ts';
import { jsonOf, statement } from '../database/convert.ts';
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
  freight: number;
  adjustment: number;
  currency: string;
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

interface ReturnInvoice {
  value: number;
  received_at: string;
  items: string;
}

const numberOf = (state: (typeof marketplaceStates)[number]): number => marketplaceStates.indexOf(state);
/** An order in these states was paid back whole. */
const givenBack: readonly number[] = [numberOf('canceled'), numberOf('replaced'), numberOf('returned')];

/**
 * Takes orders that were paid into the history of what was sold, and follows what became of them: changes adjust their lines, a part that came back
 * is refunded on the day of its return invoice, and one that was cancelled or moved to another seller is refunded whole. The lines add up to the
 * order's total. The same order twice changes nothing. @returns how many orders were taken
 */
export function takeSoldOrders(database: WritableDatabase, params: { most: number }): number {
  const orders = statement<[number, number], SoldOrder>(
    database,
    `SELECT o.id, o.state, o.revision, o.marketplace_order_id, o.seller_id, o.sales_channel, o.received_at, o.state_since, o.freight, o.adjustment, o.currency
       FROM orders o LEFT JOIN sold_order s ON s.order_id = o.id
      WHERE o.payment = ? AND (s.revision IS NULL OR s.revision <> o.revision) ORDER BY o.id LIMIT ?`,
  ).all(paymentStates.indexOf('approved'), params.most);
  const lines = statement<[number], SoldLine>(
    database,
    `SELECT i.position, i.sku_id, i.seller_sku_id, COALESCE(i.category_id, k.category_id) AS category_id, k.brand_id, i.quantity, i.price, i.freight
       FROM order_item i LEFT JOIN sku k ON k.id = i.sku_id WHERE i.order_id = ? ORDER BY i.position`,
  );
  const returns = statement<[number], ReturnInvoice>(
    database,
    'SELECT value, received_at, items FROM order_invoice WHERE order_id = ? AND is_return = 1 AND counted = 1 ORDER BY received_at, number',
  );
  const upsert = statement<(string | number | null)[], unknown>(
    database,
    `INSERT INTO sold_item (order_id, line, seller_id, seller_sku_id, sku_id, category_id, brand_id, sales_channel, price, quantity, freight, adjustment, sold_at, currency)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (order_id, line) DO UPDATE SET seller_sku_id = excluded.seller_sku_id, sku_id = excluded.sku_id,
       category_id = excluded.category_id, brand_id = excluded.brand_id, price = excluded.price, quantity = excluded.quantity, freight = excluded.freight,
       adjustment = excluded.adjustment, currency = excluded.currency`,
  );
  const done = statement<[number, number], unknown>(
    database,
    'INSERT INTO sold_order (order_id, revision) VALUES (?, ?) ON CONFLICT (order_id) DO UPDATE SET revision = excluded.revision',
  );
  const known = statement<[string], { lines: number }>(
    database,
    'SELECT COUNT(*) AS lines FROM sold_item WHERE order_id = ?',
  );
  // a change of the order took lines away or brought some: all are written anew, so that they stand together
  const gone = statement<[string], unknown>(database, 'DELETE FROM sold_item WHERE order_id = ?');
  const forget = statement<[string], unknown>(database, 'DELETE FROM sold_refund WHERE order_id = ?');
  const refund = statement<[string, number, number, number, string], unknown>(
    database,
    'INSERT INTO sold_refund (order_id, line, position, amount, at) VALUES (?, ?, ?, ?, ?)',
  );
  for (const order of orders) {
    const items = lines.all(order.id);
    const money = soldMoney(items, order);
    if (known.get(order.marketplace_order_id)?.lines !== items.length) gone.run(order.marketplace_order_id);
    for (const [index, item] of items.entries())
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
        money[index]?.freight ?? item.freight,
        money[index]?.adjustment ?? 0,
        order.received_at,
        order.currency,
      );
    const paid = items.map(
      ({ price, quantity }, index) => price * quantity + (money[index]?.freight ?? 0) + (money[index]?.adjustment ?? 0),
    );
    const back = returns.all(order.id).map(({ value, received_at, items: named }) => ({
      at: received_at,
      amount: value,
      lines: linesNamed(items, named),
    }));
    if (givenBack.includes(order.state))
      back.push({ at: order.state_since, amount: paid.reduce((sum, each) => sum + each, 0), lines: [] });
    forget.run(order.marketplace_order_id);
    for (const { line, position, amount, at } of refundsOf(paid, back))
      refund.run(order.marketplace_order_id, items[line]?.position ?? line, position, amount, at);
    done.run(order.id, order.revision);
  }
  return orders.length;
}

/** The places of the lines that a return invoice speaks of. */
function linesNamed(items: readonly SoldLine[], named: string): number[] {
  const ids = jsonOf<{ id?: unknown }[]>(named, []).map(({ id }) => String(id));
  return items.flatMap(({ seller_sku_id }, index) => (ids.includes(seller_sku_id) ? [index] : []));
}
