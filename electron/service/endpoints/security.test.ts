/** What somebody who should not be let in tries, over real sockets. */
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { Pool } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { isDeeper, mostDepth } from './body.ts';
import { createEndpoints, type Endpoints, type EndpointsOptions, type IncomingNotification } from './index.ts';
import { createRateLimit } from './rate-limit.ts';

let running: Endpoints | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const sellers = new Map(Array.from({ length: 20 }, (_, n) => [`key-${n}`, { id: `seller-${n}`, token: `token-${n}` }]));

async function start(over: Partial<EndpointsOptions> = {}) {
  const taken: IncomingNotification[] = [];
  const opened = await createEndpoints({
    port: 0,
    host: '127.0.0.1',
    verify: (appKey, appToken, sellerId) => {
      const found = sellers.get(appKey);
      if (found?.token !== appToken || (sellerId !== null && found.id !== sellerId)) return null;
      return { credentialId: appKey, sellerId: found.id, signingKey: null };
    },
    accept: async (batch) => {
      taken.push(...batch);
    },
    isBound: async () => true,
    ...over,
  });
  running = opened;
  return { url: opened.url, port: opened.port, taken };
}
const keysOf = (n: number) => ({ 'x-vtex-api-appkey': `key-${n}`, 'x-vtex-api-apptoken': `token-${n}` });
const price = (seller: number) => `/api/notificator/seller-${seller}/changenotification/1/price`;

/** Sends bytes as they are; what came back until the other side closed, or the answer to the first request was whole. */
async function raw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(bytes);
  socket.end();
  await new Promise((closed) => socket.once('close', closed));
  return answer;
}

it('lets no seller touch another’s, in 10,000 tries', async () => {
  const plenty = { perSecond: 1e6, burst: 1e6 };
  const { url, taken } = await start({ failures: plenty, perSeller: plenty, perAddress: plenty });
  const pool = new Pool(url, { connections: 16 });
  const statuses = new Map<number, number>();
  let next = 0;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let n = next++; n < 10_000; n = next++) {
        const own = n % 20;
        const other = (own + 1 + (n % 19)) % 20;
        const targets = [
          price(other),
          `/suggestions/seller-${other}/1`,
          `/api/catalog_system/pvt/skuseller/changenotification/seller-${other}/1`,
          `/api/notificator/seller-${own}%2F..%2Fseller-${other}/changenotification/1/price`,
        ];
        const path = targets[n % targets.length] ?? '';
        const method = path.startsWith('/suggestions') ? 'PUT' : 'POST';
        const reply = await pool.request({ method, path, headers: keysOf(own) });
        await reply.body.dump();
        statuses.set(reply.statusCode, (statuses.get(reply.statusCode) ?? 0) + 1);
      }
    }),
  );
  await pool.close();
  expect(Object.fromEntries(statuses)).toEqual({ 403: 10_000 });
  expect(taken).toEqual([]);
});

it('slows down who guesses, and nobody else', async () => {
  const { url, taken } = await start();
  const guess = (n: number) =>
    fetch(`${url}${price(1)}`, { method: 'POST', headers: { ...keysOf(1), 'x-vtex-api-apptoken': `guess-${n}` } });
  const statuses: number[] = [];
  for (let n = 0; n < 12; n++) statuses.push((await guess(n)).status);
  expect(statuses).toEqual([...Array(10).fill(403), 429, 429]);
  expect(Number((await guess(13)).headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await fetch(`${url}${price(2)}`, { method: 'POST', headers: keysOf(2) })).status).toBe(202);
  expect(taken).toHaveLength(1);
});

