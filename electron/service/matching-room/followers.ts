import { BinderyError } from '../../../shared/domain/errors.ts';
import type { ServiceContext } from '../context.ts';
import type { Actor, DecisionRequest } from '../decisions/writes.ts';
import { momentOf } from '../offers/handlers.ts';

const followersAtOnce = 50;
/** Kinds that make a SKU: what looks alike is bound to it, not made again. */
const making: ReadonlySet<string> = new Set(['newSku', 'newProduct']);

type Context = ServiceContext;

/** Decides look-alikes as an offer was decided. */
export async function applyToSimilar(
  context: Context,
  request: { decisionId: string; targets: readonly { offerId: number; versionId: string }[] },
  actor: Actor,
): Promise<{ batchId: string; applied: number; following: number; skipped: number }> {
  const { database, ambient, events, sync } = context;
  const { decisionId, targets } = request;
  const decision = await database.read('decisions.stored', { decisionId });
  if (!decision || decision.state === 'cancelled')
    throw new BinderyError('not-found', 'This decision does not stand any more. Decide the offers by themselves.', {
      field: 'decisionId',
    });
  const batchId = ambient.uuid();
  if (making.has(decision.kind)) {
    const following = await database.write('matching.follow', { decisionId, batchId, targets, actor });
    return { batchId, applied: 0, following, skipped: targets.length - following };
  }
  if (decision.kind !== 'bind' && decision.kind !== 'deny')
    throw new BinderyError('not-allowed', 'Only a binding, a denial or a new SKU can be applied to look-alikes.', {
      field: 'decisionId',
    });
  const { kind, sku_id: skuId, deny_reason: denyReason } = decision;
  const result = await database.write('matching.decide', {
    requests: targets.map(
      ({ offerId, versionId }): DecisionRequest => ({
        id: ambient.uuid(),
        batchId,
        kind,
        offerId,
        versionId,
        ...(kind === 'bind' && skuId !== null && { skuId }),
        ...(kind === 'deny' && { denyReason: denyReason ?? 'other', payload: { note: '' } }),
      }),
    ),
    actor,
    moment: await momentOf(context),
  });
  events.emit('rows.changed', { list: 'offers', ids: targets.map(({ offerId }) => offerId) });
  sync.wakeOutbox();
  return { batchId, applied: result.recorded, following: 0, skipped: result.skipped };
}

/** Binds look-alikes whose SKU exists by now. @returns how many */
export async function bindFollowers(context: Context): Promise<number> {
  const { database, ambient, events, sync } = context;
  const followers = await database.read('matching.followers', { limit: followersAtOnce });
  let bound = 0;
  for (const { batchId, offerId, versionId, skuId, operatorId, name, role } of followers) {
    const { recorded } = await database.write(
      'matching.decide',
      {
        requests: [{ id: ambient.uuid(), batchId, kind: 'bind', offerId, versionId, skuId }],
        actor: { operatorId, name, role },
        moment: await momentOf(context),
      },
      { priority: 'background' },
    );
    bound += recorded;
  }
  // one that changed meanwhile stays waiting, for a person
  await database.write('matching.unfollow', { bound: followers }, { priority: 'background' });
  if (bound > 0) {
    events.emit('rows.changed', { list: 'offers', ids: followers.map(({ offerId }) => offerId) });
    sync.wakeOutbox();
  }
  return bound;
}
