import type { Mark, Verdict } from './types.ts';

/**
 * The features of a pair, each 0 to 1 unless said otherwise. A feature is a reason for or against: its weight never changes
 * sign (`weights.ts`), so a pair that agrees in more never scores less.
 */
export const FEATURES = [
  'gtinSame',
  'gtinOther',
  'modelSame',
  'modelExtends',
  'modelRival',
  'modelOther',
  'brandSame',
  'brandOther',
  'titleAlike',
  'titleCovered',
  'skuCovered',
  'textRank',
  'versionSame',
  'versionOther',
  'editionSame',
  'editionOther',
  'measureSame',
  'measureOther',
  'measureOtherInText',
  'packOther',
  'colorSame',
  'colorOther',
  'categorySame',
  'categoryOther',
  'priceNear',
  'priceFar',
] as const;

export type Feature = (typeof FEATURES)[number];

/** The place of each feature in `FEATURES`. */
export const AT: Readonly<Record<Feature, number>> = Object.fromEntries(
  FEATURES.map((feature, at) => [feature, at]),
) as Record<Feature, number>; // one entry a feature

/** Features with their values: the place of one, its value, the place of the next… Flat, since some hundred are made a suggestion. */
export type Shown = readonly number[];

/** Which features speak against a match. All others speak for it. */
export const AGAINST: ReadonlySet<Feature> = new Set<Feature>([
  'gtinOther',
  'modelRival',
  'modelOther',
  'brandOther',
  'versionOther',
  'editionOther',
  'measureOther',
  'measureOtherInText',
  'packOther',
  'colorOther',
  'categoryOther',
  'priceFar',
]);

/** What one attribute of a pair shows, before it is weighed. */
export interface Finding {
  readonly attribute: string;
  readonly verdict: Verdict;
  readonly offerValue: string | null;
  readonly skuValue: string | null;
  readonly offerMarks?: readonly Mark[];
  readonly skuMarks?: readonly Mark[];
  readonly features: Shown;
}
