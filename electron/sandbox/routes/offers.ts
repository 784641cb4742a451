/** Matched offers as the backend lists them (cents in the list, decimal prices by product), and the storefront as shoppers see it (cents). */
import type { FastifyInstance } from 'fastify';
import type { Binding } from '../binding-state.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import type { Fields } from '../input.ts';
import { queryInt, text } from '../input.ts';
import { SALES_CHANNELS } from '../seller-state.ts';
import type { State } from '../state.ts';
import type { CatalogSku } from '../world.ts';

function salesChannelOffers(state: State, b: Binding): Fields[] {
  const { channels } = state.shopOffer(b);
  return SALES_CHANNELS.map(({ id, name }) => {
    const offer = channels[String(id)];
    const price = (offer?.price ?? 0) / 100;
    const listPrice = (offer?.listPrice ?? 0) / 100;
    return {
      salesChannelId: String(id),
      salesChannelName: name,
      price,
      listPrice,
      priceWithoutDiscount: price,
      availableQuantity: offer?.stock ?? 0,
    };
  });
}

function skuOffers(state: State, sku: CatalogSku): Fields {
  return {
    productId: String(sku.productId),
    skuId: String(sku.id),
    nameComplete: sku.nameComplete,
    mainImage: { imagePath: `${state.url}/images/${sku.id}.svg` },
    sellersOffers: state.bindings.ofSku(sku.id).map((b) => ({
      sellerId: b.sellerId,
      sellerSkuId: b.sellerSkuId,
      salesChannelOffer: salesChannelOffers(state, b),
    })),
  };
}

function matchedOffer(state: State, b: Binding, sku: CatalogSku): Fields {
  const { channels, updatedAt } = state.shopOffer(b);
  return {
    LastModified: state.iso(updatedAt),
    ProductId: String(sku.productId),
    CategoryId: sku.categoryId,
    BrandId: sku.brandId,
    ProductName: sku.productName,
    Skus: [
      {
        SkuId: String(sku.id),
        EanId: sku.ean,
        RefId: sku.refId,
        NameComplete: sku.nameComplete,
        Name: sku.name,
        IsActive: sku.isActive,
        MainImage: {
          ImageId: String(sku.id),
          ImageLabel: null,
          ImageTag: '',
          ImagePath: `${state.url}/images/${sku.id}.svg`,
          IsMain: true,
          IsZoomSize: true,
          ImageText: 'main',
          LastModified: state.iso(updatedAt),
        },
        Offers: [
          {
            SellerId: b.sellerId,
            SellerSkuId: b.sellerSkuId,
            OffersPerSalesChannel: SALES_CHANNELS.map(({ id }) => {
              const offer = channels[String(id)];
              const price = offer?.price ?? 0;
              return {
                SaleChannel: id,
                Price: price,
                ListPrice: offer?.listPrice ?? 0,
                PriceWithoutDiscount: price,
                AvailableQuantity: offer?.stock ?? 0,
              };
            }),
            AvailableSalesChannels: SALES_CHANNELS.map(({ id }) => id).join(','),
          },
        ],
      },
    ],
  };
}

export function offerRoutes(app: FastifyInstance, { state }: Context): void {
  app.get<{ Querystring: Fields }>('/api/offer-manager/pvt/offers', async (request) => {
    const s = state();
    const rows = Math.min(queryInt(request.query, 'rows', 1, 1), 50);
    let skip = queryInt(request.query, 'start', 0);
    const filter = /^(skuId|productId|sellerId):(.+)$/.exec(text(request.query, 'fq'));
    const result: Fields[] = [];
    for (const b of s.bindings.all()) {
      if (result.length >= rows) break;
      const sku = b.isRemoved ? undefined : s.catalog.sku(b.skuId);
      if (sku === undefined) continue;
      const value =
        filter?.[1] === 'skuId' ? String(sku.id) : filter?.[1] === 'productId' ? String(sku.productId) : b.sellerId;
      if (filter !== null && value !== filter[2]) continue;
      if (skip-- <= 0) result.push(matchedOffer(s, b, sku));
    }
    return result;
  });
  app.get<{ Params: { productId: string } }>('/api/offer-manager/pvt/product/:productId', async (request) => {
    const skus = state().catalog.skusOfProduct(Number(request.params.productId));
    if (skus.length === 0) throw notFound(`product ${request.params.productId}`);
    // The protocol's two calls disagree: here the sales channel's offer is one object, the first channel.
    return skus
      .map((sku) => skuOffers(state(), sku))
      .map((offers) => ({
        ...offers,
        sellersOffers: state()
          .bindings.ofSku(Number(offers.skuId))
          .map((b) => ({
            sellerId: b.sellerId,
            sellerSkuId: b.sellerSkuId,
            salesChannelOffer: salesChannelOffers(state(), b)[0],
          })),
      }));
  });
  app.get<{ Params: { productId: string; skuId: string } }>(
    '/api/offer-manager/pvt/product/:productId/sku/:skuId',
    async (request) => {
      const sku = state().catalog.sku(Number(request.params.skuId));
      if (sku === undefined || String(sku.productId) !== request.params.productId)
        throw notFound(`SKU ${request.params.skuId}`);
      return [skuOffers(state(), sku)];
    },
  );
  app.get<{ Params: { skuId: string } }>('/storefront/offers/:skuId', async (request) => {
    const s = state();
    const shown = s.bindings
      .ofSku(Number(request.params.skuId))
      .filter((b) => b.isActive && (s.sellers.get(b.sellerId)?.isActive ?? false));
    return shown.map((b) => {
      const { channels, updatedAt } = s.shopOffer(b);
      return {
        sellerId: b.sellerId,
        sellerSkuId: b.sellerSkuId,
        ...channels['1'],
        updatedAt: s.iso(updatedAt),
        isActive: b.isActive,
        channels,
      };
    });
  });
}
