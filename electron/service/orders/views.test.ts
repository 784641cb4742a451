/** Lists of orders are served by their indexes; what comes in and goes out reads no whole table. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderColumn, OrderFilter } from '../../../shared/contract/orders.ts';
import type { SellerId } from '../../../shared/domain/brand.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import { prepareDatabase, type WritableDatabase } from '../database/open.ts';
import { flowSql } from './flow-reads.ts';
import { orderReportWrites } from './report-writes.ts';
import { orderTaskWrites } from './task-writes.ts';
import { orderViewSql } from './view.ts';
import { orderWrites } from './writes.ts';

const directory = mkdtempSync(join(tmpdir(), 'bindery-order-views-'));
const file = join(directory, 'orders.sqlite');
const at = instantOf(Date.UTC(2026, 10, 25, 12));
let database: WritableDatabase;
const run: string[] = [];

beforeAll(() => {
  prepareDatabase(file, at);
  // it tells what it runs
  database = new Database(file, { verbose: (sql) => run.push(String(sql)) }) as WritableDatabase;
  database.exec(`
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    INSERT INTO orders (state, seller_state, attention, total, seller_id, received_at, deadline, ship_by, deliver_by, marketplace_order_id, group_id, currency,
      sales_channel, title, units, items_total, freight, state_since, assigned_to)
    SELECT i * 7 % 16, i % 14, CASE WHEN i % 20 = 0 THEN 1 << (i / 20 % 12) ELSE 0 END, i * 31 % 5000, 'seller-' || (i * 13 % 40),
      printf('2026-11-%02dT%02d:%02d:00.000Z', 1 + i % 28, i % 24, i % 60), CASE WHEN i % 3 = 0 THEN printf('2026-12-%02dT00:00:00.000Z', 1 + i % 28) END,
      CASE WHEN i % 2 = 0 THEN printf('2026-%02d-%02dT00:00:00.000Z', 1 + i % 12, 1 + i % 28) END,
      CASE WHEN i % 2 = 0 THEN printf('2026-%02d-%02dT00:00:00.000Z', 1 + i % 12, 1 + i % 28) END, 'B' || i || '-01', 'B' || i, 'BRL', '1', 't', 1, 1, 0, '2026-11-25T12:00:00.000Z', CASE WHEN i % 50 = 0 THEN 'ada' END FROM n;
    ANALYZE;`);
});
afterAll(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

const explain = (sql: string, params: readonly unknown[] = []) =>
  (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...params) as { detail: string }[]).map(({ detail }) => detail);

const lists: readonly (readonly [string, OrderFilter & { sellerIds?: SellerId[] }, OrderColumn, RegExp, boolean])[] = [
  ['all, the newest first', {}, 'received', /orders_received/, true],
  ['of one state', { states: ['invoiced'] }, 'received', /orders_state/, true],
  ['of one seller', { sellerIds: ['seller-3' as SellerId] }, 'received', /orders_seller/, true],
  ['by total', {}, 'total', /orders_total/, true],
  ['by deadline', {}, 'deadline', /orders_deadline/, true],
  ['mine', { mine: true }, 'received', /orders_assigned/, false],
  // a part of all: found by its index, then sorted
  ['by the beginning of an id', { text: 'B12' }, 'received', /sqlite_autoindex_orders/, false],
  ['by the beginning of the seller’s id', { text: 'S12' }, 'received', /orders_seller_order_id/, false],
  ['by an invoice', { text: 'N12' }, 'received', /order_invoice_number/, false],
  ['of some states', { states: ['invoiced', 'delivered'] }, 'received', /orders_(state|received)/, false],
  [
    'of a state and a seller',
    { states: ['invoiced'], sellerIds: ['seller-3' as SellerId] },
    'received',
    /orders_s/,
    true,
  ],
  ['the board', { attention: 'any' }, 'urgency', /COVERING INDEX orders_urgency/, true],
  ['the board of one reason', { attention: 'late-to-ship' }, 'urgency', /COVERING INDEX orders_urgency/, true],
  [
    'of a seller by urgency',
    { attention: 'any', sellerIds: ['seller-3' as SellerId] },
    'urgency',
    /orders_(seller|urgency|attention)/,
    false,
  ],
  ['that need a person', { attention: 'any' }, 'received', /orders_(attention|received|urgency)/, false],
  ['late to ship', { attention: 'late-to-ship' }, 'received', /orders_(attention|received|urgency)/, false],
];

describe.each(lists)('a list of orders: %s', (_name, filter, column, index, inOrder) => {
  it.each(['ascending', 'descending'] as const)('is served %s by an index', (direction) => {
    for (const limit of ['', ' LIMIT 100']) {
      const { sql, params } = orderViewSql({ filter, sort: { column, direction }, operatorId: 'ada' });
      const plan = explain(`${sql}${limit}`, params).join('\n');
      expect(plan).toMatch(index);
      expect(plan).not.toMatch(/SCAN o(?! USING)/);
      if (inOrder) expect(plan).not.toContain('USE TEMP B-TREE');
    }
  });
});

describe('the charts of flow and lateness', () => {
  it.each([
    ['states', /COVERING INDEX orders_state/],
    ['received', /COVERING INDEX orders_received/],
    ['ship', /SEARCH o USING INDEX orders_ship_by/],
    ['deliver', /SEARCH o USING INDEX orders_deliver_by/],
  ] as const)('count %s by an index, a month at most', (name, index) => {
    const plan = explain(flowSql[name], name === 'states' ? [] : ['0 minutes', '2026-11-01', at]).join('\n');
    expect(plan).toMatch(index);
    expect(plan).not.toMatch(/SCAN (o|i|orders)\b(?! USING)/);
  });
});

it('takes reports, tasks and the clock without reading a whole table', () => {
  const message = {
    at,
    direction: 'in',
    peer: 's',
    call: 'c',
    status: 200,
    bodySealed: null,
    answerSealed: null,
  } as const;
  run.length = 0;
  orderWrites['orders.create'](database, {
    groupId: 'N1',
    receivedAt: at,
    bodyHash: 'h',
    salesChannel: '1',
    currency: 'BRL',
    source: 'storefront',
    buyerSealed: null,
    paid: true,
    message,
    orders: [
      {
        marketplaceOrderId: 'N1-01',
        sellerId: 'seller-1',
        title: 't',
        units: 1,
        itemsMinor: 10,
        freightMinor: 0,
        totalMinor: 10,
        items: [],
      },
    ],
  });
  const [task] = orderTaskWrites['orderTasks.take'](database, { now: at, limit: 1 });
  orderTaskWrites['orderTasks.settle'](database, {
    sequence: task?.sequence ?? 0,
    orderId: task?.order.id ?? 0,
    outcome: { kind: 'done' },
    events: [{ orderId: task?.order.id ?? 0, type: 'simulation-agrees', key: 'k', at, source: 'service' }],
    messages: [message],
    sellerOrderId: 'x',
    changeStep: null,
    simulated: [],
    now: at,
  });
  orderReportWrites['orders.report'](database, {
    requests: [
      {
        marketplaceOrderId: 'N1-01',
        sellerId: 'seller-1',
        at,
        receipt: 'r',
        message,
        report: {
          kind: 'invoice',
          isReturn: false,
          number: '1',
          value: 10,
          issuedAt: null,
          courier: null,
          trackingNumber: null,
          trackingUrl: null,
          items: '[]',
        },
      },
    ],
  });
  orderWrites['orders.tick'](database, { now: at, limit: 10 });
  const statements = [...run].filter((sql) => /^\s*(SELECT|UPDATE|DELETE|INSERT|WITH)/i.test(sql));
  expect(statements.length).toBeGreaterThan(15);
  const scans = statements.flatMap((sql) =>
    explain(sql)
      .filter((detail) => /^SCAN (?!CONSTANT|up\b|k\b|window_rule)(?!.*USING (COVERING )?INDEX)/.test(detail))
      .map((detail) => `${detail}: ${sql}`),
  );
  expect(scans).toEqual([]);
});
