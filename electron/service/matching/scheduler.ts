import { ROW_ATTRIBUTES } from './candidate-features.ts';
import type { InspectableIndex } from './catalog-index.ts';
import type { LearnedModel } from './learned-model.ts';
import { learning } from './learning.ts';
import type { IndexRequest, Learned, Reply, Request, Result } from './messages.ts';
import { unpackExample } from './packed-example.ts';

/** Background work runs this long at most before whoever waits in front of the screen gets a turn, in milliseconds. */
const SLICE_MS = 15;
/** Entries indexed between two looks at the clock. */
const UPSERT_STEP = 50;

/** A piece of work, in steps; its last step returns the answer. */
type Steps = Generator<void, Result>;
interface Work {
  readonly id: number;
  readonly kind: Request['kind'];
  readonly steps: Steps;
}

export interface SchedulerOptions {
  /** Makes an empty index. */
  readonly create: () => InspectableIndex;
  /** The index of a file, and its stamp; null when there is none of this version. */
  readonly load: (file: string) => { index: InspectableIndex; stamp: string } | null;
  /** Runs a change of the index; another thread may have to be kept from reading it meanwhile. */
  readonly change?: <Result>(work: () => Result) => Result;
  readonly reply: (reply: Reply) => void;
  /** Calls back once messages that have arrived meanwhile were handed over (setImmediate in a worker). */
  readonly later: (run: () => void) => void;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/**
 * The order of work in the worker: a single suggestion goes first; then changes of the catalogue, in the order they came; then lists of
 * suggestions; then learning. All but single suggestions run in slices. So a suggestion waits for one slice at most, a changed SKU is
 * findable at once, and a list of suggestions sees every change that was sent before it.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  #index: InspectableIndex;
  #model: LearnedModel | null = null;
  readonly #urgent: Extract<Request, { kind: 'suggest' }>[] = [];
  readonly #queues: readonly [changes: Work[], lists: Work[], learning: Work[]] = [[], [], []];
  #waiting = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#index = options.create();
  }

  /** Takes a request. Its reply comes later, except for `stats`. */
  accept(request: IndexRequest): void {
    const [changes, lists, learned] = this.#queues;
    const add = (queue: Work[], steps: Steps): void => {
      queue.push({ id: request.id, kind: request.kind, steps });
    };
    switch (request.kind) {
      case 'cancel':
        this.#cancel(request.id);
        return;
      case 'stats': {
        const result = { skus: this.#index.size, bytes: this.#index.bytes() };
        this.#options.reply({ id: request.id, ok: true, result });
        return;
      }
      case 'suggest':
        this.#urgent.push(request);
        break;
      case 'suggestMany':
        add(
          lists,
          this.#each(request.offers, (offer) => this.#index.suggest(offer, request.limit)),
        );
        break;
      case 'featured':
        add(
          lists,
          this.#each(request.offers, (offer) => this.#index.featured(offer, request.limit)),
        );
        break;
      case 'upsert':
        add(changes, this.#upsert(request.entries));
        break;
      case 'remove':
        add(
          changes,
          this.#once(() => this.#change(() => this.#index.remove(request.skuIds))),
        );
        break;
      case 'load':
        add(changes, this.#load(request.file));
        break;
      case 'save':
        add(
          changes,
          this.#once(() => this.#index.save(request.file, request.stamp)),
        );
        break;
      case 'clear':
        add(
          changes,
          this.#once(() => this.#change(() => this.#take(this.#options.create()))),
        );
        break;
      case 'use':
        add(
          changes,
          this.#once(() => this.#use(request.model)),
        );
        break;
      case 'learn':
        add(learned, this.#learn(request));
        break;
    }
    this.#wake();
  }

  #cancel(id: number): void {
    const at = this.#urgent.findIndex((each) => each.id === id);
    if (at >= 0) this.#urgent.splice(at, 1);
    // A change of the catalogue is not called off half-way; the rest is.
    for (const queue of this.#queues.slice(1)) {
      const found = queue.findIndex((each) => each.id === id);
      if (found >= 0) queue.splice(found, 1);
    }
  }

  *#each<Item, Answer>(items: readonly Item[], answer: (item: Item) => Answer): Generator<void, Answer[]> {
    const answers: Answer[] = [];
    for (const item of items) {
      if (answers.length > 0) yield;
      answers.push(answer(item));
    }
    return answers;
  }

  *#upsert(entries: Extract<Request, { kind: 'upsert' }>['entries']): Generator<void, null> {
    for (let at = 0; at < entries.length; at += UPSERT_STEP) {
      if (at > 0) yield;
      this.#change(() => this.#index.upsert(entries.slice(at, at + UPSERT_STEP)));
    }
    return null;
  }

  // one step, yet a generator: it runs in its turn
  // biome-ignore lint/correctness/useYield: see above
  *#once(run: () => void): Generator<void, null> {
    run();
    return null;
  }

  *#load(file: string): Generator<void, Result> {
    const loaded = this.#options.load(file);
    if (loaded === null) return null;
    this.#change(() => this.#take(loaded.index));
    return { skus: loaded.index.size, stamp: loaded.stamp };
  }

  get index(): InspectableIndex {
    return this.#index;
  }

  #change(work: () => void): void {
    const { change } = this.#options;
    if (change) change(work);
    else work();
  }

  #take(index: InspectableIndex): void {
    this.#index = index;
    index.learn(this.#model);
  }

  *#learn({ examples, version }: Extract<Request, { kind: 'learn' }>): Generator<void, Learned> {
    const read = examples.map((each) => unpackExample(each, ROW_ATTRIBUTES.length));
    yield;
    return yield* learning(read, version);
  }

  #use(model: LearnedModel | null): void {
    this.#model = model;
    this.#index.learn(model);
  }

  #wake(): void {
    if (this.#waiting || (this.#urgent.length === 0 && this.#queues.every((queue) => queue.length === 0))) return;
    this.#waiting = true;
    this.#options.later(() => {
      this.#waiting = false;
      this.#slice();
      this.#wake();
    });
  }

  #slice(): void {
    const { now, reply } = this.#options;
    for (let urgent = this.#urgent.shift(); urgent !== undefined; urgent = this.#urgent.shift()) {
      const { id, offer, limit } = urgent;
      try {
        reply({ id, ok: true, result: this.#index.suggest(offer, limit) });
      } catch (error) {
        reply({ id, ok: false, message: messageOf(error) });
      }
    }
    const until = now() + SLICE_MS;
    do {
      const queue = this.#queues.find((each) => each.length > 0);
      const first = queue?.[0];
      if (queue === undefined || first === undefined) return;
      if (this.#step(first)) queue.shift();
    } while (now() < until);
  }

  /** Does a little of a piece of work; true when it is finished (and answered). */
  #step({ id, steps }: Work): boolean {
    const { reply } = this.#options;
    try {
      const step = steps.next();
      if (!step.done) return false;
      reply({ id, ok: true, result: step.value });
    } catch (error) {
      reply({ id, ok: false, message: messageOf(error) });
    }
    return true;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
