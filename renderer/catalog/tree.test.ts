import { expect, test } from 'vitest';
import type { Category } from '../../shared/contract/catalog.ts';
import { category } from '../../shared/contract/catalog.ts';
import { rowsOf, treeOf } from './tree.ts';

const make = (categoryId: number, parentId: number | null, name: string): Category =>
  category.parse({ categoryId, parentId, name, path: name, depth: 0 });
const categories = [
  make(1, null, 'Audio'),
  make(2, 1, 'Headphones'),
  make(3, 2, 'Wireless'),
  make(4, null, 'Video'),
  make(5, 99, 'Orphan'),
];
const names = (open: number[], text = '') =>
  rowsOf(treeOf(categories), new Set(open), text).map(({ category: { name }, depth }) => `${'-'.repeat(depth)}${name}`);

test('closed branches hide what is below them; an unknown parent makes a root', () => {
  expect(names([])).toEqual(['Audio', 'Video', 'Orphan']);
  expect(names([1])).toEqual(['Audio', '-Headphones', 'Video', 'Orphan']);
  expect(names([1, 2])).toEqual(['Audio', '-Headphones', '--Wireless', 'Video', 'Orphan']);
});

test('a text shows what matches, and the way to it', () => {
  expect(names([], 'wire')).toEqual(['Audio', '-Headphones', '--Wireless']);
  expect(names([], 'nothing')).toEqual([]);
});
