import type { GridApi } from 'ag-grid-community';

export interface CellAt {
  readonly row: number;
  /** Index among the displayed columns. */
  readonly column: number;
}

export interface Rectangle {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The rectangle of cells between an anchor and where the drag or Shift+arrow is now. */
export class CellRange {
  private anchor: CellAt | null = null;
  private head: CellAt | null = null;

  get at(): CellAt | null {
    return this.head;
  }

  get rectangle(): Rectangle | null {
    const { anchor, head } = this;
    if (!anchor || !head) return null;
    return {
      top: Math.min(anchor.row, head.row),
      bottom: Math.max(anchor.row, head.row),
      left: Math.min(anchor.column, head.column),
      right: Math.max(anchor.column, head.column),
    };
  }

  /** How many cells; a single one is no range to speak of. */
  get size(): number {
    const area = this.rectangle;
    return area ? (area.bottom - area.top + 1) * (area.right - area.left + 1) : 0;
  }

  start(cell: CellAt): void {
    this.anchor = cell;
    this.head = cell;
  }

  extend(cell: CellAt): void {
    this.anchor ??= cell;
    this.head = cell;
  }

  clear(): void {
    this.anchor = null;
    this.head = null;
  }

  contains(row: number, column: number): boolean {
    const area = this.rectangle;
    if (!area || this.size < 2) return false;
    return row >= area.top && row <= area.bottom && column >= area.left && column <= area.right;
  }
}

/** Marks the cells of the range that are on screen; cells that scroll in are marked by their class rule. */
export function paintRange<Row>(root: HTMLElement, api: GridApi<Row>, range: CellRange): void {
  const columns = new Map(api.getAllDisplayedColumns().map((column, index) => [column.getColId(), index]));
  for (const row of root.querySelectorAll<HTMLElement>('.ag-row[row-index]')) {
    const index = Number(row.getAttribute('row-index'));
    for (const cell of row.querySelectorAll<HTMLElement>('.ag-cell[col-id]')) {
      const column = columns.get(cell.getAttribute('col-id') ?? '') ?? -1;
      cell.classList.toggle('in-range', range.contains(index, column));
    }
  }
}
