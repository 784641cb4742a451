import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { openShop, type Shop } from '../testing/order-shop.ts';

let sandbox: Sandbox;
let harness: ServiceHarness;
let shop: Shop;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 40, seed: 4 });
  harness = await startHarness({ backendUrl: sandbox.url, appKey: sandbox.appKey, appToken: sandbox.appToken });
  shop = await openShop(sandbox, harness);
});
afterAll(async () => {
  await harness.close();
  await sandbox.close();
});

async function authorised(id: string) {
  await shop.call('POST', '/storefront/orders', shop.order(id, { paymentStatus: 'approved' }));
  return await shop.reached(id, 'waiting-seller-handling');
}
async function revealed(orderId: number, messageId: number) {
  const { body, answer, buyer } = await harness.client.call('orders.reveal', { orderId, messageId });
  expect(buyer).toBe(null);
  return { body: body ?? '', answer: answer ?? '' };
}

describe('messages of an order', () => {
  it('to the seller are kept as they went and as they came', async () => {
    const { id, messages } = await authorised('M1');
    const out = messages.filter(({ direction }) => direction === 'out').toReversed();
    expect(out.map(({ call }) => call.split('?')[0])).toEqual([
      `POST /sellers/${shop.sellerId}/pvt/orderForms/simulation`,
      `POST /sellers/${shop.sellerId}/pvt/orders`,
      expect.stringMatching(/^POST .*\/pvt\/orders\/[^/]+\/fulfill$/),
    ]);
    expect(out.every(({ status, isSealed }) => status === 200 && isSealed)).toBe(true);
    const placed = await revealed(id, out[1]?.id ?? 0);
    expect(JSON.parse(placed.body)).toMatchObject([
      { marketplaceOrderId: 'M1-01', clientProfileData: { lastName: 'Prado' } },
    ]);
    expect(JSON.parse(placed.answer)).toMatchObject([{ orderId: expect.any(String) }]);
  });
  it('to a seller whose answer is lost are kept, each try by itself', async () => {
    await shop.control('faults', { match: { path: '/pvt/orders(\\?|$)' }, lostAnswerRate: 1, times: 1 });
    const order = await authorised('M2');
    const failed = order.messages.filter(({ direction, status }) => direction === 'out' && status !== 200);
    expect(failed).toMatchObject([{ status: null, call: expect.stringContaining('/pvt/orders') }]);
    expect(order.events.some(({ messageId }) => messageId === failed[0]?.id)).toBe(false);
    const lost = await revealed(order.id, failed[0]?.id ?? 0);
    expect(lost.body).toContain('M2-01');
    // what was wrong, in our words
    expect(JSON.parse(lost.answer)).toMatchObject({ problem: expect.any(String) });
  });
  it('of the seller are kept with their answers, the ones that cannot be read too', async () => {
    const { id } = await authorised('M3');
    const raw = '{ "type": "Output",  "invoiceNumber": "N1", "items": [], "invoiceValue": 26.00001 }';
    const paths = ['/pvt/orders/M3-01/invoice', '/api/oms/pvt/orders/M3-01/invoice'];
    const [refused] = await Promise.all(paths.map((path) => shop.sellerCall('POST', path, raw)));
    expect(refused?.status).toBe(400);
    const result = { marketplaceOrderId: 'M3-01', flow: 'PlaceOrder', code: 'SOI001', success: 'yes' };
    const processed = await shop.sellerCall('POST', '/order-integration/notification/processing-result?an=x', result);
    expect(processed).toMatchObject({ status: 400, answer: { field: 'success' } });
    const value = { type: 'Output', invoiceNumber: 'N2', items: [], invoiceValue: 9_999 };
    await shop.sellerCall('POST', '/pvt/orders/M3-01/invoice', value);
    const taken = await shop.sellerCall('POST', '/pvt/orders/M3-01/invoice', { ...value, invoiceValue: 2_600 });
    expect(taken.status).toBe(200);
    const find = async () => (await shop.detail('M3')).messages.filter(({ direction }) => direction === 'in');
    const messages = await find();
    expect(messages.map(({ status }) => status)).toEqual([200, 400, 400, 400, 400, 200]);
    const first = messages.find(({ call, status }) => call.startsWith('POST /pvt/orders/M3') && status === 400);
    // as it came, byte for byte
    const unreadable = await Promise.all(messages.slice(1, 5).map((message) => revealed(id, message.id)));
    expect(unreadable.filter(({ body }) => body === raw)).toHaveLength(2);
    expect(first).toBeDefined();
    const answered = await harness.until(async () => {
      const { answer } = await revealed(id, messages[0]?.id ?? 0);
      return answer === '' ? null : answer;
    }, 'the answer to be kept');
    expect(JSON.parse(answered)).toEqual(taken.answer);
    await harness.until(
      async () => (await revealed(id, messages[4]?.id ?? 0)).answer.includes('invoiceValue'),
      'the refusal to be kept',
    );
  });
  it('of another seller’s order, or of none, are not kept', async () => {
    const count = () => {
      const file = new Database(join(harness.directory, 'demo', 'bindery.sqlite'), { readonly: true });
      const found = file.prepare('SELECT COUNT(*) FROM order_message').pluck().get();
      file.close();
      return found;
    };
    const before = count();
    expect(await shop.sellerCall('POST', '/pvt/orders/nobody-01/invoice', { type: 'x' })).toMatchObject({
      status: 400,
      answer: { field: 'type' },
    });
    expect(count()).toBe(before);
  });
  it('that cannot be read do not fill the disk', async () => {
    await authorised('M4');
    for (let round = 0; round < 12; round++)
      await Promise.all(
        Array.from({ length: 10 }, () => shop.sellerCall('POST', '/pvt/orders/M4-01/invoice', { type: 'x' })),
      );
    const { messages } = await shop.detail('M4');
    expect(messages.filter(({ status }) => status === 400)).toHaveLength(100);
    expect(messages.some(({ call }) => call === 'POST /storefront/orders')).toBe(true);
  });
});
