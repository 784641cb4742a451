import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { openWritable, type WritableDatabase } from '../database/open.ts';
import { outboxWrites } from '../sync/outbox-writes.ts';
import { makeTestFile } from '../testing/file.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { bulkReads, bulkWrites } from './bulk-writes.ts';
import { digestOf } from './digest.ts';

const at = '2026-11-25T09:00:00.000Z';
const later = '2026-11-25T09:01:00.000Z';
const actor = { operatorId: 'operator-1', name: 'Ada', role: 'administrator' };
const moment = { now: at, heldUntil: at };

let sandbox: Sandbox | null = null;
let harness: ServiceHarness | null = null;
afterEach(async () => {
  await harness?.close();
  await sandbox?.close();
  harness = null;
  sandbox = null;
});

function fill(database: WritableDatabase, count: number): void {
  database.exec(
    `INSERT INTO sku (id, product_id, is_active, name, product_name) VALUES (7, 70, 1, 'Lamp', 'Lamp'), (8, 80, 1, 'Desk', 'Desk')`,
  );
  const offer = database.prepare(
    `INSERT INTO offer (id, queue, band, score, best_sku_id, seller_id, received_at, title, seller_sku_id, version_id) VALUES (?, 0, 1, 9000, 7, 's1', ?, 'Lamp', ?, 'v1')`,
  );
  for (let id = 1; id <= count; id++) offer.run(id, at, `sku-${id}`);
}
const look = (database: WritableDatabase, count: number) =>
  bulkReads['decisions.bulk'](database, {
    ids: Int32Array.from({ length: count }, (_, index) => index + 1),
    operatorId: actor.operatorId,
    now: at,
  });
const ids = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

it('binds the pairs of the preview and no other, and says of each offer that changed why it was left', () => {
  const file = makeTestFile();
  const { database } = file;
  fill(database, 8);
  const { skipped: before, ...pairs } = look(database, 9);
  expect([...pairs.offerIds]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(before).toEqual({ 'not-waiting': 1 });
  database.exec(`
    UPDATE offer SET best_sku_id = 8 WHERE id = 1; UPDATE offer SET version_id = 'v2' WHERE id = 2;
    UPDATE offer SET band = 2 WHERE id = 3; UPDATE offer SET queue = 1 WHERE id = 4;
    UPDATE offer SET claimed_by = 'other', claimed_until = '${later}' WHERE id = 5;
    INSERT INTO sku (id, product_id, is_active, name, product_name) VALUES (9, 90, 0, 'Old', 'Old')`);
  const run = (prefix: string) =>
    bulkWrites['decisions.bindPairs'](database, { ...pairs, batchId: 'batch', ids: ids(8, prefix), actor, moment });
  expect(run('a')).toEqual({ bound: 3, skipped: { changed: 3, 'not-waiting': 1, 'claimed-by-other': 1 } });
  expect(database.prepare('SELECT seller_sku_id, sku_id FROM decision ORDER BY 1').raw().all()).toEqual([
    ['sku-6', 7],
    ['sku-7', 7],
    ['sku-8', 7],
  ]);
  expect(run('b')).toMatchObject({ bound: 0, skipped: { 'already-decided': 3 } });
  database.exec('UPDATE offer SET best_sku_id = 9 WHERE id = 1');
  expect(look(database, 1).skipped).toEqual({ 'sku-inactive': 1 });
  file.remove();
});

it('tells versions apart by their digest', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (left, right) => {
      expect(digestOf(left) === digestOf(right)).toBe(left === right);
      expect(Number.isSafeInteger(digestOf(left))).toBe(true);
    }),
    { seed: 20_261_125, numRuns: 2_000 },
  );
});

