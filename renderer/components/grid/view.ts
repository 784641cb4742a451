import type { GridApi, IDatasource, SortModelItem } from 'ag-grid-community';
import { createStore } from 'zustand/vanilla';
import type { ViewId } from '../../../shared/domain/brand.ts';
import type { BinderyError } from '../../../shared/domain/errors.ts';
import { client } from '../../connection/connection.ts';
import { asBinderyError } from '../../connection/hooks.ts';
import type { Sort, ViewColumn, ViewPage, ViewSource } from './types.ts';

export interface ViewState {
  readonly viewId: ViewId | null;
  readonly count: number;
  readonly complete: boolean;
  readonly error: BinderyError | null;
  /** Rows came or went since the view was evaluated. */
  readonly stale: boolean;
  readonly opened: boolean;
}

interface OpenView<Row, Column extends string> extends ViewPage<Row> {
  readonly key: string;
  readonly viewId: ViewId;
  readonly sort: Sort<Column>;
}

const blockSize = 100;

/** Between AG Grid's infinite row model and one list of the service: opens views, fetches blocks, follows changes. */
export class ViewController<Row extends { readonly id: number }, Filter, Column extends string> {
  readonly state = createStore<ViewState>()(() => ({
    viewId: null,
    count: 0,
    complete: true,
    error: null,
    stale: false,
    opened: false,
  }));
  private readonly source: ViewSource<Row, Filter, Column>;
  private columns: readonly ViewColumn<Row, Column>[];
  private filter: Filter;
  private readonly defaultSort: Sort<Column>;
  private api: GridApi<Row> | null = null;
  private view: Promise<OpenView<Row, Column>> | null = null;
  private viewKey = '';
  private generation = 0;
  private closed = false;
  private readonly changed = new Set<number>();
  private changeTimer: ReturnType<typeof setTimeout> | undefined;
  /** Called after rows arrived, so that the grid can catch up with a row it waited for. */
  onRows: () => void = () => undefined;

  constructor(
    source: ViewSource<Row, Filter, Column>,
    columns: readonly ViewColumn<Row, Column>[],
    filter: Filter,
    sort: Sort<Column>,
  ) {
    this.source = source;
    this.columns = columns;
    this.filter = filter;
    this.defaultSort = sort;
  }

  attach(api: GridApi<Row>): void {
    this.api = api;
  }

  setColumns(columns: readonly ViewColumn<Row, Column>[]): void {
    this.columns = columns;
  }

  readonly datasource: IDatasource = {
    getRows: (params) => {
      const missed = new Set<number>();
      this.loading.add(missed);
      this.block(params.startRow, params.endRow, params.sortModel).then(
        ({ rows, count, complete }) => {
          this.loading.delete(missed);
          params.successCallback([...rows], complete ? count : undefined);
          this.rowsCame();
          this.onRows();
          // what changed while these rows were on their way is read again, now that they have a place
          if (missed.size > 0) this.refreshSoon([...missed]);
        },
        (thrown: unknown) => {
          this.loading.delete(missed);
          params.failCallback();
          this.rowsCame();
          const error = asBinderyError(thrown);
          if (error.code !== 'cancelled' && error.code !== 'disconnected') this.state.setState({ error, opened: true });
        },
      );
    },
  };

  /** Until the rows of the list that is being opened are on screen; null when they are. */
  get opening(): Promise<void> | null {
    return this.reopening;
  }
  private reopening: Promise<void> | null = null;
  private rowsCame: () => void = () => undefined;

  /** Shows another filter: the rows on screen stay until the new ones are here. */
  async setFilter(filter: Filter): Promise<void> {
    this.filter = filter;
    await this.reopen();
    if (this.api && !this.api.isDestroyed() && this.state.getState().count > 0) this.api.ensureIndexVisible(0, 'top');
  }

  /** Evaluates the same view again. Ends when its first rows are on screen. */
  reopen(): Promise<void> {
    this.rowsCame();
    const reopening = this.openAgain().finally(() => {
      if (this.reopening === reopening) this.reopening = null;
    });
    this.reopening = reopening;
    return reopening;
  }

  private async openAgain(): Promise<void> {
    const api = this.api;
    if (!api || api.isDestroyed() || this.closed) return;
    this.generation++;
    try {
      const view = await this.ensure(sortModelOf(api));
      if (api.isDestroyed()) return;
      const rows = Math.max(view.count, view.complete ? 0 : 1);
      const came = new Promise<void>((resolve) => {
        this.rowsCame = resolve;
      });
      api.setRowCount(rows, view.complete);
      api.refreshInfiniteCache();
      if (rows > 0) await came;
    } catch (thrown) {
      const error = asBinderyError(thrown);
      if (error.code !== 'cancelled' && error.code !== 'disconnected') this.state.setState({ error, opened: true });
    }
  }

  private sortOf(model: readonly SortModelItem[]): Sort<Column> {
    const first = model[0];
    const column = first && this.columns.find(({ id }) => id === first.colId)?.sort;
    if (!first || !column) return this.defaultSort;
    return { column, direction: first.sort === 'asc' ? 'ascending' : 'descending' };
  }

  private ensure(model: readonly SortModelItem[]): Promise<OpenView<Row, Column>> {
    const sort = this.sortOf(model);
    const key = `${this.generation} ${sort.column} ${sort.direction}`;
    if (this.view && this.viewKey === key) return this.view;
    const replaces = this.state.getState().viewId;
    this.viewKey = key;
    this.openedRowsAreOld = false;
    const opening = this.source
      .open({ filter: this.filter, sort, first: blockSize, ...(replaces && { replaces }) })
      .then((answer) => {
        const view = { ...answer, key, sort };
        if (this.closed || this.viewKey !== key) {
          void this.source.close({ viewId: answer.viewId }).catch(() => undefined);
          return view;
        }
        const { viewId, count, complete } = answer;
        this.state.setState({ viewId, count, complete, error: null, stale: false, opened: true });
        return view;
      });
    opening.catch(() => {
      if (this.viewKey === key) this.view = null;
    });
    this.view = opening;
    return opening;
  }

