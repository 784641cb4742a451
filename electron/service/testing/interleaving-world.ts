import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instantOf } from '../../../shared/domain/brand.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import type { Ambient, Log } from '../context.ts';
import { openReadable, openWritable, prepareDatabase, type ReadableDatabase } from '../database/open.ts';
import { type ServiceDatabase, startDatabase } from '../database/threads.ts';
import type { Actor, DecisionRequest } from '../decisions/writes.ts';
import { workerEntry } from '../entries.ts';
import { type Backend, createBackend } from '../protocol/backend.ts';
import { createEgress } from '../protocol/egress.ts';
import { createLimiters } from '../protocol/limits.ts';
import { InboxWorker } from '../sync/inbox.ts';
import { Dispatcher } from '../sync/outbox.ts';
import { pullBindings, pullCategoriesAndBrands, pullSkus, pullSuggestions } from '../sync/pull.ts';
import type { PullOptions } from '../sync/pull-options.ts';
import { pullSellers } from '../sync/pull-sellers.ts';

/** Cuts every call of an object, of any depth, once its life is over: what a killed process no longer does. */
function mortal<Target extends object>(target: Target, life: { over: boolean }): Target {
  return new Proxy(target, {
    get(object, name, receiver) {
      const value: unknown = Reflect.get(object, name, receiver);
      if (typeof value === 'object' && value !== null) return mortal(value, life);
      if (typeof value !== 'function') return value;
      return async (...parameters: unknown[]): Promise<unknown> => {
        if (life.over) return new Promise(() => undefined);
        try {
          const result: unknown = await Reflect.apply(value, object, parameters);
          return life.over ? new Promise(() => undefined) : result;
        } catch (error) {
          if (life.over) return new Promise(() => undefined);
          throw error;
        }
      };
    },
  });
}

/** One database file and its threads, emptied between runs: starting threads costs more than a run. */
export interface Store {
  readonly database: ServiceDatabase;
  /** For looking, beside the threads. */
  readonly look: ReadableDatabase;
  readonly log: { listener: Log };
  empty(): void;
  close(): Promise<void>;
}

