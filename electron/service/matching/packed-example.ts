import type { Example } from './learning.ts';

/** An example as it is kept and sent: a copy of bytes instead of thousands of numbers. */
export interface PackedExample {
  /** Offers of one key are never on both sides of a fold. */
  readonly key: number;
  /** Each candidate as 32-bit floats, little-endian: 1 or 0 for a match, the log-odds, the row. */
  readonly candidates: Uint8Array;
}

type Candidate = Example['candidates'][number];

/** Numbers before a candidate's row. */
const BEFORE = 2;
const BYTES = 4;

/** The candidates of one decision as bytes; all rows are of one length. */
export function packCandidates(candidates: readonly Candidate[]): Uint8Array {
  const width = (candidates[0]?.row.length ?? 0) + BEFORE;
  const view = new DataView(new ArrayBuffer(candidates.length * width * BYTES));
  let at = 0;
  for (const { isMatch, odds, row } of candidates)
    for (const value of [isMatch ? 1 : 0, odds, ...row]) {
      view.setFloat32(at, value, true);
      at += BYTES;
    }
  return new Uint8Array(view.buffer);
}

/** What was packed, with rows of `width` places. Bytes that are no whole number of candidates give those that are whole. */
export function unpackExample({ key, candidates }: PackedExample, width: number): Example {
  const view = new DataView(candidates.buffer, candidates.byteOffset, candidates.byteLength);
  const size = (width + BEFORE) * BYTES;
  const read: Candidate[] = [];
  for (let start = 0; start + size <= candidates.byteLength; start += size) {
    const row: number[] = [];
    for (let at = start + BEFORE * BYTES; at < start + size; at += BYTES) row.push(view.getFloat32(at, true));
    read.push({ isMatch: view.getFloat32(start, true) === 1, odds: view.getFloat32(start + BYTES, true), row });
  }
  return { key, candidates: read };
}
