import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import type { InboxEntry } from '../sync/inbox-writes.ts';
import { type ChannelAnswer, inboxWrites } from '../sync/inbox-writes.ts';
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
}

const cursorOf = (database: WritableDatabase, name: string): number =>
  statement<[string], { sequence: number }>(database, 'SELECT sequence FROM stream_cursor WHERE name = ?').get(name)
    ?.sequence ?? 0;

export const streamWrites = {
  /** The last place of the stream that was applied here. Reads only. */
  'stream.cursor': (database: WritableDatabase, params: { name: string }): number => cursorOf(database, params.name),
  /** Where an entry of the inbox stands in the stream; 0 for one that did not come by it. Reads only. */
  'stream.placeOf': (database: WritableDatabase, params: { id: number }): number =>
    statement<[number], { sequence: number | null }>(database, 'SELECT sequence FROM inbox WHERE id = ?').get(params.id)
      ?.sequence ?? 0,
  /**
   * Applies messages of the stream and moves the cursor, in one transaction; what was applied before is left alone.
   * @returns how many were new
   */
  'stream.apply': (
    database: WritableDatabase,
    params: { name: string; messages: readonly Delivered[] },
  ): { applied: number; stale: number } => {
    const after = cursorOf(database, params.name);
    const fresh = params.messages.filter(({ sequence }) => sequence > after);
    let stale = 0;
    for (const message of fresh) {
      // both were written by this program
      if (message.subject === 'inbox') {
        const entries = JSON.parse(message.body) as InboxEntry[];
        inboxWrites['inbox.append'](database, {
          entries: entries.map((entry) => ({ ...entry, sequence: message.sequence })),
        });
      } else if (!applyResult(database, JSON.parse(message.body) as ResultMessage)) stale++;
    }
    const last = fresh.at(-1);
    if (last)
      statement<[string, number], unknown>(
        database,
        'INSERT INTO stream_cursor (name, sequence) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence',
      ).run(params.name, last.sequence);
    return { applied: fresh.length, stale };
  },
  // the engine that is a file: the same file for every process of one machine
  'stream.publish': (database: WritableDatabase, params: { messages: readonly StreamMessage[]; at: string }) => {
    const add = statement<string[], unknown>(
      database,
      'INSERT OR IGNORE INTO stream_message (id, subject, body, at) VALUES (?, ?, ?, ?)',
    );
    for (const { id, subject, body } of params.messages) add.run(id, subject, body, params.at);
    return null;
  },
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

/** @returns whether it was applied: a result of a leader that was replaced is not */
function applyResult(database: WritableDatabase, result: ResultMessage): boolean {
  const { sellerId, sellerSkuId } = result;
  const newest =
    statement<[string], { sequence: number }>(database, 'SELECT sequence FROM stream_cursor WHERE name = ?').get(
      'fence',
    )?.sequence ?? 0;
  if (result.fence < newest) return false;
  if (result.fence > newest)
    statement<[number], unknown>(
      database,
      `INSERT INTO stream_cursor (name, sequence) VALUES ('fence', ?) ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence`,
    ).run(result.fence);
  const waiting = statement<(string | number)[], { id: number; kind: string; body: string | null }>(
    database,
    `SELECT id, kind, body FROM inbox WHERE state = 'waiting' AND seller_id = ? AND seller_sku_id = ? AND sequence <= ? ORDER BY id`,
  ).all(sellerId, sellerSkuId, result.upTo);
  if (waiting.length === 0) return false;
  const binding = statement<[string, string], { id: number }>(
    database,
    'SELECT id FROM binding WHERE seller_id = ? AND seller_sku_id = ? AND is_removed = 0',
  ).get(sellerId, sellerSkuId);
  inboxWrites['inbox.complete'](database, {
    group: {
      sellerId,
      sellerSkuId,
      ids: waiting.map(({ id }) => id),
      kinds: [...new Set(waiting.map(({ kind }) => kind))],
      body: null,
      bindingId: binding?.id ?? null,
    },
    answers: result.answers,
    cause: 'notification',
    milliseconds: null,
    now: result.at,
    forwards: false,
  });
  return true;
}
