import type { ListedCondition } from '../../../shared/contract/payments.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import {
  type ConditionProblem,
  checkCondition,
  type PaymentCondition,
} from '../../../shared/domain/payments/condition.ts';
import type { MergePolicy } from '../../../shared/domain/payments/merge.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';
import type { PaymentSystem, UnreadableRule } from '../protocol/payments.ts';
import { conditionOf, listedConditions, newestCondition, policies } from './rows.ts';

const sentences: Readonly<Record<ConditionProblem['code'], string>> = {
  required: 'This is needed.',
  period: 'The end has to be after the beginning.',
  duplicate: 'This number of installments is there already.',
  quantity: 'Installments are 1 to 99.',
  days: 'Due days rise from payment to payment, from 0 to 3,650.',
  empty: 'Give at least one, or none at all for everybody.',
  country: 'A country has three letters, such as BRA.',
  bins: 'Write two numbers of equally many digits (4 to 19), the lower one first.',
  window: 'A window needs a day, and an end that is not its beginning.',
  'tax-without-simple': 'A tax belongs to simple interest only.',
  share: 'The share is 0 to 100 %.',
};

function append(
  database: WritableDatabase,
  id: string,
  version: number,
  owner: string,
  condition: PaymentCondition | null,
  author: string,
  at: string,
): void {
  statement<(string | number | null)[], unknown>(
    database,
    'INSERT INTO payment_condition (id, version, owner, payload, author, changed_at) VALUES (?, ?, ?, ?, ?, ?)',
  ).run(id, version, owner, condition === null ? null : JSON.stringify(condition), author, at);
}

