/**
 * One service a data directory: two would send every decision twice. The lock is an exclusive transaction on a small SQLite
 * file: the operating system releases it with the process, however that ends, on every platform that SQLite runs on.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { BinderyError } from '../../../shared/domain/errors.ts';

const holder = z.object({ pid: z.int(), host: z.string(), runtime: z.string(), since: z.string() });

/** A killed predecessor's lock is gone with it; one that is just closing gets so long. Milliseconds. */
const patience = 5_000;

export interface DirectoryLock {
  release(): void;
}

function describeHolder(file: string): string {
  try {
    const { pid, host, runtime, since } = holder.parse(JSON.parse(readFileSync(file, 'utf8')));
    return `process ${pid} on ${host} (${runtime}, since ${since})`;
  } catch {
    return 'another process';
  }
}

/**
 * Takes the data directory for this process.
 * @param runtime where the service runs, for whoever finds the directory taken
 * @param patienceMs how long a holder that is about to end is waited for
 * @throws BinderyError `busy`, naming who holds it
 */
export async function lockDirectory(directory: string, runtime: string, patienceMs = patience): Promise<DirectoryLock> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, 'lock.sqlite');
  const note = join(directory, 'lock.json');
  const connection = new Database(file, { timeout: 0 });
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      connection.exec('BEGIN EXCLUSIVE');
      break;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (!code.startsWith('SQLITE_BUSY')) {
        connection.close();
        throw error;
      }
      if (performance.now() >= deadline) {
        connection.close();
        throw new BinderyError(
          'busy',
          `The data directory ${directory} is in use by ${existsSync(note) ? describeHolder(note) : 'another process'}. Close that one, or name another directory with --data.`,
        );
      }
      await wait(50);
    }
  }
  const mine = { pid: process.pid, host: hostname(), runtime, since: new Date().toISOString() };
  writeFileSync(note, JSON.stringify(mine), { mode: 0o600 });
  return {
    release() {
      if (connection.open) connection.close();
    },
  };
}
