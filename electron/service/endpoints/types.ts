/** What the sellers' listener hands on, and what it needs from the rest of the service. */
import type { Instant } from '../../../shared/domain/brand.ts';

export type NotificationKind = 'price' | 'inventory' | 'sku' | 'suggestion' | 'affiliate';

/** One message of a seller, authenticated and well formed. It carries no price and no stock: those are asked for by simulation. */
export interface IncomingNotification {
  readonly kind: NotificationKind;
  readonly sellerId: string;
  readonly sellerSkuId: string;
  readonly receivedAt: Instant;
  /** The body as it came: the offer of a `suggestion`, the flags of an `affiliate`; null for the others. */
  readonly body: unknown | null;
  /** The sender's own id of this call (`x-vtex-operation-id`, or the trace of `traceparent`), for the log. */
  readonly headersId?: string;
}

export type EndpointsLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  facts?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

export interface EndpointsOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly host: string;
  /** What sellers are told; the listener's own address when there is none. */
  readonly publicUrl?: string | undefined;
  /** Whether these are the seller's own key and token. Has to compare in constant time. */
  readonly authenticate: (sellerId: string, appKey: string, appToken: string) => Promise<boolean>;
  /** Resolves once all of these are committed to disk; only then is any of them answered with a 2xx. */
  readonly accept: (notifications: readonly IncomingNotification[]) => Promise<void>;
  readonly isBound: (sellerId: string, sellerSkuId: string) => Promise<boolean>;
  /**
   * For the one-segment SKU notification, whose path names the marketplace's SKU and no seller: the seller of this key and
   * token and its own id of the SKU. `null` for wrong keys, `unknown` when that seller is not bound to the SKU. Without this
   * function such calls are answered 400 with the right path.
   */
  readonly ofMarketplaceSku?: (
    appKey: string,
    appToken: string,
    skuId: number,
  ) => Promise<{ readonly sellerId: string; readonly sellerSkuId: string } | 'unknown' | null>;
  /** Requests a seller gets in each window; 1,000 a second unless said. */
  readonly perSeller?: { readonly max: number; readonly windowMs: number };
  /** Milliseconds `accept` may take before the seller is told to come again. */
  readonly acceptTimeoutMs?: number;
  /** Further routes on the same listener; each authenticates its own calls. */
  readonly extend?: (app: import('fastify').FastifyInstance) => void;
  readonly now?: () => number;
  readonly log?: EndpointsLog;
}

export interface EndpointsStats {
  /** Accepted since the start. */
  readonly received: number;
  /** Answered with 4xx or 5xx since the start. An unbound SKU's 404 is an answer, not a refusal. */
  readonly refused: number;
  /** Accepted a second, over the last ten. */
  readonly perSecond: number;
}

export interface Endpoints {
  /** The listener's own address. */
  readonly url: string;
  readonly publicUrl: string;
  readonly port: number;
  readonly stats: () => EndpointsStats;
  /** Takes no more, finishes what is under way. */
  readonly close: () => Promise<void>;
}
