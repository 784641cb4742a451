import { attributeFacts, editions, type Fact, facts, type KeptFact, versions } from './facts.ts';
import { type ModelCode, modelCodes, normalizeGtin, normalizeModel } from './identifiers.ts';
import { COMPANY_WORDS } from './lexicon.ts';
import type { Rarity } from './rarity.ts';
import { Recent } from './recent.ts';
import { isStopWord, type Word, words } from './text.ts';

/** A side of a comparison (the offer or the SKU), read once: everything `compare` looks at. */
export interface Side {
  readonly title: string;
  /** Words of the title that are no stop words. */
  readonly words: readonly Word[];
  /** How rare each of them is, and whether it is the first of its key. */
  readonly rarities: readonly number[];
  readonly firsts: readonly boolean[];
  readonly keys: ReadonlySet<string>;
  /** Each word and the next one written as one. */
  readonly pairs: readonly string[];
  /** The codes, and neighbours written as one ("minivan" for "mini van"), in lower case. */
  readonly joined: ReadonlySet<string>;
  readonly brand: string | null;
  readonly brandKey: string;
  /** The model as it was given, and its normal form ('' when there is none). */
  readonly model: string | null;
  readonly modelCode: string;
  /** Codes found in the title, and in lower case. */
  readonly codes: readonly ModelCode[];
  readonly codeKeys: readonly string[];
  readonly facts: readonly Fact[];
  /** Facts of the attributes that were given by name. */
  readonly given: readonly KeptFact[];
  readonly versions: readonly Fact[];
  /** What the title says of the edition or condition: upgrade, academic, refurbished, mac… */
  readonly editions: readonly Fact[];
  readonly gtins: readonly string[];
  /** The gtins that are valid, as 14 digits. */
  readonly validGtins: readonly string[];
  readonly categoryPath: string | null;
  readonly priceMinor: number | null;
}

/** A code in a text that is no title. */
export interface Mention {
  readonly code: string;
  readonly written: string;
}

/** The offer, with what its description adds. */
export interface OfferSide extends Side {
  readonly descriptionKeys: ReadonlySet<string>;
  /** Model numbers that its description mentions. */
  readonly descriptionCodes: readonly Mention[];
  readonly descriptionFacts: readonly KeptFact[];
}

/** The SKU, with what its description added when it was indexed. */
export interface SkuSide extends Side {
  readonly descriptionFacts: readonly KeptFact[];
  /** The candidate search's score as a share of what the offer's terms could reach at most, 0 to 1. */
  readonly textRank: number;
}

/** What both an offer and a SKU have. */
export interface SideInput {
  readonly title: string;
  readonly brand: string | null;
  readonly model: string | null;
  readonly gtins: readonly string[];
  readonly categoryPath: string | null;
  readonly priceMinor: number | null;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** More identifiers than any real product has, so that a list of a million costs nothing. */
const MAX_GTINS = 16;

/** The valid gtins of a list as 14 digits, each once. */
export function validGtins(gtins: readonly string[]): string[] {
  const valid = new Set<string>();
  for (const gtin of gtins.slice(0, MAX_GTINS)) {
    const normal = normalizeGtin(gtin);
    if (normal !== null) valid.add(normal);
  }
  return [...valid];
}

const brandKeys = new Recent<string>();

/** A brand for comparison: folded, without the words of a company's name, without spaces. */
function brandKeyOf(brand: string): string {
  return brandKeys.get(brand, readBrand);
}

function readBrand(brand: string): string {
  const all = words(brand, 80).map((word) => word.text);
  const telling = all.filter((word) => !COMPANY_WORDS.has(word));
  return (telling.length > 0 ? telling : all).join('');
}

/** Reads one side. */
export function parseSide(input: SideInput, rarity: Rarity): Side {
  const all = words(input.title);
  const telling = all.filter((word) => !isStopWord(word.text));
  const keys = new Set<string>();
  const [rarities, firsts]: [number[], boolean[]] = [[], []];
  for (const { key } of telling) {
    firsts.push(!keys.has(key));
    keys.add(key);
    rarities.push(rarity.of(key));
  }
  const codes = modelCodes(all);
  const codeKeys = codes.map(({ code }) => code.toLowerCase());
  const pairs: string[] = [];
  for (let i = 1; i < telling.length; i++) pairs.push((telling[i - 1]?.text ?? '') + (telling[i]?.key ?? ''));
  return {
    title: input.title,
    words: telling,
    rarities,
    firsts,
    keys,
    pairs,
    joined: new Set([...codeKeys, ...pairs]),
    brand: input.brand,
    brandKey: input.brand === null ? '' : brandKeyOf(input.brand),
    model: input.model,
    modelCode: input.model === null ? '' : normalizeModel(input.model),
    codes,
    codeKeys,
    facts: facts(all),
    given: input.attributes === undefined ? [] : attributeFacts(input.attributes),
    versions: versions(all),
    editions: editions(all),
    gtins: input.gtins,
    validGtins: validGtins(input.gtins),
    categoryPath: input.categoryPath,
    priceMinor: input.priceMinor,
  };
}
