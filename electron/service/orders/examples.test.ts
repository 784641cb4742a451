/** Every example of what is sent about orders goes to the endpoint that it is for, and is taken. Needs `../shared/protocol`. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OrderDetail } from '../../../shared/contract/orders.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { openShop, type Shop } from '../testing/order-shop.ts';
import { bodyOf, isThere } from '../testing/protocol-examples.ts';

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
  // the SKUs that the examples speak of
  for (const sku of ['0', '1', '2', '6'])
    await shop.control(`seller/${shop.sellerId}/sku/${sku}`, { price: sku === '6' ? 5_500 : 2_499, stock: 10_000 });
});
afterAll(async () => {
  await harness.close();
  await sandbox.close();
});
const rules = (over: object) => shop.control(`sellers/${shop.sellerId}/orders`, over);
beforeEach(() => rules({ changes: 'agree', callbacks: 'at-once', cancellation: 'confirm' }));

const seller = 'marketplace-protocol-external-seller-marketplace.json';
const store = 'orders-api.json';

/** An order of the SKUs of the examples, that its seller handles. */
async function handled(id: string): Promise<OrderDetail> {
  const items = ['0', '1', '6'].map((sku) => ({
    id: sku,
    seller: shop.sellerId,
    quantity: 3,
    price: sku === '6' ? 5_500 : 2_499,
    name: `SKU ${sku}`,
  }));
  const plain = shop.order(id, { paymentStatus: 'approved', items });
  const { shippingData } = plain as { shippingData: { logisticsInfo: object[] } }; // as the shop builds it
  shippingData.logisticsInfo = items.map((_, itemIndex) => ({ ...shippingData.logisticsInfo[0], itemIndex }));
  expect((await shop.call('POST', '/storefront/orders', plain)).status).toBe(200);
  return await shop.reached(id, 'waiting-seller-handling');
}
async function takes(method: string, path: string, body?: unknown): Promise<void> {
  const told = await shop.sellerCall(method, path, body);
  expect(told, `${method} ${path}`).toMatchObject({ status: 200, answer: { receipt: expect.any(String) } });
}
const fits = (order: OrderDetail) => order.events.filter((event) => !event.fits).map(({ type }) => type);

