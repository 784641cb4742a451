import type { ReplyOf } from '../../../shared/contract/index.ts';
import type { BatchId, CategoryId, DecisionId, Instant, SellerId, SkuId } from '../../../shared/domain/brand.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import type { HeldOut } from '../matching/learning.ts';
import { LEAST_OF_GROUP, type Standing } from '../matching/promise.ts';
import { basisPoints } from '../matching/scoring.ts';
import { momentOf } from '../offers/handlers.ts';
import { actorOf, type Session } from '../session.ts';
import type { AutoBinder } from './auto-binder.ts';
import { applyToSimilar } from './followers.ts';
import { PromiseBook } from './promises.ts';

/** The methods of this room. */
export type MatchingMethod =
  | Extract<keyof Handlers<Session>, `matching.${string}`>
  | 'offers.similar'
  | 'decisions.applyToSimilar';

/** Promises whose cost is shown beside the one that is asked for, in basis points. */
const otherPromises = [9_000, 9_500, 9_800, 9_900, 9_950, 9_990];
const newestShown = 20;
const roundsShown = 30;
/** Decisions taken back in one transaction. */
const undoneAtOnce = 50;

const share = (fraction: number): number => Math.round(fraction * 10_000);
const standingOf = (standing: Standing) => ({
  ...standing,
  needed: Math.max(0, LEAST_OF_GROUP - standing.decisions),
});
const heldOutOf = ({ loss, first, coverage }: HeldOut) => ({ loss, first: share(first), coverage: share(coverage) });

