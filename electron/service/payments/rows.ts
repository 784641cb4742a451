import type { ListedCondition } from '../../../shared/contract/payments.ts';
import type { Instant, SellerId } from '../../../shared/domain/brand.ts';
import { differingFields, isSuspicious, type PaymentCondition } from '../../../shared/domain/payments/condition.ts';
import type { SellerPolicy } from '../../../shared/domain/payments/merge.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';

export interface StoredCondition {
  id: string;
  version: number;
  owner: string;
  payload: string | null;
  author: string;
  changed_at: string;
}

// conditions are stored as the contract parsed them
export const conditionOf = (payload: string): PaymentCondition => JSON.parse(payload) as PaymentCondition;

/** The newest text of every condition, the removed ones with it. */
export function newestConditions(database: ReadableDatabase): StoredCondition[] {
  return statement<[], StoredCondition>(
    database,
    'SELECT * FROM payment_condition c WHERE version = (SELECT MAX(version) FROM payment_condition n WHERE n.id = c.id) ORDER BY id',
  ).all();
}

export function newestCondition(database: ReadableDatabase, id: string): StoredCondition | undefined {
  return statement<[string], StoredCondition>(
    database,
    'SELECT * FROM payment_condition WHERE id = ? ORDER BY version DESC LIMIT 1',
  ).get(id);
}

const table = (name: 'payment_backend' | 'payment_pushed') => (database: ReadableDatabase) =>
  new Map(
    statement<[], { backend_id: string; payload: string }>(database, `SELECT backend_id, payload FROM ${name}`)
      .all()
      .map(({ backend_id, payload }) => [backend_id, conditionOf(payload)]),
  );
/** What the backend held when it was last read, by its own id. */
export const backendConditions = table('payment_backend');
/** What was pushed and read back the same, by the backend's id. */
export const pushedConditions = table('payment_pushed');

/** The backend's id of each condition that it has. */
export function links(database: ReadableDatabase): Map<string, string> {
  return new Map(
    statement<[], { condition_id: string; backend_id: string }>(database, 'SELECT * FROM payment_link')
      .all()
      .map(({ condition_id, backend_id }) => [condition_id, backend_id]),
  );
}

export const isSame = (one: PaymentCondition | undefined, other: PaymentCondition | undefined): boolean =>
  one === undefined || other === undefined ? one === other : differingFields(one, other).length === 0;

/** Conditions as they are listed, with how each stands to the backend. */
export function listedConditions(database: ReadableDatabase): ListedCondition[] {
  const backend = backendConditions(database);
  const pushed = pushedConditions(database);
  const linked = links(database);
  const seller = statement<[string], { name: string }>(database, 'SELECT name FROM seller WHERE id = ?');
  return newestConditions(database).flatMap((stored): ListedCondition[] => {
    if (stored.payload === null) return [];
    const condition = conditionOf(stored.payload);
    const id = linked.get(stored.id);
    const there = id === undefined ? undefined : backend.get(id);
    const last = id === undefined ? undefined : pushed.get(id);
    const standing =
      stored.owner !== ''
        ? 'own'
        : id === undefined
          ? 'new'
          : isSame(condition, there)
            ? 'same'
            : last !== undefined && !isSame(last, there)
              ? 'drifted'
              : 'changed';
    return [
      {
        condition,
        owner: stored.owner === '' ? null : (stored.owner as SellerId),
        ownerName: stored.owner === '' ? null : (seller.get(stored.owner)?.name ?? stored.owner),
        version: stored.version,
        author: stored.author,
        changedAt: stored.changed_at as Instant,
        standing,
        suspicious: isSuspicious(condition),
      },
    ];
  });
}

export interface StoredPolicy {
  seller_id: string;
  version: number;
  enabled: number;
  policy: SellerPolicy['policy'];
  hybrid: number;
  author: string;
}

/** The newest policy of every seller that has one. */
export function policies(database: ReadableDatabase): Map<string, SellerPolicy & { version: number; author: string }> {
  const rows = statement<[], StoredPolicy>(
    database,
    'SELECT * FROM merge_policy p WHERE version = (SELECT MAX(version) FROM merge_policy n WHERE n.seller_id = p.seller_id)',
  ).all();
  return new Map(
    rows.map(({ seller_id, version, enabled, policy, hybrid, author }) => [
      seller_id,
      { sellerId: seller_id, enabled: enabled === 1, policy, hybrid: hybrid === 1, version, author },
    ]),
  );
}

export function stateOf<Value>(database: ReadableDatabase, name: string, fallback: Value): Value {
  const row = statement<[string], { value: string }>(database, 'SELECT value FROM sync_state WHERE name = ?').get(name);
  return jsonOf(row?.value ?? null, fallback);
}
