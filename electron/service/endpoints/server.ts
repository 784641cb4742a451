/**
 * The sellers' listener: authenticates, checks, hands on, and answers 2xx only when what it was told is on disk. It never
 * asks a seller for a price here; the inbox's worker does.
 */
import { setTimeout as wait } from 'node:timers/promises';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { instantOf } from '../../../shared/domain/brand.ts';
import { affiliateSenderOf } from './affiliate-body.ts';
import { createGroupCommit } from './group-commit.ts';
import { createMeter } from './meter.ts';
import { offerErrorOf } from './offer-body.ts';
import type { Endpoints, EndpointsOptions, IncomingNotification, NotificationKind } from './types.ts';

/** Bytes of an offer at most; its images are addresses, not data. */
const mostOfferBytes = 1024 * 1024;
const mostNotificationBytes = 64 * 1024;
const mostIdLength = 200;
/** Seconds a seller waits before it sends again when the disk or the process cannot take it. */
const comeAgainSeconds = 5;

interface SkuParams {
  sellerId: string;
  sellerSkuId: string;
}

/** Any answer that is not the wanted one. */
class Refusal extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;
  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.body = { code, name: code, message };
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

function header(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return (typeof value === 'string' ? value : '').trim();
}

/** Ids may hold any letter, slashes and spaces; what could climb in a path, or is no text, is refused. */
function checkId(id: string, field: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  const bad = id.trim() === '' || id === '.' || id === '..' || /[\u0000-\u001f\u007f]/.test(id) || !id.isWellFormed();
  if (!bad && id.length <= mostIdLength) return;
  throw new Refusal(
    400,
    'InvalidField',
    `${field} is no id (1 to ${mostIdLength} characters, none of them a control character)`,
  );
}

