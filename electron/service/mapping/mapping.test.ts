import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WritableDatabase } from '../database/open.ts';
import { makeTestFile, type TestFile } from '../testing/file.ts';
import { similarity } from './similarity.ts';
import { mappingReads, mappingWrites } from './statements.ts';

const at = '2026-11-25T09:00:00.000Z';
const actor = { operatorId: 'operator-1', name: 'Ada', role: 'administrator' };
let file: TestFile;
let database: WritableDatabase;
afterEach(() => file.remove());

beforeEach(() => {
  file = makeTestFile();
  database = file.database;
  database.exec(`
    INSERT INTO category (id, parent_id, name, path, depth, position, last_position) VALUES
      (1, NULL, 'Computers', 'Computers', 0, 0, 1), (2, 1, 'Notebooks', 'Computers/Notebooks', 1, 1, 1);
    INSERT INTO seller (id, name, is_active) VALUES ('s1', 'Acme', 1), ('s2', 'Other', 1);
    INSERT INTO offer (id, queue, band, seller_id, received_at, title, seller_sku_id, version_id, category_path) VALUES
      (1, 0, 2, 's1', '${at}', 'A', 'a', 'v', 'Informatica/Notebooks'), (2, 0, 2, 's1', '${at}', 'B', 'b', 'v', 'Informatica/Notebooks'),
      (3, 0, 2, 's2', '${at}', 'C', 'c', 'v', 'Informatica/Notebooks'), (4, 1, 2, 's1', '${at}', 'D', 'd', 'v', 'Informatica/Notebooks'),
      (5, 0, 2, 's1', '${at}', 'E', 'e', 'v', 'Computers/Notebooks');`);
});

const list = (unmappedOnly = false) =>
  mappingReads['mapping.list'](database, { kind: 'category', sellerId: 's1', unmappedOnly, text: '' });
const apply = (targetId: string | null) =>
  mappingWrites['mapping.apply'](database, {
    entries: [{ sellerId: 's1', kind: 'category', sellerValue: 'Informatica/Notebooks', targetId }],
    actor,
    at,
  });

it('lists what a seller says with how many offers wait, and suggests the like-named shelf', () => {
  const { rows, unmapped } = list();
  expect(unmapped).toBe(1);
  expect(rows.map(({ sellerValue, waitingOffers, targetId }) => [sellerValue, waitingOffers, targetId])).toEqual([
    ['Informatica/Notebooks', 2, null],
    ['Computers/Notebooks', 1, '2'],
  ]);
  expect(rows[0]?.suggestion).toMatchObject({ targetId: '2', targetName: 'Computers/Notebooks' });
  expect(list(true).rows).toHaveLength(1);
});

it('counts what is mapped to nothing from an index of it, each seller apart', () => {
  // E is on a shelf of ours
  database.exec('UPDATE offer SET category_position = 1 WHERE id = 5');
  expect(mappingReads['mapping.counts'](database)).toEqual({ categories: 2 });
  database.exec('UPDATE offer SET category_position = 1 WHERE id = 3');
  expect(mappingReads['mapping.counts'](database)).toEqual({ categories: 1 });
  database.exec('UPDATE offer SET queue = 1');
  expect(mappingReads['mapping.counts'](database)).toEqual({ categories: 0 });
});

it('applies, says how many offers wait for it, and takes it back', () => {
  const affected = () =>
    mappingReads['mapping.affected'](database, {
      entries: [{ sellerId: 's1', kind: 'category', sellerValue: 'Informatica/Notebooks' }],
    });
  expect(affected()).toBe(2);
  expect(apply('2')).toBe(1);
  expect(list().unmapped).toBe(0);
  expect(apply(null)).toBe(1);
  expect(list().unmapped).toBe(1);
  expect(database.prepare(`SELECT COUNT(*) FROM audit WHERE action = 'map'`).pluck().get()).toBe(2);
});

it('measures likeness from 0 to 1, the same both ways, and fully for the same name', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (left, right) => {
      const alike = similarity(left, right);
      expect(alike).toBeGreaterThanOrEqual(0);
      expect(alike).toBeLessThanOrEqual(1);
      expect(similarity(right, left)).toBeCloseTo(alike, 10);
    }),
    { seed: 20_261_125 },
  );
  expect(similarity('Câmeras', 'cameras')).toBe(1);
  expect(similarity('Informatica/Notebooks', 'Computers/Notebooks')).toBeGreaterThan(
    similarity('Informatica/Notebooks', 'Informatica/Tablets'),
  );
});
