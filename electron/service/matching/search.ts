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

export interface SearchOptions {
  readonly alive: Uint8Array;
  readonly tieBreak: (doc: number) => number;
  /** A document whose score is below this percentage of the best one's is no candidate (0 to 100, integer). */
  readonly floor: number;
  /** Documents that are candidates whatever their score. */
  readonly pinned?: readonly number[];
  /** Postings walked before terms that are left only rerank what was found; without it the search is exact. */
  readonly effort?: number;
}

/** Documents that are reranked once the effort is spent. */
const RERANKED = 120;

/** Shorter lists are walked without asking whether it is needed. */
const SHORT = 128;
/** Postings walked between two looks at what the leaders will reach: a look costs about as much. */
const BETWEEN_LOOKS = 4_000;

/**
 * Finds the k documents with the greatest sum of weight x impact over the terms, among those that reach the floor.
 *
 * Term at a time, the greatest possible contribution first. The final scores of the leaders so far are looked up ahead; once all
 * terms that are left could not lift an unseen document to the k-th of them, or to the floor, no new document is taken in
 * (MaxScore, Turtle and Flood 1995, with the term's own greatest impact as its bound): the rest only looks up those that can still
 * make it. That is exact: a property test holds it to the exhaustive search. An `effort` bounds the time of offers made of common
 * words: once that many postings are walked, and k documents are known, only the best of those are reranked. By then the rare terms
 * have all been heard, and what is lost shares only common words with the offer.
 */
export class Searcher {
  #scores = new Uint32Array(1024);
  #touched = new Uint32Array(1024);
  #kept = new Uint32Array(1024);
  #values = new Uint32Array(1024);
  /** Postings walked and documents looked up by the last search, for measurements. */
  walked = 0;

  search(postings: Postings, terms: readonly SearchTerm[], k: number, options: SearchOptions): Hits {
    const { alive, floor, effort = Number.POSITIVE_INFINITY } = options;
    this.#makeRoom(alive.length);
    const bound = (term: SearchTerm): number => term.weight * postings.most(term.list);
    const order = [...terms].sort((a, b) => bound(b) - bound(a) || a.list - b.list);
    let left = 0;
    for (const term of order) left += bound(term);
    this.walked = 0;
    let count = 0;
    let least = 0;
    let looked = Number.NEGATIVE_INFINITY;
    let next = 0;
    for (; next < order.length; next++) {
      const term = order[next];
      if (term === undefined) break;
      const length = postings.length(term.list);
      if (length > SHORT && count > 0) {
        if (left < least || (count >= k && this.walked + length > effort)) break;
        if (this.walked + length - looked > BETWEEN_LOOKS || looked < 0) {
          least = Math.max(least, this.#reachable(postings, order, next, count, k, floor));
          looked = this.walked;
          if (left < least) break;
        }
      }
      count = postings.accumulate(term.list, term.weight, this.#scores, this.#touched, count, alive);
      this.walked += length;
      left -= bound(term);
    }
    let kept = this.#survivors(this.#touched, count, left, least);
    if (left >= least && next < order.length && kept > RERANKED)
      kept = this.#survivors(this.#kept, kept, 0, this.#kth(this.#kept, kept, RERANKED));
    if (next < order.length) this.#kept.subarray(0, kept).sort();
    for (; next < order.length; next++) {
      const term = order[next];
      if (term === undefined) break;
      postings.lookUp(term.list, term.weight, this.#kept, kept, this.#scores);
      this.walked += kept;
      left -= bound(term);
      if (kept <= k) continue;
      least = Math.max(least, this.#threshold(this.#kept, kept, k, floor));
      kept = this.#survivors(this.#kept, kept, left, least);
    }
    const hits = this.#best(kept, k, options);
    this.#clear(count);
    return options.pinned === undefined || options.pinned.length === 0
      ? hits
      : this.#withPinned(postings, order, hits, options);
  }

  #clear(count: number): void {
    const scores = this.#scores;
    const touched = this.#touched;
    for (let i = 0; i < count; i++) scores[touched[i] ?? 0] = 0;
  }

  #makeRoom(docs: number): void {
    if (this.#scores.length >= docs) return;
    const size = Math.ceil(docs * 1.2);
    this.#scores = new Uint32Array(size);
    this.#touched = new Uint32Array(size);
    this.#kept = new Uint32Array(size);
    this.#values = new Uint32Array(size);
  }

  /** A score that a document must reach, from what the leaders so far will have when all terms are heard. */
  #reachable(
    postings: Postings,
    order: readonly SearchTerm[],
    from: number,
    count: number,
    k: number,
    floor: number,
  ): number {
    const scores = this.#scores;
    const leaders = Math.min(k, count);
    const limit = this.#kth(this.#touched, count, leaders);
    let chosen = 0;
    const touched = this.#touched;
    const kept = this.#kept;
    for (let i = 0; i < count && chosen < leaders; i++) {
      const doc = touched[i] ?? 0;
      if ((scores[doc] ?? 0) >= limit) kept[chosen++] = doc;
    }
    const asked = kept.subarray(0, chosen).sort();
    const before = Uint32Array.from(asked, (doc) => scores[doc] ?? 0);
    for (let at = from; at < order.length; at++) {
      const term = order[at];
      if (term !== undefined) postings.lookUp(term.list, term.weight, asked, chosen, scores);
    }
    const least = this.#threshold(asked, chosen, k, floor);
    for (let i = 0; i < chosen; i++) scores[asked[i] ?? 0] = before[i] ?? 0;
    return least;
  }

  /** The k-th best score of `docs` (0 when there are fewer), or the floor that their best one sets, whichever is greater. */
  #threshold(docs: Uint32Array, count: number, k: number, floor: number): number {
    const scores = this.#scores;
    let best = 0;
    for (let i = 0; i < count; i++) {
      const score = scores[docs[i] ?? 0] ?? 0;
      if (score > best) best = score;
    }
    const least = Math.ceil((best * floor) / 100);
    return count < k ? least : Math.max(least, this.#kth(docs, count, k));
  }

  /** Writes the documents that can still reach `least` to the front of `kept`, in their order; returns how many. */
  #survivors(docs: Uint32Array, count: number, left: number, least: number): number {
    const scores = this.#scores;
    const into = this.#kept;
    const needed = least - left;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const doc = docs[i] ?? 0;
      if ((scores[doc] ?? 0) >= needed) into[kept++] = doc;
    }
    return kept;
  }

