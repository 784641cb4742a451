import type { Selection } from '../../../shared/contract/core.ts';
import { mostCertified, mostReplayed } from '../../../shared/contract/notifications.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { evenBuckets } from '../../../shared/domain/notifications.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import { actorOf, type Session } from '../session.ts';
import type { InboxEntry } from '../sync/inbox-writes.ts';
import { type CertificateKey, certificateOf } from './certificate.ts';
import { outcomeOf, type Replayable, type StoredNotification } from './reads.ts';
import { hour, minute } from './traffic.ts';

type NotificationMethod = Extract<keyof Handlers<Session>, `notifications.${string}`>;

export interface NotificationHandlersContext extends ServiceContext {
  readonly sealer: { unseal(sealed: string): string | null };
  readonly certificateKey: () => Promise<CertificateKey>;
  readonly marketplace: string;
  /** Entries were appended or changed. */
  readonly onChanged: (ids: readonly number[] | null) => void;
  /** Looks for silent drift now. @returns how many bindings are asked for */
  readonly sweep: (sellerId: string | null) => Promise<number>;
}

/** The bars of each span of time: how long each is, how many, and the stored buckets that they are made of. */
const charts = {
  hour: { seconds: 60, count: 60, span: minute },
  day: { seconds: 1_800, count: 48, span: minute },
  week: { seconds: 3 * 3_600, count: 56, span: hour },
} as const;

/** Characters of a body that are shown. */
const mostShown = 64 * 1_024;
/**
 * Entries of one transaction: a person's command does not wait for a whole replay; and offers among them, of which each may
 * hold a megabyte.
 */
const atOnce = 1_000;
const bodiesAtOnce = 16;

function* pagesOf(found: readonly Replayable[]): Generator<readonly Replayable[]> {
  let page: Replayable[] = [];
  let bodies = 0;
  for (const each of found) {
    if (page.length === atOnce || (each.bodyId !== null && bodies === bodiesAtOnce)) {
      yield page;
      page = [];
      bodies = 0;
    }
    page.push(each);
    if (each.bodyId !== null) bodies++;
  }
  if (page.length > 0) yield page;
}

