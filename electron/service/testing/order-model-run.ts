/** Steps of the model, and runs of them. */
import fc from 'fast-check';
import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { marketplaceStateOf, type StoredOrder } from '../orders/rows.ts';
import { modelSellers, OrderModel } from './order-model.ts';
import { faults, sellerActions } from './order-model-sellers.ts';

const minute = 60_000;
const day = 86_400_000;

/** A person's refused command is no failure: the screen would have said so. */
async function attempt(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof BinderyError)) throw error;
  }
}

/** One step of a run, by name, so that a counterexample can be read. */
class Step implements fc.AsyncCommand<object, OrderModel> {
  readonly #text: string;
  readonly #run: (model: OrderModel) => Promise<void>;
  constructor(text: string, run: (model: OrderModel) => Promise<void>) {
    this.#text = text;
    this.#run = run;
  }
  check(): boolean {
    return true;
  }
  async run(_: object, model: OrderModel): Promise<void> {
    await this.#run(model);
    model.check();
  }
  toString(): string {
    return this.#text;
  }
}

const pickOrder = (model: OrderModel, pick: number): StoredOrder | undefined => {
  const all = model.all();
  return all[pick % Math.max(1, all.length)];
};

function operator(model: OrderModel, action: string, pick: number, amount: number): Promise<unknown> {
  const order = pickOrder(model, pick);
  if (order === undefined) return Promise.resolve();
  const now = instantOf(model.now);
  const { database } = model;
  const base = { orderId: order.id, now, by: 'Ada' };
  const event = (type: 'divergence-accepted' | 'placement-retried') =>
    database.write('orders.apply', {
      events: [{ orderId: order.id, type, key: `${type} ${model.now} ${amount}`, at: now, source: 'operator' }],
    });
  switch (action) {
    case 'cancel':
      return database.write('orders.requestCancel', {
        ...base,
        requestId: `c${order.id} ${model.now}`,
        byUser: false,
        reason: 'r',
        source: 'operator',
      });
    case 'accept':
      return marketplaceStateOf(order.state) === 'divergence-waiting'
        ? event('divergence-accepted')
        : Promise.resolve();
    case 'retry':
      return marketplaceStateOf(order.state) === 'placement-failed'
        ? event('placement-retried')
        : database.write('orderTasks.retry', { orderId: order.id, now });
    case 'seen':
      return database.write('orders.seen', { orderId: order.id, now });
    case 'change':
      return database.write('orderChanges.request', {
        ...base,
        changeId: `change-${order.id}-${model.now}-${amount}`,
        change: {
          replace: [],
          add: [],
          remove: [],
          discountMinor: amount % 700,
          incrementMinor: amount % 3 === 0 ? 50 : 0,
        },
        reason: 'r',
      });
    case 'take-back': {
      const id = model.connection
        .prepare('SELECT id FROM order_change WHERE order_id = ? ORDER BY sequence DESC LIMIT 1')
        .pluck()
        .get(order.id);
      return typeof id === 'string'
        ? database.write('orderChanges.cancel', { ...base, changeId: id })
        : Promise.resolve();
    }
    case 'decide': {
      const id = model.connection
        .prepare(`SELECT id FROM order_change WHERE order_id = ? AND state = 'proposed'`)
        .pluck()
        .get(order.id);
      return typeof id === 'string'
        ? database.write('orderChanges.decide', { ...base, changeId: id, accept: amount % 3 > 0, reason: 'r' })
        : Promise.resolve();
    }
    default:
      return database.write('orders.moveToSeller', {
        ...base,
        sellerId: modelSellers[(modelSellers.indexOf(order.seller_id) + 1 + (amount % 2)) % 3] ?? 's1',
        items: [
          {
            skuId: null,
            sellerSkuId: 'A',
            name: 'Lamp',
            quantity: order.units,
            priceMinor: 1_000,
            freightMinor: 600,
            sla: 'Standard',
            estimate: '3bd',
            commission: 0,
            freightCommission: 0,
          },
        ],
      });
  }
}

const index = fc.nat(7);
const network = fc.array(fc.constantFrom(...faults), { maxLength: 6 });
const operatorActions = ['cancel', 'accept', 'retry', 'seen', 'change', 'take-back', 'decide', 'move'] as const;

