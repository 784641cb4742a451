/** The HTTP server: authentication, errors, faults, routes. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import Fastify from 'fastify';
import type { Context } from './context.ts';
import { ProtocolError } from './errors.ts';
import { installFaults } from './faults.ts';
import { backendOrderRoutes } from './routes/backend-orders.ts';
import { bindingRoutes } from './routes/bindings.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { controlRoutes } from './routes/control.ts';
import { historyRoutes } from './routes/history.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { offerRoutes } from './routes/offers.ts';
import { orderControlRoutes } from './routes/order-control.ts';
import { paymentRoutes } from './routes/payments.ts';
import { sellerOrderRoutes } from './routes/seller-orders.ts';
import { sellerSystemRoutes } from './routes/seller-systems.ts';
import { sellerRoutes } from './routes/sellers.ts';
import { suggestionRoutes } from './routes/suggestions.ts';
import type { State } from './state.ts';

const OPEN = /^\/(storefront|sellers|stores|images|control)(\/|$)/;
/** What a seller's own key opens, with the seller's id in the first group (none in the one-segment notification). */
const SELLER_PATHS = [
  /^\/api\/(?:catalog_system|sku-binding)\/pvt\/skuseller\/changenotification\/([^/]+)\/[^/]+$/,
  /^\/api\/(?:catalog_system|sku-binding)\/pvt\/skuseller\/changenotification\/[^/]+$/,
  /^\/api\/notificator\/([^/]+)\/changenotification\/[^/]+\/(?:price|inventory)$/,
];
const SELLER_SUGGESTION = /^(?:\/[^/]+)?\/suggestions\/([^/]+)\/[^/]+$/;

function header(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

/** 401 when a header is missing, 403 when the pair is wrong or is a seller's and the call is not that seller's own. */
function authenticate(state: State, request: FastifyRequest): void {
  const path = request.url.split('?', 1)[0] ?? '';
  if (OPEN.test(path)) return;
  const key = header(request, 'x-vtex-api-appkey');
  const token = header(request, 'x-vtex-api-apptoken');
  if (key === '' || token === '') {
    throw new ProtocolError(401, {
      code: 'Unauthorized',
      name: 'Unauthorized',
      message: 'X-VTEX-API-AppKey and X-VTEX-API-AppToken are required',
    });
  }
  if (key === state.admin.appKey && token === state.admin.appToken) return;
  const forbidden = new ProtocolError(403, {
    code: 'Forbidden',
    name: 'Forbidden',
    message: 'this key may not do that',
  });
  const seller = [...state.sellers.keys()].find((id) => state.sellerKeys(id).appKey === key);
  if (seller === undefined || state.sellerKeys(seller).appToken !== token) throw forbidden;
  const patterns =
    request.method === 'PUT' || request.method === 'GET'
      ? [SELLER_SUGGESTION]
      : request.method === 'POST'
        ? SELLER_PATHS
        : [];
  const found = patterns.map((pattern) => pattern.exec(path)).find((match) => match !== null);
  if (found === undefined || found === null || (found[1] !== undefined && decodeURIComponent(found[1]) !== seller))
    throw forbidden;
}

/** Builds the server; it does not listen yet. */
export function buildServer(context: Context): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 8 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 300 },
  });
  // Notifications come without a body, sometimes with a content type all the same.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(new ProtocolError(400, { code: 'InvalidJson', name: 'InvalidJson', message: 'the body is not JSON' }));
    }
  });
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    payload.on('end', () => done(null, undefined));
  });
  installFaults(app, () => context.state().faults);
  app.addHook('onRequest', async (request) => authenticate(context.state(), request));
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof ProtocolError) return reply.code(error.status).send(error.body);
    const status =
      error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
    const message = error instanceof Error ? error.message : 'unknown error';
    return reply.code(status).send({ code: 'Error', name: 'Error', message });
  });
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send({ code: 'NotFound', name: 'NotFound', message: `no such path: ${request.method} ${request.url}` }),
  );
  for (const prefix of ['', '/:account']) {
    // Suggestions live under an account on their own host; here the account is optional.
    app.register(async (scope) => suggestionRoutes(scope, context), { prefix });
  }
  catalogRoutes(app, context);
  sellerRoutes(app, context);
  historyRoutes(app, context);
  backendOrderRoutes(app, context);
  paymentRoutes(app, context);
  bindingRoutes(app, context);
  offerRoutes(app, context);
  notificationRoutes(app, context);
  sellerSystemRoutes(app, context);
  sellerOrderRoutes(app, context);
  orderControlRoutes(app, context);
  controlRoutes(app, context);
  return app;
}
