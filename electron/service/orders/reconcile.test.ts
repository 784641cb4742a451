import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { attentionsOf } from '../../../shared/domain/orders/attention.ts';
import { marketplaceStates, sellerStates } from '../../../shared/domain/orders/flow.ts';
import { openWritable, prepareDatabase, type WritableDatabase } from '../database/open.ts';
import { reconcileWrites } from './reconcile-statements.ts';
import { storedOrder } from './rows.ts';

/** What a store says that no news explains, in a real file. */

let folder = '';
let database: WritableDatabase;
const now = '2026-11-25T12:00:00.000Z';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-reconcile-'));
  const file = join(folder, 'bindery.sqlite');
  prepareDatabase(file, now);
  database = openWritable(file);
  database
    .prepare(
      `INSERT INTO orders (id, state, seller_state, payment, total, seller_id, received_at, marketplace_order_id, group_id, currency, sales_channel, title, units,
         items_total, freight, state_since) VALUES (1, ?, ?, 1, 1500, 's', ?, 'm1', 'g', 'USD', '2', 'A lamp', 3, 1000, 500, ?)`,
    )
    .run(
      marketplaceStates.indexOf('waiting-seller-handling'),
      sellerStates.indexOf('ready-for-handling'),
      now,
      '2026-11-25T11:00:00.000Z',
    );
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});
const says = (status: string | null) =>
  reconcileWrites['orders.reconciled'](database, {
    orderId: 1,
    status,
    sellerOrderId: null,
    messages: [
      { at: now, direction: 'out', peer: 's', call: 'GET /', status: 200, bodySealed: null, answerSealed: 'x' },
    ],
    now,
  });
const kept = () => database.prepare('SELECT COUNT(*) FROM order_message WHERE order_id = 1').pluck().get();
const order = () => {
  const found = storedOrder(database, 1);
  if (!found) throw new Error('the order is gone');
  return { attention: attentionsOf(found.attention), problem: found.problem };
};

it('an order that its store knows nothing of is on the list of what needs a person, until the store says otherwise', () => {
  expect(order().attention).toEqual([]);
  expect(says(null)).toBe(true);
  expect(order()).toMatchObject({ attention: ['states-disagree'], problem: expect.stringContaining('knows nothing') });
  // the same again is no news, and it stays on the list
  expect(kept()).toBe(1);
  expect(says(null)).toBe(false);
  // what led to nothing is not kept again and again
  expect(kept()).toBe(1);
  expect(order().attention).toEqual(['states-disagree']);
  expect(says('ready-for-handling')).toBe(true);
  expect(order()).toEqual({ attention: [], problem: null });
});

it('an invoice that never came is on it too, and what moves the order takes it off', () => {
  expect(says('invoiced')).toBe(true);
  expect(order().attention).toEqual(['states-disagree', 'invoice-mismatch']);
  says('handling');
  expect(order().attention).toEqual(['invoice-mismatch']);
});
