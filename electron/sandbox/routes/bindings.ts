/** Bindings of sellers' SKUs, under both of the paths that the protocol has for them. */
import type { FastifyInstance } from 'fastify';
import type { Binding } from '../binding-state.ts';
import type { Context } from '../context.ts';
import { invalidField, notFound } from '../errors.ts';
import type { Fields } from '../input.ts';
import { bool, fields, number, queryInt, text } from '../input.ts';
import type { State } from '../state.ts';

interface Key {
  sellerId: string;
  sellerSkuId: string;
}

const MOST_PAGE = 1000;

function record(state: State, b: Binding): Fields {
  return {
    IsPersisted: true,
    IsRemoved: b.isRemoved,
    SkuSellerId: b.skuSellerId,
    UpdateDate: state.iso(b.updatedAt),
    RequestedUpdateDate: null,
    SellerStockKeepingUnitId: b.sellerSkuId,
    SellerId: b.sellerId,
    StockKeepingUnitId: b.skuId,
    IsActive: b.isActive,
  };
}

function shortRecord(b: Binding): Fields {
  return {
    SellerId: b.sellerId,
    StockKeepingUnitId: b.skuId,
    SellerStockKeepingUnitId: b.sellerSkuId,
    IsActive: b.isActive,
    FreightCommissionPercentage: null,
    ProductCommissionPercentage: null,
  };
}

function find(state: State, { sellerId, sellerSkuId }: Key): Binding {
  const binding = state.bindings.get(sellerId, sellerSkuId);
  if (binding === undefined) throw notFound(`binding of ${sellerId}/${sellerSkuId}`);
  return binding;
}

function requiredSku(state: State, body: Fields): number {
  const skuId = number(body, 'StockKeepingUnitId');
  if (skuId === undefined) throw invalidField('StockKeepingUnitId', 'must be a number');
  if (state.catalog.sku(skuId) === undefined) throw invalidField('StockKeepingUnitId', `there is no SKU ${skuId}`);
  return skuId;
}

function log(state: State, kind: string, b: Binding): void {
  state.record(`binding.${kind}`, { sellerId: b.sellerId, sellerSkuId: b.sellerSkuId, skuId: b.skuId });
}

function changeRoutes(app: FastifyInstance, { state }: Context): void {
  const base = '/api/sku-binding/pvt/skuseller';
  app.post<{ Body: unknown }>(`${base}/insertion`, async (request) => {
    const s = state();
    const body = fields(request.body);
    const sellerId = text(body, 'SellerId');
    const sellerSkuId = text(body, 'SellerStockKeepingUnitId');
    const isActive = bool(body, 'IsActive');
    if (!s.sellers.has(sellerId)) throw invalidField('SellerId', `there is no seller "${sellerId}"`);
    if (sellerSkuId === '') throw invalidField('SellerStockKeepingUnitId', 'is required');
    if (isActive === undefined) throw invalidField('IsActive', 'must be true or false');
    const binding = s.bindings.insert(sellerId, sellerSkuId, requiredSku(s, body), isActive, s.now());
    log(s, 'insert', binding);
    await s.refresh(binding, 'binding');
    return record(s, binding);
  });
  app.put<{ Params: Key; Body: unknown }>(`${base}/:sellerId/:sellerSkuId`, async (request, reply) => {
    const s = state();
    const binding = find(s, request.params);
    s.bindings.rebind(binding, requiredSku(s, fields(request.body)), s.now());
    log(s, 'rebind', binding);
    return reply.code(204).send();
  });
  for (const isActive of [true, false]) {
    const kind = isActive ? 'activate' : 'inactivate';
    app.post<{ Params: Key }>(`${base}/${kind}/:sellerId/:sellerSkuId`, async (request, reply) => {
      const s = state();
      const binding = find(s, request.params);
      binding.isActive = isActive;
      s.bindings.touch(binding, s.now());
      log(s, kind, binding);
      return reply.code(200).send();
    });
  }
  for (const path of [base, '/api/catalog_system/pvt/skuseller']) {
    app.post<{ Params: Key }>(`${path}/remove/:sellerId/:sellerSkuId`, async (request, reply) => {
      const s = state();
      const binding = find(s, request.params);
      binding.isRemoved = true;
      binding.isActive = false;
      s.bindings.touch(binding, s.now());
      log(s, 'remove', binding);
      return reply.code(200).send();
    });
  }
}

export function bindingRoutes(app: FastifyInstance, context: Context): void {
  const { state } = context;
  const base = '/api/sku-binding/pvt';
  app.get<{ Params: { skuId: string } }>(`${base}/skusellers/:skuId`, async (request) =>
    state()
      .bindings.ofSku(Number(request.params.skuId))
      .map((b) => ({
        Id: b.skuSellerId,
        SellerId: b.sellerId,
        StockKeepingUnitId: b.skuId,
        SellerSkuId: b.sellerSkuId,
        IsActive: b.isActive,
        LastUpdateDate: state().iso(b.updatedAt),
        SalesPolicy: 0,
      })),
  );
  app.get<{ Querystring: Fields }>(`${base}/skuseller/admin`, async (request) => {
    const s = state();
    const { query } = request;
    const size = Math.min(queryInt(query, 'size', 50, 1), MOST_PAGE);
    const seller = text(query, 'sellerId');
    const found: Fields[] = [];
    for (const b of seller === '' ? s.bindings.all() : s.bindings.ofSeller(seller, true)) {
      if (found.length >= size) break;
      if (text(query, 'skuId') !== '' && String(b.skuId) !== text(query, 'skuId')) continue;
      if (text(query, 'sellerSkuId') !== '' && b.sellerSkuId !== text(query, 'sellerSkuId')) continue;
      if (text(query, 'isActive') !== '' && String(b.isActive) !== text(query, 'isActive')) continue;
      found.push(record(s, b));
    }
    return found;
  });
  for (const path of [
    `${base}/skuseller/:sellerId/:sellerSkuId`,
    '/api/catalog_system/pvt/skuseller/:sellerId/:sellerSkuId',
  ]) {
    app.get<{ Params: Key }>(path, async (request) => record(state(), find(state(), request.params)));
  }
  app.get<{ Params: { sellerId: string } }>(`${base}/skuseller/list/bysellerId/:sellerId`, async (request) =>
    state().bindings.ofSeller(request.params.sellerId).map(shortRecord),
  );
  app.get<{ Params: { sellerId: string }; Querystring: Fields }>(
    `${base}/skuseller/paged/sellerid/:sellerId`,
    async (request) => {
      const size = Math.min(queryInt(request.query, 'size', 50, 1), MOST_PAGE);
      const first = (queryInt(request.query, 'page', 1, 1) - 1) * size;
      return state()
        .bindings.ofSeller(request.params.sellerId)
        .slice(first, first + size)
        .map(shortRecord);
    },
  );
  changeRoutes(app, context);
}
