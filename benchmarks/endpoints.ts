/** How many notifications a second the sellers' listener acknowledges, each on disk before its 2xx. */
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
import { instantOf } from '../shared/domain/brand.ts';
import { alternate, type Row, rowOf } from './measure.ts';

const requestsInRun = 4_000;
const connections = 64;
const headers = { 'x-vtex-api-appkey': 'key', 'x-vtex-api-apptoken': 'token' };

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
            path: `/api/notificator/seller-1/changenotification/${n}/price`,
            headers,
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

export async function endpointsRow(): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'bindery-bench-endpoints-'));
  const file = join(folder, 'endpoints.sqlite');
  const now = instantOf(Date.now());
  prepareDatabase(file, now);
  const database = startDatabase({ file, entry: workerEntry('database'), log: () => undefined });
  await database.write('credentials.issue', {
    id: 'credential-1',
    sellerId: 'seller-1',
    appKey: 'key',
    tokenHash: hashToken('token'),
    signs: false,
    at: now,
    by: 'benchmark',
    othersUntil: now,
  });
  const ambient = { now: Date.now, random: Math.random, uuid: randomUUID };
  const credentials = await openCredentials({
    database,
    secrets: { get: async () => null, set: async () => undefined },
    ambient,
    log: () => undefined,
  });
  let appended = 0;
  const endpoints = await createEndpoints({
    port: 0,
    host: '127.0.0.1',
    verify: credentials.verify,
    accept: async (notifications) => {
      await database.write('inbox.append', {
        entries: notifications.map(({ kind, sellerId, sellerSkuId, receivedAt }) => ({
          kind,
          sellerId,
          sellerSkuId,
          receivedAt,
          body: null,
        })),
      });
      appended += notifications.length;
    },
    isBound: async () => true,
    perSeller: { perSecond: 1_000_000, burst: 1_000_000 },
    perAddress: { perSecond: 1_000_000, burst: 1_000_000 },
  });
  const bare = fastify();
  bare.post('/api/notificator/:sellerId/changenotification/:sellerSkuId/price', async (_request, reply) =>
    reply.code(202).send(),
  );
  const bareOrigin = await bare.listen({ port: 0, host: '127.0.0.1' });
  try {
    const taken = await alternate(
      () => load(new URL(endpoints.url).origin),
      () => load(bareOrigin),
    );
    const { waiting } = await database.read('inbox.counts', {});
    if (waiting !== appended) throw new Error(`${appended} were acknowledged and ${waiting} are on disk`);
    return rowOf(
      {
        name: 'endpoints/accept',
        unit: 'requests/s',
        reference: 'bare Fastify that answers 202 at once: no authentication, no limits, nothing written',
        note: `${connections} connections from the same process; authenticated against the database, synchronous FULL, and all ${waiting} acknowledged ones counted on disk afterwards`,
      },
      taken,
    );
  } finally {
    await endpoints.close();
    await bare.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
