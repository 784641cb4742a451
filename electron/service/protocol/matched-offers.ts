/** Offers that are bound, with price and stock by sales channel as the backend last saw them. Its prices are decimal currency. */
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

/** The list says `SaleChannel`, the single reads `salesChannelId`. */
const channel = eitherCase(
  z.looseObject({
    SaleChannel: numberOrNull,
    SalesChannelId: numberOrNull,
    Price: numberOrNull,
    ListPrice: numberOrNull,
    AvailableQuantity: numberOrNull,
  }),
).transform(
  (each): MatchedOfferChannel => ({
    salesChannel: each.SaleChannel ?? each.SalesChannelId ?? 0,
    priceMinor: minorOfDecimal(each.Price),
    listPriceMinor: minorOfDecimal(each.ListPrice),
    stock: each.AvailableQuantity,
  }),
);
/** One channel comes as an object in one reply and as a list in another. */
const channels = z.union([z.array(channel), channel.transform((each) => [each])]).nullish();

const sellersOffer = eitherCase(
  z.looseObject({
    SellerId: sellerId,
    SellerSkuId: sellerSkuId,
    SalesChannelOffer: channels,
    OffersPerSalesChannel: channels,
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
