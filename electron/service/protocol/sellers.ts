/** The register of sellers: list, one, create, change (pause is a change), sales-channel mapping, invitations. */
import { z } from 'zod';
import { isRefusedWith } from './failure.ts';
import { booleanOrNull, idText, numberOrNull, sellerId, textOrEmpty, textOrNull, withRaw } from './fields.ts';
import { type HttpClient, pathOf } from './http.ts';
import type { PageOf, SellerRecord } from './types.ts';

const base = '/api/seller-register/pvt';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Higher goes first; 0 is background work. */
  readonly priority?: number;
}

const channel = z.looseObject({
  id: numberOrNull,
  name: textOrEmpty,
  isSelected: booleanOrNull,
});

/** The register's spelling and the older catalogue's, which name the same things differently. */
const fields = z.preprocess(
  (value) => {
    if (typeof value !== 'object' || value === null || !('SellerId' in value)) return value;
    const old = z.record(z.string(), z.unknown()).parse(value);
    return {
      id: old.SellerId,
      name: old.Name,
      isActive: old.IsActive,
      fulfillmentEndpoint: old.FulfillmentEndpoint,
      email: old.Email,
      description: old.Description,
      taxCode: old.CNPJ,
      sellerType: old.SellerType,
    };
  },
  z.looseObject({
    id: sellerId,
    name: textOrEmpty,
    isActive: z.boolean(),
    fulfillmentEndpoint: textOrNull,
    email: textOrNull,
    description: textOrNull,
    taxCode: textOrNull,
    account: textOrNull,
    isVtex: booleanOrNull,
    sellerType: numberOrNull,
    availableSalesChannels: z.array(channel).nullish(),
  }),
);

export const sellerSchema: z.ZodType<SellerRecord> = withRaw(fields, (seller, raw) => ({
  sellerId: seller.id,
  name: seller.name === '' ? seller.id : seller.name,
  isActive: seller.isActive,
  fulfillmentEndpoint: seller.fulfillmentEndpoint,
  email: seller.email,
  description: seller.description,
  taxCode: seller.taxCode,
  account: seller.account,
  isVtex: seller.isVtex ?? false,
  sellerType: seller.sellerType ?? 1,
  salesChannels: (seller.availableSalesChannels ?? []).flatMap((each) =>
    each.id === null ? [] : [{ id: each.id, name: each.name, isSelected: each.isSelected ?? true }],
  ),
  raw,
}));

export const sellersSchema = z.object({
  items: z.array(sellerSchema),
  paging: z.looseObject({ from: numberOrNull, total: numberOrNull }).nullish(),
});

export const channelMappingSchema = z.array(
  z.looseObject({ marketplaceSalesChannel: z.coerce.number().int(), sellerChannel: z.string() }),
);
export interface ChannelMapping {
  /** The marketplace's sales channel. */
  readonly marketplaceSalesChannel: number;
  /** What the seller calls it. */
  readonly sellerChannel: string;
}

export interface NewSeller {
  readonly id: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly fulfillmentEndpoint?: string;
  readonly email?: string;
  readonly description?: string;
  readonly taxCode?: string;
  readonly [further: string]: unknown;
}

const leadSchema = z.looseObject({ id: idText, status: textOrNull, expiresAt: textOrNull });

export interface SellersApi {
  /** One page; positions from 0, `to` excluded, 100 at most. */
  page(range: { from: number; to: number; keyword?: string }, options?: CallOptions): Promise<PageOf<SellerRecord>>;
  /** Every seller, page by page, each once. */
  all(options?: CallOptions): Promise<readonly SellerRecord[]>;
  /** Null when there is none with this id. */
  get(sellerId: string, options?: CallOptions): Promise<SellerRecord | null>;
  /** Refused with status 409 when the id exists. */
  create(seller: NewSeller, options?: CallOptions): Promise<void>;
  /** Replaces fields by their register names: `{isActive: false}` pauses. */
  change(sellerId: string, fields: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<void>;
  channelMapping(sellerId: string, options?: CallOptions): Promise<readonly ChannelMapping[]>;
  setChannelMapping(sellerId: string, mapping: readonly ChannelMapping[], options?: CallOptions): Promise<void>;
  /** Invites by e-mail; the link lives 7 days. */
  invite(
    lead: { readonly email: string; readonly sellerName?: string },
    options?: CallOptions,
  ): Promise<{ readonly id: string; readonly status: string | null; readonly expiresAt: string | null }>;
}

export function createSellersApi(http: HttpClient): SellersApi {
  const page: SellersApi['page'] = async (range, options) => {
    const reply = await http.request({
      method: 'GET',
      path: `${base}/sellers`,
      query: { from: range.from, to: range.to, keyword: range.keyword },
      schema: sellersSchema,
      idempotent: true,
      ...options,
    });
    return { items: reply.items, from: reply.paging?.from ?? range.from, total: reply.paging?.total ?? null };
  };
  return {
    page,
    async all(options) {
      const found = new Map<string, SellerRecord>();
      for (let from = 0; ; from += 100) {
        const { items, total } = await page({ from, to: from + 100 }, options);
        for (const seller of items) found.set(seller.sellerId, seller);
        if (items.length === 0 || (total === null ? items.length < 100 : from + 100 >= total)) break;
      }
      return [...found.values()];
    },
    async get(sellerId, options) {
      try {
        const path = `${base}/sellers${pathOf(sellerId)}`;
        return await http.request({ method: 'GET', path, schema: sellerSchema, idempotent: true, ...options });
      } catch (error) {
        if (isRefusedWith(error, 404)) return null;
        throw error;
      }
    },
    async create(seller, options) {
      await http.send({ method: 'POST', path: `${base}/sellers`, body: seller, idempotent: false, ...options });
    },
    async change(sellerId, fields, options) {
      const body = Object.entries(fields).map(([name, value]) => ({ operation: 'replace', path: `/${name}`, value }));
      const path = `${base}/sellers${pathOf(sellerId)}`;
      await http.send({ method: 'PATCH', path, body, idempotent: true, ...options });
    },
    async channelMapping(sellerId, options) {
      const path = `${base}/sellers${pathOf(sellerId)}/sales-channel/mapping`;
      return await http.request({ method: 'GET', path, schema: channelMappingSchema, idempotent: true, ...options });
    },
    async setChannelMapping(sellerId, mapping, options) {
      const path = `${base}/sellers${pathOf(sellerId)}/sales-channel/mapping`;
      await http.send({ method: 'PUT', path, body: mapping, idempotent: true, ...options });
    },
    async invite(lead, options) {
      const path = `${base}/seller-leads`;
      return await http.request({
        method: 'POST',
        path,
        body: lead,
        schema: leadSchema,
        idempotent: false,
        ...options,
      });
    },
  };
}
