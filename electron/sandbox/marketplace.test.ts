import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from './index.ts';
import { startSandbox } from './index.ts';
import type { Fields } from './input.ts';
import { fields, listOfFields, text } from './input.ts';
import type { Client } from './testing/client.ts';
import { clientOf, codeOf } from './testing/client.ts';

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

const BINDING = '/api/sku-binding/pvt/skuseller';
const SELLERS = '/api/seller-register/pvt/sellers';

async function bound(): Promise<Fields> {
  return fields(listOfFields((await admin.get(`${BINDING}/admin?isActive=true&size=1`)).body)[0]);
}

const keyOf = (b: Fields): string => `${text(b, 'SellerId')}/${text(b, 'SellerStockKeepingUnitId')}`;

describe('keys', () => {
  it('asks for both headers and for the right ones', async () => {
    expect((await clientOf(sandbox, null).get('/suggestions')).status).toBe(401);
    expect((await clientOf(sandbox, { appKey: sandbox.appKey, appToken: '' }).get('/suggestions')).status).toBe(401);
    expect((await clientOf(sandbox, { appKey: sandbox.appKey, appToken: 'x' }).get('/suggestions')).status).toBe(403);
    expect((await clientOf(sandbox, null).get('/storefront/offers/1')).status).toBe(200);
    expect((await admin.get('/nowhere')).status).toBe(404);
  });

  it("lets a seller's key do that seller's own calls only", async () => {
    const [a, b] = sandbox.sellers;
    if (a === undefined || b === undefined) throw new Error('two sellers expected');
    const seller = clientOf(sandbox, a);
    expect((await seller.post(`/api/notificator/${a.id}/changenotification/1/price`)).status).toBe(202);
    expect((await seller.post(`/api/catalog_system/pvt/skuseller/changenotification/${a.id}/1`)).status).toBe(404);
    expect((await seller.post('/api/catalog_system/pvt/skuseller/changenotification/1')).status).toBe(200);
    expect((await seller.put(`/acme/suggestions/${a.id}/1`, {})).status).toBe(400);
    for (const [method, path] of [
      ['POST', `/api/notificator/${b.id}/changenotification/1/price`],
      ['PUT', `/suggestions/${b.id}/1`],
      ['GET', '/suggestions'],
      ['GET', SELLERS],
      ['DELETE', `/suggestions/${a.id}/1`],
    ] as const) {
      expect((await seller.call(method, path)).status).toBe(403);
    }
    expect(
      (
        await clientOf(sandbox, { appKey: a.appKey, appToken: b.appToken }).post(
          `/api/notificator/${a.id}/changenotification/1/price`,
        )
      ).status,
    ).toBe(403);
  });

  it('depend on the seed alone', async () => {
    const other = await startSandbox({ size: 400, seed: 3 });
    expect([other.appKey, other.appToken, other.sellers]).toEqual([sandbox.appKey, sandbox.appToken, sandbox.sellers]);
    await other.close();
  });
});

describe('the catalogue', () => {
  it('pages SKU ids and gives the same records one by one and in bulk', async () => {
    const ids = [1, 2, 3, 4].map((page) =>
      admin.get(`/api/catalog_system/pvt/sku/stockkeepingunitids?page=${page}&pagesize=40`),
    );
    const all = (await Promise.all(ids)).map((answer) => (Array.isArray(answer.body) ? answer.body.length : -1));
    expect(all).toEqual([40, 40, 20, 0]);
    const bulk = listOfFields(
      (await admin.get('/api/catalog_system/pvt/sku/stockkeepingunits?page=2&pagesize=3')).body,
    );
    expect(bulk.map((record) => record.Id)).toEqual([4, 5, 6]);
    expect((await admin.get('/api/catalog_system/pvt/sku/stockkeepingunitbyid/4')).body).toEqual(bulk[0]);
    expect((await admin.get('/api/catalog_system/pvt/sku/stockkeepingunitbyid/4000')).status).toBe(404);
    await admin.post('/control/settings', { skuBulk: false });
    expect((await admin.get('/api/catalog_system/pvt/sku/stockkeepingunits')).status).toBe(404);
    expect((await admin.get('/api/catalog_system/pvt/sku/stockkeepingunitids?page=0')).status).toBe(400);
    expect(
      (await admin.post('/api/catalog_system/pub/sku/stockkeepingunitidsbyrefids', ['REF-000002', 'no'])).body,
    ).toEqual({ 'REF-000002': '2', no: null });
  });

  it('creates products and SKUs and inactivates a SKU', async () => {
    const product = fields(
      (await admin.post('/api/catalog/pvt/product', { Name: 'Lamp', BrandId: 1, CategoryId: 3 })).body,
    );
    const sku = fields(
      (
        await admin.post('/api/catalog/pvt/stockkeepingunit', {
          ProductId: product.Id,
          Name: 'Red',
          IsActive: true,
          PackagedWeightKg: 1.5,
        })
      ).body,
    );
    expect(sku).toMatchObject({ Id: 101, IsActive: true, PackagedWeightKg: 1.5 });
    const path = `/api/catalog/pvt/stockkeepingunit/${text(sku, 'Id')}`;
    expect((await admin.put(path, { IsActive: false })).body).toMatchObject({ Name: 'Red', IsActive: false });
    expect((await admin.get('/api/catalog_system/pvt/sku/stockkeepingunitbyid/101')).body).toMatchObject({
      IsActive: false,
      ProductName: 'Lamp',
    });
    expect((await admin.put('/api/catalog/pvt/stockkeepingunit/3', { IsActive: false })).body).toMatchObject({
      Id: 3,
      IsActive: false,
    });
    expect(
      (await admin.post('/api/catalog/pvt/product', { Name: 'Lamp', BrandId: 999, CategoryId: 3 })).body,
    ).toMatchObject({ field: 'BrandId' });
    expect((await admin.put(`/api/catalog/pvt/product/${text(product, 'Id')}`, { Name: 'Lamp 2' })).body).toMatchObject(
      { Name: 'Lamp 2', BrandId: 1 },
    );
    expect((await admin.post('/api/catalog/pvt/brand', { Name: 'Newbrand' })).body).toMatchObject({ Name: 'Newbrand' });
    expect((await admin.post('/api/catalog/pvt/category', { Name: 'Sub', FatherCategoryId: 1 })).body).toMatchObject({
      FatherCategoryId: 1,
    });
  });
});

