import { LISTS, type Memory } from './memory.ts';

/**
 * From a term to its list, without keeping the terms: open addressing over 64-bit hashes. Two terms of one hash would share a list;
 * among ten million terms that happens once in a few hundred thousand catalogues, and costs a candidate that the comparison,
 * which reads the words themselves, sorts out again.
 */
export class Dictionary {
  readonly #memory: Memory;
  /** The hash of the key asked last. */
  #low = 0;
  #high = 0;

  constructor(memory: Memory) {
    this.#memory = memory;
    if (memory.regions.slots.view.length < 1024) memory.regions.slots.reserve(1024);
  }

  /** The list of a term, or -1. `tier` 1 asks for the list of its weak mentions. */
  find(key: string, tier: 0 | 1): number {
    this.#hash(key, tier);
    return this.#probe(this.#low, this.#high);
  }

  /** The list of a term, made when there is none. */
  number(key: string, tier: 0 | 1): number {
    this.#hash(key, tier);
    return this.numberOfHash(this.#low, this.#high);
  }

  numberOfHash(low: number, high: number): number {
    const known = this.#probe(low, high);
    if (known >= 0) return known;
    const { regions } = this.#memory;
    const list = this.#memory.get(LISTS);
    this.#memory.set(LISTS, list + 1);
    const { hashes, heads, tails, lengths, frequency, most } = regions;
    hashes.reserve(2 * list + 2);
    for (const column of [heads, tails, lengths, frequency]) column.reserve(list + 1);
    most.reserve(list + 1);
    hashes.view[2 * list] = low;
    hashes.view[2 * list + 1] = high;
    // At most three in five places are taken.
    if ((list + 1) * 5 > this.#capacity() * 3) this.#rebuild();
    else this.#place(list, low);
    return list;
  }

  #capacity(): number {
    // The greatest power of two that fits: the buffer grows in other steps.
    return 2 ** (31 - Math.clz32(this.#memory.regions.slots.view.length));
  }

  #probe(low: number, high: number): number {
    const slots = this.#memory.regions.slots.view;
    const hashes = this.#memory.regions.hashes.view;
    const mask = this.#capacity() - 1;
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const list = (slots[at] ?? 0) - 1;
      if (list < 0) return -1;
      if (hashes[2 * list] === low && hashes[2 * list + 1] === high) return list;
    }
  }

  #place(list: number, low: number): void {
    const slots = this.#memory.regions.slots.view;
    const mask = this.#capacity() - 1;
    let at = low & mask;
    while (slots[at] !== 0) at = (at + 1) & mask;
    slots[at] = list + 1;
  }

  #rebuild(): void {
    const { slots, hashes } = this.#memory.regions;
    slots.reserve(this.#capacity() * 2);
    slots.view.fill(0);
    const lists = this.#memory.get(LISTS);
    for (let list = 0; list < lists; list++) this.#place(list, hashes.view[2 * list] ?? 0);
  }

  /** cyrb53's two lanes with murmur's finish. */
  #hash(key: string, tier: 0 | 1): void {
    let a = 0xdeadbeef ^ key.length;
    let b = tier === 0 ? 0x41c6ce57 : 0x2545f491;
    for (let at = 0; at < key.length; at++) {
      const code = key.charCodeAt(at);
      a = Math.imul(a ^ code, 2_654_435_761);
      b = Math.imul(b ^ code, 1_597_334_677);
    }
    a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
    b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
    this.#low = a >>> 0;
    this.#high = b >>> 0;
  }
}
