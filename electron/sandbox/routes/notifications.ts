/** Notifications that arrive at the backend. They carry no value: the backend asks the seller by a simulation. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';

interface Key {
  sellerId: string;
  sellerSkuId: string;
}

export function notificationRoutes(app: FastifyInstance, { state }: Context): void {
  for (const path of [
    '/api/catalog_system/pvt/skuseller/changenotification',
    '/api/sku-binding/pvt/skuseller/changenotification',
  ]) {
    app.post<{ Params: Key }>(`${path}/:sellerId/:sellerSkuId`, async (request, reply) => {
      const s = state();
      const { sellerId, sellerSkuId } = request.params;
      const binding = s.bindings.get(sellerId, sellerSkuId);
      if (binding === undefined) {
        s.notifications.ignored++;
        return reply
          .code(404)
          .type('text/plain')
          .send(`Seller StockKeepingUnit \`${sellerSkuId}\` not found for this seller id \`${sellerId}\``);
      }
      s.notifications.sku++;
      s.record('notification.sku', { sellerId, sellerSkuId, skuId: binding.skuId });
      return reply.code(200).send();
    });
    app.post<{ Params: { skuId: string } }>(`${path}/:skuId`, async (request, reply) => {
      const s = state();
      const skuId = Number(request.params.skuId);
      if (s.catalog.sku(skuId) === undefined) throw notFound(`SKU ${request.params.skuId}`);
      s.notifications.marketplaceSku++;
      s.record('notification.sku', { skuId });
      return reply.code(200).send();
    });
  }
  for (const kind of ['price', 'inventory'] as const) {
    app.post<{ Params: Key }>(
      `/api/notificator/:sellerId/changenotification/:sellerSkuId/${kind}`,
      async (request, reply) => {
        const s = state();
        const { sellerId, sellerSkuId } = request.params;
        s.notifications[kind]++;
        const binding = s.bindings.get(sellerId, sellerSkuId);
        s.record(`notification.${kind}`, { sellerId, sellerSkuId, skuId: binding?.skuId ?? null });
        if (binding === undefined) s.notifications.ignored++;
        else await s.refresh(binding, kind);
        return reply.code(202).send();
      },
    );
  }
}
