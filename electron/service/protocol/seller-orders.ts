/**
 * Orders at sellers, in both faces of the protocol (reference 2.3): a system of the seller's own, and a store on the platform,
 * whose orders are taken at once or through its queue.
 */
import { z } from 'zod';
import type { ChangeLine, OrderChange, RemovedLine } from '../../../shared/domain/orders/change.ts';
import type { Egress } from './egress.ts';
import { isRefusedWith } from './failure.ts';
import { textOrNull } from './fields.ts';
import { createHttpClient, type Exchange, type HttpClient, type HttpClientOptions, pathOf } from './http.ts';
import type { SellerFace } from './seller-faces.ts';
import { type SimulatedItem, simulatedItems, simulationLimitMs, simulationSchema } from './simulation.ts';

/** How one seller is spoken to. */
export interface SellerAddress {
  readonly sellerId: string;
  readonly face: SellerFace;
  readonly baseUrl: string;
  /** Three consonants by which a store knows the marketplace. */
  readonly affiliateId: string;
  readonly salesChannel: string;
  readonly keys?: { readonly appKey: string; readonly appToken: string } | undefined;
  /** Told of each message, as it went and as it came. */
  readonly onExchange?: (exchange: Exchange) => void;
}

export interface Cart {
  readonly items: readonly { readonly id: string; readonly quantity: number }[];
  readonly postalCode: string | null;
  readonly country: string | null;
}

interface SellerReceipt {
  readonly orderId: string | null;
  readonly receipt: string | null;
}

export const agreements = ['Acknowledgment', 'Confirmation'] as const;
export type Agreement = (typeof agreements)[number];

export interface ChangeCall {
  readonly sellerOrderId: string;
  readonly marketplaceOrderId: string;
  readonly changeId: string;
  readonly reason: string;
  readonly change: OrderChange;
}

export interface SellerOrdersApi {
  /** What the cart costs now, one answer an item. @throws as the simulation does */
  simulate(at: SellerAddress, cart: Cart): Promise<readonly SimulatedItem[]>;
  /** Places. `queued`: the result comes by callback. */
  place(
    at: SellerAddress,
    order: Readonly<Record<string, unknown>>,
  ): Promise<SellerReceipt & { readonly queued: boolean }>;
  /** What a store has under the marketplace's id; null when nothing, undefined when this face cannot be asked. */
  readBack(
    at: SellerAddress,
    marketplaceOrderId: string,
  ): Promise<{ orderId: string; status: string } | null | undefined>;
  authorise(
    at: SellerAddress,
    ids: {
      readonly sellerOrderId: string;
      readonly marketplaceOrderId: string;
      readonly groupId: string;
      readonly endpoint: string;
    },
  ): Promise<{ readonly queued: boolean; readonly receipt: string | null }>;
  /** Asks for a change. Answers the seller's own id of the request, when it gives one. The same `changeId` again counts once. */
  requestChange(at: SellerAddress, call: ChangeCall): Promise<{ readonly requestId: string | null }>;
  /** A step of the handshake: the marketplace's side of it. */
  agree(
    at: SellerAddress,
    call: { readonly sellerOrderId: string; readonly changeId: string; readonly agreement: Agreement },
  ): Promise<void>;
  cancelChange(
    at: SellerAddress,
    call: { readonly sellerOrderId: string; readonly changeId: string; readonly reason: string },
  ): Promise<void>;
  /** Null while the seller evaluates: it answers without a body. */
  cancel(
    at: SellerAddress,
    request: {
      readonly sellerOrderId: string;
      readonly marketplaceOrderId: string;
      readonly groupId: string;
      readonly requestId: string;
      readonly requestedAt: string;
      readonly reason: string;
      readonly byUser: boolean;
    },
  ): Promise<SellerReceipt | null>;
}

