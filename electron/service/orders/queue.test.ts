import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { openShop, type Shop } from '../testing/order-shop.ts';

/** Sellers that take calls into a queue, and calls that are asked for twice or no longer wanted. */

let sandbox: Sandbox;
let harness: ServiceHarness;
let shop: Shop;
let now = Date.UTC(2026, 10, 25, 12);

beforeAll(async () => {
  sandbox = await startSandbox({ size: 40, seed: 4 });
  harness = await startHarness({
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
    ambient: { now: () => now, random: () => 0.5, uuid: () => crypto.randomUUID() },
  });
  shop = await openShop(sandbox, harness);
  await harness.client.call('orders.setSeller', {
    sellerId: shop.sellerId as never,
    face: 'queue',
    baseUrl: `${sandbox.url}/stores/${shop.sellerId}`,
    affiliateId: 'MKP',
    keys: sandbox.state.sellerKeys(shop.sellerId),
  });
});
afterAll(async () => {
  await harness.close();
  await sandbox.close();
});

const callbacks = (how: 'held' | 'at-once') => shop.control(`sellers/${shop.sellerId}/orders`, { callbacks: how });
const handOver = (id: string, over: object = {}) => shop.call('POST', '/storefront/orders', shop.order(id, over));
const paths = { place: /^POST .*\/orders(\?|$)/, authorise: /^PUT .*\/orders\/status/ };
const calls = async (id: string, kind: keyof typeof paths) =>
  (await shop.detail(id)).messages.filter(({ direction, call }) => direction === 'out' && paths[kind].test(call))
    .length;
const seller = (id: string, state: string) =>
  harness.until(async () => (await shop.detail(id)).sellerState === state, `the seller of ${id} to be ${state}`);
const result = (id: string, code: string) =>
  shop.sellerCall('POST', '/order-integration/notification/processing-result', {
    success: false,
    flow: 'PlaceOrder',
    marketplaceOrderId: `${id}-01`,
    operationId: crypto.randomUUID(),
    code,
    message: 'not now',
  });

it('authorises once while the seller has not said what came of it, and again after some minutes', async () => {
  await handOver('Q1');
  await shop.reached('Q1', 'payment-pending');
  await callbacks('held');
  await shop.call('POST', '/storefront/orders/Q1/payment', { status: 'approved' });
  await seller('Q1', 'authorize-fulfillment');
  await harness.until(async () => (await calls('Q1', 'authorise')) > 0, 'the authorisation to be sent');
  // the dispatcher goes on with others meanwhile
  await handOver('Q2');
  await seller('Q2', 'on-order-completed-ffm');
  expect(await calls('Q1', 'authorise')).toBe(1);
  now += 6 * 60_000;
  await harness.until(async () => (await calls('Q1', 'authorise')) === 2, 'it to be asked about');
  await shop.control(`sellers/${shop.sellerId}/orders/callbacks`, {});
  const order = await shop.reached('Q1', 'waiting-seller-handling');
  expect(order.tasks).toEqual([]);
  expect(order.events.filter(({ type }) => type === 'authorisation-sent')).toHaveLength(1);
});

it('places again what the queue says it could not do for now, and asks a person where that is of no use', async () => {
  await callbacks('held');
  await handOver('Q3');
  await seller('Q3', 'on-order-completed-ffm');
  const before = await calls('Q3', 'place');
  expect((await result('Q3', 'EOI001')).status).toBe(200);
  expect((await shop.detail('Q3')).attention).not.toContain('integration-failed');
  now += 3 * 60_000;
  // read back first: it is there already, so nothing is placed twice
  await shop.reached('Q3', 'payment-pending');
  expect(await calls('Q3', 'place')).toBe(before);
  expect(((await shop.control('orders')).reservations as Record<string, number>)['Q3-01']).toBe(1);

  await handOver('Q4');
  await seller('Q4', 'on-order-completed-ffm');
  await result('Q4', 'XYZ99');
  const stopped = await shop.detail('Q4');
  expect(stopped.attention).toContain('integration-failed');
  await harness.client.call('orders.retry', { orderId: stopped.id });
  await shop.reached('Q4', 'payment-pending');
  await callbacks('at-once');
});

