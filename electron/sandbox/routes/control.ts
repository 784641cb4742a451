/** What a test, a benchmark or a demonstration does to the outside world. No key; the server listens on loopback only. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { invalidField } from '../errors.ts';
import { parseRule } from '../faults.ts';
import type { Fields } from '../input.ts';
import { bool, fields, isFields, listOfFields, number, queryInt, text } from '../input.ts';
import type { SellerSku } from '../seller-state.ts';
import type { State } from '../state.ts';
import { contentOf } from '../suggestion-content.ts';
import { putSuggestion } from './suggestions.ts';

const DAY = 86_400_000;
const NOTIFY_LIMIT_MS = 10_000;
const NOTIFY_PATHS: Readonly<Record<string, (sellerId: string, sellerSkuId: string) => string>> = {
  price: (s, k) => `/api/notificator/${s}/changenotification/${k}/price`,
  inventory: (s, k) => `/api/notificator/${s}/changenotification/${k}/inventory`,
  sku: (s, k) => `/api/catalog_system/pvt/skuseller/changenotification/${s}/${k}`,
};

/** One message of a seller to somebody's endpoint; status 0 when there was no answer. */
async function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: Fields,
): Promise<number> {
  try {
    const response = await fetch(url, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(NOTIFY_LIMIT_MS),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

interface Destination {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly kinds: readonly string[];
}

function destination(value: unknown): Destination | undefined {
  if (value === undefined) return undefined;
  const notify = fields(value, 'notify');
  const url = text(notify, 'url').replace(/\/+$/, '');
  if (!/^https?:\/\//.test(url)) throw invalidField('notify.url', 'must be an http(s) URL');
  const headers = isFields(notify.headers)
    ? Object.fromEntries(Object.entries(notify.headers).map(([k, v]) => [k, String(v)]))
    : {};
  const kinds = Array.isArray(notify.kinds) ? notify.kinds.map(String) : ['price'];
  for (const kind of kinds)
    if (NOTIFY_PATHS[kind] === undefined)
      throw invalidField('notify.kinds', `"${kind}" is not price, inventory or sku`);
  return { url, headers, kinds };
}

function cents(body: Fields, name: string): number | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw invalidField(name, 'must be a whole number from 0');
  return value;
}

function sellerChange(body: Fields): Partial<SellerSku> {
  const price = cents(body, 'price');
  const listPrice = cents(body, 'listPrice');
  const stock = cents(body, 'stock');
  const channels = body.prices === undefined ? undefined : fields(body.prices, 'prices');
  const prices = Object.fromEntries(
    Object.keys(channels ?? {}).map((channel) => [channel, cents(channels ?? {}, channel) ?? 0]),
  );
  return {
    ...(price === undefined ? {} : { price }),
    ...(listPrice === undefined ? {} : { listPrice }),
    ...(stock === undefined ? {} : { stock }),
    ...(channels === undefined ? {} : { prices }),
  };
}

function snapshot(state: State, query: Fields): Fields {
  const now = state.now();
  const full = text(query, 'full') !== '';
  const since = queryInt(query, 'since', 0);
  const tally = { active: 0, inactive: 0, removed: 0 };
  const shown: Fields[] = [];
  for (const b of state.bindings.all()) {
    tally[b.isRemoved ? 'removed' : b.isActive ? 'active' : 'inactive']++;
    if (!full && !b.changed) continue;
    const { sellerId, sellerSkuId, skuId, isActive, isRemoved } = b;
    shown.push({ sellerId, sellerSkuId, skuId, isActive, isRemoved });
  }
  return {
    now: state.iso(),
    counts: {
      sellers: state.sellers.size,
      brands: state.catalog.brands.length,
      categories: state.catalog.categories.length,
      skus: state.catalog.skuCount,
      offers: state.world.offerCount,
    },
    suggestions: state.suggestions.counts(now),
    matches: state.matches,
    bindings: tally,
    changedBindings: shown,
    denied: state.suggestions.keysOf('denied', now),
    notifications: state.notifications,
    settings: state.settings,
    log: state.log.slice(since),
  };
}

function changeSettings(state: State, body: Fields): Fields {
  const { settings } = state;
  for (const name of Object.keys(body)) if (!(name in settings)) throw invalidField(name, 'is not a setting');
  for (const name of ['suggestionPageLimit', 'shuffleWindow'] as const) {
    const value = cents(body, name);
    if (value === 0) throw invalidField(name, 'must be above 0');
    if (value !== undefined) settings[name] = value;
  }
  settings.shuffle = bool(body, 'shuffle') ?? settings.shuffle;
  settings.skuBulk = bool(body, 'skuBulk') ?? settings.skuBulk;
  return { ...settings };
}

/** A whole offer from a partial one: what the seller sent last, or plain defaults. */
function completeOffer(state: State, sellerId: string, itemId: string, partial: Fields): Fields {
  const known = state.suggestions.find(sellerId, itemId);
  const name = text(partial, 'ProductName') || text(partial, 'SkuName') || `Item ${itemId}`;
  const base =
    known >= 0
      ? state.suggestions.latest(known).content
      : contentOf(
          {
            sellerId,
            itemId,
            productId: itemId,
            productName: name,
            skuName: name,
            nameComplete: name,
            description: name,
            brandName: state.catalog.brands[0]?.name ?? 'Unbranded',
            categoryFullPath:
              state.catalog
                .categoryPath(state.catalog.categories.length)
                .map((c) => c.name)
                .join('/') || 'General',
            refId: itemId,
            ean: null,
            skuSpecifications: [],
            productSpecifications: [],
            dimensions: { height: 10, width: 10, length: 10, weight: 500 },
            price: 10_000,
            stock: 10,
            image: 1,
            age: 0,
          },
          state.url,
        );
  // The seller's own PUT needs at least one image; generated offers may have none.
  const images = base.Images.length > 0 ? base.Images : [{ imageName: 'Main', imageUrl: `${state.url}/images/1.svg` }];
  return { ...base, Images: images, ...partial };
}

export function controlRoutes(app: FastifyInstance, { state, reset }: Context): void {
  app.get<{ Querystring: Fields }>('/control/state', async (request) => snapshot(state(), request.query));
  app.get('/control/faults', async () => state().faults.describe());
  app.post<{ Body: unknown }>('/control/faults', async (request) => {
    const rules = Array.isArray(request.body) ? listOfFields(request.body) : [fields(request.body)];
    state().faults.set(rules.map(parseRule));
    return state().faults.describe();
  });
  app.delete('/control/faults', async (_request, reply) => {
    state().faults.clear();
    return reply.code(204).send();
  });
  app.post<{ Params: { sellerId: string; sellerSkuId: string }; Body: unknown }>(
    '/control/seller/:sellerId/sku/:sellerSkuId',
    async (request) => {
      const s = state();
      const { sellerId, sellerSkuId } = request.params;
      if (!s.sellers.has(sellerId)) throw invalidField('sellerId', `there is no seller "${sellerId}"`);
      const body = fields(request.body ?? {});
      const to = destination(body.notify);
      const sku = s.systems.set(sellerId, sellerSkuId, sellerChange(body));
      const notified: Fields[] = [];
      for (const kind of to === undefined
        ? []
        : s.faults.disturb(null, 'POST', '/seller-notification', [...to.kinds])) {
        const path = NOTIFY_PATHS[kind]?.(encodeURIComponent(sellerId), encodeURIComponent(sellerSkuId)) ?? '';
        notified.push({ kind, status: await send('POST', `${to?.url ?? ''}${path}`, to?.headers ?? {}) });
      }
      return { ...sku, notified };
    },
  );
  app.post<{ Params: { sellerId: string }; Body: unknown }>('/control/sellers/:sellerId/offers', async (request) => {
    const s = state();
    const { sellerId } = request.params;
    const body = fields(request.body);
    const itemId = text(body, 'itemId');
    if (itemId === '') throw invalidField('itemId', 'is required');
    const offer = completeOffer(s, sellerId, itemId, body.offer === undefined ? {} : fields(body.offer, 'offer'));
    const to = destination(body.notify);
    if (to === undefined) return putSuggestion(s, { sellerId, itemId }, offer);
    const status = await send(
      'PUT',
      `${to.url}/suggestions/${encodeURIComponent(sellerId)}/${encodeURIComponent(itemId)}`,
      to.headers,
      offer,
    );
    return { notified: [{ kind: 'suggestion', status }], offer };
  });
  app.get<{ Params: { sellerId: string } }>('/control/sellers/:sellerId/keys', async (request) => {
    const { sellerId } = request.params;
    if (!state().sellers.has(sellerId)) throw invalidField('sellerId', `there is no seller "${sellerId}"`);
    return state().sellerKeys(sellerId);
  });
  app.post<{ Body: unknown }>('/control/clock', async (request) => {
    const body = fields(request.body);
    const days = number(body, 'advanceDays');
    const now = text(body, 'now') === '' ? Number.NaN : Date.parse(text(body, 'now'));
    if (days === undefined && Number.isNaN(now)) throw invalidField('now', 'give now (ISO 8601) or advanceDays');
    state().setNow(days === undefined ? now : state().now() + days * DAY);
    return { now: state().iso() };
  });
  app.post<{ Body: unknown }>('/control/settings', async (request) => changeSettings(state(), fields(request.body)));
  app.post('/control/reset', async (_request, reply) => {
    reset();
    return reply.code(204).send();
  });
}