/** What the matcher has learnt, what it promises, and where it may bind by itself. */
export function matchingHandlers(context: ServiceContext, binder: AutoBinder): Pick<Handlers<Session>, MatchingMethod> {
  const { database, events, sync, ambient } = context;
  const changed = (): void => {
    binder.reload();
    events.emit('list.changed', { list: 'matching' });
  };
  const autoBound = async (of: Parameters<typeof database.read<'matching.autoBound'>>[1]) => {
    const found = await database.read('matching.autoBound', of, { long: true });
    return {
      count: found.count,
      open: found.open,
      // ids and instants as the program wrote them
      newest: found.newest.map((one) => ({
        ...one,
        decisionId: one.decisionId as DecisionId,
        skuId: one.skuId as SkuId,
        sellerId: one.sellerId as SellerId,
        decidedAt: one.decidedAt as Instant,
      })),
    };
  };

  return {
    'matching.overview': async (_request, { signal }): Promise<ReplyOf<'matching.overview'>> => {
      const book = await binder.book();
      const { promise } = book;
      const threshold = Number.isFinite(promise.threshold) ? promise.threshold : null;
      const [policy, rules, sellers, categories, waiting, rounds] = await Promise.all([
        database.read('matching.policy', {}, { signal }),
        database.read('matching.rules', {}, { signal }),
        database.read('matching.sellerNames', {}, { signal }),
        database.read('matching.topCategories', {}, { signal }),
        database.read('matching.waiting', { odds: threshold }, { signal, long: true }),
        database.read('matching.rounds', { limit: roundsShown }, { signal }),
      ]);
      const isOn = (sellerId: string | null, categoryId: number | null): boolean =>
        rules.some((rule) => rule.sellerId === sellerId && rule.categoryId === categoryId);
      return {
        policy,
        decisions: promise.decisions,
        threshold: threshold === null ? null : basisPoints(threshold),
        waiting: waiting.waiting,
        aboveThreshold: waiting.above,
        sellers: sellers
          .map(({ sellerId, name }) => ({
            sellerId,
            name,
            ...standingOf(promise.standing('seller', book.seller(sellerId))),
            on: isOn(sellerId, null),
          }))
          .sort((a, b) => b.decisions - a.decisions),
        categories: categories.map(({ id, name }) => ({
          categoryId: id as CategoryId, // of the category table
          name,
          ...standingOf(promise.standing('category', id)),
          on: isOn(null, id),
        })),
        rules: rules.map((rule) => ({ ...rule, categoryId: rule.categoryId as CategoryId | null })),
        autoBound: await autoBound({ sellerId: null, categoryId: null, since: null, limit: newestShown }),
        rounds: rounds.map(({ version, trainedAt, report }) => ({
          version,
          trainedAt,
          decisions: report.decisions,
          before: heldOutOf(report.before),
          after: heldOutOf(report.after),
          verdict: report.verdict,
        })),
      };
    },
    'matching.curve': async ({ sellerId, categoryId }) => {
      const book = await binder.book();
      const { judged } = book;
      const of = {
        ...(sellerId === undefined ? {} : { seller: book.seller(sellerId) }),
        ...(categoryId === undefined ? {} : { category: categoryId }),
      };
      const points = book.promise.curve(of).map((point) => ({
        score: basisPoints(point.score),
        coverage: share(point.coverage),
        precision: share(point.precision),
        low: share(point.low),
        high: share(point.high),
      }));
      const inScope = judged.filter(
        (one) =>
          (sellerId === undefined || one.sellerId === sellerId) &&
          (categoryId === undefined || one.categoryId === categoryId),
      );
      const promises: { precision: number; coverage: number }[] = [];
      for (const precision of otherPromises) {
        const other = PromiseBook.of(judged, precision, book.scorer);
        const bound = inScope.filter((one) => other.binds(one)).length;
        promises.push({ precision, coverage: share(bound / Math.max(1, inScope.length)) });
        // a promise takes some milliseconds: whoever waits goes between
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { decisions: inScope.length, points, promises };
    },
    'matching.setPolicy': async (policy, { session }) => {
      await database.write('matching.setPolicy', { policy, actor: actorOf(session), now: instantOf(ambient.now()) });
      changed();
      return { policy };
    },
    'matching.setRule': async (request, { session }) => {
      await database.write('matching.setRule', {
        ...request,
        actor: actorOf(session),
        now: instantOf(ambient.now()),
      });
      changed();
      return {};
    },
    'matching.previewUndo': (request) => autoBound({ ...request, limit: newestShown }),
    'matching.undo': async ({ pause, ...scope }, { session }) => {
      const actor = actorOf(session);
      if (pause) {
        const policy = await database.read('matching.policy', {});
        const now = instantOf(ambient.now());
        await database.write('matching.setPolicy', { policy: { ...policy, paused: true }, actor, now });
        changed();
      }
      let [cancelled, compensated] = [0, 0];
      const refused = new Set<string>();
      for (;;) {
        const { newest } = await database.read(
          'matching.autoBound',
          { ...scope, limit: undoneAtOnce + refused.size },
          { long: true },
        );
        const decisionIds = newest.map(({ decisionId }) => decisionId).filter((id) => !refused.has(id));
        if (decisionIds.length === 0) break;
        const result = await database.write('matching.takeBack', {
          decisions: decisionIds.map((decisionId) => ({ decisionId, newId: ambient.uuid() })),
          actor,
          moment: await momentOf(context),
        });
        cancelled += result.cancelled;
        compensated += result.compensated;
        // what was not taken back is on its way at this moment, and left
        if (result.cancelled + result.compensated < decisionIds.length) for (const id of decisionIds) refused.add(id);
      }
      const { count } = await database.read('matching.autoBound', { ...scope, limit: 1 }, { long: true });
      events.emit('rows.changed', { list: 'offers', ids: null });
      events.emit('rows.changed', { list: 'bindings', ids: null });
      sync.wakeOutbox();
      changed();
      return { cancelled, compensated, left: count };
    },
    'matching.groups': async (_request, { signal }): Promise<ReplyOf<'matching.groups'>> => {
      const { groups, ...found } = await database.read('matching.groups', {}, { signal, long: true });
      return { ...found, groups: groups.map(({ offers, ...group }) => ({ ...group, offers: [...offers] })) };
    },
    'offers.similar': async ({ offerId }, { signal }) => ({
      offers: await database.read('offers.similar', { offerId }, { signal, long: true }),
    }),
    'decisions.applyToSimilar': async (request, { session }) => {
      const { batchId, ...result } = await applyToSimilar(context, request, actorOf(session));
      return { ...result, batchId: batchId as BatchId }; // made just now
    },
    'matching.report': async (_request, { signal }) => {
      const options = { signal, long: true } as const;
      return {
        weeks: await database.read('matching.weeks', {}, options),
        denials: await database.read('matching.denials', {}, options),
        sellers: await database.read('matching.poorSellers', {}, options),
        missing: await database.read('matching.missing', {}, options),
        settle: await database.read('matching.settle', {}, options),
      };
    },
  };
}
