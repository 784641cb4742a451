import { createHash } from 'node:crypto';
import { instantOf } from '../../../shared/domain/brand.ts';
import type { ServiceContext } from '../context.ts';
import { autoOperator } from './evidence.ts';
import { PromiseBook } from './promises.ts';
import type { Bindable, Policy, Rule } from './rules.ts';

const offersAtOnce = 200;
/** Decisions of one transaction: a few milliseconds of the writer. */
const chunk = 50;

type Context = Pick<ServiceContext, 'database' | 'ambient' | 'events' | 'sync' | 'log' | 'holdMilliseconds'>;

/**
 * Binds what may be bound without a look: where a person turned it on, and only what the decisions so far support. Each binding is a decision
 * like a person's: held, in the outbox, audited, and taken back the same way.
 */
export class AutoBinder {
  readonly #context: Context;
  #book: PromiseBook | null = null;
  #rules: readonly Rule[] = [];
  #policy: Policy | null = null;
  /** Offers to look at; null: all that wait. */
  #due: Set<number> | null = new Set();
  #stopped = false;
  /** Raised whenever rules, policy or evidence change: what was read before counts no more. */
  #generation = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Rules, policy or evidence changed: everything that waits is looked at again. */
  reload(): void {
    this.#generation++;
    this.#book = null;
    this.#due = null;
  }

  /** The matcher has looked at these. */
  matched(ids: readonly number[]): void {
    for (const id of ids) this.#due?.add(id);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** The promise as it stands, for the screen too. */
  async book(): Promise<PromiseBook> {
    const { database } = this.#context;
    if (this.#book && this.#policy) return this.#book;
    for (;;) {
      const generation = this.#generation;
      const policy = await database.read('matching.policy', {});
      const rules = await database.read('matching.rules', {});
      const book = await PromiseBook.read(database, policy.precision);
      // a person paused or changed something while this was read: it is read again, never put in its place
      if (generation !== this.#generation) continue;
      this.#policy = policy;
      this.#rules = rules;
      this.#book = book;
      return book;
    }
  }

  /** Binds what is due. @returns how many */
  async turn(): Promise<number> {
    if (this.#due?.size === 0) return 0;
    const { database, ambient } = this.#context;
    const book = await this.book();
    const generation = this.#generation;
    const due = this.#due;
    this.#due = new Set();
    const { threshold } = book.promise;
    const policy = this.#policy;
    if (!policy || policy.paused || this.#rules.length === 0 || threshold === Number.POSITIVE_INFINITY) return 0;
    let bound = 0;
    const lists = due === null ? [null] : chunksOf([...due], offersAtOnce);
    for (const ids of lists)
      for (let after = 0; !this.#stopped; ) {
        const found = await database.read(
          'matching.bindable',
          { odds: threshold, scorer: book.scorer, after, limit: offersAtOnce, now: instantOf(ambient.now()), ids },
          { long: true },
        );
        const last = found.at(-1);
        if (!last) break;
        after = last.id;
        if (generation !== this.#generation) return bound;
        bound += await this.#bind(
          found.filter((offer) => this.#mayBind(offer, book, policy)),
          generation,
        );
        // what a person changed meanwhile counts from the next offers on
        if (generation !== this.#generation) return bound;
      }
    return bound;
  }

  #mayBind(offer: Bindable, book: PromiseBook, policy: Policy): boolean {
    const ruled = this.#rules.some(
      ({ sellerId, categoryId }) =>
        (sellerId === null || sellerId === offer.sellerId) && (categoryId === null || categoryId === offer.categoryId),
    );
    return ruled && book.binds(offer) && !isForPeople(offer, policy.reviewShare);
  }

  async #bind(offers: readonly Bindable[], generation: number): Promise<number> {
    const { database, ambient, events, sync, log } = this.#context;
    const actor = autoOperator;
    let recorded = 0;
    for (const some of chunksOf(offers, chunk)) {
      const batchId = ambient.uuid();
      const now = ambient.now();
      const hold = await this.#context.holdMilliseconds();
      if (this.#stopped || generation !== this.#generation) break;
      const result = await database.write(
        'matching.decide',
        {
          requests: some.map(({ id, versionId, skuId }) => ({
            id: ambient.uuid(),
            batchId,
            kind: 'bind' as const,
            offerId: id,
            versionId,
            skuId,
          })),
          actor,
          moment: { now: instantOf(now), heldUntil: instantOf(now + hold) },
        },
        { priority: 'background' },
      );
      recorded += result.recorded;
      events.emit('rows.changed', { list: 'offers', ids: some.map(({ id }) => id) });
    }
    if (recorded === 0) return 0;
    log('info', 'offers were bound without a look', { count: recorded });
    events.emit('list.changed', { list: 'matching' });
    sync.wakeOutbox();
    return recorded;
  }
}

/** A share of what could be bound stays with people, always the same offers: it is what the promise is checked by. */
export function isForPeople({ id, versionId }: { id: number; versionId: string }, share: number): boolean {
  const digest = createHash('sha256').update(`${id} ${versionId}`).digest();
  return digest.readUInt32BE(0) % 10_000 < share;
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const chunks: Item[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
