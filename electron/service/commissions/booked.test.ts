import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commissionRule, settlementItem, settlementRow } from '../../../shared/contract/commissions.ts';
import { plainTerms } from '../../../shared/domain/agreements/terms.ts';
import { percentage } from '../../../shared/domain/commission/charge.ts';
import { anyScope } from '../../../shared/domain/commission/rules.ts';
import { anyMoment, anyRules, anySold, smallDirectory } from '../../../shared/domain/commission/testing.ts';
import { basisPointsOf, divideRounded } from '../../../shared/domain/exact.ts';
import { openWritable, prepareDatabase, type WritableDatabase } from '../database/open.ts';
import { commissionReads } from './reads.ts';

/** What a what-if says of the rules in force is what is booked by them, in a real file. */

let folder = '';
let database: WritableDatabase;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-booked-'));
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
  database.exec(
    `INSERT INTO commission_draft (id, name, state, base_version, author_id, author, created_at) VALUES ('d', 'd', 'draft', 1, 'x', 'x', '2026-01-01T00:00:00.000Z')`,
  );
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const anyItem = fc.record({
  sold: anySold,
  at: fc.tuple(anyMoment, fc.nat(27 * 86_400_000)).map(([month, later]) => month + later),
  price: fc.nat(100_000),
  quantity: fc.integer({ min: 1, max: 4 }),
  freight: fc.nat(3_000),
  /** Thousandths of the goods that a change added or took off. */
  adjusted: fc.oneof(fc.constant(0), fc.integer({ min: -1_000, max: 500 })),
  /** Of what was paid, thousandths; several of them never exceed it. */
  refunds: fc.array(fc.tuple(fc.integer({ min: 1, max: 1_000 }), fc.nat(60)), { maxLength: 3 }),
});
const day = 86_400_000;
const iso = (at: number) => new Date(at).toISOString();
const monthOf = (month: string) => {
  const from = new Date(`${month}-01T00:00:00.000Z`);
  return { from: iso(from.getTime()), until: iso(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1)) };
};
const always = { from: iso(0), until: iso(Date.UTC(2040, 0, 1)) };

