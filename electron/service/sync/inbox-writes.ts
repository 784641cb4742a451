import type { ChannelPair } from '../../../shared/domain/channels.ts';
import { type ChannelEffect, isSameValue, type Outcome, outcomeNumber } from '../../../shared/domain/notifications.ts';
import type { SeenSignature } from '../credentials/statements.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { countTraffic } from '../notifications/traffic.ts';
import { channelsAskedOf } from '../sellers/channels.ts';

/** How a notification came to the endpoints; nothing of it is secret. */
export interface InboxOrigin {
  readonly credentialId: string;
  readonly address: string;
  /** Path without query. */
  readonly target: string;
  /** SHA-256 of the body, hexadecimal. */
  readonly digest: string | null;
  readonly operationId: string | null;
  /** The status that it was answered with. */
  readonly reply: number;
  /** The body as it came, sealed. */
  readonly sealed: string | null;
}

/** A notification as it is kept: what changed, never the value. */
export interface InboxEntry {
  readonly kind: string;
  readonly sellerId: string;
  readonly sellerSkuId: string;
  readonly receivedAt: string;
  /** JSON; only a suggestion has one. */
  readonly body: string | null;
  /** Remembered with it, so that a signed call is never taken twice. */
  readonly signature?: SeenSignature;
  /** None: Bindery asks for itself. Entries of one message share it. */
  readonly origin?: InboxOrigin;
  /** Its place in the stream of the workspace, where there is one. */
  readonly sequence?: number;
  /** The entry that it repeats. */
  readonly replayOf?: number;
}

/** One seller's SKU with everything that waits for it. */
export interface InboxGroup {
  readonly sellerId: string;
  readonly sellerSkuId: string;
  readonly ids: readonly number[];
  readonly kinds: readonly string[];
  /** The newest suggestion's body among them, JSON. */
  readonly body: string | null;
  readonly attempts: number;
  /** Null when the cache knows no live binding. */
  readonly bindingId: number | null;
  readonly endpoint: string | null;
  /** On which it is asked for its price. */
  readonly channels: readonly ChannelPair[];
  /** The last place in the stream among them; null where there is none. */
  readonly place: number | null;
}

export interface ChannelAnswer {
  readonly salesChannel: string;
  readonly price: number | null;
  readonly listPrice: number | null;
  readonly currency: string;
  readonly stock: number;
  readonly at: string;
}

const forwarded: Readonly<Record<string, string>> = { price: 'price', inventory: 'inventory', sku: 'sku' };

