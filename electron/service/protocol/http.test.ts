import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ProtocolError, type ProtocolFailure } from './failure.ts';
import { createHttpClient, type HttpClient, type HttpClientOptions, pathOf } from './http.ts';
import { createLimiters, type Sleep } from './limits.ts';
import { parseRetryAfter } from './transport-errors.ts';

const secret = 'token-that-nobody-may-see';
let server: Server | undefined;
let client: HttpClient | undefined;
afterEach(async () => {
  await client?.close();
  server?.closeAllConnections();
  await new Promise<void>((done) => (server === undefined ? done() : server.close(() => done())));
  server = undefined;
  client = undefined;
});

interface Fixture {
  readonly http: HttpClient;
  readonly sleeps: number[];
  readonly logged: string[];
}

/** A server that gives these answers one after the other, and a client whose pauses take no time. */
async function fixture(
  answers: readonly ((request: IncomingMessage, reply: ServerResponse) => void)[],
  over: Partial<HttpClientOptions> = {},
): Promise<Fixture> {
  let count = 0;
  const made = createServer((request, reply) => {
    answers[Math.min(count++, answers.length - 1)]?.(request, reply);
  });
  server = made;
  await new Promise<void>((done) => made.listen(0, '127.0.0.1', done));
  const sleeps: number[] = [];
  const logged: string[] = [];
  let time = Date.UTC(2026, 10, 25);
  const now = (): number => time;
  const sleep: Sleep = async (milliseconds) => {
    sleeps.push(milliseconds);
    time += milliseconds;
  };
  const { port } = made.address() as AddressInfo;
  const http = createHttpClient({
    baseUrl: `http://127.0.0.1:${port}`,
    headers: () => ({ 'x-vtex-api-apptoken': secret, authorization: `VTEX key="k" token="${secret}"` }),
    random: () => 1,
    now,
    sleep,
    limiters: createLimiters(now, sleep),
    log: (...entry) => logged.push(JSON.stringify(entry)),
    ...over,
  });
  client = http;
  return { http, sleeps, logged };
}

const status =
  (code: number, body = '', headers: Record<string, string> = {}) =>
  (_request: IncomingMessage, reply: ServerResponse): void => {
    reply.writeHead(code, headers).end(body);
  };
const ok = status(200, '{"n":1}');
const schema = z.looseObject({ n: z.number() });
const get = { method: 'GET', path: '/x', schema, idempotent: true } as const;
const post = { method: 'POST', path: '/x', body: {}, schema, idempotent: false } as const;

async function failureOf(promise: Promise<unknown>): Promise<ProtocolError> {
  const thrown: unknown = await promise.then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(thrown).toBeInstanceOf(ProtocolError);
  if (!(thrown instanceof ProtocolError)) throw new Error('no failure');
  expect(JSON.stringify(thrown.toValue())).not.toContain(secret);
  return thrown;
}

