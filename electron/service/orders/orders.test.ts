import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { openShop, type Shop } from '../testing/order-shop.ts';

let sandbox: Sandbox;
let harness: ServiceHarness;
let shop: Shop;
let now = Date.UTC(2026, 10, 25, 12);

beforeAll(async () => {
  sandbox = await startSandbox({ size: 40, seed: 4 });
  let random = 7;
  harness = await startHarness({
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
    ambient: {
      now: () => now,
      random: () => {
        random = (random * 16_807) % 2_147_483_647;
        return random / 2_147_483_647;
      },
      uuid: () => crypto.randomUUID(),
    },
  });
  shop = await openShop(sandbox, harness);
});
afterAll(async () => {
  await harness.close();
  await sandbox.close();
});

const reservations = async (id: string) =>
  (await shop.control('orders')).reservations as Record<string, number> & Record<typeof id, number>;
const path = (id: string) => `/pvt/orders/${id}-01`;
async function authorised(id: string, over: object = {}) {
  expect(
    (await shop.call('POST', '/storefront/orders', shop.order(id, { paymentStatus: 'approved', ...over }))).status,
  ).toBe(200);
  return await shop.reached(id, 'waiting-seller-handling');
}

describe('an order that goes well', () => {
  it('is placed once, authorised on payment, partly invoiced, invoiced, tracked and delivered', async () => {
    const handed = await shop.call('POST', '/storefront/orders', shop.order('G1'));
    expect(handed.answer).toMatchObject({ orderId: 'G1', created: true });
    expect((await shop.call('POST', '/storefront/orders', shop.order('G1'))).answer).toMatchObject({ created: false });
    await shop.reached('G1', 'payment-pending');
    await shop.call('POST', '/storefront/orders/G1/payment', { status: 'approved' });
    await shop.reached('G1', 'waiting-seller-handling');
    const partly = await shop.control('orders/G1-01/invoice', { number: 'N1', value: 600 });
    expect(partly).toMatchObject({
      status: 200,
      answer: { orderId: 'G1-01', message: expect.stringContaining('2000 of 2600') },
    });
    await shop.reached('G1', 'partially-invoiced');
    // the other spelling, path and verb
    await shop.control('orders/G1-01/invoice', { number: 'N2', path: 'pub', type: 'output', method: 'PUT' });
    await shop.reached('G1', 'invoiced');
    await shop.control('orders/G1-01/tracking', { number: 'N1' });
    await shop.control('orders/G1-01/delivered', { number: 'N1' });
    expect((await shop.detail('G1')).state).toBe('invoiced');
    await shop.control('orders/G1-01/delivered', { number: 'N2', base: '/api/oms', method: 'PUT' });
    const done = await shop.reached('G1', 'delivered');
    expect(done.events.every(({ fits }) => fits)).toBe(true);
    expect(done).toMatchObject({ sellerState: 'invoiced', attention: [], invoiced: { minor: 2_600 } });
    expect((await reservations('G1-01'))['G1-01']).toBe(1);
  });
  it('refuses the same id with another content', async () => {
    const other = shop.order('G1', { salesChannel: '2' });
    expect(await shop.call('POST', '/storefront/orders', other)).toMatchObject({
      status: 409,
      answer: { field: 'orderId' },
    });
  });
});

describe('invoices', () => {
  it('are answered with what is wrong with them, and are counted once', async () => {
    await authorised('I1');
    const invoice = {
      type: 'Output',
      invoiceNumber: 'X1',
      items: [{ id: shop.sku.id, quantity: 2, price: 1_000 }],
      invoiceValue: 2_600,
    };
    const send = (over: object) => shop.sellerCall('POST', `${path('I1')}/invoice`, { ...invoice, ...over });
    expect(await send({ invoiceValue: 26.5 })).toMatchObject({
      status: 400,
      answer: { field: 'invoiceValue', message: expect.stringContaining('cents') },
    });
    expect(await send({ type: 'Outgoing' })).toMatchObject({ status: 400, answer: { field: 'type' } });
    expect(await send({ invoiceValue: 260_000 })).toMatchObject({ status: 400, answer: { field: 'invoiceValue' } });
    expect((await shop.detail('I1')).attention).toContain('invoice-mismatch');
    const first = await send({});
    const again = await send({});
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.answer.receipt).not.toBe(first.answer.receipt);
    const order = await shop.detail('I1');
    expect(order).toMatchObject({ state: 'invoiced', invoiced: { minor: 2_600 }, attention: [] });
    expect(order.invoices).toHaveLength(1);
  });
  it('of another seller’s order are not found, and without a key not looked at', async () => {
    expect((await shop.sellerCall('POST', '/pvt/orders/nobody-01/cancel', { reason: 'x' })).status).toBe(404);
    expect((await shop.call('POST', `${path('I1')}/cancel`, { reason: 'x' })).status).toBe(403);
  });
});

