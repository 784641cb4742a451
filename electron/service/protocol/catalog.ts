/** The marketplace's own catalogue: brands, categories, SKUs. */
import { z } from 'zod';
import { isRefusedWith } from './failure.ts';
import { booleanOrNull, brandId, categoryId, codesOf, idNumber, skuId } from './fields.ts';
import { type HttpClient, pathOf } from './http.ts';
import { type Reader, readerSchema, readSpecification } from './reader.ts';
import type { CallOptions } from './sellers.ts';
import type { BrandRecord, CategoryRecord, ImageRecord, SkuRecord } from './types.ts';

const system = '/api/catalog_system';

export const brandsSchema: z.ZodType<readonly BrandRecord[]> = z.array(
  z
    .looseObject({ id: brandId, name: z.string(), isActive: booleanOrNull })
    .transform(({ id, name, isActive }) => ({ id, name, isActive: isActive ?? true })),
);

interface CategoryNode {
  readonly id: CategoryRecord['id'];
  readonly name: string;
  readonly children?: readonly CategoryNode[] | null | undefined;
}
const categoryNode: z.ZodType<CategoryNode> = z.lazy(() =>
  z.looseObject({ id: categoryId, name: z.string(), children: z.array(categoryNode).nullish() }),
);

/** The tree as a list, parents before their children. */
export const categoriesSchema: z.ZodType<readonly CategoryRecord[]> = z.array(categoryNode).transform((roots) => {
  const list: CategoryRecord[] = [];
  const walk = (nodes: readonly CategoryNode[], parentId: CategoryRecord['parentId']): void => {
    for (const node of nodes) {
      list.push({ id: node.id, parentId, name: node.name });
      walk(node.children ?? [], node.id);
    }
  };
  walk(roots, null);
  return list;
});

function readImage(item: Reader): readonly ImageRecord[] {
  const url = item.text('ImageUrl');
  return url === null ? [] : [{ name: item.text('ImageName') ?? '', url }];
}

function readSku(item: Reader): SkuRecord {
  const path = (item.text('ProductCategoryIds') ?? '').split('/').filter((id) => /^\d+$/.test(id));
  const named = item.object('ProductCategories');
  const names = path.map((id) => named?.text(id) ?? null);
  const leaf = path.at(-1);
  const images = (item.list('Images', readImage) ?? []).flat();
  const alternates = item.object('AlternateIds');
  const productName = item.text('ProductName') ?? '';
  const price = item.number('ReferencePrice');
  return {
    skuId: item.whole('Id') as SkuRecord['skuId'],
    productId: item.whole('ProductId') as SkuRecord['productId'],
    name: item.text('NameComplete') ?? item.text('SkuName') ?? productName,
    productName,
    brandId: item.wholeOrNull('BrandId') as SkuRecord['brandId'],
    brandName: item.text('BrandName') ?? '',
    categoryId: leaf === undefined ? null : (Number(leaf) as CategoryRecord['id']),
    categoryPath: path.length > 0 && !names.includes(null) ? names.join('/') : null,
    referenceId: alternates?.text('RefId') ?? null,
    model: item.text('ManufacturerCode'),
    gtins: codesOf(alternates?.text('Ean') ?? null),
    imageUrl: item.text('ImageUrl') ?? images[0]?.url ?? null,
    images,
    description: item.text('ProductDescription'),
    isActive: item.flag('IsActive'),
    referencePriceMinor: price === null ? null : Math.round(price),
    specifications: [
      ...(item.list('ProductSpecifications', readSpecification) ?? []),
      ...(item.list('SkuSpecifications', readSpecification) ?? []),
    ],
    raw: item.raw,
  };
}

export const skuSchema: z.ZodType<SkuRecord> = readerSchema(readSku);

export const skuIdsSchema = z.array(skuId);
export const skuIdsByReferenceSchema = z.record(z.string(), z.union([z.null(), skuId]));
const createdSchema = z.looseObject({ Id: idNumber });

export interface SkuPage {
  readonly items: readonly SkuRecord[];
  /** Nothing comes after this page. */
  readonly isLast: boolean;
  /** `bulk`: one request; `single`: one for each SKU. */
  readonly source: 'bulk' | 'single';
}

