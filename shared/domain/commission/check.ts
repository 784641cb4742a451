import { checkCharge } from './charge.ts';
import {
  ancestry,
  type CommissionPart,
  type CommissionRule,
  commissionParts,
  compareRules,
  type Directory,
  periodOf,
} from './rules.ts';

/** What a rule's SKU binding is bound to, where that is known. */
export interface BoundSku {
  readonly categoryId: number | null;
  readonly brandId: number | null;
}

export interface CheckedAgainst extends Directory {
  readonly brands: ReadonlySet<number> | null;
  readonly salesChannels: Pick<ReadonlySet<string>, 'has'> | null;
  /** By seller and seller SKU; undefined: no such binding. Null: not asked. */
  readonly bound: ((sellerId: string, sellerSkuId: string) => BoundSku | undefined) | null;
}

/** Why a rule cannot stand, or (`covered`) never comes to apply. Three codes are about other rules, whose ids they name; the others about the rule alone. */
export type RuleProblem =
  | { readonly code: 'ties'; readonly part: CommissionPart; readonly with: string }
  | { readonly code: 'shadowed'; readonly part: CommissionPart; readonly by: readonly string[] }
  | { readonly code: 'covered'; readonly part: CommissionPart; readonly by: readonly string[] }
  | { readonly code: 'says-nothing' }
  | { readonly code: 'empty-period' }
  | { readonly code: 'time-zone' }
  | { readonly code: 'binding-without-seller' }
  | { readonly code: 'seller-not-in-group' }
  | { readonly code: 'unknown'; readonly what: 'seller' | 'group' | 'category' | 'brand' | 'channel' | 'binding' }
  | { readonly code: 'binding-elsewhere'; readonly what: 'category' | 'brand' }
  | { readonly code: 'charge'; readonly part: CommissionPart; readonly what: string; readonly index: number | null };

/** Names that were asked about: making a format to see whether a zone exists costs more than everything else about a rule. */
const timeZones = new Map<string, boolean>();
const mostTimeZones = 1_000;

/** Whether there is a time zone of this name. */
export function isTimeZone(name: string): boolean {
  let known = timeZones.get(name);
  if (known === undefined) {
    try {
      new Intl.DateTimeFormat('en', { timeZone: name });
      known = true;
    } catch {
      known = false;
    }
    // there are some six hundred; a table of nonsense is not to be remembered for good
    if (timeZones.size >= mostTimeZones) timeZones.clear();
    timeZones.set(name, known);
  }
  return known;
}

function ownProblem(rule: CommissionRule, known: CheckedAgainst, groups: ReadonlySet<string>): RuleProblem | null {
  const { scope } = rule;
  if (rule.product === null && rule.freight === null) return { code: 'says-nothing' };
  for (const part of commissionParts) {
    const charge = rule[part];
    const found = charge === null ? null : checkCharge(charge);
    if (found) return { code: 'charge', part, what: found.code, index: 'index' in found ? found.index : null };
  }
  const { from, until } = periodOf(rule);
  if (until <= from) return { code: 'empty-period' };
  if (!isTimeZone(rule.timeZone)) return { code: 'time-zone' };
  if (scope.sellerSkuId !== null && scope.sellerId === null) return { code: 'binding-without-seller' };
  if (scope.sellerId !== null && !known.groups.has(scope.sellerId)) return { code: 'unknown', what: 'seller' };
  if (scope.sellerGroup !== null && !groups.has(scope.sellerGroup)) return { code: 'unknown', what: 'group' };
  if (scope.categoryId !== null && !known.parents.has(scope.categoryId)) return { code: 'unknown', what: 'category' };
  if (scope.brandId !== null && known.brands?.has(scope.brandId) === false) return { code: 'unknown', what: 'brand' };
  if (scope.salesChannel !== null && known.salesChannels?.has(scope.salesChannel) === false)
    return { code: 'unknown', what: 'channel' };
  if (
    scope.sellerId !== null &&
    scope.sellerGroup !== null &&
    !(known.groups.get(scope.sellerId) ?? []).includes(scope.sellerGroup)
  )
    return { code: 'seller-not-in-group' };
  if (scope.sellerId !== null && scope.sellerSkuId !== null && known.bound !== null) {
    const sku = known.bound(scope.sellerId, scope.sellerSkuId);
    if (sku === undefined) return { code: 'unknown', what: 'binding' };
    if (scope.categoryId !== null && !ancestry(known, sku.categoryId).includes(scope.categoryId))
      return { code: 'binding-elsewhere', what: 'category' };
    if (scope.brandId !== null && scope.brandId !== sku.brandId) return { code: 'binding-elsewhere', what: 'brand' };
  }
  return null;
}

