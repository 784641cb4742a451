import { afterEach, expect, it } from 'vitest';
import { methods } from '../../../shared/contract/index.ts';
import type { OfferRow } from '../../../shared/contract/offers.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { isForPeople } from './auto-binder.ts';

let sandbox: Sandbox | null = null;
let harness: ServiceHarness | null = null;
afterEach(async () => {
  await harness?.close();
  await sandbox?.close();
  harness = null;
  sandbox = null;
});

async function start(size: number): Promise<ServiceHarness> {
  const world = await startSandbox({ size, seed: 7 });
  sandbox = world;
  const one = await startHarness({ backendUrl: world.url, appKey: world.appKey, appToken: world.appToken });
  harness = one;
  await one.signIn();
  // nothing leaves while the test decides
  await one.client.call('settings.update', { holdMilliseconds: 60_000 });
  await one.until(async () => (await one.client.call('status.get', {})).lastSyncedAt, 'the first synchronisation');
  await one.until(async () => {
    const counts = await one.client.call('offers.counts', {});
    return counts.waiting === size && counts.unmatched === 0;
  }, 'all offers matched');
  return one;
}

async function certain(one: ServiceHarness): Promise<OfferRow[]> {
  const { rows } = await one.client.call('offers.open', {
    filter: { queue: 'waiting', band: 'bind' },
    sort: { column: 'received', direction: 'descending' },
    first: 500,
  });
  return rows.filter(({ decision }) => decision === null);
}

const overview = async (one: ServiceHarness) => {
  const reply = await one.client.call('matching.overview', {});
  expect(methods['matching.overview'].reply.safeParse(reply).error).toBeUndefined();
  return reply;
};

it('binds by itself where it was told to and the decisions support it, and takes it all back', async () => {
  const one = await start(900);
  const { client } = one;
  const rows = await certain(one);
  const [sellerId] = [...Map.groupBy(rows, (row) => row.sellerId)].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  if (sellerId === undefined) throw new Error('no seller');
  // people decide on everything of the others, and on half of this seller's
  let own = 0;
  const left = new Set<number>();
  for (const row of rows) {
    if (row.sellerId === sellerId && own++ % 3 === 0) left.add(row.id);
    else
      await client.call('decisions.bind', {
        offerId: row.id,
        versionId: row.versionId,
        skuId: row.bestSkuId ?? (0 as never),
      });
  }
  await client.call('matching.setPolicy', { precision: 9_000, reviewShare: 1_000, paused: false });
  const decided = rows.length - left.size;
  const before = await one.until(async () => {
    const found = await overview(one);
    return found.decisions === decided && found.threshold !== null ? found : null;
  }, 'the decisions are weighed');
  expect(before.autoBound.count).toBe(0);
  expect(before.sellers.find((each) => each.sellerId === sellerId)).toMatchObject({ state: 'bound', on: false });
  const curve = await client.call('matching.curve', { sellerId });
  expect(methods['matching.curve'].reply.safeParse(curve).error).toBeUndefined();
  expect(curve.points.at(-1)).toMatchObject({ coverage: 10_000, precision: 10_000 });

  await client.call('matching.setRule', { sellerId, categoryId: null, on: true });
  await one.until(async () => (await overview(one)).autoBound.count > 0, 'something bound by itself');
  // off again: what was bound stays, and nothing is added
  await client.call('matching.setRule', { sellerId, categoryId: null, on: false });
  const { bound, autos } = await one.until(async () => {
    const { decisions } = await client.call('decisions.list', { limit: 5_000 });
    const made = decisions.filter(({ operatorName }) => operatorName === 'Auto-binding');
    const { autoBound } = await overview(one);
    return made.length === autoBound.count ? { bound: autoBound, autos: made } : null;
  }, 'no more being bound');
  const waiting = rows.filter(({ id }) => left.has(id));
  for (const { state, kind, sellerId: of, sellerSkuId } of autos) {
    expect({ state, kind, of }).toEqual({ state: 'held', kind: 'bind', of: sellerId });
    const row = waiting.find((each) => each.sellerSkuId === sellerSkuId);
    // others of this seller that only looked likely may be bound as well; none that people are to check
    if (row) expect(isForPeople(row, 1_000)).toBe(false);
  }

  // what would be taken back, and then is; nothing of it is bound again
  expect((await client.call('matching.previewUndo', { sellerId, categoryId: null, since: null })).count).toBe(
    bound.count,
  );
  const undone = await client.call('matching.undo', { sellerId, categoryId: null, since: null });
  expect(undone).toEqual({ cancelled: bound.count, compensated: 0, left: 0 });
  const after = await overview(one);
  expect(after.policy.paused).toBe(true);
  expect(after.autoBound.count).toBe(0);
  await client.call('matching.setRule', { sellerId, categoryId: null, on: true });
  await client.call('matching.setPolicy', { precision: 9_000, reviewShare: 1_000, paused: false });
  // what people took back counts as wrong
  await one.until(async () => (await overview(one)).decisions === decided + bound.count, 'the wrong ones are counted');
  const again = (await client.call('decisions.list', { limit: 5_000 })).decisions.filter(
    ({ operatorName, state }) => operatorName === 'Auto-binding' && state !== 'cancelled',
  );
  const takenBack = new Set(autos.map((auto) => auto.sellerSkuId));
  expect(again.filter((auto) => takenBack.has(auto.sellerSkuId))).toEqual([]);
  const report = await client.call('matching.report', {});
  expect(methods['matching.report'].reply.safeParse(report).error).toBeUndefined();
  expect(report.weeks.at(-1)).toMatchObject({
    decisions: decided,
    right: decided,
    autoBound: expect.any(Number),
    putRight: bound.count,
  });
  // and enough was decided to learn from, by itself
  const [round] = (
    await one.until(async () => {
      const found = await overview(one);
      return found.rounds.length > 0 ? found : null;
    }, 'a round of learning')
  ).rounds;
  expect(round?.decisions).toBeGreaterThanOrEqual(60);
}, 180_000);

