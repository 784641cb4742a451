import { afterEach, expect, it } from 'vitest';
import { methods } from '../../../shared/contract/index.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import { percentage } from '../../../shared/domain/commission/charge.ts';
import { anyScope } from '../../../shared/domain/commission/rules.ts';
import { basisPointsOf, sumMinor } from '../../../shared/domain/exact.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';

/** Commissions through the contract, against the sandbox over real HTTP. */

let sandbox: Sandbox | null = null;
let harness: ServiceHarness | null = null;
afterEach(async () => {
  await harness?.close();
  await sandbox?.close();
  harness = null;
  sandbox = null;
});

const clock = { at: Date.UTC(2026, 10, 25, 12) };
async function start() {
  sandbox = await startSandbox({ size: 200, seed: 7, clock: () => clock.at });
  const one = await startHarness({ backendUrl: sandbox.url, appKey: sandbox.appKey, appToken: sandbox.appToken });
  harness = one;
  await one.signIn();
  await one.until(
    async () => (await one.client.call('commissions.overview', {})).soldItems >= 480,
    'the history of what was sold',
    60_000,
  );
  return { world: sandbox, one, call: one.client.call };
}

async function backendOf(world: Sandbox, sellerId: string) {
  const headers = { 'X-VTEX-API-AppKey': world.appKey, 'X-VTEX-API-AppToken': world.appToken };
  const get = async (path: string) =>
    (await (
      await fetch(`${world.url}/api/seller-register/pvt/sellers/${sellerId}${path}`, { headers })
    ).json()) as never;
  return {
    seller: (await get('')) as { sellerCommissionConfiguration: { productCommissionPercentage: number } },
    rows: (await get('/commissions')) as { categoryId: string; productCommissionPercentage: number }[],
  };
}
const rate = (value: number) => basisPointsOf(value);
const months = {
  september: { from: instantOf(Date.UTC(2026, 8, 1)), until: instantOf(Date.UTC(2026, 9, 1)) },
  all: { from: instantOf(0), until: instantOf(Date.UTC(2030, 0, 1)) },
};

it('reads what the marketplace charges, tries a change, puts it into force, proves it at the backend, and leaves past months alone', async () => {
  const { world, call } = await start();
  const overview = await call('commissions.overview', {});
  expect(methods['commissions.overview'].reply.safeParse(overview).error).toBeUndefined();
  expect(overview.version).toMatchObject({ number: 1, rules: 4 });
  const before = await call('settlement.list', months.september);
  expect(before.rows.length).toBeGreaterThan(2);

  const { draftId } = await call('commissions.createDraft', { name: 'Winter' });
  const cells = await call('commissions.setCells', {
    draftId,
    part: 'product',
    validFrom: null,
    timeZone: 'America/Sao_Paulo',
    cells: [
      { sellerId: 'seller-1', categoryId: 2, rate: rate(2_000) },
      { sellerId: 'seller-1', categoryId: 3, rate: rate(985) },
      { sellerId: 'seller-2', categoryId: 2, rate: rate(1_500) },
    ],
  });
  expect(cells.undo).toHaveLength(3);
  const matrix = await call('commissions.matrix', {
    draftId,
    part: 'product',
    at: instantOf(clock.at),
    sellerIds: [null, 'seller-1'],
  });
  const row = (id: number | null) => matrix.rows.find(({ categoryId }) => categoryId === id)?.cells;
  expect(row(null)).toEqual([null, { rate: 1_000, own: true, complex: false }]);
  expect(row(1)?.[1]).toEqual({ rate: 1_000, own: false, complex: false });
  expect(row(3)?.[1]).toEqual({ rate: 985, own: true, complex: false });

  const trial = await call('commissions.whatIf', { draftId, asOf: null, paymentCost: rate(300) });
  expect(methods['commissions.whatIf'].reply.safeParse(trial).error).toBeUndefined();
  for (const by of [trial.sellers, trial.categories, trial.months])
    for (const sum of ['sold', 'before', 'after'] as const)
      expect(sumMinor(by.map((each) => each[sum]))).toBe(trial[sum]);
  expect(trial.sellers.filter((each) => each.before !== each.after).map(({ key }) => key).length).toBeLessThanOrEqual(
    2,
  );

  const opened = instantOf(Date.now());
  expect(await call('commissions.activate', { draftId, activateAt: null })).toMatchObject({ version: 2 });
  // a grid without a day is of now, not of when it was opened
  const shown = async (at?: typeof opened) => {
    const { rows } = await call('commissions.matrix', { part: 'product', sellerIds: ['seller-1'], ...(at && { at }) });
    return rows.find(({ categoryId }) => categoryId === 3)?.cells[0]?.rate;
  };
  expect([await shown(opened), await shown()]).toEqual([1_000, 985]);
  expect(await call('settlement.list', months.september)).toEqual(before);
  const push = await call('commissions.push', {});
  expect(methods['commissions.push'].reply.safeParse(push).error).toBeUndefined();
  expect(push.problems).toEqual([]);
  expect(push.state).toMatchObject({ differences: [], drifted: 0 });
  const { seller, rows } = await backendOf(world, 'seller-1');
  expect(seller.sellerCommissionConfiguration.productCommissionPercentage).toBe(10);
  expect(rows.find(({ categoryId }) => categoryId === '3')?.productCommissionPercentage).toBe(9.85);
  expect(rows.find(({ categoryId }) => categoryId === '2')?.productCommissionPercentage).toBe(20);

  // somebody changes it at the backend: the next look says so
  await fetch(`${world.url}/api/seller-register/pvt/sellers/seller-1/commissions/3`, {
    method: 'DELETE',
    headers: { 'X-VTEX-API-AppKey': world.appKey, 'X-VTEX-API-AppToken': world.appToken },
  });
  await call('sync.now', {});
  await harness?.until(async () => (await call('commissions.overview', {})).drifted === 1, 'the drift');
});