/** The rules of one scope that cannot hold at any moment, because others of the same scope always come before them. */
function shadowsOf(rules: readonly CommissionRule[], part: CommissionPart, known: CheckedAgainst) {
  // with no ends, and no two that tie, each holds from its own start on
  if (rules.every((rule) => rule.validUntil === null)) return [];
  const sorted = rules.toSorted((a, b) => compareRules(known, a, b).order);
  const edges = [...new Set(sorted.flatMap((rule) => Object.values(periodOf(rule))))].toSorted((a, b) => a - b);
  const holds = new Set<string>();
  const before = new Map<string, Set<string>>();
  for (let index = 0; index + 1 < edges.length; index++) {
    const at = edges[index] as number;
    const here = sorted.filter((rule) => periodOf(rule).from <= at && at < periodOf(rule).until);
    const [winner, ...rest] = here;
    if (!winner) continue;
    holds.add(winner.id);
    for (const rule of rest) before.set(rule.id, (before.get(rule.id) ?? new Set()).add(winner.id));
  }
  return sorted.flatMap((rule): [string, RuleProblem][] =>
    holds.has(rule.id) ? [] : [[rule.id, { code: 'shadowed', part, by: [...(before.get(rule.id) ?? [])] }]],
  );
}

/**
 * Everything that is wrong with a set of rules, by rule: what is malformed or about nothing that exists, ties, and rules that can never
 * apply because others of the same scope always come first. An empty answer means: at every moment each item has at most one rule.
 */
export function checkRules(rules: readonly CommissionRule[], known: CheckedAgainst): Map<string, RuleProblem[]> {
  const problems = new Map<string, RuleProblem[]>();
  const add = (id: string, problem: RuleProblem) => {
    const list = problems.get(id);
    if (list) list.push(problem);
    else problems.set(id, [problem]);
  };
  const groups = new Set([...known.groups.values()].flat());
  const sound: CommissionRule[] = [];
  for (const rule of rules) {
    const problem = ownProblem(rule, known, groups);
    if (problem) add(rule.id, problem);
    else sound.push(rule);
  }
  const shared = [...known.groups.values()].filter((list) => list.length > 1);
  const meet = (one: string | null, other: string | null): boolean =>
    one === other ||
    (one !== null && other !== null && shared.some((list) => list.includes(one) && list.includes(other)));
  for (const part of commissionParts) {
    const scopes = new Map<string, CommissionRule[]>();
    for (const rule of sound) {
      if (rule[part] === null) continue;
      const { sellerGroup, ...scope } = rule.scope;
      const key = JSON.stringify([Object.values(scope), scope.sellerId === null ? sellerGroup !== null : null]);
      const list = scopes.get(key);
      if (list) list.push(rule);
      else scopes.set(key, [rule]);
    }
    for (const list of scopes.values()) {
      if (list.length < 2) continue;
      const tied = new Set<string>();
      const sorted = list.toSorted((a, b) => compareRules(known, a, b).order);
      for (const [index, one] of sorted.entries())
        for (let next = index + 1; next < sorted.length; next++) {
          const other = sorted[next] as CommissionRule;
          if (compareRules(known, one, other).criterion !== 'tie') break;
          if (!meet(one.scope.sellerGroup, other.scope.sellerGroup) && one.scope.sellerId === null) continue;
          add(one.id, { code: 'ties', part, with: other.id });
          add(other.id, { code: 'ties', part, with: one.id });
          tied.add(one.id).add(other.id);
        }
      const byGroup = Map.groupBy(
        sorted.filter(({ id }) => !tied.has(id)),
        ({ scope }) => scope.sellerGroup,
      );
      for (const same of byGroup.values()) for (const [id, problem] of shadowsOf(same, part, known)) add(id, problem);
    }
  }
  return problems;
}
