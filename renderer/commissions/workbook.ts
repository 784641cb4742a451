/** Spreadsheets as the table that the import reads, so that cells are named by the rows people see. */

const quoted = (text: string): string => (/[",;\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The first sheet of a workbook as CSV. Percentages and dates are read by what they are, not by how many places are shown of them. */
export async function tableOfWorkbook(bytes: ArrayBuffer): Promise<string> {
  const { read, utils } = await import('@e965/xlsx');
  const workbook = read(bytes, { cellNF: true, cellDates: true, UTC: true, dense: false, sheetStubs: false });
  const sheet = workbook.Sheets[workbook.SheetNames[0] ?? ''];
  if (!sheet?.['!ref']) return '';
  const range = utils.decode_range(sheet['!ref']);
  const lines: string[] = [];
  // rows above the first used one are lines of their own: errors name the row that the spreadsheet shows
  for (let row = 0; row <= range.e.r; row++) {
    const cells: string[] = [];
    for (let column = 0; column <= range.e.c; column++) {
      const cell: unknown = sheet[utils.encode_cell({ r: row, c: column })];
      cells.push(quoted(textOf(cell)));
    }
    lines.push(cells.join(','));
  }
  return lines.join('\n');
}

function textOf(cell: unknown): string {
  if (typeof cell !== 'object' || cell === null) return '';
  const {
    t: type,
    v: value,
    w: shown,
    z: format,
  } = cell as { t?: string; v?: unknown; w?: string; z?: string | number };
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  // 12 % is stored as 0.12: the digits are shifted, nothing is multiplied
  if (type === 'n' && typeof value === 'number' && String(format).includes('%')) return `${Number(`${value}e2`)} %`;
  if (type === 'n') return String(value);
  return (shown ?? (value === undefined || value === null ? '' : String(value))).trim();
}

/** A table as a workbook, for who works in a spreadsheet. */
export async function workbookOf(csv: string): Promise<Blob> {
  const { read, write } = await import('@e965/xlsx');
  // raw: a text such as an id or 0012 stays what it is
  const bytes: ArrayBuffer = write(read(csv, { type: 'string', raw: true }), { type: 'array', bookType: 'xlsx' });
  return new Blob([bytes], { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' });
}
