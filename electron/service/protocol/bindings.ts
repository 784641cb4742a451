/** Which SKU of the marketplace a seller's SKU is bound to. */
import { z } from 'zod';
import { isRefusedWith } from './failure.ts';
import { booleanOrNull, instantOrNull, sellerId, sellerSkuId, skuId, withRaw } from './fields.ts';
import { type HttpClient, pathOf } from './http.ts';
import type { CallOptions } from './sellers.ts';
import type { BindingRecord } from './types.ts';

const base = '/api/sku-binding/pvt';

/** Two spellings: the binding itself, and the list of a SKU's sellers. */
const fields = z
  .looseObject({
    SellerId: sellerId,
    StockKeepingUnitId: skuId,
    SellerStockKeepingUnitId: sellerSkuId.nullish(),
    SellerSkuId: sellerSkuId.nullish(),
    IsActive: z.boolean(),
    IsRemoved: booleanOrNull,
    UpdateDate: instantOrNull,
    LastUpdateDate: instantOrNull,
  })
  .transform((record, context) => {
    const itemId = record.SellerStockKeepingUnitId ?? record.SellerSkuId;
    if (itemId !== null && itemId !== undefined) return { ...record, itemId };
    context.addIssue({ code: 'custom', message: 'is missing', path: ['SellerStockKeepingUnitId'] });
    return z.NEVER;
  });

export const bindingSchema: z.ZodType<BindingRecord> = withRaw(fields, (record, raw) => ({
  sellerId: record.SellerId,
  sellerSkuId: record.itemId,
  skuId: record.StockKeepingUnitId,
  isActive: record.IsActive,
  isRemoved: record.IsRemoved ?? false,
  updatedAt: record.UpdateDate ?? record.LastUpdateDate,
  raw,
}));
export const bindingsSchema = z.array(bindingSchema);

export interface BindingSearch {
  readonly sellerId?: string;
  readonly skuId?: number;
  readonly sellerSkuId?: string;
  readonly isActive?: boolean;
  /** How many at most. */
  readonly size?: number;
}

export interface BindingsApi {
  /** Null when there is none, or only a removed one. */
  get(sellerId: string, sellerSkuId: string, options?: CallOptions): Promise<BindingRecord | null>;
  /** A seller's bindings; pages from 1, 1,000 at most each. */
  pageOfSeller(sellerId: string, page: number, size: number, options?: CallOptions): Promise<readonly BindingRecord[]>;
  ofSku(skuId: number, options?: CallOptions): Promise<readonly BindingRecord[]>;
  /** Also finds removed ones. */
  search(search: BindingSearch, options?: CallOptions): Promise<readonly BindingRecord[]>;
  /** Binds. Refused with status 409 (code 22 or 23) when either side is taken. Not tried again. */
  insert(
    binding: { sellerId: string; sellerSkuId: string; skuId: number; isActive: boolean },
    options?: CallOptions,
  ): Promise<void>;
  /** Moves to another SKU: applying it twice is the same as once, so it is tried again. */
  rebind(sellerId: string, sellerSkuId: string, skuId: number, options?: CallOptions): Promise<void>;
  activate(sellerId: string, sellerSkuId: string, options?: CallOptions): Promise<void>;
  inactivate(sellerId: string, sellerSkuId: string, options?: CallOptions): Promise<void>;
  /** False when there was none. Not tried again: another client may have bound it anew. */
  remove(sellerId: string, sellerSkuId: string, options?: CallOptions): Promise<boolean>;
}

export function createBindingsApi(http: HttpClient): BindingsApi {
  const list = (
    path: string,
    query: Readonly<Record<string, string | number | boolean | undefined>>,
    options?: CallOptions,
  ) => http.request({ method: 'GET', path, query, schema: bindingsSchema, idempotent: true, ...options });
  const set = (action: string, sellerId: string, sellerSkuId: string, options?: CallOptions) =>
    http.send({
      method: 'POST',
      path: `${base}/skuseller${pathOf(action, sellerId, sellerSkuId)}`,
      idempotent: true,
      ...options,
    });
  return {
    async get(sellerId, sellerSkuId, options) {
      try {
        const path = `${base}/skuseller${pathOf(sellerId, sellerSkuId)}`;
        const found = await http.request({ method: 'GET', path, schema: bindingSchema, idempotent: true, ...options });
        return found.isRemoved ? null : found;
      } catch (error) {
        if (isRefusedWith(error, 404)) return null;
        throw error;
      }
    },
    pageOfSeller: async (sellerId, page, size, options) =>
      list(`${base}/skuseller/paged/sellerid${pathOf(sellerId)}`, { page, size }, options),
    ofSku: async (skuId, options) => list(`${base}/skusellers${pathOf(skuId)}`, {}, options),
    search: async (search, options) => list(`${base}/skuseller/admin`, { ...search }, options),
    async insert(binding, options) {
      const body = {
        StockKeepingUnitId: binding.skuId,
        SellerId: binding.sellerId,
        SellerStockKeepingUnitId: binding.sellerSkuId,
        IsActive: binding.isActive,
      };
      const path = `${base}/skuseller/insertion`;
      await http.send({ method: 'POST', path, body, idempotent: false, ...options });
    },
    async rebind(sellerId, sellerSkuId, skuId, options) {
      const path = `${base}/skuseller${pathOf(sellerId, sellerSkuId)}`;
      await http.send({ method: 'PUT', path, body: { StockKeepingUnitId: skuId }, idempotent: true, ...options });
    },
    activate: async (sellerId, sellerSkuId, options) => await set('activate', sellerId, sellerSkuId, options),
    inactivate: async (sellerId, sellerSkuId, options) => await set('inactivate', sellerId, sellerSkuId, options),
    async remove(sellerId, sellerSkuId, options) {
      const path = `${base}/skuseller${pathOf('remove', sellerId, sellerSkuId)}`;
      try {
        await http.send({ method: 'POST', path, idempotent: false, ...options });
        return true;
      } catch (error) {
        if (isRefusedWith(error, 404)) return false;
        throw error;
      }
    },
  };
}
