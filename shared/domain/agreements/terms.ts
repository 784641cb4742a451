import { type BasisPoints, basisPointsOf, type Minor } from '../exact.ts';

export const payoutSchedules = ['daily', 'weekly', 'fortnightly', 'monthly', 'after-delivery'] as const;
export type PayoutSchedule = (typeof payoutSchedules)[number];
export const supportChannels = ['email', 'phone', 'chat', 'messenger', 'portal'] as const;
export type SupportChannel = (typeof supportChannels)[number];
/** The rates of a scorecard. The first and the last are better when high, all others when low. */
export const scoreRates = ['approval', 'refusal', 'late', 'cancelled', 'incident', 'tracking'] as const;
export type ScoreRate = (typeof scoreRates)[number];
export const betterHigh: readonly ScoreRate[] = ['approval', 'tracking'];

/** From which rate on a person is warned, and from which the seller should be suspended. Null: this rate decides nothing. */
export interface Thresholds {
  readonly warn: BasisPoints;
  readonly suspend: BasisPoints;
}

/** What is agreed with one seller. Null or empty: not agreed, so nothing is asked. Amounts in minor units of the workspace's currency. */
export interface Terms {
  readonly commission: { readonly product: BasisPoints | null; readonly freight: BasisPoints | null };
  readonly payout: {
    readonly schedule: PayoutSchedule;
    /** Days after the period ends (or after delivery) until the money is paid. */
    readonly days: number;
    /** Kept back, and for how many days. */
    readonly retention: BasisPoints;
    readonly retentionDays: number;
  };
  readonly selection: {
    /** Null: any. */
    readonly brandIds: readonly number[] | null;
    /** Each with everything below it. Null: any. */
    readonly categoryIds: readonly number[] | null;
    readonly requiredAttributes: readonly string[];
    readonly minimumImages: number;
    /** Of the scorecard, 0 to 100; not asked of a seller with too few orders to be judged. */
    readonly minimumScore: number | null;
  };
  readonly support: {
    readonly answerHours: number | null;
    readonly languages: readonly string[];
    readonly channels: readonly SupportChannel[];
  };
  readonly delivery: {
    readonly handlingDays: number | null;
    /** The seller has to use the marketplace's own fulfilment service. */
    readonly marketplaceFulfilment: boolean;
    readonly regions: readonly {
      readonly region: string;
      readonly maximumDays: number | null;
      readonly maximumFreight: Minor | null;
    }[];
  };
  readonly scorecard: {
    /** Days that are looked back. */
    readonly days: number;
    /** With fewer orders nothing is judged. */
    readonly minimumOrders: number;
    readonly thresholds: Readonly<Record<ScoreRate, Thresholds | null>>;
  };
}

const pair = (warn: number, suspend: number): Thresholds => ({
  warn: basisPointsOf(warn),
  suspend: basisPointsOf(suspend),
});

/** Where a new agreement starts: nothing asked but a usual scorecard. */
export const plainTerms: Terms = {
  commission: { product: null, freight: null },
  payout: { schedule: 'monthly', days: 10, retention: basisPointsOf(0), retentionDays: 0 },
  selection: { brandIds: null, categoryIds: null, requiredAttributes: [], minimumImages: 0, minimumScore: null },
  support: { answerHours: null, languages: [], channels: [] },
  delivery: { handlingDays: null, marketplaceFulfilment: false, regions: [] },
  scorecard: {
    days: 30,
    minimumOrders: 10,
    thresholds: {
      approval: pair(9_500, 9_000),
      refusal: pair(300, 800),
      late: pair(500, 1_000),
      cancelled: pair(200, 500),
      incident: pair(300, 800),
      tracking: pair(9_000, 8_000),
    },
  },
};

export interface TermsProblem {
  readonly field: string;
  readonly code: 'thresholds' | 'duplicate' | 'empty' | 'retention' | 'region';
}

/** What contradicts itself in terms, by field. */
export function checkTerms(terms: Terms): TermsProblem[] {
  const problems: TermsProblem[] = [];
  for (const rate of scoreRates) {
    const limits = terms.scorecard.thresholds[rate];
    if (limits === null) continue;
    const isRight = betterHigh.includes(rate) ? limits.suspend <= limits.warn : limits.suspend >= limits.warn;
    if (!isRight) problems.push({ field: `scorecard.thresholds.${rate}`, code: 'thresholds' });
  }
  if (terms.selection.brandIds?.length === 0) problems.push({ field: 'selection.brandIds', code: 'empty' });
  if (terms.selection.categoryIds?.length === 0) problems.push({ field: 'selection.categoryIds', code: 'empty' });
  if ((terms.payout.retention === 0) !== (terms.payout.retentionDays === 0))
    problems.push({ field: 'payout.retentionDays', code: 'retention' });
  const seen = new Set<string>();
  for (const [index, { region, maximumDays, maximumFreight }] of terms.delivery.regions.entries()) {
    const name = region.trim().toLowerCase();
    if (name === '' || (maximumDays === null && maximumFreight === null))
      problems.push({ field: `delivery.regions.${index}`, code: 'region' });
    if (seen.has(name)) problems.push({ field: `delivery.regions.${index}`, code: 'duplicate' });
    seen.add(name);
  }
  return problems;
}

export interface Difference {
  /** Dotted path: `selection.minimumImages`. */
  readonly path: string;
  /** JSON texts. */
  readonly before: string;
  readonly after: string;
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What changed from one text of terms to another, by field, in the order of the terms. Lists are compared whole. */
export function diffTerms(before: unknown, after: unknown, path = ''): Difference[] {
  if (isPlain(before) && isPlain(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      diffTerms(before[key], after[key], path === '' ? key : `${path}.${key}`),
    );
  const one = JSON.stringify(before) ?? '';
  const other = JSON.stringify(after) ?? '';
  return one === other ? [] : [{ path, before: one, after: other }];
}
