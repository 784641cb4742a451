/**
 * The sellers' listener: authenticates, checks, hands on, and answers 2xx only when what it was told is on disk. It never
 * asks a seller for a price here; the inbox's worker does.
 */
import { setTimeout as wait } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { aboutRoutes } from './about-routes.ts';
import { mostOfferBytes, takeBodies } from './body.ts';
import { createGate } from './gate.ts';
import { createGroupCommit } from './group-commit.ts';
import { createMeter } from './meter.ts';
import { notificationRoutes } from './notification-routes.ts';
import { comeAgainSeconds, mostParameterLength, Refusal } from './refusal.ts';
import { createTransport } from './transport.ts';
import type { EndpointRoute, Endpoints, EndpointsOptions, IncomingNotification } from './types.ts';

/** What a call holds while it waits: its body as text, parsed, and sealed; and the rest of it. */
const bytesOf = ({ raw }: IncomingNotification): number => 1_000 + 4 * (raw?.length ?? 0);

/** When a request's headers were here, by the clock of `performance`. */
const arrived: unique symbol = Symbol('arrived');
declare module 'fastify' {
  interface FastifyRequest {
    [arrived]: number;
  }
}

export async function createEndpoints(options: EndpointsOptions): Promise<Endpoints> {
  const now = options.now ?? Date.now;
  const limitMs = options.acceptTimeoutMs ?? 10_000;
  const meter = createMeter(now);
  const commits = createGroupCommit<IncomingNotification>(
    async (batch) => {
      await options.accept(batch);
      meter.accepted(batch.length);
    },
    bytesOf,
    {
      windowMs: 1,
      enough: 24,
      mostTogether: 1_000,
      mostPending: options.mostPending ?? 20_000,
      mostBytes: options.mostPendingBytes ?? 64 * 1_024 * 1_024,
      limitMs,
    },
  );
  let closing = false;
  /** Why a call was refused, until its answer is gone. */
  const codes = new WeakMap<object, string>();
  const transport = createTransport(options);
  const proxies = [...(options.proxies ?? [])];
  const app: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: mostOfferBytes,
    exposeHeadRoutes: false,
    return503OnClosing: true,
    trustProxy: proxies.length === 0 ? false : ['127.0.0.1', '::1', ...proxies],
    routerOptions: { maxParamLength: mostParameterLength, caseSensitive: true },
    serverFactory: transport.createServer,
  });
  takeBodies(app);
  const known: EndpointRoute[] = [];
  app.addHook('onRoute', ({ method, url: route, onRequest }) => {
    // a route that nobody counts is one that can be flooded
    if (onRequest === undefined && route !== '/ready')
      throw new Error(`the route ${route} of the sellers’ listener has no hook of the gate`);
    for (const each of typeof method === 'string' ? [method] : method) known.push({ method: each, url: route });
  });
  const gate = createGate(app, options, now);

  app.decorateRequest(arrived, 0);
  app.addHook('onRequest', (request, _reply, done) => {
    request[arrived] = performance.now();
    const reason = transport.refusalOf(request.raw);
    if (reason === null) done();
    else done(new Refusal(reason.status, reason.code, reason.message));
  });

  app.get('/ready', async (_request, reply) => {
    const reason = closing ? 'shutting down' : (options.notReady?.() ?? null);
    if (reason !== null) throw new Refusal(503, 'Unavailable', reason, { retryAfter: comeAgainSeconds });
    return reply
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .send({ status: 'ready' });
  });
  notificationRoutes(app, {
    gate,
    commit: commits.add,
    isBound: options.isBound,
    ofMarketplaceSku: options.ofMarketplaceSku,
    now,
  });
  let url = '';
  aboutRoutes(app, {
    gate,
    isBound: options.isBound,
    trySimulation: options.trySimulation,
    now,
    version: options.version ?? '0',
    url: () => options.publicUrl ?? url,
  });
  for (const routes of options.routes ?? []) routes(app, gate);

  app.setNotFoundHandler((request, reply) => {
    codes.set(request, 'NotFound');
    return reply.code(404).send({ code: 'NotFound', name: 'NotFound', message: 'there is no such path' });
  });
  app.setErrorHandler((error: unknown, request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    codes.set(request, error instanceof Refusal ? error.code : 'BadRequest');
    if (error instanceof Refusal) {
      if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
      // what is left of the body is not waited for
      if (error.status === 413 || error.status === 421) reply.header('connection', 'close');
      return reply.code(error.status).send(error.body);
    }
    const said = typeof error === 'object' && error !== null ? Reflect.get(error, 'statusCode') : undefined;
    const status = typeof said === 'number' && said >= 400 && said < 500 ? said : 500;
    if (status === 500) {
      options.log?.('error', 'request failed', { reason: error instanceof Error ? error.message : 'unknown' });
      reply.header('retry-after', String(comeAgainSeconds));
      codes.set(request, 'Unavailable');
      const message = 'something went wrong here; send it again';
      return reply.code(503).send({ code: 'Unavailable', name: 'Unavailable', message });
    }
    if (status === 413) reply.header('connection', 'close');
    const message = status === 413 ? 'the body is too large' : 'the request is malformed';
    return reply.code(status).send({ code: 'BadRequest', name: 'BadRequest', message });
  });
  const { onAnswer } = options;
  // when it leaves, not when it has left: to be told of that costs as much as to authenticate
  app.addHook('onSend', (request, reply, _payload, done) => {
    const { url: route } = request.routeOptions;
    const isUnbound = reply.statusCode === 404 && route !== undefined;
    if (reply.statusCode >= 400 && !isUnbound) meter.refused();
    onAnswer?.({
      method: request.method,
      route: route ?? 'unknown',
      status: reply.statusCode,
      milliseconds: performance.now() - request[arrived],
      sellerId: gate.callerOf(request),
      address: request.ip,
      code: reply.statusCode >= 400 && !isUnbound ? (codes.get(request) ?? 'Refused') : null,
    });
    done();
  });

  await app.listen({ port: options.port, host: options.host });
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  url = transport.urlOf(port);
  return {
    url,
    publicUrl: options.publicUrl ?? url,
    port,
    routes: known,
    stats: () => ({ ...meter.stats(), pending: commits.pending, pendingBytes: commits.pendingBytes }),
    renewTls: transport.renew,
    async close() {
      closing = true;
      // who sends slowly does not hold the shutdown: nothing of a request that is not whole was answered
      const cut = setTimeout(() => app.server.closeAllConnections(), Math.min(limitMs, 3_000));
      await app.close();
      clearTimeout(cut);
      // a commit that hangs does not hang the shutdown: none of what it holds was answered with 2xx
      const limit = new AbortController();
      const patience = wait(limitMs, undefined, { signal: limit.signal }).catch(() => undefined);
      await Promise.race([commits.drained(), patience]);
      limit.abort();
    },
  };
}
