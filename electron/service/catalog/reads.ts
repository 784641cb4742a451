import type { Category, SkuColumn, SkuDetail, SkuFilter, SkuRow } from '../../../shared/contract/catalog.ts';
import type {
  BindingId,
  BrandId,
  CategoryId,
  ProductId,
  SellerId,
  SellerSkuId,
  SkuId,
} from '../../../shared/domain/brand.ts';
import { bindingState } from '../bindings/reads.ts';
import { idsOf } from '../database/cancel.ts';
import { jsonOf, matchExpression, moneyOf, statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import type { CatalogEntry } from '../matching/types.ts';

interface StoredSku {
  id: number;
  product_id: number;
  is_active: number;
  category_id: number | null;
  sellers_bound: number;
  reference_price: number | null;
  name: string;
  product_name: string;
  brand: string | null;
  category_path: string | null;
  reference_id: string | null;
  model: string | null;
  gtins: string;
  image_url: string | null;
  specifications: string;
}

function rowOf(stored: StoredSku, currency: string): SkuRow {
  return {
    id: stored.id as SkuId,
    productId: stored.product_id as ProductId,
    name: stored.name,
    productName: stored.product_name,
    brand: stored.brand,
    categoryPath: stored.category_path,
    referenceId: stored.reference_id,
    gtins: jsonOf<string[]>(stored.gtins, []),
    referencePrice: moneyOf(stored.reference_price, currency),
    isActive: stored.is_active === 1,
    sellersBound: stored.sellers_bound,
  };
}

function currencyOf(database: ReadableDatabase): string {
  const found = statement<[], { value: string }>(database, `SELECT value FROM setting WHERE key = 'currency'`).get();
  return jsonOf<string>(found?.value ?? null, 'BRL');
}

function rowsByIds(database: ReadableDatabase, ids: readonly number[]): SkuRow[] {
  const byId = statement<[number], StoredSku>(database, 'SELECT * FROM sku WHERE id = ?');
  const currency = currencyOf(database);
  return ids.flatMap((id) => {
    const stored = byId.get(id);
    return stored ? [rowOf(stored, currency)] : [];
  });
}

export interface SkuViewParams {
  readonly filter: SkuFilter;
  readonly sort: { readonly column: SkuColumn; readonly direction: 'ascending' | 'descending' };
}
const columns: Readonly<Record<SkuColumn, string>> = {
  id: 'k.id',
  name: 'k.name COLLATE NOCASE',
  brand: 'k.brand COLLATE NOCASE',
  sellers: 'k.sellers_bound',
};

/** The statement that lists the ids of a view in order. Which index serves it is pinned by the EXPLAIN tests. */
export function skuViewSql(view: SkuViewParams): { sql: string; params: (string | number)[] } {
  const { filter } = view;
  // what the backend no longer has is in the history of its bindings and decisions only
  const where: string[] = ['k.gone_at IS NULL'];
  const params: (string | number)[] = [];
  let from = 'sku k';
  if (filter.text !== undefined && filter.text.trim() !== '') {
    const expression = matchExpression(filter.text);
    if (expression === null) return { sql: 'SELECT id FROM sku WHERE 0', params: [] };
    from = 'sku_text t CROSS JOIN sku k ON k.id = t.rowid';
    where.push('t.sku_text MATCH ?');
    params.push(expression);
  }
  if (filter.categoryId !== undefined) {
    where.push(
      `k.category_id IN (SELECT c.id FROM category c JOIN category r ON c.position BETWEEN r.position AND r.last_position WHERE r.id = ?)`,
    );
    params.push(filter.categoryId);
  }
  const equals = [
    ['k.brand_id = ?', filter.brandId],
    ['k.product_id = ?', filter.productId],
    ['k.is_active = ?', filter.active === undefined ? undefined : Number(filter.active)],
  ] as const;
  for (const [condition, value] of equals) {
    if (value === undefined) continue;
    where.push(condition);
    params.push(value);
  }
  if (filter.bound !== undefined) where.push(filter.bound ? 'k.sellers_bound > 0' : 'k.sellers_bound = 0');
  const direction = view.sort.direction === 'ascending' ? 'ASC' : 'DESC';
  return {
    sql: `SELECT k.id FROM ${from} WHERE ${where.join(' AND ')} ORDER BY ${columns[view.sort.column]} ${direction}, k.id ${direction}`,
    params,
  };
}

export const catalogReads = {
  'skus.first': (database: ReadableDatabase, params: SkuViewParams & { limit: number }) => {
    const { sql, params: values } = skuViewSql(params);
    const ids = database
      .prepare(`${sql} LIMIT ?`)
      .pluck()
      .all(...values, params.limit) as number[];
    return { rows: rowsByIds(database, ids), ids };
  },
  'skus.all': (database: ReadableDatabase, params: SkuViewParams): Int32Array => {
    const { sql, params: values } = skuViewSql(params);
    return idsOf(database, sql, values);
  },
  'skus.rows': (database: ReadableDatabase, params: { ids: readonly number[] }) => rowsByIds(database, params.ids),
  'catalog.sku': (database: ReadableDatabase, params: { skuId: number }): SkuDetail | null => {
    const stored = statement<[number], StoredSku>(database, 'SELECT * FROM sku WHERE id = ?').get(params.skuId);
    if (!stored) return null;
    const siblings = statement<[number, number], { id: number; name: string; is_active: number }>(
      database,
      'SELECT id, name, is_active FROM sku WHERE product_id = ? AND id <> ? ORDER BY name LIMIT 50',
    ).all(stored.product_id, stored.id);
    const bound = statement<
      [number],
      {
        id: number;
        seller_id: string;
        seller_name: string | null;
        seller_sku_id: string;
        is_active: number;
        is_removed: number;
        price: number | null;
        currency: string | null;
        stock: number | null;
      }
    >(
      database,
      'SELECT b.*, s.name AS seller_name FROM binding b LEFT JOIN seller s ON s.id = b.seller_id WHERE b.sku_id = ? ORDER BY b.is_removed, b.price',
    ).all(stored.id);
    return {
      ...rowOf(stored, currencyOf(database)),
      imageUrl: stored.image_url,
      specifications: jsonOf<{ name: string; values: string[] }[]>(stored.specifications, []),
      siblings: siblings.map(({ id, name, is_active }) => ({ skuId: id as SkuId, name, isActive: is_active === 1 })),
      bound: bound.map((row) => ({
        bindingId: row.id as BindingId,
        sellerId: row.seller_id as SellerId,
        sellerName: row.seller_name ?? row.seller_id,
        sellerSkuId: row.seller_sku_id as SellerSkuId,
        state: bindingState(row),
        price: moneyOf(row.price, row.currency),
        stock: row.stock,
      })),
    };
  },
  /** What the review pane shows of each candidate. */
  'catalog.candidates': (database: ReadableDatabase, params: { ids: readonly number[] }) => {
    const byId = statement<[number], StoredSku>(database, 'SELECT * FROM sku WHERE id = ?');
    return params.ids.map((id) => {
      const stored = byId.get(id);
      return stored
        ? {
            skuId: stored.id as SkuId,
            name: stored.name,
            productName: stored.product_name,
            categoryPath: stored.category_path,
            imageUrl: stored.image_url,
            sellersBound: stored.sellers_bound,
          }
        : null;
    });
  },
  'catalog.categories': (database: ReadableDatabase, _params: Record<never, never>): Category[] =>
    statement<[], { id: number; parent_id: number | null; name: string; path: string; depth: number }>(
      database,
      'SELECT id, parent_id, name, path, depth FROM category ORDER BY position',
    )
      .all()
      .map((row) => ({
        categoryId: row.id as CategoryId,
        parentId: row.parent_id as CategoryId | null,
        name: row.name,
        path: row.path,
        depth: row.depth,
      })),
  'catalog.brands': (database: ReadableDatabase, params: { text: string; limit: number }) =>
    statement<[string, number], { id: number; name: string }>(
      database,
      `SELECT id, name FROM brand WHERE name LIKE ? || '%' AND gone_at IS NULL ORDER BY name COLLATE NOCASE LIMIT ?`,
    )
      .all(params.text, params.limit)
      .map(({ id, name }) => ({ brandId: id as BrandId, name })),
  'catalog.search': (database: ReadableDatabase, params: { text: string; limit: number }): SkuRow[] => {
    const text = params.text.trim();
    const exact = database
      .prepare<[string], number>('SELECT sku_id FROM sku_identifier WHERE value = ? LIMIT 20')
      .pluck()
      .all(text);
    const expression = matchExpression(text);
    const byWords =
      expression === null
        ? []
        : database
            .prepare<[string, number], number>('SELECT rowid FROM sku_text WHERE sku_text MATCH ? LIMIT ?')
            .pluck()
            .all(expression, params.limit);
    const own = /^\d{1,15}$/.test(text) ? [Number(text)] : [];
    const isHere = statement<[number], unknown>(database, 'SELECT 1 FROM sku WHERE id = ? AND gone_at IS NULL');
    const found = [...new Set([...own, ...exact, ...byWords])].filter((id) => isHere.get(id));
    return rowsByIds(database, found.slice(0, params.limit));
  },
  'catalog.counts': (database: ReadableDatabase, _params: Record<never, never>) => {
    const counts = statement<[], { skus: number; products: number; brands: number }>(
      database,
      `SELECT (SELECT COUNT(*) FROM sku WHERE gone_at IS NULL) AS skus, (SELECT COUNT(DISTINCT product_id) FROM sku WHERE gone_at IS NULL) AS products,
              (SELECT COUNT(*) FROM brand WHERE gone_at IS NULL) AS brands`,
    ).get();
    return counts ?? { skus: 0, products: 0, brands: 0 };
  },
  /** The SKUs that were sold when the backend was last asked, in chunks by id. */
  'catalog.liveIds': (database: ReadableDatabase, params: { after: number; limit: number }): Int32Array =>
    Int32Array.from(
      statement<[number, number], { id: number }>(
        database,
        'SELECT id FROM sku WHERE id > ? AND gone_at IS NULL AND is_active = 1 ORDER BY id LIMIT ?',
      )
        .all(params.after, params.limit)
        .map(({ id }) => id),
    ),
  /** The catalogue as the matcher's index takes it, in chunks by id. */
  'catalog.entries': (
    database: ReadableDatabase,
    params: { after: number; limit: number; ids?: readonly number[] },
  ): CatalogEntry[] => {
    const sql = params.ids
      ? 'SELECT * FROM sku WHERE is_active = 1 AND id IN (SELECT value FROM json_each(?)) AND id > ? ORDER BY id LIMIT ?'
      : 'SELECT * FROM sku WHERE is_active = 1 AND ? IS NULL AND id > ? ORDER BY id LIMIT ?';
    return statement<[string | null, number, number], StoredSku>(database, sql)
      .all(params.ids ? JSON.stringify(params.ids) : null, params.after, params.limit)
      .map((stored) => {
        const attributes: Record<string, string> = {};
        for (const { name, values } of jsonOf<{ name: string; values: string[] }[]>(stored.specifications, []))
          attributes[name] = values.join(' ');
        return {
          skuId: stored.id,
          productId: stored.product_id,
          title: stored.name,
          brand: stored.brand,
          model: stored.model,
          gtins: jsonOf<string[]>(stored.gtins, []),
          categoryId: stored.category_id,
          categoryPath: stored.category_path,
          priceMinor: stored.reference_price,
          attributes,
        };
      });
  },
};
