import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrate, schemaVersion } from '../open.ts';

it('adds what is worked off bit by bit and marks of what is gone, and leaves what was there', () => {
  const database = new Database(':memory:');
  migrate(database, 51);
  database.exec(`
    INSERT INTO seller (id, name, is_active, channels) VALUES ('s1', 'Acme', 1, '[]');
    INSERT INTO brand (id, name) VALUES (1, 'Acme');
    INSERT INTO sku (id, product_id, is_active, name, product_name) VALUES (7, 70, 1, 'Lamp', 'Lamp')`);
  migrate(database, 57);
  expect(schemaVersion(database)).toBe(57);
  expect(database.prepare('SELECT id, gone_at, sales_channels FROM seller').all()).toEqual([
    { id: 's1', gone_at: null, sales_channels: null },
  ]);
  expect(database.prepare('SELECT gone_at FROM brand UNION ALL SELECT gone_at FROM sku').pluck().all()).toEqual([
    null,
    null,
  ]);
  database.exec(
    `INSERT INTO batch_undo (batch_id, operator_id, operator_name, role, asked_at) VALUES ('b', 'o', 'Ada', 'catalog', '2026')`,
  );
  expect(database.prepare('SELECT after, first_left, touched_at FROM batch_undo').raw().all()).toEqual([[0, null, '']]);
  expect(
    database
      .prepare(`SELECT name, class FROM table_class WHERE name IN ('sweep', 'batch_undo') ORDER BY 1`)
      .raw()
      .all(),
  ).toEqual([
    ['batch_undo', 'kept'],
    ['sweep', 'cache'],
  ]);
  database.close();
});
