/** The marketplace's backend as the rest of the service sees it: every API on one pair of keys, and the connection test. */

import { type BackendOrdersApi, createBackendOrdersApi } from './backend-orders.ts';
import { type BindingsApi, createBindingsApi } from './bindings.ts';
import { type CatalogApi, createCatalogApi } from './catalog.ts';
import { type CommissionsApi, createCommissionsApi } from './commissions.ts';
import { createEgress, type Egress } from './egress.ts';
import { ProtocolError } from './failure.ts';
import { createHttpClient, type HttpClientOptions } from './http.ts';
import { createMatchedOffersApi, type MatchedOffersApi } from './matched-offers.ts';
import { createNotificatorApi, type NotificatorApi } from './notificator.ts';
import { createPaymentsApi, type PaymentsApi, paymentsUrlOf } from './payments.ts';
import { type CallOptions, createSellersApi, type SellersApi } from './sellers.ts';
import { createSimulationApi, type SimulationApi } from './simulation.ts';
import { createSuggestionsApi, type SuggestionsApi } from './suggestions.ts';

export interface BackendOptions extends Omit<HttpClientOptions, 'headers' | 'dispatcher'> {
  /** The marketplace's account name there. */
  readonly account: string;
  /** The key and token, or a function when they can change. */
  readonly appKey: string | (() => string);
  readonly appToken: string | (() => string);
  /** Where suggestions live when that is another server; see {@link suggestionsUrlOf}. */
  readonly suggestionsUrl?: string;
  /** Named in every decision. */
  readonly matcherId?: string;
  /** Shared with what else calls seller-given addresses; one of its own unless given. */
  readonly egress?: Egress;
}

export const connectionChecks = ['address', 'credentials', 'sellers', 'catalogue', 'suggestions', 'bindings'] as const;
export type ConnectionCheck = (typeof connectionChecks)[number];

export interface CheckResult {
  readonly name: ConnectionCheck;
  readonly ok: boolean;
  /** What was found, or what is wrong and what to do about it. */
  readonly message: string;
}

export interface Backend {
  readonly account: string;
  readonly sellers: SellersApi;
  readonly catalog: CatalogApi;
  readonly suggestions: SuggestionsApi;
  readonly bindings: BindingsApi;
  readonly orders: BackendOrdersApi;
  readonly commissions: CommissionsApi;
  readonly payments: PaymentsApi;
  readonly matchedOffers: MatchedOffersApi;
  readonly notificator: NotificatorApi;
  readonly simulation: SimulationApi;
  readonly egress: Egress;
  /** One part of the connection test. Never throws for what the backend does; only when cancelled. */
  check(name: ConnectionCheck, options?: CallOptions): Promise<CheckResult>;
  close(): Promise<void>;
}

const hosted = /(^|\.)(vtexcommercestable\.com\.br|myvtex\.com)$/;

/** The platform that defined the protocol serves suggestions from a host of its own; everybody else from the base address. */
export function suggestionsUrlOf(baseUrl: string, account: string): string {
  return URL.canParse(baseUrl) && hosted.test(new URL(baseUrl).hostname)
    ? `https://api.vtex.com/${encodeURIComponent(account)}`
    : baseUrl;
}

const read = (value: string | (() => string)): string => (typeof value === 'string' ? value : value());

const subjects: Readonly<Record<ConnectionCheck, string>> = {
  address: 'the address',
  credentials: 'the key and token',
  sellers: 'the list of sellers',
  catalogue: 'the catalogue (brands and SKUs)',
  suggestions: 'the offers that wait for review',
  bindings: 'the SKU bindings',
};

/** A failure as a sentence that says what to do. */
function adviceFor(name: ConnectionCheck, error: ProtocolError, baseUrl: string): string {
  const { failure } = error;
  const subject = subjects[name];
  switch (failure.kind) {
    case 'not-sent':
      if (failure.reason === 'name-not-found')
        return `No server is known by the name in ${baseUrl}. Check its spelling and the network.`;
      if (failure.reason === 'tls')
        return `The certificate of ${baseUrl} cannot be trusted. Ask whoever runs the server.`;
      if (failure.reason === 'too-many-requests') return `The server asks for fewer requests. Try again in a minute.`;
      return `Nothing answers at ${baseUrl}. Check the address and port, and that the server runs.`;
    case 'ambiguous':
      if (failure.reason === 'timeout')
        return `The server took too long to give ${subject}. Try again, or ask whoever runs it.`;
      if (failure.reason === 'reset') return `The connection broke while ${subject} was read. Try again.`;
      return `The server failed (HTTP ${failure.status}) on ${subject}. Ask whoever runs it.`;
    case 'refused':
      if (failure.status === 401) return 'The server wants a key and a token: give both.';
      if (failure.status === 403 && name === 'credentials') return 'The key and token are wrong: check both.';
      if (failure.status === 403) return `The key and token are wrong, or lack the right to read ${subject}.`;
      if (failure.status === 404)
        return `The server has no ${subject} at this address: it may not be a marketplace of this protocol, or the base address has a path too many.`;
      return `The server refused ${subject} (HTTP ${failure.status}): ${failure.message}`;
    case 'unexpected-reply':
      return `What came as ${subject} is not of this protocol (at ${failure.path}). Check that the address is the marketplace's API.`;
    case 'cancelled':
      return 'Cancelled.';
  }
}

