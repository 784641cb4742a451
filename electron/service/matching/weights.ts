import type { Feature } from './features.ts';

/** Log-odds (natural) of a match before any evidence. */
export const BIAS = -6;

/** Log-odds that a feature adds at its full value of 1. Never of the other sign than `AGAINST` says. */
export const WEIGHTS: Readonly<Record<Feature, number>> = {
  gtinSame: 7,
  gtinOther: -4,
  modelSame: 4,
  modelExtends: 3,
  modelRival: -3,
  modelOther: -1.5,
  brandSame: 0.8,
  brandOther: -1.5,
  titleAlike: 3,
  titleCovered: 1,
  skuCovered: 1,
  textRank: 2,
  versionSame: 0.5,
  versionOther: -1,
  measureSame: 0.5,
  measureOther: -1.5,
  measureOtherInText: -0.3,
  packOther: -2,
  colorSame: 0.3,
  colorOther: -1.5,
  categorySame: 0.4,
  categoryOther: -0.3,
  priceNear: 0.6,
  priceFar: -1,
};
