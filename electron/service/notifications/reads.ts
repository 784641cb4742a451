import type { NotificationDetail, NotificationRow } from '../../../shared/contract/notifications.ts';
import type { Instant, SellerId, SellerSkuId } from '../../../shared/domain/brand.ts';
import {
  type ChannelEffect,
  type NotificationLogKind,
  notificationKinds,
  type Outcome,
  outcomes,
  type TrafficBucket,
} from '../../../shared/domain/notifications.ts';
import { jsonOf, statement, storedByIds } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { type NotificationViewParams, notificationViewSql } from './view.ts';

export interface StoredNotification {
  readonly id: number;
  readonly kind: string;
  readonly seller_id: string;
  readonly seller_name: string | null;
  readonly seller_sku_id: string;
  readonly received_at: string;
  readonly outcome: number;
  readonly attempts: number;
  readonly handled_at: string | null;
  readonly problem: string | null;
  readonly address: string | null;
  readonly replay_of: number | null;
  readonly credential_id: string | null;
  readonly app_key: string | null;
  readonly target: string | null;
  readonly digest: string | null;
  readonly operation_id: string | null;
  readonly reply: number | null;
  readonly raw_id: number | null;
  readonly settled_by: number | null;
}

const rowSql = `SELECT i.*, s.name AS seller_name, c.app_key FROM json_each(?) wanted CROSS JOIN inbox i ON i.id = wanted.value
  LEFT JOIN seller s ON s.id = i.seller_id LEFT JOIN seller_credential c ON c.id = i.credential_id`;

export function outcomeOf(stored: number): Outcome {
  return outcomes[stored] ?? 'handled';
}

function kindOf(stored: string): NotificationLogKind {
  return notificationKinds.find((kind) => kind === stored) ?? 'operator';
}

function rowOf(stored: StoredNotification): NotificationRow {
  // ids and instants were written by this program from parsed values
  return {
    id: stored.id,
    kind: kindOf(stored.kind),
    sellerId: stored.seller_id as SellerId,
    sellerName: stored.seller_name ?? stored.seller_id,
    sellerSkuId: stored.seller_sku_id as SellerSkuId,
    receivedAt: stored.received_at as Instant,
    outcome: outcomeOf(stored.outcome),
    attempts: stored.attempts,
    handledAt: stored.handled_at as Instant | null,
    problem: stored.problem,
    address: stored.address,
    replayOf: stored.replay_of,
  };
}

const rowsByIds = (database: ReadableDatabase, ids: readonly number[]) =>
  storedByIds<StoredNotification>(database, rowSql, ids).map(rowOf);

/** Of several about one SKU, of one kind, the latest: what a replay repeats. */
const replaySql = `SELECT MAX(i.id) AS id, i.kind, i.seller_id, i.seller_sku_id, MAX(i.raw_id) AS raw_id
  FROM json_each(?) wanted CROSS JOIN inbox i ON i.id = wanted.value GROUP BY i.seller_id, i.seller_sku_id, i.kind LIMIT ?`;

export interface Replayable {
  readonly id: number;
  readonly kind: string;
  readonly sellerId: string;
  readonly sellerSkuId: string;
  readonly isBound: boolean;
  /** Where the body of an offer is; null for the others, and when it is no longer kept. */
  readonly bodyId: number | null;
}