describe('cancellation', () => {
  it('is automatic inside the window', async () => {
    await authorised('C1');
    expect((await shop.call('POST', '/storefront/orders/C1/cancel', { reason: 'changed my mind' })).status).toBe(200);
    const order = await shop.reached('C1', 'canceled');
    expect(order.cancellations).toMatchObject([{ insideWindow: true }]);
    await harness.until(
      async () => (await shop.detail('C1')).sellerState === 'canceled',
      'the seller to have cancelled',
    );
  });
  it('asks the seller outside it, waits for the decision, and an invoice is a refusal', async () => {
    await authorised('C2');
    await authorised('C3');
    now += 31 * 60_000;
    await shop.control(`sellers/${shop.sellerId}/orders`, { cancellation: 'evaluate' });
    for (const id of ['C2', 'C3']) await shop.call('POST', `/storefront/orders/${id}/cancel`, { reason: 'too slow' });
    for (const id of ['C2', 'C3'])
      await harness.until(
        async () => (await shop.detail(id)).events.some(({ type }) => type === 'cancellation-evaluating'),
        'the seller to evaluate',
      );
    expect((await shop.detail('C2')).attention).toContain('cancellation-asked');
    await shop.control('orders/C2-01/invoice', { number: 'R1' });
    expect(await shop.reached('C2', 'invoiced')).toMatchObject({
      cancellations: [{ outcome: 'refused', insideWindow: false }],
    });
    await shop.control(`sellers/${shop.sellerId}/orders`, { cancellation: 'confirm' });
    now += 31_000; // asked again for the outcome
    expect(await shop.reached('C3', 'canceled')).toMatchObject({ cancellations: [{ outcome: 'confirmed' }] });
    // what follows does not fit, is kept, and is on somebody’s list
    const late = await shop.sellerCall('POST', `${path('C3')}/invoice`, {
      type: 'Output',
      invoiceNumber: 'L1',
      items: [],
      invoiceValue: 2_600,
    });
    expect(late).toMatchObject({ status: 200, answer: { message: expect.stringContaining('kept') } });
    const order = await shop.detail('C3');
    expect(order).toMatchObject({ state: 'canceled', invoiced: { minor: 0 } });
    expect(order.attention).toContain('misfit');
    expect(order.invoices).toMatchObject([{ number: 'L1', counted: false }]);
  });
  it('by the seller opens the window to change it, which closes by itself', async () => {
    await authorised('C4');
    await shop.control('orders/C4-01/cancel', { reason: 'broken' });
    const order = await shop.reached('C4', 'window-to-change-seller');
    expect(order.attention).toContain('seller-canceled');
    expect(Date.parse(order.changeSellerEndsAt ?? '') - now).toBe(2 * 86_400_000);
    now += 2 * 86_400_000;
    await shop.reached('C4', 'canceled');
  });
});

