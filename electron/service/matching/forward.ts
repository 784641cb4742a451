import type { Memory } from './memory.ts';
import type { SearchTerm } from './postings.ts';

const FIRST_SLOTS = 256;

/**
 * Scores single documents by the lists that they are in, which are kept document by document: a few hundred bytes in a row instead of a
 * search in each of the long lists, all over the memory.
 */
export class Forward {
  readonly #memory: Memory;
  /** Open addressing: a list's number + 1 and its weight; 0 is free. At most a quarter is taken. */
  #lists = new Uint32Array(FIRST_SLOTS);
  #weights = new Uint32Array(FIRST_SLOTS);
  #taken: number[] = [];

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** The terms that `score` adds up, each list once. */
  prepare(terms: readonly SearchTerm[]): void {
    for (const at of this.#taken) this.#lists[at] = 0;
    this.#taken = [];
    if (terms.length * 4 > this.#lists.length) {
      const size = 2 ** Math.ceil(Math.log2(terms.length * 4));
      this.#lists = new Uint32Array(size);
      this.#weights = new Uint32Array(size);
    }
    const mask = this.#lists.length - 1;
    for (const { list, weight } of terms) {
      let at = list & mask;
      while (this.#lists[at] !== 0) at = (at + 1) & mask;
      this.#lists[at] = list + 1;
      this.#weights[at] = weight;
      this.#taken.push(at);
    }
  }

  /** Sum of weight x impact of a document over the prepared terms. */
  score(doc: number): number {
    const { terms, termStart } = this.#memory.regions;
    const [lists, weights, all, starts] = [this.#lists, this.#weights, terms.view, termStart.view];
    const mask = lists.length - 1;
    const end = starts[doc + 1] ?? 0;
    let sum = 0;
    for (let i = starts[doc] ?? 0; i < end; i++) {
      const each = all[i] ?? 0;
      const list = each >>> 4;
      for (let at = list & mask; lists[at] !== 0; at = (at + 1) & mask) {
        if (lists[at] !== list + 1) continue;
        sum += (weights[at] ?? 0) * (each & 15);
        break;
      }
    }
    return sum;
  }
}
