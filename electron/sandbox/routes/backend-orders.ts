/** The backend's orders API: one order, the list with its limits, the feed, the hook; and what a test makes happen to orders. */
import type { FastifyInstance } from 'fastify';
import { type BackendOrder, feedConfigIn, type HookConfig } from '../backend-orders.ts';
import type { Context } from '../context.ts';
import { invalidField, notFound, ProtocolError } from '../errors.ts';
import type { Fields } from '../input.ts';
import { fields, isFields, number, queryInt, text } from '../input.ts';

const MOST_PAGES = 30;
const MOST_A_PAGE = 100;
const MOST_A_LOT = 10;

const summaryOf = ({ orderId, status, createdAt, changedAt, body }: BackendOrder): Fields => ({
  orderId,
  status,
  statusDescription: status,
  creationDate: new Date(createdAt).toISOString(),
  lastChange: new Date(changedAt).toISOString(),
  totalValue: body.value ?? 0,
  salesChannel: body.salesChannel ?? '1',
  marketPlaceOrderId: null,
  origin: 'Marketplace',
  items: null,
});

/** `creationDate:[A TO B]` */
function rangeIn(query: Fields): { from: number; until: number } {
  const raw = text(query, 'f_creationDate');
  if (raw === '') return { from: 0, until: Number.MAX_SAFE_INTEGER };
  const match = /^creationDate:\[(\S+) TO (\S+)\]$/.exec(raw);
  const [from, until] = [Date.parse(match?.[1] ?? ''), Date.parse(match?.[2] ?? '')];
  if (Number.isNaN(from) || Number.isNaN(until)) throw invalidField('f_creationDate', 'must be creationDate:[A TO B]');
  return { from, until };
}

export function backendOrderRoutes(app: FastifyInstance, { state }: Context): void {
  const orders = () => state().backendOrders;
  const noFeed = () => new ProtocolError(404, { code: 'NotFound', name: 'NotFound', message: 'there is no feed' });

  app.get<{ Querystring: Fields }>('/api/oms/pvt/orders', async (request) => {
    const { query } = request;
    const page = queryInt(query, 'page', 1, 1);
    const size = Math.min(queryInt(query, 'per_page', 15, 1), MOST_A_PAGE);
    if (page > MOST_PAGES) throw invalidField('page', `only ${MOST_PAGES} pages can be read`);
    const { from, until } = rangeIn(query);
    const found = orders().list(from, until);
    return {
      list: found.slice((page - 1) * size, page * size).map(summaryOf),
      paging: { total: found.length, pages: Math.ceil(found.length / size), currentPage: page, perPage: size },
    };
  });
  app.get<{ Params: { orderId: string } }>('/api/oms/pvt/orders/:orderId', async (request) => {
    const order = orders().get(request.params.orderId);
    if (order === undefined) throw notFound(`order ${request.params.orderId}`);
    return { ...order.body, ...summaryOf(order), items: order.body.items };
  });

  app.get('/api/orders/feed/config', async () => {
    const config = orders().feedConfig;
    if (config === null) throw noFeed();
    return { filter: config.filter, queue: { visibilityTimeoutInSeconds: config.visibilityMs / 1_000 } };
  });
  app.post<{ Body: unknown }>('/api/orders/feed/config', async (request) => {
    orders().feedConfig = feedConfigIn(fields(request.body));
    return {};
  });
  app.delete('/api/orders/feed/config', async () => {
    orders().feedConfig = null;
    return {};
  });
  app.get<{ Querystring: Fields }>('/api/orders/feed', async (request) => {
    const config = orders().feedConfig;
    if (config === null) throw noFeed();
    return orders().fetchFeed(config, Math.min(queryInt(request.query, 'maxlot', MOST_A_LOT, 1), MOST_A_LOT));
  });
  app.post<{ Body: unknown }>('/api/orders/feed', async (request) => {
    const { handles } = fields(request.body);
    if (!Array.isArray(handles)) throw invalidField('handles', 'must be an array');
    orders().commit(handles.map(String));
    return {};
  });

  app.get('/api/orders/hook/config', async () => {
    const { hook } = orders();
    if (hook === null) throw notFound('hook');
    return { filter: hook.filter, hook: { url: hook.url, headers: hook.headers } };
  });
  app.post<{ Body: unknown }>('/api/orders/hook/config', async (request) => {
    const body = fields(request.body);
    const given = fields(body.hook, 'hook');
    const url = text(given, 'url');
    // only https, but for addresses of this machine, which a demonstration uses
    if (!/^https:|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url))
      throw invalidField('hook.url', 'Unable to check address / Only https scheme is accepted.');
    const hook: HookConfig = {
      url,
      filter: isFields(body.filter) ? body.filter : {},
      headers: isFields(given.headers)
        ? Object.fromEntries(Object.entries(given.headers).map(([name, value]) => [name, String(value)]))
        : {},
    };
    if ((await orders().callHook(hook, { hookConfig: 'ping' })) !== 200)
      throw invalidField('hook.url', 'Unable to check address / Only https scheme is accepted.');
    orders().hook = hook;
    return {};
  });
  app.delete('/api/orders/hook/config', async () => {
    orders().hook = null;
    return {};
  });

  app.get('/control/backend-orders', async () => orders().summary());
  app.post<{ Body: unknown }>('/control/backend-orders', async (request) => {
    const body = fields(request.body);
    const orderId = text(body, 'orderId');
    if (orderId === '') throw invalidField('orderId', 'is required');
    return summaryOf(
      await orders().create(orderId, text(body, 'status') || 'payment-pending', body, number(body, 'createdAt')),
    );
  });
  app.post<{ Params: { orderId: string }; Body: unknown }>('/control/backend-orders/:orderId', async (request) => {
    const order = orders().get(request.params.orderId);
    if (order === undefined) throw notFound(`order ${request.params.orderId}`);
    await orders().setStatus(order, text(fields(request.body), 'status'));
    return summaryOf(order);
  });
  app.put<{ Body: unknown }>('/control/backend-orders', async (request) => {
    const body = fields(request.body);
    if (Array.isArray(body.losing)) orders().losing = body.losing.map(String);
    orders().indexLag = number(body, 'indexLag') ?? orders().indexLag;
    return {};
  });
}
