/** An order that is not as the seller would sell it: what is shown of each line, and what a person may do about it. */
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

const line = (price: number, quantity = 2) => ({
  id: shop.sku.id,
  seller: shop.sellerId,
  quantity,
  price,
  name: 'A lamp',
});
const rules = (divergence: 'deny' | 'authorize') => shop.control(`sellers/${shop.sellerId}/orders`, { divergence });
const reasons = async (id: string) => {
  const { items } = await shop.detail(id);
  return items.map(({ simulatedPrice, simulatedFreight, simulatedStock }) => [
    simulatedPrice?.minor ?? null,
    simulatedFreight?.minor ?? null,
    simulatedStock,
  ]);
};

describe('a divergent order', () => {
  it('shows price, freight and stock of each line, and a delivery that is offered no more', async () => {
    const order = shop.order('V1');
    const more = {
      items: [line(900), line(1_000)],
      shippingData: {
        ...(order.shippingData as object),
        logisticsInfo: [
          { itemIndex: 0, selectedSla: 'Standard', price: 600, shippingEstimate: '3bd' },
          { itemIndex: 1, selectedSla: 'By balloon', price: 600, shippingEstimate: '3bd' },
        ],
      },
    };
    await shop.call('POST', '/storefront/orders', shop.order('V1', more));
    expect(await shop.reached('V1', 'divergence-waiting')).toMatchObject({
      actions: expect.arrayContaining(['accept-divergence']),
    });
    const [first, second] = await reasons('V1');
    expect(first?.slice(0, 2)).toEqual([1_000, 600]);
    expect(second?.slice(0, 2)).toEqual([1_000, null]);
    expect(first?.[2]).toBeGreaterThan(2);
  });
  it('that the seller refuses for its price can be placed all the same, and then goes as it was sold', async () => {
    await rules('deny');
    await shop.call('POST', '/storefront/orders', shop.order('V2', { items: [line(900)] }));
    const { id: orderId } = await shop.reached('V2', 'divergence-waiting');
    await harness.client.call('orders.acceptDivergence', { orderId });
    const refused = await shop.reached('V2', 'placement-failed');
    expect(refused.next).toBe('decide-divergence');
    expect(refused.actions).toEqual(expect.arrayContaining(['accept-divergence', 'retry', 'cancel']));
    await rules('authorize');
    await harness.client.call('orders.acceptDivergence', { orderId });
    const placed = await shop.reached('V2', 'payment-pending');
    expect(placed.total.minor).toBe(2 * 900 + 600);
    expect(placed.events.every(({ fits }) => fits)).toBe(true);
    expect(((await shop.control('orders')).reservations as Record<string, number>)['V2-01']).toBe(1);
  });
  it('that is refused for another reason has nothing to accept', async () => {
    await shop.control(`seller/${shop.sellerId}/sku/${shop.sku.id}`, { price: 1_000, stock: 1 });
    await shop.call('POST', '/storefront/orders', shop.order('V3'));
    const { id: orderId } = await shop.reached('V3', 'divergence-waiting');
    await harness.client.call('orders.acceptDivergence', { orderId });
    const refused = await shop.reached('V3', 'placement-failed');
    expect(refused.problemCode).toBe('FMT002');
    expect(refused.actions).not.toContain('accept-divergence');
    await expect(harness.client.call('orders.acceptDivergence', { orderId })).rejects.toMatchObject({
      code: 'already-decided',
    });
    await shop.control(`seller/${shop.sellerId}/sku/${shop.sku.id}`, { price: 1_000, stock: 10_000 });
  });
});
