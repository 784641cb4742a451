import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { ProtocolError } from '../protocol/failure.ts';
import type { SimulatedItem } from '../protocol/simulation.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { openShop, type Shop } from '../testing/order-shop.ts';
import { createCartSimulator } from './cart-simulator.ts';

const said = (sellerSkuId: string): SimulatedItem => ({
  sellerSkuId,
  available: true,
  priceMinor: 100,
  listPriceMinor: 100,
  stock: 5,
  currency: null,
  priceValidUntil: null,
  merchantName: null,
  deliveries: [],
  raw: null,
});

describe('carts at many sellers', () => {
  function make(answer: (sellerId: string) => Promise<readonly SimulatedItem[]>) {
    let now = 1_000;
    const asked: string[] = [];
    const carts = createCartSimulator({
      ambient: { now: () => now },
      api: {
        simulate: (at) => {
          asked.push(at.sellerId);
          return answer(at.sellerId);
        },
      },
      addressOf: (sellerId, salesChannel) =>
        Promise.resolve({ sellerId, face: 'external', baseUrl: 'http://x', affiliateId: 'MKP', salesChannel }),
    });
    const ask = (sellerIds: readonly string[], maxAge = 0) =>
      carts.simulate(
        sellerIds.map((sellerId) => ({
          sellerId,
          salesChannel: '1',
          cart: { items: [{ id: 'A', quantity: 1 }], postalCode: '1', country: 'BRA' },
        })),
        maxAge,
      );
    return { ask, asked, carts, pass: (milliseconds: number) => (now += milliseconds) };
  }
  const timeOut = () =>
    new ProtocolError({ kind: 'ambiguous', reason: 'timeout', status: null }, 'no answer in time', {
      name: 'POST /simulation',
      changes: false,
    });

  it('come back in order, and one that fails holds up nobody', async () => {
    const { ask } = make((sellerId) => (sellerId === 'b' ? Promise.reject(timeOut()) : Promise.resolve([said('A')])));
    const quotes = await ask(['a', 'b', 'c']);
    expect(quotes.map(({ sellerId, state }) => [sellerId, state])).toEqual([
      ['a', 'answered'],
      ['b', 'timed-out'],
      ['c', 'answered'],
    ]);
  });
  it('are remembered with their age, asked again when that is too old, and the same question at once is asked once', async () => {
    const { ask, asked, pass } = make(() => Promise.resolve([said('A')]));
    const [first] = await ask(['a']);
    pass(5_000);
    expect((await ask(['a'], 10_000))[0]?.answeredAt).toBe(first?.answeredAt);
    expect(asked).toHaveLength(1);
    await Promise.all([ask(['a'], 5_000), ask(['a'], 5_000)]);
    expect(asked).toHaveLength(2);
  });
  it('leave a seller alone that fails again and again, say what it last said, and try it again later', async () => {
    let fails = false;
    const { ask, asked, pass, carts } = make(() => (fails ? Promise.reject(timeOut()) : Promise.resolve([said('A')])));
    await ask(['a']);
    fails = true;
    for (let n = 0; n < 5; n++) await ask(['a']);
    const before = asked.length;
    const [alone] = await ask(['a']);
    expect(alone).toMatchObject({ state: 'left-alone', items: [{ sellerSkuId: 'A' }] });
    expect(asked).toHaveLength(before);
    expect(carts.leftAlone().has('a')).toBe(true);
    fails = false;
    pass(6_000);
    expect((await ask(['a']))[0]?.state).toBe('answered');
  });
});

