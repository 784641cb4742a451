// biome-ignore-all lint/a11y/useSemanticElements: HTML has no tree
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { rowsOf, treeOf } from './tree.ts';

interface CategoryTreeProps {
  readonly value: number | null;
  onChange(categoryId: number | null): void;
}

/** The marketplace's categories: arrows move and open, Enter filters the list by the category and all below it. */
export function CategoryTree({ value, onChange }: CategoryTreeProps) {
  const { t } = useTranslation('catalog');
  const id = useId();
  const answer = useQuery('catalog.categories', {}, { refreshOn: ['list.changed'], calm: 5_000 });
  const [text, setText] = useState('');
  const [open, setOpen] = useState<ReadonlySet<number>>(() => new Set());
  const [at, setAt] = useState(0);
  const branches = useMemo(() => treeOf(answer.data?.categories ?? []), [answer.data]);
  const rows = useMemo(() => rowsOf(branches, open, text), [branches, open, text]);
  // position 0 is “all categories”
  const active = Math.min(at, rows.length);

  const toggle = (categoryId: number, on: boolean) => {
    const next = new Set(open);
    if (on) next.add(categoryId);
    else next.delete(categoryId);
    setOpen(next);
  };
  const move = (to: number) => {
    const bounded = Math.max(0, Math.min(rows.length, to));
    setAt(bounded);
    document.getElementById(`${id}-${bounded}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[active - 1];
    if (event.key === 'ArrowDown') move(active + 1);
    else if (event.key === 'ArrowUp') move(active - 1);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(rows.length);
    else if (event.key === 'ArrowRight' && row?.hasChildren && !row.open) toggle(row.category.categoryId, true);
    else if (event.key === 'ArrowRight' && row?.hasChildren) move(active + 1);
    else if (event.key === 'ArrowLeft' && row?.hasChildren && row.open) toggle(row.category.categoryId, false);
    else if (event.key === 'ArrowLeft') {
      const parent = rows.findIndex((other) => other.category.categoryId === row?.category.parentId);
      move(parent + 1);
    } else if (event.key === 'Enter' || event.key === ' ') onChange(row?.category.categoryId ?? null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const empty = answer.data && answer.data.categories.length === 0;
  return (
    <section className="tree" aria-label={t('categories.title')}>
      <input
        type="search"
        className="tree-find"
        aria-label={t('categories.find')}
        placeholder={t('categories.find')}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(event.currentTarget.value === '' ? 0 : 1);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === 'ArrowDown') document.getElementById(`${id}-tree`)?.focus();
          else if (event.key === 'Escape') setText('');
          else return;
          event.preventDefault();
        }}
      />
      {answer.error && <ErrorState error={answer.error} onRetry={answer.refresh} />}
      {empty && <p className="quiet tree-note">{t('categories.empty')}</p>}
      {text !== '' && rows.length === 0 && !empty && <p className="quiet tree-note">{t('categories.noMatch')}</p>}
      <div
        id={`${id}-tree`}
        role="tree"
        aria-label={t('categories.title')}
        aria-activedescendant={`${id}-${active}`}
        tabIndex={0}
        className="tree-rows"
        onKeyDown={onKeyDown}
        data-testid="category-tree"
      >
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys */}
        <div
          id={`${id}-0`}
          role="treeitem"
          tabIndex={-1}
          aria-level={1}
          aria-selected={value === null}
          className={active === 0 ? 'tree-row active' : 'tree-row'}
          onClick={() => {
            setAt(0);
            onChange(null);
          }}
        >
          <span className="twist" />
          <span className="cut">{t('categories.all')}</span>
        </div>
        {rows.map(({ category, depth, hasChildren, open: isOpen }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys
          <div
            key={category.categoryId}
            id={`${id}-${index + 1}`}
            role="treeitem"
            tabIndex={-1}
            aria-level={depth + 1}
            aria-selected={category.categoryId === value}
            {...(hasChildren && { 'aria-expanded': isOpen })}
            className={active === index + 1 ? 'tree-row active' : 'tree-row'}
            style={{ paddingLeft: 8 + depth * 14 }}
            title={category.path}
            onClick={() => {
              setAt(index + 1);
              onChange(category.categoryId);
            }}
          >
            <span
              className="twist"
              aria-hidden
              onClick={(event) => {
                if (!hasChildren) return;
                event.stopPropagation();
                toggle(category.categoryId, !isOpen);
              }}
            >
              {hasChildren ? (isOpen ? '▾' : '▸') : ''}
            </span>
            <span className="cut">{category.name}</span>
          </div>
        ))}
      </div>
    </section>
  );
}
