import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { Memory, type RegionName, regionNames } from './memory.ts';

/** Changes with whatever changes what the index of a catalogue holds: a file of another version is not read. */
const VERSION = 1;
const MAGIC = 'bindery-matching-index';
const HEAD = 4096;
/** Bytes of one call: Node refuses more than two gigabytes. */
const CHUNK = 1 << 28;

interface Head {
  readonly magic: string;
  readonly version: number;
  readonly littleEndian: boolean;
  readonly stamp: string;
  readonly header: readonly number[];
  /** Bytes of each array, in this order. */
  readonly regions: readonly (readonly [RegionName, number])[];
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Writes an index: a head of 4096 bytes, then the arrays as they are. Written beside the file, synced, and moved over it. */
export function saveMemory(memory: Memory, file: string, stamp: string): void {
  const regions = regionNames.map((name) => [name, memory.usedBytes(name)] as const);
  const head: Head = {
    magic: MAGIC,
    version: VERSION,
    littleEndian: isLittleEndian,
    stamp,
    header: memory.counters(),
    regions,
  };
  const text = Buffer.alloc(HEAD, ' ');
  if (text.write(JSON.stringify(head)) >= HEAD) throw new RangeError('The stamp of a matching index is too long');
  const temporary = `${file}.new`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    writeSync(handle, text);
    for (const [name, bytes] of regions) {
      const buffer = Buffer.from(memory.regions[name].buffer, 0, bytes);
      for (let at = 0; at < bytes; at += CHUNK) {
        const part = buffer.subarray(at, Math.min(bytes, at + CHUNK));
        for (let done = 0; done < part.length; ) done += writeSync(handle, part, done);
      }
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}

/** Reads what `saveMemory` wrote. A file that is absent, of another version or cut short gives null; the last two are removed. */
export function loadMemory(file: string): { memory: Memory; stamp: string } | null {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return null;
  }
  try {
    const text = Buffer.alloc(HEAD);
    const head = readSync(handle, text) === HEAD ? headOf(text.toString('utf8')) : null;
    const expected = head?.regions.reduce((sum, [, bytes]) => sum + bytes, HEAD);
    if (head === null || fstatSync(handle).size !== expected) {
      rmSync(file, { force: true });
      return null;
    }
    const memory = new Memory();
    for (const [name, bytes] of head.regions) {
      memory.regions[name].reserveBytes(bytes);
      const buffer = Buffer.from(memory.regions[name].buffer, 0, bytes);
      for (let at = 0; at < bytes; ) {
        const read = readSync(handle, buffer, at, Math.min(CHUNK, bytes - at), null);
        if (read === 0) return null;
        at += read;
      }
    }
    memory.restore(head.header);
    return { memory, stamp: head.stamp };
  } finally {
    closeSync(handle);
  }
}

function headOf(text: string): Head | null {
  try {
    // checked below as far as it matters: only this program writes the file
    const head = JSON.parse(text) as Partial<Head>;
    const isOurs = head.magic === MAGIC && head.version === VERSION && head.littleEndian === isLittleEndian;
    const isWhole = Array.isArray(head.regions) && Array.isArray(head.header) && typeof head.stamp === 'string';
    return isOurs && isWhole && head.regions?.length === regionNames.length ? (head as Head) : null;
  } catch {
    return null;
  }
}