it('books what the what-if of unchanged rules says, and what was refunded gives its commission back', async () => {
  const { call } = await start();
  const { draftId } = await call('commissions.createDraft', { name: 'Nothing' });
  const trial = await call('commissions.whatIf', { draftId, asOf: null, paymentCost: rate(0) });
  const { rows } = await call('settlement.list', months.all);
  expect(trial.before).toBe(trial.after);
  expect(sumMinor(rows.flatMap((row) => [row.commission, row.freightCommission]))).toBe(trial.after);
  for (const row of rows) {
    expect(trial.sellers.find(({ key, label }) => label === row.sellerName && key !== '')?.after).toBe(
      row.commission + row.freightCommission,
    );
    const { items, more } = await call('settlement.items', { sellerId: row.sellerId, ...months.all, limit: 5_000 });
    expect(more).toBe(false);
    // page by page the same, nothing twice
    const paged: unknown[] = [];
    for (let goesOn = true; goesOn; ) {
      const request = { sellerId: row.sellerId, ...months.all, after: paged.length, limit: 7 };
      const page = await call('settlement.items', request);
      expect(page.items.length).toBeLessThanOrEqual(7);
      paged.push(...page.items);
      goesOn = page.more && paged.length < 40;
    }
    expect(paged).toEqual(items.slice(0, paged.length));
    expect(sumMinor(items.map(({ paid }) => paid)) - sumMinor(items.map(({ commission }) => commission))).toBe(row.net);
  }
  expect(rows.some(({ reversedCommission }) => reversedCommission < 0)).toBe(true);
  const { text } = await call('settlement.export', { sellerId: 'seller-1', ...months.all });
  expect(text.split('\n').length).toBeGreaterThan(10);
});

it('sees what is given back after the whole history was read', async () => {
  clock.at = Date.UTC(2026, 10, 25, 12);
  const { world, one, call } = await start();
  const headers = { 'X-VTEX-API-AppKey': world.appKey, 'X-VTEX-API-AppToken': world.appToken };
  const history = async (from: number) =>
    (await (await fetch(`${world.url}/api/order-history/pvt/items?from=${from}&size=1`, { headers })).json()) as {
      total: number;
      items: { orderId: string; line: number; sellerId: string; price: number }[];
    };
  const { total } = await history(0);
  const [late] = (await history(total - 2)).items;
  if (!late) throw new Error('nothing was sold');
  const month = { from: instantOf(Date.UTC(2026, 10, 1)), until: instantOf(Date.UTC(2026, 11, 1)) };
  const refunds = async () =>
    (await call('settlement.items', { sellerId: late.sellerId as never, ...month, limit: 5_000 })).items.filter(
      ({ kind, orderId, at }) => kind === 'refund' && orderId === late.orderId && at === instantOf(clock.at),
    );
  expect(await refunds()).toEqual([]);
  await fetch(`${world.url}/control/history/${late.orderId}/${late.line}/refund`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ amount: late.price }),
  });
  await call('sync.now', {});
  const [refund] = await one.until(async () => {
    const found = await refunds();
    return found.length > 0 && found;
  }, 'the refund');
  expect(refund?.paid).toBe(-late.price);
});

