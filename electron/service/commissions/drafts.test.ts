import { afterEach, expect, it } from 'vitest';
import { instantOf } from '../../../shared/domain/brand.ts';
import { basisPointsOf } from '../../../shared/domain/exact.ts';
import { commissionReads } from './reads.ts';
import { ada, bob, type CommissionFile, commissionFile, eve, ruleOfRate } from './testing.ts';
import { commissionWrites } from './writes.ts';

/** Drafts that several people work on, against a real file. */

const day = (number: number) => instantOf(Date.UTC(2026, 11, number));
let file: CommissionFile | null = null;
afterEach(() => {
  file?.close();
  file = null;
});
function open(): CommissionFile {
  file = commissionFile(day(1));
  return file;
}
const by = (actor: typeof ada, at = day(2)) => ({ actor, at });
const rates = ({ database }: CommissionFile) =>
  Object.fromEntries(
    commissionReads['commissions.rules'](database, { draftId: undefined, at: day(28) }).rules.map(({ rule }) => [
      rule.id,
      rule.product?.bands[0]?.rate,
    ]),
  );
const draftsOf = ({ database }: CommissionFile) =>
  commissionReads['commissions.overview'](database, { now: day(2) }).drafts;

it('lets nobody approve a draft who wrote or changed it, in whichever way', () => {
  const one = open();
  const { database } = one;
  const rule = ruleOfRate('r', { sellerId: 's1', categoryId: 1 }, 700);
  const bulk = {
    filter: {
      sellerId: null,
      sellerGroup: null,
      categoryId: null,
      brandId: null,
      salesChannel: null,
      part: 'product' as const,
      rateFrom: null,
      rateTo: null,
    },
    change: { kind: 'add' as const, value: 100 },
  };
  const cells = [{ sellerId: 's2', categoryId: 1, rate: 500 }];
  const typed = { part: 'product' as const, validFrom: null, timeZone: 'UTC', newId: 'n', cells };
  const edits: readonly ((draftId: string) => unknown)[] = [
    (draftId) =>
      commissionWrites['commissions.change'](database, {
        draftId,
        changes: [
          { ruleId: 'r', rule: null },
          { ruleId: 'q', rule: { ...rule, id: 'q' } },
        ],
        ...by(eve),
      }),
    (draftId) => commissionWrites['commissions.setCells'](database, { draftId, ...typed, ...by(eve) }),
    (draftId) => commissionWrites['commissions.bulk'](database, { draftId, ...bulk, ...by(eve) }),
    (draftId) =>
      commissionWrites['commissions.import'](database, {
        draftId,
        text: 'seller,category,product_percent\ns2,2,9',
        newId: 'i',
        ...by(eve),
      }),
    (draftId) =>
      commissionWrites['commissions.takeOver'](database, {
        draftId,
        newId: 't',
        entries: [{ sellerId: 's2', categoryId: 2 }],
        ...by(eve),
      }),
  ];
  for (const edit of edits) {
    const draftId = one.draft({ r: rule });
    edit(draftId);
    commissionWrites['commissions.submit'](database, { draftId, ...by(bob) });
    for (const actor of [ada, eve])
      expect(() => one.activate(draftId, day(3), null, actor, true)).toThrow(/Somebody else/);
    expect(draftsOf(one).find((each) => each.draftId === draftId)?.editors).toEqual(['Ada', 'Eve']);
    const audited = database
      .prepare(`SELECT operator_id FROM audit WHERE action = 'change commissions' AND entity = ?`)
      .pluck()
      .all(JSON.stringify(['commission', draftId]));
    expect(audited).toEqual(['ada', 'eve']);
    commissionWrites['commissions.discard'](database, { draftId, ...by(ada) });
  }
  const draftId = one.draft({ r: rule });
  commissionWrites['commissions.submit'](database, { draftId, ...by(ada) });
  expect(one.activate(draftId, day(3), null, eve, true).version).toBe(2);
});

it('gives a draft back that waits for approval or its day, and one that was discarded', () => {
  const one = open();
  const { database } = one;
  const draftId = one.draft({ r: ruleOfRate('r', { sellerId: 's1', categoryId: 1 }, 700) });
  expect(() => commissionWrites['commissions.returnDraft'](database, { draftId, ...by(ada) })).toThrow(
    /waits for nothing/,
  );
  commissionWrites['commissions.submit'](database, { draftId, ...by(ada) });
  expect(commissionWrites['commissions.returnDraft'](database, { draftId, ...by(ada) }).state).toBe('draft');
  expect(one.activate(draftId, day(2), day(5)).draft).toMatchObject({ state: 'scheduled', activateAt: day(5) });
  expect(commissionWrites['commissions.returnDraft'](database, { draftId, ...by(ada) })).toMatchObject({
    state: 'draft',
    activateAt: null,
  });
  expect(commissionWrites['commissions.enactDue'](database, { now: day(6) })).toBe(0);
  commissionWrites['commissions.discard'](database, { draftId, ...by(ada) });
  expect(draftsOf(one)).toEqual([]);
  expect(commissionWrites['commissions.restoreDraft'](database, { draftId, ...by(ada) })).toMatchObject({
    state: 'draft',
    changes: 1,
  });
  expect(one.activate(draftId, day(7)).version).toBe(2);
});