/** Throws `invalid-request` with its field when the address is none. Sends nothing yet. */
export function createBackend(options: BackendOptions): Backend {
  const headers = (): Record<string, string> => ({
    'x-vtex-api-appkey': read(options.appKey),
    'x-vtex-api-apptoken': read(options.appToken),
  });
  const { account, appKey: _key, appToken: _token, suggestionsUrl, matcherId, egress: given, ...shared } = options;
  const main = createHttpClient({ ...shared, headers });
  const ofSuggestions = suggestionsUrl ?? suggestionsUrlOf(options.baseUrl, account);
  const other =
    ofSuggestions === options.baseUrl ? main : createHttpClient({ ...shared, baseUrl: ofSuggestions, headers });
  const ofPayments = paymentsUrlOf(options.baseUrl, account);
  const gateway = ofPayments === options.baseUrl ? main : createHttpClient({ ...shared, baseUrl: ofPayments, headers });
  const egress = given ?? createEgress();
  // the seller's server gets its own limits and time; only clock, chance and log are shared
  const { baseUrl: _base, limits: _limits, timeoutMs: _time, retries: _retries, peer: _peer, ...clock } = shared;

  const sellers = createSellersApi(main);
  const catalog = createCatalogApi(main);
  const suggestions = createSuggestionsApi(other, matcherId);
  const bindings = createBindingsApi(main);

  async function look(name: ConnectionCheck, call: CallOptions): Promise<string> {
    switch (name) {
      case 'address':
      case 'credentials':
        await sellers.page({ from: 0, to: 1 }, call);
        return name === 'address' ? 'The server answers.' : 'The key and token are taken.';
      case 'sellers': {
        const { total, items } = await sellers.page({ from: 0, to: 1 }, call);
        return total === null ? `Sellers can be read.` : `${Math.max(total, items.length)} sellers.`;
      }
      case 'catalogue': {
        const brands = await catalog.brands(call);
        const ids = await catalog.skuIds(1, 1, call);
        return `${brands.length} brands; ${ids.length === 0 ? 'no SKU yet' : 'SKUs can be read'}.`;
      }
      case 'suggestions': {
        const { total } = await suggestions.page({ from: 0, to: 0 }, { status: 'pending' }, call);
        return total === null ? 'Offers can be read.' : `${total} offers wait for review.`;
      }
      case 'bindings':
        await bindings.search({ size: 1 }, call);
        return 'Bindings can be read.';
    }
  }

  return {
    account,
    sellers,
    catalog,
    suggestions,
    bindings,
    orders: createBackendOrdersApi(main),
    commissions: createCommissionsApi(main),
    payments: createPaymentsApi(gateway),
    matchedOffers: createMatchedOffersApi(main),
    notificator: createNotificatorApi(main, other),
    simulation: createSimulationApi(egress, clock),
    egress,
    async check(name, call = {}) {
      try {
        return { name, ok: true, message: await look(name, call) };
      } catch (error) {
        if (!(error instanceof ProtocolError) || error.failure.kind === 'cancelled') throw error;
        // whatever the server says, even "no", there is one
        const { kind } = error.failure;
        if (name === 'address' && kind === 'refused' && [401, 403].includes(error.status ?? 0)) {
          return { name, ok: true, message: 'The server answers.' };
        }
        return {
          name,
          ok: false,
          message: adviceFor(name, error, name === 'suggestions' ? ofSuggestions : options.baseUrl),
        };
      }
    },
    async close() {
      await main.close();
      if (other !== main) await other.close();
      if (gateway !== main) await gateway.close();
      if (given === undefined) await egress.close();
    },
  };
}
