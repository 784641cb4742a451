import type { Instant } from '../brand.ts';
import type { BasisPoints, Minor } from '../exact.ts';
import type { Ppm } from './rate.ts';
import type { WeeklyWindow } from './windows.ts';

/** How interest grows with the installments (protocol: `interestRateMethod` 0 or null, 1, 2). */
export const interestMethods = ['compound', 'simple', 'single'] as const;
export type InterestMethod = (typeof interestMethods)[number];
/** When an installment falls due within its month (protocol: `dueDateType` 0, 1). */
export const dueDates = ['end', 'beginning'] as const;
export type DueDate = (typeof dueDates)[number];

export interface Installment {
  readonly quantity: number;
  /** A month; of a single interest: once. */
  readonly rate: Ppm;
  /** Of the amount, once; only the simple method has it. */
  readonly tax: Ppm;
  /** The acquirer's own installment service, by its number; null: ours. */
  readonly external: number | null;
}

export interface Deadline {
  /** One a payment: so many days after the order, with interest on its share. */
  readonly payments: readonly { readonly days: number; readonly rate: Ppm }[];
}

/** First and last card numbers, as many digits as are compared (6 to 8 usually). */
export interface BinRange {
  readonly from: string;
  readonly to: string;
}

interface Service {
  readonly implementation: string;
  readonly affiliationId: string | null;
}

/** One payment condition: who may pay how, when and in how many installments (protocol, section 5.2). Money in minor units. */
export interface PaymentCondition {
  readonly id: string;
  readonly name: string;
  /** Null: every one. */
  readonly salesChannels: readonly string[] | null;
  readonly system: { readonly id: number; readonly name: string; readonly implementation: string | null };
  readonly connector: Service | null;
  readonly antifraud: Service | null;
  readonly issuer: string | null;
  readonly installments: {
    readonly dueDate: DueDate;
    readonly method: InterestMethod;
    readonly minimum: Minor;
    readonly plans: readonly Installment[];
  } | null;
  readonly deadlines: readonly Deadline[];
  readonly isSelfAuthorized: boolean | null;
  /** The shopper has to be signed in. */
  readonly requiresAuthentication: boolean | null;
  readonly enabled: boolean;
  readonly installmentsService: boolean;
  readonly isDefault: boolean | null;
  /** Included; null: from the beginning. */
  readonly beginsAt: Instant | null;
  /** Excluded; null: for good. */
  readonly endsAt: Instant | null;
  /** Holds only when at least this share of the cart's SKUs has the commercial condition. */
  readonly commercial: { readonly id: string; readonly name: string | null; readonly share: BasisPoints } | null;
  /** Accounts it is for, exclusively; null: everybody. */
  readonly merchants: readonly string[] | null;
  /** ISO 3166-1 alpha-3; null: every country. */
  readonly country: string | null;
  readonly windows: readonly WeeklyWindow[];
  /** Interest is calculated by somebody else: what is shown is without it. */
  readonly externalInterest: boolean;
  readonly minimum: Minor | null;
  readonly cobrand: string | null;
  readonly cardLevel: string | null;
  readonly excludedBins: readonly BinRange[];
}

/** What is wrong with one field of a condition. */
export interface ConditionProblem {
  /** Dotted path: `installments.plans.2.quantity`. */
  readonly field: string;
  readonly code:
    | 'required'
    | 'period'
    | 'duplicate'
    | 'quantity'
    | 'days'
    | 'empty'
    | 'country'
    | 'bins'
    | 'window'
    | 'tax-without-simple'
    | 'share';
}

/** Above this much a month somebody probably typed per cent where the protocol wants a fraction. */
export const suspiciousMonthly = 200_000;

/** Everything that is wrong with a condition, by field; empty when it can stand. */
export function checkCondition(condition: PaymentCondition): ConditionProblem[] {
  const problems: ConditionProblem[] = [];
  const bad = (field: string, code: ConditionProblem['code']) => problems.push({ field, code });
  if (condition.name.trim() === '') bad('name', 'required');
  if (condition.system.name.trim() === '') bad('system', 'required');
  if (condition.salesChannels?.length === 0) bad('salesChannels', 'empty');
  if (condition.merchants?.length === 0) bad('merchants', 'empty');
  if (condition.beginsAt !== null && condition.endsAt !== null && condition.endsAt <= condition.beginsAt)
    bad('endsAt', 'period');
  if (condition.country !== null && !/^[A-Z]{3}$/.test(condition.country)) bad('country', 'country');
  const plans = condition.installments?.plans ?? [];
  if (condition.installments !== null && plans.length === 0) bad('installments.plans', 'empty');
  const quantities = new Set<number>();
  for (const [index, { quantity, tax }] of plans.entries()) {
    const at = `installments.plans.${index}`;
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > 99) bad(`${at}.quantity`, 'quantity');
    if (quantities.has(quantity)) bad(`${at}.quantity`, 'duplicate');
    quantities.add(quantity);
    if (tax > 0 && condition.installments?.method !== 'simple') bad(`${at}.tax`, 'tax-without-simple');
  }
  for (const [index, { payments }] of condition.deadlines.entries()) {
    if (payments.length === 0) bad(`deadlines.${index}`, 'empty');
    for (const [nth, { days }] of payments.entries())
      if (!Number.isInteger(days) || days < 0 || days > 3_650 || days <= (payments[nth - 1]?.days ?? -1))
        bad(`deadlines.${index}.payments.${nth}.days`, 'days');
  }
  for (const [index, window] of condition.windows.entries())
    if (window.days.length === 0 || window.from === window.until) bad(`windows.${index}`, 'window');
  for (const [index, { from, to }] of condition.excludedBins.entries())
    if (!/^\d{4,19}$/.test(from) || from.length !== to.length || !/^\d+$/.test(to) || to < from)
      bad(`excludedBins.${index}`, 'bins');
  return problems;
}

/** Whether a rate of the condition looks like per cent written as a fraction. */
export function isSuspicious({ installments }: PaymentCondition): boolean {
  return installments?.plans.some(({ rate }) => rate > suspiciousMonthly) ?? false;
}

/** A new condition of a payment system, for everybody, in one payment. */
export function newCondition(id: string, system: PaymentCondition['system']): PaymentCondition {
  return {
    id,
    name: system.name,
    salesChannels: null,
    system,
    connector: null,
    antifraud: null,
    issuer: null,
    installments: null,
    deadlines: [],
    isSelfAuthorized: null,
    requiresAuthentication: null,
    enabled: true,
    installmentsService: false,
    isDefault: null,
    beginsAt: null,
    endsAt: null,
    commercial: null,
    merchants: null,
    country: null,
    windows: [],
    externalInterest: false,
    minimum: null,
    cobrand: null,
    cardLevel: null,
    excludedBins: [],
  };
}

/** The fields that two conditions differ in, by name; the id is no field. */
export function differingFields(one: PaymentCondition, other: PaymentCondition): (keyof PaymentCondition)[] {
  // the keys of a condition are exactly those of its type
  return (Object.keys(one) as (keyof PaymentCondition)[]).filter(
    (field) => field !== 'id' && JSON.stringify(one[field]) !== JSON.stringify(other[field]),
  );
}
