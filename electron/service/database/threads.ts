import { Worker } from 'node:worker_threads';
import { BinderyError, type ErrorValue, errorValueOf } from '../../../shared/domain/errors.ts';
import type { Reads, Writes } from './statements.ts';

export type WorkerRequest =
  | { readonly id: number; readonly kind: 'read'; readonly name: string; readonly params: unknown }
  /** Each answered by itself, in this order; those that were not begun when somebody more urgent came are told as left. */
  | { readonly id: number; readonly kind: 'write'; readonly writes: readonly WrittenTogether[] }
  /** A copy of the whole database, checked, at a path where nothing is. */
  | { readonly id: number; readonly kind: 'copy'; readonly target: string }
  | { readonly id: number; readonly kind: 'close' };
export interface WrittenTogether {
  readonly name: string;
  readonly params: unknown;
}
export type WorkerReply =
  /** What was sent and not begun comes back: how many of its end. */
  | { readonly id: number; readonly left: number }
  | { readonly id: number; readonly ok: true; readonly value: unknown; readonly milliseconds: number }
  | {
      readonly id: number;
      readonly ok: false;
      readonly error: ErrorValue;
      readonly log: string | null;
      readonly milliseconds: number;
    };

/** Who waits: a person's command goes ahead of synchronisation, and that ahead of background work. */
export type Priority = 'person' | 'sync' | 'background';
const order: readonly Priority[] = ['person', 'sync', 'background'];
/** Writes that wait are sent together, at most so many: they share transactions, and so a flush of the disk and the pages that all of them change. */
const mostTogether = 32;

/** Statements slower than this are logged, in milliseconds. */
const slowMilliseconds = 40;

type Params<Statement> = Statement extends (database: never, params: infer P) => unknown ? P : never;
type Result<Statement> = Statement extends (...args: never) => infer R ? R : never;

export interface ReadOptions {
  /** Aborted: it is not begun, or, when it runs, given up between two rows where the statement looks for that. */
  readonly signal?: AbortSignal;
  /** A person waits, for longer than an index look-up takes: it runs beside the short reads. */
  readonly long?: boolean;
  /** Nobody waits: it runs beside what a person waits for. */
  readonly background?: boolean;
}

/** The only way to the database: named statements, run on threads of their own, never on the event loop. */
export interface ServiceDatabase {
  read<Name extends keyof Reads>(
    name: Name,
    params: Params<Reads[Name]>,
    options?: ReadOptions,
  ): Promise<Result<Reads[Name]>>;
  /** Runs in one transaction; resolves once it is on disk. */
  write<Name extends keyof Writes>(
    name: Name,
    params: Params<Writes[Name]>,
    options?: { priority?: Priority },
  ): Promise<Result<Writes[Name]>>;
  /** Copies the whole database to a path where nothing is, on a thread of its own: seconds for a large one. */
  copy(target: string): Promise<void>;
  /** Reads the whole file, on a thread of its own that ends with it. Null when it is sound, else the first fault. */
  check(): Promise<string | null>;
  close(): Promise<void>;
}

const stopped = (): BinderyError =>
  new BinderyError(
    'internal',
    'The database has stopped; nothing was done. It is opened again: try again in a moment.',
  );

interface Job {
  readonly kind: 'read' | 'write' | 'copy';
  readonly name: string;
  readonly params: unknown;
  readonly signal: AbortSignal | undefined;
  /** A write that goes to the thread with no other. */
  readonly isAlone?: boolean;
  readonly resolve: (value: never) => void;
  readonly reject: (error: BinderyError) => void;
}

/** A reader that ends so often within so many milliseconds will not do better the next time. */
const mostRestarts = 5;
const restartsWithin = 60_000;

function requestOf(jobs: readonly Job[]): WorkerRequest {
  const [first] = jobs;
  if (first?.kind === 'copy') return { id: 1, kind: 'copy', target: first.name };
  if (first?.kind === 'read') return { id: 1, kind: 'read', name: first.name, params: first.params };
  return { id: 1, kind: 'write', writes: jobs.map(({ name, params }) => ({ name, params })) };
}

interface ThreadOptions {
  readonly entry: string | URL;
  readonly file: string;
  readonly role: 'writer' | 'reader';
  readonly log: DatabaseOptions['log'];
  /** It has stopped for good, and all that waited has been rejected. */
  readonly onLost: (problem: string) => void;
}

