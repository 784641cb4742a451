import type { Instant } from '../../../shared/domain/brand.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { type Meanings, meaningsOf } from '../mapping/meaning.ts';
import type { SuggestionRecord } from '../protocol/types.ts';
import { expiresBySql } from './expiry.ts';

/**
 * What has to be gone through after a change, in steps of a few milliseconds that continue after a restart:
 * `tree` the places of all offers in the category tree; `category`, `brand`, `specification` a seller's offers that say
 * `value`; `band` the waiting offers of a band; `sku` those whose best suggestion is that SKU; `channels` the bindings of
 * a seller, to be asked for their prices.
 */
export type SweepKind = 'tree' | 'category' | 'brand' | 'specification' | 'band' | 'sku' | 'channels';

interface Sweep {
  readonly kind: SweepKind;
  readonly seller_id: string;
  readonly value: string;
  /** The id, or the seller's SKU id, up to which it is done. */
  readonly after: string;
  /** All values of the same kind and seller that are equally far: they are gone through together. */
  readonly values: ReadonlySet<string>;
}

interface Piece {
  readonly seen: number;
  /** Offers that were changed. */
  readonly changed: number[];
  /** Where it goes on; null when it is over. */
  readonly after: string | null;
}

/** Rows that one step changes at most. */
const changedAtMost = 200;

/** Registers what is to be gone through; from the start when it was under way already. */
export function sweepLater(database: WritableDatabase, kind: SweepKind, sellerId = '', value = ''): void {
  statement<[string, string, string], unknown>(
    database,
    `INSERT INTO sweep (kind, seller_id, value) VALUES (?, ?, ?) ON CONFLICT (kind, seller_id, value) DO UPDATE SET after = ''`,
  ).run(kind, sellerId, value);
}

interface Walked {
  id: number;
  at: string | number;
  seller_id: string;
  queue: number;
  band: number;
  brand: string | null;
  category_path: string | null;
  category_position: number | null;
  payload: string | null;
}

const walkedColumns = 'o.id, o.seller_id, o.queue, o.band, o.brand, o.category_path, o.category_position';

function rowsOf(database: WritableDatabase, sweep: Sweep, limit: number): Walked[] {
  switch (sweep.kind) {
    case 'tree':
    case 'band':
      return statement<[number, number], Walked>(
        database,
        `SELECT ${walkedColumns}, o.id AS at, NULL AS payload FROM offer o WHERE o.id > ? ORDER BY o.id LIMIT ?`,
      ).all(Number(sweep.after), limit);
    case 'sku':
      return statement<[number, number, number], Walked>(
        database,
        `SELECT ${walkedColumns}, o.id AS at, NULL AS payload FROM offer o INDEXED BY offer_best
          WHERE o.best_sku_id = ? AND o.id > ? ORDER BY o.id LIMIT ?`,
      ).all(Number(sweep.value), Number(sweep.after), limit);
    default:
      return statement<[string, string, number], Walked>(
        database,
        `SELECT ${walkedColumns}, o.seller_sku_id AS at,
                ${sweep.kind === 'specification' ? '(SELECT payload FROM offer_detail WHERE offer_id = o.id)' : 'NULL'} AS payload
           FROM offer o INDEXED BY offer_identity
          WHERE o.seller_id = ? AND o.seller_sku_id > ? ORDER BY o.seller_sku_id LIMIT ?`,
      ).all(sweep.seller_id, sweep.after, limit);
  }
}

/** Whether the matcher has to look at an offer again. */
function isRematched(sweep: Sweep, row: Walked): boolean {
  if (row.queue !== 0 || row.band === 0) return false;
  switch (sweep.kind) {
    case 'category':
      return sweep.values.has(row.category_path ?? '');
    case 'brand':
      return sweep.values.has(row.brand ?? '');
    case 'band':
      return row.band === Number(sweep.value);
    case 'sku':
      return true;
    case 'specification':
      return (
        jsonOf<Partial<SuggestionRecord>>(row.payload, {}).specifications?.some(({ name }) =>
          sweep.values.has(name),
        ) === true
      );
    default:
      return false;
  }
}

