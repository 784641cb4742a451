import Database from 'better-sqlite3';
import { beforeEach, expect, it } from 'vitest';
import { migrate, type WritableDatabase } from '../database/open.ts';
import { outboxWrites } from '../sync/outbox-writes.ts';
import { bulkWrites } from './bulk-writes.ts';
import { type DecisionRequest, decisionWrites, recordDecision } from './writes.ts';

const at = '2026-11-25T09:00:00.000Z';
const later = '2026-11-25T09:01:00.000Z';
const actor = { operatorId: 'operator-1', name: 'Ada', role: 'administrator' };
const moment = { now: at, heldUntil: at };
let database: WritableDatabase;

beforeEach(() => {
  // a database in memory has the brand's promise: one connection that writes
  database = new Database(':memory:') as WritableDatabase;
  migrate(database);
  const offer = database.prepare(
    `INSERT INTO offer (id, queue, seller_id, received_at, title, seller_sku_id, version_id) VALUES (?, 0, 'seller-1', ?, 'Lamp', ?, 'v1')`,
  );
  for (let id = 1; id <= 4; id++) offer.run(id, at, `sku-${id}`);
  database.exec(`INSERT INTO sku (id, product_id, is_active, name, product_name) VALUES (7, 70, 1, 'Lamp', 'Lamp')`);
});

const record = (id: string, offerId: number, more: Partial<DecisionRequest> = {}) =>
  recordDecision(database, { id, kind: 'bind', offerId, versionId: 'v1', skuId: 7, ...more }, actor, moment);
const take = () => outboxWrites['outbox.take'](database, { now: later, limit: 10 });
const undo = ({ decisionId = '', batchId }: { decisionId?: string; batchId?: string }, ids: string[]) =>
  batchId === undefined
    ? decisionWrites['decisions.undo'](database, { decisionId, newId: ids[0] ?? '', actor, moment })
    : bulkWrites['decisions.undoBatch'](database, { batchId, newIds: ids, asks: actor, moment });
const settle = (sequence: number, outcome: Parameters<(typeof outboxWrites)['outbox.settle']>[1]['outcome']) =>
  outboxWrites['outbox.settle'](database, { sequence, outcome, now: later });
const stateOf = (id: string) => database.prepare('SELECT state FROM decision WHERE id = ?').pluck().get(id);

it('takes entries of one entity one after the other, and of others at once', () => {
  record('a', 1);
  record('b', 2);
  const [first, second] = take();
  expect([first?.key, second?.key]).toEqual(['a', 'b']);
  settle(first?.sequence ?? 0, { kind: 'confirmed', skuId: 7 });
  undo({ decisionId: 'a' }, ['c']);
  expect(take().map(({ key }) => key)).toEqual(['c']);
  expect(take()).toEqual([]);
});

it('cancels a decision that certainly never reached the backend, however often it was tried', () => {
  record('a', 1);
  const [item] = take();
  settle(item?.sequence ?? 0, { kind: 'again', notBefore: later, ambiguous: false, problem: 'away' });
  expect(undo({ decisionId: 'a' }, ['c'])).toMatchObject({ cancelled: 1, compensated: 0 });
  expect(stateOf('a')).toBe('cancelled');
  expect(take()).toEqual([]);
});

it('does not cancel a decision whose answer was lost, nor one that is on its way', () => {
  record('a', 1);
  const [item] = take();
  expect(() => undo({ decisionId: 'a' }, ['c'])).toThrow(expect.objectContaining({ code: 'not-undoable' }));
  settle(item?.sequence ?? 0, { kind: 'again', notBefore: later, ambiguous: true, problem: 'lost' });
  expect(() => undo({ decisionId: 'a' }, ['c'])).toThrow(expect.objectContaining({ code: 'not-undoable' }));
  // and an answer that is lost once stays lost
  settle(take()[0]?.sequence ?? 0, { kind: 'again', notBefore: later, ambiguous: false, problem: 'away' });
  expect(() => undo({ decisionId: 'a' }, ['c'])).toThrow(expect.objectContaining({ code: 'not-undoable' }));
  expect(stateOf('a')).toBe('pending');
});

