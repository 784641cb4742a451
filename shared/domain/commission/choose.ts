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
  /** Every rule about the item, in the order of precedence; kept for the next item of the same kind. */
  candidates(sold: Sold): readonly Candidate[];
  /** Which of the item's facts any rule asks for: what is not asked for need not be told apart. */
  readonly asks: { readonly brand: boolean; readonly channel: boolean; readonly category: boolean };
  /** Whether a rule is about this one binding. */
  hasBinding(sellerId: string, sellerSkuId: string): boolean;
}

const any = '\u0000';
const keyOf = (seller: string, category: number | null, brand: number | null, channel: string | null): string =>
  `${seller}\u0001${category ?? any}\u0001${brand ?? any}\u0001${channel ?? any}`;

/**
 * Indexes rules by what they are about. The nested loops of `gather` go through seller, category, brand and channel from the
 * narrowest to the widest, which is the stated order of precedence; within one scope the dates decide.
 */
export function compileRules(rules: readonly CommissionRule[], directory: Directory): CompiledRules {
  const byScope = new Map<string, Candidate[]>();
  const byBinding = new Map<string, Candidate[]>();
  const asks = { brand: false, channel: false, category: false };
  for (const rule of rules) {
    const { scope } = rule;
    const candidate: Candidate = { rule, product: rule.product, freight: rule.freight, ...periodOf(rule) };
    const isBinding = scope.sellerSkuId !== null && scope.sellerId !== null;
    // a group beside a named seller only narrows: it is checked when the candidates are gathered
    const seller = scope.sellerId ?? (scope.sellerGroup === null ? any : `${any}${scope.sellerGroup}`);
    const key = isBinding
      ? `${scope.sellerId}\u0001${scope.sellerSkuId}`
      : keyOf(seller, scope.categoryId, scope.brandId, scope.salesChannel);
    const index = isBinding ? byBinding : byScope;
    const list = index.get(key);
    if (list) list.push(candidate);
    else index.set(key, [candidate]);
    if (scope.brandId !== null) asks.brand = true;
    if (scope.salesChannel !== null) asks.channel = true;
    if (scope.categoryId !== null) asks.category = true;
  }
  const sort = (list: Candidate[]) => list.sort((a, b) => compareRules(directory, a.rule, b.rule).order);
  for (const list of byScope.values()) sort(list);
  for (const list of byBinding.values()) sort(list);

  const gather = (sold: Sold): Candidate[] => {
    const found: Candidate[] = [];
    const groups = (directory.groups.get(sold.sellerId) ?? []).map((group) => `${any}${group}`).toSorted();
    const categories: (number | null)[] = asks.category ? [...ancestry(directory, sold.categoryId), null] : [null];
    const brands = asks.brand && sold.brandId !== null ? [sold.brandId, null] : [null];
    const channels = asks.channel && sold.salesChannel !== null ? [sold.salesChannel, null] : [null];
    // groups are one level: what is narrower in another dimension goes first, whichever the group
    for (const level of [[sold.sellerId], groups, [any]])
      for (const category of categories)
        for (const brand of brands)
          for (const channel of channels) {
            const here: Candidate[] = [];
            for (const seller of level) {
              const list = byScope.get(keyOf(seller, category, brand, channel));
              if (list)
                for (const each of list)
                  if (each.rule.scope.sellerGroup === null || matches(directory, each.rule, sold)) here.push(each);
            }
            if (level.length > 1 && here.length > 1) sort(here);
            found.push(...here);
          }
    return found;
  };

  const known = new Map<string, readonly Candidate[]>();
  const general = (sold: Sold): readonly Candidate[] => {
    const key = `${sold.sellerId}\u0001${asks.category ? sold.categoryId : ''}\u0001${asks.brand ? sold.brandId : ''}\u0001${asks.channel ? sold.salesChannel : ''}`;
    let found = known.get(key);
    if (!found) {
      found = gather(sold);
      known.set(key, found);
    }
    return found;
  };
  return {
    rules,
    asks,
    hasBinding: (sellerId, sellerSkuId) => byBinding.has(`${sellerId}\u0001${sellerSkuId}`),
    candidates(sold) {
      const own = sold.sellerSkuId === null ? undefined : byBinding.get(`${sold.sellerId}\u0001${sold.sellerSkuId}`);
      if (!own) return general(sold);
      const narrow = own.filter(({ rule }) => matches(directory, rule, sold));
      return narrow.length === 0 ? general(sold) : [...narrow, ...general(sold)];
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
