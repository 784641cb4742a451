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
/** A seller whose decisions are fewer has no band of its own yet. */
const LEAST_OF_SELLER = 40;

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

interface SellerCount {
  all: number;
  /** Right and wrong at or above the threshold of their time. */
  right: number;
  wrong: number;
}

/** Which score may be bound, for whom, by the decisions so far. */
export class BandPromise {
  readonly #precision: number;
  readonly #window: number;
  readonly #bins: Uint8Array;
  readonly #rights: Uint8Array;
  readonly #inBand: Uint8Array;
  readonly #sellerOf: Int32Array;
  readonly #sellers = new Map<number, SellerCount>();
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
    this.#sellerOf = new Int32Array(window);
  }

  /** Least score that is bound, in hundredths of log-odds; infinite while the decisions support none. */
  get threshold(): number {
    return this.#threshold;
  }

  /** Whether a suggestion may be bound. Never for a seller of whom little is known, or whose bound offers were wrong too often. */
  binds(score: number, seller: number): boolean {
    return score >= this.#threshold && this.#trusts(this.#sellers.get(seller));
  }

  /** A decision that a person made: whether the suggestion was the right SKU. */
  learn(score: number, seller: number, isRight: boolean): void {
    const at = this.#seen % this.#window;
    if (this.#seen >= this.#window) this.#forget(at);
    const count = this.#sellers.get(seller) ?? { all: 0, right: 0, wrong: 0 };
    this.#sellers.set(seller, count);
    const inBand = score >= this.#threshold;
    if (this.binds(score, seller)) {
      this.#bound++;
      if (!isRight) this.#wrong++;
    }
    count.all++;
    if (inBand && isRight) count.right++;
    if (inBand && !isRight) count.wrong++;
    this.#bins[at] = binOf(score);
    this.#rights[at] = isRight ? 1 : 0;
    this.#inBand[at] = inBand ? 1 : 0;
    this.#sellerOf[at] = seller;
    this.#seen++;
    if (this.#seen % STEP === 0) this.#choose();
  }

  /** Precision against coverage, from the strictest threshold to the loosest. */
  curve(): CoveragePoint[] {
    const { right, wrong, all } = this.#histogram(() => true);
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

  #trusts(seller: SellerCount | undefined): boolean {
    if (seller === undefined || seller.all < LEAST_OF_SELLER) return false;
    // A few wrong ones by bad luck are no proof; being surely worse than asked is.
    const { right, wrong } = seller;
    return wrong <= 1 || wilson(right, right + wrong, 2).high > this.#precision;
  }

  /** The precision that a threshold is chosen for: stricter than promised, the more so the more errors the band has made already. */
  #asked(): number {
    const allowed = 1 - this.#precision;
    const spent = (this.#wrong + 1) / (Math.max(this.#bound, LEAST_OF_BAND) * allowed);
    return 1 - allowed * Math.max(0.3, Math.min(0.88, 0.88 - 4 * (spent - 0.88)));
  }

  #choose(): void {
    const { right, wrong } = this.#histogram((seller) => this.#trusts(this.#sellers.get(seller)));
    let [rights, taken] = [0, 0];
    let chosen = Number.POSITIVE_INFINITY;
    const asked = this.#asked();
    for (let bin = BINS - 1; bin >= 0; bin--) {
      const here = (right[bin] ?? 0) + (wrong[bin] ?? 0);
      rights += right[bin] ?? 0;
      taken += here;
      // Where no decision was made, none supports the promise.
      if (here > 0 && wilson(rights, taken, CAUTIOUS).low >= asked) chosen = LOWEST + bin * WIDTH;
    }
    this.#threshold = chosen;
  }

  #histogram(isAsked: (seller: number) => boolean): { right: Uint32Array; wrong: Uint32Array; all: number } {
    const right = new Uint32Array(BINS);
    const wrong = new Uint32Array(BINS);
    const asked = new Map<number, boolean>();
    for (const seller of this.#sellers.keys()) asked.set(seller, isAsked(seller));
    const all = Math.min(this.#seen, this.#window);
    for (let at = 0; at < all; at++) {
      if (asked.get(this.#sellerOf[at] ?? 0) !== true) continue;
      const into = this.#rights[at] === 1 ? right : wrong;
      const bin = this.#bins[at] ?? 0;
      into[bin] = (into[bin] ?? 0) + 1;
    }
    return { right, wrong, all };
  }

  #forget(at: number): void {
    const count = this.#sellers.get(this.#sellerOf[at] ?? 0);
    if (count === undefined) return;
    count.all--;
    if (this.#inBand[at] !== 1) return;
    if (this.#rights[at] === 1) count.right--;
    else count.wrong--;
  }
}
