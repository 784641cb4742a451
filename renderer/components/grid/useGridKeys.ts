import type { GridApi, SuppressKeyboardEventParams } from 'ag-grid-community';
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { notify } from '../notify.tsx';
import { clearEdits, copyLimit, editLimit, fillEdits, pasteEdits, type RangeEdits, rangeText } from './actions.ts';
import type { CellRange, Rectangle } from './range.ts';
import { type SelectionStore, selectWhole, toggle } from './selection.ts';
import type { CellEdit, ViewColumn } from './types.ts';
import type { ViewController } from './view.ts';

/** What the grid's helpers share. */
export interface GridTools<Row extends { readonly id: number }, Filter, Column extends string> {
  readonly api: GridApi<Row> | null;
  readonly controller: ViewController<Row, Filter, Column>;
  readonly columns: readonly ViewColumn<Row, Column>[];
  readonly range: CellRange;
  readonly selection: SelectionStore;
  readonly selectable: boolean;
  readonly root: RefObject<HTMLDivElement | null>;
  repaint(api: GridApi<Row>): void;
  readonly onEdit: ((edits: readonly CellEdit<Row>[]) => void) | undefined;
  readonly current: { readonly row: Row | null; readonly index: number | null };
}

interface Keys<Row extends { readonly id: number }, Filter, Column extends string>
  extends GridTools<Row, Filter, Column> {
  onOpen(row: Row): void;
  moveAnchor(row: number): void;
}

const inField = (target: EventTarget | null) => target instanceof HTMLInputElement && target.type !== 'checkbox';

