import type { Instant } from '../brand.ts';
import type { Charge } from './charge.ts';

/** The two parts of an order item that a commission is taken of; each has its own rules. */
export const commissionParts = ['product', 'freight'] as const;
export type CommissionPart = (typeof commissionParts)[number];

/** What a rule is about. Null: any. */
export interface Scope {
  readonly sellerId: string | null;
  readonly sellerGroup: string | null;
  /** Holds for the whole subtree. */
  readonly categoryId: number | null;
  readonly brandId: number | null;
  readonly salesChannel: string | null;
  /** One SKU binding, together with the seller. */
  readonly sellerSkuId: string | null;
}

export interface CommissionRule {
  /** Stays with the rule through its changes. */
  readonly id: string;
  readonly scope: Scope;
  /** Null: says nothing about the product. */
  readonly product: Charge | null;
  readonly freight: Charge | null;
  /** Included; null: from the beginning. */
  readonly validFrom: Instant | null;
  /** Excluded; null: for good. */
  readonly validUntil: Instant | null;
  /** IANA name of the zone in which the days were written. */
  readonly timeZone: string;
  readonly note: string;
}

export const anyScope: Scope = {
  sellerId: null,
  sellerGroup: null,
  categoryId: null,
  brandId: null,
  salesChannel: null,
  sellerSkuId: null,
};

/** What the registers say about the things that rules name. */
export interface Directory {
  /** Parent of each category; null for a root. A category that is not in it does not exist. */
  readonly parents: ReadonlyMap<number, number | null>;
  /** Groups of each seller. A seller that is not in it does not exist. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

/** The category and those above it, the deepest first. A tree that loops ends where it would begin again. */
export function ancestry(directory: Directory, categoryId: number | null): number[] {
  const path: number[] = [];
  for (let at = categoryId; at !== null && !path.includes(at); at = directory.parents.get(at) ?? null) path.push(at);
  return path;
}

/**
 * The order of rules, the first that differs decides:
 * 1. one SKU binding before any other;
 * 2. a seller before a group before all sellers;
 * 3. a deeper category before a higher before none;
 * 4. a brand before none;
 * 5. a sales channel before none;
 * 6. the later start;
 * 7. the earlier end.
 * Two rules that are still equal and can meet are a tie, which is an error when it is written. So that the choice is a function
 * even then, the group's name and the rule's id decide at last.
 */
export const criteria = ['binding', 'seller', 'category', 'brand', 'channel', 'start', 'end', 'tie'] as const;
export type Criterion = (typeof criteria)[number];

const flag = (value: unknown): number => (value === null ? 0 : 1);
const sellerLevel = (scope: Scope): number => (scope.sellerId !== null ? 2 : scope.sellerGroup !== null ? 1 : 0);
const startOf = (rule: CommissionRule): number => (rule.validFrom === null ? -Infinity : Date.parse(rule.validFrom));
const endOf = (rule: CommissionRule): number => (rule.validUntil === null ? Infinity : Date.parse(rule.validUntil));
const text = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);

interface Period {
  readonly from: number;
  readonly until: number;
}
/** Dates are read once a rule: rules are values, and a hundred thousand of them are compared many times. */
const periods = new WeakMap<CommissionRule, Period>();

/** The period of a rule in milliseconds since the epoch, from included, until excluded. */
export function periodOf(rule: CommissionRule): Period {
  let period = periods.get(rule);
  if (!period) {
    period = { from: startOf(rule), until: endOf(rule) };
    periods.set(rule, period);
  }
  return period;
}

/** Which of two rules comes first, negative: `one`, and what decided it. */
export function compareRules(
  directory: Directory,
  one: CommissionRule,
  other: CommissionRule,
): { readonly order: number; readonly criterion: Criterion } {
  const depth = (scope: Scope): number => ancestry(directory, scope.categoryId).length;
  const a = one.scope;
  const b = other.scope;
  const first = periodOf(one);
  const second = periodOf(other);
  const steps: readonly (readonly [Criterion, number])[] = [
    ['binding', flag(b.sellerSkuId) - flag(a.sellerSkuId)],
    ['seller', sellerLevel(b) - sellerLevel(a)],
    ['category', a.categoryId === b.categoryId ? 0 : depth(b) - depth(a)],
    ['brand', flag(b.brandId) - flag(a.brandId)],
    ['channel', flag(b.salesChannel) - flag(a.salesChannel)],
    ['start', first.from === second.from ? 0 : first.from > second.from ? -1 : 1],
    ['end', first.until === second.until ? 0 : first.until < second.until ? -1 : 1],
  ];
  for (const [criterion, order] of steps) if (order !== 0) return { order, criterion };
  return { order: text(a.sellerGroup ?? '', b.sellerGroup ?? '') || text(one.id, other.id), criterion: 'tie' };
}

/** What is sold, as far as rules ask. */
export interface Sold {
  readonly sellerId: string;
  readonly categoryId: number | null;
  readonly brandId: number | null;
  readonly salesChannel: string | null;
  readonly sellerSkuId: string | null;
}

/** Whether a rule is about this item, whatever the date. */
export function matches(directory: Directory, { scope }: CommissionRule, sold: Sold): boolean {
  return (
    (scope.sellerId === null || scope.sellerId === sold.sellerId) &&
    (scope.sellerGroup === null || (directory.groups.get(sold.sellerId) ?? []).includes(scope.sellerGroup)) &&
    (scope.categoryId === null || ancestry(directory, sold.categoryId).includes(scope.categoryId)) &&
    (scope.brandId === null || scope.brandId === sold.brandId) &&
    (scope.salesChannel === null || scope.salesChannel === sold.salesChannel) &&
    (scope.sellerSkuId === null || scope.sellerSkuId === sold.sellerSkuId)
  );
}
