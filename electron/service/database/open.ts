import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { migrations } from './migrations/index.ts';

type Connection = Database.Database;
/** A connection that only reads. The brand keeps a query from being handed the writer, and a command a reader. */
export type ReadableDatabase = Connection & { readonly __readable: true };
/** The one connection that writes. */
export type WritableDatabase = ReadableDatabase & { readonly __writable: true };

const backupsKept = 5;

function applyPragmas(connection: Connection, cacheMebibytes: number): void {
  connection.pragma('journal_mode = WAL');
  // the driver is compiled with NORMAL as the WAL default; a decision must survive a power cut
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('busy_timeout = 5000');
  connection.pragma(`cache_size = ${-cacheMebibytes * 1024}`);
  connection.pragma('temp_store = MEMORY');
}

/** Opens a reader. The file must have been prepared by {@link prepareDatabase}. */
export function openReadable(file: string): ReadableDatabase {
  const connection = new Database(file, { readonly: true, fileMustExist: true });
  connection.pragma('busy_timeout = 5000');
  connection.pragma('cache_size = -16000');
  connection.pragma('temp_store = MEMORY');
  // no mmap: each reader's mapping of a file of a gigabyte counts as this process's memory, page by page
  return connection as ReadableDatabase;
}

/** Opens the writer. The file must have been prepared by {@link prepareDatabase}. */
export function openWritable(file: string): WritableDatabase {
  const connection = new Database(file);
  applyPragmas(connection, 32);
  // checkpoints are scheduled between a person's commands
  connection.pragma('wal_autocheckpoint = 16000');
  return connection as WritableDatabase;
}

/** The version the schema has now; 0 for an empty file. */
export function schemaVersion(connection: Connection): number {
  return Number(connection.pragma('user_version', { simple: true }));
}

/** Runs the migrations above the current version, up to and including `upTo`; each in its own transaction. */
export function migrate(connection: Connection, upTo = Number.POSITIVE_INFINITY): void {
  for (const migration of migrations) {
    if (migration.version <= schemaVersion(connection) || migration.version > upTo) continue;
    connection.transaction(() => {
      connection.exec(migration.sql);
      connection.pragma(`user_version = ${migration.version}`);
    })();
  }
}

/** What happened when the database was prepared. */
export interface Preparation {
  readonly state: 'ready' | 'recovered';
  /** For people, when something had to be done. */
  readonly message: string | null;
}

function keepAside(file: string, at: string): string {
  const aside = `${file}.corrupt-${at.replace(/[:.]/g, '-')}`;
  renameSync(file, aside);
  for (const suffix of ['-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  return aside;
}

/** The newest backups first. */
export function listBackups(file: string): string[] {
  const folder = join(dirname(file), 'backups');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite'))
    .sort()
    .reverse()
    .map((name) => join(folder, name));
}

function backUp(file: string, version: number, at: string): void {
  const folder = join(dirname(file), 'backups');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const target = join(folder, `${at.replace(/[:.]/g, '-')}-version-${version}.sqlite`);
  const connection = new Database(file);
  try {
    // VACUUM INTO writes a consistent copy without the log file beside it
    connection.prepare('VACUUM INTO ?').run(target);
  } finally {
    connection.close();
  }
  for (const old of listBackups(file).slice(backupsKept)) rmSync(old);
}

function isCorrupt(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

/** Whether the file is a database in one piece. Throws what is no damage: no right to read it, say. */
function isSound(file: string): boolean {
  try {
    const connection = new Database(file);
    try {
      return connection.pragma('quick_check(1)', { simple: true }) === 'ok';
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return false;
  }
}

/** Above this size the whole file is checked after the start, on the long reader: a window must not wait for it. In bytes. */
const checkedAtStart = 128 * 1024 * 1024;

/** Written beside the file when a check after the start found damage; the next start then acts on it. */
const damageMark = (file: string): string => `${file}.damaged`;

/** Whether the file is too large to be checked before the window shows. */
export function isCheckedLater(file: string): boolean {
  return statSync(file).size > checkedAtStart;
}

/** Notes that a later check found damage, so that the next start keeps the file aside and recovers. */
export function markDamaged(file: string): void {
  writeFileSync(damageMark(file), '');
}

/** Sound as far as it is known before the start: a large file is trusted unless the last check said otherwise. */
function isSoundAtStart(file: string): boolean {
  if (existsSync(damageMark(file))) return false;
  try {
    if (!isCheckedLater(file)) return isSound(file);
    const connection = new Database(file, { readonly: true });
    try {
      connection.prepare('SELECT COUNT(*) FROM sqlite_schema').get();
      return true;
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return false;
  }
}

/**
 * Makes the file ready: integrity check, backup before a migration, migrations. A corrupt file is kept aside under its
 * own name and reported, never silently replaced; the newest backup takes its place when there is one.
 * @param at ISO instant, for file names
 * @throws BinderyError `database-corrupt` when the schema is newer than this program
 */
export function prepareDatabase(file: string, at: string): Preparation {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let preparation: Preparation = { state: 'ready', message: null };
  if (existsSync(file)) {
    if (!isSoundAtStart(file)) {
      rmSync(damageMark(file), { force: true });
      const aside = keepAside(file, at);
      const backup = listBackups(file).find(isSound);
      if (backup) copyFileSync(backup, file);
      preparation = {
        state: 'recovered',
        message: `The local database was damaged and is kept at ${aside}. ${
          backup
            ? `The backup ${backup} was put in its place.`
            : 'A new one was started; it fills from the marketplace.'
        }`,
      };
    }
  }
  const newest = migrations.at(-1)?.version ?? 0;
  const existed = existsSync(file);
  const connection = new Database(file);
  let version: number;
  try {
    version = schemaVersion(connection);
    if (version > newest) {
      throw new BinderyError(
        'database-corrupt',
        `The local database was written by a newer Bindery (schema ${version}, this one knows ${newest}). Update Bindery, or choose another data directory.`,
      );
    }
  } finally {
    connection.close();
  }
  if (existed && version > 0 && version < newest) backUp(file, version, at);
  const writer = openWritable(file);
  try {
    migrate(writer);
  } finally {
    writer.close();
  }
  return preparation;
}