describe('the HTTP client', () => {
  it('parses replies, keeps unknown fields, and encodes path and query', async () => {
    let url = '';
    const { http } = await fixture([
      (request, reply) => {
        url = request.url ?? '';
        reply.end('{"n":1,"more":true}');
      },
    ]);
    const path = pathOf('a/b', 'ü %');
    expect(await http.request({ ...get, path, query: { q: 'a&b', none: null } })).toEqual({ n: 1, more: true });
    expect(url).toBe('/a%2Fb/%C3%BC%20%25?q=a%26b');
  });

  it('refuses ids that would name another resource', () => {
    for (const id of ['', '.', '..']) expect(() => pathOf('suggestions', id)).toThrow();
  });

  it.each([429, 502, 503, 504])('tries an idempotent call again after %i', async (code) => {
    const { http, sleeps } = await fixture([status(code), status(code), ok]);
    expect(await http.request(get)).toEqual({ n: 1 });
    expect(sleeps).toEqual([250, 500]);
  });

  it('waits as long as Retry-After says, in seconds or as a date', async () => {
    const date = new Date(Date.UTC(2026, 10, 25) + 12_000).toUTCString();
    const { http, sleeps } = await fixture([
      status(503, '', { 'retry-after': '7' }),
      status(503, '', { 'retry-after': date }),
      ok,
    ]);
    await http.request(get);
    expect(sleeps).toEqual([7000, 5000]);
  });

  it('pauses the whole host after 429', async () => {
    const { http, sleeps } = await fixture([status(429, '', { 'retry-after': '9' }), ok]);
    const error = await failureOf(http.request(post));
    expect(error.failure).toEqual({ kind: 'not-sent', reason: 'too-many-requests', retryAfterMs: 9000 });
    expect(error.mayHaveBeenApplied).toBe(false);
    expect(sleeps).toEqual([]);
    await http.request(post);
    expect(sleeps).toEqual([9000]);
  });

  it('gives up after its retries', async () => {
    const { http, sleeps } = await fixture([status(503)], { retries: 2 });
    expect((await failureOf(http.request(get))).failure).toMatchObject({ kind: 'ambiguous', status: 503 });
    expect(sleeps).toHaveLength(2);
  });

  it.each([500, 502, 503])('never repeats a decision: %i may have been applied', async (code) => {
    const { http, sleeps } = await fixture([status(code), ok]);
    const error = await failureOf(http.request(post));
    expect(error.failure).toEqual({ kind: 'ambiguous', reason: 'server-error', status: code });
    expect(error.mayHaveBeenApplied).toBe(true);
    expect(sleeps).toEqual([]);
  });

  it.each<[string, (request: IncomingMessage, reply: ServerResponse) => void]>([
    ['before the reply', (request) => request.socket.destroy()],
    [
      'within the reply',
      (request, reply) => {
        reply.writeHead(200, { 'content-length': '100' }).write('{"n"');
        setTimeout(() => request.socket.destroy(), 10);
      },
    ],
  ])('takes a connection lost %s for ambiguous', async (_when, answer) => {
    const { http } = await fixture([answer]);
    const error = await failureOf(http.request(post));
    expect(error.failure).toMatchObject({ kind: 'ambiguous', reason: 'reset' });
    expect(error.mayHaveBeenApplied).toBe(true);
  });

  it('still calls it ambiguous when the try after a lost answer was certainly not applied', async () => {
    const lost = (request: IncomingMessage): void => void request.socket.destroy();
    const put = { ...post, method: 'PUT', idempotent: true } as const;
    for (const later of [status(429), status(404, '{"message":"gone"}')]) {
      const { http } = await fixture([lost, later]);
      expect((await failureOf(http.request(put))).mayHaveBeenApplied).toBe(true);
      await http.close();
      server?.close();
    }
    const { http } = await fixture([status(429), status(404)]);
    expect((await failureOf(http.request(put))).mayHaveBeenApplied).toBe(false);
  });

  it('takes a server that does not answer in time for ambiguous', async () => {
    const { http } = await fixture([() => undefined]);
    const error = await failureOf(http.request({ ...post, timeoutMs: 40 }));
    expect(error.failure).toEqual({ kind: 'ambiguous', reason: 'timeout', status: null });
    expect(error.code).toBe('timed-out');
  });

  it('knows that nothing was sent when nobody listens or the name is unknown', async () => {
    const { http } = await fixture([ok], { baseUrl: 'http://127.0.0.1:1', retries: 0 });
    const closed = await failureOf(http.request(post));
    expect(closed.failure).toMatchObject({ kind: 'not-sent', reason: 'unreachable' });
    expect(closed.code).toBe('offline');
    expect(closed.mayHaveBeenApplied).toBe(false);
    await http.close();
    const unknown = createHttpClient({ baseUrl: 'http://nobody.invalid', retries: 0 });
    const failure = (await failureOf(unknown.request(post))).failure;
    await unknown.close();
    expect(failure).toMatchObject({ kind: 'not-sent', reason: 'name-not-found' });
  });

  it.each<[string, string, Partial<Extract<ProtocolFailure, { kind: 'refused' }>>]>([
    ['a code', '{"code":17,"name":"MatchOldVersion","message":"old"}', { code: 17, message: 'old' }],
    ['a code as text', '{"Code":"22","Message":"taken"}', { code: 22, message: 'taken' }],
    ['a name alone', '{"name":"SuggestionIsNotPending","message":"no"}', { code: 18 }],
    ['a nested error', '{"error":{"code":"1","message":"nested"}}', { code: 1, message: 'nested' }],
    ['another code', '{"code":"InvalidField","message":"bad"}', { code: null, message: 'bad' }],
    ['plain text', 'No such thing', { code: null, message: 'No such thing' }],
  ])('reads a refusal with %s', async (_what, body, expected) => {
    const { http } = await fixture([status(409, body)]);
    const error = await failureOf(http.request(post));
    expect(error.failure).toMatchObject({ kind: 'refused', status: 409, ...expected });
    expect(error.mayHaveBeenApplied).toBe(false);
  });

  it('puts no secret into an error or the log, even when the server repeats it', async () => {
    const { http, logged } = await fixture([status(403, `{"message":"the token ${secret} is wrong"}`)]);
    const error = await failureOf(http.request(get));
    expect(error.message).toContain('is wrong');
    expect(logged.join()).not.toContain(secret);
  });

  it('names where a reply does not parse', async () => {
    const list = z.object({ data: z.array(z.looseObject({ id: z.string() })) });
    const { http } = await fixture([
      status(200, '{"data":[{"id":"a"},{"id":5}]}'),
      status(200, '{"data":'),
      status(200),
    ]);
    const failures = [];
    for (let n = 0; n < 3; n++) failures.push((await failureOf(http.request({ ...get, schema: list }))).failure);
    expect(failures).toMatchObject([
      { kind: 'unexpected-reply', path: 'data.1.id' },
      { kind: 'unexpected-reply', path: '$' },
      { kind: 'unexpected-reply', path: '$' },
    ]);
  });

  it('stops reading a reply that is too large', async () => {
    const { http } = await fixture([status(200, JSON.stringify({ n: 1, x: 'x'.repeat(5000) }))], {
      maxReplyBytes: 1000,
    });
    expect((await failureOf(http.request(get))).failure).toMatchObject({ kind: 'unexpected-reply', path: '$' });
  });

  it('is cancelled while it waits for a turn, for an answer, and between attempts', async () => {
    const arrived: (() => void)[] = [];
    const { http } = await fixture([() => arrived.shift()?.()], { limits: { concurrency: 1 } });
    const abort = new AbortController();
    const here = new Promise<void>((done) => arrived.push(done));
    const first = failureOf(http.request({ ...post, signal: abort.signal }));
    const second = failureOf(http.request({ ...post, signal: abort.signal }));
    await here;
    abort.abort();
    expect((await first).failure).toEqual({ kind: 'cancelled', sent: true });
    expect((await first).mayHaveBeenApplied).toBe(true);
    expect((await second).failure).toEqual({ kind: 'cancelled', sent: false });
  });

  it('refuses addresses that are none or hold a password', () => {
    for (const baseUrl of ['nowhere', 'ftp://a.example', 'https://user:pass@a.example']) {
      expect(() => createHttpClient({ baseUrl })).toThrow(/address/);
    }
  });

  it('reads Retry-After', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(parseRetryAfter('3', now)).toBe(3000);
    expect(parseRetryAfter(new Date(now - 5000).toUTCString(), now)).toBe(0);
    expect(parseRetryAfter('soon', now)).toBeNull();
    expect(parseRetryAfter(undefined, now)).toBeNull();
  });
});
