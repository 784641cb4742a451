import { type Forest, predict } from './boost.ts';
import { ROW_ATTRIBUTES } from './candidate-features.ts';
import { BIAS_HUNDREDTHS, inReadingOrder } from './scoring.ts';
import type { Evidence } from './types.ts';

/**
 * What a marketplace's own decisions say about the default weights: trees that correct the sum of the evidence, and a calibration
 * (Platt 1999). Plain data: it survives JSON and a structured clone.
 */
export interface LearnedModel {
  /** Rising; which one gave a score can be told. */
  readonly version: number;
  /** Places of a row it reads: a model of another program's rows is not used. */
  readonly width: number;
  readonly forest: Forest;
  readonly scale: number;
  readonly shift: number;
}

/** Attribute of the evidence that is of no single attribute: how the candidate stands among the others. */
export const CONTEXT = 'context';

/** Whether a model can be used by this program. */
export const isUsable = (model: LearnedModel): boolean => model.width === ROW_ATTRIBUTES.length;

/** Calibrated log-odds of a row whose evidence sums to `odds` (log-odds, the bias included). */
export function learnedOdds(model: LearnedModel, row: readonly number[], odds: number): number {
  return model.scale * (odds + predict(model.forest, row)) + model.shift;
}

/**
 * Evidence with the weights of a learned model. Weights stay log-odds in hundredths: a constant and their sum are the
 * candidate's log-odds, so that what is shown is what was added up.
 */
export function learnedEvidence(
  model: LearnedModel,
  row: readonly number[],
  evidence: readonly Evidence[],
): { evidence: Evidence[]; odds: number } {
  const shares = new Float64Array(model.width);
  const corrected = predict(model.forest, row, shares);
  let all = 0;
  for (const share of shares) all += share;
  const byAttribute = new Map<string, number>();
  let context = 0;
  const attributes = new Set(evidence.map(({ attribute }) => attribute));
  for (const [at, share] of shares.entries()) {
    const attribute = ROW_ATTRIBUTES[at] ?? null;
    if (attribute !== null && attributes.has(attribute))
      byAttribute.set(attribute, (byAttribute.get(attribute) ?? 0) + share);
    else context += share;
  }
  const weighed = evidence.map((each) => {
    // of two findings of one attribute the first carries the correction
    const share = byAttribute.get(each.attribute) ?? 0;
    byAttribute.delete(each.attribute);
    return { ...each, weight: Math.round(model.scale * (each.weight + 100 * share)) };
  });
  const rest = Math.round(model.scale * 100 * context);
  if (rest !== 0) weighed.push({ attribute: CONTEXT, verdict: 'near', offerValue: null, skuValue: null, weight: rest });
  const constant = Math.round(model.scale * (BIAS_HUNDREDTHS + 100 * (corrected - all)) + 100 * model.shift);
  return { evidence: inReadingOrder(weighed), odds: weighed.reduce((sum, { weight }) => sum + weight, constant) };
}
