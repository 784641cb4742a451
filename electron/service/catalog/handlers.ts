import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import type { Session } from '../session.ts';

type CatalogMethod = Extract<keyof Handlers<Session>, `skus.${string}` | `catalog.${string}`>;

/** The marketplace's own catalogue, read from the cache. */
export function catalogHandlers({ database }: ServiceContext): Pick<Handlers<Session>, CatalogMethod> {
  return {
    'skus.open': ({ filter, sort, first, replaces }, { session, signal }) =>
      session.skus.open({ filter, sort }, { first, replaces, signal }),
    'skus.rows': (request, { session }) => session.skus.rows(request.viewId, request.from, request.to),
    'skus.locate': async (request, { session }) => ({
      position: await session.skus.locate(request.viewId, request.id),
    }),
    'skus.close': (request, { session }) => {
      session.skus.close(request.viewId);
      return {};
    },
    'catalog.sku': async (request, { signal }) => {
      const found = await database.read('catalog.sku', { skuId: request.skuId }, { signal });
      if (!found)
        throw new BinderyError('not-found', `There is no SKU ${request.skuId} in the catalogue.`, { field: 'skuId' });
      return found;
    },
    'catalog.categories': async (_request, { signal }) => ({
      categories: await database.read('catalog.categories', {}, { signal }),
    }),
    'catalog.brands': async (request, { signal }) => ({
      brands: await database.read('catalog.brands', request, { signal }),
    }),
    'catalog.search': async (request, { signal }) => ({
      skus: await database.read('catalog.search', request, { signal }),
    }),
    'catalog.counts': (_request, { signal }) => database.read('catalog.counts', {}, { signal, long: true }),
  };
}
