import type { Status } from '../../../shared/contract/workspace.ts';
import { type Instant, instantOf } from '../../../shared/domain/brand.ts';
import type { Ambient, Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { Backend } from '../protocol/backend.ts';
import { type SuggestionRow, suggestionRow } from './suggestion-row.ts';

export type StageName = Status['stages'][number]['name'];

export interface PullOptions {
  readonly database: ServiceDatabase;
  readonly backend: Pick<Backend, 'sellers' | 'catalog' | 'suggestions' | 'bindings'>;
  readonly ambient: Ambient;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Resolves at once, or when the operator resumes. */
  readonly unpaused: () => Promise<void>;
  readonly progress: (
    stage: StageName,
    state: 'running' | 'done' | 'failed',
    done: number,
    total: number | null,
    problem?: string,
  ) => void;
  /** SKUs that are new or changed, for the matcher's index. */
  readonly onSkus: (ids: readonly number[]) => Promise<void>;
  readonly onOffers: (result: { inserted: number; changed: readonly number[] }) => void;
  /** Nothing has arrived whole yet: nobody decides meanwhile, so more is written at once. */
  readonly initial: boolean;
}

/** Pages asked for at once. */
const parallel = 4;
/**
 * Suggestions in one transaction of the first synchronisation: each page of an index is then written once for many rows. A
 * later sweep writes what each turn brought, so that a person's command waits for a few milliseconds at most.
 */
export const firstSyncAtOnce = 1_000;
/** Offers show this long after they arrived at the latest, in milliseconds. */
const heldAtMost = 500;
/** Each page begins this many items before the last one's end: the backend's order shifts between pages. */
const overlap = 8;
const skuPageSize = 500;
const bindingPageSize = 500;

/** Where an interrupted pull goes on: each stage's own cursor, kept in the cache. */
interface Cursor {
  readonly generation: number;
  readonly position: number;
}

async function cursorOf(database: ServiceDatabase, stage: StageName): Promise<Cursor | null> {
  const state = await database.read('sync.state', {});
  const value = state[`cursor:${stage}`];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { generation, position } = value;
  return typeof generation === 'number' && typeof position === 'number' ? { generation, position } : null;
}

/** Sellers, with what each calls our sales channels. */
export async function pullSellers(options: PullOptions): Promise<void> {
  const records = await options.backend.sellers.all({ signal: options.signal });
  await options.database.write('pull.sellers', { records, generation: options.ambient.now() }, { priority: 'sync' });
  options.progress('sellers', 'done', records.length, records.length);
}

/** Brands and the category tree, whole: both are small. */
export async function pullCategoriesAndBrands(options: PullOptions): Promise<void> {
  const categories = await options.backend.catalog.categories(30, { signal: options.signal });
  await options.database.write('pull.categories', { records: categories }, { priority: 'sync' });
  options.progress('categories', 'done', categories.length, categories.length);
  const brands = await options.backend.catalog.brands({ signal: options.signal });
  await options.database.write('pull.brands', { records: brands }, { priority: 'sync' });
  options.progress('brands', 'done', brands.length, brands.length);
}

/** The catalogue's SKUs, page by page; goes on where it was interrupted. */
export async function pullSkus(options: PullOptions): Promise<void> {
  const { database, backend } = options;
  const cursor = await cursorOf(database, 'skus');
  const generation = cursor?.generation ?? options.ambient.now();
  let page = cursor ? cursor.position + 1 : 1;
  let done = (page - 1) * skuPageSize;
  for (;;) {
    await options.unpaused();
    options.signal.throwIfAborted();
    const { items, isLast } = await backend.catalog.skuPage(page, skuPageSize, { signal: options.signal });
    if (items.length > 0) {
      const { changed } = await database.write('pull.skus', { records: items, generation }, { priority: 'sync' });
      if (changed.length > 0) await options.onSkus(changed);
    }
    done += items.length;
    options.progress('skus', 'running', done, isLast ? done : null);
    if (isLast) break;
    await database.write(
      'pull.state',
      { name: 'cursor:skus', value: { generation, position: page } },
      { priority: 'sync' },
    );
    page++;
  }
  await database.write('pull.state', { name: 'cursor:skus', value: null }, { priority: 'sync' });
  options.progress('skus', 'done', done, done);
}

/**
 * Offers of one status by overlapping pages, since the backend's order moves; the version of each is the latest. What a
 * whole sweep of waiting offers did not see is looked up once more before it is believed gone.
 */
export async function pullSuggestions(options: PullOptions, status: 'pending' | 'denied'): Promise<void> {
  const { database, backend, signal } = options;
  const cursor = status === 'pending' ? await cursorOf(database, 'suggestions') : null;
  const generation = cursor?.generation ?? options.ambient.now();
  let position = cursor?.position ?? 0;
  let total: number | null = null;
  let pageSize = 50;
  let finished = false;
  let held: SuggestionRow[] = [];
  let heldAskedAt: Instant | null = null;
  const atOnce = options.initial ? firstSyncAtOnce : 1;
  while (!finished) {
    await options.unpaused();
    signal.throwIfAborted();
    const askedAt = instantOf(options.ambient.now());
    const starts: number[] = [];
    for (let index = 0; index < parallel; index++)
      starts.push(Math.max(0, position + index * Math.max(1, pageSize - overlap)));
    const pages = await Promise.all(
      starts.map((from) =>
        // before the catalogue's calls: at some backends those are as many as there are SKUs
        backend.suggestions.page({ from, to: from + pageSize - 1 }, { status }, { signal, priority: 1 }),
      ),
    );
    for (const page of pages) total = page.total ?? total;
    for (const { items } of pages) held.push(...items.map(suggestionRow));
    heldAskedAt ??= askedAt;
    const [first] = pages;
    const received = first?.items.length ?? 0;
    if (received > 0 && received < pageSize && (total === null || position + received < total)) {
      // the backend gives shorter pages than it documents: go on with its own length, from where this turn began
      pageSize = received;
      continue;
    }
    finished = pages.some(({ items }) => items.length === 0) || (pages.at(-1)?.items.length ?? 0) < pageSize;
    position = (starts.at(-1) ?? 0) + Math.max(1, pageSize - overlap);
    const age = options.ambient.now() - Date.parse(heldAskedAt);
    if (!finished && held.length < atOnce && age < heldAtMost) continue;
    if (held.length > 0) {
      // older than some of its pages: what was decided since is left alone, and the next sweep sees it
      const written = { records: held, generation, askedAt: heldAskedAt };
      held = [];
      options.onOffers(await database.write('pull.suggestions', written, { priority: 'sync' }));
    }
    heldAskedAt = null;
    if (status === 'pending') {
      options.progress('suggestions', 'running', total === null ? position : Math.min(position, total), total);
      if (!finished)
        await database.write(
          'pull.state',
          { name: 'cursor:suggestions', value: { generation, position: Math.max(0, position - overlap) } },
          { priority: 'sync' },
        );
    }
  }
  if (status !== 'pending') return;
  // a sweep that began at zero has seen every waiting offer; a resumed one has not and leaves the second look to the next
  if (!cursor) await secondLook(options, generation);
  await database.write('pull.state', { name: 'cursor:suggestions', value: null }, { priority: 'sync' });
  options.progress('suggestions', 'done', total ?? position, total ?? position);
}

async function secondLook(options: PullOptions, generation: number): Promise<void> {
  const { database } = options;
  for (;;) {
    const unseen = await database.write('pull.unseen', { generation, limit: 50 }, { priority: 'sync' });
    if (unseen.length === 0) return;
    for (const offer of unseen) {
      await options.unpaused();
      await lookAgain(options, offer, generation);
    }
  }
}

/** Reads one offer from the backend: its latest version is written, or that it is gone. */
export async function lookAgain(
  options: Pick<PullOptions, 'database' | 'ambient' | 'signal' | 'onOffers'> & {
    readonly backend: Pick<Backend, 'suggestions'>;
  },
  offer: { readonly id: number; readonly sellerId: string; readonly sellerSkuId: string },
  generation: number,
): Promise<void> {
  const { database, backend, signal } = options;
  const askedAt = instantOf(options.ambient.now());
  const record = await backend.suggestions.get(offer.sellerId, offer.sellerSkuId, { signal });
  if (record) {
    const written = { records: [suggestionRow(record)], generation, askedAt };
    options.onOffers(await database.write('pull.suggestions', written, { priority: 'sync' }));
  } else {
    await database.write('pull.gone', { offerId: offer.id }, { priority: 'sync' });
    options.onOffers({ inserted: -1, changed: [] });
  }
}

/** A removed binding is in no page: what a whole sweep did not see is looked up once more before it is believed removed. */
async function secondLookAtBindings(options: PullOptions, sellerId: string, generation: number): Promise<void> {
  const { database, backend, signal } = options;
  for (;;) {
    const unseen = await database.write(
      'pull.unseenBindings',
      { sellerId, generation, limit: 50 },
      { priority: 'sync' },
    );
    if (unseen.length === 0) return;
    for (const { id, sellerSkuId } of unseen) {
      await options.unpaused();
      const askedAt = instantOf(options.ambient.now());
      const record = await backend.bindings.get(sellerId, sellerSkuId, { signal });
      if (record)
        await database.write('pull.bindings', { records: [record], generation, askedAt }, { priority: 'sync' });
      else await database.write('pull.bindingGone', { bindingId: id, generation, askedAt }, { priority: 'sync' });
    }
  }
}

/** The bindings of each seller, page by page. */
export async function pullBindings(options: PullOptions): Promise<void> {
  const { database, backend, signal } = options;
  const sellers = await database.read('sellers.list', { text: '' });
  const generation = options.ambient.now();
  let done = 0;
  for (const { sellerId } of sellers) {
    for (let page = 1; ; page++) {
      await options.unpaused();
      signal.throwIfAborted();
      const askedAt = instantOf(options.ambient.now());
      const records = await backend.bindings.pageOfSeller(sellerId, page, bindingPageSize, { signal });
      if (records.length > 0)
        await database.write('pull.bindings', { records, generation, askedAt }, { priority: 'sync' });
      done += records.length;
      options.progress('bindings', 'running', done, null);
      if (records.length < bindingPageSize) break;
    }
    await secondLookAtBindings(options, sellerId, generation);
  }
  options.progress('bindings', 'done', done, done);
}
