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
const send = (id: string, over: object) =>
  shop.sellerCall('POST', `/pvt/orders/${id}-01/invoice`, {
    type: 'Output',
    invoiceNumber: 'V1',
    items: [{ id: shop.sku.id, quantity: 2, price: 1_000 }],
    ...over,
  });

describe('sums beyond any order', () => {
  it('are refused by name, and do not refuse the reports beside them', async () => {
    await authorised('B1');
    await authorised('B2');
    const huge = Array.from({ length: 1_000 }, () => ({ id: 'x', quantity: 1_000_000, price: 1_000_000_000_000 }));
    const answers = await Promise.all([
      send('B1', { items: huge }),
      send('B2', { invoiceValue: 2_600 }),
      shop.sellerCall('POST', '/pvt/orders/B1-01/changes', {
        reason: 'x',
        itemsAdded: huge.slice(0, 500).map(({ price }) => ({ id: 'x', quantity: 1_000_000, price })),
      }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 200, 400]);
    expect(answers[0].answer).toMatchObject({ field: 'items' });
    expect(answers[2].answer).toMatchObject({ field: 'itemsAdded' });
    const order = shop.order('B3', {
      items: Array.from({ length: 2 }, () => ({
        id: shop.sku.id,
        seller: shop.sellerId,
        quantity: 100_000,
        price: 1_000_000_000_000,
      })),
    });
    expect(await shop.call('POST', '/storefront/orders', order)).toMatchObject({
      status: 400,
      answer: { field: 'items' },
    });
  });
});

describe('a return', () => {
  it('is of what was invoiced, and after all of it was', async () => {
    await authorised('T1');
    await send('T1', { invoiceNumber: 'O1', invoiceValue: 600 });
    const part = await send('T1', { invoiceNumber: 'I1', type: 'Input', invoiceValue: 600 });
    expect(part).toMatchObject({ status: 400, answer: { field: 'type' } });
    await send('T1', { invoiceNumber: 'O2', invoiceValue: 2_000 });
    await shop.reached('T1', 'invoiced');
    const tooMuch = await send('T1', { invoiceNumber: 'I1', type: 'Input', invoiceValue: 2_601 });
    expect(tooMuch).toMatchObject({ status: 400, answer: { field: 'invoiceValue' } });
    expect((await send('T1', { invoiceNumber: 'I1', type: 'Input', invoiceValue: 2_000 })).status).toBe(200);
    expect((await send('T1', { invoiceNumber: 'I2', type: 'Input', invoiceValue: 601 })).status).toBe(400);
    expect(await shop.detail('T1')).toMatchObject({ state: 'invoiced', returned: { minor: 2_000 } });
    expect((await send('T1', { invoiceNumber: 'I2', type: 'Input', invoiceValue: 600 })).status).toBe(200);
    await shop.reached('T1', 'returned');
  });
});

describe('an invoice with a wrong value', () => {
  it('in currency units is refused before it counts', async () => {
    await authorised('U1');
    expect(await send('U1', { invoiceValue: 26 })).toMatchObject({
      status: 400,
      answer: { field: 'invoiceValue', message: expect.stringContaining('26 is sent as 2600') },
    });
    expect(await shop.detail('U1')).toMatchObject({ attention: ['invoice-mismatch'], invoiced: { minor: 0 } });
  });
  it('is taken out by a person, and its number comes again with the right one', async () => {
    const { id: orderId } = await authorised('V1');
    await send('V1', { invoiceValue: 100 });
    await shop.reached('V1', 'partially-invoiced');
    expect((await send('V1', { invoiceValue: 2_600 })).status).toBe(400);
    const call = (number: string) =>
      harness.client.call('orders.voidInvoice', { orderId, number, reason: 'the seller sent 1.00' });
    await expect(call('V9')).rejects.toMatchObject({ code: 'not-found', field: 'number' });
    const after = await call('V1');
    expect(after).toMatchObject({
      state: 'waiting-seller-handling',
      sellerState: 'handling',
      invoiced: { minor: 0 },
      invoices: [{ number: 'V1', counted: false }],
    });
    await expect(call('V1')).rejects.toMatchObject({ code: 'already-decided' });
    // what was taken out stays out
    expect((await send('V1', { invoiceValue: 100 })).status).toBe(400);
    expect((await send('V1', { invoiceValue: 2_600 })).status).toBe(200);
    expect(await shop.reached('V1', 'invoiced')).toMatchObject({
      invoiced: { minor: 2_600 },
      invoices: [{ number: 'V1', counted: true, voidedAt: null }],
    });
    const file = new Database(join(harness.directory, 'demo', 'bindery.sqlite'), { readonly: true });
    const audited = file.prepare('SELECT action, details FROM audit ORDER BY sequence DESC LIMIT 1').get();
    file.close();
    expect(audited).toMatchObject({ action: 'take invoice out', details: expect.stringContaining('"number":"V1"') });
    await shop.control('orders/V1-01/delivered', { number: 'V1' });
    await shop.reached('V1', 'delivered');
    await expect(call('V1')).rejects.toMatchObject({ code: 'not-allowed' });
  });
});
