import { ATTRIBUTE_NAMES, colorOf, editionOf, gluedUnit, romanOf, unitOf } from './lexicon.ts';
import { Recent } from './recent.ts';
import { type Word, words } from './text.ts';

/** A measured or named property found in a text: 8 ports, 46 inches, a pack of 3, black. */
export interface Fact {
  readonly attribute: string;
  /** In the attribute's base unit; for a colour, its English key. */
  readonly value: number | string;
  /** Range in the text it was found in. */
  readonly start: number;
  readonly end: number;
}

const PACK_WORDS = new Set([
  'pack',
  'kit',
  'set',
  'conjunto',
  'caixa',
  'caja',
  'box',
  'lot',
  'lote',
  'pacote',
  'paquete',
]);
const OF_WORDS = new Set(['of', 'com', 'de', 'con', 'c', 'with']);
const NUMBER = /^[0-9]+(\.[0-9]+)?$/;

/** Quantities with units, packs and colours of a text, in its order. */
export function facts(found: readonly Word[]): Fact[] {
  const result: Fact[] = [];
  for (let i = 0; i < found.length; i++) {
    const word = found[i];
    if (word === undefined) continue;
    if (!word.digits) {
      const color = colorOf(word.text);
      if (color !== undefined) result.push({ attribute: 'color', value: color, start: word.start, end: word.end });
      const count = found[i + 2];
      if (
        PACK_WORDS.has(word.text) &&
        OF_WORDS.has(found[i + 1]?.text ?? '') &&
        count &&
        /^[0-9]{1,3}$/.test(count.text)
      ) {
        // "set of 4 GB modules" measures the module, not the set.
        if (unitOf(found[i + 3]?.text ?? '') === undefined || unitOf(found[i + 3]?.text ?? '')?.attribute === 'pack')
          result.push({ attribute: 'pack', value: Number(count.text), start: word.start, end: count.end });
      }
      continue;
    }
    const glued = gluedUnit(word.text);
    // The 105 W of "ZX-105W" are the end of a model's number; those of "DDR3-8GB" are gigabytes, for no model ends in a whole unit.
    if (glued !== null && word.glued && found[i - 1]?.letters === true && /[0-9][a-z]$/.test(word.text)) continue;
    if (glued !== null) {
      result.push({
        attribute: glued.unit.attribute,
        value: glued.value * glued.unit.factor,
        start: word.start,
        end: word.end,
      });
      continue;
    }
    if (!NUMBER.test(word.text)) continue;
    // The 52 of "CL-52 pack" is part of a model.
    if (word.glued && found[i - 1]?.letters === true) continue;
    const value = Number(word.text);
    if (word.tick !== '') {
      // A lone ' is an inch as often as a foot in sellers' titles; both sides are read alike, so equality is what counts.
      result.push({ attribute: 'size', value, start: word.start, end: word.end });
      continue;
    }
    const next = found[i + 1];
    const cubicFeet = (next?.text === 'cu' && found[i + 2]?.text === 'ft') || next?.text === 'cu.ft';
    if (cubicFeet && next !== undefined) {
      const end = found[i + 2]?.text === 'ft' ? found[i + 2] : next;
      result.push({ attribute: 'volume', value: value * 28316.8, start: word.start, end: end?.end ?? next.end });
      continue;
    }
    const unit = next === undefined ? undefined : unitOf(next.text);
    if (unit === undefined || next === undefined) continue;
    // "in" after a number is more often the preposition ("shelf pair speakers 161 in white"): only with a joining mark.
    if (next.text === 'in' && !next.glued) continue;
    result.push({ attribute: unit.attribute, value: value * unit.factor, start: word.start, end: next.end });
  }
  return result;
}

const attributes = new Recent<string | null>();

const readName = (name: string): string | null => ATTRIBUTE_NAMES.get(words(name, 60)[0]?.text ?? '') ?? null;

