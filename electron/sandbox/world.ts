/**
 * What the sandbox knows before anybody calls it: a catalogue, sellers and the offers that wait. Two sources implement it: the generator and
 * CSV files. Positions (`s`, `i`) are dense indexes from 0; ids are what the protocol speaks of.
 */

export interface Specification {
  readonly name: string;
  readonly values: readonly string[];
}

/** Centimetres and grams. */
export interface Dimensions {
  readonly height: number;
  readonly width: number;
  readonly length: number;
  readonly weight: number;
}

export interface CatalogSku {
  readonly id: number;
  readonly productId: number;
  readonly refId: string;
  readonly ean: string | null;
  readonly manufacturerCode: string;
  readonly name: string;
  readonly productName: string;
  readonly nameComplete: string;
  readonly description: string;
  readonly brandId: number;
  readonly categoryId: number;
  readonly specifications: readonly Specification[];
  readonly dimensions: Dimensions;
  /** Cents. */
  readonly price: number;
  readonly isActive: boolean;
}

export interface SellerOffer {
  readonly sellerId: string;
  readonly itemId: string;
  readonly productId: string;
  readonly productName: string;
  readonly skuName: string;
  readonly nameComplete: string;
  readonly description: string;
  readonly brandName: string;
  readonly categoryFullPath: string;
  readonly refId: string | null;
  readonly ean: string | null;
  readonly skuSpecifications: readonly Specification[];
  readonly productSpecifications: readonly Specification[];
  readonly dimensions: Dimensions;
  /** Cents. */
  readonly price: number;
  readonly stock: number;
  /** Number of the served image, or null for none. */
  readonly image: number | null;
  /** How long before the start the seller sent it, in milliseconds. */
  readonly age: number;
}

export interface Brand {
  readonly id: number;
  readonly name: string;
}

export interface Category {
  readonly id: number;
  readonly name: string;
  readonly parentId: number | null;
}

export interface WorldSeller {
  readonly id: string;
  readonly name: string;
}

export interface WorldBinding {
  readonly sellerId: string;
  readonly sellerSkuId: string;
  readonly skuId: number;
  readonly isActive: boolean;
  /** Cents, at the seller. */
  readonly price: number;
  readonly stock: number;
}

export interface World {
  readonly brands: readonly Brand[];
  readonly categories: readonly Category[];
  readonly sellers: readonly WorldSeller[];
  readonly skuCount: number;
  skuAt(s: number): CatalogSku;
  /** Position of a SKU id, or -1. */
  skuPosition(id: number): number;
  /** Positions of a product's SKUs, empty when there is no such product. */
  productPositions(productId: number): readonly number[];
  /** Position of a SKU by its reference, or -1. */
  refPosition(refId: string): number;
  readonly offerCount: number;
  offerAt(i: number): SellerOffer;
  /** Position of an offer, or -1. */
  offerPosition(sellerId: string, itemId: string): number;
  /** Index into `sellers` of the offer's seller, without building the offer. */
  offerSeller(i: number): number;
  /** `age` of the offer, without building it. */
  offerAge(i: number): number;
  readonly bindingCount: number;
  bindingAt(j: number): WorldBinding;
}

export const PRODUCT_ID_OFFSET = 10_000_000;
const DAY = 86_400_000;
/** Oldest an offer can be at the start, so that none has expired (30 days) on a young sandbox. */
export const OLDEST_AGE = 24 * DAY;
