import { bandNumber, jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import { ROW_ATTRIBUTES } from '../matching/candidate-features.ts';
import type { Rescored } from '../matching/learning.ts';
import type { PackedExample } from '../matching/packed-example.ts';

/** The name under which the program itself binds. */
export const autoOperator = { operatorId: 'auto', name: 'Auto-binding', role: 'catalogue' } as const;

const placeKey = 'matching.examples';

/** The top category of an offer; 0 when it is in none of ours. */
export const topCategorySql = (offer: string): string =>
  `COALESCE((SELECT c.id FROM category c WHERE c.depth = 0 AND ${offer}.category_position BETWEEN c.position AND c.last_position), 0)`;

/** A decision `d` that was taken back, or put right by a later one about the same seller's SKU. */
const correctedSql = `(d.state = 'cancelled' OR EXISTS (
  SELECT 1 FROM decision r WHERE r.seller_id = d.seller_id AND r.seller_sku_id = d.seller_sku_id AND r.decided_at >= d.decided_at AND r.id <> d.id
    AND r.kind IN ('rebindBinding', 'removeBinding', 'inactivateSku') AND r.state <> 'cancelled'))`;

/** A decision about an offer, and what the matcher had said of it. */
export interface Undigested {
  readonly place: number;
  readonly decisionId: string;
  readonly kind: string;
  readonly skuId: number | null;
  readonly isAuto: boolean;
  /** One of many decided together: nobody looked at this offer, so that it proves nothing. */
  readonly isBulk: boolean;
  readonly offerId: number;
  readonly band: number;
  readonly odds: number | null;
  readonly bestSkuId: number | null;
  /** The model that gave the odds: 0 the default weights, -1 not known. */
  readonly scorer: number;
  /** The seller has not sent another version since. */
  readonly isUnchanged: boolean;
}

/** A decision as the promise counts it, oldest first. */
export interface Judged {
  readonly sellerId: string;
  readonly categoryId: number;
  readonly odds: number;
  readonly isRight: boolean;
}

/** The model that scores now; see 0063-matching-scorers.ts. */
export const scorerSql = `COALESCE((SELECT CASE WHEN model IS NULL THEN 0 ELSE version END FROM match_model ORDER BY version DESC LIMIT 1), 0)`;

const suggested = JSON.stringify([bandNumber('bind'), bandNumber('look')]);

export const evidenceReads = {
  /** Decisions about offers after the place up to which examples were made, in order. */
  'matching.undigested': (database: ReadableDatabase, params: { limit: number }): Undigested[] => {
    const stored = statement<[string], { value: string }>(database, 'SELECT value FROM setting WHERE key = ?').get(
      placeKey,
    );
    return statement<
      [number, number],
      Omit<Undigested, 'isAuto' | 'isBulk' | 'isUnchanged'> & { isAuto: number; isBulk: number; isUnchanged: number }
    >(
      database,
      `SELECT d.rowid AS place, d.id AS decisionId, d.kind, d.sku_id AS skuId, d.operator_id = 'auto' AS isAuto, d.batch_id IS NOT NULL AS isBulk,
              o.id AS offerId, COALESCE(s.band, 0) AS band, s.odds, s.best_sku_id AS bestSkuId, COALESCE(s.scorer, -1) AS scorer,
              COALESCE(s.version_id = o.version_id, 0) AS isUnchanged
         FROM decision d JOIN offer o ON o.seller_id = d.seller_id AND o.seller_sku_id = d.seller_sku_id
         LEFT JOIN match_seen s ON s.decision_id = d.id
        WHERE d.rowid > ? AND d.kind IN ('bind', 'newSku', 'newProduct') AND d.compensates IS NULL ORDER BY d.rowid LIMIT ?`,
    )
      .all(jsonOf<number>(stored?.value ?? null, 0), params.limit)
      .map((row) => ({
        ...row,
        isAuto: row.isAuto === 1,
        isBulk: row.isBulk === 1,
        isUnchanged: row.isUnchanged === 1,
      }));
  },

  /** The model that scores now: 0 the default weights, else its round of learning. */
  'matching.scorer': (database: ReadableDatabase, _params: Record<never, never>): number =>
    statement<[], { scorer: number }>(database, `SELECT ${scorerSql} AS scorer`).get()?.scorer ?? 0,

  /**
   * What people's decisions say of a model's suggestions, oldest first; of what was bound by itself, only what was put right. What another
   * model had said proves nothing of this one.
   */
  'matching.evidence': (database: ReadableDatabase, params: { scorer: number; limit: number }): Judged[] =>
    statement<
      [number, string, number],
      { sellerId: string; categoryId: number; odds: number; outcome: number | null; isAuto: number; corrected: number }
    >(
      database,
      `SELECT e.seller_id AS sellerId, e.category_id AS categoryId, e.odds, e.outcome, d.operator_id = 'auto' AS isAuto, ${correctedSql} AS corrected
         FROM match_example e JOIN decision d ON d.id = e.decision_id
        WHERE e.scorer = ? AND e.odds IS NOT NULL AND e.band IN (SELECT value FROM json_each(?)) ORDER BY e.sequence DESC LIMIT ?`,
    )
      .all(params.scorer, suggested, params.limit)
      .toReversed()
      .flatMap(({ sellerId, categoryId, odds, outcome, isAuto, corrected }) => {
        if (isAuto === 1) return corrected === 1 ? [{ sellerId, categoryId, odds, isRight: false }] : [];
        return outcome === null || corrected === 1 ? [] : [{ sellerId, categoryId, odds, isRight: outcome === 1 }];
      }),

  /** Examples for learning, the newest first; those of decisions that were taken back teach nothing. */
  'matching.examples': (database: ReadableDatabase, params: { limit: number }): PackedExample[] =>
    statement<[number, number], { key: number; candidates: Buffer }>(
      database,
      `SELECT e.sequence AS key, e.candidates FROM match_example e JOIN decision d ON d.id = e.decision_id
        WHERE e.width = ? AND d.operator_id <> 'auto' AND NOT ${correctedSql} ORDER BY e.sequence DESC LIMIT ?`,
    ).all(ROW_ATTRIBUTES.length, params.limit),

  'matching.exampleCount': (database: ReadableDatabase, _params: Record<never, never>): number =>
    statement<[number], { count: number }>(database, 'SELECT COUNT(*) AS count FROM match_example WHERE width = ?').get(
      ROW_ATTRIBUTES.length,
    )?.count ?? 0,
};

export const evidenceWrites = {
  /** Keeps what decisions teach, and goes on to the next. */
  'matching.digest': (
    database: WritableDatabase,
    params: {
      place: number;
      examples: readonly {
        decisionId: string;
        offerId: number;
        band: number;
        odds: number | null;
        scorer: number;
        outcome: 0 | 1 | null;
        width: number;
        candidates: Uint8Array;
      }[];
    },
  ) => {
    const insert = statement<(string | number | null | Uint8Array)[], unknown>(
      database,
      `INSERT INTO match_example (decision_id, seller_id, category_id, band, odds, scorer, outcome, width, candidates)
       SELECT ?, o.seller_id, ${topCategorySql('o')}, ?, ?, ?, ?, ?, ? FROM offer o WHERE o.id = ? ON CONFLICT (decision_id) DO NOTHING`,
    );
    const forget = statement<[string], unknown>(database, 'DELETE FROM match_seen WHERE decision_id = ?');
    for (const { decisionId, offerId, band, odds, scorer, outcome, width, candidates } of params.examples) {
      insert.run(decisionId, band, odds, scorer, outcome, width, candidates, offerId);
      forget.run(decisionId);
    }
    statement<[string, string], unknown>(
      database,
      'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ).run(placeKey, JSON.stringify(params.place));
    return null;
  },
  /** What a model says of decisions that people made, by models of its making that had not seen them. */
  'matching.rescored': (database: WritableDatabase, params: { scorer: number; judged: readonly Rescored[] }) => {
    const set = statement<[number, number, number, number], unknown>(
      database,
      'UPDATE match_example SET odds = ?, outcome = ?, scorer = ? WHERE sequence = ? AND outcome IS NOT NULL',
    );
    for (const { key, odds, isRight } of params.judged) set.run(odds, isRight ? 1 : 0, params.scorer, key);
    return null;
  },
};
