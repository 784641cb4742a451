import { settleOf, verdictOf } from './bands.ts';
import { compare } from './compare.ts';
import type { Rarity } from './compare-titles.ts';
import { facts, packFacts, unpackFacts } from './facts.ts';
import type { Finding } from './features.ts';
import { modelCodes } from './identifiers.ts';
import { type OfferSide, parseSide, type SkuSide } from './parse.ts';
import { MAX_DOCS, Postings } from './postings.ts';
import { basisPoints, logOdds, weigh, weightOf } from './scoring.ts';
import { Searcher, type SearchTerm } from './search.ts';
import { enlarged, Store } from './store.ts';
import { entryTerms, MAX_IMPACT, offerTerms } from './terms.ts';
import { MAX_DESCRIPTION, words } from './text.ts';
import type { Candidate, CatalogEntry, CatalogIndex, OfferText, Verdicted } from './types.ts';

/** How many candidates of the text search are compared attribute by attribute. */
const COMPARED = 50;
/** Terms that a search uses at most, the most telling ones. */
const MAX_SEARCHED = 32;
const MAX_RARITIES = 10_000;
/** Resolution of a term's rarity: search weights are integers, so that sums are exact in whatever order. */
const FINE = 64;
/** Impact of a term that a SKU's title has once. */
const USUAL_IMPACT = 10;

/** A pair and what it shows, for calibration and evaluation. */
export interface Compared {
  readonly skuId: number;
  readonly findings: readonly Finding[];
}

/** The index, with what only calibration and tests ask of it. */
export interface InspectableIndex extends CatalogIndex {
  /** The candidates of the text search (at most `limit`) with their findings, in the search's order. */
  inspect(offer: OfferText, limit?: number): Compared[];
}

/** Makes an empty index. */
export function createCatalogIndex(): InspectableIndex {
  return new MemoryIndex();
}

class MemoryIndex implements InspectableIndex {
  #dictionary = new Map<string, number>();
  /** Live SKUs that have a term; kept apart from the lists, which also hold the dead until the next compaction. */
  #frequency = new Uint32Array(1024);
  #postings = new Postings();
  #store = new Store();
  #terms = new TermLists();
  #docOf = new Map<number, number>();
  #skuOf = new Float64Array(1024);
  #alive = new Uint8Array(1024);
  #docs = 0;
  /** Rarities asked for since the catalogue last changed: a small map stays in the processor's cache, the dictionary does not. */
  readonly #rarities = new Map<string, number>();
  readonly #searcher = new Searcher();

  get size(): number {
    return this.#docOf.size;
  }

