/**
 * Offers that are bound, with price and stock by sales channel as the backend last saw them. The list
 * has whole minor units, the reads by product decimal currency (their types in the protocol's descriptions).
 */
import { z } from 'zod';
import {
  eitherCase,
  minorOfDecimal,
  numberOrNull,
  productId,
  sellerId,
  sellerSkuId,
  skuId,
  textOrEmpty,
  withRaw,
} from './fields.ts';
import { type HttpClient, pathOf } from './http.ts';
import type { CallOptions } from './sellers.ts';
import type { MatchedOfferChannel, MatchedOfferRecord } from './types.ts';

const base = '/api/offer-manager/pvt';

const decimal = eitherCase(
  z.looseObject({
    SalesChannelId: numberOrNull,
    Price: numberOrNull,
    ListPrice: numberOrNull,
    AvailableQuantity: numberOrNull,
  }),
).transform(
  (each): MatchedOfferChannel => ({
    salesChannel: each.SalesChannelId ?? 0,
    priceMinor: minorOfDecimal(each.Price),
    listPriceMinor: minorOfDecimal(each.ListPrice),
    stock: each.AvailableQuantity,
  }),
);
const whole = eitherCase(
  z.looseObject({
    SaleChannel: numberOrNull,
    Price: numberOrNull,
    ListPrice: numberOrNull,
    AvailableQuantity: numberOrNull,
  }),
).transform(
  (each): MatchedOfferChannel => ({
    salesChannel: each.SaleChannel ?? 0,
    priceMinor: each.Price === null ? null : Math.round(each.Price),
    listPriceMinor: each.ListPrice === null ? null : Math.round(each.ListPrice),
    stock: each.AvailableQuantity,
  }),
);
/** One channel comes as an object in one reply and as a list in another. */
const decimals = z.preprocess(
  (value) => (value === undefined || value === null || Array.isArray(value) ? value : [value]),
  z.array(decimal).nullish(),
);

const sellersOffer = eitherCase(
  z.looseObject({
    SellerId: sellerId,
    SellerSkuId: sellerSkuId,
    SalesChannelOffer: decimals.optional(),
    OffersPerSalesChannel: z.array(whole).nullish(),
  }),
).transform((each) => ({
  sellerId: each.SellerId,
  sellerSkuId: each.SellerSkuId,
  channels: each.SalesChannelOffer ?? each.OffersPerSalesChannel ?? [],
}));

/** A SKU of a product, as the single reads give it. */
export const matchedSkuSchema: z.ZodType<MatchedOfferRecord> = withRaw(
  eitherCase(
    z.looseObject({
      ProductId: productId,
      SkuId: skuId,
      NameComplete: textOrEmpty,
      SellersOffers: z.array(sellersOffer).nullish(),
    }),
  ),
  (sku, raw) => ({
    productId: sku.ProductId,
    skuId: sku.SkuId,
    name: sku.NameComplete,
    offers: sku.SellersOffers ?? [],
    raw,
  }),
);

/** A product with its SKUs, as the list gives it. */
export const matchedProductsSchema: z.ZodType<readonly MatchedOfferRecord[]> = z
  .array(
    withRaw(
      eitherCase(
        z.looseObject({
          ProductId: productId,
          Skus: z.array(
            eitherCase(
              z.looseObject({ SkuId: skuId, NameComplete: textOrEmpty, Offers: z.array(sellersOffer).nullish() }),
            ),
          ),
        }),
      ),
      (product, raw) =>
        product.Skus.map((sku) => ({
          productId: product.ProductId,
          skuId: sku.SkuId,
          name: sku.NameComplete,
          offers: sku.Offers ?? [],
          raw,
        })),
    ),
  )
  .transform((products) => products.flat());

export interface MatchedOffersApi {
  /** @param range `rows` 50 at most. `filter` such as `skuId:1`, `productId:2`, `sellerId:x`. */
  list(
    range: { readonly start: number; readonly rows: number; readonly filter?: string },
    options?: CallOptions,
  ): Promise<readonly MatchedOfferRecord[]>;
  ofProduct(productId: number, options?: CallOptions): Promise<readonly MatchedOfferRecord[]>;
  ofSku(productId: number, skuId: number, options?: CallOptions): Promise<readonly MatchedOfferRecord[]>;
}

export function createMatchedOffersApi(http: HttpClient): MatchedOffersApi {
  const skus = z.array(matchedSkuSchema);
  return {
    list: ({ start, rows, filter }, options) =>
      http.request({
        method: 'GET',
        path: `${base}/offers`,
        query: { start, rows, fq: filter },
        schema: matchedProductsSchema,
        idempotent: true,
        ...options,
      }),
    ofProduct: (productId, options) =>
      http.request({
        method: 'GET',
        path: `${base}/product${pathOf(productId)}`,
        schema: skus,
        idempotent: true,
        ...options,
      }),
    ofSku: (productId, skuId, options) =>
      http.request({
        method: 'GET',
        path: `${base}/product${pathOf(productId, 'sku', skuId)}`,
        schema: skus,
        idempotent: true,
        ...options,
      }),
  };
}
