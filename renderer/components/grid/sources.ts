import type { z } from 'zod';
import type { BindingColumn, BindingRow, bindingFilter } from '../../../shared/contract/bindings.ts';
import type { SkuColumn, SkuRow, skuFilter } from '../../../shared/contract/catalog.ts';
import type { OfferColumn, OfferRow, offerFilter } from '../../../shared/contract/offers.ts';
import type { ViewId } from '../../../shared/domain/brand.ts';
import { client } from '../../connection/connection.ts';
import type { ViewSource } from './types.ts';

const options = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

export const offersSource: ViewSource<OfferRow, z.input<typeof offerFilter>, OfferColumn> = {
  list: 'offers',
  open: (request, signal) => client.call('offers.open', request, options(signal)),
  rows: (request) => client.call('offers.rows', request),
  locate: (request) => client.call('offers.locate', request),
  close: (request) => client.call('offers.close', request),
};

export const bindingsSource: ViewSource<BindingRow, z.input<typeof bindingFilter>, BindingColumn> = {
  list: 'bindings',
  open: (request, signal) => client.call('bindings.open', request, options(signal)),
  rows: (request) => client.call('bindings.rows', request),
  locate: (request) => client.call('bindings.locate', request),
  close: (request) => client.call('bindings.close', request),
};

export const skusSource: ViewSource<SkuRow, z.input<typeof skuFilter>, SkuColumn> = {
  list: 'skus',
  open: (request, signal) => client.call('skus.open', request, options(signal)),
  rows: (request) => client.call('skus.rows', request),
  locate: (request) => client.call('skus.locate', request),
  close: (request) => client.call('skus.close', request),
};

let nextArray = 1;

/**
 * Rows that the screen holds itself (a short list that one call answers with), in the same grid. The filter is the array:
 * a new array is a new view. `compare` sorts by the column.
 */
export function arraySource<Row extends { readonly id: number }, Column extends string>(
  compare: (one: Row, other: Row, column: Column) => number,
): ViewSource<Row, readonly Row[], Column> {
  const views = new Map<ViewId, readonly Row[]>();
  const of = (viewId: ViewId) => views.get(viewId) ?? [];
  return {
    list: null,
    async open({ filter, sort, first, replaces }) {
      if (replaces) views.delete(replaces);
      // made here and known only here
      const viewId = `array-${nextArray++}` as ViewId;
      const sign = sort.direction === 'ascending' ? 1 : -1;
      const rows = filter.toSorted((one, other) => sign * compare(one, other, sort.column));
      views.set(viewId, rows);
      return { viewId, rows: rows.slice(0, first), count: rows.length, complete: true };
    },
    async rows({ viewId, from, to }) {
      const rows = of(viewId);
      return { rows: rows.slice(from, to), count: rows.length, complete: true };
    },
    async locate({ viewId, id }) {
      const position = of(viewId).findIndex((row) => row.id === id);
      return { position: position < 0 ? null : position };
    },
    async close({ viewId }) {
      views.delete(viewId);
    },
  };
}
