import fc from 'fast-check';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { createEndpoints, type Endpoints, type EndpointsOptions, type IncomingNotification } from './index.ts';

const keys = { 'x-vtex-api-appkey': 'key', 'x-vtex-api-apptoken': 'token' };
const sku = '/api/catalog_system/pvt/skuseller/changenotification';

const offer = {
  ProductName: 'Lamp',
  ProductId: 'P1',
  ProductDescription: 'A lamp',
  BrandName: 'Orico',
  SkuName: 'Lamp red',
  SellerId: 's',
  Height: 1,
  Width: 2,
  Length: 3,
  Weight: 400,
  RefId: 'R1',
  SellerStockKeepingUnitId: 5,
  CategoryFullPath: 'Home/Lamps',
  SkuSpecifications: [{ fieldName: 'Color', fieldValues: ['Red'] }],
  ProductSpecifications: [],
  Images: [{ imageName: 'Main', imageUrl: 'https://images.example/1.png' }],
  AvailableQuantity: 3,
  Pricing: { Currency: 'BRL', SalePrice: 1999, CurrencySymbol: 'R$' },
};

let running: Endpoints | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function start(
  over: Partial<EndpointsOptions> = {},
): Promise<{ url: string; batches: IncomingNotification[][] }> {
  const batches: IncomingNotification[][] = [];
  running = await createEndpoints({
    port: 0,
    host: '127.0.0.1',
    verify: (appKey, appToken, sellerId) =>
      appKey === 'key' && appToken === 'token'
        ? { credentialId: 'c', sellerId: sellerId ?? 's', signingKey: null }
        : null,
    accept: async (batch) => {
      batches.push([...batch]);
    },
    isBound: async (_sellerId, sellerSkuId) => sellerSkuId !== 'unbound',
    now: () => Date.UTC(2026, 10, 25),
    ...over,
  });
  return { url: running.url, batches };
}

