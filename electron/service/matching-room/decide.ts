import { BinderyError } from '../../../shared/domain/errors.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { decisionColumns, type StoredDecision } from '../decisions/rows.ts';
import { type Actor, type DecisionRequest, type Moment, recordDecision, takeBack } from '../decisions/writes.ts';

/** Refusals are the state of one decision; anything else is a fault of the program. */
function isRefusal(error: unknown): error is BinderyError {
  return error instanceof BinderyError && error.code !== 'internal';
}

export const decideWrites = {
  /** Records decisions; of offers that changed meanwhile none is recorded, and each is counted. */
  'matching.decide': (
    database: WritableDatabase,
    params: { requests: readonly DecisionRequest[]; actor: Actor; moment: Moment },
  ) => {
    let [recorded, skipped] = [0, 0];
    for (const request of params.requests) {
      try {
        recordDecision(database, request, params.actor, params.moment);
        recorded++;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        skipped++;
      }
    }
    return { recorded, skipped };
  },
  /** Takes decisions back; one whose answer is outstanding, or that cannot be, is left. */
  'matching.takeBack': (
    database: WritableDatabase,
    params: {
      decisions: readonly { decisionId: string; newId: string }[];
      actor: Actor;
      moment: Moment;
    },
  ) => {
    const done = { cancelled: 0, compensated: 0 };
    const find = statement<[string], StoredDecision>(database, `SELECT ${decisionColumns} FROM decision WHERE id = ?`);
    for (const { decisionId, newId } of params.decisions) {
      const decision = find.get(decisionId);
      if (!decision) continue;
      try {
        const how = takeBack(database, decision, newId, params.actor, params.moment);
        if (how !== 'waits') done[how]++;
      } catch (error) {
        // nothing was written of this one; the others are taken back all the same
        if (!isRefusal(error)) throw error;
      }
    }
    return done;
  },
};
