import { expect, it } from 'vitest';
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