it('refuses a draft that would silently undo what a newer version changed, until somebody chose mine or theirs', () => {
  const one = open();
  const { database } = one;
  const own = (rate: number) => ruleOfRate('["backend","s1",null]', { sellerId: 's1' }, rate);
  const other = (rate: number) => ruleOfRate('["backend","s2",null]', { sellerId: 's2' }, rate);
  const mine = one.draft({
    '["backend","s1",null]': own(1),
    '["backend","s2",null]': other(2),
    new: ruleOfRate('new', { sellerId: 's1', categoryId: 2 }, 3),
  });
  const theirs = one.draft({ '["backend","s1",null]': own(11), '["backend","s2",null]': null }, eve);
  expect(one.activate(theirs, day(2)).version).toBe(2);
  // changing it again does not mean that the newer version was seen
  commissionWrites['commissions.change'](database, {
    draftId: mine,
    changes: [{ ruleId: '["backend","s1",null]', rule: own(5) }],
    ...by(ada),
  });
  expect(() => one.activate(mine, day(3))).toThrow(/newer version changed 2/);
  expect(draftsOf(one)[0]).toMatchObject({ conflicts: 2 });
  const { conflicts } = commissionReads['commissions.conflicts'](database, { draftId: mine });
  expect(
    conflicts.map((each) => [each.mine?.rule.product?.bands[0]?.rate, each.theirs?.rule.product?.bands[0]?.rate]),
  ).toEqual([
    [5, 11],
    [2, undefined],
  ]);
  const [first, second] = conflicts.map(({ ruleId }) => ruleId) as [string, string];
  const resolve = (take: 'mine' | 'theirs', ruleIds: string[]) =>
    commissionWrites['commissions.resolve'](database, { draftId: mine, take, ruleIds, ...by(ada) });
  expect(resolve('theirs', [first, 'new']).undo).toEqual([{ ruleId: first, rule: own(5) }]);
  expect(() => one.activate(mine, day(3))).toThrow(/newer version changed 1/);
  expect(resolve('mine', [second]).undo).toEqual([]);
  expect(one.activate(mine, day(3)).version).toBe(3);
  expect(rates(one)).toMatchObject({ [first]: 11, [second]: 2, new: 3 });
});

it('sends a scheduled draft back when a newer version changed its rules meanwhile', () => {
  const one = open();
  const key = '["backend","s1",null]';
  const scheduled = one.draft({ [key]: ruleOfRate(key, { sellerId: 's1' }, 1) });
  one.activate(scheduled, day(2), day(5));
  one.activate(one.draft({ [key]: ruleOfRate(key, { sellerId: 's1' }, 9) }), day(3));
  commissionWrites['commissions.enactDue'](one.database, { now: day(5) });
  expect(draftsOf(one)).toMatchObject([{ draftId: scheduled, state: 'draft', problem: 'conflict', conflicts: 1 }]);
  expect(rates(one)[key]).toBe(9);
});

it('writes a draft that returns to an earlier version, rule by rule', () => {
  const one = open();
  const before = rates(one);
  const key = '["backend","s1",null]';
  one.activate(
    one.draft({
      [key]: null,
      new: ruleOfRate('new', { sellerId: 's1' }, 3),
      '["backend","s2",null]': ruleOfRate('["backend","s2",null]', { sellerId: 's2' }, 4),
    }),
    day(2),
  );
  expect(rates(one)).not.toEqual(before);
  const back = (version: number) =>
    commissionWrites['commissions.returnTo'](one.database, { id: `back${version}`, name: 'Back', version, ...by(ada) });
  expect(() => back(2)).toThrow(/already/);
  expect(() => back(7)).toThrow(/no version 7/);
  expect(back(1)).toMatchObject({ changes: 3, conflicts: 0 });
  one.activate('back1', day(3));
  expect(rates(one)).toEqual(before);
});

it('takes over what the marketplace holds, and clears cells of their own rules only', () => {
  const one = open();
  const { database } = one;
  const entries = [...one.read.slice(1), one.entry('s1', null, 1_100), one.entry('s1', 1, 550)];
  commissionWrites['commissions.backend'](database, { entries, now: day(2) });
  one.activate(one.draft({ r: ruleOfRate('r', { sellerId: 's1', categoryId: 2 }, 700) }), day(2));
  const draftId = one.draft({});
  const { undo } = commissionWrites['commissions.takeOver'](database, {
    draftId,
    newId: 't',
    entries: [null, 1, 2].map((categoryId) => ({ sellerId: 's1', categoryId })),
    ...by(ada),
  });
  expect(undo).toHaveLength(3);
  one.activate(draftId, day(3));
  // a category without an entry there has its seller's default
  expect(rates(one)).toMatchObject({ '["backend","s1",null]': 1_100, 't-1': 550, r: 1_100 });

  const cleared = commissionWrites['commissions.setCells'](database, {
    draftId: one.draft({}),
    part: 'product',
    validFrom: null,
    timeZone: 'UTC',
    newId: 'n',
    cells: [
      { sellerId: 's1', categoryId: 2, rate: null },
      { sellerId: 's2', categoryId: 2, rate: null },
      { sellerId: 's2', categoryId: 1, rate: basisPointsOf(5) },
    ],
    ...by(ada, day(4)),
  });
  expect(cleared).toMatchObject({ applied: 2, skipped: 1 });
});
