import type { RequestOf } from '../../shared/contract/index.ts';
import type { OfferDetail, Suggestion } from '../../shared/contract/offers.ts';
import type { BrandId, CategoryId, ProductId } from '../../shared/domain/brand.ts';
import { isKin } from '../../shared/domain/suggestions.ts';

/** A new SKU (and product) as it stands in the form: everything is text until it is sent. */
export interface Draft {
  readonly productId: string | null;
  readonly productName: string;
  readonly description: string;
  readonly categoryId: string | null;
  readonly brandId: string | null;
  readonly name: string;
  readonly eans: string;
  readonly referenceId: string;
  readonly height: string;
  readonly width: string;
  readonly length: string;
  readonly weight: string;
  readonly images: string;
  readonly measurementUnit: string;
  readonly unitMultiplier: string;
  readonly specifications: string;
}

const text = (value: number | null) => (value === null ? '' : String(value));

/**
 * The product that a new SKU starts with: the suggestion's where it is a likely one, or where the operator went to it. The first
 * suggestion stands chosen by itself, so that alone says nothing.
 */
export function productToStartWith(suggestions: readonly Suggestion[], chosen: number): ProductId | null {
  const suggestion = suggestions[chosen];
  return suggestion && (chosen > 0 || isKin(suggestion)) ? suggestion.productId : null;
}

/** The form, filled in from what the seller says. */
export function draftOf(offer: OfferDetail, productId: ProductId | null): Draft {
  return {
    productId: productId === null ? null : String(productId),
    productName: offer.title.slice(0, 150),
    description: offer.description ?? '',
    categoryId: text(offer.mappedCategoryId) || null,
    brandId: text(offer.mappedBrandId) || null,
    name: offer.title,
    eans: offer.gtins.join(' '),
    referenceId: offer.referenceId ?? offer.sellerSkuId,
    height: text(offer.dimensions.height),
    width: text(offer.dimensions.width),
    length: text(offer.dimensions.length),
    weight: text(offer.dimensions.weight),
    images: offer.images.map(({ url }) => url).join('\n'),
    measurementUnit: offer.measurementUnit ?? 'un',
    unitMultiplier: text(offer.unitMultiplier) || '1',
    specifications: offer.mappedSpecifications.map(({ name, values }) => `${name}: ${values.join(', ')}`).join('\n'),
  };
}

/** Zero for what is no number: the service then says which field must be more than zero. */
function number(value: string): number {
  const parsed = Number(value.trim().replace(',', '.'));
  return Number.isFinite(parsed) ? parsed : 0;
}

const lines = (value: string) =>
  value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

type SkuDraft = RequestOf<'decisions.newSku'>['sku'];
type ProductDraft = RequestOf<'decisions.newProduct'>['product'];

export function skuOf(draft: Draft, offer: OfferDetail): SkuDraft {
  const names = new Map(offer.images.map(({ name, url }) => [url, name]));
  return {
    name: draft.name,
    eans: draft.eans.split(/[\s,;]+/).filter((ean) => ean !== ''),
    referenceId: draft.referenceId,
    height: number(draft.height),
    width: number(draft.width),
    length: number(draft.length),
    weight: number(draft.weight),
    images: lines(draft.images).map((url, index) => ({ name: names.get(url) || `image-${index + 1}`, url })),
    measurementUnit: draft.measurementUnit.trim() || 'un',
    unitMultiplier: number(draft.unitMultiplier),
    specifications: Object.fromEntries(
      lines(draft.specifications).map((line): [string, string] => {
        const [name = '', ...value] = line.split(':');
        return [name.trim(), value.join(':').trim()];
      }),
    ),
  };
}

export function productOf(draft: Draft): ProductDraft {
  return {
    name: draft.productName,
    description: draft.description,
    // both were picked from what the service listed
    categoryId: Number(draft.categoryId) as CategoryId,
    brandId: Number(draft.brandId) as BrandId,
  };
}

/** Which field of the form an error's path means: `sku.images.0.url` is `images`, `product.name` is `productName`. */
export function fieldOf(path: string): keyof Draft | null {
  const [scope = '', name = ''] = path.split('.');
  if (scope === 'productId') return 'productId';
  if (scope === 'product') {
    if (name === 'name') return 'productName';
    return name === 'description' || name === 'categoryId' || name === 'brandId' ? name : null;
  }
  switch (name) {
    case 'name':
    case 'eans':
    case 'referenceId':
    case 'height':
    case 'width':
    case 'length':
    case 'weight':
    case 'images':
    case 'measurementUnit':
    case 'unitMultiplier':
    case 'specifications':
      return name;
    default:
      return null;
  }
}
