import type { Instant } from '../brand.ts';
import { type Minor, wholeBasisPoints } from '../exact.ts';
import type { PaymentCondition } from './condition.ts';
import { deadlinePlan, installmentPlan, type Plan } from './plans.ts';
import { isOpen } from './windows.ts';

/** What is paid, as far as conditions ask. */
export interface Purchase {
  /** Minor units. */
  readonly value: Minor;
  readonly salesChannel: string;
  readonly at: Instant;
  /** ISO 3166-1 alpha-3. */
  readonly country: string;
  /** Accounts whose items are paid with it. */
  readonly merchants: readonly string[];
  /** Share of the cart's SKUs with each commercial condition, basis points by its id. */
  readonly commercialShares: Readonly<Record<string, number>>;
  /** First digits of the card, where it is known. */
  readonly bin: string | null;
  /** The card's co-brand and level, as conditions name them; null: unknown, or no card. */
  readonly cobrand: string | null;
  readonly cardLevel: string | null;
  readonly isSignedIn: boolean;
}

/** Why a condition is not offered. */
export type Reason =
  | { readonly code: 'disabled' }
  | { readonly code: 'channel'; readonly channels: string }
  | { readonly code: 'not-yet'; readonly at: string }
  | { readonly code: 'over'; readonly at: string }
  | { readonly code: 'window' }
  | { readonly code: 'country'; readonly country: string }
  | { readonly code: 'minimum'; readonly minimum: number }
  | { readonly code: 'merchants'; readonly merchants: string }
  | { readonly code: 'commercial'; readonly id: string; readonly share: number; readonly wanted: number }
  | { readonly code: 'sign-in' }
  | { readonly code: 'bin'; readonly bin: string }
  | { readonly code: 'card-brand'; readonly cobrand: string }
  | { readonly code: 'card-level'; readonly level: string }
  | { readonly code: 'no-plan'; readonly minimum: number }
  /** Of the marketplace's own conditions: nothing in the cart is charged by it, or a gift card may not pay for a seller's items. */
  | { readonly code: 'sellers-charge' }
  | { readonly code: 'gift-card' };

const isExcluded = ({ excludedBins }: PaymentCondition, bin: string): boolean =>
  excludedBins.some(({ from, to }) => {
    const digits = Math.min(bin.length, from.length);
    const start = bin.slice(0, digits);
    return from.slice(0, digits) <= start && start <= to.slice(0, digits);
  });

const isSameName = (one: string, other: string | null): boolean =>
  one.trim().toLowerCase() === other?.trim().toLowerCase();

/** Every reason, in the order in which they are looked at, why a condition is not offered for a purchase; empty: it is offered. */
export function reasonsAgainst(condition: PaymentCondition, purchase: Purchase): Reason[] {
  const reasons: Reason[] = [];
  const { salesChannels, beginsAt, endsAt, windows, country, minimum, merchants, commercial } = condition;
  if (!condition.enabled) reasons.push({ code: 'disabled' });
  if (salesChannels !== null && !salesChannels.includes(purchase.salesChannel))
    reasons.push({ code: 'channel', channels: salesChannels.join(', ') });
  const at = Date.parse(purchase.at);
  if (beginsAt !== null && at < Date.parse(beginsAt)) reasons.push({ code: 'not-yet', at: beginsAt });
  if (endsAt !== null && at >= Date.parse(endsAt)) reasons.push({ code: 'over', at: endsAt });
  if (windows.length > 0 && !windows.some((window) => isOpen(window, at))) reasons.push({ code: 'window' });
  if (country !== null && country !== purchase.country) reasons.push({ code: 'country', country });
  if (minimum !== null && purchase.value < minimum) reasons.push({ code: 'minimum', minimum });
  if (merchants !== null && !purchase.merchants.every((merchant) => merchants.includes(merchant)))
    reasons.push({ code: 'merchants', merchants: merchants.join(', ') });
  if (commercial !== null) {
    const share = Math.min(purchase.commercialShares[commercial.id] ?? 0, wholeBasisPoints);
    if (share === 0 || share < commercial.share)
      reasons.push({ code: 'commercial', id: commercial.id, share, wanted: commercial.share });
  }
  if (condition.requiresAuthentication === true && !purchase.isSignedIn) reasons.push({ code: 'sign-in' });
  if (purchase.bin !== null && purchase.bin !== '' && isExcluded(condition, purchase.bin))
    reasons.push({ code: 'bin', bin: purchase.bin });
  // what is only for some cards is offered once the card is known to be one of them
  if (condition.cobrand !== null && !isSameName(condition.cobrand, purchase.cobrand))
    reasons.push({ code: 'card-brand', cobrand: condition.cobrand });
  if (condition.cardLevel !== null && !isSameName(condition.cardLevel, purchase.cardLevel))
    reasons.push({ code: 'card-level', level: condition.cardLevel });
  if (reasons.length === 0 && plansOf(condition, purchase.value).length === 0)
    reasons.push({ code: 'no-plan', minimum: condition.installments?.minimum ?? 0 });
  return reasons;
}

/**
 * Every plan that a condition has for an amount, fewest payments first. An installment below the condition's least one takes its plan away;
 * a condition without installments and deadlines is paid at once.
 */
export function plansOf(condition: PaymentCondition, value: Minor): Plan[] {
  const { installments, deadlines } = condition;
  if (installments === null && deadlines.length === 0)
    return [
      {
        quantity: 1,
        unit: 'month',
        payments: [{ after: 0, amount: value }],
        total: value,
        interest: 0 as Minor,
        rate: 0 as Plan['rate'],
        annualCost: 0,
        external: condition.externalInterest,
      },
    ];
  const monthly = (installments?.plans ?? [])
    .toSorted((one, other) => one.quantity - other.quantity)
    .map((plan) =>
      installmentPlan(
        value,
        installments?.method ?? 'compound',
        installments?.dueDate ?? 'end',
        plan,
        condition.externalInterest || plan.external !== null,
      ),
    )
    .filter(({ payments, quantity }) => {
      const least = payments.at(-1)?.amount ?? 0;
      // one payment of everything is no installment
      return quantity === 1 || least >= (installments?.minimum ?? 0);
    });
  return [...monthly, ...deadlines.map((deadline) => deadlinePlan(value, deadline))];
}

/** A condition as a shopper meets it. */
export interface SimulatedOption {
  readonly conditionId: string;
  readonly plans: readonly Plan[];
  readonly reasons: readonly Reason[];
}

/** What a shopper would see: every condition, with its plans, or with every reason why it is left out. */
export function simulate(conditions: readonly PaymentCondition[], purchase: Purchase): SimulatedOption[] {
  return conditions.map((condition) => {
    const reasons = reasonsAgainst(condition, purchase);
    return {
      conditionId: condition.id,
      plans: reasons.length === 0 ? plansOf(condition, purchase.value) : [],
      reasons,
    };
  });
}
