import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggestionSchema } from './suggestion-record.ts';
import { outcomesSchema, suggestionPageSchema } from './suggestions.ts';

const record = {
  SellerId: 's',
  ItemId: '1',
  Status: 'pending',
  Type: 'new',
  LatestVersionId: '24112026153000123',
  ProductName: 'Lamp',
  SkuName: 'Red',
};

describe('a suggestion', () => {
  it('is read from little, with nothing made up', () => {
    expect(suggestionSchema.parse(record)).toMatchObject({
      title: 'Lamp Red',
      priceMinor: null,
      currency: null,
      stock: null,
      gtins: [],
      images: [],
      dimensions: { heightCm: null, widthCm: null, lengthCm: null, weightGrams: null },
      createdAt: '2026-11-24T15:30:00.123Z',
      raw: record,
    });
  });

  it('makes whole numbers of price and stock, which are kept as such: half an item is none, a price beyond sense is none', () => {
    const of = (AvailableQuantity: unknown, SalePrice: unknown) => {
      const { stock, priceMinor } = suggestionSchema.parse({ ...record, AvailableQuantity, Pricing: { SalePrice } });
      return [stock, priceMinor];
    };
    expect(of(1.9, 1999.6)).toEqual([1, 2000]);
    expect(of('7.5', '12.4')).toEqual([7, 12]);
    expect(of(1e300, 1e300)).toEqual([null, null]);
  });

  it('prefers what the seller said under content, in either capitalisation', () => {
    const content = { productName: 'Lamp 2', EAN: '111, 222', pricing: { salePrice: 1999, currency: 'brl' } };
    const parsed = suggestionSchema.parse({ ...record, sellerId: 'other', SellerId: 's', content });
    expect(parsed).toMatchObject({ productName: 'Lamp 2', gtins: ['111', '222'], priceMinor: 1999, currency: 'BRL' });
    const small = Object.fromEntries(
      Object.entries(record).map(([name, value]) => [name[0]?.toLowerCase() + name.slice(1), value]),
    );
    expect(suggestionSchema.parse(small)).toMatchObject({ sellerId: 's', sellerSkuId: '1', productName: 'Lamp' });
  });

  it.each<[string, unknown, (string | number)[]]>([
    ['no item id', { ItemId: null }, ['data', 1, 'ItemId']],
    ['no version', { LatestVersionId: '' }, ['data', 1, 'LatestVersionId']],
    ['a price that is none', { Pricing: { SalePrice: 'much' } }, ['data', 1, 'Pricing', 'SalePrice']],
    ['a date that is none', { CreateDate: 'soon' }, ['data', 1, 'CreateDate']],
    [
      'a specification without a name',
      { content: { SkuSpecifications: [{}] } },
      ['data', 1, 'Content', 'SkuSpecifications', 0, 'FieldName'],
    ],
    ['images that are no list', { Images: 'x' }, ['data', 1, 'Images']],
  ])('names where it is at fault: %s', (_what, change, path) => {
    const page = { data: [record, { ...record, ...(change as object) }], paging: null };
    expect(suggestionPageSchema.safeParse(page).error?.issues[0]?.path).toEqual(path);
    const bare = suggestionPageSchema.safeParse(page.data);
    expect(bare.error?.issues[0]?.path).toEqual(path);
  });

  it('is parsed or refused, and never throws', () => {
    const value = fc.oneof(
      fc.anything(),
      fc.dictionary(fc.constantFrom(...Object.keys(record), 'content', 'Images'), fc.anything()),
    );
    fc.assert(
      fc.property(value, (anything) => {
        suggestionSchema.safeParse(anything);
        suggestionPageSchema.safeParse({ data: [anything] });
        outcomesSchema.safeParse([anything]);
      }),
      { numRuns: 2000 },
    );
  });
});
