import type { Reply, Request, Stats } from './messages.ts';
import type { CatalogEntry, CatalogIndex, OfferText, Verdicted } from './types.ts';

/** Background work runs this long at most before whoever waits in front of the screen gets a turn, in milliseconds. */
const SLICE_MS = 15;
/** Entries indexed between two looks at the clock. */
const UPSERT_STEP = 50;

type Background =
  | {
      readonly kind: 'suggestMany';
      readonly id: number;
      readonly offers: readonly OfferText[];
      readonly limit: number | undefined;
      readonly done: Verdicted[];
    }
  | { readonly kind: 'upsert'; readonly id: number; readonly entries: readonly CatalogEntry[]; next: number }
  | { readonly kind: 'remove'; readonly id: number; readonly skuIds: readonly number[] };

export interface SchedulerOptions {
  readonly index: CatalogIndex;
  readonly reply: (reply: Reply) => void;
  /** Calls back once messages that have arrived meanwhile were handed over (setImmediate in a worker). */
  readonly later: (run: () => void) => void;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/**
 * The order of work in the worker: a single suggestion goes first; everything else is background, done in the order it came, in
 * slices. So a suggestion waits for one slice at most, and a list of suggestions sees every change that was sent before it.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #urgent: Extract<Request, { kind: 'suggest' }>[] = [];
  #background: Background[] = [];
  #waiting = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Takes a request. Its reply comes later, except for `stats`. */
  accept(request: Request): void {
    switch (request.kind) {
      case 'cancel': {
        const at = this.#urgent.findIndex((each) => each.id === request.id);
        if (at >= 0) this.#urgent.splice(at, 1);
        // A change of the catalogue is not called off half-way; a list of suggestions is.
        this.#background = this.#background.filter((each) => each.id !== request.id || each.kind !== 'suggestMany');
        return;
      }
      case 'stats': {
        const stats: Stats = { skus: this.#options.index.size, bytes: this.#options.index.bytes() };
        this.#options.reply({ id: request.id, ok: true, result: stats });
        return;
      }
      case 'suggest':
        this.#urgent.push(request);
        break;
      case 'suggestMany':
        this.#background.push({ ...request, done: [] });
        break;
      case 'upsert':
        this.#background.push({ ...request, next: 0 });
        break;
      case 'remove':
        this.#background.push(request);
        break;
    }
    this.#wake();
  }

  #wake(): void {
    if (this.#waiting || (this.#urgent.length === 0 && this.#background.length === 0)) return;
    this.#waiting = true;
    this.#options.later(() => {
      this.#waiting = false;
      this.#slice();
      this.#wake();
    });
  }

  #slice(): void {
    const { index, now } = this.#options;
    for (let urgent = this.#urgent.shift(); urgent !== undefined; urgent = this.#urgent.shift()) {
      const { id, offer, limit } = urgent;
      this.#attempt(id, () => index.suggest(offer, limit));
    }
    const until = now() + SLICE_MS;
    do {
      const first = this.#background[0];
      if (first === undefined) return;
      if (!this.#step(first)) continue;
      this.#background.shift();
    } while (now() < until);
  }

  /** Does a little of a piece of work; true when it is finished (and answered). */
  #step(work: Background): boolean {
    const { index, reply } = this.#options;
    try {
      if (work.kind === 'remove') {
        index.remove(work.skuIds);
        reply({ id: work.id, ok: true, result: null });
        return true;
      }
      if (work.kind === 'upsert') {
        index.upsert(work.entries.slice(work.next, work.next + UPSERT_STEP));
        work.next += UPSERT_STEP;
        if (work.next < work.entries.length) return false;
        reply({ id: work.id, ok: true, result: null });
        return true;
      }
      const offer = work.offers[work.done.length];
      if (offer !== undefined) work.done.push(index.suggest(offer, work.limit));
      if (work.done.length < work.offers.length) return false;
      reply({ id: work.id, ok: true, result: work.done });
      return true;
    } catch (error) {
      reply({ id: work.id, ok: false, message: messageOf(error) });
      return true;
    }
  }

  #attempt(id: number, run: () => Verdicted): void {
    try {
      this.#options.reply({ id, ok: true, result: run() });
    } catch (error) {
      this.#options.reply({ id, ok: false, message: messageOf(error) });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
