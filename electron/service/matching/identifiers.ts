import { gluedUnit, isMeasure } from './lexicon.ts';
import { type Word, words } from './text.ts';

/**
 * A GTIN as 14 digits, or null when it is none: wrong length, wrong check digit, or all zeros. Takes GTIN-8, UPC-A (12), EAN-13,
 * GTIN-14 and ISBN-10 (rewritten as 978…). Spaces and dashes are ignored. Rule: GS1 General Specifications, section 7.9.
 */
export function normalizeGtin(source: string): string | null {
  const text = source.length > 40 ? '' : source.replace(/[\s\-.]/g, '');
  if (/^\d{9}[\dXx]$/.test(text)) return isbn10(text);
  if (!/^(\d{8}|\d{12,14})$/.test(text) || /^0+$/.test(text)) return null;
  const digits = text.padStart(14, '0');
  return gtinCheckDigit(digits.slice(0, 13)) === digits.charCodeAt(13) - 48 ? digits : null;
}

/** The check digit (0 to 9) of the 13 digits before it, weighted 3, 1, 3, … from the left of a GTIN-14. */
export function gtinCheckDigit(thirteen: string): number {
  let sum = 0;
  for (let i = 0; i < 13; i++) sum += (thirteen.charCodeAt(i) - 48) * (i % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10;
}

function isbn10(text: string): string | null {
  let sum = 0;
  for (let i = 0; i < 10; i++) {
    const char = text.charAt(i);
    sum += (char === 'X' || char === 'x' ? 10 : char.charCodeAt(0) - 48) * (10 - i);
  }
  if (sum % 11 !== 0) return null;
  const body = `0978${text.slice(0, 9)}`;
  return body + String(gtinCheckDigit(body));
}

/** A model or part number as upper-case letters and digits only: "kr-47 wh" is "KR47WH". Accents are dropped. */
export function normalizeModel(source: string): string {
  let joined = '';
  for (const word of words(source.slice(0, 80))) joined += word.text.replace(/\./g, '');
  return joined.toUpperCase().slice(0, 40);
}

/** A code that looks like a model or part number, with its range in the text it was found in. */
export interface ModelCode {
  /** Upper-case letters and digits. */
  readonly code: string;
  readonly start: number;
  readonly end: number;
  /** Put together from two words ("kh 240"). It confirms a code that the other side writes as one, and says no more than that. */
  readonly loose: boolean;
  /** False for bare digits ("6934"): their agreement says much, their difference little. */
  readonly mixed: boolean;
}

const ORDINAL = /^[0-9]+(st|nd|rd|th)$/;
const YEAR = /^(19[5-9]\d|20[0-3]\d)$/;
const ENDING = /^[A-Z]{1,4}$/;
const MAX_PARTS = 5;

function isMixed(code: string): boolean {
  return /[0-9]/.test(code) && /[A-Z]/.test(code);
}

/**
 * Finds model numbers in free text: words that mix letters and digits, at least four long (QNX88W), pieces joined by dashes or
 * slashes (KTV-RMA/B), letters next to digits (KH 240), and bare numbers of four digits and more that are no year and no measure.
 */
export function modelCodes(found: readonly Word[]): ModelCode[] {
  const codes = new Map<string, ModelCode>();
  const add = (text: string, start: number, end: number, loose = false): void => {
    const code = text.toUpperCase();
    if (code.length < 4 || code.length > 30 || (codes.has(code) && codes.get(code)?.loose !== true)) return;
    codes.set(code, { code, start, end, loose, mixed: isMixed(code) });
  };
  for (let i = 0; i < found.length; i++) {
    const word = found[i];
    if (word === undefined) continue;
    const opens = !word.glued && found[i + 1]?.glued === true;
    if (opens) addCompound(found, i, add);
    if (!word.digits) {
      const next = found[i + 1];
      // "kh 240", "kdr 57w": a short word of letters before a number may be the front of a code.
      if (next !== undefined && isTail(next, found[i + 2]) && word.text.length >= 2 && word.text.length <= 5)
        add(word.text + next.text, word.start, next.end, true);
      continue;
    }
    if (word.tick !== '' || isMeasure(word.text, found[i + 1]) || word.text.includes('.')) continue;
    if (ORDINAL.test(word.text)) continue;
    if (word.letters) add(word.text, word.start, word.end);
    else if (word.text.length >= 4 && word.text.length <= 12 && !YEAR.test(word.text)) {
      const partOfRatio = word.glued || found[i + 1]?.glued === true;
      if (!partOfRatio) add(word.text, word.start, word.end);
    }
  }
  return [...codes.values()];
}

function isTail(word: Word, next: Word | undefined): boolean {
  if (!word.digits || word.glued || word.tick !== '' || isMeasure(word.text, next)) return false;
  return /^[0-9]{2,5}[a-z]{0,4}$/.test(word.text) && !YEAR.test(word.text) && !ORDINAL.test(word.text);
}

function addCompound(
  found: readonly Word[],
  from: number,
  add: (text: string, start: number, end: number) => void,
): void {
  let joined = '';
  let parts = 0;
  let to = from;
  let longWord = false;
  let measured = false;
  for (let i = from; i < found.length; i++) {
    const part = found[i];
    if (part === undefined || (i > from && !part.glued)) break;
    joined += part.text.replace(/\./g, '');
    longWord ||= !part.digits && part.text.length >= 5;
    // "18-55mm" and "4th-6th" are ranges, "8-port" and "2-1/2" measures.
    measured ||=
      gluedUnit(part.text) !== null || ORDINAL.test(part.text) || (part.digits && isMeasure(part.text, found[i + 1]));
    parts++;
    to = i;
  }
  const first = found[from];
  const last = found[to];
  if (first === undefined || last === undefined || parts > MAX_PARTS) return;
  if (longWord || measured || !/[0-9]/.test(joined)) return;
  if (/^[0-9]+$/.test(joined)) {
    if (joined.length < 6) return;
  }
  add(joined, first.start, last.end);
}

export type CodeRelation = 'same' | 'extends' | 'rival' | 'other';

/**
 * How two model codes relate. 'extends': one is the other with a short ending (colour, region: RTV774 and RTV774BK) or front.
 * 'rival': of the same family and yet another (QNX88W and QNX55W). A digit after a digit makes another number, not an ending.
 */
export function relateCodes(a: string, b: string): CodeRelation {
  if (a === b) return 'same';
  // everything that relates two codes shares their beginning or their end
  if (a.charCodeAt(0) !== b.charCodeAt(0) && a.charCodeAt(a.length - 1) !== b.charCodeAt(b.length - 1)) return 'other';
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length >= 4 && /[0-9]/.test(short)) {
    const extra = long.length - short.length;
    if (extra <= 5 && long.startsWith(short)) {
      const digitRun = /[0-9]$/.test(short) && /[0-9]/.test(long.charAt(short.length));
      return digitRun ? 'rival' : 'extends';
    }
    if (extra <= 4 && long.endsWith(short)) {
      const digitRun = /^[0-9]/.test(short) && /[0-9]/.test(long.charAt(extra - 1));
      return digitRun ? 'rival' : 'extends';
    }
    // RTV774BK and RTV774BL, PMK846BF and PMK846BK: the same number with two endings.
    const stem = /^.*[0-9]/.exec(a.slice(0, sharedPrefix(a, b)))?.[0].length ?? 0;
    if (stem >= 4 && ENDING.test(a.slice(stem)) && ENDING.test(b.slice(stem))) return 'extends';
  }
  const front = sharedPrefix(a, b);
  return front >= 2 && front >= short.length / 3 && Math.abs(a.length - b.length) <= 3 ? 'rival' : 'other';
}

function sharedPrefix(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}
