/**
 * The interface of the matching engine. Pure data: everything here survives a structured clone, since the engine lives in a
 * worker. Money is an integer in minor units; weights are hundredths of a natural-log odds; scores are basis points.
 */

/** One SKU of the marketplace, as the index wants it. `description` is read for tokens and facts, and not kept. */
export interface CatalogEntry {
  readonly skuId: number;
  readonly productId: number;
  readonly title: string;
  readonly description?: string;
  readonly brand: string | null;
  readonly model: string | null;
  readonly gtins: readonly string[];
  readonly categoryId: number | null;
  readonly categoryPath: string | null;
  readonly priceMinor: number | null;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** One seller's offer, as it arrived. */
export interface OfferText {
  readonly title: string;
  readonly description?: string | null;
  readonly brand: string | null;
  readonly model: string | null;
  readonly gtins: readonly string[];
  readonly categoryPath: string | null;
  readonly priceMinor: number | null;
  readonly attributes?: Readonly<Record<string, string>>;
}

export type Verdict = 'agrees' | 'conflicts' | 'missing' | 'near';

/** `[start, end)` in UTF-16 code units of the value it belongs to. */
export type Mark = readonly [number, number];

/** What one attribute says about one candidate; 'context' is how it stands among the others. */
export interface Evidence {
  /** 'gtin', 'model', 'brand', 'title', 'version', 'color', 'category', 'price', or a measure: 'ports', 'capacity', 'pack'… */
  readonly attribute: string;
  readonly verdict: Verdict;
  readonly offerValue: string | null;
  readonly skuValue: string | null;
  readonly offerMarks?: readonly Mark[];
  readonly skuMarks?: readonly Mark[];
  /** Signed log-odds in hundredths, an integer. */
  readonly weight: number;
}

/** A code for the translations, and the values its sentence mentions. */
export interface Coded {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** Without this attribute's evidence the candidate would be on the other side of even odds. */
export interface Turn {
  readonly attribute: string;
  /** The score without it, in basis points. */
  readonly score: number;
}

export interface Candidate {
  readonly skuId: number;
  readonly productId: number;
  /** Basis points, 0 to 10000: logistic(bias + sum of the evidence's weights). */
  readonly score: number;
  /** The log-odds behind the score, in hundredths: it tells apart what the score rounds to 10000. */
  readonly odds: number;
  /** Conflicting identifiers first, then by the size of the weight. */
  readonly evidence: readonly Evidence[];
  /** The single piece of evidence that decides, or null. */
  readonly turn: Turn | null;
  /** What would settle it, or null when nothing more is needed, or nothing would. */
  readonly settle: Coded | null;
}

export type Band = 'bind' | 'look' | 'new' | 'conflict';

export interface Verdicted {
  /** The version of the learned model that gave the scores; 0: the default weights. */
  readonly scorer: number;
  readonly candidates: readonly Candidate[];
  readonly band: Band;
  /** Short, for a column of the list. */
  readonly reason: Coded;
}

export interface CatalogIndex {
  /** Number of live SKUs. */
  readonly size: number;
  /** Adds SKUs, or replaces those whose skuId is known. The last entry of a skuId wins. */
  upsert(entries: readonly CatalogEntry[]): void;
  /** Unknown ids are ignored. */
  remove(skuIds: readonly number[]): void;
  /** The best `limit` candidates (default 10), best first. Never throws on text, however odd. */
  suggest(offer: OfferText, limit?: number): Verdicted;
  /** An estimate of the memory held, in bytes. */
  bytes(): number;
}
