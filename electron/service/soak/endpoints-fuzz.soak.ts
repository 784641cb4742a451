/** Every route of the sellers' listener takes whatever comes: no crash, no hang, no 500. */
import { connect } from 'node:net';
import fc from 'fast-check';
import { Pool } from 'undici';
import { startSandbox } from '../../sandbox/index.ts';
import { startHarness } from '../testing/harness.ts';

export const name = 'endpoints-fuzz';

/** Milliseconds after which a call that has no answer hangs. */
const patience = 15_000;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(
    '',
    '.',
    '..',
    '%',
    '%2e%2e',
    '%00',
    'a/b',
    'x'.repeat(300),
    '\u202e',
    'ｓｋｕ',
    "'; DROP TABLE inbox; --",
  ),
);
const body = fc.oneof(
  fc.constant(''),
  fc.json({ maxDepth: 6 }),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.uint8Array({ maxLength: 400 }),
  fc.constantFrom(
    'null',
    '[]',
    '{}',
    '1e999',
    '{"a":',
    `${'['.repeat(50)}${']'.repeat(50)}`,
    '{"__proto__":1}',
    '\ufeff{}',
  ),
  fc
    .record({
      An: fc.anything({ maxDepth: 1 }),
      IdSku: fc.anything({ maxDepth: 1 }),
      IsActive: fc.anything({ maxDepth: 0 }),
    })
    .map((value) => JSON.stringify(value, (_name, each) => (typeof each === 'bigint' ? String(each) : each)) ?? ''),
);
/** Header values that an HTTP client lets through. */
const headerValue = fc
  .string({ unit: 'binary-ascii', maxLength: 40 })
  .map((value) => value.replace(/[^\x20-\x7e]/g, ''));
const headerName = fc.constantFrom(
  'x-vtex-operation-id',
  'traceparent',
  'x-bindery-timestamp',
  'x-bindery-signature',
  'content-encoding',
  'content-type',
  'accept',
  'x-forwarded-for',
  'x-forwarded-host',
  'cookie',
  'range',
);
/** Bytes that are nearly a request. */
const mangled = fc.tuple(
  fc.constantFrom('POST', 'GET', 'PUT', 'post', 'PRI', 'CONNECT', '\u0000'),
  fc.constantFrom('/ready', '*', '/api/notification', 'http://x/', '//', '/%', '/a b'),
  fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', ''),
  fc.array(
    fc.constantFrom(
      'Host: 127.0.0.1',
      'Host:',
      'Content-Length: 5',
      'Content-Length: -1',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: gzip, chunked',
      'Connection: upgrade',
      'Upgrade: websocket',
      'Expect: 100-continue',
      ': nothing',
      'X\u0001: y',
    ),
    { maxLength: 6 },
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

type Call = readonly [
  route: number,
  params: readonly string[],
  query: string,
  headers: readonly (readonly [string, string])[],
  body: string | Uint8Array,
  seller: number,
];

export async function run(options: { full: boolean; seed: number; log: (line: string) => void }) {
  const sandbox = await startSandbox({ size: 40, seed: 3 });
  const harness = await startHarness({ backendUrl: sandbox.url, appKey: sandbox.appKey, appToken: sandbox.appToken });
  const url = new URL(harness.service.endpointsUrl ?? '');
  const pool = new Pool(url.origin, { connections: 8, headersTimeout: patience, bodyTimeout: patience });
  const counts = new Map<number, number>();
  const count = (status: number) => counts.set(status, (counts.get(status) ?? 0) + 1);
  try {
    await harness.signIn();
    const { client, until } = harness;
    await until(async () => (await client.call('status.get', {})).lastSyncedAt, 'the first synchronisation');
    const { sellers } = await client.call('sellers.list', {});
    const keys: { sellerId: string; headers: Record<string, string> }[] = [];
    for (const { sellerId } of sellers.slice(0, 4)) {
      const { appKey, appToken } = await client.call('credentials.issue', { sellerId });
      keys.push({ sellerId, headers: { 'x-vtex-api-appkey': appKey, 'x-vtex-api-apptoken': appToken } });
    }
    const { service } = harness;
    const routes = service.endpointRoutes;
    const calls = fc.tuple(
      fc.nat(routes.length - 1),
      fc.array(text, { minLength: 5, maxLength: 5 }),
      fc.oneof(
        fc.constant(''),
        text.map((value) => `?sku=${encodeURIComponent(value.toWellFormed())}`),
        fc.constant('?a&a&=&%zz'),
      ),
      fc.array(fc.tuple(headerName, headerValue), { maxLength: 3 }),
      body,
      fc.nat(keys.length),
    );
    async function send([at, params, query, headers, given, seller]: Call): Promise<boolean> {
      const route = routes[at];
      const who = keys[seller];
      if (!route) return true;
      let next = 0;
      const path = route.url.replace(/:(\w+)/g, (_all, parameter: string) =>
        parameter === 'sellerId' && who ? who.sellerId : encodeURIComponent((params[next++] ?? '').toWellFormed()),
      );
      const reply = await pool.request({
        method: route.method as 'POST',
        path: `${path}${query}`,
        headers: { ...Object.fromEntries(headers), ...(who?.headers ?? {}) },
        ...(route.method === 'GET' || route.method === 'HEAD' ? {} : { body: given }),
      });
      await reply.body.dump();
      count(reply.statusCode);
      return reply.statusCode < 500;
    }
    async function sendMangled([method, target, version, headers, rest]: readonly [
      string,
      string,
      string,
      readonly string[],
      string,
    ]): Promise<boolean> {
      const bytes = `${method} ${target} ${version}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n${rest}`;
      const socket = connect(Number(url.port), '127.0.0.1');
      let answer = '';
      socket.on('data', (data) => {
        answer += data.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.end(bytes, 'latin1');
      const closed = new Promise<boolean>((resolve) => socket.once('close', () => resolve(true)));
      const limit = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => limit.resolve(false), patience);
      const ended = await Promise.race([closed, limit.promise]);
      clearTimeout(timer);
      socket.destroy();
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
      count(status);
      return ended && (status < 500 || status === 505);
    }
    const either = fc.oneof(
      { weight: 9, arbitrary: calls.map((call) => ({ call, bytes: null })) },
      { weight: 1, arbitrary: mangled.map((bytes) => ({ call: null, bytes })) },
    );
    const numRuns = options.full ? 100_000 : 2_000;
    const checked = await fc.check(
      fc.asyncProperty(either, async ({ call, bytes }) => (call ? send(call) : bytes ? sendMangled(bytes) : true)),
      { numRuns, seed: options.seed, endOnFailure: true },
    );
    // and it still does its work
    const alive = await fetch(`${url.origin}/ready`);
    const said = [...counts]
      .sort(([one], [other]) => one - other)
      .map(([code, times]) => `${times} × ${code || 'closed'}`);
    const failures = harness.logged.filter((line) => line.startsWith('error request failed'));
    const note = `seed ${options.seed}: ${checked.numRuns} calls of ${routes.length} routes, ${said.join(', ')}`;
    options.log(note);
    const isGood = !checked.failed && alive.status === 200 && failures.length === 0;
    return {
      passed: isGood ? checked.numRuns : 0,
      failed: isGood ? 0 : 1,
      notes: [
        note,
        ...(checked.failed
          ? [
              `counterexample: ${JSON.stringify(checked.counterexample)?.slice(0, 800)}`,
              String(checked.errorInstance ?? ''),
            ]
          : []),
        ...failures.slice(0, 5),
      ],
    };
  } finally {
    await pool.destroy();
    await harness.close();
    await sandbox.close();
  }
}
