/**
 * Gradient boosted trees for yes or no (Friedman 2001, with the second-order leaf of Chen and Guestrin 2016): small, deterministic, in
 * memory. Values are put into bins by their quantiles once, so that a split is looked for in a histogram.
 */
export interface BoostOptions {
  readonly trees: number;
  readonly depth: number;
  readonly rate: number;
  /** Ridge on a leaf's value. */
  readonly ridge: number;
  /** Least sum of p(1-p) in a leaf. */
  readonly leastWeight: number;
}

export const USUAL_BOOST: BoostOptions = { trees: 220, depth: 4, rate: 0.06, ridge: 2, leastWeight: 2 };

/**
 * An inner node splits `feature` at `value` (less or equal goes left, to 2n+1); a leaf has feature -1 and adds `value`. `own` is what
 * the node would add if it were a leaf: what a split changes is said by its children's, so that an answer can be explained.
 */
interface Node {
  readonly feature: number;
  readonly value: number;
  readonly own: number;
}

/** A forest as plain data: survives JSON and a structured clone. */
export interface Forest {
  /** Log-odds before any tree. */
  readonly bias: number;
  /** Each tree as a complete binary tree by index; undefined below a leaf is null. */
  readonly trees: readonly (readonly (Node | null)[])[];
}

const BINS = 48;

/**
 * Log-odds of a row. With `shares` (one place a feature) what each feature adds is written there, along the paths taken
 * (Saabas 2014): the answer is the returned log-odds' constant part and the sum of the shares.
 */
export function predict(forest: Forest, row: readonly number[], shares?: Float64Array): number {
  let odds = forest.bias;
  shares?.fill(0);
  for (const tree of forest.trees) {
    let at = 0;
    let node = tree[at];
    while (node && node.feature >= 0) {
      at = 2 * at + ((row[node.feature] ?? 0) <= node.value ? 1 : 2);
      const next: Node | null | undefined = tree[at];
      if (shares) shares[node.feature] = (shares[node.feature] ?? 0) + (next?.own ?? 0) - node.own;
      node = next;
    }
    odds += node?.value ?? 0;
  }
  return odds;
}

function cutsOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const cuts: number[] = [];
  for (let bin = 1; bin < BINS; bin++) {
    const value = sorted[Math.floor((bin * sorted.length) / BINS)] ?? 0;
    if (value < (sorted.at(-1) ?? 0) && value !== cuts.at(-1)) cuts.push(value);
  }
  return cuts;
}

/** Learns from rows (all of one length) and whether each is a match. Fewer than two kinds of answer give a forest of the bias. */
export function boost(
  rows: readonly (readonly number[])[],
  matches: readonly boolean[],
  options: BoostOptions = USUAL_BOOST,
): Forest {
  const steps = boosting(rows, matches, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * As {@link boost}, stopping after each tree, so that whoever shares the thread gets a turn. With `start`, the trees correct those
 * log-odds of each row instead of the bias, which is then 0.
 */
export function* boosting(
  rows: readonly (readonly number[])[],
  matches: readonly boolean[],
  options: BoostOptions = USUAL_BOOST,
  start?: readonly number[],
): Generator<void, Forest> {
  const count = rows.length;
  const positive = matches.filter(Boolean).length;
  const bias = start ? 0 : Math.log((positive + 0.5) / (count - positive + 0.5));
  if (positive === 0 || positive === count) return { bias, trees: [] };
  const width = rows[0]?.length ?? 0;
  const cuts = Array.from({ length: width }, (_, feature) => cutsOf(rows.map((row) => row[feature] ?? 0)));
  const bins = cuts.map((cut, feature) =>
    Uint8Array.from(rows, (row) => {
      const value = row[feature] ?? 0;
      let bin = 0;
      while (bin < cut.length && value > (cut[bin] ?? 0)) bin++;
      return bin;
    }),
  );
  const odds = start ? Float64Array.from(start) : new Float64Array(count).fill(bias);
  const slope = new Float64Array(count);
  const bend = new Float64Array(count);
  const trees: (Node | null)[][] = [];
  for (let t = 0; t < options.trees; t++) {
    for (let i = 0; i < count; i++) {
      const p = 1 / (1 + Math.exp(-(odds[i] ?? 0)));
      slope[i] = p - (matches[i] ? 1 : 0);
      bend[i] = p * (1 - p);
    }
    const tree: (Node | null)[] = [];
    const grow = (at: number, members: Int32Array, depth: number): void => {
      let [g, h] = [0, 0];
      for (const i of members) {
        g += slope[i] ?? 0;
        h += bend[i] ?? 0;
      }
      const found = depth < options.depth ? bestSplit(members, bins, cuts, slope, bend, g, h, options) : null;
      const own = (-options.rate * g) / (h + options.ridge);
      if (found === null) {
        const value = own;
        tree[at] = { feature: -1, value, own };
        for (const i of members) odds[i] = (odds[i] ?? 0) + value;
        return;
      }
      tree[at] = { feature: found.feature, value: cuts[found.feature]?.[found.bin] ?? 0, own };
      const bin = bins[found.feature] ?? new Uint8Array();
      grow(
        2 * at + 1,
        members.filter((i) => (bin[i] ?? 0) <= found.bin),
        depth + 1,
      );
      grow(
        2 * at + 2,
        members.filter((i) => (bin[i] ?? 0) > found.bin),
        depth + 1,
      );
    };
    grow(
      0,
      Int32Array.from({ length: count }, (_, i) => i),
      0,
    );
    trees.push(Array.from(tree, (node) => node ?? null));
    yield;
  }
  return { bias, trees };
}

function bestSplit(
  members: Int32Array,
  bins: readonly Uint8Array[],
  cuts: readonly (readonly number[])[],
  slope: Float64Array,
  bend: Float64Array,
  g: number,
  h: number,
  { ridge, leastWeight }: BoostOptions,
): { feature: number; bin: number } | null {
  let best: { feature: number; bin: number } | null = null;
  let most = 1e-6;
  const gs = new Float64Array(BINS);
  const hs = new Float64Array(BINS);
  for (let feature = 0; feature < bins.length; feature++) {
    const bin = bins[feature];
    const last = cuts[feature]?.length ?? 0;
    if (bin === undefined || last === 0) continue;
    gs.fill(0);
    hs.fill(0);
    for (const i of members) {
      const b = bin[i] ?? 0;
      gs[b] = (gs[b] ?? 0) + (slope[i] ?? 0);
      hs[b] = (hs[b] ?? 0) + (bend[i] ?? 0);
    }
    let [left, leftBend] = [0, 0];
    for (let b = 0; b < last; b++) {
      left += gs[b] ?? 0;
      leftBend += hs[b] ?? 0;
      if (leftBend < leastWeight || h - leftBend < leastWeight) continue;
      const gain = left ** 2 / (leftBend + ridge) + (g - left) ** 2 / (h - leftBend + ridge) - g ** 2 / (h + ridge);
      if (gain > most) {
        most = gain;
        best = { feature, bin: b };
      }
    }
  }
  return best;
}
