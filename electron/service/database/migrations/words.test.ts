import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { pullWrites } from '../../sync/pull-writes.ts';
import { migrate, type WritableDatabase } from '../open.ts';

it('leaves what was removed from the words in its place, until it is taken out piece by piece', () => {
  const database = new Database(':memory:') as unknown as WritableDatabase;
  migrate(database, 58);
  const add = database.prepare('INSERT INTO sku_text (rowid, text) VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM sku_text WHERE rowid = ?');
  const found = (word: string) =>
    database.prepare('SELECT rowid FROM sku_text WHERE sku_text MATCH ? ORDER BY rowid').pluck().all(word);
  const size = () => database.prepare('SELECT SUM(LENGTH(block)) FROM sku_text_data').pluck().get() as number;
  const write = (ids: readonly number[], word: string) =>
    database.transaction(() => {
      for (const id of ids) {
        remove.run(id);
        add.run(id, `${word} lamp of ${id} watts, number ${id * 7} of its kind`);
      }
    })();
  const ids = Array.from({ length: 4_000 }, (_, n) => n + 1);
  for (let from = 0; from < ids.length; from += 500) write(ids.slice(from, from + 500), 'old');
  migrate(database, 59);
  for (const table of ['sku_text', 'offer_text'])
    expect(database.prepare(`SELECT v FROM ${table}_config WHERE k = 'deletemerge'`).pluck().get()).toBe(0);
  // what was there is found as before
  expect(found('old')).toHaveLength(4_000);
  for (let from = 0; from < ids.length; from += 50) write(ids.slice(from, from + 50), 'new');
  expect(found('new')).toEqual(ids);
  expect(found('old')).toEqual([]);
  const before = size();
  let pieces = 0;
  for (let isMore = true; isMore; pieces++) {
    isMore = pullWrites['words.tidy'](database, { begins: pieces === 0 });
    expect(found('lamp')).toHaveLength(4_000);
    expect(pieces).toBeLessThan(500);
  }
  expect(pieces).toBeGreaterThan(1);
  const tidied = size();
  expect(tidied).toBeLessThan(before);
  expect(found('new')).toEqual(ids);
  expect(found('old')).toEqual([]);
  // nothing is left to do
  expect(pullWrites['words.tidy'](database, { begins: true })).toBe(false);
  // nor would writing all of it anew make it smaller
  database.exec(`INSERT INTO sku_text (sku_text) VALUES ('optimize')`);
  expect(size()).toBe(tidied);
  database.close();
});
