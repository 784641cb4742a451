import { type BoostOptions, boosting, type Forest, predict } from './boost.ts';
import { ROW_ATTRIBUTES } from './candidate-features.ts';
import type { LearnedModel } from './learned-model.ts';
import { platt } from './platt.ts';

/** A person's decision about one offer, as the model learns from it. */
export interface Example {
  /** Offers of one key are never on both sides of a fold. */
  readonly key: number;
  readonly candidates: readonly {
    readonly row: readonly number[];
    /** The default weights' log-odds, the bias included. */
    readonly odds: number;
    readonly isMatch: boolean;
  }[];
}

/** How a scorer does on decisions that it has not learnt from. */
export interface HeldOut {
  /** Mean log loss of a pair, natural logarithm. */
  readonly loss: number;
  /** Of the decisions whose SKU is among the candidates, the share that has it first. */
  readonly first: number;
  /** Share of the decisions whose best candidate could be bound with 99 of 100 right. */
  readonly coverage: number;
}

export interface LearningReport {
  readonly decisions: number;
  readonly pairs: number;
  readonly before: HeldOut;
  readonly after: HeldOut;
  readonly verdict: 'better' | 'not-better' | 'too-few';
}

/** What the scorer that is used from now on says of a decision: a model, by models that had not learnt from it. */
export interface Rescored {
  /** The example's. */
  readonly key: number;
  /** Log-odds of its best candidate, in hundredths. */
  readonly odds: number;
  /** Whether that was the one. */
  readonly isRight: boolean;
}

export interface Learning {
  /** Null where the default stays. */
  readonly model: LearnedModel | null;
  readonly report: LearningReport;
  readonly judged: readonly Rescored[];
}

/** Fewer decisions, or fewer of a kind, teach nothing that would hold. */
export const LEAST_DECISIONS = 60;
const LEAST_OF_KIND = 20;
const FOLDS = 4;
const COVERED_AT = 0.99;
/** Small trees that correct little each: what few decisions say is not to override what many products have shown. */
const CAREFUL: BoostOptions = { trees: 90, depth: 3, rate: 0.07, ridge: 5, leastWeight: 3 };

interface Pair {
  readonly example: number;
  readonly row: readonly number[];
  readonly odds: number;
  readonly isMatch: boolean;
  readonly fold: number;
}

/**
 * Learns a model from decisions, a tree at a time. It is better only if its answers to decisions that it has not seen lose less
 * than the default's, by more than chance explains, and no fewer have the right SKU first. Deterministic.
 * @returns the model, or null when the default stays; and what whichever is used says of the decisions
 */
export function* learning(examples: readonly Example[], version: number): Generator<void, Learning> {
  const pairs = examples.flatMap(({ key, candidates }, example) =>
    candidates.map(({ row, odds, isMatch }): Pair => ({ example, row, odds, isMatch, fold: key % FOLDS })),
  );
  const matches = pairs.filter(({ isMatch }) => isMatch).length;
  const plain = pairs.map(({ odds }) => odds);
  const before = measure(examples, pairs, plain);
  const said = { decisions: examples.length, pairs: pairs.length };
  if (examples.length < LEAST_DECISIONS || Math.min(matches, pairs.length - matches) < LEAST_OF_KIND)
    return {
      model: null,
      report: { ...said, before, after: before, verdict: 'too-few' },
      judged: judgedBy(examples, pairs, plain),
    };

  const heldOut: number[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const forest = yield* forestOf(pairs.filter((pair) => pair.fold !== fold));
    for (const [at, pair] of pairs.entries())
      if (pair.fold === fold) heldOut[at] = pair.odds + predict(forest, pair.row);
  }
  const answer = (at: number): { odds: number; isMatch: boolean } => ({
    odds: heldOut[at] ?? 0,
    isMatch: pairs[at]?.isMatch ?? false,
  });
  const places = pairs.map((_, at) => at);
  // the calibration, too, is judged on folds that it was not made from
  const calibrations = [0, 1].map((half) =>
    platt(places.filter((at) => (pairs[at]?.fold ?? 0) % 2 !== half).map(answer)),
  );
  const calibrated = places.map((at) => {
    const { scale, shift } = calibrations[(pairs[at]?.fold ?? 0) % 2] ?? { scale: 1, shift: 0 };
    return scale * (heldOut[at] ?? 0) + shift;
  });
  const after = measure(examples, pairs, calibrated);
  const better = isSurelyBetter(examples.length, pairs, calibrated) && after.first >= before.first;
  const report: LearningReport = { ...said, before, after, verdict: better ? 'better' : 'not-better' };
  if (!better) return { model: null, report, judged: judgedBy(examples, pairs, plain) };
  const forest = yield* forestOf(pairs);
  const model = { version, width: ROW_ATTRIBUTES.length, forest, ...platt(places.map(answer)) };
  return { model, report, judged: judgedBy(examples, pairs, calibrated) };
}