it('takes back the later of two decisions first: what is bound now is its doing', () => {
  database.exec(
    `INSERT INTO sku (id, product_id, is_active, name, product_name) VALUES (8, 80, 1, 'Lamp 2', 'Lamp 2')`,
  );
  const send = () => {
    const [item] = take();
    settle(item?.sequence ?? 0, { kind: 'confirmed', skuId: null });
  };
  record('a', 1);
  send();
  const bindingId = Number(database.prepare('SELECT id FROM binding').pluck().get());
  recordDecision(database, { id: 'b', kind: 'rebindBinding', bindingId, skuId: 8 }, actor, moment);
  send();
  expect(() => undo({ decisionId: 'a' }, ['c'])).toThrow(
    expect.objectContaining({ code: 'not-undoable', message: expect.stringContaining('later') }),
  );
  undo({ decisionId: 'b' }, ['c']);
  send();
  expect(database.prepare('SELECT sku_id FROM binding').pluck().get()).toBe(7);
  expect(undo({ decisionId: 'a' }, ['d'])).toMatchObject({ compensated: 1 });
});

it('puts a binding back that an undo removed, by taking back the removal', () => {
  const send = () => {
    const [item] = take();
    settle(item?.sequence ?? 0, { kind: 'confirmed', skuId: null });
    return item?.key;
  };
  const binding = () => database.prepare('SELECT sku_id, is_active, is_removed FROM binding').get();
  record('a', 1);
  send();
  expect(undo({ decisionId: 'a' }, ['removal'])).toMatchObject({ compensated: 1 });
  expect(send()).toBe('removal');
  expect(binding()).toMatchObject({ sku_id: 7, is_removed: 1 });
  expect(undo({ decisionId: 'removal' }, ['back'])).toMatchObject({ compensated: 1 });
  expect(database.prepare(`SELECT kind FROM decision WHERE id = 'back'`).pluck().get()).toBe('insertBinding');
  expect(send()).toBe('back');
  expect(binding()).toMatchObject({ sku_id: 7, is_active: 1, is_removed: 0 });
  // it stands now: neither is taken back a second time
  for (const id of ['a', 'removal'])
    expect(() => undo({ decisionId: id }, ['again'])).toThrow(expect.objectContaining({ code: 'not-undoable' }));
});

it('takes back the rest of a batch of which a part has been taken back', () => {
  for (const [index, id] of ['a', 'b', 'c'].entries())
    recordDecision(
      database,
      { id, batchId: 'batch', kind: 'deny', offerId: index + 1, versionId: 'v1', denyReason: 'other' },
      actor,
      moment,
    );
  for (const { sequence, key } of take()) if (key !== 'c') settle(sequence, { kind: 'confirmed', skuId: null });
  // c is on its way
  expect(undo({ batchId: 'batch' }, ['u1', 'u2', 'u3', 'u4'])).toMatchObject({ cancelled: 0, compensated: 2 });
  const sent = database.prepare(`SELECT sequence FROM outbox WHERE key = 'c'`).pluck().get();
  settle(Number(sent), { kind: 'confirmed', skuId: null });
  expect(undo({ batchId: 'batch' }, ['v1', 'v2', 'v3', 'v4'])).toMatchObject({ cancelled: 0, compensated: 1 });
  expect(() => undo({ batchId: 'batch' }, ['w1', 'w2', 'w3', 'w4'])).toThrow(
    expect.objectContaining({ code: 'not-undoable' }),
  );
});

it('refuses a second decision while one is open, an old version, and a SKU that is not there', () => {
  expect(() => record('a', 1, { skuId: 404 })).toThrow(expect.objectContaining({ code: 'not-found', field: 'skuId' }));
  expect(() => record('a', 1, { versionId: 'v0' })).toThrow(
    expect.objectContaining({ code: 'version-moved-on', field: 'versionId' }),
  );
  record('a', 1);
  expect(() => record('b', 1)).toThrow(expect.objectContaining({ code: 'already-decided' }));
  expect(database.prepare('SELECT COUNT(*) FROM decision').pluck().get()).toBe(1);
  expect(database.prepare('SELECT COUNT(*) FROM outbox').pluck().get()).toBe(1);
});
