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

/** The most cells that are changed at once: one command, taken back as one. */
export const editLimit = 50_000;

/** What a command on cells changes; `outside`: cells of it that cannot be written, or for which there is no row. */
export interface RangeEdits<Row> {
  readonly edits: readonly CellEdit<Row>[];
  readonly outside: number;
}

type Fetch<Row> = (from: number, to: number) => Promise<readonly Row[]>;

/** The rows from one to another, also those that the grid does not hold: a change reaches all of them or none. */
async function rowsOf<Row>(api: GridApi<Row>, fetch: Fetch<Row>, top: number, bottom: number): Promise<readonly Row[]> {
  return loadedRows(api, { top, bottom, left: 0, right: 0 }) ?? (await fetch(top, bottom + 1));
}

/** Writes a table of texts from a row on. Cells that have their text already are no change. */
function editsOf<Row, Column extends string>(
  rows: readonly Row[],
  targets: readonly (ViewColumn<Row, Column> | undefined)[],
  textAt: (row: number, column: number) => string | undefined,
): RangeEdits<Row> {
  const edits: CellEdit<Row>[] = [];
  let outside = 0;
  rows.forEach((row, offset) => {
    targets.forEach((column, at) => {
      const text = textAt(offset, at);
      if (text === undefined) return;
      if (!column?.editable) outside++;
      else if (column.text(row) !== text) edits.push({ row, columnId: column.id, text });
    });
  });
  return { edits, outside };
}

const targetsOf = <Row, Column extends string>(
  api: GridApi<Row>,
  columns: readonly ViewColumn<Row, Column>[],
  left: number,
  width: number,
) => {
  const byId = new Map(columns.map((column): [string, ViewColumn<Row, Column>] => [column.id, column]));
  return api
    .getAllDisplayedColumns()
    .slice(left, left + width)
    .map((shown) => byId.get(shown.getColId()));
};

/** What pasting a text at the range would change: a block as it is, repeated over a range that is larger. */
export async function pasteEdits<Row, Column extends string>(
  api: GridApi<Row>,
  fetch: Fetch<Row>,
  columns: readonly ViewColumn<Row, Column>[],
  area: Rectangle,
  text: string,
): Promise<RangeEdits<Row>> {
  const table = tile(fromTsv(text), area.bottom - area.top + 1, area.right - area.left + 1);
  const width = Math.max(...table.map((line) => line.length));
  const rows = await rowsOf(api, fetch, area.top, area.top + table.length - 1);
  const targets = targetsOf(api, columns, area.left, width);
  const { edits, outside } = editsOf(rows, targets, (row, column) => table[row]?.[column]);
  const cells = table.reduce((sum, line) => sum + line.length, 0);
  const reached = rows.reduce((sum, _, at) => sum + Math.min(table[at]?.length ?? 0, targets.length), 0);
  return { edits, outside: outside + cells - reached };
}

/** The first row of the range written into those below it, or its first column into those right of it. */
export async function fillEdits<Row, Column extends string>(
  api: GridApi<Row>,
  fetch: Fetch<Row>,
  columns: readonly ViewColumn<Row, Column>[],
  area: Rectangle,
  to: 'down' | 'right',
): Promise<RangeEdits<Row>> {
  const rows = await rowsOf(api, fetch, area.top, area.bottom);
  const targets = targetsOf(api, columns, area.left, area.right - area.left + 1);
  const [top] = rows;
  const [first] = targets;
  if (to === 'down')
    return editsOf(rows.slice(1), targets, (_row, column) =>
      top === undefined || !targets[column]?.editable ? undefined : targets[column].text(top),
    );
  return editsOf(rows, targets.slice(1), (row) => {
    const from = rows[row];
    return from === undefined || !first ? undefined : first.text(from);
  });
}

/** Empties the cells of the range. */
export async function clearEdits<Row, Column extends string>(
  api: GridApi<Row>,
  fetch: Fetch<Row>,
  columns: readonly ViewColumn<Row, Column>[],
  area: Rectangle,
): Promise<RangeEdits<Row>> {
  const rows = await rowsOf(api, fetch, area.top, area.bottom);
  return editsOf(rows, targetsOf(api, columns, area.left, area.right - area.left + 1), () => '');
}

/** The first column that holds data: where the focus goes when a row is chosen by a command. */
export function firstDataColumn<Row>(api: GridApi<Row>): string | null {
  const column = api.getAllDisplayedColumns().find((shown) => shown.getColId() !== selectColumn);
  return column?.getColId() ?? null;
}
