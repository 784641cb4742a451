import type { Selection } from '../../../shared/contract/core.ts';
import type { BatchId } from '../../../shared/domain/brand.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { ServiceContext } from '../context.ts';
import { actorOf, type Session } from '../session.ts';
import type { BulkSkip, Pairs } from './bulk-writes.ts';
import type { Moment } from './writes.ts';

/** Offers looked at by one read. */
const lookedAtOnce = 5_000;
/** Decisions written, or taken back, in one transaction: a few milliseconds of the writer. */
const decidedAtOnce = 100;
/** Previews that a window keeps; the oldest is forgotten beyond them. */
const previewsKept = 4;

type Counts = Map<BulkSkip, number>;
function add(counts: Counts, more: Partial<Record<BulkSkip, number>>): void {
  // the keys are the statement's own
  for (const [why, count] of Object.entries(more) as [BulkSkip, number][])
    counts.set(why, (counts.get(why) ?? 0) + count);
}
const listOf = (counts: Counts) => [...counts].map(([why, count]) => ({ why, count }));

/** Decisions about many offers at once, bit by bit, so that a person's next command does not wait for them. */
export function createBulk(context: ServiceContext, momentOf: () => Promise<Moment>) {
  const { database, events, sync, ambient } = context;
  /** Batches that are being recorded: an undo ends them first. */
  const recording = new Map<string, { stopped: boolean; readonly operatorId: string; readonly ended: Promise<void> }>();

  const changed = (): void => {
    events.emit('rows.changed', { list: 'offers', ids: null });
    events.emit('rows.changed', { list: 'bindings', ids: null });
    sync.wakeOutbox();
  };
  const ids = () => Array.from({ length: decidedAtOnce }, () => ambient.uuid());

  return {
    /** What binding all of a selection would do. The pairs are kept for `bind`. */
    async preview(session: Session, selection: Selection, signal: AbortSignal) {
      const selected = await session.offers.resolve(selection);
      const skipped: Counts = new Map();
      const preview: Pairs[] = [];
      const now = instantOf(ambient.now());
      let bind = 0;
      for (let start = 0; start < selected.length; start += lookedAtOnce) {
        const { skipped: left, ...pairs } = await database.read(
          'decisions.bulk',
          {
            ids: selected.slice(start, start + lookedAtOnce),
            operatorId: session.operator?.operatorId ?? null,
            now,
          },
          { signal, long: true },
        );
        add(skipped, left);
        if (pairs.offerIds.length > 0) preview.push(pairs);
        bind += pairs.offerIds.length;
      }
      const [first] = preview;
      const sample = first
        ? await database.read(
            'decisions.bulkSample',
            { offerIds: first.offerIds.slice(0, 20), skuIds: first.skuIds.slice(0, 20) },
            { signal },
          )
        : [];
      // the batch has its name before it begins, so that it can be taken back while it runs
      const batchId = ambient.uuid() as string as BatchId;
      session.previews.set(batchId, preview);
      for (const [oldest] of session.previews) {
        if (session.previews.size <= previewsKept) break;
        session.previews.delete(oldest);
      }
      return { batchId, selected: selected.length, bind, skipped: listOf(skipped), sample };
    },

    /**
     * Binds the pairs of a preview, each once. When something goes wrong on the way, what was recorded stands under its batch and
     * the reply says what is left.
     */
    async bind(session: Session, batchId: BatchId) {
      const actor = actorOf(session);
      const preview = session.previews.get(batchId);
      if (!preview)
        throw new BinderyError('not-found', 'This preview is no longer there. Look at it again.', {
          field: 'batchId',
        });
      session.previews.delete(batchId);
      const skipped: Counts = new Map();
      let bound = 0;
      let done = 0;
      let problem: string | null = null;
      let end: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const self = { stopped: false, operatorId: actor.operatorId, ended };
      recording.set(batchId, self);
      const total = preview.reduce((sum, { offerIds }) => sum + offerIds.length, 0);
      try {
        for (const { offerIds, skuIds, versions } of preview) {
          for (let start = 0; start < offerIds.length && !self.stopped; start += decidedAtOnce) {
            const to = start + decidedAtOnce;
            const piece = {
              offerIds: offerIds.slice(start, to),
              skuIds: skuIds.slice(start, to),
              versions: versions.slice(start, to),
            };
            const result = await database.write('decisions.bindPairs', {
              ...piece,
              batchId,
              ids: ids(),
              actor,
              moment: await momentOf(),
            });
            bound += result.bound;
            done += piece.offerIds.length;
            add(skipped, result.skipped);
          }
        }
        if (self.stopped) problem = 'It was taken back before all of it was bound.';
      } catch (error) {
        // what was recorded can be looked at and undone by its batch
        if (bound === 0) throw error;
        problem = error instanceof Error ? error.message : String(error);
        context.log('error', 'a bulk bind ended early', { batch: batchId, bound, left: total - done, problem });
      } finally {
        recording.delete(batchId);
        end();
        changed();
      }
      return { batchId, bound, skipped: listOf(skipped), left: total - done, problem };
    },

    /** Takes back one decision, a batch, or what the operator did last. */
    async undo(session: Session, request: { decisionId?: string | undefined; batchId?: string | undefined }) {
      const actor = actorOf(session);
      for (const [batchId, one] of recording) {
        const isMeant =
          request.batchId === undefined
            ? request.decisionId === undefined && one.operatorId === actor.operatorId
            : request.batchId === batchId;
        if (!isMeant) continue;
        one.stopped = true;
        await one.ended;
      }
      let { batchId } = request;
      if (batchId === undefined) {
        const one = await database.write('decisions.undo', {
          decisionId: request.decisionId,
          newId: ambient.uuid(),
          actor,
          moment: await momentOf(),
        });
        if (one.batchId === null) {
          changed();
          return { cancelled: one.cancelled, compensated: one.compensated, waiting: 0, titles: one.titles };
        }
        batchId = one.batchId;
      }
      const sum = { cancelled: 0, compensated: 0, waiting: 0 };
      const titles: string[] = [];
      try {
        for (let isOver = false, asks: typeof actor | null = actor; !isOver; asks = null) {
          const piece = await database.write('decisions.undoBatch', {
            batchId,
            newIds: ids(),
            asks,
            moment: await momentOf(),
          });
          sum.cancelled += piece.cancelled;
          sum.compensated += piece.compensated;
          sum.waiting += piece.waiting;
          titles.push(...piece.titles.slice(0, 20 - titles.length));
          isOver = piece.isOver;
        }
      } finally {
        changed();
      }
      return { ...sum, titles };
    },
  };
}
