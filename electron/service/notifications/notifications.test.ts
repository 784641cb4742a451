/** The log of notifications, over real HTTP, on a real file, with the stand-in's sellers. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BindingRow } from '../../../shared/contract/bindings.ts';
import type { Selection } from '../../../shared/contract/core.ts';
import type { NotificationRow } from '../../../shared/contract/notifications.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { isGenuine } from './certificate.ts';

let sandbox: Sandbox;
let harness: ServiceHarness;
let bindings: BindingRow[] = [];
/** Of other sellers. */
let others: BindingRow[] = [];
let headers: Record<string, string> = {};
/** Milliseconds that the service's clock is ahead. */
let clockOffset = 0;

beforeEach(async () => {
  sandbox = await startSandbox({ size: 60, seed: 5 });
  clockOffset = 0;
  harness = await startHarness({
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
    ambient: { now: () => Date.now() + clockOffset, random: Math.random, uuid: randomUUID },
  });
  await harness.signIn();
  const { client, until } = harness;
  await until(async () => (await client.call('status.get', {})).lastSyncedAt, 'the first synchronisation');
  await until(nothingWaits, 'the first prices');
  const { rows } = await client.call('bindings.open', {
    filter: { state: 'active' },
    sort: { column: 'updated', direction: 'descending' },
    first: 60,
  });
  const ofSeller = (row: BindingRow) => rows.filter(({ sellerId }) => sellerId === row.sellerId).length;
  const [first] = rows.toSorted((one, other) => ofSeller(other) - ofSeller(one));
  if (!first) throw new Error('nothing is bound');
  bindings = rows.filter(({ sellerId }) => sellerId === first.sellerId);
  others = rows.filter(({ sellerId }) => sellerId !== first.sellerId);
  const issued = await client.call('credentials.issue', { sellerId: first.sellerId });
  headers = { 'x-vtex-api-appkey': issued.appKey, 'x-vtex-api-apptoken': issued.appToken };
});
afterEach(async () => {
  await harness.close();
  await sandbox.close();
});

