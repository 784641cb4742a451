import { FREE_POSTING, type Memory } from './memory.ts';

/**
 * Posting lists. A posting is one Uint32: the document in the upper 28 bits, its impact (1 to 15) in the lower four. Documents are
 * numbered in the order they come, so each list is sorted without sorting.
 *
 * A list with one posting, as most have, lives in the list's own head. A longer one is a chain of chunks that grow with the list
 * (4, 8, … 8192 postings): appending never copies, and at most the tail chunk is part empty. A chunk is
 * `[next chunk, postings…]`; its capacity follows from its place in the chain.
 */

const FIRST_CHUNK = 4;
const LAST_CHUNK = 8192;
/** Documents an index can number before it has to be compacted. */
export const MAX_DOCS = 2 ** 28;

/** A list to be searched, with what each unit of a posting's impact adds to a document's score. An integer, so sums are exact. */
export interface SearchTerm {
  readonly list: number;
  readonly weight: number;
}

export class Postings {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
    // Pointer 0 is kept free, so that 0 can mean "none".
    if (memory.get(FREE_POSTING) === 0) memory.set(FREE_POSTING, 1);
  }

  length(list: number): number {
    return this.#memory.regions.lengths.view[list] ?? 0;
  }

  /** The greatest impact a list has or had. */
  most(list: number): number {
    return this.#memory.regions.most.view[list] ?? 0;
  }

  /** Appends a document, which must be greater than the list's last one. */
  append(list: number, doc: number, impact: number): void {
    const { heads, tails, lengths, most, postings } = this.#memory.regions;
    const posting = ((doc << 4) | impact) >>> 0;
    const length = lengths.view[list] ?? 0;
    lengths.view[list] = length + 1;
    if (impact > (most.view[list] ?? 0)) most.view[list] = impact;
    if (length === 0) {
      heads.view[list] = posting;
      return;
    }
    if (length === 1) {
      const chunk = this.#allocate(FIRST_CHUNK);
      postings.view[chunk + 1] = heads.view[list] ?? 0;
      postings.view[chunk + 2] = posting;
      heads.view[list] = chunk;
      tails.view[list] = chunk;
      return;
    }
    const { capacity, used } = tailOf(length);
    const tail = tails.view[list] ?? 0;
    if (used < capacity) {
      postings.view[tail + 1 + used] = posting;
      return;
    }
    const chunk = this.#allocate(Math.min(capacity * 2, LAST_CHUNK));
    postings.view[tail] = chunk;
    postings.view[chunk + 1] = posting;
    tails.view[list] = chunk;
  }

  /**
   * Adds weight x impact of every posting to `scores`. Documents that had no score and are alive are written to `touched` from
   * `count` on; the dead get none. Returns the new count. One flat loop, since this is where the time goes.
   */
  accumulate(
    list: number,
    weight: number,
    scores: Uint32Array,
    touched: Uint32Array,
    count: number,
    alive: Uint8Array,
  ): number {
    const { heads, postings } = this.#memory.regions;
    let left = this.length(list);
    let total = count;
    // A single posting lies in the list's own head; reading it as a chunk of one saves a second loop.
    let from = left === 1 ? list : (heads.view[list] ?? 0) + 1;
    const array = left === 1 ? heads.view : postings.view;
    for (let capacity = FIRST_CHUNK; left > 0; capacity = Math.min(capacity * 2, LAST_CHUNK)) {
      const to = from + Math.min(left, capacity);
      for (let at = from; at < to; at++) {
        const posting = array[at] ?? 0;
        const doc = posting >>> 4;
        const before = scores[doc] ?? 0;
        if (before === 0) {
          if (alive[doc] !== 1) continue;
          touched[total++] = doc;
        }
        scores[doc] = before + weight * (posting & 15);
      }
      left -= to - from;
      if (left === 0) break;
      from = (array[from - 1] ?? 0) + 1;
    }
    return total;
  }

  /** Documents of a list, ascending, at most `limit`. */
  docs(list: number, limit: number): number[] {
    const found: number[] = [];
    const { heads, postings } = this.#memory.regions;
    let left = Math.min(this.length(list), limit);
    if (this.length(list) === 1) return left === 1 ? [(heads.view[list] ?? 0) >>> 4] : [];
    let from = (heads.view[list] ?? 0) + 1;
    for (let capacity = FIRST_CHUNK; left > 0; capacity = Math.min(capacity * 2, LAST_CHUNK)) {
      const to = from + Math.min(left, capacity);
      for (let at = from; at < to; at++) found.push((postings.view[at] ?? 0) >>> 4);
      left -= to - from;
      from = (postings.view[from - 1] ?? 0) + 1;
    }
    return found;
  }

  /**
   * Adds weight x impact to `scores` for each of `docs` (ascending) that a list has. Skips whole chunks and searches by halving
   * within one, so a few documents in a long list cost little.
   */
  lookUp(list: number, weight: number, docs: Uint32Array, count: number, scores: Uint32Array): void {
    let left = this.length(list);
    if (left === 0) return;
    const { heads, postings } = this.#memory.regions;
    const head = heads.view[list] ?? 0;
    if (left === 1) {
      for (let i = 0; i < count; i++)
        if (docs[i] === head >>> 4) scores[head >>> 4] = (scores[head >>> 4] ?? 0) + weight * (head & 15);
      return;
    }
    const array = postings.view;
    let pointer = head;
    let next = 0;
    for (let capacity = FIRST_CHUNK; left > 0 && next < count; capacity = Math.min(capacity * 2, LAST_CHUNK)) {
      let low = pointer + 1;
      const end = low + Math.min(left, capacity);
      const last = (array[end - 1] ?? 0) >>> 4;
      while (next < count) {
        const doc = docs[next] ?? 0;
        if (doc > last) break;
        // Gallop from where the last one was found: the asked ones often lie near each other.
        let step = 1;
        let high = low;
        while (high < end && (array[high] ?? 0) >>> 4 < doc) {
          low = high + 1;
          high += step;
          step *= 2;
        }
        if (high > end) high = end;
        while (low < high) {
          const middle = (low + high) >>> 1;
          if ((array[middle] ?? 0) >>> 4 < doc) low = middle + 1;
          else high = middle;
        }
        const posting = low < end ? (array[low] ?? 0) : 0;
        if (low < end && posting >>> 4 === doc) scores[doc] = (scores[doc] ?? 0) + weight * (posting & 15);
        next++;
      }
      left -= Math.min(left, capacity);
      pointer = array[pointer] ?? 0;
    }
  }

  #allocate(capacity: number): number {
    const pointer = this.#memory.get(FREE_POSTING);
    this.#memory.set(FREE_POSTING, pointer + capacity + 1);
    this.#memory.regions.postings.reserve(pointer + capacity + 1);
    return pointer;
  }
}

function tailOf(length: number): { capacity: number; used: number } {
  let left = length;
  let capacity = FIRST_CHUNK;
  while (left > capacity) {
    left -= capacity;
    capacity = Math.min(capacity * 2, LAST_CHUNK);
  }
  return { capacity, used: left };
}
