import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listBackups } from './backups.ts';
import { migrations } from './migrations/index.ts';
import { markDamaged, migrate, openReadable, openWritable, prepareDatabase, schemaVersion } from './open.ts';

let directory = '';
let file = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-database-'));
  file = join(directory, 'bindery.sqlite');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const at = '2026-11-25T09:00:00.000Z';
const tablesOf = (connection: Database.Database): string[] =>
  connection
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .pluck()
    .all()
    .map(String);

/** A file at schema version 10 with an offer and a binding in it. */
function fileAtVersion10(): void {
  const connection = openWritable(file);
  migrate(connection, 10);
  connection.exec(`
    INSERT INTO seller (id, name, is_active) VALUES ('seller-1', 'Acme', 1);
    INSERT INTO offer (id, queue, seller_id, received_at, title, seller_sku_id, version_id) VALUES (1, 0, 'seller-1', '${at}', 'Lamp', 'sku-1', 'v1');
    INSERT INTO offer_detail (offer_id, payload) VALUES (1, '{"model":"L1"}');
    INSERT INTO binding (id, seller_id, seller_sku_id, sku_id, is_active, is_removed, updated_at) VALUES (1, 'seller-1', 'sku-1', 5, 1, 0, '${at}');
    INSERT INTO sync_state (name, value) VALUES ('lastSyncedAt', '"${at}"');`);
  connection.close();
}

function damage(): void {
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 4096, Math.min(bytes.length, 4096 * 12));
  writeFileSync(file, bytes);
}

it('keeps its migrations in rising order, each with its own number', () => {
  const versions = migrations.map(({ version }) => version);
  expect(versions).toEqual([...new Set(versions)].sort((left, right) => left - right));
});

it('migrates an empty file to 10: the cache, and nothing of the workspace', () => {
  const connection = openWritable(file);
  migrate(connection, 10);
  expect(schemaVersion(connection)).toBe(10);
  expect(tablesOf(connection)).toEqual(expect.arrayContaining(['offer', 'binding', 'sku', 'seller', 'table_class']));
  expect(tablesOf(connection)).not.toContain('decision');
  expect(connection.prepare('SELECT DISTINCT class FROM table_class').pluck().all()).toEqual(['cache']);
  connection.close();
});

it('migrates from 10 to 20 and leaves the data, with a backup of what was there', () => {
  fileAtVersion10();
  expect(prepareDatabase(file, at)).toEqual({ state: 'ready', message: null });
  const connection = openReadable(file);
  expect(schemaVersion(connection)).toBeGreaterThanOrEqual(20);
  expect(connection.prepare('SELECT title, version_id FROM offer').get()).toEqual({ title: 'Lamp', version_id: 'v1' });
  expect(connection.prepare('SELECT payload FROM offer_detail').pluck().get()).toBe('{"model":"L1"}');
  expect(connection.prepare('SELECT sku_id FROM binding').pluck().get()).toBe(5);
  expect(connection.prepare('SELECT value FROM sync_state').pluck().get()).toBe(`"${at}"`);
  expect(tablesOf(connection)).toEqual(expect.arrayContaining(['decision', 'outbox', 'inbox', 'audit']));
  connection.close();
  const backups = listBackups(file);
  expect(backups).toHaveLength(1);
  const backup = new Database(backups[0] ?? '', { readonly: true });
  expect(schemaVersion(backup)).toBe(10);
  expect(backup.prepare('SELECT title FROM offer').pluck().get()).toBe('Lamp');
  backup.close();
});

it('rolls a migration that fails back whole', () => {
  const connection = openWritable(file);
  migrate(connection, 10);
  connection.exec('CREATE TABLE audit (something TEXT) STRICT');
  expect(() => migrate(connection)).toThrow(/audit/);
  expect(schemaVersion(connection)).toBe(10);
  expect(tablesOf(connection)).not.toContain('decision');
  connection.close();
});

it('applies a lower number that arrives after a higher one, after a backup', () => {
  fileAtVersion10();
  const connection = new Database(file);
  // as if 51 had been made elsewhere, before 20 to 50 were merged
  connection.exec("INSERT INTO schema_migrations (version, name) VALUES (51, 'inbox turns'); PRAGMA user_version = 51");
  connection.close();
  prepareDatabase(file, at);
  const migrated = openReadable(file);
  expect(tablesOf(migrated)).toEqual(
    expect.arrayContaining(['decision', 'commission_rule', 'orders', 'seller_credential']),
  );
  expect(schemaVersion(migrated)).toBe(migrations.at(-1)?.version);
  expect(migrated.prepare('SELECT title FROM offer').pluck().get()).toBe('Lamp');
  migrated.close();
  expect(listBackups(file)).toHaveLength(1);
});

it('takes a file from before migrations were listed at its word', () => {
  prepareDatabase(file, at);
  const connection = new Database(file);
  connection.exec('DROP TABLE schema_migrations');
  connection.close();
  expect(prepareDatabase(file, at)).toEqual({ state: 'ready', message: null });
  const again = openReadable(file);
  const listed = again.prepare('SELECT version FROM schema_migrations ORDER BY version').pluck().all();
  expect(listed).toEqual(migrations.map((migration) => migration.version));
  again.close();
  expect(listBackups(file)).toEqual([]);
});

it('makes no backup of a new file, nor when there is nothing to migrate', () => {
  prepareDatabase(file, at);
  prepareDatabase(file, '2026-11-25T10:00:00.000Z');
  expect(listBackups(file)).toEqual([]);
});

