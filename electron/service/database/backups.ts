/**
 * Copies of the database beside it: one before each migration, and one a day. The newest takes the place of a file that is
 * damaged. How many are kept, and how much of the disk they take, is bounded.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BinderyError } from '../../../shared/domain/errors.ts';

/** The newest of each kind that are kept. */
const kept = { migration: 5, daily: 7 } as const;
export type BackupKind = keyof typeof kept;

/** All copies together take at most so many bytes; the newest daily one is kept whatever its size. */
const mostBytes = 8 * 1024 ** 3;
/** Left free on the disk besides the copy: the database itself must be able to grow. In bytes. */
const leftFree = 512 * 1024 ** 2;
const day = 86_400_000;
/** The first one is due a while after the start, when the window is there and the first pull is through. Milliseconds. */
const firstLook = 5 * 60_000;
const lookEvery = 60 * 60_000;

const folderOf = (file: string): string => join(dirname(file), 'backups');
const kindOf = (path: string): BackupKind => (path.endsWith('-daily.sqlite') ? 'daily' : 'migration');

/** The newest backups first. */
export function listBackups(file: string): string[] {
  const folder = folderOf(file);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite'))
    .sort()
    .reverse()
    .map((name) => join(folder, name));
}

/** Where the next copy goes; its folder is there. @param label `version-51`, `daily` @param at ISO instant */
export function backupTarget(file: string, label: string, at: string): string {
  const folder = folderOf(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, `${at.replace(/[:.]/g, '-')}-${label}.sqlite`);
}

/** Removes what is older than the newest of each kind, then the oldest daily ones until all fit, and what was left half-written. */
export function pruneBackups(file: string, limit = mostBytes): void {
  const all = listBackups(file);
  const counts: Record<BackupKind, number> = { migration: 0, daily: 0 };
  const stay: string[] = [];
  for (const path of all) {
    const kind = kindOf(path);
    counts[kind] += 1;
    if (counts[kind] > kept[kind]) rmSync(path);
    else stay.push(path);
  }
  let total = stay.reduce((sum, path) => sum + statSync(path).size, 0);
  const [newest, ...older] = stay.filter((path) => kindOf(path) === 'daily');
  for (const path of newest === undefined ? [] : older.reverse()) {
    if (total <= limit) break;
    total -= statSync(path).size;
    rmSync(path);
  }
  const folder = folderOf(file);
  if (existsSync(folder))
    for (const name of readdirSync(folder)) if (name.endsWith('.partial')) rmSync(join(folder, name));
}

/** When the newest daily backup was made, in milliseconds since the epoch; null when there is none. */
export function lastDailyBackup(file: string): number | null {
  const newest = listBackups(file).find((path) => kindOf(path) === 'daily');
  return newest === undefined ? null : statSync(newest).mtimeMs;
}

/**
 * Makes the daily copy: whole and checked before it has its name.
 * @param copy writes a copy of the database to the path and checks it
 * @throws BinderyError when the disk has too little room
 */
export async function backUpDaily(file: string, at: string, copy: (target: string) => Promise<void>): Promise<string> {
  const target = backupTarget(file, 'daily', at);
  const size = statSync(file).size;
  const { bavail, bsize } = await statfs(dirname(target));
  if (bavail * bsize < size + leftFree)
    throw new BinderyError(
      'internal',
      `There is too little room for a backup of ${Math.ceil(size / 1024 ** 2)} MiB in ${dirname(target)}. Make room there.`,
    );
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  await copy(partial);
  chmodSync(partial, 0o600);
  renameSync(partial, target);
  pruneBackups(file);
  return target;
}

/** Makes a copy a day for as long as it is not stopped. */
export function scheduleBackups(options: {
  readonly file: string;
  readonly copy: (target: string) => Promise<void>;
  readonly now: () => number;
  readonly log: (level: 'info' | 'error', message: string, facts: Readonly<Record<string, string | number>>) => void;
  /** Milliseconds until the first look, and between two. */
  readonly first?: number;
  readonly every?: number;
}): { stop(): void } {
  const { file, copy, now, log, first = firstLook, every = lookEvery } = options;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const look = () => {
    running = running.then(async () => {
      if (stopped) return;
      const at = now();
      const last = lastDailyBackup(file);
      if (last !== null && at - last < day) return;
      const started = performance.now();
      try {
        const target = await backUpDaily(file, new Date(at).toISOString(), copy);
        log('info', 'a backup was made', { target, milliseconds: Math.round(performance.now() - started) });
      } catch (error) {
        if (!stopped) log('error', 'no backup could be made', { problem: String(error) });
      }
    });
  };
  const timers: NodeJS.Timeout[] = [setTimeout(look, first), setInterval(look, every)];
  for (const timer of timers) timer.unref();
  return {
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
