import { instantOf } from '../../../shared/domain/brand.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import { actorOf, type Session } from '../session.ts';

type MappingMethod = Extract<keyof Handlers<Session>, `mapping.${string}`>;

/** A seller's categories, brands, specifications and channels in the marketplace's words. */
export function mappingHandlers({ database, events, ambient }: ServiceContext): Pick<Handlers<Session>, MappingMethod> {
  return {
    'mapping.list': (request, { signal }) => database.read('mapping.list', request, { signal, long: true }),
    'mapping.targets': async (request, { signal }) => ({
      targets: await database.read('mapping.targets', request, { signal }),
    }),
    'mapping.apply': async (request, { session }) => {
      const result = await database.write('mapping.apply', {
        entries: request.entries,
        actor: actorOf(session),
        at: instantOf(ambient.now()),
      });
      events.emit('list.changed', { list: 'mapping' });
      events.emit('rows.changed', { list: 'offers', ids: null });
      return result;
    },
  };
}
