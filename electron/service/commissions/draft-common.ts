import { BinderyError } from '../../../shared/domain/errors.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';
import { draftOf, type StoredDraft } from './rows.ts';

/** A draft that may still be changed. @throws BinderyError when it is waiting, scheduled or decided */
export function openDraft(database: WritableDatabase, draftId: string): StoredDraft {
  const draft = draftOf(database, draftId);
  if (draft.state !== 'draft')
    throw new BinderyError('already-decided', `This draft is ${draft.state} and cannot be changed any more.`, {
      field: 'draftId',
    });
  return draft;
}

/** One command about a draft, as the audit keeps it. */
export function audit(
  database: WritableDatabase,
  actor: Actor,
  at: string,
  action: string,
  draftId: string,
  details: object,
): void {
  statement<string[], unknown>(
    database,
    'INSERT INTO audit (at, operator_id, operator_name, role, action, entity, details) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(
    at,
    actor.operatorId,
    actor.name,
    actor.role,
    action,
    JSON.stringify(['commission', draftId]),
    JSON.stringify(details),
  );
}
