import { compareEditions, compareFacts } from './compare-facts.ts';
import { compareTitles } from './compare-titles.ts';
import { AT, type Finding } from './features.ts';
import { type ModelCode, relateCodes } from './identifiers.ts';
import type { OfferSide, Side, SkuSide } from './parse.ts';
import type { Rarity } from './rarity.ts';
import { Recent } from './recent.ts';
import { nameKey, type Word } from './text.ts';

/** Everything that speaks for or against the offer being the SKU, one finding an attribute. */
export function compare(offer: OfferSide, sku: SkuSide, rarity: Rarity): Finding[] {
  const findings: Finding[] = [];
  const add = (finding: Finding | null): void => {
    if (finding !== null) findings.push(finding);
  };
  add(compareGtins(offer, sku));
  add(compareModels(offer, sku, rarity));
  add(compareBrands(offer, sku));
  add(compareEditions(offer, sku));
  findings.push(...compareFacts(offer, sku));
  add(compareTitles(offer, sku));
  add(compareCategories(offer.categoryPath, sku.categoryPath));
  add(comparePrices(offer.priceMinor, sku.priceMinor));
  return findings;
}

function compareGtins(offer: Side, sku: Side): Finding | null {
  if (offer.gtins.length === 0 && sku.gtins.length === 0) return null;
  const shared = offer.validGtins.find((gtin) => sku.validGtins.includes(gtin));
  const shown = (side: Side): string | null => side.gtins[0]?.slice(0, 40) ?? null;
  if (shared !== undefined) {
    const plain = shared.replace(/^0+/, '');
    return {
      attribute: 'gtin',
      verdict: 'agrees',
      offerValue: plain,
      skuValue: plain,
      offerMarks: [[0, plain.length]],
      skuMarks: [[0, plain.length]],
      features: [AT.gtinSame, 1],
    };
  }
  const conflicts = offer.validGtins.length > 0 && sku.validGtins.length > 0;
  // A gtin that fails its check digit identifies nothing, but the operator still sees it.
  return {
    attribute: 'gtin',
    verdict: conflicts ? 'conflicts' : 'missing',
    offerValue: shown(offer),
    skuValue: shown(sku),
    features: conflicts ? [AT.gtinOther, 1] : [],
  };
}

interface Code {
  readonly code: string;
  readonly written: string;
  readonly mixed: boolean;
  readonly given: boolean;
  /** Only an equal on the other side counts: it is put together from two words, or only mentioned in a description. */
  readonly weak: boolean;
}

function codesOf(side: Side): Code[] {
  const codes: Code[] = [];
  if (side.modelCode.length >= 3)
    codes.push({ code: side.modelCode, written: side.model ?? '', mixed: true, given: true, weak: false });
  const written = (code: ModelCode): string => side.title.slice(code.start, code.end);
  for (const code of side.codes)
    if (code.code !== side.modelCode) codes.push({ ...code, written: written(code), given: false, weak: code.loose });
  return codes;
}

/** How much a code identifies: rare and long ones do, "1080P" and "6934" less. 0 to 1. */
function telling(code: string, rarity: Rarity): number {
  return rarity.of(code.toLowerCase()) * Math.min(1, code.length / 6);
}

function compareModels(offer: OfferSide, sku: Side, rarity: Rarity): Finding | null {
  const ours = codesOf(offer);
  for (const { code, written } of offer.descriptionCodes)
    ours.push({ code, written, mixed: true, given: false, weak: true });
  const theirs = codesOf(sku);
  if (ours.length === 0 && theirs.length === 0) return null;
  const first = (codes: readonly Code[]): Code | undefined => codes.find((code) => !code.weak) ?? codes[0];
  const [firstOffer, firstSku] = [first(ours), first(theirs)];
  if (firstOffer === undefined || firstSku === undefined)
    return {
      attribute: 'model',
      verdict: 'missing',
      offerValue: firstOffer?.written ?? null,
      skuValue: firstSku?.written ?? null,
      features: [],
    };
  let best: { a: Code; b: Code; rank: number; value: number } | null = null;
  for (const a of ours)
    for (const b of theirs) {
      if (a.weak && b.weak) continue;
      const relation = relateCodes(a.code, b.code);
      if ((a.weak || b.weak) && relation !== 'same') continue;
      let rank = 0;
      let value = 0;
      if (relation === 'same') {
        rank = 3;
        value = a.given && b.given ? Math.max(0.8, telling(a.code, rarity)) : telling(a.code, rarity);
      } else if (relation === 'extends') {
        rank = 2;
        value = telling(a.code.length < b.code.length ? a.code : b.code, rarity);
      } else if (!a.mixed || !b.mixed) continue;
      else {
        rank = relation === 'rival' ? 1 : 0;
        value = a.given && b.given ? 1 : rank === 1 ? 0.9 : 0.7;
      }
      if (best === null || rank > best.rank || (rank === best.rank && value > best.value)) best = { a, b, rank, value };
    }
  if (best === null)
    return {
      attribute: 'model',
      verdict: 'missing',
      offerValue: firstOffer.written,
      skuValue: firstSku.written,
      features: [],
    };
  const { a, b, rank, value } = best;
  return {
    attribute: 'model',
    verdict: rank === 3 ? 'agrees' : rank === 2 ? 'near' : 'conflicts',
    offerValue: a.written,
    skuValue: b.written,
    offerMarks: [[0, a.written.length]],
    skuMarks: [[0, b.written.length]],
    features:
      rank === 3
        ? [AT.modelSame, value]
        : rank === 2
          ? [AT.modelExtends, value]
          : rank === 1
            ? [AT.modelRival, value]
            : [AT.modelOther, value],
  };
}

