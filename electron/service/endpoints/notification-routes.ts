/** What sellers tell: a price, stock or SKU changed, an offer, an affiliate's notification (protocol, 2.1: M1 to M6). */
import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Instant, instantOf } from '../../../shared/domain/brand.ts';
import { affiliateSenderOf } from './affiliate-body.ts';
import { bodyBytes, mostNotificationBytes } from './body.ts';
import { header, type OwnGate } from './gate.ts';
import { offerErrorOf } from './offer-body.ts';
import { checkId, Refusal } from './refusal.ts';
import type { EndpointsOptions, IncomingNotification, NotificationKind } from './types.ts';

export interface SkuParams {
  sellerId: string;
  sellerSkuId: string;
}

export interface NotificationRouteOptions {
  readonly gate: OwnGate;
  /** Resolves once it is on disk. */
  readonly commit: (notification: IncomingNotification) => Promise<void>;
  readonly isBound: EndpointsOptions['isBound'];
  readonly ofMarketplaceSku: EndpointsOptions['ofMarketplaceSku'];
  readonly now: () => number;
}

/** What the seller calls this change, if it says so. */
function operationOf(request: FastifyRequest): string {
  const own = header(request, 'x-vtex-operation-id');
  if (own !== '') return own;
  const trace = header(request, 'traceparent');
  return trace === '' ? '' : (trace.split('-')[1] ?? '');
}

export function notificationRoutes(server: FastifyInstance, options: NotificationRouteOptions): void {
  const { gate } = options;
  let millisecond = Number.NaN;
  let instant = instantOf(0);
  /** Many come in one millisecond, and to write a date costs as much as to look up who calls. */
  function receivedAt(): Instant {
    const at = options.now();
    if (at !== millisecond) {
      millisecond = at;
      instant = instantOf(at);
    }
    return instant;
  }

  function notificationOf(
    request: FastifyRequest,
    kind: NotificationKind,
    { sellerId, sellerSkuId }: SkuParams,
    body: unknown,
    reply: number,
  ): IncomingNotification {
    const operation = operationOf(request);
    const bytes = bodyBytes.get(request);
    const hasBody = bytes !== undefined && bytes.length > 0;
    const signature = gate.signatureOf(request);
    const target = request.raw.url ?? '';
    const query = target.indexOf('?');
    const notification = {
      kind,
      sellerId,
      sellerSkuId,
      receivedAt: receivedAt(),
      body: body ?? null,
      credentialId: gate.holderOf(request).credentialId,
      address: request.ip,
      // a query may hold the key and token of an affiliate
      target: query < 0 ? target : target.slice(0, query),
      digest: hasBody ? hash('sha256', bytes, 'hex') : null,
      raw: hasBody ? Buffer.from(bytes).toString('utf8') : null,
      reply,
    };
    if (operation === '' && signature === undefined) return notification;
    return {
      ...notification,
      ...(operation === '' ? {} : { headersId: operation.slice(0, 100) }),
      ...(signature === undefined ? {} : { signature }),
    };
  }
  const take = (request: FastifyRequest, notification: IncomingNotification): Promise<void> =>
    gate.stored(request, options.commit(notification));

  /** 200 when bound; 404 tells the seller to send its offer. What it told us is on disk either way. */
  async function takeAndAnswer(request: FastifyRequest, reply: FastifyReply, params: SkuParams): Promise<FastifyReply> {
    const { sellerId, sellerSkuId } = params;
    const bound = await gate.stored(request, options.isBound(sellerId, sellerSkuId));
    await take(request, notificationOf(request, 'sku', params, null, bound ? 200 : 404));
    if (bound) return reply.code(200).send();
    return reply
      .code(404)
      .type('text/plain; charset=utf-8')
      .send(`SKU ${sellerSkuId} of seller ${sellerId} is not bound: send it as a suggestion.`);
  }

  const small = { onRequest: gate.byPath, preHandler: gate.signed, bodyLimit: mostNotificationBytes };

  for (const base of ['/api/catalog_system/pvt/skuseller', '/api/sku-binding/pvt/skuseller']) {
    server.post<{ Params: SkuParams }>(`${base}/changenotification/:sellerId/:sellerSkuId`, small, (request, reply) =>
      takeAndAnswer(request, reply, request.params),
    );
    server.post<{ Params: { skuId: string } }>(
      `${base}/changenotification/:skuId`,
      { onRequest: gate.byKey, preHandler: gate.signed, bodyLimit: mostNotificationBytes },
      async (request, reply) => {
        const { skuId } = request.params;
        if (options.ofMarketplaceSku === undefined || !/^\d{1,15}$/.test(skuId)) {
          const message = 'one id names no seller: use changenotification/{sellerId}/{sellerSkuId}';
          throw new Refusal(400, 'InvalidField', message);
        }
        const sellerId = gate.sellerOf(request);
        const sellerSkuId = await gate.stored(request, options.ofMarketplaceSku(sellerId, Number(skuId)));
        if (sellerSkuId === null) {
          return reply.code(404).type('text/plain; charset=utf-8').send(`SKU ${skuId} is not bound for you.`);
        }
        await take(request, notificationOf(request, 'sku', { sellerId, sellerSkuId }, null, 200));
        return reply.code(200).send();
      },
    );
  }

  for (const kind of ['price', 'inventory'] as const) {
    const path = `/api/notificator/:sellerId/changenotification/:sellerSkuId/${kind}`;
    server.post<{ Params: SkuParams }>(path, small, async (request, reply) => {
      await take(request, notificationOf(request, kind, request.params, null, 202));
      return reply.code(202).send();
    });
  }

  for (const path of ['/suggestions/:sellerId/:sellerSkuId', '/:account/suggestions/:sellerId/:sellerSkuId']) {
    server.put<{ Params: SkuParams }>(
      path,
      { onRequest: gate.byPath, preHandler: gate.signed },
      async (request, reply) => {
        const { sellerId, sellerSkuId } = request.params;
        const error = offerErrorOf(request.body, sellerId);
        if (error !== null) return reply.code(400).send(error);
        await take(request, notificationOf(request, 'suggestion', request.params, request.body, 200));
        return reply.code(200).send({ sellerId, itemId: sellerSkuId, status: 'pending' });
      },
    );
  }

  for (const path of ['/api/notification', '/api/notification/']) {
    server.post(path, { onRequest: gate.counted, bodyLimit: mostNotificationBytes }, async (request, reply) => {
      const keys = gate.keysOf(request, true);
      const sender = affiliateSenderOf(request.body);
      if ('missing' in sender) {
        throw new Refusal(400, 'InvalidField', `${sender.missing} is missing`, { field: sender.missing });
      }
      checkId(sender.sellerId, 'An');
      checkId(sender.sellerSkuId, 'IdSku');
      gate.admit(request, sender.sellerId, keys);
      gate.checkSignature(request);
      await take(request, notificationOf(request, 'affiliate', sender, request.body, 200));
      return reply.code(200).send();
    });
  }
}
