/**
 * A suggestion as it arrives. The protocol's reference does not specify it: the seller's own fields are under `content`
 * (spelled as the seller sent them) and, for the most part, again beside it. Both places are read, in either capitalisation.
 */
import { z } from 'zod';
import {
  booleanOrNull,
  codesOf,
  eitherCase,
  instantOfVersion,
  instantOrNull,
  numberOrNull,
  sellerId,
  sellerSkuId,
  textOrNull,
  versionId,
  withRaw,
} from './fields.ts';
import type { ImageRecord, SpecificationRecord, SuggestionRecord, SuggestionStatus } from './types.ts';

const specification = eitherCase(
  z.looseObject({ FieldName: z.string(), FieldValues: z.array(z.union([z.string(), z.number()])).nullish() }),
).transform((each): SpecificationRecord => ({ name: each.FieldName, values: (each.FieldValues ?? []).map(String) }));

const image = eitherCase(z.looseObject({ ImageName: textOrNull, ImageUrl: textOrNull })).transform(
  (each): readonly ImageRecord[] =>
    each.ImageUrl === null ? [] : [{ name: each.ImageName ?? '', url: each.ImageUrl }],
);

/** What the seller said; the same fields occur at the top and under `content`. */
const said = {
  ProductId: textOrNull,
  ProductName: textOrNull,
  SkuName: textOrNull,
  NameComplete: textOrNull,
  ProductDescription: textOrNull,
  BrandName: textOrNull,
  CategoryFullPath: textOrNull,
  RefId: textOrNull,
  EAN: textOrNull,
  ManufacturerCode: textOrNull,
  Height: numberOrNull,
  Width: numberOrNull,
  Length: numberOrNull,
  Weight: numberOrNull,
  AvailableQuantity: numberOrNull,
  MeasurementUnit: textOrNull,
  UnitMultiplier: numberOrNull,
  Pricing: eitherCase(z.looseObject({ Currency: textOrNull, SalePrice: numberOrNull })).nullish(),
  SkuSpecifications: z.array(specification).nullish(),
  ProductSpecifications: z.array(specification).nullish(),
  Images: z.array(image).nullish(),
  ImageUrl: textOrNull,
};

const fields = eitherCase(
  z.looseObject({
    SellerId: sellerId,
    ItemId: sellerSkuId,
    Status: textOrNull,
    Type: textOrNull,
    LatestVersionId: versionId.nullish(),
    VersionId: versionId.nullish(),
    CreateDate: instantOrNull,
    LastModifiedDate: instantOrNull,
    HasMapping: booleanOrNull,
    Matches: z.array(eitherCase(z.looseObject({ MatchId: textOrNull }))).nullish(),
    Content: eitherCase(z.looseObject(said)).nullish(),
    ...said,
  }),
).refine((item) => (item.VersionId ?? item.LatestVersionId) != null, {
  message: 'is missing',
  path: ['LatestVersionId'],
});

const statuses: Readonly<Record<string, SuggestionStatus>> = {
  pending: 'pending',
  waitingreview: 'pending',
  accepted: 'accepted',
  approved: 'accepted',
  denied: 'denied',
  rejected: 'denied',
  expired: 'expired',
};

const modelNames = new Set(['model', 'modelo', 'mpn', 'part number', 'manufacturer code', 'manufacturer part number']);

export const suggestionSchema: z.ZodType<SuggestionRecord> = withRaw(fields, (item, raw) => {
  const content = item.Content;
  const version = item.VersionId ?? item.LatestVersionId;
  const productName = content?.ProductName ?? item.ProductName ?? '';
  const skuName = content?.SkuName ?? item.SkuName ?? '';
  const images = (content?.Images ?? item.Images ?? []).flat();
  const specifications = [
    ...(content?.ProductSpecifications ?? item.ProductSpecifications ?? []),
    ...(content?.SkuSpecifications ?? item.SkuSpecifications ?? []),
  ];
  const salePrice = content?.Pricing?.SalePrice ?? item.Pricing?.SalePrice ?? null;
  const modelSaid = specifications.find((each) => modelNames.has(each.name.toLowerCase()))?.values[0];
  const type = item.Type?.toLowerCase();
  return {
    sellerId: item.SellerId,
    sellerSkuId: item.ItemId,
    // the refinement above proved that one is there
    versionId: version ?? versionId.parse(''),
    status: statuses[item.Status?.toLowerCase() ?? ''] ?? 'unknown',
    type: type === 'new' || type === 'update' ? type : 'unknown',
    title:
      item.NameComplete ??
      content?.NameComplete ??
      (skuName.startsWith(productName) ? skuName : `${productName} ${skuName}`.trim()),
    productName,
    skuName,
    sellerProductId: content?.ProductId ?? item.ProductId,
    brand: content?.BrandName ?? item.BrandName ?? '',
    categoryPath: content?.CategoryFullPath ?? item.CategoryFullPath ?? '',
    gtins: codesOf(content?.EAN ?? item.EAN),
    referenceId: content?.RefId ?? item.RefId,
    model: content?.ManufacturerCode ?? item.ManufacturerCode ?? modelSaid ?? null,
    // the protocol's price is a whole number of minor units; a fraction of one cannot be stored
    priceMinor: salePrice === null ? null : Math.round(salePrice),
    currency: (content?.Pricing?.Currency ?? item.Pricing?.Currency ?? null)?.toUpperCase() ?? null,
    stock: content?.AvailableQuantity ?? item.AvailableQuantity,
    description: content?.ProductDescription ?? item.ProductDescription ?? '',
    dimensions: {
      heightCm: content?.Height ?? item.Height,
      widthCm: content?.Width ?? item.Width,
      lengthCm: content?.Length ?? item.Length,
      weightGrams: content?.Weight ?? item.Weight,
    },
    images: images.length > 0 || item.ImageUrl === null ? images : [{ name: '', url: item.ImageUrl }],
    specifications,
    measurementUnit: content?.MeasurementUnit ?? item.MeasurementUnit,
    unitMultiplier: content?.UnitMultiplier ?? item.UnitMultiplier,
    hasMapping: item.HasMapping,
    matchId: item.Matches?.at(-1)?.MatchId ?? null,
    createdAt: item.CreateDate ?? (version == null ? null : instantOfVersion(version)),
    modifiedAt: item.LastModifiedDate ?? (version == null ? null : instantOfVersion(version)),
    raw,
  };
});
