import type { ScorecardRow } from '../../../shared/contract/agreements.ts';
import { type OrderCounts, scorecardOf, scoreOf } from '../../../shared/domain/agreements/checks.ts';
import { regionKey } from '../../../shared/domain/agreements/regions.ts';
import { plainTerms, type ScoreRate, type Terms } from '../../../shared/domain/agreements/terms.ts';
import { type Instant, instantOf, type SellerId } from '../../../shared/domain/brand.ts';
import { marketplaceStates, sellerStates } from '../../../shared/domain/orders/flow.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { termsOf, versionAt } from './rows.ts';

const day = 86_400_000;

const stateNumber = (state: (typeof sellerStates)[number]): number => sellerStates.indexOf(state);

/** What the narrowest region agrees on for the place that an order's group goes to: `BRA-PR`, then `PR`, then `BRA`, then `*`. */
const agreed = (what: 'days' | 'freight'): string => `(SELECT r.${what} FROM region r WHERE r.${what} IS NOT NULL
        AND (r.name IN (g.region, substr(g.region, instr(g.region, '-') + 1), substr(g.region, 1, instr(g.region, '-') - 1)) OR r.name = '*')
      ORDER BY CASE r.name WHEN '*' THEN 3 WHEN g.region THEN 0 WHEN substr(g.region, instr(g.region, '-') + 1) THEN 1 ELSE 2 END LIMIT 1)`;

/**
 * Which orders of a period count against which rate. `@handling` is what was agreed (days; null: nothing), `@regions` the days and freight of each
 * region, of which the narrowest that says anything holds, beside the order's own promise. Orders that the seller refused, that were cancelled, or that never came to a seller are late for nobody; what others did wrong is no
 * incident of the seller.
 */
const countsSql = `
  WITH invoice AS (
    SELECT order_id, MIN(received_at) AS first_at, MAX(delivered_at) AS delivered_at,
           SUM(CASE WHEN COALESCE(tracking_number, '') = '' THEN 1 ELSE 0 END) AS untracked
      FROM order_invoice WHERE is_return = 0 AND voided_at IS NULL GROUP BY order_id),
  region AS (SELECT value ->> 'region' AS name, value ->> 'days' AS days, value ->> 'freight' AS freight FROM json_each(@regions)),
  placed AS (
    SELECT o.*, ${agreed('days')} AS agreed_days, ${agreed('freight')} AS agreed_freight
      FROM orders o LEFT JOIN order_group g ON g.id = o.group_id WHERE o.seller_id = @sellerId AND o.received_at >= @since),
  judged AS (
    SELECT o.id, o.marketplace_order_id, o.title, o.received_at, o.total, o.currency,
           o.seller_state NOT IN (${[stateNumber('not-placed'), stateNumber('placing'), stateNumber('on-order-completed-ffm')].join(', ')}) AS answered,
           o.seller_state = ${stateNumber('refused')} AS refused,
           EXISTS (SELECT 1 FROM order_event e WHERE e.order_id = o.id AND e.type = 'seller-canceled') AS cancelled,
           o.packages > 0 AS invoiced,
           o.packages > 0 AND COALESCE(i.untracked, 1) = 0 AS tracked,
           o.invoice_mismatch = 1 OR (o.agreed_freight IS NOT NULL AND o.freight > o.agreed_freight)
             OR EXISTS (SELECT 1 FROM order_event e WHERE e.order_id = o.id AND ((e.fits = 0 AND e.source = 'seller') OR e.type = 'simulation-diverges')) AS incident,
           o.state NOT IN (${(['canceled', 'replaced'] as const).map((state) => marketplaceStates.indexOf(state)).join(', ')})
             AND o.seller_state NOT IN (${(['refused', 'canceled', 'not-placed'] as const).map(stateNumber).join(', ')}) AND (
             COALESCE(i.first_at, @now) > o.ship_by
             OR CASE WHEN o.packages > 0 AND o.packages_delivered >= o.packages THEN COALESCE(i.delivered_at, @now) ELSE @now END > o.deliver_by
             OR (@handling IS NOT NULL AND julianday(COALESCE(i.first_at, @now)) - julianday(o.received_at) > @handling)
             OR (o.agreed_days IS NOT NULL AND julianday(CASE WHEN o.packages > 0 AND o.packages_delivered >= o.packages THEN COALESCE(i.delivered_at, @now) ELSE @now END) - julianday(o.received_at) > o.agreed_days)
           ) AS late
      FROM placed o LEFT JOIN invoice i ON i.order_id = o.id)`;

interface JudgedParams {
  sellerId: string;
  since: string;
  now: string;
  handling: number | null;
  /** `[{region, days, freight}]`, as JSON. */
  regions: string;
}

