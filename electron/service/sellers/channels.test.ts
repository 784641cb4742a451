import { afterEach, expect, it } from 'vitest';
import type { SellerId } from '../../../shared/domain/brand.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';

/** Prices by sales channel: the backend's mapping, over real HTTP, to what Bindings shows. */

let sandbox: Sandbox | null = null;
let harness: ServiceHarness | null = null;
afterEach(async () => {
  await harness?.close();
  await sandbox?.close();
});

it('asks each seller on the channels that are sold on and mapped, and shows price, stock and history of each', async () => {
  const world = await startSandbox({ size: 60, seed: 7 });
  sandbox = world;
  const one = await startHarness({ backendUrl: world.url, appKey: world.appKey, appToken: world.appToken });
  harness = one;
  const { client, until } = one;
  await one.signIn();
  await until(async () => (await client.call('status.get', {})).lastSyncedAt, 'the first synchronisation');
  const opened = await client.call('bindings.open', {
    filter: { state: 'active' },
    sort: { column: 'updated', direction: 'ascending' },
    first: 1,
  });
  const [row] = opened.rows;
  if (!row) throw new Error('the sandbox has no binding');
  const { sellerId } = row;
  const channels = async () =>
    (await client.call('bindings.detail', { bindingId: row.id })).channels.map(({ salesChannel, price }) => [
      salesChannel,
      price?.minor,
    ]);
  const untilAsked = (right: [string, number][], what: string) =>
    until(async () => {
      const now = await channels();
      return JSON.stringify(now) === JSON.stringify(right) ? now : null;
    }, what);
  const seller = async () => client.call('sellers.detail', { sellerId });
  const prices = { '1': 1_000, '2': 2_000, '3': 3_000, APP: 4_000, SHOP: 5_000 };
  const put = await fetch(`${world.url}/control/seller/${sellerId}/sku/${encodeURIComponent(row.sellerSkuId)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prices }),
  });
  expect(put.status).toBe(200);
  await client.call('bindings.refresh', { bindingId: row.id });
  await untilAsked([['1', 1_000]], 'the price on the one channel of the default');

  // no mapping: by our own numbers, wherever the register has the seller selected
  await client.call('settings.update', { salesChannels: ['1', '2', '9'] });
  await untilAsked(
    [
      ['1', 1_000],
      ['2', 2_000],
    ],
    'the prices on both channels',
  );

  // the backend's mapping, made elsewhere and pulled
  const headers = {
    'content-type': 'application/json',
    'x-vtex-api-appkey': world.appKey,
    'x-vtex-api-apptoken': world.appToken,
  };
  const mapped = await fetch(`${world.url}/api/seller-register/pvt/sellers/${sellerId}/sales-channel/mapping`, {
    method: 'PUT',
    headers,
    body: JSON.stringify([{ marketplaceSalesChannel: 2, sellerChannel: 'APP' }]),
  });
  expect(mapped.status).toBe(200);
  await client.call('sync.now', {});
  await untilAsked([['2', 4_000]], 'the price on the mapped channel alone');
  expect((await seller()).channels).toEqual([{ marketplaceChannel: '2', sellerChannel: 'APP' }]);
  const listed = await client.call('mapping.list', { kind: 'channel', sellerId });
  expect(listed.rows).toMatchObject([{ sellerValue: 'APP', targetId: '2' }]);

  // what operators here say goes first, and survives a pull
  await client.call('mapping.apply', {
    entries: [{ sellerId: sellerId as SellerId, kind: 'channel', sellerValue: 'APP', targetId: '1' }],
  });
  await untilAsked([['1', 4_000]], 'the price on the channel that was said here');
  await client.call('sync.now', {});
  await client.call('bindings.refresh', { bindingId: row.id });
  expect(await channels()).toEqual([['1', 4_000]]);

  // said in Sellers, it goes to the backend and is read back
  const saved = await client.call('sellers.setChannels', {
    sellerId,
    channels: [
      { marketplaceChannel: '1', sellerChannel: 'SHOP' },
      { marketplaceChannel: '2', sellerChannel: 'APP' },
    ],
  });
  expect(saved.channels).toHaveLength(2);
  await untilAsked(
    [
      ['1', 5_000],
      ['2', 4_000],
    ],
    'the prices on the channels of Sellers',
  );

  // sold nowhere any more: out of stock, and the history says so
  await client.call('settings.update', { salesChannels: ['9'] });
  await untilAsked([], 'no channel');
  const detail = await client.call('bindings.detail', { bindingId: row.id });
  expect(detail).toMatchObject({ price: null, stock: 0 });
  expect(detail.history.slice(0, 2)).toMatchObject([
    { price: null, stock: 0 },
    { price: null, stock: 0 },
  ]);
  expect(new Set(detail.history.map(({ salesChannel }) => salesChannel))).toEqual(new Set(['1', '2']));
}, 60_000);
