/** How fast lists over the whole database open and scroll, measured where the renderer stands: at the client of the RPC. */
import Database from 'better-sqlite3';
import { stream } from '../electron/sandbox/random.ts';
import type { Client } from '../shared/rpc/client.ts';
import type { BenchCache } from './cache.ts';
import { alternate, atMost, quantile, type Row, rowOf, runs } from './measure.ts';
import { openBenchService } from './service.ts';
import { type Variant, type ViewCase, viewCases } from './view-cases.ts';

const opensInRun = 40;
const blocksInRun = 1_000;
const blockRows = 100;

async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Opens a view and waits until the whole of it is evaluated. */
async function openWhole(client: Client, { filter, sort }: Variant): Promise<{ viewId: string; count: number }> {
  const counts = new Map<string, number>();
  let wake: () => void = () => undefined;
  const stop = client.on('view.progress', ({ viewId, count, complete }) => {
    if (complete) counts.set(viewId, count);
    wake();
  });
  try {
    const opened = await client.call('offers.open', { filter, sort, first: 100 });
    if (opened.complete) return { viewId: opened.viewId, count: opened.count };
    for (;;) {
      const count = counts.get(opened.viewId);
      if (count !== undefined) return { viewId: opened.viewId, count };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    stop();
  }
}

function referenceOf(database: Database.Database, { where, params, order }: Variant) {
  const narrow = 'o.*, (SELECT name FROM seller WHERE id = o.seller_id) AS seller_name';
  const base = `FROM offer o WHERE o.queue = 0 ${where} ORDER BY ${order}`;
  return {
    first: () => database.prepare(`SELECT ${narrow} ${base} LIMIT 100`).all(...params),
    ids: () =>
      database
        .prepare(`SELECT o.id ${base}`)
        .pluck()
        .all(...params),
    row: database.prepare<[number], unknown>(`SELECT ${narrow} FROM offer o WHERE o.id = ?`),
  };
}

async function firstRows(client: Client, database: Database.Database, view: ViewCase): Promise<Row> {
  let turn = 0;
  const own = async () => {
    const times: number[] = [];
    for (let open = 0; open < opensInRun; open++) {
      const { filter, sort } = view.variant(turn * opensInRun + open);
      let viewId = '';
      times.push(
        await timed(async () => {
          ({ viewId } = await client.call('offers.open', { filter, sort, first: 100 }));
        }),
      );
      // typing on: the rest of the list is given up, unless it is being evaluated already
      await client.call('offers.close', { viewId: viewId as never });
    }
    return quantile(times, 0.95);
  };
  const reference = async () => {
    const times: number[] = [];
    for (let open = 0; open < opensInRun; open++)
      times.push(await timed(referenceOf(database, view.variant(turn * opensInRun + open)).first));
    turn++;
    return quantile(times, 0.95);
  };
  return rowOf(
    {
      name: `views/${view.name}/first-rows`,
      unit: 'ms p95',
      reference: `bare better-sqlite3 in process, the same 100 rows by SELECT … ORDER BY … LIMIT 100: ${view.what}`,
      goal: atMost(300, 'ms'),
    },
    await alternate(own, reference),
  );
}

async function blocks(client: Client, database: Database.Database, view: ViewCase): Promise<Row> {
  const variant = view.variant(0);
  const { viewId, count } = await openWhole(client, variant);
  const bare = referenceOf(database, variant);
  // the ids that the reference reads rows of, as a program that keeps the same list would hold them
  const ids = Int32Array.from(bare.ids().map(Number));
  if (ids.length !== count) throw new Error(`${view.name}: ${count} rows in the view, ${ids.length} by the reference`);
  const next = stream(11);
  const starts = Array.from({ length: blocksInRun * runs }, () => Math.floor(next() * Math.max(1, count - blockRows)));
  let ownRun = 0;
  let referenceRun = 0;
  const own = async () => {
    const times: number[] = [];
    for (const from of starts.slice(ownRun * blocksInRun, ++ownRun * blocksInRun)) {
      let got: { readonly id: number }[] = [];
      times.push(
        await timed(async () => {
          ({ rows: got } = await client.call('offers.rows', { viewId: viewId as never, from, to: from + blockRows }));
        }),
      );
      if (got[0]?.id !== ids[from] || got.length !== Math.min(blockRows, count - from))
        throw new Error(`${view.name}: the block at ${from} is not what the reference has there`);
    }
    return quantile(times, 0.99);
  };
  const reference = async () => {
    const times: number[] = [];
    for (const from of starts.slice(referenceRun * blocksInRun, ++referenceRun * blocksInRun))
      times.push(
        await timed(() => {
          for (const id of ids.subarray(from, from + blockRows)) bare.row.get(id);
        }),
      );
    return quantile(times, 0.99);
  };
  const taken = await alternate(own, reference);
  await client.call('offers.close', { viewId: viewId as never });
  return rowOf(
    {
      name: `views/${view.name}/blocks`,
      unit: 'ms p99',
      reference: `bare better-sqlite3 in process, the same ${blockRows} rows by primary key, ${blocksInRun} random blocks of ${count}`,
      goal: atMost(16, 'ms'),
    },
    taken,
  );
}

export async function viewRows(cache: BenchCache, wanted: (name: string) => boolean): Promise<Row[]> {
  const { client, close } = await openBenchService(cache.directory);
  const database = new Database(cache.file, { readonly: true });
  database.pragma('cache_size = -48000');
  const rows: Row[] = [];
  try {
    for (const view of viewCases(cache.plan)) {
      if (wanted(`views/${view.name}/first-rows`)) rows.push(await firstRows(client, database, view));
      if (wanted(`views/${view.name}/blocks`)) rows.push(await blocks(client, database, view));
    }
  } finally {
    database.close();
    await close();
  }
  return rows;
}
