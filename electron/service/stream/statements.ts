import { outcomeNumber } from '../../../shared/domain/notifications.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { type ChannelAnswer, type InboxEntry, inboxWrites } from '../sync/inbox-writes.ts';
import { type Outcome, outboxWrites } from '../sync/outbox-writes.ts';
import type { Delivered, StreamMessage } from './types.ts';

/** What a seller answered, as the leader tells the others. */
export interface ResultMessage {
  readonly sellerId: string;
  readonly sellerSkuId: string;
  /** Serves what waits of this SKU up to this place in the stream. */
  readonly upTo: number;
  readonly answers: readonly ChannelAnswer[];
  readonly at: string;
  /** The leader's fence: a result of one that was replaced is not applied. */
  readonly fence: number;
  readonly cause: string;
  /** That the seller took; null when it was not asked. */
  readonly milliseconds: number | null;
  /** Why it cannot be handled: it is set aside then. */
  readonly problem: string | null;
}

/** What the marketplace said of a notification that the leader passed on; by the outbox entry's key, which all desks share. */
export interface SettledMessage {
  readonly key: string;
  readonly outcome: Outcome;
  readonly at: string;
}

/** Somebody leads from this place in the stream on. */
export interface LeadMessage {
  readonly fence: number;
}

export interface Applied {
  /** New messages, and those of leaders that had been replaced. */
  readonly applied: number;
  readonly stale: number;
  /** The fence of the leader as of here. */
  readonly fence: number;
  /** Inbox entries that are handled now, what they were about, and bindings that changed. */
  readonly settled: readonly number[];
  readonly about: readonly { readonly sellerId: string; readonly sellerSkuId: string }[];
  readonly bindings: readonly number[];
}

const cursorOf = (database: WritableDatabase, name: string): number =>
  statement<[string], { sequence: number }>(database, 'SELECT sequence FROM stream_cursor WHERE name = ?').get(name)
    ?.sequence ?? 0;

const setCursor = (database: WritableDatabase, name: string, sequence: number): void => {
  statement<[string, number], unknown>(
    database,
    'INSERT INTO stream_cursor (name, sequence) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence',
  ).run(name, sequence);
};