it('by month and seller, for any versions, adjustments and refunds, from the day of the newest version on', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyRules(8), anyMoment), { minLength: 1, maxLength: 3 }),
      fc.array(anyItem, { maxLength: 25 }),
      (given, items) => {
        database.exec(
          'DELETE FROM commission_rule; DELETE FROM commission_version; DELETE FROM sold_item; DELETE FROM sold_refund',
        );
        const starts = [0, ...given.slice(1).map(([, at]) => at)].toSorted((a, b) => a - b);
        for (const [index, [rules]] of given.entries()) {
          const number = index + 1;
          database
            .prepare(
              `INSERT INTO commission_version (number, name, active_from, activated_at, author) VALUES (?, 'v', ?, ?, 'x')`,
            )
            .run(number, iso(starts[index] ?? 0), iso(starts[index] ?? 0));
          database.prepare('UPDATE commission_rule SET removed_in = ? WHERE removed_in IS NULL').run(number);
          for (const rule of rules)
            database
              .prepare('INSERT INTO commission_rule (rule_id, added_in, payload) VALUES (?, ?, ?)')
              .run(rule.id, number, JSON.stringify(commissionRule.parse(rule)));
        }
        let refundedWhole = true;
        for (const [index, { sold, at, price, quantity, freight, adjusted, refunds }] of items.entries()) {
          const goods = price * quantity;
          const adjustment = divideRounded(goods * adjusted, 1_000);
          const orderId = `o${index >> 1}`;
          database
            .prepare(
              `INSERT INTO sold_item (order_id, line, seller_id, seller_sku_id, sku_id, category_id, brand_id, sales_channel, price, quantity, freight, adjustment, sold_at)
               VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)`,
            )
            .run(
              orderId,
              index & 1,
              sold.sellerId,
              sold.sellerSkuId ?? 's9',
              sold.categoryId,
              sold.brandId,
              sold.salesChannel ?? '9',
              price,
              quantity,
              freight,
              adjustment,
              iso(at),
            );
          const paid = goods + adjustment + freight;
          let left = paid;
          for (const [position, [share, later]] of refunds.entries()) {
            const amount = Math.min(left, divideRounded(paid * share, 1_000));
            left -= amount;
            if (amount > 0)
              database
                .prepare('INSERT INTO sold_refund (order_id, line, position, amount, at) VALUES (?, ?, ?, ?, ?)')
                .run(orderId, index & 1, position, amount, iso(at + later * day));
          }
          refundedWhole &&= left === 0;
        }
        const trial = commissionReads['commissions.whatIf'](database, {
          draftId: 'd',
          asOf: null,
          paymentCost: 0,
          currency: 'BRL',
        });
        expect(trial.before).toBe(trial.after);
        const newest = iso(starts.at(-1) ?? 0);
        const kept = (rows: { commission: number; freightCommission: number }[]) =>
          rows.reduce((sum, row) => sum + row.commission + row.freightCommission, 0);
        for (const { key, after } of trial.months)
          if (monthOf(key).from >= newest)
            expect(kept(commissionReads['settlement.list'](database, monthOf(key)))).toBe(after);
        const booked = commissionReads['settlement.list'](database, always);
        if (given.length === 1) {
          expect(kept(booked)).toBe(trial.after);
          expect(Object.fromEntries(booked.map((row) => [row.sellerId, kept([row])]))).toEqual(
            Object.fromEntries(trial.sellers.map(({ key, after }) => [key, after])),
          );
        }
        // what was charged is given back as far as the money was, and whole with it
        const reversed = booked.reduce((sum, row) => sum + row.reversedCommission, 0);
        expect(reversed <= 0 && -reversed <= kept(booked)).toBe(true);
        if (refundedWhole) {
          expect(reversed + kept(booked)).toBe(0);
          for (const row of booked) expect(row.net).toBe(0);
        }
      },
    ),
    { numRuns: 80 },
  );
});

it('a line of a statement names the rule and the commission of each part', () => {
  const rule = (id: string, part: 'product' | 'freight', rate: number) =>
    JSON.stringify({
      ...{
        id,
        scope: anyScope,
        product: null,
        freight: null,
        validFrom: null,
        validUntil: null,
        timeZone: 'UTC',
        note: '',
      },
      [part]: percentage(basisPointsOf(rate)),
    });
  database.exec(`INSERT INTO commission_version (number, name, active_from, activated_at, author) VALUES (1, 'v', '1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z', 'x');
    INSERT INTO sold_item (order_id, line, seller_id, seller_sku_id, sku_id, sales_channel, price, quantity, freight, sold_at)
      VALUES ('o', 0, 'a', 's', 7, '2', 1000, 1, 200, '2026-05-01T00:00:00.000Z');
    INSERT INTO sold_refund (order_id, line, position, amount, at) VALUES ('o', 0, 0, 600, '2026-05-02T00:00:00.000Z')`);
  const insert = database.prepare('INSERT INTO commission_rule (rule_id, added_in, payload) VALUES (?, 1, ?)');
  insert.run('goods', rule('goods', 'product', 1_250));
  insert.run('carriage', rule('carriage', 'freight', 500));
  const { items } = commissionReads['settlement.items'](database, { sellerId: 'a', ...always, after: 0, limit: 10 });
  expect(items.map((item) => settlementItem.safeParse(item).error)).toEqual([undefined, undefined]);
  expect(items).toMatchObject([
    {
      kind: 'sale',
      ...{ ruleId: 'goods', rate: '12.5', productCommission: 125 },
      ...{ freightRuleId: 'carriage', freightRate: '5', freightCommission: 10 },
      ...{ commission: 135, skuId: 7, salesChannel: '2' },
    },
    { kind: 'refund', productCommission: null, freightCommission: null, commission: -68 },
  ]);
});

