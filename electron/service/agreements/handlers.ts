import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import { actorOf, type Session } from '../session.ts';

type AgreementMethod = Extract<keyof Handlers<Session>, `agreements.${string}` | `scorecards.${string}`>;

/** Agreements with sellers, what is checked against them, and the scorecards that follow from orders. */
export function agreementHandlers(context: ServiceContext): Pick<Handlers<Session>, AgreementMethod> {
  const { database, ambient, events } = context;
  const now = () => instantOf(ambient.now());
  const told = async <Value>(work: Promise<Value>): Promise<Value> => {
    const value = await work;
    events.emit('list.changed', { list: 'agreements' });
    return value;
  };
  return {
    'agreements.list': async (_request, { signal }) => {
      const stored = await database.read('settings.all', {});
      return {
        ...(await database.read('agreements.list', { now: now() }, { signal, long: true })),
        currency: typeof stored.currency === 'string' ? stored.currency : 'BRL',
      };
    },
    'agreements.detail': ({ sellerId }) => database.read('agreements.detail', { sellerId, now: now() }),
    'agreements.save': (request, { session }) =>
      told(database.write('agreements.save', { ...request, actor: actorOf(session), at: now() })),
    'agreements.withdraw': (request, { session }) =>
      told(database.write('agreements.withdraw', { ...request, actor: actorOf(session), at: now() })),
    'agreements.saveTemplate': (request, { session }) =>
      told(
        database.write('agreements.saveTemplate', {
          ...request,
          id: ambient.uuid(),
          actor: actorOf(session),
          at: now(),
        }),
      ),
    'agreements.removeTemplate': (request, { session }) =>
      told(database.write('agreements.removeTemplate', { ...request, actor: actorOf(session), at: now() })),
    'agreements.attach': (request, { session }) =>
      told(database.write('agreements.attach', { ...request, id: ambient.uuid(), actor: actorOf(session), at: now() })),
    'agreements.document': async ({ documentId }) => {
      const found = await database.read('agreements.document', { documentId });
      if (!found) throw new BinderyError('not-found', 'This document is no longer there.', { field: 'documentId' });
      return found;
    },
    'agreements.detach': async (request, { session }) => {
      await told(database.write('agreements.detach', { ...request, actor: actorOf(session), at: now() }));
      return {};
    },
    'agreements.checkOffer': ({ offerId }) => database.read('agreements.checkOffer', { offerId, now: now() }),
    'scorecards.list': async (_request, { signal }) => ({
      rows: await database.read('scorecards.list', { now: now() }, { signal, long: true }),
    }),
    'scorecards.orders': async (request) => ({
      orders: await database.read('scorecards.orders', { ...request, now: now() }, { long: true }),
    }),
  };
}