it('keeps the five newest backups', () => {
  fileAtVersion10();
  const old = join(directory, 'old.sqlite');
  copyFileSync(file, old);
  for (let day = 1; day <= 8; day++) {
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
    copyFileSync(old, file);
    prepareDatabase(file, `2026-11-0${day}T00:00:00.000Z`);
  }
  expect(listBackups(file).map((each) => each.slice(dirname(each).length + 1, dirname(each).length + 11))).toEqual([
    '2026-11-08',
    '2026-11-07',
    '2026-11-06',
    '2026-11-05',
    '2026-11-04',
  ]);
});

it('keeps a damaged file aside, byte for byte, reports it, and starts anew when there is no backup', () => {
  prepareDatabase(file, at);
  damage();
  const damaged = readFileSync(file);
  const preparation = prepareDatabase(file, at);
  expect(preparation.state).toBe('recovered');
  const aside = readdirSync(directory).find((name) => name.startsWith('bindery.sqlite.corrupt-')) ?? '';
  expect(preparation.message).toContain(aside);
  expect(readFileSync(join(directory, aside)).equals(damaged)).toBe(true);
  const connection = openReadable(file);
  expect(connection.pragma('quick_check', { simple: true })).toBe('ok');
  expect(connection.prepare('SELECT COUNT(*) FROM offer').pluck().get()).toBe(0);
  connection.close();
});

it('puts the newest backup in the place of a damaged file, and migrates it', () => {
  fileAtVersion10();
  prepareDatabase(file, at);
  damage();
  const preparation = prepareDatabase(file, '2026-11-25T11:00:00.000Z');
  expect(preparation).toMatchObject({ state: 'recovered', message: expect.stringContaining('backup') });
  const connection = openReadable(file);
  expect(connection.prepare('SELECT title FROM offer').pluck().get()).toBe('Lamp');
  expect(schemaVersion(connection)).toBe(migrations.at(-1)?.version);
  connection.close();
});

it('passes over a backup that is damaged itself', () => {
  fileAtVersion10();
  prepareDatabase(file, at);
  writeFileSync(
    join(directory, 'backups', '2027-01-01T00-00-00-000Z-version-10.sqlite'),
    'no database at all, but long enough to be read as a header of one, certainly so',
  );
  damage();
  expect(prepareDatabase(file, '2026-11-25T12:00:00.000Z').state).toBe('recovered');
  const connection = openReadable(file);
  expect(connection.prepare('SELECT title FROM offer').pluck().get()).toBe('Lamp');
  connection.close();
});

it('takes a file that is no database for a damaged one', () => {
  writeFileSync(file, 'this is not a database, however long the text may be. '.repeat(100));
  expect(prepareDatabase(file, at).state).toBe('recovered');
  expect(existsSync(file)).toBe(true);
});

it('refuses a schema that is newer than the program, and leaves the file as it is', () => {
  prepareDatabase(file, at);
  const connection = new Database(file);
  connection.pragma('user_version = 9999');
  connection.close();
  expect(() => prepareDatabase(file, at)).toThrow(
    expect.objectContaining({ code: 'database-corrupt', message: expect.stringContaining('9999') }),
  );
  expect(readdirSync(directory).some((name) => name.includes('corrupt'))).toBe(false);
  expect(statSync(file).size).toBeGreaterThan(0);
});

it('classes every table as cache or kept', () => {
  prepareDatabase(file, at);
  const connection = openReadable(file);
  const shadow = /^(offer_text|sku_text)_(data|idx|docsize|content|config)$/;
  const tables = tablesOf(connection).filter(
    (name) => !shadow.test(name) && !['table_class', 'schema_migrations'].includes(name),
  );
  const classed = connection.prepare('SELECT name FROM table_class').pluck().all().map(String);
  expect(classed.sort()).toEqual(tables.sort());
  connection.close();
});

it('writes with WAL, full synchronisation, foreign keys and strict tables in effect; a reader cannot write', () => {
  prepareDatabase(file, at);
  const connection = openWritable(file);
  const pragma = (name: string) => connection.pragma(name, { simple: true });
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('synchronous')).toBe(2);
  expect(pragma('foreign_keys')).toBe(1);
  expect(() => connection.exec(`INSERT INTO offer_detail (offer_id, payload) VALUES (404, '{}')`)).toThrow(
    /FOREIGN KEY/,
  );
  expect(() => connection.exec(`INSERT INTO brand (id, name) VALUES (1, x'00ff')`)).toThrow(/cannot store BLOB/);
  const loose = connection
    .prepare(`SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'`)
    .pluck()
    .all()
    .map(String);
  expect(loose).toEqual([]);
  const reader = openReadable(file);
  expect(() => reader.exec('DELETE FROM offer')).toThrow(/readonly/);
  reader.close();
  connection.close();
});

it('keeps a file aside that a check after the start found damaged', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bindery-damaged-'));
  try {
    const file = join(folder, 'bindery.sqlite');
    prepareDatabase(file, '2026-11-25T00:00:00.000Z');
    markDamaged(file);
    expect(prepareDatabase(file, '2026-11-25T00:00:01.000Z').state).toBe('recovered');
    expect(readdirSync(folder).filter((name) => name.includes('.corrupt-'))).toHaveLength(1);
    expect(prepareDatabase(file, '2026-11-25T00:00:02.000Z').state).toBe('ready');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
