/** Commissions: choosing rules, a what-if on what was sold, and a table of rules. Each beside the plainest program that does the same. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPlan, type GeneratorPlan } from '../electron/sandbox/generator.ts';
import { hash } from '../electron/sandbox/random.ts';
import { commissionsOf } from '../electron/service/commissions/courses.ts';
import { keepPacks, outdatedPacks, readColumns } from '../electron/service/commissions/sold-columns.ts';
import { commissionWrites } from '../electron/service/commissions/writes.ts';
import {
  openReadable,
  openWritable,
  prepareDatabase,
  type WritableDatabase,
} from '../electron/service/database/open.ts';
import { startDatabase } from '../electron/service/database/threads.ts';
import { workerEntry } from '../electron/service/entries.ts';
import { pullWrites } from '../electron/service/sync/pull-writes.ts';
import { instantOf } from '../shared/domain/brand.ts';
import { chargeOf, percentage } from '../shared/domain/commission/charge.ts';
import { compileRules } from '../shared/domain/commission/choose.ts';
import {
  anyScope,
  type CommissionRule,
  compareRules,
  type Directory,
  matches,
  periodOf,
} from '../shared/domain/commission/rules.ts';
import { basisPointsOf } from '../shared/domain/exact.ts';
import { seed } from './cache.ts';
import { alternate, atMost, type Goal, type Row, rowOf } from './measure.ts';
import { brandRecord, categoryRecord, sellerRecord, skuRecord } from './records.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const actor = { operatorId: 'bench', name: 'Ada', role: 'finance' } as const;
const importRows = 100_000;
const cellsAtOnce = 10_000;
/** Items that the reference looks at: it is far slower. */
const scanned = 2_000;
const atLeast = (limit: number, unit: string): Goal => ({
  text: `>= ${limit} ${unit}`,
  met: (value) => value >= limit,
});

/** Rules of many shapes: a default, categories, sellers, both, brands and channels, some of them dated. */
export function rulesOf(plan: ReturnType<typeof createPlan>, count: number): CommissionRule[] {
  const rules: CommissionRule[] = [];
  for (let n = 0; n < count; n++) {
    const h = hash(seed, n, 200);
    const scope = {
      ...anyScope,
      sellerId: n % 3 === 0 ? null : (plan.sellers[h % plan.sellers.length]?.id ?? null),
      categoryId: n % 4 === 0 ? null : ((h >>> 8) % plan.categories.length) + 1,
      brandId: n % 7 === 0 ? ((h >>> 4) % plan.brands.length) + 1 : null,
      salesChannel: n % 11 === 0 ? String(1 + (h % 3)) : null,
    };
    rules.push({
      id: `r${n}`,
      scope,
      product: percentage(basisPointsOf(h % 3_000)),
      freight: percentage(basisPointsOf(h % 500)),
      validFrom: n % 5 === 0 ? instantOf(start + (h % 300) * day) : null,
      validUntil: null,
      timeZone: 'UTC',
      note: '',
    });
  }
  return rules;
}

/** So many items sold of the first SKUs, over three hundred days. */
export function fillSold(database: WritableDatabase, plan: GeneratorPlan, size: number, skus: number): void {
  const chunk = 20_000;
  for (let from = 0; from < size; from += chunk)
    database
      .transaction(() => {
        const records = Array.from({ length: Math.min(chunk, size - from) }, (_, index) => {
          const n = from + index;
          const h = hash(seed, n, 201);
          return {
            orderId: `o${Math.floor(n / 2)}`,
            line: n % 2,
            sellerId: plan.sellers[h % plan.sellers.length]?.id ?? '',
            sellerSkuId: `s${(h >>> 3) % skus}`,
            skuId: ((h >>> 3) % skus) + 1,
            salesChannel: String(1 + (h % 3)),
            price: 500 + (h % 200_000),
            quantity: 1 + (h % 3),
            freight: h % 4_000,
            soldAt: instantOf(start + Math.floor((n / size) * 300 * day)),
            refunded: 0,
            refundedAt: null,
          };
        });
        commissionWrites['commissions.sold'](database, { records });
      })
      .immediate();
}

