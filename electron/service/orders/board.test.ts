/** The board, the search, who does an order, the charts, and packages, against the sandbox over HTTP. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderColumn, OrderFilter } from '../../../shared/contract/orders.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { openShop, type Shop } from '../testing/order-shop.ts';

const day = 24 * 3_600_000;
const start = Date.UTC(2026, 10, 25, 12);
let sandbox: Sandbox;
let harness: ServiceHarness;
let shop: Shop;
let now = start;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 40, seed: 4 });
  harness = await startHarness({
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
    ambient: { now: () => now, random: () => 0.5, uuid: () => crypto.randomUUID() },
  });
  shop = await openShop(sandbox, harness);
});
afterAll(async () => {
  await harness.close();
  await sandbox.close();
});

/** Sells so many, to be delivered within so many calendar days. */
async function sell(id: string, quantity: number, days: number) {
  const order = shop.order(id, { paymentStatus: 'approved' });
  const body = {
    ...order,
    items: [{ id: shop.sku.id, seller: shop.sellerId, quantity, price: 1_000, name: 'A lamp' }],
    shippingData: {
      ...(order.shippingData as object),
      logisticsInfo: [{ itemIndex: 0, selectedSla: 'Standard', price: 600, shippingEstimate: `${days}d` }],
    },
  };
  expect((await shop.call('POST', '/storefront/orders', body)).status).toBe(200);
  return await shop.reached(id, 'waiting-seller-handling');
}
const list = async (filter: OrderFilter, column: OrderColumn = 'urgency', direction = 'ascending' as const) =>
  (await harness.client.call('orders.open', { filter, sort: { column, direction } })).rows.map(
    ({ marketplaceOrderId }) => marketplaceOrderId,
  );

describe('the board', () => {
  beforeAll(async () => {
    await sell('A', 1, 4); // to ship within two days
    await sell('B', 9, 4);
    await sell('C', 2, 2); // within one
    await sell('D', 50, 40);
    now = start + 3 * day;
    await harness.until(
      async () => (await harness.client.call('orders.counts', {})).reasons['late-to-ship'] === 3,
      'three to be late',
    );
  });
  it('ranks what is due first, and of two that are due together what is worth more', async () => {
    expect(await list({ attention: 'any' })).toEqual(['C-01', 'B-01', 'A-01']);
    expect(await list({ attention: 'late-to-ship' })).toEqual(['C-01', 'B-01', 'A-01']);
    expect(await list({ attention: 'stuck' })).toEqual([]);
    // nobody is needed for D
    expect(await list({})).not.toContain('D-01');
  });
  it('counts by reason, and those past their deadline', async () => {
    expect(await harness.client.call('orders.counts', {})).toMatchObject({
      any: 3,
      overdue: 3,
      reasons: { 'late-to-ship': 3 },
    });
  });
  it('finds an order by its id, the seller’s and an invoice, in any case with the other filters', async () => {
    const { sellerOrderId } = await shop.detail('B');
    await shop.control('orders/B-01/invoice', { number: 'NF-77', value: 600 });
    await shop.reached('B', 'partially-invoiced');
    for (const text of ['B-0', String(sellerOrderId), 'NF-77'])
      expect(await list({ text }, 'received')).toContain('B-01');
    expect(await list({ text: 'NF-7' }, 'received')).toEqual([]);
    expect(await list({ text: 'NF-77', states: ['partially-invoiced'] }, 'received')).toEqual(['B-01']);
    expect(await list({ text: 'NF-77', states: ['delivered'] }, 'received')).toEqual([]);
    expect(await list({ text: 'NF-77', sellerIds: ['nobody' as never] }, 'received')).toEqual([]);
    expect(await list({ text: `x' OR 1 --` }, 'received')).toEqual([]);
  });
});

