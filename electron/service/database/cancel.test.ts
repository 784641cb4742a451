import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeTestFile, type TestFile } from '../testing/file.ts';
import { idsOf, watchFlag } from './cancel.ts';

const rows = 20_000;
let file: TestFile;
let flag: Int32Array;
let seen = 0;
beforeEach(() => {
  file = makeTestFile();
  flag = new Int32Array(new SharedArrayBuffer(4));
  watchFlag(flag);
  seen = 0;
  file.database.exec(`
    CREATE TABLE number (id INTEGER PRIMARY KEY, word TEXT);
    WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${rows})
    INSERT INTO number SELECT id, hex(id * 7919 % 20011) FROM n`);
  // whoever waited goes away when the statement is at row 5,000
  file.database.function('look', { deterministic: false }, () => {
    if (++seen === 5_000) Atomics.store(flag, 0, 1);
    return 1;
  });
});
afterEach(() => {
  watchFlag(new Int32Array(1));
  file.remove();
});

it.each([
  ['comes out row by row', 'SELECT id FROM number WHERE look() ORDER BY id'],
  ['is sorted first', 'SELECT id FROM number WHERE look() AND still_wanted() ORDER BY word'],
])('ends a statement that %s within a thousand rows', (_name, sql) => {
  expect(() => idsOf(file.database, sql, [])).toThrow(expect.objectContaining({ code: 'cancelled' }));
  expect(seen).toBeGreaterThanOrEqual(5_000);
  expect(seen).toBeLessThan(6_100);
  // the connection is free for the next
  Atomics.store(flag, 0, 0);
  expect(idsOf(file.database, sql, [])).toHaveLength(rows);
});

it('lists what the statement lists, whatever its length', () => {
  for (const count of [0, 1, 4_096, 4_097, rows]) {
    const ids = idsOf(file.database, 'SELECT id FROM number ORDER BY id LIMIT ?', [count]);
    expect(ids).toHaveLength(count);
    expect(ids.at(-1)).toBe(count === 0 ? undefined : count);
  }
});
