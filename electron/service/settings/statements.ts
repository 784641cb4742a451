import type { OperatorId } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import { type AuditEntry, appendAudit } from '../database/audit.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';
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

const operatorEntity = (id: string): string => JSON.stringify(['operator', id]);

function operatorCount(database: WritableDatabase): number {
  return statement<[], { count: number }>(database, 'SELECT COUNT(*) AS count FROM operator').get()?.count ?? 0;
}

function isAdministrator(database: WritableDatabase, operatorId: string): boolean {
  const found = statement<[string], { role: string }>(database, 'SELECT role FROM operator WHERE id = ?').get(
    operatorId,
  );
  return found?.role === 'administrator';
}

function insertOperator(
  database: WritableDatabase,
  { id, name, role, at }: { id: string; name: string; role: Role; at: string },
): void {
  statement<string[], unknown>(database, 'INSERT INTO operator (id, name, role, created_at) VALUES (?, ?, ?, ?)').run(
    id,
    name,
    role,
    at,
  );
}

export const settingWrites = {
  /** With `audit`, who changed it is written in the same transaction. */
  'settings.set': (database: WritableDatabase, params: { values: Record<string, unknown>; audit?: AuditEntry }) => {
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
    if (params.audit) appendAudit(database, params.audit);
    return null;
  },
  /** The first administrator of a workspace that nobody has set up yet; where somebody has, nothing happens. */
  'operators.found': (database: WritableDatabase, params: { id: string; name: string; at: string }): boolean => {
    if (operatorCount(database) > 0) return false;
    insertOperator(database, { ...params, role: 'administrator' });
    return true;
  },
  /**
   * The first operator sets things up, so is an administrator; further ones are added by one. Who is first is decided here, in
   * the transaction: two windows that ask at once do not both make one.
   */
  'operators.create': (
    database: WritableDatabase,
    params: { id: string; name: string; role: Role; at: string; by: Actor | null },
  ): { operator: StoredOperator; isFirst: boolean } => {
    const isFirst = operatorCount(database) === 0;
    if (isFirst && params.role !== 'administrator')
      throw new BinderyError('invalid-request', 'The first person here sets things up, as an administrator.', {
        field: 'role',
      });
    if (!isFirst && !(params.by && isAdministrator(database, params.by.operatorId)))
      throw new BinderyError('not-allowed', 'Only an administrator can add people. Ask one to do it in Settings.', {
        field: 'name',
      });
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
    insertOperator(database, params);
    const operator = { operatorId: params.id as OperatorId, name: params.name, role: params.role };
    appendAudit(database, {
      actor: params.by ?? operator,
      at: params.at,
      action: 'add operator',
      entity: operatorEntity(params.id),
      details: { name: params.name, role: params.role },
    });
    return { operator, isFirst };
  },
  'operators.setRole': (
    database: WritableDatabase,
    params: { operatorId: string; role: Role; at: string; by: Actor },
  ): StoredOperator => {
    if (!isAdministrator(database, params.by.operatorId))
      throw new BinderyError('not-allowed', 'Only an administrator can change what others may do.');
    const before = statement<[string], { name: string; role: string }>(
      database,
      'SELECT name, role FROM operator WHERE id = ?',
    ).get(params.operatorId);
    if (!before) throw new BinderyError('not-found', 'This operator is not known here.', { field: 'operatorId' });
    const administrators = statement<[], { count: number }>(
      database,
      `SELECT COUNT(*) AS count FROM operator WHERE role = 'administrator'`,
    ).get();
    if (before.role === 'administrator' && params.role !== 'administrator' && administrators?.count === 1)
      throw new BinderyError('not-allowed', 'This is the only administrator. Make somebody else one first.', {
        field: 'role',
      });
    statement<[string, string], unknown>(database, 'UPDATE operator SET role = ? WHERE id = ?').run(
      params.role,
      params.operatorId,
    );
    appendAudit(database, {
      actor: params.by,
      at: params.at,
      action: 'change role',
      entity: operatorEntity(params.operatorId),
      details: { name: before.name, from: before.role, to: params.role },
    });
    return { operatorId: params.operatorId as OperatorId, name: before.name, role: params.role };
  },
  'preferences.put': (database: WritableDatabase, params: { operatorId: string; key: string; value: unknown }) => {
    statement<string[], unknown>(
      database,
      'INSERT INTO preference (operator_id, key, value) VALUES (?, ?, ?) ON CONFLICT (operator_id, key) DO UPDATE SET value = excluded.value',
    ).run(params.operatorId, params.key, JSON.stringify(params.value));
    return null;
  },
};
