import type { Draft, RuleChange } from '../../../shared/contract/commissions.ts';
import type { Instant } from '../../../shared/domain/brand.ts';
import { type BulkChange, type BulkFilter, bulkChanges } from '../../../shared/domain/commission/bulk.ts';
import { type CellName, cellChanges, cellsTaken } from '../../../shared/domain/commission/cells.ts';
import type { CommissionPart, CommissionRule } from '../../../shared/domain/commission/rules.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { basisPointsOf } from '../../../shared/domain/exact.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';
import { conflictsOf } from './conflicts.ts';
import { audit, openDraft } from './draft-common.ts';
import { remarksOn } from './known.ts';
import { draftRow } from './reads.ts';
import { changesOf, directoryOf, draftOf, newestVersion, rulesOfDraft, rulesOfVersion } from './rows.ts';
import { parseTable } from './table.ts';

/** A change of a draft: by whom, and when (ISO UTC). */
interface Edit {
  readonly draftId: string;
  readonly actor: Actor;
  readonly at: string;
}

/** Rules written at once that are looked at at once: more are looked at when their list is. */
const mostToldOf = 100;

/** Who changed a draft may not approve it. */
function noteEditor(database: WritableDatabase, draftId: string, actor: Actor): void {
  statement<[string, string, string], unknown>(
    database,
    'INSERT INTO commission_draft_editor (draft_id, operator_id, name) VALUES (?, ?, ?) ON CONFLICT (draft_id, operator_id) DO UPDATE SET name = excluded.name',
  ).run(draftId, actor.operatorId, actor.name);
}

/** Makes changes to an open draft. @returns what takes them back */
function change(
  database: WritableDatabase,
  { draftId, actor, at }: Edit,
  changes: readonly RuleChange[],
  how: object = {},
): RuleChange[] {
  openDraft(database, draftId);
  if (changes.length === 0) return [];
  const newest = newestVersion(database);
  const base = new Map(rulesOfVersion(database, newest).map((rule) => [rule.id, JSON.stringify(rule)]));
  const now = changesOf(database, draftId);
  const put = statement<[string, string, string | null, number], unknown>(
    database,
    // what a change was first made against stays with it: a later version of the rule is not known to have been seen
    `INSERT INTO commission_change (draft_id, rule_id, payload, base_version) VALUES (?, ?, ?, ?)
     ON CONFLICT (draft_id, rule_id) DO UPDATE SET payload = excluded.payload`,
  );
  const drop = statement<[string, string], unknown>(
    database,
    'DELETE FROM commission_change WHERE draft_id = ? AND rule_id = ?',
  );
  const undo: RuleChange[] = [];
  for (const { ruleId, rule } of changes) {
    if (rule !== null && rule.id !== ruleId)
      throw new BinderyError('invalid-request', 'The rule has another id than the change.', { field: 'changes' });
    const stored = base.get(ruleId);
    const drafted = now.get(ruleId);
    const before =
      drafted === undefined ? (stored === undefined ? null : (JSON.parse(stored) as CommissionRule)) : drafted;
    undo.push({ ruleId, rule: before });
    const payload = rule === null ? null : JSON.stringify(rule);
    // what is as it was is no change
    if (payload === (stored ?? null)) drop.run(draftId, ruleId);
    else put.run(draftId, ruleId, payload, newest);
  }
  noteEditor(database, draftId, actor);
  audit(database, actor, at, 'change commissions', draftId, { rules: changes.length, ...how });
  return undo.reverse();
}

/** Starts a draft. */
function create(database: WritableDatabase, params: { id: string; name: string; actor: Actor; at: string }): void {
  statement<(string | number)[], unknown>(
    database,
    `INSERT INTO commission_draft (id, name, state, base_version, author_id, author, created_at) VALUES (?, ?, 'draft', ?, ?, ?, ?)`,
  ).run(params.id, params.name, newestVersion(database), params.actor.operatorId, params.actor.name, params.at);
}

