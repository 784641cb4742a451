import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Ambient, Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import { ProtocolError } from '../protocol/failure.ts';
import type { ChannelAnswer, InboxGroup } from './inbox-writes.ts';
import { waitBefore } from './outbox.ts';
import { createSellerPace, type SellerPace } from './seller-pace.ts';

/** What the seller answers for one SKU in one of its channels. Prices in minor units. */
export interface SellerAnswer {
  readonly price: number | null;
  readonly listPrice: number | null;
  readonly stock: number;
}

/** Milliseconds that the seller asked to be left alone, as far as it did. */
function retryAfterOf(error: unknown): number {
  if (!(error instanceof ProtocolError)) return 0;
  const { failure } = error;
  if (failure.kind !== 'not-sent' || failure.reason !== 'too-many-requests') return 0;
  return Math.max(1_000, failure.retryAfterMs ?? 0);
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

/** Sellers are asked so many questions at once, all together; each by itself as {@link createSellerPace} says. */
const concurrency = 32;
/** Tries of a notification that fails inside Bindery, before it is set aside. */
const triesInside = 5;
/** After this many failures a notification is only looked at every few minutes; it is never dropped. */
const longestRetry = 5 * 60_000;

/** Works off the inbox: per seller and SKU in order, repeats coalesced, each answer applied and forwarded in one transaction. */
export class InboxWorker {
  readonly #options: InboxOptions;
  readonly #abort = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #pace: SellerPace;
  #turns = 0;
  #turn: Promise<void> | null = null;
  #again = false;

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#pace = createSellerPace(options.ambient.now);
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
        const { database, ambient } = this.#options;
        const sellers = await database.write('inbox.sellers', {}, { priority: 'sync' });
        let left = concurrency - this.#running.size;
        const rooms: Record<string, number> = {};
        // another seller goes first each time, so that many sellers share what is left fairly
        const turn = sellers.length === 0 ? 0 : this.#turns++ % sellers.length;
        for (const sellerId of [...sellers.slice(turn), ...sellers.slice(0, turn)]) {
          const room = Math.min(left, this.#pace.room(sellerId));
          if (room > 0) rooms[sellerId] = room;
          left -= room;
        }
        const groups =
          Object.keys(rooms).length === 0
            ? []
            : await database.write(
                'inbox.due',
                { now: instantOf(ambient.now()), rooms, busy: [...this.#running.keys()] },
                { priority: 'sync' },
              );
        for (const group of groups) {
          const key = JSON.stringify([group.sellerId, group.sellerSkuId]);
          if (this.#running.has(key)) continue;
          this.#pace.started(group.sellerId);
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
    let answered = false;
    try {
      const { answers, milliseconds } = await this.#ask(group);
      answered = true;
      this.#pace.ended(group.sellerId, 'answered');
      await database.write(
        'inbox.complete',
        { group, answers, cause: causeOf, milliseconds, now: instantOf(ambient.now()) },
        { priority: 'sync' },
      );
      this.#options.onApplied(group);
    } catch (error) {
      const isOurs = !(error instanceof BinderyError);
      // what fails here says nothing of the seller
      if (!answered) this.#pace.ended(group.sellerId, isOurs ? 'answered' : 'failed', retryAfterOf(error));
      const problem =
        error instanceof BinderyError ? error.message : 'Something went wrong inside Bindery; it tries again.';
      if (!(error instanceof BinderyError))
        log('error', 'a notification failed', {
          problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      if (isOurs && group.attempts + 1 >= triesInside) {
        const reason = error instanceof Error ? error.message : String(error);
        await database.write('inbox.setAside', { ids: group.ids, problem: reason.slice(0, 500) }, { priority: 'sync' });
        return;
      }
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
