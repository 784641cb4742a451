import type { GridApi } from 'ag-grid-community';
import { fromTsv, tile, toTsv } from './clipboard.ts';
import { selectColumn } from './columns.tsx';
import type { CellRange, Rectangle } from './range.ts';
import type { RangeSummary } from './StatusBar.tsx';
import type { CellEdit, ViewColumn } from './types.ts';
import type { ViewController } from './view.ts';

export const copyLimit = 20_000;

/** Our columns between the left and the right of a rectangle. */
export function columnsIn<Row, Column extends string>(
  api: GridApi<Row>,
  columns: readonly ViewColumn<Row, Column>[],
  area: Rectangle,
): ViewColumn<Row, Column>[] {
  return api
    .getAllDisplayedColumns()
    .slice(area.left, area.right + 1)
    .map((shown) => columns.find(({ id }) => id === shown.getColId()))
    .filter((column) => column !== undefined);
}

/** The rows of a rectangle that the grid holds; null when some are not loaded. */
export function loadedRows<Row>(api: GridApi<Row>, area: Rectangle): Row[] | null {
  const rows: Row[] = [];
  for (let index = area.top; index <= area.bottom; index++) {
    const data = api.getDisplayedRowAtIndex(index)?.data;
    if (!data) return null;
    rows.push(data);
  }
  return rows;
}

/** Sum and average of a range: of its one column with numbers. */
export function summarise<Row, Column extends string>(
  api: GridApi<Row>,
  columns: readonly ViewColumn<Row, Column>[],
  range: CellRange,
): RangeSummary | null {
  const area = range.rectangle;
  if (!area || range.size < 2) return null;
  const numeric = columnsIn(api, columns, area).filter((column) => column.number);
  const column = numeric[0];
  const rows = area.bottom - area.top < copyLimit ? loadedRows(api, area) : null;
  if (numeric.length !== 1 || !column?.number || !rows) return { cells: range.size, sum: null, average: null };
  const values = rows.map(column.number).filter((value) => value !== null);
  const sum = values.reduce((total, value) => total + value, 0);
  const format = column.formatNumber ?? String;
  return {
    cells: range.size,
    sum: values.length === 0 ? null : format(sum),
    average: values.length < 2 ? null : format(Math.round(sum / values.length)),
  };
}

/** The range as tab-separated text: at once when all rows are here, else after the service has sent them. */
export function rangeText<Row extends { readonly id: number }, Filter, Column extends string>(
  api: GridApi<Row>,
  controller: ViewController<Row, Filter, Column>,
  columns: readonly ViewColumn<Row, Column>[],
  area: Rectangle,
  withHeaders: boolean,
): string | Promise<string> {
  const chosen = columnsIn(api, columns, area);
  const rows = loadedRows(api, area);
  if (rows) return toTsv(rows, chosen, withHeaders);
  return controller.rowsBetween(area.top, area.bottom + 1).then((fetched) => toTsv(fetched, chosen, withHeaders));
}

/** What pasting a text at the range would change, in editable columns and loaded rows only. */
export function pasteEdits<Row, Column extends string>(
  api: GridApi<Row>,
  columns: readonly ViewColumn<Row, Column>[],
  area: Rectangle,
  text: string,
): CellEdit<Row>[] {
  const table = tile(fromTsv(text), area.bottom - area.top + 1, area.right - area.left + 1);
  const width = Math.max(...table.map((line) => line.length));
  const targets = api
    .getAllDisplayedColumns()
    .slice(area.left, area.left + width)
    .map((shown) => columns.find(({ id }) => id === shown.getColId()));
  const edits: CellEdit<Row>[] = [];
  table.forEach((line, offset) => {
    const row = api.getDisplayedRowAtIndex(area.top + offset)?.data;
    if (!row) return;
    line.forEach((cell, at) => {
      const column = targets[at];
      if (column?.editable && column.text(row) !== cell) edits.push({ row, columnId: column.id, text: cell });
    });
  });
  return edits;
}

/** The first row of the range, written into the rows below it. */
export function fillEdits<Row, Column extends string>(
  api: GridApi<Row>,
  columns: readonly ViewColumn<Row, Column>[],
  area: Rectangle,
): CellEdit<Row>[] {
  const first = api.getDisplayedRowAtIndex(area.top)?.data;
  if (!first || area.bottom === area.top) return [];
  const chosen = columnsIn(api, columns, area).filter((column) => column.editable);
  const edits: CellEdit<Row>[] = [];
  for (let index = area.top + 1; index <= area.bottom; index++) {
    const row = api.getDisplayedRowAtIndex(index)?.data;
    if (!row) continue;
    for (const column of chosen) {
      const text = column.text(first);
      if (column.text(row) !== text) edits.push({ row, columnId: column.id, text });
    }
  }
  return edits;
}

/** The first column that holds data: where the focus goes when a row is chosen by a command. */
export function firstDataColumn<Row>(api: GridApi<Row>): string | null {
  const column = api.getAllDisplayedColumns().find((shown) => shown.getColId() !== selectColumn);
  return column?.getColId() ?? null;
}
