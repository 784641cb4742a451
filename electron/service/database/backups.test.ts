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
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workerEntry } from '../entries.ts';
import { backUpDaily, backupTarget, lastDailyBackup, listBackups, pruneBackups, scheduleBackups } from './backups.ts';
import { prepareDatabase } from './open.ts';
import { type ServiceDatabase, startDatabase } from './threads.ts';

let directory = '';
let file = '';
let database: ServiceDatabase;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-backups-'));
  file = join(directory, 'bindery.sqlite');
  prepareDatabase(file, '2026-11-25T09:00:00.000Z');
  database = startDatabase({ file, entry: workerEntry('database'), log: () => undefined });
});
afterEach(async () => {
  await database.close();
  rmSync(directory, { recursive: true, force: true });
});

const copy = (target: string) => database.copy(target);
const names = () => listBackups(file).map((path) => basename(path));
const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T00:00:00.000Z`;

it('copies the database while it is written to, whole and readable by nobody else', async () => {
  await database.write('pull.state', { name: 'before', value: 1 });
  const writing = Promise.all(
    Array.from({ length: 50 }, (_, index) => database.write('pull.state', { name: `during ${index}`, value: index })),
  );
  const target = await backUpDaily(file, at(1), copy);
  await writing;
  const backup = new Database(target, { readonly: true });
  expect(backup.pragma('quick_check', { simple: true })).toBe('ok');
  expect(backup.prepare(`SELECT value FROM sync_state WHERE name = 'before'`).pluck().get()).toBe('1');
  backup.close();
  expect(statSync(target).mode & 0o077).toBe(0);
  expect(readdirSync(join(directory, 'backups'))).toEqual([basename(target)]);
});

it('keeps the seven newest of each day beside the five newest of migrations', async () => {
  for (let day = 1; day <= 9; day++) writeFileSync(backupTarget(file, `version-${day}`, at(day)), 'x');
  for (let day = 10; day <= 18; day++) writeFileSync(backupTarget(file, 'daily', at(day)), 'x');
  await backUpDaily(file, at(19), copy);
  expect(names()).toEqual([
    ...[19, 18, 17, 16, 15, 14, 13].map((day) => `2026-11-${day}T00-00-00-000Z-daily.sqlite`),
    ...[9, 8, 7, 6, 5].map((day) => `2026-11-0${day}T00-00-00-000Z-version-${day}.sqlite`),
  ]);
});

it('takes no more of the disk than it may, down to the newest', () => {
  for (let day = 10; day <= 15; day++) writeFileSync(backupTarget(file, 'daily', at(day)), 'x'.repeat(1_000));
  writeFileSync(`${backupTarget(file, 'daily', at(16))}.partial`, 'left behind');
  pruneBackups(file, 3_500);
  expect(names().map((name) => name.slice(8, 10))).toEqual(['15', '14', '13']);
  pruneBackups(file, 10);
  expect(names().map((name) => name.slice(8, 10))).toEqual(['15']);
  expect(readdirSync(join(directory, 'backups'))).toHaveLength(1);
});

it('leaves nothing that looks like a backup when a copy fails', async () => {
  const failing = backUpDaily(file, at(1), async (target) => {
    copyFileSync(file, target);
    throw new Error('the disk is full');
  });
  await expect(failing).rejects.toThrow('the disk is full');
  expect(listBackups(file)).toEqual([]);
  expect(lastDailyBackup(file)).toBeNull();
});

it('refuses to copy onto something, and gives a copy up when the database closes', async () => {
  const target = join(directory, 'taken');
  writeFileSync(target, 'something');
  await expect(database.copy(target)).rejects.toMatchObject({ code: 'internal' });
  expect(readFileSync(target, 'utf8')).toBe('something');
  const copying = database.copy(join(directory, 'never')).then(
    () => 'done',
    () => 'given up',
  );
  await database.close();
  expect(['done', 'given up']).toContain(await copying);
});

it('makes one a day, and tries again after a failure', async () => {
  let now = Date.parse(at(1));
  const logged: string[] = [];
  let made: (() => void) | null = null;
  const look = () =>
    new Promise<void>((resolve) => {
      made = resolve;
    });
  let broken = false;
  const schedule = scheduleBackups({
    file,
    now: () => now,
    log: (level, message) => {
      logged.push(`${level} ${message}`);
      made?.();
    },
    copy: (target) => (broken ? Promise.reject(new Error('full')) : database.copy(target)),
    first: 0,
    every: 5,
  });
  try {
    await look();
    expect(names()).toHaveLength(1);
    // the file's own time says when it was made
    now = (lastDailyBackup(file) ?? 0) + 86_400_000 - 1_000;
    broken = true;
    now += 2_000;
    await look();
    expect(logged.at(-1)).toBe('error no backup could be made');
    expect(names()).toHaveLength(1);
    broken = false;
    while (names().length < 2) await look();
  } finally {
    schedule.stop();
  }
  expect(existsSync(join(directory, 'backups'))).toBe(true);
});

it('writes the log back when nothing is asked for, and cuts it when it has grown', async () => {
  const log = `${file}-wal`;
  // while somebody reads, the log cannot be cut: it is as large as what was written
  const reader = new Database(file, { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT COUNT(*) FROM setting').get();
  await database.write('pull.state', { name: 'large', value: 'x'.repeat(20 * 1024 * 1024) });
  expect(statSync(log).size).toBeGreaterThan(16 * 1024 * 1024);
  reader.exec('COMMIT');
  reader.close();
  const deadline = Date.now() + 20_000;
  while (statSync(log).size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(statSync(log).size).toBe(0);
  // a small one is written back too: without the log the file says the same
  await database.write('pull.state', { name: 'small', value: 'kept' });
  const alone = join(directory, 'alone.sqlite');
  for (;;) {
    rmSync(alone, { force: true });
    copyFileSync(file, alone);
    const found = new Database(alone);
    const kept = found.prepare(`SELECT value FROM sync_state WHERE name = 'small'`).pluck().get();
    found.close();
    if (kept === '"kept"') break;
    if (Date.now() > deadline) throw new Error('the log was not written back');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});
