import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from './index.ts';
import { startSandbox } from './index.ts';
import type { Fields } from './input.ts';
import { fields, text } from './input.ts';
import type { Client } from './testing/client.ts';
import { clientOf, itemsOf, matchPath, suggestionPath } from './testing/client.ts';

let sandbox: Sandbox;
let admin: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 100, seed: 2 });
  admin = clientOf(sandbox);
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await admin.post('/control/reset');
  await admin.post('/control/settings', { shuffle: false });
});

async function first(): Promise<Fields> {
  return fields(itemsOf(await admin.get('/suggestions?status=pending'))[0]);
}

const DENY = { matcherId: 'people', matchType: 'deny', score: '0' };
const faults = (rule: Fields | readonly Fields[]) => admin.post('/control/faults', rule);

describe('faults', () => {
  it('answers 429 with Retry-After and applies nothing', async () => {
    const one = await first();
    await faults({ rate429: 1, retryAfter: 3, match: { method: 'PUT' } });
    const answer = await admin.put(matchPath(one), DENY);
    expect(answer.status).toBe(429);
    expect([answer.headers.get('retry-after'), answer.headers.get('x-ratelimit-remaining')]).toEqual(['3', '0']);
    expect((await admin.get(suggestionPath(one))).body).toMatchObject({ Status: 'pending' });
    await admin.call('DELETE', '/control/faults');
    expect((await admin.put(matchPath(one), DENY)).status).toBe(200);
  });

  it('answers 503 before, or after, the call is applied', async () => {
    const one = await first();
    await faults({ rate5xx: 1, times: 1, match: { method: 'PUT' } });
    expect((await admin.put(matchPath(one), DENY)).status).toBe(503);
    expect(sandbox.state.log).toEqual([]);
    await faults({ late5xxRate: 1, times: 1, match: { method: 'PUT' } });
    expect((await admin.put(matchPath(one), DENY)).status).toBe(503);
    expect(sandbox.state.log.map((entry) => entry.kind)).toEqual(['match']);
  });

  it('applies a call and loses its answer', async () => {
    const one = await first();
    await faults({ lostAnswerRate: 1, times: 1, match: { path: '/matches/', method: 'put' } });
    await expect(admin.put(matchPath(one), DENY)).rejects.toThrow(/fetch failed/);
    expect((await admin.get(suggestionPath(one))).body).toMatchObject({ Status: 'denied' });
    expect(sandbox.state.matches).toHaveLength(1);
    expect((await admin.get('/control/faults')).body).toMatchObject([{ matched: 1, struck: { lostAnswer: 1 } }]);
  });

  it('delivers a call twice, and lets later calls overtake earlier ones', async () => {
    const one = await first();
    await faults({ duplicateRate: 1, times: 1, match: { method: 'PUT' } });
    expect((await admin.put(matchPath(one), DENY)).status).toBeLessThan(300);
    expect((await admin.get('/control/faults')).body).toMatchObject([{ matched: 1, struck: { duplicate: 1 } }]);
    // the second delivery finds it decided, and changes nothing
    expect(sandbox.state.matches).toHaveLength(1);
    await faults({ reorder: true, times: 6, seed: 3, match: { method: 'POST' } });
    const order: number[] = [];
    await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (n) => {
        await admin.post(`/api/nowhere/${n}`, {});
        order.push(n);
      }),
    );
    expect(order).not.toEqual([0, 1, 2, 3, 4, 5]);
    expect((await admin.get('/control/faults')).body).toMatchObject([{ struck: { reorder: 6 } }]);
  });

  it('goes offline for what matches, never for the control', async () => {
    await faults({ offline: true });
    await expect(admin.get('/suggestions')).rejects.toThrow(/fetch failed/);
    expect((await admin.get('/control/faults')).status).toBe(200);
    await faults({ offline: true, match: { path: '^/api/' } });
    expect((await admin.get('/suggestions')).status).toBe(200);
  });

  it('breaks the reply', async () => {
    await faults({ malformed: 1 });
    expect(typeof (await admin.get('/suggestions')).body).toBe('string');
  });

  it('repeats and reorders the items of a page, and the messages of a seller', async () => {
    const plain = itemsOf(await admin.get('/suggestions')).map(suggestionPath);
    await faults({ duplicateRate: 0.5, reorder: true, seed: 4 });
    const disturbed = itemsOf(await admin.get('/suggestions')).map(suggestionPath);
    expect(disturbed.length).toBeGreaterThan(plain.length);
    expect(new Set(disturbed)).toEqual(new Set(plain));
    expect(disturbed).not.toEqual([...disturbed].sort());
    await faults({ duplicateRate: 1, match: { path: '^/seller-notification' } });
    const [seller] = sandbox.sellers;
    const headers = {
      'X-VTEX-API-AppKey': text({ k: seller?.appKey }, 'k'),
      'X-VTEX-API-AppToken': text({ k: seller?.appToken }, 'k'),
    };
    const sent = await admin.post(`/control/seller/${seller?.id}/sku/x`, {
      price: 1,
      notify: { url: sandbox.url, kinds: ['price'], headers },
    });
    expect(fields(sent.body).notified).toEqual([
      { kind: 'price', status: 202 },
      { kind: 'price', status: 202 },
    ]);
    expect(sandbox.state.notifications.price).toBe(2);
  });

  it('gives the same run for the same seed, and uses the first rule that matches', async () => {
    const run = async (seed: number): Promise<string> => {
      await faults([{ match: { path: '^/suggestions' }, rate429: 0.3, rate5xx: 0.3, seed }, { rate429: 1 }]);
      const statuses: number[] = [];
      for (let n = 0; n < 30; n++) statuses.push((await admin.get('/suggestions')).status);
      expect((await admin.get('/api/catalog_system/pvt/brand/list')).status).toBe(429);
      return statuses.join();
    };
    const one = await run(8);
    expect(await run(8)).toBe(one);
    expect(await run(9)).not.toBe(one);
    expect(new Set(one.split(','))).toEqual(new Set(['200', '429', '503']));
  });

  it('delays', async () => {
    await faults({ latencyMs: 40, jitterMs: 5 });
    const start = performance.now();
    await admin.get('/suggestions');
    expect(performance.now() - start).toBeGreaterThanOrEqual(38);
  });

  it.each<[string, Fields]>([
    ['rate429', { rate429: 2 }],
    ['lostAnswers', { lostAnswers: 1 }],
    ['match.path', { match: { path: '(' } }],
  ])('refuses a bad %s', async (field, rule) => {
    expect((await faults(rule)).body).toMatchObject({ code: 'InvalidField', field });
  });
});
