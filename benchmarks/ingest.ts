/** How fast waiting offers are taken in, through the writer's thread and its own statements. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createPlan } from '../electron/sandbox/generator.ts';
import { prepareDatabase } from '../electron/service/database/open.ts';
import { startDatabase } from '../electron/service/database/threads.ts';
import { workerEntry } from '../electron/service/entries.ts';
import type { SuggestionRecord } from '../electron/service/protocol/types.ts';
import { firstSyncAtOnce } from '../electron/service/sync/pull.ts';
import { suggestionRow } from '../electron/service/sync/suggestion-row.ts';
import { instantOf } from '../shared/domain/brand.ts';
import { seed } from './cache.ts';
import { alternate, type Row, ratioAtLeast, rowOf } from './measure.ts';
import { categoryRecord, sellerRecord, suggestionRecord } from './records.ts';

/** Offers taken in by one run. */
const most = 50_000;

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'bindery-bench-ingest-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Narrow = readonly (string | number | null)[];

/** The two tables of the reference: the narrow columns that an arriving offer has, and the detail. */
function bareInsert(folder: string, rows: readonly { narrow: Narrow; detail: string }[]): number {
  const database = new Database(join(folder, 'bare.sqlite'));
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('cache_size = -65536');
    database.exec(`
      CREATE TABLE offer (
        id INTEGER PRIMARY KEY, queue INTEGER NOT NULL, category_position INTEGER, price INTEGER, stock INTEGER, seller_id TEXT NOT NULL,
        received_at TEXT NOT NULL, title TEXT NOT NULL, seller_sku_id TEXT NOT NULL, version_id TEXT NOT NULL, brand TEXT, currency TEXT,
        category_path TEXT, generation INTEGER NOT NULL) STRICT;
      CREATE TABLE offer_detail (offer_id INTEGER PRIMARY KEY, payload TEXT NOT NULL) STRICT;`);
    const insert = database.prepare<(string | number | null)[], unknown>(
      `INSERT INTO offer (queue, category_position, price, stock, seller_id, received_at, title, seller_sku_id, version_id, brand, currency,
         category_path, generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const insertDetail = database.prepare<[number | bigint, string], unknown>('INSERT INTO offer_detail VALUES (?, ?)');
    const started = performance.now();
    database.transaction(() => {
      for (const { narrow, detail } of rows) insertDetail.run(insert.run(...narrow).lastInsertRowid, detail);
    })();
    return rows.length / ((performance.now() - started) / 1_000);
  } finally {
    database.close();
  }
}

/** Rows of the reference as the service stored them, so that both sides write the same. */
function storedRows(file: string): { narrow: Narrow; detail: string }[] {
  const database = new Database(file, { readonly: true });
  try {
    return database
      .prepare<[], (string | number | null)[]>(
        `SELECT o.queue, o.category_position, o.price, o.stock, o.seller_id, o.received_at, o.title, o.seller_sku_id, o.version_id, o.brand,
           o.currency, o.category_path, o.generation, d.payload FROM offer o JOIN offer_detail d ON d.offer_id = o.id ORDER BY o.id`,
      )
      .raw()
      .all()
      .map((columns) => ({ narrow: columns.slice(0, -1), detail: String(columns.at(-1)) }));
  } finally {
    database.close();
  }
}

export async function ingestRow(size: number): Promise<Row> {
  const plan = createPlan(seed, Math.min(size, most));
  const builtAt = Date.now();
  const records: SuggestionRecord[] = [];
  for (let i = 0; i < plan.offerCount; i++) records.push(suggestionRecord(plan, i, builtAt));
  let rows: { narrow: Narrow; detail: string }[] = [];
  const own = () =>
    inFolder(async (folder) => {
      const file = join(folder, 'ingest.sqlite');
      prepareDatabase(file, instantOf(builtAt));
      const database = startDatabase({ file, entry: workerEntry('database'), log: () => undefined });
      const generation = builtAt;
      await database.write('pull.sellers', { records: plan.sellers.map(sellerRecord), generation });
      await database.write('pull.categories', { records: plan.categories.map(categoryRecord) });
      const askedAt = instantOf(builtAt);
      const started = performance.now();
      const batches: Promise<unknown>[] = [];
      for (let start = 0; start < records.length; start += firstSyncAtOnce) {
        batches.push(
          database.write(
            'pull.suggestions',
            { records: records.slice(start, start + firstSyncAtOnce).map(suggestionRow), generation, askedAt },
            { priority: 'sync' },
          ),
        );
        // one batch is under way while the next is fetched, as in a pull
        if (batches.length > 1) await batches.shift();
      }
      await Promise.all(batches);
      const perSecond = records.length / ((performance.now() - started) / 1_000);
      await database.close();
      if (rows.length === 0) rows = storedRows(file);
      return perSecond;
    });
  const reference = () => inFolder(async (folder) => bareInsert(folder, rows));
  return rowOf(
    {
      name: 'sync/ingest',
      unit: 'rows/s',
      reference: `bare better-sqlite3 in process, the same ${records.length} rows as they were stored, prepared beforehand (no JSON to write): one table with the 13 narrow columns and one with the detail, no secondary index, no look-up, one transaction, WAL, synchronous FULL`,
      goal: ratioAtLeast(0.25),
      note: `Batches of ${firstSyncAtOnce} records, as in the first synchronisation, each a transaction of the writer thread (synchronous NORMAL: what is pulled can be pulled again): the row with its indexes, unless the offer is known, the detail, the note that its words are to be indexed`,
    },
    await alternate(own, reference),
  );
}
