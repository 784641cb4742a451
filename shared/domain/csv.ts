/** Cells of a table that people open in a spreadsheet. */

/** What a spreadsheet would calculate instead of show. */
const isFormula = /^'*[=+\-@\t\r]/;
/** A number is no formula: amounts below zero begin with a minus. */
const isNumber = /^-?\d+([.,]\d+)?$/;
const wasDefused = /^''*[=+\-@\t\r]/;

/** A text that no spreadsheet takes for a formula: one that could be is given an apostrophe in front. */
export function defused(text: string): string {
  return isFormula.test(text) && !isNumber.test(text) ? `'${text}` : text;
}

/** The text that {@link defused} was given. */
export function undefused(text: string): string {
  return wasDefused.test(text) && !isNumber.test(text) ? text.slice(1) : text;
}

/** A cell of a table of comma-separated values, quoted where it has to be. */
export function csvCell(value: string | number | null): string {
  const text = typeof value === 'number' ? String(value) : defused(value ?? '');
  return /[",;\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line of such a table, without its end. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return cells.map(csvCell).join(',');
}
