import { facts, packFacts } from './facts.ts';
import { type Memory, NAME_COUNT } from './memory.ts';
import { MAX_DESCRIPTION, MAX_TITLE, words } from './text.ts';
import type { CatalogEntry } from './types.ts';

/** What the index keeps of a SKU: all but its description, of which the measures and colours stay. */
export interface StoredEntry {
  readonly skuId: number;
  readonly productId: number;
  readonly title: string;
  readonly brand: string | null;
  readonly model: string | null;
  readonly gtins: readonly string[];
  readonly categoryPath: string | null;
  readonly priceMinor: number | null;
  readonly attributes: Readonly<Record<string, string>> | undefined;
  /** As `packFacts` writes them. */
  readonly descriptionFacts: string;
}

/** skuId, productId, title, brand, model, gtins, category, price, description's facts, attributes: as a tuple, to be short. */
type Row = readonly [
  number,
  number,
  string,
  number,
  string | null,
  readonly string[],
  number,
  number | null,
  string,
  Readonly<Record<string, string>> | 0,
];

/** Longest kept text of one attribute or identifier, and most of them. */
const MAX_VALUE = 120;
const MAX_VALUES = 20;
/** UTF-8 bytes a UTF-16 code unit takes at most. */
const MAX_BYTES = 3;

/**
 * Rows as JSON in UTF-8, one after the other in the order of the documents: off the JavaScript heap, so a million SKUs neither
 * burden the garbage collector nor pay for string headers. Brands and categories repeat, and are kept once.
 */
export class Store {
  readonly #memory: Memory;
  readonly #rows: TextColumn;
  readonly #texts: TextColumn;
  #names: (string | null)[] = [null];
  readonly #numbers = new Map<string, number>();

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#rows = new TextColumn(memory, 'rows', 'rowStart');
    this.#texts = new TextColumn(memory, 'names', 'nameStart');
    for (let number = 1; number <= memory.get(NAME_COUNT); number++) {
      const name = this.#name(number);
      if (name !== null) this.#numbers.set(name, number);
    }
  }

  /** Keeps an entry as document `doc`: the next one. */
  put(doc: number, entry: CatalogEntry): void {
    const description = (entry.description ?? '').slice(0, MAX_DESCRIPTION);
    this.#write(doc, [
      entry.skuId,
      entry.productId,
      entry.title.slice(0, MAX_TITLE),
      this.#intern(entry.brand?.slice(0, MAX_VALUE) ?? null),
      entry.model?.slice(0, MAX_VALUE) ?? null,
      entry.gtins.slice(0, MAX_VALUES).map((gtin) => gtin.slice(0, 40)),
      this.#intern(entry.categoryPath?.slice(0, MAX_TITLE) ?? null),
      entry.priceMinor,
      description === '' ? '' : packFacts(facts(words(description)), description),
      keptAttributes(entry.attributes),
    ]);
  }

  /** The entry kept as `doc`. */
  get(doc: number): StoredEntry {
    // as #write wrote it
    const row = JSON.parse(this.#rows.text(doc)) as Row;
    const [skuId, productId, title, brand, model, gtins, category, priceMinor, descriptionFacts, attributes] = row;
    return {
      skuId,
      productId,
      title,
      brand: this.#name(brand),
      model,
      gtins,
      categoryPath: this.#name(category),
      priceMinor,
      attributes: attributes === 0 ? undefined : attributes,
      descriptionFacts,
    };
  }

  /** Takes over a document of another store, as `doc`. */
  copy(doc: number, from: Store, source: number): void {
    const entry = from.get(source);
    this.#write(doc, [
      entry.skuId,
      entry.productId,
      entry.title,
      this.#intern(entry.brand),
      entry.model,
      entry.gtins,
      this.#intern(entry.categoryPath),
      entry.priceMinor,
      entry.descriptionFacts,
      entry.attributes ?? 0,
    ]);
  }

  #write(doc: number, row: Row): void {
    this.#rows.put(doc, JSON.stringify(row));
  }

  #name(number: number): string | null {
    const known = this.#names[number];
    if (known !== undefined) return known;
    const read = this.#texts.text(number);
    this.#names[number] = read;
    return read;
  }

  #intern(name: string | null): number {
    if (name === null) return 0;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#memory.get(NAME_COUNT) + 1;
    this.#memory.set(NAME_COUNT, number);
    this.#texts.put(number, name);
    this.#numbers.set(name, number);
    return number;
  }
}

/** Texts in UTF-8, appended in the order of their numbers. */
class TextColumn {
  readonly #memory: Memory;
  readonly #texts: 'rows' | 'names';
  readonly #starts: 'rowStart' | 'nameStart';
  #buffer: Buffer<SharedArrayBuffer> | null = null;

  constructor(memory: Memory, texts: 'rows' | 'names', starts: 'rowStart' | 'nameStart') {
    this.#memory = memory;
    this.#texts = texts;
    this.#starts = starts;
  }

  put(number: number, text: string): void {
    const starts = this.#memory.regions[this.#starts];
    const region = this.#memory.regions[this.#texts];
    starts.reserve(number + 2);
    const start = starts.view[number] ?? 0;
    region.reserve(start + text.length * MAX_BYTES);
    starts.view[number + 1] = start + this.#bytes().write(text, start);
  }

  text(number: number): string {
    const starts = this.#memory.regions[this.#starts].view;
    return this.#bytes().toString('utf8', starts[number] ?? 0, starts[number + 1] ?? 0);
  }

  #bytes(): Buffer<SharedArrayBuffer> {
    const { view } = this.#memory.regions[this.#texts];
    if (this.#buffer === null || this.#buffer.buffer !== view.buffer || this.#buffer.length !== view.length)
      this.#buffer = Buffer.from(view.buffer, 0, view.length);
    return this.#buffer;
  }
}

function keptAttributes(attributes: Readonly<Record<string, string>> | undefined): Record<string, string> | 0 {
  const all = Object.entries(attributes ?? {}).slice(0, MAX_VALUES);
  if (all.length === 0) return 0;
  return Object.fromEntries(all.map(([name, value]) => [name.slice(0, MAX_VALUE), value.slice(0, MAX_VALUE)]));
}
