import type { Instant } from '../../../shared/domain/brand.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import type { LearnedModel } from '../matching/learned-model.ts';
import type { LearningReport } from '../matching/learning.ts';

/** What one round of learning came to. */
export interface Round {
  readonly version: number;
  readonly trainedAt: Instant;
  readonly report: LearningReport;
  /** Null where the default stayed. */
  readonly model: LearnedModel | null;
}

/** Rounds that are kept, for the history; the models of older ones are not. */
const roundsKept = 100;
const modelsKept = 5;

interface StoredRound {
  version: number;
  trained_at: string;
  report: string;
  model: string | null;
}

function roundOf(stored: StoredRound): Round | null {
  const report = jsonOf<LearningReport | null>(stored.report, null);
  if (report === null) return null;
  return {
    version: stored.version,
    trainedAt: stored.trained_at as Instant, // written by the program
    report,
    model: jsonOf<LearnedModel | null>(stored.model, null),
  };
}

export const modelReads = {
  /** The newest round of learning, with its model. */
  'matching.newest': (database: ReadableDatabase, _params: Record<never, never>): Round | null => {
    const stored = statement<[], StoredRound>(
      database,
      'SELECT version, trained_at, report, model FROM match_model ORDER BY version DESC LIMIT 1',
    ).get();
    return stored ? roundOf(stored) : null;
  },
  /** Rounds of learning, the newest first, and whether each gave a model. */
  'matching.rounds': (database: ReadableDatabase, params: { limit: number }) =>
    statement<[number], StoredRound>(
      database,
      'SELECT version, trained_at, report, NULL AS model FROM match_model ORDER BY version DESC LIMIT ?',
    )
      .all(params.limit)
      .flatMap((stored) => {
        const round = roundOf(stored);
        return round ? [{ version: round.version, trainedAt: round.trainedAt, report: round.report }] : [];
      }),
};

export const modelWrites = {
  'matching.learned': (database: WritableDatabase, params: Round) => {
    statement<(string | number | null)[], unknown>(
      database,
      'INSERT OR REPLACE INTO match_model (version, trained_at, report, model) VALUES (?, ?, ?, ?)',
    ).run(
      params.version,
      params.trainedAt,
      JSON.stringify(params.report),
      params.model === null ? null : JSON.stringify(params.model),
    );
    statement<[number], unknown>(database, 'DELETE FROM match_model WHERE version <= ?').run(
      params.version - roundsKept,
    );
    statement<[number], unknown>(database, 'UPDATE match_model SET model = NULL WHERE version <= ?').run(
      params.version - modelsKept,
    );
    return null;
  },
};
