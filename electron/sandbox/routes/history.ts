/** What was sold before the start, as an export of the order system gives it: a pure function of the seed, but for what is given back later. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import type { Fields } from '../input.ts';
import { fields, number, queryInt } from '../input.ts';
import { hash } from '../random.ts';
import type { State } from '../state.ts';

const DAY = 86_400_000;
/** How far back the history reaches. */
const DAYS = 180;
const MOST_PAGE = 5_000;
/** Items sold of each binding of the start. */
const PER_BINDING = 24;

/** Item n of the history; orders have one to three lines. Cents. */
function itemAt(state: State, n: number, total: number): Fields {
  const { world, seed } = state;
  const h = hash(seed, n, 120);
  const b = world.bindingAt(h % world.bindingCount);
  const order = Math.floor(n / 2);
  const today = state.startedAt;
  // oldest first; the lines of an order are sold at one moment
  const soldAt =
    today - DAYS * DAY + Math.floor((order / Math.ceil(total / 2)) * (DAYS - 1)) * DAY + (hash(seed, order, 121) % DAY);
  const quantity = 1 + (h % 7 === 0 ? (h >>> 8) % 3 : 0);
  const freight = (h >>> 4) % 4 === 0 ? 0 : 500 + ((h >>> 12) % 3_000);
  const paid = b.price * quantity + freight;
  const isRefunded = (h >>> 6) % 25 === 0;
  const orderId = `${1_000_000 + order}-01`;
  const later = state.historyRefunds.get(`${orderId} ${n % 2}`);
  return {
    orderId,
    line: n % 2,
    sellerId: b.sellerId,
    sellerSkuId: b.sellerSkuId,
    skuId: b.skuId,
    salesChannel: String(1 + ((h >>> 16) % 3)),
    price: b.price,
    quantity,
    freight,
    soldAt: state.iso(soldAt),
    refunded: later?.amount ?? (isRefunded ? ((h >>> 20) % 3 === 0 ? Math.floor(paid / 2) : paid) : 0),
    refundedAt: later?.at ?? (isRefunded ? state.iso(Math.min(soldAt + (1 + ((h >>> 22) % 20)) * DAY, today)) : null),
  };
}

export function historyRoutes(app: FastifyInstance, { state }: Context): void {
  app.get<{ Querystring: Fields }>('/api/order-history/pvt/items', async (request) => {
    const s = state();
    const total = s.world.bindingCount * PER_BINDING;
    const from = queryInt(request.query, 'from', 0);
    const size = Math.min(queryInt(request.query, 'size', 1_000, 1), MOST_PAGE);
    const end = Math.min(total, from + size);
    const items: Fields[] = [];
    for (let n = from; n < end; n++) items.push(itemAt(s, n, total));
    return { items, total };
  });
  // gives a sold item back, today
  app.post<{ Params: { orderId: string; line: string }; Body: unknown }>(
    '/control/history/:orderId/:line/refund',
    async (request) => {
      const s = state();
      const refund = { amount: number(fields(request.body), 'amount') ?? 0, at: s.iso() };
      s.historyRefunds.set(`${request.params.orderId} ${request.params.line}`, refund);
      return refund;
    },
  );
}
