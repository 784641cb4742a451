/** What sellers report about orders, each in one transaction with its receipt. */
import { invoiceRefusal } from '../../../shared/domain/orders/invoice.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { applyToOrder, type EventResult, refreshWatch } from './apply.ts';
import { orderOfChange, takeAgreement, takeProposal } from './change-reports.ts';
import type { ReportAnswer, ReportRequest, SellerReport } from './reports.ts';
import { followResult } from './result-reports.ts';
import { marketplaceStateOf, type StoredOrder, storedByMarketplaceId } from './rows.ts';
import { keepMessage } from './writes.ts';

interface StoredInvoice {
  value: number;
  receipt: string;
  is_return: number;
  delivered_at: string | null;
  /** When a person took it out; null: nobody did. */
  voided_at: string | null;
  voids: number;
}

const invoiceOf = (database: WritableDatabase, orderId: number, number: string) =>
  statement<[number, string], StoredInvoice>(
    database,
    'SELECT value, receipt, is_return, delivered_at, voided_at, voids FROM order_invoice WHERE order_id = ? AND number = ?',
  ).get(orderId, number);

/** The lines of an invoice at the prices of the order; null when one of them is not of the order, or there is none. Minor units. */
function pricedLines(database: WritableDatabase, orderId: number, items: string): number | null {
  const prices = new Map(
    statement<[number], { seller_sku_id: string; price: number }>(
      database,
      'SELECT seller_sku_id, price FROM order_item WHERE order_id = ?',
    )
      .all(orderId)
      .map(({ seller_sku_id, price }) => [seller_sku_id, price]),
  );
  let sum: number | null = null;
  for (const { id, quantity } of jsonOf<{ id: string; quantity: number }[]>(items, [])) {
    const price = prices.get(id);
    if (price === undefined) return null;
    sum = (sum ?? 0) + quantity * price;
  }
  return sum;
}

/** What was invoiced and did not count, less what came back of it. Minor units. */
const uncountedOf = (database: WritableDatabase, orderId: number): number =>
  statement<[number], { value: number }>(
    database,
    `SELECT COALESCE(SUM(CASE is_return WHEN 1 THEN -value ELSE value END), 0) AS value
       FROM order_invoice WHERE order_id = ? AND counted = 0 AND voided_at IS NULL`,
  ).get(orderId)?.value ?? 0;

