import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { methods } from '../../../shared/contract/index.ts';
import { plainTerms, type Terms } from '../../../shared/domain/agreements/terms.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import { basisPointsOf, minorOf } from '../../../shared/domain/exact.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { openWritable } from '../database/open.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';

/** Agreements and scorecards through the contract. */

let sandbox: Sandbox | null = null;
let harness: ServiceHarness | null = null;
afterEach(async () => {
  await harness?.close();
  await sandbox?.close();
  harness = null;
  sandbox = null;
});

const clock = { at: Date.UTC(2026, 10, 25, 12) };
const day = 86_400_000;
async function start() {
  clock.at = Date.UTC(2026, 10, 25, 12);
  sandbox = await startSandbox({ size: 60, seed: 7, clock: () => clock.at });
  const one = await startHarness({
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
    ambient: { now: () => clock.at, random: () => 0.5, uuid: () => crypto.randomUUID() },
  });
  harness = one;
  await one.signIn();
  await one.until(
    async () =>
      (await one.client.call('offers.counts', {})).waiting >= 60 &&
      (await one.client.call('status.get', {})).lastSyncedAt !== null,
    'the offers',
    60_000,
  );
  return { one, call: one.client.call };
}
const selecting = (change: Partial<Terms['selection']>): Terms => ({
  ...plainTerms,
  selection: { ...plainTerms.selection, ...change },
});
const at = (days: number) => instantOf(clock.at + days * day);

it('keeps every version with its day, says what changed, and never changes the past', async () => {
  const { call, one } = await start();
  const { sellers } = await call('agreements.list', {});
  const sellerId = sellers[0]?.sellerId as (typeof sellers)[number]['sellerId'];
  const first = await call('agreements.save', {
    sellerId,
    terms: plainTerms,
    validFrom: at(-100),
    note: 'signed',
    after: 0,
  });
  expect(first).toMatchObject({ number: 1, inForce: true, differences: [] });
  const second = await call('agreements.save', {
    sellerId,
    terms: selecting({ minimumImages: 3 }),
    validFrom: at(10),
    note: '',
    after: 1,
  });
  expect(second).toMatchObject({
    number: 2,
    inForce: false,
    isFuture: true,
    differences: [{ path: 'selection.minimumImages', before: '0', after: '3' }],
  });
  const refused = async (request: Partial<{ terms: Terms; validFrom: ReturnType<typeof at>; after: number }>) =>
    await call('agreements.save', {
      sellerId,
      terms: plainTerms,
      validFrom: at(20),
      note: '',
      after: 2,
      ...request,
    }).then(
      () => null,
      (error: { field?: string }) => error.field,
    );
  expect(await refused({ validFrom: at(-1) })).toBe('validFrom');
  expect(await refused({ validFrom: at(5) })).toBe('validFrom');
  expect(await refused({ after: 1 })).toBe('after');
  expect(await refused({ terms: selecting({ brandIds: [] }) })).toBe('terms.selection.brandIds');
  expect(await refused({ terms: selecting({ minimumImages: 51 }) })).toBe('terms.selection.minimumImages');

  await call('agreements.withdraw', { sellerId, number: 2 });
  await expect(call('agreements.withdraw', { sellerId, number: 1 })).rejects.toMatchObject({ code: 'already-decided' });
  const third = await call('agreements.save', {
    sellerId,
    terms: selecting({ minimumImages: 2 }),
    validFrom: at(1),
    note: '',
    after: 1,
  });
  expect(third.number).toBe(3);
  clock.at += 2 * day;
  const { versions } = await call('agreements.detail', { sellerId });
  expect(versions.map(({ number, inForce }) => [number, inForce])).toEqual([
    [3, true],
    [1, false],
  ]);

  const reader = await one.colleague('Sam', 'support');
  await expect(
    reader.call('agreements.save', { sellerId, terms: plainTerms, validFrom: at(5), note: '', after: 3 }),
  ).rejects.toMatchObject({ code: 'not-allowed' });
});

