import type { OfferFilter } from '../../../shared/contract/offers.ts';
import type { Instant } from '../../../shared/domain/brand.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import { claimMilliseconds, type DecisionKind } from '../../../shared/domain/decisions.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { expiringBefore } from '../../../shared/domain/offer-expiry.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import { createBulk } from '../decisions/bulk.ts';
import type { DecisionRequest, Moment } from '../decisions/writes.ts';
import { actorOf, type Session } from '../session.ts';
import { suggestionResult } from '../sync/suggestion-result.ts';

type OfferMethod = Exclude<
  Extract<keyof Handlers<Session>, `offers.${string}` | `decisions.${string}`>,
  'offers.similar' | 'decisions.applyToSimilar'
>;

/** Now, and until when a decision recorded now is held. */
export async function momentOf(context: ServiceContext): Promise<Moment> {
  const now = context.ambient.now();
  return { now: instantOf(now), heldUntil: instantOf(now + (await context.holdMilliseconds())) };
}

const stillThere = <Value>(value: Value | null): Value => {
  if (value === null)
    throw new BinderyError('not-found', 'This offer is no longer there. Refresh the list.', { field: 'offerId' });
  return value;
};

/** The offers under review and the decisions about them. */
export function offerHandlers(context: ServiceContext): Pick<Handlers<Session>, OfferMethod> {
  const { database, events, sync } = context;
  const bulk = createBulk(context, () => momentOf(context));

  async function decide(session: Session, request: Omit<DecisionRequest, 'id'> & { kind: DecisionKind }) {
    const decision = await database.write('decisions.record', {
      request: { ...request, id: context.ambient.uuid() },
      actor: actorOf(session),
      moment: await momentOf(context),
    });
    if (request.offerId !== undefined) events.emit('rows.changed', { list: 'offers', ids: [request.offerId] });
    sync.wakeOutbox();
    return { decision };
  }

  const view = (session: Session, filter: OfferFilter) => ({
    filter,
    operatorId: session.operator?.operatorId ?? null,
  });

  return {
    'offers.open': (request, { session, signal }) =>
      session.offers.open(
        { ...view(session, request.filter), sort: request.sort },
        { first: request.first, replaces: request.replaces, signal },
      ),
    'offers.rows': (request, { session }) => session.offers.rows(request.viewId, request.from, request.to),
    'offers.locate': async (request, { session }) => ({
      position: await session.offers.locate(request.viewId, request.id),
    }),
    'offers.close': (request, { session }) => {
      session.offers.close(request.viewId);
      return {};
    },
    'offers.detail': async (request, { signal }) =>
      stillThere(await database.read('offers.detail', { offerId: request.offerId }, { signal })),
    'offers.suggestions': async (request, { signal }) => {
      const offer = stillThere(await database.read('offers.text', { offerId: request.offerId }, { signal }));
      await context.sync.matcherReady();
      const verdict = await context.matching.suggest(offer.text, request.limit, { signal });
      const skus = await database.read(
        'catalog.candidates',
        { ids: verdict.candidates.map(({ skuId }) => skuId) },
        { signal },
      );
      await database.write(
        'offers.setSuggestions',
        { results: [suggestionResult(request.offerId, offer.versionId, verdict)] },
        { priority: 'background' },
      );
      return {
        versionId: offer.versionId,
        band: verdict.band,
        reason: { code: verdict.reason.code, values: { ...verdict.reason.values } },
        suggestions: verdict.candidates.flatMap((candidate, index) => {
          const sku = skus[index];
          if (!sku) return [];
          return [
            {
              ...sku,
              productId: candidate.productId as never,
              score: candidate.score,
              turn: candidate.turn && { ...candidate.turn },
              settle: candidate.settle ? { code: candidate.settle.code, values: { ...candidate.settle.values } } : null,
              evidence: candidate.evidence.map((evidence) => ({
                attribute: evidence.attribute,
                verdict: evidence.verdict,
                offerValue: evidence.offerValue,
                skuValue: evidence.skuValue,
                weight: evidence.weight,
                offerMarks: evidence.offerMarks?.map(([start, end]): [number, number] => [start, end]),
                skuMarks: evidence.skuMarks?.map(([start, end]): [number, number] => [start, end]),
              })),
            },
          ];
        }),
      };
    },
    'offers.counts': (_request, { session, signal }) =>
      database.read(
        'offers.counts',
        {
          operatorId: session.operator?.operatorId ?? null,
          expiresBefore: expiringBefore(context.ambient.now()),
        },
        { signal, long: true },
      ),
    'offers.claim': async (request, { session }) => {
      const now = context.ambient.now();
      const claimed = await database.write('offers.claim', {
        offerId: request.offerId,
        operatorId: actorOf(session).operatorId,
        now: instantOf(now),
        until: instantOf(now + claimMilliseconds),
      });
      events.emit('rows.changed', { list: 'offers', ids: claimed.changed });
      return { until: claimed.until as Instant };
    },
    'offers.release': async (request, { session }) => {
      await database.write('offers.release', { offerId: request.offerId, operatorId: actorOf(session).operatorId });
      events.emit('rows.changed', { list: 'offers', ids: [request.offerId] });
      return {};
    },
    'decisions.bind': ({ offerId, versionId, skuId }, { session }) =>
      decide(session, { kind: 'bind', offerId, versionId, skuId }),
    'decisions.newSku': ({ offerId, versionId, productId, sku }, { session }) =>
      decide(session, { kind: 'newSku', offerId, versionId, productId, payload: { sku } }),
    'decisions.newProduct': ({ offerId, versionId, product, sku }, { session }) =>
      decide(session, { kind: 'newProduct', offerId, versionId, payload: { product, sku } }),
    'decisions.deny': ({ offerId, versionId, reason, note }, { session }) =>
      decide(session, { kind: 'deny', offerId, versionId, denyReason: reason, payload: { note } }),
    'decisions.unblock': ({ offerId, versionId }, { session }) =>
      decide(session, { kind: 'unblock', offerId, versionId }),
    'decisions.previewBulk': ({ selection }, { session, signal }) => bulk.preview(session, selection, signal),
    'decisions.bindMany': (request, { session }) => bulk.bind(session, request.batchId),
    'decisions.undo': (request, { session }) => bulk.undo(session, request),
    'decisions.resolve': async (request, { session }) => {
      const decision = await database.write('decisions.resolve', {
        ...request,
        actor: actorOf(session),
        moment: await momentOf(context),
      });
      events.emit('rows.changed', { list: 'offers', ids: null });
      sync.wakeOutbox();
      return { decision };
    },
    'decisions.list': async (request, { signal }) => ({
      decisions: await database.read('decisions.list', request, { signal }),
    }),
  };
}