describe('sellers', () => {
  it('are listed, created, paused and invited', async () => {
    expect(fields((await admin.get(`${SELLERS}?from=0&to=2`)).body)).toMatchObject({
      paging: { from: 0, to: 2, total: 6 },
    });
    expect((await admin.get(`${SELLERS}/nobody`)).status).toBe(404);
    expect((await admin.post(SELLERS, { id: 'shop', name: 'Shop' })).body).toMatchObject({
      id: 'shop',
      isActive: true,
      fulfillmentEndpoint: `${sandbox.url}/sellers/shop`,
    });
    expect((await admin.post(SELLERS, { id: 'shop', name: 'Shop' })).status).toBe(409);
    expect((await admin.post(SELLERS, { id: 'a b', name: 'Shop' })).body).toMatchObject({ field: 'id' });
    const pause = (path: string, value: unknown, operation = 'replace') =>
      admin.call('PATCH', `${SELLERS}/shop`, [{ operation, path, value }]);
    expect((await pause('/isActive', false)).body).toMatchObject({ isActive: false });
    for (const bad of [
      pause('/isActive', 'no'),
      pause('/nothing', 1),
      pause('/name', 'x', 'remove'),
      pause('/id', 'x'),
    ])
      expect((await bad).status).toBe(400);
    expect(fields((await admin.get(`${SELLERS}?isActive=false`)).body)).toMatchObject({ paging: { total: 1 } });
    const keys = fields((await admin.get('/control/sellers/shop/keys')).body);
    const shop = clientOf(sandbox, { appKey: text(keys, 'appKey'), appToken: text(keys, 'appToken') });
    expect((await shop.post('/api/notificator/shop/changenotification/1/price')).status).toBe(202);
  });

  it('come by invitation: seven days, then it has to be sent again', async () => {
    const leads = '/api/seller-register/pvt/seller-leads';
    const lead = fields((await admin.post(leads, { email: 'a@shop.example', sellerName: 'A Shop' })).body);
    const path = `${leads}/${text(lead, 'id')}`;
    await admin.post('/control/clock', { advanceDays: 8 });
    expect((await admin.get(path)).body).toMatchObject({ status: 'expired' });
    expect((await admin.put(path)).status).toBe(409);
    expect((await admin.put(`${path}/status`)).body).toMatchObject({ status: 'invited' });
    expect((await admin.put(path)).body).toMatchObject({ status: 'accepted' });
    expect((await admin.put(`${path}/seller`, { id: 'a-shop' })).body).toMatchObject({ id: 'a-shop', name: 'A Shop' });
    expect((await admin.call('DELETE', path)).status).toBe(204);
    expect((await admin.get(path)).status).toBe(404);
    expect((await admin.post(leads, { email: 'no' })).body).toMatchObject({ field: 'email' });
  });

  it('have sales channels and commissions', async () => {
    const mapping = `${SELLERS}/seller-1/sales-channel/mapping`;
    expect((await admin.put(mapping, [{ marketplaceSalesChannel: 1, sellerChannel: 'GCB' }])).status).toBe(200);
    expect((await admin.get(mapping)).body).toEqual([{ marketplaceSalesChannel: '1', sellerChannel: 'GCB' }]);
    expect((await admin.put(mapping, [{ sellerChannel: 'GCB' }])).status).toBe(400);
    const commissions = `${SELLERS}/seller-1/commissions`;
    const row = {
      categoryId: '3',
      categoryFullPath: null,
      productCommissionPercentage: 9.85,
      freightCommissionPercentage: 2.43,
    };
    expect((await admin.put(commissions, [row])).status).toBe(204);
    expect((await admin.put(commissions, [{ ...row, productCommissionPercentage: 101 }])).status).toBe(400);
    expect((await admin.get(`${commissions}/3`)).body).toMatchObject({
      categoryName: 'Headphones',
      productCommissionPercentage: 9.85,
    });
    expect((await admin.call('DELETE', `${commissions}/3`)).status).toBe(204);
    expect((await admin.get(commissions)).body).toEqual([]);
  });
});

