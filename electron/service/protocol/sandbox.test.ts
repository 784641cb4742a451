/** The client against the stand-in over real HTTP, faults included. */
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type Backend, connectionChecks, createBackend } from './backend.ts';
import { createEgress, type Egress } from './egress.ts';
import { ProtocolError, refusalCodeOf } from './failure.ts';
import { createLimiters, type Sleep } from './limits.ts';
import type { SuggestionRecord } from './types.ts';

let sandbox: Sandbox;
let backend: Backend;
let egress: Egress;
const sleeps: number[] = [];
let offset = 0;
const now = (): number => Date.now() + offset;
/** Pauses take no time: the clock jumps. */
const sleep: Sleep = async (milliseconds) => {
  sleeps.push(milliseconds);
  offset += milliseconds;
};

function connect(over: Partial<Parameters<typeof createBackend>[0]> = {}): Backend {
  return createBackend({
    baseUrl: sandbox.url,
    account: 'demo',
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
    egress,
    limits: { concurrency: 16, perSecond: 5000 },
    limiters: createLimiters(now, sleep),
    sleep,
    now,
    ...over,
  });
}

async function control(path: string, body: unknown): Promise<void> {
  const reply = await request(`${sandbox.url}/control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await reply.body.dump();
  expect(reply.statusCode).toBeLessThan(300);
}

async function firstPending(): Promise<SuggestionRecord> {
  const { items } = await backend.suggestions.page({ from: 0, to: 19 }, { status: 'pending' });
  const [first] = items;
  if (first === undefined) throw new Error('nothing waits');
  return first;
}

async function thrownBy(promise: Promise<unknown>): Promise<ProtocolError> {
  const thrown: unknown = await promise.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(thrown instanceof ProtocolError)) throw new Error(`expected a ProtocolError, not ${String(thrown)}`);
  return thrown;
}

beforeAll(async () => {
  sandbox = await startSandbox({ size: 300, seed: 7 });
  egress = createEgress({ allowedOrigins: [sandbox.url], svgFromAllowedOrigins: true });
  backend = connect();
});
afterAll(async () => {
  await backend.close();
  await egress.close();
  await sandbox.close();
});
beforeEach(async () => {
  await control('reset', {});
  sleeps.length = 0;
});

describe('the backend', () => {
  it('passes its connection test, and says what to do when it does not', async () => {
    for (const name of connectionChecks) expect(await backend.check(name)).toMatchObject({ name, ok: true });
    const wrong = connect({ appToken: 'not-the-token' });
    expect((await wrong.check('address')).ok).toBe(true);
    expect(await wrong.check('credentials')).toMatchObject({ ok: false, message: expect.stringContaining('wrong') });
    const elsewhere = connect({ baseUrl: `${sandbox.url}/storefront`, suggestionsUrl: sandbox.url });
    expect((await elsewhere.check('catalogue')).ok).toBe(false);
    const nobody = connect({ baseUrl: 'http://127.0.0.1:1', retries: 0 });
    expect((await nobody.check('address')).message).toContain('Nothing answers at http://127.0.0.1:1');
    for (const each of [wrong, elsewhere, nobody]) await each.close();
  });

  it('gives sellers, brands, categories and SKUs, in bulk and one by one alike', async () => {
    expect((await backend.sellers.all()).length).toBe(sandbox.sellers.length);
    const [seller] = sandbox.sellers;
    expect((await backend.sellers.get(seller?.id ?? ''))?.name).toBe(seller?.name);
    expect(await backend.sellers.get('nobody')).toBeNull();
    expect((await backend.catalog.brands()).length).toBeGreaterThan(0);
    const categories = await backend.catalog.categories();
    expect(categories.some((each) => each.parentId !== null)).toBe(true);
    const bulk = await backend.catalog.skuPage(1, 40);
    expect(bulk).toMatchObject({ source: 'bulk', isLast: false });
    await control('settings', { skuBulk: false });
    const single = await connect().catalog.skuPage(1, 40);
    expect(single.source).toBe('single');
    expect(single.items).toEqual(bulk.items);
    expect((await backend.catalog.skuPage(500, 40)).items).toEqual([]);
  });

  it('pauses a seller and inactivates a SKU', async () => {
    const id = sandbox.sellers[0]?.id ?? '';
    await backend.sellers.change(id, { isActive: false });
    expect((await backend.sellers.get(id))?.isActive).toBe(false);
    const [sku] = (await backend.catalog.skuPage(1, 1)).items;
    await backend.catalog.setSkuActive(sku?.skuId ?? 0, false);
    expect((await backend.catalog.sku(sku?.skuId ?? 0))?.isActive).toBe(false);
  });

  it('decides: bind, then "not pending"; deny, then unblock; many at once', async () => {
    const offer = await firstPending();
    const sku = (await backend.catalog.skuPage(1, 100)).items.at(-1);
    const target = { ...offer, matchId: 'decision-1' };
    const decision = { type: 'itemMatch', skuRef: String(sku?.skuId) } as const;
    expect(await backend.suggestions.match(target, decision)).toMatchObject({ isSuccess: true, skuId: sku?.skuId });
    expect((await backend.suggestions.get(offer.sellerId, offer.sellerSkuId))?.status).toBe('accepted');
    expect((await backend.bindings.get(offer.sellerId, offer.sellerSkuId))?.skuId).toBe(sku?.skuId);
    expect(refusalCodeOf(await thrownBy(backend.suggestions.match(target, decision)))).toBe(18);
    const other = await firstPending();
    const blocked = { ...other, matchId: 'decision-2' };
    await backend.suggestions.deny(blocked);
    expect((await backend.suggestions.get(other.sellerId, other.sellerSkuId))?.status).toBe('denied');
    await backend.suggestions.unblock(blocked);
    expect((await backend.suggestions.get(other.sellerId, other.sellerSkuId))?.status).toBe('pending');
    const { items } = await backend.suggestions.page({ from: 0, to: 3 }, { status: 'pending' });
    const many = items.map((each) => ({ ...each, matchId: `many-${each.sellerSkuId}` }));
    const stale = many.map((each, n) => (n === 1 ? { ...each, versionId: '01012020000000000' } : each));
    const outcomes = await backend.suggestions.matchMany('deny', stale);
    expect(outcomes.map((each) => each.isSuccess)).toEqual([true, false, true, true]);
    expect(outcomes[1]?.code).toBe(17);
  });

  it('rebinds, inactivates and removes a binding; knows 22, 23 and what is gone', async () => {
    const [first, second] = await backend.bindings.search({ isActive: true, size: 2 });
    if (first === undefined || second === undefined) throw new Error('the sandbox has no bindings');
    const taken = await thrownBy(backend.bindings.insert({ ...first, isActive: true }));
    expect(taken.failure).toMatchObject({ kind: 'refused', status: 409, code: 23 });
    await backend.bindings.inactivate(first.sellerId, first.sellerSkuId);
    expect((await backend.bindings.get(first.sellerId, first.sellerSkuId))?.isActive).toBe(false);
    await backend.bindings.activate(first.sellerId, first.sellerSkuId);
    expect(await backend.bindings.remove(first.sellerId, first.sellerSkuId)).toBe(true);
    expect(await backend.bindings.remove(first.sellerId, first.sellerSkuId)).toBe(false);
    expect(await backend.bindings.get(first.sellerId, first.sellerSkuId)).toBeNull();
    const found = await backend.bindings.search({ sellerId: first.sellerId, sellerSkuId: first.sellerSkuId });
    expect(found[0]?.isRemoved).toBe(true);
    const sku = (await backend.catalog.skuPage(1, 100)).items.at(-1);
    await backend.bindings.rebind(second.sellerId, second.sellerSkuId, sku?.skuId ?? 0);
    expect((await backend.bindings.get(second.sellerId, second.sellerSkuId))?.skuId).toBe(sku?.skuId);
  });

  it('simulates at the seller, forwards a notification and relays an offer', async () => {
    const [binding] = await backend.bindings.search({ isActive: true, size: 1 });
    if (binding === undefined) throw new Error('the sandbox has no bindings');
    const { sellerId, sellerSkuId } = binding;
    await control(`seller/${sellerId}/sku/${sellerSkuId}`, { price: 4321, stock: 7 });
    const endpoint = (await backend.sellers.get(sellerId))?.fulfillmentEndpoint ?? '';
    const ask = { endpoint, sellerId, sellerSkuIds: [sellerSkuId, 'unknown'], salesChannel: 1 };
    expect(await backend.simulation.simulate(ask)).toMatchObject([
      { sellerSkuId, available: true, priceMinor: 4321, stock: 7 },
      { sellerSkuId: 'unknown', available: false, stock: 0 },
    ]);
    await control(`seller/${sellerId}/sku/${sellerSkuId}`, { stock: 0 });
    expect(await backend.simulation.simulate(ask)).toMatchObject([{ available: false, stock: 0 }, {}]);
    await backend.notificator.inventory(sellerId, sellerSkuId);
    await backend.notificator.price(sellerId, sellerSkuId);
    expect(await backend.notificator.skuChange(sellerId, sellerSkuId)).toBe(true);
    expect(await backend.notificator.skuChange(sellerId, 'unknown')).toBe(false);
    const listed = await backend.matchedOffers.list({ start: 0, rows: 50, filter: `skuId:${binding.skuId}` });
    const [matched] = listed;
    const read = await backend.matchedOffers.ofSku(matched?.productId ?? 0, binding.skuId);
    for (const records of [listed, read]) {
      const own = records.flatMap((each) => each.offers).find((each) => each.sellerSkuId === sellerSkuId);
      expect(own?.channels.find((each) => each.salesChannel === 1)).toMatchObject({ priceMinor: 4321, stock: 0 });
    }
    const offer = await firstPending();
    const relayed = await backend.notificator.relaySuggestion(offer.sellerId, offer.sellerSkuId, offer.raw.content);
    expect(relayed).toMatchObject({ status: 'pending', ignored: false });
    expect(relayed.versionId).not.toBe(offer.versionId);
    const denied = backend.simulation.simulate({ ...ask, endpoint: 'http://127.0.0.1:1/seller' });
    await expect(denied).rejects.toMatchObject({ code: 'address-refused' });
  });
});

describe('the backend, misbehaving', () => {
  it('reads through 429 and 5xx', async () => {
    await control('faults', [
      { match: { path: 'brand' }, rate429: 1, retryAfter: 3, times: 2 },
      { match: { path: 'tree' }, rate5xx: 1, times: 3 },
    ]);
    expect((await backend.catalog.brands()).length).toBeGreaterThan(0);
    expect(Math.max(...sleeps)).toBeGreaterThanOrEqual(3000);
    expect((await backend.catalog.categories()).length).toBeGreaterThan(0);
  });

  it.each([
    ['a lost answer', { lostAnswerRate: 1 }],
    ['a late 503', { late5xxRate: 1 }],
  ])('leaves it open whether a decision with %s was applied, and it was', async (_what, fault) => {
    const offer = await firstPending();
    await control('faults', { match: { path: '/matches/', method: 'PUT' }, ...fault, times: 1 });
    const error = await thrownBy(backend.suggestions.deny({ ...offer, matchId: 'once' }));
    expect(error.failure.kind).toBe('ambiguous');
    expect(error.mayHaveBeenApplied).toBe(true);
    expect((await backend.suggestions.get(offer.sellerId, offer.sellerSkuId))?.status).toBe('denied');
  });

  it('knows that a decision refused with 429 was not applied', async () => {
    const offer = await firstPending();
    await control('faults', { match: { path: '/matches/' }, rate429: 1, retryAfter: 1, times: 1 });
    const error = await thrownBy(backend.suggestions.deny({ ...offer, matchId: 'once' }));
    expect(error.failure).toMatchObject({ kind: 'not-sent', retryAfterMs: 1000 });
    expect((await backend.suggestions.get(offer.sellerId, offer.sellerSkuId))?.status).toBe('pending');
  });

  it('reports a broken reply with its path, and a dead line as such', async () => {
    await control('faults', { match: { path: 'brand' }, malformed: 1, times: 1 });
    expect((await thrownBy(backend.catalog.brands())).failure).toMatchObject({ kind: 'unexpected-reply', path: '$' });
    await control('faults', { match: { path: 'brand' }, offline: true });
    expect((await thrownBy(backend.catalog.brands())).code).toBe('offline');
  });

  it('counts a seller that takes longer than 2.5 s as timed out, and can be cancelled before', async () => {
    const [binding] = await backend.bindings.search({ isActive: true, size: 1 });
    const sellerId = binding?.sellerId ?? '';
    const endpoint = (await backend.sellers.get(sellerId))?.fulfillmentEndpoint ?? '';
    await control('faults', { match: { path: 'simulation' }, latencyMs: 4000 });
    const ask = { endpoint, sellerId, sellerSkuIds: [binding?.sellerSkuId ?? ''] };
    const startedAt = Date.now();
    const cancelled = thrownBy(backend.simulation.simulate(ask, { signal: AbortSignal.timeout(50) }));
    const slow = thrownBy(backend.simulation.simulate(ask));
    expect((await cancelled).code).toBe('cancelled');
    expect((await slow).code).toBe('timed-out');
    expect(Date.now() - startedAt).toBeLessThan(3500);
  });

  it('sets a seller’s default percentages and leaves its categories’ own', async () => {
    const url = `${sandbox.url}/api/seller-register/pvt/sellers/seller-1`;
    const headers = {
      'content-type': 'application/json',
      'X-VTEX-API-AppKey': sandbox.appKey,
      'X-VTEX-API-AppToken': sandbox.appToken,
    };
    const own = [{ categoryId: '1', productCommissionPercentage: 4.5, freightCommissionPercentage: 0 }];
    const value = {
      productCommissionPercentage: 9,
      freightCommissionPercentage: 1,
      categoriesCommissionConfiguration: own,
    };
    const body = JSON.stringify([{ operation: 'replace', path: '/sellerCommissionConfiguration', value }]);
    expect((await fetch(url, { method: 'PATCH', headers, body })).ok).toBe(true);
    await backend.commissions.setDefault('seller-1', 985, 0);
    expect(await (await fetch(url, { headers })).json()).toMatchObject({
      sellerCommissionConfiguration: {
        productCommissionPercentage: 9.85,
        freightCommissionPercentage: 0,
        categoriesCommissionConfiguration: own,
      },
    });
  });

  it('gives each SKU of a page once, also when the backend repeats it', async () => {
    await control('faults', { match: { path: 'stockkeepingunits' }, duplicateRate: 1, reorder: true });
    const { items } = await backend.catalog.skuPage(1, 50);
    expect(new Set(items.map((each) => each.skuId)).size).toBe(items.length);
  });
});
