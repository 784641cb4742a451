/** Orders at sellers, in both faces of the protocol: a system of the seller's own, and a store on the platform. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { invalidField, notFound, ProtocolError } from '../errors.ts';
import type { Fields } from '../input.ts';
import { fields, text } from '../input.ts';
import { report } from '../order-reports.ts';
import { placedOrders, type SellerOrder } from '../order-state.ts';
import { simulate } from '../simulation.ts';
import type { State } from '../state.ts';
import { orderChangeRoutes } from './order-changes.ts';

interface At {
  sellerId: string;
  orderId: string;
}

function coded(status: number, code: string, message: string): ProtocolError {
  // sellers on the platform wrap their codes
  return new ProtocolError(status, { code, name: code, message });
}

function sellerOf(state: State, sellerId: string): string {
  if (!state.sellers.has(sellerId)) throw notFound(`seller ${sellerId}`);
  return sellerId;
}

function ownOrder(state: State, { sellerId, orderId }: At): SellerOrder {
  const order = state.orders.own(sellerId, orderId);
  if (order === undefined) throw coded(404, 'FMT0022', `order ${orderId} not found`);
  return order;
}

const receiptOf = (state: State, order: SellerOrder): Fields => ({
  date: state.iso().replace('T', ' ').slice(0, 19),
  marketplaceOrderId: order.marketplaceOrderId,
  orderId: order.sellerOrderId,
  receipt: `${order.sellerId}-${order.sellerOrderId}-${state.log.length}`,
});

function placeAll(
  state: State,
  sellerId: string,
  body: unknown,
  salesChannel: string,
  affiliate: string | null,
): Fields[] {
  return placedOrders(body).map((each) => {
    const sellerOrderId = affiliate === null ? undefined : `${affiliate}-${text(each, 'marketplaceOrderId')}`;
    const placement = state.orders.place(sellerId, each, {
      salesChannel,
      isAsync: false,
      ...(sellerOrderId === undefined ? {} : { sellerOrderId }),
    });
    if (placement.kind === 'refused') {
      state.record('order.refused', {
        sellerId,
        order: text(each, 'marketplaceOrderId'),
        code: placement.refusal.code,
      });
      throw coded(400, placement.refusal.code, placement.refusal.message);
    }
    const { order } = placement;
    if (placement.kind === 'duplicate') throw coded(409, 'FMT009', `order ${order.marketplaceOrderId} already exists`);
    state.record('order.placed', { sellerId, order: order.marketplaceOrderId, status: order.status });
    return { ...each, orderId: order.sellerOrderId, followUpEmail: `orders@${sellerId}.example` };
  });
}

function authorise(state: State, order: SellerOrder): Fields {
  const refusal = state.orders.authorise(order);
  if (refusal !== null) throw coded(400, refusal.code, refusal.message);
  state.record('order.authorised', { sellerId: order.sellerId, order: order.marketplaceOrderId });
  return receiptOf(state, order);
}

function cancel(state: State, order: SellerOrder, body: Fields): 'evaluating' | Fields {
  const answer = state.orders.cancel(order, text(body, 'cancellationRequestId'));
  state.record('order.cancel', { sellerId: order.sellerId, order: order.marketplaceOrderId, answer });
  if (answer === 'refused') throw coded(400, 'FMT008', 'the reservation cannot be cancelled');
  return answer === 'evaluating' ? 'evaluating' : receiptOf(state, order);
}

/** A store on the platform wants its own key and token. */
export function storeKey(state: State, request: FastifyRequest<{ Params: { sellerId: string } }>): void {
  const keys = state.sellerKeys(sellerOf(state, request.params.sellerId));
  if (request.headers['x-vtex-api-appkey'] === keys.appKey && request.headers['x-vtex-api-apptoken'] === keys.appToken)
    return;
  throw new ProtocolError(401, {
    code: 'Unauthorized',
    name: 'Unauthorized',
    message: 'the key and token are not of this store',
  });
}

const enqueued = (account: string, flow: string, marketplaceOrderId: string): Fields => ({
  marketplaceOrderId,
  accountName: account,
  code: 'SOI003',
  flow,
  success: true,
  operationId: null,
  errors: null,
  fields: null,
  message: 'Order successfully enqueued',
});

export function sellerOrderRoutes(app: FastifyInstance, { state }: Context): void {
  const base = '/sellers/:sellerId/pvt/orders';
  app.post<{ Params: { sellerId: string }; Querystring: Fields; Body: unknown }>(base, async (request) => {
    const s = state();
    const sellerId = sellerOf(s, request.params.sellerId);
    const placed = placeAll(s, sellerId, request.body, text(request.query, 'sc') || '1', null);
    return Array.isArray(request.body) ? placed : placed[0];
  });
  app.post<{ Params: At; Body: unknown }>(`${base}/:orderId/fulfill`, async (request) => {
    const body = fields(request.body);
    if (text(body, 'marketplaceOrderId') === '') throw invalidField('marketplaceOrderId', 'is required');
    return authorise(state(), ownOrder(state(), request.params));
  });
  app.post<{ Params: At; Body: unknown }>(`${base}/:orderId/cancel`, async (request, reply) => {
    const body = fields(request.body);
    for (const name of ['marketplaceOrderId', 'cancellationRequestId', 'reason'])
      if (text(body, name) === '') throw invalidField(name, 'is required');
    return sendCancel(reply, cancel(state(), ownOrder(state(), request.params), body));
  });
  orderChangeRoutes(app, state, base);
  storeRoutes(app, { state });
}

