import { afterEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';

/** A seller that answers only whoever shows the key it gave: what is entered in Sellers goes with each question, and nowhere else. */

let sandbox: Sandbox | null = null;
let harness: ServiceHarness | null = null;
afterEach(async () => {
  await harness?.close();
  await sandbox?.close();
});

it('calls a seller with the key and token that were entered, keeps them until they are forgotten, and tells nobody', async () => {
  const world = await startSandbox({ size: 40, seed: 7 });
  sandbox = world;
  const one = await startHarness({ backendUrl: world.url, appKey: world.appKey, appToken: world.appToken });
  harness = one;
  const { call } = one.client;
  await one.signIn();
  await one.until(async () => (await call('status.get', {})).lastSyncedAt, 'the first synchronisation');
  const { rows } = await call('bindings.open', {
    filter: { state: 'active' },
    sort: { column: 'updated', direction: 'ascending' },
    first: 1,
  });
  const [row] = rows;
  if (!row) throw new Error('the sandbox has no binding');
  const { sellerId, sellerSkuId } = row;
  const control = async (path: string, body: unknown) => {
    const answer = await fetch(`${world.url}/control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBeLessThan(300);
  };
  const priceAt = async (price: number) => {
    await control(`seller/${sellerId}/sku/${encodeURIComponent(sellerSkuId)}`, { price });
    await call('bindings.refresh', { bindingId: row.id }).catch(() => undefined);
    return (await call('bindings.detail', { bindingId: row.id })).channels[0]?.price?.minor;
  };
  const keys = world.state.sellerKeys(sellerId);
  const how = { sellerId, face: 'external', baseUrl: null, affiliateId: null } as const;

  expect(await priceAt(1_111)).toBe(1_111);
  await control(`sellers/${sellerId}/orders`, { wantsKeys: true });
  expect(await priceAt(2_222)).toBe(1_111);

  await call('orders.setSeller', { ...how, keys });
  expect(await call('orders.seller', { sellerId })).toEqual({
    face: 'external',
    baseUrl: null,
    affiliateId: null,
    hasKeys: true,
  });
  expect(await priceAt(3_333)).toBe(3_333);
  // left out, they stay
  await call('orders.setSeller', how);
  expect(await priceAt(4_444)).toBe(4_444);
  await call('orders.setSeller', { ...how, keys: null });
  expect((await call('orders.seller', { sellerId })).hasKeys).toBe(false);
  expect(await priceAt(5_555)).toBe(4_444);
  expect(one.logged.join('\n')).not.toContain(keys.appToken);
});