/** What changes the rules of drafts. */
export const draftWrites = {
  'commissions.createDraft': (
    database: WritableDatabase,
    params: { id: string; name: string; actor: Actor; at: string },
  ): Draft => {
    create(database, params);
    return draftRow(database, draftOf(database, params.id));
  },
  /** A draft whose rules are those of an earlier version. */
  'commissions.returnTo': (
    database: WritableDatabase,
    params: { id: string; name: string; version: number; actor: Actor; at: string },
  ): Draft => {
    const known = statement<[number], { number: number }>(
      database,
      'SELECT number FROM commission_version WHERE number = ?',
    ).get(params.version);
    if (!known) throw new BinderyError('not-found', `There is no version ${params.version}.`, { field: 'version' });
    const wanted = new Map(rulesOfVersion(database, params.version).map((rule) => [rule.id, rule]));
    const changes: RuleChange[] = [];
    for (const rule of rulesOfVersion(database, newestVersion(database))) {
      const then = wanted.get(rule.id) ?? null;
      wanted.delete(rule.id);
      if (JSON.stringify(then) !== JSON.stringify(rule)) changes.push({ ruleId: rule.id, rule: then });
    }
    for (const rule of wanted.values()) changes.push({ ruleId: rule.id, rule });
    if (changes.length === 0)
      throw new BinderyError('invalid-request', `The newest rules are those of version ${params.version} already.`, {
        field: 'version',
      });
    create(database, params);
    change(database, { draftId: params.id, actor: params.actor, at: params.at }, changes, { version: params.version });
    return draftRow(database, draftOf(database, params.id));
  },
  'commissions.change': (database: WritableDatabase, params: Edit & { changes: readonly RuleChange[] }) => {
    const undo = change(database, params, params.changes);
    if (params.changes.length > mostToldOf) return { undo, problems: [] };
    const written = new Set(params.changes.map(({ ruleId }) => ruleId));
    const remarks = remarksOn(database, rulesOfDraft(database, params.draftId));
    return { undo, problems: remarks.filter(({ ruleId }) => written.has(ruleId)) };
  },
  /** Cells of the grid, as {@link cellChanges} says. */
  'commissions.setCells': (
    database: WritableDatabase,
    params: Edit & {
      part: CommissionPart;
      validFrom: string | null;
      timeZone: string;
      newId: string;
      cells: readonly (CellName & { rate: number | null })[];
    },
  ) => {
    openDraft(database, params.draftId);
    const { changes, applied, skipped } = cellChanges(
      rulesOfDraft(database, params.draftId),
      { ...params, validFrom: params.validFrom as Instant | null, now: Date.parse(params.at) },
      params.cells.map((cell) => ({ ...cell, rate: cell.rate === null ? null : basisPointsOf(cell.rate) })),
    );
    return { undo: change(database, params, changes, { cells: applied }), applied, skipped };
  },
  /** Entries as the backend holds them become rules of the draft; a category without an entry there has its seller's default. */
  'commissions.takeOver': (
    database: WritableDatabase,
    params: Edit & { newId: string; entries: readonly { sellerId: string; categoryId: number | null }[] },
  ) => {
    openDraft(database, params.draftId);
    const held = statement<[string, number], { product: number; freight: number }>(
      database,
      'SELECT product, freight FROM commission_backend WHERE seller_id = ? AND category_id IN (0, ?) ORDER BY category_id DESC LIMIT 1',
    );
    const cells = params.entries.flatMap(({ sellerId, categoryId }) => {
      const entry = held.get(sellerId, categoryId ?? 0);
      const rates = entry && { product: basisPointsOf(entry.product), freight: basisPointsOf(entry.freight) };
      return rates ? [{ sellerId, categoryId, ...rates }] : [];
    });
    const changes = cellsTaken(
      rulesOfDraft(database, params.draftId),
      { now: Date.parse(params.at), newId: params.newId },
      cells,
    );
    return { undo: change(database, params, changes, { takenOver: cells.length }) };
  },
  /**
   * Settles what a newer version changed too: the draft's own rule stays (mine), or the change is dropped (theirs). Rules that are in no conflict
   * are left alone.
   */
  'commissions.resolve': (
    database: WritableDatabase,
    params: Edit & { take: 'mine' | 'theirs'; ruleIds: readonly string[] },
  ) => {
    openDraft(database, params.draftId);
    const wanted = new Set(params.ruleIds);
    const found = conflictsOf(database, params.draftId).filter(({ ruleId }) => wanted.has(ruleId));
    if (found.length === 0) return { undo: [] };
    const sql =
      params.take === 'mine'
        ? 'UPDATE commission_change SET base_version = (SELECT MAX(number) FROM commission_version) WHERE draft_id = ? AND rule_id = ?'
        : 'DELETE FROM commission_change WHERE draft_id = ? AND rule_id = ?';
    const settle = statement<[string, string], unknown>(database, sql);
    for (const { ruleId } of found) settle.run(params.draftId, ruleId);
    noteEditor(database, params.draftId, params.actor);
    audit(database, params.actor, params.at, 'settle commissions', params.draftId, {
      take: params.take,
      rules: found.length,
    });
    return { undo: params.take === 'mine' ? [] : found.map(({ ruleId, mine }) => ({ ruleId, rule: mine })) };
  },
  'commissions.import': (database: WritableDatabase, params: Edit & { text: string; newId: string }) => {
    openDraft(database, params.draftId);
    const parsed = parseTable(database, params.draftId, params.text, params.newId);
    const [first] = parsed.errors;
    if (first)
      throw new BinderyError(
        'invalid-request',
        `Row ${first.row}, ${first.column}: ${first.message} ${parsed.errors.length} cells are bad; nothing was changed.`,
        { field: 'text', details: { errors: parsed.errors.length, row: first.row, column: first.column } },
      );
    const undo = change(database, params, parsed.changes, { rows: parsed.rows });
    return { applied: parsed.changes.length, undo };
  },
  'commissions.bulk': (database: WritableDatabase, params: Edit & { filter: BulkFilter; change: BulkChange }) => {
    openDraft(database, params.draftId);
    const found = bulkChanges(
      directoryOf(database),
      rulesOfDraft(database, params.draftId),
      params.filter,
      params.change,
    );
    const changes = found.map(({ after }) => ({ ruleId: after.id, rule: after }));
    return { undo: change(database, params, changes, { filter: params.filter, change: params.change }) };
  },
};
