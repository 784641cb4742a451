/** Suggestions: list, one, versions, decisions, and the matcher's configuration. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { notFound, suggestionError } from '../errors.ts';
import type { Fields } from '../input.ts';
import { bool, fields, isFields, listOfFields, queryInt, text } from '../input.ts';
import { approveAutomatically, matchMany, matchOne } from '../matching.ts';
import type { State } from '../state.ts';
import type { ContentSpecification } from '../suggestion-content.ts';
import { nameComplete, parseContent } from '../suggestion-content.ts';
import type { Filter, Version } from '../suggestion-state.ts';

interface ItemParams {
  sellerId: string;
  itemId: string;
}

interface MatchParams extends ItemParams {
  version: string;
  matchId: string;
}

const STATUSES = new Set(['accepted', 'pending', 'denied']);

function shown(list: readonly ContentSpecification[]): readonly Fields[] {
  return list.map((s) => ({ FieldName: s.fieldName, FieldValues: s.fieldValues }));
}

/** A suggestion as the list and the single reads show it. */
function view(state: State, position: number, version: Version): Fields {
  const { content } = version;
  const [sellerId, itemId] = state.suggestions.keyOf(position);
  const versions = state.suggestions.versionsOf(position);
  const latest = versions[versions.length - 1] ?? version;
  const verdict = state.suggestions.verdict(position);
  return {
    SellerId: sellerId,
    ItemId: itemId,
    Status: state.suggestions.status(position, state.now()),
    Type: versions.length > 1 ? 'update' : 'new',
    LatestVersionId: latest.versionId,
    VersionId: version.versionId,
    ProductId: content.ProductId,
    ProductName: content.ProductName,
    SkuName: content.SkuName,
    NameComplete: nameComplete(content),
    ProductDescription: content.ProductDescription,
    BrandName: content.BrandName,
    CategoryFullPath: content.CategoryFullPath,
    RefId: content.RefId,
    EAN: content.EAN,
    AvailableQuantity: content.AvailableQuantity,
    Pricing: content.Pricing,
    CreateDate: state.iso(versions[0]?.at ?? version.at),
    LastModifiedDate: state.iso(version.at),
    SkuSpecifications: shown(content.SkuSpecifications),
    ProductSpecifications: shown(content.ProductSpecifications),
    ImageUrl: content.Images[0]?.imageUrl ?? null,
    Images: content.Images.map((image) => ({ ImageName: image.imageName, ImageUrl: image.imageUrl })),
    HasMapping: state.suggestions.hasMapping(content),
    Matches: [
      verdict === undefined
        ? { MatchId: `${latest.versionId}-1`, MatcherId: 'vtex-matcher', Score: '50', MatchType: 'pending' }
        : {
            MatchId: verdict.matchId,
            MatcherId: verdict.matcherId,
            Score: verdict.score,
            MatchType: verdict.matchType,
          },
    ],
    content,
  };
}

function position(state: State, { sellerId, itemId }: ItemParams): number {
  const found = state.suggestions.find(sellerId, itemId);
  if (found < 0) throw suggestionError(16, `there is no suggestion ${sellerId}/${itemId}`);
  return found;
}

function filterOf(query: Fields): Filter {
  const status = text(query, 'status').toLowerCase();
  if (status !== '' && !STATUSES.has(status))
    throw suggestionError(0, `status "${status}" is not accepted, pending or denied`, 'status');
  const type = text(query, 'type').toLowerCase();
  const mapping = text(query, 'hasmapping').toLowerCase();
  return {
    ...(status === '' ? {} : { status }),
    ...(type === '' ? {} : { type }),
    ...(text(query, 'seller') === '' ? {} : { seller: text(query, 'seller') }),
    ...(text(query, 'q') === '' ? {} : { q: text(query, 'q') }),
    ...(mapping === '' ? {} : { hasMapping: mapping === 'true' }),
    ...(text(query, 'matcherid') === '' ? {} : { matcherId: text(query, 'matcherid') }),
  };
}