const steps: fc.Arbitrary<Step>[] = [
  fc
    .tuple(fc.nat(3), fc.integer({ min: 1, max: 3 }), fc.constantFrom(true, true, true, false))
    .map(
      ([key, quantity, paid]) =>
        new Step(`handOver(M${key}, ${quantity}, ${paid ? 'paid' : 'unpaid'})`, (model) =>
          attempt(model.handOver(key, quantity, paid)),
        ),
    ),
  fc
    .tuple(fc.nat(3), fc.boolean())
    .map(
      ([key, approved]) =>
        new Step(`payment(M${key}, ${approved ? 'approved' : 'denied'})`, (model) =>
          attempt(model.desk.payment(`M${key}`, approved)),
        ),
    ),
  fc
    .nat(3)
    .map((key) => new Step(`buyerCancels(M${key})`, (model) => attempt(model.desk.cancelByStorefront(`M${key}`, 'r')))),
  fc
    .tuple(fc.constantFrom(...operatorActions), index, fc.nat(2_000))
    .map(
      ([action, pick, amount]) =>
        new Step(`operator(${action}, ${pick}, ${amount})`, (model) => attempt(operator(model, action, pick, amount))),
    ),
  fc.tuple(fc.constantFrom(...sellerActions), index).map(
    ([action, pick]) =>
      new Step(`seller(${action}, ${pick})`, async (model) => {
        const all = [...model.sellers.orders.values()];
        const order = all[pick % Math.max(1, all.length)];
        if (order) model.sellers.act(order, action);
      }),
  ),
  fc
    .tuple(
      fc.constantFrom('confirm' as const, 'evaluate' as const, 'refuse' as const),
      fc.constantFrom(false, false, true),
      fc.constantFrom(true, true, false),
      fc.constantFrom(false, false, true),
      fc.constantFrom(0, 0, 25),
    )
    .map(
      ([cancellation, refuses, agrees, hiccups, dearer]) =>
        new Step(
          `sellers(${cancellation}${refuses ? ', refuse' : ''}${agrees ? ', agree' : ''}${hiccups ? ', hiccup' : ''}, +${dearer})`,
          async (model) => {
            Object.assign(model.sellers.behaviour, { cancellation, refuses, agrees, hiccups, dearer });
          },
        ),
    ),
  fc
    .tuple(index, fc.boolean())
    .map(([at, keep]) => new Step(`deliver(${at}${keep ? ', again' : ''})`, (model) => model.deliver(at, keep))),
  fc.tuple(index, fc.boolean()).map(
    ([at]) =>
      new Step(`lose(${at})`, async (model) => {
        const { underWay } = model.sellers;
        if (underWay.length > 0) underWay.splice(at % underWay.length, 1);
      }),
  ),
  fc
    .constantFrom(1_000, minute, 31 * minute, 3 * day, 31 * day)
    .map((milliseconds) => new Step(`clock(+${milliseconds / 1_000} s)`, (model) => model.tick(milliseconds))),
  network.map((wanted) => new Step(`work(${wanted.join(', ')})`, (model) => model.work(wanted))),
  network.map((wanted) => new Step(`work(${wanted.join(', ')})`, (model) => model.work(wanted))),
  fc.constant(new Step('work()', (model) => model.work([]))),
  fc.constant(new Step('work()', (model) => model.work([]))),
  fc.constant(
    new Step('deliverAll()', async (model) => {
      while (model.sellers.underWay.length > 0) await model.deliver(0, false);
    }),
  ),
  fc.constant(new Step('restart()', (model) => model.restart())),
];

/** Runs the model. A failure is a shrunken list of steps, with the seed that makes it again. */
export async function runOrderModel(options: {
  readonly runs: number;
  readonly seed: number;
  readonly stepsAtMost: number;
}): Promise<{
  readonly runs: number;
  readonly orders: number;
  readonly events: number;
  readonly changes: number;
  /** In how many different states orders came to rest. */
  readonly states: number;
  readonly failure: string | null;
}> {
  let orders = 0;
  let events = 0;
  let changes = 0;
  const states = new Set<number>();
  const result = await fc.check(
    fc.asyncProperty(
      fc.boolean(),
      fc.commands(steps, { maxCommands: options.stepsAtMost, size: 'max' }),
      async (authorised, commands) => {
        const model = new OrderModel();
        try {
          // half of the runs begin with orders that their sellers handle already: that is where most can happen
          for (const key of [0, 1, 2]) await model.handOver(key, 2, true);
          if (authorised) {
            await model.work([]);
            // the queue's answer to the placement, and then to the authorisation
            for (let callback = 0; callback < 2; callback++) {
              await model.deliver(0, false);
              await model.work([]);
            }
          }
          await fc.asyncModelRun(() => ({ model: {}, real: model }), commands);
          await model.settle();
          orders += model.all().length;
          for (const { state } of model.all()) states.add(state);
          changes += Number(model.connection.prepare('SELECT COUNT(*) FROM order_change').pluck().get());
          events += Number(model.connection.prepare('SELECT COUNT(*) FROM order_event').pluck().get());
        } finally {
          model.close();
        }
      },
    ),
    { numRuns: options.runs, seed: options.seed },
  );
  return {
    runs: result.numRuns,
    orders,
    events,
    changes,
    states: states.size,
    failure: result.failed
      ? `${fc.defaultReportMessage(result) ?? 'failed'}\n${result.errorInstance instanceof Error ? (result.errorInstance.stack ?? result.errorInstance.message) : ''}`
      : null,
  };
}
