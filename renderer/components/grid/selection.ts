import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Selection } from '../../../shared/contract/core.ts';
import type { ViewId } from '../../../shared/domain/brand.ts';

/** Rows chosen for a bulk action: named ones, or the whole view but some. */
export interface RowSelection {
  readonly whole: boolean;
  /** The chosen rows, or, of the whole view, those that are not. */
  readonly ids: ReadonlySet<number>;
}
export type SelectionStore = StoreApi<RowSelection>;

const none: RowSelection = { whole: false, ids: new Set() };

export const createSelection = (): SelectionStore => createStore<RowSelection>()(() => none);

export const isSelected = (selection: RowSelection, id: number): boolean => selection.whole !== selection.ids.has(id);

export function selectedCount(selection: RowSelection, viewCount: number): number {
  return selection.whole ? Math.max(0, viewCount - selection.ids.size) : selection.ids.size;
}

export function toggle(store: SelectionStore, id: number): void {
  const { whole, ids } = store.getState();
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  store.setState({ whole, ids: next });
}

/** Adds rows to what is chosen. */
export function selectAlso(store: SelectionStore, added: readonly number[]): void {
  const { whole, ids } = store.getState();
  const next = new Set(ids);
  for (const id of added) {
    if (whole) next.delete(id);
    else next.add(id);
  }
  store.setState({ whole, ids: next });
}

export const selectWhole = (store: SelectionStore): void => store.setState({ whole: true, ids: new Set() });
export const clearSelection = (store: SelectionStore): void => store.setState(none);

/** As the contract says it; null when nothing is chosen. */
export function selectionOf(selection: RowSelection, viewId: ViewId | null): Selection | null {
  if (selection.whole) return viewId === null ? null : { kind: 'view', viewId, except: [...selection.ids] };
  return selection.ids.size === 0 ? null : { kind: 'ids', ids: [...selection.ids] };
}
