/**
 * Which seller of a SKU stands in the buy box, and why: candidates are compared by what a buyer gets, weighted by rules of the
 * marketplace. Points are basis points (10,000 is the best there is), amounts minor units of one currency.
 */

/** Price of the goods; total with freight; time to the door; how well the seller keeps its promises; how much it has. */
export const criteria = ['price', 'total', 'delivery', 'score', 'stock'] as const;
export type Criterion = (typeof criteria)[number];

/** One seller's offer of the same thing, as it was simulated. */
export interface Candidate {
  readonly sellerId: string;
  readonly available: boolean;
  readonly priceMinor: number | null;
  /** Null when it is not known: without an address. */
  readonly freightMinor: number | null;
  readonly deliveryHours: number | null;
  /** 0 to 100. */
  readonly score: number;
  readonly stock: number;
}

export interface ExposureRule {
  /** '' for the whole marketplace. */
  readonly categoryId: string;
  /** 0 to 100 each; what counts is their proportion. */
  readonly weights: Readonly<Record<Criterion, number>>;
  readonly excludedSellers: readonly string[];
  readonly minimumStock: number;
  readonly minimumScore: number;
  /** Null: any. */
  readonly longestDeliveryHours: number | null;
}

/** What holds where nothing is set: what the buyer pays in all, then how soon it comes, then the seller's score. */
export const defaultExposure: ExposureRule = {
  categoryId: '',
  weights: { price: 0, total: 60, delivery: 25, score: 15, stock: 0 },
  excludedSellers: [],
  minimumStock: 1,
  minimumScore: 0,
  longestDeliveryHours: null,
};

export const exclusions = ['unavailable', 'excluded', 'too-little-stock', 'score-too-low', 'too-slow'] as const;
export type Exclusion = (typeof exclusions)[number];

export interface RankedCandidate {
  readonly sellerId: string;
  /** Null when it may not stand in the buy box. */
  readonly points: number | null;
  readonly parts: Readonly<Record<Criterion, number>>;
  readonly exclusion: Exclusion | null;
}

export interface Ranking {
  /** The best first; those left out last, the cheapest of them first. */
  readonly ranked: readonly RankedCandidate[];
  readonly winner: string | null;
  /** The criterion that sets the winner furthest apart from the next, by its weight. Null without a next, or when nothing does. */
  readonly because: Criterion | null;
}

const whole = 10_000;
/** A day, so that "today" and "in two hours" are near each other. */
const deliveryBase = 24;

function exclusionOf(candidate: Candidate, rule: ExposureRule): Exclusion | null {
  if (!candidate.available || candidate.priceMinor === null) return 'unavailable';
  if (rule.excludedSellers.includes(candidate.sellerId)) return 'excluded';
  if (candidate.stock < rule.minimumStock) return 'too-little-stock';
  if (candidate.score < rule.minimumScore) return 'score-too-low';
  if (
    rule.longestDeliveryHours !== null &&
    candidate.deliveryHours !== null &&
    candidate.deliveryHours > rule.longestDeliveryHours
  )
    return 'too-slow';
  return null;
}

/**
 * What the buyer pays in all. Freight that is not known is not free: its total is unknown beside others whose freight is known. Where nobody's is,
 * which is so without an address, the goods alone are compared.
 */
function totals(candidates: readonly Candidate[], able: readonly Candidate[]): Map<Candidate, number | null> {
  const isFreightKnown = able.some(({ freightMinor }) => freightMinor !== null);
  return new Map(
    candidates.map((candidate) => {
      const { priceMinor, freightMinor } = candidate;
      const freight = freightMinor ?? (isFreightKnown ? null : 0);
      return [candidate, priceMinor === null || freight === null ? null : priceMinor + freight];
    }),
  );
}

/** Lower is better: the best has all points, twice as much has half of them. An unknown value has none. */
const lowerIsBetter = (value: number | null, best: number): number =>
  value === null ? 0 : Math.round((whole * (best + 1)) / (value + 1));

