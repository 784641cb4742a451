import type { CommissionRule } from '../../../shared/domain/commission/rules.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { ruleOf } from './rows.ts';

/** A rule that a draft changes and that a newer version has changed as well, to something else. Null: it goes. */
export interface Conflict {
  readonly ruleId: string;
  readonly mine: CommissionRule | null;
  readonly theirs: CommissionRule | null;
}

/** The rules of a draft that versions changed since the draft changed them. */
export function conflictsOf(database: ReadableDatabase, draftId: string): Conflict[] {
  const rows = statement<[string, string], { rule_id: string; payload: string | null; theirs: string | null }>(
    database,
    `WITH base AS (SELECT MIN(base_version) AS number FROM commission_change WHERE draft_id = ?),
       touched AS (
         SELECT rule_id, MAX(MAX(added_in, COALESCE(removed_in, 0))) AS number FROM commission_rule
          WHERE added_in > (SELECT number FROM base) OR removed_in > (SELECT number FROM base) GROUP BY rule_id)
     SELECT c.rule_id, c.payload, r.payload AS theirs FROM touched t
       JOIN commission_change c ON c.draft_id = ? AND c.rule_id = t.rule_id AND c.base_version < t.number
       LEFT JOIN commission_rule r ON r.rule_id = t.rule_id AND r.removed_in IS NULL
      WHERE c.payload IS NOT r.payload ORDER BY c.rule_id`,
  ).all(draftId, draftId);
  const read = (payload: string | null) => (payload === null ? null : ruleOf(payload));
  return rows.map(({ rule_id, payload, theirs }) => ({ ruleId: rule_id, mine: read(payload), theirs: read(theirs) }));
}