function sweepOffers(database: WritableDatabase, sweep: Sweep, limit: number): Piece {
  const places = sweep.kind === 'tree' || sweep.kind === 'category';
  const meanings: Meanings = meaningsOf(database);
  const place = statement<[number | null, number], unknown>(
    database,
    'UPDATE offer SET category_position = ? WHERE id = ?',
  );
  const rematch = statement<[number], unknown>(
    database,
    'UPDATE offer SET band = 0, score = NULL, best_sku_id = NULL, reason = NULL WHERE id = ?',
  );
  const rows = rowsOf(database, sweep, limit);
  const changed: number[] = [];
  let seen = 0;
  for (const row of rows) {
    seen++;
    let isChanged = false;
    if (places && (sweep.kind === 'tree' || sweep.values.has(row.category_path ?? ''))) {
      const position = meanings.position(row.seller_id, row.category_path);
      if (position !== row.category_position) {
        place.run(position, row.id);
        isChanged = true;
      }
    }
    if (isRematched(sweep, row)) {
      rematch.run(row.id);
      isChanged = true;
    }
    if (isChanged) changed.push(row.id);
    if (changed.length >= changedAtMost) break;
  }
  const over = seen === rows.length && rows.length < limit;
  return { seen, changed, after: over ? null : String(rows[seen - 1]?.at ?? '') };
}

/** Puts a seller's active bindings into the inbox, behind every notification. */
function sweepChannels(database: WritableDatabase, sweep: Sweep, limit: number, now: string): Piece {
  const rows = statement<[string, string, number], { seller_sku_id: string; is_asked: number }>(
    database,
    `SELECT seller_sku_id, is_active = 1 AND is_removed = 0 AS is_asked FROM binding INDEXED BY binding_identity
      WHERE seller_id = ? AND seller_sku_id > ? ORDER BY seller_sku_id LIMIT ?`,
  ).all(sweep.seller_id, sweep.after, limit);
  const ask = statement<string[], unknown>(
    database,
    `INSERT INTO inbox (kind, seller_id, seller_sku_id, received_at, state, not_before)
     SELECT 'sweep', ?, ?, ?, 'waiting', ? WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE state = 'waiting' AND seller_id = ? AND seller_sku_id = ?)`,
  );
  for (const { seller_sku_id, is_asked } of rows)
    if (is_asked) ask.run(sweep.seller_id, seller_sku_id, now, now, sweep.seller_id, seller_sku_id);
  return {
    seen: rows.length,
    changed: [],
    after: rows.length < limit ? null : (rows.at(-1)?.seller_sku_id ?? null),
  };
}

export const sweepWrites = {
  /** Does the next piece of what is to be gone through. Null when nothing is. */
  'sweep.step': (database: WritableDatabase, params: { limit: number; now: string }) => {
    const next = statement<[], Omit<Sweep, 'values'>>(
      database,
      'SELECT kind, seller_id, value, after FROM sweep LIMIT 1',
    ).get();
    if (!next) return null;
    const same = [next.kind, next.seller_id, next.after] as const;
    const values = statement<[string, string, string], { value: string }>(
      database,
      'SELECT value FROM sweep WHERE kind = ? AND seller_id = ? AND after = ?',
    ).all(...same);
    // bands and SKUs have an order of their own each
    const isTogether = next.kind !== 'band' && next.kind !== 'sku';
    const sweep: Sweep = { ...next, values: new Set(isTogether ? values.map(({ value }) => value) : [next.value]) };
    const piece =
      sweep.kind === 'channels'
        ? sweepChannels(database, sweep, Math.min(params.limit, changedAtMost), params.now)
        : sweepOffers(database, sweep, params.limit);
    const key = [...same, JSON.stringify([...sweep.values])] as const;
    const which = 'kind = ? AND seller_id = ? AND after = ? AND value IN (SELECT value FROM json_each(?))';
    if (piece.after === null) statement<string[], unknown>(database, `DELETE FROM sweep WHERE ${which}`).run(...key);
    else statement<string[], unknown>(database, `UPDATE sweep SET after = ? WHERE ${which}`).run(piece.after, ...key);
    return { kind: sweep.kind, seen: piece.seen, changed: piece.changed };
  },

  /** A changed catalogue may change the best suggestion: waiting offers of these bands are looked at again, bit by bit. */
  'offers.rematch': (database: WritableDatabase, params: { bands: readonly number[] }) => {
    for (const band of params.bands) sweepLater(database, 'band', '', String(band));
    return null;
  },

  /** Offers whose window is over leave the queue, `limit` at a time. @returns how many */
  'offers.expire': (database: WritableDatabase, params: { now: Instant; limit: number }) => {
    const over = expiresBySql(database, params.now);
    return statement<(string | number)[], unknown>(
      database,
      `UPDATE offer SET queue = 3 WHERE id IN (
         SELECT o.id FROM offer o INDEXED BY offer_received WHERE o.queue = 0 AND ${over.where.join(' AND ')}
            AND (o.decision_id IS NULL OR o.decision_id IN (SELECT id FROM decision WHERE state IN ('cancelled', 'conflict', 'failed'))) LIMIT ?)`,
    ).run(...over.params, params.limit).changes;
  },
};
