import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWritable, prepareDatabase, type WritableDatabase } from '../database/open.ts';
import { keepPacks, orderIdAt, outdatedPacks, readColumns, soldState } from './sold-columns.ts';

/** What was sold by column, from packs and rows, against the rows themselves in a real file. */

let folder = '';
let database: WritableDatabase;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-columns-'));
  const file = join(folder, 'bindery.sqlite');
  prepareDatabase(file, '2026-11-25T00:00:00.000Z');
  database = openWritable(file);
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Item {
  readonly order: number;
  readonly line: number;
  readonly values: readonly (string | number | null)[];
}
/** Ids of neighbouring segments, at their ends and in them. */
const anyId = fc.tuple(fc.nat(3), fc.constantFrom(0, 1, 2, 700, 16_382, 16_383)).map(([s, at]) => s * 16_384 + at);
const anyValues = fc.tuple(
  fc.constantFrom('a', 'b', 'vendedor ç'),
  fc.string({ maxLength: 3 }),
  fc.option(fc.nat(3)),
  fc.option(fc.nat(3)),
  fc.constantFrom('1', '2'),
  fc.oneof(fc.nat(1_000), fc.constant(2 ** 45 + 1)),
  fc.integer({ min: 1, max: 70_000 }),
  fc.nat(5_000),
  fc.integer({ min: -500, max: 500 }),
  fc.integer({ min: 0, max: 10 ** 12 }).map((at) => new Date(at).toISOString()),
  fc.constantFrom('', '', 'BRL', 'USD'),
);
type Step =
  | { readonly kind: 'put'; readonly id: number; readonly item: Item }
  | { readonly kind: 'change'; readonly id: number; readonly price: number }
  | { readonly kind: 'remove'; readonly id: number }
  | { readonly kind: 'pack' };
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      id: anyId,
      item: fc.record({ order: fc.nat(5), line: fc.nat(1_000_000), values: anyValues }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('change' as const), id: anyId, price: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), id: anyId }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pack' as const) }) },
);

function apply(step: Step): void {
  if (step.kind === 'put')
    database
      .prepare(
        `INSERT OR IGNORE INTO sold_item (id, order_id, line, seller_id, seller_sku_id, sku_id, category_id, brand_id, sales_channel, price, quantity, freight, adjustment, sold_at, currency)
         VALUES (?, ?, ?, ?, ?, 7, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(step.id, `o${step.item.order}`, step.item.line, ...step.item.values);
  else if (step.kind === 'change')
    database.prepare('UPDATE sold_item SET price = ? WHERE id = ?').run(step.price, step.id);
  else if (step.kind === 'remove') database.prepare('DELETE FROM sold_item WHERE id = ?').run(step.id);
  else
    for (
      let packs = outdatedPacks(database, { most: 2 });
      packs.length > 0;
      packs = outdatedPacks(database, { most: 2 })
    )
      keepPacks(database, { packs });
}

/** The rows of one currency as the columns should give them, and whether each begins another order: one that comes again later is another. */
const rows = (): unknown[] =>
  database
    .prepare(
      `WITH run AS (SELECT *, order_id IS NOT LAG(order_id) OVER (ORDER BY id) AS begins FROM sold_item),
            numbered AS (SELECT *, SUM(begins) OVER (ORDER BY id) AS nth FROM run)
       SELECT seller_id, seller_sku_id, category_id, brand_id, sales_channel, price, quantity, freight, adjustment, sold_at, order_id,
              nth IS NOT LAG(nth) OVER (ORDER BY id) AS starts FROM numbered WHERE currency IN ('', 'BRL') ORDER BY id`,
    )
    .raw()
    .all();

function columnsAsRows(): unknown[] {
  const all = readColumns(database, 'BRL');
  return Array.from({ length: all.count }, (_, at) => [
    all.sellers[all.seller[at] ?? -1],
    all.skus[all.sku[at] ?? -1],
    all.categories[all.categoryCode[at] ?? -1],
    all.brand[at] === -1 ? null : all.brand[at],
    all.channels[all.channel[at] ?? -1],
    all.price[at],
    all.quantity[at],
    all.freight[at],
    all.adjustment[at],
    new Date(all.soldAt[at] ?? Number.NaN).toISOString(),
    orderIdAt(database, all, at),
    at === 0 || all.order[at] !== all.order[at - 1] ? 1 : 0,
  ]);
}

it('is what the rows say, whichever of them were packed before they changed', () => {
  let fromPacks = 0;
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 10, maxLength: 60 }), (steps) => {
      database.exec('DELETE FROM sold_item; DELETE FROM sold_segment; DELETE FROM sold_pack');
      for (const step of steps) apply(step);
      fromPacks += Number(
        database
          .prepare(
            'SELECT COUNT(*) FROM sold_segment s JOIN sold_pack p ON p.segment = s.segment AND p.changes = s.changes',
          )
          .pluck()
          .get(),
      );
      expect(columnsAsRows()).toEqual(rows());
      expect(readColumns(database, 'BRL').left).toBe(
        database.prepare(`SELECT COUNT(*) FROM sold_item WHERE currency = 'USD'`).pluck().get(),
      );
    }),
    { numRuns: 300 },
  );
  expect(fromPacks).toBeGreaterThan(100);
});

it('packs all but the newest segment, again only where something changed that a commission depends on', () => {
  database.exec('DELETE FROM sold_item; DELETE FROM sold_segment; DELETE FROM sold_pack');
  const [put] = fc.sample(anyValues, { numRuns: 1, seed: 7 });
  for (const id of [0, 5, 20_000, 40_000]) apply({ kind: 'put', id, item: { order: id, line: 0, values: put ?? [] } });
  const outdated = () => outdatedPacks(database, { most: 9 }).map(({ segment }) => segment);
  expect(outdated()).toEqual([0, 1]);
  apply({ kind: 'pack' });
  expect(outdated()).toEqual([]);
  const state = soldState(database);
  database.prepare('UPDATE sold_item SET sku_id = 8, price = price').run();
  expect(soldState(database)).toBe(state);
  apply({ kind: 'change', id: 5, price: 3 });
  expect(soldState(database)).not.toBe(state);
  expect(outdated()).toEqual([0]);
});
