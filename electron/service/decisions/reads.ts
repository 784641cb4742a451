import type { Decision } from '../../../shared/contract/core.ts';
import { decisionStates } from '../../../shared/domain/decisions.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { decisionColumns, decisionOf, type StoredDecision } from './rows.ts';

/** A pending decision that was tried is only known not to have been applied when every attempt failed before it was sent. */
export function mayHaveBeenApplied(database: ReadableDatabase, decision: StoredDecision): boolean {
  if (decision.attempts === 0) return false;
  const entry = statement<[string], { ambiguous: number }>(database, 'SELECT ambiguous FROM outbox WHERE key = ?').get(
    decision.id,
  );
  return entry?.ambiguous !== 0;
}

/** The newest decisions of a state. */
export const decisionsOfStateSql = `SELECT ${decisionColumns} FROM decision WHERE state = ? ORDER BY decided_at DESC LIMIT ?`;

export const decisionReads = {
  'decisions.list': (
    database: ReadableDatabase,
    params: { states?: readonly string[] | undefined; limit: number },
  ): Decision[] => {
    // the newest of each state come from the index in order; a few lists of `limit` are merged here, none is sorted there
    const ofState = statement<[string, number], StoredDecision>(database, decisionsOfStateSql);
    return (params.states ?? decisionStates)
      .flatMap((state) => ofState.all(state, params.limit))
      .sort((left, right) => (left.decided_at < right.decided_at ? 1 : left.decided_at > right.decided_at ? -1 : 0))
      .slice(0, params.limit)
      .map(decisionOf);
  },
  /** Everything the dispatcher needs to send or read back one decision. */
  'decisions.stored': (database: ReadableDatabase, params: { decisionId: string }) =>
    statement<[string], StoredDecision>(database, `SELECT ${decisionColumns} FROM decision WHERE id = ?`).get(
      params.decisionId,
    ) ?? null,
  'decisions.open': (database: ReadableDatabase, _params: Record<never, never>) => {
    const counts = { held: 0, pending: 0, sent: 0, conflict: 0, failed: 0 };
    for (const { state, count } of statement<[], { state: keyof typeof counts; count: number }>(
      database,
      `SELECT state, COUNT(*) AS count FROM decision WHERE state IN ('held', 'pending', 'sent', 'conflict', 'failed') GROUP BY state`,
    ).all()) {
      counts[state] = count;
    }
    return counts;
  },
};
