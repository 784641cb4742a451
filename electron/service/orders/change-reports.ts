/** What sellers say about changes: their side of the handshake, and changes of their own (reference 1.7; M11, M12). */
import { isTakenAtOnce, outcomeOf } from '../../../shared/domain/orders/change.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import { refreshWatch } from './apply.ts';
import { changeableOf, openChangeOf, type StoredChange, stepChange, storedChange } from './change-rows.ts';
import { changeRefusal, insertChange } from './change-writes.ts';
import type { ReportAnswer, ReportRequest, SellerReport } from './reports.ts';
import { type StoredOrder, storedByMarketplaceId } from './rows.ts';

/** Without an id of its own, the same content again within this time is the same change. Milliseconds. */
const sameWithin = 3_600_000;

/** These calls name the order by the marketplace's id, the seller's own, or its group where the seller has one order in it. */
export function orderOfChange(
  database: ReadableDatabase,
  { marketplaceOrderId, sellerId }: ReportRequest,
): StoredOrder | undefined {
  const byId = storedByMarketplaceId(database, marketplaceOrderId);
  if (byId) return byId;
  const own = statement<[string, string], StoredOrder>(
    database,
    'SELECT * FROM orders WHERE seller_id = ? AND seller_order_id = ?',
  ).get(sellerId, marketplaceOrderId);
  if (own) return own;
  const inGroup = statement<[string], StoredOrder>(database, 'SELECT * FROM orders WHERE group_id = ? ORDER BY id DESC')
    .all(marketplaceOrderId)
    .filter((order) => order.seller_id === sellerId && order.replaced_by_id === null);
  return inGroup.length === 1 ? inGroup[0] : undefined;
}

export function takeAgreement(
  database: WritableDatabase,
  order: StoredOrder,
  request: ReportRequest,
  report: SellerReport & { kind: 'agreement' },
  messageId: number,
): ReportAnswer {
  const change =
    storedChange(database, report.changeId) ??
    statement<[number, string], StoredChange>(
      database,
      'SELECT * FROM order_change WHERE order_id = ? AND seller_request_id = ?',
    ).get(order.id, report.changeId);
  if (!change || change.order_id !== order.id)
    return {
      kind: 'refused',
      field: 'changeRequestId',
      message: `there is no change ${report.changeId.slice(0, 100)} of this order`,
    };
  const result = stepChange(database, change, {
    event: report.agreement === 'Confirmation' ? 'confirmed' : 'acknowledged',
    now: request.at,
    source: 'seller',
    messageId,
  });
  if (result.kind === 'impossible')
    return {
      kind: 'refused',
      field: 'agreementType',
      message: `the change cannot be applied any more: ${result.outcome.problem}`,
    };
  if (result.kind === 'misfit')
    return {
      kind: 'refused',
      field: 'agreementType',
      message: `this change is ${result.state}: it must not be applied`,
    };
  return { kind: 'taken', orderId: order.id, receipt: request.receipt, fits: true, note: null };
}

export function takeProposal(
  database: WritableDatabase,
  order: StoredOrder,
  request: ReportRequest,
  report: SellerReport & { kind: 'proposal' },
  messageId: number,
): ReportAnswer {
  const taken = (note: string): ReportAnswer => ({
    kind: 'taken',
    orderId: order.id,
    receipt: request.receipt,
    fits: true,
    note,
  });
  const prefix = `${order.marketplace_order_id} ${report.requestId ?? report.sameAs}`;
  const before = statement<[{ order: number; id: string }], StoredChange>(
    database,
    // itself, or one of the same that came later and has its message's number behind it; never R10 for R1
    `SELECT * FROM order_change WHERE order_id = @order AND (id = @id OR (id >= @id || ' ' AND id < @id || '!')) ORDER BY sequence DESC LIMIT 1`,
  ).get({ order: order.id, id: prefix });
  if (before && (report.requestId !== null || Date.parse(request.at) - Date.parse(before.requested_at) < sameWithin))
    return taken(`This change was known: it is ${before.state}.`);
  const refused = (field: string, message: string): ReportAnswer => ({ kind: 'refused', field, message });
  const refusal = changeRefusal(order, request.at);
  if (refusal !== null) return refused('orderId', refusal);
  const open = openChangeOf(database, order.id);
  if (open) return refused('orderId', `the change ${open.id} of this order is not decided yet: send this one after it`);
  const outcome = outcomeOf(changeableOf(database, order), report.change);
  if (outcome.problem !== null)
    return refused(
      outcome.problem === 'not-in-order' ? 'itemsRemoved' : 'changes',
      `the change cannot be made: ${outcome.problem}${outcome.problemSku === null ? '' : ` (${outcome.problemSku})`}`,
    );
  const id = before ? `${prefix} ${messageId}` : prefix;
  insertChange(database, {
    id,
    order,
    origin: 'seller',
    change: report.change,
    reason: report.reason,
    now: request.at,
    by: order.seller_id,
    totalAfter: outcome.totalMinor,
    sellerRequestId: report.requestId,
    messageId,
  });
  const stored = storedChange(database, id);
  if (stored && isTakenAtOnce(report.change)) {
    stepChange(database, stored, { event: 'accepted', now: request.at, source: 'service', messageId });
    return taken('The discount is applied.');
  }
  refreshWatch(database, order.id, request.at);
  return taken('The marketplace decides about this change.');
}