/** A change as the protocol asks for it (reference 1.7, S8). */
function changeBody({ changeId, marketplaceOrderId, reason, change }: ChangeCall): Record<string, unknown> {
  const added = ({ sellerSkuId, quantity, priceMinor }: ChangeLine) => ({
    id: sellerSkuId,
    quantity,
    price: priceMinor,
    measurementUnit: 'un',
    unitMultiplier: 1,
  });
  const removed = ({ sellerSkuId, quantity }: RemovedLine) => ({ id: sellerSkuId, quantity });
  return {
    requestId: changeId,
    marketplaceOrderId,
    reason,
    replace: change.replace.map(({ from, to }) => ({ from: { items: [removed(from)] }, to: { items: [added(to)] } })),
    add: { items: change.add.map(added) },
    remove: { items: change.remove.map(removed) },
    manualDiscountValue: change.discountMinor,
    manualIncrementValue: change.incrementMinor,
  };
}

/** Nothing is documented for these calls; half a minute, and retries are safe (reference 2.7). In milliseconds. */
const callLimitMs = 30_000;

const receipt = z.looseObject({ orderId: textOrNull, receipt: textOrNull });
const placed = z
  .union([z.array(receipt).min(1), receipt])
  .transform((value) => (Array.isArray(value) ? value[0] : value));
const stored = z.looseObject({ orderId: z.string(), status: z.string() });

/** The id under which a store keeps the marketplace's order. */
export const storeOrderId = (at: SellerAddress, marketplaceOrderId: string): string =>
  `${at.affiliateId}-${marketplaceOrderId}`;

/** What a seller knows an order by: its own id; until it has named one, the marketplace's, which it was sent. */
export const sellerOrderIdOf = (
  { order }: { readonly order: { readonly seller_order_id: string | null; readonly marketplace_order_id: string } },
  at: SellerAddress,
): string =>
  order.seller_order_id ??
  (at.face === 'external' ? order.marketplace_order_id : storeOrderId(at, order.marketplace_order_id));

