import { createHmac } from 'node:crypto';
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { createSignatureMemory, sign, signatureWindow } from './signature.ts';

let sandbox: Sandbox | null = null;
let harness: ServiceHarness | null = null;
afterEach(async () => {
  await harness?.close();
  await sandbox?.close();
  harness = null;
  sandbox = null;
});

/** A service whose clock the test sets, and two of its sellers. */
async function start() {
  const clock = { now: Date.UTC(2026, 10, 25, 9) };
  const world = await startSandbox({ size: 40, seed: 5 });
  sandbox = world;
  const one = await startHarness({
    backendUrl: world.url,
    appKey: world.appKey,
    appToken: world.appToken,
    ambient: { now: () => clock.now, random: Math.random, uuid: () => crypto.randomUUID() },
  });
  harness = one;
  await one.signIn();
  const sellers = await one.until(async () => {
    const listed = (await one.client.call('sellers.list', {})).sellers;
    return listed.length > 1 ? listed : null;
  }, 'the sellers');
  const [seller, other] = sellers;
  if (!seller || !other) throw new Error('the sandbox has too few sellers');
  return { one, clock, sellerId: seller.sellerId, otherId: other.sellerId };
}

const headersOf = ({ appKey, appToken }: { appKey: string; appToken: string }) => ({
  'x-vtex-api-appkey': appKey,
  'x-vtex-api-apptoken': appToken,
});

async function notify(one: ServiceHarness, path: string, headers: Record<string, string>): Promise<number> {
  const reply = await fetch(`${one.service.endpointsUrl}${path}`, { method: 'POST', headers });
  await reply.arrayBuffer();
  return reply.status;
}
const priceOf = (sellerId: string) => `/api/notificator/${encodeURIComponent(sellerId)}/changenotification/1/price`;

it('lets the old credential work until the overlap ends, and a revoked one no longer', async () => {
  const { one, clock, sellerId, otherId } = await start();
  const path = priceOf(sellerId);
  const first = await one.client.call('credentials.issue', { sellerId });
  expect(await notify(one, path, headersOf(first))).toBe(202);
  const second = await one.client.call('credentials.issue', { sellerId, overlapHours: 2 });
  expect(await notify(one, path, headersOf(first))).toBe(202);
  expect(await notify(one, path, headersOf(second))).toBe(202);
  expect(await notify(one, priceOf(otherId), headersOf(second))).toBe(403);
  expect(await notify(one, path, headersOf({ appKey: second.appKey, appToken: first.appToken }))).toBe(403);
  const listed = await one.client.call('credentials.list', { sellerId });
  expect(listed.credentials.map(({ appKey, state }) => [appKey, state])).toEqual(
    expect.arrayContaining([
      [second.appKey, 'active'],
      [first.appKey, 'replaced'],
    ]),
  );
  expect(JSON.stringify(listed)).not.toContain(first.appToken);
  clock.now += 2 * 3_600_000;
  expect(await notify(one, path, headersOf(first))).toBe(403);
  expect(await notify(one, path, headersOf(second))).toBe(202);
  const { credential } = await one.client.call('credentials.revoke', { credentialId: second.credentialId });
  expect(credential.state).toBe('revoked');
  expect(await notify(one, path, headersOf(second))).toBe(403);
});

it('is issued by who may, for a seller that is there', async () => {
  const { one, sellerId } = await start();
  await expect(one.client.call('credentials.issue', { sellerId: 'nobody' as never })).rejects.toMatchObject({
    code: 'not-found',
    field: 'sellerId',
  });
  await expect(one.client.call('credentials.revoke', { credentialId: 'none' })).rejects.toMatchObject({
    field: 'credentialId',
  });
  const reader = await one.colleague('Rita', 'reader');
  await expect(reader.call('credentials.issue', { sellerId })).rejects.toMatchObject({ code: 'not-allowed' });
});