/** Compares sellers of one SKU by a rule. The same candidates give the same ranking, in whatever order they come. */
export function rank(candidates: readonly Candidate[], rule: ExposureRule): Ranking {
  const judged = candidates.map((candidate) => ({ candidate, exclusion: exclusionOf(candidate, rule) }));
  const able = judged.filter(({ exclusion }) => exclusion === null).map(({ candidate }) => candidate);
  const total = totals(candidates, able);
  const totalOf = (candidate: Candidate): number | null => total.get(candidate) ?? null;
  const least = (of: (candidate: Candidate) => number | null) =>
    Math.min(...able.map(of).filter((value): value is number => value !== null));
  const best = {
    price: least(({ priceMinor }) => priceMinor),
    total: least(totalOf),
    delivery: least(({ deliveryHours }) => deliveryHours),
    stock: Math.max(1, ...able.map(({ stock }) => stock)),
  };
  const weightSum = criteria.reduce((sum, criterion) => sum + rule.weights[criterion], 0);
  const partsOf = (candidate: Candidate): Record<Criterion, number> => ({
    price: lowerIsBetter(candidate.priceMinor, best.price),
    total: lowerIsBetter(totalOf(candidate), best.total),
    delivery:
      candidate.deliveryHours === null
        ? 0
        : Math.round((whole * (best.delivery + deliveryBase)) / (candidate.deliveryHours + deliveryBase)),
    score: candidate.score * 100,
    stock: Math.round((whole * candidate.stock) / best.stock),
  });
  const none = { price: 0, total: 0, delivery: 0, score: 0, stock: 0 };
  const scored = judged.map(({ candidate, exclusion }) => {
    const parts = exclusion === null ? partsOf(candidate) : none;
    const sum = criteria.reduce((all, criterion) => all + rule.weights[criterion] * parts[criterion], 0);
    const points = exclusion === null ? (weightSum === 0 ? 0 : Math.round(sum / weightSum)) : null;
    return { candidate, entry: { sellerId: candidate.sellerId, points, parts, exclusion } };
  });
  scored.sort(
    (one, other) =>
      (other.entry.points ?? -1) - (one.entry.points ?? -1) ||
      (totalOf(one.candidate) ?? Number.MAX_SAFE_INTEGER) - (totalOf(other.candidate) ?? Number.MAX_SAFE_INTEGER) ||
      other.candidate.score - one.candidate.score ||
      (one.candidate.sellerId < other.candidate.sellerId ? -1 : 1),
  );
  const ranked = scored.map(({ entry }) => entry);
  const [first, second] = ranked;
  const winner = first !== undefined && first.points !== null ? first.sellerId : null;
  return { ranked, winner, because: winner === null ? null : reason(rule, first, second) };
}

function reason(
  rule: ExposureRule,
  first: RankedCandidate | undefined,
  second: RankedCandidate | undefined,
): Criterion | null {
  if (first === undefined || second === undefined || second.points === null) return null;
  let found: Criterion | null = null;
  let most = 0;
  for (const criterion of criteria) {
    const ahead = rule.weights[criterion] * (first.parts[criterion] - second.parts[criterion]);
    if (ahead > most) [found, most] = [criterion, ahead];
  }
  return found;
}

/** The rule that holds: the nearest category's, the marketplace's, or the default. Categories from the SKU's own up to the root. */
export function exposureFor(rules: readonly ExposureRule[], categoryIds: readonly string[]): ExposureRule {
  for (const id of [...categoryIds, '']) {
    const rule = rules.find(({ categoryId }) => categoryId === id);
    if (rule !== undefined) return rule;
  }
  return defaultExposure;
}

/** A seller's estimate (`3bd`, `2d`, `4h`, `30m`) in hours, business days as 24 of 5 in 7; null when it is of another form. */
export function hoursOfEstimate(estimate: string | null): number | null {
  const match = /^(\d{1,4})(bd|d|h|m)$/.exec(estimate?.trim() ?? '');
  if (match === null) return null;
  const amount = Number(match[1]);
  if (match[2] === 'bd') return Math.round((amount * 24 * 7) / 5);
  return match[2] === 'd' ? amount * 24 : match[2] === 'h' ? amount : Math.round((amount / 60) * 10) / 10;
}

/** The estimate of an order of several lines: the slowest of those that can be read. Null: none can. */
export function slowestEstimate(estimates: readonly (string | null)[]): string | null {
  let slowest: { estimate: string; hours: number } | null = null;
  for (const estimate of estimates) {
    const hours = hoursOfEstimate(estimate);
    if (estimate !== null && hours !== null && (slowest === null || hours > slowest.hours))
      slowest = { estimate, hours };
  }
  return slowest?.estimate ?? null;
}
