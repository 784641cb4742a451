import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';

/** Lengths of the stored buckets in seconds, and for how long each is kept: a minute for two days, an hour for ninety. */
export const minute = 60;
export const hour = 3_600;
const kept: readonly (readonly [span: number, seconds: number])[] = [
  [minute, 2 * 86_400],
  [hour, 90 * 86_400],
];

interface Counted {
  readonly received?: number;
  readonly refused?: number;
  readonly handled?: number;
  readonly changed?: number;
  readonly failed?: number;
  /** Milliseconds. */
  readonly lagMost?: number;
}

/** Adds to a seller's traffic at an instant. */
export function countTraffic(database: WritableDatabase, sellerId: string, at: string, counted: Counted): void {
  const add = statement<(string | number)[], unknown>(
    database,
    `INSERT INTO seller_traffic (span, start, seller_id, received, refused, handled, changed, failed, lag_most) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (span, start, seller_id) DO UPDATE SET received = received + excluded.received, refused = refused + excluded.refused,
       handled = handled + excluded.handled, changed = changed + excluded.changed, failed = failed + excluded.failed,
       lag_most = MAX(lag_most, excluded.lag_most)`,
  );
  const { received = 0, refused = 0, handled = 0, changed = 0, failed = 0, lagMost = 0 } = counted;
  const seconds = Math.floor(Date.parse(at) / 1_000);
  for (const [span] of kept)
    add.run(span, seconds - (seconds % span), sellerId, received, refused, handled, changed, failed, lagMost);
}

/** Forgets what is older than it is kept. @param now seconds since the epoch */
export function pruneTraffic(database: WritableDatabase, now: number): void {
  for (const [span, seconds] of kept)
    statement<[number, number], unknown>(database, 'DELETE FROM seller_traffic WHERE span = ? AND start < ?').run(
      span,
      now - seconds,
    );
}