it('amounts of two currencies are never added', () => {
  database.exec(`INSERT INTO setting (key, value) VALUES ('currency', '"BRL"');
    INSERT INTO sold_item (order_id, line, seller_id, seller_sku_id, sku_id, sales_channel, price, quantity, freight, sold_at, currency) VALUES
      ('o', 0, 'a', 's', 7, '2', 1000, 1, 0, '2026-05-01T00:00:00.000Z', ''), ('p', 0, 'a', 's', 7, '2', 30, 1, 0, '2026-05-01T00:00:00.000Z', 'USD'),
      ('q', 0, 'a', 's', 7, '2', 500, 1, 0, '2026-05-01T00:00:00.000Z', 'BRL'), ('r', 0, 'b', 's', 7, '2', 9, 1, 0, '2026-05-01T00:00:00.000Z', 'USD');
    INSERT INTO sold_refund (order_id, line, position, amount, at) VALUES ('p', 0, 0, 10, '2026-05-02T00:00:00.000Z')`);
  const rows = commissionReads['settlement.list'](database, always);
  expect(rows.map(({ sellerId, currency, items, sold, net }) => [sellerId, currency, items, sold, net])).toEqual([
    ['a', 'BRL', 2, 1_500, 1_500],
    ['a', 'USD', 1, 30, 20],
    ['b', 'USD', 1, 9, 9],
  ]);
  const ordersOf = (currency?: string) =>
    commissionReads['settlement.items'](database, {
      sellerId: 'a',
      currency,
      ...always,
      after: 0,
      limit: 10,
    }).items.map(({ orderId }) => orderId);
  expect([ordersOf(), ordersOf('USD')]).toEqual([
    ['o', 'q'],
    ['p', 'p'],
  ]);
  const trial = (currency: string) =>
    commissionReads['commissions.whatIf'](database, { draftId: 'd', asOf: null, paymentCost: 0, currency });
  expect(trial('BRL')).toMatchObject({ sold: 1_500, items: 2, otherCurrencies: 2 });
});

it('what is paid of a settlement, and when, is by the agreement of the end of the period', () => {
  const terms = (days: number, retention: number) =>
    JSON.stringify({
      ...plainTerms,
      payout: {
        schedule: 'monthly',
        days,
        retention: basisPointsOf(retention),
        retentionDays: retention === 0 ? 0 : 30,
      },
    });
  database.exec(`INSERT INTO sold_item (order_id, line, seller_id, seller_sku_id, sku_id, sales_channel, price, quantity, freight, sold_at) VALUES
      ('o', 0, 'a', 's', 7, '2', 1000, 1, 0, '2026-05-01T00:00:00.000Z'), ('p', 0, 'b', 's', 7, '2', 30, 1, 0, '2026-05-01T00:00:00.000Z')`);
  const agree = database.prepare(
    `INSERT INTO agreement_version (seller_id, number, valid_from, terms, note, author, written_at) VALUES ('a', ?, ?, ?, '', 'x', '2026-01-01T00:00:00.000Z')`,
  );
  agree.run(1, '2026-01-01T00:00:00.000Z', terms(5, 0));
  agree.run(2, '2026-05-31T00:00:00.000Z', terms(10, 250));
  agree.run(3, '2026-06-01T00:00:00.000Z', terms(20, 0));
  const rows = commissionReads['settlement.list'](database, monthOf('2026-05'));
  expect(rows.map((row) => settlementRow.safeParse(row).error)).toEqual([undefined, undefined]);
  expect(rows.map(({ payout }) => payout)).toEqual([
    { retained: 25, payable: 975, dueAt: '2026-06-11T00:00:00.000Z', releasedAt: '2026-07-11T00:00:00.000Z' },
    null,
  ]);
});
