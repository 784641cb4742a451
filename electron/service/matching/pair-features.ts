import type { InspectableIndex } from './catalog-index.ts';
import { featureRow, oddsOf } from './scoring.ts';
import { isStopWord, words } from './text.ts';
import type { CatalogEntry, OfferText } from './types.ts';

/** Candidates of an offer that a pair is seen beside. */
const BESIDE = 20;

interface Text {
  readonly title: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
  readonly numbers: ReadonlySet<string>;
  readonly triples: ReadonlySet<string>;
  readonly first: string;
  readonly price: number | null;
}

function textOf(side: OfferText | CatalogEntry): Text {
  const title = words(side.title)
    .filter((word) => !isStopWord(word.text))
    .map((word) => word.key);
  const rest = words(`${side.brand ?? ''} ${side.description ?? ''}`, 600).map((word) => word.key);
  const joined = title.join('');
  const triples = new Set<string>();
  for (let at = 0; at + 3 <= joined.length; at++) triples.add(joined.slice(at, at + 3));
  return {
    title: new Set(title),
    all: new Set([...title, ...rest]),
    numbers: new Set([...title, ...rest].filter((key) => /[0-9]/.test(key))),
    triples,
    first: title[0] ?? '',
    price: side.priceMinor,
  };
}

const shared = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  let count = 0;
  for (const each of a) if (b.has(each)) count++;
  return count;
};
const jaccard = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  const both = shared(a, b);
  return both === 0 ? 0 : both / (a.size + b.size - both);
};

/**
 * The rows that a learned model reads of pairs of one catalogue: what the attributes show, how alike the whole texts are, and how
 * the SKU stands among the other candidates of the same offer, since one offer is one SKU at most. Other offers are not looked at.
 */
export class PairFeatures {
  readonly #index: InspectableIndex;
  readonly #texts = new Map<number, Text>();
  readonly #frequency = new Map<string, number>();
  readonly #size: number;

  constructor(index: InspectableIndex, catalog: Iterable<CatalogEntry>) {
    this.#index = index;
    for (const entry of catalog) {
      const text = textOf(entry);
      this.#texts.set(entry.skuId, text);
      for (const key of text.all) this.#frequency.set(key, (this.#frequency.get(key) ?? 0) + 1);
    }
    this.#size = this.#texts.size;
  }

  /** A row for each of the SKUs, in their order; null for one that the search does not find for the offer. */
  rows(offer: OfferText, skuIds: readonly number[]): (number[] | null)[] {
    const ours = textOf(offer);
    const found = this.#index
      .inspect(offer, 50)
      .map(({ skuId, findings }) => ({
        skuId,
        row: featureRow(findings),
        odds: oddsOf(findings) / 100,
        alike: this.#alike(ours, skuId),
        missing: findings.filter(({ verdict }) => verdict === 'missing').length,
        conflicts: findings.filter(({ verdict }) => verdict === 'conflicts').length,
      }))
      .sort((a, b) => b.odds - a.odds);
    return skuIds.map((skuId) => {
      const at = found.findIndex((each) => each.skuId === skuId);
      const one = found[at];
      if (one === undefined) return null;
      const rivals = found.filter((_, other) => other !== at).slice(0, BESIDE);
      const most = (value: (each: (typeof found)[number]) => number): number =>
        rivals.reduce((best, each) => Math.max(best, value(each)), 0);
      const rival = rivals[0]?.odds ?? -12;
      const [weighted = 0, , triples = 0] = one.alike;
      return [
        ...one.row,
        ...one.alike,
        one.odds,
        one.missing,
        one.conflicts,
        Math.min(at, BESIDE),
        one.odds - rival,
        weighted - most((each) => each.alike[0] ?? 0),
        triples - most((each) => each.alike[2] ?? 0),
        rivals.filter((each) => each.odds > one.odds - 1).length,
      ];
    });
  }

  #alike(ours: Text, skuId: number): number[] {
    const theirs = this.#texts.get(skuId);
    if (theirs === undefined) return [];
    const weight = (key: string): number => Math.log(1 + this.#size / (1 + (this.#frequency.get(key) ?? 0)));
    const sum = (keys: Iterable<string>): number => {
      let total = 0;
      for (const key of keys) total += weight(key) ** 2;
      return total;
    };
    const cosine = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
      const both = sum([...a].filter((key) => b.has(key)));
      return both === 0 ? 0 : both / Math.sqrt(sum(a) * sum(b));
    };
    const [a, b] = [ours, theirs];
    const rarestMissed = Math.max(0, ...[...a.title].filter((key) => !b.all.has(key)).map(weight));
    const rarestShared = Math.max(0, ...[...a.all].filter((key) => b.all.has(key)).map(weight));
    const skuMissed = Math.max(0, ...[...b.title].filter((key) => !a.all.has(key)).map(weight));
    const price = a.price !== null && b.price !== null && a.price > 0 && b.price > 0 ? Math.log(a.price / b.price) : 9;
    return [
      cosine(a.title, b.title),
      cosine(a.all, b.all),
      jaccard(a.triples, b.triples),
      jaccard(a.title, b.title),
      shared(a.title, b.all) / Math.max(1, a.title.size),
      shared(b.title, a.all) / Math.max(1, b.title.size),
      jaccard(a.numbers, b.numbers),
      shared(a.numbers, b.numbers),
      a.first === b.first ? 1 : 0,
      rarestMissed,
      skuMissed,
      rarestShared,
      price,
      Math.abs(price),
      a.title.size - b.title.size,
    ];
  }
}
