import { type BasisPoints, parseBasisPoints } from '../../shared/domain/exact.ts';

/** A category's rows and those below it, from a tree in its own order; everything's row stays on top. */
export function subtreeOf<Row extends { readonly categoryId: number | null; readonly depth: number }>(
  rows: readonly Row[],
  categoryId: number | null,
): readonly Row[] {
  if (categoryId === null) return rows;
  const first = rows.findIndex((row) => row.categoryId === categoryId);
  const root = rows[first];
  if (!root) return rows;
  const after = rows.findIndex((row, index) => index > first && row.depth <= root.depth);
  return [...rows.filter((row) => row.categoryId === null), ...rows.slice(first, after < 0 ? rows.length : after)];
}

/** A limit of a filter: none where nothing is written. */
export function limitOf(text: string): BasisPoints | null | 'unreadable' {
  return text.trim() === '' ? null : (parseBasisPoints(text) ?? 'unreadable');
}
