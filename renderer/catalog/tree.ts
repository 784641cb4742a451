import type { Category } from '../../shared/contract/catalog.ts';

export interface Branch {
  readonly category: Category;
  readonly children: readonly Branch[];
}

/** The categories as a tree, in their order; one whose parent is unknown stands at the top. */
export function treeOf(categories: readonly Category[]): readonly Branch[] {
  const known = new Set(categories.map(({ categoryId }) => categoryId));
  const byParent = new Map<number | null, Category[]>();
  for (const category of categories) {
    const parent = category.parentId !== null && known.has(category.parentId) ? category.parentId : null;
    const siblings = byParent.get(parent);
    if (siblings) siblings.push(category);
    else byParent.set(parent, [category]);
  }
  const below = (parent: number | null): readonly Branch[] =>
    (byParent.get(parent) ?? []).map((category) => ({ category, children: below(category.categoryId) }));
  return below(null);
}

export interface TreeRow {
  readonly category: Category;
  readonly depth: number;
  readonly hasChildren: boolean;
  readonly open: boolean;
}

/** The rows in sight: below what is open, or, with a text, what matches it and what leads there. */
export function rowsOf(branches: readonly Branch[], open: ReadonlySet<number>, text: string): readonly TreeRow[] {
  const wanted = text.trim().toLocaleLowerCase();
  const matches = (branch: Branch): boolean =>
    branch.category.name.toLocaleLowerCase().includes(wanted) || branch.children.some(matches);
  const rows: TreeRow[] = [];
  const add = (branch: Branch, depth: number) => {
    if (wanted !== '' && !matches(branch)) return;
    const isOpen = wanted !== '' || open.has(branch.category.categoryId);
    rows.push({ category: branch.category, depth, hasChildren: branch.children.length > 0, open: isOpen });
    if (isOpen) for (const child of branch.children) add(child, depth + 1);
  };
  for (const branch of branches) add(branch, 0);
  return rows;
}
