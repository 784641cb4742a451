/** Orders of the marketplace's own storefront: one, the list, the feed and the hook (reference 2.3 S7, 2.7). */
import { z } from 'zod';
import { isRefusedWith } from './failure.ts';
import { idText, textOrEmpty, textOrNull } from './fields.ts';
import { type HttpClient, pathOf } from './http.ts';
import type { CallOptions } from './sellers.ts';

const newsSchema = z.looseObject({ handle: z.string(), orderId: idText, state: textOrEmpty });
const listedSchema = z.looseObject({ orderId: idText, status: textOrEmpty, creationDate: textOrNull });
const listSchema = z.looseObject({
  list: z.array(listedSchema),
  paging: z.looseObject({ total: z.int().nonnegative() }),
});
const cents = z.int().nonnegative();
const orderSchema = z.looseObject({
  orderId: idText,
  status: textOrEmpty,
  creationDate: textOrNull,
  salesChannel: z.coerce.string().default('1'),
  storePreferencesData: z.looseObject({ currencyCode: textOrNull }).nullish(),
  openTextField: z.union([z.string(), z.looseObject({ value: textOrNull })]).nullish(),
  items: z.array(
    z.looseObject({
      id: idText,
      sellerSku: textOrNull,
      seller: idText,
      quantity: z.int().positive(),
      price: cents,
      sellingPrice: cents.nullish(),
      name: textOrNull,
    }),
  ),
  clientProfileData: z.unknown(),
  shippingData: z.looseObject({
    address: z.unknown(),
    logisticsInfo: z.array(
      z.looseObject({
        itemIndex: z.int().nonnegative(),
        selectedSla: textOrNull,
        price: cents.nullish(),
        sellingPrice: cents.nullish(),
        shippingEstimate: textOrNull,
        lockTTL: textOrNull,
      }),
    ),
  }),
});
export type BackendOrder = z.output<typeof orderSchema>;

export interface OrderNews {
  readonly handle: string;
  readonly orderId: string;
  readonly status: string;
}

export interface ListedOrder {
  readonly orderId: string;
  readonly status: string;
  readonly createdAt: string | null;
}

export interface BackendOrdersApi {
  /** Null: there is none. */
  order(orderId: string, options?: CallOptions): Promise<BackendOrder | null>;
  /** Orders by the moment they were made, both ends included, the oldest first. */
  list(
    query: { readonly from: string; readonly until: string; readonly page: number; readonly perPage: number },
    options?: CallOptions,
  ): Promise<{ readonly orders: readonly ListedOrder[]; readonly total: number }>;
  /** News that nobody has taken; null: there is no feed for this key. */
  feed(most: number, options?: CallOptions): Promise<readonly OrderNews[] | null>;
  commitFeed(handles: readonly string[], options?: CallOptions): Promise<void>;
  /** Begins a feed of every change of status. Never over one that there is: it may be somebody's. */
  createFeed(options?: CallOptions): Promise<void>;
  /** Where the hook goes; null: there is none. */
  hookUrl(options?: CallOptions): Promise<string | null>;
  /** The backend calls the address once before it takes it. */
  setHook(url: string, headers: Readonly<Record<string, string>>, options?: CallOptions): Promise<void>;
  removeHook(options?: CallOptions): Promise<void>;
}

/** Every status in which an order is ours to follow. */
const followed = [
  'order-created',
  'on-order-completed',
  'payment-pending',
  'waiting-for-order-authorization',
  'waiting-for-authorization',
  'approve-payment',
  'payment-approved',
  'waiting-seller-handling',
  'request-cancel',
  'waiting-for-seller-decision',
  'window-to-cancel',
  'ready-for-handling',
  'handling',
  'invoiced',
  'replaced',
  'cancel',
  'canceled',
];
const filter = { type: 'FromWorkflow', status: followed };

async function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked;
  } catch (error) {
    if (isRefusedWith(error, 404)) return null;
    throw error;
  }
}

export function createBackendOrdersApi(http: HttpClient): BackendOrdersApi {
  const get = { method: 'GET', idempotent: true } as const;
  return {
    order: (orderId, options) =>
      orNull(http.request({ ...get, path: `/api/oms/pvt/orders${pathOf(orderId)}`, schema: orderSchema, ...options })),
    async list({ from, until, page, perPage }, options) {
      const { list, paging } = await http.request({
        ...get,
        path: '/api/oms/pvt/orders',
        query: {
          f_creationDate: `creationDate:[${from} TO ${until}]`,
          orderBy: 'creationDate,asc',
          page,
          per_page: perPage,
        },
        schema: listSchema,
        ...options,
      });
      return {
        orders: list.map(({ orderId, status, creationDate }) => ({ orderId, status, createdAt: creationDate })),
        total: paging.total,
      };
    },
    async feed(most, options) {
      const news = await orNull(
        http.request({
          ...get,
          path: '/api/orders/feed',
          query: { maxlot: most },
          schema: z.array(newsSchema),
          ...options,
        }),
      );
      return news === null ? null : news.map(({ handle, orderId, state }) => ({ handle, orderId, status: state }));
    },
    commitFeed: (handles, options) =>
      http.send({ method: 'POST', path: '/api/orders/feed', body: { handles }, idempotent: true, ...options }),
    createFeed: (options) =>
      http.send({
        method: 'POST',
        path: '/api/orders/feed/config',
        body: { filter, queue: { visibilityTimeoutInSeconds: 240, MessageRetentionPeriodInSeconds: 1_209_600 } },
        idempotent: true,
        ...options,
      }),
    async hookUrl(options) {
      const found = await orNull(
        http.request({
          ...get,
          path: '/api/orders/hook/config',
          schema: z.looseObject({ hook: z.looseObject({ url: textOrNull }).nullish() }),
          ...options,
        }),
      );
      return found?.hook?.url ?? null;
    },
    setHook: (url, headers, options) =>
      http.send({
        method: 'POST',
        path: '/api/orders/hook/config',
        body: { filter, hook: { url, headers } },
        idempotent: true,
        ...options,
      }),
    removeHook: (options) =>
      http.send({ method: 'DELETE', path: '/api/orders/hook/config', idempotent: true, ...options }),
  };
}
