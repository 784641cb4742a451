import { useMemo, useState } from 'react';
import type { RowColumn } from './RowTable.tsx';

export interface Sort {
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

/** Rows in the order of the column that was clicked; clicked again the other way round, a third time as they came. */
export function useSorted<Row>(rows: readonly Row[], columns: readonly RowColumn<Row>[], initial: Sort | null = null) {
  const [sort, setSort] = useState<Sort | null>(initial);
  const sorted = useMemo(() => {
    const compare = columns.find((column) => column.id === sort?.column)?.compare;
    if (!sort || !compare) return rows;
    const sign = sort.direction === 'ascending' ? 1 : -1;
    return rows.toSorted((a, b) => sign * compare(a, b));
  }, [rows, columns, sort]);
  const onSort = (column: string) =>
    setSort((before) => {
      if (before?.column !== column) return { column, direction: 'ascending' };
      return before.direction === 'ascending' ? { column, direction: 'descending' } : null;
    });
  return { sorted, sort, onSort };
}
