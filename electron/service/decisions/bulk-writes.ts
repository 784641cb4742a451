import type { OfferId, SkuId } from '../../../shared/domain/brand.ts';
import { type DecisionKind, type DecisionState, isOpen, undoOf } from '../../../shared/domain/decisions.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import { digestOf } from './digest.ts';
import { decisionColumns, type StoredDecision } from './rows.ts';
import { type Actor, type Moment, recordDecision, takeBack } from './writes.ts';

/** Why an offer of a bulk command was left as it is. */
export type BulkSkip =
  | 'not-certain'
  | 'already-decided'
  | 'claimed-by-other'
  | 'not-waiting'
  | 'sku-inactive'
  /** It is another version, or its best suggestion another SKU, than in the preview. */
  | 'changed';

/** Pairs as they were previewed: offer, SKU and the digest of the offer's version, by the same position. */
export interface Pairs {
  readonly offerIds: Int32Array;
  readonly skuIds: Float64Array;
  readonly versions: Float64Array;
}

/** What a preview showed, twenty bytes an offer: binding binds exactly this. */
export type Preview = readonly Pairs[];

const skipOf: Readonly<Record<string, BulkSkip>> = {
  'claimed-by-other': 'claimed-by-other',
  'sku-inactive': 'sku-inactive',
  'version-moved-on': 'changed',
};

interface BulkOffer {
  id: number;
  queue: number;
  band: number;
  version_id: string;
  best_sku_id: number | null;
  claimed_by: string | null;
  claimed_until: string | null;
  decision_state: string | null;
  is_active: number | null;
}

interface UndoIntent {
  batch_id: string;
  operator_id: string;
  operator_name: string;
  role: string;
  after: number;
  first_left: number | null;
}

/** What became of a piece of a batch that is taken back. */
export interface UndonePiece {
  readonly cancelled: number;
  readonly compensated: number;
  readonly titles: readonly string[];
  /** Whether the batch has been gone through to its end. */
  readonly isOver: boolean;
  /** Decisions whose answer is outstanding: they are taken back when it is known. */
  readonly waiting: number;
}

/** The next decisions of a batch, as many as there are new ids. */
function undoPiece(
  database: WritableDatabase,
  intent: UndoIntent,
  newIds: readonly string[],
  moment: Moment,
): UndonePiece & { readonly refusal: string | null } {
  const rows = statement<[string, number, number], StoredDecision & { at: number }>(
    database,
    `SELECT rowid AS at, ${decisionColumns} FROM decision INDEXED BY decision_batch WHERE batch_id = ? AND rowid > ? ORDER BY rowid LIMIT ?`,
  ).all(intent.batch_id, intent.after, newIds.length);
  const actor: Actor = { operatorId: intent.operator_id, name: intent.operator_name, role: intent.role };
  let cancelled = 0;
  let compensated = 0;
  let waiting = 0;
  let refusal: string | null = null;
  let firstLeft = intent.first_left;
  const titles: string[] = [];
  for (const [index, decision] of rows.entries()) {
    if (undoOf(decision.kind as DecisionKind, decision.state as DecisionState).how === 'impossible') continue;
    const id = newIds[index] ?? `${decision.id}-undo`;
    try {
      const how = takeBack(database, decision, id, actor, moment);
      if (how === 'cancelled') cancelled++;
      else if (how === 'compensated') compensated++;
      else {
        waiting++;
        firstLeft ??= decision.at;
        continue;
      }
      titles.push(decision.title);
    } catch (error) {
      // nothing was written of it: the others are taken back all the same
      if (!(error instanceof BinderyError) || error.code === 'internal') throw error;
      refusal = error.message;
    }
  }
  const isOver = rows.length < newIds.length;
  if (isOver && firstLeft === null)
    statement<[string], unknown>(database, 'DELETE FROM batch_undo WHERE batch_id = ?').run(intent.batch_id);
  else {
    // from the end it goes back to the first whose answer was outstanding
    const after = isOver ? (firstLeft ?? 1) - 1 : (rows.at(-1)?.at ?? intent.after);
    statement<[number, number | null, string], unknown>(
      database,
      'UPDATE batch_undo SET after = ?, first_left = ? WHERE batch_id = ?',
    ).run(after, isOver ? null : firstLeft, intent.batch_id);
  }
  return { cancelled, compensated, titles: titles.slice(0, 20), isOver, waiting, refusal };
}

function intentOf(database: WritableDatabase, batchId: string): UndoIntent | undefined {
  return statement<[string], UndoIntent>(database, 'SELECT * FROM batch_undo WHERE batch_id = ?').get(batchId);
}

