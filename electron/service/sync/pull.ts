import { type Instant, instantOf } from '../../../shared/domain/brand.ts';
import { queueNumber } from '../database/convert.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { Backend } from '../protocol/backend.ts';
import type { PullOptions, StageName } from './pull-options.ts';
import { pullChannels } from './pull-sellers.ts';
import { type SuggestionRow, suggestionRow } from './suggestion-row.ts';

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

/** Brands and the category tree, whole: both are small. */
export async function pullCategoriesAndBrands(options: PullOptions): Promise<void> {
  const categories = await options.backend.catalog.categories(30, { signal: options.signal });
  await options.database.write('pull.categories', { records: categories }, { priority: 'sync' });
  options.progress('categories', 'done', categories.length, categories.length);
  const brands = await options.backend.catalog.brands({ signal: options.signal });
  const at = instantOf(options.ambient.now());
  await options.database.write('pull.brands', { records: brands, at }, { priority: 'sync' });
  options.progress('brands', 'done', brands.length, brands.length);
}

/** SKUs a transaction: a new one costs a quarter of a millisecond, and a seller's call waits behind it for its acknowledgement. */
const skusAtOnce = 50;

/** The catalogue's SKUs, page by page; goes on where it was interrupted. */
export async function pullSkus(options: PullOptions): Promise<void> {
  const { database, backend } = options;
  const cursor = await cursorOf(database, 'skus');
  const generation = cursor?.generation ?? options.ambient.now();
  let page = cursor ? cursor.position + 1 : 1;
  let done = (page - 1) * skuPageSize;
  const seen = new Set<number>();
  for (;;) {
    await options.unpaused();
    options.signal.throwIfAborted();
    const { items, isLast } = await backend.catalog.skuPage(page, skuPageSize, { signal: options.signal });
    // the first time nothing is replaced, and nobody waits for the writer yet
    const atOnce = options.initial ? skuPageSize : skusAtOnce;
    const changed: number[] = [];
    try {
      for (let from = 0; from < items.length; from += atOnce) {
        const records = items.slice(from, from + atOnce);
        changed.push(...(await database.write('pull.skus', { records, generation }, { priority: 'sync' })).changed);
      }
    } finally {
      // also what was written before a piece failed: nobody tells of it again
      if (changed.length > 0) await options.onSkus(changed);
    }
    for (const { skuId } of items) seen.add(skuId);
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
  // one that was interrupted has not seen every SKU and leaves the second look to the next
  if (!cursor) await secondLookAtSkus(options, seen);
  await database.write('pull.state', { name: 'cursor:skus', value: null }, { priority: 'sync' });
  options.progress('skus', 'done', done, done);
}

/** SKUs that a whole pull did not bring: each is looked up once more before it is believed gone. */
async function secondLookAtSkus(options: PullOptions, seen: ReadonlySet<number>): Promise<void> {
  const { database, backend, signal } = options;
  for (let after = -1; ; ) {
    const ids = await database.read('catalog.liveIds', { after, limit: 20_000 }, { background: true });
    for (const skuId of ids) {
      if (seen.has(skuId)) continue;
      await options.unpaused();
      const record = await backend.catalog.sku(skuId, { signal });
      if (record) {
        // a catalogue may list what is sold alone
        const written = { records: [record], generation: options.ambient.now() };
        const { changed } = await database.write('pull.skus', written, { priority: 'sync' });
        if (changed.length > 0) await options.onSkus(changed);
        continue;
      }
      await database.write('pull.skuGone', { skuId, at: instantOf(options.ambient.now()) }, { priority: 'sync' });
      await options.onSkus([skuId]);
    }
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last;
  }
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
    const odd = pages.flatMap(({ items }) => items.filter((one) => one.status === 'unknown'));
    if (odd.length > 0)
      options.log('warn', 'offers whose status is not known stay as they are', {
        count: odd.length,
        status: String(odd[0]?.raw.Status ?? ''),
      });
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
  // a sweep that began at zero has seen every offer; a resumed one has not and leaves the second look to the next
  if (!cursor) await secondLook(options, status, generation);
  if (status !== 'pending') return;
  await database.write('pull.state', { name: 'cursor:suggestions', value: null }, { priority: 'sync' });
  options.progress('suggestions', 'done', total ?? position, total ?? position);
}

async function secondLook(options: PullOptions, status: 'pending' | 'denied', generation: number): Promise<void> {
  const { database } = options;
  for (;;) {
    const queue = queueNumber(status === 'pending' ? 'waiting' : 'denied');
    const unseen = await database.read('offers.unseen', { queue, generation, limit: 50 }, { background: true });
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
  const sellers = await database.read('sellers.ids', {}, { background: true });
  const generation = options.ambient.now();
  let done = 0;
  for (const sellerId of sellers) {
    await pullChannels(options, sellerId);
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
