import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import type { DecisionRequest } from '../decisions/writes.ts';
import { momentOf } from '../offers/handlers.ts';
import { actorOf, type Session } from '../session.ts';

type BindingMethod = Extract<keyof Handlers<Session>, `bindings.${string}`>;

/** Bindings: what is sold, its price and stock, and the decisions that change it. */
export function bindingHandlers(context: ServiceContext): Pick<Handlers<Session>, BindingMethod> {
  const { database, events, sync } = context;

  async function decide(session: Session, request: Omit<DecisionRequest, 'id'>) {
    const decision = await database.write('decisions.record', {
      request: { ...request, id: context.ambient.uuid() },
      actor: actorOf(session),
      moment: await momentOf(context),
    });
    if (request.bindingId !== undefined) events.emit('rows.changed', { list: 'bindings', ids: [request.bindingId] });
    sync.wakeOutbox();
    return { decision };
  }

  async function detail(bindingId: number, signal?: AbortSignal) {
    const found = await database.read('bindings.detail', { bindingId }, signal ? { signal } : {});
    if (!found)
      throw new BinderyError('not-found', 'This binding is no longer there. Refresh the list.', { field: 'bindingId' });
    return found;
  }

  return {
    'bindings.open': ({ filter, sort, first, replaces }, { session, signal }) =>
      session.bindings.open({ filter, sort }, { first, replaces, signal }),
    'bindings.rows': (request, { session }) => session.bindings.rows(request.viewId, request.from, request.to),
    'bindings.locate': async (request, { session }) => ({
      position: await session.bindings.locate(request.viewId, request.id),
    }),
    'bindings.close': (request, { session }) => {
      session.bindings.close(request.viewId);
      return {};
    },
    'bindings.detail': (request, { signal }) => detail(request.bindingId, signal),
    'bindings.counts': (_request, { signal }) => database.read('bindings.counts', {}, { signal, long: true }),
    'bindings.activate': ({ bindingId }, { session }) => decide(session, { kind: 'activateBinding', bindingId }),
    'bindings.inactivate': ({ bindingId }, { session }) => decide(session, { kind: 'inactivateBinding', bindingId }),
    'bindings.rebind': ({ bindingId, skuId }, { session }) =>
      decide(session, { kind: 'rebindBinding', bindingId, skuId }),
    'bindings.remove': ({ bindingId }, { session }) => decide(session, { kind: 'removeBinding', bindingId }),
    'bindings.refresh': async ({ bindingId }) => {
      await sync.refreshBinding(bindingId);
      return detail(bindingId);
    },
  };
}