export function createSellerOrdersApi(
  egress: Egress,
  http: Omit<HttpClientOptions, 'baseUrl' | 'headers' | 'dispatcher'> = {},
): SellerOrdersApi {
  async function clientOf(at: SellerAddress, timeoutMs: number): Promise<HttpClient> {
    const endpoint = await egress.check(at.baseUrl);
    const { keys } = at;
    return createHttpClient({
      retries: 0,
      maxReplyBytes: 4 * 1024 * 1024,
      peer: `Seller ${at.sellerId}`,
      ...http,
      onExchange: at.onExchange,
      timeoutMs,
      baseUrl: endpoint.href.replace(/#.*$/, ''),
      dispatcher: egress.dispatcher,
      headers: () => {
        if (keys === undefined) return {};
        return at.face === 'external'
          ? { authorization: `VTEX key="${keys.appKey}" token="${keys.appToken}"` }
          : { 'x-vtex-api-appkey': keys.appKey, 'x-vtex-api-apptoken': keys.appToken };
      },
    });
  }
  const queryOf = (at: SellerAddress) =>
    at.face === 'external' ? { sc: at.salesChannel } : { affiliateId: at.affiliateId, sc: at.salesChannel };

  const changesOf = (at: SellerAddress) => (at.face === 'external' ? '/pvt/orders' : '/api/order-system/orders');

  return {
    async simulate(at, cart) {
      const client = await clientOf(at, simulationLimitMs);
      const reply = await client.request({
        method: 'POST',
        path: at.face === 'external' ? '/pvt/orderForms/simulation' : '/api/checkout/pub/orderForms/simulation',
        query: queryOf(at),
        body: {
          items: cart.items.map(({ id, quantity }) => ({
            id,
            quantity,
            seller: at.face === 'external' ? at.sellerId : '1',
          })),
          postalCode: cart.postalCode,
          country: cart.country,
          sc: at.salesChannel,
        },
        schema: simulationSchema,
        idempotent: true,
      });
      return simulatedItems(
        cart.items.map(({ id }) => id),
        reply,
      );
    },
    async place(at, order) {
      const client = await clientOf(at, callLimitMs);
      if (at.face === 'queue') {
        await client.send({
          method: 'POST',
          path: '/api/order-integration/orders',
          query: { ...queryOf(at), an: at.sellerId },
          body: {
            ...order,
            connectorName: 'bindery',
            connectorEndpoint: order.marketplaceServicesEndpoint,
            marketplaceOrderStatus: 'new',
          },
          idempotent: false,
        });
        return { queued: true, orderId: null, receipt: null };
      }
      const answer = await client.request({
        method: 'POST',
        path: at.face === 'external' ? '/pvt/orders' : '/api/fulfillment/pvt/orders',
        query: queryOf(at),
        body: [order],
        schema: placed,
        idempotent: false,
      });
      return { queued: false, orderId: answer?.orderId ?? null, receipt: answer?.receipt ?? null };
    },
    async readBack(at, marketplaceOrderId) {
      if (at.face === 'external') return undefined;
      const client = await clientOf(at, callLimitMs);
      try {
        const path = `/api/oms/pvt/orders${pathOf(storeOrderId(at, marketplaceOrderId))}`;
        return await client.request({ method: 'GET', path, schema: stored, idempotent: true });
      } catch (error) {
        if (isRefusedWith(error, 404)) return null;
        throw error;
      }
    },
    async authorise(at, { sellerOrderId, marketplaceOrderId, groupId, endpoint }) {
      const client = await clientOf(at, callLimitMs);
      if (at.face === 'queue') {
        await client.send({
          method: 'PUT',
          path: '/api/order-integration/orders/status',
          query: { an: at.sellerId },
          body: {
            marketplaceOrderId,
            marketplaceOrderStatus: 'approved',
            connectorName: 'bindery',
            connectorEndpoint: endpoint,
          },
          idempotent: false,
        });
        return { queued: true, receipt: null };
      }
      const prefix = at.face === 'external' ? '/pvt/orders' : '/api/fulfillment/pvt/orders';
      const answer = await client.request({
        method: 'POST',
        path: `${prefix}${pathOf(sellerOrderId, 'fulfill')}`,
        query: queryOf(at),
        body: { marketplaceOrderId, marketplaceOrderGroup: groupId },
        schema: receipt,
        idempotent: false,
      });
      return { queued: false, receipt: answer.receipt };
    },
    async requestChange(at, call) {
      const client = await clientOf(at, callLimitMs);
      const answer = await client.request({
        method: 'PATCH',
        path: `${changesOf(at)}${pathOf(call.sellerOrderId, 'changes')}`,
        query: { accountName: at.sellerId },
        body: changeBody(call),
        schema: z.looseObject({ requestId: textOrNull }).optional(),
        idempotent: false,
      });
      return { requestId: answer?.requestId ?? null };
    },
    async agree(at, { sellerOrderId, changeId, agreement }) {
      const client = await clientOf(at, callLimitMs);
      await client.send({
        method: 'POST',
        path: `${changesOf(at)}${pathOf(sellerOrderId, 'changes', changeId, 'send-agreement')}`,
        query: { accountName: at.sellerId },
        body: { agreementType: agreement },
        idempotent: true,
      });
    },
    async cancelChange(at, { sellerOrderId, changeId, reason }) {
      const client = await clientOf(at, callLimitMs);
      await client.send({
        method: 'POST',
        path: `${changesOf(at)}${pathOf(sellerOrderId, 'changes', changeId, 'cancel')}`,
        query: { accountName: at.sellerId },
        body: { reason },
        idempotent: true,
      });
    },
    async cancel(at, request) {
      const client = await clientOf(at, callLimitMs);
      const prefix = at.face === 'external' ? '/pvt/orders' : '/api/oms/pvt/orders';
      const answer = await client.request({
        method: 'POST',
        path: `${prefix}${pathOf(request.sellerOrderId, 'cancel')}`,
        body: {
          marketplaceOrderId: request.marketplaceOrderId,
          marketplaceOrderGroup: request.groupId,
          cancellationRequestId: request.requestId,
          cancellationRequestDate: `${request.requestedAt.slice(0, 23)}0000+00:00`,
          reason: request.reason,
          requestedByUser: request.byUser,
        },
        schema: receipt.optional(),
        idempotent: false,
      });
      return answer ?? null;
    },
  };
}
