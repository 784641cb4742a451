import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CategoryId, instantOf } from '../../../shared/domain/brand.ts';
import type { WritableDatabase } from '../database/open.ts';
import { meaningsOf } from '../mapping/meaning.ts';
import { mappingReads, mappingWrites } from '../mapping/statements.ts';
import { orderWrites } from '../orders/writes.ts';
import type { CategoryRecord } from '../protocol/types.ts';
import { pullWrites } from '../sync/pull-writes.ts';
import { makeTestFile, type TestFile } from '../testing/file.ts';
import { offerReads } from './reads.ts';
import { sweepWrites } from './sweep.ts';
import { offerViewSql } from './view.ts';

const at = '2026-11-25T09:00:00.000Z';
const actor = { operatorId: 'operator-1', name: 'Ada', role: 'administrator' };
let file: TestFile;
let database: WritableDatabase;
let lastOffer = 0;
beforeEach(() => {
  file = makeTestFile();
  database = file.database;
  lastOffer = 0;
});
afterEach(() => file.remove());

const category = (id: number, name: string, parentId: number | null = null): CategoryRecord => ({
  id: id as CategoryId,
  parentId: parentId as CategoryId | null,
  name,
});
const pull = (records: CategoryRecord[]) => pullWrites['pull.categories'](database, { records });
function offer(path: string, more: { seller?: string; brand?: string; queue?: number; payload?: object } = {}): number {
  lastOffer++;
  database
    .prepare(
      `INSERT INTO offer (id, queue, band, score, best_sku_id, category_position, seller_id, received_at, title, seller_sku_id, version_id, brand, category_path)
       VALUES (?, ?, 2, 5000, 7, ?, ?, ?, 'T', ?, 'v', ?, ?)`,
    )
    .run(
      lastOffer,
      more.queue ?? 0,
      meaningsOf(database).position(more.seller ?? 's1', path),
      more.seller ?? 's1',
      at,
      `sku-${lastOffer}`,
      more.brand ?? null,
      path,
    );
  database
    .prepare('INSERT INTO offer_detail (offer_id, payload) VALUES (?, ?)')
    .run(lastOffer, JSON.stringify(more.payload ?? {}));
  return lastOffer;
}
const step = (limit = 3) => sweepWrites['sweep.step'](database, { limit, now: at });
function sweepAll(limit = 3): number[] {
  const changed: number[] = [];
  for (let steps = 0; steps < 5_000; steps++) {
    const piece = step(limit);
    if (!piece) return changed;
    expect(piece.seen).toBeLessThanOrEqual(limit);
    changed.push(...piece.changed);
  }
  throw new Error('a sweep does not end');
}
function listed(categoryId: number): number[] {
  const { sql, params } = offerViewSql(database, {
    filter: { queue: 'waiting', categoryId: categoryId as CategoryId },
    sort: { column: 'received', direction: 'ascending' },
    operatorId: null,
  });
  return database
    .prepare(sql)
    .pluck()
    .all(...params)
    .map(Number);
}
const map = (kind: 'category' | 'brand' | 'specification', sellerValue: string, targetId: string | null) =>
  mappingWrites['mapping.apply'](database, {
    entries: [{ sellerId: 's1', kind, sellerValue, targetId }],
    actor,
    at,
  });
const bandOf = (id: number) => database.prepare('SELECT band FROM offer WHERE id = ?').pluck().get(id);

