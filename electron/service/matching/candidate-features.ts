import { FEATURES, type Feature, type Finding } from './features.ts';
import type { OfferSide, Side, SkuSide } from './parse.ts';
import { featureRow } from './scoring.ts';

/** A candidate as it was compared, before a learned model looks at it. */
export interface ComparedCandidate {
  readonly sku: SkuSide;
  readonly findings: readonly Finding[];
  /** Log-odds in hundredths: the bias and the sum of the evidence's weights. */
  readonly odds: number;
}

/** The attribute whose evidence a feature belongs to; null: the whole picture. */
const ATTRIBUTES: Readonly<Partial<Record<Feature, string>>> = {
  gtinSame: 'gtin',
  gtinOther: 'gtin',
  modelSame: 'model',
  modelExtends: 'model',
  modelRival: 'model',
  modelOther: 'model',
  brandSame: 'brand',
  brandOther: 'brand',
  titleAlike: 'title',
  titleCovered: 'title',
  skuCovered: 'title',
  textRank: 'title',
  versionSame: 'version',
  versionOther: 'version',
  editionSame: 'edition',
  editionOther: 'edition',
  packOther: 'pack',
  colorSame: 'color',
  colorOther: 'color',
  categorySame: 'category',
  categoryOther: 'category',
  priceNear: 'price',
  priceFar: 'price',
};

const TEXT = [
  'cosine',
  'jaccard',
  'offerCovered',
  'skuCoveredExactly',
  'numbers',
  'numbersShared',
  'firstWord',
] as const;
const REST = ['rarestMissed', 'skuMissed', 'lengths'] as const;
const PRICE = ['priceRatio', 'priceDistance'] as const;
const PLACE = ['odds', 'missing', 'conflicts', 'rank', 'ahead', 'cosineAhead', 'rivals'] as const;

/** The attribute of each place of a row, in its order. */
export const ROW_ATTRIBUTES: readonly (string | null)[] = [
  ...FEATURES.map((feature) => ATTRIBUTES[feature] ?? null),
  ...[...TEXT, ...REST].map(() => 'title'),
  ...PRICE.map(() => 'price'),
  ...PLACE.map(() => null),
];

/** Candidates that one is seen beside. */
const BESIDE = 20;
/** What the price of two that cannot be compared is. */
const UNKNOWN_PRICE = 9;

interface Alike {
  readonly cosine: number;
  readonly values: readonly number[];
}

/** Rows for a learned model, one a candidate: its attributes, how alike the titles are, and how it stands among the others. */
export function candidateRows(offer: OfferSide, candidates: readonly ComparedCandidate[]): number[][] {
  const ours = weightsOf(offer);
  const alike = candidates.map(({ sku }) => alikeOf(offer, ours, sku));
  const byOdds = candidates.map((_, at) => at).sort((a, b) => oddsOf(candidates[b]) - oddsOf(candidates[a]));
  const ranks: number[] = [];
  for (const [rank, at] of byOdds.entries()) ranks[at] = rank;
  return candidates.map((candidate, at) => {
    const rivals = byOdds.filter((other) => other !== at).slice(0, BESIDE);
    const odds = candidate.odds / 100;
    const best = rivals[0] === undefined ? -12 : oddsOf(candidates[rivals[0]]) / 100;
    const nearest = rivals.reduce((most, other) => Math.max(most, alike[other]?.cosine ?? 0), 0);
    const one = alike[at];
    return [
      ...featureRow(candidate.findings),
      ...(one?.values ?? []),
      odds,
      candidate.findings.filter(({ verdict }) => verdict === 'missing').length,
      candidate.findings.filter(({ verdict }) => verdict === 'conflicts').length,
      Math.min(ranks[at] ?? BESIDE, BESIDE),
      odds - best,
      (one?.cosine ?? 0) - nearest,
      rivals.filter((other) => oddsOf(candidates[other]) / 100 > odds - 1).length,
    ];
  });
}

const oddsOf = (candidate: ComparedCandidate | undefined): number => candidate?.odds ?? 0;

interface Weighted {
  readonly weights: ReadonlyMap<string, number>;
  readonly norm: number;
  readonly numbers: ReadonlySet<string>;
}

function weightsOf({ words, rarities }: Side): Weighted {
  const weights = new Map<string, number>();
  const numbers = new Set<string>();
  let norm = 0;
  for (const [at, { key, digits }] of words.entries()) {
    if (digits) numbers.add(key);
    if (weights.has(key)) continue;
    const weight = Math.max(0.05, rarities[at] ?? 0);
    weights.set(key, weight);
    norm += weight * weight;
  }
  return { weights, norm, numbers };
}

function alikeOf(offer: OfferSide, ours: Weighted, sku: SkuSide): Alike {
  const theirs = weightsOf(sku);
  let [both, shared, missed, skuMissed] = [0, 0, 0, 0];
  for (const [key, weight] of ours.weights) {
    if (theirs.weights.has(key)) {
      both += weight * weight;
      shared++;
    } else missed = Math.max(missed, weight);
  }
  for (const [key, weight] of theirs.weights) if (!ours.weights.has(key)) skuMissed = Math.max(skuMissed, weight);
  let numbersShared = 0;
  for (const key of ours.numbers) if (theirs.numbers.has(key)) numbersShared++;
  const numbersOfAny = ours.numbers.size + theirs.numbers.size - numbersShared;
  const [a, b] = [ours.weights.size, theirs.weights.size];
  const cosine = both === 0 ? 0 : both / Math.sqrt(ours.norm * theirs.norm);
  const price =
    offer.priceMinor !== null && sku.priceMinor !== null && offer.priceMinor > 0 && sku.priceMinor > 0
      ? Math.log(offer.priceMinor / sku.priceMinor)
      : UNKNOWN_PRICE;
  return {
    cosine,
    values: [
      cosine,
      shared / Math.max(1, a + b - shared),
      shared / Math.max(1, a),
      shared / Math.max(1, b),
      numbersShared / Math.max(1, numbersOfAny),
      numbersShared,
      offer.words[0]?.key === sku.words[0]?.key ? 1 : 0,
      missed,
      skuMissed,
      a - b,
      price,
      Math.abs(price),
    ],
  };
}
