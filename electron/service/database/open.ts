import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import Database from 'better-sqlite3';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { backupTarget, listBackups, pruneBackups } from './backups.ts';
import { registerStillWanted } from './cancel.ts';
import { migrations } from './migrations/index.ts';

type Connection = Database.Database;
/** A connection that only reads. The brand keeps a query from being handed the writer, and a command a reader. */
export type ReadableDatabase = Connection & { readonly __readable: true };
/** The one connection that writes. */
export type WritableDatabase = ReadableDatabase & { readonly __writable: true };

/** What the log file is cut to when it begins anew, in bytes. */
const largestLog = 16 * 1024 * 1024;

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
  registerStillWanted(connection);
  // no mmap: each reader's mapping of a file of a gigabyte counts as this process's memory, page by page
  return connection as ReadableDatabase;
}

/** Opens the writer. The file must have been prepared by {@link prepareDatabase}. */
export function openWritable(file: string): WritableDatabase {
  const connection = new Database(file);
  applyPragmas(connection, 32);
  // the writer's thread makes checkpoints when it has nothing else to do; this is for hours in which it always has
  connection.pragma('wal_autocheckpoint = 16000');
  connection.pragma(`journal_size_limit = ${largestLog}`);
  registerStillWanted(connection);
  return connection as WritableDatabase;
}

/** The version the schema has now; 0 for an empty file. */
export function schemaVersion(connection: Connection): number {
  return Number(connection.pragma('user_version', { simple: true }));
}

/**
 * The numbers of the migrations that the file has had. A file from before they were listed has had all up to its version.
 * The list, and not the version alone, decides what is still to do: two lines of work may each add a number, and the
 * lower one may arrive later.
 */
function appliedMigrations(connection: Connection): ReadonlySet<number> {
  const listed = connection
    .prepare<[], number>("SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'")
    .pluck()
    .get();
  if (listed) return new Set(connection.prepare<[], number>('SELECT version FROM schema_migrations').pluck().all());
  const version = schemaVersion(connection);
  return new Set(migrations.filter((migration) => migration.version <= version).map((migration) => migration.version));
}

/** Runs the migrations that the file has not had, up to and including `upTo`, in order; each in its own transaction. */
export function migrate(connection: Connection, upTo = Number.POSITIVE_INFINITY): void {
  const applied = appliedMigrations(connection);
  const isListed =
    connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'").get() !== undefined;
  const list = connection.transaction(() => {
    connection.exec(
      'CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT',
    );
    const note = connection.prepare('INSERT OR IGNORE INTO schema_migrations (version, name) VALUES (?, ?)');
    for (const { version, name } of migrations) if (applied.has(version)) note.run(version, name);
  });
  // immediate: one that reads first and writes then is refused at once when somebody else has written in between
  if (!isListed) list.immediate();
  const note = connection.prepare('INSERT INTO schema_migrations (version, name) VALUES (?, ?)');
  for (const { version, name, sql } of migrations) {
    if (applied.has(version) || version > upTo) continue;
    connection
      .transaction(() => {
        connection.exec(sql);
        note.run(version, name);
        connection.pragma(`user_version = ${Math.max(version, schemaVersion(connection))}`);
      })
      .immediate();
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

function backUp(file: string, version: number, at: string): void {
  const target = backupTarget(file, `version-${version}`, at);
  const connection = new Database(file);
  try {
    // VACUUM INTO writes a consistent copy without the log file beside it
    connection.prepare('VACUUM INTO ?').run(target);
  } finally {
    connection.close();
  }
  pruneBackups(file);
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

/** Above this size the whole file is checked after the start, on a thread of its own: a window must not wait for it. In bytes. */
const checkedAtStart = 128 * 1024 * 1024;

/** Written beside the file when a check after the start found damage; the next start then acts on it. */
const damageMark = (file: string): string => `${file}.damaged`;

/** Written beside the file while a backup takes its place, until `reviewRestored` has looked at what the backup was about to send. */
export const restoreMark = (file: string): string => `${file}.restored`;

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
      if (backup) {
        // before the copy is there, so that a crash between the two cannot let it send what it holds
        writeFileSync(restoreMark(file), basename(backup));
        copyFileSync(backup, `${file}.new`);
        renameSync(`${file}.new`, file);
      }
      preparation = {
        state: 'recovered',
        message: `The local database was damaged and is kept at ${aside}. ${
          backup
            ? `The backup ${backup} was put in its place. What it had not sent yet is compared with the marketplace first; what is not there waits for you.`
            : 'A new one was started; it fills from the marketplace.'
        }`,
      };
    }
  }
  const newest = migrations.at(-1)?.version ?? 0;
  const existed = existsSync(file);
  const connection = new Database(file);
  let version: number;
  let applied: ReadonlySet<number>;
  try {
    version = schemaVersion(connection);
    applied = appliedMigrations(connection);
  } finally {
    connection.close();
  }
  const known = new Set(migrations.map((migration) => migration.version));
  const unknown = [version, ...applied].find((each) => each !== 0 && !known.has(each));
  if (unknown !== undefined) {
    throw new BinderyError(
      'database-corrupt',
      `The local database was written by a newer Bindery (schema ${unknown}, this one knows ${newest}). Update Bindery, or choose another data directory.`,
    );
  }
  const isBehind = migrations.some((migration) => !applied.has(migration.version));
  if (existed && version > 0 && isBehind) backUp(file, version, at);
  const writer = openWritable(file);
  try {
    migrate(writer);
  } finally {
    writer.close();
  }
  return preparation;
}
