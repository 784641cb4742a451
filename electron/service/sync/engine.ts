import type { Status } from '../../../shared/contract/workspace.ts';
import { type Instant, instantOf } from '../../../shared/domain/brand.ts';
import { offerExpiryDays } from '../../../shared/domain/decisions.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Ambient, Log, SyncControl } from '../context.ts';
import { bandNumber } from '../database/convert.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { Events } from '../events.ts';
import type { MatchingHost } from '../matching/host.ts';
import type { Backend } from '../protocol/backend.ts';
import { ProtocolError } from '../protocol/failure.ts';
import { InboxWorker } from './inbox.ts';
import { Matcher } from './matcher.ts';
import { Dispatcher } from './outbox.ts';
import {
  type PullOptions,
  pullBindings,
  pullCategoriesAndBrands,
  pullSellers,
  pullSkus,
  pullSuggestions,
  type StageName,
} from './pull.ts';

export interface EngineOptions {
  readonly database: ServiceDatabase;
  readonly backend: Backend | null;
  readonly matching: MatchingHost;
  readonly events: Events;
  readonly ambient: Ambient;
  readonly log: Log;
  readonly currency: () => Promise<string>;
  readonly sellerKeys: (sellerId: string) => Promise<{ appKey: string; appToken: string } | undefined>;
  /** After everything was pulled: what other domains read from the backend. */
  readonly afterPull?: (signal: AbortSignal) => Promise<void>;
  readonly endpoints: () => { url: string | null; receivedPerSecond: number; problem: string | null };
}

