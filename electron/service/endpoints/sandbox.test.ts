/** The listener told by the stand-in's sellers: a second reading of the same protocol. */
import { timingSafeEqual } from 'node:crypto';
import { request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { createEndpoints, type Endpoints, type IncomingNotification } from './index.ts';

let sandbox: Sandbox;
let endpoints: Endpoints;
const received: IncomingNotification[] = [];

const same = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

beforeAll(async () => {
  sandbox = await startSandbox({ size: 200, seed: 3 });
  endpoints = await createEndpoints({
    port: 0,
    host: '127.0.0.1',
    verify: (appKey, appToken, sellerId) => {
      const seller = sandbox.sellers.find((each) => each.id === sellerId);
      if (seller === undefined || !same(seller.appKey, appKey) || !same(seller.appToken, appToken)) return null;
      return { credentialId: seller.id, sellerId: seller.id, signingKey: null };
    },
    accept: async (batch) => {
      received.push(...batch);
    },
    isBound: async () => false,
  });
});
afterAll(async () => {
  await endpoints.close();
  await sandbox.close();
});

async function control(path: string, body: unknown): Promise<unknown> {
  const reply = await request(`${sandbox.url}/control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await reply.body.text();
  expect([reply.statusCode, text]).toEqual([200, text]);
  return JSON.parse(text);
}

it('takes notifications and an offer of a seller, and refuses those of another', async () => {
  const [seller, other] = sandbox.sellers;
  if (seller === undefined || other === undefined) throw new Error('the sandbox has too few sellers');
  const keysOf = (of: typeof seller): Record<string, string> => ({
    'X-VTEX-API-AppKey': of.appKey,
    'X-VTEX-API-AppToken': of.appToken,
  });
  const notify = { url: endpoints.url, kinds: ['price', 'inventory', 'sku'], headers: keysOf(seller) };
  expect(await control(`seller/${seller.id}/sku/own%2F1`, { price: 100, stock: 1, notify })).toMatchObject({
    notified: [
      { kind: 'price', status: 202 },
      { kind: 'inventory', status: 202 },
      { kind: 'sku', status: 404 },
    ],
  });
  const offer = { ProductName: 'A lamp of our own', BrandName: 'Orico' };
  const told = { itemId: 'own/1', offer, notify: { url: endpoints.url, headers: keysOf(seller) } };
  await control(`sellers/${seller.id}/offers`, told);
  expect(received).toMatchObject([
    { kind: 'price', sellerId: seller.id, sellerSkuId: 'own/1' },
    { kind: 'inventory' },
    { kind: 'sku' },
    { kind: 'suggestion', sellerSkuId: 'own/1', body: offer },
  ]);
  const forged = { ...notify, headers: keysOf(other) };
  expect(await control(`seller/${seller.id}/sku/2`, { price: 1, notify: forged })).toMatchObject({
    notified: [{ status: 403 }, { status: 403 }, { status: 403 }],
  });
  expect(received).toHaveLength(4);
});