function judgedBy(terms: Terms, sellerId: string, now: string): JudgedParams {
  return {
    sellerId,
    now,
    since: instantOf(Date.parse(now) - terms.scorecard.days * day),
    handling: terms.delivery.handlingDays,
    regions: JSON.stringify(
      terms.delivery.regions.map(({ region, maximumDays, maximumFreight }) => ({
        region: regionKey(region),
        days: maximumDays,
        freight: maximumFreight,
      })),
    ),
  };
}

/** The column of `judged` that counts against a rate. */
const against: Readonly<Record<ScoreRate, string>> = {
  approval: 'refused = 1',
  refusal: 'refused = 1',
  late: 'late = 1',
  cancelled: 'cancelled = 1',
  incident: 'incident = 1',
  tracking: 'invoiced = 1 AND tracked = 0',
};

const none: OrderCounts = {
  orders: 0,
  answered: 0,
  refused: 0,
  late: 0,
  cancelled: 0,
  incidents: 0,
  invoiced: 0,
  tracked: 0,
  failed: 0,
};

function countsOf(database: ReadableDatabase, terms: Terms, sellerId: string, now: string): OrderCounts {
  const counts = statement<JudgedParams, OrderCounts>(
    database,
    `${countsSql} SELECT COUNT(*) AS orders, COALESCE(SUM(answered), 0) AS answered, COALESCE(SUM(refused), 0) AS refused,
       COALESCE(SUM(late), 0) AS late, COALESCE(SUM(cancelled), 0) AS cancelled, COALESCE(SUM(incident), 0) AS incidents,
       COALESCE(SUM(invoiced), 0) AS invoiced, COALESCE(SUM(tracked), 0) AS tracked,
       COALESCE(SUM(refused = 1 OR late = 1 OR cancelled = 1 OR incident = 1), 0) AS failed FROM judged`,
  ).get(judgedBy(terms, sellerId, now));
  return counts ?? none;
}

/** A seller's score under its own agreement; null while it has too few orders to be judged. */
export function judgedScore(database: ReadableDatabase, terms: Terms, sellerId: string, now: string): number | null {
  const counts = countsOf(database, terms, sellerId, now);
  return counts.orders < terms.scorecard.minimumOrders ? null : scoreOf(counts);
}

export const scorecardReads = {
  /** The score of every seller, as its scorecard has it. */
  'scorecards.scores': (database: ReadableDatabase, params: { now: string }): Record<string, number> =>
    Object.fromEntries(
      statement<[], { id: string }>(database, 'SELECT id FROM seller')
        .all()
        .map(({ id }) => {
          const version = versionAt(database, id, params.now);
          const terms = version ? termsOf(version.terms) : plainTerms;
          return [id, scoreOf(countsOf(database, terms, id, params.now))];
        }),
    ),
  'scorecards.list': (database: ReadableDatabase, params: { now: string }): ScorecardRow[] => {
    const sellers = statement<[], { id: string; name: string; is_active: number }>(
      database,
      'SELECT id, name, is_active FROM seller ORDER BY name COLLATE NOCASE, id',
    ).all();
    return sellers.map(({ id, name, is_active }) => {
      const version = versionAt(database, id, params.now);
      const terms = version ? termsOf(version.terms) : plainTerms;
      const counts = countsOf(database, terms, id, params.now);
      const { score, rates, verdict } = scorecardOf(terms, counts);
      return {
        sellerId: id as SellerId,
        sellerName: name,
        isActive: is_active === 1,
        hasAgreement: version !== undefined,
        days: terms.scorecard.days,
        orders: counts.orders,
        score,
        rates: [...rates],
        verdict,
      };
    });
  },
  'scorecards.orders': (database: ReadableDatabase, params: { sellerId: string; rate: ScoreRate; now: string }) => {
    const version = versionAt(database, params.sellerId, params.now);
    const terms = version ? termsOf(version.terms) : plainTerms;
    return statement<
      JudgedParams,
      { marketplace_order_id: string; title: string; received_at: string; total: number; currency: string }
    >(
      database,
      // the condition is one of a fixed list
      `${countsSql} SELECT marketplace_order_id, title, received_at, total, currency FROM judged WHERE ${against[params.rate]} ORDER BY received_at DESC LIMIT 200`,
    )
      .all(judgedBy(terms, params.sellerId, params.now))
      .map(({ marketplace_order_id, title, received_at, total, currency }) => ({
        orderId: marketplace_order_id,
        title,
        receivedAt: received_at as Instant,
        total,
        currency,
      }));
  },
};
