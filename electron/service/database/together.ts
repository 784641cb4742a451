import type { WritableDatabase } from './open.ts';

/** What one of several writes gave: what it returned, or what it threw. Milliseconds of its own statements. */
export type Outcome = { readonly milliseconds: number } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly thrown: unknown }
);

/** Milliseconds after which what was done is committed and told: whoever was first does not wait for all of them. */
export const longestTogether = 8;

/** One named statement, and whether it took long the last time: then whoever is before it is told first. */
export interface Write {
  run(): unknown;
  readonly isLong: boolean;
}

/**
 * Runs writes in order, several in one transaction: they share its flush and the pages that all of them change. Each is whole or not at all, as if it
 * had a transaction of its own, and is told when it is committed.
 * @param isUrged whether somebody more urgent waits: then the rest is not begun
 * @param told is given the outcome of each, in order, once it is on disk or undone
 * @returns how many were not begun
 */
export function writeTogether(
  database: WritableDatabase,
  writes: readonly Write[],
  isUrged: () => boolean,
  told: (outcome: Outcome) => void,
): number {
  for (let from = 0; from < writes.length; ) {
    if (from > 0 && isUrged()) return writes.length - from;
    const rest = writes.slice(from);
    // where the whole transaction was lost, each for itself: what is wrong is then told to the one that it is about
    const outcomes = (rest.length > 1 ? inOne(database, rest, isUrged) : null) ?? [byItself(database, rest[0])];
    for (const outcome of outcomes) told(outcome);
    from += outcomes.length;
  }
  return 0;
}

function byItself(database: WritableDatabase, write: Write | undefined): Outcome {
  const started = performance.now();
  try {
    const value = write && database.transaction(() => write.run()).immediate();
    return { ok: true, value, milliseconds: performance.now() - started };
  } catch (thrown) {
    return { ok: false, thrown, milliseconds: performance.now() - started };
  }
}

/** As many as the time allows, in one transaction. Null when it was lost as a whole: nothing of it was done. */
function inOne(database: WritableDatabase, writes: readonly Write[], isUrged: () => boolean): Outcome[] | null {
  const outcomes: Outcome[] = [];
  const begun = performance.now();
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const write of writes) {
      const started = performance.now();
      if (outcomes.length > 0 && (write.isLong || started - begun > longestTogether || isUrged())) break;
      database.exec('SAVEPOINT one_of_several');
      try {
        const value = write.run();
        database.exec('RELEASE one_of_several');
        outcomes.push({ ok: true, value, milliseconds: performance.now() - started });
      } catch (thrown) {
        // a full disk, for one, undoes the transaction and not only the savepoint
        if (!database.inTransaction) return null;
        database.exec('ROLLBACK TO one_of_several');
        database.exec('RELEASE one_of_several');
        outcomes.push({ ok: false, thrown, milliseconds: performance.now() - started });
      }
    }
    database.exec('COMMIT');
    return outcomes;
  } catch {
    if (database.inTransaction) database.exec('ROLLBACK');
    return null;
  }
}
