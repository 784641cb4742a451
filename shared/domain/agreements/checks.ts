import { type BasisPoints, basisPointsOf, divideRounded, wholeBasisPoints } from '../exact.ts';
import { betterHigh, type ScoreRate, scoreRates, type Terms } from './terms.ts';

/** An offer, as far as the criteria for selection ask. Null: not known, which breaks nothing. */
export interface OfferFacts {
  readonly brandId: number | null;
  /** The category and those above it. */
  readonly categoryPath: readonly number[] | null;
  readonly attributes: readonly string[];
  readonly images: number;
  readonly sellerScore: number | null;
}

/** A criterion that an offer breaks. */
export type Breach =
  | { readonly code: 'brand' }
  | { readonly code: 'category' }
  | { readonly code: 'attribute'; readonly name: string }
  | { readonly code: 'images'; readonly has: number; readonly wanted: number }
  | { readonly code: 'score'; readonly has: number; readonly wanted: number };

const bare = (name: string): string => name.trim().toLowerCase();

/** Every criterion of an agreement that an offer breaks. A brand that is not mapped yet breaks a list of allowed brands only once it is known. */
export function breachesOf({ selection }: Terms, offer: OfferFacts): Breach[] {
  const breaches: Breach[] = [];
  const { brandIds, categoryIds, requiredAttributes, minimumImages, minimumScore } = selection;
  if (brandIds !== null && offer.brandId !== null && !brandIds.includes(offer.brandId))
    breaches.push({ code: 'brand' });
  if (categoryIds !== null && offer.categoryPath !== null && !offer.categoryPath.some((id) => categoryIds.includes(id)))
    breaches.push({ code: 'category' });
  const has = new Set(offer.attributes.map(bare));
  for (const name of requiredAttributes) if (!has.has(bare(name))) breaches.push({ code: 'attribute', name });
  if (offer.images < minimumImages) breaches.push({ code: 'images', has: offer.images, wanted: minimumImages });
  if (minimumScore !== null && offer.sellerScore !== null && offer.sellerScore < minimumScore)
    breaches.push({ code: 'score', has: offer.sellerScore, wanted: minimumScore });
  return breaches;
}

/** What is counted of a seller's orders in a period. */
export interface OrderCounts {
  readonly orders: number;
  /** The seller has answered: accepted or refused. */
  readonly answered: number;
  readonly refused: number;
  /** Handled or delivered after the promised time, or not yet although that time has passed. */
  readonly late: number;
  /** Cancelled by the seller. */
  readonly cancelled: number;
  /** With an invoice that does not add up, a report that does not fit, or a divergent price. */
  readonly incidents: number;
  readonly invoiced: number;
  /** Of those invoiced: with a tracking number. */
  readonly tracked: number;
  /** Refused, late, cancelled or with an incident: each order once. */
  readonly failed: number;
}

export type Verdict = 'good' | 'warn' | 'suspend' | 'too-few';

export interface Scored {
  readonly rate: ScoreRate;
  /** Null: there is nothing to measure it by. */
  readonly value: BasisPoints | null;
  readonly verdict: Verdict;
}

export interface Scorecard {
  readonly score: number;
  readonly rates: readonly Scored[];
  /** The worst of the rates. */
  readonly verdict: Verdict;
}

const share = (part: number, whole: number): BasisPoints | null =>
  whole === 0 ? null : basisPointsOf(Math.min(wholeBasisPoints, divideRounded(part * wholeBasisPoints, whole)));

/**
 * How well a seller keeps its promises, 0 to 100: the share of its orders that it neither refused, cancelled, let become late nor had an incident
 * with. Ten orders that went well are assumed of a seller that nobody knows yet. The one score there is: the buy box and agreements ask for it.
 */
export function scoreOf({ orders, failed }: Pick<OrderCounts, 'orders' | 'failed'>): number {
  return divideRounded(100 * (orders - Math.min(failed, orders) + 10), orders + 10);
}

/** The rates of a seller and what they mean. Being at a threshold is having passed it. */
export function scorecardOf({ scorecard }: Pick<Terms, 'scorecard'>, counts: OrderCounts): Scorecard {
  const values: Readonly<Record<ScoreRate, BasisPoints | null>> = {
    approval: share(counts.answered - counts.refused, counts.answered),
    refusal: share(counts.refused, counts.answered),
    late: share(counts.late, counts.orders),
    cancelled: share(counts.cancelled, counts.orders),
    incident: share(counts.incidents, counts.orders),
    tracking: share(counts.tracked, counts.invoiced),
  };
  const tooFew = counts.orders < scorecard.minimumOrders;
  const rates = scoreRates.map((rate): Scored => {
    const value = values[rate];
    const limits = scorecard.thresholds[rate];
    if (tooFew) return { rate, value, verdict: 'too-few' };
    if (value === null || limits === null) return { rate, value, verdict: 'good' };
    const passed = (limit: number) => (betterHigh.includes(rate) ? value <= limit : value >= limit);
    // a rate that is as good as can be passes nothing, whatever the threshold
    const isPerfect = betterHigh.includes(rate) ? value === wholeBasisPoints : value === 0;
    const verdict = isPerfect ? 'good' : passed(limits.suspend) ? 'suspend' : passed(limits.warn) ? 'warn' : 'good';
    return { rate, value, verdict };
  });
  const order: readonly Verdict[] = ['suspend', 'warn', 'good'];
  const verdict = tooFew ? 'too-few' : (order.find((each) => rates.some((one) => one.verdict === each)) ?? 'good');
  return { score: scoreOf(counts), rates, verdict };
}
