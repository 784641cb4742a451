/** Orders of the backend's own storefront: by its feed, its hook and a sweep, over real HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { openShop, type Shop } from '../testing/order-shop.ts';

let sandbox: Sandbox;
let harness: ServiceHarness;
let shop: Shop;
let now = Date.UTC(2026, 10, 25, 12);
const start = async () => {
  const one = await startHarness({
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
    ambient: { now: () => now, random: () => 0.5, uuid: () => crypto.randomUUID() },
  });
  return one;
};
beforeAll(async () => {
  sandbox = await startSandbox({ size: 40, seed: 4, clock: () => now });
  harness = await start();
  shop = await openShop(sandbox, harness);
});
afterAll(async () => {
  await harness.close();
  await sandbox.close();
});

/** An order as the backend has it: of one seller, and with a line that the marketplace sells itself. */
function sold(orderId: string, over: object = {}) {
  const handed = shop.order(orderId);
  const { address } = handed.shippingData as { address: object };
  return {
    orderId,
    value: 9_600,
    salesChannel: '1',
    storePreferencesData: { currencyCode: 'BRL' },
    items: [
      { id: '900', sellerSku: '900', seller: '1', quantity: 1, price: 7_000, name: 'Our own' },
      {
        id: '12',
        sellerSku: shop.sku.id,
        seller: shop.sellerId,
        quantity: 2,
        price: 1_000,
        sellingPrice: 1_000,
        name: 'A lamp',
      },
    ],
    clientProfileData: handed.clientProfileData,
    shippingData: {
      address,
      logisticsInfo: [
        { itemIndex: 0, selectedSla: 'Standard', price: 100, sellingPrice: 100, shippingEstimate: '1bd' },
        { itemIndex: 1, selectedSla: 'Standard', price: 600, sellingPrice: 600, shippingEstimate: '3bd' },
      ],
    },
    ...over,
  };
}
const create = (orderId: string, over: object = {}) => shop.control('backend-orders', sold(orderId, over));
const becomes = (orderId: string, status: string) => shop.control(`backend-orders/${orderId}`, { status });
const put = (body: object) =>
  fetch(`${sandbox.url}/control/backend-orders`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
/** Waits while the clock goes on, so that feed and sweep have their time. */
const later = <Value>(look: () => Promise<Value | null | false>, what: string, step = 6_000) =>
  harness.until(async () => {
    now += step;
    return await look();
  }, what);
const isHere = async (id: string) => {
  const { status } = await shop.call('GET', `/storefront/orders/${id}`);
  return status === 200;
};
const reached = (id: string, state: string, step?: number) =>
  later(
    async () => ((await isHere(id)) && (await shop.detail(id)).state === state ? await shop.detail(id) : null),
    `${id} to be ${state}`,
    step,
  );
const intake = () => harness.client.call('orders.intake', {});

it('nothing is taken before somebody turns it on', async () => {
  await shop.control('backend-orders', { ...sold('early'), createdAt: now - 3_600_000 });
  now += 20 * 60_000;
  expect(await intake()).toMatchObject({ isConnected: true, isOn: false, hook: 'off', taken: 0, sweptUntil: null });
  const response = await fetch(`${sandbox.url}/api/orders/feed`, {
    headers: { 'X-VTEX-API-AppKey': sandbox.appKey, 'X-VTEX-API-AppToken': sandbox.appToken },
  });
  expect(response.status).toBe(404);
});

describe('once it is on', () => {
  it('a sweep finds what was sold before, and the seller gets its own lines of it', async () => {
    expect(await harness.client.call('orders.setIntake', { isOn: true, hook: false })).toMatchObject({ isOn: true });
    const early = await reached('early', 'payment-pending');
    expect(early).toMatchObject({ total: { minor: 2_600, currency: 'BRL' }, sellerId: shop.sellerId });
    expect(early.items.map(({ sellerSkuId, freight }) => [sellerSkuId, freight.minor])).toEqual([[shop.sku.id, 600]]);
  });
  const century = 100 * 365 * 86_400_000;
  it('the feed brings orders, their payment and their cancellation, each once', async () => {
    // the list never has them
    await put({ indexLag: century });
    await create('F1');
    await reached('F1', 'payment-pending');
    await becomes('F1', 'payment-approved');
    await reached('F1', 'waiting-seller-handling');
    expect(sandbox.state.orders.reservations.get('F1-01')).toBe(1);
    await becomes('F1', 'request-cancel');
    const gone = await reached('F1', 'canceled');
    expect(gone.cancellations).toHaveLength(1);
    // it says so itself in the end, and that is no news
    await becomes('F1', 'canceled');
    await later(async () => ((await shop.control('backend-orders')).waiting as number) === 0, 'the feed to be read');
    expect((await shop.detail('F1')).cancellations).toHaveLength(1);
  });
  it('what the feed lost is found by the sweep, after the index has it', async () => {
    await put({ losing: ['feed', 'hook'], indexLag: 4 * 60_000 });
    await create('L1', { status: 'payment-approved' });
    expect(await reached('L1', 'waiting-seller-handling', 61_000)).toMatchObject({ total: { currency: 'BRL' } });
    // and what became of it later, because it is open still
    await becomes('L1', 'request-cancel');
    await reached('L1', 'canceled', 61_000);
    await put({ losing: [], indexLag: century });
  });
  it('an order that was cancelled here and goes on there is raised; one that was invoiced is looked for no more', async () => {
    await put({ losing: [], indexLag: 4 * 60_000 });
    await becomes('L1', 'canceled');
    await create('W1', { status: 'payment-approved' });
    await reached('W1', 'waiting-seller-handling');
    await shop.control('orders/W1-01/invoice', { number: 'W1' });
    await reached('W1', 'invoiced');
    await create('W2', { status: 'payment-approved' });
    const canceled = await reached('W2', 'waiting-seller-handling');
    await harness.client.call('orders.cancel', { orderId: canceled.id, reason: 'fraud' });
    await reached('W2', 'canceled');
    const problemOf = async (id: string) => (await intake()).problems.find(({ orderId }) => orderId === id) ?? null;
    expect(await problemOf('W2')).toBeNull();
    const raised = await later(() => problemOf('W2'), 'the difference to be raised', 16 * 60_000);
    expect(raised.problem).toContain('holds this order as payment-approved');
    expect(await problemOf('W1')).toBeNull();
    // it is put right there, and that closes the matter
    await becomes('W2', 'canceled');
    await later(async () => (await problemOf('W2')) === null, 'the difference to be gone');
    await put({ losing: [], indexLag: century });
  });
  it('an order that cannot be taken is shown with what is wrong, and taken when that is mended', async () => {
    await create('P1', { items: [{ id: '1', sellerSku: 'x', seller: 'nobody', quantity: 1, price: 100, name: 'x' }] });
    const shown = await later(async () => {
      const { problems } = await intake();
      return problems.find(({ orderId }) => orderId === 'P1') ?? null;
    }, 'the problem to be shown');
    expect(shown).toMatchObject({ source: 'feed', problem: expect.stringContaining('no seller nobody') });
    await create('P2', { status: 'handling' });
    await later(
      async () => (await intake()).problems.some(({ orderId }) => orderId === 'P2'),
      'the one that was missed',
    );
    await becomes('P2', 'invoiced');
    const order = sandbox.state.backendOrders.get('P1');
    if (order === undefined) throw new Error('P1 is gone');
    Object.assign(order, { body: sold('P1') });
    await harness.client.call('orders.takeAgain', { orderId: 'P1' });
    await reached('P1', 'payment-pending');
    expect((await intake()).problems.map(({ orderId }) => orderId)).toEqual(['P2']);
    await expect(harness.client.call('orders.takeAgain', { orderId: 'P1' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
  it('the hook tells at once, with a secret, and somebody else’s is left alone', async () => {
    expect(await harness.client.call('orders.setIntake', { isOn: true, hook: true })).toMatchObject({ hook: 'set' });
    await put({ losing: ['feed'] });
    await create('H1');
    await reached('H1', 'payment-pending');
    const url = `${harness.service.endpointsUrl}/backend/orders`;
    const told = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-bindery-hook': 'guessed' },
      body: JSON.stringify({ OrderId: 'H1', State: 'canceled' }),
    });
    expect(told.status).toBe(403);
    await harness.client.call('orders.setIntake', { isOn: true, hook: false });
    expect((await shop.control('backend-orders')).hook).toBe(null);
    sandbox.state.backendOrders.hook = { url: 'https://erp.example/orders', headers: {}, filter: {} };
    expect(await harness.client.call('orders.setIntake', { isOn: true, hook: true })).toMatchObject({ hook: 'other' });
    expect(sandbox.state.backendOrders.hook.url).toBe('https://erp.example/orders');
    await put({ losing: [] });
  });
  it('more orders than the list gives are asked for in parts', async () => {
    await put({ indexLag: 4 * 60_000, losing: ['feed', 'hook'] });
    const from = now;
    // three thousand and some more, that are no concern of ours
    for (let n = 0; n < 3_050; n++) await sandbox.state.backendOrders.create(`M${n}`, 'canceled', {}, from + n);
    await create('Z1', { createdAt: from + 3_060, status: 'payment-pending' });
    await reached('Z1', 'payment-pending', 61_000);
    await put({ losing: [] });
  });
  it('is off again when it is turned off', async () => {
    expect(await harness.client.call('orders.setIntake', { isOn: false, hook: false })).toMatchObject({ isOn: false });
    await create('N1');
    now += 20 * 60_000;
    await shop.call('POST', '/storefront/orders', shop.order('by-hand'));
    await shop.reached('by-hand', 'payment-pending');
    expect(await isHere('N1')).toBe(false);
  });
});
