import { BandPromise } from './promise.ts';

/** A generated stream of decisions, and how a promise does on it. */
export interface Outcome {
  /** Share of the bound that were right; 1 when nothing was bound. */
  readonly precision: number;
  /** Bound, as a share of all decisions. */
  readonly coverage: number;
  /** The most that one threshold over the whole stream, chosen knowing all answers, binds at the precision asked. */
  readonly oracle: number;
}

const SELLERS = 40;
/** Every eighth seller's data is poor: its chances of being right are far below what the score says. */
const POOR = 8;

/** Numbers of 0 up to 1 from a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * One stream: scores are log-odds of two kinds of offer (found and lacking), what a score is worth drifts slowly up and down by up to
 * 0.8, and falls by 1 at a place of the seed's choosing; sellers come with unequal shares, some of them poor.
 */
export function simulate(seed: number, decisions: number, precision: number): Outcome {
  const random = randomFrom(seed);
  const promise = new BandPromise({ precision });
  const [phase, fall] = [random() * 6.28, Math.floor((0.3 + 0.4 * random()) * decisions)];
  const scores = new Float64Array(decisions);
  const rights = new Uint8Array(decisions);
  let [bound, right] = [0, 0];
  for (let at = 0; at < decisions; at++) {
    const seller = Math.floor(random() ** 1.5 * SELLERS);
    const spread = random() + random() + random() - 1.5;
    const odds = random() < 0.7 ? 6 + 4 * spread : -2 + 4 * spread;
    const drift = 0.8 * Math.sin(phase + (6.28 * at) / decisions) - (at >= fall ? 1 : 0);
    const truth = odds + drift - (seller % POOR === POOR - 1 ? 3 : 0);
    const isRight = random() < 1 / (1 + Math.exp(-truth));
    const score = Math.round(odds * 100);
    if (promise.binds(score, seller)) {
      bound++;
      if (isRight) right++;
    }
    promise.learn(score, seller, isRight);
    scores[at] = score;
    rights[at] = isRight ? 1 : 0;
  }
  return {
    precision: bound === 0 ? 1 : right / bound,
    coverage: bound / decisions,
    oracle: oracle(scores, rights, precision),
  };
}

function oracle(scores: Float64Array, rights: Uint8Array, precision: number): number {
  const order = Uint32Array.from(scores, (_, at) => at).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  let [right, most] = [0, 0];
  for (let n = 0; n < order.length; n++) {
    right += rights[order[n] ?? 0] ?? 0;
    if (right / (n + 1) >= precision) most = n + 1;
  }
  return most / order.length;
}