/**
 * One thread and what waits for it. Queues live here, not in the thread, so that a later command can go ahead, and so that what
 * waits outlives a reader that dies: another takes its place. A writer does not come back by itself, since nobody knows
 * whether its last transaction was committed: whoever opened the database opens it again, and recovers.
 */
class Thread {
  readonly #options: ThreadOptions;
  readonly #queues: Record<Priority, Job[]> = { person: [], sync: [], background: [] };
  #worker: Worker;
  /** Sent and not answered, in order; all of one priority. */
  #running: Job[] = [];
  #runningPriority: Priority = 'person';
  /** How many writes go together: fewer while most of them come back, since each sending copies them. */
  #together = mostTogether;
  /**
   * Two places where the thread looks, since while it runs SQL it hears no message. The first is set to ask it to give up the read that it runs, the
   * second to let somebody more urgent go ahead of writes that it has not begun.
   */
  readonly #asked = new Int32Array(new SharedArrayBuffer(8));
  #closing: (() => void) | null = null;
  #closed: Promise<void> | null = null;
  #dead = false;
  #restarts: number[] = [];

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#worker = this.#spawn();
  }

  submit(job: Job, priority: Priority): void {
    // a job that came after the thread was told to close would never run
    if (this.#dead || this.#closing) {
      job.reject(stopped());
      return;
    }
    this.#queues[priority].push(job);
    if (this.#running.length > 1 && order.indexOf(priority) < order.indexOf(this.#runningPriority))
      Atomics.store(this.#asked, 1, 1);
    this.#next();
  }

  close(): Promise<void> {
    if (this.#dead) return Promise.resolve();
    this.#closed ??= new Promise<void>((resolve) => {
      this.#closing = resolve;
      this.#next();
    });
    return this.#closed;
  }

  /** Ends it in the middle of what it does. */
  async kill(): Promise<void> {
    this.#closing = () => undefined;
    await this.#worker.terminate();
  }

  #spawn(): Worker {
    const { entry, file, role } = this.#options;
    const worker = new Worker(entry, { workerData: { file, role, asked: this.#asked }, name: `database ${role}` });
    worker.on('message', (reply: WorkerReply) => this.#settle(reply));
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, null));
    return worker;
  }

  #next(): void {
    if (this.#running.length > 0 || this.#dead) return;
    for (const priority of order) {
      const jobs = this.#takeTogether(this.#queues[priority]);
      const [first] = jobs;
      if (!first) continue;
      Atomics.store(this.#asked, 0, 0);
      Atomics.store(this.#asked, 1, 0);
      try {
        this.#worker.postMessage(requestOf(jobs));
        this.#running = jobs;
        this.#runningPriority = priority;
        first.signal?.addEventListener('abort', this.#giveUp, { once: true });
      } catch (error) {
        this.#notSent(jobs, error, priority);
        this.#next();
      }
      return;
    }
    if (this.#closing) this.#worker.postMessage({ id: 0, kind: 'close' } satisfies WorkerRequest);
  }

  /** The next job of a queue, and where it is a write the writes behind it. */
  #takeTogether(queue: Job[]): Job[] {
    const jobs: Job[] = [];
    for (let job = queue[0]; job && jobs.length < this.#together; job = queue[0]) {
      if (jobs.length > 0 && (job.kind !== 'write' || job.isAlone)) break;
      queue.shift();
      if (job.signal?.aborted) {
        job.reject(new BinderyError('cancelled', 'Cancelled.'));
        continue;
      }
      jobs.push(job);
      if (job.kind !== 'write' || job.isAlone) break;
    }
    return jobs;
  }

  /** What cannot travel between threads must not keep the thread from what can: which of several it is shows when each goes alone. */
  #notSent(jobs: readonly Job[], error: unknown, priority: Priority): void {
    const [only] = jobs;
    if (jobs.length > 1) {
      this.#queues[priority].unshift(...jobs.map((job) => ({ ...job, isAlone: true })));
      return;
    }
    if (!only) return;
    this.#options.log('error', 'a statement could not be sent', { statement: only.name, problem: String(error) });
    only.reject(BinderyError.from(errorValueOf(error)));
  }

  readonly #giveUp = (): void => {
    Atomics.store(this.#asked, 0, 1);
  };

  #settle(reply: WorkerReply): void {
    if ('left' in reply) {
      this.#together = Math.max(2, Math.floor(this.#together / 4));
      this.#queues[this.#runningPriority].unshift(...this.#running.splice(-reply.left));
      this.#next();
      return;
    }
    const job = this.#running.shift();
    if (!job) return;
    if (this.#running.length === 0) this.#together = Math.min(mostTogether, this.#together * 2);
    job.signal?.removeEventListener('abort', this.#giveUp);
    const { log } = this.#options;
    if (reply.milliseconds > slowMilliseconds && job.kind !== 'copy') {
      log('info', 'slow statement', { statement: job.name, milliseconds: Math.round(reply.milliseconds) });
    }
    if (reply.ok) job.resolve(reply.value as never);
    else {
      if (reply.log) log('error', 'statement failed', { statement: job.name, stack: reply.log });
      job.reject(BinderyError.from(reply.error));
    }
    this.#next();
  }

  #ended(worker: Worker, error: Error | null): void {
    if (worker !== this.#worker || this.#dead) return;
    const { role, log, onLost } = this.#options;
    if (this.#closing) {
      this.#dead = true;
      this.#rejectAll();
      this.#closing();
      return;
    }
    const problem = error ? (error.stack ?? error.message) : 'it ended without a word';
    const statement = this.#running[0]?.name ?? null;
    log('error', 'a database thread died', { role, statement, problem });
    for (const job of this.#running.splice(0))
      job.reject(
        new BinderyError(
          'internal',
          role === 'reader'
            ? 'The database ended this query and started anew. Try again.'
            : 'The database stopped before it answered, and is opened again. Look whether it was done before you do it again.',
        ),
      );
    const now = Date.now();
    this.#restarts = [...this.#restarts.filter((at) => at > now - restartsWithin), now];
    if (role === 'reader' && this.#restarts.length <= mostRestarts) {
      this.#worker = this.#spawn();
      this.#next();
      return;
    }
    this.#dead = true;
    this.#rejectAll();
    onLost(problem);
  }

  #rejectAll(): void {
    for (const job of this.#running.splice(0)) job.reject(stopped());
    for (const priority of order) for (const job of this.#queues[priority].splice(0)) job.reject(stopped());
  }
}

export interface DatabaseOptions {
  readonly file: string;
  /** The worker's script: TypeScript in source, a bundle when built. */
  readonly entry: string | URL;
  readonly log: (
    level: 'info' | 'error',
    message: string,
    facts: Readonly<Record<string, string | number | null>>,
  ) => void;
  /** Told once: a thread has stopped for good, so the database has to be closed and opened again. */
  readonly onLost?: (problem: string) => void;
}

/** Starts the writer, a reader for short reads, one for long ones that a person waits for, and one for those that nobody does. */
export function startDatabase(options: DatabaseOptions): ServiceDatabase {
  let lost = false;
  let closing = false;
  const thread = (role: ThreadOptions['role']) =>
    new Thread({
      ...options,
      role,
      onLost: (problem) => {
        if (!lost) options.onLost?.(problem);
        lost = true;
      },
    });
  const writer = thread('writer');
  const reader = thread('reader');
  const longReader = thread('reader');
  // begun when it is first needed: a start has other things to do
  let backgroundReader: Thread | null = null;
  /** Threads that copy or check the whole file, and end with it. */
  const passing = new Set<Thread>();
  async function alone<Value>(job: Pick<Job, 'kind' | 'name' | 'params'>): Promise<Value> {
    if (closing) throw stopped();
    const one = thread('reader');
    passing.add(one);
    try {
      return await new Promise<Value>((resolve, reject) => {
        one.submit({ ...job, signal: undefined, resolve: resolve as Job['resolve'], reject }, 'background');
      });
    } finally {
      passing.delete(one);
      await one.close();
    }
  }
  return {
    read: (name, params, { signal, long, background } = {}) =>
      new Promise((resolve, reject) => {
        const job: Job = { kind: 'read', name, params, signal, resolve: resolve as Job['resolve'], reject };
        if (background && !closing) backgroundReader ??= thread('reader');
        ((background ? backgroundReader : long ? longReader : null) ?? reader).submit(job, 'person');
      }),
    write: (name, params, { priority = 'person' } = {}) =>
      new Promise((resolve, reject) => {
        const job: Job = { kind: 'write', name, params, signal: undefined, resolve: resolve as Job['resolve'], reject };
        writer.submit(job, priority);
      }),
    copy: (target) => alone<void>({ kind: 'copy', name: target, params: null }),
    check: () => alone<string | null>({ kind: 'read', name: 'database.check', params: {} }),
    async close() {
      // a copy that is not finished is none, nor is a check
      closing = true;
      await Promise.all([...passing].map((one) => one.kill()));
      await Promise.all([reader.close(), longReader.close(), backgroundReader?.close()]);
      await writer.close();
    },
  };
}