describe('what goes wrong on the way', () => {
  it('a price that differs waits for a person, and is placed when accepted', async () => {
    await shop.control(`sellers/${shop.sellerId}/orders`, { divergence: 'authorize' });
    const price = 900;
    await shop.call(
      'POST',
      '/storefront/orders',
      shop.order('D1', { items: [{ id: shop.sku.id, seller: shop.sellerId, quantity: 2, price }] }),
    );
    const order = await shop.reached('D1', 'divergence-waiting');
    expect(order.items[0]).toMatchObject({ price: { minor: 900 }, simulatedPrice: { minor: 1_000 } });
    expect(order.actions).toContain('accept-divergence');
    await harness.client.call('orders.acceptDivergence', { orderId: order.id });
    await shop.reached('D1', 'payment-pending');
    await shop.control(`sellers/${shop.sellerId}/orders`, { divergence: 'deny' });
  });
  it('a refusal is explained by its code, and tried again by a person', async () => {
    await shop.control(`sellers/${shop.sellerId}/orders`, { refuseWith: 'FMT002' });
    await shop.call('POST', '/storefront/orders', shop.order('D2'));
    const order = await shop.reached('D2', 'placement-failed');
    expect(order).toMatchObject({ problemCode: 'FMT002', next: 'change-seller', attention: ['integration-failed'] });
    await shop.control(`sellers/${shop.sellerId}/orders`, { refuseWith: null });
    await harness.client.call('orders.retry', { orderId: order.id });
    await shop.reached('D2', 'payment-pending');
  });
  it('an answer that got lost places nothing twice', async () => {
    await shop.control('faults', { match: { path: '/pvt/orders(\\?|$)' }, lostAnswerRate: 1, times: 1 });
    await shop.call('POST', '/storefront/orders', shop.order('D3'));
    await harness.until(async () => {
      now += 1_000;
      return (await shop.detail('D3')).state === 'payment-pending';
    }, 'the order to be placed after all');
    expect((await reservations('D3-01'))['D3-01']).toBe(1);
  });
  it('a duplicate that names no id stops nothing: the order goes on under the marketplace’s own', async () => {
    await shop.control(`sellers/${shop.sellerId}/orders`, { duplicates: 'refuse' });
    await shop.control('faults', { match: { path: '/pvt/orders(\\?|$)' }, lostAnswerRate: 1, times: 1 });
    await shop.call('POST', '/storefront/orders', shop.order('D4', { paymentStatus: 'approved' }));
    const order = await harness.until(async () => {
      now += 1_000;
      const found = await shop.detail('D4');
      return found.state === 'waiting-seller-handling' ? found : null;
    }, 'the order to be authorised after all');
    expect(order.tasks).toEqual([]);
    expect((await reservations('D4-01'))['D4-01']).toBe(1);
    await shop.control(`sellers/${shop.sellerId}/orders`, { duplicates: 'same' });
  });
  it('a store of the platform is read back, its queue told by callback', async () => {
    const keys = sandbox.state.sellerKeys(shop.sellerId);
    const baseUrl = `${sandbox.url}/stores/${shop.sellerId}`;
    const set = (face: 'store' | 'queue' | 'external') =>
      harness.client.call('orders.setSeller', {
        sellerId: shop.sellerId as never,
        face,
        baseUrl: face === 'external' ? null : baseUrl,
        affiliateId: 'MKP',
        keys,
      });
    await set('store');
    await shop.control(`sellers/${shop.sellerId}/orders`, { duplicates: 'refuse' });
    await shop.control('faults', { match: { path: '/fulfillment/pvt/orders' }, lostAnswerRate: 1, times: 1 });
    await shop.call('POST', '/storefront/orders', shop.order('S1', { paymentStatus: 'approved' }));
    const order = await harness.until(async () => {
      now += 1_000;
      const found = await shop.detail('S1');
      return found.state === 'waiting-seller-handling' ? found : null;
    }, 'the store to have it');
    expect(order.sellerOrderId).toBe('MKP-S1-01');
    await set('queue');
    await shop.call('POST', '/storefront/orders', shop.order('S2', { paymentStatus: 'approved' }));
    expect(await shop.reached('S2', 'waiting-seller-handling')).toMatchObject({ sellerOrderId: 'MKP-S2-01' });
    expect(await reservations('')).toMatchObject({ 'S1-01': 1, 'S2-01': 1 });
    // its callback gets lost: the sweep asks the store, and makes up for it
    await shop.control(`sellers/${shop.sellerId}/orders`, { callbacks: 'held' });
    await shop.call('POST', '/storefront/orders', shop.order('S3'));
    await harness.until(
      async () => (await shop.detail('S3')).sellerState === 'on-order-completed-ffm',
      'the order to be in the queue',
    );
    now += 16 * 60_000;
    const found = await shop.reached('S3', 'payment-pending');
    expect(found.events[0]).toMatchObject({ type: 'placed', source: 'service', details: { asked: true } });
    // what was held comes after all, and changes nothing
    await shop.control(`sellers/${shop.sellerId}/orders/callbacks`, {});
    expect(await shop.detail('S3')).toMatchObject({ state: 'payment-pending', attention: [] });
    await shop.control(`sellers/${shop.sellerId}/orders`, { callbacks: 'at-once' });
    await set('external');
  });
});