/** Where a brand's key stands at a title's words, or null. Two words may make it ("west point" for "westpoint"). */
function brandIn(key: string, side: Side): Word | null {
  if (key.length < 2) return null;
  for (let i = 0; i < side.words.length; i++) {
    const word = side.words[i];
    if (word === undefined) continue;
    if (!key.startsWith(word.text)) continue;
    const missing = key.length - word.text.length;
    if (missing === 0 || word.text.length >= 4) return word;
    const next = side.words[i + 1]?.text;
    if (next?.length === missing && key.endsWith(next)) return word;
  }
  return null;
}

function sameBrand(a: string, b: string): boolean {
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= 3 && long.startsWith(short);
}

function compareBrands(offer: Side, sku: Side): Finding | null {
  const finding = (verdict: Finding['verdict'], a: string | null, b: string | null, value: number): Finding => ({
    attribute: 'brand',
    verdict,
    offerValue: a,
    skuValue: b,
    features: verdict === 'agrees' ? [AT.brandSame, value] : verdict === 'conflicts' ? [AT.brandOther, value] : [],
  });
  const written = (side: Side, word: Word): string => side.title.slice(word.start, word.end);
  if (offer.brandKey !== '' && sku.brandKey !== '') {
    if (sameBrand(offer.brandKey, sku.brandKey)) return finding('agrees', offer.brand, sku.brand, 1);
    const inOffer = brandIn(sku.brandKey, offer);
    if (inOffer !== null) return finding('agrees', written(offer, inOffer), sku.brand, 0.8);
    const inSku = brandIn(offer.brandKey, sku);
    if (inSku !== null) return finding('agrees', offer.brand, written(sku, inSku), 0.8);
    return finding('conflicts', offer.brand, sku.brand, 1);
  }
  if (sku.brandKey !== '') {
    const word = brandIn(sku.brandKey, offer);
    return word === null
      ? finding('missing', null, sku.brand, 0)
      : finding('agrees', written(offer, word), sku.brand, 1);
  }
  if (offer.brandKey !== '') {
    const word = brandIn(offer.brandKey, sku);
    return word === null
      ? finding('missing', offer.brand, null, 0)
      : finding('agrees', offer.brand, written(sku, word), 1);
  }
  // Neither names its brand: titles mostly begin with it.
  const [first, other] = [offer.words[0], sku.words[0]];
  if (first === undefined || other === undefined) return null;
  if (first.key === other.key && !first.digits)
    return finding('agrees', written(offer, first), written(sku, other), 0.7);
  return null;
}

const segments = new Recent<readonly string[]>();

const readPath = (path: string): string[] =>
  path
    .slice(0, 400)
    .split(/[/>|]/)
    .map(nameKey)
    .filter((name) => name !== '');

function compareCategories(offer: string | null, sku: string | null): Finding | null {
  if (offer === null || sku === null) return null;
  const [ours, theirs] = [segments.get(offer, readPath), segments.get(sku, readPath)];
  const [leaf, other] = [ours.at(-1), theirs.at(-1)];
  if (leaf === undefined || other === undefined) return null;
  const base = { attribute: 'category', offerValue: offer, skuValue: sku };
  if (leaf === other) return { ...base, verdict: 'agrees', features: [AT.categorySame, 1] };
  if (ours.some((name) => theirs.includes(name))) return { ...base, verdict: 'near', features: [AT.categorySame, 0.4] };
  return { ...base, verdict: 'conflicts', features: [AT.categoryOther, 1] };
}

function comparePrices(offer: number | null, sku: number | null): Finding | null {
  if (offer === null || sku === null || offer <= 0 || sku <= 0) return null;
  const distance = Math.abs(Math.log(offer / sku));
  const near = Math.max(0, 1 - distance / 0.5);
  const far = Math.min(1, Math.max(0, (distance - 0.6) / 1.4));
  return {
    attribute: 'price',
    verdict: distance <= 0.02 ? 'agrees' : distance <= 0.6 ? 'near' : 'conflicts',
    offerValue: String(offer),
    skuValue: String(sku),
    features: [AT.priceNear, near, AT.priceFar, far],
  };
}
