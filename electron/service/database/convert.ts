import type { Money } from '../../../shared/domain/money.ts';
import type { ReadableDatabase } from './open.ts';

/** The queues of an offer as they are stored; the position is the number. */
export const queueNames = ['waiting', 'denied', 'accepted', 'expired'] as const;
/** The bands as they are stored; 0 is "not matched yet". */
export const bandNames = [null, 'bind', 'look', 'new', 'conflict'] as const;

/** The stored number of a queue. */
export function queueNumber(name: (typeof queueNames)[number]): number {
  return queueNames.indexOf(name);
}

/** The stored number of a band. */
export function bandNumber(name: (typeof bandNames)[number]): number {
  return bandNames.indexOf(name);
}

/** A stored amount as money; null when the amount is unknown. */
export function moneyOf(minor: number | null, currency: string | null): Money | null {
  return minor === null ? null : { minor, currency: currency ?? 'BRL' };
}

/** JSON that this program wrote; a damaged value reads as the fallback. */
export function jsonOf<Value>(text: string | null, fallback: Value): Value {
  if (text === null) return fallback;
  try {
    // written by this program, under the same type
    return JSON.parse(text) as Value;
  } catch {
    return fallback;
  }
}

/** Words of a search as an FTS5 query: each a quoted prefix, all required. Null when there is no word in it. */
export function matchExpression(text: string): string | null {
  const words = text.normalize('NFKC').match(/[\p{L}\p{N}]+/gu);
  if (!words) return null;
  return words
    .slice(0, 12)
    .map((word) => `"${word}"*`)
    .join(' ');
}

const prepared = new WeakMap<object, Map<string, unknown>>();

/** Prepares a statement once for each connection. */
export function statement<Parameters extends unknown[] | object, Row>(database: ReadableDatabase, sql: string) {
  let statements = prepared.get(database);
  if (!statements) {
    statements = new Map();
    prepared.set(database, statements);
  }
  let found = statements.get(sql);
  if (!found) {
    found = database.prepare(sql);
    statements.set(sql, found);
  }
  // keyed by the text of the statement, so it is the one that this text prepares
  return found as import('better-sqlite3').Statement<Parameters extends unknown[] ? Parameters : [Parameters], Row>;
}

/**
 * Rows by their ids, in the order of the ids; an id without a row is left out. One statement for all: fetched one by one,
 * a block of a list with two joins takes some fifty times as long.
 * @param select begins its FROM with `json_each(?) wanted CROSS JOIN … ON ….id = wanted.value`
 */
export function storedByIds<Stored>(database: ReadableDatabase, select: string, ids: readonly number[]): Stored[] {
  return statement<[string], Stored>(database, select).all(JSON.stringify(ids));
}
