import { BinderyError } from '../../../shared/domain/errors.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { decisionColumns, type StoredDecision } from '../decisions/rows.ts';
import { sweepLater } from '../offers/sweep.ts';

/** One entry that the dispatcher has taken: it is marked as sent on disk before the first byte leaves. */
export interface OutboxItem {
  readonly sequence: number;
  readonly key: string;
  readonly entity: string;
  readonly kind: 'decision' | 'forward' | 'relay';
  readonly payload: string;
  readonly attempts: number;
  /** 1: an earlier attempt may have been applied, read back before sending again; 2: it comes from a restored backup. */
  readonly ambiguous: number;
}

/** `ambiguous` of an entry out of a restored backup: it is read back, and never sent by itself. */
export const restoredEntry = 2;

/** What became of an attempt. */
export type Outcome =
  | { readonly kind: 'confirmed'; readonly skuId: number | null }
  /** Not now: the backend is away. `ambiguous` when it may have been applied. */
  | { readonly kind: 'again'; readonly notBefore: string; readonly ambiguous: boolean; readonly problem: string }
  | { readonly kind: 'conflict' | 'failed'; readonly code: string; readonly problem: string };

/** The predicates of the partial indexes outbox_due and outbox_open: a statement uses them only when it says the same. */
const isOnItsWay = `state IN ('held', 'pending', 'sent')`;
const isOpen = `state IN ('held', 'pending', 'sent', 'stopped')`;

/** Decisions about an offer leave it in this queue once confirmed. */
const queueAfter: Readonly<Record<string, number>> = { bind: 2, newSku: 2, newProduct: 2, deny: 1, unblock: 0 };

function applyConfirmed(database: WritableDatabase, decision: StoredDecision, skuId: number | null, now: string): void {
  const key = [decision.seller_id, decision.seller_sku_id] as const;
  const queue = queueAfter[decision.kind];
  if (queue !== undefined) {
    statement<[number, string, string], unknown>(
      database,
      'UPDATE offer SET queue = ?, claimed_by = NULL, claimed_until = NULL WHERE seller_id = ? AND seller_sku_id = ?',
    ).run(queue, ...key);
  }
  const boundTo = skuId ?? decision.sku_id;
  if (['bind', 'newSku', 'newProduct', 'insertBinding', 'rebindBinding'].includes(decision.kind) && boundTo !== null) {
    statement<[string, string, number, string, string], unknown>(
      database,
      `INSERT INTO binding (seller_id, seller_sku_id, sku_id, is_active, is_removed, updated_at, decision_id) VALUES (?, ?, ?, 1, 0, ?, ?)
       ON CONFLICT (seller_id, seller_sku_id) DO UPDATE SET sku_id = excluded.sku_id, is_active = 1, is_removed = 0, updated_at = excluded.updated_at, decision_id = excluded.decision_id`,
    ).run(...key, boundTo, now, decision.id);
    // the first price and stock of a new binding come from the seller, by the same way as after a notification
    statement<[string, string, string, string], unknown>(
      database,
      `INSERT INTO inbox (kind, seller_id, seller_sku_id, received_at, state, not_before) VALUES ('binding', ?, ?, ?, 'waiting', ?)`,
    ).run(...key, now, now);
  }
  const change: Readonly<Record<string, string>> = {
    activateBinding: 'is_active = 1',
    inactivateBinding: 'is_active = 0',
    removeBinding: 'is_active = 0, is_removed = 1',
  };
  const assignment = change[decision.kind];
  if (assignment !== undefined) {
    statement<[string, string, string], unknown>(
      database,
      `UPDATE binding SET ${assignment}, updated_at = ? WHERE seller_id = ? AND seller_sku_id = ?`,
    ).run(now, ...key);
  }
  if (decision.kind === 'inactivateSku' && decision.sku_id !== null) {
    statement<[number], unknown>(database, 'UPDATE sku SET is_active = 0 WHERE id = ?').run(decision.sku_id);
    sweepLater(database, 'sku', '', String(decision.sku_id));
    statement<[string, string, string], unknown>(
      database,
      'UPDATE binding SET is_active = 0, is_removed = 1, updated_at = ? WHERE seller_id = ? AND seller_sku_id = ?',
    ).run(now, ...key);
  }
  statement<[string, string, number | null], unknown>(
    database,
    `UPDATE sku SET sellers_bound = (SELECT COUNT(*) FROM binding b WHERE b.sku_id = sku.id AND b.is_removed = 0)
      WHERE id IN (SELECT sku_id FROM binding WHERE seller_id = ? AND seller_sku_id = ? UNION SELECT ?)`,
  ).run(...key, decision.previous_sku_id);
}

