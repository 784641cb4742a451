/** Everything that changes, in one object that `reset` replaces. */
import { BackendOrders } from './backend-orders.ts';
import type { Binding } from './binding-state.ts';
import { Bindings, bindingKey } from './binding-state.ts';
import { Catalog } from './catalog-state.ts';
import { Faults } from './faults.ts';
import { isFields, number } from './input.ts';
import { SellerOrders } from './order-state.ts';
import { PaymentRules } from './payment-state.ts';
import type { KeyPair, SellerRecord } from './seller-state.ts';
import { channelPrice, keyPairOf, newSeller, SALES_CHANNELS, SellerSystems } from './seller-state.ts';
import { simulate } from './simulation.ts';
import { Suggestions } from './suggestion-state.ts';
import type { World } from './world.ts';

export interface LogEntry {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly sellerId?: string;
  readonly sellerSkuId?: string;
  readonly skuId?: number | null;
  readonly [more: string]: unknown;
}

export interface MatchEntry {
  readonly matchId: string;
  readonly matcherId: string;
  readonly matchType: string;
  readonly sellerId: string;
  readonly itemId: string;
  readonly versionId: string;
  readonly skuId: number | null;
  /** Whether the offer's state is another since. */
  readonly changed: boolean;
  readonly at: string;
}

export interface Settings {
  suggestionPageLimit: number;
  shuffle: boolean;
  shuffleWindow: number;
  skuBulk: boolean;
}

export interface ChannelOffer {
  readonly price: number;
  readonly listPrice: number;
  readonly stock: number;
}

export interface ShopOffer {
  readonly channels: Readonly<Record<string, ChannelOffer>>;
  readonly updatedAt: number;
}

export interface Lead {
  readonly id: string;
  readonly email: string;
  readonly body: Readonly<Record<string, unknown>>;
  status: 'invited' | 'accepted' | 'created';
  invitedAt: number;
}

export interface StateOptions {
  readonly url: string;
  readonly seed: number;
  readonly clock: () => number;
}

const DEFAULT_SETTINGS: Settings = { suggestionPageLimit: 20, shuffle: true, shuffleWindow: 5, skuBulk: true };
/** A simulation that takes longer counts as unavailable (a limit of the protocol). */
const SIMULATION_LIMIT_MS = 2_500;
const UNAVAILABLE: ChannelOffer = { price: 0, listPrice: 0, stock: 0 };

export class State {
  readonly world: World;
  readonly url: string;
  readonly seed: number;
  readonly admin: KeyPair;
  readonly catalog: Catalog;
  readonly bindings: Bindings;
  readonly suggestions: Suggestions;
  readonly systems: SellerSystems;
  readonly orders: SellerOrders;
  readonly backendOrders = new BackendOrders(() => this.now());
  readonly faults = new Faults();
  readonly sellers = new Map<string, SellerRecord>();
  readonly leads = new Map<string, Lead>();
  readonly channelMappings = new Map<string, unknown[]>();
  readonly commissions = new Map<string, Map<string, Readonly<Record<string, unknown>>>>();
  readonly configuration = new Map<string, unknown>();
  /** The marketplace's payment conditions. */
  readonly payments: PaymentRules;
  /** What each store says about the marketplace, by seller and affiliate. */
  readonly affiliates = new Map<string, Record<string, unknown>>();
  private readonly storeRules = new Map<string, PaymentRules>();
  readonly settings: Settings = { ...DEFAULT_SETTINGS };
  readonly notifications = { price: 0, inventory: 0, sku: 0, marketplaceSku: 0, ignored: 0 };
  readonly log: LogEntry[] = [];
  readonly matches: MatchEntry[] = [];
  /** What was given back of items of the history, by order and line. */
  readonly historyRefunds = new Map<string, { readonly amount: number; readonly at: string }>();
  private readonly shop = new Map<string, ShopOffer>();
  private readonly clock: () => number;
  /** Floored to the day. */
  readonly startedAt: number;
  private clockOffset = 0;
  private readonly held = new Map<string, (() => Promise<void>)[]>();

  constructor(world: World, options: StateOptions) {
    this.world = world;
    this.url = options.url;
    this.seed = options.seed;
    this.clock = options.clock;
    // Floored to the day, so that a sandbox that is started again shows the same version ids.
    this.startedAt = Math.floor(options.clock() / 86_400_000) * 86_400_000;
    this.admin = keyPairOf('marketplace', options.seed);
    this.catalog = new Catalog(world);
    this.bindings = new Bindings(world, this.startedAt);
    this.suggestions = new Suggestions(world, options.url, this.startedAt, options.seed);
    this.suggestions.hasMapping = (content) =>
      this.catalog.brandByName(content.BrandName) !== undefined &&
      this.catalog.categoryByPath(content.CategoryFullPath) !== undefined;
    this.systems = new SellerSystems(world);
    this.payments = new PaymentRules(options.seed, 0);
    this.orders = new SellerOrders(this.systems, () => this.iso());
    for (const [index, seller] of world.sellers.entries())
      this.sellers.set(
        seller.id,
        newSeller(seller.id, seller.name, options.url, {
          sellerCommissionConfiguration: {
            // some sellers have no percentage of their own
            productCommissionPercentage: index % 3 === 2 ? 0 : 10 + (index % 5),
            freightCommissionPercentage: index % 3 === 2 ? 0 : 1 + (index % 3),
            categoriesCommissionConfiguration: [],
          },
        }),
      );
  }

