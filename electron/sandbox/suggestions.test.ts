import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from './index.ts';
import { startSandbox } from './index.ts';
import type { Fields } from './input.ts';
import { fields, listOfFields, text } from './input.ts';
import type { Answer, Client } from './testing/client.ts';
import { clientOf, codeOf, itemsOf, matchPath, suggestionPath } from './testing/client.ts';

let sandbox: Sandbox;
let admin: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 200, seed: 5 });
  admin = clientOf(sandbox);
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await admin.post('/control/reset');
  await admin.post('/control/settings', { shuffle: false });
});

async function pending(): Promise<Fields[]> {
  return itemsOf(await admin.get('/suggestions?status=pending'));
}

async function first(): Promise<Fields> {
  const [item] = await pending();
  return fields(item);
}

const SKU = {
  name: 'Red',
  eans: ['4006381333931'],
  refId: 'R',
  height: 1,
  width: 2,
  length: 3,
  weight: 4,
  images: { 'a.jpg': 'https://x.example/a.jpg' },
  unitMultiplier: 1,
  measurementUnit: 'un',
  specifications: { Color: 'Red' },
};
const PRODUCT = { name: 'Lamp', description: 'A lamp', categoryId: 3, brandId: 1, specifications: {} };
const ITEM = { matcherId: 'people', matchType: 'itemMatch', score: '90', skuRef: '7' };
const NEW = { matcherId: 'people', matchType: 'newproduct', score: '90', product: PRODUCT, sku: SKU };
const UNDER = { matcherId: 'people', matchType: 'productMatch', score: '90', productRef: '10000001', sku: SKU };

async function log(): Promise<string[]> {
  return listOfFields(fields((await admin.get('/control/state')).body).log).map((entry) => text(entry, 'kind'));
}

function result(answer: Answer): Fields {
  expect(answer.status).toBe(200);
  return fields(listOfFields(answer.body)[0]);
}

describe('paging', () => {
  it('gives 20 at most, whatever is asked, and 50 when set', async () => {
    const answer = await admin.get('/suggestions?_from=0&_to=49');
    expect(itemsOf(answer)).toHaveLength(20);
    expect(fields(answer.body).paging).toEqual({ from: 0, to: 19, perPage: 20, total: 200 });
    await admin.post('/control/settings', { suggestionPageLimit: 50 });
    expect(itemsOf(await admin.get('/suggestions?_from=0&_to=49'))).toHaveLength(50);
    expect(itemsOf(await admin.get('/suggestions?_from=190&_to=239'))).toHaveLength(10);
    expect((await admin.get('/suggestions?_from=-1')).status).toBe(400);
  });

  it('shifts the order between pages: plain paging misses, overlapping by 8 does not', async () => {
    await admin.post('/control/settings', { shuffle: true });
    const sweep = async (step: number): Promise<string[]> => {
      const keys: string[] = [];
      for (let from = 0; from < 200; from += step)
        keys.push(...itemsOf(await admin.get(`/suggestions?_from=${from}&_to=${from + 19}`)).map(suggestionPath));
      return keys;
    };
    const plain = await sweep(20);
    expect(new Set(plain).size).toBeLessThan(200);
    expect(new Set(plain).size).toBeLessThan(plain.length);
    for (let n = 0; n < 5; n++) expect(new Set(await sweep(12)).size).toBe(200);
  });

  it('filters by status, seller, type, mapping and words, with or without an account', async () => {
    const one = await first();
    const seller = text(one, 'SellerId');
    const answer = await admin.get(`/acme/suggestions?seller=${seller}&status=pending&type=new`);
    expect(itemsOf(answer).every((item) => item.SellerId === seller)).toBe(true);
    const found = itemsOf(
      await admin.get(`/suggestions?q=${encodeURIComponent(text(one, 'NameComplete').toUpperCase())}`),
    );
    expect(found.map(suggestionPath)).toContain(suggestionPath(one));
    const mapped = itemsOf(await admin.get('/suggestions?hasmapping=true'));
    expect(mapped.every((item) => item.HasMapping === true)).toBe(true);
    expect(itemsOf(await admin.get('/suggestions?hasmapping=false')).every((item) => item.HasMapping === false)).toBe(
      true,
    );
    expect(itemsOf(await admin.get('/suggestions?type=update'))).toEqual([]);
    expect(itemsOf(await admin.get('/suggestions?matcherid=other'))).toEqual([]);
    expect((await admin.get('/suggestions?status=odd')).status).toBe(400);
  });
});

