import { instantOf } from '../../../shared/domain/brand.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import { actorOf, type Session } from '../session.ts';

type MappingMethod = Extract<keyof Handlers<Session>, `mapping.${string}`>;

/** Mappings written in one transaction: a few milliseconds of the writer. */
const entriesAtOnce = 500;

/** A seller's categories, brands, specifications and channels in the marketplace's words. */
export function mappingHandlers({ database, events, ambient }: ServiceContext): Pick<Handlers<Session>, MappingMethod> {
  return {
    'mapping.list': (request, { signal }) => database.read('mapping.list', request, { signal, long: true }),
    'mapping.counts': (_request, { signal }) => database.read('mapping.counts', {}, { signal }),
    'mapping.targets': async (request, { signal }) => ({
      targets: await database.read('mapping.targets', request, { signal }),
    }),
    'mapping.apply': async (request, { session }) => {
      const actor = actorOf(session);
      const offersAffected = await database.read('mapping.affected', { entries: request.entries }, { long: true });
      let applied = 0;
      for (let start = 0; start < request.entries.length; start += entriesAtOnce)
        applied += await database.write('mapping.apply', {
          entries: request.entries.slice(start, start + entriesAtOnce),
          actor,
          at: instantOf(ambient.now()),
        });
      events.emit('list.changed', { list: 'mapping' });
      return { applied, offersAffected };
    },
  };
}
