/** How many reports of sellers about orders are applied a second, each on disk with its receipt, event, message and invoice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { prepareDatabase } from '../electron/service/database/open.ts';
import { startDatabase } from '../electron/service/database/threads.ts';
import { workerEntry } from '../electron/service/entries.ts';
import type { ReportRequest } from '../electron/service/orders/reports.ts';
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

export async function orderEventsRow(): Promise<Row> {
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
    bare.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