it('keeps templates and documents, byte for byte', async () => {
  const { call } = await start();
  const { sellers } = await call('agreements.list', {});
  const sellerId = sellers[0]?.sellerId as (typeof sellers)[number]['sellerId'];
  const { templateId } = await call('agreements.saveTemplate', {
    name: 'Fashion',
    terms: selecting({ minimumImages: 4 }),
  });
  expect(await call('agreements.saveTemplate', { name: 'fashion', terms: selecting({ minimumImages: 5 }) })).toEqual({
    templateId,
  });
  expect((await call('agreements.list', {})).templates).toMatchObject([{ terms: { selection: { minimumImages: 5 } } }]);
  expect(await call('agreements.removeTemplate', { templateId })).toMatchObject({ name: 'Fashion' });

  const content = Buffer.from(Uint8Array.from({ length: 1_000 }, (_, n) => n % 256)).toString('base64');
  const { documentId, size } = await call('agreements.attach', {
    sellerId,
    name: 'contract.pdf',
    type: 'application/pdf',
    content,
  });
  expect(size).toBe(1_000);
  expect((await call('agreements.detail', { sellerId })).documents).toMatchObject([
    { name: 'contract.pdf', author: 'Ada' },
  ]);
  expect((await call('agreements.document', { documentId })).content).toBe(content);
  await call('agreements.detach', { documentId });
  expect((await call('agreements.detail', { sellerId })).documents).toEqual([]);
});

it('names what a waiting offer breaks, from the day the agreement is in force', async () => {
  const { call } = await start();
  const view = await call('offers.open', {
    filter: { queue: 'waiting' },
    sort: { column: 'received', direction: 'descending' },
    first: 1,
  });
  const offer = view.rows[0] as (typeof view.rows)[number];
  expect(await call('agreements.checkOffer', { offerId: offer.id })).toBeNull();
  const { sellerId } = offer;
  await call('agreements.save', {
    sellerId,
    terms: selecting({ minimumImages: 40, requiredAttributes: ['Warranty of the moon'], categoryIds: [9_999_999] }),
    validFrom: at(0),
    note: '',
    after: 0,
  });
  const check = await call('agreements.checkOffer', { offerId: offer.id });
  expect(methods['agreements.checkOffer'].reply.safeParse(check).error).toBeUndefined();
  expect(check?.breaches.map(({ code }) => code)).toEqual(expect.arrayContaining(['attribute', 'images']));
  const listed = (await call('agreements.list', {})).sellers.find((seller) => seller.sellerId === sellerId);
  expect(listed?.breaching).toBeGreaterThan(0);
  await call('agreements.save', { sellerId, terms: plainTerms, validFrom: at(0), note: '', after: 1 });
  expect((await call('agreements.checkOffer', { offerId: offer.id }))?.breaches).toEqual([]);
});

