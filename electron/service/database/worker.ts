import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { errorValueOf } from '../../../shared/domain/errors.ts';
import { watchFlag } from './cancel.ts';
import { Checkpoints } from './checkpoints.ts';
import { openReadable, openWritable, type WritableDatabase } from './open.ts';
import { reads, writes } from './statements.ts';
import type { WorkerReply, WorkerRequest, WrittenTogether } from './threads.ts';
import { longestTogether, writeTogether } from './together.ts';

/** A database thread: the writer, or one of the readers. It runs one named statement at a time, as the pool sends them. */
const { file, role, asked } = workerData as { file: string; role: 'writer' | 'reader'; asked: Int32Array };
watchFlag(asked);
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

function read({ name, params }: { readonly name: string; readonly params: unknown }): unknown {
  // the pool's methods are typed by the same tables; over the thread boundary only the names travel
  const statement = reads[name as keyof typeof reads] as (database: object, params: unknown) => unknown;
  // one snapshot for all that a read looks at, and its locks are taken once, not for each row
  return database.transaction(() => statement(database, params)).deferred();
}

function errorReply(id: number, thrown: unknown, milliseconds: number): WorkerReply {
  const error = errorValueOf(thrown);
  const log = error.code === 'internal' && thrown instanceof Error ? (thrown.stack ?? thrown.message) : null;
  return { id, ok: false, error, log, milliseconds };
}

/** Milliseconds that each statement took the last time. */
const lastTook = new Map<string, number>();

function write(id: number, sent: readonly WrittenTogether[], answer: (reply: WorkerReply) => void): void {
  if (role !== 'writer') throw new Error('a reader was asked to write');
  const writable = database as WritableDatabase;
  flushNext(sent.some(({ name }) => !cacheOnly.test(name)));
  const statements = sent.map(({ name, params }) => {
    const statement = writes[name as keyof typeof writes] as (database: object, params: unknown) => unknown; // as above
    return { run: () => statement(writable, params), isLong: (lastTook.get(name) ?? 0) > longestTogether };
  });
  let done = 0;
  const left = writeTogether(
    writable,
    statements,
    () => Atomics.load(asked, 1) !== 0,
    (outcome) => {
      const { milliseconds } = outcome;
      lastTook.set(sent[done++]?.name ?? '', milliseconds);
      answer(
        outcome.ok
          ? { id, ok: true, value: outcome.value, milliseconds }
          : errorReply(id, outcome.thrown, milliseconds),
      );
    },
  );
  if (left > 0) answer({ id, left });
  checkpoints?.afterCommit();
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
  if (request.kind === 'write') {
    write(request.id, request.writes, (reply) => {
      try {
        port.postMessage(reply);
      } catch (error) {
        // what it returned cannot travel
        port.postMessage(errorReply(request.id, error, 0));
      }
    });
    return;
  }
  const { id } = request;
  const started = performance.now();
  try {
    const value = request.kind === 'copy' ? copyTo(request.target) : read(request);
    const transfer = value instanceof Int32Array ? [value.buffer as ArrayBuffer] : [];
    const milliseconds = performance.now() - started;
    port.postMessage({ id, ok: true, value, milliseconds } satisfies WorkerReply, transfer);
  } catch (error) {
    port.postMessage(errorReply(id, error, performance.now() - started));
  }
});
