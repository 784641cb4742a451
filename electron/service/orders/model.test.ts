import { expect, it } from 'vitest';
import { marketplaceStates } from '../../../shared/domain/orders/flow.ts';
import { OrderModel } from '../testing/order-model.ts';
import { runOrderModel } from '../testing/order-model-run.ts';

/** The full counts: `npm run test:soak -- --only orders-model`. */
const seed = Number(process.env.BINDERY_SEED ?? 20_261_125);

it('keeps its promises whatever storefront, sellers, operators, clock and network do, and wherever the service dies', async () => {
  const result = await runOrderModel({ runs: 100, seed, stepsAtMost: 60 });
  console.log(
    `orders: seed ${seed}, ${result.runs} runs, ${result.orders} orders, ${result.events} events, at rest in ${result.states} states`,
  );
  expect(result.failure).toBeNull();
  expect(result.orders).toBeGreaterThan(100);
}, 180_000);

it('authorises an order whose seller began before it was paid', async () => {
  const model = new OrderModel();
  try {
    await model.handOver(0, 1, false);
    await model.work([]);
    const [order] = model.sellers.orders.values();
    if (!order) throw new Error('the seller has no order');
    model.sellers.act(order, 'handle');
    await model.deliver(0, false);
    model.desk.payment('M0', true);
    // everything comes to rest, and no order is left where nobody does anything about it
    await model.settle();
    expect(model.all()).toMatchObject([
      { marketplace_order_id: 'M0-01', state: marketplaceStates.indexOf('waiting-seller-handling') },
    ]);
  } finally {
    model.close();
  }
});
