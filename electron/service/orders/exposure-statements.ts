/** The rules of exposure as they are stored, what they compare, and what another set of them would change. */
import {
  type Candidate,
  defaultExposure,
  type ExposureRule,
  exposureFor,
  rank,
} from '../../../shared/domain/orders/exposure.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import { categoriesUp } from './apply.ts';
import { type StoredAddress, storedAddress } from './seller-address.ts';

interface StoredRule {
  category_id: string;
  weights: string;
  excluded_sellers: string;
  minimum_stock: number;
  minimum_score: number;
  longest_delivery_hours: number | null;
}

export function exposureRules(database: ReadableDatabase): ExposureRule[] {
  return statement<[], StoredRule>(database, 'SELECT * FROM exposure_rule ORDER BY category_id')
    .all()
    .map((row) => ({
      categoryId: row.category_id,
      weights: jsonOf<ExposureRule['weights']>(row.weights, defaultExposure.weights),
      excludedSellers: jsonOf<string[]>(row.excluded_sellers, []),
      minimumStock: row.minimum_stock,
      minimumScore: row.minimum_score,
      longestDeliveryHours: row.longest_delivery_hours,
    }));
}

/** One seller's binding of a SKU, with the price and stock that are known. */
interface BoundRow {
  sku_id: number;
  name: string;
  category_id: number | null;
  seller_id: string;
  price: number | null;
  stock: number | null;
}

export interface WhatIf {
  /** SKUs with more than one active seller. */
  readonly skus: number;
  readonly changed: number;
  /** In how many buy boxes each seller stands, before and after; only those that differ, the most first. */
  readonly sellers: readonly { readonly sellerId: string; readonly before: number; readonly after: number }[];
  readonly samples: readonly {
    readonly skuId: number;
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

const mostSamples = 50;

export const exposureReads = {
  'exposure.rules': (database: ReadableDatabase, _params: Record<never, never>) => exposureRules(database),
  /** Sellers of a SKU whose binding is active and who are themselves, and its categories up to the root. */
  'exposure.sku': (database: ReadableDatabase, params: { skuId: number }) => {
    const sku = statement<[number], { id: number; name: string; category_id: number | null }>(
      database,
      'SELECT id, name, category_id FROM sku WHERE id = ?',
    ).get(params.skuId);
    if (!sku) return null;
    const sellers = statement<[number], { seller_id: string; seller_sku_id: string; name: string | null }>(
      database,
      `SELECT b.seller_id, b.seller_sku_id, s.name FROM binding b LEFT JOIN seller s ON s.id = b.seller_id
        WHERE b.sku_id = ? AND b.is_active = 1 AND b.is_removed = 0 AND COALESCE(s.is_active, 1) = 1 ORDER BY b.seller_id, b.id LIMIT 200`,
    ).all(params.skuId);
    return { name: sku.name, categoryIds: categoriesUp(database, sku.category_id), sellers };
  },
  'exposure.categories': (database: ReadableDatabase, params: { categoryId: number }): string[] =>
    categoriesUp(database, params.categoryId),
  'orders.sellerAddress': (database: ReadableDatabase, params: { sellerId: string }): StoredAddress =>
    storedAddress(database, params.sellerId),
  /** What other rules would change over the catalogue, by the prices and stock that are known: nobody is asked. */
  'exposure.whatIf': (
    database: ReadableDatabase,
    params: { rules: readonly ExposureRule[]; scores: Readonly<Record<string, number>> },
  ): WhatIf => {
    const current = exposureRules(database);
    const counts = new Map<string, { before: number; after: number }>();
    const samples: { skuId: number; name: string; before: string | null; after: string | null }[] = [];
    const categories = new Map<number | null, string[]>();
    let skus = 0;
    let changed = 0;
    const count = (sellerId: string | null, side: 'before' | 'after') => {
      if (sellerId === null) return;
      const entry = counts.get(sellerId) ?? { before: 0, after: 0 };
      entry[side]++;
      counts.set(sellerId, entry);
    };
    function judge(rows: readonly BoundRow[]): void {
      const [first] = rows;
      if (first === undefined || rows.length < 2) return;
      skus++;
      let up = categories.get(first.category_id);
      if (up === undefined) {
        up = categoriesUp(database, first.category_id);
        categories.set(first.category_id, up);
      }
      const candidates = rows.map(
        (row): Candidate => ({
          sellerId: row.seller_id,
          available: (row.stock ?? 0) > 0,
          priceMinor: row.price,
          freightMinor: null,
          deliveryHours: null,
          score: params.scores[row.seller_id] ?? 100,
          stock: row.stock ?? 0,
        }),
      );
      const before = rank(candidates, exposureFor(current, up)).winner;
      const after = rank(candidates, exposureFor(params.rules, up)).winner;
      count(before, 'before');
      count(after, 'after');
      if (before === after) return;
      changed++;
      if (samples.length < mostSamples) samples.push({ skuId: first.sku_id, name: first.name, before, after });
    }
    let together: BoundRow[] = [];
    for (const row of database
      .prepare<[], BoundRow>(
        `SELECT b.sku_id, k.name, k.category_id, b.seller_id, b.price, b.stock
           FROM binding b INDEXED BY binding_sku CROSS JOIN sku k ON k.id = b.sku_id LEFT JOIN seller s ON s.id = b.seller_id
          WHERE b.is_active = 1 AND b.is_removed = 0 AND COALESCE(s.is_active, 1) = 1 AND k.sellers_bound > 1 ORDER BY b.sku_id`,
      )
      .iterate()) {
      if (together[0]?.sku_id !== row.sku_id) {
        judge(together);
        together = [];
      }
      together.push(row);
    }
    judge(together);
    return {
      skus,
      changed,
      sellers: [...counts]
        .map(([sellerId, { before, after }]) => ({ sellerId, before, after }))
        .filter(({ before, after }) => before !== after)
        .toSorted((one, other) => Math.abs(other.after - other.before) - Math.abs(one.after - one.before))
        .slice(0, 200),
      samples,
    };
  },
};

export const exposureWrites = {
  'exposure.setRule': (
    database: WritableDatabase,
    params: { rule: ExposureRule; remove: boolean; author: string; now: string },
  ) => {
    const { rule } = params;
    if (params.remove) {
      statement<[string], unknown>(database, 'DELETE FROM exposure_rule WHERE category_id = ?').run(rule.categoryId);
      return null;
    }
    statement<(string | number | null)[], unknown>(
      database,
      `INSERT INTO exposure_rule (category_id, weights, excluded_sellers, minimum_stock, minimum_score, longest_delivery_hours, author, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (category_id) DO UPDATE SET weights = excluded.weights, excluded_sellers = excluded.excluded_sellers,
         minimum_stock = excluded.minimum_stock, minimum_score = excluded.minimum_score,
         longest_delivery_hours = excluded.longest_delivery_hours, author = excluded.author, updated_at = excluded.updated_at,
         version = version + 1`,
    ).run(
      rule.categoryId,
      JSON.stringify(rule.weights),
      JSON.stringify(rule.excludedSellers),
      rule.minimumStock,
      rule.minimumScore,
      rule.longestDeliveryHours,
      params.author,
      params.now,
    );
    return null;
  },
};
