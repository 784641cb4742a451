/**
 * A marketplace from two CSV files. Columns by name in any case: id, title|name, brand|manufacturer, model|modelno|mpn, gtin|ean|upc, category,
 * description, price, seller; others are ignored. Defaults for what is missing: brand "Unbranded", category "General", description = title,
 * price 100.00, seller one of five by a hash of the row id, stock 1 to 200 by the same hash, 10 x 10 x 10 cm and 500 g, one served image.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'csv-parse/sync';
import { hash, hashText } from './random.ts';
import type { Brand, CatalogSku, Category, SellerOffer, World, WorldSeller } from './world.ts';
import { OLDEST_AGE, PRODUCT_ID_OFFSET } from './world.ts';

const ALIASES: Readonly<Record<string, readonly string[]>> = {
  id: ['id'],
  title: ['title', 'name'],
  brand: ['brand', 'manufacturer'],
  model: ['model', 'modelno', 'mpn'],
  gtin: ['gtin', 'ean', 'upc'],
  category: ['category'],
  description: ['description'],
  price: ['price'],
  seller: ['seller'],
};
const DEFAULT_PRICE = 10_000;
const DEFAULT_BRAND = 'Unbranded';
const DEFAULT_CATEGORY = 'General';
const GENERATED_SELLERS = 5;
const DIMENSIONS = { height: 10, width: 10, length: 10, weight: 500 };

/** A CSV that cannot be used. The message names file, row (the header is row 1) and column. */
class CsvError extends Error {
  override readonly name = 'CsvError';
}

interface Row {
  readonly line: number;
  readonly id: string;
  readonly title: string;
  readonly brand: string;
  readonly model: string;
  readonly gtin: string;
  readonly category: readonly string[];
  readonly description: string;
  /** Cents. */
  readonly price: number;
  readonly seller: string;
}

