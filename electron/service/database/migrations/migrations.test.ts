import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate, openWritable, type WritableDatabase } from '../open.ts';
import { migrations } from './index.ts';

/** Each migration on a file with data in it: what is there before and after. */

let directory = '';
let database: WritableDatabase;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-migrations-'));
  database = openWritable(join(directory, 'bindery.sqlite'));
});
afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

const at = '2026-11-25T09:00:00.000Z';
const all = (sql: string): unknown[] => database.prepare(sql).all();
const tables = (): string[] =>
  database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .pluck()
    .all()
    .map(String);
/** To just before a migration, with data of every area that there is by then. */
function fileBefore(version: number): void {
  const before = migrations.filter((migration) => migration.version < version).at(-1)?.version ?? 0;
  migrate(database, before);
  if (before >= 10)
    database.exec(`
      INSERT INTO seller (id, name, is_active) VALUES ('acme', 'Acme', 1);
      INSERT INTO sku (id, product_id, is_active, name, product_name) VALUES (7, 70, 1, 'Lamp', 'Lamps');
      INSERT INTO offer (id, queue, seller_id, received_at, title, seller_sku_id, version_id) VALUES (1, 0, 'acme', '${at}', 'Lamp', 'a-1', 'v1');
      INSERT INTO binding (id, seller_id, seller_sku_id, sku_id, is_active, is_removed, updated_at) VALUES (1, 'acme', 'a-1', 7, 1, 0, '${at}');`);
  if (before >= 20)
    database.exec(`
      INSERT INTO operator (id, name, role, created_at) VALUES ('ada', 'Ada', 'administrator', '${at}');
      INSERT INTO decision (id, kind, state, seller_id, seller_sku_id, title, operator_id, operator_name, role, decided_at)
        VALUES ('d-1', 'deny', 'pending', 'acme', 'a-1', 'Lamp', 'ada', 'Ada', 'administrator', '${at}');
      INSERT INTO outbox (key, entity, kind, payload, state, not_before) VALUES ('d-1', 'acme a-1', 'decision', '{}', 'pending', '${at}');
      INSERT INTO inbox (kind, seller_id, seller_sku_id, received_at, state, not_before) VALUES
        ('price', 'acme', 'a-1', '${at}', 'waiting', '${at}'), ('sweep', 'acme', 'a-2', '${at}', 'waiting', '${at}'), ('sku', 'acme', 'a-3', '${at}', 'done', '${at}');
      INSERT INTO audit (at, operator_id, operator_name, role, action, entity) VALUES ('${at}', 'ada', 'Ada', 'administrator', 'decide deny', 'acme a-1');`);
  if (before >= 20 && before < 50)
    database.exec(
      `INSERT INTO seller_token (seller_id, app_key, token_hash, issued_at) VALUES ('acme', 'key-a', 'hash-a', '${at}'), ('brio', 'key-b', 'hash-b', '${at}');`,
    );
  if (before >= 30)
    database.exec(`
      INSERT INTO commission_version (number, name, active_from, activated_at, author) VALUES (1, 'First', '${at}', '${at}', 'Ada');
      INSERT INTO commission_rule (rule_id, added_in, payload) VALUES ('r-1', 1, '{"rate":1200}');
      INSERT INTO sold_item (order_id, line, seller_id, seller_sku_id, sku_id, sales_channel, price, quantity, freight, sold_at)
        VALUES ('o-1', 0, 'acme', 'a-1', 7, '1', 1999, 2, 500, '${at}');`);
  if (before >= 40)
    database.exec(`
      INSERT INTO orders (id, state, seller_state, total, seller_id, received_at, marketplace_order_id, group_id, currency, sales_channel, title, units, items_total, freight, state_since)
        VALUES (5, 2, 1, 4498, 'acme', '${at}', 'm-1', 'g-1', 'BRL', '1', 'Lamp', 2, 3998, 500, '${at}');
      INSERT INTO order_task (order_id, kind, state, not_before) VALUES (5, 'place', 'pending', '${at}');`);
}
it('windows follow the marketplace’s calendar: what they held was a copy of it', () => {
  fileBefore(89);
  database.exec(`INSERT INTO window_rule (kind, scope, scope_id, amount, unit, time_zone, holidays, author, updated_at, version)
    VALUES ('change', 'seller', 'acme', 3, 'business-days', 'America/Sao_Paulo', '["2026-12-25"]', 'Ada', '${at}', 4)`);
  migrate(database);
  expect(all('SELECT * FROM window_rule')).toEqual([
    {
      kind: 'change',
      scope: 'seller',
      scope_id: 'acme',
      amount: 3,
      unit: 'business-days',
      time_zone: null,
      holidays: null,
      author: 'Ada',
      updated_at: at,
      version: 4,
    },
  ]);
});

