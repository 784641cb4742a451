import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { errorValueOf } from '../../../shared/domain/errors.ts';
import { watchFlag } from './cancel.ts';
import { openReadable, openWritable } from './open.ts';
import { reads, writes } from './statements.ts';
import type { WorkerReply, WorkerRequest } from './threads.ts';

/** A database thread: the writer, or one of the readers. It runs one named statement at a time, as the pool sends them. */
const { file, role, cancel } = workerData as { file: string; role: 'writer' | 'reader'; cancel: Int32Array };
watchFlag(cancel);
const database = role === 'writer' ? openWritable(file) : openReadable(file);
const port = parentPort;
if (!port) throw new Error('database/worker.ts runs as a worker thread');

/**
 * Statements that write the cache alone, and how far its pulls are. A power cut may take the last of them, together with the cursor that says they were
 * made, and they are pulled again; the next decision's flush covers them. Everything else is on disk before it is answered.
 */
const cacheOnly = /^(pull\.|sweep\.|words\.|offers\.(setSuggestions|rematch|expire)$)/;
let flushes = true;

/** Whether the next transaction waits for the disk. A crash of this process loses nothing either way. */
function flushNext(wanted: boolean): void {
  if (wanted === flushes) return;
  database.pragma(`synchronous = ${wanted ? 'FULL' : 'NORMAL'}`);
  flushes = wanted;
}

/** The log is written back when nobody has asked for anything for so long, and not more often than that. Milliseconds. */
const idleAfter = 30;
const checkpointEvery = 1_000;
/** A log that has grown this large, in bytes, is cut back as soon as no reader needs it. */
const largeLog = 16 * 1024 * 1024;
let idle: NodeJS.Timeout | null = null;
let checkpointedAt = 0;

/** After a write: when nothing follows for a moment, the log is written back, and no commit has to do it while somebody waits. */
function checkpointWhenIdle(): void {
  if (role !== 'writer') return;
  if (idle) clearTimeout(idle);
  idle = setTimeout(checkpoint, Math.max(idleAfter, checkpointedAt + checkpointEvery - performance.now()));
  idle.unref();
}

function checkpoint(): void {
  idle = null;
  checkpointedAt = performance.now();
  const size = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  // passive waits for nobody; cutting the file back needs a moment without readers, and is tried again when there is none
  database.pragma('busy_timeout = 0');
  try {
    const [result] = database.pragma(`wal_checkpoint(${size > largeLog ? 'TRUNCATE' : 'PASSIVE'})`) as {
      busy: number;
    }[];
    if (size > largeLog && result?.busy !== 0) checkpointWhenIdle();
  } finally {
    database.pragma('busy_timeout = 5000');
  }
}

/** A consistent copy, which is only called one when it is a sound database. */
function copyTo(target: string): null {
  database.prepare('VACUUM INTO ?').run(target);
  const copy = new Database(target, { readonly: true });
  try {
    const found = String(copy.pragma('quick_check(1)', { simple: true }));
    if (found !== 'ok') throw new Error(`the copy is damaged: ${found}`);
  } finally {
    copy.close();
  }
  return null;
}

function run(request: Exclude<WorkerRequest, { kind: 'close' }>): unknown {
  if (request.kind === 'copy') return copyTo(request.target);
  // the pool's methods are typed by the same tables; over the thread boundary only the names travel
  if (request.kind === 'write') {
    if (role !== 'writer') throw new Error('a reader was asked to write');
    const statement = writes[request.name as keyof typeof writes] as (database: object, params: unknown) => unknown;
    flushNext(!cacheOnly.test(request.name));
    const writable = database as ReturnType<typeof openWritable>;
    checkpointWhenIdle();
    return writable.transaction(() => statement(writable, request.params)).immediate();
  }
  const statement = reads[request.name as keyof typeof reads] as (database: object, params: unknown) => unknown;
  // one snapshot for all that a read looks at, and its locks are taken once, not for each row
  return database.transaction(() => statement(database, request.params)).deferred();
}

port.on('message', (request: WorkerRequest) => {
  if (request.kind === 'close') {
    if (idle) clearTimeout(idle);
    if (role === 'writer') {
      database.pragma('optimize');
      database.pragma('wal_checkpoint(TRUNCATE)');
    }
    database.close();
    port.postMessage({ id: request.id, ok: true, value: null, milliseconds: 0 } satisfies WorkerReply);
    port.close();
    return;
  }
  const started = performance.now();
  try {
    const value = run(request);
    const transfer = value instanceof Int32Array ? [value.buffer as ArrayBuffer] : [];
    port.postMessage(
      { id: request.id, ok: true, value, milliseconds: performance.now() - started } satisfies WorkerReply,
      transfer,
    );
  } catch (error) {
    const value = errorValueOf(error);
    const log = value.code === 'internal' && error instanceof Error ? (error.stack ?? error.message) : null;
    port.postMessage({
      id: request.id,
      ok: false,
      error: value,
      log,
      milliseconds: performance.now() - started,
    } satisfies WorkerReply);
  }
});
