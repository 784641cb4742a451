import { expect, it } from 'vitest';
import { limitOf, subtreeOf } from './filters.ts';

it('tells a limit that cannot be read from one that is not wanted', () => {
  expect(['', '  ', '12,5', '0', '12x', '101', '-1'].map(limitOf)).toEqual([
    null,
    null,
    1_250,
    0,
    'unreadable',
    'unreadable',
    'unreadable',
  ]);
});

it('shows a category with all below it, under everything’s own row', () => {
  const rows = [
    { categoryId: null, depth: 0 },
    { categoryId: 1, depth: 1 },
    { categoryId: 2, depth: 2 },
    { categoryId: 3, depth: 3 },
    { categoryId: 4, depth: 2 },
    { categoryId: 5, depth: 1 },
  ];
  const shown = (categoryId: number | null) => subtreeOf(rows, categoryId).map((row) => row.categoryId);
  expect(shown(null)).toEqual([null, 1, 2, 3, 4, 5]);
  expect(shown(1)).toEqual([null, 1, 2, 3, 4]);
  expect(shown(2)).toEqual([null, 2, 3]);
  expect(shown(5)).toEqual([null, 5]);
  expect(shown(9)).toEqual(shown(null));
});