/** Puts a seller's offer, as the seller itself or as the control endpoint on its behalf. Throws 400 on a field. */
export async function putSuggestion(state: State, { sellerId, itemId }: ItemParams, body: Fields): Promise<Fields> {
  if (!state.sellers.has(sellerId)) throw notFound(`seller ${sellerId}`);
  const content = parseContent(body, sellerId, itemId);
  const existing = state.suggestions.find(sellerId, itemId);
  if (existing >= 0) {
    const status = state.suggestions.status(existing, state.now());
    const owned = status === 'accepted' && state.bindings.get(sellerId, itemId) !== undefined;
    // Denied: blocked until somebody lifts it. Accepted and bound: the marketplace owns it now.
    if (status === 'denied' || owned) {
      return { sellerId, itemId, versionId: state.suggestions.latest(existing).versionId, status, ignored: true };
    }
  }
  const { version } = state.suggestions.put(sellerId, itemId, content, state.now());
  state.systems.set(sellerId, itemId, { price: content.Pricing.SalePrice, stock: content.AvailableQuantity });
  state.record('suggestion.put', { sellerId, sellerSkuId: itemId, versionId: version.versionId });
  if (approvesAll(state, sellerId)) await approveAutomatically(state, sellerId, itemId, version.versionId);
  const status = state.suggestions.status(state.suggestions.find(sellerId, itemId), state.now());
  return { sellerId, itemId, versionId: version.versionId, status };
}

function approvesAll(state: State, sellerId: string): boolean {
  const own = state.configuration.get(`toggle:${sellerId}`) ?? state.configuration.get('toggle:');
  const flux = [state.configuration.get(`seller:${sellerId}`), state.configuration.get('matcher')].map((c) =>
    isFields(c) ? text(c, 'matchFlux') || text(c, 'MatchFlux') : '',
  );
  return own === true || flux.includes('autoApprove');
}

const DEFAULT_CONFIGURATION = {
  Score: { Approve: 80, Reject: 30 },
  Matchers: [
    {
      MatcherId: 'vtex-matcher',
      'hook-base-address': 'http://matcher.invalid',
      IsActive: true,
      UpdatesNotificationEndpoint: '',
      Description: '',
    },
  ],
  Rules: { Item: [], Product: [] },
  SpecificationsMapping: [],
  MatchFlux: 'default',
};

function configurationRoutes(app: FastifyInstance, { state }: Context): void {
  const configuration = (): Fields => {
    const kept = state().configuration.get('matcher');
    return isFields(kept) ? kept : DEFAULT_CONFIGURATION;
  };
  app.get('/suggestions/configuration', async () => configuration());
  app.put<{ Body: unknown }>('/suggestions/configuration', async (request) => {
    const body = fields(request.body);
    fields(body.Score, 'Score');
    listOfFields(body.Matchers, 'Matchers');
    state().configuration.set('matcher', { ...DEFAULT_CONFIGURATION, ...body });
    return configuration();
  });
  app.get('/suggestions/configuration/account/config', async () => {
    if (!state().configuration.has('matcher')) throw notFound('account configuration');
    const own = configuration();
    const score = isFields(own.Score) ? own.Score : {};
    const matchers = listOfFields(own.Matchers, 'Matchers').map((m) => ({
      matcherId: text(m, 'MatcherId'),
      'hook-base-address': text(m, 'hook-base-address'),
      isActive: bool(m, 'IsActive') ?? true,
      updatesNotificationEndpoint: m.UpdatesNotificationEndpoint ?? null,
      description: m.Description ?? null,
    }));
    return {
      score: { approve: score.Approve, pending: Number(score.Reject) + 1, reject: score.Reject },
      matchers,
      rules: { item: [], product: [] },
      specificationsMapping: own.SpecificationsMapping,
      matchFlux: own.MatchFlux,
    };
  });
  app.get<{ Params: { sellerId: string } }>('/suggestions/configuration/seller/:sellerId', async (request) => {
    const kept = state().configuration.get(`seller:${request.params.sellerId}`);
    if (!isFields(kept)) throw notFound(`configuration of seller ${request.params.sellerId}`);
    return kept;
  });
  app.put<{ Params: { sellerId: string }; Body: unknown }>(
    '/suggestions/configuration/seller/:sellerId',
    async (request) => {
      const body = fields(request.body);
      const { sellerId } = request.params;
      const kept = {
        sellerId,
        accountId: 'sandbox',
        accountName: 'sandbox',
        mapping: isFields(body.mapping) ? body.mapping : {},
        matchFlux: text(body, 'matchFlux') || 'default',
      };
      state().configuration.set(`seller:${sellerId}`, kept);
      return kept;
    },
  );
  app.put<{ Params: { sellerId: string }; Body: unknown }>(
    '/suggestions/configuration/:sellerId/specifications',
    async (request) => {
      const { sellerId } = request.params;
      const key = `seller:${sellerId}`;
      const before = state().configuration.get(key);
      const base = isFields(before)
        ? before
        : { sellerId, accountId: 'sandbox', accountName: 'sandbox', matchFlux: 'default' };
      const kept = { ...base, mapping: fields(request.body) };
      state().configuration.set(key, kept);
      return kept;
    },
  );
  const toggle = (sellerId: string, body: unknown): Fields => {
    const enabled = bool(fields(body), 'Enabled');
    if (enabled === undefined) throw suggestionError(0, 'Enabled must be true or false', 'Enabled');
    state().configuration.set(`toggle:${sellerId}`, enabled);
    return { Enabled: enabled };
  };
  app.get<{ Querystring: Fields }>('/suggestions/configuration/autoapproval/toggle', async (request) => {
    const enabled =
      state().configuration.get(`toggle:${text(request.query, 'sellerId')}`) ??
      state().configuration.get('toggle:') ??
      false;
    return { Enabled: enabled };
  });
  app.put<{ Body: unknown }>('/suggestions/configuration/autoapproval/toggle', async (request) =>
    toggle('', request.body),
  );
  app.put<{ Params: { sellerId: string }; Body: unknown }>(
    '/suggestions/configuration/autoapproval/toggle/seller/:sellerId',
    async (request) => toggle(request.params.sellerId, request.body),
  );
}

