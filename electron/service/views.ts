import { randomUUID } from 'node:crypto';
import type { Selection } from '../../shared/contract/core.ts';
import type { ViewId } from '../../shared/domain/brand.ts';
import { BinderyError } from '../../shared/domain/errors.ts';
import type { Events } from './events.ts';

/** How one kind of list is read. */
export interface ViewSource<Params, Row> {
  first(params: Params, limit: number, signal: AbortSignal): Promise<{ rows: Row[]; ids: number[] }>;
  all(params: Params, signal: AbortSignal): Promise<Int32Array>;
  rows(ids: readonly number[]): Promise<Row[]>;
}

interface View {
  readonly first: readonly number[];
  ids: Int32Array | null;
  readonly whole: Promise<Int32Array>;
  readonly cancel: AbortController;
}

/** A window keeps at most this many views; the oldest is closed beyond it. */
const viewsKept = 24;

/**
 * The evaluated lists of one kind in one window. Opening answers with the first rows, which an index serves at once; the whole order
 * of ids follows from the long reader, and blocks are then fetched by position.
 */
export class Views<Params, Row> {
  readonly #views = new Map<string, View>();
  readonly #source: ViewSource<Params, Row>;
  readonly #emit: Events['emit'];

  /** @param emit tells this window, and no other, of `view.progress` */
  constructor(source: ViewSource<Params, Row>, emit: Events['emit']) {
    this.#source = source;
    this.#emit = emit;
  }

  async open(params: Params, options: { first: number; replaces?: string | undefined; signal: AbortSignal }) {
    const source = this.#source;
    const cancel = new AbortController();
    const wanted = Math.max(options.first, 1);
    const first = await source.first(params, wanted, options.signal);
    const viewId = randomUUID() as string as ViewId;
    const complete = first.ids.length < wanted;
    const whole = complete ? Promise.resolve(Int32Array.from(first.ids)) : source.all(params, cancel.signal);
    const view: View = { first: first.ids, ids: complete ? Int32Array.from(first.ids) : null, whole, cancel };
    this.#views.set(viewId, view);
    if (options.replaces !== undefined) this.close(options.replaces);
    for (const [oldest] of this.#views) {
      if (this.#views.size <= viewsKept) break;
      this.close(oldest);
    }
    whole.then(
      (ids) => {
        view.ids = ids;
        if (!complete && this.#views.has(viewId))
          this.#emit('view.progress', { viewId, count: ids.length, complete: true });
      },
      () => this.#views.delete(viewId),
    );
    return { viewId, rows: first.rows.slice(0, options.first), count: first.ids.length, complete };
  }

  async rows(viewId: string, from: number, to: number) {
    const view = this.#get(viewId);
    const ids = view.ids ?? (to <= view.first.length ? view.first : await view.whole);
    const block = Array.from(ids.slice(from, Math.min(to, from + 1_000)));
    return { rows: await this.#source.rows(block), count: ids.length, complete: view.ids !== null };
  }

  async locate(viewId: string, id: number): Promise<number | null> {
    const view = this.#get(viewId);
    const early = view.first.indexOf(id);
    if (early >= 0) return early;
    const position = (await view.whole).indexOf(id);
    return position < 0 ? null : position;
  }

  /** The ids a selection means now. */
  async resolve(selection: Selection): Promise<Int32Array> {
    if (selection.kind === 'ids') return Int32Array.from(selection.ids);
    const ids = await this.#get(selection.viewId).whole;
    if (selection.except.length === 0) return ids;
    const except = new Set(selection.except);
    return ids.filter((id) => !except.has(id));
  }

  close(viewId: string): void {
    this.#views.get(viewId)?.cancel.abort();
    this.#views.delete(viewId);
  }

  closeAll(): void {
    for (const viewId of [...this.#views.keys()]) this.close(viewId);
  }

  #get(viewId: string): View {
    const view = this.#views.get(viewId);
    if (!view) throw new BinderyError('not-found', 'This list is no longer open. Refresh it.', { field: 'viewId' });
    return view;
  }
}