const kept = () => ({
  offers: all('SELECT id, queue, seller_id, title, seller_sku_id, version_id FROM offer'),
  bindings: all('SELECT id, seller_id, seller_sku_id, sku_id, is_active, is_removed FROM binding'),
});
const workspace = () => ({
  operators: all('SELECT id, name, role, created_at FROM operator'),
  decisions: all('SELECT id, kind, state, operator_id FROM decision'),
  outbox: all('SELECT key, entity, kind, state FROM outbox'),
  inbox: all('SELECT id, kind, seller_id, seller_sku_id, state FROM inbox'),
  audit: all('SELECT sequence, action, entity FROM audit'),
});

it('30, commissions: a place for them, and all else as it was', () => {
  fileBefore(30);
  const before = { ...kept(), ...workspace() };
  migrate(database, 30);
  expect({ ...kept(), ...workspace() }).toEqual(before);
  expect(tables()).toEqual(expect.arrayContaining(['commission_version', 'commission_rule', 'sold_item']));
  database.exec(`INSERT INTO commission_version (number, name, active_from, activated_at, author) VALUES (1, 'First', '${at}', '${at}', 'Ada');
    INSERT INTO commission_rule (rule_id, added_in, payload) VALUES ('r-1', 1, '{}')`);
  // one rule is in force once
  expect(() =>
    database.exec(`INSERT INTO commission_rule (rule_id, added_in, payload) VALUES ('r-1', 1, '{}')`),
  ).toThrow(/UNIQUE/);
  expect(all(`SELECT class FROM table_class WHERE name IN ('commission_rule', 'sold_item') ORDER BY name`)).toEqual([
    { class: 'kept' },
    { class: 'cache' },
  ]);
});

it('40, orders: a place for them, and commissions as they were', () => {
  fileBefore(40);
  const commissions = () => [...all('SELECT * FROM commission_version'), ...all('SELECT * FROM commission_rule')];
  const before = { ...kept(), ...workspace(), commissions: commissions() };
  expect(before.commissions).toHaveLength(2);
  migrate(database, 40);
  expect({ ...kept(), ...workspace(), commissions: commissions() }).toEqual(before);
  database.exec(`INSERT INTO order_task (order_id, kind, state, not_before) VALUES (1, 'place', 'pending', '${at}')`);
  // an order is placed by one task at a time
  expect(() =>
    database.exec(`INSERT INTO order_task (order_id, kind, state, not_before) VALUES (1, 'place', 'sent', '${at}')`),
  ).toThrow(/UNIQUE/);
  expect(all(`SELECT name FROM table_class WHERE name LIKE 'order%' AND class <> 'kept'`)).toEqual([]);
});

it('50, credentials: each seller’s token becomes its first credential, and works on', () => {
  fileBefore(50);
  const before = { ...kept(), ...workspace() };
  migrate(database, 50);
  expect({ ...kept(), ...workspace() }).toEqual(before);
  expect(all('SELECT * FROM seller_credential ORDER BY id')).toEqual(
    [
      ['acme', 'key-a', 'hash-a'],
      ['brio', 'key-b', 'hash-b'],
    ].map(([seller, key, hash]) => ({
      id: `first-${seller}`,
      seller_id: seller,
      app_key: key,
      token_hash: hash,
      signs: 0,
      issued_at: at,
      issued_by: '',
      expires_at: null,
      revoked_at: null,
      last_used_at: null,
    })),
  );
  expect(tables()).not.toContain('seller_token');
  expect(all(`SELECT name FROM table_class WHERE name = 'seller_token'`)).toEqual([]);
  expect(all('SELECT id, state, total FROM orders')).toEqual([{ id: 5, state: 2, total: 4498 }]);
});

it('51, the inbox by seller: what waits is still there, and found by the new index', () => {
  fileBefore(51);
  const before = { ...kept(), ...workspace() };
  expect(before.inbox).toHaveLength(3);
  migrate(database, 51);
  expect({ ...kept(), ...workspace() }).toEqual(before);
  const plan = all(
    `EXPLAIN QUERY PLAN SELECT id FROM inbox WHERE state = 'waiting' AND seller_id = 'acme' AND (kind = 'sweep') = 0 AND not_before <= '${at}'`,
  );
  expect(JSON.stringify(plan)).toContain('inbox_turn');
  expect(all(`SELECT name FROM sqlite_schema WHERE name = 'inbox_due'`)).toEqual([]);
});

