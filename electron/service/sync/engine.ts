import type { Status } from '../../../shared/contract/workspace.ts';
import { type Instant, instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Ambient, Log, SyncControl } from '../context.ts';
import { bandNumber } from '../database/convert.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { Events } from '../events.ts';
import type { SupervisedMatching } from '../matching/supervised.ts';
import type { Backend } from '../protocol/backend.ts';
import { ProtocolError } from '../protocol/failure.ts';
import type { Applied } from '../stream/statements.ts';
import type { CatalogueIndex } from './catalogue-index.ts';
import { type InboxOptions, InboxWorker } from './inbox.ts';
import { Matcher } from './matcher.ts';
import { Dispatcher } from './outbox.ts';
import { lookAgain, pullBindings, pullCategoriesAndBrands, pullSkus, pullSuggestions } from './pull.ts';
import type { PullOptions, StageName } from './pull-options.ts';
import { pullSellers } from './pull-sellers.ts';
import type { SharedWork } from './shared-work.ts';

export interface EngineOptions {
  readonly database: ServiceDatabase;
  readonly backend: Backend | null;
  readonly matching: SupervisedMatching;
  readonly catalogueIndex: CatalogueIndex;
  readonly events: Events;
  /** The matcher has looked at these offers. */
  readonly onMatched?: (ids: readonly number[]) => void;
  readonly ambient: Ambient;
  readonly log: Log;
  readonly currency: () => Promise<string>;
  readonly sellerKeys: (sellerId: string) => Promise<{ appKey: string; appToken: string } | undefined>;
  /** After everything was pulled: what other domains read from the backend. */
  readonly afterPull?: (signal: AbortSignal) => Promise<void>;
  readonly endpoints: () => { url: string | null; receivedPerSecond: number; problem: string | null };
  /** Entries of the inbox whose state changed. */
  readonly onInbox?: (ids: readonly number[]) => void;
  /** Several desks run the workspace: what of it this one does. */
  readonly shared?: SharedWork;
  /** There may be new entries of the inbox. */
  readonly onWoken?: () => void;
}

/** Between two pulls of waiting offers, in milliseconds; and between two of everything. */
const offersEvery = 60_000;
const everythingEvery = 15 * 60_000;
/** How often the outbox is looked at for what is no longer held, and the inbox for what may be tried again. */
const tick = 250;
/**
 * Loading the matcher and pulling take a processor for seconds. After a start on a cache that is there already they leave it to
 * the first list on screen, so long without a window, and so long from when one connects. Milliseconds.
 */
const quietAfterStart = 3_000;
const quietAfterWindow = 1_500;
const statusEvery = 400;
/** How long "ask the seller now" waits for the answer, in milliseconds; afterwards it arrives by itself. */
const refreshPatience = 8_000;
const textAtOnce = 400;
/** Rows that one step of a sweep looks at: a few milliseconds of the writer. */
const sweptAtOnce = 1_000;
/** Decisions of a batch that are taken back in one transaction; and how long nobody may have worked on it, in milliseconds. */
const undoneAtOnce = 100;
const untouchedFor = 5_000;
const keptDays = 14;

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** What one pull brings: everything, or one of the two lanes that run side by side after the first time. */
type PullPart = 'all' | 'catalogue' | 'offers';

const stageNames: readonly StageName[] = [
  'sellers',
  'categories',
  'brands',
  'skus',
  'suggestions',
  'bindings',
  'matching',
];

