/**
 * Offers that wait for review: reading them, and deciding them. Decisions are never tried again here: after an ambiguous
 * failure the caller reads the suggestion back first.
 */
import { z } from 'zod';
import { ProtocolError } from './failure.ts';
import { booleanOrNull, eitherCase, numberOrNull, skuId, textOrEmpty, textOrNull } from './fields.ts';
import { type HttpClient, pathOf, type Query } from './http.ts';
import type { CallOptions } from './sellers.ts';
import { suggestionSchema } from './suggestion-record.ts';
import type { PageOf, SkuRecord, SuggestionRecord } from './types.ts';

/** How many items one bulk decision takes at most (protocol reference, bulk match). */
export const mostMatches = 25;

export const suggestionPageSchema: z.ZodType<{
  readonly items: readonly SuggestionRecord[];
  readonly paging: { readonly from: number | null; readonly total: number | null } | null;
}> = z
  .preprocess(
    // a bare list is taken as well; not a union, which would not say where a record is at fault
    (value) => (Array.isArray(value) ? { data: value } : value),
    z.looseObject({
      data: z.array(suggestionSchema),
      paging: z.looseObject({ from: numberOrNull, total: numberOrNull }).nullish(),
    }),
  )
  .transform(({ data, paging }) => ({ items: data, paging: paging ?? null }));

export interface MatchOutcome {
  readonly matchId: string;
  readonly sellerId: string;
  readonly sellerSkuId: string;
  readonly isSuccess: boolean;
  /** The SKU that the offer is bound to now, when the backend says so. */
  readonly skuId: SkuRecord['skuId'] | null;
  /** Why not, of an item of a bulk decision: suggestion code (0 to 23) and sentence. */
  readonly code: number | null;
  readonly message: string | null;
}

const outcome = eitherCase(
  z.looseObject({
    MatchId: textOrEmpty,
    SellerId: textOrEmpty,
    ItemId: textOrNull,
    ItemID: textOrNull,
    IsSuccess: z.boolean(),
    SkuId: z.union([z.null(), skuId]).optional(),
    Error: eitherCase(
      z.looseObject({ Code: z.union([z.number(), z.string()]).nullish(), Message: textOrNull }),
    ).nullish(),
  }),
).transform(
  (each): MatchOutcome => ({
    matchId: each.MatchId,
    sellerId: each.SellerId,
    sellerSkuId: each.ItemId ?? each.ItemID ?? '',
    isSuccess: each.IsSuccess,
    skuId: each.SkuId ?? null,
    code: typeof each.Error?.Code === 'number' ? each.Error.Code : null,
    message: each.Error?.Message ?? null,
  }),
);
export const outcomesSchema = z.array(outcome);

/** Which suggestion, which of its versions, and the caller's id of this decision. */
export interface MatchTarget {
  readonly sellerId: string;
  readonly sellerSkuId: string;
  readonly versionId: string;
  readonly matchId: string;
  /** Defaults to this client's own. */
  readonly matcherId?: string;
  /** 0 to 100. */
  readonly score?: number;
}

export interface NewProductFields {
  readonly name: string;
  readonly description: string;
  readonly categoryId: number;
  readonly brandId: number;
  readonly specifications?: Readonly<Record<string, string>> | null;
}

/** Lengths in centimetres, weight in grams. */
export interface NewSkuFields {
  readonly name: string;
  readonly eans: readonly string[];
  readonly refId: string | null;
  readonly height: number;
  readonly width: number;
  readonly length: number;
  readonly weight: number;
  /** Addresses by file name. */
  readonly images: Readonly<Record<string, string>>;
  readonly unitMultiplier: number;
  readonly measurementUnit: string;
  readonly specifications: Readonly<Record<string, string>>;
}

export type MatchDecision =
  /** Binds to an existing SKU, by id or reference. */
  | { readonly type: 'itemMatch'; readonly skuRef: string }
  /** Makes a new SKU under an existing product. */
  | { readonly type: 'productMatch'; readonly productRef: string; readonly sku: NewSkuFields }
  | { readonly type: 'newproduct'; readonly product: NewProductFields; readonly sku: NewSkuFields }
  | { readonly type: 'deny' }
  /** Puts a denied one back (unblocks), and records "not yet" on a pending one. */
  | { readonly type: 'pending' };