it('asks a seller once for a cancellation that the storefront repeats', async () => {
  await handOver('Q5', { paymentStatus: 'approved' });
  await shop.reached('Q5', 'waiting-seller-handling');
  now += 31 * 60_000;
  await shop.control(`sellers/${shop.sellerId}/orders`, { cancellation: 'evaluate' });
  for (let time = 0; time < 3; time++) await shop.call('POST', '/storefront/orders/Q5/cancel', { reason: 'too slow' });
  const order = await shop.reached('Q5', 'waiting-for-seller-decision');
  expect(order.cancellations).toHaveLength(1);
  await shop.sellerCall('POST', '/pvt/orders/Q5-01/invoice', {
    type: 'Output',
    invoiceNumber: 'P1',
    items: [],
    invoiceValue: 600,
  });
  // one part was sent: what does not fit any more is kept once
  for (let time = 0; time < 3; time++) await shop.call('POST', '/storefront/orders/Q5/cancel', { reason: 'too slow' });
  const after = await shop.reached('Q5', 'partially-invoiced');
  expect(after.events.filter(({ type, fits }) => type === 'cancel-requested' && !fits)).toHaveLength(1);
  await shop.control(`sellers/${shop.sellerId}/orders`, { cancellation: 'confirm' });
});

it('authorises an order whose cancellation the seller refused before it was told to begin', async () => {
  await handOver('Q6');
  await shop.reached('Q6', 'payment-pending');
  await callbacks('held');
  await shop.call('POST', '/storefront/orders/Q6/payment', { status: 'approved' });
  await seller('Q6', 'authorize-fulfillment');
  now += 31 * 60_000;
  await shop.control(`sellers/${shop.sellerId}/orders`, { cancellation: 'evaluate' });
  await shop.call('POST', '/storefront/orders/Q6/cancel', { reason: 'too slow' });
  await shop.reached('Q6', 'waiting-for-seller-decision');
  await seller('Q6', 'cancellation-requested');
  await callbacks('at-once');
  await shop.sellerCall('POST', '/pvt/orders/Q6-01/deny-cancellation-request', { reason: 'it is packed' });
  expect((await shop.reached('Q6', 'waiting-seller-handling')).cancellations).toMatchObject([{ outcome: 'refused' }]);
  await shop.control(`sellers/${shop.sellerId}/orders`, { cancellation: 'confirm' });
});

it('takes the arrival of what came back for no delivery to the buyer', async () => {
  await handOver('Q8', { paymentStatus: 'approved' });
  await shop.reached('Q8', 'waiting-seller-handling');
  const invoice = (invoiceNumber: string, type: string, invoiceValue: number) =>
    shop.sellerCall('POST', '/pvt/orders/Q8-01/invoice', { type, invoiceNumber, items: [], invoiceValue });
  await invoice('A1', 'Output', 2_600);
  await shop.reached('Q8', 'invoiced');
  expect((await invoice('B1', 'Input', 1_000)).status).toBe(200);
  const arrived = (number: string) =>
    shop.sellerCall('PUT', `/pvt/orders/Q8-01/invoice/${number}/tracking`, { isDelivered: true, events: [] });
  expect((await arrived('B1')).status).toBe(200);
  expect((await shop.detail('Q8')).state).toBe('invoiced');
  expect((await arrived('A1')).status).toBe(200);
  await shop.reached('Q8', 'delivered');
});

it('never places what was cancelled before it could be sent', async () => {
  await shop.control('faults', {
    match: { path: '/order-integration/orders\\?' },
    rate429: 1,
    retryAfter: 5,
    times: 3,
  });
  await handOver('Q7');
  await seller('Q7', 'placing');
  await shop.call('POST', '/storefront/orders/Q7/cancel', { reason: 'changed my mind' });
  now += 10 * 60_000;
  expect(await shop.reached('Q7', 'canceled')).toMatchObject({ sellerState: 'refused', attention: [] });
  expect(((await shop.control('orders')).reservations as Record<string, number>)['Q7-01'] ?? 0).toBe(0);
});
