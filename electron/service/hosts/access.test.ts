/** Operators' own tokens: the console lets them in as who they are, and the service holds them to their role. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Role, roles } from '../../../shared/domain/roles.ts';
import { type Client, createClient } from '../../../shared/rpc/client.ts';
import { portOfWebSocket } from '../../../shared/rpc/port.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { makeCertificate } from '../testing/tls.ts';
import { openConsole } from './console.ts';
import { type Serving, serve } from './serve.ts';

let folder = '';
let sandbox: Sandbox;
let serving: Serving;
const opened: { close(): void }[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-access-'));
  mkdirSync(join(folder, 'screens'));
  writeFileSync(join(folder, 'screens', 'index.html'), '<!doctype html><title>Bindery</title>');
  sandbox = await startSandbox({ size: 10, seed: 2 });
  serving = await serve({
    dataDirectory: folder,
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
    profileKind: 'demo',
    consolePort: 0,
    endpointsPort: 0,
    publicUrl: null,
    screens: join(folder, 'screens'),
    log: () => undefined,
  });
});
afterEach(async () => {
  for (const each of opened.splice(0)) each.close();
  await serving.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(cookie: string): Promise<Client> {
  const socket = new WebSocket(`${serving.consoleUrl.replace('http', 'ws')}/rpc`, {
    headers: { cookie, origin: serving.consoleUrl },
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const client = createClient(portOfWebSocket(socket));
  opened.push(client);
  return client;
}
const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')?.split(';')[0] ?? '';
const signIn = (token: string, origin = serving.consoleUrl) =>
  fetch(`${serving.consoleUrl}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin },
    body: new URLSearchParams({ token }),
  });
/** The owner of the machine, by the link that was printed. */
async function owner(): Promise<Client> {
  const client = await connect(cookieOf(await fetch(serving.issueAddress().address, { redirect: 'manual' })));
  const { operators } = await client.call('session.hello', {});
  const known = operators.find(({ name }) => name === 'Ana');
  if (known) await client.call('session.signIn', { operatorId: known.operatorId });
  else await client.call('session.createOperator', { name: 'Ana', role: 'administrator' });
  return client;
}
async function tokenFor(by: Client, role: Role) {
  // nobody but an administrator makes another one
  const { operator: own } = await by.call('session.hello', {});
  if (role === own?.role)
    return { operator: own, ...(await by.call('access.issueToken', { operatorId: own.operatorId })) };
  const { operator } = await by.call('session.createOperator', { name: `The ${role}`, role });
  return { operator, ...(await by.call('access.issueToken', { operatorId: operator.operatorId })) };
}

it('lets an operator in by a token, as that operator and nobody else, until it is revoked', async () => {
  const ana = await owner();
  const { token, tokenId, operator } = await tokenFor(ana, 'support');
  const answer = await signIn(token);
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  const client = await connect(cookieOf(answer));
  const hello = await client.call('session.hello', {});
  expect(hello).toMatchObject({ byToken: true, operator });
  const other = hello.operators.find(({ name }) => name === 'Ana');
  await expect(client.call('session.signIn', { operatorId: other?.operatorId ?? '' })).rejects.toMatchObject({
    code: 'not-allowed',
  });
  await expect(client.call('session.createOperator', { name: 'Eve', role: 'administrator' })).rejects.toMatchObject({
    code: 'not-allowed',
  });
  const gone = new Promise<void>((resolve) => client.onClose(resolve));
  await ana.call('access.revokeToken', { tokenId });
  await gone;
  await expect(connect(cookieOf(answer))).rejects.toThrow(/401/);
  expect((await signIn(token)).status).toBe(401);
  const database = readFileSync(join(folder, 'demo', 'bindery.sqlite-wal')).toString('latin1');
  expect(database).not.toContain(token);
});

it('holds every role to what it may do', async () => {
  const ana = await owner();
  const attempts: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
    review: (client) => client.call('decisions.resolve', { decisionId: 'none', action: 'retry' }),
    orders: (client) => client.call('orders.retry', { orderId: 999 }),
    finance: (client) => client.call('commissions.discard', { draftId: 'none' }),
    integration: (client) => client.call('notifications.reconcile', {}),
    settings: (client) => client.call('access.tokens', {}),
  };
  const allowed: Record<string, string[]> = {};
  for (const role of roles) {
    const { token } = await tokenFor(ana, role);
    const client = await connect(cookieOf(await signIn(token)));
    allowed[role] = [];
    for (const [authority, attempt] of Object.entries(attempts)) {
      const refused = await attempt(client).then(
        () => false,
        (error: { code: string }) => error.code === 'not-allowed',
      );
      if (!refused) allowed[role].push(authority);
    }
    client.close();
  }
  expect(allowed).toEqual({
    catalogue: ['review'],
    finance: ['finance'],
    support: ['orders'],
    integration: ['integration'],
    reader: [],
    administrator: ['review', 'orders', 'finance', 'integration', 'settings'],
  });
});

