/** The description of the endpoints against the routes that the listener has, and the call that tests an integration. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { escapeHtml } from './developer-page.ts';
import { describeEndpoints } from './openapi.ts';

let sandbox: Sandbox;
let harness: ServiceHarness;
beforeEach(async () => {
  sandbox = await startSandbox({ size: 20, seed: 4 });
  harness = await startHarness({ backendUrl: sandbox.url, appKey: sandbox.appKey, appToken: sandbox.appToken });
  await harness.signIn();
});
afterEach(async () => {
  await harness.close();
  await sandbox.close();
});
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${harness.service.endpointsUrl}${path}`, { headers });

it('describes every route that there is, and none that there is not', async () => {
  const { paths } = describeEndpoints('http://x.example', '1');
  const described = Object.entries(paths)
    .flatMap(([path, verbs]) => Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${path}`))
    .sort();
  const routes = harness.service.endpointRoutes
    .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`)
    .sort();
  expect(routes.length).toBeGreaterThan(90);
  expect(described).toEqual([...new Set(routes)]);
});

it('is served with the endpoints, as JSON and as a page without scripts', async () => {
  const reply = await get('/openapi.json');
  const served = (await reply.json()) as {
    openapi: string;
    servers: { url: string }[];
    components: { schemas: object };
  };
  expect(served).toMatchObject({ openapi: '3.1.0', servers: [{ url: harness.service.endpointsUrl }] });
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  for (const [name, schema] of Object.entries(served.components.schemas))
    expect(ajv.validateSchema(schema as object), name).toBe(true);
  const page = await get('/developers');
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
  expect(html).not.toMatch(/<script/i);
  for (const path of Object.keys(describeEndpoints('', '').paths)) expect(html).toContain(escapeHtml(path));
});

it('tests an integration: who calls, the signature, the binding and the simulation, and stores nothing', async () => {
  const { client, until } = harness;
  await until(async () => (await client.call('status.get', {})).lastSyncedAt, 'the first synchronisation');
  const { rows } = await client.call('bindings.open', {
    filter: { state: 'active' },
    sort: { column: 'updated', direction: 'descending' },
    first: 1,
  });
  const [binding] = rows;
  if (!binding) throw new Error('nothing is bound');
  await fetch(
    `${sandbox.url}/control/seller/${encodeURIComponent(binding.sellerId)}/sku/${encodeURIComponent(binding.sellerSkuId)}`,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ price: 777, stock: 3 }) },
  );
  const { appKey, appToken } = await client.call('credentials.issue', { sellerId: binding.sellerId });
  const keys = { 'x-vtex-api-appkey': appKey, 'x-vtex-api-apptoken': appToken };
  const tested = await (await get(`/integration-test?sku=${encodeURIComponent(binding.sellerSkuId)}`, keys)).json();
  expect(tested).toMatchObject({
    sellerId: binding.sellerId,
    passed: true,
    checks: [
      { name: 'credentials', passed: true },
      { name: 'signature', passed: true },
      { name: 'binding', passed: true },
      { name: 'simulation', passed: true, message: expect.stringContaining('777 cents, 3 in stock') },
    ],
  });
  const unknown = await (await get('/integration-test?sku=none-such', keys)).json();
  expect(unknown).toMatchObject({ passed: false, checks: [{}, {}, { name: 'binding', passed: false }, {}] });
  expect((await get('/integration-test')).status).toBe(401);
  expect((await get('/integration-test', { ...keys, 'x-vtex-api-apptoken': 'wrong' })).status).toBe(403);
  const signer = await client.call('credentials.issue', { sellerId: binding.sellerId, signs: true });
  const unsigned = { 'x-vtex-api-appkey': signer.appKey, 'x-vtex-api-apptoken': signer.appToken };
  expect((await get('/integration-test', unsigned)).status).toBe(401);
  const many = await Promise.all(Array.from({ length: 30 }, (_, n) => get(`/integration-test?sku=${n}`, keys)));
  expect(many.map(({ status }) => status)).toContain(429);
  const { rows: logged } = await client.call('notifications.open', {
    filter: { kinds: ['price', 'inventory', 'sku', 'suggestion'] },
    sort: { column: 'received', direction: 'descending' },
  });
  expect(logged).toEqual([]);
});