describe('who does an order', () => {
  it('is given to who may, named in lists and the audit, and nobody is overwritten unseen', async () => {
    const { call } = harness.client;
    const support = (await call('session.createOperator', { name: 'Grace', role: 'support' })).operator.operatorId;
    const reader = (await call('session.createOperator', { name: 'Rita', role: 'reader' })).operator.operatorId;
    const { id: orderId } = await shop.detail('A');
    expect(await call('orders.assign', { orderId, operatorId: support, was: null })).toMatchObject({
      assignedTo: support,
      assignedName: 'Grace',
    });
    await expect(call('orders.assign', { orderId, operatorId: reader, was: support })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    const me = (await call('session.hello', {})).operator?.operatorId ?? null;
    await expect(call('orders.assign', { orderId, operatorId: me, was: null })).rejects.toMatchObject({
      code: 'already-decided',
      message: expect.stringContaining('Grace'),
    });
    await call('orders.assign', { orderId, operatorId: me, was: support });
    expect((await shop.detail('A')).assignedName).toBe('Ada');
    await call('orders.assign', { orderId, operatorId: null, was: me });
    expect((await shop.detail('A')).assignedName).toBeNull();
    const file = new Database(join(harness.directory, 'demo', 'bindery.sqlite'), { readonly: true });
    const entries = file
      .prepare(`SELECT details FROM audit WHERE action = 'assign order' ORDER BY sequence`)
      .pluck()
      .all()
      .map((details) => JSON.parse(String(details)) as unknown);
    file.close();
    expect(entries).toEqual([
      { from: null, to: 'Grace' },
      { from: 'Grace', to: 'Ada' },
      { from: 'Ada', to: null },
    ]);
  });
});

describe('the charts', () => {
  it('count orders by state and day, and what was late, by seller', async () => {
    await shop.control('orders/C-01/invoice', { number: 'C1' });
    await shop.reached('C', 'invoiced');
    const flow = await harness.client.call('orders.flow', {});
    expect(flow.days).toHaveLength(30);
    expect(flow.days.at(-1)?.day).toBe('2026-11-28');
    expect(flow.days.find(({ day: each }) => each === '2026-11-25')?.received).toBe(4);
    // C went out two days late; A and B are open
    expect(flow.days.find(({ day: each }) => each === '2026-11-26')?.ship).toEqual({ due: 1, late: 1, open: 0 });
    expect(flow.days.find(({ day: each }) => each === '2026-11-27')?.ship).toEqual({ due: 2, late: 2, open: 2 });
    expect(flow.days.find(({ day: each }) => each === '2026-11-27')?.deliver).toEqual({ due: 1, late: 1, open: 1 });
    expect(flow.states.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    expect(flow.lateSellers).toBe(1);
    expect(flow.sellers).toMatchObject([
      { sellerId: shop.sellerId, ship: { due: 3, late: 3 }, deliver: { due: 1, late: 1 } },
    ]);
  });
  it('leave out what nobody ships any more', async () => {
    const dueAfter = async () => {
      const { days } = await harness.client.call('orders.flow', {});
      return days.find(({ day: each }) => each === '2026-11-29')?.ship.due ?? 0;
    };
    const { id } = await sell('E', 1, 2); // to ship on the 29th
    await sell('F', 1, 2);
    await harness.client.call('orders.cancel', { orderId: id, reason: 'too late' });
    await shop.reached('E', 'canceled');
    now += 2 * day;
    expect(await dueAfter()).toBe(1);
  });
});

describe('packages', () => {
  it('are shown with where they were seen, to a person and to the storefront', async () => {
    const told = await shop.sellerCall('POST', `/pvt/orders/C-01/invoice/C1/tracking`, {
      isDelivered: false,
      events: [
        { city: 'Curitiba', state: 'PR', description: 'Picked up', date: '2026-11-28' },
        { city: 'São Paulo', state: 'SP', description: 'At the hub', date: '2026-11-29' },
      ],
    });
    expect(told.status, JSON.stringify(told.answer)).toBe(200);
    const [invoice] = (await shop.detail('C')).invoices;
    expect(invoice?.tracking.map(({ description, place }) => [description, place])).toEqual([
      ['At the hub', 'São Paulo, SP'],
      ['Picked up', 'Curitiba, PR'],
    ]);
    const { answer } = await shop.call('GET', '/storefront/orders/C');
    expect(answer.orders).toMatchObject([
      {
        payment: 'approved',
        status: 'invoiced',
        cancellationEndsAt: expect.any(String),
        invoices: [{ number: 'C1', value: 2_600, tracking: [{ description: 'At the hub' }, {}] }],
      },
    ]);
  });
});
