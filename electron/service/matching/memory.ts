/**
 * The memory of an index: typed arrays over buffers that grow in place, so that growing copies nothing, and saving and loading
 * copy bytes instead of building anything. They are shared: other threads may read the same index, while it is not being changed.
 */

/** What each array holds, by name. */
const KINDS = {
  /** Open addressing: a list's number + 1, at the place its hash says; 0 is free. */
  slots: 'u32',
  /** Two words a list: the hash of its key. */
  hashes: 'u32',
  heads: 'u32',
  tails: 'u32',
  lengths: 'u32',
  /** Live SKUs in a list. */
  frequency: 'u32',
  /** Greatest impact of a list. */
  most: 'u8',
  postings: 'u32',
  /** Lists and impacts of each document, one after the other. */
  terms: 'u32',
  /** Where a document's begin; where they end is where the next one's begin. */
  termStart: 'u32',
  rows: 'u8',
  rowStart: 'f64',
  names: 'u8',
  nameStart: 'f64',
  skuOf: 'f64',
  alive: 'u8',
  /** As `slots`, from a SKU to its document. */
  skuSlots: 'u32',
} as const;

type Views = {
  u32: Uint32Array<SharedArrayBuffer>;
  u8: Uint8Array<SharedArrayBuffer>;
  f64: Float64Array<SharedArrayBuffer>;
};
export type RegionName = keyof typeof KINDS;
const NAMES = Object.keys(KINDS) as RegionName[]; // the keys of the object above
const BYTES = { u32: 4, u8: 1, f64: 8 } as const;

/** Counters, in 32 bits each. */
export const DOCS = 0;
export const LIVE = 1;
export const LISTS = 2;
export const FREE_POSTING = 3;
export const NAME_COUNT = 4;
const CELLS = 8;

const STEP = 1 << 16;
/** A buffer can grow in place up to this size; then it is exchanged for one that may grow eight times as far. */
const FIRST_LIMIT = 1 << 24;

/** One array that grows. `view` is to be read anew after every `reserve`. */
export class Region<K extends keyof Views> {
  readonly #kind: K;
  #buffer: SharedArrayBuffer;
  view: Views[K];

  constructor(kind: K, buffer: SharedArrayBuffer | undefined) {
    this.#kind = kind;
    this.#buffer = buffer ?? new SharedArrayBuffer(STEP, { maxByteLength: FIRST_LIMIT });
    this.view = viewOf(kind, this.#buffer);
  }

  get buffer(): SharedArrayBuffer {
    return this.#buffer;
  }

  /** Another thread may have made room. */
  refresh(): void {
    const length = Math.floor(this.#buffer.byteLength / BYTES[this.#kind]);
    if (length !== this.view.length) this.view = viewOf(this.#kind, this.#buffer);
  }

  /** Makes room for `length` elements; new ones are 0. */
  reserve(length: number): void {
    if (length > this.view.length) this.#grow(length * BYTES[this.#kind]);
  }

  reserveBytes(bytes: number): void {
    if (bytes > this.view.byteLength) this.#grow(bytes);
  }

  #grow(needed: number): void {
    const size = Math.ceil(Math.max(needed, this.#buffer.byteLength * 1.1) / STEP) * STEP;
    if (size <= this.#buffer.maxByteLength) this.#buffer.grow(size);
    else {
      let limit = this.#buffer.maxByteLength;
      while (limit < size) limit *= 8;
      const larger = new SharedArrayBuffer(size, { maxByteLength: limit });
      new Uint8Array(larger).set(new Uint8Array(this.#buffer));
      this.#buffer = larger;
    }
    this.view = viewOf(this.#kind, this.#buffer);
  }
}

// Each kind has the view that `Views` states for it.
function viewOf<K extends keyof Views>(kind: K, buffer: SharedArrayBuffer): Views[K] {
  // A fixed length: arrays that follow their buffer's length are slow to read.
  const length = Math.floor(buffer.byteLength / BYTES[kind]);
  const made =
    kind === 'u32'
      ? new Uint32Array(buffer, 0, length)
      : kind === 'u8'
        ? new Uint8Array(buffer, 0, length)
        : new Float64Array(buffer, 0, length);
  return made as Views[K];
}

/** The buffers of a memory; the regions' in the order of their names. */
export interface Handles {
  readonly header: SharedArrayBuffer;
  readonly regions: readonly SharedArrayBuffer[];
}

type Regions = { readonly [N in RegionName]: Region<(typeof KINDS)[N]> };

/** All arrays of one index, with its counters. */
export class Memory {
  readonly header: Int32Array<SharedArrayBuffer>;
  readonly regions: Regions;

  /** Empty, or what another thread's `handles` stand for. */
  constructor(handles?: Handles) {
    this.header = new Int32Array(handles?.header ?? new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT));
    const regions = NAMES.map((name, at) => [name, new Region(KINDS[name], handles?.regions[at])]);
    // one region a name, of the kind stated for it
    this.regions = Object.fromEntries(regions) as unknown as Regions;
  }

  /** What another thread needs to read the same memory; others after a buffer was exchanged for a larger one. */
  handles(): Handles {
    return { header: this.header.buffer, regions: NAMES.map((name) => this.regions[name].buffer) };
  }

  /** Another thread may have made room. */
  refresh(): void {
    for (const name of NAMES) this.regions[name].refresh();
  }

  get(cell: number): number {
    return (this.header[cell] ?? 0) >>> 0;
  }

  set(cell: number, value: number): void {
    this.header[cell] = value;
  }

  /** The counters that are part of a saved index. */
  counters(): number[] {
    return [...this.header];
  }

  restore(counters: readonly number[]): void {
    this.header.set(counters);
  }

  /** Bytes of an array that hold something. */
  usedBytes(name: RegionName): number {
    const [docs, lists] = [this.get(DOCS), this.get(LISTS)];
    const { termStart, rowStart, nameStart, slots, skuSlots } = this.regions;
    const lastName = this.get(NAME_COUNT) + 1;
    switch (name) {
      case 'slots':
        return slots.view.byteLength;
      case 'skuSlots':
        return skuSlots.view.byteLength;
      case 'hashes':
        return lists * 8;
      case 'heads':
      case 'tails':
      case 'lengths':
      case 'frequency':
        return lists * 4;
      case 'most':
        return lists;
      case 'postings':
        return this.get(FREE_POSTING) * 4;
      case 'terms':
        return (termStart.view[docs] ?? 0) * 4;
      case 'termStart':
        return (docs + 1) * 4;
      case 'rows':
        return rowStart.view[docs] ?? 0;
      case 'rowStart':
        return (docs + 1) * 8;
      case 'names':
        return nameStart.view[lastName] ?? 0;
      case 'nameStart':
        return (lastName + 1) * 8;
      case 'skuOf':
        return docs * 8;
      case 'alive':
        return docs;
    }
  }

  bytes(): number {
    return NAMES.reduce((sum, name) => sum + this.regions[name].buffer.byteLength, 0);
  }
}

export const regionNames: readonly RegionName[] = NAMES;
