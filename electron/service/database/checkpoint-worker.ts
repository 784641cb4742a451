import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

/** A thread that writes the log back into the file while the writer goes on: asked by a message, it answers with one when it has. */
const { file } = workerData as { file: string };
const port = parentPort;
if (!port) throw new Error('database/checkpoint-worker.ts runs as a worker thread');
const database = new Database(file, { fileMustExist: true });
// the log is on disk before the file is changed, and the file before the log is begun anew
database.pragma('synchronous = FULL');
database.pragma('busy_timeout = 0');
database.pragma('wal_autocheckpoint = 0');

port.on('message', (message: 'write back' | 'close') => {
  if (message === 'close') {
    database.close();
    port.close();
    return;
  }
  // waits for nobody: what a reader still needs stays in the log
  database.pragma('wal_checkpoint(PASSIVE)');
  port.postMessage('written back');
});