export type BulkAction = 'newproduct' | 'skuassociation' | 'productassociation' | 'deny';

export interface BulkItem extends MatchTarget {
  readonly categoryId?: number | null;
  readonly brandId?: number | null;
  readonly skuRef?: string | null;
  readonly productRef?: string | null;
}

export interface SuggestionFilter {
  readonly status?: 'accepted' | 'pending' | 'denied';
  readonly type?: 'new' | 'update';
  readonly sellerId?: string;
  readonly q?: string;
  readonly hasMapping?: boolean;
  readonly matcherId?: string;
}

export interface SuggestionsApi {
  /** One page; positions from 0, `to` included. The backend may give fewer (20), and its order moves between pages. */
  page(
    range: { readonly from: number; readonly to: number },
    filter?: SuggestionFilter,
    options?: CallOptions,
  ): Promise<PageOf<SuggestionRecord>>;
  /** In any state; null when the backend has none. */
  get(sellerId: string, sellerSkuId: string, options?: CallOptions): Promise<SuggestionRecord | null>;
  /** Every version, oldest first; null when the backend has none. */
  versions(sellerId: string, sellerSkuId: string, options?: CallOptions): Promise<readonly SuggestionRecord[] | null>;
  version(
    sellerId: string,
    sellerSkuId: string,
    versionId: string,
    options?: CallOptions,
  ): Promise<SuggestionRecord | null>;
  /** Decides one. Throws {@link ProtocolError}, whose refusal carries the suggestion code (17 old version, 18 not pending, 22, 23 …). */
  match(target: MatchTarget, decision: MatchDecision, options?: CallOptions): Promise<MatchOutcome>;
  /** Decides up to 25 with one call; each item has its own outcome, in the order given. */
  matchMany(action: BulkAction, items: readonly BulkItem[], options?: CallOptions): Promise<readonly MatchOutcome[]>;
  deny(target: MatchTarget, options?: CallOptions): Promise<MatchOutcome>;
  /** Puts a denied one back. */
  unblock(target: MatchTarget, options?: CallOptions): Promise<MatchOutcome>;
  /** Gone for good: the seller has to send it again. False when it was gone already. */
  remove(sellerId: string, sellerSkuId: string, options?: CallOptions): Promise<boolean>;
  /** The backend's own automatic approval; null when it does not say. */
  autoApproval(options?: CallOptions): Promise<boolean | null>;
}

/** A suggestion that is not there answers 404, or code 16. */
function isMissing(error: unknown): boolean {
  return (
    error instanceof ProtocolError &&
    error.failure.kind === 'refused' &&
    (error.failure.status === 404 || error.failure.code === 16)
  );
}

