import { afterEach, expect, it } from 'vitest';
import { methods } from '../../../shared/contract/index.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import { minorOf } from '../../../shared/domain/exact.ts';
import { newCondition, type PaymentCondition } from '../../../shared/domain/payments/condition.ts';
import { ppmOf } from '../../../shared/domain/payments/rate.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';

/** Payment conditions and merge policies through the contract, against the sandbox over real HTTP. */

let sandbox: Sandbox | null = null;
let harness: ServiceHarness | null = null;
afterEach(async () => {
  await harness?.close();
  await sandbox?.close();
  harness = null;
  sandbox = null;
});

async function start() {
  sandbox = await startSandbox({ size: 60, seed: 7 });
  const one = await startHarness({ backendUrl: sandbox.url, appKey: sandbox.appKey, appToken: sandbox.appToken });
  harness = one;
  await one.signIn();
  await one.until(
    async () =>
      (await one.client.call('merge.list', {})).rows.every(({ backend }) => backend !== null) &&
      (await one.client.call('payments.overview', {})).conditions.length > 0 &&
      (await one.client.call('merge.list', {})).rows.length > 0,
    'payment conditions and what sellers say',
    60_000,
  );
  return { world: sandbox, one, call: one.client.call };
}

type Rule = Record<string, unknown> & { id: string; name: string };
function gateway(world: Sandbox) {
  const headers = {
    'content-type': 'application/json',
    'X-VTEX-API-AppKey': world.appKey,
    'X-VTEX-API-AppToken': world.appToken,
  };
  const ask = async (path: string, method = 'GET', body?: unknown) => {
    const reply = await fetch(`${world.url}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    const text = await reply.text();
    return text === '' ? null : JSON.parse(text);
  };
  return {
    rules: async () => (await ask('/api/pvt/rules')) as Rule[], // the sandbox is ours
    rule: async (id: string) => (await ask(`/api/pvt/rules/${id}`)) as Rule,
    put: (id: string, body: Rule) => ask(`/api/pvt/rules/${id}`, 'PUT', body),
    insert: (body: unknown) => ask('/api/pvt/rules', 'POST', body) as Promise<Rule>,
    seller: (id: string) => ask(`/api/seller-register/pvt/sellers/${id}`) as Promise<{ allowHybridPayments: boolean }>,
    ask,
  };
}

const hipercard = (): PaymentCondition => ({
  ...newCondition('winter', { id: 4, name: 'Mastercard', implementation: null }),
  name: 'Mastercard, winter',
  salesChannels: ['1', '2'],
  minimum: minorOf(19_962),
  country: 'BRA',
  beginsAt: instantOf(Date.UTC(2026, 10, 1)),
  installments: {
    dueDate: 'end',
    method: 'compound',
    minimum: minorOf(1_050),
    plans: [
      { quantity: 1, rate: ppmOf(0), tax: ppmOf(0), external: null },
      { quantity: 10, rate: ppmOf(19_900), tax: ppmOf(0), external: null },
    ],
  },
  deadlines: [{ payments: [{ days: 30, rate: ppmOf(30_000) }] }],
  windows: [{ days: [1, 3], from: 660, until: 1_080, offset: -180 }],
  excludedBins: [{ from: '400000', to: '400099' }],
});

it('takes over what the marketplace has, and then sends only what differs, in the protocol’s units', async () => {
  const { world, call } = await start();
  const overview = await call('payments.overview', {});
  expect(methods['payments.overview'].reply.safeParse(overview).error).toBeUndefined();
  expect(overview).toMatchObject({ differences: 0, drifted: 0, currency: 'USD' });
  expect(overview.conditions.every(({ standing }) => standing === 'same')).toBe(true);
  const credit = overview.conditions.find(({ condition }) => condition.system.id === 64)?.condition;
  expect(credit?.deadlines[1]?.payments[1]).toEqual({ days: 60, rate: 30_000 });
  const visa = overview.conditions.find(({ condition }) => condition.system.id === 2);
  expect(visa?.condition.installments?.plans[11]).toMatchObject({ quantity: 12, rate: 19_900 });

  const { saved, before } = await call('payments.save', { condition: hipercard(), owner: null, version: null });
  expect(before).toBeNull();
  expect(saved).toMatchObject({ version: 1, standing: 'new', author: 'Ada' });
  expect((await call('payments.pushState', {})).differences).toMatchObject([
    { action: 'create', name: 'Mastercard, winter' },
  ]);
  const pushed = await call('payments.push', {});
  expect(pushed).toMatchObject({ sent: 1, problems: [], state: { differences: [], drifted: 0 } });
  const there = (await gateway(world).rules()).find(({ name }) => name === 'Mastercard, winter');
  expect(there).toMatchObject({
    minimumValue: 199.62,
    country: { isoCode: 'br' },
    salesChannels: [{ id: '1' }, { id: '2' }],
    installmentOptions: {
      minimumInstallmentValue: 10.5,
      installments: [{ interestRate: 0 }, { interestRate: 0.0199 }],
    },
    deadlines: [{ paymentOptions: [{ days: 30, interestRate: 3 }] }],
    dateIntervals: [{ start: '* * 11 * * 1,3 * -0300', end: '* * 18 * * 1,3 * -0300' }],
    excludedBinsRanges: '400000-400099',
  });

  const changed = await call('payments.save', {
    condition: { ...hipercard(), enabled: false },
    owner: null,
    version: 1,
  });
  expect(changed.saved.standing).toBe('changed');
  await call('payments.push', {});
  expect(await gateway(world).rule(there?.id ?? '')).toMatchObject({ enabled: false });
  const { before: removed } = await call('payments.remove', { id: 'winter', version: 2 });
  expect(removed.enabled).toBe(false);
  expect((await call('payments.pushState', {})).differences).toMatchObject([
    { action: 'remove', name: 'Mastercard, winter' },
  ]);
  // what takes it back
  const back = await call('payments.save', { condition: removed, owner: null, version: null });
  expect(back.saved).toMatchObject({ version: 4, standing: 'same' });
  expect(
    (await call('payments.history', { id: 'winter' })).versions.map(({ condition }) => condition?.enabled),
  ).toEqual([false, undefined, false, true]);
  await call('payments.remove', { id: 'winter', version: 4 });
  await call('payments.push', {});
  expect((await gateway(world).rules()).some(({ name }) => name === 'Mastercard, winter')).toBe(false);
});

it('leaves what it does not know of a rule as the marketplace has it', async () => {
  const { world, call } = await start();
  const { rules, rule, put } = gateway(world);
  const visa = (await rules()).find(({ name }) => name === 'Visa') as Rule & {
    installmentOptions: { installments: { quantity: number }[] };
  };
  const country = { name: 'Brazil', isoCode: 'BRA' };
  await put(visa.id, {
    ...visa,
    country,
    installmentOptions: {
      ...visa.installmentOptions,
      rounding: 'up',
      installments: visa.installmentOptions.installments.map((each) => ({ ...each, value: each.quantity * 10 })),
    },
  });
  await call('payments.push', {});
  const listed = await call('payments.adopt', { backendId: visa.id });
  if (!listed) throw new Error('no Visa');
  await call('payments.save', {
    condition: { ...listed.condition, minimum: minorOf(1_000) },
    owner: null,
    version: listed.version,
  });
  expect(await call('payments.push', {})).toMatchObject({ sent: 1, problems: [], state: { differences: [] } });
  expect(await rule(visa.id)).toMatchObject({
    minimumValue: 10,
    country,
    installmentOptions: {
      rounding: 'up',
      installments: visa.installmentOptions.installments.map(({ quantity }) => ({ quantity, value: quantity * 10 })),
    },
  });
});

it('refuses what cannot stand, naming the field, and what somebody else changed meanwhile', async () => {
  const { call, one } = await start();
  const bad = async (change: Partial<PaymentCondition>) => {
    const condition = { ...hipercard(), ...change };
    return await call('payments.save', { condition, owner: null, version: null }).then(
      () => null,
      (error: { field?: string }) => error.field,
    );
  };
  expect(await bad({ name: '' })).toBe('condition.name');
  expect(await bad({ endsAt: instantOf(Date.UTC(2026, 9, 1)) })).toBe('condition.endsAt');
  expect(await bad({ country: 'br' })).toBe('condition.country');
  const plan = { quantity: 2, rate: ppmOf(0), tax: ppmOf(0), external: null };
  const installments = { dueDate: 'end' as const, method: 'single' as const, minimum: minorOf(0) };
  expect(await bad({ installments: { ...installments, plans: [plan, plan] } })).toBe(
    'condition.installments.plans.1.quantity',
  );
  expect(await bad({ installments: { ...installments, plans: [{ ...plan, quantity: 0 }] } })).toBe(
    'condition.installments.plans.0.quantity',
  );
  expect((await call('payments.overview', {})).differences).toBe(0);
  await call('payments.save', { condition: hipercard(), owner: null, version: null });
  await call('payments.save', { condition: { ...hipercard(), name: 'Second' }, owner: null, version: 1 });
  await expect(call('payments.save', { condition: hipercard(), owner: null, version: 1 })).rejects.toMatchObject({
    code: 'version-moved-on',
  });
  const support = await one.colleague('Sam', 'support');
  await expect(
    support.call('payments.save', { condition: hipercard(), owner: null, version: 2 }),
  ).rejects.toMatchObject({
    code: 'not-allowed',
  });
});

it('finds drift, leaves alone what it cannot read, and takes over what the marketplace has', async () => {
  const { world, call } = await start();
  const api = gateway(world);
  const rules = await api.rules();
  const [first, second] = rules as [Rule, Rule];
  await api.put(first.id, { ...first, minimumValue: 12.34 });
  await api.put(second.id, {
    ...second,
    dateIntervals: [{ start: '* * 05 1 * * * -0300', end: '* * 06 1 * * * -0300' }],
  });
  const extra = await api.insert({ ...first, name: 'Made elsewhere' });
  // nothing of ours differs, so nothing is sent; but everything is read
  await call('payments.save', { condition: hipercard(), owner: null, version: null });
  await call('payments.remove', { id: 'winter', version: 1 });
  // what was changed and made there meanwhile has not been looked at: it is left alone, named, and shown
  const unseen = await call('payments.push', {});
  expect(unseen).toMatchObject({ sent: 0, problems: [expect.stringContaining('Look at it'), expect.anything()] });
  expect(unseen.state.differences.map(({ action }) => action).sort()).toEqual(['remove', 'replace']);
  expect((await api.rules()).some(({ id }) => id === extra.id)).toBe(true);
  // looked at and sent again, the push puts back what drifted, and takes away what only the backend had
  const { state, sent } = await call('payments.push', {});
  expect(sent).toBe(2);
  expect(state.differences).toEqual([]);
  expect(state.unreadable).toMatchObject([{ id: second.id, field: 'dateIntervals.0' }]);
  expect(await api.rule(first.id)).toMatchObject({ minimumValue: null });
  expect((await api.rules()).some(({ id }) => id === extra.id)).toBe(false);

  await api.put(first.id, { ...first, minimumValue: 56.78 });
  await call('sync.now', {});
  await harness?.until(async () => (await call('payments.overview', {})).drifted === 1, 'the drift', 60_000);
  const adopted = await call('payments.adopt', { backendId: first.id });
  expect(adopted).toMatchObject({ condition: { minimum: 5_678 }, standing: 'same' });
});

it('a creation whose answer is lost is found again, not made twice', async () => {
  const { world, call } = await start();
  await call('payments.save', { condition: hipercard(), owner: null, version: null });
  await fetch(`${world.url}/control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ match: { path: '^/api/pvt/rules$', method: 'POST' }, lostAnswerRate: 1, times: 1, seed: 1 }),
  });
  expect(await call('payments.push', {})).toMatchObject({ problems: [], state: { differences: [] } });
  expect((await gateway(world).rules()).filter(({ name }) => name === 'Mastercard, winter')).toHaveLength(1);
});

