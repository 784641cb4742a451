import type { OperatorId } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import { sweepLater } from '../offers/sweep.ts';

type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export interface StoredOperator {
  operatorId: OperatorId;
  name: string;
  role: Role;
}

export const settingReads = {
  'settings.all': (database: ReadableDatabase, _params: Record<never, never>): Record<string, JsonValue> => {
    const values: Record<string, JsonValue> = {};
    for (const { key, value } of statement<[], { key: string; value: string }>(
      database,
      'SELECT key, value FROM setting',
    ).all())
      values[key] = jsonOf<JsonValue>(value, null);
    return values;
  },
  'operators.all': (database: ReadableDatabase, _params: Record<never, never>): StoredOperator[] =>
    statement<[], { id: string; name: string; role: string }>(
      database,
      'SELECT id, name, role FROM operator ORDER BY created_at',
    )
      .all()
      .map(({ id, name, role }) => ({ operatorId: id as OperatorId, name, role: role as Role })),
  'preferences.get': (database: ReadableDatabase, params: { operatorId: string; key: string }): JsonValue => {
    const found = statement<[string, string], { value: string }>(
      database,
      'SELECT value FROM preference WHERE operator_id = ? AND key = ?',
    ).get(params.operatorId, params.key);
    return jsonOf<JsonValue>(found?.value ?? null, null);
  },
  'sync.state': (database: ReadableDatabase, _params: Record<never, never>): Record<string, JsonValue> => {
    const values: Record<string, JsonValue> = {};
    for (const { name, value } of statement<[], { name: string; value: string }>(
      database,
      'SELECT name, value FROM sync_state',
    ).all())
      values[name] = jsonOf<JsonValue>(value, null);
    return values;
  },
  /** The whole file, page by page; seconds for a large one. Null when it is sound, else the first fault. */
  'database.check': (database: ReadableDatabase, _params: Record<never, never>): string | null => {
    const result = String(database.pragma('quick_check(1)', { simple: true }));
    return result === 'ok' ? null : result;
  },
  'inbox.counts': (database: ReadableDatabase, _params: Record<never, never>) => {
    const counts = statement<[], { waiting: number; failing: number }>(
      database,
      `SELECT COUNT(*) AS waiting, COALESCE(SUM(attempts > 0), 0) + (SELECT COUNT(*) FROM inbox WHERE state = 'aside') AS failing FROM inbox WHERE state = 'waiting'`,
    ).get();
    return counts ?? { waiting: 0, failing: 0 };
  },
};

export const settingWrites = {
  'settings.set': (database: WritableDatabase, params: { values: Record<string, unknown> }) => {
    const set = statement<[string, string], unknown>(
      database,
      'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    const before = statement<[], { value: string }>(
      database,
      `SELECT value FROM setting WHERE key = 'salesChannels'`,
    ).get();
    for (const [key, value] of Object.entries(params.values)) set.run(key, JSON.stringify(value));
    // whoever sells is asked for prices on the channels that are sold on now
    const { salesChannels } = params.values;
    if (salesChannels !== undefined && JSON.stringify(salesChannels) !== (before?.value ?? '["1"]'))
      for (const { id } of statement<[], { id: string }>(
        database,
        'SELECT id FROM seller s WHERE EXISTS (SELECT 1 FROM binding b WHERE b.seller_id = s.id)',
      ).all())
        sweepLater(database, 'channels', id);
    return null;
  },
  'operators.create': (
    database: WritableDatabase,
    params: { id: string; name: string; role: Role; at: string },
  ): StoredOperator => {
    const taken = statement<[string], { id: string }>(
      database,
      'SELECT id FROM operator WHERE name = ? COLLATE NOCASE',
    ).get(params.name);
    if (taken)
      throw new BinderyError(
        'already-exists',
        'Somebody with this name is here already. Choose them, or add an initial.',
        { field: 'name' },
      );
    statement<string[], unknown>(database, 'INSERT INTO operator (id, name, role, created_at) VALUES (?, ?, ?, ?)').run(
      params.id,
      params.name,
      params.role,
      params.at,
    );
    return { operatorId: params.id as OperatorId, name: params.name, role: params.role };
  },
  'preferences.put': (database: WritableDatabase, params: { operatorId: string; key: string; value: unknown }) => {
    statement<string[], unknown>(
      database,
      'INSERT INTO preference (operator_id, key, value) VALUES (?, ?, ?) ON CONFLICT (operator_id, key) DO UPDATE SET value = excluded.value',
    ).run(params.operatorId, params.key, JSON.stringify(params.value));
    return null;
  },
};
