import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ean } from './fixtures.ts';
import { type Groupable, groupOffers } from './grouping.ts';

let next = 1;
const offer = (sellerId: string, title: string, more: Partial<Groupable> = {}): Groupable => ({
  offerId: next++,
  sellerId,
  title,
  brand: null,
  model: null,
  gtins: [],
  categoryPath: null,
  priceMinor: null,
  ...more,
});
const ids = (...offers: readonly Groupable[]): number[] => offers.map(({ offerId }) => offerId);
const grouped = (offers: readonly Groupable[]): number[][] =>
  groupOffers(offers).map((group) => group.offers.map(({ offerId }) => offerId));

describe('offers of one product', () => {
  it('are grouped by GTIN, however it is written and whatever the titles say', () => {
    const a = offer('s1', 'Sorel kettle', { gtins: [ean(5)] });
    const b = offer('s2', 'Chaleira elétrica preta', { gtins: [`0${ean(5)}`] });
    const c = offer('s3', 'Sorel toaster', { gtins: [ean(6)] });
    expect(groupOffers([a, b, c])).toEqual([
      { sellers: 2, offers: ids(a, b).map((offerId) => ({ offerId, by: 'gtin' })) },
    ]);
  });

  it('are grouped by brand and model number, but not over different GTINs, packs or colours', () => {
    const a = offer('s1', 'Sorel kettle SX-1200', { brand: 'Sorel' });
    const b = offer('s2', 'Kettle 1.5 l SX1200 by Sorel', { brand: 'SOREL' });
    const other = offer('s3', 'Sorel kettle SX-1210', { brand: 'Sorel' });
    const brand = offer('s4', 'Norvik SX1200', { brand: 'Norvik' });
    expect(grouped([a, b, other, brand])).toEqual([ids(a, b)]);
    const withGtin = [
      offer('s1', 'Sorel kettle SX-1200', { gtins: [ean(5)] }),
      offer('s2', 'Sorel kettle SX-1200', { gtins: [ean(6)] }),
    ];
    expect(grouped(withGtin)).toEqual([]);
    expect(grouped([offer('s1', 'Sorel kettle SX-1200 black'), offer('s2', 'Sorel kettle SX-1200 white')])).toEqual([]);
    expect(
      grouped([offer('s1', 'Sorel filter SX-1200 pack of 3'), offer('s2', 'Sorel filter SX-1200 pack of 5')]),
    ).toEqual([]);
  });

  it('are grouped by titles of the same words, in any order and case', () => {
    const a = offer('s1', 'Garrafa Térmica Brasília 1L');
    const b = offer('s2', 'brasilia garrafa termica 1 L'.replace('1 L', '1L'));
    expect(groupOffers([a, b])[0]?.offers.map(({ by }) => by)).toEqual(['title', 'title']);
    expect(grouped([offer('s1', 'Kettle'), offer('s2', 'Kettle')])).toEqual([]);
  });

  it('are those of several sellers only, the most offered first', () => {
    const own = [offer('s1', 'Sorel kettle SX-1200'), offer('s1', 'Sorel kettle SX-1200')];
    const two = ['s1', 's2'].map((seller) => offer(seller, 'Sorel iron IR-9000'));
    const three = ['s1', 's2', 's3'].map((seller) => offer(seller, 'Sorel toaster TX-4400'));
    expect(grouped([...own, ...two, ...three])).toEqual([ids(...three), ids(...two)]);
  });

  const arbitrary = fc
    .array(
      fc.record({
        sellerId: fc.constantFrom('s1', 's2', 's3'),
        title: fc.constantFrom(
          'Sorel kettle SX-1200 black',
          'sorel SX1200 kettle',
          'Sorel kettle SX-1200 white',
          'Norvik switch 8-port AB1234',
          'Norvik AB1234 switch 5-port',
          'plain glass jar',
          'Jar plain glass',
          '',
        ),
        gtins: fc.constantFrom<readonly string[]>([], [ean(1)], [ean(2)], [ean(1), ean(3)], ['123']),
      }),
      { maxLength: 14 },
    )
    .map((rows) =>
      rows.map(({ title, sellerId, gtins }, at) => ({ ...offer(sellerId, title, { gtins }), offerId: at })),
    );

  it('are the same whatever the order, each offer in one group at most, and GTINs hold', () => {
    fc.assert(
      fc.property(
        arbitrary.chain((offers) =>
          fc.tuple(fc.constant(offers), fc.shuffledSubarray(offers, { minLength: offers.length })),
        ),
        ([offers, shuffled]) => {
          const groups = groupOffers(offers);
          expect(groupOffers(shuffled)).toEqual(groups);
          const all = groups.flatMap((group) => group.offers.map(({ offerId }) => offerId));
          expect(new Set(all).size).toBe(all.length);
          const place = new Map(groups.flatMap((group, at) => group.offers.map(({ offerId }) => [offerId, at])));
          for (const a of offers)
            for (const b of offers) {
              if (a.sellerId === b.sellerId || a.gtins[0] !== b.gtins[0] || a.gtins[0] === '123') continue;
              if (a.gtins.length > 0) expect(place.get(a.offerId)).toBe(place.get(b.offerId));
            }
        },
      ),
    );
  });

  it('takes ten thousand that contradict each other in bounded time', () => {
    const many = Array.from({ length: 10_000 }, (_, at) =>
      offer(`s${at % 7}`, 'Sorel kettle SX-1200', { gtins: [ean(at)] }),
    );
    const started = performance.now();
    expect(groupOffers(many)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