function priceInCents(text: string, where: string): number {
  if (text === '') return DEFAULT_PRICE;
  const plain = text.replace(/^\s*(?:[A-Za-z]{2,3}\$?|[$€£])\s*|\s*(?:[A-Za-z]{3}|[$€£])\s*$/g, '');
  if (!/^(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(plain))
    throw new CsvError(`${where}, column price: "${text}" is not a price`);
  return Math.round(Number(plain.replaceAll(',', '')) * 100);
}

/** Reads the rows of one file. Throws CsvError. */
function readRows(path: string): Row[] {
  const file = basename(path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CsvError(
      `${file}: cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'})`,
    );
  }
  let records: string[][];
  try {
    records = parse(text, { bom: true, skip_empty_lines: true, relax_column_count: true });
  } catch (error) {
    throw new CsvError(`${file}: ${error instanceof Error ? error.message : 'not a CSV file'}`);
  }
  const header = (records[0] ?? []).map((name) => name.trim().toLowerCase());
  const column = (field: string): number => header.findIndex((name) => (ALIASES[field] ?? []).includes(name));
  const columns = Object.fromEntries(Object.keys(ALIASES).map((field) => [field, column(field)]));
  for (const field of ['id', 'title']) {
    if ((columns[field] ?? -1) < 0)
      throw new CsvError(`${file}, row 1: no column named ${(ALIASES[field] ?? []).join(' or ')}`);
  }
  return records.slice(1).map((record, n) => {
    const where = `${file}, row ${n + 2}`;
    if (record.length !== header.length) {
      throw new CsvError(
        `${where}, column ${header[record.length] ?? record.length}: ${record.length} fields where the header has ${header.length}`,
      );
    }
    const field = (name: string): string => (record[columns[name] ?? -1] ?? '').trim();
    for (const name of ['id', 'title']) {
      if (field(name) === '') throw new CsvError(`${where}, column ${header[columns[name] ?? 0]}: empty`);
    }
    const category = field('category')
      .split(/[/>]/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
    return {
      line: n + 2,
      id: field('id'),
      title: field('title'),
      brand: field('brand') || DEFAULT_BRAND,
      model: field('model'),
      gtin: field('gtin'),
      category: category.length > 0 ? category : [DEFAULT_CATEGORY],
      description: field('description') || field('title'),
      price: priceInCents(field('price'), where),
      seller: field('seller'),
    };
  });
}

function refuseDuplicates(path: string, keys: readonly string[]): void {
  const seen = new Map<string, number>();
  keys.forEach((key, n) => {
    const before = seen.get(key);
    if (before !== undefined)
      throw new CsvError(`${basename(path)}, row ${n + 2}, column id: the same id as row ${before + 2}`);
    seen.set(key, n);
  });
}

/** SKU ids of catalogue rows: the row id where it is a positive whole number, otherwise the next free one above the largest. */
function skuIds(rows: readonly Row[]): number[] {
  const own = rows.map((row) => (/^[1-9]\d*$/.test(row.id) && Number(row.id) < PRODUCT_ID_OFFSET ? Number(row.id) : 0));
  let next = own.reduce((most, id) => Math.max(most, id), 0);
  return own.map((id) => (id > 0 ? id : ++next));
}

function slug(name: string): string {
  return (
    name
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || `s${hashText(name)}`
  );
}

/** Numbers things by first appearance, comparing without case. */
class Names {
  readonly list: { id: number; name: string }[] = [];
  private readonly ids = new Map<string, number>();
  id(name: string): number {
    const known = this.ids.get(name.toLowerCase());
    if (known !== undefined) return known;
    this.list.push({ id: this.list.length + 1, name });
    this.ids.set(name.toLowerCase(), this.list.length);
    return this.list.length;
  }
}

function categoryTree(rows: readonly Row[]): { categories: Category[]; leaf: (path: readonly string[]) => number } {
  const categories: Category[] = [];
  const ids = new Map<string, number>();
  const leaf = (path: readonly string[]): number => {
    const key = path.join('/').toLowerCase();
    const known = ids.get(key);
    if (known !== undefined) return known;
    const parentId = path.length > 1 ? leaf(path.slice(0, -1)) : null;
    categories.push({ id: categories.length + 1, name: path[path.length - 1] ?? DEFAULT_CATEGORY, parentId });
    ids.set(key, categories.length);
    return categories.length;
  };
  for (const row of rows) leaf(row.category);
  return { categories, leaf };
}

function sellersOf(rows: readonly Row[], seed: number): { sellers: WorldSeller[]; sellerOf: number[] } {
  const sellers: WorldSeller[] = [];
  const index = new Map<string, number>();
  const sellerOf = rows.map((row) => {
    const id = row.seller === '' ? `seller-${1 + (hashText(row.id, seed) % GENERATED_SELLERS)}` : slug(row.seller);
    let at = index.get(id);
    if (at === undefined) {
      at = sellers.length;
      sellers.push({ id, name: row.seller === '' ? id.replace('seller-', 'Seller ') : row.seller });
      index.set(id, at);
    }
    return at;
  });
  return { sellers, sellerOf };
}

/** The marketplace of two CSV files. Throws CsvError with file, row and column. */
export function csvWorld(catalogPath: string, offersPath: string, seed: number): World {
  const rows = readRows(catalogPath);
  refuseDuplicates(
    catalogPath,
    rows.map((row) => row.id),
  );
  const offerRows = readRows(offersPath);
  const { sellers, sellerOf } = sellersOf(offerRows, seed);
  refuseDuplicates(
    offersPath,
    offerRows.map((row, i) => `${row.id}\n${sellerOf[i]}`),
  );
  const brands = new Names();
  const ids = skuIds(rows);
  const { categories, leaf } = categoryTree(rows);
  const skus = rows.map(
    (row, s): CatalogSku => ({
      id: ids[s] ?? 0,
      productId: PRODUCT_ID_OFFSET + (ids[s] ?? 0),
      refId: row.id,
      ean: row.gtin || null,
      manufacturerCode: row.model,
      name: row.title,
      productName: row.title,
      nameComplete: row.title,
      description: row.description,
      brandId: brands.id(row.brand),
      categoryId: leaf(row.category),
      specifications: [],
      dimensions: DIMENSIONS,
      price: row.price,
      isActive: true,
    }),
  );
  if (skus.length === 0) {
    brands.id(DEFAULT_BRAND);
    leaf([DEFAULT_CATEGORY]);
  }
  const byId = new Map(skus.map((sku, s) => [sku.id, s]));
  const byRef = new Map(skus.map((sku, s) => [sku.refId, s]));
  const age = (i: number): number => Math.floor(OLDEST_AGE * (1 - i / Math.max(1, offerRows.length))) + 60_000;
  const offers = offerRows.map(
    (row, i): SellerOffer => ({
      sellerId: sellers[sellerOf[i] ?? 0]?.id ?? 'seller-1',
      itemId: row.id,
      productId: row.id,
      productName: row.title.slice(0, 150),
      skuName: row.title,
      nameComplete: row.title,
      description: row.description,
      brandName: row.brand,
      categoryFullPath: row.category.join('/'),
      refId: row.model || row.id,
      ean: row.gtin || null,
      skuSpecifications: [],
      productSpecifications: [],
      dimensions: DIMENSIONS,
      price: row.price,
      stock: 1 + (hash(seed, hashText(row.id), 40) % 200),
      image: i + 1,
      age: age(i),
    }),
  );
  const byOffer = new Map(offers.map((offer, i) => [`${offer.sellerId}\n${offer.itemId}`, i]));
  const brandList: readonly Brand[] = brands.list;
  return {
    brands: brandList,
    categories,
    sellers,
    skuCount: skus.length,
    skuAt: (s) => {
      const sku = skus[s];
      if (sku === undefined) throw new RangeError(`no SKU at ${s}`);
      return sku;
    },
    skuPosition: (id) => byId.get(id) ?? -1,
    productPositions: (productId) => {
      const s = byId.get(productId - PRODUCT_ID_OFFSET);
      return s === undefined ? [] : [s];
    },
    refPosition: (refId) => byRef.get(refId) ?? -1,
    offerCount: offers.length,
    offerAt: (i) => {
      const offer = offers[i];
      if (offer === undefined) throw new RangeError(`no offer at ${i}`);
      return offer;
    },
    offerPosition: (sellerId, itemId) => byOffer.get(`${sellerId}\n${itemId}`) ?? -1,
    offerSeller: (i) => sellerOf[i] ?? 0,
    offerAge: age,
    bindingCount: 0,
    bindingAt: () => {
      throw new RangeError('no bindings');
    },
  };
}