  /** The k-th greatest score among documents (quickselect). */
  #kth(docs: Uint32Array, count: number, k: number): number {
    const values = this.#values;
    const scores = this.#scores;
    for (let i = 0; i < count; i++) values[i] = scores[docs[i] ?? 0] ?? 0;
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

  #best(count: number, k: number, { tieBreak, floor }: SearchOptions): Hits {
    if (count === 0 || k < 1) return { docs: [], scores: [] };
    const least = this.#threshold(this.#kept, count, k, floor);
    const kept = this.#survivors(this.#kept, count, 0, least);
    const docs = [...this.#kept.subarray(0, kept)];
    const score = (doc: number): number => this.#scores[doc] ?? 0;
    docs.sort((a, b) => score(b) - score(a) || tieBreak(a) - tieBreak(b));
    docs.length = Math.min(docs.length, k);
    return { docs, scores: docs.map(score) };
  }

  #withPinned(postings: Postings, order: readonly SearchTerm[], hits: Hits, options: SearchOptions): Hits {
    const found = new Map(hits.docs.map((doc, at) => [doc, hits.scores[at] ?? 0]));
    const missing = Uint32Array.from(
      (options.pinned ?? []).filter((doc) => !found.has(doc) && options.alive[doc] === 1),
    ).sort();
    for (const term of order) postings.lookUp(term.list, term.weight, missing, missing.length, this.#scores);
    for (const doc of missing) {
      found.set(doc, this.#scores[doc] ?? 0);
      this.#scores[doc] = 0;
    }
    const all = [...found].sort((a, b) => b[1] - a[1] || options.tieBreak(a[0]) - options.tieBreak(b[0]));
    return { docs: all.map(([doc]) => doc), scores: all.map(([, score]) => score) };
  }
}
