/** The body of a seller's offer as it is sent, its checks, and its translation to and from the world's offers. */
import { invalidField, suggestionError } from './errors.ts';
import type { Fields } from './input.ts';
import { isFields, number, text } from './input.ts';
import type { SellerOffer, Specification } from './world.ts';

export interface ContentSpecification {
  readonly fieldName: string;
  readonly fieldValues: readonly string[];
}

interface ContentImage {
  readonly imageName: string;
  readonly imageUrl: string;
}

/** Lengths in centimetres, weight in grams, SalePrice in cents. */
export interface SuggestionContent {
  readonly ProductName: string;
  readonly ProductId: string;
  readonly ProductDescription: string;
  readonly BrandName: string;
  readonly SkuName: string;
  readonly SellerId: string;
  readonly Height: number;
  readonly Width: number;
  readonly Length: number;
  readonly Weight: number;
  readonly RefId: string | null;
  readonly EAN: string | null;
  readonly SellerStockKeepingUnitId: string | number;
  readonly CategoryFullPath: string;
  readonly SkuSpecifications: readonly ContentSpecification[];
  readonly ProductSpecifications: readonly ContentSpecification[];
  readonly Images: readonly ContentImage[];
  readonly MeasurementUnit: string;
  readonly UnitMultiplier: number;
  readonly AvailableQuantity: number;
  readonly Pricing: { readonly Currency: string; readonly SalePrice: number; readonly CurrencySymbol: string };
}

const MOST_NAME = 150;
const MOST_SPECIFICATION_NAME = 100;
const MOST_SPECIFICATION_VALUE = 750;

const said = (list: readonly Specification[]): ContentSpecification[] =>
  list.map((s) => ({ fieldName: s.name, fieldValues: s.values }));

/** A world's offer as its seller sent it. `url` is the server's own, for the images. */
export function contentOf(offer: SellerOffer, url: string): SuggestionContent {
  return {
    ProductName: offer.productName,
    ProductId: offer.productId,
    ProductDescription: offer.description,
    BrandName: offer.brandName,
    SkuName: offer.skuName,
    SellerId: offer.sellerId,
    Height: offer.dimensions.height,
    Width: offer.dimensions.width,
    Length: offer.dimensions.length,
    Weight: offer.dimensions.weight,
    RefId: offer.refId,
    EAN: offer.ean,
    SellerStockKeepingUnitId: /^(0|[1-9]\d{0,14})$/.test(offer.itemId) ? Number(offer.itemId) : offer.itemId,
    CategoryFullPath: offer.categoryFullPath,
    SkuSpecifications: said(offer.skuSpecifications),
    ProductSpecifications: said(offer.productSpecifications),
    Images: offer.image === null ? [] : [{ imageName: 'Main', imageUrl: `${url}/images/${offer.image}.svg` }],
    MeasurementUnit: 'un',
    UnitMultiplier: 1,
    AvailableQuantity: offer.stock,
    Pricing: { Currency: 'USD', SalePrice: offer.price, CurrencySymbol: '$' },
  };
}

/** SkuName alone says it when it repeats the product's name already (CSV rows, single-SKU products). */
export function nameComplete(content: SuggestionContent): string {
  return content.SkuName.startsWith(content.ProductName)
    ? content.SkuName
    : `${content.ProductName} ${content.SkuName}`;
}

/** Throws 12 when a specification is longer than the catalogue takes. */
export function refuseLongSpecifications(list: readonly ContentSpecification[], field: string): void {
  for (const s of list) {
    if (
      s.fieldName.length > MOST_SPECIFICATION_NAME ||
      s.fieldValues.some((value) => value.length > MOST_SPECIFICATION_VALUE)
    ) {
      throw suggestionError(12, `specification "${s.fieldName.slice(0, 40)}" is too long`, field);
    }
  }
}

export interface SkuFields {
  readonly name: string;
  readonly height: number | undefined;
  readonly width: number | undefined;
  readonly length: number | undefined;
  readonly weight: number | undefined;
  readonly ean: string;
  readonly refId: string;
  readonly images: readonly string[];
  readonly specifications: readonly ContentSpecification[];
}

/** The checks of a SKU, in this order: codes 4, 5, 8, 7, 6, 10, 9, 11, 12. */
export function checkSku(sku: SkuFields): void {
  if (sku.name.trim() === '') throw suggestionError(4, 'the SKU has no name', 'sku.name');
  const measures = [
    [5, 'height', sku.height],
    [8, 'width', sku.width],
    [7, 'length', sku.length],
    [6, 'weight', sku.weight],
  ] as const;
  for (const [code, field, value] of measures) {
    if (value === undefined || value <= 0) throw suggestionError(code, `${field} must be above 0`, `sku.${field}`);
  }
  if (sku.ean === '' && sku.refId === '') throw suggestionError(10, 'an EAN or a reference is needed', 'sku.eans');
  if (sku.images.length === 0) throw suggestionError(9, 'at least one image is needed', 'sku.images');
  for (const image of sku.images) {
    if (!/^https?:\/\/[^\s/]+/.test(image)) throw suggestionError(11, `"${image}" is not an http(s) URL`, 'sku.images');
  }
  refuseLongSpecifications(sku.specifications, 'sku.specifications');
}

