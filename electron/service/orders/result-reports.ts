/** What a store's queue says came of a placement or an authorisation: what it means for the task that waits for it. */
import { instantOf } from '../../../shared/domain/brand.ts';
import { meaningOf, sellerCodeOf } from '../../../shared/domain/orders/codes.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { refreshWatch } from './apply.ts';
import type { ReportRequest, SellerReport } from './reports.ts';
import { factsOf, storedOrder } from './rows.ts';

type ResultReport = SellerReport & { kind: 'result' };

const minute = 60_000;
/** The longest pause before a queue is asked again, in milliseconds. */
const longestPause = 6 * 60 * minute;
/** After so many placements into a queue without an outcome a person is asked. */
const mostPlacements = 12;

/** The authorisation that waits for this callback is not sent again: a person looks first. */
function stopAuthorisation(database: WritableDatabase, orderId: number, report: ResultReport): void {
  statement<[string | null, string, number], unknown>(
    database,
    `UPDATE order_task SET state = 'stopped', problem = ?, problem_code = ? WHERE order_id = ? AND kind = 'authorise' AND state = 'pending'`,
  ).run(report.problem, report.code, orderId);
}

/** Places again later, after a look at the store, as its callback said to; or stops, for a person. */
function placeAgain(database: WritableDatabase, orderId: number, request: ReportRequest, report: ResultReport): void {
  const code = sellerCodeOf(report.code);
  const earlier =
    statement<[number], { count: number }>(
      database,
      `SELECT COUNT(*) AS count FROM order_task WHERE order_id = ? AND kind = 'place'`,
    ).get(orderId)?.count ?? 0;
  const isTried = code !== null && meaningOf(code).retry && earlier < mostPlacements;
  const pause = Math.min(longestPause, minute * 2 ** earlier);
  statement<(string | number | null)[], unknown>(
    database,
    `INSERT INTO order_task (order_id, kind, state, attempts, ambiguous, not_before, problem, problem_code) VALUES (?, 'place', ?, 1, 1, ?, ?, ?)
     ON CONFLICT (order_id, kind, subject) WHERE state IN ('pending', 'sent', 'stopped') DO NOTHING`,
  ).run(
    orderId,
    isTried ? 'pending' : 'stopped',
    isTried ? instantOf(Date.parse(request.at) + pause) : request.at,
    report.problem,
    report.code,
  );
}

/** After the result's event, if it is one: the task that waited goes on, ends, or stops for a person. */
export function followResult(
  database: WritableDatabase,
  orderId: number,
  request: ReportRequest,
  report: ResultReport,
): void {
  const order = storedOrder(database, orderId);
  if (!order || report.problem === null) return;
  const { marketplace, seller } = factsOf(order);
  const code = sellerCodeOf(report.code);
  const isKnown = code !== null && (meaningOf(code).retry || meaningOf(code).event !== null);
  if (marketplace === 'payment-approved' && (!isKnown || report.type === 'authorisation-refused'))
    stopAuthorisation(database, orderId, report);
  if (report.type === null && marketplace === 'waiting-for-authorization' && seller === 'on-order-completed-ffm')
    placeAgain(database, orderId, request, report);
  refreshWatch(database, orderId, request.at);
}
