/** What the sellers' listener hands on, and what it needs from the rest of the service. */
import type { FastifyInstance, FastifyRequest, onRequestHookHandler, preHandlerHookHandler } from 'fastify';
import type { Instant } from '../../../shared/domain/brand.ts';
import type { Holder } from '../credentials/directory.ts';
import type { SeenSignature } from '../credentials/statements.ts';

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
  /** How it arrived, for the log of notifications. */
  readonly credentialId: string;
  readonly address: string;
  /** Path and query, without secrets. */
  readonly target: string;
  /** SHA-256 of the body's bytes, hexadecimal; null when there was none. */
  readonly digest: string | null;
  /** The body as text, as it came; null when there was none. */
  readonly raw: string | null;
  /** The status that it is answered with once it is on disk. */
  readonly reply: number;
  /** What has to be remembered together with it, so that the signed call is never taken a second time. */
  readonly signature?: SeenSignature;
}

export type EndpointsLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  facts?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

/** One answered call, without anything secret: no query, no headers, no body. */
export interface AccessLine {
  readonly method: string;
  /** The route's pattern, or `unknown`. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  /** Null when it was not told who it is. */
  readonly sellerId: string | null;
  readonly address: string;
  /** Why it was refused: the `code` of the answer; null when it was not. */
  readonly code: string | null;
}

/**
 * What routes of other domains use of the listener. A route's `onRequest` is one of {@link Gate.byPath} and {@link Gate.byKey},
 * and its `preHandler` is {@link Gate.signed}; then {@link Gate.sellerOf} says who calls.
 */
export interface Gate {
  /** The key and token must be those of the path's `:sellerId`; `:sellerSkuId` is checked where there is one. */
  readonly byPath: onRequestHookHandler;
  /** For paths that name no seller: the key and token say who it is. */
  readonly byKey: onRequestHookHandler;
  /** Counts against the rate of the address alone: for what anybody may ask for. */
  readonly counted: onRequestHookHandler;
  /** Checks the signature of a seller that signs its calls; runs once the body is here. */
  readonly signed: preHandlerHookHandler;
  /** The seller that was let in. @throws when no hook of the gate ran before */
  sellerOf(request: FastifyRequest): string;
  /**
   * Throws the 503 that tells the seller to send again unless `work` resolves in time; a signed call may then be sent again.
   */
  stored<Value>(request: FastifyRequest, work: Promise<Value>): Promise<Value>;
}

/** Routes of another domain on the sellers' listener. They throw {@link Refusal} for every answer that is no success. */
export type EndpointRoutes = (server: FastifyInstance, gate: Gate) => void;

export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface EndpointsOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly host: string;
  /** What sellers are told; the listener's own address when there is none. */
  readonly publicUrl?: string | undefined;
  /** PEM files; without them the listener speaks plain HTTP, which `host` has to allow. */
  readonly tls?: TlsFiles | undefined;
  /** Addresses or ranges of the proxies before it: nobody else may connect, and their `X-Forwarded-For` is believed. */
  readonly proxies?: readonly string[] | undefined;
  /** Who holds this key and token; synchronous and in constant time. `sellerId` null: whoever it is. */
  readonly verify: (appKey: string, appToken: string, sellerId: string | null) => Holder | null;
  /** Signatures accepted in an earlier life that may still be valid. */
  readonly seenSignatures?: readonly SeenSignature[];
  /** Resolves once all of these are committed to disk; only then is any of them answered with a 2xx. */
  readonly accept: (notifications: readonly IncomingNotification[]) => Promise<void>;
  readonly isBound: (sellerId: string, sellerSkuId: string) => Promise<boolean>;
  /** The seller's own id of the marketplace's SKU, for the notification whose path names no seller; null when it is not bound. */
  readonly ofMarketplaceSku?: (sellerId: string, skuId: number) => Promise<string | null>;
  /** Asks the seller for one SKU, as after a notification, for a seller that tests its integration. It never throws. */
  readonly trySimulation?: (
    sellerId: string,
    sellerSkuId: string,
  ) => Promise<{ readonly passed: boolean; readonly message: string }>;
  /** Why it cannot take work now, for `GET /ready`; null when it can. */
  readonly notReady?: () => string | null;
  /** Why it is not known who may call; every call that needs to be is answered with 503 then. */
  readonly unknowing?: () => string | null;
  /** Of the program, for the description of the endpoints. */
  readonly version?: string;
  /** Further routes, of other domains. */
  readonly routes?: readonly EndpointRoutes[];
  /** Requests a second each seller may make, and how many at once after a pause; 1,000 and 2,000 unless said. */
  readonly perSeller?: { readonly perSecond: number; readonly burst: number };
  /** The same of each address, before it is known who calls; 4,000 and 8,000 unless said. */
  readonly perAddress?: { readonly perSecond: number; readonly burst: number };
  /** Wrong keys and tokens that an address may send for one seller, before it has to wait: ten, then one in six seconds. */
  readonly failures?: { readonly perSecond: number; readonly burst: number };
  /** Notifications that may wait for the disk before sellers are told to come again; 20,000 unless said. */
  readonly mostPending?: number;
  /** The same in bytes that they hold; 64 MiB unless said. */
  readonly mostPendingBytes?: number;
  /** Milliseconds `accept` may take before the seller is told to come again. */
  readonly acceptTimeoutMs?: number;
  readonly now?: () => number;
  readonly log?: EndpointsLog;
  readonly onAnswer?: (line: AccessLine) => void;
}

export interface EndpointsStats {
  /** Accepted since the start. */
  readonly received: number;
  /** Answered with 4xx or 5xx since the start. An unbound SKU's 404 is an answer, not a refusal. */
  readonly refused: number;
  /** Accepted a second, over the last ten. */
  readonly perSecond: number;
  /** Waiting for the disk now, and the bytes that they hold, about. */
  readonly pending: number;
  readonly pendingBytes: number;
}

export interface EndpointRoute {
  readonly method: string;
  /** With parameters as `:name`. */
  readonly url: string;
}

export interface Endpoints {
  /** The listener's own address. */
  readonly url: string;
  readonly publicUrl: string;
  readonly port: number;
  readonly stats: () => EndpointsStats;
  /** Every route that it has. */
  readonly routes: readonly EndpointRoute[];
  /** Reads the certificate again, as after its renewal. Connections that are open keep the old one. */
  readonly renewTls: () => void;
  /** Takes no more, finishes what is under way. */
  readonly close: () => Promise<void>;
}
