import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { workerEntry } from '../entries.ts';
import type { WritableDatabase } from './open.ts';

/**
 * When the writer's log is written back into the file. What nobody waits for is done by the writer itself, when nothing has been asked of it for
 * a moment. While commits follow one another for longer, a thread beside it does nearly all of it, and the writer only what came meanwhile: a
 * commit that wrote back the whole log would hold up for tens of milliseconds everybody who waits for it.
 */

/** The log is written back when nobody has asked for anything for so long, and not more often than that. Milliseconds. */
const idleAfter = 30;
const checkpointEvery = 1_000;
/** A log that has grown this large, in bytes, is cut back as soon as no reader needs it. */
const largeLog = 16 * 1024 * 1024;
/** While commits follow one another the log is looked at so often. Milliseconds. */
const lookEvery = 100;
/** How long the thread beside is not begun again after it failed. Milliseconds; until then a commit now and then writes back the log. */
const afterFailure = 60_000;
/** Pages of the log that are worth a checkpoint beside the writer. */
const worthPages = 1_000;
/** From how many pages on the log is begun anew, when the writer has to write back so few more; and from how many on however many those are. */
const longPages = 2_000;
const smallRest = 800;
const tooManyPages = 8_000;

interface LogState {
  /** Pages in the log, and those of them that are in the file already. */
  readonly log: number;
  readonly checkpointed: number;
}

export class Checkpoints {
  readonly #database: WritableDatabase;
  readonly #file: string;
  #idle: NodeJS.Timeout | null = null;
  #doneAt = 0;
  #lookedAt = 0;
  #beside: Worker | null = null;
  #besideRuns = false;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(database: WritableDatabase, file: string) {
    this.#database = database;
    this.#file = file;
  }

  /** After each commit. */
  afterCommit(): void {
    const now = performance.now();
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#whenIdle(), Math.max(idleAfter, this.#doneAt + checkpointEvery - now));
    this.#idle.unref();
    if (now - this.#lookedAt < lookEvery || this.#besideRuns || now - this.#failedAt < afterFailure) return;
    this.#lookedAt = now;
    try {
      const { log, checkpointed } = this.#state();
      if (log - checkpointed > worthPages) this.#askBeside();
    } catch {
      this.#failedAt = performance.now();
    }
  }

  /** The thread beside lets go of the file. */
  async close(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    const beside = this.#beside;
    if (!beside) return;
    this.#beside = null;
    await new Promise<void>((resolve) => {
      beside.once('exit', () => resolve());
      beside.postMessage('close');
    });
  }

  #state(): LogState {
    const [state] = this.#database.pragma('wal_checkpoint(NOOP)') as LogState[];
    return state ?? { log: 0, checkpointed: 0 };
  }

  #askBeside(): void {
    this.#beside ??= this.#spawn();
    this.#besideRuns = true;
    this.#beside.postMessage('write back');
  }

  #spawn(): Worker {
    const worker = new Worker(workerEntry('checkpoint'), {
      workerData: { file: this.#file },
      name: 'database checkpoints',
    });
    worker.on('message', () => this.#besideDone());
    worker.on('error', () => this.#besideLost());
    worker.on('exit', () => this.#besideLost());
    return worker;
  }

  #besideLost(): void {
    this.#beside = null;
    this.#besideRuns = false;
    this.#failedAt = performance.now();
  }

  /** What came meanwhile is little: then all of the log is in the file, and the next commit begins it anew. */
  #besideDone(): void {
    this.#besideRuns = false;
    try {
      this.#beginAnew();
    } catch {
      this.#failedAt = performance.now();
    }
  }

  #beginAnew(): void {
    const { log, checkpointed } = this.#state();
    if ((log > longPages && log - checkpointed <= smallRest) || log > tooManyPages) this.#run('PASSIVE');
  }

  #whenIdle(): void {
    this.#idle = null;
    if (this.#besideRuns) {
      this.afterCommit();
      return;
    }
    this.#doneAt = performance.now();
    const size = statSync(`${this.#file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    const isLarge = size > largeLog;
    const isBusy = this.#run(isLarge ? 'TRUNCATE' : 'PASSIVE');
    // cutting the file back needs a moment without readers, and is tried again when there is none
    if (isLarge && isBusy) this.afterCommit();
  }

  /** @returns whether something kept the log from being written back whole */
  #run(mode: 'PASSIVE' | 'TRUNCATE'): boolean {
    this.#database.pragma('busy_timeout = 0');
    try {
      const [result] = this.#database.pragma(`wal_checkpoint(${mode})`) as { busy: number }[];
      return result?.busy !== 0;
    } catch {
      // a checkpoint is never needed now: a fault that lasts is told by the next commit, to the one that waits for it
      return false;
    } finally {
      this.#database.pragma('busy_timeout = 5000');
    }
  }
}
