import type { ViewId } from '../../../shared/domain/brand.ts';
import type { ViewSource } from '../grid/types.ts';

/** A row of the grid for a value that has no number of its own. */
export type Numbered<Value> = Value & { readonly id: number };

interface LoadedParts<Value, Filter, Column extends string> {
  readonly list: 'sellers' | null;
  /** The call that answers with all rows at once. */
  load(filter: Filter): Promise<readonly Value[]>;
  keyOf(value: Value): string;
  compare(one: Value, other: Value, column: Column): number;
}

/** A {@link ViewSource} that can also say which rows a view holds, in order. */
export interface LoadedSource<Value, Filter, Column extends string>
  extends ViewSource<Numbered<Value>, Filter, Column> {
  rowsOf(viewId: ViewId | null): readonly Numbered<Value>[];
  idOf(key: string): number;
}

interface LoadedView<Value, Filter> {
  readonly filter: Filter;
  loadedAt: number;
  rows: readonly Numbered<Value>[];
}

/** Milliseconds for which an answer serves further blocks. */
const fresh = 500;

/**
 * Rows that one call answers with (sellers, mappings), in the grid of the service's own lists. An open view keeps its order:
 * later blocks bring the newest values in the old positions.
 */
export function loadedSource<Value, Filter, Column extends string>(
  parts: LoadedParts<Value, Filter, Column>,
): LoadedSource<Value, Filter, Column> {
  const ids = new Map<string, number>();
  const views = new Map<ViewId, LoadedView<Value, Filter>>();
  let nextView = 1;
  const idOf = (key: string): number => {
    const id = ids.get(key) ?? ids.size + 1;
    ids.set(key, id);
    return id;
  };
  const load = async (filter: Filter) =>
    (await parts.load(filter)).map((value) => ({ ...value, id: idOf(parts.keyOf(value)) }));
  const rowsOf = (viewId: ViewId | null) => (viewId === null ? undefined : views.get(viewId))?.rows ?? [];
  return {
    list: parts.list,
    idOf,
    rowsOf,
    async open({ filter, sort, first, replaces }) {
      const sign = sort.direction === 'ascending' ? 1 : -1;
      const rows = (await load(filter)).toSorted((one, other) => sign * parts.compare(one, other, sort.column));
      if (replaces) views.delete(replaces);
      // made here and known only here
      const viewId = `loaded-${nextView++}` as ViewId;
      views.set(viewId, { filter, loadedAt: Date.now(), rows });
      return { viewId, rows: rows.slice(0, first), count: rows.length, complete: true };
    },
    async rows({ viewId, from, to }) {
      const view = views.get(viewId);
      if (!view) return { rows: [], count: 0, complete: true };
      if (Date.now() - view.loadedAt > fresh) {
        view.loadedAt = Date.now();
        const newest = new Map((await load(view.filter)).map((row) => [row.id, row]));
        view.rows = view.rows.map((row) => newest.get(row.id) ?? row);
      }
      return { rows: view.rows.slice(from, to), count: view.rows.length, complete: true };
    },
    async locate({ viewId, id }) {
      const position = rowsOf(viewId).findIndex((row) => row.id === id);
      return { position: position < 0 ? null : position };
    },
    async close({ viewId }) {
      views.delete(viewId);
    },
  };
}
