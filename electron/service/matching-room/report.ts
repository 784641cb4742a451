import type { SellerId } from '../../../shared/domain/brand.ts';
import { bandNumber, statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { scorerSql } from './evidence.ts';

const weeksShown = 26;
const sellersShown = 100;
const suggested = JSON.stringify([bandNumber('look'), bandNumber('new'), bandNumber('conflict')]);

export const reportReads = {
  /** Week by week, what people found the best suggestion to be worth, and what was bound by itself and put right. */
  'matching.weeks': (database: ReadableDatabase, _params: Record<never, never>) =>
    statement<[number], { week: string; decisions: number; right: number; autoBound: number; putRight: number }>(
      database,
      `SELECT date(d.decided_at, '-6 days', 'weekday 1') AS week,
              SUM(e.outcome IS NOT NULL AND d.state <> 'cancelled') AS decisions, SUM(COALESCE(e.outcome, 0) = 1 AND d.state <> 'cancelled') AS right,
              SUM(d.operator_id = 'auto') AS autoBound,
              SUM(d.operator_id = 'auto' AND (d.state = 'cancelled' OR EXISTS (SELECT 1 FROM decision r WHERE r.seller_id = d.seller_id
                AND r.seller_sku_id = d.seller_sku_id AND r.kind IN ('rebindBinding', 'removeBinding') AND r.state <> 'cancelled'))) AS putRight
         FROM match_example e JOIN decision d ON d.id = e.decision_id GROUP BY 1 ORDER BY 1 DESC LIMIT ?`,
    )
      .all(weeksShown)
      .toReversed(),
  /** Why offers are denied, the most frequent first. */
  'matching.denials': (database: ReadableDatabase, _params: Record<never, never>) =>
    statement<[], { name: string; count: number }>(
      database,
      `SELECT COALESCE(deny_reason, 'other') AS name, COUNT(*) AS count FROM decision
        WHERE kind = 'deny' AND state <> 'cancelled' AND compensates IS NULL GROUP BY 1 ORDER BY 2 DESC, 1`,
    ).all(),
  /** Sellers by how much their waiting offers lack. */
  'matching.poorSellers': (database: ReadableDatabase, _params: Record<never, never>) =>
    statement<
      [number],
      {
        sellerId: SellerId;
        name: string;
        waiting: number;
        noGtin: number;
        noBrand: number;
        noImage: number;
        denied: number;
      }
    >(
      database,
      `SELECT w.seller_id AS sellerId, COALESCE(s.name, w.seller_id) AS name, w.waiting, w.noGtin, w.noBrand, w.noImage,
              (SELECT COUNT(*) FROM offer n WHERE n.queue = 1 AND n.seller_id = w.seller_id) AS denied
         FROM (SELECT o.seller_id, COUNT(*) AS waiting, SUM(COALESCE(json_array_length(d.payload, '$.gtins'), 0) = 0) AS noGtin,
                      SUM(o.brand IS NULL OR o.brand = '') AS noBrand, SUM(COALESCE(json_array_length(d.payload, '$.images'), 0) = 0) AS noImage
                 FROM offer o JOIN offer_detail d ON d.offer_id = o.id WHERE o.queue = 0 GROUP BY o.seller_id) w
         LEFT JOIN seller s ON s.id = w.seller_id
        ORDER BY w.noGtin + w.noBrand + w.noImage DESC, w.seller_id LIMIT ?`,
    ).all(sellersShown),
  /** What would settle the offers that are not certain, the most helpful first. */
  'matching.settle': (database: ReadableDatabase, _params: Record<never, never>) =>
    statement<[string], { name: string; count: number }>(
      database,
      `SELECT json_extract(reason, '$.values.settle') AS name, COUNT(*) AS count FROM offer
        WHERE queue = 0 AND band IN (SELECT value FROM json_each(?)) AND json_extract(reason, '$.values.settle') IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`,
    ).all(suggested),
  /** Products that the catalogue lacks, offered by more than one seller: the most offered first. */
  'matching.missing': (database: ReadableDatabase, _params: Record<never, never>) =>
    statement<[number, number], { search: string; title: string; offers: number; sellers: number }>(
      database,
      `SELECT COALESCE(json_extract(d.payload, '$.gtins[0]'), MIN(o.title)) AS search, MIN(o.title) AS title, COUNT(*) AS offers,
              COUNT(DISTINCT o.seller_id) AS sellers
         FROM offer o JOIN offer_detail d ON d.offer_id = o.id WHERE o.queue = 0 AND o.band = ?
        GROUP BY COALESCE(json_extract(d.payload, '$.gtins[0]'), lower(o.title)) HAVING sellers > 1 ORDER BY offers DESC, title LIMIT ?`,
    ).all(bandNumber('new'), sellersShown),
  /** Waiting offers, and those that the threshold would bind. */
  'matching.waiting': (database: ReadableDatabase, params: { odds: number | null }) =>
    statement<[string, number | null], { waiting: number; above: number }>(
      database,
      `SELECT COUNT(*) AS waiting, COALESCE(SUM(band IN (SELECT value FROM json_each(?)) AND odds >= ? AND scorer = ${scorerSql}), 0) AS above FROM offer WHERE queue = 0`,
    ).get(JSON.stringify([bandNumber('bind'), bandNumber('look')]), params.odds) ?? { waiting: 0, above: 0 },
  'matching.sellerNames': (database: ReadableDatabase, _params: Record<never, never>) =>
    statement<[], { sellerId: SellerId; name: string }>(database, 'SELECT id AS sellerId, name FROM seller').all(),
  'matching.topCategories': (database: ReadableDatabase, _params: Record<never, never>) =>
    statement<[], { id: number; name: string }>(
      database,
      'SELECT id, name FROM category WHERE depth = 0 ORDER BY position',
    ).all(),
};