function takeInvoice(
  database: WritableDatabase,
  order: StoredOrder,
  request: ReportRequest,
  report: SellerReport & { kind: 'invoice' },
  messageId: number,
): ReportAnswer {
  const found = invoiceOf(database, order.id, report.number);
  const isSame = found?.value === report.value && (found.is_return === 1) === report.isReturn;
  if (found && found.voided_at !== null && isSame)
    return {
      kind: 'refused',
      field: 'invoiceValue',
      message: `the marketplace took invoice ${report.number} of ${report.value} cents out: send it with the value that is right`,
    };
  const known = found?.voided_at === null ? found : undefined;
  if (known) {
    // the same number again only renews the receipt
    if (!isSame)
      return {
        kind: 'refused',
        field: 'invoiceNumber',
        message: `invoice ${report.number} was sent before with another value or type: give the correction a number of its own, or ask the marketplace to take that one out`,
      };
    statement<[string, number, string], unknown>(
      database,
      'UPDATE order_invoice SET receipt = ? WHERE order_id = ? AND number = ?',
    ).run(request.receipt, order.id, report.number);
    return { kind: 'taken', orderId: order.id, receipt: request.receipt, fits: true, note: 'This invoice was known.' };
  }
  const refusal = invoiceRefusal(
    {
      isReturn: report.isReturn,
      valueMinor: report.value,
      pricedMinor: pricedLines(database, order.id, report.items),
    },
    {
      state: marketplaceStateOf(order.state),
      totalMinor: order.total,
      itemsMinor: order.items_total,
      invoicedMinor: order.invoiced,
      returnedMinor: order.returned,
      uncountedMinor: uncountedOf(database, order.id),
    },
  );
  if (refusal !== null) {
    if (!report.isReturn) {
      statement<[number], unknown>(database, 'UPDATE orders SET invoice_mismatch = 1 WHERE id = ?').run(order.id);
      refreshWatch(database, order.id, request.at);
    }
    return { kind: 'refused', ...refusal };
  }
  const voids = found?.voids ?? 0;
  const result = applyToOrder(database, {
    orderId: order.id,
    type: report.isReturn ? 'invoice-returned' : 'invoiced',
    // the number of one that was taken out may come again
    key: voids === 0 ? `invoice ${report.number}` : `invoice ${report.number} again ${voids}`,
    at: request.at,
    source: 'seller',
    amountMinor: report.value,
    details: { number: report.number, value: report.value },
    messageId,
  });
  const counted =
    result.facts !== null &&
    (report.isReturn ? result.facts.returnedMinor !== order.returned : result.facts.invoicedMinor !== order.invoiced);
  statement<(string | number | null)[], unknown>(
    database,
    `INSERT OR REPLACE INTO order_invoice (order_id, number, is_return, value, counted, issued_at, received_at, courier, tracking_number,
       tracking_url, items, receipt, voids) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    order.id,
    report.number,
    report.isReturn ? 1 : 0,
    report.value,
    counted || report.value === 0 ? 1 : 0,
    report.issuedAt,
    request.at,
    report.courier,
    report.trackingNumber,
    report.trackingUrl,
    report.items,
    request.receipt,
    voids,
  );
  // this invoice settles a cancellation that was asked: it is the seller's refusal
  if (!report.isReturn && result.verdict === 'applied')
    statement<[string, number], unknown>(
      database,
      `UPDATE order_cancellation SET outcome = 'refused', decided_at = ? WHERE order_id = ? AND outcome = 'asked'`,
    ).run(request.at, order.id);
  if (result.verdict === 'applied' && order.invoice_mismatch === 1) {
    statement<[number], unknown>(database, 'UPDATE orders SET invoice_mismatch = 0 WHERE id = ?').run(order.id);
    refreshWatch(database, order.id, request.at);
  }
  const missing = order.total - order.invoiced - report.value;
  const note =
    result.verdict === 'misfit'
      ? 'The order is not in a state to be invoiced. The invoice is kept, and a person looks at it.'
      : !report.isReturn && missing > 0
        ? `Partly invoiced: ${missing} of ${order.total} cents are missing.`
        : null;
  return { kind: 'taken', orderId: order.id, receipt: request.receipt, fits: result.verdict !== 'misfit', note };
}

function takeStatus(
  database: WritableDatabase,
  order: StoredOrder,
  request: ReportRequest,
  report: SellerReport & { kind: 'tracking-status' },
  messageId: number,
): EventResult {
  const known = statement<[number, string], { count: number }>(
    database,
    'SELECT COUNT(*) AS count FROM order_tracking WHERE order_id = ? AND number = ?',
  ).get(order.id, report.number);
  const same = statement<(string | number | null)[], { position: number }>(
    database,
    'SELECT position FROM order_tracking WHERE order_id = ? AND number = ? AND description = ? AND at IS ? AND city IS ?',
  );
  let position = known?.count ?? 0;
  for (const event of report.events) {
    if (same.get(order.id, report.number, event.description, event.at, event.city)) continue;
    statement<(string | number | null)[], unknown>(
      database,
      'INSERT INTO order_tracking (order_id, number, position, at, city, state, description) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(order.id, report.number, position++, event.at, event.city, event.state, event.description);
  }
  if (report.isDelivered)
    statement<[string, number, string], unknown>(
      database,
      'UPDATE order_invoice SET delivered_at = COALESCE(delivered_at, ?) WHERE order_id = ? AND number = ?',
    ).run(request.at, order.id, report.number);
  // what went back, or was never counted, arrives at nobody's door that the order waits for
  const invoice = statement<[number, string], { is_return: number; counted: number }>(
    database,
    'SELECT is_return, counted FROM order_invoice WHERE order_id = ? AND number = ?',
  ).get(order.id, report.number);
  const isPackage = invoice?.is_return === 0 && invoice.counted === 1;
  return applyToOrder(database, {
    orderId: order.id,
    type: report.isDelivered && isPackage ? 'delivered' : 'tracked',
    key: report.isDelivered ? `delivered ${report.number}` : `tracked ${report.number} ${position}`,
    at: request.at,
    source: 'seller',
    details: { number: report.number },
    messageId,
  });
}

/** How many messages of an order that could not be read are kept. */
const mostUnreadable = 100;

function takeReport(database: WritableDatabase, request: ReportRequest): ReportAnswer {
  const { report } = request;
  const order =
    report.kind === 'agreement' || report.kind === 'proposal' || report.kind === 'unreadable'
      ? orderOfChange(database, request)
      : storedByMarketplaceId(database, request.marketplaceOrderId);
  if (!order || order.seller_id !== request.sellerId) return { kind: 'unknown-order' };
  const messageId = keepMessage(database, order.id, request.message);
  const answer = takeOf(database, order, request, messageId);
  if (answer.kind === 'refused')
    statement<[number], unknown>(database, 'UPDATE order_message SET status = 400 WHERE id = ?').run(messageId);
  // a sender that repeats itself for days fills no disk
  if (report.kind === 'unreadable')
    statement<{ order: number; most: number }[], unknown>(
      database,
      `DELETE FROM order_message WHERE id IN (
         SELECT id FROM order_message m WHERE order_id = @order AND direction = 'in' AND status = 400
            AND NOT EXISTS (SELECT 1 FROM order_event e WHERE e.order_id = @order AND e.message_id = m.id)
          ORDER BY id DESC LIMIT -1 OFFSET @most)`,
    ).run({ order: order.id, most: mostUnreadable });
  return { ...answer, messageId, orderId: order.id };
}

function takeOf(
  database: WritableDatabase,
  order: StoredOrder,
  request: ReportRequest,
  messageId: number,
): ReportAnswer {
  const { report, at } = request;
  const base = { orderId: order.id, at, source: 'seller' as const, messageId };
  const taken = ({ verdict }: EventResult): ReportAnswer => ({
    kind: 'taken',
    orderId: order.id,
    receipt: request.receipt,
    fits: verdict !== 'misfit',
    note: verdict === 'misfit' ? 'This does not fit the order as it is. It is kept, and a person looks at it.' : null,
  });
  switch (report.kind) {
    case 'unreadable':
      return { kind: 'refused', field: report.field, message: report.message };
    case 'invoice':
      return takeInvoice(database, order, request, report, messageId);
    case 'tracking':
    case 'tracking-status':
      if (!invoiceOf(database, order.id, report.number))
        return {
          kind: 'refused',
          field: 'invoiceNumber',
          message: `invoice ${report.number} is not known: send the invoice first`,
        };
      if (report.kind === 'tracking-status') return taken(takeStatus(database, order, request, report, messageId));
      statement<(string | number | null)[], unknown>(
        database,
        'UPDATE order_invoice SET courier = ?, tracking_number = ?, tracking_url = ?, dispatched_at = ?, receipt = ? WHERE order_id = ? AND number = ?',
      ).run(
        report.courier,
        report.trackingNumber,
        report.trackingUrl,
        report.dispatchedAt,
        request.receipt,
        order.id,
        report.number,
      );
      return taken(
        applyToOrder(database, {
          ...base,
          type: 'tracked',
          key: `tracking ${report.number} ${report.courier} ${report.trackingNumber}`,
          details: { number: report.number, courier: report.courier, trackingNumber: report.trackingNumber },
        }),
      );
    case 'cancel': {
      const result = applyToOrder(database, {
        ...base,
        type: 'seller-canceled',
        key: 'seller-canceled',
        details: { reason: report.reason },
      });
      if (result.verdict === 'applied')
        statement<[string, number], unknown>(
          database,
          `UPDATE order_cancellation SET outcome = 'confirmed', decided_at = ? WHERE order_id = ? AND outcome = 'asked'`,
        ).run(at, order.id);
      return taken(result);
    }
    case 'handling':
      return taken(applyToOrder(database, { ...base, type: 'handling-started', key: 'handling-started' }));
    case 'deny-cancellation': {
      const asked = statement<[number], { id: string }>(
        database,
        `SELECT id FROM order_cancellation WHERE order_id = ? AND outcome = 'asked' ORDER BY requested_at DESC LIMIT 1`,
      ).get(order.id);
      const result = applyToOrder(database, {
        ...base,
        type: 'cancellation-refused',
        key: `cancellation-refused ${asked?.id ?? ''}`,
        details: { reason: report.reason },
      });
      if (asked && result.verdict === 'applied')
        statement<[string, string], unknown>(
          database,
          `UPDATE order_cancellation SET outcome = 'refused', decided_at = ? WHERE id = ?`,
        ).run(at, asked.id);
      return taken(result);
    }
    case 'agreement':
      return takeAgreement(database, order, request, report, messageId);
    case 'proposal':
      return takeProposal(database, order, request, report, messageId);
    case 'result': {
      if (report.sellerOrderId !== null)
        statement<[string, number], unknown>(
          database,
          'UPDATE orders SET seller_order_id = COALESCE(seller_order_id, ?) WHERE id = ?',
        ).run(report.sellerOrderId, order.id);
      if (report.problem !== null)
        statement<[string, string, number], unknown>(
          database,
          'UPDATE orders SET problem = ?, problem_code = ? WHERE id = ?',
        ).run(report.problem, report.code, order.id);
      const applied =
        report.type === null
          ? null
          : applyToOrder(database, {
              ...base,
              type: report.type,
              key: `${report.type} ${report.operationId} ${report.code}`,
              details: { code: report.code, problem: report.problem },
            });
      followResult(database, order.id, request, report);
      return applied === null
        ? { kind: 'taken', orderId: order.id, receipt: request.receipt, fits: true, note: null }
        : taken(applied);
    }
  }
}

export const orderReportWrites = {
  /** Takes what arrived together, in order; each is answered on its own. */
  'orders.report': (database: WritableDatabase, params: { requests: readonly ReportRequest[] }): ReportAnswer[] =>
    params.requests.map((request) => takeReport(database, request)),
  /** What was answered to messages, sealed; nothing where the buyer was erased meanwhile. */
  'orders.answered': (
    database: WritableDatabase,
    params: { answers: readonly { messageId: number; answerSealed: string }[] },
  ) => {
    const keep = statement<[string, number], unknown>(
      database,
      'UPDATE order_message SET answer_sealed = ? WHERE id = ? AND body_sealed IS NOT NULL',
    );
    for (const { messageId, answerSealed } of params.answers) keep.run(answerSealed, messageId);
    return null;
  },
};
