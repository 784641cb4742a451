import type { ViewColumn } from './types.ts';

/** A cell's text, safe between tabs and line breaks. */
const clean = (text: string) => text.replace(/[\t\r\n]+/g, ' ');

/** Rows as tab-separated values, which spreadsheets understand. */
export function toTsv<Row, Column extends string>(
  rows: readonly Row[],
  columns: readonly ViewColumn<Row, Column>[],
  withHeaders = false,
): string {
  const lines = rows.map((row) => columns.map((column) => clean(column.text(row))).join('\t'));
  if (withHeaders) lines.unshift(columns.map((column) => clean(column.title)).join('\t'));
  return lines.join('\n');
}

/** Tab-separated text as a table; a last empty line is no row. */
export function fromTsv(text: string): string[][] {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
  return lines.map((line) => line.split('\t'));
}

/** Fills a rectangle of the given size from a table that may be smaller: a single cell fills all of it. */
export function tile(table: readonly (readonly string[])[], rows: number, columns: number): string[][] {
  const height = table.length;
  return Array.from({ length: Math.max(rows, height) }, (_, row) => {
    const line = table[row % height] ?? [];
    return Array.from(
      { length: Math.max(columns, line.length) },
      (_unused, column) => line[column % line.length] ?? '',
    );
  });
}
