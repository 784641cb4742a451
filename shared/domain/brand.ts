/** A primitive that carries the name of what it identifies, so that a seller's SKU id can never stand in for a SKU id. */
export type Branded<Value, Name extends string> = Value & { readonly __brand: Name };

/** The marketplace's id of a seller (protocol: `sellerId`). */
export type SellerId = Branded<string, 'SellerId'>;
/** The seller's own id of what it sells (protocol: `SellerStockKeepingUnitId`, `itemId`). */
export type SellerSkuId = Branded<string, 'SellerSkuId'>;
/** The marketplace's SKU (protocol: `StockKeepingUnitId`). */
export type SkuId = Branded<number, 'SkuId'>;
/** The marketplace's product: one or more SKUs. */
export type ProductId = Branded<number, 'ProductId'>;
/** A category of the marketplace's tree. */
export type CategoryId = Branded<number, 'CategoryId'>;
/** A brand of the marketplace. */
export type BrandId = Branded<number, 'BrandId'>;
/** The cache's row of an offer under review; local to one data directory. */
export type OfferId = Branded<number, 'OfferId'>;
/** The cache's row of a SKU binding; local to one data directory. */
export type BindingId = Branded<number, 'BindingId'>;
/** A version of an offer, as the backend names it; a decision is about exactly one. */
export type VersionId = Branded<string, 'VersionId'>;
/** One decision of an operator, which is also the key of its outbox entry (UUID). */
export type DecisionId = Branded<string, 'DecisionId'>;
/** Decisions taken by one action (a bulk bind); undone together. */
export type BatchId = Branded<string, 'BatchId'>;
/** A person who uses this workspace (UUID). */
export type OperatorId = Branded<string, 'OperatorId'>;
/** An evaluated list held by the service. */
export type ViewId = Branded<string, 'ViewId'>;
/** ISO 8601 in UTC with milliseconds: `2026-11-25T07:44:02.000Z`. Sorts as text. */
export type Instant = Branded<string, 'Instant'>;

/** Milliseconds since the epoch as an {@link Instant}. */
export function instantOf(epochMilliseconds: number): Instant {
  // toISOString is exactly the format the brand promises
  return new Date(epochMilliseconds).toISOString() as Instant;
}
