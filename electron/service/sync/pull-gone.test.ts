import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BrandId, SellerId, SellerSkuId, SkuId, VersionId } from '../../../shared/domain/brand.ts';
import { type ServiceDatabase, startDatabase } from '../database/threads.ts';
import { workerEntry } from '../entries.ts';
import type { BindingRecord, BrandRecord, SellerRecord, SkuRecord, SuggestionRecord } from '../protocol/types.ts';
import { makeTestFile, type TestFile } from '../testing/file.ts';
import { pullBindings, pullCategoriesAndBrands, pullSkus, pullSuggestions } from './pull.ts';
import type { PullOptions } from './pull-options.ts';
import { pullSellers } from './pull-sellers.ts';

/** What the backend has; a test takes away from it. */
const world = {
  sellers: new Map<string, SellerRecord>(),
  brands: [] as BrandRecord[],
  skus: new Map<number, SkuRecord>(),
  /** SKUs that it knows by their id and does not list. */
  unlisted: new Map<number, SkuRecord>(),
  suggestions: [] as SuggestionRecord[],
  bindings: new Map<string, BindingRecord[]>(),
};
/** Ids asked for one by one. */
let lookedUp: string[] = [];

const seller = (id: string): SellerRecord => ({
  sellerId: id as SellerId,
  name: id,
  isActive: true,
  fulfillmentEndpoint: null,
  email: null,
  description: null,
  taxCode: null,
  account: null,
  isVtex: false,
  sellerType: 1,
  salesChannels: [],
  raw: {},
});
const sku = (id: number): SkuRecord => ({
  skuId: id as SkuId,
  productId: id as never,
  name: `Lamp ${id}`,
  productName: 'Lamp',
  brandId: null,
  brandName: 'Acme',
  categoryId: null,
  categoryPath: null,
  referenceId: null,
  model: null,
  gtins: [],
  imageUrl: null,
  images: [],
  description: null,
  isActive: true,
  referencePriceMinor: null,
  specifications: [],
  raw: {},
});
function suggestion(sellerSkuId: string, status: 'pending' | 'denied'): SuggestionRecord {
  const dimensions = { heightCm: null, widthCm: null, lengthCm: null, weightGrams: null };
  return {
    sellerId: 's1' as SellerId,
    sellerSkuId: sellerSkuId as SellerSkuId,
    versionId: 'v1' as VersionId,
    status,
    type: 'new',
    title: 'Lamp',
    productName: 'Lamp',
    skuName: 'Lamp',
    sellerProductId: null,
    brand: 'Acme',
    categoryPath: '',
    gtins: [],
    referenceId: null,
    model: null,
    priceMinor: 100,
    currency: 'BRL',
    stock: 1,
    description: '',
    dimensions,
    images: [],
    specifications: [],
    measurementUnit: null,
    unitMultiplier: null,
    hasMapping: null,
    matchId: null,
    createdAt: null,
    modifiedAt: null,
    raw: {},
  };
}

// the calls that the pull makes, on the world above
const backend = {
  sellers: {
    all: async () => [...world.sellers.values()],
    get: async (id: string) => {
      lookedUp.push(id);
      return world.sellers.get(id) ?? null;
    },
    channelMapping: async () => [],
  },
  catalog: {
    categories: async () => [],
    brands: async () => world.brands,
    skuPage: async (page: number, size: number) => {
      const items = [...world.skus.values()].slice((page - 1) * size, page * size);
      return { items, isLast: items.length < size, source: 'bulk' };
    },
    sku: async (id: number) => {
      lookedUp.push(`sku ${id}`);
      return world.skus.get(id) ?? world.unlisted.get(id) ?? null;
    },
  },
  suggestions: {
    page: async (range: { from: number; to: number }, { status }: { status: string }) => {
      const all = world.suggestions.filter((one) => one.status === status);
      return { items: all.slice(range.from, range.to + 1), from: range.from, total: all.length };
    },
    get: async (_sellerId: string, id: string) => {
      lookedUp.push(id);
      return world.suggestions.find(({ sellerSkuId }) => sellerSkuId === id) ?? null;
    },
  },
  bindings: {
    pageOfSeller: async (id: string) => world.bindings.get(id) ?? [],
    get: async () => null,
  },
} as unknown as PullOptions['backend'];

let file: TestFile;
let database: ServiceDatabase;
let options: PullOptions;
beforeEach(() => {
  file = makeTestFile();
  database = startDatabase({ file: file.file, entry: workerEntry('database'), log: () => undefined });
  let now = Date.parse('2026-11-25T09:00:00.000Z');
  options = {
    database,
    backend,
    ambient: { now: () => (now += 1), random: () => 0, uuid: () => crypto.randomUUID() },
    log: () => undefined,
    signal: new AbortController().signal,
    unpaused: async () => undefined,
    progress: () => undefined,
    onSkus: async () => undefined,
    onOffers: () => undefined,
    initial: false,
  };
  lookedUp = [];
});
afterEach(async () => {
  await database.close();
  file.remove();
});
const rows = (sql: string) => file.database.prepare(sql).raw().all();

