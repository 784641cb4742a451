/**
 * The band that may be bound without a look, kept to a promise: of what it takes, at least the share asked for is right. It learns from
 * decisions that people made, in their order; it never judges a decision by itself. Pure: no clock, no randomness.
 */
export interface PromiseOptions {
  /** The precision promised, above 0 and below 1: 0.995. */
  readonly precision: number;
  /** Decisions looked back on. What is older may no longer hold. */
  readonly window?: number;
}

/** What the promise costs at one threshold, by the decisions looked back on. */
export interface CoveragePoint {
  /** Least score, in hundredths of log-odds. */
  readonly score: number;
  /** Share of the decisions at or above it. */
  readonly coverage: number;
  readonly precision: number;
  /** One-sided bounds of the precision (Wilson 1927). */
  readonly low: number;
  readonly high: number;
}

const USUAL_WINDOW = 12_000;
/** Decisions between two looks for the threshold. */
const STEP = 200;
const LOWEST = -1000;
const WIDTH = 20;
const BINS = 101;
/** Standard errors of a bound: 1.64 is 95 % on one side. */
const SURE = 1.64;
/** The search for a threshold looks at many, and is corrected by how the band turns out. */
const CAUTIOUS = 0.6;
/** Decisions of the band before how it turned out says anything. */
const LEAST_OF_BAND = 400;
/** A band of fewer decisions than this many errors would be allowed in proves nothing. */
const ERRORS_EXPECTED = 2;
/** A seller or a category whose decisions are fewer has no band of its own yet. */
export const LEAST_OF_GROUP = 40;
/** Standard errors by which a group has to be worse than promised before it is left out. */
const SURELY_WORSE = 2;

/** Whether a decision of the band was counted for its seller, and for its category. */
const OF_SELLER = 1;
const OF_CATEGORY = 2;

/** The category of those who tell none apart. */
const ANY = 0;

const binOf = (score: number): number => Math.max(0, Math.min(BINS - 1, Math.floor((score - LOWEST) / WIDTH)));

/** Lower and upper bound of a share that was seen `right` times in `all`. */
export function wilson(right: number, all: number, z: number = SURE): { low: number; high: number } {
  if (all === 0) return { low: 0, high: 1 };
  const share = right / all;
  const middle = share + (z * z) / (2 * all);
  const reach = z * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  const scale = 1 + (z * z) / all;
  return { low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) };
}

interface GroupCount {
  all: number;
  /** Right and wrong at or above the threshold of their time. */
  right: number;
  wrong: number;
}

/** Why a group's suggestions are bound, or are not. */
export interface Standing {
  readonly decisions: number;
  /** At or above the threshold as it is now. */
  readonly inBand: number;
  readonly right: number;
  readonly state: 'bound' | 'too-few' | 'too-often-wrong' | 'no-threshold';
}

/** Sellers, or categories, by number. */
class Groups {
  readonly counts = new Map<number, GroupCount>();
  /** Those that are surely worse than promised at the threshold, by what was decided before it stood. */
  readonly worse = new Set<number>();
  readonly of: Int32Array;

  constructor(window: number) {
    this.of = new Int32Array(window);
  }

  count(group: number): GroupCount {
    const known = this.counts.get(group);
    if (known) return known;
    const made = { all: 0, right: 0, wrong: 0 };
    this.counts.set(group, made);
    return made;
  }

  stateOf(group: number, precision: number): 'bound' | 'too-few' | 'too-often-wrong' {
    const count = this.counts.get(group);
    if (count === undefined || count.all < LEAST_OF_GROUP) return 'too-few';
    return this.worse.has(group) || isSurelyWorse(count.right, count.wrong, precision) ? 'too-often-wrong' : 'bound';
  }
}

/** A few wrong ones by bad luck are no proof; being surely worse than asked is. */
function isSurelyWorse(right: number, wrong: number, precision: number): boolean {
  return wrong > 1 && wilson(right, right + wrong, SURELY_WORSE).high <= precision;
}

/** Which score may be bound, for whom, by the decisions so far. */
export class BandPromise {
  readonly #precision: number;
  readonly #window: number;
  readonly #bins: Uint8Array;
  readonly #rights: Uint8Array;
  readonly #inBand: Uint8Array;
  readonly #sellers: Groups;
  readonly #categories: Groups;
  #seen = 0;
  #threshold = Number.POSITIVE_INFINITY;
  #bound = 0;
  #wrong = 0;

