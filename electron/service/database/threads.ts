import { Worker } from 'node:worker_threads';
import { BinderyError, type ErrorValue } from '../../../shared/domain/errors.ts';
import type { Reads, Writes } from './statements.ts';

export type WorkerRequest =
  | { readonly id: number; readonly kind: 'read' | 'write'; readonly name: string; readonly params: unknown }
  | { readonly id: number; readonly kind: 'close' };
export type WorkerReply =
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

/** Statements slower than this are logged, in milliseconds. */
const slowMilliseconds = 40;

type Params<Statement> = Statement extends (database: never, params: infer P) => unknown ? P : never;
type Result<Statement> = Statement extends (...args: never) => infer R ? R : never;

/** The only way to the database: named statements, run on threads of their own, never on the event loop. */
export interface ServiceDatabase {
  read<Name extends keyof Reads>(
    name: Name,
    params: Params<Reads[Name]>,
    options?: { signal?: AbortSignal; long?: boolean },
  ): Promise<Result<Reads[Name]>>;
  /** Runs in one transaction; resolves once it is on disk. */
  write<Name extends keyof Writes>(
    name: Name,
    params: Params<Writes[Name]>,
    options?: { priority?: Priority },
  ): Promise<Result<Writes[Name]>>;
  close(): Promise<void>;
}

interface Job {
  readonly kind: 'read' | 'write';
  readonly name: string;
  readonly params: unknown;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (value: never) => void;
  readonly reject: (error: BinderyError) => void;
}

/** One thread and what waits for it. Queues live here, not in the thread, so that a later command can go ahead. */
class Thread {
  readonly #worker: Worker;
  readonly #queues: Record<Priority, Job[]> = { person: [], sync: [], background: [] };
  readonly #log: DatabaseOptions['log'];
  #running: Job | null = null;
  #closing: (() => void) | null = null;
  #dead = false;

  constructor(entry: string | URL, file: string, role: 'writer' | 'reader', log: DatabaseOptions['log']) {
    this.#log = log;
    this.#worker = new Worker(entry, { workerData: { file, role }, name: `database ${role}` });
    this.#worker.on('message', (reply: WorkerReply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#die(error));
    this.#worker.on('exit', () => this.#die(null));
  }

  get load(): number {
    return (this.#running ? 1 : 0) + order.reduce((sum, priority) => sum + this.#queues[priority].length, 0);
  }

  submit(job: Job, priority: Priority): void {
    // a job that came after the thread was told to close would never run
    if (this.#dead || this.#closing) {
      job.reject(new BinderyError('internal', 'The database thread has stopped. Bindery restarts its service.'));
      return;
    }
    this.#queues[priority].push(job);
    this.#next();
  }

  async close(): Promise<void> {
    if (this.#dead) return;
    await new Promise<void>((resolve) => {
      this.#closing = resolve;
      this.#next();
    });
  }

  #next(): void {
    if (this.#running || this.#dead) return;
    for (const priority of order) {
      let job = this.#queues[priority].shift();
      while (job?.signal?.aborted) {
        job.reject(new BinderyError('cancelled', 'Cancelled.'));
        job = this.#queues[priority].shift();
      }
      if (job) {
        this.#running = job;
        this.#worker.postMessage({ id: 1, kind: job.kind, name: job.name, params: job.params } satisfies WorkerRequest);
        return;
      }
    }
    if (this.#closing) this.#worker.postMessage({ id: 0, kind: 'close' } satisfies WorkerRequest);
  }

  #settle(reply: WorkerReply): void {
    const job = this.#running;
    this.#running = null;
    if (!job) return;
    if (reply.milliseconds > slowMilliseconds) {
      this.#log('info', 'slow statement', { statement: job.name, milliseconds: Math.round(reply.milliseconds) });
    }
    if (reply.ok) job.resolve(reply.value as never);
    else {
      if (reply.log) this.#log('error', 'statement failed', { statement: job.name, stack: reply.log });
      job.reject(BinderyError.from(reply.error));
    }
    this.#next();
  }

  #die(error: Error | null): void {
    if (this.#dead) return;
    this.#dead = true;
    if (error) this.#log('error', 'database thread died', { stack: error.stack ?? error.message });
    const lost = new BinderyError('internal', 'The database thread has stopped. Bindery restarts its service.');
    this.#running?.reject(lost);
    for (const priority of order) for (const job of this.#queues[priority]) job.reject(lost);
    this.#closing?.();
  }
}

export interface DatabaseOptions {
  readonly file: string;
  /** The worker's script: TypeScript in source, a bundle when built. */
  readonly entry: string | URL;
  readonly log: (level: 'info' | 'error', message: string, facts: Record<string, string | number>) => void;
}

/** Starts the writer, a reader for short reads and one for long ones. */
export function startDatabase(options: DatabaseOptions): ServiceDatabase {
  const writer = new Thread(options.entry, options.file, 'writer', options.log);
  const reader = new Thread(options.entry, options.file, 'reader', options.log);
  const longReader = new Thread(options.entry, options.file, 'reader', options.log);
  return {
    read: (name, params, { signal, long } = {}) =>
      new Promise((resolve, reject) => {
        const job: Job = { kind: 'read', name, params, signal, resolve: resolve as Job['resolve'], reject };
        (long ? longReader : reader).submit(job, 'person');
      }),
    write: (name, params, { priority = 'person' } = {}) =>
      new Promise((resolve, reject) => {
        const job: Job = { kind: 'write', name, params, signal: undefined, resolve: resolve as Job['resolve'], reject };
        writer.submit(job, priority);
      }),
    async close() {
      await Promise.all([reader.close(), longReader.close()]);
      await writer.close();
    },
  };
}
