/** What a test or a demonstration makes sellers do with orders. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { invalidField, notFound } from '../errors.ts';
import type { Fields } from '../input.ts';
import { bool, fields, isFields, number, text } from '../input.ts';
import { type Reported, send } from '../order-reports.ts';
import { rulesIn, type SellerOrder } from '../order-state.ts';
import type { State } from '../state.ts';
import { agree } from './order-changes.ts';

function orderOf(state: State, marketplaceOrderId: string): SellerOrder {
  const order = state.orders.all().find((each) => each.marketplaceOrderId === marketplaceOrderId);
  if (order === undefined) throw notFound(`order ${marketplaceOrderId}`);
  return order;
}

/** The invoice that a seller would send: of everything left, or of an amount. */
function invoiceOf(order: SellerOrder, body: Fields): { number: string; value: number; type: string; message: Fields } {
  const value = number(body, 'value') ?? order.total - order.invoiced;
  const invoiceNumber = text(body, 'number') || `NF-${order.sellerOrderId}-${order.invoiced}`;
  const type = text(body, 'type') || 'Output';
  const message = {
    type,
    invoiceNumber,
    items: order.items.map(({ id, quantity, price }) => ({ id, quantity, price })),
    invoiceValue: value,
    issuanceDate: '2026-11-25T10:00:00',
    courier: text(body, 'courier') || null,
    trackingNumber: text(body, 'trackingNumber') || null,
    trackingUrl: text(body, 'trackingUrl') || null,
    ...(isFields(body.over) ? body.over : {}),
  };
  return { number: invoiceNumber, value, type, message };
}

async function act(state: State, order: SellerOrder, action: string, body: Fields): Promise<Reported | Fields> {
  const prefix = `${text(body, 'base')}/${text(body, 'path') || 'pvt'}/orders/${encodeURIComponent(order.marketplaceOrderId)}`;
  const tell = (method: string, suffix: string, message: unknown) =>
    send(state, order.sellerId, order.endpoint, text(body, 'method') || method, `${prefix}${suffix}`, message);
  const invoice = encodeURIComponent(text(body, 'number'));
  switch (action) {
    case 'invoice': {
      const { value, type, message } = invoiceOf(order, body);
      const reported = await tell('POST', '/invoice', message);
      if (reported.status === 200 && type.toLowerCase() === 'output' && bool(body, 'repeated') !== true)
        state.orders.invoice(order, value);
      return reported;
    }
    case 'tracking':
      return tell('POST', `/invoice/${invoice}`, {
        courier: text(body, 'courier') || 'Correios',
        trackingNumber: text(body, 'trackingNumber') || 'BR123',
        trackingUrl: text(body, 'trackingUrl') || 'https://courier.example/BR123',
        dispatchedDate: text(body, 'dispatchedDate') || '2026-11-25',
      });
    case 'delivered':
      return tell('POST', `/invoice/${invoice}/tracking`, {
        isDelivered: bool(body, 'isDelivered') ?? true,
        events: [{ city: 'Curitiba', state: 'PR', description: 'Delivered', date: '2026-11-25' }],
      });
    case 'cancel': {
      const reported = await tell('POST', '/cancel', { reason: text(body, 'reason') || 'out of stock' });
      if (reported.status === 200) state.orders.release(order);
      return reported;
    }
    case 'start-handling': {
      if (order.status === 'ready-for-handling') order.status = 'handling';
      return tell('POST', '/start-handling', {});
    }
    case 'agree': {
      // the change that was asked for last, unless one is named
      const change = order.changes.get(text(body, 'changeId')) ?? [...order.changes.values()].at(-1);
      if (change === undefined) throw notFound(`a change of order ${order.marketplaceOrderId}`);
      return agree(state, order, change, text(body, 'agreementType') || 'Acknowledgment');
    }
    case 'changes':
      return tell('POST', '/changes', isFields(body.message) ? body.message : {});
    case 'decide-divergence':
      state.orders.decideDivergence(order, bool(body, 'accept') ?? true);
      return { ...order };
    default:
      throw invalidField('action', `"${action}" is nothing a seller does`);
  }
}

export function orderControlRoutes(app: FastifyInstance, { state }: Context): void {
  app.get('/control/orders', async () => ({
    orders: state()
      .orders.all()
      .map((order) => ({ ...order, changes: [...order.changes.values()] })),
    reservations: Object.fromEntries(state().orders.reservations),
  }));
  app.post<{ Params: { sellerId: string }; Body: unknown }>('/control/sellers/:sellerId/orders', async (request) => {
    const s = state();
    const { sellerId } = request.params;
    if (!s.sellers.has(sellerId)) throw invalidField('sellerId', `there is no seller "${sellerId}"`);
    const body = fields(request.body);
    if (isFields(body.headers))
      s.orders.credentials.set(
        sellerId,
        Object.fromEntries(Object.entries(body.headers).map(([name, value]) => [name, String(value)])),
      );
    return s.orders.setRules(sellerId, rulesIn(body));
  });
  /** Tells what a queue that is held back has to tell. */
  app.post<{ Params: { sellerId: string } }>('/control/sellers/:sellerId/orders/callbacks', async (request) => ({
    told: await state().tellLater(request.params.sellerId),
  }));
  app.post<{ Params: { orderId: string; action: string }; Body: unknown }>(
    '/control/orders/:orderId/:action',
    async (request) => {
      const s = state();
      return act(s, orderOf(s, request.params.orderId), request.params.action, fields(request.body ?? {}));
    },
  );
}