  /** Milliseconds since 1970 on the sandbox's own clock. */
  now(): number {
    return this.clock() + this.clockOffset;
  }

  setNow(at: number): void {
    this.clockOffset = at - this.clock();
  }

  iso(at = this.now()): string {
    return new Date(at).toISOString();
  }

  sellerKeys(sellerId: string): KeyPair {
    return keyPairOf(sellerId, this.seed);
  }

  /** A store's own payment conditions. */
  storePayments(sellerId: string): PaymentRules {
    let rules = this.storeRules.get(sellerId);
    if (rules === undefined) {
      rules = new PaymentRules(this.seed, 1 + [...this.sellers.keys()].indexOf(sellerId));
      this.storeRules.set(sellerId, rules);
    }
    return rules;
  }

  /** Something a seller does after it has answered: at once, or when {@link tellLater} asks for it. */
  later(sellerId: string, work: () => Promise<void>): void {
    if (this.orders.rulesOf(sellerId).callbacks === 'held')
      this.held.set(sellerId, [...(this.held.get(sellerId) ?? []), work]);
    else setImmediate(() => void work());
  }

  /** Does what a seller held back, in order. Answers how much. */
  async tellLater(sellerId: string): Promise<number> {
    const works = this.held.get(sellerId) ?? [];
    this.held.delete(sellerId);
    for (const work of works) await work();
    return works.length;
  }

  record(kind: string, entry: Readonly<Record<string, unknown>>): void {
    this.log.push({ seq: this.log.length + 1, at: this.iso(), kind, ...entry });
  }

  /** What the storefront shows of a binding. A binding of the start shows what its seller started with. */
  shopOffer(binding: Binding): ShopOffer {
    const shown = this.shop.get(bindingKey(binding.sellerId, binding.sellerSkuId));
    if (shown !== undefined) return shown;
    const sku = this.systems.initial(binding.sellerId, binding.sellerSkuId);
    const channels = SALES_CHANNELS.map(({ id }): [string, ChannelOffer] => {
      if (sku === undefined) return [String(id), UNAVAILABLE];
      const price = channelPrice(sku, String(id));
      return [String(id), { price, listPrice: Math.max(price, sku.listPrice), stock: sku.stock }];
    });
    return { channels: Object.fromEntries(channels), updatedAt: this.startedAt };
  }

  /** Simulates at the seller and writes what it says to the storefront. No answer in time, or an item left out, means no stock. */
  async refresh(binding: Binding, cause: string): Promise<void> {
    const before = this.shopOffer(binding);
    const channels: Record<string, ChannelOffer> = {};
    for (const { id } of SALES_CHANNELS) {
      const answer = await this.ask(binding, String(id));
      const last = before.channels[String(id)] ?? UNAVAILABLE;
      channels[String(id)] = answer ?? { ...last, stock: 0 };
    }
    this.shop.set(bindingKey(binding.sellerId, binding.sellerSkuId), { channels, updatedAt: this.now() });
    const main = channels['1'] ?? UNAVAILABLE;
    this.record('storefront.update', {
      sellerId: binding.sellerId,
      sellerSkuId: binding.sellerSkuId,
      skuId: binding.skuId,
      price: main.price,
      stock: main.stock,
      cause,
    });
  }

  private async ask(binding: Binding, salesChannel: string): Promise<ChannelOffer | undefined> {
    const seller = this.sellers.get(binding.sellerId);
    const endpoint = seller?.fulfillmentEndpoint ?? '';
    const body = {
      items: [{ id: binding.sellerSkuId, quantity: 1, seller: '1' }],
      postalCode: null,
      country: 'USA',
      sc: salesChannel,
    };
    let reply: unknown;
    if (endpoint.startsWith(`${this.url}/sellers/`)) {
      // Our own sellers answer without a trip through the network.
      reply = simulate(this.systems, binding.sellerId, body, salesChannel, this.now());
    } else {
      try {
        const response = await fetch(`${endpoint}/pvt/orderForms/simulation?sc=${salesChannel}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(SIMULATION_LIMIT_MS),
        });
        reply = response.ok ? await response.json() : undefined;
      } catch {
        return undefined;
      }
    }
    if (!isFields(reply) || !Array.isArray(reply.items) || !Array.isArray(reply.logisticsInfo)) return undefined;
    const item: unknown = reply.items.find((i) => isFields(i) && i.id === binding.sellerSkuId);
    if (!isFields(item)) return undefined;
    const logistics: unknown = reply.logisticsInfo[0];
    const price = number(item, 'price') ?? 0;
    const available = (number(item, 'quantity') ?? 0) > 0;
    return {
      price,
      listPrice: number(item, 'listPrice') ?? price,
      stock: available && isFields(logistics) ? (number(logistics, 'stockBalance') ?? 0) : 0,
    };
  }
}