export interface CatalogApi {
  brands(options?: CallOptions): Promise<readonly BrandRecord[]>;
  /** @param levels how deep; the protocol's trees have few. */
  categories(levels?: number, options?: CallOptions): Promise<readonly CategoryRecord[]>;
  /** SKU ids; pages from 1, 1,000 at most each. */
  skuIds(page: number, pageSize: number, options?: CallOptions): Promise<readonly SkuRecord['skuId'][]>;
  /** Null when there is none. */
  sku(skuId: number, options?: CallOptions): Promise<SkuRecord | null>;
  /**
   * A page of whole records: by the bulk extension where the backend has it, otherwise ids and one request each.
   * Pages from 1. Each SKU once in a page; one record that does not parse fails the page.
   */
  skuPage(page: number, pageSize: number, options?: CallOptions): Promise<SkuPage>;
  skuIdsByReference(
    references: readonly string[],
    options?: CallOptions,
  ): Promise<Readonly<Record<string, SkuRecord['skuId'] | null>>>;
  /** Activates or inactivates a SKU, its other fields unchanged. Refused with 404 when there is none. */
  setSkuActive(skuId: number, isActive: boolean, options?: CallOptions): Promise<void>;
  /** @returns the new brand's id. */
  createBrand(name: string, options?: CallOptions): Promise<number>;
  /** @returns the new category's id. */
  createCategory(name: string, parentId: number | null, options?: CallOptions): Promise<number>;
}

export function createCatalogApi(http: HttpClient): CatalogApi {
  /** Null until the backend has shown whether it knows the bulk call. */
  let hasBulk: boolean | null = null;

  const sku: CatalogApi['sku'] = async (id, options) => {
    try {
      const path = `${system}/pvt/sku/stockkeepingunitbyid${pathOf(id)}`;
      return await http.request({ method: 'GET', path, schema: skuSchema, idempotent: true, ...options });
    } catch (error) {
      if (isRefusedWith(error, 404)) return null;
      throw error;
    }
  };
  const skuIds: CatalogApi['skuIds'] = (page, pageSize, options) =>
    http.request({
      method: 'GET',
      path: `${system}/pvt/sku/stockkeepingunitids`,
      query: { page, pagesize: pageSize },
      schema: skuIdsSchema,
      idempotent: true,
      ...options,
    });

  async function bulkPage(page: number, pageSize: number, options?: CallOptions): Promise<SkuPage | null> {
    try {
      const items = await http.request({
        method: 'GET',
        path: `${system}/pvt/sku/stockkeepingunits`,
        query: { page, pagesize: pageSize },
        schema: z.array(skuSchema),
        idempotent: true,
        ...options,
      });
      hasBulk = true;
      return { items: onceEach(items), isLast: items.length < pageSize, source: 'bulk' };
    } catch (error) {
      if (!isRefusedWith(error, 404)) throw error;
      hasBulk = false;
      return null;
    }
  }

  return {
    brands: (options) =>
      http.request({
        method: 'GET',
        path: `${system}/pvt/brand/list`,
        schema: brandsSchema,
        idempotent: true,
        ...options,
      }),
    categories: (levels = 10, options) =>
      http.request({
        method: 'GET',
        path: `${system}/pub/category/tree${pathOf(levels)}`,
        schema: categoriesSchema,
        idempotent: true,
        ...options,
      }),
    skuIds,
    sku,
    async skuPage(page, pageSize, options) {
      const bulk = hasBulk === false ? null : await bulkPage(page, pageSize, options);
      if (bulk !== null) return bulk;
      const ids = await skuIds(page, pageSize, options);
      const records = await Promise.all([...new Set(ids)].map((id) => sku(id, options)));
      return { items: records.filter((each) => each !== null), isLast: ids.length < pageSize, source: 'single' };
    },
    skuIdsByReference: (references, options) =>
      http.request({
        method: 'POST',
        path: `${system}/pub/sku/stockkeepingunitidsbyrefids`,
        body: references,
        schema: skuIdsByReferenceSchema,
        idempotent: true,
        ...options,
      }),
    async setSkuActive(id, isActive, options) {
      const path = `/api/catalog/pvt/stockkeepingunit${pathOf(id)}`;
      const schema = z.record(z.string(), z.unknown());
      const current = await http.request({ method: 'GET', path, schema, idempotent: true, ...options });
      const body = { ...current, IsActive: isActive };
      await http.send({ method: 'PUT', path, body, idempotent: true, ...options });
    },
    async createBrand(name, options) {
      const path = '/api/catalog/pvt/brand';
      const body = { Name: name, Active: true };
      return (await http.request({ method: 'POST', path, body, schema: createdSchema, idempotent: false, ...options }))
        .Id;
    },
    async createCategory(name, parentId, options) {
      const path = '/api/catalog/pvt/category';
      const body = { Name: name, FatherCategoryId: parentId, IsActive: true };
      return (await http.request({ method: 'POST', path, body, schema: createdSchema, idempotent: false, ...options }))
        .Id;
    },
  };
}

function onceEach(items: readonly SkuRecord[]): readonly SkuRecord[] {
  return [...new Map(items.map((item) => [item.skuId, item])).values()];
}
