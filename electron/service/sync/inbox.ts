import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Ambient, Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { ChannelAnswer, InboxGroup } from './inbox-writes.ts';
import { waitBefore } from './outbox.ts';

/** What the seller answers for one SKU in one of its channels. Prices in minor units. */
export interface SellerAnswer {
  readonly price: number | null;
  readonly listPrice: number | null;
  readonly stock: number;
}

export interface InboxOptions {
  readonly database: ServiceDatabase;
  /** Asks the seller, within the protocol's 2.5 s. `channel` null: the seller has one only. */
  readonly simulate: (request: {
    sellerId: string;
    sellerSkuId: string;
    endpoint: string;
    channel: string | null;
    signal: AbortSignal;
  }) => Promise<SellerAnswer>;
  readonly currency: () => Promise<string>;
  readonly ambient: Ambient;
  readonly log: Log;
  readonly onApplied: (group: InboxGroup) => void;
}

const concurrency = 8;
/** After this many failures a notification is only looked at every few minutes; it is never dropped. */
const longestRetry = 5 * 60_000;

/** Works off the inbox: per seller and SKU in order, repeats coalesced, each answer applied and forwarded in one transaction. */
export class InboxWorker {
  readonly #options: InboxOptions;
  readonly #abort = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  #turn: Promise<void> | null = null;
  #again = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** Works until nothing is due. Calls while it runs make it look once more. */
  async turn(): Promise<void> {
    if (this.#turn) {
      this.#again = true;
      return this.#turn;
    }
    this.#turn = this.#drain().finally(() => {
      this.#turn = null;
    });
    return this.#turn;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.allSettled([...this.#running.values(), ...(this.#turn ? [this.#turn] : [])]);
  }

  async #drain(): Promise<void> {
    do {
      this.#again = false;
      for (;;) {
        if (this.#abort.signal.aborted) return;
        const now = instantOf(this.#options.ambient.now());
        const groups = await this.#options.database.write(
          'inbox.due',
          { now, limit: concurrency * 2 },
          { priority: 'sync' },
        );
        for (const group of groups) {
          const key = JSON.stringify([group.sellerId, group.sellerSkuId]);
          if (this.#running.has(key) || this.#running.size >= concurrency) continue;
          this.#running.set(
            key,
            this.#process(group).finally(() => this.#running.delete(key)),
          );
        }
        if (this.#running.size === 0) break;
        await Promise.race(this.#running.values());
      }
    } while (this.#again);
  }

  async #process(group: InboxGroup): Promise<void> {
    const { database, ambient, log } = this.#options;
    const causeOf = group.kinds.some((kind) => kind === 'price' || kind === 'inventory' || kind === 'sku')
      ? 'notification'
      : group.kinds.includes('binding')
        ? 'binding'
        : group.kinds.includes('operator')
          ? 'operator'
          : 'sweep';
    try {
      const { answers, milliseconds } = await this.#ask(group);
      await database.write(
        'inbox.complete',
        { group, answers, cause: causeOf, milliseconds, now: instantOf(ambient.now()) },
        { priority: 'sync' },
      );
      this.#options.onApplied(group);
    } catch (error) {
      const problem =
        error instanceof BinderyError ? error.message : 'Something went wrong inside Bindery; it tries again.';
      if (!(error instanceof BinderyError))
        log('error', 'a notification failed', {
          problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      const wait = Math.min(longestRetry, waitBefore(group.attempts, ambient.random()));
      await database.write(
        'inbox.postpone',
        { sellerId: group.sellerId, ids: group.ids, notBefore: instantOf(ambient.now() + wait), problem },
        { priority: 'sync' },
      );
    }
  }

  async #ask(group: InboxGroup): Promise<{ answers: ChannelAnswer[]; milliseconds: number | null }> {
    // an offer that is not bound has no price of ours to keep current: its notification only goes on to the backend
    if (group.bindingId === null || group.kinds.every((kind) => kind === 'suggestion'))
      return { answers: [], milliseconds: null };
    if (group.endpoint === null)
      throw new BinderyError('address-refused', 'This seller has no endpoint. Give it one in Sellers.');
    const currency = await this.#options.currency();
    const channels = group.channels.length > 0 ? group.channels : [{ marketplaceChannel: '1', sellerChannel: null }];
    const answers: ChannelAnswer[] = [];
    const started = this.#options.ambient.now();
    for (const { marketplaceChannel, sellerChannel } of channels) {
      const answer = await this.#options.simulate({
        sellerId: group.sellerId,
        sellerSkuId: group.sellerSkuId,
        endpoint: group.endpoint,
        channel: sellerChannel,
        signal: this.#abort.signal,
      });
      answers.push({
        salesChannel: marketplaceChannel,
        ...answer,
        currency,
        at: instantOf(this.#options.ambient.now()),
      });
    }
    return { answers, milliseconds: Math.round((this.#options.ambient.now() - started) / channels.length) };
  }
}
