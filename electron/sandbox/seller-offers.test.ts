import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from './index.ts';
import { startSandbox } from './index.ts';
import type { Fields } from './input.ts';
import { fields, listOfFields, text } from './input.ts';
import type { Client } from './testing/client.ts';
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

const ITEM = { matcherId: 'people', matchType: 'itemMatch', score: '90', skuRef: '7' };
describe('what a seller sends', () => {
  const OFFER = {
    ProductName: 'Lamp',
    ProductId: '1',
    ProductDescription: 'd',
    BrandName: 'Acme',
    SkuName: 'Red',
    SellerId: 'seller-1',
    Height: 1,
    Width: 1,
    Length: 1,
    Weight: 1,
    RefId: 'R',
    EAN: '4006381333931',
    CategoryFullPath: 'Home/Light',
    Images: [{ imageName: 'a', imageUrl: 'https://x.example/a.png' }],
    AvailableQuantity: 3,
    Pricing: { Currency: 'USD', SalePrice: 399, CurrencySymbol: '$' },
  };

  it('becomes a suggestion, then a new version', async () => {
    const sent = fields((await admin.put('/suggestions/seller-1/new-1', OFFER)).body);
    expect(sent).toMatchObject({ sellerId: 'seller-1', itemId: 'new-1', status: 'pending' });
    const again = fields((await admin.put('/suggestions/seller-1/new-1', { ...OFFER, SkuName: 'Blue' })).body);
    expect(again.versionId).not.toBe(sent.versionId);
    const versions = listOfFields((await admin.get('/suggestions/seller-1/new-1/versions')).body);
    expect(versions.map((v) => [v.VersionId, v.SkuName])).toEqual([
      [sent.versionId, 'Red'],
      [again.versionId, 'Blue'],
    ]);
    expect(versions[1]).toMatchObject({ Type: 'update', LatestVersionId: again.versionId });
    expect(
      fields((await admin.get(`/suggestions/seller-1/new-1/versions/${text(sent, 'versionId')}`)).body).SkuName,
    ).toBe('Red');
    expect(codeOf(await admin.get('/suggestions/seller-1/new-1/versions/1'))).toBe(16);
    const last = itemsOf(await admin.get('/suggestions?_from=190&_to=209'));
    expect(last.at(-1)).toMatchObject({ ItemId: 'new-1' });
  });

  it.each<[string | number, string, Fields]>([
    [3, 'ProductName', { ProductName: '' }],
    ['InvalidField', 'ProductName', { ProductName: 'x'.repeat(151) }],
    ['InvalidField', 'BrandName', { BrandName: '' }],
    ['InvalidField', 'CategoryFullPath', { CategoryFullPath: undefined }],
    ['InvalidField', 'EAN', { EAN: 4006381333931 }],
    ['InvalidField', 'SellerId', { SellerId: 'seller-2' }],
    ['InvalidField', 'Pricing', { Pricing: { SalePrice: 3.99 } }],
    ['InvalidField', 'AvailableQuantity', { AvailableQuantity: -1 }],
    ['InvalidField', 'SkuSpecifications', { SkuSpecifications: [{ fieldName: 1 }] }],
    [4, 'sku.name', { SkuName: '' }],
    [10, 'sku.eans', { EAN: null, RefId: null }],
    [11, 'sku.images', { Images: [{ imageName: 'a', imageUrl: 'javascript:alert(1)' }] }],
  ])('is refused with %s for %s', async (code, field, change) => {
    const answer = await admin.put('/suggestions/seller-1/bad-1', { ...OFFER, ...change });
    expect(answer.status).toBe(400);
    expect(fields(answer.body)).toMatchObject({ code, field });
    expect((await admin.get('/suggestions/seller-1/bad-1')).status).toBe(404);
  });

  it('is deleted and can be sent again', async () => {
    const one = await first();
    expect((await admin.call('DELETE', suggestionPath(one))).status).toBe(204);
    expect((await admin.call('DELETE', suggestionPath(one))).status).toBe(404);
    expect(codeOf(await admin.get(suggestionPath(one)))).toBe(16);
    await admin.put(suggestionPath(one), { ...OFFER, SellerId: one.SellerId });
    expect(fields((await admin.get(suggestionPath(one))).body).Status).toBe('pending');
  });

  it('expires after 30 days without a decision', async () => {
    await admin.put('/suggestions/seller-1/new-1', OFFER);
    await admin.post('/control/clock', { advanceDays: 29 });
    expect(fields((await admin.get('/suggestions/seller-1/new-1')).body).Status).toBe('pending');
    await admin.post('/control/clock', { advanceDays: 1.01 });
    const gone = fields((await admin.get('/suggestions/seller-1/new-1')).body);
    expect(gone.Status).toBe('expired');
    expect(itemsOf(await admin.get('/suggestions'))).toEqual([]);
    expect(codeOf(await admin.put(matchPath(gone), ITEM))).toBe(18);
    await admin.put('/suggestions/seller-1/new-1', OFFER);
    expect(itemsOf(await admin.get('/suggestions'))).toHaveLength(1);
  });

  it('is accepted at once under automatic approval, when brand and category are known', async () => {
    await admin.put('/suggestions/configuration/autoapproval/toggle/seller/seller-1', { Enabled: true });
    expect((await admin.get('/suggestions/configuration/autoapproval/toggle?sellerId=seller-1')).body).toEqual({
      Enabled: true,
    });
    const brand = listOfFields((await admin.get('/api/catalog_system/pvt/brand/list')).body)[0];
    expect(fields((await admin.put('/suggestions/seller-1/auto-1', OFFER)).body).status).toBe('pending');
    const known = { ...OFFER, BrandName: fields(brand).name, CategoryFullPath: 'Electronics/Audio/Headphones' };
    expect(fields((await admin.put('/suggestions/seller-1/auto-2', known)).body).status).toBe('accepted');
  });
});

describe('configuration', () => {
  it('is stored and read back', async () => {
    expect((await admin.get('/suggestions/configuration/account/config')).status).toBe(404);
    const matchers = [
      { MatcherId: 'm', 'hook-base-address': 'http://m.example', IsActive: true, UpdatesNotificationEndpoint: null },
    ];
    const wanted = {
      Score: { Approve: 99, Reject: 20 },
      Matchers: matchers,
      SpecificationsMapping: [],
      MatchFlux: 'manual',
    };
    expect((await admin.put('/suggestions/configuration', wanted)).body).toMatchObject(wanted);
    expect((await admin.get('/suggestions/configuration')).body).toMatchObject(wanted);
    expect((await admin.get('/suggestions/configuration/account/config')).body).toMatchObject({
      score: { approve: 99, pending: 21, reject: 20 },
      matchFlux: 'manual',
    });
    expect((await admin.get('/suggestions/configuration/seller/seller-1')).status).toBe(404);
    await admin.put('/suggestions/configuration/seller/seller-1', {
      sellerId: 'seller-1',
      mapping: {},
      matchFlux: 'manual',
    });
    await admin.put('/suggestions/configuration/seller-1/specifications', { Farbe: 'Color' });
    expect((await admin.get('/suggestions/configuration/seller/seller-1')).body).toMatchObject({
      mapping: { Farbe: 'Color' },
      matchFlux: 'manual',
    });
  });
});