/**
 * The backend refused what a seller's notification made us send. The seller has our 2xx, so the notification is kept whole:
 * it goes back to the inbox, set aside with the reason, and is tried again when somebody asks or after an update.
 */
function setNotificationAside(database: WritableDatabase, sequence: number, problem: string, now: string): void {
  const item = statement<[number], { key: string; kind: string; payload: string }>(
    database,
    'DELETE FROM outbox WHERE sequence = ? RETURNING key, kind, payload',
  ).get(sequence);
  // `forward-<inbox id>-price`, `relay-<inbox id>`, written by inbox.complete with its payload; `s…` is a place in the stream
  const origin = item?.key.split('-')[1] ?? '';
  const { what, sellerId, sellerSkuId, body } = JSON.parse(item?.payload ?? '{}') as {
    what?: string;
    sellerId: string;
    sellerSkuId: string;
    body?: unknown;
  };
  const kind = item?.kind === 'relay' ? 'suggestion' : (what ?? 'sku');
  const kept = body === undefined ? null : JSON.stringify(body);
  const isShared = origin.startsWith('s');
  const { changes } = isShared
    ? statement<[string, string | null, string, string, string, number, string], unknown>(
        database,
        `UPDATE inbox SET state = 'aside', problem = ?, body = ?, not_before = ?
          WHERE seller_id = ? AND seller_sku_id = ? AND sequence = ? AND sequence IS NOT NULL AND kind = ?`,
      ).run(problem, kept, now, sellerId, sellerSkuId, Number(origin.slice(1)), kind)
    : statement<[string, string | null, string, number, string], unknown>(
        database,
        `UPDATE inbox SET state = 'aside', problem = ?, body = ?, not_before = ? WHERE id = ? AND kind = ?`,
      ).run(problem, kept, now, Number(origin), kind);
  if (changes > 0) return;
  // it was coalesced with others, or forgotten by its age: a row of its own then
  statement<(string | number | null)[], unknown>(
    database,
    `INSERT INTO inbox (kind, seller_id, seller_sku_id, received_at, body, state, not_before, problem, sequence) VALUES (?, ?, ?, ?, ?, 'aside', ?, ?, ?)`,
  ).run(kind, sellerId, sellerSkuId, now, kept, now, problem, isShared ? Number(origin.slice(1)) : null);
}