function audit(
  database: WritableDatabase,
  actor: Actor,
  at: string,
  action: string,
  entity: readonly string[],
  details: object,
) {
  statement<string[], unknown>(
    database,
    'INSERT INTO audit (at, operator_id, operator_name, role, action, entity, details) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(at, actor.operatorId, actor.name, actor.role, action, JSON.stringify(entity), JSON.stringify(details));
}

function listedOne(database: WritableDatabase, id: string): ListedCondition {
  const found = listedConditions(database).find(({ condition }) => condition.id === id);
  if (!found) throw new BinderyError('not-found', 'This payment condition is no longer there.', { field: 'id' });
  return found;
}

/** Refuses when somebody else changed it since it was on screen. */
function current(database: WritableDatabase, id: string, version: number) {
  const stored = newestCondition(database, id);
  if (!stored || stored.payload === null)
    throw new BinderyError('not-found', 'This payment condition is no longer there.', { field: 'id' });
  if (stored.version !== version)
    throw new BinderyError(
      'version-moved-on',
      `${stored.author} changed this payment condition meanwhile. Look at it again.`,
      {
        field: 'version',
      },
    );
  return { ...stored, payload: stored.payload };
}

const setState = (database: WritableDatabase, name: string, value: unknown) =>
  statement<[string, string], unknown>(
    database,
    'INSERT INTO sync_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ).run(name, JSON.stringify(value));

const link = (database: WritableDatabase, conditionId: string, backendId: string) =>
  statement<[string, string], unknown>(
    database,
    'INSERT INTO payment_link (condition_id, backend_id) VALUES (?, ?) ON CONFLICT (condition_id) DO UPDATE SET backend_id = excluded.backend_id',
  ).run(conditionId, backendId);

/** Makes a backend's condition our own, under its own id. */
function adopt(database: WritableDatabase, there: PaymentCondition, author: string, at: string): void {
  const linked = statement<[string], { condition_id: string }>(
    database,
    'SELECT condition_id FROM payment_link WHERE backend_id = ?',
  ).get(there.id);
  const id = linked?.condition_id ?? there.id;
  const version = (newestCondition(database, id)?.version ?? 0) + 1;
  append(database, id, version, '', { ...there, id }, author, at);
  link(database, id, there.id);
}

export const paymentWrites = {
  'payments.save': (
    database: WritableDatabase,
    params: { condition: PaymentCondition; owner: string | null; version: number | null; actor: Actor; at: string },
  ): { saved: ListedCondition; before: PaymentCondition | null } => {
    const { condition, actor, at } = params;
    const [problem] = checkCondition(condition);
    if (problem)
      throw new BinderyError('invalid-request', `${sentences[problem.code]}`, {
        field: `condition.${problem.field}`,
        details: { code: problem.code },
      });
    const stored = newestCondition(database, condition.id);
    let before: PaymentCondition | null = null;
    if (params.version === null) {
      if (stored && stored.payload !== null)
        throw new BinderyError('already-exists', 'There is a payment condition with this id already.', {
          field: 'condition.id',
        });
    } else before = conditionOf(current(database, condition.id, params.version).payload);
    const owner = params.owner ?? '';
    if (stored && stored.payload !== null && stored.owner !== owner)
      throw new BinderyError('invalid-request', 'A condition cannot go over to another owner. Make a new one.', {
        field: 'owner',
      });
    append(database, condition.id, (stored?.version ?? 0) + 1, owner, condition, actor.name, at);
    audit(
      database,
      actor,
      at,
      before === null ? 'create payment condition' : 'change payment condition',
      ['payment', condition.id],
      {
        name: condition.name,
      },
    );
    return { saved: listedOne(database, condition.id), before };
  },
  'payments.remove': (
    database: WritableDatabase,
    params: { id: string; version: number; actor: Actor; at: string },
  ): { before: PaymentCondition; owner: string | null } => {
    const stored = current(database, params.id, params.version);
    append(database, params.id, stored.version + 1, stored.owner, null, params.actor.name, params.at);
    audit(database, params.actor, params.at, 'remove payment condition', ['payment', params.id], {});
    return { before: conditionOf(stored.payload), owner: stored.owner === '' ? null : stored.owner };
  },
  'payments.adopt': (
    database: WritableDatabase,
    params: { backendId: string; actor: Actor; at: string },
  ): ListedCondition | null => {
    const there = statement<[string], { payload: string }>(
      database,
      'SELECT payload FROM payment_backend WHERE backend_id = ?',
    ).get(params.backendId);
    audit(database, params.actor, params.at, 'take over payment condition', ['payment', params.backendId], {});
    const linked = statement<[string], { condition_id: string }>(
      database,
      'SELECT condition_id FROM payment_link WHERE backend_id = ?',
    ).get(params.backendId);
    if (!there) {
      // the backend has it no more: taking over means that it goes here too
      const stored = linked && newestCondition(database, linked.condition_id);
      if (!stored || stored.payload === null)
        throw new BinderyError('not-found', 'The marketplace has no such condition.', { field: 'backendId' });
      append(database, stored.id, stored.version + 1, stored.owner, null, params.actor.name, params.at);
      return null;
    }
    adopt(database, conditionOf(there.payload), params.actor.name, params.at);
    return listedOne(database, linked?.condition_id ?? params.backendId);
  },
  /**
   * What the backend holds now. The first reading is taken over whole: until somebody decides otherwise, what the backend has is what is
   * wanted. Afterwards what differs is a difference, for a person to decide about.
   */
  'payments.backend': (
    database: WritableDatabase,
    params: { conditions: readonly PaymentCondition[]; unreadable: readonly UnreadableRule[]; now: string },
  ) => {
    database.exec('DELETE FROM payment_backend');
    const insert = statement<[string, string], unknown>(
      database,
      'INSERT OR REPLACE INTO payment_backend (backend_id, payload) VALUES (?, ?)',
    );
    for (const condition of params.conditions) insert.run(condition.id, JSON.stringify(condition));
    const isFirst = database.prepare(`SELECT 1 FROM sync_state WHERE name = 'paymentsReadAt'`).get() === undefined;
    const isEmpty = database.prepare(`SELECT 1 FROM payment_link LIMIT 1`).get() === undefined;
    setState(database, 'paymentsReadAt', params.now);
    setState(database, 'paymentsUnreadable', params.unreadable);
    if (!isFirst || !isEmpty) return null;
    const pushed = statement<[string, string, string], unknown>(
      database,
      'INSERT OR REPLACE INTO payment_pushed (backend_id, payload, pushed_at) VALUES (?, ?, ?)',
    );
    for (const condition of params.conditions) {
      adopt(database, condition, 'Bindery', params.now);
      pushed.run(condition.id, JSON.stringify(condition), params.now);
    }
    return null;
  },
  'payments.systems': (database: WritableDatabase, params: { systems: readonly PaymentSystem[] }) => {
    database.exec('DELETE FROM payment_system');
    const insert = statement<(string | number | null)[], unknown>(
      database,
      'INSERT OR REPLACE INTO payment_system (id, name, group_name, implementation) VALUES (?, ?, ?, ?)',
    );
    for (const { id, name, group, implementation } of params.systems) insert.run(id, name, group, implementation);
    return null;
  },
  /** Which rule of the backend a condition became. */
  'payments.linked': (database: WritableDatabase, params: { conditionId: string; backendId: string }) => {
    link(database, params.conditionId, params.backendId);
    return null;
  },
  /** What the backend was told and has read back the same. */
  'payments.pushed': (database: WritableDatabase, params: { conditions: readonly PaymentCondition[]; now: string }) => {
    database.exec('DELETE FROM payment_pushed');
    const insert = statement<[string, string, string], unknown>(
      database,
      'INSERT INTO payment_pushed (backend_id, payload, pushed_at) VALUES (?, ?, ?)',
    );
    for (const condition of params.conditions) insert.run(condition.id, JSON.stringify(condition), params.now);
    return null;
  },
  'merge.set': (
    database: WritableDatabase,
    params: {
      sellerId: string;
      enabled: boolean;
      policy: MergePolicy;
      hybrid: boolean;
      version: number | null;
      actor: Actor;
      at: string;
    },
  ) => {
    if (!database.prepare('SELECT 1 FROM seller WHERE id = ?').get(params.sellerId))
      throw new BinderyError('not-found', 'There is no such seller.', { field: 'sellerId' });
    const before = policies(database).get(params.sellerId);
    if (params.version !== null && params.version !== (before?.version ?? 0))
      throw new BinderyError(
        'version-moved-on',
        `${before?.author ?? 'Somebody'} changed this policy meanwhile. Look at it again.`,
        {
          field: 'version',
        },
      );
    statement<(string | number)[], unknown>(
      database,
      'INSERT INTO merge_policy (seller_id, version, enabled, policy, hybrid, author, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(
      params.sellerId,
      (before?.version ?? 0) + 1,
      params.enabled ? 1 : 0,
      params.policy,
      params.hybrid ? 1 : 0,
      params.actor.name,
      params.at,
    );
    const { enabled, policy, hybrid } = params;
    audit(database, params.actor, params.at, 'set merge policy', ['merge', params.sellerId], {
      enabled,
      policy,
      hybrid,
    });
    return before ? { enabled: before.enabled, policy: before.policy, hybrid: before.hybrid } : null;
  },
  'merge.backend': (
    database: WritableDatabase,
    params: { rows: readonly { sellerId: string; hybrid: boolean; useOwn: boolean | null }[]; now: string },
  ) => {
    const insert = statement<(string | number | null)[], unknown>(
      database,
      'INSERT OR REPLACE INTO merge_backend (seller_id, hybrid, use_own, read_at) VALUES (?, ?, ?, ?)',
    );
    for (const { sellerId, hybrid, useOwn } of params.rows)
      insert.run(sellerId, hybrid ? 1 : 0, useOwn === null ? null : useOwn ? 1 : 0, params.now);
    return null;
  },
  'merge.pushed': (
    database: WritableDatabase,
    params: { rows: readonly { sellerId: string; hybrid: boolean; useOwn: boolean | null }[]; now: string },
  ) => {
    const insert = statement<(string | number | null)[], unknown>(
      database,
      'INSERT OR REPLACE INTO merge_pushed (seller_id, hybrid, use_own, pushed_at) VALUES (?, ?, ?, ?)',
    );
    for (const { sellerId, hybrid, useOwn } of params.rows)
      insert.run(sellerId, hybrid ? 1 : 0, useOwn === null ? null : useOwn ? 1 : 0, params.now);
    return null;
  },
};