function fill(file: string, size: number) {
  const plan = createPlan(seed, size);
  prepareDatabase(file, instantOf(Date.now()));
  const database = openWritable(file);
  database.pragma('synchronous = OFF');
  const write = <Result>(work: () => Result) => database.transaction(work).immediate();
  write(() => {
    pullWrites['pull.sellers'](database, { records: plan.sellers.map(sellerRecord), generation: 1 });
    pullWrites['pull.categories'](database, { records: plan.categories.map(categoryRecord) });
    pullWrites['pull.brands'](database, { records: plan.brands.map(brandRecord) });
    commissionWrites['commissions.backend'](database, {
      entries: plan.sellers.map(({ id }) => ({ sellerId: id, categoryId: null, product: 1_200, freight: 100 })),
      now: instantOf(start),
    });
  });
  const skus = Math.min(plan.skuCount, 20_000);
  write(() =>
    pullWrites['pull.skus'](database, {
      records: Array.from({ length: skus }, (_, s) => skuRecord(plan, s)),
      generation: 1,
    }),
  );
  fillSold(database, plan, size, skus);
  write(() => {
    commissionWrites['commissions.createDraft'](database, {
      id: 'draft',
      name: 'Bench',
      actor: actor as never,
      at: instantOf(start),
    });
    commissionWrites['commissions.createDraft'](database, {
      id: 'table',
      name: 'Table',
      actor: actor as never,
      at: instantOf(start),
    });
    commissionWrites['commissions.createDraft'](database, {
      id: 'cells',
      name: 'Cells',
      actor: actor as never,
      at: instantOf(start),
    });
    commissionWrites['commissions.change'](database, {
      draftId: 'draft',
      actor: actor as never,
      at: instantOf(start),
      changes: rulesOf(plan, 2_000).map((rule) => ({ ruleId: rule.id, rule })),
    });
  });
  // as the service keeps them after each pull
  for (let packs = outdatedPacks(database, { most: 4 }); packs.length > 0; packs = outdatedPacks(database, { most: 4 }))
    write(() => keepPacks(database, { packs }));
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return plan;
}

/** The choice by its definition, for every item anew: what a program without an index does. */
function scanItem(
  directory: Directory,
  rules: readonly CommissionRule[],
  sold: Parameters<typeof matches>[2],
  at: number,
) {
  let best: CommissionRule | null = null;
  for (const rule of rules) {
    const { from, until } = periodOf(rule);
    if (rule.product === null || from > at || at >= until || !matches(directory, rule, sold)) continue;
    if (best === null || compareRules(directory, rule, best).order < 0) best = rule;
  }
  return best;
}

