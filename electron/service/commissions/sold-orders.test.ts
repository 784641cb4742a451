import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { marketplaceStates } from '../../../shared/domain/orders/flow.ts';
import { openWritable, prepareDatabase, type WritableDatabase } from '../database/open.ts';
import { takeSoldOrders } from './sold-orders.ts';

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
        'SELECT order_id, line, price, quantity, freight, category_id, sales_channel, refunded, refunded_at FROM sold_item ORDER BY order_id, line',
      )
      .raw()
      .all();
  return { one, insert, sold };
}

it('takes an order when it is paid, once, and follows what comes back of it', () => {
  const { one, insert, sold } = open();
  insert(1, 0);
  insert(2, 1);
  expect(takeSoldOrders(one, { most: 100 })).toBe(1);
  expect(sold()).toEqual([
    ['m2', 0, 250, 2, 1, 3, '2', 0, null],
    ['m2', 1, 500, 1, 500, 3, '2', 0, null],
  ]);
  expect(takeSoldOrders(one, { most: 100 })).toBe(0);

  one.exec('UPDATE orders SET payment = 1, revision = revision + 1 WHERE id = 1');
  expect(takeSoldOrders(one, { most: 100 })).toBe(1);
  expect(sold()).toHaveLength(4);

  // a third of it came back: in proportion to the lines, and together exactly as much
  one.exec('UPDATE orders SET returned = 500, revision = revision + 1 WHERE id = 2');
  takeSoldOrders(one, { most: 100 });
  const refunds = one.prepare(`SELECT refunded FROM sold_item WHERE order_id = 'm2' ORDER BY line`).pluck().all();
  expect(refunds).toEqual([167, 333]);

  one.exec(`UPDATE orders SET state = ${marketplaceStates.indexOf('canceled')}, revision = revision + 1 WHERE id = 2`);
  takeSoldOrders(one, { most: 100 });
  expect(
    one.prepare(`SELECT refunded, refunded_at FROM sold_item WHERE order_id = 'm2' ORDER BY line`).raw().all(),
  ).toEqual([
    [501, '2026-11-21T00:00:00.000Z'],
    [1_000, '2026-11-21T00:00:00.000Z'],
  ]);
});

it('follows a change of the order: other lines, fewer lines, none of them twice', () => {
  const { one, insert, sold } = open();
  insert(2, 1);
  takeSoldOrders(one, { most: 100 });
  one.exec(`DELETE FROM order_item WHERE order_id = 2;
    INSERT INTO order_item (order_id, position, sku_id, seller_sku_id, name, category_id, quantity, price, freight) VALUES (2, 0, 8, 'b', 'Bulb', 4, 1, 500, 500);
    UPDATE orders SET revision = revision + 1 WHERE id = 2`);
  takeSoldOrders(one, { most: 100 });
  expect(sold()).toEqual([['m2', 0, 500, 1, 500, 4, '2', 0, null]]);
  expect(one.prepare('SELECT sku_id, seller_sku_id FROM sold_item').raw().all()).toEqual([[8, 'b']]);
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
