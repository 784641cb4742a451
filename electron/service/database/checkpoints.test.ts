import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { Checkpoints } from './checkpoints.ts';
import { openReadable, openWritable, prepareDatabase, type WritableDatabase } from './open.ts';

/** The log while commits follow one another without a pause, on a real file. */

const megabyte = 1_048_576;
let folder = '';
let writer: WritableDatabase | null = null;
let checkpoints: Checkpoints | null = null;
afterEach(async () => {
  await checkpoints?.close();
  writer?.close();
  rmSync(folder, { recursive: true, force: true });
});

function open() {
  folder = mkdtempSync(join(tmpdir(), 'bindery-checkpoints-'));
  const file = join(folder, 'bindery.sqlite');
  prepareDatabase(file, '2026-11-25T00:00:00.000Z');
  const database = openWritable(file);
  writer = database;
  database.exec('CREATE TABLE written (id INTEGER PRIMARY KEY, text TEXT)');
  const insert = database.prepare('INSERT INTO written (text) VALUES (?)');
  const text = 'x'.repeat(10_000);
  const logBytes = () => statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const made = new Checkpoints(database, file);
  checkpoints = made;
  return { file, database, insert, text, logBytes, checkpoints: made };
}

it('keeps the log short under commits without a pause, and no commit writes all of it back', async () => {
  const { insert, text, logBytes, file, checkpoints } = open();
  let longest = 0;
  for (let commit = 0; commit < 6_000; commit++) {
    insert.run(text);
    checkpoints.afterCommit();
    longest = Math.max(longest, logBytes());
    // as the thread hears its messages between two commits
    await turn();
  }
  // some 100 MB went through the log; SQLite of itself lets it grow to 64 before a commit writes it back
  expect(longest).toBeGreaterThan(4 * megabyte);
  expect(longest).toBeLessThan(56 * megabyte);
  const reader = openReadable(file);
  expect(reader.prepare('SELECT COUNT(*) FROM written').pluck().get()).toBe(6_000);
  expect(reader.pragma('quick_check', { simple: true })).toBe('ok');
  reader.close();
});

it('leaves in the log what a reader still sees, and writes it back when the reader is done', async () => {
  const { database, insert, text, file, checkpoints } = open();
  const reader = openReadable(file);
  reader.exec('BEGIN');
  expect(reader.prepare('SELECT COUNT(*) FROM written').pluck().get()).toBe(0);
  for (let commit = 0; commit < 2_000; commit++) {
    insert.run(text);
    checkpoints.afterCommit();
    await turn();
  }
  expect(reader.prepare('SELECT COUNT(*) FROM written').pluck().get()).toBe(0);
  reader.exec('COMMIT');
  expect(reader.prepare('SELECT COUNT(*) FROM written').pluck().get()).toBe(2_000);
  const left = () => {
    const [state] = database.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[];
    return (state?.log ?? 0) - (state?.checkpointed ?? 0);
  };
  // a moment without commits
  await expect.poll(left, { timeout: 10_000 }).toBe(0);
  reader.close();
});
