import type { Actor } from '../decisions/writes.ts';
import { statement } from './convert.ts';
import type { WritableDatabase } from './open.ts';

/** What somebody did, as the audit keeps it. */
export interface AuditEntry {
  readonly actor: Actor;
  /** ISO instant. */
  readonly at: string;
  readonly action: string;
  readonly entity: string;
  /** Facts; never a secret, never a buyer's name. */
  readonly details: unknown;
}

/** Writes one entry in the caller's transaction, so that nothing is done without it and it says nothing that was not done. */
export function appendAudit(database: WritableDatabase, { actor, at, action, entity, details }: AuditEntry): void {
  statement<string[], unknown>(
    database,
    'INSERT INTO audit (at, operator_id, operator_name, role, action, entity, details) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(at, actor.operatorId, actor.name, actor.role, action, entity, JSON.stringify(details));
}
