import { STOP_WORDS } from './lexicon.ts';

/** Longest title, brand or model that is read, in UTF-16 code units. What is longer is cut: hostile text costs bounded time. */
export const MAX_TITLE = 400;
/** How much of a description is read. The first sentences name the thing; the rest is marketing and would only add noise. */
export const MAX_DESCRIPTION = 300;
const MAX_WORD = 40;

/** A maximal run of letters and digits. */
export interface Word {
  /** Folded: no accents, lower case. Decimals keep their point ("13.6"); thousands lose their comma ("10,000" is "10000"). */
  readonly text: string;
  /** The key under which it is indexed: the folded text without a plural s. */
  readonly key: string;
  /** Range in the original text. */
  readonly start: number;
  readonly end: number;
  readonly letters: boolean;
  readonly digits: boolean;
  /** Follows the previous word with nothing but one joining character (- / . _ + &) between. */
  readonly glued: boolean;
  /** What stands right after the word when that is a mark of measure, one of ' " ; else ''. */
  readonly tick: string;
}

interface Folded {
  readonly text: string;
  /** Index in the original of each folded code unit, or null where they are the same. */
  readonly map: Uint32Array | null;
}

// Everything printable in ASCII, so the common title takes the fast path.
const ASCII = /^[\x20-\x7e]*$/;
const DROPPED = /[\p{Mn}\p{Cf}]/u;
const WORD_CHAR = /[\p{L}\p{N}]/u;

/** Lower case, without accents or zero-width characters, compatibility forms unfolded; positions stay traceable. */
export function fold(source: string): Folded {
  if (ASCII.test(source)) return { text: source.toLowerCase(), map: null };
  let text = '';
  const map: number[] = [];
  let at = 0;
  for (const point of source) {
    for (const piece of point.normalize('NFKD').toLowerCase().normalize('NFKD')) {
      if (DROPPED.test(piece)) continue;
      text += piece;
      for (let i = 0; i < piece.length; i++) map.push(at);
    }
    at += point.length;
  }
  return { text, map: Uint32Array.from(map) };
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLower = (code: number): boolean => code >= 97 && code <= 122;

function isWordChar(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) return isDigit(code) || isLower(code);
  // A surrogate is half of a letter or of a picture: both are kept whole as part of a word.
  if (code >= 0xd800 && code <= 0xdfff) return true;
  return WORD_CHAR.test(text.charAt(at));
}

const JOINING = '-/._+&';

/** "7k30 .204" and "020-30417 -02": codes that some exports tear before the joining mark. */
function isTornCode(text: string, end: number, start: number): boolean {
  if (start !== end + 2 || text.charAt(end) !== ' ' || !isDigit(text.charCodeAt(start))) return false;
  const mark = text.charAt(end + 1);
  return (mark === '.' || mark === '-') && isDigit(text.charCodeAt(end - 1));
}

/** Decimal and thousands separators inside a number: "13.6", "13,6", "10,000". Returns the end of the number. */
function numberEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isDigit(text.charCodeAt(at))) at++;
  const separator = text.charAt(at);
  if ((separator === '.' || separator === ',') && isDigit(text.charCodeAt(at + 1))) {
    let end = at + 1;
    while (end < text.length && isDigit(text.charCodeAt(end))) end++;
    // "802.11n" and "1.2.3" are names rather than numbers; their parts are words.
    const next = text.charAt(end);
    if (next === '.' && isDigit(text.charCodeAt(end + 1))) return at;
    return end;
  }
  return at;
}

function plainNumber(raw: string): string {
  const comma = raw.indexOf(',');
  if (comma < 0) return raw;
  return raw.length - comma === 4 && comma <= 3 ? raw.replace(',', '') : raw.replace(',', '.');
}

/** The index key of a word: a plural s is dropped, which serves English, Portuguese and Spanish alike. */
export function keyOf(text: string): string {
  const length = text.length;
  if (length < 4 || text.charCodeAt(length - 1) !== 115 || text.charCodeAt(length - 2) === 115) return text;
  return isLower(text.charCodeAt(length - 2)) ? text.slice(0, -1) : text;
}

/** Splits a text (cut at `limit` code units) into words, with their ranges in the original. */
export function words(source: string, limit: number = MAX_TITLE): Word[] {
  const cut = source.length > limit ? source.slice(0, limit) : source;
  const { text, map } = fold(cut);
  const found: Word[] = [];
  let at = 0;
  let previousEnd = -2;
  while (at < text.length) {
    if (!isWordChar(text, at)) {
      at++;
      continue;
    }
    const start = at;
    let letters = false;
    let digits = false;
    let raw: string;
    const number = isDigit(text.charCodeAt(at)) ? numberEnd(text, at) : at;
    if (number > at && /[.,]/.test(text.slice(at, number))) {
      at = number;
      digits = true;
      raw = plainNumber(text.slice(start, at));
      const unit = at;
      while (at < text.length && isWordChar(text, at) && !isDigit(text.charCodeAt(at))) at++;
      letters = at > unit;
      raw += text.slice(unit, at);
    } else {
      while (at < text.length && isWordChar(text, at)) {
        if (isDigit(text.charCodeAt(at))) digits = true;
        else letters = true;
        at++;
      }
      raw = text.slice(start, at);
    }
    const glued =
      start === previousEnd + 1 ? JOINING.includes(text.charAt(previousEnd)) : isTornCode(text, previousEnd, start);
    previousEnd = at;
    if (raw.length > MAX_WORD) raw = raw.slice(0, MAX_WORD);
    const from = map === null ? start : (map[start] ?? 0);
    const to = map === null ? at : at < map.length ? (map[at] ?? cut.length) : cut.length;
    found.push({
      text: raw,
      key: letters && !digits ? keyOf(raw) : raw,
      start: from,
      end: Math.max(to, from),
      letters,
      digits,
      glued,
      tick: digits ? tickAfter(text, at) : '',
    });
  }
  return found;
}

/** The inch or foot mark after a number: `46"`, `46 '`, `46”`. */
function tickAfter(text: string, at: number): string {
  const next = text.charAt(at) === ' ' ? at + 1 : at;
  const mark = text.charAt(next);
  if (mark === '"' || mark === '\u201d' || mark === '\u2033') return '"';
  if (mark !== "'" && mark !== '\u2019' && mark !== '\u2032') return '';
  // A lone quote that opens a word ("7 's") is an apostrophe.
  if (isLower(text.charCodeAt(next + 1))) return '';
  return text.charAt(next + 1) === mark ? '"' : "'";
}

/** Whether a word says nothing about which product it is (articles, prepositions; English, Portuguese, Spanish). */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}

/** Lower-case, accent-free, single-spaced form of a name, for comparing brands and categories. */
export function nameKey(source: string): string {
  return words(source)
    .map((word) => word.text)
    .join(' ');
}