function forestOf(pairs: readonly Pair[]): Generator<void, Forest> {
  return boosting(
    pairs.map(({ row }) => row),
    pairs.map(({ isMatch }) => isMatch),
    CAREFUL,
    pairs.map(({ odds }) => odds),
  );
}

/** The best candidate of each decision by the given log-odds of the pairs. */
function judgedBy(examples: readonly Example[], pairs: readonly Pair[], odds: readonly number[]): Rescored[] {
  const best = new Map<number, { odds: number; isMatch: boolean }>();
  for (const [at, { example, isMatch }] of pairs.entries()) {
    const value = odds[at] ?? 0;
    if (value > (best.get(example)?.odds ?? Number.NEGATIVE_INFINITY)) best.set(example, { odds: value, isMatch });
  }
  return [...best].map(([example, { odds: value, isMatch }]) => ({
    key: examples[example]?.key ?? 0,
    odds: Math.round(100 * value),
    isRight: isMatch,
  }));
}

const lossOf = (odds: number, isMatch: boolean): number => {
  const signed = isMatch ? odds : -odds;
  return signed > 0 ? Math.log1p(Math.exp(-signed)) : -signed + Math.log1p(Math.exp(signed));
};

/** Whether the losses fall by more than one standard error, decision by decision. */
function isSurelyBetter(examples: number, pairs: readonly Pair[], after: readonly number[]): boolean {
  const gains = new Float64Array(examples);
  for (const [at, { example, odds, isMatch }] of pairs.entries())
    gains[example] = (gains[example] ?? 0) + lossOf(odds, isMatch) - lossOf(after[at] ?? 0, isMatch);
  let [sum, squares] = [0, 0];
  for (const gain of gains) {
    sum += gain;
    squares += gain * gain;
  }
  const mean = sum / examples;
  const error = Math.sqrt(Math.max(0, squares / examples - mean * mean) / examples);
  return mean > error;
}

function measure(examples: readonly Example[], pairs: readonly Pair[], odds: readonly number[]): HeldOut {
  let loss = 0;
  const best = examples.map(() => ({ odds: Number.NEGATIVE_INFINITY, isMatch: false }));
  const known = new Set<number>();
  for (const [at, { example, isMatch }] of pairs.entries()) {
    const value = odds[at] ?? 0;
    loss += lossOf(value, isMatch);
    if (isMatch) known.add(example);
    if (value > (best[example]?.odds ?? Number.NEGATIVE_INFINITY)) best[example] = { odds: value, isMatch };
  }
  let first = 0;
  for (const example of known) if (best[example]?.isMatch) first++;
  const sorted = best.toSorted((a, b) => b.odds - a.odds);
  let [right, covered] = [0, 0];
  for (const [at, { isMatch }] of sorted.entries()) {
    if (isMatch) right++;
    if (right / (at + 1) >= COVERED_AT) covered = at + 1;
  }
  return {
    loss: pairs.length === 0 ? 0 : loss / pairs.length,
    first: known.size === 0 ? 0 : first / known.size,
    coverage: examples.length === 0 ? 0 : covered / examples.length,
  };
}
