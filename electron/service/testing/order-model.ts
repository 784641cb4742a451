/**
 * The whole life of orders under a model: the storefront, sellers, operators and the clock do anything in any order, over a network
 * that loses, repeats and reorders, on a service that dies at any call. After every step what must always hold is checked.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { instantOf } from '../../../shared/domain/brand.ts';
import { terminalStates } from '../../../shared/domain/orders/flow.ts';
import { isSettledOrder } from '../../../shared/domain/orders/order.ts';
import { prepareDatabase, type WritableDatabase } from '../database/open.ts';
import { reads, writes } from '../database/statements.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import { createDesk } from '../orders/desk.ts';
import { OrderDispatcher } from '../orders/dispatcher.ts';
import { factsOf, marketplaceStateOf, type StoredOrder } from '../orders/rows.ts';
import { checkHistory, checkKept, checkMoney, checkRest } from './order-model-checks.ts';
import { type Fault, type ModelSellerOrder, ModelSellers, type Report } from './order-model-sellers.ts';

/** A system of a seller's own, a store on the platform, and a store that is spoken to through its queue. */
export const modelSellers: readonly string[] = ['s1', 's2', 's3'];

const start = Date.UTC(2026, 10, 25, 12);
const minute = 60_000;
const day = 86_400_000;
/** Rounds in which everything comes to rest: more than a task is tried, then days, so that every window closes. */
const restRounds = 32;