it('lists the offers of a category whatever comes, goes, moves or is renamed in the tree', () => {
  const names = ['A', 'B', 'C', 'D', 'E'];
  // each name at the root, or under A to E: as it is drawn
  const tree = fc.uniqueArray(
    fc.record({ name: fc.constantFrom(...names), parent: fc.option(fc.constantFrom(...names)) }),
    { selector: ({ name }) => name, maxLength: 5 },
  );
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 6 }), (trees) => {
      database.exec('DELETE FROM offer; DELETE FROM category; DELETE FROM sweep');
      lastOffer = 0;
      const paths = new Set<string>();
      for (const drawn of trees) {
        const isRoot = (name: string) => drawn.some((one) => one.name === name && one.parent === null);
        const records = drawn.flatMap(({ name, parent }) => {
          if (parent === null) return [category(names.indexOf(name) + 1, name)];
          return isRoot(parent) && parent !== name
            ? [category(names.indexOf(name) + 1, name, names.indexOf(parent) + 1)]
            : [];
        });
        pull(records);
        const pathOf = ({ name, parentId }: CategoryRecord) =>
          parentId === null ? name : `${names[parentId - 1]}/${name}`;
        for (const record of records) {
          const path = pathOf(record);
          if (paths.has(path)) continue;
          paths.add(path);
          offer(path);
        }
        sweepAll(2);
        for (const record of records) {
          const inside = records.filter(({ id, parentId }) => id === record.id || parentId === record.id).map(pathOf);
          const right = [...paths].flatMap((path, index) => (inside.includes(path) ? [index + 1] : []));
          expect(listed(record.id)).toEqual(right);
        }
      }
    }),
    { seed: 20_261_125, numRuns: 60 },
  );
});

it('moves nobody when a category comes between others, so that nothing is to be gone through but the newcomer’s', () => {
  pull([category(1, 'A'), category(3, 'C'), category(4, 'D')]);
  const [a, b, c] = [offer('A'), offer('B'), offer('C')];
  pull([category(1, 'A'), category(2, 'B'), category(3, 'C'), category(4, 'D')]);
  expect(listed(3)).toEqual([c]); // right already, before any sweep
  expect(sweepAll()).toEqual([b]);
  expect([listed(1), listed(2), listed(3)]).toEqual([[a], [b], [c]]);
});

it('goes on after a restart where it was, and starts over when the tree changes meanwhile', () => {
  pull([category(1, 'A')]);
  const ids = Array.from({ length: 10 }, () => offer('B'));
  pull([category(1, 'A'), category(2, 'B')]);
  expect(step(4)?.changed).toEqual(ids.slice(0, 4));
  expect(database.prepare('SELECT kind, after FROM sweep').all()).toEqual([{ kind: 'tree', after: String(ids[3]) }]);
  pull([category(2, 'B'), category(1, 'A')]);
  sweepAll(4);
  expect(listed(2)).toEqual(ids);
});

it('places the offers of a category mapping, and puts them back under the equal path when it is removed', () => {
  pull([category(1, 'A'), category(2, 'B')]);
  const [mapped, denied, other] = [offer('A'), offer('A', { queue: 1 }), offer('A', { seller: 's2' })];
  map('category', 'A', '2');
  sweepAll();
  expect([listed(1), listed(2)]).toEqual([[other], [mapped]]);
  expect(database.prepare('SELECT category_position FROM offer WHERE id = ?').pluck().get(denied)).toBe(
    database.prepare('SELECT position FROM category WHERE id = 2').pluck().get(),
  );
  expect([bandOf(mapped), bandOf(denied), bandOf(other)]).toEqual([0, 2, 2]);
  map('category', 'A', null);
  sweepAll();
  expect([listed(1), listed(2)]).toEqual([[mapped, other], []]);
});

