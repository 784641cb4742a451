import { describe, expect, it } from 'vitest';
import { instantOf } from '../../../shared/domain/brand.ts';
import { attentionsOf } from '../../../shared/domain/orders/attention.ts';
import { marketplaceStates } from '../../../shared/domain/orders/flow.ts';
import { OrderModel } from '../testing/order-model.ts';
import { runOrderModel } from '../testing/order-model-run.ts';
import { factsOf } from './rows.ts';

const minute = 60_000;
const day = 86_400_000;

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

/** A model of its own for one example. */
async function withModel(work: (model: OrderModel) => Promise<void>): Promise<void> {
  const model = new OrderModel();
  try {
    await work(model);
    model.check();
  } finally {
    model.close();
  }
}
const stateOf = (model: OrderModel, id = 'M0-01') => {
  const order = model.all().find(({ marketplace_order_id }) => marketplace_order_id === id);
  if (!order) throw new Error(`there is no order ${id}`);
  return { ...factsOf(order), attention: attentionsOf(order.attention) };
};
const callsOf = (model: OrderModel, call: string) => model.sellers.calls.filter((each) => each === call).length;
const eventsOf = (model: OrderModel, type: string): number =>
  Number(model.connection.prepare('SELECT COUNT(*) FROM order_event WHERE type = ?').pluck().get(type));

describe('a store that is spoken to through its queue', () => {
  it('is asked for the authorisation once, however long its callback takes, and again only after a while', () =>
    withModel(async (model) => {
      await model.handOver(2, 1, true);
      await model.work([]);
      await model.deliver(0, false); // placed
      for (let turn = 0; turn < 5; turn++) await model.work([]);
      expect(callsOf(model, 'authorise M2-01')).toBe(1);
      expect(eventsOf(model, 'authorisation-sent')).toBe(1);
      model.sellers.underWay.length = 0; // its callback gets lost
      await model.tick(5 * minute);
      await model.work([]);
      expect(callsOf(model, 'authorise M2-01')).toBe(2);
      await model.deliver(0, false);
      await model.tick(60 * minute);
      await model.work([]);
      expect(stateOf(model, 'M2-01').marketplace).toBe('waiting-seller-handling');
      expect(callsOf(model, 'authorise M2-01')).toBe(2);
    }));
  it('is placed at again when its callback says later, and a person is asked when it says what nobody knows', () =>
    withModel(async (model) => {
      model.sellers.behaviour.hiccups = true;
      await model.handOver(2, 1, true);
      await model.work([]);
      await model.deliver(0, false);
      expect(stateOf(model, 'M2-01').seller).toBe('on-order-completed-ffm');
      await model.work([]);
      expect(callsOf(model, 'place M2-01')).toBe(1);
      await model.tick(3 * minute);
      await model.work([]);
      expect(callsOf(model, 'place M2-01')).toBe(2);
      const [again] = model.sellers.underWay;
      if (again?.report.kind !== 'result') throw new Error('the queue tells nothing');
      model.sellers.underWay[0] = { ...again, report: { ...again.report, code: 'XYZ9', problem: 'XYZ9: no idea' } };
      await model.deliver(0, false);
      await model.tick(day);
      await model.work([]);
      expect(callsOf(model, 'place M2-01')).toBe(2);
      expect(stateOf(model, 'M2-01').attention).toContain('integration-failed');
      // a person has it tried again
      model.sellers.behaviour.hiccups = false;
      await model.database.write('orderTasks.retry', { orderId: 1, now: instantOf(model.now) });
      await model.work([]);
      await model.settle();
      expect(stateOf(model, 'M2-01').marketplace).toBe('waiting-seller-handling');
      expect(model.sellers.reservations.get('M2-01')).toBe(1);
    }));
});