export function createSuggestionsApi(http: HttpClient, matcherId = 'bindery'): SuggestionsApi {
  const itemPath = (sellerId: string, sellerSkuId: string): string => pathOf('suggestions', sellerId, sellerSkuId);

  async function orNull<Output>(read: Promise<Output>): Promise<Output | null> {
    try {
      return await read;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  const match: SuggestionsApi['match'] = async (target, decision, options) => {
    const path = `${itemPath(target.sellerId, target.sellerSkuId)}${pathOf('versions', target.versionId, 'matches', target.matchId)}`;
    const body = {
      matcherId: target.matcherId ?? matcherId,
      matchType: decision.type,
      score: scoreText(target.score),
      skuRef: decision.type === 'itemMatch' ? decision.skuRef : null,
      productRef: decision.type === 'productMatch' ? decision.productRef : null,
      product: decision.type === 'newproduct' ? { specifications: null, ...decision.product } : null,
      sku: decision.type === 'newproduct' || decision.type === 'productMatch' ? decision.sku : null,
    };
    const schema = outcomesSchema.min(1);
    const outcomes = await http.request({ method: 'PUT', path, body, schema, idempotent: false, ...options });
    const own = outcomes.find((each) => each.sellerSkuId === target.sellerSkuId) ?? outcomes[0];
    const call = { name: `PUT ${path}`, changes: true };
    if (own === undefined) {
      throw new ProtocolError({ kind: 'unexpected-reply', path: '$', status: 200 }, 'The reply names no match.', call);
    }
    if (own.isSuccess) return own;
    const message = own.message ?? 'the match was not successful';
    const failure = { kind: 'refused', status: 200, code: own.code, message } as const;
    throw new ProtocolError(failure, `The marketplace did not take the decision: ${message}.`, call);
  };

  return {
    async page(range, filter = {}, options) {
      const query: Query = {
        _from: range.from,
        _to: range.to,
        status: filter.status,
        type: filter.type,
        seller: filter.sellerId,
        q: filter.q,
        hasmapping: filter.hasMapping,
        matcherid: filter.matcherId,
      };
      const schema = suggestionPageSchema;
      const reply = await http.request({
        method: 'GET',
        path: '/suggestions',
        query,
        schema,
        idempotent: true,
        ...options,
      });
      return { items: reply.items, from: reply.paging?.from ?? range.from, total: reply.paging?.total ?? null };
    },
    async get(sellerId, sellerSkuId, options) {
      const path = itemPath(sellerId, sellerSkuId);
      return await orNull(
        http.request({ method: 'GET', path, schema: suggestionSchema, idempotent: true, ...options }),
      );
    },
    async versions(sellerId, sellerSkuId, options) {
      const path = `${itemPath(sellerId, sellerSkuId)}/versions`;
      return await orNull(
        http.request({ method: 'GET', path, schema: z.array(suggestionSchema), idempotent: true, ...options }),
      );
    },
    async version(sellerId, sellerSkuId, versionId, options) {
      const path = `${itemPath(sellerId, sellerSkuId)}${pathOf('versions', versionId)}`;
      return await orNull(
        http.request({ method: 'GET', path, schema: suggestionSchema, idempotent: true, ...options }),
      );
    },
    match,
    async matchMany(action, items, options) {
      if (items.length === 0) return [];
      if (items.length > mostMatches)
        throw new RangeError(`at most ${mostMatches} decisions a call, not ${items.length}`);
      const path = pathOf('suggestions', 'matches', 'action', action);
      const body = items.map((item) => ({
        itemId: item.sellerSkuId,
        versionId: item.versionId,
        matchId: item.matchId,
        matcherId: item.matcherId ?? matcherId,
        sellerId: item.sellerId,
        score: scoreText(item.score),
        categoryId: item.categoryId ?? null,
        brandId: item.brandId ?? null,
        skuRef: item.skuRef ?? null,
        productRef: item.productRef ?? null,
      }));
      const schema = outcomesSchema;
      const outcomes = await http.request({ method: 'PUT', path, body, schema, idempotent: false, ...options });
      return items.map((item) => outcomeOf(item, outcomes, path));
    },
    deny: (target, options) => match(target, { type: 'deny' }, options),
    unblock: (target, options) => match(target, { type: 'pending' }, options),
    async remove(sellerId, sellerSkuId, options) {
      const path = itemPath(sellerId, sellerSkuId);
      const sent = http.send({ method: 'DELETE', path, idempotent: true, ...options }).then(() => true);
      return (await orNull(sent)) ?? false;
    },
    async autoApproval(options) {
      const path = '/suggestions/configuration/autoapproval/toggle';
      const schema = eitherCase(z.looseObject({ Enabled: booleanOrNull }));
      return (await http.request({ method: 'GET', path, schema, idempotent: true, ...options })).Enabled;
    },
  };
}

/** The protocol's score is a decimal as text. A person's decision counts full. */
function scoreText(score = 100): string {
  return String(Math.round(score * 100) / 100);
}

/** The item's own outcome: found by its ids, since the reply may hold them in another order or twice. */
function outcomeOf(item: BulkItem, outcomes: readonly MatchOutcome[], path: string): MatchOutcome {
  const found = outcomes.find(
    (each) =>
      each.sellerSkuId === item.sellerSkuId &&
      (each.sellerId === '' || each.sellerId === item.sellerId) &&
      (each.matchId === '' || each.matchId === item.matchId),
  );
  if (found !== undefined) return found;
  const failure = { kind: 'unexpected-reply', path: '$', status: 200 } as const;
  const message = `The reply to the bulk decision leaves out ${item.sellerId}/${item.sellerSkuId}.`;
  throw new ProtocolError(failure, message, { name: `PUT ${path}`, changes: true });
}
