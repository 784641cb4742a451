/** Orders of the marketplace's own storefront, as the backend keeps them: a list with an index that lags, a feed, a hook. */
import { invalidField } from './errors.ts';
import type { Fields } from './input.ts';
import { isFields, number, text } from './input.ts';

export interface BackendOrder {
  readonly orderId: string;
  readonly body: Fields;
  readonly createdAt: number;
  status: string;
  changedAt: number;
}

interface FeedItem {
  readonly eventId: string;
  readonly handle: string;
  readonly orderId: string;
  readonly state: string;
  readonly lastState: string;
  readonly lastChange: number;
  readonly at: number;
  visibleFrom: number;
}

export interface FeedConfig {
  readonly filter: Fields;
  readonly visibilityMs: number;
  readonly retentionMs: number;
}

export interface HookConfig {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly filter: Fields;
}

/** What a receiver of the hook has to answer within. */
const HOOK_LIMIT_MS = 5_000;
const TWO_YEARS = 2 * 365 * 86_400_000;

export class BackendOrders {
  readonly #now: () => number;
  readonly #orders = new Map<string, BackendOrder>();
  #feed: FeedItem[] = [];
  #events = 0;
  feedConfig: FeedConfig | null = null;
  hook: HookConfig | null = null;
  /** Milliseconds until the list knows of an order. */
  indexLag = 4 * 60_000;
  /** Ways that lose what happens. */
  losing: readonly string[] = [];
  readonly told: { readonly orderId: string; readonly state: string; readonly status: number }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  get(orderId: string): BackendOrder | undefined {
    return this.#orders.get(orderId);
  }

  async create(orderId: string, status: string, body: Fields, createdAt = this.#now()): Promise<BackendOrder> {
    if (this.#orders.has(orderId)) throw invalidField('orderId', `there is an order ${orderId} already`);
    const order: BackendOrder = { orderId, body, createdAt, status, changedAt: createdAt };
    this.#orders.set(orderId, order);
    await this.#tell(order, '', createdAt);
    return order;
  }

  async setStatus(order: BackendOrder, status: string): Promise<void> {
    const { status: last, changedAt } = order;
    order.status = status;
    order.changedAt = this.#now();
    await this.#tell(order, last, changedAt);
  }

  async #tell(order: BackendOrder, lastState: string, lastChange: number): Promise<void> {
    const { orderId, status: state } = order;
    const n = ++this.#events;
    if (this.feedConfig !== null && !this.losing.includes('feed'))
      this.#feed.push({
        eventId: `event-${n}`,
        handle: `handle-${n}`,
        orderId,
        state,
        lastState,
        lastChange,
        at: this.#now(),
        visibleFrom: 0,
      });
    if (this.hook === null || this.losing.includes('hook')) return;
    const status = await this.callHook(this.hook, {
      Domain: 'Marketplace',
      OrderId: orderId,
      State: state,
      LastState: lastState,
      LastChange: new Date(lastChange).toISOString(),
      CurrentChange: new Date(order.changedAt).toISOString(),
      Origin: { Account: 'marketplace', Key: 'vtexappkey-marketplace' },
    });
    this.told.push({ orderId, state, status });
  }

  /** @returns the status that the receiver answered with; 0: none in time */
  async callHook({ url, headers }: HookConfig, body: unknown): Promise<number> {
    try {
      const { status } = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(HOOK_LIMIT_MS),
      });
      return status;
    } catch {
      return 0;
    }
  }

  /** Items that nobody holds just now; each is hidden for a while, until it is committed or comes again. */
  fetchFeed(config: FeedConfig, most: number): Fields[] {
    const now = this.#now();
    this.#feed = this.#feed.filter(({ at }) => now - at < config.retentionMs);
    return this.#feed
      .filter(({ visibleFrom }) => visibleFrom <= now)
      .slice(0, most)
      .map((item) => {
        item.visibleFrom = now + config.visibilityMs;
        return {
          eventId: item.eventId,
          handle: item.handle,
          domain: 'Marketplace',
          state: item.state,
          lastState: item.lastState,
          orderId: item.orderId,
          lastChange: new Date(item.lastChange).toISOString(),
          currentChange: new Date(item.at).toISOString(),
        };
      });
  }

  commit(handles: readonly string[]): void {
    this.#feed = this.#feed.filter(({ handle }) => !handles.includes(handle));
  }

  /** What the index has of orders created between two moments, the oldest first. */
  list(from: number, until: number): BackendOrder[] {
    const now = this.#now();
    return [...this.#orders.values()]
      .filter(({ createdAt }) => createdAt >= from && createdAt <= until)
      .filter(({ createdAt }) => createdAt <= now - this.indexLag && createdAt > now - TWO_YEARS)
      .toSorted((a, b) => a.createdAt - b.createdAt || (a.orderId < b.orderId ? -1 : 1));
  }

  summary(): Fields {
    return {
      orders: [...this.#orders.values()].map(({ orderId, status }) => ({ orderId, status })),
      waiting: this.#feed.length,
      told: this.told,
      hook: this.hook?.url ?? null,
    };
  }
}

/** Throws a 400 that names the field. */
export function feedConfigIn(body: Fields): FeedConfig {
  if (!isFields(body.filter) || text(body.filter, 'type') === '')
    throw invalidField('filter.type', 'must be FromWorkflow or FromOrders');
  if (!isFields(body.queue)) throw invalidField('queue', 'is required');
  return {
    filter: body.filter,
    visibilityMs: (number(body.queue, 'visibilityTimeoutInSeconds') ?? 240) * 1_000,
    retentionMs: (number(body.queue, 'MessageRetentionPeriodInSeconds') ?? 345_600) * 1_000,
  };
}
