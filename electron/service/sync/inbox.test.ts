import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { openWritable, prepareDatabase, type WritableDatabase } from '../database/open.ts';
import { type ServiceDatabase, startDatabase } from '../database/threads.ts';
import { workerEntry } from '../entries.ts';
import { InboxWorker, type SellerAnswer } from './inbox.ts';
import { inboxWrites } from './inbox-writes.ts';
import { outboxWrites } from './outbox-writes.ts';

const at = '2026-11-25T09:00:00.000Z';
let directory = '';
let file = '';
let writer: WritableDatabase;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-inbox-'));
  file = join(directory, 'bindery.sqlite');
  prepareDatabase(file, at);
  writer = openWritable(file);
});
afterEach(() => {
  if (writer.open) writer.close();
  rmSync(directory, { recursive: true, force: true });
});

const entry = (sellerId: string, sellerSkuId: string, kind = 'price') => ({
  kind,
  sellerId,
  sellerSkuId,
  receivedAt: at,
  body: null,
});
const due = (rooms: Record<string, number>, busy: string[] = []) =>
  inboxWrites['inbox.due'](writer, { now: at, rooms, busy }).map(({ sellerId, sellerSkuId, ids }) => [
    sellerId,
    sellerSkuId,
    ids.length,
  ]);

it('finds what is due of each seller behind another’s flood, coalesced, sweeps last, and not what is under way', () => {
  inboxWrites['inbox.append'](writer, {
    entries: [
      entry('a', 'swept', 'sweep'),
      ...Array.from({ length: 3_000 }, (_, n) => entry('a', `sku-${n % 3}`)),
      entry('b', 'own'),
    ],
  });
  expect(inboxWrites['inbox.sellers'](writer, {})).toEqual(['a', 'b']);
  expect(due({ a: 2, b: 2 })).toEqual([
    ['a', 'sku-0', 1_000],
    ['a', 'sku-1', 1_000],
    ['b', 'own', 1],
  ]);
  expect(due({ a: 8 }, [JSON.stringify(['a', 'sku-0'])])).toEqual([
    ['a', 'sku-1', 1_000],
    ['a', 'sku-2', 1_000],
    ['a', 'swept', 1],
  ]);
  const plan = writer
    .prepare<[], { detail: string }>(
      `EXPLAIN QUERY PLAN SELECT seller_sku_id FROM inbox INDEXED BY inbox_turn WHERE state = 'waiting' AND seller_id = 'a' AND (kind = 'sweep' OR kind = 'reconcile') = 0 AND not_before <= '${at}' ORDER BY not_before, id`,
    )
    .all()
    .map(({ detail }) => detail)
    .join();
  expect(plan).toContain('inbox_turn (seller_id=? AND <expr>=? AND not_before<?)');
  expect(plan).not.toContain('TEMP B-TREE');
});

it('keeps what it set aside, counts it, tries it again when told, and forgets only what is done', () => {
  inboxWrites['inbox.append'](writer, { entries: [entry('a', '1'), entry('a', '2')] });
  inboxWrites['inbox.setAside'](writer, { sellerId: 'a', now: at, ids: [1], problem: 'broken' });
  expect(due({ a: 8 })).toEqual([['a', '2', 1]]);
  inboxWrites['inbox.prune'](writer, { before: '2027-01-01T00:00:00.000Z' });
  expect(inboxWrites['inbox.release'](writer, { now: at })).toBe(1);
  expect(due({ a: 8 })).toEqual([
    ['a', '1', 1],
    ['a', '2', 1],
  ]);
});

it('asks a seller in order of arrival, few at a time, and sets aside what fails inside', async () => {
  writer
    .prepare(
      `INSERT INTO seller (id, name, is_active, endpoint) VALUES ('a', 'A', 1, 'http://a.example'), ('b', 'B', 1, 'http://b.example')`,
    )
    .run();
  for (const [n, sku] of ['1', '2', '3', '4', '5', '6', '7', '8', 'broken'].entries())
    for (const [k, seller] of ['a', 'b'].entries())
      writer
        .prepare(
          `INSERT INTO binding (id, seller_id, seller_sku_id, sku_id, is_active, is_removed, updated_at) VALUES (?, ?, ?, ?, 1, 0, ?)`,
        )
        .run(n * 2 + k + 1, seller, sku, n + 1, at);
  writer.close();
  const clock = { now: Date.parse(at) };
  const database: ServiceDatabase = startDatabase({ file, entry: workerEntry('database'), log: () => undefined });
  const asked: string[] = [];
  let together = 0;
  let mostTogether = 0;
  const worker = new InboxWorker({
    database,
    simulate: async ({ sellerId, sellerSkuId }): Promise<SellerAnswer> => {
      if (sellerId === 'b') throw new BinderyError('timed-out', 'B does not answer.');
      asked.push(sellerSkuId);
      mostTogether = Math.max(mostTogether, ++together);
      await new Promise((resolve) => setImmediate(resolve));
      together--;
      if (sellerSkuId === 'broken') throw new TypeError('a fault of our own');
      return { price: 100, listPrice: null, stock: 1, currency: null };
    },
    currency: async () => 'BRL',
    ambient: { now: () => clock.now, random: () => 0, uuid: () => crypto.randomUUID() },
    log: () => undefined,
    onApplied: () => undefined,
  });
  await database.write('inbox.append', {
    entries: ['b', 'a'].flatMap((seller) =>
      ['1', '2', '3', '4', '5', '6', '7', '8', 'broken'].map((sku) => entry(seller, sku)),
    ),
  });
  for (let turn = 0; turn < 8; turn++) {
    await worker.turn();
    clock.now += 1_000;
  }
  await worker.stop();
  expect(asked.filter((sku) => sku !== 'broken')).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  expect(asked.filter((sku) => sku === 'broken')).toHaveLength(5);
  expect(mostTogether).toBeLessThanOrEqual(8);
  const counts = await database.read('inbox.counts', {});
  await database.close();
  writer = openWritable(file);
  expect(writer.prepare(`SELECT seller_id, seller_sku_id, problem FROM inbox WHERE state = 'aside'`).all()).toEqual([
    { seller_id: 'a', seller_sku_id: 'broken', problem: 'a fault of our own' },
  ]);
  // B keeps all of its own: what does not answer is never set aside
  expect(counts.waiting).toBe(9);
  expect(counts.failing).toBeGreaterThan(1);
});

