import type { Feature } from './features.ts';

/**
 * Made by `calibrate.ts`: logistic regression on the train splits of the two public benchmark sets Abt-Buy and Amazon-Google
 * (DeepMatcher's splits), each weighing the same, 29,772 pairs of which 1,315 match. Weights are held to the sign that
 * `AGAINST` states. Those marked "set" do not occur there, or too rarely, or came out as nought, and were set by hand.
 */

/** Log-odds (natural) of a match before any evidence. */
export const BIAS = -7.77;

/** Log-odds that a feature adds at its full value of 1. */
export const WEIGHTS: Readonly<Record<Feature, number>> = {
  gtinSame: 8, // set
  gtinOther: -5, // set
  modelSame: 3.57,
  modelExtends: 2.54,
  modelRival: -1.84,
  modelOther: -1.68,
  brandSame: 0.57,
  brandOther: -0.6, // set; -0.25 where nearly all pairs are of one brand
  titleAlike: 1.29,
  titleCovered: 1.27,
  skuCovered: 4.18,
  textRank: 1.5,
  versionSame: 0.15, // set
  versionOther: -0.67,
  editionSame: 0.15, // set
  editionOther: -1.34,
  measureSame: 0.51,
  measureOther: -0.73,
  measureOtherInText: -0.82,
  packOther: -2.2, // set
  colorSame: 1.59,
  colorOther: -2.97,
  categorySame: 0.4, // set
  categoryOther: -0.2, // set
  priceNear: 1.27,
  priceFar: -2.73,
};
