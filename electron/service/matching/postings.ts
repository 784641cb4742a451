/**
 * Posting lists in paged typed arrays. A posting is one Uint32: the document in the upper 28 bits, its impact (0 to 15) in the
 * lower four. Documents are numbered in the order they come, so each list is sorted without sorting.
 *
 * A list with one posting, as most have, lives in the token's own slot. A longer one is a chain of chunks that grow with the
 * list (4, 8, … 8192 postings): appending never copies, and at most the tail chunk is part empty. A chunk is
 * `[next chunk, postings…]`; its capacity follows from its place in the chain.
 */

const PAGE_BITS = 18;
const PAGE_SIZE = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_SIZE - 1;
const FIRST_CHUNK = 4;
const LAST_CHUNK = 8192;
/** Documents an index can number before it has to be compacted. */
export const MAX_DOCS = 2 ** 28;

function grown(array: Uint32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> {
  if (size <= array.length) return array;
  const larger = new Uint32Array(Math.max(size, Math.ceil(array.length * 1.4)));
  larger.set(array);
  return larger;
}

export class Postings {
  #heads = new Uint32Array(1024);
  #tails = new Uint32Array(1024);
  #lengths = new Uint32Array(1024);
  #lists = 0;
  #pages: Uint32Array[] = [new Uint32Array(PAGE_SIZE)];
  // Pointer 0 is kept free, so that 0 can mean "none".
  #free = 1;

  get lists(): number {
    return this.#lists;
  }

  /** Makes an empty list, and returns its number. Lists are numbered from 0. */
  create(): number {
    const list = this.#lists++;
    if (list >= this.#heads.length) {
      this.#heads = grown(this.#heads, list + 1);
      this.#tails = grown(this.#tails, list + 1);
      this.#lengths = grown(this.#lengths, list + 1);
    }
    return list;
  }

  length(list: number): number {
    return this.#lengths[list] ?? 0;
  }

  /** Appends a document, which must be greater than the list's last one. */
  append(list: number, doc: number, impact: number): void {
    const posting = ((doc << 4) | impact) >>> 0;
    const length = this.length(list);
    this.#lengths[list] = length + 1;
    if (length === 0) {
      this.#heads[list] = posting;
      return;
    }
    if (length === 1) {
      const chunk = this.#allocate(FIRST_CHUNK);
      this.#write(chunk + 1, this.#heads[list] ?? 0);
      this.#write(chunk + 2, posting);
      this.#heads[list] = chunk;
      this.#tails[list] = chunk;
      return;
    }
    const { capacity, used } = tailOf(length);
    const tail = this.#tails[list] ?? 0;
    if (used < capacity) {
      this.#write(tail + 1 + used, posting);
      return;
    }
    const chunk = this.#allocate(Math.min(capacity * 2, LAST_CHUNK));
    this.#write(tail, chunk);
    this.#write(chunk + 1, posting);
    this.#tails[list] = chunk;
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
    let left = this.length(list);
    let pointer = this.#heads[list] ?? 0;
    let total = count;
    let page: Uint32Array = this.#heads;
    // A single posting lies in the list's own slot; reading it as a chunk of one saves a second loop.
    let from = left === 1 ? list : (pointer & PAGE_MASK) + 1;
    if (left > 1) page = this.#page(pointer);
    for (let capacity = FIRST_CHUNK; left > 0; capacity = Math.min(capacity * 2, LAST_CHUNK)) {
      const to = from + Math.min(left, capacity);
      for (let at = from; at < to; at++) {
        const posting = page[at] ?? 0;
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
      pointer = page[from - 1] ?? 0;
      page = this.#page(pointer);
      from = (pointer & PAGE_MASK) + 1;
    }
    return total;
  }

  /**
   * The impact of each of `docs` (ascending) in a list, 0 where it is not there, written to `impacts`. Skips whole chunks and
   * searches by halving within one, so a few documents in a long list cost little.
   */
  lookUp(list: number, docs: Uint32Array, count: number, impacts: Uint8Array): void {
    impacts.fill(0, 0, count);
    let left = this.length(list);
    if (left === 0) return;
    let pointer = this.#heads[list] ?? 0;
    if (left === 1) {
      for (let i = 0; i < count; i++) if (docs[i] === pointer >>> 4) impacts[i] = pointer & 15;
      return;
    }
    let next = 0;
    for (let capacity = FIRST_CHUNK; left > 0 && next < count; capacity = Math.min(capacity * 2, LAST_CHUNK)) {
      const page = this.#page(pointer);
      let low = (pointer & PAGE_MASK) + 1;
      const end = low + Math.min(left, capacity);
      const following = page[low - 1] ?? 0;
      const last = (page[end - 1] ?? 0) >>> 4;
      while (next < count) {
        const doc = docs[next] ?? 0;
        if (doc > last) break;
        let high = end;
        while (low < high) {
          const middle = (low + high) >>> 1;
          if ((page[middle] ?? 0) >>> 4 < doc) low = middle + 1;
          else high = middle;
        }
        const posting = low < end ? (page[low] ?? 0) : 0;
        if (low < end && posting >>> 4 === doc) impacts[next] = posting & 15;
        next++;
      }
      left -= Math.min(left, capacity);
      pointer = following;
    }
  }

  bytes(): number {
    return this.#pages.length * PAGE_SIZE * 4 + this.#heads.length * 12;
  }

  #page(pointer: number): Uint32Array {
    return this.#pages[pointer >>> PAGE_BITS] ?? EMPTY;
  }

  #write(pointer: number, value: number): void {
    this.#page(pointer)[pointer & PAGE_MASK] = value;
  }

  #allocate(capacity: number): number {
    const size = capacity + 1;
    // A chunk lies within one page.
    if ((this.#free & PAGE_MASK) + size > PAGE_SIZE) this.#free = (this.#free | PAGE_MASK) + 1;
    const pointer = this.#free;
    if (pointer >>> PAGE_BITS >= this.#pages.length) this.#pages.push(new Uint32Array(PAGE_SIZE));
    this.#free += size;
    return pointer;
  }
}

const EMPTY = new Uint32Array(0);

function tailOf(length: number): { capacity: number; used: number } {
  let left = length;
  let capacity = FIRST_CHUNK;
  while (left > capacity) {
    left -= capacity;
    capacity = Math.min(capacity * 2, LAST_CHUNK);
  }
  return { capacity, used: left };
}