describe('one match', () => {
  it('binds to a SKU, once, and simulates', async () => {
    const one = await first();
    const done = result(await admin.put(matchPath(one), ITEM));
    expect(done).toEqual({
      matchId: 'm1',
      matcherId: 'people',
      sellerId: one.SellerId,
      itemId: one.ItemId,
      isSuccess: true,
      skuId: 7,
    });
    expect(await log()).toEqual(['match', 'binding.insert', 'storefront.update']);
    const shop = listOfFields((await admin.get('/storefront/offers/7')).body).find((o) => o.sellerSkuId === one.ItemId);
    expect(shop).toMatchObject({ price: fields(one.Pricing).SalePrice, stock: one.AvailableQuantity });
    expect(fields((await admin.get(suggestionPath(one))).body).Status).toBe('accepted');
    expect((await pending()).map(suggestionPath)).not.toContain(suggestionPath(one));
  });

  it('makes a SKU under a product, and a product with a SKU', async () => {
    const [a, b] = await pending();
    const under = result(await admin.put(matchPath(fields(a)), UNDER));
    const fresh = result(await admin.put(matchPath(fields(b)), NEW));
    const record = async (id: unknown): Promise<Fields> =>
      fields((await admin.get(`/api/catalog_system/pvt/sku/stockkeepingunitbyid/${String(id)}`)).body);
    expect(await record(under.skuId)).toMatchObject({
      ProductId: 10_000_001,
      SkuName: 'Red',
      AlternateIds: { Ean: '4006381333931', RefId: 'R' },
    });
    expect(await record(fresh.skuId)).toMatchObject({
      ProductName: 'Lamp',
      NameComplete: 'Lamp Red',
      BrandId: '1',
      IsActive: true,
    });
    expect(await log()).toEqual([
      'sku.create',
      'match',
      'binding.insert',
      'storefront.update',
      'product.create',
      'sku.create',
      'match',
      'binding.insert',
      'storefront.update',
    ]);
  });

  it('denies, ignores what the seller sends then, and puts back by a pending match', async () => {
    const one = await first();
    result(await admin.put(matchPath(one), { matcherId: 'people', matchType: 'deny', score: '0' }));
    const sent = fields((await admin.put(suggestionPath(one), fields(one.content))).body);
    expect(sent).toMatchObject({ ignored: true, status: 'denied', versionId: one.LatestVersionId });
    expect(itemsOf(await admin.get('/suggestions?status=denied')).map(suggestionPath)).toEqual([suggestionPath(one)]);
    expect(codeOf(await admin.put(matchPath(one), ITEM))).toBe(18);
    result(await admin.put(matchPath(one), { matcherId: 'people', matchType: 'pending', score: '50' }));
    expect((await pending()).map(suggestionPath)).toContain(suggestionPath(one));
  });

  it('keeps a suggestion pending on a verdict', async () => {
    const one = await first();
    result(await admin.put(matchPath(one), { matcherId: 'machine', matchType: 'insufficientScore', score: '40.5' }));
    expect(fields((await admin.get(suggestionPath(one))).body)).toMatchObject({
      Status: 'pending',
      Matches: [{ MatcherId: 'machine', Score: '40.5' }],
    });
    expect(itemsOf(await admin.get('/suggestions?matcherid=machine'))).toHaveLength(1);
  });

  const without = (from: Fields, name: string): Fields =>
    Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));
  const badSku = (change: Fields): Fields => ({ ...NEW, sku: { ...SKU, ...change } });
  it.each<[number, number, Fields]>([
    [0, 400, { ...ITEM, matchType: 'marry' }],
    [1, 400, { ...NEW, product: without(PRODUCT, 'categoryId') }],
    [2, 400, { ...NEW, product: without(PRODUCT, 'brandId') }],
    [3, 400, { ...NEW, product: { ...PRODUCT, name: ' ' } }],
    [4, 400, badSku({ name: '' })],
    [5, 400, badSku({ height: 0 })],
    [6, 400, badSku({ weight: -1 })],
    [7, 400, badSku({ length: undefined })],
    [8, 400, badSku({ width: null })],
    [9, 400, badSku({ images: {} })],
    [10, 400, badSku({ eans: [], refId: null })],
    [11, 400, badSku({ images: { a: 'ftp://x.example/a.jpg' } })],
    [12, 400, badSku({ specifications: { Color: 'x'.repeat(751) } })],
    [12, 400, { ...NEW, product: { ...PRODUCT, specifications: { ['x'.repeat(101)]: 'a' } } }],
    [13, 400, without(ITEM, 'matcherId')],
    [14, 400, { ...ITEM, skuRef: '99999' }],
    [14, 400, without(ITEM, 'skuRef')],
    [15, 400, { ...ITEM, score: '101' }],
    [15, 400, { ...ITEM, score: 'high' }],
    [19, 400, { ...NEW, product: { ...PRODUCT, brandId: 9999 } }],
    [20, 400, { ...NEW, product: { ...PRODUCT, categoryId: 9999 } }],
    [21, 400, { ...UNDER, productRef: '5' }],
  ])('answers code %i with HTTP %i and changes nothing', async (code, status, body) => {
    const one = await first();
    const answer = await admin.put(matchPath(one), body);
    expect([codeOf(answer), answer.status]).toEqual([code, status]);
    expect(text(fields(answer.body), 'message')).not.toBe('');
    expect(await log()).toEqual([]);
    expect(fields((await admin.get(suggestionPath(one))).body).Status).toBe('pending');
  });

  it('answers 16, 17, 18, 22 and 23', async () => {
    const [a, b] = (await pending()).map((item) => item);
    const one = fields(a);
    expect(codeOf(await admin.put('/suggestions/seller-1/nope/versions/1/matches/m', ITEM))).toBe(16);
    await admin.put(suggestionPath(one), {
      ...fields(one.content),
      Images: [{ imageName: 'a', imageUrl: 'https://x.example/a.png' }],
    });
    const old = await admin.put(matchPath(one), ITEM);
    expect([codeOf(old), old.status]).toEqual([17, 409]);
    const next = fields((await admin.get(suggestionPath(one))).body);
    result(await admin.put(matchPath(next), ITEM));
    expect(codeOf(await admin.put(matchPath(next), ITEM))).toBe(18);
    const seller = text(one, 'SellerId');
    const sibling = itemsOf(await admin.get(`/suggestions?seller=${seller}&status=pending`))[0];
    expect(codeOf(await admin.put(matchPath(fields(sibling)), ITEM))).toBe(22);
    const two = fields(b);
    const insertion = {
      SellerId: two.SellerId,
      SellerStockKeepingUnitId: two.ItemId,
      StockKeepingUnitId: 11,
      IsActive: true,
    };
    expect((await admin.post('/api/sku-binding/pvt/skuseller/insertion', insertion)).status).toBe(200);
    for (const body of [{ ...ITEM, skuRef: '12' }, NEW, UNDER])
      expect(codeOf(await admin.put(matchPath(two), body))).toBe(23);
  });
});

