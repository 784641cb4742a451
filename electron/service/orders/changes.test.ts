import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequestOf } from '../../../shared/contract/index.ts';
import type { OrderDetail } from '../../../shared/contract/orders.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { openShop, type Shop } from '../testing/order-shop.ts';

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
  await shop.control(`seller/${shop.sellerId}/sku/BULB`, { price: 300, stock: 40 });
});
afterAll(async () => {
  await harness.close();
  await sandbox.close();
});
const rules = (over: object) => shop.control(`sellers/${shop.sellerId}/orders`, over);
beforeEach(() => rules({ changes: 'agree', callbacks: 'at-once' }));

type Change = RequestOf<'orders.previewChange'>['change'];
const nothing: Change = { replace: [], add: [], remove: [], discountMinor: 0, incrementMinor: 0 };
const bulb = { sellerSkuId: 'BULB', name: 'A bulb', quantity: 2, priceMinor: 300 };

async function handled(id: string): Promise<OrderDetail> {
  await shop.call('POST', '/storefront/orders', shop.order(id, { paymentStatus: 'approved' }));
  return await shop.reached(id, 'waiting-seller-handling');
}
const ask = (order: OrderDetail, change: Partial<Change>) =>
  harness.client.call('orders.requestChange', {
    orderId: order.id,
    change: { ...nothing, ...change },
    reason: 'the buyer asked',
  });
const changed = (id: string, state: OrderDetail['changes'][number]['state']) =>
  harness.until(async () => {
    const order = await shop.detail(id);
    return order.changes[0]?.state === state ? order : null;
  }, `the change of ${id} to be ${state}`);
const stockOf = (sku: string) => sandbox.state.systems.get(shop.sellerId, sku)?.stock ?? 0;
const sellerOrder = (id: string) => sandbox.state.orders.all().find((each) => each.marketplaceOrderId === `${id}-01`);

