import { boost, type Forest, predict } from './boost.ts';
import { platt } from './platt.ts';

/** A pair as the model reads it: null where the search did not find the SKU for the offer. */
export interface LabelledRow {
  readonly row: readonly number[] | null;
  readonly isMatch: boolean;
  /** Pairs of one offer are never on both sides of a fold. */
  readonly offer: number;
}

/** A learned scorer of pairs, with the threshold and the calibration that its own held-out answers gave. Plain data. */
export interface PairModel {
  readonly forest: Forest;
  /** Log-odds from which a pair is called a match: greatest F1 on answers of models that had not seen the offer. */
  readonly threshold: number;
  /** Calibrated log-odds = `scale` x log-odds + `shift` (Platt 1999). */
  readonly scale: number;
  readonly shift: number;
  /** F1 of those held-out answers. */
  readonly heldOutF1: number;
}

const FOLDS = 5;
/** What a pair has that the search does not find. */
const UNFOUND = -12;

const oddsOf = (forest: Forest, row: readonly number[] | null): number =>
  row === null ? UNFOUND : predict(forest, row);

function learn(pairs: readonly LabelledRow[]): Forest {
  const seen = pairs.flatMap(({ row, isMatch }) => (row === null ? [] : [{ row, isMatch }]));
  return boost(
    seen.map(({ row }) => row),
    seen.map(({ isMatch }) => isMatch),
  );
}

/** Learns from labelled pairs. Threshold and calibration come from five folds by offer, so that none is judged by its own training. */
export function trainPairModel(pairs: readonly LabelledRow[]): PairModel {
  const heldOut: { odds: number; isMatch: boolean }[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const forest = learn(pairs.filter(({ offer }) => offer % FOLDS !== fold));
    for (const pair of pairs)
      if (pair.offer % FOLDS === fold) heldOut.push({ odds: oddsOf(forest, pair.row), isMatch: pair.isMatch });
  }
  const { threshold, f1 } = bestThreshold(heldOut);
  return { forest: learn(pairs), threshold, heldOutF1: f1, ...platt(heldOut) };
}

/** Probability, calibrated on held-out answers, that a pair is a match. */
export function probabilityOf(model: PairModel, row: readonly number[] | null): number {
  return 1 / (1 + Math.exp(-(model.scale * oddsOf(model.forest, row) + model.shift)));
}

/** The probability that stands for the model's threshold. */
export function thresholdProbability({ scale, shift, threshold }: PairModel): number {
  return 1 / (1 + Math.exp(-(scale * threshold + shift)));
}

/** The threshold of greatest F1, half-way to the next answer. */
export function bestThreshold(answers: readonly { readonly odds: number; readonly isMatch: boolean }[]): {
  threshold: number;
  f1: number;
} {
  const sorted = [...answers].sort((a, b) => b.odds - a.odds);
  const matches = sorted.filter(({ isMatch }) => isMatch).length;
  let best = { threshold: 0, f1: 0 };
  let right = 0;
  for (const [at, { odds, isMatch }] of sorted.entries()) {
    if (isMatch) right++;
    const next = sorted[at + 1]?.odds;
    // Equal answers stand or fall together.
    if (next === odds) continue;
    const f1 = (2 * right) / (at + 1 + matches);
    if (f1 > best.f1) best = { threshold: next === undefined ? odds : (odds + next) / 2, f1 };
  }
  return best;
}