/** While it evaluates, a seller answers 200 without a body. */
function sendCancel(reply: FastifyReply, answer: 'evaluating' | Fields): FastifyReply {
  return answer === 'evaluating' ? reply.code(200).send() : reply.code(200).send(answer);
}

function storeRoutes(app: FastifyInstance, { state }: Pick<Context, 'state'>): void {
  const store = '/stores/:sellerId/api';
  app.register(async (scope) => {
    scope.addHook<{ Params: { sellerId: string } }>('onRequest', async (request) => {
      if (!request.url.includes('/checkout/pub/')) storeKey(state(), request);
    });
    scope.post<{ Params: { sellerId: string }; Querystring: Fields; Body: unknown }>(
      `${store}/checkout/pub/orderForms/simulation`,
      async (request) => {
        const s = state();
        const { sellerId } = request.params;
        const answer = simulate(
          s.systems,
          sellerOf(s, sellerId),
          fields(request.body),
          text(request.query, 'sc') || '1',
          s.now(),
        );
        return {
          ...answer,
          items: answer.items.map((item) => ({
            ...item,
            availability: item.quantity > 0 ? 'available' : 'withoutStock',
            sellingPrice: item.price,
          })),
        };
      },
    );
    scope.post<{ Params: { sellerId: string }; Querystring: Fields; Body: unknown }>(
      `${store}/fulfillment/pvt/orders`,
      async (request) => {
        const s = state();
        const affiliate = text(request.query, 'affiliateId');
        if (!/^[A-Z]{3}$/.test(affiliate)) throw coded(400, 'FMT0021', `affiliate "${affiliate}" is not known`);
        return placeAll(s, request.params.sellerId, request.body, text(request.query, 'sc') || '1', affiliate);
      },
    );
    scope.post<{ Params: At; Body: unknown }>(
      `${store}/fulfillment/pvt/orders/:orderId/fulfill`,
      async (request, reply) => reply.code(201).send(authorise(state(), ownOrder(state(), request.params))),
    );
    scope.post<{ Params: At; Body: unknown }>(`${store}/oms/pvt/orders/:orderId/cancel`, async (request, reply) =>
      sendCancel(reply, cancel(state(), ownOrder(state(), request.params), fields(request.body ?? {}))),
    );
    scope.get<{ Params: At }>(`${store}/oms/pvt/orders/:orderId`, async (request) => {
      const order = ownOrder(state(), request.params);
      return {
        orderId: order.sellerOrderId,
        marketplaceOrderId: order.marketplaceOrderId,
        status: order.status,
        value: order.total,
        creationDate: order.placedAt,
        items: order.items,
      };
    });
    orderChangeRoutes(scope, state, `${store}/order-system/orders`);
    queueRoutes(scope, state, `${store}/order-integration/orders`);
  });
}

function queueRoutes(scope: FastifyInstance, state: () => State, base: string): void {
  scope.post<{ Params: { sellerId: string }; Querystring: Fields; Body: unknown }>(base, async (request) => {
    const s = state();
    const { sellerId } = request.params;
    const body = fields(request.body);
    const marketplaceOrderId = text(body, 'marketplaceOrderId');
    for (const name of ['marketplaceOrderId', 'marketplaceOrderStatus'])
      if (text(body, name) === '') throw invalidField(name, 'is required');
    const placement = s.orders.place(sellerId, body, {
      salesChannel: text(request.query, 'sc') || '1',
      isAsync: true,
      sellerOrderId: `${text(request.query, 'affiliateId')}-${marketplaceOrderId}`,
      endpoint: text(body, 'connectorEndpoint'),
    });
    const endpoint = text(body, 'connectorEndpoint');
    s.later(sellerId, () => report(s, sellerId, endpoint, { flow: 'PlaceOrder', marketplaceOrderId, placement }));
    return enqueued(sellerId, 'PlaceOrder', marketplaceOrderId);
  });
  scope.put<{ Params: { sellerId: string }; Body: unknown }>(`${base}/status`, async (request) => {
    const s = state();
    const { sellerId } = request.params;
    const body = fields(request.body);
    const marketplaceOrderId = text(body, 'marketplaceOrderId');
    const endpoint = text(body, 'connectorEndpoint');
    const order = s.orders.find(sellerId, marketplaceOrderId);
    const refusal =
      order === undefined ? { code: 'EOI008', message: 'the order is not integrated yet' } : s.orders.authorise(order);
    s.later(sellerId, () =>
      report(s, sellerId, endpoint, { flow: 'ApproveOrder', marketplaceOrderId, order, refusal }),
    );
    return enqueued(sellerId, 'ApproveOrder', marketplaceOrderId);
  });
}
