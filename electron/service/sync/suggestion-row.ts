import type { Instant, SellerId, SellerSkuId, VersionId } from '../../../shared/domain/brand.ts';
import type { SuggestionRecord, SuggestionStatus } from '../protocol/types.ts';

/**
 * A suggestion as the writer takes it: flat, with its wide part as text already. A nested record costs more to copy to the
 * writer's thread than the insert itself.
 */
export interface SuggestionRow {
  readonly sellerId: SellerId;
  readonly sellerSkuId: SellerSkuId;
  readonly versionId: VersionId;
  readonly status: SuggestionStatus;
  readonly title: string;
  readonly brand: string;
  readonly categoryPath: string;
  readonly priceMinor: number | null;
  readonly currency: string | null;
  readonly stock: number | null;
  readonly receivedAt: Instant | null;
  /** What is kept beside the list's columns, as JSON. */
  readonly detail: string;
}

/** The row of a record. */
export function suggestionRow(record: SuggestionRecord): SuggestionRow {
  return {
    sellerId: record.sellerId,
    sellerSkuId: record.sellerSkuId,
    versionId: record.versionId,
    status: record.status,
    title: record.title,
    brand: record.brand,
    categoryPath: record.categoryPath,
    priceMinor: record.priceMinor,
    currency: record.currency,
    stock: record.stock,
    receivedAt: record.modifiedAt ?? record.createdAt,
    detail: JSON.stringify({
      description: record.description,
      gtins: record.gtins,
      referenceId: record.referenceId,
      model: record.model,
      dimensions: record.dimensions,
      images: record.images,
      specifications: record.specifications,
      measurementUnit: record.measurementUnit,
      unitMultiplier: record.unitMultiplier,
      productName: record.productName,
      skuName: record.skuName,
      type: record.type,
    }),
  };
}