export const notificationReads = {
  'notifications.first': (database: ReadableDatabase, params: NotificationViewParams & { limit: number }) => {
    const { sql, params: values } = notificationViewSql(params);
    const ids = database
      .prepare(`${sql} LIMIT ?`)
      .pluck()
      .all(...values, params.limit) as number[];
    return { rows: rowsByIds(database, ids), ids };
  },
  'notifications.all': (database: ReadableDatabase, params: NotificationViewParams): Int32Array => {
    const { sql, params: values } = notificationViewSql(params);
    return Int32Array.from(
      database
        .prepare(sql)
        .pluck()
        .all(...values) as number[],
    );
  },
  'notifications.rows': (database: ReadableDatabase, params: { ids: readonly number[] }) =>
    rowsByIds(database, params.ids),
  /** With its body still sealed. */
  'notifications.detail': (
    database: ReadableDatabase,
    params: { id: number },
  ): { detail: NotificationDetail; sealed: string | null } | null => {
    const [stored] = storedByIds<StoredNotification>(database, rowSql, [params.id]);
    if (!stored) return null;
    const settledBy = stored.settled_by;
    const settled =
      settledBy === null
        ? undefined
        : statement<[number], { effect: string | null }>(database, 'SELECT effect FROM inbox WHERE id = ?').get(
            settledBy,
          );
    const served =
      settledBy === null
        ? 0
        : (statement<[number], { count: number }>(
            database,
            'SELECT COUNT(*) AS count FROM inbox WHERE settled_by = ?',
          ).get(settledBy)?.count ?? 0);
    const binding = statement<[string, string], { id: number }>(
      database,
      'SELECT id FROM binding WHERE seller_id = ? AND seller_sku_id = ? AND is_removed = 0',
    ).get(stored.seller_id, stored.seller_sku_id);
    const raw =
      stored.raw_id === null
        ? undefined
        : statement<[number], { sealed: string }>(database, 'SELECT sealed FROM inbox_raw WHERE id = ?').get(
            stored.raw_id,
          );
    const detail: NotificationDetail = {
      ...rowOf(stored),
      bindingId: binding?.id ?? null,
      request:
        stored.target === null || stored.address === null
          ? null
          : {
              method: stored.kind === 'suggestion' ? 'PUT' : 'POST',
              target: stored.target,
              address: stored.address,
              appKey: stored.app_key,
              operationId: stored.operation_id,
              digest: stored.digest,
              body: null,
              isBodyCut: false,
              reply: stored.reply,
            },
      effect: jsonOf<ChannelEffect[] | null>(settled?.effect ?? null, null)?.map((each) => ({ ...each })) ?? null,
      served,
      replays: statement<[number], { id: number; received_at: string; outcome: number }>(
        database,
        'SELECT id, received_at, outcome FROM inbox WHERE replay_of = ? ORDER BY id DESC LIMIT 20',
      )
        .all(stored.id)
        .map((each) => ({
          id: each.id,
          receivedAt: each.received_at as Instant,
          outcome: outcomeOf(each.outcome),
        })),
    };
    return { detail, sealed: raw?.sealed ?? null };
  },
  'notifications.counts': (database: ReadableDatabase, _params: Record<never, never>) => {
    const count = (sql: string) => statement<[], { count: number }>(database, sql).get()?.count ?? 0;
    const retrying = count(`SELECT COUNT(*) AS count FROM inbox WHERE state = 'waiting' AND outcome = 1`);
    return {
      all: count('SELECT COUNT(*) AS count FROM inbox'),
      waiting: count(`SELECT COUNT(*) AS count FROM inbox WHERE state = 'waiting'`) - retrying,
      retrying,
      aside: count(`SELECT COUNT(*) AS count FROM inbox WHERE state = 'aside'`),
    };
  },
  /** Stored buckets of one length from `since` on, seconds since the epoch; of all sellers together when none is named. */
  'notifications.traffic': (
    database: ReadableDatabase,
    params: { sellerId: string | null; span: number; since: number },
  ): TrafficBucket[] =>
    statement<(string | number | null)[], TrafficBucket>(
      database,
      `SELECT start, SUM(received) AS received, SUM(refused) AS refused, SUM(handled) AS handled, SUM(changed) AS changed, SUM(failed) AS failed,
              MAX(lag_most) AS lagMost
         FROM seller_traffic WHERE span = ? AND start >= ? AND (? IS NULL OR seller_id = ?) GROUP BY start ORDER BY start`,
    ).all(params.span, params.since, params.sellerId, params.sellerId),
  'notifications.refusals': (database: ReadableDatabase, params: { sellerId: string | null }) =>
    statement<
      (string | null)[],
      {
        id: number;
        seller_id: string;
        status: number;
        code: string;
        route: string;
        address: string;
        count: number;
        last_at: string;
      }
    >(database, 'SELECT * FROM endpoint_refusal WHERE ? IS NULL OR seller_id = ? ORDER BY id DESC LIMIT 100').all(
      params.sellerId,
      params.sellerId,
    ),
  /** At most `limit` of them, without bodies: a hundred thousand offers of a megabyte are read by {@link Replayable.bodyId}, some at a time. */
  'notifications.replayable': (
    database: ReadableDatabase,
    params: { ids: Int32Array; limit: number },
  ): Replayable[] => {
    const bound = statement<[string, string], { id: number }>(
      database,
      'SELECT id FROM binding WHERE seller_id = ? AND seller_sku_id = ? AND is_removed = 0',
    );
    const kept = statement<[number], { id: number }>(database, 'SELECT id FROM inbox_raw WHERE id = ?');
    return statement<
      [string, number],
      { id: number; kind: string; seller_id: string; seller_sku_id: string; raw_id: number | null }
    >(database, replaySql)
      .all(JSON.stringify(Array.from(params.ids)), params.limit)
      .map((each) => ({
        id: each.id,
        kind: each.kind,
        sellerId: each.seller_id,
        sellerSkuId: each.seller_sku_id,
        isBound: bound.get(each.seller_id, each.seller_sku_id) !== undefined,
        bodyId:
          each.kind === 'suggestion' && each.raw_id !== null && kept.get(each.raw_id) !== undefined
            ? each.raw_id
            : null,
      }));
  },
  /** Sealed bodies, by where they are. */
  'notifications.bodies': (database: ReadableDatabase, params: { ids: readonly number[] }): Map<number, string> =>
    new Map(
      statement<[string], { id: number; sealed: string }>(
        database,
        'SELECT id, sealed FROM inbox_raw WHERE id IN (SELECT value FROM json_each(?))',
      )
        .all(JSON.stringify(params.ids))
        .map(({ id, sealed }) => [id, sealed]),
    ),
  /** For a certificate, in the order of arrival. */
  'notifications.evidence': (database: ReadableDatabase, params: { ids: Int32Array }): StoredNotification[] =>
    storedByIds<StoredNotification>(
      database,
      rowSql,
      Array.from(params.ids).sort((one, other) => one - other),
    ),
};
