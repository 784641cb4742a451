/** Both engines keep the same promises; JetStream's with a broker that is started, killed and restarted here. */
import { hash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instantOf } from '../../../shared/domain/brand.ts';
import { openWritable, prepareDatabase } from '../database/open.ts';
import { type ServiceDatabase, startDatabase } from '../database/threads.ts';
import { workerEntry } from '../entries.ts';
import { TestBroker, whyNoBroker } from '../testing/broker.ts';
import { jetStreamDefaults, openJetStream } from './jetstream.ts';
import { openSqliteStream } from './sqlite.ts';
import { type Delivered, type MessageStream, type StreamMessage, streamDefaults } from './types.ts';

const leaseMs = 4_000;
const skus = 40;
let folder = '';
const closers: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-stream-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

const at = instantOf(Date.UTC(2026, 10, 25, 9));
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
async function until(look: () => boolean | Promise<boolean>, what: string, limit = 60_000): Promise<void> {
  const deadline = Date.now() + limit;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`waited for ${what}`);
    await pause(20);
  }
}

function openDatabase(name: string): ServiceDatabase {
  const file = join(folder, name);
  prepareDatabase(file, at);
  const writer = openWritable(file);
  const binding = writer.prepare(
    `INSERT OR IGNORE INTO binding (id, seller_id, seller_sku_id, sku_id, is_active, is_removed, updated_at) VALUES (?, 'seller-1', ?, ?, 1, 0, ?)`,
  );
  for (let n = 1; n <= skus; n++) binding.run(n, `sku-${n}`, n, at);
  writer.close();
  const database = startDatabase({ file, entry: workerEntry('database'), log: () => undefined });
  closers.push(() => database.close());
  return database;
}

const missing = whyNoBroker();

type Open = () => Promise<MessageStream>;
const engines: readonly { name: string; start: () => Promise<{ open: Open; broker: TestBroker | null }> }[] = [
  {
    name: 'SQLite',
    start: async () => {
      const shared = openDatabase('stream.sqlite');
      return {
        broker: null,
        open: async () => openSqliteStream(shared, Date.now, { ...streamDefaults, leaseMs, mostTogether: 200 }),
      };
    },
  },
  {
    name: 'JetStream',
    start: async () => {
      const broker = await TestBroker.start(join(folder, 'jetstream'));
      closers.push(() => broker.kill());
      return {
        broker,
        open: async () =>
          openJetStream({
            ...jetStreamDefaults,
            leaseMs,
            mostTogether: 200,
            workspace: 'test',
            connection: await connect({
              servers: `127.0.0.1:${broker.port}`,
              maxReconnectAttempts: -1,
              reconnectTimeWait: 250,
            }),
          }),
      };
    },
  },
];

const entryOf = (sellerSkuId: string) => ({
  kind: 'price',
  sellerId: 'seller-1',
  sellerSkuId,
  receivedAt: at,
  body: null,
});
const told = (id: string, sku: string): StreamMessage => ({
  id,
  key: sku,
  subject: 'inbox',
  body: JSON.stringify([entryOf(sku)]),
});

/** Publishes again until it is known to be there, as a gateway does before it answers. */
async function publish(stream: MessageStream, messages: readonly StreamMessage[]): Promise<void> {
  await until(
    () =>
      stream.publish(messages).then(
        () => true,
        () => false,
      ),
    'the stream to take a message',
  );
}

/** A desk: its own file, which follows the stream from where it was. */
class Desk {
  readonly database: ServiceDatabase;
  #stop = new AbortController();
  #following: Promise<void> = Promise.resolve();
  applied = 0;
  constructor(name: string) {
    this.database = openDatabase(name);
    closers.push(() => this.leave());
  }
  async follow(stream: MessageStream): Promise<void> {
    this.#stop = new AbortController();
    const after = await this.database.write('stream.cursor', { name: 'workspace' });
    this.#following = stream.follow({
      after,
      signal: this.#stop.signal,
      onMessages: async (messages) => {
        this.applied += (await this.database.write('stream.apply', { name: 'workspace', messages })).applied;
      },
    });
  }
  async leave(): Promise<void> {
    this.#stop.abort();
    await this.#following.catch(() => undefined);
  }
  cursor(): Promise<number> {
    return this.database.write('stream.cursor', { name: 'workspace' });
  }
}

