import { type Minor, minorOf } from '../exact.ts';
import type { PaymentCondition } from './condition.ts';
import { type Purchase, plansOf, type Reason, reasonsAgainst } from './eligible.ts';
import type { Plan } from './plans.ts';

/**
 * Merge payments: which sellers' own payment methods are offered beside the marketplace's. The rule, in words and with its reasons, is in
 * docs/merge-payments.md; this is the whole of it.
 */

/** - `marketplace`: the marketplace charges for this seller's items, by its own methods only.
 *  - `both`: the seller's own methods are offered too; by those the seller charges.
 *  - `seller`: the seller always charges for its items itself. */
export const mergePolicies = ['marketplace', 'both', 'seller'] as const;
export type MergePolicy = (typeof mergePolicies)[number];

export interface SellerPolicy {
  readonly sellerId: string;
  /** Off: as `marketplace`. */
  readonly enabled: boolean;
  readonly policy: MergePolicy;
  /** The marketplace's gift cards may pay for its items (protocol: `allowHybridPayments`). */
  readonly hybrid: boolean;
}

/** The part of a cart that one seller sells; null: the marketplace. */
export interface CartPart {
  readonly sellerId: string | null;
  readonly value: Minor;
}

/** Null: the marketplace. */
export type Merchant = string | null;

/** How the money of an option is divided.
 *  - `one`: one charge, nothing to divide at payment.
 *  - `payout`: one charge by the marketplace; its provider pays the sellers their share. Brazil only.
 *  - `transactions`: one charge a merchant; one that is refused takes the others with it. */
export type Split = 'one' | 'payout' | 'transactions';

/** One merchant's charge in an option. The identity of its method is merchant and payment system together. */
export interface Leg {
  readonly merchant: Merchant;
  readonly conditionId: string;
  readonly value: Minor;
}

export interface MergedPlan {
  readonly quantity: number;
  readonly unit: Plan['unit'];
  readonly total: Minor;
  readonly interest: Minor;
  /** One a leg, in its order. */
  readonly legs: readonly Plan[];
}

/** Why a payment system is not offered in a way of charging: whose refusal it is, and why. */
export interface Refusal {
  readonly merchant: Merchant;
  readonly reasons: readonly (
    | Reason
    | { readonly code: 'no-condition' }
    | { readonly code: 'gift-card' }
    | { readonly code: 'no-common-plan' }
  )[];
}

export interface MergedOption {
  readonly systemId: number;
  readonly systemName: string;
  /** `marketplace`: it charges all that it may. `sellers`: each seller that may charges for itself. */
  readonly way: 'marketplace' | 'sellers';
  readonly split: Split;
  readonly legs: readonly Leg[];
  /** Empty: not offered. */
  readonly plans: readonly MergedPlan[];
  readonly refusals: readonly Refusal[];
}

export interface MergeInput {
  readonly parts: readonly CartPart[];
  readonly policies: ReadonlyMap<string, SellerPolicy>;
  /** The marketplace's own account, as conditions name it. */
  readonly account: string;
  readonly conditions: (merchant: Merchant) => readonly PaymentCondition[];
  /** Everything but value and merchants, which follow from the part that is charged. */
  readonly purchase: Omit<Purchase, 'value' | 'merchants'>;
  /** Systems that are gift cards. */
  readonly giftCards: ReadonlySet<number>;
}

const policyOf = (input: MergeInput, sellerId: string): MergePolicy => {
  const found = input.policies.get(sellerId);
  return found?.enabled === true ? found.policy : 'marketplace';
};

interface Charge {
  readonly merchant: Merchant;
  value: number;
  /** Whose items they are. */
  readonly sellers: string[];
  /** Whether the marketplace's own items are among them. */
  isOwn: boolean;
}

/** Who charges for how much, in one way. The marketplace first, then sellers by id. */
function chargesOf(input: MergeInput, way: MergedOption['way']): Charge[] {
  const charges = new Map<Merchant, Charge>();
  for (const { sellerId, value } of input.parts) {
    const policy = sellerId === null ? 'marketplace' : policyOf(input, sellerId);
    const bySeller = policy === 'seller' || (policy === 'both' && way === 'sellers');
    const merchant = bySeller ? sellerId : null;
    const charge = charges.get(merchant) ?? { merchant, value: 0, sellers: [], isOwn: false };
    charge.value += value;
    if (sellerId === null) charge.isOwn = true;
    else if (!charge.sellers.includes(sellerId)) charge.sellers.push(sellerId);
    charges.set(merchant, charge);
  }
  return [...charges.values()].toSorted((a, b) =>
    a.merchant === b.merchant
      ? 0
      : a.merchant === null
        ? -1
        : b.merchant === null
          ? 1
          : a.merchant < b.merchant
            ? -1
            : 1,
  );
}

