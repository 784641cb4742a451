import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from './index.ts';
import { startSandbox } from './index.ts';
import type { Fields } from './input.ts';
import { fields, listOfFields, text } from './input.ts';
import type { Client } from './testing/client.ts';
import { clientOf, itemsOf, suggestionPath } from './testing/client.ts';

let sandbox: Sandbox;
let admin: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 400, seed: 3 });
  admin = clientOf(sandbox);
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await admin.post('/control/reset');
});

const SELLERS = '/api/seller-register/pvt/sellers';

async function bound(): Promise<Fields> {
  return fields(listOfFields((await admin.get(`/api/sku-binding/pvt/skuseller/admin?isActive=true&size=1`)).body)[0]);
}

const keyOf = (b: Fields): string => `${text(b, 'SellerId')}/${text(b, 'SellerStockKeepingUnitId')}`;

async function onSale(b: Fields): Promise<Fields | undefined> {
  const offers = listOfFields((await admin.get(`/storefront/offers/${text(b, 'StockKeepingUnitId')}`)).body);
  return offers.find((o) => `${text(o, 'sellerId')}/${text(o, 'sellerSkuId')}` === keyOf(b));
}

describe('prices and stock', () => {
  it('change on the storefront when the seller notified, per sales channel, and not before', async () => {
    const b = await bound();
    await admin.post(`/control/seller/${text(b, 'SellerId')}/sku/${text(b, 'SellerStockKeepingUnitId')}`, {
      price: 12_345,
      stock: 7,
      prices: { '2': 11_111 },
    });
    expect((await onSale(b))?.price).not.toBe(12_345);
    expect(
      (
        await admin.post(
          `/api/notificator/${text(b, 'SellerId')}/changenotification/${text(b, 'SellerStockKeepingUnitId')}/price`,
        )
      ).status,
    ).toBe(202);
    const shown = await onSale(b);
    expect(shown).toMatchObject({
      price: 12_345,
      stock: 7,
      channels: { '2': { price: 11_111 }, '3': { price: 12_715 } },
    });
    const state = fields((await admin.get('/control/state?since=0')).body);
    expect(state).toMatchObject({ notifications: { price: 1, inventory: 0, ignored: 0 } });
    expect(listOfFields(state.log).map((entry) => entry.kind)).toEqual(['notification.price', 'storefront.update']);
  });

  it('are pushed by the seller itself on request, with headers, to any address', async () => {
    const got: string[] = [];
    const server = createServer((request, response) => {
      got.push(`${request.method} ${request.url} ${request.headers['x-key']}`);
      response.writeHead(202).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const answer = await admin.post('/control/seller/seller-1/sku/x', {
      price: 1,
      notify: { url, kinds: ['price', 'inventory', 'sku'], headers: { 'x-key': 'k' } },
    });
    expect(fields(answer.body).notified).toEqual(['price', 'inventory', 'sku'].map((kind) => ({ kind, status: 202 })));
    expect(got).toEqual([
      'POST /hook/api/notificator/seller-1/changenotification/x/price k',
      'POST /hook/api/notificator/seller-1/changenotification/x/inventory k',
      'POST /hook/api/catalog_system/pvt/skuseller/changenotification/seller-1/x k',
    ]);
    const offered = await admin.post('/control/sellers/seller-1/offers', {
      itemId: 'n1',
      offer: { ProductName: 'N' },
      notify: { url, headers: { 'x-key': 'k' } },
    });
    expect(fields(offered.body)).toMatchObject({
      notified: [{ kind: 'suggestion', status: 202 }],
      offer: { ProductName: 'N' },
    });
    expect(got.at(-1)).toBe('PUT /hook/suggestions/seller-1/n1 k');
    server.close();
    const dead = await admin.post('/control/seller/seller-1/sku/x', {
      notify: { url: 'http://127.0.0.1:1', kinds: ['price'] },
    });
    expect(fields(dead.body).notified).toEqual([{ kind: 'price', status: 0 }]);
  });

  it('count as no stock when the seller cannot be reached', async () => {
    const b = await bound();
    await admin.call('PATCH', `${SELLERS}/${text(b, 'SellerId')}`, [
      { operation: 'replace', path: '/fulfillmentEndpoint', value: 'http://127.0.0.1:1' },
    ]);
    await admin.post(
      `/api/notificator/${text(b, 'SellerId')}/changenotification/${text(b, 'SellerStockKeepingUnitId')}/inventory`,
    );
    expect((await onSale(b))?.stock).toBe(0);
    await admin.call('PATCH', `${SELLERS}/${text(b, 'SellerId')}`, [
      { operation: 'replace', path: '/isActive', value: false },
    ]);
    expect(await onSale(b)).toBeUndefined();
  });

  it('are simulated at the seller: unknown left out, no stock is quantity 0, windows only with an address', async () => {
    const [offer] = itemsOf(await admin.get('/suggestions?status=pending'));
    const seller = text(fields(offer), 'SellerId');
    const id = text(fields(offer), 'ItemId');
    await admin.post(`/control/seller/${seller}/sku/${id}`, { price: 1000, listPrice: 1200, stock: 3 });
    const ask = async (body: Fields, sc = ''): Promise<Fields> =>
      fields(
        (
          await admin.post(`/sellers/${seller}/pvt/orderForms/simulation${sc}`, {
            country: 'USA',
            postalCode: null,
            ...body,
          })
        ).body,
      );
    const answer = await ask({
      items: [
        { id: 'gone', quantity: 1, seller: '1' },
        { id, quantity: 5, seller: '1' },
      ],
    });
    expect(answer.items).toMatchObject([{ id, requestIndex: 1, quantity: 3, price: 1000, listPrice: 1200 }]);
    expect(answer.logisticsInfo).toMatchObject([
      { itemIndex: 0, stockBalance: 3, slas: [{ availableDeliveryWindows: [] }] },
    ]);
    expect((await ask({ items: [{ id, quantity: 1, seller: '1' }] }, '?sc=2')).items).toMatchObject([{ price: 980 }]);
    const placed = await ask({ items: [{ id, quantity: 1, seller: '1' }], postalCode: '12345' });
    expect(listOfFields(listOfFields(placed.logisticsInfo)[0]?.slas)[0]?.availableDeliveryWindows).toHaveLength(2);
    await admin.post(`/control/seller/${seller}/sku/${id}`, { stock: 0 });
    expect(await ask({ items: [{ id, quantity: 1, seller: '1' }] })).toMatchObject({
      items: [{ quantity: 0 }],
      logisticsInfo: [],
    });
    expect((await admin.post('/sellers/nobody/pvt/orderForms/simulation', { items: [] })).status).toBe(404);
    expect((await admin.post(`/sellers/${seller}/pvt/orderForms/simulation`, {})).status).toBe(400);
  });

  it('serve images, and refuse nonsense at the control', async () => {
    expect((await admin.get('/images/5.svg')).headers.get('content-type')).toContain('svg');
    expect((await admin.get('/images/a.svg')).status).toBe(404);
    expect((await admin.post('/control/settings', { nope: 1 })).body).toMatchObject({ field: 'nope' });
    expect((await admin.post('/control/settings', { suggestionPageLimit: 0 })).status).toBe(400);
    expect((await admin.post('/control/clock', { now: 'soon' })).status).toBe(400);
    expect((await admin.post('/control/seller/seller-1/sku/x', { price: 1.5 })).body).toMatchObject({ field: 'price' });
    expect((await admin.post('/control/seller/seller-1/sku/x', { notify: { url: 'ftp://x' } })).body).toMatchObject({
      field: 'notify.url',
    });
    expect((await admin.call('POST', '/control/clock', undefined, { 'content-type': 'application/json' })).status).toBe(
      400,
    );
    await admin.post('/control/clock', { now: '2030-01-01T00:00:00Z' });
    expect(text(fields((await admin.get('/control/state')).body), 'now')).toMatch(/^2030-01-01T00:00/);
  });

  it('let a seller send a new or a changed offer', async () => {
    const [one] = itemsOf(await admin.get('/suggestions'));
    const path = suggestionPath(fields(one));
    const sent = await admin.post(`/control/sellers/${text(fields(one), 'SellerId')}/offers`, {
      itemId: one?.ItemId,
      offer: { SkuName: 'Changed' },
    });
    expect(sent.body).toMatchObject({ status: 'pending' });
    expect((await admin.get(path)).body).toMatchObject({
      SkuName: 'Changed',
      Type: 'update',
      ProductName: one?.ProductName,
    });
    expect((await admin.post('/control/sellers/seller-2/offers', { itemId: 'z' })).body).toMatchObject({
      status: 'pending',
    });
  });
});
