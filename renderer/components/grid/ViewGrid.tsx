import './modules.ts';
import type { CellFocusedEvent, CellMouseDownEvent, CellMouseOverEvent, GridApi } from 'ag-grid-community';
import { AgGridReact } from 'ag-grid-react';
import { type ReactNode, type Ref, useEffect, useId, useImperativeHandle, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Selection } from '../../../shared/contract/core.ts';
import type { ViewId } from '../../../shared/domain/brand.ts';
import { rowHeights, useDensity } from '../../app/appearance.ts';
import { useRowPosition } from '../../app/status.ts';
import { useConnection } from '../../connection/connection.ts';
import { usePreference } from '../../connection/preferences.ts';
import { ActionButton } from '../ActionButton.tsx';
import { EmptyState, ErrorState } from '../State.tsx';
import { firstDataColumn, summarise } from './actions.ts';
import { ContextMenu } from './ContextMenu.tsx';
import { columnDefinitions, columnsPreference, readColumns, selectColumn, writeColumns } from './columns.tsx';
import { listShown } from './first-list.ts';
import { CellRange, paintRange } from './range.ts';
import { type RangeSummary, StatusBar } from './StatusBar.tsx';
import { clearSelection, createSelection, selectAlso, selectedCount, selectionOf, toggle } from './selection.ts';
import { useGridTheme } from './theme.ts';
import type { CellEdit, GridMenuItem, Sort, ViewColumn, ViewSource } from './types.ts';
import { useGridKeys } from './useGridKeys.ts';
import { useGridMenu } from './useGridMenu.ts';
import { ViewController } from './view.ts';

/** What a screen can tell its grid. */
export interface ViewGridHandle {
  /** Moves to the row so many below (or above) the current one; the first when there is none. */
  step(delta: number): void;
  /** Shows the row with this id, if the view has it. */
  show(id: number): Promise<boolean>;
  /** Gives the grid the keyboard. */
  focus(): void;
  /** Evaluates the view again, keeping the current row. */
  refresh(): void;
  /** The chosen rows, as the contract says it. */
  selection(): Selection | null;
  clearSelection(): void;
  viewId(): ViewId | null;
}

export interface ViewGridProps<Row extends { readonly id: number }, Filter, Column extends string> {
  /** Under which columns are remembered; also the accessible name's key. */
  readonly name: string;
  readonly label: string;
  readonly source: ViewSource<Row, Filter, Column>;
  readonly filter: Filter;
  readonly columns: readonly ViewColumn<Row, Column>[];
  readonly defaultSort: Sort<Column>;
  readonly handle?: Ref<ViewGridHandle>;
  /** Rows can be chosen (Space, Shift+click, Ctrl+A). */
  readonly selectable?: boolean;
  /** The row under the focus changed; null when the list was shown anew without it. */
  onCurrent?(row: Row | null): void;
  onSelection?(count: number, selection: Selection | null): void;
  /** Enter or a double click on a row. */
  onOpen?(row: Row): void;
  /** Typed, pasted and filled cells of editable columns. */
  onEdit?(edits: readonly CellEdit<Row>[]): void;
  /** More entries for the menu of a row. */
  menu?(row: Row | null): readonly GridMenuItem[];
  /** Shown when the view holds nothing. */
  readonly empty?: ReactNode;
  /** The title of rows that are dimmed, and more: classes by row. */
  rowClass?(row: Row): string | undefined;
}

