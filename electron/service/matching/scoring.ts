import { AGAINST, FEATURES, type Feature, type Finding, type Shown } from './features.ts';
import type { Evidence, Mark } from './types.ts';
import { BIAS, WEIGHTS } from './weights.ts';

/** The bias in hundredths of log-odds, as evidence is weighed. */
export const BIAS_HUNDREDTHS: number = Math.round(BIAS * 100);

const IDENTIFIERS: ReadonlySet<string> = new Set(['gtin', 'model']);

/** A compatibility character such as "⑴" holds a number without a place of its own; there is nothing to mark then. */
const covers = ([from, to]: Mark): boolean => to > from;

const WEIGHT_AT = Float64Array.from(FEATURES, (feature) => WEIGHTS[feature]);

/** The weight of a finding: log-odds in hundredths, an integer. */
export function weightOf(features: Shown): number {
  let sum = 0;
  for (let i = 0; i < features.length; i += 2) sum += (WEIGHT_AT[features[i] ?? 0] ?? 0) * (features[i + 1] ?? 0);
  return Math.round(sum * 100);
}

/** The log-odds of a pair by the default weights, in hundredths: what its evidence's weights and the bias add up to. */
export function oddsOf(findings: readonly Finding[]): number {
  let sum = BIAS_HUNDREDTHS;
  for (const { features } of findings) sum += weightOf(features);
  return sum;
}

/** Log-odds in hundredths as a score: basis points, 0 to 10000. */
export function basisPoints(hundredths: number): number {
  return Math.round(10_000 / (1 + Math.exp(-hundredths / 100)));
}

const rankOf = (evidence: Evidence): number =>
  !IDENTIFIERS.has(evidence.attribute) ? 2 : evidence.verdict === 'conflicts' ? 0 : 1;

/** In the order in which evidence is read: conflicting identifiers, other identifiers, then by weight. */
export function inReadingOrder(evidence: readonly Evidence[]): Evidence[] {
  return evidence.toSorted(
    (a, b) => rankOf(a) - rankOf(b) || Math.abs(b.weight) - Math.abs(a.weight) || (a.attribute < b.attribute ? -1 : 1),
  );
}

/** Findings weighed, in reading order. */
export function weigh(findings: readonly Finding[]): Evidence[] {
  return inReadingOrder(findings.map(evidenceOf));
}

// Field by field: a rest and a spread cost ten times as much, for each of a hundred findings a suggestion.
function evidenceOf({ attribute, verdict, offerValue, skuValue, offerMarks, skuMarks, features }: Finding): Evidence {
  const weight = weightOf(features);
  if (offerMarks === undefined || skuMarks === undefined) return { attribute, verdict, offerValue, skuValue, weight };
  return {
    attribute,
    verdict,
    offerValue,
    skuValue,
    offerMarks: offerMarks.filter(covers),
    skuMarks: skuMarks.filter(covers),
    weight,
  };
}

/** All features of a pair with the given value, absent ones as 0: a row for calibration. */
export function featureRow(findings: readonly Finding[]): number[] {
  const row = new Array<number>(FEATURES.length).fill(0);
  for (const { features } of findings)
    for (let i = 0; i < features.length; i += 2) {
      const at = features[i] ?? 0;
      row[at] = (row[at] ?? 0) + (features[i + 1] ?? 0);
    }
  return row;
}

/** The sign a feature's weight must have. */
export const signOf = (feature: Feature): 1 | -1 => (AGAINST.has(feature) ? -1 : 1);
