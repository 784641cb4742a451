import type { Draft } from '../../../shared/contract/commissions.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';
import { conflictsOf } from './conflicts.ts';
import { audit, openDraft } from './draft-common.ts';
import { problemsOf } from './known.ts';
import { draftRow } from './reads.ts';
import { changesOf, draftOf, newestVersion, rulesOfDraft } from './rows.ts';

const setState = (database: WritableDatabase, draftId: string, state: string): Draft => {
  statement<[string, string], unknown>(database, 'UPDATE commission_draft SET state = ? WHERE id = ?').run(
    state,
    draftId,
  );
  return draftRow(database, draftOf(database, draftId));
};

/** A draft that nobody has approved and that no day is set for. */
function backToDraft(database: WritableDatabase, draftId: string): Draft {
  statement<[string], unknown>(
    database,
    'UPDATE commission_draft SET approver = NULL, activate_at = NULL, problem = NULL WHERE id = ?',
  ).run(draftId);
  return setState(database, draftId, 'draft');
}

const isEditor = (database: WritableDatabase, draftId: string, actor: Actor): boolean =>
  statement<[string, string], unknown>(
    database,
    'SELECT 1 FROM commission_draft_editor WHERE draft_id = ? AND operator_id = ?',
  ).get(draftId, actor.operatorId) !== undefined;

/**
 * Makes a draft the newest version. It is in force from its own day on, whenever that is noticed (null: now), but not before any other version:
 * the newest in force is the one with the highest number.
 * @returns its number
 */
