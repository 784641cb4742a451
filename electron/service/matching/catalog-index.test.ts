import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCatalogIndex } from './catalog-index.ts';
import { AT, FEATURES } from './features.ts';
import { catalogs, ean, entry, offer, offers, SHOP, same } from './fixtures.ts';
import { BIAS_HUNDREDTHS, basisPoints, oddsOf, signOf, weightOf } from './scoring.ts';
import type { CatalogEntry, Evidence, OfferText, Verdicted } from './types.ts';

function indexed(entries: readonly CatalogEntry[]): ReturnType<typeof createCatalogIndex> {
  const index = createCatalogIndex();
  index.upsert(entries);
  return index;
}

const shop = indexed(SHOP);
const ask = (title: string, more: Partial<OfferText> = {}): Verdicted => shop.suggest(offer(title, more));
const evidence = (verdicted: Verdicted, attribute: string, at = 0): Evidence | undefined =>
  verdicted.candidates[at]?.evidence.find((each) => each.attribute === attribute);

describe('suggest, by example', () => {
  it('explains a model that agrees, and what would settle it', () => {
    const found = ask('Norvik EtherLine 8-Port 10/100 Switch EZX88W', {
      brand: 'Norvik',
      priceMinor: 24_990,
      gtins: [ean(77)],
    });
    expect(found.candidates[0]?.skuId).toBe(18807);
    expect(evidence(found, 'model')).toMatchObject({
      verdict: 'agrees',
      offerValue: 'EZX88W',
      skuValue: 'EZX88W',
      offerMarks: [[0, 6]],
    });
    expect(evidence(found, 'brand')).toMatchObject({ verdict: 'agrees' });
    expect(evidence(found, 'ports')).toMatchObject({ verdict: 'agrees', offerValue: '8-Port', skuValue: '8-port' });
    expect(evidence(found, 'price')).toMatchObject({ verdict: 'near', offerValue: '24990', skuValue: '22900' });
    expect(evidence(found, 'gtin')).toMatchObject({ verdict: 'missing', weight: 0 });
    expect(found.candidates[0]?.settle).toEqual({ code: 'gtinOnSku', values: { skuId: 18807 } });
  });

  it('puts a conflicting model first among the evidence', () => {
    const found = ask('Norvik EtherLine 8-Port 10/100 Switch EZX88W', { brand: 'Norvik' });
    const other = found.candidates.find((candidate) => candidate.skuId === 18806);
    expect(other?.evidence[0]).toMatchObject({ attribute: 'model', verdict: 'conflicts', skuValue: 'EZX55W' });
    expect(other?.score).toBeLessThan(found.candidates[0]?.score ?? 0);
  });

  it('is certain of a GTIN with the same text', () => {
    const found = ask('Talgear ProSafe FS108 8-Port Switch', { brand: 'Talgear', gtins: [ean(18791)] });
    expect(found).toMatchObject({ band: 'bind', reason: { code: 'certain', values: { skuId: 18791 } } });
    expect(found.candidates[0]?.settle).toBeNull();
  });

  it('finds a SKU by its GTIN alone, also as GTIN-14', () => {
    expect(ask('something else', { gtins: [`0${ean(500)}`] }).candidates[0]?.skuId).toBe(500);
  });

  it('does not take an invalid GTIN for an identifier, and shows it', () => {
    const wrong = `${ean(18791).slice(0, 12)}${(Number(ean(18791).at(-1)) + 1) % 10}`;
    const found = ask('Talgear ProSafe FS108 8-Port Switch', { gtins: [wrong] });
    expect(evidence(found, 'gtin')).toMatchObject({ verdict: 'missing', offerValue: wrong, weight: 0 });
    expect(found.candidates[0]?.settle?.code).toBe('gtinInvalid');
  });

  it('sees a conflict where GTINs differ', () => {
    const found = ask('Talgear ProSafe FS108 8-Port Switch', { brand: 'Talgear', gtins: [ean(424_242)] });
    expect(found).toMatchObject({ band: 'conflict', reason: { code: 'gtinConflicts' } });
    expect(found.candidates[0]?.evidence[0]?.attribute).toBe('gtin');
  });

  it('sees that the pack differs', () => {
    const found = ask('Pixora ink cartridge black CL-52 pack of 5', { brand: 'Pixora' });
    const packed = found.candidates.find((candidate) => candidate.skuId === 301);
    expect(packed?.evidence.find((each) => each.attribute === 'pack')).toMatchObject({ verdict: 'conflicts' });
    expect(found.band).not.toBe('bind');
  });

  it('calls another colour of a known product a new SKU of it', () => {
    const found = ask('Mantella camiseta esportiva masculina azul', { brand: 'Mantella' });
    expect(['look', 'new']).toContain(found.band);
    expect(['newSkuOfProduct', 'attributeDiffers']).toContain(found.reason.code);
    expect(evidence(found, 'color')).toMatchObject({ verdict: 'conflicts', offerValue: 'azul' });
  });

  it('reads Portuguese as its sellers write it', () => {
    expect(ask('GARRAFA TERMICA BRASILIA 1.5L INOX').candidates[0]?.skuId).toBe(500);
    expect(ask('garrafa térmica brasília 1000 ml inox').candidates[0]?.skuId).toBe(501);
    expect(ask('camiseta masculina esportiva Mantella, cor: branca').candidates[0]?.skuId).toBe(401);
  });

  it('joins a model that is written in two words', () => {
    const found = ask('sonique KH 240 headphone');
    expect(found.candidates[0]?.skuId).toBe(600);
    expect(evidence(found, 'model')).toMatchObject({ verdict: 'agrees', offerValue: 'KH 240' });
  });

  it('finds a model by its stem', () => {
    expect(ask('CD5678XBK').candidates).toEqual([]);
    expect(
      indexed([...SHOP, entry(1, 'Zebra amplifier CD5678X')]).suggest(offer('cd-5678xbk')).candidates[0]?.skuId,
    ).toBe(1);
  });

  it('has nothing to say about nothing', () => {
    for (const title of ['', '   ', '-', 'the of and', 'xyzzy'])
      expect(ask(title)).toEqual({
        scorer: 0,
        candidates: [],
        band: 'new',
        reason: { code: 'newProduct', values: {} },
      });
    expect(createCatalogIndex().suggest(offer('anything'))).toMatchObject({ candidates: [], band: 'new' });
  });

  it('gives at most as many as asked for', () => {
    expect(shop.suggest(offer('filler gadget assorted'), 3).candidates).toHaveLength(3);
    expect(shop.suggest(offer('filler gadget assorted')).candidates).toHaveLength(10);
  });

  it('takes hostile text in bounded time', () => {
    const started = performance.now();
    for (const title of [
      'A1-'.repeat(4e5),
      'EZX88W '.repeat(2e5),
      '\u200b'.repeat(1e6),
      '\ud83d\ude00'.repeat(1e5),
      '\ud800',
    ])
      shop.suggest(
        offer(title, {
          description: title,
          model: title,
          brand: title,
          gtins: [title],
          categoryPath: title,
          attributes: { [title]: title },
        }),
      );
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

it('marks nothing where a compatibility character has no place of its own', () => {
  const entry = {
    skuId: 1,
    productId: 1,
    title: '16 switch',
    brand: null,
    model: null,
    gtins: [],
    categoryId: null,
    categoryPath: null,
    priceMinor: null,
  };
  const asked = {
    title: '⑴',
    description: 'switch',
    brand: null,
    model: null,
    gtins: [],
    categoryPath: null,
    priceMinor: null,
  };
  const { candidates } = indexed([entry]).suggest(asked);
  const marks = candidates.flatMap(({ evidence }) =>
    evidence.flatMap((each) => [...(each.offerMarks ?? []), ...(each.skuMarks ?? [])]),
  );
  expect(candidates).toHaveLength(1);
  expect(marks.every(([from, to]) => to > from)).toBe(true);
});

describe('suggest, by property', () => {
  it('explains each score by its evidence, with marks inside the values, best first', () => {
    fc.assert(
      fc.property(catalogs, offers, (entries, asked) => {
        const { candidates } = indexed(entries).suggest(asked);
        let last = 10_000;
        for (const candidate of candidates) {
          expect(candidate.score).toBe(
            basisPoints(candidate.evidence.reduce((sum, { weight }) => sum + weight, BIAS_HUNDREDTHS)),
          );
          expect(candidate.score).toBeLessThanOrEqual(last);
          last = candidate.score;
          for (const each of candidate.evidence) {
            expect(Number.isInteger(each.weight)).toBe(true);
            if (each.verdict === 'missing') expect(each.weight + 0).toBe(0);
            for (const [value, marks] of [
              [each.offerValue, each.offerMarks ?? []],
              [each.skuValue, each.skuMarks ?? []],
            ] as const)
              for (const [from, to] of marks) {
                expect(from).toBeGreaterThanOrEqual(0);
                expect(to).toBeGreaterThan(from);
                expect(to).toBeLessThanOrEqual(value?.length ?? 0);
              }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('ranks as scoring every SKU by brute force would', () => {
    fc.assert(
      fc.property(catalogs, offers, (entries, asked) => {
        const index = indexed(entries);
        const all = index.inspect(asked, entries.length).map(({ findings }) => basisPoints(oddsOf(findings)));
        const best = index.suggest(asked).candidates[0];
        expect(best?.score ?? 0).toBe(Math.max(0, ...all));
      }),
    );
  });

  it('puts the SKU that the offer repeats, GTIN included, first', () => {
    fc.assert(
      fc.property(catalogs, fc.nat(), (entries, at) => {
        const chosen = entries[at % entries.length];
        if (chosen === undefined) return;
        const identified = { ...chosen, gtins: [ean(chosen.skuId)] };
        const index = indexed([...entries.filter((each) => each !== chosen), identified]);
        expect(index.suggest(same(identified)).candidates[0]?.skuId).toBe(chosen.skuId);
      }),
    );
  });

  it('does not depend on the order of the catalogue', () => {
    fc.assert(
      fc.property(
        catalogs.chain((entries) =>
          fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
        ),
        offers,
        ([entries, shuffled], asked) => {
          expect(indexed(shuffled).suggest(asked)).toEqual(indexed(entries).suggest(asked));
        },
      ),
    );
  });

  it('is the same after SKUs were removed, changed and put back', () => {
    fc.assert(
      fc.property(catalogs, offers, fc.nat(), (entries, asked, at) => {
        const index = indexed(entries);
        const before = index.suggest(asked);
        const some = entries.filter((_, position) => (position + at) % 3 === 0);
        index.upsert(some.map((each) => ({ ...each, title: `changed ${each.title}` })));
        index.remove(some.map((each) => each.skuId));
        expect(index.size).toBe(entries.length - some.length);
        for (const { skuId } of index.suggest(asked).candidates)
          expect(some.some((each) => each.skuId === skuId)).toBe(false);
        index.upsert(some);
        expect(index.suggest(asked)).toEqual(before);
      }),
    );
  });

  it('never scores less for agreeing in more', () => {
    fc.assert(
      fc.property(catalogs, offers, fc.nat(), (entries, asked, at) => {
        const sku = entries[at % entries.length];
        if (sku === undefined) return;
        const index = indexed(
          entries.map((each) => (each === sku ? { ...each, gtins: [ean(each.skuId)], priceMinor: 1000 } : each)),
        );
        const scoreWith = (more: Partial<OfferText>): number =>
          index
            .suggest({ ...asked, brand: null, gtins: [], priceMinor: null, ...more }, 50)
            .candidates.find((each) => each.skuId === sku.skuId)?.score ?? 0;
        const plain = scoreWith({});
        expect(scoreWith({ gtins: [ean(sku.skuId)] })).toBeGreaterThanOrEqual(plain);
        expect(scoreWith({ priceMinor: 1000 })).toBeGreaterThanOrEqual(plain);
      }),
    );
    for (const feature of FEATURES) expect(weightOf([AT[feature], 1]) * signOf(feature)).toBeGreaterThan(0);
  });
});

describe('a catalogue that changes much', () => {
  it('compacts without anyone noticing', () => {
    const index = createCatalogIndex();
    const generation = (of: number): CatalogEntry[] =>
      Array.from({ length: 700 }, (_, at) =>
        entry(at, `Thing ${at} of round ${of} AB${1000 + at}`, { brand: 'Norvik', gtins: [ean(at)] }),
      );
    for (let round = 0; round < 6; round++) index.upsert(generation(round));
    index.remove([1, 2, 3, 99_999]);
    const fresh = indexed(generation(5).filter(({ skuId }) => ![1, 2, 3].includes(skuId)));
    expect(index.size).toBe(697);
    for (const title of ['Thing 42 of round 5', 'AB1300', 'norvik thing', 'round 2'])
      expect(index.suggest(offer(title))).toEqual(fresh.suggest(offer(title)));
    expect(index.bytes()).toBeLessThan(10 * 2 ** 20);
  });
});
