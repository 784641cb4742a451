import type { Forward } from './forward.ts';
import type { Postings, SearchTerm } from './postings.ts';

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

/** Where an effort is set: documents that are kept when it is spent; each list that tells them apart leaves a quarter, at least the second. */
const MOST_KEPT = 4_096;
const LEAST_KEPT = 128;
/** Documents whose final scores are added up before the next look at who can still make it. */
const SMALLEST_BATCH = 64;
/** In a list with more postings than this many a document, looking one up costs more than its final score. */
const POSTINGS_A_SCORE = 64;
/** Shorter lists are walked without asking whether it is needed. */
const SHORT = 128;
/** Postings walked between two looks at what the leaders will reach: a look costs about as much. */
const BETWEEN_LOOKS = 4_000;

/**
 * Finds the k documents with the greatest sum of weight x impact over the terms, among those that reach the floor.
 *
 * Term at a time, the greatest possible contribution first. The final scores of the leaders so far are added up ahead; once all
 * terms that are left could not lift an unseen document to the k-th of them, or to the floor, no new document is taken in
 * (MaxScore, Turtle and Flood 1995, with the term's own greatest impact as its bound): the rest only looks up those that can still
 * make it, and the last of them are scored by their own lists. That is exact: a property test holds it to the exhaustive search.
 *
 * An `effort` bounds the time of offers made of common words: once that many postings are walked, and k documents are known, no others are
 * taken in, and with each list that tells the known ones apart fewer are kept. By then the rare terms have all been heard, and what is
 * lost shares only common words with the offer.
 */
export class Searcher {
  #scores = new Uint32Array(1024);
  #touched = new Uint32Array(1024);
  #kept = new Uint32Array(1024);
  #values = new Uint32Array(1024);
  /** Postings walked and documents looked up by the last search, for measurements. */
  walked = 0;

  search(postings: Postings, forward: Forward, terms: readonly SearchTerm[], k: number, options: SearchOptions): Hits {
    const { alive, floor, effort = Number.POSITIVE_INFINITY } = options;
    this.#makeRoom(alive.length);
    forward.prepare(terms);
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
          least = Math.max(least, this.#reachable(forward, count, k, floor));
          looked = this.walked;
          if (left < least) break;
        }
      }
      count = postings.accumulate(term.list, term.weight, this.#scores, this.#touched, count, alive);
      this.walked += length;
      left -= bound(term);
    }
    let kept = this.#survivors(this.#touched, count, left, least);
    const isBounded = effort < Number.POSITIVE_INFINITY;
    if (isBounded && kept > MOST_KEPT) kept = this.#cut(kept, MOST_KEPT);
    if (next < order.length && kept > SMALLEST_BATCH) this.#kept.subarray(0, kept).sort();
    // While many can still make it, those that a list has lie near each other in it: cheaper than scoring each of them.
    for (let heard = 1; next < order.length && kept > SMALLEST_BATCH; next++, heard++) {
      const term = order[next];
      if (term === undefined || postings.length(term.list) > kept * POSTINGS_A_SCORE) break;
      postings.lookUp(term.list, term.weight, this.#kept, kept, this.#scores);
      this.walked += kept;
      left -= bound(term);
      least = Math.max(least, this.#threshold(this.#kept, kept, k, floor));
      kept = this.#survivors(this.#kept, kept, left, least);
      const most = Math.max(LEAST_KEPT, MOST_KEPT >> (2 * heard));
      if (isBounded && kept > most) kept = this.#cut(kept, most);
    }
    // What only the commonest words could still tell apart is not worth more than the effort allows.
    if (next < order.length && kept > LEAST_KEPT && isBounded) kept = this.#cut(kept, LEAST_KEPT);
    if (next < order.length) kept = this.#complete(forward, kept, left, least, k, floor);
    const hits = this.#best(kept, k, options);
    this.#clear(count);
    return options.pinned === undefined || options.pinned.length === 0 ? hits : withPinned(forward, hits, options);
  }

  /**
   * Gives the kept ones their final score, the best so far first, until those that are left could not get among the k best. Returns how
   * many are kept.
   */
  #complete(forward: Forward, count: number, left: number, atLeast: number, k: number, floor: number): number {
    const [scores, kept] = [this.#scores, this.#kept];
    let [all, done, least] = [count, 0, atLeast];
    for (let batch = Math.max(k, SMALLEST_BATCH); done < all; batch *= 2) {
      const limit = this.#kth(kept.subarray(done, all), all - done, Math.min(batch, all - done));
      for (let i = done; i < all; i++) {
        const doc = kept[i] ?? 0;
        if ((scores[doc] ?? 0) < limit) continue;
        kept[i] = kept[done] ?? 0;
        kept[done++] = doc;
        scores[doc] = forward.score(doc);
        this.walked++;
      }
      least = Math.max(least, this.#threshold(kept, done, k, floor));
      let end = done;
      for (let i = done; i < all; i++) {
        const doc = kept[i] ?? 0;
        if ((scores[doc] ?? 0) + left >= least) kept[end++] = doc;
      }
      all = end;
    }
    return all;
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
  #reachable(forward: Forward, count: number, k: number, floor: number): number {
    const leaders = Math.min(k, count);
    const limit = this.#kth(this.#touched, count, leaders);
    const [scores, touched] = [this.#scores, this.#touched];
    let [chosen, best, worst] = [0, 0, Number.POSITIVE_INFINITY];
    for (let i = 0; i < count && chosen < leaders; i++) {
      const doc = touched[i] ?? 0;
      if ((scores[doc] ?? 0) < limit) continue;
      chosen++;
      const score = forward.score(doc);
      best = Math.max(best, score);
      worst = Math.min(worst, score);
    }
    const least = Math.ceil((best * floor) / 100);
    return chosen < k ? least : Math.max(least, worst);
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

  /** Leaves the best `most` of the kept ones by their score so far; of equals, those that were indexed first. */
  #cut(count: number, most: number): number {
    const [scores, kept] = [this.#scores, this.#kept];
    const limit = this.#kth(kept, count, most);
    let equals = most;
    for (let i = 0; i < count; i++) if ((scores[kept[i] ?? 0] ?? 0) > limit) equals--;
    let left = 0;
    for (let i = 0; i < count; i++) {
      const doc = kept[i] ?? 0;
      const score = scores[doc] ?? 0;
      if (score > limit || (score === limit && equals-- > 0)) kept[left++] = doc;
    }
    return left;
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
}

function withPinned(forward: Forward, hits: Hits, { pinned = [], alive, tieBreak }: SearchOptions): Hits {
  const found = new Map(hits.docs.map((doc, at) => [doc, hits.scores[at] ?? 0]));
  for (const doc of pinned) if (alive[doc] === 1 && !found.has(doc)) found.set(doc, forward.score(doc));
  const all = [...found].sort((a, b) => b[1] - a[1] || tieBreak(a[0]) - tieBreak(b[0]));
  return { docs: all.map(([doc]) => doc), scores: all.map(([, score]) => score) };
}
