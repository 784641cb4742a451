import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Ambient, Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import { ProtocolError } from '../protocol/failure.ts';
import type { ChannelAnswer, InboxGroup } from './inbox-writes.ts';
import { waitBefore } from './outbox.ts';
import { Pump } from './pump.ts';
import { createSellerPace, type SellerPace } from './seller-pace.ts';
import type { SharedWork } from './shared-work.ts';

/** What the seller answers for one SKU in one of its channels. Prices in minor units. */
export interface SellerAnswer {
  readonly price: number | null;
  readonly listPrice: number | null;
  readonly stock: number;
  /** Where the seller says it. */
  readonly currency: string | null;
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
  /** Entries whose state changed: done, postponed or set aside. */
  readonly onSettled?: (ids: readonly number[]) => void;
  /** Several desks run the workspace: the one that leads asks, and what it learns comes back by the stream to all. */
  readonly shared?: SharedWork;
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
  /** Under way, by seller and SKU. */
  readonly #busy = new Set<string>();
  readonly #waiters = new Map<string, (() => void)[]>();
  readonly #pump = new Pump(
    () => this.#take(),
    (error) =>
      this.#options.log('error', 'what became of a notification could not be written down', { problem: String(error) }),
  );
  readonly #pace: SellerPace;
  #turns = 0;
  #latest = 0;

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#pace = createSellerPace(options.ambient.now);
  }

  /** Works until nothing is due. */
  turn(): Promise<void> {
    return this.#pump.turn();
  }

  /** Resolves when the next answer about one seller's SKU has been dealt with, good or bad. */
  next(sellerId: string, sellerSkuId: string): Promise<void> {
    const key = JSON.stringify([sellerId, sellerSkuId]);
    return new Promise((resolve) => this.#waiters.set(key, [...(this.#waiters.get(key) ?? []), resolve]));
  }

  /** Another desk dealt with a seller's SKU, or this one did and the stream says so. */
  dealtWith(sellerId: string, sellerSkuId: string): void {
    this.#tellWaiters(JSON.stringify([sellerId, sellerSkuId]));
  }

  /** Sellers that are left alone after failures, and until when: milliseconds since the epoch. */
  leftAlone(): ReadonlyMap<string, number> {
    return this.#pace.paused();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#pump.stop();
  }

  async #take(): Promise<void> {
    const { database, ambient, shared } = this.#options;
    if (shared?.isLeading === false) return;
    await this.#heedClock();
    const sellers = await database.write('inbox.sellers', {}, { priority: 'sync' });
    let left = concurrency - this.#pump.running;
    const rooms: Record<string, number> = {};
    // another seller goes first each time, so that many sellers share what is left fairly
    const turn = sellers.length === 0 ? 0 : this.#turns++ % sellers.length;
    for (const sellerId of [...sellers.slice(turn), ...sellers.slice(0, turn)]) {
      const room = Math.min(left, this.#pace.room(sellerId));
      if (room > 0) rooms[sellerId] = room;
      left -= room;
    }
    if (Object.keys(rooms).length === 0) return;
    const groups = await database.write(
      'inbox.due',
      { now: instantOf(ambient.now()), rooms, busy: [...this.#busy], isShared: shared !== undefined },
      { priority: 'sync' },
    );
    for (const group of groups) {
      const key = JSON.stringify([group.sellerId, group.sellerSkuId]);
      if (this.#busy.has(key)) continue;
      this.#pace.started(group.sellerId);
      this.#busy.add(key);
      this.#pump.run(this.#process(group).finally(() => this.#ended(key)));
    }
  }

  #ended(key: string): void {
    this.#busy.delete(key);
    this.#tellWaiters(key);
  }

  #tellWaiters(key: string): void {
    for (const resolve of this.#waiters.get(key) ?? []) resolve();
    this.#waiters.delete(key);
  }

  /** A clock that was set back must not leave notifications waiting for a time that is far ahead. */
  async #heedClock(): Promise<void> {
    const { database, ambient, log } = this.#options;
    const now = ambient.now();
    const wasSetBack = now < this.#latest - 1_000;
    this.#latest = now;
    if (!wasSetBack) return;
    const count = await database.write(
      'inbox.heedClock',
      { now: instantOf(now), latest: instantOf(now + longestRetry) },
      { priority: 'sync' },
    );
    log('warn', 'the clock was set back; what waited for a time ahead is due now', { count });
  }

  async #process(group: InboxGroup): Promise<void> {
    const { database, ambient, log, shared } = this.#options;
    const causeOf = group.kinds.some((kind) => kind === 'price' || kind === 'inventory' || kind === 'sku')
      ? 'notification'
      : group.kinds.includes('binding')
        ? 'binding'
        : group.kinds.includes('operator')
          ? 'operator'
          : group.kinds.includes('reconcile')
            ? 'reconcile'
            : 'sweep';
    let answered = false;
    try {
      const { answers, milliseconds } = await this.#ask(group);
      answered = true;
      this.#pace.ended(group.sellerId, 'answered');
      if (shared) {
        await shared.answered(sharedResult(group, { answers, cause: causeOf, milliseconds, problem: null }, ambient));
        return;
      }
      await database.write(
        'inbox.complete',
        { group, answers, cause: causeOf, milliseconds, now: instantOf(ambient.now()) },
        { priority: 'sync' },
      );
      this.#options.onApplied(group);
      this.#options.onSettled?.(group.ids);
    } catch (error) {
      // it is being stopped: nobody failed, and the next start asks again
      if (this.#abort.signal.aborted) return;
      // what the writer's thread cannot do arrives as a typed error too; only the seller's own failures count against it
      const isOurs = !(error instanceof BinderyError) || error.code === 'internal';
      // what fails here says nothing of the seller
      if (!answered) this.#pace.ended(group.sellerId, isOurs ? 'answered' : 'failed', retryAfterOf(error));
      const problem =
        !isOurs && error instanceof Error ? error.message : 'Something went wrong inside Bindery; it tries again.';
      if (isOurs)
        log('error', 'a notification failed', {
          problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      if (isOurs && group.attempts + 1 >= triesInside) {
        const reason = error instanceof Error ? error.message : String(error);
        if (shared) {
          const problem = reason.slice(0, 500);
          const told = { answers: [], cause: causeOf, milliseconds: null, problem };
          await shared.answered(sharedResult(group, told, ambient));
          return;
        }
        await database.write(
          'inbox.setAside',
          {
            sellerId: group.sellerId,
            ids: group.ids,
            problem: reason.slice(0, 500),
            now: instantOf(ambient.now()),
          },
          { priority: 'sync' },
        );
        this.#options.onSettled?.(group.ids);
        return;
      }
      const wait = Math.min(longestRetry, waitBefore(group.attempts, ambient.random()));
      await database.write(
        'inbox.postpone',
        {
          sellerId: group.sellerId,
          ids: group.ids,
          notBefore: instantOf(ambient.now() + wait),
          problem,
          isOurs: isOurs || answered,
          now: instantOf(ambient.now()),
        },
        { priority: 'sync' },
      );
      this.#options.onSettled?.(group.ids);
    }
  }

  async #ask(group: InboxGroup): Promise<{ answers: ChannelAnswer[]; milliseconds: number | null }> {
    // an offer that is not bound has no price of ours to keep current: its notification only goes on to the backend
    if (group.bindingId === null || group.kinds.every((kind) => kind === 'suggestion'))
      return { answers: [], milliseconds: null };
    if (group.endpoint === null)
      throw new BinderyError('address-refused', 'This seller has no endpoint. Give it one in Sellers.');
    const currency = await this.#options.currency();
    const { channels } = group;
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
        currency: answer.currency ?? currency,
        at: instantOf(this.#options.ambient.now()),
      });
    }
    return {
      answers,
      milliseconds:
        channels.length === 0 ? null : Math.round((this.#options.ambient.now() - started) / channels.length),
    };
  }
}

function sharedResult(
  { sellerId, sellerSkuId, place }: InboxGroup,
  found: Pick<Parameters<SharedWork['answered']>[0], 'answers' | 'cause' | 'milliseconds' | 'problem'>,
  ambient: Ambient,
): Parameters<SharedWork['answered']>[0] {
  return { sellerId, sellerSkuId, upTo: place ?? 0, at: instantOf(ambient.now()), ...found };
}
