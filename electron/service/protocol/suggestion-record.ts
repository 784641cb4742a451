/**
 * A suggestion as it arrives. The protocol's reference does not specify it: the seller's own fields are under `content`
 * (spelled as the seller sent them) and, for the most part, again beside it. Both places are read, in either capitalisation.
 */
import type { z } from 'zod';
import type { SellerId, SellerSkuId, VersionId } from '../../../shared/domain/brand.ts';
import { codesOf, instantOfVersion, wholeOrNull } from './fields.ts';
import { type Reader, readerSchema, readSpecification } from './reader.ts';
import type { ImageRecord, SuggestionRecord, SuggestionStatus } from './types.ts';

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

function readImage(item: Reader): readonly ImageRecord[] {
  const url = item.text('ImageUrl');
  return url === null ? [] : [{ name: item.text('ImageName') ?? '', url }];
}

function read(item: Reader): SuggestionRecord {
  const content = item.object('Content');
  const text = (name: string): string | null => content?.text(name) ?? item.text(name);
  const number = (name: string): number | null => content?.number(name) ?? item.number(name);
  const specifications = (name: string) =>
    content?.list(name, readSpecification) ?? item.list(name, readSpecification) ?? [];

  const version = item.text('VersionId') ?? item.id('LatestVersionId');
  const productName = text('ProductName') ?? '';
  const skuName = text('SkuName') ?? '';
  const whole = skuName.startsWith(productName) ? skuName : `${productName} ${skuName}`.trim();
  const all = [...specifications('ProductSpecifications'), ...specifications('SkuSpecifications')];
  const images = (content?.list('Images', readImage) ?? item.list('Images', readImage) ?? []).flat();
  const firstImage = item.text('ImageUrl');
  const pricing = content?.object('Pricing') ?? item.object('Pricing');
  const salePrice = pricing?.number('SalePrice') ?? null;
  const type = item.text('Type')?.toLowerCase();
  const createdAt = item.instant('CreateDate') ?? instantOfVersion(version);
  return {
    sellerId: item.id('SellerId') as SellerId,
    sellerSkuId: item.id('ItemId') as SellerSkuId,
    versionId: version as VersionId,
    status: statuses[item.text('Status')?.toLowerCase() ?? ''] ?? 'unknown',
    type: type === 'new' || type === 'update' ? type : 'unknown',
    title: text('NameComplete') ?? whole,
    productName,
    skuName,
    sellerProductId: text('ProductId'),
    brand: text('BrandName') ?? '',
    categoryPath: text('CategoryFullPath') ?? '',
    gtins: codesOf(text('EAN') ?? text('Ean')),
    referenceId: text('RefId'),
    model: text('ManufacturerCode') ?? all.find(({ name }) => modelNames.has(name.toLowerCase()))?.values[0] ?? null,
    // the protocol's price is a whole number of minor units; a fraction of one cannot be stored
    priceMinor: wholeOrNull(salePrice),
    currency: pricing?.text('Currency')?.toUpperCase() ?? null,
    stock: wholeOrNull(number('AvailableQuantity'), Math.floor),
    description: text('ProductDescription') ?? '',
    dimensions: {
      heightCm: number('Height'),
      widthCm: number('Width'),
      lengthCm: number('Length'),
      weightGrams: number('Weight'),
    },
    images: images.length > 0 || firstImage === null ? images : [{ name: '', url: firstImage }],
    specifications: all,
    measurementUnit: text('MeasurementUnit'),
    unitMultiplier: number('UnitMultiplier'),
    hasMapping: item.boolean('HasMapping'),
    matchId: item.list('Matches', (match) => match.text('MatchId'))?.at(-1) ?? null,
    createdAt,
    modifiedAt: item.instant('LastModifiedDate') ?? instantOfVersion(version),
    raw: item.raw,
  };
}

export const suggestionSchema: z.ZodType<SuggestionRecord> = readerSchema(read);