/** Named statements on one connection, each in a transaction; nothing answers once the service is dead. */
function directDatabase(connection: WritableDatabase): { database: ServiceDatabase; die(): void } {
  let alive = true;
  const run = (table: object, name: string, params: unknown): Promise<never> => {
    if (!alive) return new Promise<never>(() => undefined);
    // the same tables as the threads', by the same names
    const named = (table as Record<string, (database: WritableDatabase, params: unknown) => unknown>)[name];
    try {
      const value = connection.transaction(() => named?.(connection, params)).immediate();
      return Promise.resolve(structuredClone(value) as never);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return {
    database: {
      read: (name: string, params: unknown) => run(reads, name, params),
      write: (name: string, params: unknown) => run(writes, name, params),
      copy: async () => undefined,
      check: async () => null,
      close: () => Promise.resolve(),
    } as ServiceDatabase, // typed by name above, looked up by name here
    die: () => {
      alive = false;
    },
  };
}

/** An empty file of the schema with two sellers of one SKU, read once and copied for each run. */
let template: Buffer | null = null;
function freshConnection(): WritableDatabase {
  if (template === null) {
    const folder = mkdtempSync(join(tmpdir(), 'bindery-model-'));
    const file = join(folder, 'model.sqlite');
    prepareDatabase(file, instantOf(start));
    const connection = new Database(file);
    for (const seller of modelSellers)
      connection
        .prepare(
          `INSERT INTO seller (id, name, is_active, endpoint) VALUES (?, ?, 1, 'http://seller.example') ON CONFLICT DO NOTHING`,
        )
        .run(seller, seller);
    // the second seller is a store on the platform: it can be read back, and refuses what it has already
    connection
      .prepare(
        `INSERT INTO order_seller (seller_id, face, affiliate_id, author) VALUES ('s2', 'store', 'MKP', 'model'), ('s3', 'queue', 'MKP', 'model')`,
      )
      .run();
    connection.pragma('journal_mode = DELETE');
    template = connection.serialize();
    connection.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const connection = new Database(template);
  connection.pragma('synchronous = OFF');
  return connection as WritableDatabase;
}

/** What a store answers when it is asked about an order. */
const storeStatuses: Readonly<Record<ModelSellerOrder['status'], string>> = {
  reserved: 'waiting-ffmt-authorization',
  authorised: 'ready-for-handling',
  canceled: 'canceled',
  partly: 'handling',
  invoiced: 'invoiced',
};

export class OrderModel {
  readonly connection = freshConnection();
  readonly sellers = new ModelSellers();
  now = start;
  /** What was delivered, and was answered that it is on disk. */
  readonly taken: { orderId: number; report: Report }[] = [];
  readonly #finals = new Map<number, string>();
  #ids = 0;
  #running = this.#boot();

  #boot() {
    const { database, die } = directDatabase(this.connection);
    const sealer = { seal: (text: string) => text, unseal: (text: string) => text };
    const ambient = { now: () => this.now, random: () => 0.5, uuid: () => `id-${++this.#ids}` };
    this.sellers.crashed = false;
    const desk = createDesk({
      database,
      sealer,
      ambient,
      currency: () => Promise.resolve('BRL'),
      onChanged: () => undefined,
      onCreated: () => undefined,
    });
    const dispatcher = new OrderDispatcher({
      database,
      api: this.sellers.api,
      sealer,
      ambient,
      log: (_level, message, facts) => {
        // the dispatcher reports what it cannot handle: here that is a fault of its own
        this.problem ??= `${message} ${JSON.stringify(facts)}`;
      },
      keysOf: () => Promise.resolve(undefined),
      endpoint: () => 'http://marketplace.example',
      onChanged: () => undefined,
    });
    return { database, die, desk, dispatcher };
  }
  problem: string | null = null;

  get desk() {
    return this.#running.desk;
  }
  get database() {
    return this.#running.database;
  }

  all(): StoredOrder[] {
    return this.connection.prepare<[], StoredOrder>('SELECT * FROM orders ORDER BY id').all();
  }

  handOver(key: number, quantity: number, paid: boolean) {
    return this.desk.handOver(
      {
        orderId: `M${key}`,
        paymentStatus: paid ? 'approved' : 'pending',
        items: [{ id: 'A', seller: modelSellers[key % 3], quantity, price: 1_000, name: 'Lamp' }],
        clientProfileData: { email: 'e', firstName: 'f', lastName: 'l', documentType: 'd', document: '1' },
        shippingData: {
          address: {
            addressType: 'residential',
            receiverName: 'r',
            postalCode: '1',
            city: 'c',
            state: 's',
            country: 'BRA',
            street: 's',
            number: '1',
          },
          logisticsInfo: [{ itemIndex: 0, selectedSla: 'Standard', price: 600, shippingEstimate: '3bd' }],
        },
      },
      'storefront',
    );
  }

  /** Does what is due, over a network with these faults; a crash ends it and the service starts anew. */
  async work(wanted: readonly Fault[]): Promise<void> {
    this.sellers.faults = [...wanted];
    const turn = this.#running.dispatcher.turn();
    const crash = (async () => {
      // every call of the model is answered within microtasks, so a few rounds of the loop are the end of the turn
      while (!this.sellers.crashed) await new Promise((resolve) => setImmediate(resolve));
    })();
    await Promise.race([turn, crash]);
    const { crashed } = this.sellers;
    this.sellers.faults = [];
    if (!crashed) {
      this.sellers.crashed = true; // ends the watch of the crash
      await crash;
      this.sellers.crashed = false;
      return;
    }
    await this.restart();
  }

  async restart(): Promise<void> {
    this.#running.die();
    this.#running = this.#boot();
    await this.#running.dispatcher.recover();
  }

  /** Delivers a report that is under way; `keep`: it comes again. */
  async deliver(index: number, keep: boolean): Promise<void> {
    const { underWay } = this.sellers;
    const report = underWay[index % underWay.length];
    if (report === undefined) return;
    if (!keep) underWay.splice(index % underWay.length, 1);
    const at = instantOf(this.now);
    const [answer] = await this.database.write('orders.report', {
      requests: [
        {
          ...report,
          at,
          receipt: `receipt-${++this.#ids}`,
          message: {
            at,
            direction: 'in',
            peer: report.sellerId,
            call: 'c',
            status: 200,
            bodySealed: null,
            answerSealed: null,
          },
        },
      ],
    });
    if (answer?.kind === 'taken') this.taken.push({ orderId: answer.orderId, report });
  }

  async tick(milliseconds: number): Promise<void> {
    this.now += milliseconds;
    await this.database.write('orders.tick', { now: instantOf(this.now), limit: 1_000 });
  }

  /** What has to hold at any moment. @throws Error that says what does not */
  check(): void {
    if (this.problem !== null) throw new Error(this.problem);
    for (const [id, count] of this.sellers.reservations)
      if (count > 1) throw new Error(`${id} was reserved ${count} times`);
    for (const order of this.all()) {
      checkMoney(this.connection, order);
      checkHistory(this.connection, order);
      const state = marketplaceStateOf(order.state);
      const final = this.#finals.get(order.id);
      if (final !== undefined && final !== state)
        throw new Error(`${order.marketplace_order_id} left ${final} for ${state}`);
      if (terminalStates.includes(state)) this.#finals.set(order.id, state);
    }
    for (const { orderId, report } of this.taken) checkKept(this.connection, orderId, report);
    // a change does not stay open on an order that went on without it
    const going = ['waiting-seller-handling', 'partially-invoiced', 'waiting-for-seller-decision'];
    for (const { id, state } of this.connection
      .prepare<[], { id: string; state: number }>(
        `SELECT c.id, o.state FROM order_change c JOIN orders o ON o.id = c.order_id
          WHERE c.state IN ('proposed', 'requested', 'acknowledged', 'canceling')`,
      )
      .all())
      if (!going.includes(marketplaceStateOf(state)))
        throw new Error(`the change ${id} is open, and its order is ${marketplaceStateOf(state)}`);
  }

  /** Asks the stores about orders that have not moved, as the sweep does. */
  async #sweep(): Promise<void> {
    const since = instantOf(this.now - 15 * minute);
    for (const order of await this.database.read('orders.toReconcile', { since, after: 0, limit: 100 })) {
      const found = this.sellers.find(order.marketplace_order_id);
      await this.database.write('orders.reconciled', {
        orderId: order.id,
        status: found === undefined ? null : storeStatuses[found.status],
        sellerOrderId: found?.id ?? null,
        messages: [],
        now: instantOf(this.now),
      });
    }
  }

  /** Lets everything come to rest, and checks that each order is settled or on somebody's list. */
  async settle(): Promise<void> {
    for (let round = 0; round < restRounds; round++) {
      await this.tick(round < restRounds / 2 ? 5 * minute + 1 : 5 * day);
      await this.work([]);
      while (this.sellers.underWay.length > 0) await this.deliver(0, false);
      await this.#sweep();
    }
    this.check();
    checkRest(this.all(), [...this.sellers.orders.values()]);
    // where the next step is ours, it is not enough to be on a list: a try must have been stopped by an answer
    for (const order of this.all()) {
      const state = marketplaceStateOf(order.state);
      if (!['order-created', 'waiting-for-authorization', 'payment-approved', 'cancel'].includes(state)) continue;
      const stopped = this.connection.prepare(`SELECT 1 FROM order_task WHERE order_id = ? AND state = 'stopped'`);
      // what a queue took and its store does not have, a person is told of
      if (stopped.get(order.id) === undefined && order.store_disagrees === null)
        throw new Error(`${order.marketplace_order_id} rests in ${state}, and nothing is being done about it`);
    }
    for (const order of this.all()) {
      if (isSettledOrder(factsOf(order)) || order.attention !== 0) continue;
      throw new Error(
        `${order.marketplace_order_id} is ${JSON.stringify(factsOf(order))}, and on nobody’s list after everything came to rest`,
      );
    }
    for (const order of this.sellers.orders.values()) {
      const held = this.all().find(({ marketplace_order_id: id }) => id === order.marketplaceOrderId);
      if (held === undefined) throw new Error(`the seller holds ${order.marketplaceOrderId}, which nobody knows`);
      const isLive = order.status !== 'canceled';
      const isOver = ['canceled', 'replaced'].includes(marketplaceStateOf(held.state));
      if (isLive && isOver && held.attention === 0)
        throw new Error(
          `the seller holds goods for ${order.marketplaceOrderId}, which is ${marketplaceStateOf(held.state)}`,
        );
    }
  }

  close(): void {
    this.#running.die();
    this.connection.close();
  }
}
