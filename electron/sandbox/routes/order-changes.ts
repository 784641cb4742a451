/** The seller's side of a change: asked for, acknowledged, applied, confirmed. A change counts when the seller has confirmed it. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { invalidField, notFound, ProtocolError } from '../errors.ts';
import { fields, text } from '../input.ts';
import { send } from '../order-reports.ts';
import type { SellerChange, SellerOrder } from '../order-state.ts';
import type { State } from '../state.ts';

interface At {
  sellerId: string;
  orderId: string;
  changeId: string;
}

function orderAt(state: State, { sellerId, orderId }: Pick<At, 'sellerId' | 'orderId'>): SellerOrder {
  const order = state.orders.own(sellerId, orderId);
  if (order === undefined) throw notFound(`order ${orderId}`);
  return order;
}

function changeAt(order: SellerOrder, changeId: string): SellerChange {
  const change = order.changes.get(changeId);
  if (change === undefined) throw notFound(`change ${changeId}`);
  return change;
}

/** What the seller answers with at the marketplace's address, when it agrees to a step. */
export async function agree(
  state: State,
  order: SellerOrder,
  change: SellerChange,
  agreementType: string,
): Promise<ReturnType<typeof send>> {
  if (agreementType === 'Confirmation') state.orders.applyChange(order, change);
  else if (change.state === 'asked') change.state = 'acknowledged';
  const path = `/pvt/orders/${encodeURIComponent(order.marketplaceOrderId)}/changes/${encodeURIComponent(change.id)}`;
  return send(
    state,
    order.sellerId,
    order.endpoint,
    'POST',
    `${path}/send-agreement?accountName=${encodeURIComponent(order.sellerId)}`,
    { agreementType },
  );
}

/** Adds the calls about changes below an orders path, of an external seller or a store. */
export function orderChangeRoutes(app: FastifyInstance, state: Context['state'], base: string): void {
  app.patch<{ Params: Omit<At, 'changeId'>; Body: unknown }>(`${base}/:orderId/changes`, async (request, reply) => {
    const s = state();
    const order = orderAt(s, request.params);
    const body = fields(request.body);
    if (text(body, 'reason') === '') throw invalidField('reason', 'is required');
    const id = text(body, 'requestId') || `change-${order.changes.size + 1}`;
    if (s.orders.rulesOf(order.sellerId).changes === 'refuse')
      throw new ProtocolError(400, {
        code: 'ChangeRefused',
        name: 'ChangeRefused',
        message: 'the order is packed already',
      });
    if (!['ready-for-handling', 'handling', 'waiting-ffmt-authorization'].includes(order.status))
      throw new ProtocolError(400, {
        code: 'ChangeRefused',
        name: 'ChangeRefused',
        message: `the order is ${order.status}`,
      });
    // of one id only the first request counts
    if (!order.changes.has(id)) order.changes.set(id, { id, body, state: 'asked' });
    s.record('order.change', { sellerId: order.sellerId, order: order.marketplaceOrderId, change: id });
    return reply.code(202).send({ requestId: id, workflowId: `workflow-${id}` });
  });
  app.post<{ Params: At; Body: unknown }>(`${base}/:orderId/changes/:changeId/send-agreement`, async (request) => {
    const s = state();
    const order = orderAt(s, request.params);
    const change = changeAt(order, request.params.changeId);
    const agreementType = text(fields(request.body), 'agreementType');
    if (agreementType !== 'Acknowledgment' && agreementType !== 'Confirmation')
      throw invalidField('agreementType', 'must be Acknowledgment or Confirmation');
    if (s.orders.rulesOf(order.sellerId).changes === 'refuse-agreement')
      throw new ProtocolError(409, {
        code: 'AgreementRefused',
        name: 'AgreementRefused',
        message: 'agreements are not taken now',
      });
    if (s.orders.rulesOf(order.sellerId).changes === 'agree' && change.state !== 'canceled')
      s.later(order.sellerId, async () => {
        const told = await agree(s, order, change, agreementType);
        s.record('order.agreement', { order: order.marketplaceOrderId, agreementType, status: told.status });
      });
    return { orderId: order.sellerOrderId, changeRequestId: change.id, agreementType };
  });
  app.post<{ Params: At; Body: unknown }>(`${base}/:orderId/changes/:changeId/cancel`, async (request, reply) => {
    const change = changeAt(orderAt(state(), request.params), request.params.changeId);
    if (change.state === 'applied')
      throw new ProtocolError(409, {
        code: 'ChangeApplied',
        name: 'ChangeApplied',
        message: 'the change is applied already',
      });
    change.state = 'canceled';
    return reply.code(200).send();
  });
}