/** What a desk's file holds, as a digest: every notification with its outcome, prices, and how each price came to be. */
function digestOf(name: string): string {
  const database = new Database(join(folder, name), { readonly: true });
  const rows = (sql: string) => database.prepare(sql).raw().all();
  const left = [
    rows('SELECT seller_sku_id, sequence, state, outcome FROM inbox ORDER BY sequence, id'),
    rows('SELECT seller_sku_id, price, stock FROM binding ORDER BY 1'),
    rows('SELECT seller_sku_id, price, stock FROM price_history ORDER BY id'),
  ];
  database.close();
  return hash('sha256', JSON.stringify(left), 'hex');
}

describe.each(engines)('$name', ({ name, start }) => {
  const isMissing = name === 'JetStream' && missing !== null;
  if (isMissing) console.warn(`Skipped the JetStream engine: ${missing}`);
  const test = isMissing ? it.skip : it;

  test('keeps order, keeps one of two with the same id, and goes on from a cursor', async () => {
    const { open } = await start();
    const stream = await open();
    closers.push(() => stream.close());
    await publish(
      stream,
      Array.from({ length: 450 }, (_, n) => told(`m-${n}`, `sku-${n}`)),
    );
    await publish(stream, [told('m-3', 'sku-3'), told('m-450', 'sku-450')]);
    const got: Delivered[] = [];
    const stop = new AbortController();
    const following = stream.follow({
      after: 0,
      signal: stop.signal,
      onMessages: async (batch) => {
        expect(batch.length).toBeLessThanOrEqual(200);
        got.push(...batch);
      },
    });
    await until(() => got.length >= 451, 'all messages');
    expect(got.map(({ id }) => id)).toEqual(Array.from({ length: 451 }, (_, n) => `m-${n}`));
    expect(got.every(({ sequence }, n) => n === 0 || sequence > (got[n - 1]?.sequence ?? 0))).toBe(true);
    stop.abort();
    await following;
    const later: string[] = [];
    const again = new AbortController();
    const onward = stream.follow({
      after: got[440]?.sequence ?? 0,
      signal: again.signal,
      onMessages: async (batch) => {
        later.push(...batch.map(({ id }) => id));
      },
    });
    await until(() => later.length >= 10, 'the rest');
    expect(later).toEqual(Array.from({ length: 10 }, (_, n) => `m-${441 + n}`));
    again.abort();
    await onward;
  });

  test('gives a lease to one at a time, with a fence that rises', async () => {
    const { open } = await start();
    const [one, other] = [await open(), await open()];
    closers.push(
      () => one.close(),
      () => other.close(),
    );
    /** Held for longer than a lease lasts, so that it has to be renewed. */
    const held = async () => {
      const lease = await one.acquire('leader', 'one');
      expect(lease).not.toBeNull();
      expect(await other.acquire('leader', 'other')).toBeNull();
      await pause(leaseMs * 1.25);
      return lease;
    };
    let first = await held();
    // a machine that stands still for a lease's time takes it away, and rightly: then it is tried once more
    if (first?.lost.aborted) {
      await first.release();
      first = await held();
    }
    expect(first?.lost.aborted).toBe(false);
    expect(await other.acquire('leader', 'other')).toBeNull();
    await first?.release();
    const second = await other.acquire('leader', 'other');
    expect(second?.fence).toBeGreaterThan(first?.fence ?? 0);
    await second?.release();
  });

  test('three gateways, three desks: the broker restarted, the leader killed, a desk away; all equal, nothing lost or doubled', async () => {
    const { open, broker } = await start();
    const gateways = [await open(), await open(), await open()];
    const links = [await open(), await open(), await open()];
    for (const stream of [...gateways, ...links]) closers.push(() => stream.close());
    const desks = [new Desk('desk-0.sqlite'), new Desk('desk-1.sqlite'), new Desk('desk-2.sqlite')];
    for (const [n, desk] of desks.entries()) await desk.follow(links[n] as MessageStream);

    /** The leader asks the seller for what waits, and tells the others. A killed one tells nothing more. */
    const calls: string[] = [];
    let price = 1_000;
    const lead = async (n: number): Promise<{ fence: number; kill(): void }> => {
      const stream = links[n] as MessageStream;
      let lease = await stream.acquire('leader', `desk-${n}`);
      await until(async () => {
        lease ??= await stream.acquire('leader', `desk-${n}`).catch(() => null);
        return lease !== null;
      }, `desk ${n} to lead`);
      const held = lease;
      if (held === null) throw new Error('no lease');
      let isKilled = false;
      const database = (desks[n] as Desk).database;
      const working = (async () => {
        const asked = new Map<string, number>();
        while (!isKilled && !held.lost.aborted) {
          const groups = await database.write('inbox.due', {
            now: instantOf(Date.now()),
            rooms: { 'seller-1': 8 },
            busy: [],
          });
          for (const { sellerId, sellerSkuId, place } of groups) {
            const upTo = place ?? 0;
            if (isKilled || held.lost.aborted || (asked.get(sellerSkuId) ?? 0) >= upTo) continue;
            asked.set(sellerSkuId, upTo);
            calls.push(`${sellerSkuId} ${upTo} ${held.fence}`);
            const result = {
              sellerId,
              sellerSkuId,
              upTo,
              at,
              fence: held.fence,
              cause: 'notification',
              milliseconds: null,
              problem: null,
              answers: [{ salesChannel: '1', price: price++, listPrice: null, currency: 'BRL', stock: 1, at }],
            };
            await publish(stream, [
              {
                id: `result ${sellerSkuId} ${upTo}`,
                key: sellerSkuId,
                subject: 'result',
                body: JSON.stringify(result),
              },
            ]).catch(() => undefined);
          }
          await pause(15);
        }
      })();
      closers.push(async () => {
        isKilled = true;
        await working;
        await held.release().catch(() => undefined);
      });
      return {
        fence: held.fence,
        kill() {
          isKilled = true;
        },
      };
    };

    const acknowledged: string[] = [];
    const send = async (gateway: number, count: number) => {
      for (let n = 0; n < count; n++) {
        const id = randomUUID();
        await publish(gateways[gateway] as MessageStream, [told(id, `sku-${1 + Math.floor(Math.random() * skus)}`)]);
        acknowledged.push(id);
      }
    };
    const leader = await lead(0);
    await Promise.all([send(0, 60), send(1, 60), send(2, 60)]);
    await (desks[2] as Desk).leave(); // away
    const busy = Promise.all([send(0, 150), send(1, 150), send(2, 150)]);
    await pause(50);
    if (broker) {
      await broker.kill();
      await pause(300);
      await broker.run();
    }
    await busy;
    leader.kill();
    // its lease is not renewed by anybody who could be asked: another one waits until it has run out
    await (links[0] as MessageStream).close();
    await (desks[0] as Desk).leave();
    const successor = await lead(1);
    expect(successor.fence).toBeGreaterThan(leader.fence);
    await Promise.all([send(1, 60), send(2, 60)]);
    const back = await open();
    closers.push(() => back.close());
    await (desks[0] as Desk).follow(back);
    await (desks[2] as Desk).follow(links[2] as MessageStream);

    const inbox = (n: number) => {
      const database = new Database(join(folder, `desk-${n}.sqlite`), { readonly: true });
      const counts = database.prepare(`SELECT COUNT(*) AS every, SUM(state = 'done') AS done FROM inbox`).get() as {
        every: number;
        done: number | null;
      };
      database.close();
      return counts;
    };
    await until(
      () => [0, 1, 2].every((n) => inbox(n).every === acknowledged.length && inbox(n).done === acknowledged.length),
      'every desk to have everything',
      200_000,
    );
    await until(async () => new Set(await Promise.all(desks.map((desk) => desk.cursor()))).size === 1, 'equal cursors');
    expect(new Set([0, 1, 2].map((n) => digestOf(`desk-${n}.sqlite`))).size).toBe(1);
    // nobody asked twice for the same, but what the killed one had asked and not told
    const repeated = calls.length - new Set(calls.map((call) => call.split(' ').slice(0, 2).join(' '))).size;
    expect(repeated).toBeLessThanOrEqual(8);
    expect(calls.every((call) => [leader.fence, successor.fence].includes(Number(call.split(' ')[2])))).toBe(true);
  }, 240_000);
});
