import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindingColumns } from '../../../shared/contract/bindings.ts';
import { skuColumns } from '../../../shared/contract/catalog.ts';
import { type OfferColumn, type OfferFilter, offerColumns } from '../../../shared/contract/offers.ts';
import type { CategoryId, Instant, SellerId, SkuId } from '../../../shared/domain/brand.ts';
import { bindingViewSql } from '../bindings/reads.ts';
import { skuViewSql } from '../catalog/reads.ts';
import { decisionsOfStateSql } from '../decisions/reads.ts';
import { decisionWrites, recordDecision } from '../decisions/writes.ts';
import { isSortedWhole, offerViewSql } from '../offers/view.ts';
import { sellerListSql } from '../sellers/reads.ts';
import { inboxWrites } from '../sync/inbox-writes.ts';
import { outboxWrites } from '../sync/outbox-writes.ts';
import { pendingTextSql } from '../sync/pull-writes.ts';
import { openReadable, openWritable, prepareDatabase, type ReadableDatabase, type WritableDatabase } from './open.ts';

/** Which index serves which list: on generated offers, with the statistics that closing the writer leaves. */

const offers = 4_000;
let directory = '';
let database: ReadableDatabase;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-explain-'));
  const file = join(directory, 'bindery.sqlite');
  prepareDatabase(file, '2026-11-25T09:00:00.000Z');
  const writer = openWritable(file);
  const category = writer.prepare(
    'INSERT INTO category (id, parent_id, name, path, depth, position, last_position) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const offer = writer.prepare(
    'INSERT INTO offer (id, queue, band, score, odds, category_position, price, stock, seller_id, received_at, title, seller_sku_id, version_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const text = writer.prepare('INSERT INTO offer_text (rowid, text) VALUES (?, ?)');
  const sku = writer.prepare('INSERT INTO sku (id, product_id, is_active, name, product_name) VALUES (?, ?, 1, ?, ?)');
  const binding = writer.prepare(
    'INSERT INTO binding (seller_id, seller_sku_id, sku_id, is_active, is_removed, updated_at, price, stock) VALUES (?, ?, ?, ?, 0, ?, ?, ?)',
  );
  writer.transaction(() => {
    category.run(1, null, 'All', 'All', 0, 0, 40);
    for (let id = 2; id <= 41; id++) category.run(id, 1, `C${id}`, `All/C${id}`, 1, id - 1, id - 1);
    for (let id = 1; id <= offers; id++) {
      const at = new Date(Date.UTC(2026, 10, 1) + id * 61_000).toISOString();
      const title = `${id % 3 === 0 ? 'lamp' : 'chair'} of kind ${id % 97}`;
      offer.run(
        id,
        id % 20 === 0 ? 1 : 0,
        id % 5,
        (id * 37) % 10_000,
        ((id * 53) % 2_001) - 1_000,
        id % 41,
        (id * 7_919) % 100_000,
        (id * 31) % 200,
        `seller-${id % 17}`,
        at,
        title,
        `sku-${id}`,
        'v1',
      );
      text.run(id, title);
      sku.run(id, id, title, title);
      binding.run(`seller-${id % 17}`, `sku-${id}`, (id * 7) % offers, id % 9 === 0 ? 0 : 1, at, id % 991, id % 31);
    }
  })();
  writer.pragma('optimize');
  writer.close();
  database = openReadable(file);
});
afterAll(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

function view(filter: Partial<OfferFilter>, column: OfferColumn, direction: 'ascending' | 'descending') {
  return offerViewSql(database, {
    filter: { queue: 'waiting', ...filter },
    sort: { column, direction },
    operatorId: 'operator-1',
  });
}
function planOf({ sql, params }: ReturnType<typeof view>, limit: boolean): string {
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}${limit ? ' LIMIT 100' : ''}`).all(...params) as {
    detail: string;
  }[];
  return rows.map(({ detail }) => detail).join('\n');
}

const sorted = [
  ['received descending', {}, 'received', 'offer_received'],
  ['price of one seller', { sellerIds: ['seller-3' as SellerId] }, 'price', 'offer_seller_price'],
  ['stock within a category', { categoryId: 5 as CategoryId }, 'stock', 'offer_stock'],
  ['confidence within a band', { band: 'look' }, 'score', 'offer_band_score'],
  ['confidence over all bands', {}, 'score', 'offer_band_score'],
  ['what expires soon', { expiresBefore: '2026-12-03T00:00:00.000Z' as Instant }, 'received', 'offer_received'],
  ['seller', {}, 'seller', 'offer_seller_price'],
  ['price', {}, 'price', 'offer_price'],
  ['stock', {}, 'stock', 'offer_stock'],
  ['value in stock', {}, 'value', 'offer_value'],
  ['what teaches most', {}, 'lesson', 'offer_lesson'],
] as const;

describe.each(sorted)('%s', (_name, filter, column, index) => {
  it.each(['ascending', 'descending'] as const)('is served %s by its index, without sorting', (direction) => {
    const wanted: Partial<OfferFilter> = 'sellerIds' in filter ? { sellerIds: [...filter.sellerIds] } : filter;
    for (const limit of [true, false]) {
      const plan = planOf(view(wanted, column, direction), limit);
      expect(plan).toContain(index);
      expect(plan).not.toContain('TEMP B-TREE');
      expect(plan).not.toMatch(/SCAN o(?! USING)/);
    }
  });
  it('gives the same rows as sorting by hand', () => {
    const wanted: Partial<OfferFilter> = 'sellerIds' in filter ? { sellerIds: [...filter.sellerIds] } : filter;
    const { sql, params } = view(wanted, column, 'descending');
    const ids = database
      .prepare(sql)
      .pluck()
      .all(...params)
      .map(Number);
    const sortedBy = database
      .prepare(
        `SELECT ${{ received: 'received_at', price: 'price', stock: `printf('%06d %06d', stock, category_position)`, score: 'score', value: 'price * stock', lesson: '-ABS(odds)', seller: `seller_id || char(1) || printf('%012d', price)` }[column]} AS value FROM offer WHERE id = ?`,
      )
      .pluck();
    const values = ids.map((id) => ({ id, value: sortedBy.get(id) as number | string }));
    const again = [...values].sort((left, right) =>
      left.value === right.value ? right.id - left.id : left.value < right.value ? 1 : -1,
    );
    expect(ids.length).toBeGreaterThan(10);
    expect(values).toEqual(again);
  });
});

it('says of the one order that no index holds that it has to be sorted whole', () => {
  for (const column of offerColumns) {
    const sorted = { filter: { queue: 'waiting' as const }, sort: { column, direction: 'ascending' as const } };
    const plan = planOf(view({}, column, 'ascending'), true);
    expect([column, isSortedWhole({ ...sorted, operatorId: null })]).toEqual([
      column,
      plan.includes('TEMP B-TREE FOR ORDER BY'),
    ]);
  }
});

const plansOf = (sql: string, ...params: (string | number)[]): string[] =>
  (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...params) as { detail: string }[]).map(({ detail }) => detail);

it.each(bindingColumns)('lists bindings by %s in the order of an index', (column) => {
  for (const filter of [{}, { state: 'active' as const }]) {
    for (const direction of ['ascending', 'descending'] as const) {
      const { sql, params } = bindingViewSql({ filter, sort: { column, direction } });
      expect(plansOf(`${sql} LIMIT 100`, ...params).join()).toMatch(/^SCAN b USING (COVERING )?INDEX [^,]*$/);
    }
  }
});
it('finds bindings by words, seller SKU, seller and SKU without reading the table', () => {
  const sort = { column: 'updated', direction: 'descending' } as const;
  for (const filter of [{ text: 'lamp' }, { sellerIds: ['seller-3' as SellerId] }, { skuId: 3 as SkuId }]) {
    const { sql, params } = bindingViewSql({ filter, sort });
    const plan = plansOf(sql, ...params);
    expect(plan.filter((detail) => /^SCAN b\b/.test(detail))).toEqual([]);
    expect(plan.some((detail) => /SEARCH b USING/.test(detail))).toBe(true);
  }
});
it.each(skuColumns)('lists SKUs by %s in the order of an index', (column) => {
  for (const direction of ['ascending', 'descending'] as const) {
    const { sql, params } = skuViewSql({ filter: {}, sort: { column, direction } });
    const plan = plansOf(`${sql} LIMIT 100`, ...params).join();
    expect(plan).not.toContain('TEMP B-TREE');
    // the id is the table's own order
    if (column !== 'id') expect(plan).toContain('USING INDEX');
  }
});
it('counts what sellers have waiting and bound by index, and lists decisions of a state in order', () => {
  const sellers = plansOf(sellerListSql, '', '');
  expect(sellers.filter((detail) => /^SCAN (?!s$)/.test(detail))).toEqual([]);
  expect(sellers.join()).toMatch(/SEARCH o USING COVERING INDEX offer_/);
  expect(plansOf(decisionsOfStateSql, 'held', 100)).toEqual(['SEARCH decision USING INDEX decision_state (state=?)']);
});

it('finds words through the full-text index', () => {
  const plan = planOf(view({ text: 'lam' }, 'price', 'ascending'), true);
  expect(plan).toMatch(/SCAN t VIRTUAL TABLE INDEX/);
  expect(plan).toContain('SEARCH o USING INTEGER PRIMARY KEY');
  const { sql, params } = view({ text: 'lam kind' }, 'price', 'ascending');
  const found = database
    .prepare(sql)
    .pluck()
    .all(...params).length;
  const expected = database.prepare(`SELECT COUNT(*) FROM offer WHERE queue = 0 AND title LIKE 'lamp%'`).pluck().get();
  expect(found).toBe(expected);
});

it('looks for words to index among what is pending, not among all offers', () => {
  const plan = (
    database.prepare(`EXPLAIN QUERY PLAN ${pendingTextSql}`).all(500) as {
      detail: string;
    }[]
  ).map(({ detail }) => detail);
  expect(plan[0]).toMatch(/^SCAN p/);
  expect(plan.slice(1).every((detail) => detail.startsWith('SEARCH'))).toBe(true);
});

it('sends, forwards and takes back without reading a whole table', () => {
  const file = join(directory, 'bindery.sqlite');
  const run: string[] = [];
  // the same statements on a connection that tells what it runs
  const writer = new Database(file, { verbose: (sql) => run.push(String(sql)) }) as WritableDatabase;
  const at = '2026-11-25T09:00:00.000Z';
  const actor = { operatorId: 'operator-1', name: 'Ada', role: 'administrator' };
  const moment = { now: at, heldUntil: at };
  for (const [id, offerId] of [
    ['d1', 1],
    ['d2', 2],
  ] as const)
    recordDecision(writer, { id, kind: 'deny', offerId, versionId: 'v1', denyReason: 'other' }, actor, moment);
  outboxWrites['outbox.recover'](writer, {});
  const [item] = outboxWrites['outbox.take'](writer, { now: at, limit: 1 });
  expect(item?.key).toBe('d1');
  outboxWrites['outbox.settle'](writer, {
    sequence: item?.sequence ?? 0,
    outcome: { kind: 'confirmed', skuId: null },
    now: at,
  });
  decisionWrites['decisions.undo'](writer, { newId: 'd3', actor, moment, decisionId: 'd1' });
  decisionWrites['decisions.undo'](writer, { newId: 'd4', actor, moment, decisionId: 'd2' });
  inboxWrites['inbox.append'](writer, {
    entries: [{ kind: 'price', sellerId: 'seller-1', sellerSkuId: 'sku-1', receivedAt: at, body: null }],
  });
  const [group] = inboxWrites['inbox.due'](writer, { now: at, rooms: { 'seller-1': 1 }, busy: [] });
  if (!group) throw new Error('nothing is due');
  inboxWrites['inbox.complete'](writer, { group, answers: [], cause: 'notification', milliseconds: null, now: at });
  const scans = run.flatMap((sql) =>
    (writer.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
      .filter(({ detail }) =>
        /^SCAN (o|e|d|b|offer|binding|decision|outbox|inbox)\b(?! USING (COVERING )?INDEX)/.test(detail),
      )
      .map(({ detail }) => `${detail}: ${sql}`),
  );
  writer.close();
  expect(run.length).toBeGreaterThan(20);
  expect(scans).toEqual([]);
});