it('judges a seller by its orders: late, cancelled and untracked ones count, and are listed', async () => {
  const { call, one } = await start();
  const { sellers } = await call('agreements.list', {});
  const sellerId = sellers[0]?.sellerId as (typeof sellers)[number]['sellerId'];
  const database = openWritable(join(one.directory, 'demo', 'bindery.sqlite'));
  // states by their position: 10 invoiced at the seller, 13 refused; two packages of orders are missing their tracking
  const insert = database.prepare(
    `INSERT INTO orders (id, state, seller_state, total, seller_id, received_at, marketplace_order_id, group_id, currency, sales_channel, title, units,
       items_total, freight, packages, packages_delivered, state_since, deliver_by, invoice_mismatch)
     VALUES (?, 8, ?, 1000, ?, ?, ?, 'g', 'USD', '1', 'A lamp', 1, 1000, 0, ?, 0, ?, ?, ?)`,
  );
  const invoice = database.prepare(
    `INSERT INTO order_invoice (order_id, number, is_return, value, counted, received_at, tracking_number, receipt) VALUES (?, 'n', 0, 1000, 1000, ?, ?, 'r')`,
  );
  for (let n = 1; n <= 20; n++) {
    const refused = n === 20;
    insert.run(
      n,
      refused ? 13 : 10,
      sellerId,
      at(-5),
      `m${n}`,
      refused ? 0 : 1,
      at(-4),
      n <= 3 ? at(-1) : at(3),
      n === 5 ? 1 : 0,
    );
    if (!refused) invoice.run(n, at(-4), n <= 2 ? null : `T${n}`);
  }
  database.close();
  const row = (await call('scorecards.list', {})).rows.find((each) => each.sellerId === sellerId);
  // the refused one, the three late ones and the one whose invoice does not add up, of 20: one of them is two of these
  expect(row).toMatchObject({ orders: 20, score: 83, verdict: 'suspend', hasAgreement: false });
  expect(Object.fromEntries((row?.rates ?? []).map(({ rate, value }) => [rate, value]))).toEqual({
    approval: 9_500,
    refusal: 500,
    late: 1_500,
    cancelled: 0,
    incident: 500,
    tracking: 8_947,
  });
  const late = await call('scorecards.orders', { sellerId, rate: 'late' });
  expect(late.orders.map(({ orderId }) => orderId).toSorted()).toEqual(['m1', 'm2', 'm3']);
  expect((await call('scorecards.orders', { sellerId, rate: 'tracking' })).orders).toHaveLength(2);

  // an agreement of its own: a looser scorecard, but everything is to be invoiced within half a day of ours
  const terms: Terms = {
    ...plainTerms,
    delivery: { ...plainTerms.delivery, handlingDays: 0 },
    scorecard: {
      ...plainTerms.scorecard,
      thresholds: {
        ...plainTerms.scorecard.thresholds,
        late: { warn: basisPointsOf(2_000), suspend: basisPointsOf(10_000) },
        tracking: null,
        approval: null,
        refusal: null,
        incident: null,
      },
    },
  };
  await call('agreements.save', { sellerId, terms, validFrom: at(0), note: '', after: 0 });
  const agreed = (await call('scorecards.list', {})).rows.find((each) => each.sellerId === sellerId);
  expect(agreed).toMatchObject({ verdict: 'warn', hasAgreement: true });
  expect(agreed?.rates.find(({ rate }) => rate === 'late')?.value).toBe(9_500);

  // by region: what goes to PR may cost nothing, what goes elsewhere in the country three, and the rest is free of it
  const regional = (regions: Terms['delivery']['regions']): Terms => ({
    ...plainTerms,
    delivery: { ...plainTerms.delivery, regions },
  });
  const place = openWritable(join(one.directory, 'demo', 'bindery.sqlite'));
  place.exec(`
    INSERT INTO order_group (id, received_at, body_hash, sales_channel, currency, source, region) VALUES
      ('pr', '${at(-5)}', 'h', '1', 'USD', 's', 'BRA-PR'), ('sp', '${at(-5)}', 'h', '1', 'USD', 's', 'BRA-SP'), ('rm', '${at(-5)}', 'h', '1', 'USD', 's', 'CHL-RM');
    UPDATE orders SET freight = 200, group_id = CASE WHEN id <= 12 THEN 'pr' WHEN id <= 16 THEN 'sp' ELSE 'rm' END, invoice_mismatch = 0 WHERE id <= 20`);
  place.close();
  const incidents = async (regions: Terms['delivery']['regions'], after: number) => {
    await call('agreements.save', { sellerId, terms: regional(regions), validFrom: at(0), note: '', after });
    const { orders } = await call('scorecards.orders', { sellerId, rate: 'incident' });
    return orders.length;
  };
  const region = (name: string, maximumFreight: number | null) => ({
    region: name,
    maximumDays: 90,
    maximumFreight: maximumFreight === null ? null : minorOf(maximumFreight),
  });
  expect(await incidents([region('pr', 100), region('BRA', 300), region('*', 500)], 1)).toBe(12);
  expect(await incidents([region('BRA-PR', null), region('BRA', 100), region('*', 500)], 2)).toBe(16);
  expect(await incidents([region('*', 100)], 3)).toBe(20);
  expect(await incidents([region('BRA-PR', 500), region('PR', 100), region('*', 100)], 4)).toBe(8);
});