export const streamWrites = {
  /** The last place of the stream that was applied here. Reads only. */
  'stream.cursor': (database: WritableDatabase, params: { name: string }): number => cursorOf(database, params.name),
  /**
   * Applies messages of the stream and moves the cursor, in one transaction; what was applied before is left alone. The same
   * messages lead to the same end in every file.
   */
  'stream.apply': (database: WritableDatabase, params: { name: string; messages: readonly Delivered[] }): Applied => {
    const after = cursorOf(database, params.name);
    const fresh = params.messages.filter(({ sequence }) => sequence > after);
    const fenceName = `${params.name} fence`;
    const settled: number[] = [];
    const about: { sellerId: string; sellerSkuId: string }[] = [];
    const bindings: number[] = [];
    let fence = cursorOf(database, fenceName);
    let stale = 0;
    for (const message of fresh) {
      // all were written by this program
      if (message.subject === 'inbox') {
        for (const entry of JSON.parse(message.body) as InboxEntry[]) appendShared(database, entry, message.sequence);
      } else if (message.subject === 'settled') {
        applySettled(database, JSON.parse(message.body) as SettledMessage);
      } else {
        const told = JSON.parse(message.body) as ResultMessage | LeadMessage;
        if (told.fence < fence) {
          stale++;
          continue;
        }
        if (told.fence > fence) {
          fence = told.fence;
          setCursor(database, fenceName, fence);
        }
        if (!('sellerId' in told)) continue;
        const { ids, bindingId } = applyResult(database, told);
        if (ids.length === 0) stale++;
        settled.push(...ids);
        about.push({ sellerId: told.sellerId, sellerSkuId: told.sellerSkuId });
        if (bindingId !== null) bindings.push(bindingId);
      }
    }
    const last = fresh.at(-1);
    if (last) setCursor(database, params.name, last.sequence);
    return { applied: fresh.length, stale, fence, settled, about, bindings };
  },
  /**
   * Places of an earlier stream mean nothing in this one: what still waits is to be published anew. So is, once, what waited
   * before there was a stream.
   */
  'stream.enter': (database: WritableDatabase, params: { name: string }): number => {
    const known = statement<[string], { sequence: number }>(
      database,
      'SELECT sequence FROM stream_cursor WHERE name = ?',
    ).get(params.name);
    if (known) return known.sequence;
    database.exec(`UPDATE inbox SET sequence = NULL WHERE state = 'waiting' AND sequence IS NOT NULL`);
    database.exec('DELETE FROM stream_cursor');
    setCursor(database, params.name, 0);
    return 0;
  },
  /** The stream let go of what was to come before `before`: what waits for an answer that was in it is published anew. @returns how many */
  'stream.missed': (database: WritableDatabase, params: { before: number }): number => {
    setCursor(database, 'own', 0);
    return statement<[number], unknown>(
      database,
      `UPDATE inbox SET sequence = NULL WHERE state = 'waiting' AND sequence < ?`,
    ).run(params.before).changes;
  },
  /** What waits again, as after it was set aside before there was a stream, is looked for from the beginning. */
  'stream.rescan': (database: WritableDatabase, _params: Record<never, never>) => {
    setCursor(database, 'own', 0);
    return null;
  },
  /** Entries that this desk itself made and that are not in the stream yet. Reads only. */
  'stream.own': (database: WritableDatabase, params: { limit: number }): { id: number; entry: InboxEntry }[] => {
    const rows = statement<[number, number], OwnRow>(
      database,
      `SELECT i.*, r.sealed FROM inbox i LEFT JOIN inbox_raw r ON r.id = i.raw_id
        WHERE i.id > ? AND i.sequence IS NULL AND i.state = 'waiting' ORDER BY i.id LIMIT ?`,
    ).all(cursorOf(database, 'own'), params.limit);
    return rows.map((row) => ({
      id: row.id,
      entry: {
        kind: row.kind,
        sellerId: row.seller_id,
        sellerSkuId: row.seller_sku_id,
        receivedAt: row.received_at,
        body: row.body,
        ...(row.credential_id === null
          ? {}
          : {
              origin: {
                credentialId: row.credential_id,
                address: row.address ?? '',
                target: row.target ?? '',
                digest: row.digest,
                operationId: row.operation_id,
                reply: row.reply ?? 0,
                sealed: row.sealed,
              },
            }),
      },
    }));
  },
  /** They are in the stream, and come back by it: the rows of our own go. */
  'stream.handedOver': (database: WritableDatabase, params: { ids: readonly number[] }) => {
    const ids = JSON.stringify(params.ids);
    statement<[string], unknown>(database, 'DELETE FROM inbox WHERE id IN (SELECT value FROM json_each(?))').run(ids);
    setCursor(database, 'own', Math.max(cursorOf(database, 'own'), ...params.ids));
    return null;
  },
  // the engine that is a file: the same file for every process of one machine
  'stream.publish': (
    database: WritableDatabase,
    params: { messages: readonly StreamMessage[]; at: string; forgetBefore: string },
  ) => {
    // in the order of their places, so that what is left has no holes; some with each write
    statement<[string], unknown>(
      database,
      `DELETE FROM stream_message WHERE sequence IN (SELECT sequence FROM stream_message ORDER BY sequence LIMIT 200) AND at < ?`,
    ).run(params.forgetBefore);
    const add = statement<string[], unknown>(
      database,
      'INSERT OR IGNORE INTO stream_message (id, subject, body, at) VALUES (?, ?, ?, ?)',
    );
    for (const { id, subject, body } of params.messages) add.run(id, subject, body, params.at);
    return null;
  },
  'stream.last': (database: WritableDatabase, _params: Record<never, never>): number =>
    statement<[], { last: number | null }>(database, 'SELECT MAX(sequence) AS last FROM stream_message').get()?.last ??
    0,
  'stream.next': (
    database: WritableDatabase,
    params: { after: number; limit: number },
  ): { messages: Delivered[]; first: number } => ({
    messages: statement<[number, number], Delivered>(
      database,
      'SELECT sequence, id, subject, body FROM stream_message WHERE sequence > ? ORDER BY sequence LIMIT ?',
    ).all(params.after, params.limit),
    first:
      statement<[], { first: number | null }>(database, 'SELECT MIN(sequence) AS first FROM stream_message').get()
        ?.first ?? 0,
  }),
  /** Takes or renews a lease. @returns its fence, or null when somebody else holds it */
  'stream.lease': (
    database: WritableDatabase,
    params: { name: string; holder: string; now: number; until: number; fence: number | null },
  ): number | null => {
    const held = statement<[string], { holder: string; fence: number; until: number }>(
      database,
      'SELECT holder, fence, until FROM stream_lease WHERE name = ?',
    ).get(params.name);
    const isOurs = held?.holder === params.holder && held.fence === params.fence && held.until > params.now;
    if (params.fence !== null && !isOurs) return null;
    if (params.fence === null && held !== undefined && held.until > params.now) return null;
    const fence = params.fence ?? (held?.fence ?? 0) + 1;
    statement<(string | number)[], unknown>(
      database,
      `INSERT INTO stream_lease (name, holder, fence, until) VALUES (?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = excluded.fence, until = excluded.until`,
    ).run(params.name, params.holder, fence, params.until);
    return fence;
  },
};