it('takes a signed call once, over a restart too, and no unsigned one', async () => {
  const { one, clock, sellerId } = await start();
  const issued = await one.client.call('credentials.issue', { sellerId, signs: true });
  if (issued.signingKey === null) throw new Error('no signing key was issued');
  const key = Buffer.from(issued.signingKey, 'base64url');
  const path = priceOf(sellerId);
  const signed = (at: number, target = path) => {
    const timestamp = String(at);
    const signature = sign(key, { method: 'POST', target, timestamp, body: new Uint8Array() });
    return { ...headersOf(issued), 'x-bindery-timestamp': timestamp, 'x-bindery-signature': signature };
  };
  expect(await notify(one, path, headersOf(issued))).toBe(401);
  expect(await notify(one, path, signed(clock.now))).toBe(202);
  expect(await notify(one, path, signed(clock.now))).toBe(401);
  expect(await notify(one, path, signed(clock.now - 1))).toBe(401);
  expect(await notify(one, path, signed(clock.now + 1))).toBe(202);
  expect(await notify(one, path, signed(clock.now - signatureWindow - 1))).toBe(401);
  expect(await notify(one, `${path}?x=1`, signed(clock.now + 2))).toBe(401);
  // another life of the service remembers what this one took
  one.client.close();
  await one.service.close();
  harness = null;
  const again = await startHarness({
    dataDirectory: one.directory,
    backendUrl: sandbox?.url ?? '',
    appKey: sandbox?.appKey ?? '',
    appToken: sandbox?.appToken ?? '',
    ambient: { now: () => clock.now, random: Math.random, uuid: () => crypto.randomUUID() },
  });
  try {
    expect(await notify(again, path, signed(clock.now + 1))).toBe(401);
    expect(await notify(again, path, signed(clock.now + 3))).toBe(202);
  } finally {
    await again.close();
    rmSync(one.directory, { recursive: true, force: true });
  }
});

it('listens elsewhere, with TLS rules kept, without a restart, and stays where it was when it cannot', async () => {
  const { one, sellerId } = await start();
  const issued = await one.client.call('credentials.issue', { sellerId });
  const before = one.service.endpointsUrl;
  await expect(one.client.call('settings.update', { endpointsHost: '0.0.0.0' })).rejects.toMatchObject({
    code: 'invalid-request',
    field: 'endpointsHost',
  });
  await expect(
    one.client.call('settings.update', { tls: { certificateFile: '/nowhere.pem', keyFile: '/nowhere.key' } }),
  ).rejects.toMatchObject({ field: 'tls.certificateFile' });
  expect(one.service.endpointsUrl).toBe(before);
  expect(await notify(one, priceOf(sellerId), headersOf(issued))).toBe(202);
  await one.client.call('settings.update', { publicUrl: 'https://notify.example', proxies: ['10.0.0.0/8'] });
  expect(one.service.endpointsUrl).toBe(before);
  const misdirected = await notify(one, priceOf(sellerId), headersOf(issued));
  expect(misdirected).toBe(202);
  await expect(one.client.call('settings.update', { proxies: ['not an address'] })).rejects.toMatchObject({
    code: 'invalid-request',
  });
});

describe('signatures', () => {
  const key = Buffer.alloc(32, 7);
  const now = 1_764_000_000_000;

  it('are made over the scheme, time, method, target and body', () => {
    const call = { method: 'PUT', target: '/a?b=1', timestamp: String(now), body: Buffer.from('{}') };
    const text = `bindery-v1\n${now}\nPUT\n/a?b=1\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a`;
    expect(sign(key, call)).toBe(`v1=${createHmac('sha256', key).update(text).digest('hex')}`);
  });

  it('are refused when any part is another, and when repeated, late or overtaken', () => {
    fc.assert(
      fc.property(
        fc.record({ method: fc.constantFrom('PUT', 'POST'), target: fc.webPath(), body: fc.uint8Array() }),
        fc.integer({ min: -2 * signatureWindow, max: 2 * signatureWindow }),
        fc.constantFrom('method', 'target', 'body', 'none'),
        (given, skew, altered) => {
          const memory = createSignatureMemory(() => now);
          const call = { ...given, timestamp: String(now + skew) };
          const signature = sign(key, call);
          const sent = {
            ...call,
            ...(altered === 'method' ? { method: 'GET' } : {}),
            ...(altered === 'target' ? { target: `${call.target}/` } : {}),
            ...(altered === 'body' ? { body: Uint8Array.from([...call.body, 0]) } : {}),
          };
          const { problem } = memory.check(key, signature, sent, 's');
          if (Math.abs(skew) > signatureWindow) expect(problem).toBe('expired');
          else if (altered !== 'none') expect(problem).toBe('wrong');
          else {
            expect(problem).toBeNull();
            expect(memory.check(key, signature, call, 's').problem).toBe('replayed');
            const earlier = { ...call, timestamp: String(now + skew - 1) };
            const wanted = skew - 1 < -signatureWindow ? 'expired' : 'out-of-order';
            expect(memory.check(key, sign(key, earlier), earlier, 's').problem).toBe(wanted);
          }
        },
      ),
      { seed: 20_261_125 },
    );
  });

  it('are forgotten once they are too old, so that the memory stays small', () => {
    let at = now;
    const memory = createSignatureMemory(() => at);
    for (let n = 0; n < 1_000; n++) {
      at += signatureWindow / 100;
      const call = { method: 'POST', target: '/', timestamp: String(at), body: new Uint8Array() };
      expect(memory.check(key, sign(key, call), call, `s${n}`).problem).toBeNull();
    }
    expect(memory.size).toBeLessThan(103);
  });
});
