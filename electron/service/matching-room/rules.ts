import type { Instant, SellerId } from '../../../shared/domain/brand.ts';
import { decisionStates, isOpen } from '../../../shared/domain/decisions.ts';
import { appendAudit } from '../database/audit.ts';
import { bandNumber, jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';
import { autoOperator, topCategorySql } from './evidence.ts';

/** Where suggestions are bound without a look. Null means any. */
export interface Rule {
  readonly sellerId: SellerId | null;
  readonly categoryId: number | null;
  readonly operatorName: string;
  readonly since: Instant;
}

/** What the operators want of the bands. */
export interface Policy {
  /** Basis points of the bound that shall be right. */
  readonly precision: number;
  /** Basis points of what could be bound that people look at all the same: without them the promise could not be checked. */
  readonly reviewShare: number;
  /** Nothing is bound by itself, whatever the rules say. */
  readonly paused: boolean;
}

export const usualPolicy: Policy = { precision: 9_950, reviewShare: 500, paused: false };
const policyKey = 'matching.policy';

/** An offer that may be bound by itself, if the promise holds for it. */
export interface Bindable {
  readonly id: number;
  readonly versionId: string;
  readonly sellerId: string;
  readonly categoryId: number;
  readonly odds: number;
  readonly skuId: number;
}

const openStates = JSON.stringify(decisionStates.filter(isOpen));
const suggested = JSON.stringify([bandNumber('bind'), bandNumber('look')]);

export const ruleReads = {
  'matching.policy': (database: ReadableDatabase, _params: Record<never, never>): Policy => {
    const stored = statement<[string], { value: string }>(database, 'SELECT value FROM setting WHERE key = ?').get(
      policyKey,
    );
    return { ...usualPolicy, ...jsonOf<Partial<Policy>>(stored?.value ?? null, {}) };
  },
  'matching.rules': (database: ReadableDatabase, _params: Record<never, never>): Rule[] =>
    statement<[], { seller_id: string; category_id: number; operator_name: string; since: string }>(
      database,
      'SELECT seller_id, category_id, operator_name, since FROM match_rule',
    )
      .all()
      .map((stored) => ({
        // as matching.setRule wrote them
        sellerId: stored.seller_id === '' ? null : (stored.seller_id as SellerId),
        categoryId: stored.category_id === 0 ? null : stored.category_id,
        operatorName: stored.operator_name,
        since: stored.since as Instant,
      })),
  /**
   * Waiting offers with a suggestion of at least these log-odds, by the model that they are of, that nobody has decided or is looking at, in order of their ids: either
   * after an id, or of a list of ids.
   */
  'matching.bindable': (
    database: ReadableDatabase,
    params: { odds: number; scorer: number; after: number; limit: number; now: string; ids: readonly number[] | null },
  ): Bindable[] => {
    const which = params.ids ? 'o.id IN (SELECT value FROM json_each(?))' : '? IS NULL';
    return statement<(string | number | null)[], Bindable>(
      database,
      `SELECT o.id, o.version_id AS versionId, o.seller_id AS sellerId, ${topCategorySql('o')} AS categoryId, o.odds, o.best_sku_id AS skuId
         FROM offer o JOIN sku k ON k.id = o.best_sku_id AND k.is_active = 1
        WHERE ${which} AND +o.queue = 0 AND +o.band IN (SELECT value FROM json_each(?)) AND o.odds >= ? AND o.scorer = ? AND o.id > ?
          AND (o.claimed_until IS NULL OR o.claimed_until <= ?)
          AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.seller_id = o.seller_id AND d.seller_sku_id = o.seller_sku_id)
        ORDER BY o.id LIMIT ?`,
    ).all(
      params.ids ? JSON.stringify(params.ids) : null,
      suggested,
      params.odds,
      params.scorer,
      params.after,
      params.now,
      params.limit,
    );
  },
  /** What was bound by itself and still stands: how many, and the newest, under a seller or a category, since an instant. */
  'matching.autoBound': (
    database: ReadableDatabase,
    params: { sellerId: string | null; categoryId: number | null; since: string | null; limit: number },
  ) => {
    const where = `d.operator_id = ? AND d.kind = 'bind' AND d.state <> 'cancelled' AND d.compensates IS NULL
      AND NOT EXISTS (SELECT 1 FROM decision c WHERE c.compensates = d.id AND c.state <> 'cancelled')
      AND (? IS NULL OR d.seller_id = ?) AND (? IS NULL OR e.category_id = ?) AND (? IS NULL OR d.decided_at >= ?)`;
    const values = [
      autoOperator.operatorId,
      params.sellerId,
      params.sellerId,
      params.categoryId,
      params.categoryId,
      params.since,
      params.since,
    ];
    const from = 'FROM decision d LEFT JOIN match_example e ON e.decision_id = d.id';
    const counted = statement<(string | number | null)[], { count: number; open: number }>(
      database,
      `SELECT COUNT(*) AS count, COALESCE(SUM(d.state IN (SELECT value FROM json_each('${openStates}'))), 0) AS open ${from} WHERE ${where}`,
    ).get(...values);
    const newest = statement<
      (string | number | null)[],
      { decisionId: string; title: string; skuId: number; skuName: string | null; sellerId: string; decidedAt: string }
    >(
      database,
      `SELECT d.id AS decisionId, d.title, d.sku_id AS skuId, k.name AS skuName, d.seller_id AS sellerId, d.decided_at AS decidedAt
         ${from} LEFT JOIN sku k ON k.id = d.sku_id WHERE ${where} ORDER BY d.decided_at DESC LIMIT ?`,
    ).all(...values, params.limit);
    return { count: counted?.count ?? 0, open: counted?.open ?? 0, newest };
  },
};

export const ruleWrites = {
  /** Turns binding by itself on or off for a seller, a category, both or all. */
  'matching.setRule': (
    database: WritableDatabase,
    params: { sellerId: string | null; categoryId: number | null; on: boolean; actor: Actor; now: string },
  ) => {
    const { sellerId, categoryId, on, actor, now } = params;
    const key = [sellerId ?? '', categoryId ?? 0] as const;
    if (on)
      statement<(string | number)[], unknown>(
        database,
        `INSERT INTO match_rule (seller_id, category_id, operator_id, operator_name, since) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (seller_id, category_id) DO NOTHING`,
      ).run(...key, actor.operatorId, actor.name, now);
    else
      statement<[string, number], unknown>(
        database,
        'DELETE FROM match_rule WHERE seller_id = ? AND category_id = ?',
      ).run(...key);
    appendAudit(database, {
      actor,
      at: now,
      action: on ? 'auto-binding on' : 'auto-binding off',
      entity: 'matching',
      details: { sellerId, categoryId },
    });
    return null;
  },
  'matching.setPolicy': (database: WritableDatabase, params: { policy: Policy; actor: Actor; now: string }) => {
    statement<[string, string], unknown>(
      database,
      'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ).run(policyKey, JSON.stringify(params.policy));
    const { policy, actor, now } = params;
    appendAudit(database, { actor, at: now, action: 'matching policy', entity: 'matching', details: policy });
    return null;
  },
};
