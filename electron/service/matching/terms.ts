import { modelCodes, normalizeModel } from './identifiers.ts';
import { gluedUnit } from './lexicon.ts';
import { validGtins } from './parse.ts';
import { isStopWord, MAX_DESCRIPTION, type Word, words } from './text.ts';
import type { CatalogEntry, OfferText } from './types.ts';

/** Prefixes that keep identifiers and letter triples apart from words in the one dictionary. No word contains them. */
const GTIN = '#';
const TRIPLE = '~';

export const gtinTerm = (gtin: string): string => GTIN + gtin;

/** Largest impact a posting can carry (four bits). */
export const MAX_IMPACT = 15;

/** How much one mention counts in a field, for the saturating term frequency. */
const FIELD = { title: 2, model: 2.5, brand: 1, attribute: 0.8, description: 0.4, category: 0.3 } as const;
/** A title of this many words is neither long nor short. */
const USUAL_TITLE = 10;
/** Impact of a letter triple of a model number. */
export const TRIPLE_IMPACT = 6;
const MAX_TERMS = 120;
const MEASURE = /^([0-9.]+)([a-z]+)$/;
const MAX_TRIPLES = 48;

/**
 * The terms under which a SKU is found, each with its impact (1 to 15): the saturating term frequency of BM25 over weighted
 * fields (BM25F), its length normalised against a fixed usual title, so that an impact never changes once it is stored.
 */
export function entryTerms(entry: CatalogEntry): Map<string, number> {
  const frequency = new Map<string, number>();
  const add = (key: string, weight: number): void => {
    if (frequency.size < MAX_TERMS || frequency.has(key)) frequency.set(key, (frequency.get(key) ?? 0) + weight);
  };
  const triples = new Set<string>();
  const addWords = (found: readonly Word[], weight: number, withTriples: boolean): void => {
    for (const word of found) if (!isStopWord(word.text)) add(word.key, weight);
    for (const code of modelCodes(found)) {
      const key = code.code.toLowerCase();
      if (!found.some((word) => word.key === key)) add(key, weight);
      if (withTriples && code.mixed)
        for (const triple of triplesOf(key)) if (triples.size < MAX_TRIPLES) triples.add(triple);
    }
  };
  const title = words(entry.title);
  addWords(title, FIELD.title, true);
  if (entry.model !== null) {
    const code = normalizeModel(entry.model).toLowerCase();
    if (code !== '') add(code, FIELD.model);
    for (const triple of triplesOf(code)) triples.add(triple);
    addWords(words(entry.model, 80), FIELD.model / 2, false);
  }
  if (entry.brand !== null) addWords(words(entry.brand, 80), FIELD.brand, false);
  for (const value of Object.values(entry.attributes ?? {}).slice(0, 20))
    addWords(words(value, 60), FIELD.attribute, false);
  if (entry.categoryPath !== null)
    addWords(words(entry.categoryPath.split(/[/>|]/).at(-1) ?? '', 60), FIELD.category, false);
  if (entry.description) addWords(words(entry.description, MAX_DESCRIPTION), FIELD.description, false);

  const norm = 0.5 + (0.5 * title.length) / USUAL_TITLE;
  const terms = new Map<string, number>();
  for (const [key, tf] of frequency) terms.set(key, Math.max(1, Math.round((MAX_IMPACT * tf) / (tf + norm))));
  for (const triple of triples) terms.set(triple, TRIPLE_IMPACT);
  for (const gtin of validGtins(entry.gtins)) terms.set(gtinTerm(gtin), MAX_IMPACT);
  return terms;
}

function triplesOf(code: string): string[] {
  if (code.length < 6) return [];
  const result: string[] = [];
  for (let at = 0; at + 3 <= code.length && result.length < 12; at++) result.push(TRIPLE + code.slice(at, at + 3));
  return result;
}

/** A term that is looked for, with how much a hit counts. */
export interface QueryTerm {
  readonly key: string;
  readonly weight: number;
  /** Part of what the offer calls itself: what a perfect SKU would have. */
  readonly expected: boolean;
}

/** What an offer is looked up by besides its identifiers, each key once with its largest weight. */
export function offerTerms(offer: OfferText, isKnown: (key: string) => boolean): QueryTerm[] {
  const terms = new Map<string, QueryTerm>();
  const add = (key: string, weight: number, expected = false): void => {
    const known = terms.get(key);
    if (known === undefined ? terms.size < MAX_TERMS : known.weight < weight)
      terms.set(key, { key, weight, expected: expected || (known?.expected ?? false) });
  };
  const title = words(offer.title);
  const telling = title.filter((word) => !isStopWord(word.text));
  for (const word of telling) {
    add(word.key, 1, true);
    // "8GB" where the catalogue writes "8 GB"; the other way round, two words are joined below
    const measure = isKnown(word.key) || gluedUnit(word.text) === null ? null : MEASURE.exec(word.text);
    if (measure) {
      add(measure[1] ?? '', 0.5);
      add(measure[2] ?? '', 0.3);
    }
  }
  const codes = modelCodes(title).map((code) => code.code.toLowerCase());
  if (offer.model !== null) {
    codes.unshift(normalizeModel(offer.model).toLowerCase());
    for (const word of words(offer.model, 80)) add(word.key, 0.7);
  }
  for (const code of codes) {
    if (code === '') continue;
    add(code, 1.2);
    // A code nobody has may be written with another ending, or cut: its letter triples and its parts find its family.
    if (isKnown(code)) continue;
    for (const triple of triplesOf(code)) add(triple, 0.25);
    for (const part of code.match(/[a-z]{2,}|[0-9]{2,}/g) ?? []) add(part, 0.4);
  }
  for (let i = 1; i < telling.length; i++) {
    const joined = (telling[i - 1]?.text ?? '') + (telling[i]?.key ?? '');
    if (isKnown(joined)) add(joined, 0.8);
  }
  if (offer.brand !== null) for (const word of words(offer.brand, 80)) add(word.key, 0.5);
  for (const value of Object.values(offer.attributes ?? {}).slice(0, 20))
    for (const word of words(value, 60)) if (!isStopWord(word.text)) add(word.key, 0.4);
  if (offer.description) {
    const found = words(offer.description, MAX_DESCRIPTION);
    for (const word of found) if (!isStopWord(word.text)) add(word.key, 0.3);
    for (const code of modelCodes(found)) if (code.mixed) add(code.code.toLowerCase(), 0.6);
  }
  return [...terms.values()];
}
