/** The sandbox on a real catalogue and real offers, where the folder with them lies beside the repository (or BINDERY_MATCH_DATA_DIR names it). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { startSandbox } from './index.ts';
import { fields, listOfFields } from './input.ts';
import { clientOf, itemsOf } from './testing/client.ts';

const folder =
  process.env.BINDERY_MATCH_DATA_DIR ?? fileURLToPath(new URL('../../../shared/match-data', import.meta.url));
const catalog = join(folder, 'abt-buy', 'tableA.csv');
const offers = join(folder, 'abt-buy', 'tableB.csv');
const there = existsSync(catalog) && existsSync(offers);
if (!there)
  console.log(`Not run on real data: there is no abt-buy in ${folder} (BINDERY_MATCH_DATA_DIR names another folder).`);

function rowIds(path: string): string[] {
  const rows: string[][] = parse(readFileSync(path), { from_line: 2 });
  return rows.map((row) => row[0] ?? '');
}

describe('abt-buy', () => {
  it.runIf(there)('comes out whole, under its own row ids', async () => {
    const sandbox = await startSandbox({ catalog, offers });
    const client = clientOf(sandbox);
    const start = performance.now();
    const seen = new Set<unknown>();
    for (let from = 0, total = 1; from < total; from += 12) {
      const page = await client.get(`/suggestions?status=pending&_from=${from}&_to=${from + 19}`);
      total = Number(fields(fields(page.body).paging).total);
      for (const item of itemsOf(page)) seen.add(item.ItemId);
    }
    console.log(
      `abt-buy: ${seen.size} offers in ${Math.round(performance.now() - start)} ms, in overlapping pages of 20`,
    );
    expect([...seen].map(String).sort()).toEqual(rowIds(offers).sort());
    const skus = [1, 2].map((page) => client.get(`/api/catalog_system/pvt/sku/stockkeepingunits?page=${page}`));
    const records = (await Promise.all(skus)).flatMap((page) => listOfFields(page.body));
    expect(records.map((r) => fields(r.AlternateIds).RefId)).toEqual(rowIds(catalog));
    for (const record of records) {
      const row = Number(fields(record.AlternateIds).RefId);
      expect(record.Id).toBe(row === 0 ? 1081 : row);
    }
    await sandbox.close();
  });
});
