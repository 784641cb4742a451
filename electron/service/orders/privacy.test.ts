import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { openShop, type Shop } from '../testing/order-shop.ts';

let sandbox: Sandbox;
let harness: ServiceHarness;
let shop: Shop;
// a Wednesday, noon in São Paulo
let now = Date.UTC(2026, 10, 25, 15);

beforeAll(async () => {
  sandbox = await startSandbox({ size: 40, seed: 4 });
  harness = await startHarness({
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
    ambient: { now: () => now, random: () => 0.5, uuid: () => crypto.randomUUID() },
  });
  shop = await openShop(sandbox, harness);
});
afterAll(async () => {
  await harness.close();
  await sandbox.close();
});
async function delivered(id: string) {
  await shop.call('POST', '/storefront/orders', shop.order(id, { paymentStatus: 'approved' }));
  await shop.reached(id, 'waiting-seller-handling');
  await shop.control(`orders/${id}-01/invoice`, { number: `${id}N` });
  await shop.control(`orders/${id}-01/delivered`, { number: `${id}N` });
  return await shop.reached(id, 'delivered');
}

describe('what is known of a buyer', () => {
  it('stays until the order is over, and then goes for good when it is asked for', async () => {
    await shop.call('POST', '/storefront/orders', shop.order('R1'));
    const waiting = await shop.reached('R1', 'payment-pending');
    await expect(harness.client.call('orders.erase', { orderId: waiting.id })).rejects.toMatchObject({
      code: 'not-allowed',
    });
    const order = await delivered('R2');
    const messageId = order.events.find((event) => event.messageId !== null)?.messageId ?? 0;
    expect((await harness.client.call('orders.reveal', { orderId: order.id })).buyer).toContain('Prado');
    // one message is not the buyer
    const message = await harness.client.call('orders.reveal', { orderId: order.id, messageId });
    expect(message.buyer).toBe(null);
    expect(message.body ?? message.answer).not.toBe(null);
    await harness.client.call('orders.addNote', { orderId: order.id, text: 'Prado moved next door' });
    const after = await harness.client.call('orders.erase', { orderId: order.id });
    expect(after.notes).toEqual([]);
    expect(JSON.stringify(after)).not.toContain('Prado');
    expect(after).toMatchObject({ state: 'delivered', total: { minor: 2_600 } });
    expect(after.buyerErasedAt).not.toBe(null);
    expect(await harness.client.call('orders.reveal', { orderId: order.id, messageId })).toEqual({
      buyer: null,
      body: null,
      answer: null,
    });
  });
  it('goes with every sentence of others about it, and nothing comes back with what is told later', async () => {
    const order = await delivered('R5');
    const path = join(harness.directory, 'demo', 'bindery.sqlite');
    const file = new Database(path);
    // as a seller's refusals and a carrier's page leave them
    file.exec(`
      UPDATE orders SET problem = 'Prado is not at home' WHERE id = ${order.id};
      UPDATE order_event SET details = '{"number":"R5N","problem":"no Prado at number 12"}' WHERE order_id = ${order.id};
      UPDATE order_invoice SET tracking_url = 'https://carrier.example/?to=Prado' WHERE order_id = ${order.id};
      INSERT INTO order_change (id, order_id, origin, state, reason, change, total_before, total_after, requested_at, requested_by, problem)
        VALUES ('R5c', ${order.id}, 'marketplace', 'refused', 'for Prado', '{}', 1, 1, '2026-11-25T00:00:00.000Z', 'Ada', 'Prado said no');
      UPDATE order_task SET problem = 'Prado moved' WHERE order_id = ${order.id};`);
    await harness.client.call('orders.erase', { orderId: order.id });
    expect(JSON.stringify(await shop.detail('R5'))).not.toContain('Prado');
    await shop.sellerCall('POST', '/pvt/orders/R5-01/invoice/R5N/tracking', {
      isDelivered: true,
      events: [],
      note: 'Prado signed',
    });
    const left = ['order_change', 'order_task', 'order_event', 'order_invoice', 'order_message'].flatMap((table) =>
      file.prepare(`SELECT * FROM ${table} WHERE order_id = ?`).all(order.id),
    );
    const messages = file
      .prepare(
        'SELECT id FROM order_message WHERE order_id = ? AND (body_sealed IS NOT NULL OR answer_sealed IS NOT NULL)',
      )
      .all(order.id);
    file.close();
    expect(JSON.stringify(left)).not.toContain('Prado');
    expect(messages).toEqual([]);
  });
  it('of an order that is invoiced and never reported as delivered is known for thirty days after it was due', async () => {
    await shop.call('POST', '/storefront/orders', shop.order('R6', { paymentStatus: 'approved' }));
    await shop.reached('R6', 'waiting-seller-handling');
    await shop.control('orders/R6-01/invoice', { number: 'R6N' });
    const { id, deliverBy } = await shop.reached('R6', 'invoiced');
    const due = Date.parse(deliverBy ?? '');
    now = due + 29 * 86_400_000;
    await expect(harness.client.call('orders.erase', { orderId: id })).rejects.toMatchObject({ code: 'not-allowed' });
    now = due + 30 * 86_400_000;
    expect((await harness.client.call('orders.erase', { orderId: id })).buyerErasedAt).not.toBe(null);
  });
  it('goes by itself when it was kept long enough, and only of what is over', async () => {
    await harness.client.call('orders.setRetention', { days: 30 });
    expect(await harness.client.call('orders.retention', {})).toEqual({ days: 30 });
    const order = await delivered('R3');
    now += 31 * 86_400_000;
    await harness.until(async () => (await shop.detail('R3')).buyerErasedAt !== null, 'the buyer to be erased');
    expect((await shop.detail('R1')).buyerErasedAt).toBe(null);
    expect((await harness.client.call('orders.reveal', { orderId: order.id })).buyer).toBe(null);
  });
});

