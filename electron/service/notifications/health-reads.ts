import type { SellerTraffic, Staleness } from '../../../shared/contract/notifications.ts';
import type { Instant, SellerId } from '../../../shared/domain/brand.ts';
import { noTraffic, type Traffic } from '../../../shared/domain/notifications.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { minute } from './traffic.ts';

interface StoredHealth {
  readonly id: string;
  readonly name: string;
  readonly is_active: number;
  readonly last_notification_at: string | null;
  readonly last_answer_at: string | null;
  readonly answers: string | null;
  readonly problem: string | null;
  readonly paused_at: string | null;
  readonly paused_by: string | null;
  readonly pause_reason: string | null;
}

const sql = `
  SELECT s.id, s.name, s.is_active, h.last_notification_at, h.last_answer_at, h.answers, h.problem,
         p.at AS paused_at, p.author AS paused_by, p.reason AS pause_reason
    FROM seller s LEFT JOIN seller_health h ON h.seller_id = s.id LEFT JOIN seller_pause p ON p.seller_id = s.id`;

const hoursSince = (instant: string | null | undefined, now: number): number | null =>
  instant === null || instant === undefined
    ? null
    : Math.max(0, Math.round((now - Date.parse(instant)) / 36_000) / 100);

/** How old a seller's prices are, and what the last sweep found. Null for a seller without bindings. */
function stalenessOf(database: ReadableDatabase, sellerId: string, isActive: boolean, now: number): Staleness | null {
  const listed = `FROM binding INDEXED BY binding_stale WHERE seller_id = ? AND is_active = 1 AND is_removed = 0`;
  const counted = statement<[string], { bindings: number; known: number }>(
    database,
    `SELECT COUNT(*) AS bindings, COUNT(simulated_at) AS known ${listed}`,
  ).get(sellerId);
  if (!counted || counted.bindings === 0) return null;
  const unknown = counted.bindings - counted.known;
  // those never asked sort first
  const at = (share: number) =>
    counted.known === 0
      ? undefined
      : statement<[string, number], { simulated_at: string | null }>(
          database,
          `SELECT simulated_at ${listed} ORDER BY simulated_at LIMIT 1 OFFSET ?`,
        ).get(sellerId, unknown + Math.floor(counted.known * share))?.simulated_at;
  const sweep = statement<[string], { swept_at: string; swept: number; drifted: number }>(
    database,
    'SELECT swept_at, swept, drifted FROM seller_staleness WHERE seller_id = ?',
  ).get(sellerId);
  return {
    medianHours: hoursSince(at(0.5), now),
    worstHours: hoursSince(at(0.05), now),
    unknown,
    bindings: counted.bindings,
    swept: sweep?.swept ?? 0,
    drifted: sweep?.drifted ?? 0,
    listedWhileInactive: isActive ? 0 : counted.bindings,
    sweptAt: (sweep?.swept_at ?? null) as Instant | null,
  };
}

function healthOf(
  database: ReadableDatabase,
  stored: StoredHealth,
  now: number,
  traffic: Traffic,
  waiting: { count: number; first: number } | undefined,
): SellerTraffic {
  const answers = jsonOf<number[]>(stored.answers, []).toSorted((one, other) => one - other);
  const since =
    waiting === undefined
      ? undefined
      : statement<[number], { received_at: string }>(database, 'SELECT received_at FROM inbox WHERE id = ?').get(
          waiting.first,
        );
  // instants and ids were written by this program
  return {
    sellerId: stored.id as SellerId,
    name: stored.name,
    isActive: stored.is_active === 1,
    ...traffic,
    waiting: waiting?.count ?? 0,
    waitingSince: (since?.received_at ?? null) as Instant | null,
    lastNotificationAt: stored.last_notification_at as Instant | null,
    lastAnswerAt: stored.last_answer_at as Instant | null,
    medianAnswer: answers.length === 0 ? null : Math.round(answers[Math.floor(answers.length / 2)] ?? 0),
    problem: stored.problem,
    pausedBy: stored.paused_by,
    pausedAt: stored.paused_at as Instant | null,
    pauseReason: stored.pause_reason,
    leftAloneUntil: null,
    staleness: stalenessOf(database, stored.id, stored.is_active === 1, now),
  };
}

export const notificationHealthReads = {
  /** Since when the oldest entry waits, and how many sellers are paused; for a monitor. */
  'notifications.measure': (database: ReadableDatabase, _params: Record<never, never>) => {
    const oldest = statement<[], { received_at: string }>(
      database,
      `SELECT received_at FROM inbox WHERE id = (SELECT MIN(id) FROM inbox INDEXED BY inbox_open WHERE state = 'waiting')`,
    ).get();
    const paused = statement<[], { count: number }>(database, 'SELECT COUNT(*) AS count FROM seller_pause').get();
    return { oldest: oldest?.received_at ?? null, paused: paused?.count ?? 0 };
  },
  /** Every seller, or one. `now`: milliseconds since the epoch. */
  'notifications.health': (
    database: ReadableDatabase,
    params: { now: number; sellerId: string | null },
  ): SellerTraffic[] => {
    const one = params.sellerId;
    const sellers = statement<(string | null)[], StoredHealth>(
      database,
      `${sql} WHERE ? IS NULL OR s.id = ? ORDER BY s.name COLLATE NOCASE LIMIT 1000`,
    ).all(one, one);
    const traffic = new Map(
      statement<(number | string | null)[], Traffic & { seller_id: string }>(
        database,
        `SELECT seller_id, SUM(received) AS received, SUM(refused) AS refused, SUM(handled) AS handled, SUM(changed) AS changed, SUM(failed) AS failed,
                MAX(lag_most) AS lagMost
           FROM seller_traffic WHERE span = ? AND start >= ? AND (? IS NULL OR seller_id = ?) GROUP BY seller_id`,
      )
        .all(minute, Math.floor(params.now / 1_000) - 3_600, one, one)
        .map(({ seller_id, ...rest }) => [seller_id, rest]),
    );
    const waiting = new Map(
      statement<(string | null)[], { seller_id: string; count: number; first: number }>(
        database,
        `SELECT seller_id, COUNT(*) AS count, MIN(id) AS first FROM inbox INDEXED BY inbox_open WHERE state = 'waiting' AND (? IS NULL OR seller_id = ?) GROUP BY seller_id`,
      )
        .all(one, one)
        .map(({ seller_id, ...rest }) => [seller_id, rest]),
    );
    return sellers.map((seller) =>
      healthOf(database, seller, params.now, traffic.get(seller.id) ?? noTraffic, waiting.get(seller.id)),
    );
  },
};