describe.runIf(isThere)('the examples of the protocol, at the endpoints', () => {
  it('of a seller of its own: invoice, tracking, delivery', async () => {
    await handled('A1');
    const base = '/pvt/orders/{marketplaceOrderId}/invoice';
    const path = '/pvt/orders/A1-01/invoice';
    await takes('POST', path, bodyOf(seller, 'post', base));
    await takes('POST', `${path}/NFe-00002`, bodyOf(seller, 'post', `${base}/{invoiceNumber}`));
    await takes('POST', `${path}/NFe-00002/tracking`, bodyOf(seller, 'post', `${base}/{invoiceNumber}/tracking`));
    const order = await shop.reached('A1', 'partially-invoiced');
    expect(order).toMatchObject({
      invoiced: { minor: 6_000 },
      invoices: [{ number: 'NFe-00002', courier: 'courier-example', counted: true }],
    });
    expect(order.invoices[0]?.deliveredAt).not.toBe(null);
    expect(fits(order)).toEqual([]);
  });
  it('of a store: it begins to handle, invoice, tracking, with the verbs of its own', async () => {
    await handled('A2');
    await takes('POST', '/api/oms/pvt/orders/A2-01/start-handling');
    const base = '/api/oms/pvt/orders/{orderId}/invoice';
    const path = '/api/oms/pvt/orders/A2-01/invoice';
    await takes('POST', path, bodyOf(store, 'post', base));
    const number = 'DFG-v7731485plzv-01';
    await takes('PATCH', `${path}/${number}`, bodyOf(store, 'patch', `${base}/{invoiceNumber}`));
    await takes('PUT', `${path}/${number}/tracking`, bodyOf(store, 'put', `${base}/{invoiceNumber}/tracking`));
    const order = await shop.reached('A2', 'partially-invoiced');
    expect(order).toMatchObject({ invoiced: { minor: 2_499 }, invoices: [{ courier: 'carrierOne' }] });
    expect(fits(order)).toEqual([]);
  });
  it.each([
    ['C1', seller, '/pvt/orders/{marketplaceOrderId}/cancel', '/pvt/orders/C1-01/cancel'],
    ['C2', store, '/api/oms/pvt/orders/{orderId}/cancel', '/api/oms/pvt/orders/C2-01/cancel'],
  ])('of a cancellation by the seller: %s %s', async (id, file, described, path) => {
    await handled(id);
    await takes('POST', path, bodyOf(file, 'post', described));
    expect(fits(await shop.reached(id, 'window-to-change-seller'))).toEqual([]);
  });
  it('of a refusal to cancel, outside the window', async () => {
    await rules({ cancellation: 'evaluate' });
    await handled('D1');
    now += 31 * 60_000;
    await shop.call('POST', '/storefront/orders/D1/cancel', { reason: 'too slow' });
    await harness.until(
      async () => (await shop.detail('D1')).sellerState === 'cancellation-requested',
      'the seller to be asked',
    );
    const body = { cancellationRequestId: 'request-1', denyReason: 'It is packed.' };
    await takes('POST', '/api/orders/pvt/document/D1-01/deny-cancellation-request', body);
    expect(await shop.detail('D1')).toMatchObject({ cancellations: [{ outcome: 'refused' }] });
  });
  it.each([
    ['H1', 'post', '/api/oms/pvt/orders/{orderId}/changes', '/api/oms/pvt/orders/H1-01/changes'],
    ['H2', 'patch', '/api/order-system/orders/{changeOrderId}/changes', '/api/order-system/orders/H2-01/changes'],
  ])('of a change that the seller asks for: %s %s', async (id, method, described, path) => {
    await handled(id);
    await takes(method.toUpperCase(), path, bodyOf(store, method, described));
    expect(await shop.detail(id)).toMatchObject({ changes: [{ origin: 'seller', state: 'proposed' }] });
  });
  it('of the handshake of a change', async () => {
    await rules({ changes: 'held' });
    const { id: orderId } = await handled('H3');
    const change = { replace: [], add: [], remove: [], discountMinor: 100, incrementMinor: 0 };
    await harness.client.call('orders.requestChange', { orderId, change, reason: 'late' });
    const changeId = (await shop.detail('H3')).changes[0]?.id ?? '';
    const described = '/pvt/orders/{participantOrderId}/changes/{changeRequestId}/send-agreement';
    await takes(
      'POST',
      `/pvt/orders/H3-01/changes/${encodeURIComponent(changeId)}/send-agreement?accountName=x`,
      bodyOf(seller, 'post', described),
    );
    await harness.until(
      async () => (await shop.detail('H3')).changes[0]?.state === 'acknowledged',
      'the change to be acknowledged',
    );
  });
  it('of a result of a store’s queue', async () => {
    await rules({ callbacks: 'held' });
    const set = (face: 'queue' | 'external') =>
      harness.client.call('orders.setSeller', {
        sellerId: shop.sellerId as never, // the id the sandbox gave
        face,
        baseUrl: face === 'external' ? null : `${sandbox.url}/stores/${shop.sellerId}`,
        affiliateId: 'MKP',
        keys: sandbox.state.sellerKeys(shop.sellerId),
      });
    await set('queue');
    await shop.call('POST', '/storefront/orders', shop.order('Q1'));
    await harness.until(
      async () => (await shop.detail('Q1')).sellerState === 'on-order-completed-ffm',
      'the order to be in the queue',
    );
    // as the reference has it: no description of this call has an example
    await takes('POST', '/order-integration/notification/processing-result?an=store', {
      accountName: 'store',
      success: true,
      flow: 'PlaceOrder',
      operationId: 'operation-1',
      marketplaceOrderId: 'Q1-01',
      code: 'SOI001',
      message: 'Order was successfully placed.',
      errors: [],
      fields: { mainOrderId: 'MKP-Q1-01', franchiseOrderId: null },
    });
    expect(fits(await shop.reached('Q1', 'payment-pending'))).toEqual([]);
    await set('external');
  });
  it('of the backend’s hook: the ping, and a change of status', async () => {
    await harness.client.call('orders.setIntake', { isOn: true, hook: true });
    const { hook } = sandbox.state.backendOrders;
    const call = async (body: object) =>
      (
        await fetch(hook?.url ?? '', {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...hook?.headers },
          body: JSON.stringify(body),
        })
      ).status;
    expect(await call({ hookConfig: 'ping' })).toBe(200);
    expect(
      await call({
        Domain: 'Marketplace',
        OrderId: 'v40484048naf-01',
        State: 'payment-approved',
        LastState: 'payment-pending',
        LastChange: '2019-08-08T11:24:32.0000000Z',
        CurrentChange: '2019-08-08T11:24:33.0000000Z',
        Origin: { Account: 'accountABC', Key: 'vtexappkey-keyEDF' },
      }),
    ).toBe(200);
    await harness.client.call('orders.setIntake', { isOn: false, hook: false });
  });
});
