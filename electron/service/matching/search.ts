import type { Postings } from './postings.ts';

/** A list to be searched, with what each unit of a posting's impact adds to a document's score. An integer, so sums are exact. */
export interface SearchTerm {
  readonly list: number;
  readonly weight: number;
}

export interface Hits {
  /** Documents, best first; ties by the order that `tieBreak` gives. */
  readonly docs: readonly number[];
  readonly scores: readonly number[];
}

/** How much a search may cost before it stops being exact. */
export interface Effort {
  /** Postings walked before common terms only rerank what is already found. */
  readonly walked: number;
  /** Documents that are kept for reranking. */
  readonly kept: number;
}

export const USUAL_EFFORT: Effort = { walked: 20_000, kept: 100 };
export const EXHAUSTIVE: Effort = { walked: Number.POSITIVE_INFINITY, kept: Number.POSITIVE_INFINITY };
/** Shorter lists are walked without asking whether it is needed. */
const SHORT = 256;
const MAX_IMPACT = 15;

/**
 * Finds the k documents with the greatest sum of weight x impact over the terms.
 *
 * Term at a time, the greatest possible contribution first (rare terms). Once the terms that are left could not lift an unseen
 * document over the k-th best, no new document is taken in (MaxScore, Turtle and Flood 1995): the rest only looks up those
 * that can still make it. That is exact, and what `EXHAUSTIVE` does. The usual effort closes the door early where a query walks
 * more than `walked` postings, and then reranks the `kept` best: by then its rare terms have all been heard, and what is lost
 * shares only common words with the offer.
 */
export class Searcher {
  #scores = new Uint32Array(1024);
  #touched = new Uint32Array(1024);
  #impacts = new Uint8Array(1024);
  #scratch = new Uint32Array(1024);

  search(
    postings: Postings,
    terms: readonly SearchTerm[],
    k: number,
    alive: Uint8Array,
    tieBreak: (doc: number) => number,
    effort: Effort = USUAL_EFFORT,
  ): Hits {
    if (this.#scores.length < alive.length) {
      this.#scores = new Uint32Array(alive.length);
      this.#touched = new Uint32Array(alive.length);
      this.#impacts = new Uint8Array(alive.length);
      this.#scratch = new Uint32Array(alive.length);
    }
    const scores = this.#scores;
    const touched = this.#touched;
    let count = 0;
    const order = [...terms].sort((a, b) => b.weight - a.weight || a.list - b.list);
    let left = 0;
    for (const term of order) left += term.weight * MAX_IMPACT;
    let walked = 0;
    let next = 0;
    for (; next < order.length; next++) {
      const term = order[next];
      if (term === undefined) break;
      const length = postings.length(term.list);
      if (length > SHORT && count >= k) {
        if (walked + length > effort.walked) break;
        // Finding the k-th best costs about a step for each document seen: worth it before a list that costs as much.
        if (length * 4 > count && left < this.#kth(count, k)) break;
      }
      const weight = term.weight;
      count = postings.accumulate(term.list, weight, scores, touched, count, alive);
      walked += length;
      left -= weight * MAX_IMPACT;
    }
    const all = count;
    if (next < order.length) {
      // The survivors move to the front of `touched`; the others only have to be cleared afterwards.
      count = this.#keep(this.#keep(count, k, left), effort.kept, 0);
      touched.subarray(0, count).sort();
      for (; next < order.length; next++) {
        const term = order[next];
        if (term === undefined) break;
        postings.lookUp(term.list, touched, count, this.#impacts);
        for (let i = 0; i < count; i++) {
          const doc = touched[i] ?? 0;
          scores[doc] = (scores[doc] ?? 0) + term.weight * (this.#impacts[i] ?? 0);
        }
        left -= term.weight * MAX_IMPACT;
        if (count > k) {
          count = this.#keep(count, k, left);
          touched.subarray(0, count).sort();
        }
      }
    }
    const hits = this.#best(count, k, tieBreak);
    for (let i = 0; i < all; i++) scores[touched[i] ?? 0] = 0;
    return hits;
  }

  /** Moves documents that can still reach the k-th best score to the front; returns how many. */
  #keep(count: number, k: number, left: number): number {
    if (count <= k) return count;
    const floor = this.#kth(count, k);
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const doc = this.#touched[i] ?? 0;
      if ((this.#scores[doc] ?? 0) + left < floor) continue;
      this.#touched[i] = this.#touched[kept] ?? 0;
      this.#touched[kept++] = doc;
    }
    return kept;
  }

  /** The k-th greatest score among the touched (quickselect). */
  #kth(count: number, k: number): number {
    const values = this.#scratch;
    for (let i = 0; i < count; i++) values[i] = this.#scores[this.#touched[i] ?? 0] ?? 0;
    let low = 0;
    let high = count - 1;
    const target = k - 1;
    while (low < high) {
      const pivot = values[(low + high) >>> 1] ?? 0;
      let i = low;
      let j = high;
      while (i <= j) {
        while ((values[i] ?? 0) > pivot) i++;
        while ((values[j] ?? 0) < pivot) j--;
        if (i <= j) {
          const held = values[i] ?? 0;
          values[i++] = values[j] ?? 0;
          values[j--] = held;
        }
      }
      if (target <= j) high = j;
      else if (target >= i) low = i;
      else break;
    }
    return values[target] ?? 0;
  }

  #best(count: number, k: number, tieBreak: (doc: number) => number): Hits {
    const kept = this.#keep(count, k, 0);
    const docs = [...this.#touched.subarray(0, kept)];
    const score = (doc: number): number => this.#scores[doc] ?? 0;
    docs.sort((a, b) => score(b) - score(a) || tieBreak(a) - tieBreak(b));
    docs.length = Math.min(docs.length, k);
    return { docs, scores: docs.map(score) };
  }
}