it('gives the matcher our words for what a seller says, and has it look again at just those offers', () => {
  pull([category(1, 'Computers')]);
  database.exec(`INSERT INTO brand (id, name) VALUES (5, 'Hewlett-Packard')`);
  const payload = { specifications: [{ name: 'Cor', values: ['azul'] }] };
  const [hp, acer] = [offer('Informatica', { brand: 'HP', payload }), offer('Informatica', { brand: 'Acer' })];
  map('brand', 'HP', '5');
  sweepAll();
  expect([bandOf(hp), bandOf(acer)]).toEqual([0, 2]);
  database.exec('UPDATE offer SET band = 2');
  map('specification', 'Cor', 'Colour');
  sweepAll();
  expect([bandOf(hp), bandOf(acer)]).toEqual([0, 2]);
  map('category', 'Informatica', '1');
  expect(offerReads['offers.text'](database, { offerId: hp })?.text).toMatchObject({
    brand: 'Hewlett-Packard',
    categoryPath: 'Computers',
    attributes: { Colour: 'azul' },
  });
  expect(offerReads['offers.unmatched'](database, { limit: 1 })[0]?.text).toMatchObject({ brand: 'Hewlett-Packard' });
  expect(offerReads['offers.detail'](database, { offerId: hp })).toMatchObject({
    brand: 'HP',
    mappedBrandId: 5,
    mappedCategoryId: 1,
    specifications: [{ name: 'Cor', values: ['azul'] }],
    mappedSpecifications: [{ name: 'Colour', values: ['azul'] }],
  });
  const count = (kind: 'brand' | 'specification', sellerValue: string) =>
    mappingReads['mapping.affected'](database, { entries: [{ sellerId: 's1', kind, sellerValue }] });
  expect([count('brand', 'HP'), count('brand', 'Dell'), count('specification', 'Cor')]).toEqual([1, 0, 1]);
});

it('has the offers of a band looked at again once each, however fast the matcher puts them back', () => {
  const ids = Array.from({ length: 9 }, () => offer('A'));
  sweepWrites['offers.rematch'](database, { bands: [2] });
  const seen: number[] = [];
  for (let piece = step(2); piece; piece = step(2)) {
    seen.push(...piece.changed);
    database.exec('UPDATE offer SET band = 2 WHERE band = 0');
  }
  expect(seen).toEqual(ids);
});

it('expires offers a few at a time', () => {
  for (let count = 0; count < 5; count++) offer('A');
  const expire = () => sweepWrites['offers.expire'](database, { now: instantOf(Date.UTC(2026, 11, 26)), limit: 2 });
  expect([expire(), expire(), expire(), expire()]).toEqual([2, 2, 1, 0]);
});

it('expires and lists offers by the window of their seller, their category and the marketplace', () => {
  pull([category(1, 'Computers'), category(2, 'Lamps')]);
  map('category', 'A', '2');
  const inCategory = offer('A');
  const plain = offer('B');
  const ofSeller = offer('B', { seller: 's2' });
  sweepAll();
  const received = Date.parse(String(database.prepare('SELECT MAX(received_at) FROM offer').pluck().get()));
  const rule = (scope: string, scopeId: string, amount: number) =>
    orderWrites['orders.setWindow'](database, {
      kind: 'suggestion-expiry',
      scope,
      scopeId,
      length: { amount, unit: 'days' },
      timeZone: 'UTC',
      holidays: [],
      author: 'Ada',
      now: instantOf(received),
    });
  rule('category', '2', 4);
  rule('seller', 's2', 2);
  const by = (days: number) => instantOf(received + days * 86_400_000);
  const listedBy = (days: number) =>
    offerReads['offers.first'](database, {
      filter: { queue: 'waiting', expiresBefore: by(days) },
      sort: { column: 'received', direction: 'ascending' },
      operatorId: null,
      limit: 10,
    })
      .rows.map(({ id }) => id)
      .toSorted((one, other) => one - other);
  expect([1, 2, 4, 29, 30].map(listedBy)).toEqual([
    [],
    [ofSeller],
    [inCategory, ofSeller],
    [inCategory, ofSeller],
    [inCategory, plain, ofSeller],
  ]);
  const expiry = (id: number) => offerReads['offers.rows'](database, { ids: [id] })[0]?.expiresAt;
  expect([inCategory, plain, ofSeller].map(expiry)).toEqual([by(4), by(30), by(2)]);
  expect(offerReads['offers.counts'](database, { operatorId: null, expiresBefore: by(4) }).expiring).toBe(2);
  sweepWrites['offers.expire'](database, { now: by(3), limit: 10 });
  expect(listedBy(30)).toEqual([inCategory, plain]);
});