it('names every bad cell of a table and changes nothing; a good one is applied, exported, and is then no change', async () => {
  const { call } = await start();
  const { draftId } = await call('commissions.createDraft', { name: 'Table' });
  const head = 'seller,category,product_percent,freight_percent,valid_from';
  const bad = Array.from({ length: 20 }, (_, n) =>
    [
      `nobody-${n},2,10,1,`,
      `seller-1,Nowhere/${n},10,1,`,
      `seller-1,${n + 1},1o,1,`,
      `seller-1,${n + 1},10,101,`,
      `seller-1,${n + 1},10,1,2026-02-31`,
    ].at(n % 5),
  );
  const text = [head, 'seller-1,2,12.5,1,', ...bad].join('\n');
  const preview = await call('commissions.importPreview', { draftId, text });
  expect(preview).toMatchObject({ rows: 21, added: 1 });
  expect(preview.errors.map(({ row }) => row)).toEqual(Array.from({ length: 20 }, (_, n) => n + 3));
  expect(preview.errorCount).toBe(20);
  expect(preview.sample).toMatchObject([{ row: 2, about: 'seller-1 · 2' }]);
  // more than are listed are counted
  const many = [head, ...Array.from({ length: 5_100 }, (_, n) => `nobody-${n},2,10,1,`)].join('\n');
  const cut = await call('commissions.importPreview', { draftId, text: many });
  expect([cut.errorCount, cut.errors.length]).toEqual([5_100, 5_000]);
  expect(preview.errors.map(({ column }) => column)).toEqual(
    Array.from(
      { length: 20 },
      (_, n) => ['seller', 'category', 'product_percent', 'freight_percent', 'valid_from'][n % 5],
    ),
  );
  await expect(call('commissions.import', { draftId, text })).rejects.toMatchObject({
    code: 'invalid-request',
    field: 'text',
  });
  expect((await call('commissions.overview', {})).drafts[0]).toMatchObject({ changes: 0 });

  const good = [head, 'seller-1,2,"12,5",1,', 'seller-2,,11,0,2027-01-01'].join('\n');
  expect(await call('commissions.import', { draftId, text: good })).toMatchObject({ applied: 2 });
  const exported = await call('commissions.export', { draftId });
  const again = await call('commissions.importPreview', { draftId, text: exported.text });
  expect(again).toMatchObject({ rows: 6, added: 0, changed: 0, unchanged: 6, errors: [] });
});

