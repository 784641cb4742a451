/**
 * What a process asked of its disk, by a trace of its system calls: which writes had been flushed when it ended, and how many
 * answers left before what they stand for was. A power cut keeps what was flushed; of the rest it keeps anything.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** Null when traces can be made here; else why not. */
export function whyNoTrace(): string | null {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'strace cannot be run here';
  }
}

/** The command that runs another one traced. The traced process is the child itself, so that a kill strikes it and not the tracer. */
export const traceCommand = (file: string): string[] => [
  'strace',
  '-D',
  '-f',
  '-y',
  '-s',
  '32',
  '-e',
  'trace=fsync,fdatasync,write,writev,sendto,pwrite64,ftruncate',
  '-o',
  file,
];

interface Written {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  isFlushed: boolean;
}

export interface DiskTrace {
  /** Answers with 202, and those of them before which the log had not been flushed since the answer before. */
  readonly answered: number;
  readonly early: number;
  /** Writes to the database and its log that no flush had confirmed at the end. */
  readonly unflushed: readonly Written[];
  readonly flushes: number;
}

const start = /^(\d+)\s+(\w+)\((\d+)<([^>]*)>(.*)$/;
const resumed = /^(\d+)\s+<\.\.\. (\w+) resumed>.*=\s*(-?\d+)/;

/** Reads a trace of {@link traceCommand}, of the files whose path has `database` in it. */
export function readTrace(text: string, database: string): DiskTrace {
  const writes: Written[] = [];
  /** By thread: the flush that is under way, and what had been written when it began. */
  const flushing = new Map<string, readonly Written[]>();
  let flushed = 0;
  let flushes = 0;
  let answered = 0;
  let early = 0;
  const confirm = (covered: readonly Written[]) => {
    for (const each of covered) each.isFlushed = true;
    flushes++;
    if (covered.some(({ file }) => file.endsWith('-wal'))) flushed++;
  };
  for (const line of text.split('\n')) {
    if (/HTTP\/1\.1 202/.test(line)) {
      answered++;
      if (flushed === 0) early++;
      flushed = 0;
      continue;
    }
    const ended = resumed.exec(line);
    if (ended) {
      const [, thread = '', call = '', code = '-1'] = ended;
      const covered = flushing.get(thread);
      if (/sync/.test(call) && covered) {
        flushing.delete(thread);
        if (code === '0') confirm(covered);
      }
      continue;
    }
    const [, thread = '', call = '', , file = '', rest = ''] = start.exec(line) ?? [];
    if (!file.includes(database)) continue;
    if (call === 'pwrite64') {
      const [, length, offset] = /, (\d+), (\d+)\)?(?:\s+=|\s+<unfinished)/.exec(rest) ?? [];
      if (length !== undefined && offset !== undefined)
        writes.push({ file, offset: Number(offset), length: Number(length), isFlushed: false });
    } else if (call === 'fsync' || call === 'fdatasync') {
      const covered = writes.filter((each) => each.file === file && !each.isFlushed);
      if (/<unfinished/.test(rest)) flushing.set(thread, covered);
      else if (/=\s*0/.test(rest)) confirm(covered);
    }
  }
  return { answered, early, flushes, unflushed: writes.filter(({ isFlushed }) => !isFlushed) };
}

/**
 * Does to the files what a power cut may: each write that was not flushed is lost, torn or garbled. @param random 0 to 1
 * @returns how many were
 */
export function cutPower(trace: DiskTrace, random: () => number): number {
  let struck = 0;
  for (const { file, offset, length } of trace.unflushed) {
    if (!existsSync(file)) continue;
    const handle = openSync(file, 'r+');
    try {
      const { size } = fstatSync(handle);
      if (offset >= size) continue;
      struck++;
      const choice = random();
      const kept = Math.floor(random() * length);
      // at the end of the file it may never have been made longer
      if (choice < 0.4 && offset + length >= size) ftruncateSync(handle, offset + kept);
      else if (choice < 0.7) writeSync(handle, Buffer.alloc(length - kept), 0, length - kept, offset + kept);
      else
        writeSync(
          handle,
          Buffer.from(Array.from({ length: 64 }, () => Math.floor(random() * 256))),
          0,
          Math.min(64, length),
          offset,
        );
    } finally {
      closeSync(handle);
    }
  }
  return struck;
}