it('answers to its own names only', async () => {
  const { port } = await start({ publicUrl: 'https://notify.example' });
  const ask = (host: string) => raw(port, `GET /ready HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  expect(await ask(`Host: 127.0.0.1:${port}\r\n`)).toMatch(/^HTTP\/1.1 200/);
  expect(await ask('Host: Notify.example\r\n')).toMatch(/^HTTP\/1.1 200/);
  expect(await ask('Host: attacker.example\r\n')).toMatch(/^HTTP\/1.1 421/);
  expect(await ask('')).toMatch(/^HTTP\/1.1 400/);
  expect(await ask(`Host: 127.0.0.1\r\nHost: attacker.example\r\n`)).toMatch(/^HTTP\/1.1 400/);
});

const head = (port: number) =>
  `POST ${price(1)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-VTEX-API-AppKey: key-1\r\nX-VTEX-API-AppToken: token-1\r\n`;
const smuggled = `POST ${price(2)} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-VTEX-API-AppKey: key-2\r\nX-VTEX-API-AppToken: token-2\r\nContent-Length: 0\r\n\r\n`;

it.each([
  ['both lengths', `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['two lengths', `Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`],
  ['two encodings', `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`],
  ['an encoding in disguise', `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a length that is no number', `Content-Length: +4\r\n\r\nabcd${smuggled}`],
  ['a chunk size that is no number', `Transfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n${smuggled}`],
  ['a folded header', `X-A: b\r\n Content-Length: 5\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`],
])('refuses %s and what hides behind it', async (_what, rest) => {
  const { port, taken } = await start();
  const answer = await raw(port, head(port) + rest);
  expect(answer).toMatch(/^HTTP\/1.1 400/);
  expect(taken.filter(({ sellerId }) => sellerId === 'seller-2')).toEqual([]);
});

it('keeps serving while others send slowly, send too much, or send too deep', async () => {
  const { url, port, taken } = await start();
  const before = process.memoryUsage().rss;
  const slow = Array.from({ length: 200 }, () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('POST /api/notification HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ');
    return socket;
  });
  const bomb = await raw(port, `GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ${'a'.repeat(64 * 1024)}\r\n\r\n`);
  expect(bomb).toMatch(/^HTTP\/1.1 431/);
  const many = Array.from({ length: 70 }, (_, n) => `X-${n}: a\r\n`).join('');
  expect(await raw(port, `GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\n${many}\r\n`)).toMatch(/^HTTP\/1.1 431/);
  const announced = await raw(port, `${head(port)}Content-Length: ${100 * 1024 * 1024}\r\n\r\n${'x'.repeat(1_000)}`);
  expect(announced).toMatch(/^HTTP\/1.1 413/);
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const streamed = await raw(port, `${head(port)}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(40)}`);
  expect(streamed).toMatch(/^HTTP\/1.1 413/);
  const deep = await fetch(`${url}/suggestions/seller-1/1`, {
    method: 'PUT',
    headers: { ...keysOf(1), 'content-type': 'application/json' },
    body: `{"ProductName":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
  });
  expect([deep.status, await deep.text()]).toEqual([400, expect.stringContaining('deeper')]);
  const polluted = await fetch(`${url}/suggestions/seller-1/1`, {
    method: 'PUT',
    headers: keysOf(1),
    body: '{"__proto__":{"isAdmin":true}}',
  });
  expect(polluted.status).toBe(400);
  const started = performance.now();
  expect((await fetch(`${url}${price(2)}`, { method: 'POST', headers: keysOf(2) })).status).toBe(202);
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(taken).toHaveLength(1);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  for (const socket of slow) socket.destroy();
});

it('will not speak plain HTTP to other machines unless a proxy is named', async () => {
  await expect(start({ host: '0.0.0.0' })).rejects.toMatchObject({ field: 'endpointsHost' });
  const { url } = await start({ host: '0.0.0.0', proxies: ['10.1.2.3'] });
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});

it('never writes a key, token or query into its access log', async () => {
  const lines: string[] = [];
  const { url } = await start({ onAnswer: (line) => lines.push(JSON.stringify(line)) });
  await fetch(`${url}/api/notification?appKey=key-1&appToken=token-1`, {
    method: 'POST',
    body: '{"an":"seller-1","idSku":1}',
  });
  await fetch(`${url}${price(1)}`, { method: 'POST', headers: keysOf(1) });
  expect(lines).toHaveLength(2);
  expect(lines.join()).toContain('seller-1');
  expect(lines.join()).not.toMatch(/token-1|key-1/);
});

describe('depth', () => {
  it('is told from the bytes as it is from the value', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), fc.integer({ min: 0, max: 8 }), (text, most) => {
        expect(isDeeper(Buffer.from(text), most)).toBe(depthOf(JSON.parse(text)) > most);
      }),
      { seed: 20_261_125 },
    );
    expect(isDeeper(Buffer.from(`"${'['.repeat(100)}\\"${'{'.repeat(100)}"`), mostDepth)).toBe(false);
  });
});

describe('rates', () => {
  it('let through the burst and then the rate, whatever the pattern', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 }),
        (perSecond, burst, gaps) => {
          let at = 1_000_000;
          const limit = createRateLimit({ perSecond, burst, now: () => at });
          const passed: number[] = [];
          for (const gap of gaps) {
            at += gap;
            const wait = limit.take('a');
            if (wait === 0) passed.push(at);
            else expect(limit.wait('a')).toBe(wait);
          }
          for (const [first, since] of passed.entries())
            for (const [last, until] of passed.entries())
              if (last >= first)
                expect(last - first + 1).toBeLessThanOrEqual(burst + ((until - since) * perSecond) / 1_000 + 1e-6);
        },
      ),
      { seed: 20_261_125 },
    );
  });

  it('hold no more keys than they are told, and let nobody wait after the clock was set back', () => {
    let at = 1_000_000;
    const limit = createRateLimit({ perSecond: 1, burst: 1, now: () => at, mostKeys: 100 });
    for (let n = 0; n < 1_000; n++) limit.take(`k${n}`);
    expect(limit.size).toBeLessThanOrEqual(100);
    expect(limit.take('k999')).toBeGreaterThan(0);
    at -= 3_600_000;
    expect(limit.take('k999')).toBe(0);
  });
});