describe('the buy box of real sellers', () => {
  let sandbox: Sandbox;
  let harness: ServiceHarness;
  let shop: Shop;
  let sellers: readonly { sellerId: string; sellerSkuId: string; skuId: number }[];
  beforeAll(async () => {
    sandbox = await startSandbox({ size: 40, seed: 4 });
    harness = await startHarness({ backendUrl: sandbox.url, appKey: sandbox.appKey, appToken: sandbox.appToken });
    shop = await openShop(sandbox, harness);
    const { world } = sandbox.state;
    const all = Array.from({ length: world.bindingCount }, (_, n) => world.bindingAt(n));
    const active = all.filter(({ isActive }) => isActive);
    const sold = active.find(({ skuId }) => active.filter((other) => other.skuId === skuId).length === 2);
    sellers = active.filter(({ skuId }) => skuId === sold?.skuId);
    expect(sellers).toHaveLength(2);
    await harness.until(
      async () => (await harness.client.call('bindings.counts', {})).active >= active.length,
      'the bindings',
    );
  });
  afterAll(async () => {
    await harness.close();
    await sandbox.close();
  });
  const set = (index: number, price: number, stock: number) =>
    shop.control(`seller/${sellers[index]?.sellerId}/sku/${sellers[index]?.sellerSkuId}`, { price, stock });
  const cart = (over: object = {}) => ({
    items: [{ skuId: sellers[0]?.skuId ?? 0, quantity: 2 }],
    postalCode: '80250000',
    country: 'BRA',
    ...over,
  });

  it('goes to the cheapest, with the reason, until a rule says otherwise', async () => {
    await set(0, 1_000, 10);
    await set(1, 900, 10);
    const [line] = (await harness.client.call('exposure.simulate', cart() as never)).lines;
    expect(line).toMatchObject({ winner: sellers[1]?.sellerId, because: 'total', ruleOf: null });
    expect(line?.quotes).toMatchObject([
      { goods: { minor: 1_800 }, freight: { minor: 600 }, total: { minor: 2_400 }, estimate: '3bd', exclusion: null },
      { goods: { minor: 2_000 }, total: { minor: 2_600 } },
    ]);
    expect(line?.quotes[0]?.items[0]).toMatchObject({
      merchant: sellers[1]?.sellerId,
      deliveries: [{ windows: [{}, {}] }],
    });
    const rule = {
      categoryId: '',
      weights: { price: 0, total: 100, delivery: 0, score: 0, stock: 0 },
      excludedSellers: [sellers[1]?.sellerId ?? ''],
      minimumStock: 1,
      minimumScore: 0,
      longestDeliveryHours: null,
    };
    await harness.client.call('exposure.setRule', rule);
    const [after] = (await harness.client.call('exposure.simulate', cart() as never)).lines;
    expect(after).toMatchObject({ winner: sellers[0]?.sellerId, ruleOf: '' });
    expect(after?.quotes[1]).toMatchObject({ exclusion: 'excluded' });
    const what = await harness.client.call('exposure.whatIf', { rules: [{ ...rule, excludedSellers: [] }] });
    expect(what.skus).toBeGreaterThan(0);
    await harness.client.call('exposure.removeRule', { categoryId: '' });
    expect((await harness.client.call('exposure.rules', {})).rules).toEqual([]);
  });
  it('is not for a seller that the register has inactive', async () => {
    const id = String(sellers[1]?.sellerId);
    const setActive = (isActive: boolean) =>
      fetch(`${sandbox.url}/api/seller-register/pvt/sellers/${id}`, {
        method: 'PATCH',
        headers: {
          'content-type': 'application/json',
          'X-VTEX-API-AppKey': sandbox.appKey,
          'X-VTEX-API-AppToken': sandbox.appToken,
        },
        body: JSON.stringify([{ operation: 'replace', path: '/isActive', value: isActive }]),
      });
    const known = (isActive: boolean) =>
      harness.until(
        async () => {
          await harness.client.call('sync.now', {});
          const { sellers: all } = await harness.client.call('sellers.list', {});
          return all.some((seller) => seller.sellerId === id && seller.isActive === isActive);
        },
        `${id} to be ${isActive ? 'active' : 'inactive'}`,
      );
    expect((await setActive(false)).ok).toBe(true);
    await known(false);
    const [line] = (await harness.client.call('exposure.simulate', cart() as never)).lines;
    expect(line?.quotes.map(({ sellerId }) => sellerId)).toEqual([sellers[0]?.sellerId]);
    await setActive(true);
    await known(true);
  });
  it('asks the sellers that are named, and no others', async () => {
    const only = String(sellers[0]?.sellerId);
    const ask = async (sellerIds: string[]) =>
      (await harness.client.call('exposure.simulate', cart({ sellerIds }) as never)).lines[0];
    const asked = await ask([only]);
    expect(asked?.quotes.map(({ sellerId }) => sellerId)).toEqual([only]);
    expect(asked?.winner).toBe(only);
    expect((await ask([]))?.quotes).toHaveLength(2);
    expect(await ask(['nobody'])).toMatchObject({ quotes: [], winner: null });
  });
  it('is told to the storefront, which sells nothing without an address', async () => {
    const call = (body: object) => shop.call('POST', '/storefront/carts', body);
    expect(await call(cart())).toMatchObject({
      status: 200,
      answer: { sellable: true, lines: [{ winner: sellers[1]?.sellerId }] },
    });
    expect(await call(cart({ postalCode: null }))).toMatchObject({
      status: 200,
      answer: { sellable: false, lines: [{ winner: null, quotes: [{ available: false, stock: 0 }, {}] }] },
    });
    expect(await call(cart({ items: [{ skuId: 999_999, quantity: 1 }] }))).toMatchObject({
      status: 404,
      answer: { field: 'items.0.skuId' },
    });
    expect(await call(cart({ items: [{ skuId: 1, quantity: 0 }] }))).toMatchObject({
      status: 400,
      answer: { field: 'items.0.quantity' },
    });
  });
  it('takes quantity 0 and a SKU that is missing from the answer as unavailable', async () => {
    await set(0, 1_000, 0);
    await set(1, 900, 1);
    const [line] = (await harness.client.call('exposure.simulate', cart() as never)).lines;
    expect(line?.winner).toBe(null);
    expect(line?.quotes.map(({ available }) => available)).toEqual([false, false]);
  });
});
