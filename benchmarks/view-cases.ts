/** The six lists that are measured, each with as many variants as there are opens, and the plain SQL they are compared with. */
import { type GeneratorPlan, generateOffer } from '../electron/sandbox/generator.ts';
import type { RequestOf } from '../shared/contract/index.ts';
import type { OfferColumn } from '../shared/contract/offers.ts';
import type { CategoryId, SellerId } from '../shared/domain/brand.ts';

type Filter = RequestOf<'offers.open'>['filter'];

export interface Variant {
  readonly filter: Filter;
  readonly sort: { readonly column: OfferColumn; readonly direction: 'ascending' | 'descending' };
  /** What follows WHERE queue = 0, written by hand for the reference. */
  readonly where: string;
  readonly params: readonly (string | number)[];
  readonly order: string;
}

export interface ViewCase {
  readonly name: string;
  readonly what: string;
  variant(n: number): Variant;
}

const bands = ['bind', 'look', 'new', 'conflict'] as const;

/** The words of offers, the most frequent first, in a sample. */
function commonWords(plan: GeneratorPlan): string[] {
  const counts = new Map<string, number>();
  const sample = Math.min(2_000, plan.offerCount);
  for (let n = 0; n < sample; n++) {
    const { nameComplete } = generateOffer(plan, Math.floor((n * plan.offerCount) / sample));
    for (const word of new Set(nameComplete.toLowerCase().match(/\p{L}{4,}/gu) ?? []))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([word]) => word);
}

const at = <Value>(list: readonly Value[], n: number): Value => {
  const found = list[n % list.length];
  if (found === undefined) throw new RangeError('an empty list');
  return found;
};

export function viewCases(plan: GeneratorPlan): ViewCase[] {
  const words = commonWords(plan).slice(0, 8);
  const prefixes = [...new Set(words.map((word) => word.slice(0, 2)))];
  const parents = new Set(plan.categories.map(({ parentId }) => parentId));
  const subtrees = plan.categories.filter(({ id }) => parents.has(id));
  const matching = 'id IN (SELECT rowid FROM offer_text WHERE offer_text MATCH ?)';
  return [
    {
      name: 'received',
      what: 'all waiting offers, received descending',
      variant: () => ({
        filter: {},
        sort: { column: 'received', direction: 'descending' },
        where: '',
        params: [],
        order: 'received_at DESC, id DESC',
      }),
    },
    {
      name: 'seller-price',
      what: 'price within a seller',
      variant: (n) => {
        const { id } = at(plan.sellers, n * 7);
        return {
          filter: { sellerIds: [id as SellerId] },
          sort: { column: 'price', direction: 'ascending' },
          where: 'AND seller_id = ?',
          params: [id],
          order: 'price, id',
        };
      },
    },
    {
      name: 'category-stock',
      what: 'stock within a category subtree',
      variant: (n) => {
        const { id } = at(subtrees, n * 3);
        return {
          filter: { categoryId: id as CategoryId },
          sort: { column: 'stock', direction: 'descending' },
          where:
            'AND category_position BETWEEN (SELECT position FROM category WHERE id = ?) AND (SELECT last_position FROM category WHERE id = ?)',
          params: [id, id],
          order: 'stock DESC, category_position DESC, id DESC',
        };
      },
    },
    {
      name: 'band-score',
      what: 'confidence within a band',
      variant: (n) => ({
        filter: { band: at(bands, n) },
        sort: { column: 'score', direction: 'descending' },
        where: 'AND band = ?',
        params: [(n % bands.length) + 1],
        order: 'score DESC, id DESC',
      }),
    },
    {
      name: 'word-price',
      what: `a common word (${words.join(', ')}) by price`,
      variant: (n) => ({
        filter: { text: at(words, n) },
        sort: { column: 'price', direction: 'ascending' },
        where: `AND ${matching}`,
        params: [`"${at(words, n)}"*`],
        order: 'price, id',
      }),
    },
    {
      name: 'prefix-filters',
      what: `a two-letter prefix (${prefixes.join(', ')}) with a seller or a price range, in stock, and a band, received descending`,
      variant: (n) => {
        const prefix = at(prefixes, n);
        const band = n % bands.length;
        const { id } = at(plan.sellers, n * 5);
        const [low, high] = at(
          [
            [1_000, 20_000],
            [20_000, 100_000],
            [5_000, 50_000],
          ] as const,
          n,
        );
        const bySeller = n % 2 === 0;
        return {
          filter: {
            text: prefix,
            inStock: true,
            band: at(bands, band),
            ...(bySeller ? { sellerIds: [id as SellerId] } : { priceFrom: low, priceTo: high }),
          },
          sort: { column: 'received', direction: 'descending' },
          where: `AND ${matching} AND stock > 0 AND band = ? AND ${bySeller ? 'seller_id = ?' : 'price BETWEEN ? AND ?'}`,
          params: [`"${prefix}"*`, band + 1, ...(bySeller ? [id] : [low, high])],
          order: 'received_at DESC, id DESC',
        };
      },
    },
  ];
}
