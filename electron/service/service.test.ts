import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { methods } from '../../shared/contract/index.ts';
import type { OfferRow } from '../../shared/contract/offers.ts';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';
import { type ServiceHarness, startHarness } from './testing/harness.ts';

/** The service against the sandbox over real HTTP, through the contract, as a window uses it. */

let sandbox: Sandbox | null = null;
let harness: ServiceHarness | null = null;
afterEach(async () => {
  await harness?.close();
  await sandbox?.close();
  harness = null;
  sandbox = null;
});

async function start(size = 120): Promise<{ sandbox: Sandbox; harness: ServiceHarness }> {
  const world = await startSandbox({ size, seed: 7 });
  sandbox = world;
  const started = await startHarness({ backendUrl: world.url, appKey: world.appKey, appToken: world.appToken });
  harness = started;
  await started.signIn();
  await started.until(
    async () => (await started.client.call('status.get', {})).lastSyncedAt,
    'the first synchronisation',
  );
  return { sandbox: world, harness: started };
}

interface LogEntry {
  kind: string;
  sellerId?: string;
  sellerSkuId?: string;
  matchType?: string;
  matchId?: string;
}
async function logOf(url: string): Promise<LogEntry[]> {
  const state = (await (await fetch(`${url}/control/state?full=1`)).json()) as { log: LogEntry[] };
  return state.log;
}

const listed = {
  filter: { queue: 'waiting' as const },
  sort: { column: 'received' as const, direction: 'descending' as const },
};

async function firstWith(one: ServiceHarness, accept: (row: OfferRow) => boolean): Promise<OfferRow> {
  return one.until(async () => {
    const view = await one.client.call('offers.open', { ...listed, first: 500 });
    expect(methods['offers.open'].reply.safeParse(view).error).toBeUndefined();
    return view.rows.find(accept) ?? null;
  }, 'an offer that the matcher has looked at');
}

it('brings every waiting offer, binds one, and the backend has it once', async () => {
  const { sandbox: world, harness: one } = await start(120);
  const view = await one.client.call('offers.open', { ...listed, first: 500 });
  expect(view.rows).toHaveLength(120);
  const offer = await firstWith(one, (row) => row.bestSkuId !== null && row.band === 'bind');
  const suggestions = await one.client.call('offers.suggestions', { offerId: offer.id });
  expect(methods['offers.suggestions'].reply.safeParse(suggestions).error).toBeUndefined();
  const [best] = suggestions.suggestions;
  if (!best) throw new Error('no suggestion');
  const { decision } = await one.client.call('decisions.bind', {
    offerId: offer.id,
    versionId: offer.versionId,
    skuId: best.skuId,
  });
  expect(decision.state).toBe('held');
  await one.until(
    async () => (await logOf(world.url)).some((entry) => entry.kind === 'match'),
    'the match at the backend',
  );
  const confirmed = await one.until(async () => {
    const detail = await one.client.call('offers.detail', { offerId: offer.id });
    expect(methods['offers.detail'].reply.safeParse(detail).error).toBeUndefined();
    return detail.decision?.state === 'confirmed' ? detail : null;
  }, 'the confirmation');
  expect(confirmed.queue).toBe('accepted');
  const matches = (await logOf(world.url)).filter((entry) => entry.kind === 'match');
  expect(matches).toEqual([
    expect.objectContaining({ matchType: 'itemMatch', matchId: decision.decisionId, sellerSkuId: offer.sellerSkuId }),
  ]);

  // the first price and stock of the binding come from the seller
  const binding = await one.until(async () => {
    const bindings = await one.client.call('bindings.open', {
      filter: { skuId: best.skuId },
      sort: { column: 'updated', direction: 'descending' },
    });
    return bindings.rows.find((row) => row.sellerSkuId === offer.sellerSkuId && row.price !== null) ?? null;
  }, 'the price of the new binding');
  expect(binding.stock).not.toBeNull();

  // undo after it was confirmed: the binding is removed again
  const undone = await one.client.call('decisions.undo', { decisionId: decision.decisionId });
  expect(undone).toMatchObject({ cancelled: 0, compensated: 1 });
  await one.until(
    async () => (await logOf(world.url)).some((entry) => entry.kind === 'binding.remove'),
    'the removal at the backend',
  );
});

