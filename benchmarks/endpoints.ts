/**
 * What the sellers' listener acknowledges, each committed before its 2xx: how many a second, how late, and next to a flood. That a
 * commit has reached the disk when it is acknowledged is shown by the durability soak; here it is counted that all are in the file.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { Pool } from 'undici';
import { hashToken, openCredentials } from '../electron/service/credentials/directory.ts';
import { prepareDatabase } from '../electron/service/database/open.ts';
import { startDatabase } from '../electron/service/database/threads.ts';
import { createEndpoints } from '../electron/service/endpoints/index.ts';
import { workerEntry } from '../electron/service/entries.ts';
import { createSealer } from '../electron/service/secrets.ts';
import { inboxEntriesOf } from '../electron/service/sync/inbox-entries.ts';
import { instantOf } from '../shared/domain/brand.ts';
import { alternate, atMost, quantile, type Row, ratioAtLeast, ratioAtMost, rowOf, runs } from './measure.ts';
import { paced } from './paced.ts';

const requestsInRun = 4_000;
const connections = 64;
const headersOf = (seller: number) => ({ 'x-vtex-api-appkey': `key-${seller}`, 'x-vtex-api-apptoken': 'token' });
const pathOf = (seller: number, sku: number) => `/api/notificator/seller-${seller}/changenotification/${sku}/price`;

/** Requests a second that were answered with a 2xx. @throws when one was not */
async function load(origin: string): Promise<number> {
  const pool = new Pool(origin, { connections });
  try {
    let next = 0;
    const started = performance.now();
    await Promise.all(
      Array.from({ length: connections }, async () => {
        for (let n = next++; n < requestsInRun; n = next++) {
          const { statusCode, body } = await pool.request({
            method: 'POST',
            path: pathOf(1, n),
            headers: headersOf(1),
          });
          await body.dump();
          if (statusCode < 200 || statusCode > 299) throw new Error(`a notification was answered with ${statusCode}`);
        }
      }),
    );
    return requestsInRun / ((performance.now() - started) / 1_000);
  } finally {
    await pool.close();
  }
}

/** So many notifications of a seller a second, for so long. */
const paceOf = (origin: string, seller: number, perSecond: number, seconds: number) =>
  paced({ origin, path: (n) => pathOf(seller, n), headers: () => headersOf(seller), perSecond, seconds, connections });

/** The listener over a fresh file, with sellers 1 and 2. */
async function openListener(perSeller: { perSecond: number; burst: number }) {
  const folder = mkdtempSync(join(tmpdir(), 'bindery-bench-endpoints-'));
  const file = join(folder, 'endpoints.sqlite');
  const now = instantOf(Date.now());
  prepareDatabase(file, now);
  const database = startDatabase({ file, entry: workerEntry('database'), log: () => undefined });
  for (const seller of [1, 2])
    await database.write('credentials.issue', {
      id: `credential-${seller}`,
      sellerId: `seller-${seller}`,
      appKey: `key-${seller}`,
      tokenHash: hashToken('token'),
      signs: false,
      at: now,
      by: 'benchmark',
      othersUntil: now,
      audit: {
        actor: { operatorId: 'benchmark', name: 'benchmark', role: 'administrator' },
        at: now,
        action: 'issue credential',
        entity: 'benchmark',
        details: {},
      },
    });
  const credentials = await openCredentials({
    database,
    secrets: { get: async () => null, set: async () => undefined },
    ambient: { now: Date.now, random: Math.random, uuid: randomUUID },
    log: () => undefined,
  });
  const sealer = createSealer(folder);
  let appended = 0;
  const endpoints = await createEndpoints({
    port: 0,
    host: '127.0.0.1',
    verify: credentials.verify,
    accept: async (notifications) => {
      await database.write('inbox.append', {
        entries: notifications.flatMap((each) => inboxEntriesOf(each, sealer.seal)),
      });
      appended += notifications.length;
    },
    isBound: async () => true,
    perSeller,
    perAddress: { perSecond: 1_000_000, burst: 1_000_000 },
  });
  return {
    origin: new URL(endpoints.url).origin,
    /** How many are in the file. @throws when that is not what was acknowledged */
    async inFile(): Promise<number> {
      const { waiting } = await database.read('inbox.counts', {});
      if (waiting !== appended) throw new Error(`${appended} were acknowledged and ${waiting} are in the file`);
      return waiting;
    },
    async close() {
      await endpoints.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function endpointRows(): Promise<Row[]> {
  const free = { perSecond: 1_000_000, burst: 1_000_000 };
  const listener = await openListener(free);
  const limit = 200;
  const limited = await openListener({ perSecond: limit, burst: limit });
  const bare = fastify();
  bare.post('/api/notificator/:sellerId/changenotification/:sellerSkuId/price', async (_request, reply) =>
    reply.code(202).send(),
  );
  const bareOrigin = await bare.listen({ port: 0, host: '127.0.0.1' });
  try {
    await load(listener.origin); // both are warm
    await load(bareOrigin);
    const taken = await alternate(
      () => load(listener.origin),
      () => load(bareOrigin),
    );
    const half = Math.floor(Math.min(...taken.own) / 2);
    const p99 = async (origin: string) => quantile((await paceOf(origin, 1, half, 3)).times, 0.99);
    const late = await alternate(
      () => p99(listener.origin),
      () => p99(bareOrigin),
    );
    // a neighbour at half its own limit, alone and beside a seller at ten times its limit
    const neighbour = async () => quantile((await paceOf(limited.origin, 2, limit / 2, 3)).times, 0.99);
    let refused = 0;
    let flooded = 0;
    const beside: { own: number[]; reference: number[] } = { own: [], reference: [] };
    for (let round = 0; round < runs; round++) {
      beside.reference.push(await neighbour());
      const flood = paceOf(limited.origin, 1, limit * 10, 3);
      beside.own.push(await neighbour());
      const { statuses, times } = await flood;
      refused += statuses.get(429) ?? 0;
      flooded += times.length;
    }
    const waiting = await listener.inFile();
    await limited.inFile();
    return [
      rowOf(
        {
          name: 'endpoints/accept',
          unit: 'requests/s',
          reference: 'bare Fastify that answers 202 at once: no authentication, no limits, nothing written',
          goal: ratioAtLeast(0.75),
          note: `${connections} connections from the same process; authenticated against the database, synchronous FULL; all ${waiting} acknowledged ones are in the file afterwards`,
        },
        taken,
      ),
      rowOf(
        {
          name: 'endpoints/half-load',
          unit: 'ms p99',
          reference: 'the bare Fastify at the same rate',
          goal: atMost(15, 'ms'),
          note: `${half} requests/s, sent whether or not earlier ones were answered; from when each should have left`,
        },
        late,
      ),
      rowOf(
        {
          name: 'endpoints/neighbour',
          unit: 'ms p99',
          reference: 'the same seller alone',
          goal: ratioAtMost(2),
          note: `${limit / 2} requests/s beside a seller at ${limit * 10} a second with a limit of ${limit}: ${refused} of its ${flooded} were answered with 429`,
        },
        beside,
      ),
    ];
  } finally {
    await listener.close();
    await limited.close();
    await bare.close();
  }
}