it('takes a change back with what it answered, refuses rules that tie, and asks a second person where four eyes are wanted', async () => {
  const { one, call } = await start();
  const { draftId } = await call('commissions.createDraft', { name: 'Ties' });
  const rule = {
    scope: { ...anyScope, categoryId: 2 },
    product: percentage(rate(1_200)),
    freight: null,
    validFrom: null,
    validUntil: null,
    timeZone: 'UTC',
    note: '',
  };
  const { undo, problems: told } = await call('commissions.change', {
    draftId,
    changes: ['a', 'b'].map((ruleId) => ({ ruleId, rule: { ...rule, id: ruleId } })),
  });
  expect(told.map(({ ruleId, code }) => [ruleId, code])).toEqual([
    ['a', 'ties'],
    ['b', 'ties'],
  ]);
  const { problems } = await call('commissions.rules', { draftId });
  expect(await call('commissions.problems', { draftId })).toEqual({ count: 2 });
  expect(problems.map(({ ruleId, code }) => [ruleId, code])).toEqual([
    ['a', 'ties'],
    ['b', 'ties'],
  ]);
  await expect(call('commissions.activate', { draftId, activateAt: null })).rejects.toMatchObject({ field: 'draftId' });
  await call('commissions.change', { draftId, changes: undo });
  expect((await call('commissions.rules', { draftId })).rules.every(({ change }) => change === 'none')).toBe(true);
  await call('commissions.change', { draftId, changes: [{ ruleId: 'a', rule: { ...rule, id: 'a' } }] });

  await call('commissions.setFourEyes', { fourEyes: true });
  await expect(call('commissions.activate', { draftId, activateAt: null })).rejects.toMatchObject({
    code: 'not-allowed',
  });
  await call('commissions.submit', { draftId });
  await expect(call('commissions.activate', { draftId, activateAt: null })).rejects.toMatchObject({
    code: 'not-allowed',
  });
  const colleague = await one.colleague('Eve', 'finance');
  const { version } = await colleague.call('commissions.activate', { draftId, activateAt: null });
  expect(version).toBe(2);
  expect((await call('commissions.overview', {})).version).toMatchObject({ author: 'Ada', approver: 'Eve' });
  const why = await call('commissions.why', {
    part: 'product',
    sellerId: 'seller-1' as never,
    skuId: 1,
    salesChannel: '1',
    at: instantOf(Date.now()),
  });
  expect(why.rule?.rule.scope.sellerId).toBe('seller-1');
  expect(why.commission).toBeGreaterThan(0);
  // a freight rule says nothing about the price of the goods
  const freight = await call('commissions.why', {
    part: 'freight',
    sellerId: 'seller-1' as never,
    skuId: 1,
    salesChannel: '1',
    at: instantOf(Date.now()),
  });
  expect(freight.rule).not.toBeNull();
  expect(freight.commission).toBeNull();

  const reader = await one.colleague('Sam', 'support');
  await expect(reader.call('commissions.createDraft', { name: 'x' })).rejects.toMatchObject({ code: 'not-allowed' });
});

it('sends a rule on its day by itself, once a person has sent; not over what others changed', async () => {
  clock.at = Date.UTC(2026, 10, 25, 12);
  const world = await startSandbox({ size: 60, seed: 7, clock: () => clock.at });
  sandbox = world;
  const one = await startHarness({
    backendUrl: world.url,
    appKey: world.appKey,
    appToken: world.appToken,
    ambient: { now: () => clock.at, random: () => 0.5, uuid: () => crypto.randomUUID() },
  });
  harness = one;
  await one.signIn();
  const { call } = one.client;
  await one.until(async () => (await call('commissions.overview', {})).version !== null, 'the first reading', 60_000);
  const { draftId } = await call('commissions.createDraft', { name: 'From tomorrow' });
  const tomorrow = instantOf(clock.at + 86_400_000);
  await call('commissions.setCells', {
    draftId,
    part: 'product',
    validFrom: tomorrow,
    timeZone: 'UTC',
    cells: [{ sellerId: 'seller-1', categoryId: 1, rate: rate(777) }],
  });
  await call('commissions.activate', { draftId, activateAt: null });
  const read = async () =>
    (await backendOf(world, 'seller-1')).rows.find(({ categoryId }) => categoryId === '1')?.productCommissionPercentage;
  await call('commissions.push', {});
  expect(await read()).toBeUndefined();
  clock.at += 2 * 86_400_000;
  await call('sync.now', {});
  // time goes on, so that a pull that failed is tried again by itself
  const later = (): void => {
    clock.at += 1_000;
  };
  await one.until(
    async () => {
      later();
      return (await read()) === 7.77;
    },
    'the rule at the backend on its day',
    40_000,
  );

  // and read back: what is there from now on is not ours
  await one.until(
    async () => one.logged.some((line) => line.includes('whose day has come were sent')),
    'the end of the sending',
  );
  // somebody changes it there: that is shown, and never written over by itself
  const headers = {
    'content-type': 'application/json',
    'X-VTEX-API-AppKey': world.appKey,
    'X-VTEX-API-AppToken': world.appToken,
  };
  await fetch(`${world.url}/api/seller-register/pvt/sellers/seller-1/commissions`, {
    method: 'PUT',
    headers,
    body: JSON.stringify([{ categoryId: '1', productCommissionPercentage: 5, freightCommissionPercentage: 0 }]),
  });
  await call('sync.now', {});
  await one.until(
    async () => {
      later();
      return (await call('commissions.overview', {})).drifted > 0;
    },
    'the drift',
    40_000,
  );
  expect(await read()).toBe(5);
});
