import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { marketplaceStates } from '../../../shared/domain/orders/flow.ts';
import { openWritable, prepareDatabase, type WritableDatabase } from '../database/open.ts';
import { takeSoldOrders } from './sold-orders.ts';
import { commissionWrites } from './writes.ts';

/** Orders of the cache as the history of what was sold, in a real file. */

let folder = '';
let database: WritableDatabase | null = null;
afterEach(() => {
  database?.close();
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

function open() {
  folder = mkdtempSync(join(tmpdir(), 'bindery-sold-'));
  const file = join(folder, 'bindery.sqlite');
  prepareDatabase(file, '2026-11-25T00:00:00.000Z');
  const one = openWritable(file);
  database = one;
  const order = one.prepare(
    `INSERT INTO orders (id, state, seller_state, payment, total, seller_id, received_at, marketplace_order_id, group_id, currency, sales_channel, title, units,
       items_total, freight, state_since) VALUES (?, 5, 6, ?, 1501, 's', '2026-11-20T00:00:00.000Z', ?, 'g', 'USD', '2', 'A lamp', 3, 1000, 501, '2026-11-21T00:00:00.000Z')`,
  );
  const item = one.prepare(
    'INSERT INTO order_item (order_id, position, sku_id, seller_sku_id, name, category_id, quantity, price, freight) VALUES (?, ?, ?, ?, ?, 3, ?, ?, ?)',
  );
  const insert = (id: number, payment: number) => {
    order.run(id, payment, `m${id}`);
    item.run(id, 0, 7, 'a', 'Lamp', 2, 250, 1);
    item.run(id, 1, 8, 'b', 'Bulb', 1, 500, 500);
  };
  const sold = (): unknown[] =>
    one
      .prepare(
        'SELECT order_id, line, price, quantity, freight, category_id, sales_channel, adjustment FROM sold_item ORDER BY order_id, line',
      )
      .raw()
      .all();
  const back = one.prepare(
    `INSERT INTO order_invoice (order_id, number, is_return, value, counted, received_at, items, receipt) VALUES (?, ?, 1, ?, 1, ?, ?, 'r')`,
  );
  const giveBack = (id: number, number: string, value: number, at: string, skus: readonly string[] = []) => {
    back.run(id, number, value, at, JSON.stringify(skus.map((sku) => ({ id: sku, quantity: 1, price: value }))));
    one.prepare('UPDATE orders SET returned = returned + ?, revision = revision + 1 WHERE id = ?').run(value, id);
  };
  const refunds = (): unknown[] =>
    one.prepare('SELECT line, position, amount, at FROM sold_refund ORDER BY order_id, position, line').raw().all();
  return { one, insert, sold, giveBack, refunds };
}

it('takes an order when it is paid, once, and follows what comes back of it', () => {
  const { one, insert, sold, giveBack, refunds } = open();
  insert(1, 0);
  insert(2, 1);
  expect(takeSoldOrders(one, { most: 100 })).toBe(1);
  expect(sold()).toEqual([
    ['m2', 0, 250, 2, 1, 3, '2', 0],
    ['m2', 1, 500, 1, 500, 3, '2', 0],
  ]);
  expect(takeSoldOrders(one, { most: 100 })).toBe(0);

  one.exec('UPDATE orders SET payment = 1, revision = revision + 1 WHERE id = 1');
  expect(takeSoldOrders(one, { most: 100 })).toBe(1);
  expect(sold()).toHaveLength(4);

  // a third of it came back in one month, a lamp in the next: each is of its own day, together exactly as much
  giveBack(2, 'R1', 500, '2026-11-30T23:00:00.000Z');
  giveBack(2, 'R2', 250, '2026-12-02T00:00:00.000Z', ['a']);
  takeSoldOrders(one, { most: 100 });
  expect(refunds()).toEqual([
    [0, 0, 167, '2026-11-30T23:00:00.000Z'],
    [1, 0, 333, '2026-11-30T23:00:00.000Z'],
    [0, 1, 250, '2026-12-02T00:00:00.000Z'],
  ]);

  // then the rest of it
  one.exec(
    `UPDATE orders SET state = ${marketplaceStates.indexOf('canceled')}, state_since = '2026-12-05T00:00:00.000Z', revision = revision + 1 WHERE id = 2`,
  );
  takeSoldOrders(one, { most: 100 });
  expect(refunds().slice(3)).toEqual([
    [0, 2, 84, '2026-12-05T00:00:00.000Z'],
    [1, 2, 667, '2026-12-05T00:00:00.000Z'],
  ]);
  expect(one.prepare('SELECT SUM(amount) FROM sold_refund').pluck().get()).toBe(1_501);
});

it('what an order was adjusted by, and freight of a line that is gone, are in what was sold: it adds up to the total', () => {
  const { one, insert, sold } = open();
  insert(2, 1);
  one.exec(`DELETE FROM order_item WHERE order_id = 2 AND position = 1;
    UPDATE orders SET adjustment = -100, items_total = 500, total = 901, revision = revision + 1 WHERE id = 2`);
  takeSoldOrders(one, { most: 100 });
  expect(sold()).toEqual([['m2', 0, 250, 2, 501, 3, '2', -100]]);
});

it('follows a change of the order: other lines, fewer lines, none of them twice', () => {
  const { one, insert, sold } = open();
  insert(2, 1);
  takeSoldOrders(one, { most: 100 });
  one.exec(`DELETE FROM order_item WHERE order_id = 2;
    INSERT INTO order_item (order_id, position, sku_id, seller_sku_id, name, category_id, quantity, price, freight) VALUES (2, 0, 8, 'b', 'Bulb', 4, 1, 500, 500);
    UPDATE orders SET revision = revision + 1 WHERE id = 2`);
  takeSoldOrders(one, { most: 100 });
  expect(sold()).toEqual([['m2', 0, 500, 1, 501, 4, '2', 0]]);
  expect(one.prepare('SELECT sku_id, seller_sku_id FROM sold_item').raw().all()).toEqual([[8, 'b']]);
});

it('an order that is known here is not touched by what the history says of it', () => {
  const { one, insert, giveBack, refunds } = open();
  insert(2, 1);
  giveBack(2, 'R1', 250, '2026-12-02T00:00:00.000Z', ['a']);
  takeSoldOrders(one, { most: 100 });
  const record = {
    line: 0,
    sellerId: 's',
    sellerSkuId: 'a',
    skuId: 7,
    salesChannel: '2',
    price: 250,
    quantity: 2,
    freight: 1,
    soldAt: '2026-11-20T00:00:00.000Z',
    refunded: 0,
    refundedAt: null,
  };
  commissionWrites['commissions.sold'](one, { records: [{ ...record, orderId: 'm2' }] });
  expect(refunds()).toEqual([[0, 0, 250, '2026-12-02T00:00:00.000Z']]);
  // one that only the history knows is followed by it
  const back = { refunded: 100, refundedAt: '2026-12-03T00:00:00.000Z' };
  commissionWrites['commissions.sold'](one, { records: [{ ...record, orderId: 'h1' }] });
  commissionWrites['commissions.sold'](one, { records: [{ ...record, ...back, orderId: 'h1' }] });
  expect(refunds()).toHaveLength(2);
});

it('keeps the currency of the order', () => {
  const { one, insert } = open();
  insert(2, 1);
  takeSoldOrders(one, { most: 100 });
  expect(one.prepare('SELECT DISTINCT currency FROM sold_item').pluck().all()).toEqual(['USD']);
});

it('takes no more at once than it is told', () => {
  const { one, insert, sold } = open();
  for (let id = 1; id <= 5; id++) insert(id, 1);
  expect([
    takeSoldOrders(one, { most: 2 }),
    takeSoldOrders(one, { most: 2 }),
    takeSoldOrders(one, { most: 2 }),
  ]).toEqual([2, 2, 1]);
  expect(sold()).toHaveLength(10);
});
