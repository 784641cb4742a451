import type { OfferSide, SkuSide } from './compare.ts';
import type { Finding } from './features.ts';
import type { Side } from './parse.ts';
import type { Word } from './text.ts';
import type { Mark } from './types.ts';

/** How rare a term is in the catalogue. */
export interface Rarity {
  /** 1 for a term that at most one SKU has, towards 0 for one that all have. */
  of(key: string): number;
}

/** Least weight of a word: what everything has still counts a little, or two titles of common words could not be told apart. */
const LEAST = 0.08;

/** How alike two titles are, each word counting by its rarity; marks are the words they share. */
export function compareTitles(offer: OfferSide, sku: SkuSide, rarity: Rarity): Finding {
  const offerMarks: Mark[] = [];
  const skuMarks: Mark[] = [];
  const [offerTotal, offerFound] = weigh(offer, sku, null, rarity, offerMarks);
  const [skuTotal, skuFound] = weigh(sku, offer, null, rarity, skuMarks);
  const [, skuFoundAnywhere] = weigh(sku, offer, offer.descriptionKeys, rarity, null);
  const total = offerTotal + skuTotal;
  const alike = total === 0 ? 0 : (offerFound + skuFound) / total;
  return {
    attribute: 'title',
    verdict: alike >= 0.65 ? 'agrees' : alike >= 0.25 ? 'near' : 'conflicts',
    offerValue: offer.title,
    skuValue: sku.title,
    offerMarks,
    skuMarks,
    features: {
      titleAlike: alike,
      titleCovered: offerTotal === 0 ? 0 : offerFound / offerTotal,
      skuCovered: skuTotal === 0 ? 0 : skuFoundAnywhere / skuTotal,
      textRank: sku.textRank,
    },
  };
}

/** The weight of one side's words, and of those among them that the other side has. */
function weigh(
  side: Side,
  other: Side,
  alsoIn: ReadonlySet<string> | null,
  rarity: Rarity,
  marks: Mark[] | null,
): [number, number] {
  let total = 0;
  let found = 0;
  const seen = new Set<string>();
  const codeMarks = matchedCodes(side, other);
  for (const word of side.words) {
    const counted = !seen.has(word.key);
    seen.add(word.key);
    const weight = counted ? Math.max(LEAST, rarity.of(word.key)) : 0;
    total += weight;
    let share = shareOf(word, other);
    if (share < 1 && codeMarks.some(([start, end]) => word.start >= start && word.end <= end)) share = 1;
    if (share < 1 && alsoIn?.has(word.key)) share = 1;
    found += weight * share;
    if (share > 0 && word.end > word.start) marks?.push([word.start, word.end]);
  }
  return [total, found];
}

function matchedCodes(side: Side, other: Side): Mark[] {
  const marks: Mark[] = [];
  const model = other.modelCode.toLowerCase();
  for (const code of side.codes) {
    const key = code.code.toLowerCase();
    if (other.joined.has(key) || other.keys.has(key) || key === model) marks.push([code.start, code.end]);
  }
  return marks;
}

/** 1 when the other side has the word, less when it has one that is nearly the same. */
function shareOf(word: Word, other: Side): number {
  if (other.keys.has(word.key) || other.joined.has(word.key)) return 1;
  if (word.text.length < 4) return 0;
  if (!word.digits) {
    for (const candidate of other.words) if (!candidate.digits && isNearWord(word.key, candidate.key)) return 0.7;
    return 0;
  }
  for (const candidate of other.words)
    if (candidate.digits && candidate.text.length >= 4 && isExtension(word.text, candidate.text)) return 0.7;
  return 0;
}

function isExtension(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return long.startsWith(short) && !/[0-9]/.test(long.charAt(short.length)) && long.length - short.length <= 4;
}

/** An abbreviation (the first four letters or more), or one letter written wrong in a word of six and more. */
function isNearWord(a: string, b: string): boolean {
  if (a.charCodeAt(0) !== b.charCodeAt(0)) return false;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length >= 4 && long.startsWith(short)) return true;
  if (short.length < 6 || long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short.charCodeAt(at) === long.charCodeAt(at)) at++;
  const rest = long.slice(at + 1);
  return short.slice(at) === rest || short.slice(at + 1) === rest;
}
