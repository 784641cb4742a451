/** How many reports of sellers about orders are applied a second, each on disk with its receipt, event, message and invoice. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fastify from 'fastify';
import { Pool } from 'undici';
import { prepareDatabase } from '../electron/service/database/open.ts';
import { type ServiceDatabase, startDatabase } from '../electron/service/database/threads.ts';
import { createEndpoints } from '../electron/service/endpoints/index.ts';
import type { EndpointRoutes } from '../electron/service/endpoints/types.ts';
import { workerEntry } from '../electron/service/entries.ts';
import { createDesk } from '../electron/service/orders/desk.ts';
import { orderRoutes } from '../electron/service/orders/endpoints.ts';
import type { ReportRequest } from '../electron/service/orders/reports.ts';
import { createSealer } from '../electron/service/secrets.ts';
import { instantOf } from '../shared/domain/brand.ts';
import { alternate, type Goal, type Row, rowOf } from './measure.ts';

const atLeast = (limit: number, unit: string): Goal => ({
  text: `>= ${limit} ${unit}`,
  met: (value) => value >= limit,
});

const ordersInRun = 2_000;
const together = 500;
const at = instantOf(Date.UTC(2026, 10, 25, 12));
const message = { at, peer: 's', call: 'POST', status: 200, bodySealed: 'x'.repeat(400), answerSealed: null };

function requestsOf(run: number): ReportRequest[] {
  return Array.from({ length: ordersInRun }, (_, n) => ({
    marketplaceOrderId: `R${run}-${n}-01`,
    sellerId: 's',
    at,
    receipt: `receipt-${run}-${n}`,
    message: { ...message, direction: 'in' as const },
    report: {
      kind: 'invoice' as const,
      isReturn: false,
      number: `N${n}`,
      value: 1_000,
      issuedAt: null,
      courier: null,
      trackingNumber: null,
      trackingUrl: null,
      items: '[]',
    },
  }));
}

/** A file with orders in it, and a bare one beside it. */
function openOrders() {
  const folder = mkdtempSync(join(tmpdir(), 'bindery-bench-orders-'));
  const file = join(folder, 'orders.sqlite');
  prepareDatabase(file, at);
  const database = startDatabase({ file, entry: workerEntry('database'), log: () => undefined });
  const bare = new Database(join(folder, 'bare.sqlite'));
  bare.pragma('journal_mode = WAL');
  bare.pragma('synchronous = FULL');
  bare.exec('CREATE TABLE event (id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, body TEXT NOT NULL) STRICT');
  let run = 0;

  /** Orders that are authorised already, so that the invoice is the next event. */
  async function prepare(): Promise<ReportRequest[]> {
    run++;
    await database.write('orders.create', {
      groupId: `R${run}`,
      receivedAt: at,
      bodyHash: 'h',
      salesChannel: '1',
      currency: 'BRL',
      source: 'bench',
      buyerSealed: null,
      paid: true,
      message: { ...message, direction: 'in' },
      orders: Array.from({ length: ordersInRun }, (_, n) => ({
        marketplaceOrderId: `R${run}-${n}-01`,
        sellerId: 's',
        title: 'A',
        units: 1,
        itemsMinor: 1_000,
        freightMinor: 0,
        totalMinor: 1_000,
        items: [],
      })),
    });
    const types = ['simulation-agrees', 'placement-sent', 'placed', 'authorisation-sent', 'authorised'] as const;
    await database.write('orders.apply', {
      events: Array.from({ length: ordersInRun }, (_, n) => (run - 1) * ordersInRun + n + 1).flatMap((orderId) =>
        types.map((type) => ({ orderId, type, key: type, at, source: 'service' as const })),
      ),
    });
    return requestsOf(run);
  }
  return {
    folder,
    database,
    bare,
    prepare,
    async close() {
      bare.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function orderEventsRow(): Promise<Row> {
  const { database, bare, prepare, close } = openOrders();
  try {
    const taken = await alternate(
      async () => {
        const requests = await prepare();
        const started = performance.now();
        for (let from = 0; from < requests.length; from += together) {
          const answers = await database.write('orders.report', { requests: requests.slice(from, from + together) });
          if (!answers.every((answer) => answer.kind === 'taken' && answer.fits))
            throw new Error('an invoice was not applied');
        }
        return requests.length / ((performance.now() - started) / 1_000);
      },
      () => {
        const insert = bare.prepare('INSERT INTO event (order_id, body) VALUES (?, ?)');
        const started = performance.now();
        for (let from = 0; from < ordersInRun; from += together)
          bare.transaction(() => {
            for (let n = from; n < from + together; n++) insert.run(`R-${n}`, message.bodySealed);
          })();
        return Promise.resolve(ordersInRun / ((performance.now() - started) / 1_000));
      },
    );
    return rowOf(
      {
        name: 'orders/events',
        unit: 'events/s',
        goal: atLeast(3_000, 'events/s'),
        reference: `bare better-sqlite3 in process: one row an event, ${together} a transaction, synchronous FULL`,
        note: `invoices of ${ordersInRun} orders, ${together} a transaction, each with event, message, invoice, receipt and the watch over its order`,
      },
      taken,
    );
  } finally {
    await close();
  }
}

const connections = 64;
const keys = { 'x-vtex-api-appkey': 'key', 'x-vtex-api-apptoken': 'token', 'content-type': 'application/json' };
/** An invoice as a seller sends it. */
const bodyOf = (n: number) =>
  JSON.stringify({
    type: 'Output',
    invoiceNumber: `N${n}`,
    items: [{ id: 'sku-1', quantity: 1, price: 1_000 }],
    invoiceValue: 1_000,
    issuanceDate: '2026-11-25T12:00:00Z',
    courier: 'A courier of some name',
    trackingNumber: `BR${n}0000000`,
    trackingUrl: `https://courier.example/parcels/BR${n}0000000`,
  });

/** Invoices a second that were answered with a receipt. @throws when one was not */
async function post(origin: string, pathOf: (n: number) => string): Promise<number> {
  const pool = new Pool(origin, { connections });
  try {
    let next = 0;
    const started = performance.now();
    await Promise.all(
      Array.from({ length: connections }, async () => {
        for (let n = next++; n < ordersInRun; n = next++) {
          const { statusCode, body } = await pool.request({
            method: 'POST',
            path: pathOf(n),
            headers: keys,
            body: bodyOf(n),
          });
          const answer = await body.text();
          if (statusCode !== 200 || !answer.includes('receipt') || answer.includes('message'))
            throw new Error(`an invoice was answered with ${statusCode}: ${answer.slice(0, 200)}`);
        }
      }),
    );
    return ordersInRun / ((performance.now() - started) / 1_000);
  } finally {
    await pool.close();
  }
}

/** The orders' own part of the listener; what sellers do not call is not there. */
function routesOf(database: ServiceDatabase, folder: string): EndpointRoutes {
  const sealer = createSealer(folder);
  const ambient = { now: Date.now, random: Math.random, uuid: randomUUID };
  const nothing = () => undefined;
  const none = () => Promise.reject(new Error('sellers do not call this'));
  return (app, gate) =>
    orderRoutes(app, {
      gate,
      database,
      desk: createDesk({ database, sealer, ambient, currency: none, onChanged: nothing, onCreated: nothing }),
      sealer,
      ambient,
      log: nothing,
      simulate: none,
      isStorefront: () => Promise.resolve(false),
      hook: { isHook: () => Promise.resolve(false), told: none },
      onChanged: nothing,
    });
}

/** The same over HTTP: the gate, the body, the seal, the group and the receipt are part of it. Both sides share the process with who calls. */
export async function orderEventsHttpRow(): Promise<Row> {
  const { database, bare, prepare, folder, close } = openOrders();
  const free = { perSecond: 1_000_000, burst: 1_000_000 };
  const endpoints = await createEndpoints({
    port: 0,
    host: '127.0.0.1',
    verify: () => ({ credentialId: 'c', sellerId: 's', signingKey: null }),
    accept: () => Promise.resolve(),
    isBound: () => Promise.resolve(true),
    perSeller: free,
    perAddress: free,
    routes: [routesOf(database, folder)],
  });
  const insert = bare.prepare('INSERT INTO event (order_id, body) VALUES (?, ?)');
  let waiting: { id: string; body: string; done: () => void }[] = [];
  const plain = fastify();
  plain.post<{ Params: { id: string } }>('/pvt/orders/:id/invoice', async (request, reply) => {
    await new Promise<void>((done) => {
      waiting.push({ id: request.params.id, body: JSON.stringify(request.body), done });
      if (waiting.length > 1) return;
      // what came in one turn of the loop is one transaction
      setImmediate(() => {
        const group = waiting;
        waiting = [];
        bare.transaction(() => {
          for (const { id, body } of group) insert.run(id, body);
        })();
        for (const each of group) each.done();
      });
    });
    return reply.send({ receipt: randomUUID() });
  });
  const plainOrigin = await plain.listen({ port: 0, host: '127.0.0.1' });
  try {
    const taken = await alternate(
      async () => {
        const requests = await prepare();
        return await post(
          new URL(endpoints.url).origin,
          (n) => `/pvt/orders/${requests[n]?.marketplaceOrderId ?? ''}/invoice`,
        );
      },
      () => post(plainOrigin, (n) => `/pvt/orders/R-${n}/invoice`),
    );
    return rowOf(
      {
        name: 'orders/events-http',
        unit: 'events/s',
        reference:
          'a bare fastify and a bare better-sqlite3 in one process: one row an event, a transaction a turn of the loop, synchronous FULL',
        note: `invoices of ${ordersInRun} orders, each a POST with a key over ${connections} connections, answered with its receipt after the commit; who calls runs in the same process`,
      },
      taken,
    );
  } finally {
    await endpoints.close();
    await plain.close();
    await close();
  }
}
