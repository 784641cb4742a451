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
  /** Of the plans that are offered, by id. */
  readonly conditionIds: readonly string[];
  readonly value: Minor;
}

/** A plan of one merchant, and the condition that it is of. */
export type LegPlan = Plan & { readonly conditionId: string };

export interface MergedPlan {
  readonly quantity: number;
  readonly unit: Plan['unit'];
  readonly total: Minor;
  readonly interest: Minor;
  /** One a leg, in its order. */
  readonly legs: readonly LegPlan[];
}

/** Why a payment system is not offered in a way of charging: whose refusal it is, and why. */
export interface Refusal {
  readonly merchant: Merchant;
  readonly reasons: readonly (Reason | { readonly code: 'no-condition' } | { readonly code: 'no-common-plan' })[];
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

/** Payments of one number and unit, of deadlines on the same days: of several such plans a shopper is offered the cheapest. */
const shapeOf = ({ quantity, unit, payments }: Plan): string =>
  JSON.stringify([unit, quantity, unit === 'day' ? payments.map(({ after }) => after) : null]);

/** The plans of all conditions, one a shape: the cheapest, of equally cheap ones that of the first condition by id. Fewest payments first. */
function union(conditions: readonly PaymentCondition[], value: Minor): LegPlan[] {
  const best = new Map<string, LegPlan>();
  for (const condition of conditions)
    for (const plan of plansOf(condition, value)) {
      const known = best.get(shapeOf(plan));
      if (known === undefined || plan.total < known.total)
        best.set(shapeOf(plan), { ...plan, conditionId: condition.id });
    }
  return [...best.values()].toSorted(
    (a, b) =>
      (a.unit === b.unit ? 0 : a.unit === 'month' ? -1 : 1) ||
      a.quantity - b.quantity ||
      (shapeOf(a) < shapeOf(b) ? -1 : shapeOf(a) > shapeOf(b) ? 1 : 0),
  );
}

/** Whose items a merchant charges for, as conditions name the accounts. */
const accountsOf = (input: MergeInput, { merchant, sellers, isOwn }: Charge): string[] =>
  merchant === null && isOwn ? [input.account, ...sellers] : sellers;

/** The gift cards of the marketplace may not pay for everything that it charges for. */
const isGiftRefused = (input: MergeInput, { merchant, sellers }: Charge, systemId: number): boolean =>
  merchant === null &&
  input.giftCards.has(systemId) &&
  sellers.some((sellerId) => input.policies.get(sellerId)?.hybrid !== true);

/** What the marketplace charges when it charges all that it may: null when every seller charges for itself. */
export function marketplaceCharge(
  input: MergeInput,
): { readonly value: Minor; readonly merchants: readonly string[]; isGiftRefused(systemId: number): boolean } | null {
  const charge = chargesOf(input, 'marketplace').find(({ merchant }) => merchant === null);
  if (!charge) return null;
  return {
    value: minorOf(charge.value),
    merchants: accountsOf(input, charge),
    isGiftRefused: (systemId) => isGiftRefused(input, charge, systemId),
  };
}

/** The plans of every condition of a merchant for a system that holds for its part; else every reason of the one that came nearest. */
function accepted(input: MergeInput, charge: Charge, systemId: number): { readonly plans: LegPlan[] } | Refusal {
  const { merchant, value } = charge;
  const own = input.conditions(merchant).filter(({ system }) => system.id === systemId);
  if (own.length === 0) return { merchant, reasons: [{ code: 'no-condition' }] };
  if (isGiftRefused(input, charge, systemId)) return { merchant, reasons: [{ code: 'gift-card' }] };
  const purchase = { ...input.purchase, value: minorOf(value), merchants: accountsOf(input, charge) };
  const eligible: PaymentCondition[] = [];
  let nearest: Reason[] | null = null;
  for (const condition of own.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))) {
    const reasons = reasonsAgainst(condition, purchase);
    if (reasons.length === 0) eligible.push(condition);
    else if (nearest === null || reasons.length < nearest.length) nearest = reasons;
  }
  if (eligible.length > 0) return { plans: union(eligible, minorOf(value)) };
  return { merchant, reasons: nearest ?? [] };
}

/** The plans that every leg has: the same number of payments in the same unit. */
function commonPlans(legs: readonly (readonly LegPlan[])[]): MergedPlan[] {
  const [first = [], ...rest] = legs;
  return first.flatMap((plan): MergedPlan[] => {
    const all = [plan];
    for (const leg of rest) {
      const same = leg.find((each) => shapeOf(each) === shapeOf(plan));
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
      const charged: Charge[] = [];
      const plans: LegPlan[][] = [];
      for (const { charge, answer } of answers) {
        if ('reasons' in answer) refusals.push(answer);
        else {
          charged.push(charge);
          plans.push(answer.plans);
        }
      }
      const common = refusals.length === 0 ? commonPlans(plans) : [];
      if (refusals.length === 0 && common.length === 0)
        for (const { merchant } of charges) refusals.push({ merchant, reasons: [{ code: 'no-common-plan' }] });
      const legs = charged.map(({ merchant, value }, index): Leg => {
        const ids = common.length === 0 ? plans[index] : common.flatMap((plan) => plan.legs[index] ?? []);
        return {
          merchant,
          conditionIds: [...new Set((ids ?? []).map(({ conditionId }) => conditionId))].toSorted(),
          value: minorOf(value),
        };
      });
      options.push({ systemId, systemName, way, split, legs, plans: common, refusals });
    }
  }
  return options;
}