/** Facts of the attributes that are given as name and value, for the names the engine knows. */
export function attributeFacts(given: Readonly<Record<string, string>>): KeptFact[] {
  const result: KeptFact[] = [];
  for (const [name, text] of Object.entries(given)) {
    const attribute = attributes.get(name, readName);
    if (attribute === null) continue;
    const found = words(text, 120);
    const read = facts(found).filter((fact) => fact.attribute === attribute);
    const bare = found[0];
    const written = text.slice(0, 60);
    if (read.length > 0) for (const fact of read) result.push({ attribute, value: fact.value, written });
    else if (found.length === 1 && bare && NUMBER.test(bare.text) && attribute !== 'color')
      result.push({ attribute, value: Number(bare.text), written });
  }
  return result;
}

/** Numbers without a unit, years, and short codes (CS3, v2.0, II): what tells one edition or series from the next. */
export function versions(found: readonly Word[]): Fact[] {
  const result: Fact[] = [];
  for (let i = 0; i < found.length; i++) {
    const word = found[i];
    if (word === undefined) continue;
    const before = found[i - 1];
    // The 0 of "v2.0" belongs to the 2.
    if (word.glued && before !== undefined && /^v[0-9]+$/.test(before.text)) continue;
    const value = versionOf(word, found[i + 1]);
    if (value !== null) result.push({ attribute: 'version', value, start: word.start, end: word.end });
  }
  return result;
}

function versionOf(word: Word, next: Word | undefined): string | null {
  if (!word.digits) {
    const roman = romanOf(word.text);
    return roman === undefined ? null : String(roman);
  }
  if (word.tick !== '' || gluedUnit(word.text) !== null) return null;
  if (next !== undefined && unitOf(next.text) !== undefined && next.text !== 'in') return null;
  if (NUMBER.test(word.text))
    return word.text.length > 4 && !word.text.includes('.') ? null : String(Number(word.text));
  const plain = /^v([0-9.]+)$/.exec(word.text);
  if (plain !== null) {
    const minor = next?.glued && NUMBER.test(next.text) && !next.text.includes('.') ? `.${next.text}` : '';
    return String(Number(`${plain[1]}${minor}`));
  }
  return word.text.length <= 3 ? word.text : null;
}

/** Editions and conditions that a title names, each once. */
export function editions(found: readonly Word[]): Fact[] {
  const result: Fact[] = [];
  for (const word of found) {
    const value = word.digits ? undefined : editionOf(word.text);
    if (value !== undefined && !result.some((fact) => fact.value === value))
      result.push({ attribute: 'edition', value, start: word.start, end: word.end });
  }
  return result;
}

/** Whether two values of an attribute are the same; measures within 1.5% (22" and 21.8", 8 GB and 8192 MB). */
export function sameValue(a: number | string, b: number | string): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return Math.abs(a - b) <= 0.015 * Math.max(Math.abs(a), Math.abs(b));
}

/** What the index keeps of a description's facts, with the words they were written in: "ports=8=8-Port;color=black=Black". */
export function packFacts(list: readonly Fact[], source: string): string {
  const kept = new Map<string, string>();
  for (const fact of list) {
    const value = typeof fact.value === 'number' ? +fact.value.toPrecision(6) : fact.value;
    const key = `${fact.attribute}=${value}`;
    if (!kept.has(key))
      kept.set(key, `${key}=${source.slice(fact.start, fact.end).replace(/[=;]/g, ' ').slice(0, 24)}`);
    if (kept.size >= 12) break;
  }
  return [...kept.values()].join(';');
}

/** A fact whose text is no longer at hand, with the words it was written in. */
export interface KeptFact {
  readonly attribute: string;
  readonly value: number | string;
  readonly written: string;
}

/** The reverse of `packFacts`. */
export function unpackFacts(packed: string): KeptFact[] {
  if (packed === '') return [];
  return packed.split(';').map((each) => {
    const [attribute = '', value = '', written = ''] = each.split('=');
    return { attribute, value: attribute === 'color' ? value : Number(value), written };
  });
}
