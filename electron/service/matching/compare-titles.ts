import { AT, type Finding } from './features.ts';
import type { OfferSide, Side, SkuSide } from './parse.ts';
import type { Word } from './text.ts';
import type { Mark } from './types.ts';

/** Least weight of a word: what everything has still counts a little, or two titles of common words could not be told apart. */
const LEAST = 0.08;

/** How alike two titles are, each word counting by its rarity; marks are the words they share, or in a conflict those that one of them lacks. */
export function compareTitles(offer: OfferSide, sku: SkuSide): Finding {
  const ours = share(offer, sku, null);
  const theirs = share(sku, offer, offer.descriptionKeys);
  const total = ours.total + theirs.total;
  const alike = total === 0 ? 0 : (ours.found + theirs.found) / total;
  const verdict = alike >= 0.65 ? 'agrees' : alike >= 0.25 ? 'near' : 'conflicts';
  const marks = verdict === 'conflicts' ? 'lacking' : 'shared';
  return {
    attribute: 'title',
    verdict,
    offerValue: offer.title,
    skuValue: sku.title,
    offerMarks: ours[marks],
    skuMarks: theirs[marks],
    features: [
      AT.titleAlike,
      alike,
      AT.titleCovered,
      ours.total === 0 ? 0 : ours.found / ours.total,
      AT.skuCovered,
      theirs.total === 0 ? 0 : theirs.foundAnywhere / theirs.total,
      AT.textRank,
      sku.textRank,
    ],
  };
}

interface Share {
  /** Weight of all words of the title, of those the other title has, and of those it or `alsoIn` has. */
  readonly total: number;
  readonly found: number;
  readonly foundAnywhere: number;
  /** The words that the other title has as well, or nearly, and those that it has not. */
  readonly shared: readonly Mark[];
  readonly lacking: readonly Mark[];
}

function share(side: Side, other: Side, alsoIn: ReadonlySet<string> | null): Share {
  let [total, found, foundAnywhere] = [0, 0, 0];
  const shared: Mark[] = [];
  const lacking: Mark[] = [];
  const codeMarks = matchedCodes(side, other);
  for (const [at, word] of side.words.entries()) {
    let part = shareOf(word, other);
    if (part < 1 && codeMarks.some(([start, end]) => word.start >= start && word.end <= end)) part = 1;
    if (word.end > word.start) (part > 0 ? shared : lacking).push([word.start, word.end]);
    if (side.firsts[at] !== true) continue;
    const weight = Math.max(LEAST, side.rarities[at] ?? 0);
    total += weight;
    found += weight * part;
    foundAnywhere += weight * (alsoIn?.has(word.key) ? 1 : part);
  }
  return { total, found, foundAnywhere, shared, lacking };
}

function matchedCodes(side: Side, other: Side): Mark[] {
  const marks: Mark[] = [];
  for (const [at, code] of side.codes.entries()) {
    const key = side.codeKeys[at] ?? '';
    if (other.joined.has(key) || other.keys.has(key) || code.code === other.modelCode)
      marks.push([code.start, code.end]);
  }
  // "sun flower" here, "sunflower" there.
  for (const [at, pair] of side.pairs.entries())
    if (other.keys.has(pair)) marks.push([side.words[at]?.start ?? 0, side.words[at + 1]?.end ?? 0]);
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
