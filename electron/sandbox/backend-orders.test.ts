import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './index.ts';
import { type Client, clientOf } from './testing/client.ts';

let sandbox: Sandbox;
let client: Client;
let now = Date.UTC(2026, 10, 25, 12);
beforeAll(async () => {
  sandbox = await startSandbox({ size: 40, seed: 5, clock: () => now });
  client = clientOf(sandbox);
});
afterAll(() => sandbox.close());

const config = {
  filter: { type: 'FromWorkflow', status: ['payment-approved'] },
  queue: { visibilityTimeoutInSeconds: 240, MessageRetentionPeriodInSeconds: 345_600 },
};

it('the feed hides what it gave until it is committed, or comes again', async () => {
  expect((await client.get('/api/orders/feed')).status).toBe(404);
  await client.post('/api/orders/feed/config', config);
  await client.post('/control/backend-orders', { orderId: 'F1', items: [] });
  const first = await client.get('/api/orders/feed?maxlot=10');
  expect(first.body).toMatchObject([{ orderId: 'F1', state: 'payment-pending' }]);
  expect((await client.get('/api/orders/feed')).body).toEqual([]);
  now += 241_000;
  const again = await client.get('/api/orders/feed');
  expect(again.body).toEqual(first.body);
  await client.post('/api/orders/feed', { handles: (again.body as { handle: string }[]).map(({ handle }) => handle) });
  now += 241_000;
  expect((await client.get('/api/orders/feed')).body).toEqual([]);
});

it('the list lags, gives thirty pages of a hundred, and no more than two years', async () => {
  for (let n = 0; n < 5; n++) await client.post('/control/backend-orders', { orderId: `L${n}`, createdAt: now + n });
  await client.post('/control/backend-orders', { orderId: 'old', createdAt: now - 3 * 365 * 86_400_000 });
  const span = `f_creationDate=creationDate:[${new Date(0).toISOString()} TO ${new Date(now + 10).toISOString()}]`;
  const list = async (page: number) => client.get(encodeURI(`/api/oms/pvt/orders?${span}&page=${page}&per_page=3`));
  expect((await list(1)).body).toMatchObject({ paging: { total: 1 } });
  now += 5 * 60_000;
  expect((await list(2)).body).toMatchObject({
    paging: { total: 6, pages: 2 },
    list: [{ orderId: 'L2' }, { orderId: 'L3' }, { orderId: 'L4' }],
  });
  expect((await list(31)).status).toBe(400);
  expect((await client.get('/api/oms/pvt/orders/old')).status).toBe(200);
});

it('the hook is pinged when it is set, and told of every change', async () => {
  const came: { body: unknown; key: unknown }[] = [];
  let status = 500;
  const receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += String(part)));
    request.on('end', () => {
      came.push({ body: JSON.parse(text), key: request.headers['x-key'] });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  const { port } = receiver.address() as AddressInfo; // of TCP
  const hook = { url: `http://127.0.0.1:${port}/in`, headers: { 'x-key': 'secret' } };
  expect((await client.post('/api/orders/hook/config', { filter: config.filter, hook })).status).toBe(400);
  status = 200;
  expect((await client.post('/api/orders/hook/config', { filter: config.filter, hook })).status).toBe(200);
  await client.post('/control/backend-orders/F1', { status: 'payment-approved' });
  expect(came.at(-2)).toEqual({ body: { hookConfig: 'ping' }, key: 'secret' });
  expect(came.at(-1)).toMatchObject({
    body: { OrderId: 'F1', State: 'payment-approved', LastState: 'payment-pending' },
    key: 'secret',
  });
  await new Promise((done) => receiver.close(done));
});
