import { verdictOf } from './bands.ts';
import { compare } from './compare.ts';
import { Documents } from './documents.ts';
import { facts, packFacts, unpackFacts } from './facts.ts';
import type { Finding } from './features.ts';
import { modelCodes } from './identifiers.ts';
import { isUsable, type LearnedModel } from './learned-model.ts';
import { Memory } from './memory.ts';
import { type OfferSide, parseSide, validGtins } from './parse.ts';
import { loadMemory, saveMemory } from './persist.ts';
import type { SearchTerm } from './postings.ts';
import { candidateOf, type Found, ranked } from './ranking.ts';
import { Rarities, type Rarity } from './rarity.ts';
import { Searcher } from './search.ts';
import { gtinTerm, offerTerms } from './terms.ts';
import { MAX_DESCRIPTION, words } from './text.ts';
import type { CatalogEntry, CatalogIndex, OfferText, Verdicted } from './types.ts';

/** How many candidates of the text search are compared attribute by attribute. */
const COMPARED = 32;
/** Terms that a search uses at most, the most telling ones. */
const MAX_SEARCHED = 24;
/** Share of the best text score, in percent, below which a SKU is no candidate. */
const FLOOR = 20;
/** Postings that a search walks before it takes in no further SKU. */
const EFFORT = 10_000;
/** SKUs of one GTIN that are candidates whatever their text. */
const MAX_PINNED = 20;
/** Resolution of a term's rarity: search weights are integers, so that sums are exact in whatever order. */
const FINE = 64;
/** Impact of a term that a SKU's title has once. */
const USUAL_IMPACT = 10;
/** Dead documents below this number are left. */
const FEW_DEAD = 1000;

/** A pair and what it shows, for calibration and evaluation. */
export interface Compared {
  readonly skuId: number;
  readonly findings: readonly Finding[];
}

/** A candidate as learning keeps it beside the decision about its offer. */
export interface Featured {
  readonly skuId: number;
  readonly row: readonly number[];
  /** Log-odds of the default weights in hundredths, the bias included. */
  readonly odds: number;
}

/** The index, with what only learning, calibration and tests ask of it. */
export interface InspectableIndex extends CatalogIndex {
  /** The candidates of the text search (at most `limit`) with their findings, in the search's order. */
  inspect(offer: OfferText, limit?: number): Compared[];
  /** Scores with a learned model from now on; null, or one of another program's rows: with the default weights. */
  learn(model: LearnedModel | null): void;
  /** The first candidates as they stand now (at most `limit`), with what a model could learn of them. */
  featured(offer: OfferText, limit: number): Featured[];
  /** What the index holds now: another after `upsert` or `remove` that compacted it. */
  readonly memory: Memory;
  /** Another thread changed the memory. */
  changed(): void;
  /** Writes everything to a file, whole or not at all. `stamp` is handed back by `loadCatalogIndex`. */
  save(file: string, stamp: string): void;
}

/** Makes an empty index. */
export function createCatalogIndex(): InspectableIndex {
  return new MemoryIndex(new Memory());
}

/** The index that a memory holds. */
export function indexOver(memory: Memory): InspectableIndex {
  return new MemoryIndex(memory);
}

/** The index of a file that `save` wrote, with its stamp, or null when there is none of this version. */
export function loadCatalogIndex(file: string): { index: InspectableIndex; stamp: string } | null {
  const loaded = loadMemory(file);
  return loaded === null ? null : { index: new MemoryIndex(loaded.memory), stamp: loaded.stamp };
}

class MemoryIndex implements InspectableIndex {
  #documents: Documents;
  readonly #rarities: Rarities;
  readonly #searcher = new Searcher();
  #model: LearnedModel | null = null;