it('notes stay with the order, each with its author', async () => {
  const { id } = await shop.detail('R1');
  await harness.client.call('orders.addNote', { orderId: id, text: 'called the buyer' });
  const order = await harness.client.call('orders.addNote', { orderId: id, text: 'she waits' });
  expect(order.notes).toMatchObject([
    { text: 'she waits', author: 'Ada' },
    { text: 'called the buyer', author: 'Ada' },
  ]);
});

it('promises are counted in the marketplace’s own days', async () => {
  now = Date.UTC(2027, 0, 7, 2, 30); // still the 6th in São Paulo
  await harness.client.call('orders.setCalendar', { timeZone: 'America/Sao_Paulo', holidays: ['2027-01-08'] });
  await expect(harness.client.call('orders.setCalendar', { timeZone: 'Mars', holidays: [] })).rejects.toMatchObject({
    field: 'timeZone',
  });
  await shop.call('POST', '/storefront/orders', shop.order('Z1', { paymentStatus: 'approved' }));
  const order = await shop.reached('Z1', 'waiting-seller-handling');
  // three business days from Wednesday the 6th: Thursday, not the holiday, Monday, Tuesday
  expect(order.deliverBy).toBe('2027-01-13T02:30:00.000Z');
  // a window without a calendar of its own counts by what the marketplace's is when it begins, not when it was set
  const window = {
    kind: 'change',
    scope: 'marketplace',
    scopeId: '',
    length: { amount: 2, unit: 'business-days' },
    timeZone: null,
    holidays: null,
  } as const;
  await harness.client.call('orders.setWindow', window);
  await harness.client.call('orders.setCalendar', { timeZone: 'America/Sao_Paulo', holidays: ['2027-01-07'] });
  await shop.call('POST', '/storefront/orders', shop.order('Z2', { paymentStatus: 'approved' }));
  expect((await shop.reached('Z2', 'waiting-seller-handling')).changeEndsAt).toBe('2027-01-12T02:30:00.000Z');
  // one of its own, of time zone or of holidays
  await harness.client.call('orders.setWindow', { ...window, holidays: [] });
  await shop.call('POST', '/storefront/orders', shop.order('Z3', { paymentStatus: 'approved' }));
  expect((await shop.reached('Z3', 'waiting-seller-handling')).changeEndsAt).toBe('2027-01-09T02:30:00.000Z');
});