export function notificationHandlers(
  context: NotificationHandlersContext,
): Pick<Handlers<Session>, NotificationMethod> {
  const { database, ambient, sync, member } = context;
  const now = () => instantOf(ambient.now());

  const audit = (session: Session, action: string, entity: string, details: object = {}) =>
    database.write('audit.append', { actor: actorOf(session), at: now(), action, entity, details });
  const chosen = async (session: Session, selection: Selection): Promise<Int32Array> => {
    const ids = await session.notifications.resolve(selection);
    if (ids.length === 0)
      throw new BinderyError('invalid-request', 'Nothing is chosen. Choose notifications in the list.', {
        field: 'selection',
      });
    return ids;
  };
  async function replayable(session: Session, selection: Selection, signal?: AbortSignal) {
    const ids = await chosen(session, selection);
    const found = await database.read(
      'notifications.replayable',
      { ids, limit: mostReplayed + 1 },
      { long: true, ...(signal && { signal }) },
    );
    if (found.length > mostReplayed)
      throw new BinderyError(
        'invalid-request',
        `At most ${mostReplayed} notifications are replayed at once. Choose fewer, by seller or by time.`,
        { field: 'selection' },
      );
    const bodiless = found.filter(({ kind, bodyId }) => kind === 'suggestion' && bodyId === null);
    return { chosen: ids.length, bodiless, found: found.filter((each) => !bodiless.includes(each)) };
  }
  const healthOf = async (sellerId: string | null, signal?: AbortSignal) => {
    const left = sync.leftAlone();
    const sellers = await database.read(
      'notifications.health',
      { now: ambient.now(), sellerId },
      { long: sellerId === null, ...(signal && { signal }) },
    );
    return sellers.map((seller) => {
      const until = left.get(seller.sellerId);
      return { ...seller, leftAloneUntil: until === undefined ? null : instantOf(until) };
    });
  };
  const known = async (sellerId: string) => {
    if (!(await database.read('sellers.detail', { sellerId })))
      throw new BinderyError('not-found', 'There is no such seller.', { field: 'sellerId' });
  };
  const evidenceOf = (stored: StoredNotification) => ({
    id: stored.id,
    receivedAt: stored.received_at,
    kind: stored.kind,
    sellerId: stored.seller_id,
    sellerSkuId: stored.seller_sku_id,
    method: stored.target === null ? null : stored.kind === 'suggestion' ? 'PUT' : 'POST',
    target: stored.target,
    address: stored.address,
    appKey: stored.app_key,
    operationId: stored.operation_id,
    bodyDigest: stored.digest,
    answered: stored.reply,
    outcome: outcomeOf(stored.outcome),
    handledAt: stored.handled_at,
  });

  return {
    'notifications.open': ({ filter, sort, first, replaces }, { session, signal }) =>
      session.notifications.open({ filter, sort }, { first, replaces, signal }),
    'notifications.rows': (request, { session }) =>
      session.notifications.rows(request.viewId, request.from, request.to),
    'notifications.locate': async (request, { session }) => ({
      position: await session.notifications.locate(request.viewId, request.id),
    }),
    'notifications.close': (request, { session }) => {
      session.notifications.close(request.viewId);
      return {};
    },
    'notifications.detail': async ({ id }) => {
      const found = await database.read('notifications.detail', { id });
      if (!found)
        throw new BinderyError('not-found', 'This notification is no longer kept. Refresh the list.', { field: 'id' });
      const { detail, sealed } = found;
      const body = sealed === null ? null : context.sealer.unseal(sealed);
      if (detail.request === null || body === null) return detail;
      return {
        ...detail,
        request: { ...detail.request, body: body.slice(0, mostShown), isBodyCut: body.length > mostShown },
      };
    },
    'notifications.counts': (_request, { signal }) => database.read('notifications.counts', {}, { signal, long: true }),
    'notifications.traffic': async ({ sellerId, span }, { signal }) => {
      const chart = charts[span];
      const seconds = Math.floor(ambient.now() / 1_000);
      const stored = await database.read(
        'notifications.traffic',
        { sellerId: sellerId ?? null, span: chart.span, since: seconds - chart.seconds * chart.count },
        { signal, long: true },
      );
      return {
        seconds: chart.seconds,
        buckets: evenBuckets(stored, chart.seconds, chart.count, seconds).map((bucket) => ({
          ...bucket,
          start: instantOf(bucket.start * 1_000),
        })),
      };
    },
    'notifications.health': async (_request, { signal }) => ({ sellers: await healthOf(null, signal) }),
    'notifications.healthOf': async ({ sellerId }, { signal }) => {
      const [found] = await healthOf(sellerId, signal);
      if (!found) throw new BinderyError('not-found', 'There is no such seller.', { field: 'sellerId' });
      return found;
    },
    'notifications.refusals': async ({ sellerId }) => ({
      refusals: (await database.read('notifications.refusals', { sellerId: sellerId ?? null })).map((each) => ({
        id: each.id,
        sellerId: each.seller_id === '' ? null : (each.seller_id as never),
        status: each.status,
        code: each.code,
        route: each.route,
        address: each.address,
        count: each.count,
        lastAt: each.last_at as never,
      })),
    }),
    'notifications.previewReplay': async ({ selection }, { session, signal }) => {
      const { chosen: all, found, bodiless } = await replayable(session, selection, signal);
      return {
        chosen: all,
        entries: found.length,
        skus: new Set(found.map((each) => JSON.stringify([each.sellerId, each.sellerSkuId]))).size,
        sellers: new Set(found.map(({ sellerId }) => sellerId)).size,
        unbound: found.filter(({ isBound }) => !isBound).length,
        bodiless: bodiless.length,
      };
    },
    'notifications.replay': async ({ selection }, { session }) => {
      actorOf(session);
      const { found } = await replayable(session, selection);
      await audit(session, 'replay notifications', 'notifications', { entries: found.length });
      let replayed = 0;
      for (const page of pagesOf(found)) {
        const bodies = await database.read(
          'notifications.bodies',
          { ids: page.flatMap(({ bodyId }) => bodyId ?? []) },
          { long: true },
        );
        const entries: InboxEntry[] = [];
        for (const { id, kind, sellerId, sellerSkuId, bodyId } of page) {
          const sealed = bodyId === null ? undefined : bodies.get(bodyId);
          const body = sealed === undefined ? null : context.sealer.unseal(sealed);
          if (kind === 'suggestion' && body === null) continue;
          entries.push({ kind, sellerId, sellerSkuId, receivedAt: now(), body, replayOf: id });
        }
        await database.write('inbox.append', { entries });
        replayed += entries.length;
      }
      sync.wakeInbox();
      context.onChanged(null);
      return { entries: replayed };
    },
    'notifications.pause': async ({ sellerId, reason }, { session }) => {
      await known(sellerId);
      const pause = { sellerId, at: now(), author: actorOf(session).name, reason };
      await member?.sharePause(sellerId, pause);
      await database.write('notifications.pause', pause);
      await audit(session, 'pause notifications', JSON.stringify(['seller', sellerId]), { reason });
      context.onChanged(null);
      return {};
    },
    'notifications.resume': async ({ sellerId }, { session }) => {
      actorOf(session);
      await member?.sharePause(sellerId, null);
      if (await database.write('notifications.resume', { sellerId }))
        await audit(session, 'resume notifications', JSON.stringify(['seller', sellerId]));
      sync.wakeInbox();
      context.onChanged(null);
      return {};
    },
    'notifications.certificate': async ({ selection }, { session }) => {
      const actor = actorOf(session);
      const ids = await chosen(session, selection);
      if (ids.length > mostCertified)
        throw new BinderyError(
          'invalid-request',
          `A certificate holds ${mostCertified} notifications at most. Choose fewer, by seller or by time.`,
          { field: 'selection' },
        );
      const stored = await database.read('notifications.evidence', { ids }, { long: true });
      const issuedAt = now();
      const { text, digest } = certificateOf(
        { marketplace: context.marketplace, issuedAt, issuedBy: actor.name },
        stored.map(evidenceOf),
        await context.certificateKey(),
      );
      await audit(session, 'certify notifications', 'notifications', { entries: stored.length, digest });
      return { name: `notifications-${issuedAt.slice(0, 19).replace(/:/g, '')}.txt`, text, digest };
    },
    'notifications.reconcile': async ({ sellerId }, { session }) => {
      actorOf(session);
      if (sellerId !== undefined) await known(sellerId);
      const asked = await context.sweep(sellerId ?? null);
      await audit(
        session,
        'look for drift',
        sellerId === undefined ? 'notifications' : JSON.stringify(['seller', sellerId]),
        { asked },
      );
      return { asked };
    },
  };
}
