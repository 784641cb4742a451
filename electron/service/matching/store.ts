import { facts, packFacts } from './facts.ts';
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

const PAGE = 1 << 20;
/** Longest kept text of one attribute or identifier, and most of them. */
const MAX_VALUE = 120;
const MAX_VALUES = 20;

/**
 * Rows as JSON in UTF-8, one after the other in megabyte pages: off the JavaScript heap, so 250,000 SKUs neither burden the
 * garbage collector nor pay for a million string headers. Brands and categories repeat, and are kept once.
 */
export class Store {
  #pages: Buffer[] = [];
  #pageOf = new Uint32Array(1024);
  #offsetOf = new Uint32Array(1024);
  #lengthOf = new Uint32Array(1024);
  #used = PAGE;
  #names: (string | null)[] = [null];
  #numbers = new Map<string, number>();

  /** Keeps an entry as document `doc`. */
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
    const row: Row = JSON.parse(this.#text(doc));
    const [skuId, productId, title, brand, model, gtins, category, priceMinor, descriptionFacts, attributes] = row;
    return {
      skuId,
      productId,
      title,
      brand: this.#names[brand] ?? null,
      model,
      gtins,
      categoryPath: this.#names[category] ?? null,
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

  bytes(): number {
    return this.#pages.length * PAGE + this.#pageOf.length * 12 + this.#names.length * 120;
  }

  #write(doc: number, row: Row): void {
    const text = JSON.stringify(row);
    const length = Buffer.byteLength(text);
    if (this.#used + length > PAGE) {
      // Not from Node's shared pool: a page lives as long as the store does.
      this.#pages.push(Buffer.allocUnsafeSlow(Math.max(PAGE, length)));
      this.#used = 0;
    }
    const page = this.#pages.length - 1;
    this.#pages[page]?.write(text, this.#used);
    if (doc >= this.#pageOf.length) {
      const size = Math.ceil(doc * 1.4) + 1;
      this.#pageOf = enlarged(this.#pageOf, size);
      this.#offsetOf = enlarged(this.#offsetOf, size);
      this.#lengthOf = enlarged(this.#lengthOf, size);
    }
    this.#pageOf[doc] = page;
    this.#offsetOf[doc] = this.#used;
    this.#lengthOf[doc] = length;
    this.#used += length;
  }

  #text(doc: number): string {
    const offset = this.#offsetOf[doc] ?? 0;
    return this.#pages[this.#pageOf[doc] ?? 0]?.toString('utf8', offset, offset + (this.#lengthOf[doc] ?? 0)) ?? '';
  }

  #intern(name: string | null): number {
    if (name === null) return 0;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }
}

function keptAttributes(attributes: Readonly<Record<string, string>> | undefined): Record<string, string> | 0 {
  const all = Object.entries(attributes ?? {}).slice(0, MAX_VALUES);
  if (all.length === 0) return 0;
  return Object.fromEntries(all.map(([name, value]) => [name.slice(0, MAX_VALUE), value.slice(0, MAX_VALUE)]));
}

/** A longer copy of a typed array. */
export function enlarged(array: Uint32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(size);
  larger.set(array);
  return larger;
}
