import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commissionRule } from '../../../shared/contract/commissions.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import type { Charge } from '../../../shared/domain/commission/charge.ts';
import { anyScope, type CommissionRule } from '../../../shared/domain/commission/rules.ts';
import { anyRules, smallDirectory } from '../../../shared/domain/commission/testing.ts';
import { basisPointsOf, minorOf } from '../../../shared/domain/exact.ts';
import { openWritable, prepareDatabase, type WritableDatabase } from '../database/open.ts';
import { parseTable, tableOf } from './table.ts';

/** The table out and in again, against a real file. */

let folder = '';
let database: WritableDatabase;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-table-'));
  const file = join(folder, 'bindery.sqlite');
  prepareDatabase(file, '2026-11-25T00:00:00.000Z');
  database = openWritable(file);
  const category = database.prepare(
    'INSERT INTO category (id, parent_id, name, path, position, last_position, depth) VALUES (?, ?, ?, ?, ?, 9, 0)',
  );
  for (const [id, parent] of smallDirectory.parents) category.run(id, parent, `c${id}`, `All/c${id}`, id);
  const seller = database.prepare(`INSERT INTO seller (id, name, is_active, raw) VALUES (?, ?, 1, ?)`);
  for (const [id, groups] of smallDirectory.groups)
    seller.run(id, `Seller ${id}`, JSON.stringify({ groups: groups.map((group) => ({ id: group })) }));
  for (const id of [1, 2]) database.prepare('INSERT INTO brand (id, name) VALUES (?, ?)').run(id, `b${id}`);
  database.exec(`INSERT INTO commission_version (number, name, active_from, activated_at, author) VALUES (1, 'one', '1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z', 'x');
    INSERT INTO commission_draft (id, name, state, base_version, author_id, author, created_at) VALUES ('d', 'd', 'draft', 1, 'x', 'x', '2026-01-01T00:00:00.000Z')`);
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