  private async block(from: number, to: number, model: readonly SortModelItem[]): Promise<ViewPage<Row>> {
    const view = await this.ensure(model);
    const state = this.state.getState();
    const known = state.viewId === view.viewId ? { count: state.count, complete: state.complete } : view;
    // what `open` answered with serves the first block once; afterwards it may have changed
    if (
      !this.openedRowsAreOld &&
      from === 0 &&
      view.rows.length > 0 &&
      view.rows.length >= Math.min(to, known.count) &&
      !this.served.has(view)
    ) {
      this.served.add(view);
      return { rows: view.rows, ...known };
    }
    const page = await this.source.rows({ viewId: view.viewId, from, to });
    if (this.viewKey === view.key) this.state.setState({ count: page.count, complete: page.complete, error: null });
    return page;
  }
  private readonly served = new WeakSet<object>();

  /** Rows by position, from the service, whether or not they are on screen. */
  async rowsBetween(from: number, to: number): Promise<readonly Row[]> {
    const { viewId } = this.state.getState();
    if (viewId === null) return [];
    const rows: Row[] = [];
    for (let start = from; start < to; start += 500) {
      const page = await this.source.rows({ viewId, from: start, to: Math.min(to, start + 500) });
      rows.push(...page.rows);
    }
    return rows;
  }

  async locate(id: number): Promise<number | null> {
    const { viewId } = this.state.getState();
    if (viewId === null) return null;
    return (await this.source.locate({ viewId, id })).position;
  }

  /** Follows the service's events. @returns stops */
  follow(untouched: () => boolean): () => void {
    const { list } = this.source;
    let autoTimer: ReturnType<typeof setTimeout> | undefined;
    const stops = [
      client.on('view.progress', ({ viewId, count, complete }) => {
        if (viewId !== this.state.getState().viewId) return;
        this.state.setState({ count, complete });
        if (this.api && !this.api.isDestroyed()) this.api.setRowCount(count, complete);
      }),
      client.on('rows.changed', (change) => {
        if (change.list !== list) return;
        if (change.ids === null) this.refreshSoon(null);
        else this.refreshSoon(change.ids);
      }),
      client.on('list.changed', (change) => {
        if (change.list !== list) return;
        if (!untouched() && this.state.getState().count > 0) {
          this.state.setState({ stale: true });
          return;
        }
        // nobody is reading yet: new rows simply appear
        autoTimer ??= setTimeout(() => {
          autoTimer = undefined;
          if (untouched() || this.state.getState().count === 0) void this.reopen();
          else this.state.setState({ stale: true });
        }, 700);
      }),
    ];
    return () => {
      clearTimeout(autoTimer);
      clearTimeout(this.changeTimer);
      this.changeTimer = undefined;
      for (const stop of stops) stop();
    };
  }

  private refreshAll = false;
  /** Changes seen by each block that is on its way. */
  private readonly loading = new Set<Set<number>>();
  /** Something changed since the view was opened, so what `open` answered with is not shown any more. */
  private openedRowsAreOld = false;
  private refreshSoon(ids: readonly number[] | null): void {
    if (ids === null) this.refreshAll = true;
    else for (const id of ids) this.changed.add(id);
    for (const missed of this.loading) for (const id of ids ?? []) missed.add(id);
    this.openedRowsAreOld = true;
    this.changeTimer ??= setTimeout(() => {
      this.changeTimer = undefined;
      void this.refreshChanged().catch(() => undefined);
    }, 80);
  }

  private async refreshChanged(): Promise<void> {
    const { api } = this;
    const { viewId } = this.state.getState();
    const ids = [...this.changed];
    const all = this.refreshAll || ids.length > 400;
    this.changed.clear();
    this.refreshAll = false;
    if (!api || api.isDestroyed() || viewId === null) return;
    if (all) {
      api.refreshInfiniteCache();
      return;
    }
    const spans = new Map<number, { from: number; to: number }>();
    for (const id of ids) {
      const index = api.getRowNode(String(id))?.rowIndex;
      if (index === undefined || index === null) continue;
      const block = Math.floor(index / blockSize);
      const span = spans.get(block) ?? { from: index, to: index + 1 };
      spans.set(block, { from: Math.min(span.from, index), to: Math.max(span.to, index + 1) });
    }
    for (const span of spans.values()) {
      const page = await this.source.rows({ viewId, ...span });
      if (api.isDestroyed()) return;
      for (const row of page.rows) api.getRowNode(String(row.id))?.setData(row);
    }
    if (spans.size > 0) this.onRows();
  }

  dispose(): void {
    this.closed = true;
    this.rowsCame();
    const { viewId } = this.state.getState();
    if (viewId !== null) void this.source.close({ viewId }).catch(() => undefined);
  }

  /** Mounted again (React's development double mount): the view is opened anew. */
  revive(): void {
    if (!this.closed) return;
    this.closed = false;
    this.generation++;
    this.view = null;
    this.state.setState({ viewId: null });
  }
}

function sortModelOf<Row>(api: GridApi<Row>): SortModelItem[] {
  return api
    .getColumnState()
    .filter((column) => column.sort)
    .map((column) => ({ colId: column.colId, sort: column.sort === 'asc' ? 'asc' : 'desc' }));
}