it('does nothing by itself unless it is told to, and not for who may not', async () => {
  const one = await start(60);
  const { client } = one;
  const [row] = await certain(one);
  if (!row) throw new Error('no certain offer');
  const reader = await one.colleague('Rui', 'support');
  for (const refused of [
    reader.call('matching.setRule', { sellerId: row.sellerId, categoryId: null, on: true }),
    reader.call('matching.undo', { sellerId: null, categoryId: null, since: null }),
    reader.call('matching.setPolicy', { precision: 9_900, reviewShare: 500, paused: false }),
  ])
    await expect(refused).rejects.toMatchObject({ code: 'not-allowed' });
  await expect(
    client.call('matching.setPolicy', { precision: 10_000, reviewShare: 500, paused: false }),
  ).rejects.toMatchObject({ code: 'invalid-request', field: 'precision' });
  // on, but without decisions nothing supports it
  await client.call('matching.setRule', { sellerId: row.sellerId, categoryId: null, on: true });
  const found = await overview(one);
  expect(found).toMatchObject({ decisions: 0, threshold: null, autoBound: { count: 0 } });
  expect(found.sellers.find(({ sellerId }) => sellerId === row.sellerId)).toMatchObject({
    on: true,
    state: 'too-few',
    needed: 40,
  });
  // a bulk decision is no look at each offer, and proves nothing
  const { batchId } = await client.call('decisions.previewBulk', { selection: { kind: 'ids', ids: [row.id] } });
  await client.call('decisions.bindMany', { batchId });
  await one.until(async () => (await client.call('offers.detail', { offerId: row.id })).decision, 'the bulk decision');
  const [week] = await one.until(async () => {
    const { weeks } = await client.call('matching.report', {});
    return weeks.length > 0 ? weeks : null;
  }, 'the bulk decision is taken in');
  expect(week).toMatchObject({ decisions: 0, autoBound: 0 });
  expect((await overview(one)).decisions).toBe(0);
});

it('keeps the same share of offers for people, whatever the order', () => {
  const offers = Array.from({ length: 10_000 }, (_, id) => ({ id, versionId: `v${id % 7}` }));
  const kept = offers.filter((offer) => isForPeople(offer, 500));
  expect(kept.length).toBeGreaterThan(400);
  expect(kept.length).toBeLessThan(600);
  expect(
    offers
      .toReversed()
      .filter((offer) => isForPeople(offer, 500))
      .toReversed(),
  ).toEqual(kept);
});