async function call(
  url: string,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
  headers: Record<string, string> = keys,
): Promise<{ status: number; text: string; headers: Record<string, string | string[] | undefined> }> {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const reply = await request(`${url}${path}`, {
    method,
    headers: { ...headers, ...(text === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(text === undefined ? {} : { body: text }),
  });
  return { status: reply.statusCode, text: await reply.body.text(), headers: reply.headers };
}

describe('the sellers’ listener', () => {
  it('takes a SKU change on both paths, bound or not', async () => {
    const { url, batches } = await start();
    expect((await call(url, 'POST', `${sku}/s/1`)).status).toBe(200);
    expect((await call(url, 'POST', '/api/sku-binding/pvt/skuseller/changenotification/s/2')).status).toBe(200);
    expect((await call(url, 'POST', `${sku}/s/unbound`)).status).toBe(404);
    expect(batches.flat()).toMatchObject([
      { kind: 'sku', sellerId: 's', sellerSkuId: '1', body: null, receivedAt: '2026-11-25T00:00:00.000Z' },
      { kind: 'sku', sellerSkuId: '2' },
      { kind: 'sku', sellerSkuId: 'unbound' },
    ]);
  });

  it('takes price and inventory with 202, and an empty body that claims to be JSON', async () => {
    const { url, batches } = await start();
    expect((await call(url, 'POST', '/api/notificator/s/changenotification/1/price')).status).toBe(202);
    expect((await call(url, 'POST', '/api/notificator/s/changenotification/1/inventory', '')).status).toBe(202);
    expect(batches.flat().map((each) => each.kind)).toEqual(['price', 'inventory']);
  });

  it('takes an offer on both paths, its body as it came', async () => {
    const { url, batches } = await start();
    const sent = { ...offer, somethingNew: { a: 1 } };
    const first = await call(url, 'PUT', '/suggestions/s/5', sent, { ...keys, 'x-vtex-operation-id': 'op-1' });
    expect(JSON.parse(first.text)).toEqual({ sellerId: 's', itemId: '5', status: 'pending' });
    expect((await call(url, 'PUT', '/acme/suggestions/s/6', sent)).status).toBe(200);
    expect(batches.flat()).toMatchObject([
      { kind: 'suggestion', sellerSkuId: '5', body: sent, headersId: 'op-1' },
      { kind: 'suggestion', sellerSkuId: '6' },
    ]);
  });

  it.each<[string, Record<string, unknown>, number | string, string]>([
    ['a missing name', { ProductName: ' ' }, 3, 'ProductName'],
    ['a missing SKU name', { SkuName: undefined }, 4, 'SkuName'],
    ['no height', { Height: 0 }, 5, 'Height'],
    ['no weight', { Weight: '5' }, 6, 'Weight'],
    ['no length', { Length: -1 }, 7, 'Length'],
    ['no width', { Width: null }, 8, 'Width'],
    ['no image', { Images: [] }, 9, 'Images'],
    ['neither EAN nor RefId', { RefId: undefined }, 10, 'EAN'],
    ['an image address that is none', { Images: [{ imageUrl: 'ftp://x' }] }, 11, 'Images.0.imageUrl'],
    [
      'a long specification',
      { SkuSpecifications: [{ fieldName: 'a', fieldValues: ['x'.repeat(751)] }] },
      12,
      'SkuSpecifications.0.fieldValues.0',
    ],
    ['an EAN that is a number', { EAN: 789 }, 'InvalidField', 'EAN'],
    ['a long name', { ProductName: 'x'.repeat(151) }, 'InvalidField', 'ProductName'],
    ['another seller', { SellerId: 'other' }, 'InvalidField', 'SellerId'],
    ['no brand', { BrandName: '' }, 'InvalidField', 'BrandName'],
    ['a price in decimals', { Pricing: { Currency: 'BRL', SalePrice: 19.99 } }, 'InvalidField', 'Pricing.SalePrice'],
    ['no stock', { AvailableQuantity: undefined }, 'InvalidField', 'AvailableQuantity'],
  ])('refuses an offer with %s and names the field', async (_what, change, code, field) => {
    const { url, batches } = await start();
    const reply = await call(url, 'PUT', '/suggestions/s/5', { ...offer, ...change });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text)).toMatchObject({ code, field });
    expect(batches).toEqual([]);
  });

  it('refuses what is not JSON, too large, or not there', async () => {
    const { url } = await start();
    expect((await call(url, 'PUT', '/suggestions/s/5', '{"a":')).status).toBe(400);
    expect((await call(url, 'PUT', '/suggestions/s/5', '[1]')).status).toBe(400);
    expect((await call(url, 'PUT', '/suggestions/s/5', `"${'x'.repeat(1_100_000)}"`)).status).toBe(413);
    expect((await call(url, 'POST', '/nothing')).status).toBe(404);
    expect((await call(url, 'POST', `${sku}/s/..%2e`)).status).toBe(200);
    expect((await call(url, 'POST', `${sku}/s/%00`)).status).toBe(400);
  });

  it('reads an affiliate notification in any capitalisation, keys from the address when there are no headers', async () => {
    const { url, batches } = await start();
    const first = { IdSku: '15', ProductId: 123, An: 's', IsActive: true, PriceModified: true };
    const second = { idSKU: 16, an: 's', stockModified: true };
    expect((await call(url, 'POST', '/api/notification/', first)).status).toBe(200);
    expect((await call(url, 'POST', '/api/notification?appKey=key&appToken=token', second, {})).status).toBe(200);
    expect((await call(url, 'POST', '/api/notification', { an: 's' })).text).toContain('IdSku');
    expect(batches.flat()).toMatchObject([
      { kind: 'affiliate', sellerId: 's', sellerSkuId: '15', body: first },
      { kind: 'affiliate', sellerId: 's', sellerSkuId: '16', body: second },
    ]);
  });

  it('tells 401 from 403 and hands nothing on', async () => {
    const { url, batches } = await start({
      verify: (_key, _token, sellerId) => (sellerId === 's' ? { credentialId: 'c', sellerId, signingKey: null } : null),
    });
    expect((await call(url, 'POST', `${sku}/s/1`, undefined, {})).status).toBe(401);
    expect((await call(url, 'POST', `${sku}/other/1`)).status).toBe(403);
    expect((await call(url, 'PUT', '/suggestions/other/1', offer)).status).toBe(403);
    expect((await call(url, 'POST', '/api/notification', { an: 'other', idSku: 1 })).status).toBe(403);
    expect(batches).toEqual([]);
    expect(running?.stats().refused).toBe(4);
  });

  it('resolves a one-segment notification when it can, and says the right path when it cannot', async () => {
    const first = await start();
    expect((await call(first.url, 'POST', `${sku}/7`)).status).toBe(400);
    await running?.close();
    const { url, batches } = await start({
      ofMarketplaceSku: async (_sellerId, skuId) => (skuId === 7 ? 'own' : null),
    });
    expect((await call(url, 'POST', `${sku}/7`)).status).toBe(200);
    expect((await call(url, 'POST', `${sku}/8`)).status).toBe(404);
    expect((await call(url, 'POST', `${sku}/7`, undefined, { ...keys, 'x-vtex-api-appkey': 'no' })).status).toBe(403);
    expect(batches.flat()).toMatchObject([{ kind: 'sku', sellerId: 's', sellerSkuId: 'own' }]);
  });

  it('never answers 2xx before the commit resolved', async () => {
    const order: string[] = [];
    const { url } = await start({
      accept: async () => {
        await new Promise((done) => setTimeout(done, 30));
        order.push('committed');
      },
    });
    const answers = ['1', '2', '3'].map(async (id) => {
      const reply = await call(url, 'POST', `/api/notificator/s/changenotification/${id}/price`);
      order.push(`answered ${reply.status}`);
    });
    await Promise.all(answers);
    expect(order[0]).toBe('committed');
    expect(order.filter((each) => each === 'answered 202')).toHaveLength(3);
  });

  it('answers 503 with Retry-After when the commit fails or hangs', async () => {
    const failing = await start({ accept: () => Promise.reject(new Error('disk full')) });
    const reply = await call(failing.url, 'POST', '/api/notificator/s/changenotification/1/price');
    expect(reply.status).toBe(503);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(reply.text).not.toContain('disk full');
    expect(running?.stats()).toMatchObject({ received: 0, refused: 1 });
    await running?.close();
    // and closing afterwards does not wait for ever
    const hanging = await start({ acceptTimeoutMs: 20, accept: () => new Promise<void>(() => undefined) });
    expect((await call(hanging.url, 'PUT', '/suggestions/s/5', offer)).status).toBe(503);
  });

  it('commits what arrives together as one batch, in order, and loses none', async () => {
    const { url, batches } = await start();
    const ids = Array.from({ length: 200 }, (_, n) => String(n));
    const replies = await Promise.all(
      ids.map((id) => call(url, 'POST', `/api/notificator/s/changenotification/${id}/price`)),
    );
    expect(replies.every((each) => each.status === 202)).toBe(true);
    expect(new Set(batches.flat().map((each) => each.sellerSkuId))).toEqual(new Set(ids));
    expect(batches.flat()).toHaveLength(200);
    expect(batches.length).toBeLessThan(100);
    expect(running?.stats()).toMatchObject({ received: 200, perSecond: 20 });
  });

  it('tells sellers to come again before what waits for the disk fills the memory, however few they are', async () => {
    const disk = Promise.withResolvers<void>();
    const { url } = await start({ accept: () => disk.promise, mostPendingBytes: 1_000_000 });
    const large = { ...offer, ProductDescription: 'x'.repeat(200_000) };
    const first = call(url, 'PUT', '/suggestions/s/5', large);
    while (running?.stats().pending === 0) await call(url, 'GET', '/ready');
    expect(running?.stats().pendingBytes).toBeGreaterThan(800_000);
    const refused = await call(url, 'PUT', '/suggestions/s/5', large);
    expect([refused.status, Number(refused.headers['retry-after']) > 0]).toEqual([429, true]);
    const small = call(url, 'POST', '/api/notificator/s/changenotification/1/price');
    disk.resolve();
    expect([(await first).status, (await small).status]).toEqual([200, 202]);
    expect(running?.stats()).toMatchObject({ pending: 0, pendingBytes: 0 });
  });

  it('has no route that is not counted', async () => {
    await expect(start({ routes: [(server) => server.get('/open', async () => 'x')] })).rejects.toThrow('/open');
  });

  it('limits each seller by itself', async () => {
    const { url } = await start({ perSeller: { perSecond: 0.05, burst: 3 } });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n++) statuses.push((await call(url, 'POST', `${sku}/s/1`)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const limited = await call(url, 'POST', `${sku}/s/1`);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect((await call(url, 'POST', `${sku}/t/1`)).status).toBe(200);
  });

  it('is ready, sends protective headers and no CORS', async () => {
    const { url } = await start();
    const reply = await call(url, 'GET', '/ready', undefined, { origin: 'https://elsewhere.example' });
    expect(reply.status).toBe(200);
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
    expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('hands on any id exactly as it was before it was encoded', async () => {
    const { url, batches } = await start();
    const id = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => text.trim() !== '' && text !== '.' && text !== '..' && text.isWellFormed())
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are refused
      .filter((text) => !/[\u0000-\u001f\u007f]/.test(text));
    await fc.assert(
      fc.asyncProperty(id, id, async (sellerId, sellerSkuId) => {
        batches.length = 0;
        const path = `/api/notificator/${encodeURIComponent(sellerId)}/changenotification/${encodeURIComponent(sellerSkuId)}/price`;
        expect((await call(url, 'POST', path)).status).toBe(202);
        expect(batches.flat()).toMatchObject([{ sellerId, sellerSkuId }]);
      }),
      {
        numRuns: 200,
        examples: [
          ['a/b', '%2F'],
          ['%25', '%'],
          ['ü/?#&', '日本 語'],
          ['suggestions', 'price'],
        ],
      },
    );
  });
});