async function nothingWaits(): Promise<boolean> {
  const { waiting, retrying } = await harness.client.call('notifications.counts', {});
  return waiting + retrying === 0;
}
const one = (): BindingRow => {
  const [binding] = bindings;
  if (!binding) throw new Error('nothing is bound');
  return binding;
};
async function control(path: string, body: unknown): Promise<void> {
  const reply = await fetch(`${sandbox.url}/control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(reply.status).toBe(200);
}
const setAtSeller = ({ sellerId, sellerSkuId }: BindingRow, price: number) =>
  control(`seller/${encodeURIComponent(sellerId)}/sku/${encodeURIComponent(sellerSkuId)}`, { price, stock: 7 });
const pathOf = ({ sellerId, sellerSkuId }: BindingRow, kind = 'price') =>
  `/api/notificator/${encodeURIComponent(sellerId)}/changenotification/${encodeURIComponent(sellerSkuId)}/${kind}`;
const tell = (binding: BindingRow, over: Record<string, string> = {}, kind = 'price') =>
  fetch(`${harness.service.endpointsUrl}${pathOf(binding, kind)}?appToken=never-kept`, {
    method: 'POST',
    headers: { ...headers, ...over },
    body: '{"told":1}',
  });
async function log(filter = {}): Promise<NotificationRow[]> {
  const { rows } = await harness.client.call('notifications.open', {
    filter: { kinds: ['price', 'inventory', 'sku', 'suggestion'], ...filter },
    sort: { column: 'received', direction: 'descending' },
    first: 100,
  });
  return rows;
}
const settled = (id: number) =>
  harness.until(async () => {
    const detail = await harness.client.call('notifications.detail', { id });
    return ['waiting', 'retrying'].includes(detail.outcome) ? null : detail;
  }, `notification ${id}`);

it('keeps what came, how it was answered and what it changed, and nothing secret', async () => {
  const binding = one();
  await setAtSeller(binding, 12_345);
  expect((await tell(binding, { 'x-vtex-operation-id': 'op-1' })).status).toBe(202);
  const [row] = await log();
  if (!row) throw new Error('nothing is in the log');
  const detail = await settled(row.id);
  expect(detail).toMatchObject({
    kind: 'price',
    outcome: 'changed',
    sellerId: binding.sellerId,
    bindingId: binding.id,
    served: 1,
    request: {
      method: 'POST',
      target: pathOf(binding),
      address: '127.0.0.1',
      appKey: headers['x-vtex-api-appkey'],
      operationId: 'op-1',
      body: '{"told":1}',
      reply: 202,
    },
  });
  expect(detail.request?.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(detail.effect?.[0]).toMatchObject({
    before: { price: binding.price?.minor },
    after: { price: 12_345, stock: 7 },
  });
  expect((await tell(binding)).status).toBe(202);
  const [again] = await log();
  expect(await settled(again?.id ?? 0)).toMatchObject({ outcome: 'unchanged' });
  for (const suffix of ['', '-wal']) {
    const bytes = readFileSync(join(harness.directory, 'demo', `bindery.sqlite${suffix}`)).toString('latin1');
    for (const secret of [headers['x-vtex-api-apptoken'] ?? '', 'never-kept', '{"told":1}'])
      expect(bytes.includes(secret), `${secret} in the file`).toBe(false);
  }
});

it('filters by seller, kind, outcome, time and a part of the SKU’s id', async () => {
  const [first, second] = bindings;
  if (!first || !second) throw new Error('too few bindings');
  await tell(first);
  await tell(second, {}, 'inventory');
  await harness.until(async () => (await log({ outcomes: ['waiting', 'retrying'] })).length === 0, 'both handled');
  const ids = async (filter: object) => (await log(filter)).map(({ sellerSkuId }) => sellerSkuId);
  expect(await ids({})).toEqual([second.sellerSkuId, first.sellerSkuId]);
  expect(await ids({ kinds: ['inventory'] })).toEqual([second.sellerSkuId]);
  expect(await ids({ sellerIds: ['nobody'] })).toEqual([]);
  expect(await ids({ outcomes: ['aside'] })).toEqual([]);
  expect(await ids({ since: '2100-01-01T00:00:00.000Z' })).toEqual([]);
  expect(await ids({ until: '2000-01-01T00:00:00.000Z' })).toEqual([]);
  expect(await ids({ text: first.sellerSkuId, kinds: ['price'] })).toEqual([first.sellerSkuId]);
});

it('pauses a seller: what arrives is kept, and handled once it is resumed', async () => {
  const binding = one();
  const { client } = harness;
  await client.call('notifications.pause', { sellerId: binding.sellerId, reason: 'its prices are wrong' });
  await setAtSeller(binding, 22_222);
  expect((await tell(binding)).status).toBe(202);
  const health = await client.call('notifications.healthOf', { sellerId: binding.sellerId });
  expect(health).toMatchObject({ waiting: 1, pausedBy: 'Ada', pauseReason: 'its prices are wrong' });
  // another seller's turn goes by meanwhile
  await client.call('bindings.refresh', { bindingId: others[0]?.id ?? 0 });
  expect((await log())[0]?.outcome).toBe('waiting');
  await client.call('notifications.resume', { sellerId: binding.sellerId });
  const [row] = await log();
  expect(await settled(row?.id ?? 0)).toMatchObject({ outcome: 'changed' });
  const after = await client.call('notifications.healthOf', { sellerId: binding.sellerId });
  expect(after).toMatchObject({ waiting: 0, pausedAt: null, received: 1 });
});

it('replays what is chosen, once for each SKU, after a preview, as a new entry', async () => {
  const binding = one();
  const { client } = harness;
  for (let n = 0; n < 3; n++) await tell(binding);
  await harness.until(async () => (await log({ outcomes: ['waiting', 'retrying'] })).length === 0, 'all handled');
  await setAtSeller(binding, 33_333);
  const { viewId } = await client.call('notifications.open', {
    filter: { sellerIds: [binding.sellerId], kinds: ['price'] },
    sort: { column: 'received', direction: 'descending' },
  });
  const selection: Selection = { kind: 'view', viewId, except: [] };
  const preview = await client.call('notifications.previewReplay', { selection });
  expect(preview).toEqual({ chosen: 3, entries: 1, skus: 1, sellers: 1, unbound: 0, bodiless: 0 });
  expect(await log()).toHaveLength(3);
  expect(await client.call('notifications.replay', { selection })).toEqual({ entries: 1 });
  const [row, original] = await log();
  expect(row?.replayOf).toBe(original?.id);
  expect(await settled(row?.id ?? 0)).toMatchObject({ outcome: 'changed', request: null });
  expect((await client.call('notifications.detail', { id: original?.id ?? 0 })).replays).toMatchObject([
    { id: row?.id },
  ]);
});

it('certifies what was received, for whoever has the public key', async () => {
  await tell(one());
  const [row] = await log();
  const { text, digest } = await harness.client.call('notifications.certificate', {
    selection: { kind: 'ids', ids: [row?.id ?? 0] },
  });
  const publicKey = await (await fetch(`${harness.service.endpointsUrl}/certificate-key`)).text();
  expect(isGenuine(text, publicKey)).toBe(true);
  expect(text).toContain(pathOf(one()));
  expect(text).toContain(digest);
  expect(text).not.toContain(headers['x-vtex-api-apptoken']);
});

it('counts refused calls, and gathers them by reason', async () => {
  for (let n = 0; n < 3; n++) expect((await tell(one(), { 'x-vtex-api-apptoken': 'wrong' })).status).toBe(403);
  const refusals = await harness.until(async () => {
    const found = (await harness.client.call('notifications.refusals', {})).refusals;
    return found.reduce((sum, { count }) => sum + count, 0) === 3 && found;
  }, 'the refused calls');
  for (const refusal of refusals)
    expect(refusal).toMatchObject({ status: 403, code: 'Forbidden', sellerId: null, address: '127.0.0.1' });
  expect(await log()).toEqual([]);
});

it('finds what changed without a notification, tells the marketplace, and says how stale a seller is', async () => {
  const binding = one();
  const { client } = harness;
  await setAtSeller(binding, 44_444);
  // as if it had been asked for long ago
  const file = new Database(join(harness.directory, 'demo', 'bindery.sqlite'));
  file
    .prepare(`UPDATE binding SET simulated_at = '2026-01-01T00:00:00.000Z' WHERE seller_id = ?`)
    .run(binding.sellerId);
  file.close();
  const before = await client.call('notifications.healthOf', { sellerId: binding.sellerId });
  expect(before.staleness?.worstHours).toBeGreaterThan(1_000);
  for (let round = 0; round < 40; round++) {
    const { asked } = await client.call('notifications.reconcile', { sellerId: binding.sellerId });
    await harness.until(nothingWaits, 'the search');
    const { staleness } = await client.call('notifications.healthOf', { sellerId: binding.sellerId });
    if ((staleness?.drifted ?? 0) > 0) break;
    expect(asked).toBeGreaterThan(0);
  }
  const { staleness } = await client.call('notifications.healthOf', { sellerId: binding.sellerId });
  expect(staleness).toMatchObject({ drifted: 1 });
  const [row] = await client
    .call('bindings.open', {
      filter: { text: binding.sellerSkuId, sellerIds: [binding.sellerId] },
      sort: { column: 'updated', direction: 'descending' },
    })
    .then(({ rows }) => rows.filter(({ id }) => id === binding.id));
  expect(row?.price?.minor).toBe(44_444);
  const skuId = binding.skuId;
  await harness.until(async () => {
    const offers = (await (await fetch(`${sandbox.url}/storefront/offers/${skuId}`)).json()) as {
      sellerId: string;
      price: number;
    }[];
    return offers.find(({ sellerId }) => sellerId === binding.sellerId)?.price === 44_444;
  }, 'the storefront’s price');
});

it('handles what waits when the clock jumps a week ahead and back, and lets nobody wait for it', async () => {
  const binding = one();
  const { client } = harness;
  clockOffset = 7 * 86_400_000;
  await client.call('notifications.pause', { sellerId: binding.sellerId, reason: 'the clock' });
  expect((await tell(binding)).status).toBe(202);
  clockOffset = 0;
  expect((await tell(binding)).status).toBe(202);
  await client.call('notifications.resume', { sellerId: binding.sellerId });
  await harness.until(nothingWaits, 'both handled');
  expect((await log()).map(({ outcome }) => outcome)).not.toContain('waiting');
});

it('lets only integration and administrators replay, pause, certify and search', async () => {
  const window = await harness.colleague('Rui', 'reader');
  const selection: Selection = { kind: 'ids', ids: [1] };
  const sellerId = one().sellerId;
  for (const call of [
    window.call('notifications.replay', { selection }),
    window.call('notifications.certificate', { selection }),
    window.call('notifications.pause', { sellerId, reason: 'x' }),
    window.call('notifications.resume', { sellerId }),
    window.call('notifications.reconcile', {}),
  ])
    await expect(call).rejects.toMatchObject({ code: 'not-allowed' });
  window.close();
});
