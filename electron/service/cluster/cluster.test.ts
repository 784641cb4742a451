/** A workspace of several processes, each whole: two desks, a gateway that keeps nothing, and a broker that goes and comes back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { sign } from '../credentials/signature.ts';
import { type GatewayHost, serveGateway } from '../hosts/gateway.ts';
import { TestBroker, whyNoBroker } from '../testing/broker.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import type { ClusterOptions } from './member.ts';

const missing = whyNoBroker();
if (missing !== null) console.warn(`Skipped the workspace of several processes: ${missing}`);

/** The headers of a signed call without a body. */
function signatureOf(signingKey: string, target: string): Record<string, string> {
  const call = { method: 'POST', target, timestamp: String(Date.now()), body: new Uint8Array() };
  return {
    'x-bindery-timestamp': call.timestamp,
    'x-bindery-signature': sign(Buffer.from(signingKey, 'base64url'), call),
  };
}

let folder = '';
let sandbox: Sandbox;
let broker: TestBroker;
let cluster: ClusterOptions;
const closers: (() => Promise<unknown>)[] = [];

describe.skipIf(missing !== null)('a workspace of several processes', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bindery-cluster-'));
    broker = await TestBroker.start(join(folder, 'jetstream'));
    sandbox = await startSandbox({ size: 30, seed: 4 });
    cluster = {
      broker: { servers: [broker.url], workspace: 'test', leaseMs: 2_000 },
      keyFile: join(folder, 'workspace.key'),
    };
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    await sandbox.close();
    await broker.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  async function desk(name: string): Promise<ServiceHarness> {
    const opened = await startHarness({
      backendUrl: sandbox.url,
      appKey: sandbox.appKey,
      appToken: sandbox.appToken,
      dataDirectory: join(folder, name),
      cluster,
    });
    closers.push(() => opened.close());
    await opened.signIn();
    await opened.until(
      async () => (await opened.client.call('status.get', {})).lastSyncedAt,
      `${name} to be filled`,
      60_000,
    );
    return opened;
  }
  async function gateway(): Promise<GatewayHost> {
    const opened = await serveGateway({
      cluster,
      listener: { port: 0, host: '127.0.0.1', publicUrl: null, tls: null, proxies: [] },
      version: 'test',
      log: () => undefined,
    });
    closers.push(() => opened.close());
    return opened;
  }
  const control = async (path: string, body: unknown): Promise<Response> =>
    fetch(`${sandbox.url}/control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const bindingOf = async ({ client }: ServiceHarness) => {
    const { rows } = await client.call('bindings.open', {
      filter: { state: 'active' },
      sort: { column: 'updated', direction: 'descending' },
      first: 100,
    });
    return rows;
  };
  const priceOf = async (one: ServiceHarness, sellerId: string, sku: string) =>
    (await bindingOf(one)).find((row) => row.sellerId === sellerId && row.sellerSkuId === sku)?.price?.minor ?? null;

  it('takes at a gateway, asks once, and is the same at every desk; another desk leads when one goes', async () => {
    const one = await desk('one');
    const two = await desk('two');
    const door = await gateway();
    await two.until(async () => door.notReady() === null, 'the gateway to be ready');
    const [binding] = await bindingOf(two);
    if (!binding) throw new Error('there is no binding');
    const { sellerId, sellerSkuId } = binding;
    // issued at one desk, it opens the gateway and the other desk's own endpoints
    const { appKey, appToken } = await two.client.call('credentials.issue', { sellerId });
    const headers = { 'x-vtex-api-appkey': appKey, 'x-vtex-api-apptoken': appToken };
    const told = (url: string | null, kind = 'price') =>
      fetch(
        `${url}/api/notificator/${encodeURIComponent(sellerId)}/changenotification/${encodeURIComponent(sellerSkuId)}/${kind}`,
        {
          method: 'POST',
          headers,
        },
      );
    await two.until(async () => (await told(door.endpointsUrl)).status === 202, 'the gateway to know the credential');
    await one.until(async () => (await told(one.service.endpointsUrl)).status === 202, 'the other desk to know it');

    await control(`seller/${encodeURIComponent(sellerId)}/sku/${encodeURIComponent(sellerSkuId)}`, { price: 4_321 });
    expect((await told(door.endpointsUrl)).status).toBe(202);
    for (const each of [one, two])
      await each.until(async () => (await priceOf(each, sellerId, sellerSkuId)) === 4_321, 'the price at each desk');

    // the gateway knows by a desk what is bound
    const changed = (sku: string) =>
      fetch(
        `${door.endpointsUrl}/api/catalog_system/pvt/skuseller/changenotification/${encodeURIComponent(sellerId)}/${encodeURIComponent(sku)}`,
        {
          method: 'POST',
          headers,
        },
      );
    expect((await changed(sellerSkuId)).status).toBe(200);
    expect((await changed('no-such-sku')).status).toBe(404);

    // a person at either desk is answered by whoever leads
    for (const [n, each] of [one, two].entries()) {
      await control(`seller/${encodeURIComponent(sellerId)}/sku/${encodeURIComponent(sellerSkuId)}`, {
        price: 5_000 + n,
      });
      await each.client.call('bindings.refresh', {
        bindingId:
          (await bindingOf(each)).find((row) => row.sellerId === sellerId && row.sellerSkuId === sellerSkuId)?.id ?? 0,
      });
      // the next answer is told, which may be one that was on its way; the one that was asked for follows
      await each.until(
        async () => (await priceOf(each, sellerId, sellerSkuId)) === 5_000 + n,
        'the price that was asked for',
      );
    }

    // a pause holds everywhere
    await two.client.call('notifications.pause', { sellerId, reason: 'a test' });
    await control(`seller/${encodeURIComponent(sellerId)}/sku/${encodeURIComponent(sellerSkuId)}`, { price: 6_000 });
    expect((await told(door.endpointsUrl)).status).toBe(202);
    await one.until(
      async () => (await one.client.call('notifications.counts', {})).waiting === 1,
      'the notification to wait at the other desk',
    );
    await one.until(async () => (await priceOf(one, sellerId, sellerSkuId)) === 5_001, 'the price before the pause');
    await one.client.call('notifications.resume', { sellerId });
    for (const each of [one, two])
      await each.until(async () => (await priceOf(each, sellerId, sellerSkuId)) === 6_000, 'the price after the pause');

    const leads = (each: ServiceHarness) => each.logged.some((line) => line.includes('this desk leads {'));
    const [leader, other] = leads(one) ? [one, two] : [two, one];
    expect(leads(other)).toBe(false);
    await leader.close();
    await control(`seller/${encodeURIComponent(sellerId)}/sku/${encodeURIComponent(sellerSkuId)}`, { price: 7_000 });
    expect((await told(door.endpointsUrl)).status).toBe(202);
    await other.until(
      async () => (await priceOf(other, sellerId, sellerSkuId)) === 7_000,
      'the price by the next leader',
    );
    expect(leads(other)).toBe(true);
  }, 120_000);

  it('says that it is not ready, and why, while the broker is away, and takes again when it is back', async () => {
    const one = await desk('one');
    const door = await gateway();
    await one.until(async () => door.notReady() === null, 'the gateway to be ready');
    const [binding] = await bindingOf(one);
    if (!binding) throw new Error('there is no binding');
    const { sellerId, sellerSkuId } = binding;
    const { appKey, appToken } = await one.client.call('credentials.issue', { sellerId });
    const headers = { 'x-vtex-api-appkey': appKey, 'x-vtex-api-apptoken': appToken };
    const path = `/api/notificator/${encodeURIComponent(sellerId)}/changenotification/${encodeURIComponent(sellerSkuId)}/price`;
    const tell = (url: string | null) => fetch(`${url}${path}`, { method: 'POST', headers });
    await one.until(async () => (await tell(door.endpointsUrl)).status === 202, 'the gateway to know the credential');
    await broker.kill();
    for (const url of [door.endpointsUrl, one.service.endpointsUrl]) {
      await one.until(async () => (await fetch(`${url}/ready`)).status === 503, 'it to say that it is not ready');
      expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ message: expect.stringMatching(/broker/) });
      const refused = await tell(url);
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true]);
    }
    await expect(one.client.call('credentials.issue', { sellerId })).rejects.toMatchObject({ code: 'offline' });
    await broker.run();
    for (const url of [door.endpointsUrl, one.service.endpointsUrl]) {
      await one.until(async () => (await fetch(`${url}/ready`)).status === 200, 'it to be ready again');
      expect((await tell(url)).status).toBe(202);
    }
  }, 120_000);

  it('has one effect of a signed call that two gateways took, and refuses one of another workspace', async () => {
    const one = await desk('one');
    const doors = [await gateway(), await gateway()];
    for (const door of doors) await one.until(async () => door.notReady() === null, 'the gateways to be ready');
    const [binding] = await bindingOf(one);
    if (!binding) throw new Error('there is no binding');
    const { sellerId, sellerSkuId } = binding;
    const issued = await one.client.call('credentials.issue', { sellerId, signs: true });
    const path = `/api/notificator/${encodeURIComponent(sellerId)}/changenotification/${encodeURIComponent(sellerSkuId)}/price`;
    const signed = {
      'x-vtex-api-appkey': issued.appKey,
      'x-vtex-api-apptoken': issued.appToken,
      ...signatureOf(issued.signingKey ?? '', path),
    };
    const before = (await one.client.call('notifications.counts', {})).all;
    for (const door of doors)
      await one.until(
        async () => (await fetch(`${door.endpointsUrl}${path}`, { method: 'POST', headers: signed })).status === 202,
        'the call to be taken',
      );
    // what comes behind it in the stream shows that the second one brought nothing
    const other = `/api/notificator/${encodeURIComponent(sellerId)}/changenotification/${encodeURIComponent(sellerSkuId)}/inventory`;
    const again = { ...signed, ...signatureOf(issued.signingKey ?? '', other) };
    await fetch(`${doors[0]?.endpointsUrl}${other}`, { method: 'POST', headers: again });
    await one.until(
      async () => (await one.client.call('notifications.counts', {})).all >= before + 2,
      'the calls to be here',
    );
    expect((await one.client.call('notifications.counts', {})).all).toBe(before + 2);

    const strange = join(folder, 'strange.key');
    writeFileSync(strange, Buffer.alloc(32, 7).toString('base64url'));
    const stranger = await serveGateway({
      cluster: { ...cluster, keyFile: strange },
      listener: { port: 0, host: '127.0.0.1', publicUrl: null, tls: null, proxies: [] },
      version: 'test',
      log: () => undefined,
    });
    closers.push(() => stranger.close());
    await one.until(async () => stranger.notReady()?.includes('another key') ?? false, 'the stranger to be refused');
    expect((await fetch(`${stranger.endpointsUrl}${path}`, { method: 'POST', headers: signed })).status).toBe(503);
  }, 120_000);
});
