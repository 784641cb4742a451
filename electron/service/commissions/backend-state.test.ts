import { afterEach, expect, it } from 'vitest';
import { instantOf } from '../../../shared/domain/brand.ts';
import { backendStateReads } from './backend-state.ts';
import { commissionReads } from './reads.ts';
import { type CommissionFile, commissionFile, ruleOfRate } from './testing.ts';
import { commissionWrites } from './writes.ts';

/** What has drifted and what is due, against a real file. */

const day = (number: number, hour = 0) => instantOf(Date.UTC(2026, 11, number, hour));
let file: CommissionFile | null = null;
afterEach(() => {
  file?.close();
  file = null;
});
function open(): CommissionFile {
  file = commissionFile(day(1));
  return file;
}
const due = ({ database }: CommissionFile, now: string) =>
  backendStateReads['commissions.dueToSend'](database, { now });
const state = ({ database }: CommissionFile, now: string) =>
  backendStateReads['commissions.pushState'](database, { now });
const drifted = ({ database }: CommissionFile, now: string) =>
  commissionReads['commissions.overview'](database, { now }).drifted;
function backendSays(one: CommissionFile, extra: readonly ReturnType<CommissionFile['entry']>[]): void {
  commissionWrites['commissions.backend'](one.database, { entries: [...one.read, ...extra], now: day(2) });
}

it('counts what others added at the backend as drift, and sends nothing over it', () => {
  const one = open();
  expect([drifted(one, day(2)), due(one, day(2))]).toEqual([0, []]);
  backendSays(one, [one.entry('s1', 2, 550)]);
  expect(drifted(one, day(2))).toBe(1);
  expect(state(one, day(2))).toMatchObject({
    drifted: 1,
    differences: [{ sellerId: 's1', categoryId: 2, wanted: null, backend: { product: 550 }, drifted: true }],
  });
  expect(due(one, day(2))).toEqual([]);
});

it('never sends what no rule’s day brought, even when nothing drifted', () => {
  const one = open();
  // the category was there when a person sent last, and could not be removed then
  backendSays(one, [one.entry('s1', 2, 550)]);
  commissionWrites['commissions.pushed'](one.database, {
    entries: [...one.read, one.entry('s1', 2, 550)],
    now: day(2),
  });
  expect(state(one, day(3))).toMatchObject({ drifted: 0, differences: [{ categoryId: 2 }] });
  expect(due(one, day(3))).toEqual([]);
});

it('names the entries whose day has come, and only those; a seller that joined since neither drifts nor holds them up', () => {
  const one = open();
  one.activate(
    one.draft({ dated: ruleOfRate('dated', { sellerId: 's1', categoryId: 1 }, 777, { validFrom: day(5) }) }),
    day(2),
  );
  commissionWrites['commissions.pushed'](one.database, { entries: one.read, now: day(2, 1) });
  one.database.exec(`INSERT INTO seller (id, name, is_active) VALUES ('s3', 'Three', 1)`);
  backendSays(one, [one.entry('s3', null, 900)]);
  expect(drifted(one, day(4))).toBe(0);
  expect(due(one, day(4))).toEqual([]);
  // the rule of the department reaches the category below it
  expect(due(one, day(5)).toSorted()).toEqual(['["s1",1]', '["s1",2]']);

  // one of them could not be sent: it stays due, the other does not come again
  const entries = [...one.read, one.entry('s1', 1, 777)];
  commissionWrites['commissions.backend'](one.database, { entries, now: day(5) });
  commissionWrites['commissions.pushedDue'](one.database, { entries, keys: ['["s1",1]'], isAll: false, now: day(5) });
  expect(due(one, day(6))).toEqual(['["s1",2]']);
  const all = [...entries, one.entry('s1', 2, 777)];
  commissionWrites['commissions.backend'](one.database, { entries: all, now: day(6) });
  commissionWrites['commissions.pushedDue'](one.database, {
    entries: all,
    keys: ['["s1",2]'],
    isAll: true,
    now: day(6),
  });
  expect([due(one, day(7)), drifted(one, day(7))]).toEqual([[], 0]);
});

it('puts a scheduled draft into force on its own day, whenever that is noticed, and sends it; not what a person put into force since', () => {
  const one = open();
  const first = one.draft({ a: ruleOfRate('a', { sellerId: 's1', categoryId: 1 }, 700) });
  const second = one.draft({ b: ruleOfRate('b', { sellerId: 's2', categoryId: 1 }, 800) });
  expect(one.activate(first, day(2), day(5)).version).toBeNull();
  expect(one.activate(second, day(2), day(6)).version).toBeNull();
  // the desk is closed for three days
  commissionWrites['commissions.enactDue'](one.database, { now: day(8) });
  const versions = () =>
    commissionReads['commissions.overview'](one.database, { now: day(8) }).versions.map(({ number, activeFrom }) => [
      number,
      activeFrom,
    ]);
  expect(versions().slice(0, 2)).toEqual([
    [3, day(6)],
    [2, day(5)],
  ]);
  const rateOn = (at: string) =>
    commissionReads['commissions.matrix'](one.database, {
      draftId: undefined,
      now: at,
      at,
      part: 'product',
      sellerIds: ['s1'],
    }).rows.find(({ categoryId }) => categoryId === 1)?.cells[0]?.rate;
  expect([rateOn(day(4, 23)), rateOn(day(5))]).toEqual([1_000, 700]);
  expect(due(one, day(8)).toSorted()).toEqual(['["s1",1]', '["s1",2]', '["s2",1]', '["s2",2]']);

  one.activate(one.draft({ c: ruleOfRate('c', { sellerId: 's1', categoryId: 2 }, 900) }), day(8));
  expect(due(one, day(9))).toEqual([]);
});

it('is never in force before the version that it follows', () => {
  const one = open();
  const late = one.draft({ a: ruleOfRate('a', { sellerId: 's1', categoryId: 1 }, 700) });
  one.activate(late, day(2), day(5));
  // somebody puts another into force after that day, before it was noticed
  one.activate(one.draft({ b: ruleOfRate('b', { sellerId: 's2', categoryId: 1 }, 800) }), day(6));
  commissionWrites['commissions.enactDue'](one.database, { now: day(8) });
  const { versions } = commissionReads['commissions.overview'](one.database, { now: day(8) });
  expect(versions.map(({ number, activeFrom }) => [number, activeFrom]).slice(0, 2)).toEqual([
    [3, day(6)],
    [2, day(6)],
  ]);
  // a day that is over is today
  expect(
    one.activate(one.draft({ c: ruleOfRate('c', { sellerId: 's2', categoryId: 2 }, 1) }), day(9), day(3)).version,
  ).toBe(4);
  expect(due(one, day(10))).toEqual([]);
});