/** Runs synchronisation: pulls, outbox, inbox, matching, and tells the windows the truth about them. */
export class Engine implements SyncControl {
  readonly #options: EngineOptions;
  readonly #abort = new AbortController();
  readonly #matcher: Matcher;
  readonly #dispatcher: Dispatcher | null;
  readonly #inbox: InboxWorker | null;
  readonly #stages = new Map<StageName, Status['stages'][number]>();
  readonly #timers: NodeJS.Timeout[] = [];
  #status: Status;
  readonly #pulling = new Map<PullPart, Promise<void>>();
  #indexing: Promise<void> | null = null;
  #housekeeping: Promise<void> | null = null;
  #sweeping: Promise<void> | null = null;
  #resumeWaiters: (() => void)[] = [];
  #dirty = true;
  /** Pulls and matching run; decisions and notifications do so from the first moment on. */
  #begun = false;
  #beginning: NodeJS.Timeout | undefined;
  #lastOffers = Number.NEGATIVE_INFINITY;
  #lastEverything = Number.NEGATIVE_INFINITY;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { database, backend, ambient, log, events } = options;
    for (const name of stageNames)
      this.#stages.set(name, { name, state: 'waiting', done: 0, total: null, problem: null });
    this.#status = {
      connection: backend ? 'connecting' : 'offline',
      connectionProblem: backend ? null : 'No marketplace is connected. Connect one in Settings.',
      lastSyncedAt: null,
      paused: false,
      initial: true,
      stages: [...this.#stages.values()],
      outbox: { held: 0, pending: 0, sent: 0, conflict: 0, failed: 0 },
      endpoints: { url: null, receivedPerSecond: 0, waiting: 0, failing: 0, problem: null },
    };
    this.#matcher = new Matcher({
      database,
      matching: options.matching,
      index: options.catalogueIndex,
      onMatched: (ids) => {
        options.onMatched?.(ids);
        this.#stage('matching', 'running', (this.#stages.get('matching')?.done ?? 0) + ids.length, null);
        events.emit('rows.changed', { list: 'offers', ids: ids.length > 200 ? null : [...ids] });
      },
    });
    this.#dispatcher = backend
      ? new Dispatcher({
          database,
          backend,
          ambient,
          log,
          ...(options.shared ? { shared: options.shared } : {}),
          onSettled: (outcome, item, offerIds) => {
            this.#dirty = true;
            if (item.kind === 'decision') {
              events.emit('rows.changed', { list: 'offers', ids: [...offerIds] });
              events.emit('rows.changed', { list: 'bindings', ids: null });
              if (outcome.kind === 'confirmed') {
                events.emit('list.changed', { list: 'bindings' });
                this.wakeInbox();
                if (outcome.skuId !== null) this.#background(this.#learnSku(outcome.skuId));
              }
              if (outcome.kind === 'conflict') this.#background(this.#lookAgain(offerIds));
            }
            if (outcome.kind === 'again') this.#problem(outcome.problem);
            else this.#online();
          },
        })
      : null;
    this.#inbox = backend
      ? new InboxWorker({
          database,
          simulate: (request) => this.#simulate(backend, request),
          currency: options.currency,
          ambient,
          log,
          onApplied: (group) => {
            this.#dirty = true;
            if (group.bindingId !== null) events.emit('rows.changed', { list: 'bindings', ids: [group.bindingId] });
            this.wakeOutbox();
          },
          ...(options.onInbox ? { onSettled: options.onInbox } : {}),
          ...(options.shared ? { shared: options.shared } : {}),
        })
      : null;
  }

  /** Starts the clockwork. What an earlier run left behind is recovered first. */
  async start(): Promise<void> {
    const state = await this.#options.database.read('sync.state', {});
    if (typeof state.lastSyncedAt === 'string') {
      // written by #pull as an instant
      this.#status = { ...this.#status, lastSyncedAt: state.lastSyncedAt as Instant, initial: false };
    }
    if (state.paused === true) this.#status = { ...this.#status, paused: true };
    // where several desks run the workspace, the one that leads does so
    const released = this.#options.shared
      ? 0
      : await this.#options.database.write('inbox.release', { now: instantOf(this.#options.ambient.now()) });
    if (released > 0)
      this.#options.log('info', 'notifications that were set aside are tried again', { count: released });
    const recovered = await this.#dispatcher?.recover();
    if (recovered)
      this.#options.log('info', 'decisions were on their way when the service ended; they are read back', {
        count: recovered,
      });
    this.#beginIn(this.#status.initial ? 0 : quietAfterStart);
    this.#every(tick, () => {
      this.wakeOutbox();
      this.wakeInbox();
      if (!this.#begun) return;
      this.#sweep();
      this.#index();
      this.#schedule();
    });
    this.#every(statusEvery, () => void this.#publish());
    this.#every(60_000, () => {
      // one that takes longer than a minute goes on, and no second one begins anew what it does
      this.#housekeeping ??= this.#housekeep().finally(() => {
        this.#housekeeping = null;
      });
      this.#background(this.#housekeeping);
    });
  }

  /** A window connected: what it asks for first goes before the work that nobody waits for. */
  windowOpened(): void {
    if (!this.#begun && !this.#status.initial) this.#beginIn(quietAfterWindow);
  }

  matcherReady(): Promise<void> {
    this.#begin();
    return this.#matcher.load();
  }

  #beginIn(milliseconds: number): void {
    clearTimeout(this.#beginning);
    this.#beginning = setTimeout(() => this.#begin(), milliseconds);
  }

  #begin(): void {
    clearTimeout(this.#beginning);
    if (this.#begun) return;
    this.#begun = true;
    this.#background(this.#matcher.load());
  }

  status(): Status {
    return this.#status;
  }

  pause(): void {
    this.#status = { ...this.#status, paused: true };
    this.#dirty = true;
    this.#background(
      this.#options.database.write('pull.state', { name: 'paused', value: true }, { priority: 'background' }),
    );
  }

  resume(): void {
    this.#status = { ...this.#status, paused: false };
    this.#dirty = true;
    for (const resolve of this.#resumeWaiters.splice(0)) resolve();
    this.#background(
      this.#options.database.write('pull.state', { name: 'paused', value: false }, { priority: 'background' }),
    );
  }

  pullNow(): void {
    this.#lastEverything = Number.NEGATIVE_INFINITY;
    this.#lastOffers = Number.NEGATIVE_INFINITY;
    this.#schedule();
  }

  wakeOutbox(): void {
    if (this.#dispatcher) this.#background(this.#dispatcher.turn());
    this.#dirty = true;
  }

  /** The stream of the workspace brought what follows for this desk's cache. */
  applied({ settled, about, bindings }: Pick<Applied, 'settled' | 'about' | 'bindings'>): void {
    this.#dirty = true;
    if (bindings.length > 0)
      this.#options.events.emit('rows.changed', {
        list: 'bindings',
        ids: bindings.length > 200 ? null : [...bindings],
      });
    if (settled.length > 0) this.#options.onInbox?.(settled);
    for (const { sellerId, sellerSkuId } of about) this.#inbox?.dealtWith(sellerId, sellerSkuId);
    this.wakeInbox();
    this.wakeOutbox();
  }

  wakeInbox(): void {
    this.#options.onWoken?.();
    if (this.#inbox) this.#background(this.#inbox.turn());
  }

  leftAlone(): ReadonlyMap<string, number> {
    return this.#inbox?.leftAlone() ?? new Map();
  }

  async trySimulation(sellerId: string, sellerSkuId: string): Promise<{ passed: boolean; message: string }> {
    const { backend, database } = this.#options;
    const seller = await database.read('sellers.detail', { sellerId });
    if (!backend) return { passed: false, message: 'The marketplace is not connected at the moment.' };
    if (!seller?.endpoint)
      return { passed: false, message: 'The marketplace has no address of yours to ask for prices.' };
    const started = this.#options.ambient.now();
    try {
      const { price, stock } = await this.#simulate(backend, {
        sellerId,
        sellerSkuId,
        endpoint: seller.endpoint,
        channel: seller.channels[0]?.sellerChannel ?? null,
        signal: this.#abort.signal,
      });
      const took = `after ${this.#options.ambient.now() - started} ms`;
      return price === null || stock === 0
        ? { passed: false, message: `You answered ${took}: no price, or out of stock.` }
        : { passed: true, message: `You answered ${took}: ${price} cents, ${stock} in stock.` };
    } catch (error) {
      return {
        passed: false,
        message: error instanceof BinderyError ? error.message : 'You could not be asked. Try again later.',
      };
    }
  }

  async #simulate(
    backend: Backend,
    { sellerId, sellerSkuId, endpoint, channel, signal }: Parameters<InboxOptions['simulate']>[0],
  ) {
    const keys = await this.#options.sellerKeys(sellerId);
    const [item] = await backend.simulation.simulate(
      {
        endpoint,
        sellerId,
        sellerSkuIds: [sellerSkuId],
        ...(channel === null ? {} : { salesChannel: channel }),
        ...(keys ? { keys } : {}),
      },
      { signal },
    );
    return {
      price: item?.priceMinor ?? null,
      listPrice: item?.listPriceMinor ?? null,
      stock: item?.stock ?? 0,
      currency: item?.currency ?? null,
    };
  }

  async refreshBinding(bindingId: number): Promise<void> {
    const { database, ambient } = this.#options;
    const [row] = await database.read('bindings.rows', { ids: [bindingId] });
    if (!row)
      throw new BinderyError('not-found', 'This binding is no longer there. Refresh the list.', { field: 'bindingId' });
    if (!this.#inbox) throw new BinderyError('offline', 'No marketplace is connected. Connect one in Settings.');
    await database.write('inbox.append', {
      entries: [
        {
          kind: 'operator',
          sellerId: row.sellerId,
          sellerSkuId: row.sellerSkuId,
          receivedAt: instantOf(ambient.now()),
          body: null,
        },
      ],
    });
    // the rest of the inbox is not waited for, and a seller that is left alone for a while is not either
    const worked = this.#inbox.next(row.sellerId, row.sellerSkuId);
    this.wakeInbox();
    const late = AbortSignal.any([AbortSignal.timeout(refreshPatience), this.#abort.signal]);
    const inTime = await Promise.race([worked.then(() => true), ended(late).then(() => false)]);
    if (!inTime)
      throw new BinderyError('timed-out', 'The seller has not answered yet. What it says shows here when it does.');
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#beginning);
    this.#abort.abort();
    // whoever waits for the operator to resume ends; that it is paused stays written down
    for (const resolve of this.#resumeWaiters.splice(0)) resolve();
    await Promise.allSettled([
      ...this.#pulling.values(),
      this.#indexing,
      this.#housekeeping,
      this.#sweeping,
      this.#dispatcher?.stop(),
      this.#inbox?.stop(),
      this.#matcher.stop(),
    ]);
  }

  #every(milliseconds: number, run: () => void): void {
    this.#timers.push(setInterval(run, milliseconds));
  }

  #background(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (this.#abort.signal.aborted) return;
      this.#options.log('error', 'background work failed', {
        problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    });
  }

  #stage(
    name: StageName,
    state: Status['stages'][number]['state'],
    done: number,
    total: number | null,
    problem: string | null = null,
  ): void {
    this.#stages.set(name, { name, state, done, total, problem });
    this.#dirty = true;
  }

  #online(): void {
    if (this.#status.connection === 'online') return;
    this.#status = { ...this.#status, connection: 'online', connectionProblem: null };
    this.#dirty = true;
  }

  #problem(problem: string): void {
    this.#status = { ...this.#status, connection: 'offline', connectionProblem: problem };
    this.#dirty = true;
  }

  /**
   * Starts what is due. The first time it is one pull after the other, since each needs the one before. Later the offers have a
   * lane of their own: a backend that gives its catalogue SKU by SKU takes many minutes for it, and offers do not wait so long.
   */
  #schedule(): void {
    if (!this.#options.backend || this.#status.paused || this.#abort.signal.aborted) return;
    const now = this.#options.ambient.now();
    const everything = now - this.#lastEverything >= everythingEvery;
    if (this.#status.initial) {
      if (everything && !this.#pulling.has('all')) this.#start('all');
      return;
    }
    if (this.#pulling.has('all')) return;
    if (everything && !this.#pulling.has('catalogue')) this.#start('catalogue');
    if (now - this.#lastOffers >= offersEvery && !this.#pulling.has('offers')) this.#start('offers');
  }

  #start(part: PullPart): void {
    const now = this.#options.ambient.now();
    if (part !== 'catalogue') this.#lastOffers = now;
    if (part !== 'offers') this.#lastEverything = now;
    const pull = this.#pull(part).finally(() => {
      this.#pulling.delete(part);
      this.#dirty = true;
    });
    this.#pulling.set(part, pull);
  }

  async #pull(part: PullPart): Promise<void> {
    const { database, backend, ambient, events, log } = this.#options;
    if (!backend) return;
    let stage: StageName = 'sellers';
    let skusChanged = false;
    const options: PullOptions = {
      database,
      backend,
      ambient,
      log,
      signal: this.#abort.signal,
      initial: this.#status.initial,
      unpaused: () =>
        this.#status.paused && !this.#abort.signal.aborted
          ? new Promise((resolve) => this.#resumeWaiters.push(resolve))
          : Promise.resolve(),
      progress: (name, state, done, total, problem) => {
        this.#online();
        this.#stage(name, state, done, total, problem ?? null);
      },
      onSkus: async () => {
        skusChanged = true;
        await this.#matcher.refresh();
      },
      onOffers: this.#onOffers,
    };
    const run = async (name: StageName, work: () => Promise<void>) => {
      stage = name;
      this.#stage(name, 'running', 0, null);
      await options.unpaused();
      await work();
    };
    try {
      if (part !== 'offers') {
        await run('sellers', () => pullSellers(options));
        events.emit('list.changed', { list: 'sellers' });
        await run('categories', () => pullCategoriesAndBrands(options));
        await run('skus', () => pullSkus(options));
        // an offer that had no SKU may have one now
        if (skusChanged && !this.#status.initial) {
          await database.write('offers.rematch', { bands: [bandNumber('new')] }, { priority: 'background' });
        }
        events.emit('list.changed', { list: 'skus' });
      }
      if (part !== 'catalogue') await run('suggestions', () => pullSuggestions(options, 'pending'));
      if (part !== 'offers') {
        await pullSuggestions(options, 'denied');
        await run('bindings', () => pullBindings(options));
        events.emit('list.changed', { list: 'bindings' });
        // what of it fails is logged and tried again in a quarter of an hour: offers and bindings are in step without it
        await this.#options.afterPull?.(this.#abort.signal).catch((error: unknown) => {
          if (!this.#abort.signal.aborted)
            log('warn', 'commissions and payments could not be read; the next pull tries again', {
              problem: String(error),
            });
        });
      }
      if (part === 'catalogue') return;
      const at = instantOf(ambient.now());
      await database.write('pull.state', { name: 'lastSyncedAt', value: at }, { priority: 'sync' });
      this.#status = { ...this.#status, lastSyncedAt: at, initial: false };
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      const problem =
        error instanceof BinderyError ? error.message : 'Something went wrong inside Bindery; it tries again.';
      if (!(error instanceof BinderyError))
        log('error', 'a pull failed', {
          problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      this.#stage(stage, 'failed', this.#stages.get(stage)?.done ?? 0, null, problem);
      this.#problem(problem);
      if (error instanceof ProtocolError && (error.status === 401 || error.status === 403)) {
        this.#status = { ...this.#status, connection: 'refused' };
      }
      // soon again, or at once where somebody asked meanwhile: the cursor goes on where it stopped
      const soon = (last: number, every: number) =>
        last === Number.NEGATIVE_INFINITY ? last : ambient.now() - every + 5_000;
      if (part !== 'catalogue') this.#lastOffers = soon(this.#lastOffers, offersEvery);
      if (part !== 'offers') this.#lastEverything = soon(this.#lastEverything, everythingEvery);
    }
  }

  /** Works off what a change of the catalogue, a mapping or the channels has left to be gone through. */
  #sweep(): void {
    const { database, events, ambient, log } = this.#options;
    this.#sweeping ??= (async () => {
      while (!this.#abort.signal.aborted) {
        const now = instantOf(ambient.now());
        const piece = await database.write('sweep.step', { limit: sweptAtOnce, now }, { priority: 'background' });
        if (!piece) break;
        if (piece.changed.length > 0) events.emit('rows.changed', { list: 'offers', ids: piece.changed });
      }
      await this.#goOnUndoing();
    })()
      .catch((error: unknown) => {
        if (!this.#abort.signal.aborted) log('error', 'a sweep failed', { problem: String(error) });
      })
      .finally(() => {
        this.#sweeping = null;
      });
  }

  /** Batches that were being taken back when the service ended, or of which an answer was outstanding. */
  async #goOnUndoing(): Promise<void> {
    const { database, events, ambient } = this.#options;
    const untouchedSince = instantOf(ambient.now() - untouchedFor);
    for (const batchId of await database.read('decisions.undosLeft', { untouchedSince })) {
      for (let isOver = false; !isOver && !this.#abort.signal.aborted; ) {
        const now = instantOf(ambient.now());
        const newIds = Array.from({ length: undoneAtOnce }, () => ambient.uuid());
        const piece = await database.write(
          'decisions.undoBatch',
          { batchId, newIds, asks: null, moment: { now, heldUntil: now } },
          { priority: 'sync' },
        );
        isOver = piece.isOver;
        if (piece.cancelled + piece.compensated === 0) continue;
        events.emit('rows.changed', { list: 'offers', ids: null });
        events.emit('rows.changed', { list: 'bindings', ids: null });
        this.wakeOutbox();
      }
    }
  }

  /** Makes new words searchable, then looks for suggestions: what is left over when nobody waits. */
  #index(): void {
    this.#indexing ??= (async () => {
      while (!this.#abort.signal.aborted) {
        const done = await this.#options.database.write(
          'pull.indexText',
          { limit: textAtOnce },
          { priority: 'background' },
        );
        if (done === 0) break;
      }
      const stage = this.#stages.get('skus');
      // before the catalogue is there every offer would look new
      if (this.#status.initial && stage?.state !== 'done') return;
      const matched = await this.#matcher.turn();
      const known = this.#stages.get('matching');
      if (matched > 0 || known?.state !== 'done') this.#stage('matching', 'done', known?.done ?? 0, known?.done ?? 0);
    })()
      .catch((error: unknown) => {
        if (!this.#abort.signal.aborted) this.#options.log('error', 'indexing failed', { problem: String(error) });
      })
      .finally(() => {
        this.#indexing = null;
      });
  }

  readonly #onOffers: PullOptions['onOffers'] = ({ inserted, changed }) => {
    const { events } = this.#options;
    if (inserted !== 0) events.emit('list.changed', { list: 'offers' });
    if (changed.length > 0) events.emit('rows.changed', { list: 'offers', ids: [...changed] });
  };

  /** Offers whose decision met something else at the backend: who looks again sees what is there now. */
  async #lookAgain(offerIds: readonly number[]): Promise<void> {
    const { database, backend, ambient, log } = this.#options;
    if (!backend) return;
    const options = { database, backend, ambient, signal: this.#abort.signal, onOffers: this.#onOffers };
    try {
      for (const offer of await database.read('offers.rows', { ids: [...offerIds] }))
        await lookAgain(options, offer, ambient.now());
    } catch (error) {
      if (!this.#abort.signal.aborted)
        log('warn', 'an offer in conflict could not be read again; the next pull brings it', {
          problem: String(error),
        });
    }
  }

  /** A SKU that a decision made is not in the cache yet. */
  async #learnSku(skuId: number): Promise<void> {
    const { database, backend, ambient, log, events } = this.#options;
    try {
      const [known] = await database.read('skus.rows', { ids: [skuId] });
      // a new SKU that was taken back is sold no more
      if (known && !known.isActive) await this.#matcher.refresh();
      if (known || !backend) return;
      const record = await backend.catalog.sku(skuId, { signal: this.#abort.signal });
      if (!record) return;
      await database.write('pull.skus', { records: [record], generation: ambient.now() }, { priority: 'sync' });
      await this.#matcher.refresh();
      events.emit('list.changed', { list: 'skus' });
    } catch (error) {
      log('warn', 'a new SKU could not be read yet; the next pull brings it', { skuId, problem: String(error) });
    }
  }

  async #publish(): Promise<void> {
    const { database, events } = this.#options;
    const endpoints = this.#options.endpoints();
    const known = this.#status.endpoints;
    const same =
      endpoints.receivedPerSecond === known.receivedPerSecond &&
      endpoints.url === known.url &&
      endpoints.problem === known.problem;
    if (!this.#dirty && same) return;
    this.#dirty = false;
    try {
      const [outbox, inbox] = await Promise.all([
        database.read('decisions.open', {}),
        // it looks at all that waits, and a list's rows need not wait for it
        database.read('inbox.counts', {}, { background: true }),
      ]);
      this.#status = {
        ...this.#status,
        outbox,
        endpoints: { ...endpoints, ...inbox },
        stages: stageNames.flatMap((name) => this.#stages.get(name) ?? []),
      };
      events.emit('status.changed', this.#status);
    } catch (error) {
      this.#options.log('warn', 'the status could not be read', { problem: String(error) });
    }
  }

  async #housekeep(): Promise<void> {
    const { database, ambient, events } = this.#options;
    const day = 86_400_000;
    for (let limit = 200, expired = limit; expired === limit && !this.#abort.signal.aborted; ) {
      expired = await database.write(
        'offers.expire',
        { now: instantOf(ambient.now()), limit },
        { priority: 'background' },
      );
      if (expired > 0) events.emit('list.changed', { list: 'offers' });
    }
    const enacted = await database.write(
      'commissions.enactDue',
      { now: instantOf(ambient.now()) },
      { priority: 'background' },
    );
    if (enacted > 0) events.emit('list.changed', { list: 'commissions' });
    await database.write(
      'inbox.prune',
      { before: instantOf(ambient.now() - keptDays * day) },
      { priority: 'background' },
    );
    await this.#tidyWords(day);
  }

  /** Once a day. A piece at a time, so that nobody waits for longer than one. */
  async #tidyWords(every: number): Promise<void> {
    const { database, ambient } = this.#options;
    const { wordsTidiedAt } = await database.read('sync.state', {}, { background: true });
    const last = typeof wordsTidiedAt === 'string' ? Date.parse(wordsTidiedAt) : 0;
    if (ambient.now() - last < every) return;
    for (let begins = true, isMore = true; isMore && !this.#abort.signal.aborted; begins = false)
      isMore = await database.write('words.tidy', { begins }, { priority: 'background' });
    if (this.#abort.signal.aborted) return;
    await database.write(
      'pull.state',
      { name: 'wordsTidiedAt', value: instantOf(ambient.now()) },
      { priority: 'background' },
    );
  }
}