it('77, what was sold takes the currency of its order; packs that know none are made anew', () => {
  fileBefore(77);
  database.exec(`INSERT INTO sold_item (order_id, line, seller_id, seller_sku_id, sku_id, sales_channel, price, quantity, freight, sold_at)
      VALUES ('m-1', 0, 'acme', 'a-1', 7, '1', 1999, 2, 500, '${at}');
    INSERT INTO sold_pack (segment, changes, columns) VALUES (0, 1, x'00')`);
  migrate(database, 77);
  expect(all('SELECT order_id, currency FROM sold_item ORDER BY id')).toEqual([
    { order_id: 'o-1', currency: '' },
    { order_id: 'm-1', currency: 'BRL' },
  ]);
  expect(all('SELECT * FROM sold_pack')).toEqual([]);
  const changes = () => Number(database.prepare('SELECT SUM(changes) FROM sold_segment').pluck().get());
  const before = changes();
  database.exec(`UPDATE sold_item SET currency = 'USD' WHERE order_id = 'o-1'`);
  expect(changes()).toBe(before + 1);
});

it('73, money of what was sold: refunds keep their day, and what was sold its price', () => {
  fileBefore(73);
  database.exec(
    `UPDATE sold_item SET refunded = 700, refunded_at = '2026-10-02T00:00:00.000Z'; INSERT INTO sold_order (order_id, revision) VALUES (5, 3)`,
  );
  migrate(database, 73);
  expect(all('SELECT order_id, line, position, amount, at FROM sold_refund')).toEqual([
    { order_id: 'o-1', line: 0, position: 0, amount: 700, at: '2026-10-02T00:00:00.000Z' },
  ]);
  expect(all('SELECT price, quantity, freight, adjustment FROM sold_item')).toEqual([
    { price: 1999, quantity: 2, freight: 500, adjustment: 0 },
  ]);
  // orders are looked at anew
  expect(all('SELECT * FROM sold_order')).toEqual([]);
});

it('86, who may fulfil: what sellers did tells it, of events that fitted', () => {
  fileBefore(86);
  database.exec(`
    INSERT INTO orders (id, state, seller_state, total, seller_id, received_at, marketplace_order_id, group_id, currency, sales_channel, title, units, items_total, freight, state_since)
      SELECT id + 1, state, seller_state, total, seller_id, received_at, 'm-2', group_id, currency, sales_channel, title, units, items_total, freight, state_since FROM orders;
    INSERT INTO order_event (order_id, key, type, at, source, fits, from_state, to_state, seller_from, seller_to) VALUES
      (5, 'a', 'authorised', '${at}', 'seller', 1, 5, 6, 5, 7), (6, 'a', 'invoiced', '${at}', 'seller', 0, 2, 2, 1, 1)`);
  migrate(database, 86);
  expect(all('SELECT id, authorised FROM orders ORDER BY id')).toEqual([
    { id: 5, authorised: 1 },
    { id: 6, authorised: 0 },
  ]);
});

it.each(migrations.filter(({ version }) => version > 20))(
  '$version, $name: leaves decisions, outbox, inbox, audit and orders whole',
  ({ version }) => {
    fileBefore(version);
    const orders = () => (version > 40 ? all('SELECT id, state, total, seller_id FROM orders') : []);
    const before = { ...kept(), ...workspace(), orders: orders() };
    expect(before.decisions).toHaveLength(1);
    migrate(database, version);
    expect({ ...kept(), ...workspace(), orders: orders() }).toEqual(before);
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(database.pragma('foreign_key_check')).toEqual([]);
    // and the ones that follow take it from there
    migrate(database);
    expect({ ...kept(), ...workspace(), orders: orders() }).toEqual(before);
  },
);

it('a change of commissions was made against the version that its draft was', () => {
  fileBefore(75);
  database.exec(`
    INSERT INTO commission_draft (id, name, state, base_version, author_id, author, created_at) VALUES ('d', 'D', 'draft', 1, 'ada', 'Ada', '${at}');
    INSERT INTO commission_change (draft_id, rule_id, payload) VALUES ('d', 'r-1', NULL);`);
  migrate(database);
  expect(all('SELECT base_version FROM commission_change')).toEqual([{ base_version: 1 }]);
  // how a version came into force before is not known: a person sends it
  expect(all('SELECT number, is_scheduled FROM commission_version')).toEqual([{ number: 1, is_scheduled: 0 }]);
});