/** Between two pulls of waiting offers, in milliseconds; and between two of everything. */
const offersEvery = 60_000;
const everythingEvery = 15 * 60_000;
/** How often the outbox is looked at for what is no longer held, and the inbox for what may be tried again. */
const tick = 250;
const statusEvery = 400;
const textAtOnce = 400;
/** Rows that one step of a sweep looks at: a few milliseconds of the writer. */
const sweptAtOnce = 1_000;
const keptDays = 14;

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
  #pulling: Promise<void> | null = null;
  #indexing: Promise<void> | null = null;
  #sweeping: Promise<void> | null = null;
  #resumeWaiters: (() => void)[] = [];
  #dirty = true;
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
      onMatched: (ids) => {
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
          onSettled: (outcome, item, offerIds) => {
            this.#dirty = true;
            if (item.kind === 'decision') {
              events.emit('rows.changed', { list: 'offers', ids: [...offerIds] });
              events.emit('rows.changed', { list: 'bindings', ids: null });
              if (outcome.kind === 'confirmed') {
                events.emit('list.changed', { list: 'bindings' });
                this.wakeInbox();
                if (outcome.skuId !== null) void this.#learnSku(outcome.skuId);
              }
            }
            if (outcome.kind === 'again') this.#problem(outcome.problem);
            else this.#online();
          },
        })
      : null;
    this.#inbox = backend
      ? new InboxWorker({
          database,
          simulate: async ({ sellerId, sellerSkuId, endpoint, channel, signal }) => {
            const keys = await options.sellerKeys(sellerId);
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
            };
          },
          currency: options.currency,
          ambient,
          log,
          onApplied: (group) => {
            this.#dirty = true;
            if (group.bindingId !== null) events.emit('rows.changed', { list: 'bindings', ids: [group.bindingId] });
            this.wakeOutbox();
          },
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
    const released = await this.#options.database.write('inbox.release', {
      now: instantOf(this.#options.ambient.now()),
    });
    if (released > 0)
      this.#options.log('info', 'notifications that were set aside are tried again', { count: released });
    const recovered = await this.#dispatcher?.recover();
    if (recovered)
      this.#options.log('info', 'decisions were on their way when the service ended; they are read back', {
        count: recovered,
      });
    this.#background(this.#matcher.load());
    this.#every(tick, () => {
      this.wakeOutbox();
      this.wakeInbox();
      this.#sweep();
      this.#index();
      this.#schedule();
    });
    this.#every(statusEvery, () => void this.#publish());
    this.#every(60_000, () => void this.#housekeep());
  }

  status(): Status {
    return this.#status;
  }

  pause(): void {
    this.#status = { ...this.#status, paused: true };
    this.#dirty = true;
    void this.#options.database.write('pull.state', { name: 'paused', value: true }, { priority: 'background' });
  }

  resume(): void {
    this.#status = { ...this.#status, paused: false };
    this.#dirty = true;
    for (const resolve of this.#resumeWaiters.splice(0)) resolve();
    void this.#options.database.write('pull.state', { name: 'paused', value: false }, { priority: 'background' });
  }

  pullNow(): void {
    this.#lastEverything = Number.NEGATIVE_INFINITY;
    this.#schedule();
  }

  wakeOutbox(): void {
    if (this.#dispatcher) this.#background(this.#dispatcher.turn());
    this.#dirty = true;
  }

  wakeInbox(): void {
    if (this.#inbox) this.#background(this.#inbox.turn());
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
    await this.#inbox.turn();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#abort.abort();
    this.resume();
    await Promise.allSettled([
      this.#pulling,
      this.#indexing,
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

  /** Starts the pull that is due, unless one runs. */
  #schedule(): void {
    if (!this.#options.backend || this.#pulling || this.#status.paused || this.#abort.signal.aborted) return;
    const now = this.#options.ambient.now();
    const everything = now - this.#lastEverything >= everythingEvery;
    if (!everything && now - this.#lastOffers < offersEvery) return;
    this.#lastOffers = now;
    if (everything) this.#lastEverything = now;
    this.#pulling = this.#pull(everything).finally(() => {
      this.#pulling = null;
      this.#dirty = true;
    });
  }

  async #pull(everything: boolean): Promise<void> {
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
        this.#status.paused ? new Promise((resolve) => this.#resumeWaiters.push(resolve)) : Promise.resolve(),
      progress: (name, state, done, total, problem) => {
        this.#online();
        this.#stage(name, state, done, total, problem ?? null);
      },
      onSkus: async (ids) => {
        skusChanged = true;
        await this.#matcher.refresh(ids);
      },
      onOffers: ({ inserted, changed }) => {
        if (inserted !== 0) events.emit('list.changed', { list: 'offers' });
        if (changed.length > 0) events.emit('rows.changed', { list: 'offers', ids: [...changed] });
      },
    };
    const run = async (name: StageName, work: () => Promise<void>) => {
      stage = name;
      this.#stage(name, 'running', 0, null);
      await options.unpaused();
      await work();
    };
    try {
      if (everything) {
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
      await run('suggestions', () => pullSuggestions(options, 'pending'));
      if (everything) {
        await pullSuggestions(options, 'denied');
        await run('bindings', () => pullBindings(options));
        events.emit('list.changed', { list: 'bindings' });
        // what of it fails is logged and tried again with the next pull: offers and bindings are in step without it
        await this.#options.afterPull?.(this.#abort.signal).catch((error: unknown) => {
          if (!this.#abort.signal.aborted)
            log('warn', 'commissions and payments could not be read; the next pull tries again', {
              problem: String(error),
            });
        });
      }
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
      // soon again: the cursor goes on where it stopped
      const again = ambient.now() - offersEvery + 5_000;
      this.#lastOffers = again;
      if (everything) this.#lastEverything = ambient.now() - everythingEvery + 5_000;
    }
  }

  /** Works off what a change of the catalogue, a mapping or the channels has left to be gone through. */
  #sweep(): void {
    const { database, events, ambient, log } = this.#options;
    this.#sweeping ??= (async () => {
      while (!this.#abort.signal.aborted) {
        const now = instantOf(ambient.now());
        const piece = await database.write('sweep.step', { limit: sweptAtOnce, now }, { priority: 'background' });
        if (!piece) return;
        if (piece.changed.length > 0) events.emit('rows.changed', { list: 'offers', ids: piece.changed });
      }
    })()
      .catch((error: unknown) => {
        if (!this.#abort.signal.aborted) log('error', 'a sweep failed', { problem: String(error) });
      })
      .finally(() => {
        this.#sweeping = null;
      });
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

  /** A SKU that a decision made is not in the cache yet. */
  async #learnSku(skuId: number): Promise<void> {
    const { database, backend, ambient, log, events } = this.#options;
    try {
      const [known] = await database.read('skus.rows', { ids: [skuId] });
      // a new SKU that was taken back is sold no more
      if (known && !known.isActive) await this.#matcher.refresh([skuId]);
      if (known || !backend) return;
      const record = await backend.catalog.sku(skuId, { signal: this.#abort.signal });
      if (!record) return;
      await database.write('pull.skus', { records: [record], generation: ambient.now() }, { priority: 'sync' });
      await this.#matcher.refresh([skuId]);
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
        database.read('inbox.counts', {}),
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
    const receivedBefore = instantOf(ambient.now() - offerExpiryDays * day);
    for (let limit = 200, expired = limit; expired === limit && !this.#abort.signal.aborted; ) {
      expired = await database.write('offers.expire', { receivedBefore, limit }, { priority: 'background' });
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
  }
}
