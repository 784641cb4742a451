import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Ambient, Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { Events } from '../events.ts';
import type { Backend } from '../protocol/backend.ts';
import type { CommissionEntry } from '../protocol/commissions.ts';
import { entryKey } from './backend-state.ts';

export interface CommissionSyncParts {
  readonly database: ServiceDatabase;
  readonly backend: Backend | null;
  readonly events: Events;
  readonly ambient: Ambient;
  readonly log: Log;
}

const soldAtOnce = 2_000;

/** Reads every seller's percentages. A seller that is gone meanwhile is left out. */
async function readAll({ database, backend }: CommissionSyncParts, signal?: AbortSignal): Promise<CommissionEntry[]> {
  if (!backend) throw new BinderyError('offline', 'No marketplace is connected. Connect one in Settings.');
  const sellers = await database.read('sellers.list', { text: '' });
  const entries: CommissionEntry[] = [];
  for (const { sellerId } of sellers) entries.push(...(await backend.commissions.ofSeller(sellerId, { signal })));
  return entries;
}

/** Orders taken into the history of what was sold in one transaction: a few milliseconds. */
const ordersAtOnce = 200;

/** Takes the orders that were paid, or changed since, into the history of what was sold. */
export async function takeSold(database: ServiceDatabase): Promise<void> {
  for (;;) {
    const taken = await database.write(
      'commissions.takeSoldOrders',
      { most: ordersAtOnce },
      { priority: 'background' },
    );
    if (taken < ordersAtOnce) return;
  }
}

/** Packs written in one transaction: some three megabytes. */
const packsAtOnce = 4;

/** Keeps what was sold packed by column, for the next what-if. */
export async function packSold(database: ServiceDatabase): Promise<void> {
  for (;;) {
    const packs = await database.read('commissions.outdatedPacks', { most: packsAtOnce }, { background: true });
    if (packs.length > 0) await database.write('commissions.keepPacks', { packs }, { priority: 'background' });
    if (packs.length < packsAtOnce) return;
  }
}

/** After a complete pull: what the backend charges, and what was sold since. Drift shows by itself: it is what differs. */
export async function pullCommissions(parts: CommissionSyncParts, signal: AbortSignal): Promise<void> {
  const { database, backend, ambient, events } = parts;
  if (!backend) return;
  const entries = await readAll(parts, signal);
  await database.write('commissions.backend', { entries, now: instantOf(ambient.now()) }, { priority: 'sync' });
  events.emit('list.changed', { list: 'commissions' });
  const now = instantOf(ambient.now());
  await database.write('commissions.enactDue', { now }, { priority: 'background' });
  const due = await database.read('commissions.dueToSend', { now }, { background: true });
  if (due.length > 0) {
    const { sent, problems } = await pushCommissions(parts, new Set(due));
    parts.log('info', 'commissions whose day has come were sent', { sent, problems: problems.length });
  }
  await takeSold(database);
  await pullSold(parts, signal);
  await packSold(database);
  events.emit('list.changed', { list: 'commissions' });
}

/** An item of the history is looked at again for so long after its sale: until then it may still be given back. */
const followedFor = 60 * 86_400_000;

/** The history of what was sold, from the oldest item on whose refunds may still come. */
async function pullSold({ database, backend, ambient }: CommissionSyncParts, signal: AbortSignal): Promise<void> {
  if (!backend) return;
  const state = await database.read('sync.state', {});
  let from = typeof state['cursor:soldFollowed'] === 'number' ? state['cursor:soldFollowed'] : 0;
  const oldest = ambient.now() - followedFor;
  let followed: number | null = null;
  for (;;) {
    const page = await backend.commissions.sold(from, soldAtOnce, { signal });
    if (page === null || page.items.length === 0) return;
    await database.write('commissions.sold', { records: page.items }, { priority: 'background' });
    const first = page.items.findIndex(({ soldAt }) => Date.parse(soldAt) >= oldest);
    if (followed === null && first >= 0) followed = from + first;
    from += page.items.length;
    const value = followed ?? from;
    await database.write('pull.state', { name: 'cursor:soldFollowed', value }, { priority: 'background' });
    if (from >= page.total) return;
  }
}

/**
 * Sends what differs, seller by seller, then reads everything back: only what the backend says afterwards counts. A seller that fails leaves
 * the others alone and is named.
 * @param only the entries that may be sent; whatever else differs stays as it is. Without it: everything
 */
export async function pushCommissions(
  parts: CommissionSyncParts,
  only: ReadonlySet<string> | null = null,
): Promise<{ sent: number; problems: string[] }> {
  const { database, backend, ambient, log, events } = parts;
  if (!backend) throw new BinderyError('offline', 'No marketplace is connected. Connect one in Settings.');
  const now = instantOf(ambient.now());
  // a draft whose day has come is part of what is sent
  await database.write('commissions.enactDue', { now });
  // against what the backend says now, not when it was last looked at
  await database.write('commissions.backend', { entries: await readAll(parts), now });
  const state = await database.read('commissions.pushState', { now }, { background: true });
  const differences = state.differences.filter((row) => only?.has(entryKey(row)) ?? true);
  const problems: string[] = [];
  let sent = 0;
  for (const [sellerId, rows] of Map.groupBy(differences, (row) => row.sellerId)) {
    try {
      const upserts: CommissionEntry[] = [];
      for (const { categoryId, wanted } of rows) {
        if (categoryId === null) {
          if (wanted) await backend.commissions.setDefault(sellerId, wanted.product, wanted.freight, { priority: 5 });
        } else if (wanted) upserts.push({ sellerId, categoryId, ...wanted });
        else await backend.commissions.removeCategory(sellerId, categoryId, { priority: 5 });
      }
      if (upserts.length > 0) await backend.commissions.setCategories(sellerId, upserts, { priority: 5 });
      sent += rows.length;
    } catch (error) {
      log('warn', 'commissions of a seller could not be sent', { sellerId, problem: String(error) });
      problems.push(`${rows[0]?.sellerName ?? sellerId}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const entries = await readAll(parts);
  await database.write('commissions.backend', { entries, now });
  if (only === null) await database.write('commissions.pushed', { entries, now });
  else {
    const after = await database.read('commissions.pushState', { now }, { background: true });
    const wrong = new Set(after.differences.map(entryKey));
    const right = [...only].filter((key) => !wrong.has(key));
    await database.write('commissions.pushedDue', { entries, keys: right, isAll: right.length === only.size, now });
  }
  events.emit('list.changed', { list: 'commissions' });
  return { sent, problems };
}