/** SKU fields of a suggestion itself, for the bulk actions. */
export function skuFieldsOf(content: SuggestionContent): SkuFields {
  return {
    name: content.SkuName,
    height: content.Height,
    width: content.Width,
    length: content.Length,
    weight: content.Weight,
    ean: content.EAN ?? '',
    refId: content.RefId ?? '',
    images: content.Images.map((image) => image.imageUrl),
    specifications: content.SkuSpecifications,
  };
}

function specifications(body: Fields, name: string): ContentSpecification[] {
  const value = body[name] ?? [];
  if (!Array.isArray(value)) throw invalidField(name, 'must be an array');
  return value.map((item) => {
    const values = isFields(item) ? item.fieldValues : undefined;
    if (
      !isFields(item) ||
      typeof item.fieldName !== 'string' ||
      !Array.isArray(values) ||
      !values.every((v) => typeof v === 'string')
    ) {
      throw invalidField(name, 'each needs fieldName (text) and fieldValues (list of texts)');
    }
    return { fieldName: item.fieldName, fieldValues: values };
  });
}

function images(body: Fields): ContentImage[] {
  const value = body.Images ?? [];
  if (!Array.isArray(value)) throw invalidField('Images', 'must be an array');
  return value.map((item) => {
    if (!isFields(item) || typeof item.imageUrl !== 'string')
      throw invalidField('Images', 'each needs imageName and imageUrl');
    return { imageName: text(item, 'imageName'), imageUrl: item.imageUrl };
  });
}

function required(body: Fields, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value.trim() === '') throw invalidField(name, 'is required');
  return value;
}

/** Parses and checks a seller's PUT body. Throws 400: codes 3 to 12, or InvalidField with the field's name. */
export function parseContent(body: Fields, sellerId: string, itemId: string): SuggestionContent {
  const productName = text(body, 'ProductName');
  if (productName.trim() === '') throw suggestionError(3, 'ProductName is required', 'ProductName');
  if (productName.length > MOST_NAME) throw invalidField('ProductName', `is longer than ${MOST_NAME} characters`);
  if (body.EAN !== undefined && body.EAN !== null && typeof body.EAN !== 'string')
    throw invalidField('EAN', 'must be a text');
  if (body.SellerId !== undefined && text(body, 'SellerId') !== sellerId)
    throw invalidField('SellerId', 'is not the seller of the path');
  const pricing = isFields(body.Pricing) ? body.Pricing : undefined;
  const price = pricing === undefined ? undefined : number(pricing, 'SalePrice');
  if (pricing === undefined || price === undefined || !Number.isInteger(price) || price < 0) {
    throw invalidField('Pricing', 'needs SalePrice, a whole number of cents');
  }
  const quantity = number(body, 'AvailableQuantity');
  if (quantity === undefined || !Number.isInteger(quantity) || quantity < 0)
    throw invalidField('AvailableQuantity', 'must be a whole number from 0');
  const content: SuggestionContent = {
    ProductName: productName,
    ProductId: text(body, 'ProductId') || itemId,
    ProductDescription: text(body, 'ProductDescription'),
    BrandName: required(body, 'BrandName'),
    SkuName: text(body, 'SkuName'),
    SellerId: sellerId,
    Height: number(body, 'Height') ?? 0,
    Width: number(body, 'Width') ?? 0,
    Length: number(body, 'Length') ?? 0,
    Weight: number(body, 'Weight') ?? 0,
    RefId: text(body, 'RefId') || null,
    EAN: text(body, 'EAN') || null,
    SellerStockKeepingUnitId: number(body, 'SellerStockKeepingUnitId') ?? itemId,
    CategoryFullPath: required(body, 'CategoryFullPath'),
    SkuSpecifications: specifications(body, 'SkuSpecifications'),
    ProductSpecifications: specifications(body, 'ProductSpecifications'),
    Images: images(body),
    MeasurementUnit: text(body, 'MeasurementUnit') || 'un',
    UnitMultiplier: number(body, 'UnitMultiplier') ?? 1,
    AvailableQuantity: quantity,
    Pricing: {
      Currency: text(pricing, 'Currency') || 'USD',
      SalePrice: price,
      CurrencySymbol: text(pricing, 'CurrencySymbol') || '$',
    },
  };
  checkSku(skuFieldsOf(content));
  refuseLongSpecifications(content.ProductSpecifications, 'ProductSpecifications');
  return content;
}