function put(rules: readonly CommissionRule[]): void {
  database.exec('DELETE FROM commission_rule');
  const insert = database.prepare('INSERT INTO commission_rule (rule_id, added_in, payload) VALUES (?, 1, ?)');
  for (const rule of rules) insert.run(rule.id, JSON.stringify(rule));
}
function set(key: string, value: unknown): void {
  database
    .prepare('INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
    .run(key, JSON.stringify(value));
}
const plain = (scope: Partial<CommissionRule['scope']>, more: Partial<CommissionRule> = {}): CommissionRule => ({
  id: 'r',
  scope: { ...anyScope, ...scope },
  product: {
    kind: 'whole',
    bands: [{ from: minorOf(0), rate: basisPointsOf(1_000), fixed: minorOf(0) }],
    minimum: null,
    maximum: null,
  },
  freight: null,
  validFrom: null,
  validUntil: null,
  timeZone: 'UTC',
  note: '',
  ...more,
});

it('an exported table read again changes nothing, whatever the rules, the currency and the zone', () => {
  const anyNote = fc.oneof(fc.constant(''), fc.constantFrom('=1+1', "'-x", ' spaces ', 'a, b; "c"\nd', '-5', '@a'));
  fc.assert(
    fc.property(
      anyRules(),
      fc.constantFrom('CLP', 'BRL', 'KWD'),
      fc.constantFrom('UTC', 'America/Sao_Paulo', 'Asia/Tokyo'),
      anyNote,
      (given, currency, timeZone, note) => {
        set('currency', currency);
        const seen = new Set<string>();
        const rules = given.flatMap((rule) => {
          const key = JSON.stringify([rule.scope, rule.validFrom, rule.validUntil]);
          if (seen.has(key)) return [];
          seen.add(key);
          return [commissionRule.parse({ ...rule, timeZone, note })];
        });
        put(rules);
        const again = parseTable(database, 'd', tableOf(database, rules), 'new');
        expect(again).toMatchObject({ rows: rules.length, added: 0, changed: 0, unchanged: rules.length, errors: [] });
      },
    ),
    { numRuns: 150 },
  );
});

it('writes bands, and reads them as people write them', () => {
  const charge: Charge = {
    kind: 'marginal',
    bands: [
      { from: minorOf(0), rate: basisPointsOf(1_250), fixed: minorOf(50) },
      { from: minorOf(10_000), rate: basisPointsOf(800), fixed: minorOf(0) },
    ],
    minimum: minorOf(100),
    maximum: null,
  };
  put([plain({ sellerId: 'a' }, { product: charge })]);
  const text = tableOf(database, [plain({ sellerId: 'a' }, { product: charge })]);
  expect(text.split('\n')[1]).toBe('a,,,,,,,,1.00,,marginal,0.00:12.5:0.50|100.00:8,,,,,,,,,UTC,');
  const head = 'seller,product_percent,product_bands,product_kind';
  const read = (line: string) => parseTable(database, 'd', `${head}\n${line}`, 'new');
  expect(read('a,,"0: 12,5 :0.50 | 100:8",Marginal').changes[0]?.rule?.product?.bands).toEqual(charge.bands);
  const columns = (line: string) => read(line).errors.map(({ column }) => column);
  expect(columns('a,10,0:12,whole')).toEqual(['product_bands']);
  expect(columns('a,,5:12,whole')).toEqual(['product_bands']);
  expect(columns('a,,0:12|0:13,whole')).toEqual(['product_bands']);
  expect(columns('a,,0:x,whole')).toEqual(['product_bands']);
  expect(columns('a,10,,half')).toEqual(['product_kind']);
});

it('a day is one of the row’s zone, else of the marketplace’s', () => {
  set('orders.calendar', { timeZone: 'America/Sao_Paulo', holidays: [] });
  put([]);
  const text =
    'seller,product_percent,valid_from,time_zone\na,10,2027-01-01,\nb,10,2027-01-01,Asia/Tokyo\nc,10,2027-01-01,Mars';
  const { changes, errors } = parseTable(database, 'd', text, 'new');
  expect(changes.map(({ rule }) => [rule?.validFrom, rule?.timeZone])).toEqual([
    ['2027-01-01T03:00:00.000Z', 'America/Sao_Paulo'],
    ['2026-12-31T15:00:00.000Z', 'Asia/Tokyo'],
  ]);
  expect(errors.map(({ row, column }) => [row, column])).toEqual([[4, 'time_zone']]);
});

it('knows the channels that are sold on, were sold on, or that sellers are selected for or mapped to', () => {
  put([]);
  set('salesChannels', ['1', '2']);
  database.exec(`UPDATE seller SET sales_channels = '["5"]', channels = '[{"marketplaceChannel":"6","sellerChannel":"1"}]' WHERE id = 'a';
    INSERT INTO sold_item (order_id, line, seller_id, seller_sku_id, sku_id, sales_channel, price, quantity, freight, sold_at)
      VALUES ('o', 0, 'a', 'x', 1, '7', 1, 1, 0, '2026-01-01T00:00:00.000Z')`);
  const text = ['seller,channel,product_percent', ...['1', '2', '5', '6', '7', '8'].map((id) => `a,${id},10`)].join(
    '\n',
  );
  expect(parseTable(database, 'd', text, 'new').errors.map(({ row, column }) => [row, column])).toEqual([
    [7, 'channel'],
  ]);
});

it('takes amounts in the digits of the currency', () => {
  put([]);
  const fixed = (amount: string) =>
    parseTable(database, 'd', `seller,product_percent,product_fixed\na,10,"${amount}"`, 'new').changes[0]?.rule?.product
      ?.bands[0]?.fixed;
  set('currency', 'CLP');
  expect([fixed('1.500'), fixed('12.50')]).toEqual([1_500, undefined]);
  set('currency', 'KWD');
  expect(fixed('1.250')).toBe(1_250);
  set('currency', 'BRL');
  expect(fixed('1.500,25')).toBe(150_025);
});

it('tells rules of one start and different ends apart; a row with another end is the rule that no other row is about', () => {
  const from = instantOf(Date.UTC(2026, 0, 1));
  const until = (month: number) => instantOf(Date.UTC(2026, month, 1));
  const rules = [
    plain({ sellerId: 'a' }, { id: 'short', validFrom: from, validUntil: until(3) }),
    plain({ sellerId: 'a' }, { id: 'long', validFrom: from, validUntil: until(9) }),
  ];
  put(rules);
  const text = tableOf(database, rules);
  expect(parseTable(database, 'd', text, 'new')).toMatchObject({ unchanged: 2, errors: [] });
  const moved = parseTable(database, 'd', text.replace('2026-10-01', '2026-11-01'), 'new');
  expect(moved).toMatchObject({ unchanged: 1, changed: 1, added: 0, errors: [] });
  expect(moved.changes[0]).toMatchObject({ ruleId: 'long', rule: { validUntil: until(10) } });
  expect(moved.sample[0]?.about).toBe('a');
});
