import { AGAINST, FEATURES, type Feature, type Finding } from './features.ts';
import type { Evidence, Mark } from './types.ts';
import { BIAS, WEIGHTS } from './weights.ts';

/** The bias in hundredths of log-odds, as evidence is weighed. */
export const BIAS_HUNDREDTHS: number = Math.round(BIAS * 100);

const IDENTIFIERS: ReadonlySet<string> = new Set(['gtin', 'model']);

/** A compatibility character such as "⑴" holds a number without a place of its own; there is nothing to mark then. */
const covers = ([from, to]: Mark): boolean => to > from;

/** The weight of a finding: log-odds in hundredths, an integer. */
export function weightOf(features: Finding['features']): number {
  let sum = 0;
  // In a loop over the few features that are there: this runs some hundred times a suggestion.
  for (const name in features) {
    const feature = name as Feature;
    sum += WEIGHTS[feature] * (features[feature] ?? 0);
  }
  return Math.round(sum * 100);
}

/** Basis points (0 to 10000) of evidence weights in hundredths of log-odds: logistic(bias + sum). */
export function scoreOf(weights: Iterable<number>): number {
  return basisPoints(logOdds(weights));
}

/** The log-odds of evidence weights, in hundredths, the bias included. */
export function logOdds(weights: Iterable<number>): number {
  let sum = BIAS_HUNDREDTHS;
  for (const weight of weights) sum += weight;
  return sum;
}

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
  return inReadingOrder(
    findings.map(
      ({ features, offerMarks, skuMarks, ...finding }): Evidence => ({
        ...finding,
        ...(offerMarks && { offerMarks: offerMarks.filter(covers) }),
        ...(skuMarks && { skuMarks: skuMarks.filter(covers) }),
        weight: weightOf(features),
      }),
    ),
  );
}

/** All features of a pair with the given value, absent ones as 0: a row for calibration. */
export function featureRow(findings: readonly Finding[]): number[] {
  const sums = new Map<Feature, number>();
  for (const finding of findings)
    for (const feature of FEATURES) {
      const value = finding.features[feature];
      if (value !== undefined) sums.set(feature, (sums.get(feature) ?? 0) + value);
    }
  return FEATURES.map((feature) => sums.get(feature) ?? 0);
}

/** The sign a feature's weight must have. */
export const signOf = (feature: Feature): 1 | -1 => (AGAINST.has(feature) ? -1 : 1);