it('pulls the bindings of every seller, of more than a thousand too', async () => {
  world.sellers = new Map(Array.from({ length: 1_050 }, (_, n) => [`s${n}`, seller(`s${n}`)]));
  world.bindings = new Map(
    [...world.sellers.keys()].map((id) => [
      id,
      [
        {
          sellerId: id as SellerId,
          sellerSkuId: 'a' as SellerSkuId,
          skuId: 1 as SkuId,
          isActive: true,
          isRemoved: false,
          updatedAt: null,
        } as unknown as BindingRecord,
      ],
    ]),
  );
  await pullSellers(options);
  await pullBindings(options);
  expect(rows('SELECT COUNT(*) FROM binding')).toEqual([[1_050]]);
});

it('marks sellers, brands and SKUs that vanish, lists them no more, and takes them back when they return', async () => {
  world.sellers = new Map(['a', 'b'].map((id) => [id, seller(id)]));
  world.brands = [1, 2].map((id) => ({ id: id as BrandId, name: `Brand ${id}` }) as BrandRecord);
  world.skus = new Map([1, 2, 3].map((id) => [id, sku(id)]));
  const pull = async () => {
    lookedUp = [];
    await pullSellers(options);
    await pullCategoriesAndBrands(options);
    await pullSkus(options);
  };
  const listed = async () => ({
    sellers: (await database.read('sellers.list', { text: '' })).map(({ sellerId }) => sellerId),
    brands: (await database.read('catalog.brands', { text: '', limit: 10 })).map(({ name }) => name),
    skus: (
      await database.read('skus.first', {
        filter: {},
        sort: { column: 'id', direction: 'ascending' },
        limit: 10,
      })
    ).ids,
    found: (await database.read('catalog.search', { text: 'lamp', limit: 10 })).map(({ id }) => Number(id)).sort(),
    entries: (await database.read('catalog.entries', { after: -1, limit: 10 })).map(({ skuId }) => skuId),
  });
  await pull();
  const all = await listed();
  expect(all).toEqual({
    sellers: ['a', 'b'],
    brands: ['Brand 1', 'Brand 2'],
    skus: [1, 2, 3],
    found: [1, 2, 3],
    entries: [1, 2, 3],
  });
  expect(lookedUp).toEqual([]);

  const [goneSeller, goneBrand, goneSku] = [world.sellers.get('b'), world.brands.pop(), world.skus.get(2)];
  if (!goneSeller || !goneBrand || !goneSku) throw new Error('the world is empty');
  world.sellers.delete('b');
  world.skus.delete(2);
  await pull();
  expect(lookedUp).toEqual(['b', 'sku 2']);
  expect(await listed()).toEqual({ sellers: ['a'], brands: ['Brand 1'], skus: [1, 3], found: [1, 3], entries: [1, 3] });
  // its history stays
  expect(await database.read('catalog.sku', { skuId: 2 })).toMatchObject({ id: 2, isActive: false });
  expect(await database.read('sellers.detail', { sellerId: 'b' })).toMatchObject({ sellerId: 'b', isActive: false });
  await pull();
  expect(lookedUp).toEqual([]);

  world.sellers.set('b', goneSeller);
  world.brands.push(goneBrand);
  world.skus.set(2, goneSku);
  await pull();
  expect(await listed()).toEqual(all);

  // a catalogue that lists active SKUs alone is asked once about one that it leaves out
  world.skus.delete(3);
  world.unlisted.set(3, { ...sku(3), isActive: false });
  await pull();
  expect(lookedUp).toEqual(['sku 3']);
  expect((await listed()).skus).toEqual([1, 2, 3]);
  expect((await listed()).entries).toEqual([1, 2]);
  await pull();
  expect(lookedUp).toEqual([]);

  // an empty answer is no marketplace without brands
  world.brands = [];
  await pullCategoriesAndBrands(options);
  expect((await listed()).brands).toEqual(['Brand 1', 'Brand 2']);
});

it('drops a denied offer that the seller took back, after a second look', async () => {
  world.suggestions = [suggestion('a', 'denied'), suggestion('b', 'denied'), suggestion('c', 'pending')];
  await pullSuggestions(options, 'pending');
  await pullSuggestions(options, 'denied');
  expect(rows('SELECT seller_sku_id, queue FROM offer ORDER BY 1')).toEqual([
    ['a', 1],
    ['b', 1],
    ['c', 0],
  ]);
  world.suggestions.splice(1, 1);
  await pullSuggestions(options, 'denied');
  expect(lookedUp).toEqual(['b']);
  expect(rows('SELECT seller_sku_id, queue FROM offer ORDER BY 1')).toEqual([
    ['a', 1],
    ['c', 0],
  ]);
});