it('cancels a held decision without the backend ever hearing of it', async () => {
  const { sandbox: world, harness: one } = await start(60);
  const offer = await firstWith(one, (row) => row.decision === null);
  const { decision } = await one.client.call('decisions.deny', {
    offerId: offer.id,
    versionId: offer.versionId,
    reason: 'prohibited',
  });
  expect(await one.client.call('decisions.undo', {})).toMatchObject({ cancelled: 1, compensated: 0 });
  const detail = await one.client.call('offers.detail', { offerId: offer.id });
  expect(detail.decision).toBeNull();
  expect(detail.decisions.map(({ decisionId, state }) => ({ decisionId, state }))).toEqual([
    { decisionId: decision.decisionId, state: 'cancelled' },
  ]);
  expect((await logOf(world.url)).filter((entry) => entry.kind === 'match')).toEqual([]);
});

it('does not take a binding that another desk made for its own new SKU, so that no undo takes that SKU off sale', async () => {
  const { sandbox: world, harness: one } = await start(60);
  const offer = await firstWith(one, (row) => row.decision === null && row.bestSkuId !== null);
  const { decision } = await one.client.call('decisions.newSku', {
    offerId: offer.id,
    versionId: offer.versionId,
    productId: 1 as never,
    sku: {
      name: 'A SKU of ours',
      eans: ['4006381333931'],
      referenceId: 'OURS-1',
      height: 1,
      width: 1,
      length: 1,
      weight: 1,
      images: [{ name: 'image.jpg', url: `${world.url}/images/1.svg` }],
      measurementUnit: 'un',
      unitMultiplier: 1,
      specifications: {},
    },
  });
  expect(decision.state).toBe('held');
  const match = [offer.sellerId, offer.sellerSkuId, 'versions', offer.versionId, 'matches', 'of-another-desk'];
  const elsewhere = await fetch(`${world.url}/suggestions/${match.map(encodeURIComponent).join('/')}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/json',
      'X-VTEX-API-AppKey': world.appKey,
      'X-VTEX-API-AppToken': world.appToken,
    },
    body: JSON.stringify({ matcherId: 'desk-2', matchType: 'itemMatch', score: '90', skuRef: String(offer.bestSkuId) }),
  });
  expect(elsewhere.status).toBe(200);
  const settled = await one.until(async () => {
    const detail = await one.client.call('offers.detail', { offerId: offer.id });
    const found = detail.decisions.find(({ decisionId }) => decisionId === decision.decisionId);
    return found && ['confirmed', 'conflict', 'failed'].includes(found.state) ? found : null;
  }, 'the end of the decision');
  expect(settled).toMatchObject({ state: 'conflict', problem: expect.stringContaining(`SKU ${offer.bestSkuId}`) });
});

it('brings new offers while the catalogue comes SKU by SKU from a slow backend', async () => {
  const { sandbox: world, harness: one } = await start(60);
  const control = (path: string, body: unknown) =>
    fetch(`${world.url}/control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await control('settings', { skuBulk: false });
  await control('faults', [{ match: { path: 'stockkeepingunitbyid' }, latencyMs: 12_000 }]);
  const stageOfSkus = async () =>
    (await one.client.call('status.get', {})).stages.find(({ name }) => name === 'skus')?.state;
  await one.client.call('sync.now', {});
  await one.until(async () => (await stageOfSkus()) === 'running', 'the pull of the catalogue');
  const { sellers } = await one.client.call('sellers.list', {});
  await control(`sellers/${sellers[0]?.sellerId}/offers`, { itemId: 'brand-new', offer: { ProductName: 'Brand new' } });
  await one.client.call('sync.now', {});
  await one.until(async () => {
    const { rows } = await one.client.call('offers.open', { ...listed, first: 500 });
    return rows.some(({ sellerSkuId }) => sellerSkuId === 'brand-new');
  }, 'the new offer');
  expect(await stageOfSkus()).toBe('running');
});

it('stays paused over a restart that was asked for', async () => {
  const world = await startSandbox({ size: 30, seed: 7 });
  sandbox = world;
  const dataDirectory = mkdtempSync(join(tmpdir(), 'bindery-paused-'));
  const options = { backendUrl: world.url, appKey: world.appKey, appToken: world.appToken, dataDirectory };
  try {
    const first = await startHarness(options);
    await first.signIn();
    await first.client.call('sync.pause', {});
    await first.until(async () => (await first.client.call('status.get', {})).paused, 'the pause');
    await first.close();
    harness = await startHarness(options);
    expect((await harness.client.call('status.get', {})).paused).toBe(true);
  } finally {
    await harness?.close();
    harness = null;
    rmSync(dataDirectory, { recursive: true, force: true });
  }
});

it('works on while the backend is away, and sends everything once it is back', async () => {
  const { sandbox: world, harness: one } = await start(60);
  await one.client.call('settings.update', { holdMilliseconds: 0 });
  await fetch(`${world.url}/control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ offline: true }),
  });
  const view = await one.client.call('offers.open', { ...listed, first: 5 });
  for (const row of view.rows)
    await one.client.call('decisions.deny', { offerId: row.id, versionId: row.versionId, reason: 'duplicate' });
  await one.until(
    async () => (await one.client.call('status.get', {})).outbox.pending === 5,
    'five decisions that wait',
  );
  await fetch(`${world.url}/control/faults`, { method: 'DELETE' });
  await one.until(
    async () => (await one.client.call('decisions.list', { states: ['confirmed'] })).decisions.length === 5,
    'five confirmed decisions',
  );
  const denied = (await logOf(world.url)).filter((entry) => entry.kind === 'match' && entry.matchType === 'deny');
  expect(denied).toHaveLength(5);
  expect(new Set(denied.map((entry) => entry.sellerSkuId)).size).toBe(5);
});

it('shows a seller’s new price within a moment of its notification, and the storefront has it too', async () => {
  const { sandbox: world, harness: one } = await start(60);
  const binding = await one.until(async () => {
    const bindings = await one.client.call('bindings.open', {
      filter: { state: 'active' },
      sort: { column: 'updated', direction: 'descending' },
    });
    return bindings.rows.find((row) => row.price !== null) ?? null;
  }, 'a binding with a price');
  const token = await one.client.call('sellers.issueToken', { sellerId: binding.sellerId });
  const headers = { 'X-VTEX-API-AppKey': token.appKey, 'X-VTEX-API-AppToken': token.appToken };
  const reply = await fetch(
    `${world.url}/control/seller/${binding.sellerId}/sku/${encodeURIComponent(binding.sellerSkuId)}`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        price: 12_345,
        stock: 9,
        notify: { url: one.service.endpointsUrl, kinds: ['price', 'inventory'], headers },
      }),
    },
  );
  expect(((await reply.json()) as { notified: unknown }).notified).toEqual([
    { kind: 'price', status: 202 },
    { kind: 'inventory', status: 202 },
  ]);
  const detail = await one.until(async () => {
    const found = await one.client.call('bindings.detail', { bindingId: binding.id });
    return found.price?.minor === 12_345 ? found : null;
  }, 'the new price');
  expect(methods['bindings.detail'].reply.safeParse(detail).error).toBeUndefined();
  expect(detail.stock).toBe(9);
  expect(detail.history[0]).toMatchObject({ cause: 'notification', stock: 9 });
  // the one-segment form names our SKU, and the key whose it is
  const ofSku = (key: Record<string, string>) =>
    fetch(`${one.service.endpointsUrl}/api/catalog_system/pvt/skuseller/changenotification/${binding.skuId}`, {
      method: 'POST',
      headers: key,
    });
  expect((await ofSku(headers)).status).toBe(200);
  expect((await ofSku({ ...headers, 'X-VTEX-API-AppToken': 'guessed' })).status).toBe(403);
  await one.until(async () => {
    const offers = (await (await fetch(`${world.url}/storefront/offers/${binding.skuId}`)).json()) as {
      sellerSkuId: string;
      price: number;
    }[];
    return offers.some((each) => each.sellerSkuId === binding.sellerSkuId && each.price === 12_345);
  }, 'the storefront');
});

it('refuses what it should: no operator, a wrong role, a malformed request, a stale version', async () => {
  const { harness: one } = await start(60);
  const stranger = one.window();
  const offer = await firstWith(one, () => true);
  await expect(stranger.call('offers.claim', { offerId: offer.id })).rejects.toMatchObject({ code: 'not-signed-in' });
  const sam = await one.colleague('Sam', 'support');
  await expect(
    sam.call('decisions.deny', { offerId: offer.id, versionId: offer.versionId, reason: 'other' }),
  ).rejects.toMatchObject({ code: 'not-allowed' });
  await expect(
    one.client.call('decisions.deny', { offerId: offer.id, versionId: offer.versionId, reason: 'because' as never }),
  ).rejects.toMatchObject({ code: 'invalid-request', field: 'reason' });
  await expect(
    one.client.call('decisions.deny', { offerId: offer.id, versionId: 'old' as never, reason: 'other' }),
  ).rejects.toMatchObject({ code: 'version-moved-on', field: 'versionId' });
  await one.client.call('offers.claim', { offerId: offer.id });
  const colleague = await one.colleague('Eve', 'catalogue');
  await expect(colleague.call('offers.claim', { offerId: offer.id })).rejects.toMatchObject({
    code: 'claimed-by-other',
    message: 'Ada is reviewing this offer.',
  });
});
