import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { type OfferViewParams, offerWalkSql } from './view.ts';

/** So many rows are sorted faster than the order is walked in search of them. */
const few = 10_000;
/** When so many rows of the order were seen, or looked up, the walk is given up: the filter leaves too little of it. */
const mostSeen = 150_000;
const mostLookedUp = 20_000;

/**
 * The first ids of a search whose words very many offers have. Null when it is no such search, or when sorting what was found
 * is the better way after all.
 */
export function firstOfCommonWords(database: ReadableDatabase, view: OfferViewParams, limit: number): number[] | null {
  const sql = offerWalkSql(database, view);
  if (sql === null) return null;
  const found = statement<[string], number>(database, 'SELECT rowid FROM offer_text WHERE offer_text MATCH ?')
    .pluck()
    .all(sql.expression);
  if (found.length <= few) return null;
  const has = new Uint8Array(found.reduce((most, id) => Math.max(most, id), 0) + 1);
  for (const id of found) has[id] = 1;

  const check = sql.check ? database.prepare(sql.check.sql).pluck() : null;
  const ids: number[] = [];
  let seen = 0;
  let lookedUp = 0;
  for (const id of database
    .prepare<(string | number)[], number>(sql.walk.sql)
    .pluck()
    .iterate(...sql.walk.params)) {
    if (++seen > mostSeen || lookedUp > mostLookedUp) return null;
    if (has[id] !== 1) continue;
    if (check && sql.check) {
      lookedUp++;
      if (check.get(...sql.check.params, id) === undefined) continue;
    }
    ids.push(id);
    if (ids.length === limit) break;
  }
  return ids;
}
