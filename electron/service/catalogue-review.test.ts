import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import { startHarness } from './testing/harness.ts';

/** The whole way of real offers: sandbox, synchronisation, matcher, contract. */

const data = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/match-data/abt-buy');
const present = existsSync(join(data, 'tableA.csv'));
if (!present) console.log('catalogue review: not run, since ../shared/match-data/abt-buy is not there');

/** Catalogue row ids by offer row id, of the pairs that are labelled the same. */
function labelled(): Map<string, Set<string>> {
  const pairs = new Map<string, Set<string>>();
  for (const file of ['train.csv', 'valid.csv', 'test.csv']) {
    const [header = '', ...lines] = readFileSync(join(data, file), 'utf8').split(/\r?\n/);
    const columns = header.split(',');
    const at = (name: string) => columns.indexOf(name);
    for (const line of lines) {
      const cells = line.split(',');
      if (cells[at('label')] !== '1') continue;
      const offer = cells[at('rtable_id')] ?? '';
      pairs.set(offer, (pairs.get(offer) ?? new Set()).add(cells[at('ltable_id')] ?? ''));
    }
  }
  return pairs;
}

it.runIf(present)(
  'brings all 1,092 offers, and finds a labelled SKU among the first ten suggestions of 95 %',
  async () => {
    const sandbox = await startSandbox({ catalog: join(data, 'tableA.csv'), offers: join(data, 'tableB.csv') });
    const harness = await startHarness({ backendUrl: sandbox.url, appKey: sandbox.appKey, appToken: sandbox.appToken });
    try {
      const { client, until, signIn } = harness;
      await signIn();
      await until(async () => (await client.call('status.get', {})).lastSyncedAt, 'the first synchronisation', 120_000);
      const view = await client.call('offers.open', {
        filter: { queue: 'waiting' },
        sort: { column: 'received', direction: 'ascending' },
      });
      const { rows, count } = await client.call('offers.rows', { viewId: view.viewId, from: 0, to: 1_000 });
      const rest = await client.call('offers.rows', { viewId: view.viewId, from: 1_000, to: 2_000 });
      const offers = [...rows, ...rest.rows];
      expect(count).toBe(1_092);
      expect(new Set(offers.map(({ sellerSkuId }) => sellerSkuId)).size).toBe(1_092);

      // which row of the catalogue a SKU came from is its reference id
      const rowOf = new Map<number, string>();
      for (let position = 0; position < sandbox.state.catalog.skuCount; position++) {
        const sku = sandbox.state.world.skuAt(position);
        rowOf.set(sku.id, sku.refId);
      }
      const pairs = labelled();
      let found = 0;
      let first = 0;
      let asked = 0;
      for (const offer of offers) {
        const right = pairs.get(offer.sellerSkuId);
        if (!right) continue;
        asked++;
        const { suggestions } = await client.call('offers.suggestions', { offerId: offer.id, limit: 10 });
        const position = suggestions.findIndex(({ skuId }) => right.has(rowOf.get(skuId) ?? ''));
        if (position >= 0) found++;
        if (position === 0) first++;
      }
      const percent = (part: number) => `${((100 * part) / asked).toFixed(1)} %`;
      console.log(
        `catalogue review: ${count} offers, ${asked} labelled, ${found} (${percent(found)}) in the first ten, ${first} (${percent(first)}) first`,
      );
      expect(asked).toBeGreaterThan(1_000);
      expect(found / asked).toBeGreaterThanOrEqual(0.95);
    } finally {
      await harness.close();
      await sandbox.close();
    }
  },
  240_000,
);
