import type { RuleProblem } from './check.ts';
import { ancestry, type CommissionRule, commissionParts, type Directory } from './rules.ts';

const any = -1;
/** Rules that hold always for everything of a seller or a group in a category, by its id; {@link any}: in all of them. */
type Always = Map<string, Map<number, string>>;

function add(into: Always, name: string, rule: CommissionRule): void {
  const list = into.get(name) ?? new Map<number, string>();
  into.set(name, list.set(rule.scope.categoryId ?? any, rule.id));
}

/**
 * Rules that never come to apply, because every seller they are about has a rule of its own (or of its group) that always holds, with the same or a
 * wider category: a seller's comes before a group's, and a group's before everybody's. Nothing is wrong with such a rule, and it may apply when
 * a seller joins; but who writes it does not expect it. In proportion to the rules.
 * @returns for each such rule what it is about, with the rules that come first
 */
export function coveredRules(
  rules: readonly CommissionRule[],
  directory: Directory,
): Map<string, Extract<RuleProblem, { code: 'covered' }>[]> {
  const members = new Map<string, string[]>();
  for (const [seller, groups] of directory.groups)
    for (const group of groups) members.set(group, [...(members.get(group) ?? []), seller]);
  const everybody = [...directory.groups.keys()];
  const problems = new Map<string, Extract<RuleProblem, { code: 'covered' }>[]>();
  for (const part of commissionParts) {
    const ofSeller: Always = new Map();
    const ofGroup: Always = new Map();
    for (const rule of rules) {
      const { sellerId, sellerGroup, brandId, salesChannel, sellerSkuId } = rule.scope;
      if (rule[part] === null || rule.validFrom !== null || rule.validUntil !== null) continue;
      if (brandId !== null || salesChannel !== null || sellerSkuId !== null) continue;
      const isMember = sellerGroup === null || directory.groups.get(sellerId ?? '')?.includes(sellerGroup) === true;
      if (sellerId !== null && isMember) add(ofSeller, sellerId, rule);
      else if (sellerId === null && sellerGroup !== null) add(ofGroup, sellerGroup, rule);
    }
    const known = new Map<string, readonly string[] | null>();
    const coveredBy = (group: string | null, categoryId: number | null): readonly string[] | null => {
      const wider = [...ancestry(directory, categoryId), any];
      const by = new Set<string>();
      const first = (always: Map<number, string> | undefined): string | undefined =>
        always && wider.map((id) => always.get(id)).find((id) => id !== undefined);
      const sellers = group === null ? everybody : (members.get(group) ?? []);
      for (const seller of sellers) {
        // among groups' rules only everybody's come later
        const groups = group === null ? (directory.groups.get(seller) ?? []) : [];
        const found =
          first(ofSeller.get(seller)) ?? groups.map((name) => first(ofGroup.get(name))).find((id) => id !== undefined);
        if (found === undefined) return null;
        by.add(found);
      }
      return by.size === 0 ? null : [...by];
    };
    for (const rule of rules) {
      const { sellerId, sellerGroup, categoryId } = rule.scope;
      if (rule[part] === null || sellerId !== null) continue;
      const key = JSON.stringify([sellerGroup, categoryId]);
      let by = known.get(key);
      if (by === undefined) {
        by = coveredBy(sellerGroup, categoryId);
        known.set(key, by);
      }
      if (by !== null) problems.set(rule.id, [...(problems.get(rule.id) ?? []), { code: 'covered', part, by }]);
    }
  }
  return problems;
}