/** A list of the service in a grid: rows by position, live, with ranges, copy, paste, fill, menu and status bar of its own. */
export function ViewGrid<Row extends { readonly id: number }, Filter, Column extends string>(
  props: ViewGridProps<Row, Filter, Column>,
) {
  const {
    name,
    source,
    filter,
    columns,
    defaultSort,
    selectable = false,
    onCurrent,
    onSelection,
    onEdit,
    rowClass,
  } = props;
  const { t } = useTranslation('grid');
  const theme = useGridTheme();
  const density = useDensity((state) => state.density);
  const epoch = useConnection((connection) => connection.epoch);
  const root = useRef<HTMLDivElement>(null);
  const gridId = `grid-${useId().replace(/\W/g, '')}`;
  const [api, setApi] = useState<GridApi<Row> | null>(null);
  const [controller] = useState(() => new ViewController(source, columns, filter, defaultSort));
  const [selection] = useState(createSelection);
  const [range] = useState(() => new CellRange());
  const [current, setCurrent] = useState<{ row: Row | null; index: number | null }>({ row: null, index: null });
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const view = useStore(controller.state);
  const [remembered, remember] = usePreference(`grid.${name}`, columnsPreference, null);
  const dragging = useRef(false);
  const shiftAnchor = useRef<number | null>(null);
  const latest = useRef({ props, current });
  latest.current = { props, current };

  useEffect(() => {
    if (view.opened) listShown();
  }, [view.opened]);

  controller.setColumns(columns);
  const definitions = useMemo(
    () =>
      columnDefinitions({
        columns,
        sort: defaultSort,
        range,
        selection: selectable ? selection : null,
        onEdit: onEdit ? (edits) => latest.current.props.onEdit?.(edits) : undefined,
        selectTitle: t('selectColumn'),
      }),
    [columns, defaultSort, range, selection, selectable, onEdit, t],
  );

  const repaint = (grid: GridApi<Row>) => {
    if (root.current) paintRange(root.current, grid, range);
    setSummary(summarise(grid, columns, range));
  };
  const position = (grid: GridApi<Row>, column: string | undefined, row: number | null) => {
    const at = grid.getAllDisplayedColumns().findIndex((shown) => shown.getColId() === column);
    return at < 0 || row === null ? null : { row, column: at };
  };

  /** Takes the row at the index as current, now or as soon as it has arrived. */
  const becomeCurrent = (grid: GridApi<Row>, index: number) => {
    const row = grid.getDisplayedRowAtIndex(index)?.data ?? null;
    useRowPosition.setState({ row: index + 1, count: controller.state.getState().count });
    const before = latest.current.current;
    if (before.index === index && before.row === row) return;
    setCurrent({ row, index });
    latest.current.current = { row, index };
    if (row) onCurrent?.(row);
  };

  const forgetCurrent = () => {
    setCurrent({ row: null, index: null });
    latest.current.current = { row: null, index: null };
    useRowPosition.setState({ row: null, count: null });
  };

  const goTo = (index: number) => {
    if (!api || api.isDestroyed()) return;
    const bounded = Math.max(0, Math.min(index, controller.state.getState().count - 1));
    const column = firstDataColumn(api);
    if (column === null || controller.state.getState().count === 0) return;
    api.ensureIndexVisible(bounded);
    const focused = api.getFocusedCell()?.column.getColId();
    api.setFocusedCell(bounded, focused && focused !== selectColumn ? focused : column);
    shiftAnchor.current = bounded;
    becomeCurrent(api, bounded);
  };

  const show = async (id: number) => {
    const at = await controller.locate(id).catch(() => null);
    if (at === null) return false;
    goTo(at);
    return true;
  };

  /** A key that comes while a list is opened means that list; at its end, what came since belongs to it. */
  const step = (delta: number) => {
    const { index, row } = latest.current.current;
    const { count, stale } = controller.state.getState();
    if (controller.opening) void controller.opening.then(() => step(delta));
    else if (index === null) goTo(0);
    else if (!stale || row === null || index + delta < count) goTo(index + delta);
    else
      void controller.reopen().then(async () => {
        const at = await controller.locate(row.id).catch(() => null);
        goTo(at === null ? index : at + delta);
      });
  };

  const refresh = async () => {
    const id = latest.current.current.row?.id;
    await controller.reopen();
    if (id !== undefined && !(await show(id))) {
      forgetCurrent();
      onCurrent?.(null);
    }
  };

  /** Another filter: the open row stays open where the new list has it. The keyboard stays where it is, in the search mostly. */
  const kept = useRef<Row | null>(null);
  const keep = async (row: Row) => {
    kept.current = row;
    await controller.setFilter(filter);
    const at = await controller.locate(row.id).catch(() => null);
    const now = latest.current;
    // a later filter has its own turn, and a row chosen meanwhile is the current one
    if (shown.current.filter !== filter) return;
    kept.current = null;
    if (now.current.index !== null || api?.isDestroyed() !== false) return;
    if (at === null) now.props.onCurrent?.(null);
    else {
      api.ensureIndexVisible(at);
      becomeCurrent(api, at);
    }
  };

  useImperativeHandle(props.handle, () => ({
    step,
    show,
    focus: () => goTo(latest.current.current.index ?? 0),
    refresh: () => void refresh(),
    selection: () => selectionOf(selection.getState(), controller.state.getState().viewId),
    clearSelection: () => clearSelection(selection),
    viewId: () => controller.state.getState().viewId,
  }));

  useEffect(() => {
    controller.revive();
    const stop = controller.follow(
      () => latest.current.current.index === null && !selection.getState().whole && selection.getState().ids.size === 0,
    );
    return () => {
      stop();
      controller.dispose();
      useRowPosition.setState({ row: null, count: null });
    };
  }, [controller, selection]);

  const filterKey = JSON.stringify(source.list === null ? null : filter);
  const shown = useRef({ filterKey, filter, epoch });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the filter, except for arrays
  useEffect(() => {
    const before = shown.current;
    // a filter that changes before the grid is ready is shown when it is
    if (!api) return;
    shown.current = { filterKey, filter, epoch };
    if (before.filterKey !== filterKey || (source.list === null && before.filter !== filter)) {
      clearSelection(selection);
      range.clear();
      repaint(api);
      const row = latest.current.current.row ?? kept.current;
      forgetCurrent();
      if (row && source.list !== null) void keep(row);
      else void controller.setFilter(filter);
    } else if (before.epoch !== epoch) void refresh();
  }, [filterKey, source.list === null ? filter : null, epoch, api]);

  useEffect(() => {
    const tell = () => {
      const { viewId, count } = controller.state.getState();
      const state = selection.getState();
      onSelection?.(selectedCount(state, count), selectionOf(state, viewId));
    };
    const untell = selection.subscribe(tell);
    // the whole of a list that is still being counted grows with it
    const uncount = controller.state.subscribe((now, before) => {
      if (now.count !== before.count && selection.getState().whole) tell();
    });
    return () => {
      untell();
      uncount();
    };
  }, [selection, controller, onSelection]);

  const written = useRef('');
  useEffect(() => {
    const text = JSON.stringify(remembered);
    if (!api || !remembered || text === written.current) return;
    written.current = text;
    writeColumns(api, remembered);
  }, [api, remembered]);
  const rememberColumns = (grid: GridApi<Row>) => {
    const next = readColumns(grid);
    written.current = JSON.stringify(next);
    remember(next);
  };

  const selectBetween = async (from: number, to: number) => {
    const rows = await controller.rowsBetween(Math.min(from, to), Math.max(from, to) + 1).catch(() => []);
    selectAlso(
      selection,
      rows.map((row) => row.id),
    );
  };

  const onCellMouseDown = ({ event, rowIndex, column, api: grid, data }: CellMouseDownEvent<Row>) => {
    if (!(event instanceof MouseEvent) || event.button !== 0 || rowIndex === null) return;
    if (selectable && event.shiftKey) {
      void selectBetween(shiftAnchor.current ?? rowIndex, rowIndex);
      return;
    }
    if (selectable && (event.ctrlKey || event.metaKey) && data) toggle(selection, data.id);
    shiftAnchor.current = rowIndex;
    const at = position(grid, column.getColId(), rowIndex);
    if (!at) return;
    if (event.shiftKey) range.extend(at);
    else range.start(at);
    dragging.current = true;
    repaint(grid);
  };
  const onCellMouseOver = ({ event, rowIndex, column, api: grid }: CellMouseOverEvent<Row>) => {
    if (!dragging.current || !(event instanceof MouseEvent)) return;
    if ((event.buttons & 1) === 0) {
      dragging.current = false;
      return;
    }
    const at = position(grid, column.getColId(), rowIndex);
    if (!at) return;
    range.extend(at);
    repaint(grid);
  };
  const onCellFocused = ({ rowIndex, column, api: grid }: CellFocusedEvent<Row>) => {
    if (rowIndex === null || column === null) return;
    const at = position(grid, typeof column === 'string' ? column : column.getColId(), rowIndex);
    if (at && !dragging.current && !keys.extending.current) {
      range.start(at);
      repaint(grid);
    }
    becomeCurrent(grid, rowIndex);
  };

  controller.onRows = () => {
    const { index } = latest.current.current;
    if (api && !api.isDestroyed() && index !== null) becomeCurrent(api, index);
  };

  const tools = { api, controller, columns, range, selection, selectable, root, repaint, onEdit, current };
  const keys = useGridKeys({
    ...tools,
    onOpen: (row) => props.onOpen?.(row),
    moveAnchor: (row) => {
      shiftAnchor.current = row;
    },
  });
  const menu = useGridMenu({
    ...tools,
    extra: props.menu,
    copy: keys.copyLater,
    paste: keys.pasteFromClipboard,
    fill: keys.fillDown,
    fillRight: keys.fillRight,
    clear: keys.clear,
    refresh: () => void refresh(),
    rememberColumns,
    resetColumns: () => {
      api?.resetColumnState();
      if (api) rememberColumns(api);
    },
  });

  const isEmpty = view.opened && view.complete && view.count === 0 && !view.error;
  return (
    <section
      className="grid"
      aria-label={props.label}
      aria-busy={!view.opened}
      data-testid="grid"
      data-view={view.viewId ?? ''}
      data-count={view.count}
      id={gridId}
    >
      {current.row && <style>{currentRowStyle(gridId, current.row.id)}</style>}
      {view.stale && (
        <div className="grid-stale" role="status" data-testid="grid-stale">
          <span>{t('stale')}</span>
          <ActionButton small keys="R" onClick={() => void refresh()}>
            {t('refresh')}
          </ActionButton>
        </div>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the grid inside has the role and the focus; this listens to what bubbles */}
      <div
        className="grid-body"
        ref={root}
        onMouseDownCapture={(event) => {
          // the focus goes to the cell, the range stays where it began
          keys.extending.current = event.shiftKey;
        }}
        onKeyDown={keys.onKeyDown}
        onContextMenu={menu.open}
      >
        <AgGridReact<Row>
          theme={theme}
          rowModelType="infinite"
          datasource={controller.datasource}
          columnDefs={definitions}
          defaultColDef={{
            resizable: true,
            sortingOrder: ['asc', 'desc'],
            suppressKeyboardEvent: keys.isOurs,
            suppressHeaderMenuButton: true,
          }}
          getRowId={({ data }) => String(data.id)}
          getRowClass={({ data }) => (data && rowClass ? rowClass(data) : undefined)}
          rowHeight={rowHeights[density]}
          cacheBlockSize={100}
          maxBlocksInCache={60}
          maxConcurrentDatasourceRequests={3}
          cacheOverflowSize={1}
          infiniteInitialRowCount={1}
          rowBuffer={12}
          // its room is kept from the start: a bar that comes with the rows would lie over the last column
          alwaysShowVerticalScroll
          animateRows={false}
          suppressMultiSort
          suppressDragLeaveHidesColumns
          suppressNoRowsOverlay
          enableBrowserTooltips
          icons={sortIcons}
          ensureDomOrder
          maintainColumnOrder
          onGridReady={({ api: ready }) => {
            controller.attach(ready);
            setApi(ready);
          }}
          onCellMouseDown={onCellMouseDown}
          onCellMouseOver={onCellMouseOver}
          onCellFocused={onCellFocused}
          onCellDoubleClicked={({ data }) => data && props.onOpen?.(data)}
          onColumnMoved={({ finished, source: by, api: grid }) => finished && by !== 'api' && rememberColumns(grid)}
          onColumnResized={({ finished, source: by, api: grid }) =>
            finished && by === 'uiColumnResized' && rememberColumns(grid)
          }
        />
        {view.error && (
          <div className="grid-over">
            <ErrorState error={view.error} onRetry={() => void controller.reopen()} />
          </div>
        )}
        {isEmpty && <div className="grid-over">{props.empty ?? <EmptyState title={t('empty')} />}</div>}
      </div>
      <StatusBar view={view} selection={selection} range={summary} onClear={() => clearSelection(selection)} />
      {menu.shown && <ContextMenu {...menu.shown} onClose={menu.close} />}
    </section>
  );
}

/** Drawn in the page: AG Grid's own are masks, which older Chromium shows as squares. */
const arrow = (path: string) =>
  `<svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true"><path d="${path}" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
const sortIcons = { sortAscending: arrow('M6 10V2M3 5l3-3 3 3'), sortDescending: arrow('M6 2v8M3 7l3 3 3-3') };

/** The current row is marked by a rule, so that no row has to be drawn again when it changes. */
function currentRowStyle(gridId: string, id: number): string {
  const row = `#${gridId} .ag-row[row-id="${id}"]`;
  const pinned = '.ag-pinned-left-cols-container .ag-row';
  // the stripe is at the left of the whole row: of the part that stays, where a column does
  const first = `#${gridId} ${pinned}[row-id="${id}"],#${gridId}:not(:has(${pinned})) .ag-row[row-id="${id}"]`;
  return `${row}{background:var(--sel)}${first}{box-shadow:inset 3px 0 var(--accent)}${row}::before{background:none}`;
}
