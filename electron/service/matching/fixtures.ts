import fc from 'fast-check';
import { gtinCheckDigit } from './identifiers.ts';
import type { CatalogEntry, OfferText } from './types.ts';

/** Invented products for the tests. */

export function entry(skuId: number, title: string, more: Partial<CatalogEntry> = {}): CatalogEntry {
  return {
    skuId,
    productId: skuId,
    title,
    brand: null,
    model: null,
    gtins: [],
    categoryId: null,
    categoryPath: null,
    priceMinor: null,
    ...more,
  };
}

export function offer(title: string, more: Partial<OfferText> = {}): OfferText {
  return { title, brand: null, model: null, gtins: [], categoryPath: null, priceMinor: null, ...more };
}

/** A valid EAN-13 for a number below 10^9. */
export function ean(number: number): string {
  const body = `789${String(number).padStart(9, '0')}`;
  return body + String(gtinCheckDigit(`0${body}`));
}

/** The offer that says exactly what the SKU says. */
export function same(sku: CatalogEntry): OfferText {
  return {
    title: sku.title,
    description: sku.description ?? null,
    brand: sku.brand,
    model: sku.model,
    gtins: sku.gtins,
    categoryPath: sku.categoryPath,
    priceMinor: sku.priceMinor,
    ...(sku.attributes === undefined ? {} : { attributes: sku.attributes }),
  };
}

/** A small shop in which the tests' sentences are true. */
export const SHOP: readonly CatalogEntry[] = [
  entry(18807, 'Norvik EtherLine EZX88W Ethernet Switch', {
    brand: 'Norvik',
    description: '8-port 10/100 workgroup switch',
    priceMinor: 22_900,
    categoryPath: 'Networking/Switches',
  }),
  entry(18806, 'Norvik EtherLine EZX55W Ethernet Switch', {
    brand: 'Norvik',
    description: '5-port 10/100 workgroup switch',
    priceMinor: 17_900,
    categoryPath: 'Networking/Switches',
    gtins: [ean(18806)],
  }),
  entry(18791, 'Talgear ProSafe 8-Port Switch FS108', {
    brand: 'Talgear',
    gtins: [ean(18791)],
    categoryPath: 'Networking/Switches',
  }),
  entry(300, 'Pixora ink cartridge black CL-52', { brand: 'Pixora', model: 'CL-52', productId: 30 }),
  entry(301, 'Pixora ink cartridge black CL-52 pack of 3', { brand: 'Pixora', productId: 30 }),
  entry(302, 'Pixora ink cartridge color CL-53', { brand: 'Pixora', model: 'CL-53', productId: 31 }),
  entry(400, 'Mantella camiseta esportiva masculina preta', { brand: 'Mantella', productId: 40 }),
  entry(401, 'Mantella camiseta esportiva masculina branca', { brand: 'Mantella', productId: 40 }),
  entry(500, 'Garrafa térmica Brasília 1,5 litros inox', { brand: 'Térmica Sul', gtins: [ean(500)] }),
  entry(501, 'Garrafa térmica Brasília 1 litro inox', { brand: 'Térmica Sul' }),
  entry(600, 'Sonique headphone KH240 wireless', { brand: 'Sonique' }),
  ...Array.from({ length: 60 }, (_, at) => entry(900 + at, `Filler gadget number ${at} assorted`, { brand: 'Filler' })),
];

const WORDS =
  'switch port wireless camera lens black white red 8 GB 16 46" case for pack of 3 ação litros polegadas EZX88W AB-1234 ab1234 CD5678X 2007 v2'.split(
    ' ',
  );

/** Titles from a few words, so that catalogues have much in common. */
export const titles: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 8 })
  .map((words) => words.join(' '));

/** A catalogue with ids 1, 2, … */
export const catalogs: fc.Arbitrary<CatalogEntry[]> = fc
  .array(
    fc.record({
      title: titles,
      brand: fc.constantFrom(null, 'Norvik', 'Talgear', 'Pixora Ltd'),
      model: fc.constantFrom(null, 'AB-1234', 'CD5678X', 'EZX55W'),
      priceMinor: fc.constantFrom(null, 1000, 1100, 9000),
      hasGtin: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((rows) =>
    rows.map(({ title, brand, model, priceMinor, hasGtin }, at) =>
      entry(at + 1, title, { brand, model, priceMinor, gtins: hasGtin ? [ean(at + 1)] : [] }),
    ),
  );

export const offers: fc.Arbitrary<OfferText> = fc.record({
  title: fc.oneof(titles, fc.string({ unit: 'grapheme', maxLength: 60 })),
  description: fc.oneof(titles, fc.constant(null)),
  brand: fc.constantFrom(null, 'norvik', 'PIXORA'),
  model: fc.constantFrom(null, 'ab1234', 'EZX88W'),
  gtins: fc.constantFrom<readonly string[]>([], [ean(1)], ['123'], [ean(2), ean(3)]),
  categoryPath: fc.constantFrom(null, 'Redes/Switches'),
  priceMinor: fc.constantFrom(null, 0, 1000, 5000),
});