function splitOf(charges: readonly Charge[], country: string): Split {
  if (charges.length > 1) return 'transactions';
  const [only] = charges;
  return only?.merchant === null && only.sellers.length > 0 && country === 'BRA' ? 'payout' : 'one';
}

/** The first condition of a merchant for a system that holds for its part; else every reason of the one that came nearest. */
function accepted(
  input: MergeInput,
  { merchant, value, sellers, isOwn }: Charge,
  systemId: number,
): { readonly condition: PaymentCondition; readonly plans: Plan[] } | Refusal {
  const own = input.conditions(merchant).filter(({ system }) => system.id === systemId);
  if (own.length === 0) return { merchant, reasons: [{ code: 'no-condition' }] };
  if (
    merchant === null &&
    input.giftCards.has(systemId) &&
    sellers.some((sellerId) => input.policies.get(sellerId)?.hybrid !== true)
  )
    return { merchant, reasons: [{ code: 'gift-card' }] };
  const accounts = merchant === null && isOwn ? [input.account, ...sellers] : sellers;
  let nearest: Reason[] | null = null;
  for (const condition of own.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))) {
    const purchase = { ...input.purchase, value: minorOf(value), merchants: accounts };
    const reasons = reasonsAgainst(condition, purchase);
    if (reasons.length === 0) return { condition, plans: plansOf(condition, minorOf(value)) };
    if (nearest === null || reasons.length < nearest.length) nearest = reasons;
  }
  return { merchant, reasons: nearest ?? [] };
}

/** The plans that every leg has: the same number of payments in the same unit. */
function commonPlans(legs: readonly (readonly Plan[])[]): MergedPlan[] {
  const [first = [], ...rest] = legs;
  return first.flatMap((plan): MergedPlan[] => {
    const all = [plan];
    for (const leg of rest) {
      const same = leg.find(
        ({ quantity, unit, payments }) =>
          quantity === plan.quantity &&
          unit === plan.unit &&
          (unit === 'month' || payments.every(({ after }, nth) => after === plan.payments[nth]?.after)),
      );
      if (!same) return [];
      all.push(same);
    }
    const total = all.reduce((sum, each) => sum + each.total, 0);
    const interest = all.reduce((sum, each) => sum + each.interest, 0);
    return [
      { quantity: plan.quantity, unit: plan.unit, total: minorOf(total), interest: minorOf(interest), legs: all },
    ];
  });
}

/**
 * Every option of a cart, offered or with whose refusal and why. A payment system is offered in a way of charging when every merchant that must
 * charge in it accepts the system for its own part, and they have a plan in common. The order of parts, policies and conditions changes nothing.
 */
export function mergeOptions(input: MergeInput): MergedOption[] {
  if (input.parts.length === 0) return [];
  const anyBoth = input.parts.some(({ sellerId }) => sellerId !== null && policyOf(input, sellerId) === 'both');
  const options: MergedOption[] = [];
  for (const way of anyBoth ? (['marketplace', 'sellers'] as const) : (['marketplace'] as const)) {
    const charges = chargesOf(input, way);
    const split = splitOf(charges, input.purchase.country);
    const systems = new Map<number, string>();
    for (const { merchant } of charges)
      for (const { system } of input.conditions(merchant)) {
        const known = systems.get(system.id);
        if (known === undefined || system.name < known) systems.set(system.id, system.name);
      }
    for (const [systemId, systemName] of [...systems].toSorted(([a], [b]) => a - b)) {
      const answers = charges.map((charge) => ({ charge, answer: accepted(input, charge, systemId) }));
      const refusals: Refusal[] = [];
      const legs: Leg[] = [];
      const plans: Plan[][] = [];
      for (const { charge, answer } of answers) {
        if ('reasons' in answer) refusals.push(answer);
        else {
          legs.push({ merchant: charge.merchant, conditionId: answer.condition.id, value: minorOf(charge.value) });
          plans.push(answer.plans);
        }
      }
      const common = refusals.length === 0 ? commonPlans(plans) : [];
      if (refusals.length === 0 && common.length === 0)
        for (const { merchant } of charges) refusals.push({ merchant, reasons: [{ code: 'no-common-plan' }] });
      options.push({ systemId, systemName, way, split, legs, plans: common, refusals });
    }
  }
  return options;
}
