import { Dictionary } from './dictionary.ts';
import { Forward } from './forward.ts';
import { DOCS, LIVE, type Memory } from './memory.ts';
import { MAX_DOCS, Postings } from './postings.ts';
import { Store } from './store.ts';
import { entryTerms, MAX_IMPACT, TRIPLE_IMPACT } from './terms.ts';
import type { CatalogEntry } from './types.ts';

/** Impacts from here on are strong mentions (title, model, brand, identifier); below, weak ones, in a list of their own. */
const STRONG = TRIPLE_IMPACT;

/**
 * The documents of an index: rows, terms, lists, and which SKU is which document. A changed SKU becomes a new document; its old
 * one is dead, and its postings stay until the next compaction, while the frequencies of its terms are put right at once.
 */
export class Documents {
  readonly memory: Memory;
  readonly dictionary: Dictionary;
  readonly postings: Postings;
  readonly forward: Forward;
  readonly store: Store;

  constructor(memory: Memory) {
    this.memory = memory;
    this.dictionary = new Dictionary(memory);
    this.postings = new Postings(memory);
    this.forward = new Forward(memory);
    this.store = new Store(memory);
    memory.regions.skuSlots.reserve(1024);
  }

  /** Live ones. */
  get size(): number {
    return this.memory.get(LIVE);
  }

  /** All, the dead included. */
  get count(): number {
    return this.memory.get(DOCS);
  }

  put(entry: CatalogEntry): void {
    this.bury(entry.skuId);
    const doc = this.#create(entry.skuId);
    this.store.put(doc, entry);
    const terms: number[] = [];
    for (const [key, impact] of entryTerms(entry))
      terms.push(((this.dictionary.number(key, impact >= STRONG ? 0 : 1) << 4) | impact) >>> 0);
    this.#index(doc, terms);
  }

  /** Marks a SKU's document as dead. */
  bury(skuId: number): void {
    const doc = this.docOf(skuId);
    if (doc < 0) return;
    const { alive, terms, termStart, frequency } = this.memory.regions;
    alive.view[doc] = 0;
    this.memory.set(LIVE, this.size - 1);
    const end = termStart.view[doc + 1] ?? 0;
    for (let at = termStart.view[doc] ?? 0; at < end; at++) {
      const list = (terms.view[at] ?? 0) >>> 4;
      frequency.view[list] = (frequency.view[list] ?? 1) - 1;
    }
  }

  /** The live document of a SKU, or -1. */
  docOf(skuId: number): number {
    const { skuSlots, skuOf, alive } = this.memory.regions;
    const mask = this.#slots() - 1;
    for (let at = placeOf(skuId) & mask; ; at = (at + 1) & mask) {
      const doc = (skuSlots.view[at] ?? 0) - 1;
      if (doc < 0) return -1;
      if (skuOf.view[doc] === skuId && alive.view[doc] === 1) return doc;
    }
  }

  skuOf(doc: number): number {
    return this.memory.regions.skuOf.view[doc] ?? 0;
  }

  /** Live SKUs that have a term, strongly or weakly. */
  frequencyOf(key: string): number {
    const { frequency } = this.memory.regions;
    const [strong, weak] = [this.dictionary.find(key, 0), this.dictionary.find(key, 1)];
    return (strong < 0 ? 0 : (frequency.view[strong] ?? 0)) + (weak < 0 ? 0 : (frequency.view[weak] ?? 0));
  }

  /** The same live documents in a new memory, without the dead and what they left behind. */
  compacted(memory: Memory): Documents {
    const fresh = new Documents(memory);
    const { alive, terms, termStart, hashes } = this.memory.regions;
    for (let old = 0; old < this.count; old++) {
      if (alive.view[old] !== 1) continue;
      const doc = fresh.#create(this.skuOf(old));
      fresh.store.copy(doc, this.store, old);
      const renumbered: number[] = [];
      const end = termStart.view[old + 1] ?? 0;
      for (let at = termStart.view[old] ?? 0; at < end; at++) {
        const each = terms.view[at] ?? 0;
        const list = each >>> 4;
        const number = fresh.dictionary.numberOfHash(hashes.view[2 * list] ?? 0, hashes.view[2 * list + 1] ?? 0);
        renumbered.push(((number << 4) | (each & MAX_IMPACT)) >>> 0);
      }
      fresh.#index(doc, renumbered);
    }
    return fresh;
  }

  #create(skuId: number): number {
    const doc = this.count;
    if (doc >= MAX_DOCS) throw new RangeError('The index is full');
    const { alive, skuOf, skuSlots } = this.memory.regions;
    alive.reserve(doc + 1);
    skuOf.reserve(doc + 1);
    skuOf.view[doc] = skuId;
    alive.view[doc] = 1;
    this.memory.set(DOCS, doc + 1);
    this.memory.set(LIVE, this.size + 1);
    if ((doc + 1) * 5 > this.#slots() * 3) {
      skuSlots.reserve(this.#slots() * 2);
      skuSlots.view.fill(0);
      for (let each = 0; each <= doc; each++) if (alive.view[each] === 1) this.#place(each);
    } else this.#place(doc);
    return doc;
  }

  #slots(): number {
    return 2 ** (31 - Math.clz32(this.memory.regions.skuSlots.view.length));
  }

  #place(doc: number): void {
    const slots = this.memory.regions.skuSlots.view;
    const mask = this.#slots() - 1;
    let at = placeOf(this.skuOf(doc)) & mask;
    while (slots[at] !== 0) at = (at + 1) & mask;
    slots[at] = doc + 1;
  }

  #index(doc: number, listsAndImpacts: readonly number[]): void {
    const { terms, termStart, frequency } = this.memory.regions;
    termStart.reserve(doc + 2);
    const start = termStart.view[doc] ?? 0;
    terms.reserve(start + listsAndImpacts.length);
    terms.view.set(listsAndImpacts, start);
    termStart.view[doc + 1] = start + listsAndImpacts.length;
    for (const each of listsAndImpacts) {
      const list = each >>> 4;
      this.postings.append(list, doc, each & MAX_IMPACT);
      frequency.view[list] = (frequency.view[list] ?? 0) + 1;
    }
  }
}

/** Spreads numbers that follow each other over the slots. */
function placeOf(skuId: number): number {
  return Math.imul(skuId ^ (skuId / 2 ** 32), 0x9e3779b1) >>> 7;
}