describe('a change that the marketplace asks for', () => {
  it('is previewed, acknowledged, applied and confirmed, and both sides hold the same order then', async () => {
    const order = await handled('H1');
    const change: Change = {
      ...nothing,
      replace: [{ from: { sellerSkuId: shop.sku.id, quantity: 1 }, to: bulb }],
      discountMinor: 100,
    };
    const preview = await harness.client.call('orders.previewChange', { orderId: order.id, change });
    expect(preview).toMatchObject({
      before: { minor: 2_600 },
      after: { minor: 2_100 },
      difference: { minor: -500 },
      problem: null,
      stock: [
        { sellerSkuId: shop.sku.id, delta: -1, available: null },
        { sellerSkuId: 'BULB', delta: 2, available: 40, priceNow: { minor: 300 } },
      ],
    });
    const [lamps, bulbs] = [stockOf(shop.sku.id), stockOf('BULB')];
    await ask(order, change);
    const after = await changed('H1', 'applied');
    expect(after).toMatchObject({
      total: { minor: 2_100 },
      adjustment: { minor: -100 },
      state: 'waiting-seller-handling',
      items: [
        { sellerSkuId: shop.sku.id, quantity: 1 },
        { sellerSkuId: 'BULB', quantity: 2, price: { minor: 300 } },
      ],
      attention: [],
    });
    expect(after.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['change-requested', 'change-acknowledged', 'change-applied']),
    );
    expect([stockOf(shop.sku.id) - lamps, stockOf('BULB') - bulbs]).toEqual([1, -2]);
    expect(sellerOrder('H1')).toMatchObject({ total: 2_100 });
    await shop.control('orders/H1-01/invoice', { number: 'H1N' });
    await shop.reached('H1', 'invoiced');
  });
  it('does not count before the seller confirms, and can be taken back until then', async () => {
    await rules({ changes: 'held' });
    const order = await handled('H2');
    await ask(order, { incrementMinor: 50 });
    await harness.until(async () => sellerOrder('H2')?.changes.size === 1, 'the seller to be asked');
    await shop.control('orders/H2-01/agree', { agreementType: 'Acknowledgment' });
    const acknowledged = await changed('H2', 'acknowledged');
    expect(acknowledged.total.minor).toBe(2_600);
    expect(acknowledged.actions).not.toContain('change');
    await expect(ask(order, { incrementMinor: 70 })).rejects.toMatchObject({ code: 'already-exists' });
    await harness.client.call('orders.cancelChange', {
      orderId: order.id,
      changeId: acknowledged.changes[0]?.id ?? '',
    });
    await changed('H2', 'canceled');
    // the seller is told that it must not apply it
    expect(await shop.control('orders/H2-01/agree', { agreementType: 'Confirmation' })).toMatchObject({
      status: 400,
      answer: { field: 'agreementType' },
    });
    expect((await shop.detail('H2')).total.minor).toBe(2_600);
  });
  it('is confirmed once, however often and in whatever order the messages come', async () => {
    await rules({ changes: 'held' });
    const order = await handled('H3');
    await ask(order, { discountMinor: 600 });
    await harness.until(async () => sellerOrder('H3')?.changes.size === 1, 'the seller to be asked');
    for (const agreementType of ['Confirmation', 'Acknowledgment', 'Confirmation'])
      expect(await shop.control('orders/H3-01/agree', { agreementType })).toMatchObject({
        status: 200,
        answer: { agreementType },
      });
    const after = await changed('H3', 'applied');
    expect(after.total.minor).toBe(2_000);
    expect(after.events.filter(({ type }) => type === 'change-applied')).toHaveLength(1);
  });
  it('is refused by the seller, with its reason, and asked for anew', async () => {
    await rules({ changes: 'refuse' });
    const order = await handled('H4');
    await ask(order, { discountMinor: 100 });
    const refused = await changed('H4', 'refused');
    expect(refused.changes[0]?.problem).toContain('packed');
    expect(refused).toMatchObject({ total: { minor: 2_600 }, state: 'waiting-seller-handling' });
    await rules({ changes: 'agree' });
    await ask(order, { discountMinor: 100 });
    expect((await changed('H4', 'applied')).total.minor).toBe(2_500);
  });
  it('is not taken for refused when only the acknowledgement was: a person is told, and another try ends it', async () => {
    await rules({ changes: 'refuse-agreement' });
    const order = await handled('H8');
    await ask(order, { discountMinor: 100 });
    const stopped = await harness.until(async () => {
      const found = await shop.detail('H8');
      return found.attention.includes('integration-failed') ? found : null;
    }, 'a person to be told');
    expect(stopped.changes[0]).toMatchObject({ state: 'requested' });
    expect(stopped.problem).toContain('acknowledgment');
    expect(sellerOrder('H8')?.changes.size).toBe(1);
    await rules({ changes: 'agree' });
    await harness.client.call('orders.retry', { orderId: order.id });
    expect((await changed('H8', 'applied')).total.minor).toBe(2_500);
    expect(sellerOrder('H8')?.changes.size).toBe(1);
  });
  it('survives a lost answer without being asked twice', async () => {
    const order = await handled('H5');
    await shop.control('faults', {
      match: { path: `/orders/[^/]+/changes\\?`, method: 'PATCH' },
      lostAnswerRate: 1,
      times: 1,
    });
    await ask(order, { discountMinor: 100 });
    await harness.until(async () => {
      now += 1_000;
      return (await shop.detail('H5')).changes[0]?.state === 'applied';
    }, 'the change to be applied after all');
    expect(sellerOrder('H5')?.changes.size).toBe(1);
  });
  it('is overtaken by an invoice of the whole order', async () => {
    await rules({ changes: 'held' });
    const order = await handled('H6');
    await ask(order, { discountMinor: 100 });
    await shop.control('orders/H6-01/invoice', { number: 'H6N' });
    await shop.reached('H6', 'invoiced');
    const after = await changed('H6', 'refused');
    expect(after.changes[0]?.problem).toBe('overtaken');
    expect(after.events.every(({ fits }) => fits)).toBe(true);
  });
  it('is only asked for inside the window, and only for what the order can bear', async () => {
    const order = await handled('H7');
    await expect(ask(order, {})).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(ask(order, { remove: [{ sellerSkuId: shop.sku.id, quantity: 2 }] })).rejects.toMatchObject({
      code: 'invalid-request',
      field: 'change',
    });
    now += 31 * 86_400_000;
    await expect(ask(order, { discountMinor: 100 })).rejects.toMatchObject({ code: 'already-decided' });
  });
});

describe('a change that a seller reports', () => {
  const report = (id: string, body: object) => shop.sellerCall('POST', `/pvt/orders/${id}/changes`, body);
  it('is taken at once when it only lowers the price, once', async () => {
    await handled('P1');
    const discount = { requestId: 'r1', reason: 'scratched', discountValue: 150, incrementValue: 0 };
    expect(await report('P1-01', discount)).toMatchObject({ status: 200, answer: { orderId: 'P1-01' } });
    expect((await report('P1-01', discount)).status).toBe(200);
    expect(await shop.detail('P1')).toMatchObject({ total: { minor: 2_450 }, changes: [{ state: 'applied' }] });
  });
  it('waits for a person when it changes the goods, and names the group as the notification does', async () => {
    const order = await handled('P2');
    const swap = {
      reason: 'out of the red one',
      discountValue: 0,
      incrementValue: 0,
      itemsRemoved: [{ sellerItemId: shop.sku.id, quantity: 1, price: 1_000 }],
      itemsAdded: [{ sellerItemId: 'BULB', quantity: 3, price: 1_000, unitMultiplier: 1, measurementUnit: 'un' }],
    };
    expect((await report('P2', swap)).status).toBe(200);
    const waiting = await shop.detail('P2');
    expect(waiting.attention).toContain('change-waiting');
    expect(waiting.total.minor).toBe(2_600);
    // 1000 of 3 units is 333 each, and the cent that is left is not lost
    expect(waiting.changes[0]).toMatchObject({ state: 'proposed', totalAfter: { minor: 2_600 } });
    const changeId = waiting.changes[0]?.id ?? '';
    await harness.client.call('orders.decideChange', { orderId: order.id, changeId, accept: true, reason: null });
    const after = await shop.detail('P2');
    expect(after).toMatchObject({ total: { minor: 2_600 }, adjustment: { minor: 1 }, attention: [] });
    expect(after.items.map(({ quantity }) => quantity)).toEqual([1, 3]);
  });
  it('is answered with what is wrong with it', async () => {
    await handled('P3');
    const wrong = async (body: object) => (await report('P3-01', body)).answer;
    expect(await wrong({ discountValue: 1.5 })).toMatchObject({ field: 'discountValue' });
    expect(await wrong({ itemsRemoved: [{ quantity: 1 }] })).toMatchObject({ field: 'itemsRemoved.0.sellerItemId' });
    expect(await wrong({ itemsRemoved: [{ id: 'nothing', quantity: 1 }] })).toMatchObject({ field: 'itemsRemoved' });
    expect(await shop.sellerCall('POST', '/pvt/orders/P3-01/changes/x/send-agreement', {})).toMatchObject({
      status: 400,
      answer: { field: 'agreementType' },
    });
    expect(
      await shop.sellerCall('POST', '/pvt/orders/P3-01/changes/x/send-agreement', { agreementType: 'Confirmation' }),
    ).toMatchObject({ status: 400, answer: { field: 'changeRequestId' } });
  });
});

