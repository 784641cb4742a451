import { expect, it } from 'vitest';
import { instantOf } from '../../../shared/domain/brand.ts';
import { OrderModel } from '../testing/order-model.ts';
import { windowOf } from './apply.ts';
import { insertOrder } from './writes.ts';

const day = 86_400_000;

async function withModel(work: (model: OrderModel) => Promise<void>): Promise<void> {
  const model = new OrderModel();
  try {
    await work(model);
  } finally {
    model.close();
  }
}

const line = (estimate: string | null) => ({
  skuId: null,
  sellerSkuId: 'A',
  name: 'Lamp',
  quantity: 1,
  priceMinor: 1_000,
  freightMinor: 0,
  sla: 'Standard',
  estimate,
  commission: 0,
  freightCommission: 0,
});

/** An order of lines with these estimates, as it is stored. */
function orderOf(model: OrderModel, estimates: readonly (string | null)[]) {
  const id = insertOrder(
    model.connection,
    { groupId: 'G', receivedAt: instantOf(model.now), currency: 'BRL', salesChannel: '1', paid: false },
    {
      marketplaceOrderId: 'G-01',
      sellerId: 's1',
      title: 'Lamps',
      units: estimates.length,
      itemsMinor: 1_000 * estimates.length,
      freightMinor: 0,
      totalMinor: 1_000 * estimates.length,
      items: estimates.map(line),
    },
    null,
  );
  const order = model.all().find((each) => each.id === id);
  if (!order) throw new Error('the order is not stored');
  return order;
}

it('promises what the slowest line takes, wherever it stands', () =>
  withModel(async (model) => {
    expect(orderOf(model, ['1d', null, '9bd', '10d']).delivery_estimate).toBe('9bd');
  }));

it('ends a window by the shortest rule of the lines’ categories', () =>
  withModel(async (model) => {
    model.connection.exec(`
      INSERT INTO category (id, name, path, depth, position, last_position) VALUES
        (1, 'Lamps', 'Lamps', 0, 0, 0), (2, 'Flowers', 'Flowers', 0, 1, 1);
      INSERT INTO window_rule (kind, scope, scope_id, amount, unit, time_zone, author, updated_at) VALUES
        ('change', 'category', '1', 9, 'days', 'UTC', 'Ada', ''), ('change', 'category', '2', 2, 'days', 'UTC', 'Ada', '')`);
    const order = orderOf(model, ['1d', '1d']);
    model.connection.exec('UPDATE order_item SET category_id = position + 1');
    expect(windowOf(model.connection, order, 'change', instantOf(model.now))).toBe(instantOf(model.now + 2 * day));
  }));

it('authorises nothing after its deadline by itself, says so, and does when a person asks for it', () =>
  withModel(async (model) => {
    await model.handOver(0, 1, true);
    await model.work(['none', 'none', 'not-sent']);
    model.now += 31 * day;
    await model.work([]);
    expect(model.sellers.calls).toEqual(['place M0-01']);
    const tasks = () =>
      model.connection.prepare('SELECT kind, state, problem_code FROM order_task WHERE state <> ?').all('done');
    expect(tasks()).toEqual([{ kind: 'authorise', state: 'stopped', problem_code: 'authorisation-expired' }]);
    expect(model.all()[0]).toMatchObject({ problem_code: 'authorisation-expired' });
    await model.database.write('orderTasks.retry', { orderId: 1, now: instantOf(model.now) });
    await model.work([]);
    expect(model.sellers.calls).toEqual(['place M0-01', 'authorise M0-01']);
    expect(tasks()).toEqual([]);
  }));