describe('bindings', () => {
  it('are read in every way the protocol has', async () => {
    const b = await bound();
    expect((await admin.get(`${BINDING}/${keyOf(b)}`)).body).toEqual(b);
    expect((await admin.get(`/api/catalog_system/pvt/skuseller/${keyOf(b)}`)).body).toEqual(b);
    const seller = text(b, 'SellerId');
    const list = listOfFields((await admin.get(`${BINDING}/list/bysellerId/${seller}`)).body);
    const pages: Fields[] = [];
    for (let page = 1; page <= Math.ceil(list.length / 3) + 1; page++)
      pages.push(...listOfFields((await admin.get(`${BINDING}/paged/sellerid/${seller}?page=${page}&size=3`)).body));
    expect(pages).toEqual(list);
    const ofSku = listOfFields(
      (await admin.get(`/api/sku-binding/pvt/skusellers/${text(b, 'StockKeepingUnitId')}`)).body,
    );
    expect(ofSku.map((x) => x.SellerSkuId)).toContain(b.SellerStockKeepingUnitId);
    expect((await admin.get(`${BINDING}/seller-1/none`)).status).toBe(404);
  });

  it('are inserted, moved, switched and removed, with 409 where two would collide', async () => {
    const insert = (SellerStockKeepingUnitId: string, StockKeepingUnitId: unknown, SellerId = 'seller-1') =>
      admin.post(`${BINDING}/insertion`, { SellerId, SellerStockKeepingUnitId, StockKeepingUnitId, IsActive: true });
    const free = [60, 61, 62, 63, 64, 65].filter((id) =>
      sandbox.state.bindings.ofSku(id).every((x) => x.sellerId !== 'seller-1'),
    );
    const [one, two] = free;
    expect((await insert('a', one)).status).toBe(200);
    const twice = await insert('a', two);
    expect([twice.status, codeOf(twice)]).toEqual([409, 23]);
    const same = await insert('b', one);
    expect([same.status, codeOf(same)]).toEqual([409, 22]);
    expect((await insert('b', 99999)).body).toMatchObject({ field: 'StockKeepingUnitId' });
    expect((await insert('b', two, 'nobody')).body).toMatchObject({ field: 'SellerId' });
    expect((await insert('b', two)).status).toBe(200);
    expect((await admin.put(`${BINDING}/seller-1/b`, { StockKeepingUnitId: one })).status).toBe(409);
    expect((await admin.post(`${BINDING}/remove/seller-1/a`)).status).toBe(200);
    expect((await admin.get(`${BINDING}/seller-1/a`)).status).toBe(404);
    expect(listOfFields((await admin.get(`${BINDING}/admin?sellerId=seller-1&sellerSkuId=a`)).body)).toMatchObject([
      { IsRemoved: true, IsActive: false },
    ]);
    expect((await admin.put(`${BINDING}/seller-1/b`, { StockKeepingUnitId: one })).status).toBe(204);
    expect((await admin.get(`${BINDING}/seller-1/b`)).body).toMatchObject({ StockKeepingUnitId: one });
    expect((await admin.post(`${BINDING}/inactivate/seller-1/b`)).status).toBe(200);
    expect((await admin.get(`${BINDING}/seller-1/b`)).body).toMatchObject({ IsActive: false });
    expect((await admin.post(`${BINDING}/activate/seller-1/b`)).status).toBe(200);
    expect((await admin.post(`${BINDING}/activate/seller-1/a`)).status).toBe(404);
    expect((await insert('a', two)).status).toBe(200);
    const kinds = sandbox.state.log.map((entry) => entry.kind).filter((kind) => kind.startsWith('binding.'));
    expect(kinds).toEqual(
      ['insert', 'insert', 'remove', 'rebind', 'inactivate', 'activate', 'insert'].map((kind) => `binding.${kind}`),
    );
  });

  it('show as matched offers', async () => {
    const b = await bound();
    const rows = listOfFields((await admin.get('/api/offer-manager/pvt/offers?rows=50&start=0')).body);
    expect(rows.length).toBe(40);
    const [found] = listOfFields(
      (await admin.get(`/api/offer-manager/pvt/offers?rows=9&fq=skuId:${text(b, 'StockKeepingUnitId')}`)).body,
    );
    const path = `/api/offer-manager/pvt/product/${text(fields(found), 'ProductId')}`;
    expect((await admin.get(path)).status).toBe(200);
    expect((await admin.get(`${path}/sku/${text(b, 'StockKeepingUnitId')}`)).status).toBe(200);
    expect((await admin.get(`${path}/sku/99999`)).status).toBe(404);
  });
});