const arrows: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Keys and clipboard of the grid: what AG Grid Community has not. */
export function useGridKeys<Row extends { readonly id: number }, Filter, Column extends string>(
  keys: Keys<Row, Filter, Column>,
) {
  const { t } = useTranslation('grid');
  const extending = useRef(false);
  const { api, range, onEdit } = keys;

  /** Keys that AG Grid leaves to us. */
  const isOurs = ({ event, editing }: SuppressKeyboardEventParams<Row>): boolean => {
    if (editing) return false;
    const { key } = event;
    if (event.ctrlKey || event.metaKey) return event.shiftKey || !(key in arrows);
    if (onEdit && (key === 'Delete' || key === 'Backspace')) return true;
    if (key in arrows) return event.shiftKey;
    return key === ' ' || key === 'Enter' || key === 'Escape' || (key.length === 1 && !onEdit) || key === 'F10';
  };

  const extend = (by: readonly [number, number]) => {
    const at = range.at;
    if (!api || !at) return;
    const row = Math.max(0, Math.min(at.row + by[0], keys.controller.state.getState().count - 1));
    const shown = api.getAllDisplayedColumns();
    const column = Math.max(0, Math.min(at.column + by[1], shown.length - 1));
    range.extend({ row, column });
    api.ensureIndexVisible(row);
    const target = shown[column];
    if (target) api.ensureColumnVisible(target);
    keys.repaint(api);
  };

  /** To the edge of the list. */
  const extendToEdge = ([down, right]: readonly [number, number]) => {
    const last = keys.controller.state.getState().count;
    extend([down * last, right * (api?.getAllDisplayedColumns().length ?? 0)]);
  };
  const everyCell = () => {
    const rows = keys.controller.state.getState().count;
    const shown = api?.getAllDisplayedColumns().length ?? 0;
    if (!api || rows === 0 || shown === 0) return;
    range.start({ row: 0, column: 0 });
    range.extend({ row: rows - 1, column: shown - 1 });
    keys.repaint(api);
  };

  /** Changes cells as one command, or says why nothing is changed. */
  const change = (
    make: (
      grid: GridApi<Row>,
      area: Rectangle,
      fetch: (from: number, to: number) => Promise<readonly Row[]>,
    ) => Promise<RangeEdits<Row>>,
    cells = range.size,
  ) => {
    const area = range.rectangle;
    if (!api || !area || !onEdit) return;
    if (cells > editLimit) {
      notify({ message: t('tooManyToEdit', { count: editLimit }), tone: 'bad' });
      return;
    }
    void make(api, area, (from, to) => keys.controller.rowsBetween(from, to)).then(
      ({ edits, outside }) => {
        if (outside > 0) notify({ id: 'outside', message: t('outside', { count: outside }), tone: 'bad' });
        else if (edits.length > 0) onEdit(edits);
      },
      () => notify({ message: t('failed'), tone: 'bad' }),
    );
  };
  const fill = (to: 'down' | 'right') => change((grid, area, fetch) => fillEdits(grid, fetch, keys.columns, area, to));
  const fillDown = () => fill('down');
  const clear = () => change((grid, area, fetch) => clearEdits(grid, fetch, keys.columns, area));

  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target;
    extending.current = false;
    if (!api || !(target instanceof HTMLElement) || event.defaultPrevented) return;
    const cell = target.closest('.ag-cell');
    if (!cell || cell.classList.contains('ag-cell-inline-editing')) return;
    const modified = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    const { row } = keys.current;
    if (event.shiftKey && event.key in arrows) {
      const by = arrows[event.key];
      if (by && modified) extendToEdge(by);
      else if (by) extend(by);
    } else if (modified && (event.key === 'Home' || event.key === 'End')) {
      const focused = api.getFocusedCell();
      const index = event.key === 'Home' ? 0 : keys.controller.state.getState().count - 1;
      if (!focused || index < 0) return;
      api.ensureIndexVisible(index);
      api.setFocusedCell(index, focused.column);
    } else if (event.key === ' ' && keys.selectable && row) {
      toggle(keys.selection, row.id);
      if (keys.current.index !== null) keys.moveAnchor(keys.current.index);
    } else if (modified && letter === 'a' && keys.selectable) selectWhole(keys.selection);
    else if (modified && letter === 'a' && onEdit) everyCell();
    else if (modified && letter === 'd' && onEdit) fill('down');
    else if (modified && letter === 'r' && onEdit) fill('right');
    else if ((event.key === 'Delete' || event.key === 'Backspace') && onEdit) clear();
    else if (event.key === 'F2' && onEdit) {
      const focused = api.getFocusedCell();
      if (focused) api.startEditingCell({ rowIndex: focused.rowIndex, colKey: focused.column });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const tellCopied = (cells: number) => notify({ id: 'copied', message: t('copied', { count: cells }), time: 2_000 });

  /** Copies the range; rows that are not loaded are fetched first. */
  const copyLater = async (withHeaders: boolean) => {
    const area = range.rectangle;
    if (!api || !area) return;
    if (area.bottom - area.top >= copyLimit) {
      notify({ message: t('tooManyToCopy', { count: copyLimit }), tone: 'bad' });
      return;
    }
    const text = await rangeText(api, keys.controller, keys.columns, area, withHeaders);
    await navigator.clipboard.writeText(text);
    tellCopied(range.size);
  };

  const onCopy = (event: ClipboardEvent) => {
    const area = range.rectangle;
    if (!api || !area || !event.clipboardData) return;
    event.preventDefault();
    const text = area.bottom - area.top < copyLimit ? rangeText(api, keys.controller, keys.columns, area, false) : null;
    if (typeof text === 'string') {
      event.clipboardData.setData('text/plain', text);
      tellCopied(range.size);
    } else void copyLater(false).catch(() => undefined);
  };

  const paste = (text: string) => {
    if (text === '') return;
    const cells = text.split(/[\t\n]/).length;
    change((grid, area, fetch) => pasteEdits(grid, fetch, keys.columns, area, text), Math.max(cells, range.size));
  };
  const onPaste = (event: ClipboardEvent) => {
    if (!onEdit || !event.clipboardData) return;
    event.preventDefault();
    paste(event.clipboardData.getData('text/plain'));
  };

  // a cell holds no selection, so the browser gives these events to the body: what has the focus says whose they are
  const clipboard = useRef({ onCopy, onPaste });
  clipboard.current = { onCopy, onPaste };
  const { root } = keys;
  useEffect(() => {
    const isOurs = () => root.current?.contains(document.activeElement) === true && !inField(document.activeElement);
    const copy = (event: ClipboardEvent) => isOurs() && clipboard.current.onCopy(event);
    const pasted = (event: ClipboardEvent) => isOurs() && clipboard.current.onPaste(event);
    document.addEventListener('copy', copy);
    document.addEventListener('paste', pasted);
    return () => {
      document.removeEventListener('copy', copy);
      document.removeEventListener('paste', pasted);
    };
  }, [root]);

  const pasteFromClipboard = () => {
    void navigator.clipboard.readText().then(paste, () => undefined);
  };

  return {
    isOurs,
    onKeyDown,
    copyLater,
    pasteFromClipboard,
    fillDown,
    fillRight: () => fill('right'),
    clear,
    extending,
  };
}
