/** What sellers host themselves: the simulation, and the images of their offers. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { notFound, ProtocolError } from '../errors.ts';
import type { Fields } from '../input.ts';
import { fields, text } from '../input.ts';
import { hash } from '../random.ts';
import { simulate } from '../simulation.ts';

export function sellerSystemRoutes(app: FastifyInstance, { state }: Context): void {
  app.post<{ Params: { sellerId: string }; Querystring: Fields; Body: unknown }>(
    '/sellers/:sellerId/pvt/orderForms/simulation',
    async (request) => {
      const s = state();
      const { sellerId } = request.params;
      if (!s.sellers.has(sellerId)) throw notFound(`seller ${sellerId}`);
      const { appKey, appToken } = s.sellerKeys(sellerId);
      if (
        s.orders.rulesOf(sellerId).wantsKeys &&
        request.headers.authorization !== `VTEX key="${appKey}" token="${appToken}"`
      )
        throw new ProtocolError(401, {
          code: 'Unauthorized',
          name: 'Unauthorized',
          message: 'the key and token are not of this seller',
        });
      const body = fields(request.body);
      return simulate(s.systems, sellerId, body, text(request.query, 'sc') || text(body, 'sc') || '1', s.now());
    },
  );
  app.get<{ Params: { file: string } }>('/images/:file', async (request, reply) => {
    const n = /^(\d{1,10})\.svg$/.exec(request.params.file)?.[1];
    if (n === undefined) throw notFound(`image ${request.params.file}`);
    const h = hash(state().seed, Number(n), 80);
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400" viewBox="0 0 400 400"><rect width="400" height="400" fill="hsl(${h % 360} 30% 92%)"/>` +
      `<rect x="${80 + (h % 60)}" y="${90 + ((h >>> 6) % 60)}" width="${120 + ((h >>> 12) % 90)}" height="${120 + ((h >>> 18) % 90)}" rx="${(h >>> 24) % 60}" ` +
      `fill="hsl(${(h + 40) % 360} 45% 45%)"/></svg>`;
    return reply.type('image/svg+xml').header('cache-control', 'max-age=3600').send(svg);
  });
}