it('simulates a cart, and merges a store’s own methods by its policy, told to the store and read back', async () => {
  const { world, call } = await start();
  const { rows } = await call('merge.list', {});
  const seller = rows[0] as (typeof rows)[number];
  const cart = {
    salesChannel: '1',
    at: instantOf(Date.UTC(2026, 10, 25, 15)),
    country: 'BRA',
    isSignedIn: true,
    bin: null,
    parts: [
      { sellerId: null, value: 10_000 },
      { sellerId: seller.sellerId, value: 20_000 },
    ],
    commercialShares: {},
  };
  const alone = await call('payments.simulate', cart);
  expect(methods['payments.simulate'].reply.safeParse(alone).error).toBeUndefined();
  const visa = alone.options.find(({ name }) => name === 'Visa');
  expect(visa?.plans.at(-1)).toMatchObject({ quantity: 12, interest: 4_021 });
  expect(alone.merged.find(({ systemName }) => systemName === 'Visa')).toMatchObject({
    way: 'marketplace',
    split: 'payout',
  });
  expect(alone.merged.find(({ systemName }) => systemName === 'Vale')?.refusals[0]?.reasons[0]?.code).toBe('gift-card');

  const keys = (await (await fetch(`${world.url}/control/sellers/${seller.sellerId}/keys`)).json()) as never;
  await call('orders.setSeller', {
    sellerId: seller.sellerId,
    face: 'store',
    baseUrl: `${world.url}/stores/${seller.sellerId}`,
    affiliateId: 'MKP',
    keys,
  });
  const set = await call('merge.set', {
    sellerId: seller.sellerId,
    enabled: true,
    policy: 'seller',
    hybrid: true,
    version: 0,
  });
  expect(set).toMatchObject({ before: null, row: { isStore: true, standing: 'differs' } });
  await expect(
    call('merge.set', { sellerId: seller.sellerId, enabled: true, policy: 'both', hybrid: true, version: 0 }),
  ).rejects.toMatchObject({ code: 'version-moved-on' });
  expect(await call('merge.push', {})).toEqual({ sent: 2, problems: [] });
  expect((await gateway(world).seller(seller.sellerId)).allowHybridPayments).toBe(true);
  const told = (await call('merge.list', {})).rows.find(({ sellerId }) => sellerId === seller.sellerId);
  expect(told).toMatchObject({ standing: 'same', backend: { hybrid: true, useOwnMethods: true }, methods: 2 });

  // of its own conditions a shopper sees what the marketplace charges
  const whole = await call('payments.simulate', cart);
  expect(methods['payments.simulate'].reply.safeParse(whole).error).toBeUndefined();
  expect([whole.value, whole.charged]).toEqual([30_000, 10_000]);
  expect(whole.options.find(({ name }) => name === 'Visa')?.plans[0]?.total).toBe(10_000);
  const theirs = await call('payments.simulate', {
    ...cart,
    parts: cart.parts.filter(({ sellerId }) => sellerId !== null),
  });
  expect(theirs.charged).toBe(0);
  expect(new Set(theirs.options.flatMap(({ reasons }) => reasons.map(({ code }) => code)))).toEqual(
    new Set(['sellers-charge']),
  );
  const { merged } = whole;
  const both = merged.find(({ systemName }) => systemName === 'Visa');
  expect(both).toMatchObject({ split: 'transactions', refusals: [] });
  expect(both?.legs.map(({ value }) => value)).toEqual([10_000, 20_000]);
  expect(both?.plans.map(({ quantity }) => quantity)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(merged.find(({ systemName }) => systemName === 'Mastercard')?.refusals).toMatchObject([
    { merchant: { sellerId: seller.sellerId }, reasons: [{ code: 'no-condition' }] },
  ]);
});