  upsert(entries: readonly CatalogEntry[]): void {
    for (const entry of entries) {
      this.#bury(entry.skuId);
      const doc = this.#newDoc(entry.skuId);
      this.#store.put(doc, entry);
      const postings: number[] = [];
      for (const [key, impact] of entryTerms(entry)) postings.push(((this.#number(key) << 4) | impact) >>> 0);
      this.#index(doc, postings);
    }
    this.#compactIfWorthwhile();
  }

  remove(skuIds: readonly number[]): void {
    for (const skuId of skuIds) this.#bury(skuId);
    this.#compactIfWorthwhile();
  }

  suggest(offer: OfferText, limit = 10): Verdicted {
    const { side, hits } = this.#find(offer, COMPARED);
    const rarity = this.#rarity();
    const scored = hits
      .map((sku) => {
        const findings = compare(side, sku, rarity);
        return { sku, findings, odds: logOdds(findings.map((finding) => weightOf(finding.features))) };
      })
      // Equal odds keep the text search's order, which ends in the skuId.
      .sort((a, b) => b.odds - a.odds);
    const candidates = scored.slice(0, Math.max(0, limit)).map(({ sku, findings, odds }): Candidate => {
      const score = basisPoints(odds);
      const candidate = { skuId: sku.skuId, productId: sku.productId, score, evidence: weigh(findings) };
      return { ...candidate, settle: settleOf(candidate) };
    });
    return verdictOf(candidates);
  }

  inspect(offer: OfferText, limit: number = COMPARED): Compared[] {
    const { side, hits } = this.#find(offer, limit);
    const rarity = this.#rarity();
    return hits.map((sku) => ({ skuId: sku.skuId, findings: compare(side, sku, rarity) }));
  }

  bytes(): number {
    // A Map entry of a short string costs about 80 bytes, one of a small integer about 36 (measured on V8 13).
    const maps = this.#dictionary.size * 80 + this.#docOf.size * 36;
    return (
      maps +
      this.#postings.bytes() +
      this.#store.bytes() +
      this.#terms.bytes() +
      this.#frequency.length * 4 +
      this.#skuOf.length * 9
    );
  }

  #find(
    offer: OfferText,
    limit: number,
  ): { side: OfferSide; hits: (SkuSide & { skuId: number; productId: number })[] } {
    const terms: SearchTerm[] = [];
    let expected = 0;
    for (const { key, weight, expected: isExpected } of offerTerms(offer, (key) => this.#frequencyOf(key) > 0)) {
      const list = this.#dictionary.get(key);
      const df = list === undefined ? 0 : (this.#frequency[list] ?? 0);
      const unit = Math.max(1, Math.round(weight * FINE * this.#inverseFrequency(df)));
      if (isExpected) expected += unit * USUAL_IMPACT;
      if (list !== undefined && df > 0) terms.push({ list, weight: unit });
    }
    // What a long description mentions last and least adds time and no candidates.
    terms.sort((a, b) => b.weight - a.weight || a.list - b.list);
    const found = this.#searcher.search(
      this.#postings,
      terms.slice(0, MAX_SEARCHED),
      limit,
      this.#alive.subarray(0, this.#docs),
      (doc) => this.#skuOf[doc] ?? 0,
    );
    const hits = found.docs.map((doc, at) => {
      const entry = this.#store.get(doc);
      const textRank = expected === 0 ? 0 : Math.min(1, (found.scores[at] ?? 0) / expected);
      return {
        ...parseSide(entry),
        skuId: entry.skuId,
        productId: entry.productId,
        descriptionFacts: unpackFacts(entry.descriptionFacts),
        textRank,
      };
    });
    return { side: offerSide(offer), hits };
  }

  #frequencyOf(key: string): number {
    const list = this.#dictionary.get(key);
    return list === undefined ? 0 : (this.#frequency[list] ?? 0);
  }

  /** BM25's inverse document frequency, natural logarithm, always positive. */
  #inverseFrequency(df: number): number {
    return Math.log(1 + (this.size - df + 0.5) / (df + 0.5));
  }

  #rarity(): Rarity {
    const all = Math.log(this.size + 1);
    const known = this.#rarities;
    return {
      of: (key) => {
        const before = known.get(key);
        if (before !== undefined) return before;
        const df = this.#frequencyOf(key);
        const value = df <= 1 || all === 0 ? 1 : 1 - Math.log(df) / all;
        if (known.size >= MAX_RARITIES) known.clear();
        known.set(key, value);
        return value;
      },
    };
  }

  #number(key: string): number {
    const known = this.#dictionary.get(key);
    if (known !== undefined) return known;
    const list = this.#postings.create();
    this.#dictionary.set(key, list);
    if (list >= this.#frequency.length) this.#frequency = enlarged(this.#frequency, Math.ceil(list * 1.4) + 1);
    return list;
  }

  #newDoc(skuId: number): number {
    if (this.#docs >= MAX_DOCS) throw new RangeError('The index is full');
    const doc = this.#docs++;
    if (doc >= this.#alive.length) {
      const size = Math.ceil(doc * 1.4) + 1;
      const alive = new Uint8Array(size);
      alive.set(this.#alive);
      this.#alive = alive;
      const skus = new Float64Array(size);
      skus.set(this.#skuOf);
      this.#skuOf = skus;
    }
    this.#alive[doc] = 1;
    this.#skuOf[doc] = skuId;
    this.#docOf.set(skuId, doc);
    return doc;
  }

  #index(doc: number, termsAndImpacts: readonly number[]): void {
    this.#terms.put(doc, termsAndImpacts);
    for (const each of termsAndImpacts) {
      const list = each >>> 4;
      this.#postings.append(list, doc, each & MAX_IMPACT);
      this.#frequency[list] = (this.#frequency[list] ?? 0) + 1;
    }
  }

  /** Marks a SKU's document as dead: its postings stay until the next compaction, its terms' frequencies are put right at once. */
  #bury(skuId: number): void {
    const doc = this.#docOf.get(skuId);
    if (doc === undefined) return;
    this.#docOf.delete(skuId);
    this.#alive[doc] = 0;
    for (const each of this.#terms.get(doc)) {
      const list = each >>> 4;
      this.#frequency[list] = (this.#frequency[list] ?? 1) - 1;
    }
  }

  /** After a change: builds everything anew from the live documents once a third are dead. */
  #compactIfWorthwhile(): void {
    this.#rarities.clear();
    const dead = this.#docs - this.size;
    if (dead < 1000 || dead * 3 < this.#docs) return;
    const names = [...this.#dictionary.keys()];
    const before = { terms: this.#terms, store: this.#store, alive: this.#alive, skuOf: this.#skuOf, docs: this.#docs };
    this.#dictionary = new Map();
    this.#frequency = new Uint32Array(1024);
    this.#postings = new Postings();
    this.#store = new Store();
    this.#terms = new TermLists();
    this.#docOf = new Map();
    this.#skuOf = new Float64Array(1024);
    this.#alive = new Uint8Array(1024);
    this.#docs = 0;
    for (let old = 0; old < before.docs; old++) {
      if (before.alive[old] !== 1) continue;
      const doc = this.#newDoc(before.skuOf[old] ?? 0);
      this.#store.copy(doc, before.store, old);
      const renumbered: number[] = [];
      for (const each of before.terms.get(old))
        renumbered.push(((this.#number(names[each >>> 4] ?? '') << 4) | (each & MAX_IMPACT)) >>> 0);
      this.#index(doc, renumbered);
    }
  }
}

/** The terms of each document: what has to be taken back when it goes. */
class TermLists {
  #pages: Uint32Array[] = [];
  #start = new Float64Array(1024);
  #length = new Uint16Array(1024);
  #used = PAGE;

  put(doc: number, terms: readonly number[]): void {
    if (this.#used + terms.length > PAGE) {
      this.#pages.push(new Uint32Array(PAGE));
      this.#used = 0;
    }
    if (doc >= this.#start.length) {
      const start = new Float64Array(Math.ceil(doc * 1.4) + 1);
      start.set(this.#start);
      this.#start = start;
      const length = new Uint16Array(start.length);
      length.set(this.#length);
      this.#length = length;
    }
    this.#pages.at(-1)?.set(terms, this.#used);
    this.#start[doc] = (this.#pages.length - 1) * PAGE + this.#used;
    this.#length[doc] = terms.length;
    this.#used += terms.length;
  }

  get(doc: number): Uint32Array {
    const start = this.#start[doc] ?? 0;
    const offset = start % PAGE;
    return (
      this.#pages[Math.floor(start / PAGE)]?.subarray(offset, offset + (this.#length[doc] ?? 0)) ?? new Uint32Array(0)
    );
  }

  bytes(): number {
    return this.#pages.length * PAGE * 4 + this.#start.length * 10;
  }
}

const PAGE = 1 << 18;

function offerSide(offer: OfferText): OfferSide {
  const description = (offer.description ?? '').slice(0, MAX_DESCRIPTION);
  const found = words(description);
  return {
    ...parseSide(offer),
    descriptionKeys: new Set(found.map((word) => word.key)),
    descriptionCodes: modelCodes(found)
      .filter((code) => !code.loose && (code.mixed || code.code.length >= 7))
      .map(({ code, start, end }) => ({ code, written: description.slice(start, end) })),
    descriptionFacts: unpackFacts(packFacts(facts(found), description)),
  };
}