export const bulkWrites = {
  /** Binds pairs of a preview, exactly those: what is another version or has another best suggestion now is left as it is. */
  'decisions.bindPairs': (
    database: WritableDatabase,
    params: Pairs & { batchId: string; ids: readonly string[]; actor: Actor; moment: Moment },
  ) => {
    const now = statement<[number], { queue: number; band: number; version_id: string; best_sku_id: number | null }>(
      database,
      'SELECT queue, band, version_id, best_sku_id FROM offer WHERE id = ?',
    );
    let bound = 0;
    const skipped: Partial<Record<BulkSkip, number>> = {};
    const skip = (why: BulkSkip) => {
      skipped[why] = (skipped[why] ?? 0) + 1;
    };
    for (const [index, offerId] of params.offerIds.entries()) {
      const skuId = params.skuIds[index] ?? -1;
      const offer = now.get(offerId);
      if (offer?.queue !== 0) skip('not-waiting');
      else if (digestOf(offer.version_id) !== params.versions[index]) skip('changed');
      else if (offer.best_sku_id !== skuId || offer.band !== 1) skip('changed');
      else {
        try {
          recordDecision(
            database,
            {
              id: params.ids[index] ?? '',
              batchId: params.batchId,
              kind: 'bind',
              offerId,
              versionId: offer.version_id,
              skuId,
            },
            params.actor,
            params.moment,
          );
          bound++;
        } catch (error) {
          if (!(error instanceof BinderyError) || error.code === 'internal') throw error;
          skip(skipOf[error.code] ?? 'already-decided');
        }
      }
    }
    return { bound, skipped };
  },

  /**
   * Takes back the next decisions of a batch, as many as there are new ids. The wish is on disk with the first of them, so that a
   * restart goes on with it; whoever goes on does it in the name of who asked.
   */
  'decisions.undoBatch': (
    database: WritableDatabase,
    params: { batchId: string; newIds: readonly string[]; moment: Moment; asks: Actor | null },
  ): UndonePiece => {
    const { batchId, asks, moment } = params;
    const known = intentOf(database, batchId);
    if (!known && asks)
      statement<string[], unknown>(
        database,
        'INSERT INTO batch_undo (batch_id, operator_id, operator_name, role, asked_at) VALUES (?, ?, ?, ?, ?)',
      ).run(batchId, asks.operatorId, asks.name, asks.role, moment.now);
    const intent = known ?? intentOf(database, batchId);
    if (!intent) return { cancelled: 0, compensated: 0, titles: [], isOver: true, waiting: 0 };
    statement<[string, string], unknown>(database, 'UPDATE batch_undo SET touched_at = ? WHERE batch_id = ?').run(
      moment.now,
      batchId,
    );
    const { refusal, ...piece } = undoPiece(database, intent, params.newIds, moment);
    // nothing of a batch that is over at once: the wish is rolled back with it
    if (!known && piece.isOver && piece.cancelled + piece.compensated + piece.waiting === 0)
      throw new BinderyError('not-undoable', refusal ?? 'There is nothing to undo.');
    return piece;
  },
};

export const bulkReads = {
  /** Batches that are to be taken back and that nobody has worked on since. */
  'decisions.undosLeft': (database: ReadableDatabase, params: { untouchedSince: string }): string[] =>
    statement<[string], { batch_id: string }>(database, 'SELECT batch_id FROM batch_undo WHERE touched_at < ?')
      .all(params.untouchedSince)
      .map(({ batch_id }) => batch_id),

  /** What binding these offers would do, as pairs to be bound and counts of what is left; the same rules that binding applies. */
  'decisions.bulk': (
    database: ReadableDatabase,
    params: { ids: Int32Array; operatorId: string | null; now: string },
  ): Pairs & { skipped: Partial<Record<BulkSkip, number>> } => {
    const { ids } = params;
    const offerIds = new Int32Array(ids.length);
    const skuIds = new Float64Array(ids.length);
    const versions = new Float64Array(ids.length);
    let count = 0;
    let found = 0;
    const skipped: Partial<Record<BulkSkip, number>> = {};
    const skip = (why: BulkSkip, more = 1) => {
      if (more > 0) skipped[why] = (skipped[why] ?? 0) + more;
    };
    const offers = statement<[string], BulkOffer>(
      database,
      `SELECT o.id, o.queue, o.band, o.version_id, o.best_sku_id, o.claimed_by, o.claimed_until, d.state AS decision_state, k.is_active
         FROM json_each(?) wanted CROSS JOIN offer o ON o.id = wanted.value
         LEFT JOIN decision d ON d.id = o.decision_id LEFT JOIN sku k ON k.id = o.best_sku_id`,
    );
    for (const offer of offers.iterate(JSON.stringify([...ids]))) {
      found++;
      if (offer.queue !== 0) skip('not-waiting');
      else if (offer.decision_state !== null && isOpen(offer.decision_state as DecisionState)) skip('already-decided');
      else if (
        offer.claimed_by !== null &&
        offer.claimed_by !== params.operatorId &&
        (offer.claimed_until ?? '') > params.now
      )
        skip('claimed-by-other');
      else if (offer.band !== 1 || offer.best_sku_id === null) skip('not-certain');
      else if (offer.is_active !== 1) skip('sku-inactive');
      else {
        offerIds[count] = offer.id;
        skuIds[count] = offer.best_sku_id;
        versions[count] = digestOf(offer.version_id);
        count++;
      }
    }
    skip('not-waiting', ids.length - found);
    return {
      offerIds: offerIds.slice(0, count),
      skuIds: skuIds.slice(0, count),
      versions: versions.slice(0, count),
      skipped,
    };
  },

  /** What the first pairs are, for people. */
  'decisions.bulkSample': (database: ReadableDatabase, params: Pick<Pairs, 'offerIds' | 'skuIds'>) => {
    const one = statement<[number, number], { title: string; score: number | null; name: string }>(
      database,
      'SELECT o.title, o.score, k.name FROM offer o JOIN sku k ON k.id = ? WHERE o.id = ?',
    );
    return [...params.offerIds].flatMap((offerId, index) => {
      const skuId = params.skuIds[index] ?? -1;
      const found = one.get(skuId, offerId);
      return found
        ? [
            {
              offerId: offerId as OfferId,
              title: found.title,
              skuId: skuId as SkuId,
              skuName: found.name,
              score: found.score ?? 0,
            },
          ]
        : [];
    });
  },
};
