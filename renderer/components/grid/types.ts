import type { ReactNode } from 'react';
import type { ViewId } from '../../../shared/domain/brand.ts';

export interface Sort<Column extends string> {
  readonly column: Column;
  readonly direction: 'ascending' | 'descending';
}

export interface ViewPage<Row> {
  readonly rows: readonly Row[];
  readonly count: number;
  /** False while the service is still evaluating: the count grows. */
  readonly complete: boolean;
}

/** The four methods of a list, as the grid uses them; see `sources.ts` for the service's lists, and `pane/` for lists that one call answers. */
export interface ViewSource<Row, Filter, Column extends string> {
  /** The name under which `rows.changed` and `list.changed` speak of it; null for rows that only the screen has. */
  readonly list: 'offers' | 'bindings' | 'skus' | 'sellers' | 'mapping' | 'orders' | 'notifications' | null;
  open(
    request: { filter: Filter; sort: Sort<Column>; first: number; replaces?: ViewId },
    signal?: AbortSignal,
  ): Promise<ViewPage<Row> & { viewId: ViewId }>;
  rows(request: { viewId: ViewId; from: number; to: number }): Promise<ViewPage<Row>>;
  locate(request: { viewId: ViewId; id: number }): Promise<{ position: number | null }>;
  close(request: { viewId: ViewId }): Promise<unknown>;
}

export interface ViewColumn<Row, Column extends string> {
  readonly id: string;
  readonly title: string;
  readonly width: number;
  /** Takes the room that is left (one column of a list). */
  readonly flex?: number;
  readonly minWidth?: number;
  readonly align?: 'right';
  /** The contract's sort column; without it the header does not sort. */
  readonly sort?: Column;
  /** The text of the cell: shown when there is no `render`, copied, and whole on hover. */
  readonly text: (row: Row) => string;
  readonly render?: (row: Row) => ReactNode;
  /** For the sum and average of a range, with {@link formatNumber}. */
  readonly number?: (row: Row) => number | null;
  readonly formatNumber?: (value: number) => string;
  readonly hidden?: boolean;
  /** Stays at the left while the others scroll. */
  readonly pinned?: boolean;
  /** Typing, pasting and filling down reach this column, through `onEdit`. */
  readonly editable?: boolean;
}

/** A cell that the operator typed, pasted or filled. The screen sends it to the service; the grid changes nothing itself. */
export interface CellEdit<Row> {
  readonly row: Row;
  readonly columnId: string;
  readonly text: string;
}

export interface GridMenuItem {
  readonly id: string;
  readonly label: string;
  readonly keys?: string;
  readonly disabled?: boolean;
  readonly checked?: boolean;
  run(): void;
}