export function suggestionRoutes(app: FastifyInstance, context: Context): void {
  const { state } = context;
  configurationRoutes(app, context);
  app.get<{ Querystring: Fields }>('/suggestions', async (request) => {
    const s = state();
    const perPage = s.settings.suggestionPageLimit;
    const from = queryInt(request.query, '_from', 0);
    const to = Math.min(queryInt(request.query, '_to', from + perPage - 1, from), from + perPage - 1);
    const list = s.suggestions.list(filterOf(request.query), s.now());
    const window = s.settings.shuffle ? s.settings.shuffleWindow : 1;
    const positions = s.faults.disturb(
      request,
      request.method,
      request.url,
      s.suggestions.page(list, from, to, window),
    );
    return {
      data: positions.map((p) => view(s, p, s.suggestions.latest(p))),
      paging: { from, to, perPage, total: list.length },
    };
  });
  app.get<{ Params: ItemParams }>('/suggestions/:sellerId/:itemId', async (request) => {
    const at = position(state(), request.params);
    return view(state(), at, state().suggestions.latest(at));
  });
  app.put<{ Params: ItemParams; Body: unknown }>('/suggestions/:sellerId/:itemId', async (request) =>
    putSuggestion(state(), request.params, fields(request.body)),
  );
  app.delete<{ Params: ItemParams }>('/suggestions/:sellerId/:itemId', async (request, reply) => {
    const s = state();
    s.suggestions.setStatus(position(s, request.params), 'deleted');
    s.record('suggestion.delete', { sellerId: request.params.sellerId, sellerSkuId: request.params.itemId });
    return reply.code(204).send();
  });
  app.get<{ Params: ItemParams }>('/suggestions/:sellerId/:itemId/versions', async (request) => {
    const s = state();
    const at = position(s, request.params);
    return s.suggestions.versionsOf(at).map((version) => view(s, at, version));
  });
  app.get<{ Params: ItemParams & { version: string } }>(
    '/suggestions/:sellerId/:itemId/versions/:version',
    async (request) => {
      const s = state();
      const at = position(s, request.params);
      const version = s.suggestions.versionsOf(at).find((v) => v.versionId === request.params.version);
      if (version === undefined) throw suggestionError(16, `there is no version ${request.params.version}`);
      return view(s, at, version);
    },
  );
  app.put<{ Params: MatchParams; Body: unknown }>(
    '/suggestions/:sellerId/:itemId/versions/:version/matches/:matchId',
    async (request) => {
      const { sellerId, itemId, version, matchId } = request.params;
      return [await matchOne(state(), { sellerId, itemId, versionId: version, matchId }, fields(request.body))];
    },
  );
  app.put<{ Params: { action: string }; Body: unknown }>('/suggestions/matches/action/:action', async (request) =>
    matchMany(state(), request.params.action, listOfFields(request.body)),
  );
}