export const outboxWrites = {
  /** After a start: what was being sent when the service ended may or may not have been applied. */
  'outbox.recover': (database: WritableDatabase, _params: Record<never, never>): number => {
    const { changes } = statement<[], unknown>(
      database,
      `UPDATE outbox SET state = 'pending', ambiguous = MAX(ambiguous, 1) WHERE ${isOnItsWay} AND state = 'sent'`,
    ).run();
    statement<[], unknown>(database, `UPDATE decision SET state = 'pending' WHERE state = 'sent'`).run();
    return changes;
  },

  /**
   * Releases what was held long enough, then takes what is due: at most one entry an entity, the oldest. `isFollowing`: not
   * what came by the stream of the workspace, which the desk that leads passes on.
   */
  'outbox.take': (
    database: WritableDatabase,
    params: { now: string; limit: number; isFollowing?: boolean },
  ): OutboxItem[] => {
    statement<[string], unknown>(
      database,
      `UPDATE decision SET state = 'pending', held_until = NULL WHERE state = 'held' AND id IN (SELECT key FROM outbox WHERE ${isOnItsWay} AND state = 'held' AND not_before <= ?)`,
    ).run(params.now);
    statement<[string], unknown>(
      database,
      `UPDATE outbox SET state = 'pending' WHERE ${isOnItsWay} AND state = 'held' AND not_before <= ?`,
    ).run(params.now);
    const items = statement<[string, number, number], OutboxItem>(
      database,
      `SELECT sequence, key, entity, kind, payload, attempts, ambiguous FROM outbox o
        WHERE ${isOnItsWay} AND state = 'pending' AND not_before <= ? AND (? = 0 OR (key NOT GLOB 'forward-s[0-9]*' AND key NOT GLOB 'relay-s[0-9]*'))
          AND NOT EXISTS (SELECT 1 FROM outbox e INDEXED BY outbox_open
                           WHERE e.entity = o.entity AND e.sequence < o.sequence AND e.${isOpen} AND e.state <> 'stopped')
        ORDER BY not_before, sequence LIMIT ?`,
    ).all(params.now, params.isFollowing ? 1 : 0, params.limit);
    const send = statement<[number], unknown>(
      database,
      `UPDATE outbox SET state = 'sent', attempts = attempts + 1 WHERE sequence = ?`,
    );
    const decide = statement<[string], unknown>(
      database,
      `UPDATE decision SET state = 'sent', attempts = attempts + 1 WHERE id = ?`,
    );
    for (const item of items) {
      send.run(item.sequence);
      if (item.kind === 'decision') decide.run(item.key);
    }
    return items;
  },

  /** Somebody else does it now. */
  'outbox.leave': (database: WritableDatabase, params: { sequence: number }) =>
    statement<[number], unknown>(
      database,
      `UPDATE outbox SET state = 'pending' WHERE sequence = ? AND state = 'sent'`,
    ).run(params.sequence).changes,

  /** Writes down what became of an attempt, with everything that follows from it, in one transaction. */
  'outbox.settle': (database: WritableDatabase, params: { sequence: number; outcome: Outcome; now: string }) => {
    const { outcome, now } = params;
    const item = statement<[number], { key: string; kind: string; state: string; entity: string }>(
      database,
      'SELECT key, kind, state, entity FROM outbox WHERE sequence = ?',
    ).get(params.sequence);
    if (item?.state !== 'sent')
      throw new BinderyError('internal', `Outbox entry ${params.sequence} is not being sent.`);
    if (outcome.kind === 'again') {
      statement<[string, number, string, number], unknown>(
        database,
        `UPDATE outbox SET state = 'pending', not_before = ?, ambiguous = MAX(ambiguous, ?), problem = ? WHERE sequence = ?`,
      ).run(outcome.notBefore, outcome.ambiguous ? 1 : 0, outcome.problem, params.sequence);
    } else if (item.kind !== 'decision' && outcome.kind !== 'confirmed') {
      setNotificationAside(database, params.sequence, outcome.problem, now);
    } else {
      statement<[string, number], unknown>(
        database,
        "UPDATE outbox SET state = ?, payload = '{}' WHERE sequence = ?",
      ).run(outcome.kind === 'confirmed' ? 'done' : 'stopped', params.sequence);
    }
    if (item.kind !== 'decision') return { offerIds: [] as number[] };
    const decision = statement<[string], StoredDecision>(
      database,
      `SELECT ${decisionColumns} FROM decision WHERE id = ?`,
    ).get(item.key);
    if (!decision) throw new BinderyError('internal', `Decision ${item.key} is missing.`);
    if (outcome.kind === 'again') {
      statement<[string, string], unknown>(
        database,
        `UPDATE decision SET state = 'pending', problem = ? WHERE id = ?`,
      ).run(outcome.problem, item.key);
    } else if (outcome.kind === 'confirmed') {
      statement<[number | null, string, string], unknown>(
        database,
        `UPDATE decision SET state = 'confirmed', sku_id = COALESCE(?, sku_id), problem = NULL, settled_at = ? WHERE id = ?`,
      ).run(outcome.skuId, now, item.key);
      applyConfirmed(database, decision, outcome.skuId, now);
    } else {
      statement<[string, string, string, string, string], unknown>(
        database,
        'UPDATE decision SET state = ?, problem = ?, problem_code = ?, settled_at = ? WHERE id = ?',
      ).run(outcome.kind, outcome.problem, outcome.code, now, item.key);
    }
    if (outcome.kind !== 'again') {
      statement<[string, string, string, string, string, string, string], unknown>(
        database,
        'INSERT INTO audit (at, operator_id, operator_name, role, action, entity, details) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ).run(
        now,
        decision.operator_id,
        decision.operator_name,
        decision.role,
        `${outcome.kind} ${decision.kind}`,
        item.entity,
        JSON.stringify({
          decisionId: decision.id,
          ...(outcome.kind === 'confirmed' ? { skuId: outcome.skuId } : { code: outcome.code }),
        }),
      );
    }
    const offers = statement<[string, string], { id: number }>(
      database,
      'SELECT id FROM offer WHERE seller_id = ? AND seller_sku_id = ?',
    ).all(decision.seller_id, decision.seller_sku_id);
    return { offerIds: offers.map(({ id }) => id) };
  },
};