export function openStore(): Store {
  const directory = mkdtempSync(join(tmpdir(), 'bindery-interleaving-'));
  const file = join(directory, 'bindery.sqlite');
  prepareDatabase(file, instantOf(0));
  const log: { listener: Log } = { listener: () => undefined };
  const database = startDatabase({ file, entry: workerEntry('database'), log: (...line) => log.listener(...line) });
  const look = openReadable(file);
  const eraser = openWritable(file);
  return {
    database,
    look,
    log,
    empty() {
      const tables = eraser.prepare('SELECT name FROM table_class').pluck().all();
      eraser.transaction(() => {
        for (const table of tables) eraser.exec(`DELETE FROM "${String(table)}"`);
      })();
    },
    async close() {
      look.close();
      eraser.close();
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const actor: Actor = { operatorId: 'operator-1', name: 'Ada', role: 'administrator' };

/** What one process of the service holds; abandoned as a whole. */
interface Life {
  over: boolean;
  readonly dispatcher: Dispatcher;
  readonly inbox: InboxWorker;
  readonly pull: PullOptions;
  pulling: Promise<unknown>;
}

/** A cache, a backend and the sync engine's parts, driven by hand on a clock that only moves when told. */
export class InterleavingWorld {
  readonly sandbox: Sandbox;
  readonly database: ServiceDatabase;
  readonly backend: Backend;
  /** For looking, beside the threads. */
  readonly look: ReadableDatabase;
  readonly problems: string[] = [];
  readonly #clock: { now: number };
  readonly #ambient: Ambient;
  #life: Life;
  #serial = 0;

  /** The sandbox must run on the same clock. `random` is the run's own source of chance. */
  constructor(store: Store, sandbox: Sandbox, clock: { now: number }, random: () => number) {
    this.sandbox = sandbox;
    this.#clock = clock;
    this.#ambient = {
      now: () => clock.now,
      random,
      uuid: () => `00000000-0000-4000-8000-${String(++this.#serial).padStart(12, '0')}`,
    };
    const log: Log = (level, message, facts) => {
      if (level === 'error') this.problems.push(`${message} ${JSON.stringify(facts ?? {})}`);
    };
    this.database = store.database;
    this.look = store.look;
    store.log.listener = log;
    // whoever sleeps moves the clock: nobody waits
    const sleep = async (milliseconds: number) => {
      await new Promise((resolve) => setImmediate(resolve));
      clock.now += Math.ceil(milliseconds);
    };
    this.backend = createBackend({
      baseUrl: sandbox.url,
      account: 'demo',
      appKey: sandbox.appKey,
      appToken: sandbox.appToken,
      egress: createEgress({ allowedOrigins: [new URL(sandbox.url).origin] }),
      now: () => clock.now,
      random,
      sleep,
      retries: 1,
      limiters: createLimiters(() => clock.now, sleep),
      limits: { concurrency: 16, perSecond: 1_000_000 },
    });
    this.#life = this.#start(log);
  }

  #lives = 0;

  #start(log: Log): Life {
    const life = { over: false };
    const database = mortal(this.database, life);
    const backend = mortal(this.backend, life);
    const ambient = this.#ambient;
    return Object.assign(life, {
      dispatcher: new Dispatcher({ database, backend, ambient, log, onSettled: () => undefined }),
      inbox: new InboxWorker({
        database,
        ambient,
        log,
        currency: async () => 'USD',
        onApplied: () => undefined,
        simulate: async ({ sellerId, sellerSkuId, endpoint, channel, signal }) => {
          const [item] = await backend.simulation.simulate(
            {
              endpoint,
              sellerId,
              sellerSkuIds: [sellerSkuId],
              ...(channel === null ? {} : { salesChannel: channel }),
            },
            { signal },
          );
          return {
            price: item?.priceMinor ?? null,
            listPrice: item?.listPriceMinor ?? null,
            stock: item?.stock ?? 0,
            currency: item?.currency ?? null,
          };
        },
      }),
      pull: {
        database,
        backend,
        ambient,
        log,
        signal: new AbortController().signal,
        unpaused: () => Promise.resolve(),
        progress: () => undefined,
        onSkus: () => Promise.resolve(),
        onOffers: () => undefined,
        // every other life writes as the first synchronisation does
        initial: this.#lives++ % 2 === 0,
      },
      pulling: Promise.resolve(),
    });
  }

  /** The first synchronisation, and an operator. */
  async setUp(): Promise<void> {
    const { pull } = this.#life;
    await pullSellers(pull);
    await pullCategoriesAndBrands(pull);
    await pullSkus(pull);
    await pullSuggestions(pull, 'pending');
    await pullBindings(pull);
    await this.database.write('operators.found', { id: actor.operatorId, name: actor.name, at: this.now() });
  }

  now(): string {
    return instantOf(this.#clock.now);
  }

  advance(milliseconds: number): void {
    this.#clock.now += milliseconds;
  }

  id(): string {
    return this.#ambient.uuid();
  }

  /** Starts one pull after the one that runs, as the engine does; a failed one is taken up by the next. */
  pull(what: 'pending' | 'denied' | 'bindings'): void {
    const life = this.#life;
    life.pulling = life.pulling.then(async () => {
      // two sweeps never begin in the same millisecond
      this.advance(1);
      try {
        await (what === 'bindings' ? pullBindings(life.pull) : pullSuggestions(life.pull, what));
      } catch (error) {
        if (!(error instanceof Error && 'failure' in error)) this.problems.push(`a pull failed: ${String(error)}`);
      }
    });
  }

  turn(): void {
    for (const work of [this.#life.dispatcher.turn(), this.#life.inbox.turn()])
      work.catch((error: unknown) => this.problems.push(`a turn failed: ${String(error)}`));
  }

  /** Waits for what was started in this life. */
  async quiesce(): Promise<void> {
    const { dispatcher, inbox } = this.#life;
    await Promise.all([dispatcher.turn(), inbox.turn()]);
    let pulling: Promise<unknown> | null = null;
    while (pulling !== this.#life.pulling) {
      pulling = this.#life.pulling;
      await pulling;
    }
  }

  /** The process ends where it stands and the next one takes over; what it had sent may still arrive. */
  async restart(): Promise<void> {
    this.#life.over = true;
    this.#life = this.#start((level, message, facts) => {
      if (level === 'error') this.problems.push(`${message} ${JSON.stringify(facts ?? {})}`);
    });
    // what the dead process had handed to the disk is there before the next one opens the file
    await this.database.write('pull.state', { name: 'restart', value: this.now() }, { priority: 'background' });
    await this.#life.dispatcher.recover();
  }

  /** Records a decision as the handlers do. @returns the code of a refusal, or null */
  async decide(request: Omit<DecisionRequest, 'id'>, holdMilliseconds: number): Promise<string | null> {
    return this.#command(() =>
      this.database.write('decisions.record', {
        request: { ...request, id: this.id() },
        actor,
        moment: { now: this.now(), heldUntil: instantOf(this.#clock.now + holdMilliseconds) },
      }),
    );
  }

  async undo(decisionId: string | undefined): Promise<string | null> {
    const moment = { now: this.now(), heldUntil: this.now() };
    return this.#command(() => this.database.write('decisions.undo', { decisionId, newId: this.id(), actor, moment }));
  }

  async resolve(decisionId: string, action: 'retry' | 'discard'): Promise<string | null> {
    const moment = { now: this.now(), heldUntil: this.now() };
    return this.#command(() => this.database.write('decisions.resolve', { decisionId, action, actor, moment }));
  }

  async #command(run: () => Promise<unknown>): Promise<string | null> {
    try {
      await run();
      return null;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'thrown';
      if (code === 'internal' || code === 'thrown') this.problems.push(`a command failed: ${String(error)}`);
      return code;
    }
  }

  /** POST to the sandbox's control endpoint. */
  async control(path: string, body: unknown): Promise<void> {
    const reply = await fetch(`${this.sandbox.url}/control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await reply.arrayBuffer();
  }

  rows<Row>(sql: string, ...parameters: (string | number)[]): Row[] {
    // the caller names the columns of its own statement
    return this.look.prepare(sql).all(...parameters) as Row[];
  }

  /** Ends the run; what the last process had handed to the disk is done before the store is emptied. */
  async close(): Promise<void> {
    this.#life.over = true;
    await Promise.allSettled([this.backend.close(), this.backend.egress.close()]);
    await this.database.write('pull.state', { name: 'restart', value: null }, { priority: 'background' });
  }
}
