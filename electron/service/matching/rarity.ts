/** How rare a term is in the catalogue. */
export interface Rarity {
  /** 1 for a term that at most one SKU has, towards 0 for one that all have. */
  of(key: string): number;
}

interface Known {
  readonly frequency: number;
  readonly rarity: number;
}

const MOST_KNOWN = 10_000;

/** Frequencies asked for since the catalogue last changed: a small map stays in the processor's cache, the dictionary does not. */
export class Rarities implements Rarity {
  readonly #known = new Map<string, Known>();
  readonly #frequencyOf: (key: string) => number;
  readonly #size: () => number;

  /** `size`: the number of live SKUs; `frequencyOf`: how many of them have a term. */
  constructor(size: () => number, frequencyOf: (key: string) => number) {
    this.#size = size;
    this.#frequencyOf = frequencyOf;
  }

  of(key: string): number {
    return this.#ask(key).rarity;
  }

  /** Live SKUs that have a term. */
  frequencyOf(key: string): number {
    return this.#ask(key).frequency;
  }

  /** The catalogue has changed. */
  clear(): void {
    this.#known.clear();
  }

  #ask(key: string): Known {
    const before = this.#known.get(key);
    if (before !== undefined) return before;
    const frequency = this.#frequencyOf(key);
    const all = Math.log(this.#size() + 1);
    const found = { frequency, rarity: frequency <= 1 || all === 0 ? 1 : 1 - Math.log(frequency) / all };
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }
}
