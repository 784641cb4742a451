import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './index.ts';
import { fields, text } from './input.ts';
import { type Client, clientOf, codeOf } from './testing/client.ts';

let sandbox: Sandbox;
let client: Client;
let sellerId = '';
let item = { id: '', price: 0, stock: 0 };

beforeAll(async () => {
  sandbox = await startSandbox({ size: 60, seed: 5 });
  client = clientOf(sandbox);
  const binding = sandbox.state.world.bindingAt(0);
  sellerId = binding.sellerId;
  await client.post(`/control/seller/${sellerId}/sku/${binding.sellerSkuId}`, { price: 900, stock: 20 });
  item = { id: binding.sellerSkuId, price: 900, stock: 20 };
});
afterAll(() => sandbox.close());

const order = (id: string, price = item.price, over: object = {}) => ({
  marketplaceOrderId: id,
  marketplaceServicesEndpoint: 'http://127.0.0.1:9/',
  marketplacePaymentValue: price * 2 + 200,
  items: [{ id: item.id, quantity: 2, seller: '1', price }],
  clientProfileData: {},
  shippingData: { logisticsInfo: [{ itemIndex: 0, selectedSla: 'Standard', price: 200 }] },
  ...over,
});
const stock = () => sandbox.state.systems.get(sellerId, item.id)?.stock;
const base = () => `/sellers/${sellerId}/pvt/orders`;

it('reserves once however often it is asked, authorises, and gives back what is cancelled', async () => {
  const placed = await client.post(base(), [order('A-01')]);
  const again = await client.post(base(), [order('A-01')]);
  expect(placed.status).toBe(200);
  expect(again.body).toEqual(placed.body);
  expect(stock()).toBe(18);
  const sellerOrderId = text(fields(Array.isArray(placed.body) ? placed.body[0] : placed.body), 'orderId');
  const fulfilled = await client.post(`${base()}/${sellerOrderId}/fulfill`, { marketplaceOrderId: 'A-01' });
  expect(fields(fulfilled.body)).toMatchObject({ marketplaceOrderId: 'A-01', orderId: sellerOrderId });
  const asked = { marketplaceOrderId: 'A-01', cancellationRequestId: 'c1', reason: 'changed my mind' };
  expect((await client.post(`${base()}/${sellerOrderId}/cancel`, asked)).status).toBe(200);
  expect(stock()).toBe(20);
});

it('denies a price that is not its own, or holds it, by its rule', async () => {
  expect(codeOf(await client.post(base(), order('A-02', 800)))).toBe('FMT006');
  await client.post(`/control/sellers/${sellerId}/orders`, { divergence: 'manual' });
  const held = fields((await client.post(base(), order('A-02', 800))).body);
  const refused = await client.post(`${base()}/${text(held, 'orderId')}/fulfill`, { marketplaceOrderId: 'A-02' });
  expect(codeOf(refused)).toBe('EOI011');
  await client.post('/control/orders/A-02/decide-divergence', { accept: true });
  expect((await client.post(`${base()}/${text(held, 'orderId')}/fulfill`, { marketplaceOrderId: 'A-02' })).status).toBe(
    200,
  );
});

it('evaluates a cancellation with an empty answer until it is decided', async () => {
  const placed = fields((await client.post(base(), order('A-03'))).body);
  const path = `${base()}/${text(placed, 'orderId')}/cancel`;
  const asked = { marketplaceOrderId: 'A-03', cancellationRequestId: 'c2', reason: 'too late' };
  await client.post(`/control/sellers/${sellerId}/orders`, { cancellation: 'evaluate' });
  expect((await client.post(path, asked)).body).toBeUndefined();
  await client.post(`/control/sellers/${sellerId}/orders`, { cancellation: 'refuse' });
  expect(codeOf(await client.post(path, asked))).toBe('FMT008');
  await client.post(`/control/sellers/${sellerId}/orders`, { cancellation: 'confirm' });
  expect(fields((await client.post(path, asked)).body)).toHaveProperty('receipt');
});

it('as a store of the platform wants its key, names orders by the affiliate, and says when it has one already', async () => {
  const path = `/stores/${sellerId}/api/fulfillment/pvt/orders?affiliateId=MKP&sc=1`;
  const keys = sandbox.state.sellerKeys(sellerId);
  const store = clientOf(sandbox, keys);
  expect((await client.post(path, [order('B-01')])).status).toBe(401);
  await client.post(`/control/sellers/${sellerId}/orders`, { duplicates: 'refuse' });
  const placed = await store.post(path, [order('B-01')]);
  expect(placed.body).toEqual([expect.objectContaining({ orderId: 'MKP-B-01' })]);
  expect(codeOf(await store.post(path, [order('B-01')]))).toBe('FMT009');
  expect(fields((await store.get(`/stores/${sellerId}/api/oms/pvt/orders/MKP-B-01`)).body)).toMatchObject({
    marketplaceOrderId: 'B-01',
  });
});

it('tells the result of a queued order by callback', async () => {
  const told: unknown[] = [];
  let heard: () => void = () => undefined;
  const listener = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      told.push({ url: request.url, body: JSON.parse(body) });
      response.end();
      heard();
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  try {
    const arrived = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const queued = await clientOf(sandbox, sandbox.state.sellerKeys(sellerId)).post(
      `/stores/${sellerId}/api/order-integration/orders?affiliateId=MKP`,
      order('C-01', item.price, { marketplaceOrderStatus: 'new', connectorEndpoint: `http://127.0.0.1:${port}` }),
    );
    expect(codeOf(queued)).toBe('SOI003');
    await arrived;
    expect(told).toEqual([
      {
        url: `/order-integration/notification/processing-result?an=${sellerId}`,
        body: expect.objectContaining({ code: 'SOI001', marketplaceOrderId: 'C-01', success: true }),
      },
    ]);
  } finally {
    listener.close();
  }
});