export const inboxWrites = {
  /** Appends notifications; once this resolves they survive the end of the process. */
  'inbox.append': (database: WritableDatabase, params: { entries: readonly InboxEntry[] }) => {
    const insert = statement<(string | number | null)[], unknown>(
      database,
      `INSERT INTO inbox (kind, seller_id, seller_sku_id, received_at, body, state, not_before, credential_id, address, target, digest, operation_id, reply, raw_id, replay_of, sequence)
       VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const heard = statement<[string, string], unknown>(
      database,
      `INSERT INTO seller_health (seller_id, last_notification_at) VALUES (?, ?)
       ON CONFLICT (seller_id) DO UPDATE SET last_notification_at = excluded.last_notification_at`,
    );
    const remember = statement<[string, string, number], unknown>(
      database,
      'INSERT OR IGNORE INTO signature_seen (digest, subject, signed_at) VALUES (?, ?, ?)',
    );
    const keep = statement<[number, string], unknown>(database, 'INSERT INTO inbox_raw (id, sealed) VALUES (?, ?)');
    const bodies = new Map<InboxOrigin, number>();
    const told = new Map<string, { count: number; at: string }>();
    for (const entry of params.entries) {
      const { origin } = entry;
      if (entry.signature) remember.run(entry.signature.digest, entry.signature.subject, entry.signature.signedAt);
      const { lastInsertRowid } = insert.run(
        entry.kind,
        entry.sellerId,
        entry.sellerSkuId,
        entry.receivedAt,
        entry.body,
        entry.receivedAt,
        origin?.credentialId ?? null,
        origin?.address ?? null,
        origin?.target ?? null,
        origin?.digest ?? null,
        origin?.operationId ?? null,
        origin?.reply ?? null,
        (origin && bodies.get(origin)) ?? null,
        entry.replayOf ?? null,
        entry.sequence ?? null,
      );
      if (!origin) continue;
      if (origin.sealed !== null && !bodies.has(origin)) {
        const id = Number(lastInsertRowid);
        keep.run(id, origin.sealed);
        bodies.set(origin, id);
        statement<[number, number], unknown>(database, 'UPDATE inbox SET raw_id = ? WHERE id = ?').run(id, id);
      }
      told.set(entry.sellerId, { count: (told.get(entry.sellerId)?.count ?? 0) + 1, at: entry.receivedAt });
    }
    for (const [sellerId, { count, at }] of told) {
      heard.run(sellerId, at);
      countTraffic(database, sellerId, at, { received: count });
    }
    return params.entries.length;
  },

  /** The sellers of whom something waits and is handled; one step in the index each, however much waits of one. Reads only. */
  'inbox.sellers': (database: WritableDatabase, _params: Record<never, never>): string[] =>
    statement<[], { seller_id: string }>(
      database,
      `WITH RECURSIVE next (seller_id) AS (
         SELECT MIN(seller_id) FROM inbox WHERE state = 'waiting'
         UNION ALL SELECT (SELECT MIN(seller_id) FROM inbox WHERE state = 'waiting' AND seller_id > next.seller_id) FROM next WHERE next.seller_id IS NOT NULL)
       SELECT seller_id FROM next WHERE seller_id IS NOT NULL AND seller_id NOT IN (SELECT seller_id FROM seller_pause)`,
    )
      .all()
      .map(({ seller_id }) => seller_id),

  /**
   * What is due, one group a seller's SKU: repeats are coalesced, order within it is kept. `rooms` says how many of each
   * seller; `busy` are those under way, as JSON of seller and SKU; `isShared`: only what is in the stream of the workspace.
   * Reads only.
   */
  'inbox.due': (
    database: WritableDatabase,
    params: { now: string; rooms: Readonly<Record<string, number>>; busy: readonly string[]; isShared?: boolean },
  ): InboxGroup[] => {
    const busy = new Set(params.busy);
    const due = statement<[string, number, string], { seller_sku_id: string }>(
      database,
      `SELECT seller_sku_id FROM inbox INDEXED BY inbox_turn
        WHERE state = 'waiting' AND seller_id = ? AND (kind = 'sweep' OR kind = 'reconcile') = ? AND not_before <= ? ORDER BY not_before, id`,
    );
    const heads: { seller_id: string; seller_sku_id: string }[] = [];
    for (const [sellerId, room] of Object.entries(params.rooms)) {
      const taken = new Set<string>();
      for (const isSweep of [0, 1]) {
        if (taken.size >= room) break;
        let seen = 0;
        for (const { seller_sku_id } of due.iterate(sellerId, isSweep, params.now)) {
          if (!busy.has(JSON.stringify([sellerId, seller_sku_id]))) taken.add(seller_sku_id);
          // repeats of one SKU at the front are coalesced by this turn; the next turn sees further
          if (taken.size >= room || ++seen >= 1_000) break;
        }
      }
      for (const seller_sku_id of taken) heads.push({ seller_id: sellerId, seller_sku_id });
    }
    return heads.flatMap(({ seller_id, seller_sku_id }) => {
      const entries = statement<
        [string, string],
        { id: number; kind: string; body: string | null; attempts: number; sequence: number | null }
      >(
        database,
        `SELECT id, kind, body, attempts, sequence FROM inbox WHERE state = 'waiting' AND seller_id = ? AND seller_sku_id = ? ORDER BY id`,
      )
        .all(seller_id, seller_sku_id)
        .filter(({ sequence }) => params.isShared !== true || sequence !== null);
      if (entries.length === 0) return [];
      const binding = statement<[string, string], { id: number }>(
        database,
        'SELECT id FROM binding WHERE seller_id = ? AND seller_sku_id = ? AND is_removed = 0',
      ).get(seller_id, seller_sku_id);
      const seller = statement<[string], { endpoint: string | null }>(
        database,
        'SELECT endpoint FROM seller WHERE id = ?',
      ).get(seller_id);
      return {
        sellerId: seller_id,
        sellerSkuId: seller_sku_id,
        ids: entries.map(({ id }) => id),
        kinds: [...new Set(entries.map(({ kind }) => kind))],
        body: entries.findLast(({ kind }) => kind === 'suggestion')?.body ?? null,
        attempts: Math.max(0, ...entries.map(({ attempts }) => attempts)),
        bindingId: binding?.id ?? null,
        endpoint: seller?.endpoint ?? null,
        channels: channelsAskedOf(database, seller_id),
        place: entries.reduce<number | null>(
          (last, { sequence }) => (sequence === null ? last : Math.max(last ?? 0, sequence)),
          null,
        ),
      };
    });
  },

  /** The seller answered: price, stock and history, what is forwarded to the backend, and the inbox, in one transaction. */
  'inbox.complete': (
    database: WritableDatabase,
    params: {
      group: Pick<InboxGroup, 'sellerId' | 'sellerSkuId' | 'ids' | 'kinds' | 'body' | 'bindingId'>;
      answers: readonly ChannelAnswer[];
      cause: string;
      milliseconds: number | null;
      now: string;
      /**
       * Of the last of them in the stream of the workspace. What has to be passed on has the same key on every desk then, and
       * is there once for each answer: what one desk has sent already, another one must not take for the same.
       */
      place?: number;
    },
  ) => {
    const { group, answers, now } = params;
    const key = [group.sellerId, group.sellerSkuId] as const;
    const effects: ChannelEffect[] = [];
    const isAsked = group.bindingId !== null && group.kinds.some((kind) => kind !== 'suggestion');
    if (group.bindingId !== null && group.kinds.some((kind) => kind !== 'suggestion')) {
      const [main] = answers;
      // sold on no channel of ours at all is out of stock
      statement<(string | number | null)[], unknown>(
        database,
        'UPDATE binding SET price = ?, list_price = ?, currency = COALESCE(?, currency), stock = ?, simulated_at = ? WHERE id = ?',
      ).run(
        main?.price ?? null,
        main?.listPrice ?? null,
        main?.currency ?? null,
        main?.stock ?? 0,
        main?.at ?? now,
        group.bindingId,
      );
      const ended = statement<
        [number, string],
        { sales_channel: string; currency: string; price: number | null; list_price: number | null; stock: number }
      >(
        database,
        `DELETE FROM binding_channel WHERE binding_id = ? AND sales_channel NOT IN (SELECT value FROM json_each(?))
         RETURNING sales_channel, currency, price, list_price, stock`,
      ).all(group.bindingId, JSON.stringify(answers.map(({ salesChannel }) => salesChannel)));
      for (const { sales_channel, currency, price, list_price: listPrice, stock } of ended) {
        effects.push({
          salesChannel: sales_channel,
          currency,
          before: { price, listPrice, stock },
          after: { price: null, listPrice: null, stock: 0 },
        });
        statement<string[], unknown>(
          database,
          `INSERT INTO price_history (seller_id, seller_sku_id, sales_channel, price, list_price, currency, stock, simulated_at, cause)
           VALUES (?, ?, ?, NULL, NULL, ?, 0, ?, ?)`,
        ).run(...key, sales_channel, currency, now, params.cause);
      }
      for (const answer of answers) {
        const before = statement<[number, string], { price: number | null; list_price: number | null; stock: number }>(
          database,
          'SELECT price, list_price, stock FROM binding_channel WHERE binding_id = ? AND sales_channel = ?',
        ).get(group.bindingId, answer.salesChannel);
        statement<(string | number | null)[], unknown>(
          database,
          `INSERT INTO binding_channel (binding_id, sales_channel, price, list_price, currency, stock, simulated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (binding_id, sales_channel) DO UPDATE SET price = excluded.price, list_price = excluded.list_price, currency = excluded.currency,
             stock = excluded.stock, simulated_at = excluded.simulated_at`,
        ).run(
          group.bindingId,
          answer.salesChannel,
          answer.price,
          answer.listPrice,
          answer.currency,
          answer.stock,
          answer.at,
        );
        const { price, listPrice, stock, salesChannel, currency } = answer;
        const known = before ? { price: before.price, listPrice: before.list_price, stock: before.stock } : null;
        const after = { price, listPrice, stock };
        effects.push({ salesChannel, currency, before: known, after });
        if (known !== null && isSameValue(known, after)) continue;
        statement<(string | number | null)[], unknown>(
          database,
          `INSERT INTO price_history (seller_id, seller_sku_id, sales_channel, price, list_price, currency, stock, simulated_at, cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ).run(
          ...key,
          answer.salesChannel,
          answer.price,
          answer.listPrice,
          answer.currency,
          answer.stock,
          answer.at,
          params.cause,
        );
      }
    }
    const origin = params.place === undefined ? String(group.ids.at(-1)) : `s${params.place}`;
    const enqueue = (key: string, entity: string, kind: string, payload: string) => {
      if (params.place !== undefined)
        statement<string[], unknown>(
          database,
          `INSERT OR IGNORE INTO outbox (key, entity, kind, payload, state, not_before) VALUES (?, ?, ?, ?, 'pending', ?)`,
        ).run(key, entity, kind, payload, now);
      else
        statement<string[], unknown>(
          database,
          `INSERT INTO outbox (key, entity, kind, payload, state, not_before)
           SELECT ?, ?, ?, ?, 'pending', ? WHERE NOT EXISTS (SELECT 1 FROM outbox INDEXED BY outbox_open WHERE entity = ? AND state IN ('held', 'pending', 'sent', 'stopped')
             AND state = 'pending' AND attempts = 0 AND payload = ?)`,
        ).run(key, entity, kind, payload, now, entity, payload);
    };
    const changes = effects.filter(({ before, after }) => before === null || !isSameValue(before, after));
    const isDrift = group.kinds.every((kind) => kind === 'reconcile') && changes.some(({ before }) => before !== null);
    // nobody was told of it: the backend is told now
    const found = isDrift
      ? [
          ...(changes.some(({ before, after }) => before?.stock !== after.stock) ? ['inventory'] : []),
          ...(changes.some(
            ({ before, after }) => before?.price !== after.price || before?.listPrice !== after.listPrice,
          )
            ? ['price']
            : []),
        ]
      : [];
    for (const kind of [...group.kinds, ...found]) {
      const what = forwarded[kind];
      if (what === undefined) continue;
      const entity = JSON.stringify(['notify', what, ...key]);
      const payload = JSON.stringify({ what, sellerId: group.sellerId, sellerSkuId: group.sellerSkuId });
      enqueue(`forward-${origin}-${what}`, entity, 'forward', payload);
    }
    if (group.body !== null) {
      const entity = JSON.stringify(['relay', ...key]);
      const payload = JSON.stringify({
        sellerId: group.sellerId,
        sellerSkuId: group.sellerSkuId,
        body: JSON.parse(group.body),
      });
      enqueue(`relay-${origin}`, entity, 'relay', payload);
    }
    const settledBy = group.ids.at(-1) ?? 0;
    const outcome: Outcome = changes.length > 0 ? 'changed' : isAsked ? 'unchanged' : 'forwarded';
    const oldest = statement<[string], { received_at: string | null }>(
      database,
      'SELECT MIN(received_at) AS received_at FROM inbox WHERE id IN (SELECT value FROM json_each(?))',
    ).get(JSON.stringify(group.ids));
    statement<(string | number)[], unknown>(
      database,
      `UPDATE inbox SET state = 'done', body = NULL, problem = NULL, handled_at = ?, settled_by = ?, outcome = CASE kind WHEN 'suggestion' THEN ? ELSE ? END
        WHERE id IN (SELECT value FROM json_each(?))`,
    ).run(now, settledBy, outcomeNumber('relayed'), outcomeNumber(outcome), JSON.stringify(group.ids));
    if (effects.length > 0)
      statement<[string, number], unknown>(database, 'UPDATE inbox SET effect = ? WHERE id = ?').run(
        JSON.stringify(effects),
        settledBy,
      );
    countTraffic(database, group.sellerId, now, {
      handled: group.ids.length,
      ...(changes.length > 0 ? { changed: 1 } : {}),
      lagMost: Math.max(0, Date.parse(now) - Date.parse(oldest?.received_at ?? now)),
    });
    if (group.kinds.includes('reconcile') && effects.length > 0)
      statement<[number, string], unknown>(
        database,
        'UPDATE seller_staleness SET swept = swept + 1, drifted = drifted + ? WHERE seller_id = ?',
      ).run(isDrift ? 1 : 0, group.sellerId);
    if (params.milliseconds !== null) {
      statement<[string, string, number], unknown>(
        database,
        `INSERT INTO seller_health (seller_id, last_answer_at, answers) VALUES (?, ?, json_array(?))
         ON CONFLICT (seller_id) DO UPDATE SET last_answer_at = excluded.last_answer_at, failures = 0, problem = NULL,
           answers = CASE WHEN json_array_length(answers) >= 20 THEN json_insert(json_remove(answers, '$[0]'), '$[#]', json_extract(excluded.answers, '$[0]'))
                          ELSE json_insert(answers, '$[#]', json_extract(excluded.answers, '$[0]')) END`,
      ).run(group.sellerId, now, params.milliseconds);
    }
    return null;
  },

  /** Not now: the notifications wait. Where the seller did not answer, its health says so. */
  'inbox.postpone': (
    database: WritableDatabase,
    params: {
      sellerId: string;
      ids: readonly number[];
      notBefore: string;
      problem: string;
      isOurs: boolean;
      now: string;
    },
  ) => {
    statement<(string | number)[], unknown>(
      database,
      'UPDATE inbox SET attempts = attempts + 1, not_before = ?, problem = ?, outcome = ? WHERE id IN (SELECT value FROM json_each(?))',
    ).run(params.notBefore, params.problem, outcomeNumber('retrying'), JSON.stringify(params.ids));
    countTraffic(database, params.sellerId, params.now, { failed: 1 });
    if (params.isOurs) return null;
    statement<[string, string], unknown>(
      database,
      `INSERT INTO seller_health (seller_id, failures, problem) VALUES (?, 1, ?)
       ON CONFLICT (seller_id) DO UPDATE SET failures = failures + 1, problem = excluded.problem`,
    ).run(params.sellerId, params.problem);
    return null;
  },

  /** What this program itself cannot handle is set aside with its reason: it holds up nothing, and is kept. */
  'inbox.setAside': (
    database: WritableDatabase,
    params: { sellerId: string; ids: readonly number[]; problem: string; now: string },
  ) => {
    statement<(string | number)[], unknown>(
      database,
      `UPDATE inbox SET state = 'aside', attempts = attempts + 1, problem = ?, outcome = ? WHERE id IN (SELECT value FROM json_each(?))`,
    ).run(params.problem, outcomeNumber('aside'), JSON.stringify(params.ids));
    countTraffic(database, params.sellerId, params.now, { failed: 1 });
    return null;
  },
  /** What was set aside is tried again, as after an update. @returns how many */
  'inbox.release': (database: WritableDatabase, params: { now: string }) =>
    statement<[string], unknown>(
      database,
      `UPDATE inbox SET state = 'waiting', attempts = 0, outcome = 0, not_before = ? WHERE state = 'aside'`,
    ).run(params.now).changes,

  /** Nothing waits for a time after `latest`. @returns how many did */
  'inbox.heedClock': (database: WritableDatabase, params: { now: string; latest: string }) =>
    statement<[string, string], unknown>(
      database,
      `UPDATE inbox SET not_before = ? WHERE state = 'waiting' AND not_before > ?`,
    ).run(params.now, params.latest).changes,

  /** Finished work older than the retention is forgotten, some at a time: a person's command does not wait for it. */
  'inbox.prune': (database: WritableDatabase, params: { before: string }) => {
    statement<[string], unknown>(
      database,
      `DELETE FROM inbox_raw WHERE id IN (SELECT raw_id FROM inbox WHERE state = 'done' AND received_at < ? AND raw_id IS NOT NULL ORDER BY received_at LIMIT 5000)`,
    ).run(params.before);
    statement<[string], unknown>(
      database,
      `DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE state = 'done' AND received_at < ? ORDER BY received_at LIMIT 5000)`,
    ).run(params.before);
    statement<[string], unknown>(
      database,
      `DELETE FROM outbox WHERE state = 'done' AND kind <> 'decision' AND not_before < ?`,
    ).run(params.before);
    return null;
  },
};
