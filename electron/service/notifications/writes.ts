import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { countTraffic, pruneTraffic } from './traffic.ts';

/** Refused calls of one minute, seller, reason, route and address. */
export interface Refusals {
  /** Seconds since the epoch. */
  readonly minute: number;
  /** Empty when it was not told who calls. */
  readonly sellerId: string;
  readonly status: number;
  readonly code: string;
  readonly route: string;
  readonly address: string;
  readonly count: number;
  readonly lastAt: string;
}

/** Rows of refused calls kept at most, and how many a seller's sweep for drift asks for. */
const refusalsKept = 20_000;
const mostAsked = 500;
/** The share of a seller's bindings that one sweep looks at: with a sweep an hour, each once a day. */
const sweepsForAll = 24;

export const notificationWrites = {
  'notifications.refused': (database: WritableDatabase, params: { refusals: readonly Refusals[] }) => {
    const add = statement<(string | number)[], unknown>(
      database,
      `INSERT INTO endpoint_refusal (minute, seller_id, status, code, route, address, count, last_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (minute, seller_id, status, code, route, address) DO UPDATE SET count = count + excluded.count, last_at = excluded.last_at`,
    );
    for (const each of params.refusals) {
      add.run(each.minute, each.sellerId, each.status, each.code, each.route, each.address, each.count, each.lastAt);
      if (each.sellerId !== '') countTraffic(database, each.sellerId, each.lastAt, { refused: each.count });
    }
    return null;
  },
  'notifications.pause': (
    database: WritableDatabase,
    params: { sellerId: string; at: string; author: string; reason: string },
  ) => {
    statement<string[], unknown>(
      database,
      `INSERT INTO seller_pause (seller_id, at, author, reason) VALUES (?, ?, ?, ?)
       ON CONFLICT (seller_id) DO UPDATE SET reason = excluded.reason`,
    ).run(params.sellerId, params.at, params.author, params.reason);
    return null;
  },
  /** @returns whether it was paused */
  'notifications.resume': (database: WritableDatabase, params: { sellerId: string }) =>
    statement<[string], unknown>(database, 'DELETE FROM seller_pause WHERE seller_id = ?').run(params.sellerId)
      .changes > 0,
  /** A sweep of one seller begins: its bindings that were asked for longest ago are asked for once more. @returns how many */
  'notifications.sweep': (
    database: WritableDatabase,
    params: { sellerId: string; now: string; askedBefore: string },
  ): number => {
    const bindings =
      statement<[string], { count: number }>(
        database,
        'SELECT COUNT(*) AS count FROM binding INDEXED BY binding_stale WHERE seller_id = ? AND is_active = 1 AND is_removed = 0',
      ).get(params.sellerId)?.count ?? 0;
    const asked = statement<(string | number)[], unknown>(
      database,
      `INSERT INTO inbox (kind, seller_id, seller_sku_id, received_at, state, not_before)
       SELECT 'reconcile', b.seller_id, b.seller_sku_id, ?, 'waiting', ? FROM binding b INDEXED BY binding_stale
        WHERE b.seller_id = ? AND b.is_active = 1 AND b.is_removed = 0 AND (b.simulated_at IS NULL OR b.simulated_at < ?)
          AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.state = 'waiting' AND i.seller_id = b.seller_id AND i.seller_sku_id = b.seller_sku_id)
        ORDER BY b.simulated_at LIMIT ?`,
    ).run(
      params.now,
      params.now,
      params.sellerId,
      params.askedBefore,
      Math.min(mostAsked, Math.ceil(bindings / sweepsForAll)),
    ).changes;
    statement<(string | number)[], unknown>(
      database,
      `INSERT INTO seller_staleness (seller_id, swept_at, asked) VALUES (?, ?, ?)
       ON CONFLICT (seller_id) DO UPDATE SET swept_at = excluded.swept_at, asked = excluded.asked, swept = 0, drifted = 0`,
    ).run(params.sellerId, params.now, asked);
    return asked;
  },
  /** The sellers whose last sweep was before `sweptBefore`, the longest ago first; not those that are paused or have no address. Reads only. */
  'notifications.sweepDue': (database: WritableDatabase, params: { sweptBefore: string; limit: number }): string[] =>
    statement<[string, number], { id: string }>(
      database,
      `SELECT s.id FROM seller s LEFT JOIN seller_staleness t ON t.seller_id = s.id
        WHERE s.is_active = 1 AND s.endpoint IS NOT NULL AND (t.swept_at IS NULL OR t.swept_at < ?)
          AND s.id NOT IN (SELECT seller_id FROM seller_pause)
          AND EXISTS (SELECT 1 FROM binding b WHERE b.seller_id = s.id AND b.is_active = 1 AND b.is_removed = 0)
        ORDER BY t.swept_at LIMIT ?`,
    )
      .all(params.sweptBefore, params.limit)
      .map(({ id }) => id),
  /** Forgets old traffic, and refused calls beyond those kept. `now`: seconds since the epoch. */
  'notifications.prune': (database: WritableDatabase, params: { now: number }) => {
    pruneTraffic(database, params.now);
    statement<[number], unknown>(
      database,
      'DELETE FROM endpoint_refusal WHERE id <= (SELECT MAX(id) FROM endpoint_refusal) - ?',
    ).run(refusalsKept);
    return null;
  },
};