interface OwnRow {
  readonly id: number;
  readonly kind: string;
  readonly seller_id: string;
  readonly seller_sku_id: string;
  readonly received_at: string;
  readonly body: string | null;
  readonly credential_id: string | null;
  readonly address: string | null;
  readonly target: string | null;
  readonly digest: string | null;
  readonly operation_id: string | null;
  readonly reply: number | null;
  readonly sealed: string | null;
}

/**
 * An offer that a gateway could not be sure of may come late, behind one that its seller sent afterwards: it is kept, and not
 * passed on over the newer one.
 */
function appendShared(database: WritableDatabase, entry: InboxEntry, sequence: number): void {
  inboxWrites['inbox.append'](database, { entries: [{ ...entry, sequence }] });
  if (entry.kind !== 'suggestion') return;
  const newer = statement<[string, string, string, number], { id: number }>(
    database,
    `SELECT id FROM inbox INDEXED BY inbox_shared
      WHERE sequence IS NOT NULL AND seller_id = ? AND seller_sku_id = ? AND kind = 'suggestion' AND received_at > ? AND sequence < ? LIMIT 1`,
  ).get(entry.sellerId, entry.sellerSkuId, entry.receivedAt, sequence);
  if (!newer) return;
  statement<[string, number, number], unknown>(
    database,
    `UPDATE inbox SET state = 'done', body = NULL, handled_at = ?, outcome = ? WHERE sequence = ? AND kind = 'suggestion'`,
  ).run(entry.receivedAt, outcomeNumber('handled'), sequence);
}

/** @returns what it served: nothing when another result had served it before */
function applyResult(database: WritableDatabase, result: ResultMessage): { ids: number[]; bindingId: number | null } {
  const { sellerId, sellerSkuId } = result;
  const waiting = statement<(string | number)[], { id: number; kind: string; body: string | null }>(
    database,
    `SELECT id, kind, body FROM inbox INDEXED BY inbox_shared
      WHERE seller_id = ? AND seller_sku_id = ? AND sequence <= ? AND state IN ('waiting', 'aside') AND sequence IS NOT NULL ORDER BY id`,
  ).all(sellerId, sellerSkuId, result.upTo);
  const ids = waiting.map(({ id }) => id);
  if (ids.length === 0) return { ids, bindingId: null };
  if (result.problem !== null) {
    inboxWrites['inbox.setAside'](database, { sellerId, ids, problem: result.problem, now: result.at });
    return { ids, bindingId: null };
  }
  const binding = statement<[string, string], { id: number }>(
    database,
    'SELECT id FROM binding WHERE seller_id = ? AND seller_sku_id = ? AND is_removed = 0',
  ).get(sellerId, sellerSkuId);
  inboxWrites['inbox.complete'](database, {
    group: {
      sellerId,
      sellerSkuId,
      ids,
      kinds: [...new Set(waiting.map(({ kind }) => kind))],
      body: waiting.findLast(({ kind }) => kind === 'suggestion')?.body ?? null,
      bindingId: binding?.id ?? null,
    },
    answers: result.answers,
    cause: result.cause,
    milliseconds: result.milliseconds,
    now: result.at,
    place: result.upTo,
  });
  return { ids, bindingId: binding?.id ?? null };
}

/** The leader has told the marketplace: nobody else has to, also not the one who leads next. */
function applySettled(database: WritableDatabase, { key, outcome, at }: SettledMessage): void {
  const entry = statement<[string], { sequence: number }>(
    database,
    `UPDATE outbox SET state = 'sent' WHERE key = ? AND state IN ('pending', 'sent') AND kind <> 'decision' RETURNING sequence`,
  ).get(key);
  if (entry) outboxWrites['outbox.settle'](database, { sequence: entry.sequence, outcome, now: at });
}
