import type { Instant } from '../brand.ts';
import type { BasisPoints } from '../exact.ts';
import { percentage } from './charge.ts';
import {
  anyScope,
  type CommissionPart,
  type CommissionRule,
  commissionParts,
  compareRules,
  type Directory,
  periodOf,
  type Scope,
} from './rules.ts';

/** A cell of the grid: a seller (null: all) and a category (null: all). */
export interface CellName {
  readonly sellerId: string | null;
  readonly categoryId: number | null;
}
export interface CellChange {
  readonly ruleId: string;
  /** Null: the rule goes. */
  readonly rule: CommissionRule | null;
}
interface Typed {
  readonly part: CommissionPart;
  /** From when on the cells hold, or are empty; null: without a beginning. */
  readonly validFrom: Instant | null;
  /** Milliseconds since the epoch: a cell without a day is emptied of the rule that holds then. */
  readonly now: number;
  readonly timeZone: string;
  /** What the ids of new rules begin with. */
  readonly newId: string;
}

const keyOf = (scope: Scope): string => JSON.stringify(Object.values(scope));
const scopeOf = ({ sellerId, categoryId }: CellName): Scope => ({ ...anyScope, sellerId, categoryId });
// two rules of one scope are ordered without asking how deep a category is
const nowhere: Directory = { parents: new Map(), groups: new Map() };

/** The rules of each cell's own scope: nothing narrower, nothing wider. */
function byScope(rules: readonly CommissionRule[]): (cell: CellName) => readonly CommissionRule[] {
  const scopes = new Map<string, CommissionRule[]>();
  for (const rule of rules) {
    const key = keyOf(rule.scope);
    const list = scopes.get(key);
    if (list) list.push(rule);
    else scopes.set(key, [rule]);
  }
  return (cell) => scopes.get(keyOf(scopeOf(cell))) ?? [];
}

/** The rules of one scope that say something about the part at a moment; the first is the one that holds. */
function holding(rules: readonly CommissionRule[], part: CommissionPart, at: number): CommissionRule[] {
  return rules
    .filter((rule) => rule[part] !== null && periodOf(rule).from <= at && at < periodOf(rule).until)
    .toSorted((one, other) => compareRules(nowhere, one, other).order);
}

function without(rule: CommissionRule, part: CommissionPart): CellChange {
  const rest = { ...rule, [part]: null };
  return { ruleId: rule.id, rule: rest.product === null && rest.freight === null ? null : rest };
}

/** A rule that says no more about a part from a moment on; what it says about the other part goes on in a rule of its own. */
function ended(rule: CommissionRule, part: CommissionPart, from: Instant, newId: string): CellChange[] {
  if (periodOf(rule).from === Date.parse(from)) return [without(rule, part)];
  const rest = { ...rule, id: newId, [part]: null, validFrom: from };
  return [
    { ruleId: rule.id, rule: { ...rule, validUntil: from } },
    ...(rest.product === null && rest.freight === null ? [] : [{ ruleId: rest.id, rule: rest }]),
  ];
}

/**
 * What typing into cells changes: one rule a cell, a plain percentage of one part, for this seller and category and nothing narrower. An emptied cell
 * (rate null) ends what holds in it on the day given; without a day the rule that it shows goes.
 * @returns the changes, how many cells they are of, and how many were empty of anything of their own
 */
export function cellChanges(
  rules: readonly CommissionRule[],
  { part, validFrom, now, timeZone, newId }: Typed,
  cells: readonly (CellName & { readonly rate: BasisPoints | null })[],
): { readonly changes: CellChange[]; readonly applied: number; readonly skipped: number } {
  const own = byScope(rules);
  const changes: CellChange[] = [];
  let skipped = 0;
  for (const [index, cell] of cells.entries()) {
    const { rate } = cell;
    const here = own(cell);
    const before = changes.length;
    if (rate !== null) {
      const found = here.find((rule) => rule.validFrom === validFrom && rule.validUntil === null);
      const rule = found ?? {
        id: `${newId}-${index}`,
        scope: scopeOf(cell),
        product: null,
        freight: null,
        validFrom,
        validUntil: null,
        timeZone,
        note: '',
      };
      changes.push({ ruleId: rule.id, rule: { ...rule, [part]: percentage(rate) } });
    } else if (validFrom === null) {
      const [shown] = holding(here, part, now);
      if (shown) changes.push(without(shown, part));
    } else {
      const ending = holding(here, part, Date.parse(validFrom));
      changes.push(...ending.flatMap((rule, n) => ended(rule, part, validFrom, `${newId}-${index}-${n}`)));
    }
    if (changes.length === before) skipped++;
  }
  return { changes, applied: cells.length - skipped, skipped };
}

/** What makes cells say these percentages now: the rule that each shows is changed, or a new one without a beginning written. */
export function cellsTaken(
  rules: readonly CommissionRule[],
  { now, newId }: Pick<Typed, 'now' | 'newId'>,
  cells: readonly (CellName & { readonly product: BasisPoints; readonly freight: BasisPoints })[],
): CellChange[] {
  const own = byScope(rules);
  return cells.flatMap((cell, index) => {
    let here = own(cell);
    const changed = new Map<string, CommissionRule>();
    for (const part of commissionParts) {
      const endless = here.find((rule) => rule.validFrom === null && rule.validUntil === null);
      const rule: CommissionRule = holding(here, part, now)[0] ??
        endless ?? {
          id: `${newId}-${index}`,
          scope: scopeOf(cell),
          product: null,
          freight: null,
          validFrom: null,
          validUntil: null,
          timeZone: 'UTC',
          note: '',
        };
      const next = { ...rule, [part]: percentage(cell[part]) };
      changed.set(next.id, next);
      here = [...here.filter(({ id }) => id !== next.id), next];
    }
    return [...changed.values()].map((rule) => ({ ruleId: rule.id, rule }));
  });
}