export async function createEndpoints(options: EndpointsOptions): Promise<Endpoints> {
  const now = options.now ?? Date.now;
  const meter = createMeter(now);
  const commits = createGroupCommit<IncomingNotification>((batch) => options.accept(batch), {
    windowMs: 2,
    mostTogether: 1000,
    mostPending: 20_000,
  });
  let closing = false;

  const app = Fastify({
    logger: false,
    bodyLimit: mostOfferBytes,
    connectionTimeout: 30_000,
    requestTimeout: 20_000,
    keepAliveTimeout: 65_000,
    exposeHeadRoutes: false,
    return503OnClosing: true,
    routerOptions: { maxParamLength: mostIdLength * 9, caseSensitive: true },
  });
  await app.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } } });
  await app.register(rateLimit, { global: false });
  const perSeller = options.perSeller ?? { max: 1000, windowMs: 1000 };
  const senders = new WeakMap<FastifyRequest, string>();
  const countSeller = app.createRateLimit({
    max: perSeller.max,
    timeWindow: perSeller.windowMs,
    keyGenerator: (request) => senders.get(request) ?? '',
  });

  // sellers send JSON with and without saying so, and empty bodies that claim to be JSON
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => {
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes));
      const body: unknown = text.trim() === '' ? undefined : JSON.parse(text);
      done(null, body);
    } catch {
      done(new Refusal(400, 'InvalidBody', 'the body is not JSON in UTF-8'));
    }
  });

  /** Waits for the disk. Throws the 503 that tells the seller to send again. */
  async function commit(notification: IncomingNotification): Promise<void> {
    const limitMs = options.acceptTimeoutMs ?? 10_000;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not written within ${limitMs} ms`)), limitMs);
    });
    try {
      await Promise.race([commits.add(notification), late]);
    } catch (cause) {
      options.log?.('error', 'notification not taken', {
        kind: notification.kind,
        sellerId: notification.sellerId,
        reason: cause instanceof Error ? cause.message : 'unknown',
      });
      throw new Refusal(503, 'Unavailable', 'this could not be stored; send it again', comeAgainSeconds);
    } finally {
      clearTimeout(timer);
    }
    meter.accepted();
  }

  function notificationOf(
    request: FastifyRequest,
    kind: NotificationKind,
    params: SkuParams,
    body: unknown,
  ): IncomingNotification {
    const operation = header(request, 'x-vtex-operation-id') || (header(request, 'traceparent').split('-')[1] ?? '');
    return {
      kind,
      sellerId: params.sellerId,
      sellerSkuId: params.sellerSkuId,
      receivedAt: instantOf(now()),
      body: body ?? null,
      ...(operation === '' ? {} : { headersId: operation.slice(0, 100) }),
    };
  }

  function keysOf(request: FastifyRequest, fromQuery = false): readonly [string, string] {
    let appKey = header(request, 'x-vtex-api-appkey');
    let appToken = header(request, 'x-vtex-api-apptoken');
    if (fromQuery && appKey === '' && appToken === '' && typeof request.query === 'object' && request.query !== null) {
      const query = new Map(Object.entries(request.query).map(([name, value]) => [name.toLowerCase(), String(value)]));
      appKey = query.get('appkey') ?? '';
      appToken = query.get('apptoken') ?? '';
    }
    if (appKey === '' || appToken === '') {
      throw new Refusal(401, 'Unauthorized', 'X-VTEX-API-AppKey and X-VTEX-API-AppToken are needed');
    }
    return [appKey, appToken];
  }

  /** Counts against the seller's rate only once it is known to be that seller. */
  async function count(request: FastifyRequest, sellerId: string): Promise<void> {
    senders.set(request, sellerId);
    const limit = await countSeller(request);
    if (limit.isAllowed || !limit.isExceeded) return;
    throw new Refusal(429, 'TooManyRequests', 'fewer requests, please', Math.max(1, limit.ttlInSeconds));
  }

  async function admit(request: FastifyRequest, sellerId: string, keys: readonly [string, string]): Promise<void> {
    if (!(await options.authenticate(sellerId, ...keys))) {
      throw new Refusal(403, 'Forbidden', 'the key and token are not those of this seller');
    }
    await count(request, sellerId);
  }

  /** Before the body is read: ids, then who it is. */
  const byPath = async (request: FastifyRequest<{ Params: SkuParams }>): Promise<void> => {
    checkId(request.params.sellerId, 'sellerId');
    checkId(request.params.sellerSkuId, 'sellerSkuId');
    await admit(request, request.params.sellerId, keysOf(request));
  };
  const small = { onRequest: byPath, bodyLimit: mostNotificationBytes };

  routesOf(app);
  options.extend?.(app);

  function routesOf(server: FastifyInstance): void {
    server.get('/ready', async (_request, reply) => {
      if (closing) throw new Refusal(503, 'Unavailable', 'shutting down', comeAgainSeconds);
      return reply.header('cache-control', 'no-store').send({ status: 'ready' });
    });

    for (const base of ['/api/catalog_system/pvt/skuseller', '/api/sku-binding/pvt/skuseller']) {
      server.post<{ Params: SkuParams }>(
        `${base}/changenotification/:sellerId/:sellerSkuId`,
        small,
        async (request, reply) => {
          await commit(notificationOf(request, 'sku', request.params, null));
          return await answerBound(reply, request.params);
        },
      );
      server.post<{ Params: { skuId: string } }>(
        `${base}/changenotification/:skuId`,
        { bodyLimit: mostNotificationBytes },
        async (request, reply) => {
          const keys = keysOf(request);
          const { skuId } = request.params;
          if (options.ofMarketplaceSku === undefined || !/^\d{1,15}$/.test(skuId)) {
            const message = 'one id names no seller: use changenotification/{sellerId}/{sellerSkuId}';
            throw new Refusal(400, 'InvalidField', message);
          }
          const found = await options.ofMarketplaceSku(...keys, Number(skuId));
          if (found === null)
            throw new Refusal(403, 'Forbidden', 'the key and token are no seller of this marketplace');
          if (found === 'unknown') return reply.code(404).type('text/plain').send(`SKU ${skuId} is not bound for you.`);
          await count(request, found.sellerId);
          await commit(notificationOf(request, 'sku', found, null));
          return reply.code(200).send();
        },
      );
    }

    for (const kind of ['price', 'inventory'] as const) {
      const path = `/api/notificator/:sellerId/changenotification/:sellerSkuId/${kind}`;
      server.post<{ Params: SkuParams }>(path, small, async (request, reply) => {
        await commit(notificationOf(request, kind, request.params, null));
        return reply.code(202).send();
      });
    }

    for (const path of ['/suggestions/:sellerId/:sellerSkuId', '/:account/suggestions/:sellerId/:sellerSkuId']) {
      server.put<{ Params: SkuParams }>(path, { onRequest: byPath }, async (request, reply) => {
        const { sellerId, sellerSkuId } = request.params;
        const error = offerErrorOf(request.body, sellerId);
        if (error !== null) return reply.code(400).send(error);
        await commit(notificationOf(request, 'suggestion', request.params, request.body));
        return reply.code(200).send({ sellerId, itemId: sellerSkuId, status: 'pending' });
      });
    }

    for (const path of ['/api/notification', '/api/notification/']) {
      server.post(path, { bodyLimit: mostNotificationBytes }, async (request, reply) => {
        const keys = keysOf(request, true);
        const sender = affiliateSenderOf(request.body);
        if ('missing' in sender) {
          return reply.code(400).send({
            code: 'InvalidField',
            name: 'InvalidField',
            message: `${sender.missing} is missing`,
            field: sender.missing,
          });
        }
        checkId(sender.sellerId, 'An');
        checkId(sender.sellerSkuId, 'IdSku');
        await admit(request, sender.sellerId, keys);
        await commit(notificationOf(request, 'affiliate', sender, request.body));
        return reply.code(200).send();
      });
    }
  }

  /** 200 when bound; 404 tells the seller to send its offer. What it told us is on disk either way. */
  async function answerBound(reply: FastifyReply, { sellerId, sellerSkuId }: SkuParams): Promise<FastifyReply> {
    let bound: boolean;
    try {
      bound = await options.isBound(sellerId, sellerSkuId);
    } catch {
      throw new Refusal(
        503,
        'Unavailable',
        'it is not known whether this SKU is bound; send it again',
        comeAgainSeconds,
      );
    }
    if (bound) return reply.code(200).send();
    return reply
      .code(404)
      .type('text/plain; charset=utf-8')
      .send(`SKU ${sellerSkuId} of seller ${sellerId} is not bound: send it as a suggestion.`);
  }

  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'NotFound', name: 'NotFound', message: 'there is no such path' }),
  );
  app.setErrorHandler((error: unknown, _request, reply) => {
    if (error instanceof Refusal) {
      if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
      return reply.code(error.status).send(error.body);
    }
    const said = typeof error === 'object' && error !== null ? Reflect.get(error, 'statusCode') : undefined;
    const status = typeof said === 'number' && said >= 400 && said < 500 ? said : 500;
    if (status === 500) {
      options.log?.('error', 'request failed', { reason: error instanceof Error ? error.message : 'unknown' });
      reply.header('retry-after', String(comeAgainSeconds));
      const message = 'something went wrong here; send it again';
      return reply.code(503).send({ code: 'Unavailable', name: 'Unavailable', message });
    }
    const message = status === 413 ? 'the body is too large' : 'the request is malformed';
    return reply.code(status).send({ code: 'BadRequest', name: 'BadRequest', message });
  });
  app.addHook('onResponse', async (request, reply) => {
    const isUnbound = reply.statusCode === 404 && request.routeOptions.url !== undefined;
    if (reply.statusCode >= 400 && !isUnbound) meter.refused();
  });

  await app.listen({ port: options.port, host: options.host });
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const name = options.host === '0.0.0.0' || options.host === '::' ? '127.0.0.1' : options.host;
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
  return {
    url,
    publicUrl: options.publicUrl ?? url,
    port,
    stats: meter.stats,
    async close() {
      closing = true;
      await app.close();
      // a commit that hangs does not hang the shutdown: none of what it holds was answered with 2xx
      const limit = new AbortController();
      const patience = wait(options.acceptTimeoutMs ?? 10_000, undefined, { signal: limit.signal }).catch(
        () => undefined,
      );
      await Promise.race([commits.drained(), patience]);
      limit.abort();
    },
  };
}