/** Two sellers with a binding each, and a worker on a database thread that asks them by `simulate`. */
async function twoSellers(simulate: (sellerId: string) => Promise<SellerAnswer>) {
  writer.exec(`
    INSERT INTO seller (id, name, is_active, endpoint) VALUES ('a', 'A', 1, 'http://a.example'), ('b', 'B', 1, 'http://b.example');
    INSERT INTO binding (id, seller_id, seller_sku_id, sku_id, is_active, is_removed, updated_at) VALUES (1, 'a', '1', 1, 1, 0, '${at}'), (2, 'b', '1', 2, 1, 0, '${at}')`);
  writer.close();
  const clock = { now: Date.parse(at) };
  const database: ServiceDatabase = startDatabase({ file, entry: workerEntry('database'), log: () => undefined });
  const applied: string[] = [];
  const worker = new InboxWorker({
    database,
    simulate: ({ sellerId }) => simulate(sellerId),
    currency: async () => 'BRL',
    ambient: { now: () => clock.now, random: () => 0, uuid: () => crypto.randomUUID() },
    log: () => undefined,
    onApplied: ({ sellerId }) => applied.push(sellerId),
  });
  return { database, worker, clock, applied };
}

it('asks another seller while a slow one has not answered', async () => {
  const answer = { price: 100, listPrice: null, stock: 1, currency: 'EUR' };
  let release: () => void = () => undefined;
  const slow = new Promise<SellerAnswer>((resolve) => {
    release = () => resolve(answer);
  });
  let asked: () => void = () => undefined;
  const underWay = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const { database, worker, applied } = await twoSellers((sellerId) => {
    if (sellerId === 'b') return Promise.resolve(answer);
    asked();
    return slow;
  });
  await database.write('inbox.append', { entries: [entry('a', '1')] });
  const first = worker.turn();
  await underWay;
  await database.write('inbox.append', { entries: [entry('b', '1')] });
  const worked = worker.next('b', '1');
  void worker.turn();
  await worked;
  expect(applied).toEqual(['b']);
  release();
  await first;
  expect(applied).toEqual(['b', 'a']);
  await worker.stop();
  await database.close();
  writer = openWritable(file);
  // what the seller says of its currency counts before the setting
  expect(writer.prepare('SELECT DISTINCT currency FROM binding').pluck().all()).toEqual(['EUR']);
});

it('takes a fault of the database for its own: set aside after some tries, and nothing against the seller', async () => {
  // a price that the strict column refuses: what the parser lets through never looks so
  const { database, worker, clock } = await twoSellers(async () => ({
    price: 1.5,
    listPrice: null,
    stock: 1,
    currency: null,
  }));
  await database.write('inbox.append', { entries: [entry('a', '1')] });
  for (let turn = 0; turn < 8; turn++) {
    await worker.turn();
    clock.now += 60_000;
  }
  await worker.stop();
  await database.close();
  writer = openWritable(file);
  expect(writer.prepare('SELECT state, attempts FROM inbox').all()).toEqual([{ state: 'aside', attempts: 5 }]);
  expect(writer.prepare('SELECT failures FROM seller_health').pluck().all()).toEqual([]);
});

it('keeps a relayed offer that the backend refuses, whole and with the reason, and tries it again when told', () => {
  const body = JSON.stringify({ ProductName: 'Lamp', Pricing: { SalePrice: 1 } });
  inboxWrites['inbox.append'](writer, { entries: [{ ...entry('a', '1', 'suggestion'), body }, entry('a', '1')] });
  const send = () => {
    const [group] = inboxWrites['inbox.due'](writer, { now: at, rooms: { a: 1 }, busy: [] });
    if (!group) throw new Error('nothing is due');
    inboxWrites['inbox.complete'](writer, { group, answers: [], cause: 'notification', milliseconds: null, now: at });
    for (const { sequence, kind } of outboxWrites['outbox.take'](writer, { now: at, limit: 9 }))
      outboxWrites['outbox.settle'](writer, {
        sequence,
        outcome:
          kind === 'relay'
            ? { kind: 'failed', code: '400', problem: 'no such category' }
            : { kind: 'confirmed', skuId: null },
        now: at,
      });
  };
  const aside = () => writer.prepare(`SELECT kind, body, problem FROM inbox WHERE state = 'aside'`).all();
  for (let round = 0; round < 2; round++) {
    send();
    expect(aside()).toEqual([{ kind: 'suggestion', body, problem: 'no such category' }]);
    expect(writer.prepare(`SELECT COUNT(*) FROM outbox WHERE state <> 'done'`).pluck().get()).toBe(0);
    expect(inboxWrites['inbox.release'](writer, { now: at })).toBe(1);
  }
});