describe('bulk matches', () => {
  const bulk = (items: readonly Fields[], more: Fields): Fields[] =>
    items.map((s, n) => ({
      itemId: s.ItemId,
      sellerId: s.SellerId,
      versionId: s.LatestVersionId,
      matchId: `b${n}`,
      matcherId: 'people',
      ...more,
    }));

  it('takes 25 at most', async () => {
    await admin.post('/control/settings', { suggestionPageLimit: 50 });
    const many = itemsOf(await admin.get('/suggestions?_from=0&_to=49'));
    expect((await admin.put('/suggestions/matches/action/deny', bulk(many.slice(0, 26), {}))).status).toBe(400);
    expect((await admin.put('/suggestions/matches/action/deny', [])).status).toBe(400);
    const done = listOfFields((await admin.put('/suggestions/matches/action/deny', bulk(many.slice(0, 25), {}))).body);
    expect(done.map((r) => r.matchId)).toEqual(many.slice(0, 25).map((_, n) => `b${n}`));
    expect(done.every((r) => r.isSuccess === true)).toBe(true);
    expect(codeOf(await admin.put('/suggestions/matches/action/marry', bulk(many.slice(0, 1), {})))).toBe(0);
  });

  it('judges each item alone', async () => {
    const [a, b, c] = (await pending()).map((item) => item);
    const items = [
      ...bulk([fields(a)], { skuRef: '20' }),
      ...bulk([fields(b)], { skuRef: 'none' }),
      ...bulk([fields(c)], { skuRef: '21', versionId: '1' }),
    ];
    const done = listOfFields((await admin.put('/suggestions/matches/action/skuassociation', items)).body);
    expect(done.map((r) => r.isSuccess)).toEqual([true, false, false]);
    expect(done.slice(1).map((r) => fields(r.error).code)).toEqual([14, 17]);
    const associated = await admin.put(
      '/suggestions/matches/action/productassociation',
      bulk([fields(b)], { productRef: '10000001' }),
    );
    // The offer's own fields decide: without a picture it cannot become a SKU.
    expect(result(associated).isSuccess).toBe(fields(b).ImageUrl !== null);
    const fresh = result(
      await admin.put('/suggestions/matches/action/newproduct', bulk([fields(c)], { categoryId: 3, brandId: 2 })),
    );
    expect(fresh.isSuccess).toBe(fields(c).ImageUrl !== null);
  });
});