function enact(database: WritableDatabase, draftId: string, day: string | null, now: string): number {
  const draft = draftOf(database, draftId);
  const number = newestVersion(database) + 1;
  const last = statement<[], { at: string | null }>(
    database,
    'SELECT MAX(active_from) AS at FROM commission_version',
  ).get()?.at;
  const from = day ?? now;
  statement<(string | number | null)[], unknown>(
    database,
    `INSERT INTO commission_version (number, name, active_from, activated_at, author, approver, is_scheduled) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(number, draft.name, last && last > from ? last : from, now, draft.author, draft.approver, day === null ? 0 : 1);
  const retire = statement<[number, string], unknown>(
    database,
    'UPDATE commission_rule SET removed_in = ? WHERE rule_id = ? AND removed_in IS NULL',
  );
  const insert = statement<[string, number, string], unknown>(
    database,
    'INSERT INTO commission_rule (rule_id, added_in, payload) VALUES (?, ?, ?)',
  );
  for (const [ruleId, rule] of changesOf(database, draftId)) {
    retire.run(number, ruleId);
    if (rule) insert.run(ruleId, number, JSON.stringify(rule));
  }
  setState(database, draftId, 'activated');
  return number;
}

/** @throws BinderyError when rules of the draft cannot stand, or a newer version changed the same rules */
function refuseUnsound(database: WritableDatabase, draftId: string): void {
  const conflicts = conflictsOf(database, draftId);
  if (conflicts.length > 0)
    throw new BinderyError(
      'invalid-request',
      `A newer version changed ${conflicts.length} of the same rules. Choose for each whether yours or theirs stays.`,
      { field: 'draftId', details: { conflicts: conflicts.length, ruleId: conflicts[0]?.ruleId ?? '' } },
    );
  const problems = problemsOf(database, rulesOfDraft(database, draftId));
  if (problems.length === 0) return;
  throw new BinderyError(
    'invalid-request',
    `${problems.length} rules cannot stand (${problems[0]?.code}). Mend or remove them first; the list of rules marks each.`,
    { field: 'draftId', details: { problems: problems.length } },
  );
}

/** The way of drafts into force, and out of it. */
export const lifecycleWrites = {
  'commissions.submit': (database: WritableDatabase, params: { draftId: string; actor: Actor; at: string }): Draft => {
    openDraft(database, params.draftId);
    refuseUnsound(database, params.draftId);
    audit(database, params.actor, params.at, 'submit commissions', params.draftId, {});
    return setState(database, params.draftId, 'submitted');
  },
  'commissions.discard': (database: WritableDatabase, params: { draftId: string; actor: Actor; at: string }): Draft => {
    const draft = draftOf(database, params.draftId);
    if (draft.state === 'activated')
      throw new BinderyError('already-decided', 'This draft is in force; a new draft can take it back.', {
        field: 'draftId',
      });
    if (draft.state === 'discarded') return draftRow(database, draft);
    audit(database, params.actor, params.at, 'discard commissions', params.draftId, {});
    return setState(database, params.draftId, 'discarded');
  },
  /** Takes a discarding back: what was scheduled or submitted is a draft again. */
  'commissions.restoreDraft': (
    database: WritableDatabase,
    params: { draftId: string; actor: Actor; at: string },
  ): Draft => {
    if (draftOf(database, params.draftId).state !== 'discarded')
      throw new BinderyError('already-decided', 'This draft is not discarded.', { field: 'draftId' });
    audit(database, params.actor, params.at, 'restore commissions', params.draftId, {});
    return backToDraft(database, params.draftId);
  },
  /** Takes a draft back that waits for a second person, or for its day, so that it can be changed. */
  'commissions.returnDraft': (
    database: WritableDatabase,
    params: { draftId: string; actor: Actor; at: string },
  ): Draft => {
    const { state } = draftOf(database, params.draftId);
    if (state !== 'submitted' && state !== 'scheduled')
      throw new BinderyError('already-decided', `This draft is ${state}: it waits for nothing.`, { field: 'draftId' });
    audit(database, params.actor, params.at, 'return commissions', params.draftId, { state });
    return backToDraft(database, params.draftId);
  },
  'commissions.activate': (
    database: WritableDatabase,
    params: { draftId: string; activateAt: string | null; actor: Actor; fourEyes: boolean; now: string },
  ): { draft: Draft; version: number | null } => {
    const draft = draftOf(database, params.draftId);
    if (params.fourEyes) {
      if (draft.state !== 'submitted')
        throw new BinderyError('not-allowed', 'A second person has to approve: submit the draft first.', {
          field: 'draftId',
        });
      if (draft.author_id === params.actor.operatorId || isEditor(database, params.draftId, params.actor))
        throw new BinderyError(
          'not-allowed',
          'Somebody else than its author and those who changed it has to approve this draft.',
          { field: 'draftId' },
        );
    } else if (draft.state !== 'draft' && draft.state !== 'submitted')
      throw new BinderyError('already-decided', `This draft is ${draft.state} already.`, { field: 'draftId' });
    refuseUnsound(database, params.draftId);
    // a day that is over is today: what was sold until now stays as it was
    const later = params.activateAt !== null && params.activateAt > params.now ? params.activateAt : null;
    statement<[string | null, string | null, string], unknown>(
      database,
      'UPDATE commission_draft SET approver = ?, activate_at = ? WHERE id = ?',
    ).run(params.fourEyes ? params.actor.name : null, later, params.draftId);
    audit(database, params.actor, params.now, 'activate commissions', params.draftId, { at: later });
    if (later !== null) return { draft: setState(database, params.draftId, 'scheduled'), version: null };
    const version = enact(database, params.draftId, null, params.now);
    return { draft: draftRow(database, draftOf(database, params.draftId)), version };
  },
  /** Puts scheduled drafts into force whose moment has come; one whose rules cannot stand any more goes back. @returns how many */
  'commissions.enactDue': (database: WritableDatabase, params: { now: string }): number => {
    const due = statement<[string], { id: string; activate_at: string }>(
      database,
      `SELECT id, activate_at FROM commission_draft WHERE state = 'scheduled' AND activate_at <= ? ORDER BY activate_at, id`,
    ).all(params.now);
    for (const { id, activate_at } of due) {
      const problem =
        conflictsOf(database, id).length > 0 ? 'conflict' : problemsOf(database, rulesOfDraft(database, id))[0]?.code;
      if (problem === undefined) enact(database, id, activate_at, params.now);
      else {
        statement<[string, string], unknown>(database, 'UPDATE commission_draft SET problem = ? WHERE id = ?').run(
          problem,
          id,
        );
        setState(database, id, 'draft');
      }
    }
    return due.length;
  },
};
