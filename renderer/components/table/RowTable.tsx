// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot draw only the rows in sight
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rowHeights, useDensity } from '../../app/appearance.ts';
import type { Sort } from './useSorted.ts';
import './table.css';

export interface RowColumn<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of the CSS grid: `104px`, `minmax(120px, 1fr)`. */
  readonly width: string;
  readonly align?: 'right';
  cell(row: Row): ReactNode;
  /** The whole text, for what is cut. */
  hint?(row: Row): string;
  /** Given, the column sorts. */
  compare?(a: Row, b: Row): number;
}

interface RowTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly RowColumn<Row>[];
  rowKey(row: Row): string;
  /** Said of a row by screen readers when it has a check box. */
  rowLabel?(row: Row): string;
  readonly current: string | null;
  onCurrent(key: string): void;
  /** Enter or double click. */
  onOpen?(key: string): void;
  /** With check boxes: the keys that are checked. */
  readonly checked?: ReadonlySet<string>;
  onChecked?(next: ReadonlySet<string>): void;
  readonly sort: Sort | null;
  onSort(column: string): void;
  readonly 'data-testid'?: string;
}

const overscan = 8;

/**
 * A list whose rows are all in the page's memory (sellers, mappings): one stop of the Tab key, moved in by arrows, checked
 * by Space; only the rows in sight are drawn. Lists of the service's views use the grid.
 */
export function RowTable<Row>(props: RowTableProps<Row>) {
  const { label, rows, columns, rowKey, current, onCurrent, onOpen, checked, onChecked, sort, onSort } = props;
  const { t } = useTranslation('mapping');
  const id = useId();
  const body = useRef<HTMLDivElement>(null);
  const anchor = useRef<number | null>(null);
  const height = rowHeights[useDensity((state) => state.density)];
  const [view, setView] = useState({ top: 0, height: 600 });
  const position = current === null ? -1 : rows.findIndex((row) => rowKey(row) === current);
  const template = `${checked ? '34px ' : ''}${columns.map((column) => column.width).join(' ')}`;

  useLayoutEffect(() => {
    const element = body.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView({ top: element.scrollTop, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = body.current;
    if (!element || position < 0) return;
    const top = position * height;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + 2 * height > element.scrollTop + element.clientHeight)
      element.scrollTop = top + 2 * height - element.clientHeight; // one row for the head
  }, [position, height]);

  const check = (from: number, to: number, on: boolean) => {
    if (!checked || !onChecked) return;
    const next = new Set(checked);
    for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      if (on) next.add(rowKey(row));
      else next.delete(rowKey(row));
    }
    onChecked(next);
  };
  const toggle = (index: number, range: boolean) => {
    const row = rows[index];
    if (!row) return;
    if (range && anchor.current !== null) check(anchor.current, index, true);
    else check(index, index, !checked?.has(rowKey(row)));
    anchor.current = index;
  };
  const goTo = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row) onCurrent(rowKey(row));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(view.height / height) - 2);
    const mod = event.ctrlKey || event.metaKey;
    if (event.altKey || (mod && event.key !== 'a')) return;
    if (event.key === 'a' && mod && onChecked) onChecked(new Set(rows.map(rowKey)));
    else if (event.key === 'a') return;
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const next = position + (event.key === 'ArrowDown' ? 1 : -1);
      if (event.shiftKey && checked && position >= 0 && next >= 0)
        check(position, Math.min(next, rows.length - 1), true);
      goTo(next);
    } else if (event.key === 'PageDown') goTo(position + page);
    else if (event.key === 'PageUp') goTo(position - page);
    else if (event.key === 'Home') goTo(0);
    else if (event.key === 'End') goTo(rows.length - 1);
    else if (event.key === ' ' && checked && position >= 0) toggle(position, event.shiftKey);
    else if (event.key === 'Enter' && current !== null && onOpen) onOpen(current);
    else return;
    event.preventDefault();
  };

  const from = Math.max(0, Math.floor(view.top / height) - overscan);
  const to = Math.min(rows.length, Math.ceil((view.top + view.height) / height) + overscan);
  const allChecked = checked !== undefined && rows.length > 0 && rows.every((row) => checked.has(rowKey(row)));
  return (
    <div
      ref={body}
      className="rows"
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-multiselectable={checked !== undefined}
      {...(position >= 0 && { 'aria-activedescendant': `${id}-${position}` })}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => {
        const top = event.currentTarget.scrollTop;
        setView((before) => ({ ...before, top }));
      }}
      data-testid={props['data-testid']}
    >
      <div className="rows-head" role="row" aria-rowindex={1} tabIndex={-1} style={{ gridTemplateColumns: template }}>
        {checked && (
          <span role="columnheader" tabIndex={-1}>
            <input
              type="checkbox"
              aria-label={t('selectAll')}
              checked={allChecked}
              onChange={() => onChecked?.(allChecked ? new Set() : new Set(rows.map(rowKey)))}
            />
          </span>
        )}
        {columns.map((column) => (
          <span
            key={column.id}
            role="columnheader"
            tabIndex={-1}
            className={column.align}
            aria-sort={sort?.column === column.id ? sort.direction : 'none'}
          >
            {column.compare ? (
              <button type="button" onClick={() => onSort(column.id)}>
                {column.title}
                <span aria-hidden>
                  {sort?.column !== column.id ? '' : sort.direction === 'ascending' ? ' ↑' : ' ↓'}
                </span>
              </button>
            ) : (
              column.title
            )}
          </span>
        ))}
      </div>
      <div className="rows-body" role="rowgroup" style={{ height: rows.length * height }}>
        {rows.slice(from, to).map((row, offset) => {
          const index = from + offset;
          const key = rowKey(row);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
            <div
              key={key}
              id={`${id}-${index}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={checked ? checked.has(key) : key === current}
              tabIndex={-1}
              className={key === current ? 'row current' : 'row'}
              style={{ gridTemplateColumns: template, height, top: index * height }}
              onClick={() => onCurrent(key)}
              onMouseDown={(event) => {
                if (event.shiftKey) event.preventDefault();
              }}
              onDoubleClick={() => onOpen?.(key)}
            >
              {checked && (
                <span role="gridcell" tabIndex={-1}>
                  <input
                    type="checkbox"
                    tabIndex={-1}
                    aria-label={props.rowLabel?.(row) ?? t('column.select')}
                    checked={checked.has(key)}
                    onMouseDown={(event) => event.preventDefault()}
                    onChange={() => undefined}
                    onClick={(event) => {
                      event.stopPropagation();
                      toggle(index, event.shiftKey);
                    }}
                  />
                </span>
              )}
              {columns.map((column) => (
                <span key={column.id} role="gridcell" tabIndex={-1} className={column.align} title={column.hint?.(row)}>
                  {column.cell(row)}
                </span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
