/** The generated marketplace of the sandbox as the records that the protocol client would have parsed. */
import type { GeneratedOffer, GeneratorPlan } from '../electron/sandbox/generator.ts';
import { generateOffer, generateSku } from '../electron/sandbox/generator.ts';
import { hash } from '../electron/sandbox/random.ts';
import type { OfferText } from '../electron/service/matching/types.ts';
import type {
  BrandRecord,
  CategoryRecord,
  SellerRecord,
  SkuRecord,
  SuggestionRecord,
} from '../electron/service/protocol/types.ts';
import type {
  BrandId,
  CategoryId,
  ProductId,
  SellerId,
  SellerSkuId,
  SkuId,
  VersionId,
} from '../shared/domain/brand.ts';
import { instantOf } from '../shared/domain/brand.ts';

/** Ages are compressed into this many days, so that no offer expires while a kept database is used again. */
export const oldestDays = 20;
const day = 86_400_000;

export function sellerRecord(seller: { id: string; name: string }): SellerRecord {
  return {
    sellerId: seller.id as SellerId,
    name: seller.name,
    isActive: true,
    fulfillmentEndpoint: null,
    email: null,
    description: null,
    taxCode: null,
    account: null,
    isVtex: false,
    sellerType: 1,
    salesChannels: [],
    raw: {},
  };
}

export const brandRecord = ({ id, name }: { id: number; name: string }): BrandRecord => ({
  id: id as BrandId,
  name,
  isActive: true,
});

export const categoryRecord = (category: { id: number; name: string; parentId: number | null }): CategoryRecord => ({
  id: category.id as CategoryId,
  parentId: category.parentId as CategoryId | null,
  name: category.name,
});

export function skuRecord(plan: GeneratorPlan, s: number): SkuRecord {
  const sku = generateSku(plan, s);
  return {
    skuId: sku.id as SkuId,
    productId: sku.productId as ProductId,
    name: sku.nameComplete,
    productName: sku.productName,
    brandId: sku.brandId as BrandId,
    brandName: plan.brands[sku.brandId - 1]?.name ?? '',
    categoryId: sku.categoryId as CategoryId,
    categoryPath: plan.leaves.find(({ id }) => id === sku.categoryId)?.path ?? null,
    referenceId: sku.refId,
    model: sku.manufacturerCode,
    gtins: sku.ean === null ? [] : [sku.ean],
    imageUrl: null,
    images: [],
    description: sku.description,
    isActive: true,
    referencePriceMinor: sku.price,
    specifications: sku.specifications,
    raw: {},
  };
}

function recordOf(plan: GeneratorPlan, i: number, offer: GeneratedOffer, builtAt: number): SuggestionRecord {
  const ageOfOldest = generateAgeOfOldest(plan);
  const receivedAt = instantOf(builtAt - Math.floor((offer.age / ageOfOldest) * oldestDays * day));
  return {
    sellerId: offer.sellerId as SellerId,
    sellerSkuId: offer.itemId as SellerSkuId,
    versionId: `${receivedAt}-${hash(plan.seed, i, 40).toString(16).padStart(8, '0')}` as VersionId,
    status: 'pending',
    type: 'new',
    title: offer.nameComplete,
    productName: offer.productName,
    skuName: offer.skuName,
    sellerProductId: offer.productId,
    brand: offer.brandName,
    categoryPath: offer.categoryFullPath,
    gtins: offer.ean === null ? [] : [offer.ean],
    referenceId: offer.refId,
    model: null,
    priceMinor: offer.price,
    currency: 'BRL',
    stock: offer.stock,
    description: offer.description,
    dimensions: {
      heightCm: offer.dimensions.height,
      widthCm: offer.dimensions.width,
      lengthCm: offer.dimensions.length,
      weightGrams: offer.dimensions.weight,
    },
    images: offer.image === null ? [] : [{ name: 'front', url: `https://images.example/${offer.image}.png` }],
    specifications: [...offer.productSpecifications, ...offer.skuSpecifications],
    measurementUnit: 'un',
    unitMultiplier: 1,
    hasMapping: null,
    matchId: null,
    createdAt: receivedAt,
    modifiedAt: receivedAt,
    raw: {},
  };
}

const oldest = new WeakMap<GeneratorPlan, number>();
function generateAgeOfOldest(plan: GeneratorPlan): number {
  const known = oldest.get(plan) ?? Math.max(1, generateOffer(plan, 0).age);
  oldest.set(plan, known);
  return known;
}

export const suggestionRecord = (plan: GeneratorPlan, i: number, builtAt: number): SuggestionRecord =>
  recordOf(plan, i, generateOffer(plan, i), builtAt);

/** What the matcher would read of offer `i`. */
export function offerText(plan: GeneratorPlan, i: number): { text: OfferText; truth: number | null } {
  const offer = generateOffer(plan, i);
  const attributes: Record<string, string> = {};
  for (const { name, values } of [...offer.productSpecifications, ...offer.skuSpecifications])
    attributes[name] = values.join(' ');
  return {
    truth: offer.truth,
    text: {
      title: offer.nameComplete,
      description: offer.description,
      brand: offer.brandName,
      model: offer.refId,
      gtins: offer.ean === null ? [] : [offer.ean],
      categoryPath: offer.categoryFullPath,
      priceMinor: offer.price,
      attributes,
    },
  };
}

export interface Banded {
  readonly record: SuggestionRecord;
  /** As stored: 1 bind, 2 look, 3 new, 4 conflict. */
  readonly band: number;
  readonly score: number;
  readonly bestSkuId: number | null;
  readonly reason: { readonly code: string; readonly values: Readonly<Record<string, string | number>> };
}

/**
 * An offer with the band it would plausibly get, without running the matcher over all of them. The rule: an offer that the
 * catalogue does not have is new (15 %, scores up to 799); of the others one with a valid GTIN is certain (about half of
 * all, 9,500 up), one whose GTIN has a wrong check digit conflicts (about 8 %, 800 to 9,499) and one without is to be
 * looked at (about a quarter, 800 to 9,499). Scores are a hash of the position, squared towards the upper end.
 */
export function bandedRecord(plan: GeneratorPlan, i: number, builtAt: number): Banded {
  const offer = generateOffer(plan, i);
  const record = recordOf(plan, i, offer, builtAt);
  const part = 1 - (hash(plan.seed, i, 41) / 2 ** 32) ** 2;
  if (offer.truth === null)
    return {
      record,
      band: 3,
      score: Math.floor(part * 799),
      bestSkuId: null,
      reason: { code: 'newProduct', values: {} },
    };
  const skuId = offer.truth;
  if (offer.gtinKind === 'valid') {
    const score = 9_500 + Math.floor(part * 500);
    return { record, band: 1, score, bestSkuId: skuId, reason: { code: 'certain', values: { skuId, score } } };
  }
  const score = 800 + Math.floor(part * 8_700);
  if (offer.gtinKind === 'invalid')
    return {
      record,
      band: 4,
      score,
      bestSkuId: skuId,
      reason: { code: 'gtinConflicts', values: { skuId, offer: offer.ean ?? '', sku: '' } },
    };
  return { record, band: 2, score, bestSkuId: skuId, reason: { code: 'probable', values: { skuId, score } } };
}
