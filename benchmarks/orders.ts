/** Orders: carts at many sellers at once, and the grid over all orders. Each beside the plainest program that does the same. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { stream } from '../electron/sandbox/random.ts';
import { prepareDatabase } from '../electron/service/database/open.ts';
import { createCartSimulator } from '../electron/service/orders/cart-simulator.ts';
import { createEgress } from '../electron/service/protocol/egress.ts';
import { createSellerOrdersApi } from '../electron/service/protocol/seller-orders.ts';
import { instantOf } from '../shared/domain/brand.ts';
import { marketplaceStates } from '../shared/domain/orders/flow.ts';
import type { Client } from '../shared/rpc/client.ts';
import { alternate, atMost, quantile, type Row, ratioAtMost, rowOf, runs } from './measure.ts';
import { openBenchService } from './service.ts';

const sellersAsked = 50;
const slowestMs = 400;
const cartsInRun = 5;
const blocksInRun = 1_000;
const blockRows = 100;
const start = Date.UTC(2026, 10, 25, 12);

async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Sellers of one process, each at an address of its own, with its own time to answer: from 20 ms evenly up to the slowest. */
async function startSellers(): Promise<{ origins: readonly string[]; close(): Promise<void> }> {
  const answer = (id: string) =>
    JSON.stringify({
      country: 'BRA',
      postalCode: '80250000',
      items: [0, 1, 2].map((n) => ({ id: `${id}-${n}`, requestIndex: n, quantity: 1, price: 1_000, listPrice: 1_200 })),
      logisticsInfo: [0, 1, 2].map((itemIndex) => ({
        itemIndex,
        stockBalance: 10,
        slas: [{ id: 'Standard', name: 'Standard', deliveryChannel: 'delivery', price: 600, shippingEstimate: '3bd' }],
      })),
    });
  const servers = Array.from({ length: sellersAsked }, (_, number) =>
    createServer((request, response) => {
      request.resume();
      const wait = 20 + ((slowestMs - 20) * number) / (sellersAsked - 1);
      setTimeout(() => {
        response.setHeader('content-type', 'application/json');
        response.end(answer(`s${number}`));
      }, wait);
    }),
  );
  const origins: string[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origins.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`); // listening on TCP
  }
  return {
    origins,
    async close() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

async function fanOutRow(): Promise<Row> {
  const sellers = await startSellers();
  const egress = createEgress({ allowedOrigins: [...sellers.origins] });
  const carts = createCartSimulator({
    api: createSellerOrdersApi(egress),
    ambient: { now: Date.now },
    addressOf: (sellerId, salesChannel) =>
      Promise.resolve({
        sellerId,
        face: 'external',
        baseUrl: sellers.origins[Number(sellerId.slice(1))] ?? '',
        affiliateId: 'MKP',
        salesChannel,
      }),
  });
  const requests = Array.from({ length: sellersAsked }, (_, number) => ({
    sellerId: `s${number}`,
    salesChannel: '1',
    cart: {
      items: [0, 1, 2].map((n) => ({ id: `s${number}-${n}`, quantity: 1 })),
      postalCode: '80250000',
      country: 'BRA',
    },
  }));
  const slowest = requests.at(-1);
  try {
    const taken = await alternate(
      async () => {
        const times: number[] = [];
        for (let cart = 0; cart < cartsInRun; cart++)
          times.push(
            await timed(async () => {
              const quotes = await carts.simulate(requests);
              if (!quotes.every(({ state, items }) => state === 'answered' && items.length === 3))
                throw new Error('a seller did not answer');
            }),
          );
        return quantile(times, 0.5);
      },
      async () => {
        const times: number[] = [];
        for (let cart = 0; cart < cartsInRun; cart++)
          times.push(
            await timed(async () => {
              const response = await fetch(`${sellers.origins.at(-1)}/pvt/orderForms/simulation?sc=1`, {
                method: 'POST',
                headers: { 'content-type': 'application/json' },
                body: JSON.stringify({ items: slowest?.cart.items }),
              });
              await response.json();
            }),
          );
        return quantile(times, 0.5);
      },
    );
    return rowOf(
      {
        name: 'orders/fan-out',
        unit: 'ms median',
        reference: `the slowest of the sellers asked alone, by fetch: ${slowestMs} ms and its way there and back`,
        goal: ratioAtMost(1.15),
        note: `a cart of 3 items at ${sellersAsked} sellers, egress guard, limits, parsing and all`,
      },
      taken,
    );
  } finally {
    await egress.close();
    await sellers.close();
  }
}

/** As many orders as wanted, in every state, the needs of a person on one in twenty. */
function fill(file: string, count: number): void {
  prepareDatabase(file, instantOf(start));
  const database = new Database(file);
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -200000');
  const states = marketplaceStates.length;
  database.exec(`
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO orders (state, seller_state, attention, payment, total, seller_id, received_at, deadline, marketplace_order_id, group_id,
      currency, sales_channel, title, units, items_total, freight, state_since)
    SELECT (i * 7919) % ${states}, (i * 31) % 14, CASE WHEN i % 20 = 0 THEN 1 << (i / 20 % 12) ELSE 0 END, 1, 1000 + (i * 104729) % 500000,
      'seller-' || (i * 13 % 200), strftime('%Y-%m-%dT%H:%M:%fZ', ${start / 1_000} - i * 17, 'unixepoch'),
      CASE WHEN i % 3 = 0 THEN strftime('%Y-%m-%dT%H:%M:%fZ', ${start / 1_000} + i % 900000, 'unixepoch') END,
      'B' || i || '-01', 'B' || i, 'BRL', '1', 'Turntable number ' || i, 1 + i % 4, 1000 + (i * 104729) % 500000 - 600, 600,
      strftime('%Y-%m-%dT%H:%M:%fZ', ${start / 1_000} - i * 11, 'unixepoch')
    FROM n`);
  database.pragma('optimize');
  database.close();
}

async function openWhole(client: Client): Promise<{ viewId: string; count: number }> {
  let wake: () => void = () => undefined;
  const counts = new Map<string, number>();
  const stop = client.on('view.progress', ({ viewId, count, complete }) => {
    if (complete) counts.set(viewId, count);
    wake();
  });
  try {
    const { viewId, complete, count } = await client.call('orders.open', {
      filter: {},
      sort: { column: 'received', direction: 'descending' },
      first: 100,
    });
    if (complete) return { viewId, count };
    for (;;) {
      const whole = counts.get(viewId);
      if (whole !== undefined) return { viewId, count: whole };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    stop();
  }
}

async function blocksRow(size: number): Promise<Row> {
  const directory = mkdtempSync(join(tmpdir(), 'bindery-bench-grid-'));
  mkdirSync(join(directory, 'demo'));
  const file = join(directory, 'demo', 'bindery.sqlite');
  fill(file, size);
  const { client, close } = await openBenchService(directory, 0);
  const bare = new Database(file, { readonly: true });
  bare.pragma('cache_size = -48000');
  try {
    const { viewId, count } = await openWhole(client);
    const ids = Int32Array.from(
      bare.prepare<[], number>('SELECT id FROM orders ORDER BY received_at DESC, id DESC').pluck().all(),
    );
    if (ids.length !== count) throw new Error(`${count} rows in the view, ${ids.length} by the reference`);
    const row = bare.prepare<[number], unknown>(
      'SELECT o.*, (SELECT name FROM seller WHERE id = o.seller_id) AS seller_name FROM orders o WHERE id = ?',
    );
    const next = stream(12);
    const starts = Array.from({ length: blocksInRun * runs }, () =>
      Math.floor(next() * Math.max(1, count - blockRows)),
    );
    let ownRun = 0;
    let referenceRun = 0;
    const taken = await alternate(
      async () => {
        const times: number[] = [];
        for (const from of starts.slice(ownRun * blocksInRun, ++ownRun * blocksInRun)) {
          let first = 0;
          times.push(
            await timed(async () => {
              const { rows } = await client.call('orders.rows', {
                viewId: viewId as never,
                from,
                to: from + blockRows,
              });
              first = rows[0]?.id ?? 0;
            }),
          );
          if (first !== ids[from]) throw new Error(`the block at ${from} is not what the reference has there`);
        }
        return quantile(times, 0.99);
      },
      async () => {
        const times: number[] = [];
        for (const from of starts.slice(referenceRun * blocksInRun, ++referenceRun * blocksInRun))
          times.push(
            await timed(() => {
              for (const id of ids.subarray(from, from + blockRows)) row.get(id);
            }),
          );
        return quantile(times, 0.99);
      },
    );
    return rowOf(
      {
        name: 'orders/blocks',
        unit: 'ms p99',
        reference: `bare better-sqlite3 in process, the same ${blockRows} rows by primary key, ${blocksInRun} random blocks of ${count}`,
        goal: atMost(16, 'ms'),
      },
      taken,
    );
  } finally {
    bare.close();
    await close();
    rmSync(directory, { recursive: true, force: true });
  }
}

export async function orderRows(size: number, wanted: (name: string) => boolean): Promise<Row[]> {
  const rows: Row[] = [];
  if (wanted('orders/fan-out')) rows.push(await fanOutRow());
  if (wanted('orders/events')) rows.push(await (await import('./order-events.ts')).orderEventsRow());
  if (wanted('orders/events-http')) rows.push(await (await import('./order-events.ts')).orderEventsHttpRow());
  if (wanted('orders/blocks')) rows.push(await blocksRow(size));
  return rows;
}
