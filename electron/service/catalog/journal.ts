import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';

const settingKey = 'matching.index';
/** Journal lines removed in one transaction. */
const prunedAtOnce = 5_000;

interface SavedIndex {
  readonly id: string;
  readonly place: number;
}

function savedIndex(database: ReadableDatabase): SavedIndex | null {
  const stored = statement<[string], { value: string }>(database, 'SELECT value FROM setting WHERE key = ?').get(
    settingKey,
  );
  return jsonOf<SavedIndex | null>(stored?.value ?? null, null);
}

export const journalReads = {
  /** Where the journal of SKU changes stands: its last line, the place the saved index is of, and how many SKUs an index has to hold. */
  'catalog.journal': (database: ReadableDatabase, _params: Record<never, never>) => {
    const saved = savedIndex(database);
    const counts = statement<[], { last: number; skus: number }>(
      database,
      `SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'sku_journal'), 0) AS last, (SELECT COUNT(*) FROM sku WHERE is_active = 1) AS skus`,
    ).get();
    return { id: saved?.id ?? null, saved: saved?.place ?? 0, last: counts?.last ?? 0, skus: counts?.skus ?? 0 };
  },
  /** SKUs that changed after a place of the journal, in order. */
  'catalog.changes': (database: ReadableDatabase, params: { after: number; limit: number }) =>
    statement<[number, number], { sequence: number; skuId: number }>(
      database,
      'SELECT sequence, sku_id AS skuId FROM sku_journal WHERE sequence > ? ORDER BY sequence LIMIT ?',
    ).all(params.after, params.limit),
};

export const journalWrites = {
  /** The index was saved as of a place: what the journal has before it is forgotten, some at a time. @returns whether more is left */
  'catalog.journalSaved': (database: WritableDatabase, params: SavedIndex): boolean => {
    statement<[string, string], unknown>(
      database,
      'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ).run(settingKey, JSON.stringify(params));
    const { changes } = statement<[number, number], unknown>(
      database,
      'DELETE FROM sku_journal WHERE sequence IN (SELECT sequence FROM sku_journal WHERE sequence <= ? ORDER BY sequence LIMIT ?)',
    ).run(params.place, prunedAtOnce);
    return changes === prunedAtOnce;
  },
};
