/** Percentages that the backend charges sellers (protocol, section 5.1), and what was sold. */
import { z } from 'zod';
import { basisPointsOfPercent } from '../../../shared/domain/exact.ts';
import { isRefusedWith } from './failure.ts';
import { type HttpClient, pathOf } from './http.ts';
import type { CallOptions } from './sellers.ts';

const base = '/api/seller-register/pvt/sellers';

/** A decimal percentage (9.85 means 9.85 %) as basis points. */
const percent = z
  .number()
  .nullish()
  .transform((value, context) => {
    const rate = basisPointsOfPercent(value ?? 0);
    if (rate !== null) return rate;
    context.addIssue({ code: 'custom', message: 'is no percentage of two decimals at most' });
    return z.NEVER;
  });
const rowSchema = z.looseObject({
  categoryId: z.coerce.number().int().positive(),
  productCommissionPercentage: percent,
  freightCommissionPercentage: percent,
});
const sellerSchema = z.looseObject({
  sellerCommissionConfiguration: z
    .looseObject({ productCommissionPercentage: percent, freightCommissionPercentage: percent })
    .nullish(),
});
const soldSchema = z.object({
  items: z.array(
    z.looseObject({
      orderId: z.string().min(1),
      line: z.int().nonnegative(),
      sellerId: z.string(),
      sellerSkuId: z.string(),
      skuId: z.int(),
      salesChannel: z.coerce.string(),
      price: z.int().nonnegative(),
      quantity: z.int().positive(),
      freight: z.int().nonnegative(),
      soldAt: z.iso.datetime(),
      refunded: z.int().nonnegative(),
      refundedAt: z.iso.datetime().nullable(),
    }),
  ),
  total: z.int().nonnegative(),
});

/** Basis points. Category null: the seller's default. */
export interface CommissionEntry {
  readonly sellerId: string;
  readonly categoryId: number | null;
  readonly product: number;
  readonly freight: number;
}

export interface CommissionsApi {
  /** A seller's default and its categories' own percentages. */
  ofSeller(sellerId: string, options?: CallOptions): Promise<readonly CommissionEntry[]>;
  setDefault(sellerId: string, product: number, freight: number, options?: CallOptions): Promise<void>;
  /** Inserts or replaces categories' percentages of a seller. */
  setCategories(sellerId: string, rows: readonly CommissionEntry[], options?: CallOptions): Promise<void>;
  /** False when there was none. */
  removeCategory(sellerId: string, categoryId: number, options?: CallOptions): Promise<boolean>;
  /** A page of what was sold, oldest first; null where the backend keeps no such history. */
  sold(from: number, size: number, options?: CallOptions): Promise<z.output<typeof soldSchema> | null>;
}

/** Basis points as the protocol's decimal number: 985 is 9.85. */
const decimal = (rate: number): number => Number(`${rate}e-2`);

export function createCommissionsApi(http: HttpClient): CommissionsApi {
  return {
    async ofSeller(sellerId, options) {
      const path = `${base}${pathOf(sellerId)}`;
      const seller = await http.request({ method: 'GET', path, schema: sellerSchema, idempotent: true, ...options });
      const rows = await http.request({
        method: 'GET',
        path: `${path}/commissions`,
        schema: z.array(rowSchema),
        idempotent: true,
        ...options,
      });
      const own = seller.sellerCommissionConfiguration;
      return [
        {
          sellerId,
          categoryId: null,
          product: own?.productCommissionPercentage ?? 0,
          freight: own?.freightCommissionPercentage ?? 0,
        },
        ...rows.map((row) => ({
          sellerId,
          categoryId: row.categoryId,
          product: row.productCommissionPercentage,
          freight: row.freightCommissionPercentage,
        })),
      ];
    },
    async setDefault(sellerId, product, freight, options) {
      const path = `${base}${pathOf(sellerId)}`;
      const seller = await http.request({ method: 'GET', path, schema: sellerSchema, idempotent: true, ...options });
      const value = {
        categoriesCommissionConfiguration: [],
        // the whole is replaced: its categories, and what else it holds, stay as they are
        ...seller.sellerCommissionConfiguration,
        productCommissionPercentage: decimal(product),
        freightCommissionPercentage: decimal(freight),
      };
      const body = [{ operation: 'replace', path: '/sellerCommissionConfiguration', value }];
      await http.send({ method: 'PATCH', path, body, idempotent: true, ...options });
    },
    async setCategories(sellerId, rows, options) {
      const body = rows.map((row) => ({
        categoryId: String(row.categoryId),
        categoryFullPath: null,
        productCommissionPercentage: decimal(row.product),
        freightCommissionPercentage: decimal(row.freight),
      }));
      const path = `${base}${pathOf(sellerId)}/commissions`;
      await http.send({ method: 'PUT', path, body, idempotent: true, ...options });
    },
    async removeCategory(sellerId, categoryId, options) {
      try {
        const path = `${base}${pathOf(sellerId)}/commissions${pathOf(categoryId)}`;
        await http.send({ method: 'DELETE', path, idempotent: true, ...options });
        return true;
      } catch (error) {
        if (isRefusedWith(error, 404)) return false;
        throw error;
      }
    },
    async sold(from, size, options) {
      try {
        const query = { from, size };
        return await http.request({
          method: 'GET',
          path: '/api/order-history/pvt/items',
          query,
          schema: soldSchema,
          idempotent: true,
          ...options,
        });
      } catch (error) {
        if (isRefusedWith(error, 404)) return null;
        throw error;
      }
    },
  };
}
