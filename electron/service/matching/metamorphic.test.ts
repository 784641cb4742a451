import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCatalogIndex } from './catalog-index.ts';
import { ean, entry, offer } from './fixtures.ts';
import type { OfferText } from './types.ts';

/** What says the same in other letters is decided the same. */

const nouns = ['cafeteira elétrica', 'ethernet switch', 'máquina de lavar', 'auriculares inalámbricos'];
const colors = ['black', 'white', 'red'];
const sizes = ['8 GB', '16 GB', '500 ml', '32"', '110 V'];
const catalog = Array.from({ length: 240 }, (_, at) =>
  entry(at + 1, `Sorél ${nouns[at % 4]} SX${200 + (at >> 2)}K ${sizes[at % 5]} ${colors[at % 3]}`, {
    brand: 'Sorél',
    gtins: at % 2 === 0 ? [ean(at)] : [],
    priceMinor: 1_000 + 37 * at,
  }),
);
const index = createCatalogIndex();
index.upsert(catalog);

const verdict = (text: OfferText): { band: string; best: number | undefined } => {
  const { band, candidates } = index.suggest(text);
  return { band, best: candidates[0]?.skuId };
};

/** An offer in parts that belong together: a brand, a noun, a model, a measure, a colour. */
const parts = fc.record({ sku: fc.nat(catalog.length - 1), gtin: fc.boolean() }).map(({ sku, gtin }) => {
  const one = catalog[sku];
  if (one === undefined) throw new Error('no SKU');
  const at = one.skuId - 1;
  return {
    title: ['Sorél', nouns[at % 4] ?? '', `SX${200 + (at >> 2)}K`, sizes[at % 5] ?? '', colors[at % 3] ?? ''],
    more: { brand: 'Sorél', gtins: gtin ? one.gtins : [], priceMinor: one.priceMinor },
  };
});

describe('the verdict does not change with', () => {
  const same = (change: (title: string[], n: number) => string[]) =>
    fc.assert(
      fc.property(parts, fc.nat(1_000), ({ title, more }, n) => {
        const before = verdict(offer(title.join(' '), more));
        expect(verdict(offer(change(title, n).join(' '), more))).toEqual(before);
      }),
      { seed: 11, numRuns: 150 },
    );

  it('the order of what the title says', () => {
    same((title, n) => {
      const rest = [...title];
      const shuffled: string[] = [];
      for (let seed = n; rest.length > 0; seed = (seed * 31 + 7) % 1_009)
        shuffled.push(...rest.splice(seed % rest.length, 1));
      return shuffled;
    });
  });

  it('upper and lower case', () => {
    same((title) => title.map((part) => part.toUpperCase()));
    same((title) => title.map((part) => part.toLowerCase()));
  });

  it('accents, composed or not, or left out', () => {
    same((title) => title.map((part) => part.normalize('NFD')));
    same((title) => title.map((part) => part.normalize('NFD').replace(/\p{M}/gu, '')));
  });

  it('the spelling of units', () => {
    const spellings: Readonly<Record<string, readonly string[]>> = {
      '8 GB': ['8GB', '8 gb', '8192 MB', '8-GB'],
      '16 GB': ['16GB', '16 Gb', '16384MB'],
      '500 ml': ['500ml', '0.5 l', '500 ML'],
      '32"': ['32 inch', '32-inch', '32 inches'],
      '110 V': ['110V', '110 volts', '110v'],
    };
    same((title, n) =>
      title.map((part) => {
        const ways = spellings[part];
        return ways?.[n % ways.length] ?? part;
      }),
    );
  });

  it('how a model number is written', () => {
    same((title, n) =>
      title.map((part) =>
        /^SX\d+K$/.test(part)
          ? ([part.toLowerCase(), part.replace('SX', 'SX-'), part.replace('K', '-K')][n % 3] ?? part)
          : part,
      ),
    );
  });

  it('spaces and marks between the words', () => {
    same((title, n) => [title.join([' - ', ', ', ' | ', '  '][n % 4])]);
  });
});

it('reads no watts out of a model number, and gigabytes where they are', () => {
  const attributes = (title: string): string[] =>
    index
      .suggest(offer(title))
      .candidates[0]?.evidence.map(({ attribute, offerValue }) => `${attribute} ${offerValue}`) ?? [];
  expect(attributes('Sorél ethernet switch zx-105w').filter((each) => each.startsWith('power'))).toEqual([]);
  expect(attributes('Sorél ethernet switch sx200k ddr3-8GB')).toContainEqual(expect.stringMatching(/^capacity .*8GB/));
});