export async function commissionRows(size: number, wanted: (name: string) => boolean): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bindery-bench-commissions-'));
  const file = join(folder, 'bindery.sqlite');
  const rows: Row[] = [];
  try {
    const plan = fill(file, size);
    const reader = openReadable(file);
    const rules = rulesOf(plan, 2_000);
    const directory: Directory = {
      parents: new Map(plan.categories.map(({ id, parentId }) => [id, parentId])),
      groups: new Map(plan.sellers.map(({ id }) => [id, []])),
    };
    if (wanted('commissions/choose')) {
      const columns = readColumns(reader, 'BRL');
      const own = async () => {
        const compiled = compileRules(rules, directory);
        const started = performance.now();
        commissionsOf(columns, compiled, null);
        return columns.count / ((performance.now() - started) / 1_000);
      };
      const reference = async () => {
        const started = performance.now();
        for (let n = 0; n < scanned; n++) {
          const at = Math.floor((n * columns.count) / scanned);
          const sold = {
            sellerId: columns.sellers[columns.seller[at] ?? 0] ?? '',
            categoryId: columns.categories[columns.categoryCode[at] ?? 0] ?? null,
            brandId: columns.brand[at] ?? null,
            salesChannel: columns.channels[columns.channel[at] ?? 0] ?? null,
            sellerSkuId: null,
          };
          const rule = scanItem(directory, rules, sold, columns.soldAt[at] ?? 0);
          if (rule?.product) chargeOf(rule.product, columns.price[at] ?? 0, columns.quantity[at] ?? 0);
        }
        return scanned / ((performance.now() - started) / 1_000);
      };
      rows.push(
        rowOf(
          {
            name: 'commissions/choose',
            unit: 'items/s',
            reference: `each of ${scanned} items against all ${rules.length} rules by the definition of precedence (product only)`,
            goal: atLeast(1_000_000, 'items/s'),
            note: 'Product and freight rule of every item chosen and charged; nothing is known of the items beforehand',
          },
          await alternate(own, reference),
        ),
      );
    }
    reader.close();
    const text = ['seller,category,channel,product_percent,freight_percent,valid_from'];
    for (let n = 0; n < importRows; n++) {
      const seller = plan.sellers[n % plan.sellers.length]?.id;
      const category = plan.categories[Math.floor(n / plan.sellers.length) % plan.categories.length]?.id;
      const date = new Date(start + Math.floor(n / (plan.sellers.length * plan.categories.length)) * day)
        .toISOString()
        .slice(0, 10);
      text.push(`${seller},${category},,${(n % 300) / 10},${n % 3},${date}`);
    }
    const table = text.join('\n');
    // a reader of its own for each run: nothing is remembered of the last one
    const open = () => startDatabase({ file, entry: workerEntry('database'), log: () => undefined });
    if (wanted('commissions/what-if')) {
      const blocks: number[] = [];
      const own = async () => {
        const database = open();
        await database.read('commissions.overview', { now: instantOf(start) });
        await database.read('commissions.overview', { now: instantOf(start) }, { long: true });
        const started = performance.now();
        let done = false;
        const trial = database
          .read(
            'commissions.whatIf',
            { draftId: 'draft', asOf: null, paymentCost: 200, currency: 'USD' },
            { long: true },
          )
          .finally(() => {
            done = true;
          });
        // meanwhile somebody scrolls: blocks of a hundred rows by id, on the other reader
        for (let block = 0; !done; block++) {
          const asked = performance.now();
          await database.read('skus.rows', {
            ids: Array.from({ length: 100 }, (_, n) => ((block * 100 + n) % 20_000) + 1),
          });
          blocks.push(performance.now() - asked);
        }
        const { items } = await trial;
        const milliseconds = performance.now() - started;
        await database.close();
        if (items !== size) throw new Error(`${items} of ${size} items were looked at`);
        return milliseconds;
      };
      const reference = async () => {
        const bare = openReadable(file);
        const started = performance.now();
        bare
          .prepare('SELECT seller_id, category_id, SUM(price * quantity + freight) FROM sold_item GROUP BY 1, 2')
          .all();
        const milliseconds = performance.now() - started;
        bare.close();
        return milliseconds;
      };
      const taken = await alternate(own, reference);
      rows.push(
        rowOf(
          {
            name: 'commissions/what-if',
            unit: 'ms',
            reference: 'SQLite’s own sum of what was sold by seller and category: no rule is looked at',
            goal: atMost(2_000, 'ms'),
            note: `${size} items under ${rules.length} changed rules, its first time in a process, from packed columns as the service keeps them after a pull; of ${blocks.length} grid blocks meanwhile the slowest took ${blocks.reduce((most, each) => Math.max(most, each), 0).toFixed(1)} ms (goal 50)`,
          },
          taken,
        ),
      );
    }
    if (wanted('commissions/cells')) {
      const database = open();
      const sellerIds = plan.sellers.slice(0, 200).map(({ id }) => id);
      const cells = Array.from({ length: cellsAtOnce }, (_, n) => ({
        sellerId: sellerIds[n % sellerIds.length] ?? null,
        categoryId: plan.categories[Math.floor(n / sellerIds.length) % plan.categories.length]?.id ?? null,
      }));
      const set = (rate: number) =>
        database.write('commissions.setCells', {
          draftId: 'cells',
          part: 'product',
          validFrom: null,
          timeZone: 'UTC',
          newId: `cells-${rate}`,
          actor: actor as never,
          at: instantOf(start),
          cells: cells.map((cell) => ({ ...cell, rate })),
        });
      let round = 0;
      const parts: number[] = [];
      const own = async () => {
        round++;
        const started = performance.now();
        const { undo } = await set(1_000 + round);
        const set1 = performance.now();
        const at = instantOf(start);
        await database.read('commissions.matrix', { draftId: 'cells', now: at, at, part: 'product', sellerIds });
        const read = performance.now();
        await database.write('commissions.change', {
          draftId: 'cells',
          changes: undo,
          actor: actor as never,
          at,
        });
        const undone = performance.now();
        parts.splice(0, 3, set1 - started, read - set1, undone - read);
        return undone - started;
      };
      const bare = openWritable(file);
      bare.exec('CREATE TABLE bench_cell (id TEXT PRIMARY KEY, payload TEXT) WITHOUT ROWID');
      const insert = bare.prepare('INSERT OR REPLACE INTO bench_cell VALUES (?, ?)');
      const reference = async () => {
        const started = performance.now();
        bare.transaction(() => {
          cells.forEach((cell, n) => {
            insert.run(String(n), JSON.stringify(cell));
          });
        })();
        return performance.now() - started;
      };
      const taken = await alternate(own, reference);
      rows.push(
        rowOf(
          {
            name: 'commissions/cells',
            unit: 'ms',
            reference: 'as many rows written into a bare table',
            goal: atMost(2_000, 'ms'),
            note: `${cells.length} cells of the grid set as one command, all of it read again, and the command taken back: ${parts.map((part) => part.toFixed(0)).join(', ')} ms the last time`,
          },
          taken,
        ),
      );
      bare.close();
      await database.close();
    }
    if (wanted('commissions/import')) {
      const database = open();
      const own = async () => {
        const started = performance.now();
        const parsed = await database.read(
          'commissions.parse',
          { draftId: 'table', text: table, newId: 'n' },
          { long: true },
        );
        const milliseconds = performance.now() - started;
        if (parsed.errors.length > 0 || parsed.added !== importRows)
          throw new Error(`${parsed.added} of ${importRows} rows, ${JSON.stringify(parsed.errors[0])}`);
        return milliseconds;
      };
      const reference = async () => {
        const started = performance.now();
        for (const line of table.split('\n')) line.split(',');
        return performance.now() - started;
      };
      rows.push(
        rowOf(
          {
            name: 'commissions/import',
            unit: 'ms',
            reference: 'the same text split at its commas',
            goal: atMost(5_000, 'ms'),
            note: `${importRows} rows: read, named, compared with the rules that are there, and checked against each other`,
          },
          await alternate(own, reference, 3),
        ),
      );
      await database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}