describe('a cancellation', () => {
  it('of an order that never reached its seller places nothing', () =>
    withModel(async (model) => {
      for (const key of [0, 1, 2]) await model.handOver(key, 1, true);
      await model.work(['none', 'none', 'none', 'not-sent', 'not-sent', 'not-sent']);
      for (const key of [0, 1, 2]) await model.desk.cancelByStorefront(`M${key}`, 'r');
      await model.settle();
      expect(model.sellers.calls).toEqual([]);
      for (const key of [0, 1, 2])
        expect(stateOf(model, `M${key}-01`)).toMatchObject({ marketplace: 'canceled', seller: 'refused' });
    }));
  it('that is refused before the order was authorised lets it be authorised', () =>
    withModel(async (model) => {
      await model.handOver(0, 1, true);
      await model.work(['none', 'none', 'not-sent']); // simulated, placed, not authorised
      expect(stateOf(model).marketplace).toBe('payment-approved');
      model.now += 31 * minute;
      model.sellers.behaviour.cancellation = 'refuse';
      await model.desk.cancelByStorefront('M0', 'r');
      expect(stateOf(model).marketplace).toBe('waiting-for-seller-decision');
      await model.settle();
      expect(callsOf(model, 'authorise M0-01')).toBe(1);
      expect(stateOf(model)).toMatchObject({ marketplace: 'waiting-seller-handling', authorised: true });
    }));
  it('that is asked again is the same one, until it is decided', () =>
    withModel(async (model) => {
      await model.handOver(0, 1, true);
      await model.work([]);
      model.now += 31 * minute;
      model.sellers.behaviour.cancellation = 'evaluate';
      const ask = async () => (await model.desk.cancelByStorefront('M0', 'r')).taken[0]?.verdict;
      const ids = () => model.connection.prepare('SELECT id FROM order_cancellation').pluck().all();
      expect([await ask(), await ask()]).toEqual(['applied', 'duplicate']);
      await model.work([]);
      expect(await ask()).toBe('duplicate');
      // nor does a person ask beside the buyer
      const byPerson = { orderId: 1, requestId: 'p', now: instantOf(model.now), by: 'Ada', byUser: false, reason: 'r' };
      expect(await model.database.write('orders.requestCancel', { ...byPerson, source: 'operator' })).toMatchObject({
        verdict: 'duplicate',
      });
      expect(ids()).toHaveLength(1);
      const [order] = model.sellers.orders.values();
      if (!order) throw new Error('the seller has no order');
      model.sellers.act(order, 'deny');
      await model.deliver(0, false);
      // refused: the same words are a new request
      expect(await ask()).toBe('applied');
      expect(ids()).toHaveLength(2);
      // and where it cannot be, saying so again is no further misfit
      model.sellers.act(order, 'part');
      await model.deliver(0, false);
      expect([await ask(), await ask()]).toEqual(['misfit', 'duplicate']);
    }));
});

it('pays an order that moved where it went, and not where it was', () =>
  withModel(async (model) => {
    await model.handOver(0, 1, false);
    await model.work([]);
    const [item] = [{ skuId: null, sellerSkuId: 'A', name: 'Lamp', quantity: 1, priceMinor: 1_000, freightMinor: 600 }];
    await model.database.write('orders.moveToSeller', {
      orderId: 1,
      sellerId: 's2',
      items: [{ ...item, sla: 'Standard', estimate: '3bd', commission: 0, freightCommission: 0 }],
      now: instantOf(model.now),
      by: 'Ada',
    });
    await model.work([]);
    expect((await model.desk.payment('M0', true)).taken).toEqual([{ marketplaceOrderId: 'M0-02', verdict: 'applied' }]);
    expect(stateOf(model)).toMatchObject({ marketplace: 'replaced', attention: [] });
    await model.work([]);
    expect(stateOf(model, 'M0-02').marketplace).toBe('waiting-seller-handling');
  }));

it('counts what arrives at the buyer, and not what went back', () =>
  withModel(async (model) => {
    await model.handOver(0, 2, true);
    await model.work([]);
    const [order] = model.sellers.orders.values();
    if (!order) throw new Error('the seller has no order');
    for (const what of ['part', 'invoice'] as const) model.sellers.act(order, what);
    model.sellers.tell(order, {
      kind: 'invoice',
      isReturn: true,
      number: `${order.id}-return`,
      value: 100,
      issuedAt: null,
      courier: null,
      trackingNumber: null,
      trackingUrl: null,
      items: '[]',
    });
    while (model.sellers.underWay.length > 0) await model.deliver(0, false);
    const arrives = async (number: string) => {
      model.sellers.tell(order, { kind: 'tracking-status', number, isDelivered: true, events: [] });
      await model.deliver(0, false);
      return [stateOf(model).packagesDelivered, stateOf(model).marketplace];
    };
    expect([await arrives(`${order.id}-1`), await arrives(`${order.id}-return`)]).toEqual([
      [1, 'invoiced'],
      [1, 'invoiced'],
    ]);
  }));

it('takes off the lists what a person settled with the seller, until one of the two sides moves', () =>
  withModel(async (model) => {
    await model.handOver(0, 1, true);
    await model.work([]);
    const [order] = model.sellers.orders.values();
    if (!order) throw new Error('the seller has no order');
    model.sellers.act(order, 'invoice');
    await model.desk.cancelByStorefront('M0', 'r');
    while (model.sellers.underWay.length > 0) await model.deliver(0, false);
    await model.work([]);
    await model.tick(day);
    expect(stateOf(model)).toMatchObject({ marketplace: 'canceled', seller: 'invoiced' });
    expect(stateOf(model).attention).toEqual(['states-disagree', 'misfit']);
    await model.database.write('orders.settle', { orderId: 1, reason: 'refunded', now: instantOf(model.now) });
    await model.tick(day);
    expect(stateOf(model).attention).toEqual([]);
    // what comes after it is looked at again
    model.sellers.act(order, 'return');
    await model.deliver(0, false);
    expect(stateOf(model).attention).toEqual(['misfit']);
  }));