it('keeps the buyer out of the database’s clear text, and tells of it to who asks, in the audit', async () => {
  const order = await shop.detail('G1');
  const revealed = await harness.client.call('orders.reveal', { orderId: order.id });
  expect(revealed.buyer).toContain('maria.prado@buyer.example');
  for (const suffix of ['', '-wal']) {
    const bytes = readFileSync(join(harness.directory, 'demo', `bindery.sqlite${suffix}`)).toString('latin1');
    for (const secret of ['maria.prado', 'Rua das Flores', '11144477735']) expect(bytes).not.toContain(secret);
  }
  expect(harness.logged.join('\n')).not.toContain('maria.prado');
});

it('lists orders by what they need', async () => {
  const counts = await harness.client.call('orders.counts', {});
  expect(counts.all).toBeGreaterThan(8);
  const open = await harness.client.call('orders.open', {
    filter: { attention: 'misfit' },
    sort: { column: 'received', direction: 'descending' },
  });
  expect(open.rows.map(({ marketplaceOrderId }) => marketplaceOrderId)).toEqual(['C3-01']);
  await harness.client.call('orders.markSeen', { orderId: open.rows[0]?.id ?? 0 });
  expect((await shop.detail('C3')).attention).not.toContain('misfit');
});

it('settles by hand only what contradicts itself', async () => {
  const order = await shop.detail('G1');
  expect(order.actions).not.toContain('settle');
  await expect(harness.client.call('orders.settle', { orderId: order.id, reason: 'r' })).rejects.toMatchObject({
    code: 'already-decided',
  });
});

it('what a person sets for all orders is in the audit, and never a secret of it', async () => {
  const { call } = harness.client;
  await call('orders.setRetention', { days: 400 });
  await call('orders.setCalendar', { timeZone: 'America/Sao_Paulo', holidays: ['2026-12-25'] });
  await call('orders.setWindow', {
    kind: 'cancellation',
    scope: 'channel',
    scopeId: '1',
    length: { amount: 45, unit: 'minutes' },
    timeZone: 'America/Sao_Paulo',
    holidays: [],
  });
  const { appKey, appToken } = await call('orders.issueStorefrontToken', {});
  await call('orders.setSeller', {
    sellerId: shop.sellerId as never,
    face: 'external',
    baseUrl: null,
    affiliateId: 'MKP',
    keys: { appKey: 'the-key', appToken: 'the-secret' },
  });
  const file = new Database(join(harness.directory, 'demo', 'bindery.sqlite'), { readonly: true });
  // rows of the audit
  const entries = file
    .prepare('SELECT action, entity, details, operator_name FROM audit ORDER BY sequence DESC LIMIT 5')
    .all() as { action: string; entity: string; details: string; operator_name: string }[];
  file.close();
  expect(entries.reverse().map(({ action, entity, operator_name }) => [action, entity, operator_name])).toEqual([
    ['set retention', '["orders","retention"]', 'Ada'],
    ['set calendar', '["orders","calendar"]', 'Ada'],
    ['set window', '["orders","windows"]', 'Ada'],
    ['issue a key of the storefront', '["orders","storefront"]', 'Ada'],
    ['set how a seller takes orders', `["orders","${shop.sellerId}"]`, 'Ada'],
  ]);
  const details = entries.map((entry) => entry.details).join();
  expect(details).toContain(appKey);
  for (const secret of [appToken, 'the-secret', 'the-key']) expect(details).not.toContain(secret);
  expect(entries.map((entry) => JSON.parse(entry.details) as unknown)).toMatchObject([
    { days: 400 },
    { timeZone: 'America/Sao_Paulo' },
    { scopeId: '1' },
    {},
    { face: 'external', keys: 'given' },
  ]);
});