it('refuses wrong tokens, forms from elsewhere, and guessing', async () => {
  expect((await signIn('guessed')).status).toBe(401);
  expect((await signIn('guessed', 'http://elsewhere.example')).status).toBe(403);
  expect((await fetch(`${serving.consoleUrl}/sign-in`)).headers.get('content-security-policy')).toContain(
    "form-action 'self'",
  );
  const statuses: number[] = [];
  for (let n = 0; n < 12; n++) statuses.push((await signIn(`guess ${n}`)).status);
  expect(statuses).toContain(429);
});

it('tells a Prometheus server how it is doing, and nobody who lacks the token of the file', async () => {
  const ask = (bearer: string) =>
    fetch(`${serving.consoleUrl}/metrics`, { headers: { authorization: `Bearer ${bearer}` } });
  expect((await ask('guessed')).status).toBe(401);
  await fetch(`${serving.endpointsUrl}/ready`);
  await fetch(`${serving.endpointsUrl}/api/notificator/a/changenotification/b/price`, { method: 'POST' });
  const answer = await ask(readFileSync(join(folder, 'metrics-token'), 'utf8').trim());
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  const text = await answer.text();
  for (const line of [
    /^bindery_endpoint_calls_total\{route="\/ready",method="GET",status="200"\} 1$/m,
    /^bindery_endpoint_calls_total\{route="[^"]*\/price",method="POST",status="401"\} 1$/m,
    /^bindery_endpoint_call_seconds_bucket\{le="0.015",route="\/ready"\} \d+$/m,
    /^bindery_endpoint_listening 1$/m,
    /^bindery_inbox_entries\{state="waiting"\} \d+$/m,
    /^bindery_database_wal_bytes \d+$/m,
    /^bindery_nodejs_eventloop_lag_p99_seconds /m,
  ])
    expect(text).toMatch(line);
});

it('answers ready and live, and says that it is not ready from the moment it is told to end', async () => {
  const { hostname, port } = new URL(serving.endpointsUrl ?? '');
  for (const path of ['/ready', '/live']) expect((await fetch(`${serving.consoleUrl}${path}`)).status).toBe(200);
  const ana = await owner();
  let [known] = (await ana.call('sellers.list', {})).sellers;
  while (!known) [known] = (await ana.call('sellers.list', {})).sellers;
  const { sellerId } = known;
  const { appKey, appToken } = await ana.call('credentials.issue', { sellerId });
  // a seller's call of which the half is here: the listener has let it in by its head, and waits for its body
  const seller = connectTcp(Number(port), hostname);
  let said = '';
  seller.on('data', (data) => {
    said += String(data);
  });
  const gone = once(seller, 'close');
  seller.write(
    [
      `PUT /suggestions/${encodeURIComponent(sellerId)}/b HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      `X-VTEX-API-AppKey: ${appKey}`,
      `X-VTEX-API-AppToken: ${appToken}`,
      'Content-Type: application/json',
      'Content-Length: 2',
      'Expect: 100-continue',
      '',
      '',
    ].join('\r\n'),
  );
  while (!said.includes('100 Continue')) await once(seller, 'data');
  const closing = serving.close();
  const console = await fetch(`${serving.consoleUrl}/ready`);
  expect([console.status, await console.json()]).toEqual([503, { ready: false, reason: 'shutting down' }]);
  // nobody new comes in, and what was under way is answered
  await expect(fetch(`${serving.endpointsUrl}/ready`)).rejects.toThrow();
  seller.write('{}');
  await gone;
  expect(said).toMatch(/HTTP\/1\.1 400 /);
  await closing;
});

it('speaks TLS to others, and nothing else', async () => {
  const common = { port: 0, screens: join(folder, 'screens'), dataDirectory: folder, connect: () => undefined };
  await expect(openConsole({ ...common, host: '0.0.0.0' })).rejects.toMatchObject({ field: 'consoleHost' });
  const tls = makeCertificate(folder);
  const console = await openConsole({ ...common, host: '0.0.0.0', tls });
  try {
    expect(console.url).toMatch(/^https:/);
    const answer = await new Promise<{ status: number | undefined; cookie: string; hsts: string }>(
      (resolve, reject) => {
        request(
          console.issueAddress().address,
          { ca: readFileSync(tls.certificateFile), servername: 'localhost' },
          (reply) => {
            reply.resume();
            resolve({
              status: reply.statusCode,
              cookie: String(reply.headers['set-cookie']),
              hsts: String(reply.headers['strict-transport-security']),
            });
          },
        )
          .on('error', reject)
          .end();
      },
    );
    expect(answer).toEqual({
      status: 303,
      cookie: expect.stringMatching(/HttpOnly; Secure; SameSite=Strict$/),
      hsts: expect.stringContaining('max-age=31536000'),
    });
    await expect(fetch(console.url.replace('https', 'http'))).rejects.toThrow();
  } finally {
    await console.close();
  }
});
