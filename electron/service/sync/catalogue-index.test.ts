import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareDatabase } from '../database/open.ts';
import { type ServiceDatabase, startDatabase } from '../database/threads.ts';
import { workerEntry } from '../entries.ts';
import { offer } from '../matching/fixtures.ts';
import { createMatchingHost, type MatchingHost } from '../matching/host.ts';
import type { SkuRecord } from '../protocol/types.ts';
import { CatalogueIndex } from './catalogue-index.ts';

let directory = '';
let database: ServiceDatabase;
const hosts: MatchingHost[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-index-'));
  const file = join(directory, 'bindery.sqlite');
  prepareDatabase(file, '2026-11-25T10:00:00.000Z');
  database = startDatabase({ file, entry: workerEntry('database'), log: () => undefined });
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
  await database.close();
  rmSync(directory, { recursive: true, force: true });
});

const sku = (skuId: number, name: string, isActive = true): SkuRecord =>
  // the columns that the cache keeps
  ({
    skuId,
    productId: skuId,
    isActive,
    categoryId: null,
    brandId: null,
    referencePriceMinor: null,
    name,
    productName: name,
    brandName: 'Sorel',
    categoryPath: null,
    referenceId: null,
    model: null,
    gtins: [],
    imageUrl: null,
    specifications: [],
  }) as unknown as SkuRecord;
const put = (...records: SkuRecord[]) => database.write('pull.skus', { records, generation: 1 });

/** A worker that counts what it is told anew. */
function worker(): { host: MatchingHost; told: () => number } {
  const host = createMatchingHost({ entry: workerEntry('matching'), onError: () => undefined });
  hosts.push(host);
  let told = 0;
  const counting: MatchingHost = {
    ...host,
    upsert: (entries) => {
      told += entries.length;
      return host.upsert(entries);
    },
  };
  return { host: counting, told: () => told };
}
const keeper = () => {
  const index = new CatalogueIndex({
    database,
    file: join(directory, 'matching.index'),
    log: () => undefined,
    uuid: () => 'one',
    now: () => 0,
  });
  index.begin();
  return index;
};
const best = async (host: MatchingHost, title: string) => (await host.suggest(offer(title))).candidates[0]?.skuId;
const kettles = Array.from({ length: 300 }, (_, at) => sku(at + 1, `Sorel kettle SX${1_000 + at}`));

it('fills from the catalogue, saves, and starts from what was saved and what has changed since', async () => {
  await put(...kettles);
  const first = worker();
  await keeper().fill(first.host, () => undefined);
  expect(first.told()).toBe(300);
  expect(existsSync(join(directory, 'matching.index'))).toBe(true);
  expect((await database.read('catalog.changes', { after: 0, limit: 10 })).length).toBe(0);

  await put(sku(1, 'Sorel toaster TT4000'), sku(2, 'Sorel kettle SX1001', false), sku(301, 'Sorel kettle SX9999'));
  const second = worker();
  await keeper().fill(second.host, () => undefined);
  expect(second.told()).toBe(2);
  expect(await best(second.host, 'sorel toaster tt-4000')).toBe(1);
  expect(await best(second.host, 'sorel kettle sx-9999')).toBe(301);
  expect((await second.host.suggest(offer('sorel kettle sx1001'))).candidates.map(({ skuId }) => skuId)).not.toContain(
    2,
  );
  expect((await second.host.stats()).skus).toBe(300);
});

it('follows changes while it runs, and an unchanged page changes nothing', async () => {
  await put(...kettles);
  const { host, told } = worker();
  const index = keeper();
  await index.fill(host, () => undefined);
  await put(...kettles);
  await index.catchUp(host);
  expect(told()).toBe(300);
  await put(sku(7, 'Sorel blender BL700'));
  await Promise.all([index.catchUp(host), index.catchUp(host)]);
  expect(told()).toBe(301);
  expect(await best(host, 'sorel blender bl-700')).toBe(7);
});

it('builds anew when the saved index is of another database, or does not fit it', async () => {
  await put(...kettles);
  const first = worker();
  await keeper().fill(first.host, () => undefined);
  await database.write('settings.set', { values: { 'matching.index': { id: 'another', place: 0 } } });
  const second = worker();
  await keeper().fill(second.host, () => undefined);
  expect(second.told()).toBe(300);

  // an index that lacks a SKU, saved as of the same place
  await second.host.remove([9]);
  const { id, saved } = await database.read('catalog.journal', {});
  await second.host.save(join(directory, 'matching.index'), `${id} ${saved}`);
  const third = worker();
  await keeper().fill(third.host, () => undefined);
  expect(third.told()).toBe(300);
  expect(await best(third.host, 'sorel kettle sx-1008')).toBe(9);
});
