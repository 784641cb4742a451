import type Database from 'better-sqlite3';
import { BinderyError } from '../../../shared/domain/errors.ts';

/**
 * A long read can be given up while it runs: whoever asked sets a flag in shared memory, and the thread looks at it between rows,
 * since a thread that runs SQL hears no message. On any other thread there is no flag and nothing is given up.
 */
let flag: Int32Array | null = null;

/** Tells this thread where the flag is. */
export function watchFlag(shared: Int32Array): void {
  flag = shared;
}

/** @throws BinderyError `cancelled` when nobody waits for the running statement any more */
export function throwIfCancelled(): void {
  if (flag !== null && Atomics.load(flag, 0) !== 0) throw new BinderyError('cancelled', 'Cancelled.');
}

/** Rows between two looks at the flag: less than a millisecond. */
const rowsBetween = 1_024;

/** The ids that a statement lists, in order; given up between rows when nobody waits for them any more. */
export function idsOf(database: Database.Database, sql: string, params: readonly (string | number)[]): Int32Array {
  let ids = new Int32Array(4_096);
  let count = 0;
  for (const id of database
    .prepare<(string | number)[], number>(sql)
    .pluck()
    .iterate(...params)) {
    if (count % rowsBetween === 0) throwIfCancelled();
    if (count === ids.length) {
      const more = new Int32Array(count * 2);
      more.set(ids);
      ids = more;
    }
    ids[count++] = id;
  }
  return ids.slice(0, count);
}

/**
 * `still_wanted()` in a WHERE: true, unless nobody waits for the statement any more, which ends it. For statements that look at
 * very many rows before the first one comes out, such as those that sort them.
 */
export function registerStillWanted(database: Database.Database): void {
  let rows = 0;
  database.function('still_wanted', { deterministic: false, directOnly: true }, () => {
    if (++rows % rowsBetween === 0) throwIfCancelled();
    return 1;
  });
}
