import { type CompiledRules, compileRules } from '../../../shared/domain/commission/choose.ts';
import type { CommissionRule, Directory } from '../../../shared/domain/commission/rules.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { minorDigits } from '../../../shared/domain/money.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { marketplaceCalendar } from '../orders/apply.ts';

// rules are stored as the contract parsed them
export const ruleOf = (payload: string): CommissionRule => JSON.parse(payload) as CommissionRule;

export interface StoredVersion {
  number: number;
  name: string;
  active_from: string;
  author: string;
  approver: string | null;
}
export interface StoredDraft {
  id: string;
  name: string;
  state: 'draft' | 'submitted' | 'scheduled' | 'activated' | 'discarded';
  base_version: number;
  author_id: string;
  author: string;
  created_at: string;
  activate_at: string | null;
  approver: string | null;
  problem: string | null;
}

/** The number of the version in force at a moment; 0 before the first. */
export function versionAt(database: ReadableDatabase, at: string): number {
  return (
    statement<[string], { number: number | null }>(
      database,
      'SELECT MAX(number) AS number FROM commission_version WHERE active_from <= ?',
    ).get(at)?.number ?? 0
  );
}

/** The newest version, in force or not yet; 0: none. */
export function newestVersion(database: ReadableDatabase): number {
  return (
    statement<[], { number: number | null }>(database, 'SELECT MAX(number) AS number FROM commission_version').get()
      ?.number ?? 0
  );
}

/** The rules of a version. */
export function rulesOfVersion(database: ReadableDatabase, number: number): CommissionRule[] {
  return statement<[number, number], { payload: string }>(
    database,
    'SELECT payload FROM commission_rule WHERE added_in <= ? AND (removed_in IS NULL OR removed_in > ?) ORDER BY row',
  )
    .all(number, number)
    .map(({ payload }) => ruleOf(payload));
}

export function draftOf(database: ReadableDatabase, draftId: string): StoredDraft {
  const found = statement<[string], StoredDraft>(database, 'SELECT * FROM commission_draft WHERE id = ?').get(draftId);
  if (!found) throw new BinderyError('not-found', 'This draft is no longer there.', { field: 'draftId' });
  return found;
}

/** A draft's changes by rule; null: the rule goes. */
export function changesOf(database: ReadableDatabase, draftId: string): Map<string, CommissionRule | null> {
  const rows = statement<[string], { rule_id: string; payload: string | null }>(
    database,
    'SELECT rule_id, payload FROM commission_change WHERE draft_id = ?',
  ).all(draftId);
  return new Map(rows.map(({ rule_id, payload }) => [rule_id, payload === null ? null : ruleOf(payload)]));
}

/** The newest version's rules with a draft's changes made. */
export function rulesOfDraft(database: ReadableDatabase, draftId: string): CommissionRule[] {
  const changes = changesOf(database, draftId);
  const rules = rulesOfVersion(database, newestVersion(database)).flatMap((rule) => {
    const change = changes.get(rule.id);
    changes.delete(rule.id);
    return change === undefined ? [rule] : change === null ? [] : [change];
  });
  for (const change of changes.values()) if (change) rules.push(change);
  return rules;
}

/** The marketplace's currency, how many digits it has, and its time zone. */
export function moneySetting(database: ReadableDatabase): {
  readonly currency: string;
  readonly digits: number;
  readonly timeZone: string;
} {
  const stored = statement<[], { value: string }>(database, `SELECT value FROM setting WHERE key = 'currency'`).get();
  const value = jsonOf<unknown>(stored?.value ?? null, null);
  const currency = typeof value === 'string' ? value : 'BRL';
  return { currency, digits: minorDigits(currency), timeZone: marketplaceCalendar(database).timeZone };
}

/** The category tree and the sellers' groups as the cache has them. */
export function directoryOf(database: ReadableDatabase): Directory {
  const categories = statement<[], { id: number; parent_id: number | null }>(
    database,
    'SELECT id, parent_id FROM category',
  ).all();
  const sellers = statement<[], { id: string; groups: string | null }>(
    database,
    `SELECT id, json_extract(raw, '$.groups') AS groups FROM seller`,
  ).all();
  return {
    parents: new Map(categories.map(({ id, parent_id }) => [id, parent_id])),
    groups: new Map(
      sellers.map(({ id, groups }) => [
        id,
        groups === null ? [] : (JSON.parse(groups) as { id: string | number }[]).map((group) => String(group.id)),
      ]),
    ),
  };
}

/** Which rules held when: versions in order, compiled when first asked for. */
export function timeline(database: ReadableDatabase, directory: Directory) {
  const versions = statement<[], { number: number; active_from: string }>(
    database,
    'SELECT number, active_from FROM commission_version ORDER BY number',
  )
    .all()
    .map(({ number, active_from }) => ({ number, from: Date.parse(active_from) }));
  const compiled = new Map<number, CompiledRules>();
  return (at: number): { number: number; rules: CompiledRules } | null => {
    const version = versions.findLast(({ from }) => from <= at);
    if (!version) return null;
    let rules = compiled.get(version.number);
    if (!rules) {
      rules = compileRules(rulesOfVersion(database, version.number), directory);
      compiled.set(version.number, rules);
    }
    return { number: version.number, rules };
  };
}