it('takes a batch back whole, each decision once, however often the service ends meanwhile', () => {
  const event = fc.oneof(
    { weight: 4, arbitrary: fc.record({ does: fc.constant('piece' as const), size: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('answer' as const), size: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('restart' as const), size: fc.constant(0) }) },
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 14 }),
      fc.nat(14),
      fc.nat(14),
      fc.array(event, { maxLength: 12 }),
      (count, sent, answered, events) => {
        const test = makeTestFile();
        let { database } = test;
        fill(database, count);
        const { skipped: _skipped, ...pairs } = look(database, count);
        bulkWrites['decisions.bindPairs'](database, {
          ...pairs,
          batchId: 'batch',
          ids: ids(count, 'd'),
          actor,
          moment,
        });
        let onTheWay = outboxWrites['outbox.take'](database, { now: later, limit: sent });
        const answer = (many: number) => {
          for (const { sequence } of onTheWay.slice(0, many))
            outboxWrites['outbox.settle'](database, { sequence, outcome: { kind: 'confirmed', skuId: 7 }, now: later });
          onTheWay = onTheWay.slice(many);
        };
        answer(answered);
        let made = 0;
        const piece = (size: number, asks: typeof actor | null) =>
          bulkWrites['decisions.undoBatch'](database, {
            batchId: 'batch',
            newIds: ids(size, `u${made++}`),
            moment: { now: later, heldUntil: later },
            asks,
          });
        piece(3, actor);
        for (const { does, size } of events) {
          if (does === 'piece') piece(size, null);
          else if (does === 'answer') answer(size);
          else {
            database.close();
            database = openWritable(test.file);
            // what was on its way is asked about again
            const lost = onTheWay.map(({ key }) => key);
            outboxWrites['outbox.recover'](database, {});
            onTheWay = [];
            for (let item = outboxWrites['outbox.take'](database, { now: later, limit: 1 })[0]; item; ) {
              if (lost.includes(item.key)) onTheWay.push(item);
              else
                outboxWrites['outbox.settle'](database, {
                  sequence: item.sequence,
                  outcome: { kind: 'confirmed', skuId: 7 },
                  now: later,
                });
              item = outboxWrites['outbox.take'](database, { now: later, limit: 1 })[0];
            }
          }
        }
        answer(count);
        const left = () => bulkReads['decisions.undosLeft'](database, { untouchedSince: '2099' });
        for (let turns = 0; left().length > 0; turns++) {
          piece(4, null);
          expect(turns).toBeLessThan(100);
        }
        const decisions = database
          .prepare<[], { state: string; undone: number }>(
            `SELECT state, (SELECT COUNT(*) FROM decision c WHERE c.compensates = d.id AND c.state <> 'cancelled') AS undone
               FROM decision d WHERE batch_id = 'batch'`,
          )
          .all();
        expect(decisions).toHaveLength(count);
        for (const { state, undone } of decisions)
          expect([state, undone]).toEqual(state === 'confirmed' ? ['confirmed', 1] : ['cancelled', 0]);
        test.database = database;
        test.remove();
      },
    ),
    { seed: 20_261_125, numRuns: 25 },
  );
});

it('previews, binds what was previewed, and takes the batch back, with the backend in agreement', async () => {
  const world = await startSandbox({ size: 400, seed: 7 });
  sandbox = world;
  const one = await startHarness({ backendUrl: world.url, appKey: world.appKey, appToken: world.appToken });
  harness = one;
  const { client, until } = one;
  await one.signIn();
  await until(async () => (await client.call('status.get', {})).lastSyncedAt, 'the first synchronisation');
  await until(async () => {
    const counts = await client.call('offers.counts', {});
    return counts.unmatched === 0 && counts.bind > 20;
  }, 'the matcher');
  const view = await client.call('offers.open', {
    filter: { queue: 'waiting', band: 'bind' },
    sort: { column: 'score', direction: 'descending' },
    first: 1,
  });
  const selection = { kind: 'view' as const, viewId: view.viewId, except: [] };
  // taken back by its name while it runs: it stops, and what it bound until then is taken back
  const { batchId, bind } = await client.call('decisions.previewBulk', { selection });
  const [stopped, taken] = await Promise.all([
    client.call('decisions.bindMany', { batchId }),
    client.call('decisions.undo', { batchId }),
  ]);
  expect(stopped.bound + stopped.left).toBe(bind);
  expect(taken.cancelled + taken.compensated + taken.waiting).toBe(stopped.bound);
  const preview = await client.call('decisions.previewBulk', { selection });
  expect(preview.bind).toBe(bind);
  expect(preview.bind).toBe(preview.selected);
  expect(preview.sample).toHaveLength(20);
  const bound = await client.call('decisions.bindMany', { batchId: preview.batchId });
  expect(bound).toMatchObject({ bound: preview.bind, left: 0, problem: null });
  // a preview is good for once
  await expect(client.call('decisions.bindMany', { batchId: preview.batchId })).rejects.toMatchObject({
    code: 'not-found',
    field: 'batchId',
  });
  const accepted = () => world.state.suggestions.counts(world.state.now()).accepted;
  const before = accepted();
  const undone = await client.call('decisions.undo', {});
  expect(undone.cancelled + undone.compensated + undone.waiting).toBe(bound.bound);
  await until(async () => {
    const { outbox } = await client.call('status.get', {});
    return outbox.held + outbox.pending + outbox.sent === 0;
  }, 'everything to be sent');
  expect(accepted()).toBe(before);
}, 60_000);
