/**
 * What the protocol's replies become on arrival: one spelling, one unit, one type a field. `raw` is the reply's own object
 * with every field that came. Money is integer minor units (cents), lengths centimetres, weights grams, instants ISO 8601 UTC.
 */
import type {
  BrandId,
  CategoryId,
  Instant,
  ProductId,
  SellerId,
  SellerSkuId,
  SkuId,
  VersionId,
} from '../../../shared/domain/brand.ts';

export type Raw = Readonly<Record<string, unknown>>;

export interface SalesChannelRecord {
  readonly id: number;
  readonly name: string;
  readonly isSelected: boolean;
}

export interface SellerRecord {
  readonly sellerId: SellerId;
  readonly name: string;
  readonly isActive: boolean;
  /** Base address of the seller's own system, or null when none is registered. */
  readonly fulfillmentEndpoint: string | null;
  readonly email: string | null;
  readonly description: string | null;
  readonly taxCode: string | null;
  readonly account: string | null;
  readonly isVtex: boolean;
  /** 1 regular, 2 white label. */
  readonly sellerType: number;
  readonly salesChannels: readonly SalesChannelRecord[];
  readonly raw: Raw;
}

export interface BrandRecord {
  readonly id: BrandId;
  readonly name: string;
  readonly isActive: boolean;
}

export interface CategoryRecord {
  readonly id: CategoryId;
  readonly parentId: CategoryId | null;
  readonly name: string;
}

export interface SpecificationRecord {
  readonly name: string;
  readonly values: readonly string[];
}

export interface ImageRecord {
  readonly name: string;
  readonly url: string;
}

export interface SkuRecord {
  readonly skuId: SkuId;
  readonly productId: ProductId;
  /** The complete name, as people read it. */
  readonly name: string;
  readonly productName: string;
  readonly brandId: BrandId | null;
  readonly brandName: string;
  /** The leaf of the product's categories. */
  readonly categoryId: CategoryId | null;
  /** Names from the root to the leaf, separated by `/`; null when the reply does not name them. */
  readonly categoryPath: string | null;
  readonly referenceId: string | null;
  /** The manufacturer's code. */
  readonly model: string | null;
  /** As given: neither padded nor checked. */
  readonly gtins: readonly string[];
  readonly imageUrl: string | null;
  readonly images: readonly ImageRecord[];
  readonly description: string | null;
  readonly isActive: boolean;
  /** The marketplace's own idea of the price, minor units. */
  readonly referencePriceMinor: number | null;
  readonly specifications: readonly SpecificationRecord[];
  readonly raw: Raw;
}

export type SuggestionStatus = 'pending' | 'accepted' | 'denied' | 'expired' | 'unknown';

export interface DimensionsRecord {
  readonly heightCm: number | null;
  readonly widthCm: number | null;
  readonly lengthCm: number | null;
  readonly weightGrams: number | null;
}

/** A seller's offer that waits for review, or did. */
export interface SuggestionRecord {
  readonly sellerId: SellerId;
  readonly sellerSkuId: SellerSkuId;
  /** The version this record is about; in a list, the latest. */
  readonly versionId: VersionId;
  readonly status: SuggestionStatus;
  readonly type: 'new' | 'update' | 'unknown';
  /** The complete name, as people read it. */
  readonly title: string;
  readonly productName: string;
  readonly skuName: string;
  /** The seller's own id of the product that groups its variants. */
  readonly sellerProductId: string | null;
  readonly brand: string;
  readonly categoryPath: string;
  readonly gtins: readonly string[];
  readonly referenceId: string | null;
  readonly model: string | null;
  readonly priceMinor: number | null;
  /** ISO 4217, or null when the reply has none. */
  readonly currency: string | null;
  readonly stock: number | null;
  readonly description: string;
  readonly dimensions: DimensionsRecord;
  readonly images: readonly ImageRecord[];
  /** The product's, then the SKU's. */
  readonly specifications: readonly SpecificationRecord[];
  readonly measurementUnit: string | null;
  readonly unitMultiplier: number | null;
  /** Whether brand and category are mapped, when the backend says so. */
  readonly hasMapping: boolean | null;
  /** The match a decision on this version names (`matchId`), when the backend gave one. */
  readonly matchId: string | null;
  readonly createdAt: Instant | null;
  readonly modifiedAt: Instant | null;
  readonly raw: Raw;
}

export interface BindingRecord {
  readonly sellerId: SellerId;
  readonly sellerSkuId: SellerSkuId;
  readonly skuId: SkuId;
  readonly isActive: boolean;
  readonly isRemoved: boolean;
  readonly updatedAt: Instant | null;
  readonly raw: Raw;
}

export interface MatchedOfferChannel {
  readonly salesChannel: number;
  readonly priceMinor: number | null;
  readonly listPriceMinor: number | null;
  readonly stock: number | null;
}

export interface MatchedOfferRecord {
  readonly productId: ProductId;
  readonly skuId: SkuId;
  readonly name: string;
  readonly offers: readonly {
    readonly sellerId: SellerId;
    readonly sellerSkuId: SellerSkuId;
    readonly channels: readonly MatchedOfferChannel[];
  }[];
  readonly raw: Raw;
}

export interface PageOf<Item> {
  readonly items: readonly Item[];
  /** Position of the first item, from 0. */
  readonly from: number;
  /** Of the whole list, or null when the backend does not say. */
  readonly total: number | null;
}
