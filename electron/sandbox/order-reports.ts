/** What sellers tell the marketplace about orders: results of their queue, invoices, tracking, cancellations, agreements. */
import type { Fields } from './input.ts';
import type { CodedRefusal, Placement, SellerOrder } from './order-state.ts';
import type { State } from './state.ts';

const REPORT_LIMIT_MS = 10_000;

export interface Reported {
  readonly path: string;
  /** 0: no answer. */
  readonly status: number;
  readonly answer: unknown;
}

/** Sends one message of a seller to the marketplace's address. An address may have a path and a query: the suffix follows both. */
export async function send(
  state: State,
  sellerId: string,
  endpoint: string,
  method: string,
  suffix: string,
  body: unknown,
): Promise<Reported> {
  const headers = state.orders.credentials.get(sellerId) ?? {};
  try {
    const response = await fetch(`${endpoint}${suffix}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(REPORT_LIMIT_MS),
    });
    const raw = await response.text();
    let answer: unknown = raw;
    try {
      answer = raw === '' ? null : JSON.parse(raw);
    } catch {
      // what is no JSON stays text
    }
    return { path: suffix, status: response.status, answer };
  } catch {
    return { path: suffix, status: 0, answer: null };
  }
}

type Result =
  | { readonly flow: 'PlaceOrder'; readonly marketplaceOrderId: string; readonly placement: Placement }
  | {
      readonly flow: 'ApproveOrder';
      readonly marketplaceOrderId: string;
      readonly order: SellerOrder | undefined;
      readonly refusal: CodedRefusal | null;
    };

function codeOf(result: Result): CodedRefusal & { success: boolean } {
  if (result.flow === 'ApproveOrder')
    return result.refusal === null
      ? { code: 'SOI002', message: 'Order approved', success: true }
      : { ...result.refusal, success: false };
  const { placement } = result;
  switch (placement.kind) {
    case 'placed':
      return { code: 'SOI001', message: 'Order integrated', success: true };
    case 'held':
      return { code: 'EOI011', message: 'the order waits for the seller to authorise its price', success: false };
    case 'duplicate':
      return { code: 'EOI007', message: 'the order exists already', success: false };
    case 'refused':
      return { ...placement.refusal, success: false };
  }
}

/** The result of a queued call, at the connector's address. */
export async function report(state: State, sellerId: string, endpoint: string, result: Result): Promise<void> {
  const { code, message, success } = codeOf(result);
  const order =
    result.flow === 'PlaceOrder' ? ('order' in result.placement ? result.placement.order : undefined) : result.order;
  const body: Fields = {
    accountName: sellerId,
    success,
    flow: result.flow,
    operationId: `${result.flow}-${result.marketplaceOrderId}`,
    marketplaceOrderId: result.marketplaceOrderId,
    code,
    message,
    errors: success ? null : [{ source: 'fulfillment', code, description: message }],
    fields: order === undefined ? null : { mainOrderId: order.sellerOrderId, franchiseOrderId: null },
  };
  const suffix = `/order-integration/notification/processing-result?an=${encodeURIComponent(sellerId)}`;
  const { status } = await send(state, sellerId, endpoint.replace(/\/+$/, ''), 'POST', suffix, body);
  state.record('order.report', { sellerId, order: result.marketplaceOrderId, code, status });
}