  constructor(memory: Memory) {
    this.#documents = new Documents(memory);
    this.#rarities = new Rarities(
      () => this.#documents.size,
      (key) => this.#documents.frequencyOf(key),
    );
  }

  get size(): number {
    return this.#documents.size;
  }

  get memory(): Memory {
    return this.#documents.memory;
  }

  changed(): void {
    this.#rarities.clear();
  }

  upsert(entries: readonly CatalogEntry[]): void {
    for (const entry of entries) this.#documents.put(entry);
    this.#compactIfWorthwhile();
  }

  remove(skuIds: readonly number[]): void {
    for (const skuId of skuIds) this.#documents.bury(skuId);
    this.#compactIfWorthwhile();
  }

  suggest(offer: OfferText, limit = 10): Verdicted {
    const { side, hits } = this.#find(offer, Math.max(COMPARED, limit));
    const best = ranked(side, hits, this.#rarities, this.#model, false).slice(0, Math.max(0, limit));
    return verdictOf(
      best.map((each) => candidateOf(each, this.#model)),
      this.#model?.version ?? 0,
    );
  }

  learn(model: LearnedModel | null): void {
    this.#model = model !== null && isUsable(model) ? model : null;
  }

  featured(offer: OfferText, limit: number): Featured[] {
    const { side, hits } = this.#find(offer, Math.max(COMPARED, limit));
    return ranked(side, hits, this.#rarities, this.#model, true)
      .slice(0, limit)
      .map(({ sku, row, odds }) => ({ skuId: sku.skuId, row, odds }));
  }

  inspect(offer: OfferText, limit = 50): Compared[] {
    const { side, hits } = this.#find(offer, limit);
    const rarity = this.#rarities;
    return hits.map((sku) => ({ skuId: sku.skuId, findings: compare(side, sku, rarity) }));
  }

  bytes(): number {
    return this.#documents.memory.bytes();
  }

  save(file: string, stamp: string): void {
    saveMemory(this.#documents.memory, file, stamp);
  }

  #find(offer: OfferText, limit: number): { side: OfferSide; hits: Found[] } {
    const documents = this.#documents;
    const { dictionary, postings } = documents;
    const found: { weight: number; key: string }[] = [];
    let expected = 0;
    const rarities = this.#rarities;
    for (const { key, weight, expected: isExpected } of offerTerms(offer, (key) => rarities.frequencyOf(key) > 0)) {
      const df = rarities.frequencyOf(key);
      const unit = Math.max(1, Math.round(weight * FINE * this.#inverseFrequency(df)));
      if (isExpected) expected += unit * USUAL_IMPACT;
      if (df > 0) found.push({ weight: unit, key });
    }
    // What a long description mentions last and least adds time and no candidates.
    found.sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
    const terms: SearchTerm[] = [];
    for (const { key, weight } of found.slice(0, MAX_SEARCHED))
      for (const tier of [0, 1] as const) {
        const list = dictionary.find(key, tier);
        if (list >= 0) terms.push({ list, weight });
      }
    const pinned: number[] = [];
    for (const gtin of validGtins(offer.gtins)) {
      const list = dictionary.find(gtinTerm(gtin), 0);
      if (list >= 0) pinned.push(...postings.docs(list, MAX_PINNED));
    }
    const { docs, scores } = this.#searcher.search(postings, documents.forward, terms, limit, {
      alive: documents.memory.regions.alive.view.subarray(0, documents.count),
      tieBreak: (doc) => documents.skuOf(doc),
      floor: FLOOR,
      effort: EFFORT,
      pinned: [...new Set(pinned)],
    });
    const hits = docs.map((doc, at) => {
      const entry = documents.store.get(doc);
      const textRank = expected === 0 ? 0 : Math.min(1, (scores[at] ?? 0) / expected);
      return {
        ...parseSide(entry, rarities),
        skuId: entry.skuId,
        productId: entry.productId,
        descriptionFacts: unpackFacts(entry.descriptionFacts),
        textRank,
      };
    });
    return { side: offerSide(offer, rarities), hits };
  }

  /** BM25's inverse document frequency, natural logarithm, always positive. */
  #inverseFrequency(df: number): number {
    return Math.log(1 + (this.size - df + 0.5) / (df + 0.5));
  }

  /** After a change: builds everything anew from the live documents once a third are dead. */
  #compactIfWorthwhile(): void {
    this.#rarities.clear();
    const { count, size } = this.#documents;
    const dead = count - size;
    if (dead < FEW_DEAD || dead * 3 < count) return;
    this.#documents = this.#documents.compacted(new Memory());
  }
}

function offerSide(offer: OfferText, rarity: Rarity): OfferSide {
  const description = (offer.description ?? '').slice(0, MAX_DESCRIPTION);
  const found = words(description);
  return {
    ...parseSide(offer, rarity),
    descriptionKeys: new Set(found.map((word) => word.key)),
    descriptionCodes: modelCodes(found)
      .filter((code) => !code.loose && (code.mixed || code.code.length >= 7))
      .map(({ code, start, end }) => ({ code, written: description.slice(start, end) })),
    descriptionFacts: unpackFacts(packFacts(facts(found), description)),
  };
}