describe('when a seller cancels', () => {
  const other = () => {
    const own = sandbox.state.world.bindingAt(0);
    for (let n = 1; n < sandbox.state.world.bindingCount; n++) {
      const binding = sandbox.state.world.bindingAt(n);
      if (binding.skuId === own.skuId && binding.sellerId !== own.sellerId) return binding;
    }
    throw new Error('the world has no second seller of this SKU');
  };
  it('the others are simulated and ranked, and the order moves to one inside the window', async () => {
    const { sellerId, sellerSkuId } = other();
    await shop.control(`seller/${sellerId}/sku/${sellerSkuId}`, { price: 1_100, stock: 5 });
    await handled('S1');
    await shop.control('orders/S1-01/cancel', { reason: 'broken' });
    const canceled = await shop.reached('S1', 'window-to-change-seller');
    expect(canceled.actions).toContain('change-seller');
    const found = await harness.client.call('orders.alternatives', { orderId: canceled.id });
    expect(found).toMatchObject({
      paid: { minor: 2_600 },
      winner: sellerId,
      quotes: [
        { sellerId, available: true, goods: { minor: 2_200 }, freight: { minor: 600 }, total: { minor: 2_800 } },
      ],
    });
    const moved = await harness.client.call('orders.changeSeller', {
      orderId: canceled.id,
      sellerId: sellerId as never,
    });
    const after = await harness.until(async () => {
      const order = await harness.client.call('orders.detail', { orderId: moved.orderId });
      return order.state === 'waiting-seller-handling' ? order : null;
    }, 'the other seller to handle it');
    expect(after).toMatchObject({
      marketplaceOrderId: 'S1-02',
      sellerId,
      total: { minor: 2_800 },
      replaces: { marketplaceOrderId: 'S1-01' },
    });
    expect(await harness.client.call('orders.detail', { orderId: canceled.id })).toMatchObject({
      state: 'replaced',
      replacedBy: { marketplaceOrderId: 'S1-02' },
      attention: [],
    });
    // it moves once
    await expect(
      harness.client.call('orders.changeSeller', { orderId: canceled.id, sellerId: sellerId as never }),
    ).rejects.toMatchObject({ code: 'already-decided' });
    expect(sandbox.state.orders.reservations.get('S1-02')).toBe(1);
  });
  it('a seller that has too little, or does not answer in time, cannot take it', async () => {
    const { sellerId, sellerSkuId } = other();
    await shop.control(`seller/${sellerId}/sku/${sellerSkuId}`, { price: 1_100, stock: 1 });
    await handled('S2');
    await shop.control('orders/S2-01/cancel', { reason: 'broken' });
    const canceled = await shop.reached('S2', 'window-to-change-seller');
    const found = await harness.client.call('orders.alternatives', { orderId: canceled.id });
    expect(found).toMatchObject({ winner: null, quotes: [{ available: false, exclusion: 'unavailable' }] });
    await expect(
      harness.client.call('orders.changeSeller', { orderId: canceled.id, sellerId: sellerId as never }),
    ).rejects.toMatchObject({ code: 'not-allowed', field: 'sellerId' });
    await shop.control('faults', { match: { path: `/sellers/${sellerId}/pvt/orderForms` }, latencyMs: 4_000 });
    const slow = await harness.client.call('orders.alternatives', { orderId: canceled.id });
    await shop.control('faults', []);
    expect(slow.quotes).toMatchObject([{ state: 'timed-out', available: false }]);
    now += 3 * 86_400_000;
    await shop.reached('S2', 'canceled');
    await expect(
      harness.client.call('orders.changeSeller', { orderId: canceled.id, sellerId: sellerId as never }),
    ).rejects.toThrow();
  });
});
