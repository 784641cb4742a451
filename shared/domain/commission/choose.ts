import type { Charge } from './charge.ts';
import {
  ancestry,
  type CommissionPart,
  type CommissionRule,
  type Criterion,
  compareRules,
  type Directory,
  matches,
  periodOf,
  type Sold,
} from './rules.ts';

/** A rule in the form in which it is tried against a date. */
export interface Candidate {
  readonly rule: CommissionRule;
  readonly product: Charge | null;
  readonly freight: Charge | null;
  /** Milliseconds since the epoch, included. */
  readonly from: number;
  /** Excluded. */
  readonly until: number;
}

/** Rules made ready for many choices. Any order of the same rules gives the same choices. */
export interface CompiledRules {
  readonly rules: readonly CommissionRule[];
  /** Every rule about the item, in the order of precedence. */
  candidates(sold: Sold): readonly Candidate[];
  /**
   * Every rule about what a seller sells in a category, whatever the brand and channel, in the order of precedence; those of one binding are
   * left out. Kept for the next item of the same kind.
   */
  ofKind(sellerId: string, categoryId: number | null): readonly Candidate[];
  /** The bindings that rules are about. */
  readonly bindings: readonly { readonly sellerId: string; readonly sellerSkuId: string }[];
}

const any = '\u0000';
const keyOf = (seller: string, category: number | null): string => `${seller}\u0001${category ?? any}`;

/** Whether a candidate about the seller and category is about this brand and channel. */
const isAbout = ({ rule: { scope } }: Candidate, brandId: number | null, salesChannel: string | null): boolean =>
  (scope.brandId === null || scope.brandId === brandId) &&
  (scope.salesChannel === null || scope.salesChannel === salesChannel);

/**
 * Indexes rules by seller and category. {@link CompiledRules.ofKind} goes through sellers and categories from the narrowest to the widest,
 * which is the stated order of precedence; within one of them brand, channel and dates decide.
 */
export function compileRules(rules: readonly CommissionRule[], directory: Directory): CompiledRules {
  const byScope = new Map<string, Candidate[]>();
  const byBinding = new Map<string, Candidate[]>();
  const bindings: { sellerId: string; sellerSkuId: string }[] = [];
  for (const rule of rules) {
    const { scope } = rule;
    const candidate: Candidate = { rule, product: rule.product, freight: rule.freight, ...periodOf(rule) };
    // a group beside a named seller only narrows: it is checked when the candidates are gathered
    const seller = scope.sellerId ?? (scope.sellerGroup === null ? any : `${any}${scope.sellerGroup}`);
    const isBinding = scope.sellerSkuId !== null && scope.sellerId !== null;
    const key = isBinding ? `${scope.sellerId}\u0001${scope.sellerSkuId}` : keyOf(seller, scope.categoryId);
    const index = isBinding ? byBinding : byScope;
    const list = index.get(key);
    if (list) list.push(candidate);
    else {
      index.set(key, [candidate]);
      if (scope.sellerId !== null && scope.sellerSkuId !== null)
        bindings.push({ sellerId: scope.sellerId, sellerSkuId: scope.sellerSkuId });
    }
  }
  const sort = (list: Candidate[]) => list.sort((a, b) => compareRules(directory, a.rule, b.rule).order);
  for (const list of byScope.values()) sort(list);
  for (const list of byBinding.values()) sort(list);

  const gather = (sellerId: string, categoryId: number | null): Candidate[] => {
    const found: Candidate[] = [];
    const own = directory.groups.get(sellerId) ?? [];
    const groups = own.map((group) => `${any}${group}`).toSorted();
    // groups are one level: what is narrower in another dimension goes first, whichever the group
    for (const level of [[sellerId], groups, [any]])
      for (const category of [...ancestry(directory, categoryId), null]) {
        const here: Candidate[] = [];
        for (const seller of level)
          for (const each of byScope.get(keyOf(seller, category)) ?? [])
            if (each.rule.scope.sellerGroup === null || own.includes(each.rule.scope.sellerGroup)) here.push(each);
        if (level.length > 1 && here.length > 1) sort(here);
        found.push(...here);
      }
    return found;
  };

  const known = new Map<string, readonly Candidate[]>();
  const ofKind = (sellerId: string, categoryId: number | null): readonly Candidate[] => {
    const key = keyOf(sellerId, categoryId);
    let found = known.get(key);
    if (!found) {
      found = gather(sellerId, categoryId);
      known.set(key, found);
    }
    return found;
  };
  return {
    rules,
    bindings,
    ofKind,
    candidates(sold) {
      const { sellerId, categoryId, brandId, salesChannel, sellerSkuId } = sold;
      const general = ofKind(sellerId, categoryId).filter((each) => isAbout(each, brandId, salesChannel));
      const own = sellerSkuId === null ? undefined : byBinding.get(`${sellerId}\u0001${sellerSkuId}`);
      return own ? [...own.filter(({ rule }) => matches(directory, rule, sold)), ...general] : general;
    },
  };
}

/** The first candidate that says something about the part at the moment; null when none does. */
export function firstValid(candidates: readonly Candidate[], part: CommissionPart, at: number): Candidate | null {
  for (const candidate of candidates)
    if (candidate[part] !== null && candidate.from <= at && at < candidate.until) return candidate;
  return null;
}

/** The rule of one part of an item at a moment (milliseconds since the epoch), or null: then nothing is charged. */
export function chooseRule(
  compiled: CompiledRules,
  part: CommissionPart,
  sold: Sold,
  at: number,
): CommissionRule | null {
  return firstValid(compiled.candidates(sold), part, at)?.rule ?? null;
}

export interface Explanation {
  readonly rule: CommissionRule | null;
  /** The rules it beat, in order, with what decided. */
  readonly beaten: readonly { readonly rule: CommissionRule; readonly criterion: Criterion }[];
  /** Rules about the item that do not hold at this moment. */
  readonly notNow: readonly { readonly rule: CommissionRule; readonly why: 'not-yet' | 'over' }[];
}

/** Why this commission: the rule that holds, those it beat and by what, and those that do not hold at the moment. */
export function explain(
  compiled: CompiledRules,
  directory: Directory,
  part: CommissionPart,
  sold: Sold,
  at: number,
): Explanation {
  const about = compiled.candidates(sold).filter((candidate) => candidate[part] !== null);
  const winner = firstValid(about, part, at);
  return {
    rule: winner?.rule ?? null,
    beaten:
      winner === null
        ? []
        : about
            .filter((each) => each !== winner && each.from <= at && at < each.until)
            .map(({ rule }) => ({ rule, criterion: compareRules(directory, winner.rule, rule).criterion })),
    notNow: about
      .filter((each) => at < each.from || at >= each.until)
      .map((each) => ({ rule: each.rule, why: at < each.from ? 'not-yet' : 'over' })),
  };
}
