/** The register of sellers: records, invitations, sales channels, commissions. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { invalidField, notFound, ProtocolError } from '../errors.ts';
import type { Fields } from '../input.ts';
import { bool, fields, listOfFields, number, queryInt, text } from '../input.ts';
import type { SellerRecord } from '../seller-state.ts';
import { newSeller } from '../seller-state.ts';
import type { Lead, State } from '../state.ts';

const BASE = '/api/seller-register/pvt';
const LINK_DAYS = 7;
const DAY = 86_400_000;
const SELLER_ID = /^[A-Za-z0-9_-]{1,60}$/;

interface SellerParams {
  sellerId: string;
}

function find(state: State, sellerId: string): SellerRecord {
  const seller = state.sellers.get(sellerId);
  if (seller === undefined) throw notFound(`seller ${sellerId}`);
  return seller;
}

function conflict(message: string): ProtocolError {
  return new ProtocolError(409, { code: 'Conflict', name: 'Conflict', message });
}

function create(state: State, body: Fields): SellerRecord {
  const id = text(body, 'id');
  if (!SELLER_ID.test(id)) throw invalidField('id', 'must be 1 to 60 letters, digits, - or _');
  if (text(body, 'name').trim() === '') throw invalidField('name', 'is required');
  if (state.sellers.has(id)) throw conflict(`seller ${id} exists already`);
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== ''));
  const seller = newSeller(id, text(body, 'name'), state.url, given);
  state.sellers.set(id, seller);
  state.record('seller.create', { sellerId: id });
  return seller;
}

/** One `replace` of a field that exists, of the type that it has (null fields take any). Throws a 400. */
function patch(seller: SellerRecord, operation: Fields): void {
  if (text(operation, 'operation') !== 'replace') throw invalidField('operation', 'must be replace');
  const field = text(operation, 'path').replace(/^\//, '');
  const before = seller[field];
  if (!(field in seller) || field === 'id') throw invalidField('path', `"/${field}" cannot be replaced`);
  const { value } = operation;
  if (value === undefined || (before !== null && value !== null && typeof value !== typeof before)) {
    throw invalidField('value', `is not right for "/${field}"`);
  }
  seller[field] = value;
}

/** The older shape of a seller, spelled as that API spells it. */
function legacy(seller: SellerRecord): Fields {
  return {
    SellerId: seller.id,
    Name: seller.name,
    Email: text(seller, 'email'),
    Description: text(seller, 'description'),
    ExchangeReturnPolicy: text(seller, 'exchangeReturnPolicy'),
    DeliveryPolicy: text(seller, 'deliveryPolicy'),
    UseHybridPaymentOptions: bool(seller, 'allowHybridPayments') ?? false,
    UserName: null,
    Password: null,
    SecutityPrivacyPolicy: '',
    CNPJ: text(seller, 'taxCode'),
    CSCIdentification: text(seller, 'CSCIdentification'),
    ArchiveId: null,
    UrlLogo: '',
    ProductCommissionPercentage: 0,
    FreightCommissionPercentage: 0,
    CategoryCommissionPercentage: '[]',
    FulfillmentEndpoint: seller.fulfillmentEndpoint,
    CatalogSystemEndpoint: text(seller, 'catalogSystemEndpoint'),
    IsActive: seller.isActive,
    MerchantName: seller.id,
    FulfillmentSellerId: null,
    SellerType: number(seller, 'sellerType') ?? 1,
    IsBetterScope: bool(seller, 'isBetterScope') ?? false,
    TrustPolicy: text(seller, 'trustPolicy'),
  };
}

function leadRoutes(app: FastifyInstance, { state }: Context): void {
  const leadOf = (id: string): Lead => {
    const lead = state().leads.get(id);
    if (lead === undefined) throw notFound(`seller lead ${id}`);
    return lead;
  };
  const expired = (lead: Lead): boolean =>
    lead.status === 'invited' && state().now() - lead.invitedAt > LINK_DAYS * DAY;
  const view = (lead: Lead): Fields => ({
    ...lead.body,
    id: lead.id,
    email: lead.email,
    status: expired(lead) ? 'expired' : lead.status,
    invitedAt: state().iso(lead.invitedAt),
    expiresAt: state().iso(lead.invitedAt + LINK_DAYS * DAY),
  });
  app.get(`${BASE}/seller-leads`, async () => ({ items: [...state().leads.values()].map(view) }));
  app.post<{ Body: unknown }>(`${BASE}/seller-leads`, async (request) => {
    const body = fields(request.body);
    const email = text(body, 'email');
    if (!/^[^@\s]+@[^@\s]+$/.test(email)) throw invalidField('email', 'is not an e-mail address');
    const lead: Lead = { id: randomUUID(), email, body, status: 'invited', invitedAt: state().now() };
    state().leads.set(lead.id, lead);
    return view(lead);
  });
  app.get<{ Params: { id: string } }>(`${BASE}/seller-leads/:id`, async (request) => view(leadOf(request.params.id)));
  app.put<{ Params: { id: string } }>(`${BASE}/seller-leads/:id`, async (request) => {
    const lead = leadOf(request.params.id);
    if (expired(lead)) throw conflict('the invitation has expired');
    if (lead.status === 'invited') lead.status = 'accepted';
    return view(lead);
  });
  app.put<{ Params: { id: string } }>(`${BASE}/seller-leads/:id/status`, async (request) => {
    const lead = leadOf(request.params.id);
    if (lead.status !== 'invited') throw conflict(`the invitation is ${lead.status}`);
    lead.invitedAt = state().now();
    return view(lead);
  });
  app.put<{ Params: { id: string }; Body: unknown }>(`${BASE}/seller-leads/:id/seller`, async (request) => {
    const lead = leadOf(request.params.id);
    if (lead.status !== 'accepted') throw conflict(`the invitation is ${expired(lead) ? 'expired' : lead.status}`);
    const body = fields(request.body ?? {});
    const id = text(body, 'id') || lead.email.replace(/[^A-Za-z0-9]+/g, '-');
    const seller = create(state(), { name: text(lead.body, 'sellerName') || id, email: lead.email, ...body, id });
    lead.status = 'created';
    return seller;
  });
  app.delete<{ Params: { id: string } }>(`${BASE}/seller-leads/:id`, async (request, reply) => {
    state().leads.delete(leadOf(request.params.id).id);
    return reply.code(204).send();
  });
}

function commissionRoutes(app: FastifyInstance, { state }: Context): void {
  const path = `${BASE}/sellers/:sellerId/commissions`;
  const of = (sellerId: string): Map<string, Fields> => {
    find(state(), sellerId);
    const kept = state().commissions.get(sellerId) ?? new Map<string, Fields>();
    state().commissions.set(sellerId, kept);
    return kept;
  };
  app.get<{ Params: SellerParams }>(path, async (request) => [...of(request.params.sellerId).values()]);
  app.put<{ Params: SellerParams; Body: unknown }>(path, async (request, reply) => {
    const kept = of(request.params.sellerId);
    const rows = listOfFields(request.body).map((row) => {
      const categoryId = text(row, 'categoryId');
      const product = number(row, 'productCommissionPercentage');
      const freight = number(row, 'freightCommissionPercentage');
      const categories = state().catalog.categoryPath(Number(categoryId));
      if (categories.length === 0) throw invalidField('categoryId', `there is no category "${categoryId}"`);
      if (product === undefined || product < 0 || product > 100)
        throw invalidField('productCommissionPercentage', 'must be 0 to 100');
      if (freight === undefined || freight < 0 || freight > 100)
        throw invalidField('freightCommissionPercentage', 'must be 0 to 100');
      const names = categories.map((c) => c.name);
      return {
        categoryId,
        categoryName: names[names.length - 1] ?? '',
        categoryFullPath: names,
        productCommissionPercentage: product,
        freightCommissionPercentage: freight,
      };
    });
    for (const row of rows) kept.set(row.categoryId, row);
    return reply.code(204).send();
  });
  app.get<{ Params: SellerParams & { categoryId: string } }>(`${path}/:categoryId`, async (request) => {
    const row = of(request.params.sellerId).get(request.params.categoryId);
    if (row === undefined) throw notFound(`commission of category ${request.params.categoryId}`);
    return row;
  });
  app.delete<{ Params: SellerParams & { categoryId: string } }>(`${path}/:categoryId`, async (request, reply) => {
    if (!of(request.params.sellerId).delete(request.params.categoryId))
      throw notFound(`commission of category ${request.params.categoryId}`);
    return reply.code(204).send();
  });
}

export function sellerRoutes(app: FastifyInstance, context: Context): void {
  const { state } = context;
  app.get<{ Querystring: Fields }>(`${BASE}/sellers`, async (request) => {
    const { query } = request;
    const from = queryInt(query, 'from', 0);
    const to = Math.min(queryInt(query, 'to', from + 100, from), from + 100);
    const keyword = text(query, 'keyword').toLowerCase();
    const found = [...state().sellers.values()].filter(
      (seller) =>
        (keyword === '' || `${seller.id} ${seller.name}`.toLowerCase().includes(keyword)) &&
        (text(query, 'isActive') === '' || String(seller.isActive) === text(query, 'isActive')) &&
        (text(query, 'isVtex') === '' || String(seller.isVtex) === text(query, 'isVtex')),
    );
    return { items: found.slice(from, to), paging: { from, to, total: found.length } };
  });
  app.get<{ Params: SellerParams }>(`${BASE}/sellers/:sellerId`, async (request) =>
    find(state(), request.params.sellerId),
  );
  app.post<{ Body: unknown }>(`${BASE}/sellers`, async (request) => create(state(), fields(request.body)));
  app.patch<{ Params: SellerParams; Body: unknown }>(`${BASE}/sellers/:sellerId`, async (request) => {
    const seller = find(state(), request.params.sellerId);
    // On a copy first, so that a bad operation leaves the good ones before it unapplied.
    const next = { ...seller };
    for (const operation of listOfFields(request.body)) patch(next, operation);
    state().sellers.set(seller.id, next);
    state().record('seller.update', { sellerId: seller.id });
    return next;
  });
  const mapping = `${BASE}/sellers/:sellerId/sales-channel/mapping`;
  app.get<{ Params: SellerParams }>(
    mapping,
    async (request) => state().channelMappings.get(find(state(), request.params.sellerId).id) ?? [],
  );
  app.put<{ Params: SellerParams; Body: unknown }>(mapping, async (request) => {
    const seller = find(state(), request.params.sellerId);
    const rows = listOfFields(request.body).map((row) => {
      const channel = number(row, 'marketplaceSalesChannel');
      if (channel === undefined) throw invalidField('marketplaceSalesChannel', 'must be a number');
      if (text(row, 'sellerChannel') === '') throw invalidField('sellerChannel', 'is required');
      return { marketplaceSalesChannel: String(channel), sellerChannel: text(row, 'sellerChannel') };
    });
    state().channelMappings.set(seller.id, rows);
    return rows;
  });
  for (const path of ['/api/catalog_system/pvt/seller/:sellerId', '/api/catalog_system/pvt/sellers/:sellerId']) {
    app.get<{ Params: SellerParams }>(path, async (request) => legacy(find(state(), request.params.sellerId)));
  }
  app.get('/api/catalog_system/pvt/seller/list', async () => [...state().sellers.values()].map(legacy));
  leadRoutes(app, context);
  commissionRoutes(app, context);
}
