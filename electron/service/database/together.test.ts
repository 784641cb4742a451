import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openWritable, prepareDatabase, type WritableDatabase } from './open.ts';
import { type Outcome, writeTogether } from './together.ts';

/** Several writes in one transaction, against each in its own, on a real file. */

let folder = '';
let database: WritableDatabase;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-together-'));
  const file = join(folder, 'bindery.sqlite');
  prepareDatabase(file, '2026-11-25T00:00:00.000Z');
  database = openWritable(file);
  database.exec('CREATE TABLE written (id INTEGER PRIMARY KEY, value INTEGER) STRICT');
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sets some values, one after another, and perhaps throws after so many of them. */
interface Write {
  readonly sets: readonly (readonly [id: number, value: number])[];
  readonly throwsAfter: number | null;
}
const anyWrite: fc.Arbitrary<Write> = fc.record({
  sets: fc.array(fc.tuple(fc.nat(5), fc.nat(99)), { minLength: 1, maxLength: 4 }),
  throwsAfter: fc.option(fc.nat(3), { freq: 2 }),
});
const run =
  ({ sets, throwsAfter }: Write) =>
  () => {
    for (const [index, [id, value]] of sets.entries()) {
      if (index === throwsAfter) throw new Error(`after ${index}`);
      database
        .prepare('INSERT INTO written VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value * 2 + excluded.value')
        .run(id, value);
    }
    return sets.length;
  };
const rows = (): unknown[] => database.prepare('SELECT id, value FROM written ORDER BY id').raw().all();
const plain = (outcome: Outcome) => (outcome.ok ? outcome.value : String(outcome.thrown));

it('gives what each in its own transaction gives, whoever fails and whoever is urged', () => {
  fc.assert(
    fc.property(fc.array(anyWrite, { maxLength: 12 }), fc.option(fc.nat(12)), (all, urgedAfter) => {
      database.exec('DELETE FROM written');
      const apart: unknown[] = [];
      for (const one of all)
        try {
          apart.push(database.transaction(run(one)).immediate());
        } catch (thrown) {
          apart.push(String(thrown));
        }
      const expected = rows();
      database.exec('DELETE FROM written');
      const told: unknown[] = [];
      let begun = 0;
      const writes = all.map((one, index) => ({
        isLong: index % 5 === 3,
        run: () => {
          begun++;
          return run(one)();
        },
      }));
      let left = writes.length;
      // what is left is sent again, as the pool does
      for (let rounds = 0; left > 0 && rounds < 20; rounds++) {
        const isUrged = () => rounds === 0 && urgedAfter !== null && begun >= urgedAfter;
        const before = told.length;
        left = writeTogether(database, writes.slice(writes.length - left), isUrged, (outcome) => {
          // told only when it is committed
          expect(database.inTransaction).toBe(false);
          told.push(plain(outcome));
        });
        expect(told.length).toBeGreaterThan(before);
        expect(told.length + left).toBe(writes.length);
      }
      expect(told).toEqual(apart);
      expect(rows()).toEqual(expected);
      expect(begun).toBe(all.length);
    }),
    { numRuns: 300 },
  );
});

it('loses only what there is no room for when the disk is full', () => {
  const one = (size: number) => ({ isLong: false, run: () => fill(size) });
  const fill = (size: number) => {
    database.exec('CREATE TABLE IF NOT EXISTS filler (text TEXT)');
    database.prepare('INSERT INTO filler VALUES (zeroblob(?))').run(size);
    return size;
  };
  const pages = Number(database.pragma('page_count', { simple: true }));
  // room for a megabyte more
  database.pragma(`max_page_count = ${pages + 256}`);
  const told: unknown[] = [];
  const left = writeTogether(
    database,
    [one(10_000), one(9_000_000), one(20_000)],
    () => false,
    (outcome) => told.push(plain(outcome)),
  );
  expect(left).toBe(0);
  expect(told).toEqual([10_000, expect.stringContaining('full'), 20_000]);
  expect(database.prepare('SELECT LENGTH(text) FROM filler').pluck().all()).toEqual([10_000, 20_000]);
});
