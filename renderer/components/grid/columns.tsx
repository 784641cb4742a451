import type { ColDef, ColumnState, GridApi, ICellRendererParams } from 'ag-grid-community';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useStore } from 'zustand';
import type { CellRange } from './range.ts';
import { isSelected, type SelectionStore, toggle } from './selection.ts';
import type { CellEdit, Sort, ViewColumn } from './types.ts';

export const selectColumn = '__select';

interface ColumnParts<Row, Column extends string> {
  readonly columns: readonly ViewColumn<Row, Column>[];
  readonly sort: Sort<Column>;
  readonly range: CellRange;
  readonly selection: SelectionStore | null;
  readonly onEdit: ((edits: readonly CellEdit<Row>[]) => void) | undefined;
  readonly selectTitle: string;
}

/** Our columns as AG Grid's. */
export function columnDefinitions<Row extends { readonly id: number }, Column extends string>(
  parts: ColumnParts<Row, Column>,
): ColDef<Row>[] {
  const { columns, sort, range, selection, onEdit } = parts;
  const definitions = columns.map((column): ColDef<Row> => {
    const { render } = column;
    return {
      colId: column.id,
      headerName: column.title,
      width: column.width,
      minWidth: column.minWidth ?? 50,
      ...(column.flex !== undefined && { flex: column.flex }),
      hide: column.hidden ?? false,
      ...(column.pinned && { pinned: 'left', lockPinned: true }),
      sortable: column.sort !== undefined,
      ...(column.sort === sort.column && { initialSort: sort.direction === 'ascending' ? 'asc' : 'desc' }),
      ...(column.align === 'right' && { headerClass: 'ag-right-aligned-header', cellClass: 'num right' }),
      valueGetter: ({ data }) => (data ? column.text(data) : ''),
      ...(render && {
        cellRenderer: ({ data }: ICellRendererParams<Row>) => (data ? render(data) : null),
      }),
      tooltipValueGetter: ({ data }) => (data ? column.text(data) : null),
      editable: column.editable === true && onEdit !== undefined,
      valueSetter: ({ data, newValue, oldValue }) => {
        if (newValue !== oldValue) onEdit?.([{ row: data, columnId: column.id, text: String(newValue ?? '') }]);
        return false;
      },
      cellClassRules: {
        'in-range': ({ rowIndex, column: shown, api }) =>
          range.contains(rowIndex, shown ? api.getAllDisplayedColumns().indexOf(shown) : -1),
      },
    };
  });
  if (!selection) return definitions;
  const check: ColDef<Row> = {
    colId: selectColumn,
    headerName: parts.selectTitle,
    headerClass: 'check-header',
    cellClass: 'check-cell',
    width: 30,
    minWidth: 30,
    maxWidth: 30,
    resizable: false,
    sortable: false,
    suppressMovable: true,
    lockPosition: 'left',
    cellRenderer: ({ data }: ICellRendererParams<Row>) => (data ? <Check id={data.id} selection={selection} /> : null),
  };
  return [check, ...definitions];
}

function Check({ id, selection }: { id: number; selection: SelectionStore }) {
  const { t } = useTranslation('grid');
  const checked = useStore(selection, (state) => isSelected(state, id));
  return (
    <input
      type="checkbox"
      className="row-check"
      tabIndex={-1}
      checked={checked}
      aria-label={t('selectRow')}
      onChange={() => toggle(selection, id)}
      onMouseDown={(event) => event.stopPropagation()}
    />
  );
}

/** Order, width and visibility, as remembered; sorting is not: a list opens in its own order. */
export const columnsPreference = z
  .array(
    z.object({
      colId: z.string(),
      width: z.number().nullable(),
      flex: z.number().nullable(),
      hide: z.boolean(),
    }),
  )
  .nullable();
export type RememberedColumns = z.infer<typeof columnsPreference>;

export function readColumns<Row>(api: GridApi<Row>): RememberedColumns {
  return api
    .getColumnState()
    .filter(({ colId }) => colId !== selectColumn)
    .map(({ colId, width, flex, hide }) => ({
      colId,
      width: width ?? null,
      flex: flex ?? null,
      hide: hide ?? false,
    }));
}

export function writeColumns<Row>(api: GridApi<Row>, remembered: NonNullable<RememberedColumns>): void {
  const state: ColumnState[] = remembered.map(({ colId, width, flex, hide }) => ({
    colId,
    hide,
    flex,
    ...(width !== null && flex === null && { width }),
  }));
  api.applyColumnState({ state: [{ colId: selectColumn }, ...state], applyOrder: true });
}
