import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { errorValueOf } from '../../../shared/domain/errors.ts';
import { watchFlag } from './cancel.ts';
import { Checkpoints } from './checkpoints.ts';
import { openReadable, openWritable, type WritableDatabase } from './open.ts';
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

const checkpoints = role === 'writer' ? new Checkpoints(database as WritableDatabase, file) : null;

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
    const writable = database as WritableDatabase;
    try {
      return writable.transaction(() => statement(writable, request.params)).immediate();
    } finally {
      checkpoints?.afterCommit();
    }
  }
  const statement = reads[request.name as keyof typeof reads] as (database: object, params: unknown) => unknown;
  // one snapshot for all that a read looks at, and its locks are taken once, not for each row
  return database.transaction(() => statement(database, request.params)).deferred();
}

async function close(id: number): Promise<void> {
  await checkpoints?.close();
  if (role === 'writer') {
    database.pragma('optimize');
    database.pragma('wal_checkpoint(TRUNCATE)');
  }
  database.close();
  port?.postMessage({ id, ok: true, value: null, milliseconds: 0 } satisfies WorkerReply);
  port?.close();
}

port.on('message', (request: WorkerRequest) => {
  if (request.kind === 'close') {
    void close(request.id);
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