  constructor({ precision, window = USUAL_WINDOW }: PromiseOptions) {
    if (!(precision > 0 && precision < 1)) throw new RangeError('The precision asked for lies between 0 and 1');
    this.#precision = precision;
    this.#window = window;
    this.#bins = new Uint8Array(window);
    this.#rights = new Uint8Array(window);
    this.#inBand = new Uint8Array(window);
    this.#sellers = new Groups(window);
    this.#categories = new Groups(window);
  }

  /** Least score that is bound, in hundredths of log-odds; infinite while the decisions support none. */
  get threshold(): number {
    return this.#threshold;
  }

  /** Decisions looked back on. */
  get decisions(): number {
    return Math.min(this.#seen, this.#window);
  }

  /** Whether a suggestion may be bound. Never for a seller or a category of which little is known, or that was wrong too often. */
  binds(score: number, seller: number, category: number = ANY): boolean {
    return score >= this.#threshold && this.#trusts(seller, category);
  }

  /** A decision that a person made: whether the suggestion was the right SKU. */
  learn(score: number, seller: number, isRight: boolean, category: number = ANY): void {
    const at = this.#seen % this.#window;
    if (this.#seen >= this.#window) this.#forget(at);
    const inBand = score >= this.#threshold;
    if (this.binds(score, seller, category)) {
      this.#bound++;
      if (!isRight) this.#wrong++;
    }
    const ofSeller = this.#sellers.count(seller);
    const ofCategory = this.#categories.count(category);
    // what a poor seller gets wrong says nothing of its categories
    const fair = inBand && this.#sellers.stateOf(seller, this.#precision) !== 'too-often-wrong';
    ofSeller.all++;
    ofCategory.all++;
    if (inBand) ofSeller[isRight ? 'right' : 'wrong']++;
    if (fair) ofCategory[isRight ? 'right' : 'wrong']++;
    this.#bins[at] = binOf(score);
    this.#rights[at] = isRight ? 1 : 0;
    this.#inBand[at] = (inBand ? OF_SELLER : 0) | (fair ? OF_CATEGORY : 0);
    this.#sellers.of[at] = seller;
    this.#categories.of[at] = category;
    this.#seen++;
    if (this.#seen % STEP === 0) this.choose();
  }

  /** Precision against coverage, from the strictest threshold to the loosest; of one seller or category when asked. */
  curve(of: { readonly seller?: number; readonly category?: number } = {}): CoveragePoint[] {
    const right = new Uint32Array(BINS);
    const wrong = new Uint32Array(BINS);
    let all = 0;
    for (let at = 0; at < this.decisions; at++) {
      if (of.seller !== undefined && this.#sellers.of[at] !== of.seller) continue;
      if (of.category !== undefined && this.#categories.of[at] !== of.category) continue;
      const into = this.#rights[at] === 1 ? right : wrong;
      const bin = this.#bins[at] ?? 0;
      into[bin] = (into[bin] ?? 0) + 1;
      all++;
    }
    const points: CoveragePoint[] = [];
    let [rights, taken] = [0, 0];
    for (let bin = BINS - 1; bin >= 0; bin--) {
      const here = (right[bin] ?? 0) + (wrong[bin] ?? 0);
      if (here === 0) continue;
      rights += right[bin] ?? 0;
      taken += here;
      const precision = rights / taken;
      points.push({ score: LOWEST + bin * WIDTH, coverage: taken / all, precision, ...wilson(rights, taken) });
    }
    return points;
  }

  /** How a seller stands, or a category. */
  standing(kind: 'seller' | 'category', group: number): Standing {
    const groups = kind === 'seller' ? this.#sellers : this.#categories;
    let [inBand, right] = [0, 0];
    for (let at = 0; at < this.decisions; at++) {
      if (groups.of[at] !== group || LOWEST + (this.#bins[at] ?? 0) * WIDTH < this.#threshold) continue;
      inBand++;
      right += this.#rights[at] ?? 0;
    }
    const state = groups.stateOf(group, this.#precision);
    return {
      decisions: groups.counts.get(group)?.all ?? 0,
      inBand,
      right,
      state: state === 'bound' && this.#threshold === Number.POSITIVE_INFINITY ? 'no-threshold' : state,
    };
  }

  #trusts(seller: number, category: number): boolean {
    const precision = this.#precision;
    return (
      this.#sellers.stateOf(seller, precision) === 'bound' &&
      (category === ANY || this.#categories.stateOf(category, precision) === 'bound')
    );
  }

  /** The precision that a threshold is chosen for: stricter than promised, the more so the more errors the band has made already. */
  #asked(): number {
    const allowed = 1 - this.#precision;
    const spent = (this.#wrong + 1) / (Math.max(this.#bound, LEAST_OF_BAND) * allowed);
    return 1 - allowed * Math.max(0.3, Math.min(0.88, 0.88 - 4 * (spent - 0.88)));
  }

  /**
   * Chooses the threshold by all decisions so far; happens by itself every so many of them. Walks down from the strictest threshold. While none stands, sellers
   * that are surely worse at one are left out of it, so that a poor one closes nobody else's band.
   */
  choose(): void {
    const asked = this.#asked();
    const least = ERRORS_EXPECTED / (1 - this.#precision);
    const order = this.#byBin();
    const tallies = new Map<number, { right: number; wrong: number; out: boolean }>();
    let [rights, taken, next] = [0, 0, 0];
    let chosen = Number.POSITIVE_INFINITY;
    const first = this.#threshold === Number.POSITIVE_INFINITY;
    if (first) this.#sellers.worse.clear();
    let worse: number[] = [];
    for (let bin = BINS - 1; bin >= 0; bin--) {
      const from = next;
      for (; next < order.length && this.#bins[order[next] ?? 0] === bin; next++) {
        const at = order[next] ?? 0;
        const seller = this.#sellers.of[at] ?? 0;
        const category = this.#categories.of[at] ?? 0;
        if (!this.#trusts(seller, category)) continue;
        const tally = tallies.get(seller) ?? { right: 0, wrong: 0, out: false };
        tallies.set(seller, tally);
        const isRight = this.#rights[at] === 1;
        if (isRight) tally.right++;
        else tally.wrong++;
        if (!tally.out) {
          taken++;
          if (isRight) rights++;
        }
      }
      // Where no decision was made, none supports the promise.
      if (next === from) continue;
      for (const tally of tallies.values()) {
        const out = first && isSurelyWorse(tally.right, tally.wrong, this.#precision);
        if (out === tally.out) continue;
        tally.out = out;
        const sign = out ? -1 : 1;
        rights += sign * tally.right;
        taken += sign * (tally.right + tally.wrong);
      }
      if (taken < least || wilson(rights, taken, CAUTIOUS).low < asked) continue;
      chosen = LOWEST + bin * WIDTH;
      worse = [...tallies].flatMap(([seller, { out }]) => (out ? [seller] : []));
    }
    if (first) for (const seller of worse) this.#sellers.worse.add(seller);
    this.#threshold = chosen;
  }

  /** Places of the window, the greatest bin first. */
  #byBin(): Uint32Array {
    const starts = new Uint32Array(BINS + 1);
    for (let at = 0; at < this.decisions; at++) {
      const from = BINS - (this.#bins[at] ?? 0);
      starts[from] = (starts[from] ?? 0) + 1;
    }
    for (let bin = 1; bin <= BINS; bin++) starts[bin] = (starts[bin] ?? 0) + (starts[bin - 1] ?? 0);
    const order = new Uint32Array(this.decisions);
    for (let at = 0; at < this.decisions; at++) {
      const slot = BINS - 1 - (this.#bins[at] ?? 0);
      const place = starts[slot] ?? 0;
      order[place] = at;
      starts[slot] = place + 1;
    }
    return order;
  }

  #forget(at: number): void {
    for (const [groups, counted] of [
      [this.#sellers, OF_SELLER],
      [this.#categories, OF_CATEGORY],
    ] as const) {
      const count = groups.counts.get(groups.of[at] ?? 0);
      if (count === undefined) continue;
      count.all--;
      if (((this.#inBand[at] ?? 0) & counted) === 0) continue;
      count[this.#rights[at] === 1 ? 'right' : 'wrong']--;
    }
  }
}
