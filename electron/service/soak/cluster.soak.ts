/**
 * A workspace of three gateways and three desks, each a process: the broker is cut off and comes back, the leader is killed, a desk
 * is away for many messages. In the end every desk has the same, nothing that was acknowledged is missing, nothing was done twice.
 */
import { hash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Pool } from 'undici';
import { startSandbox } from '../../sandbox/index.ts';
import { TestBroker, whyNoBroker } from '../testing/broker.ts';
import { randomOf } from './random.ts';
import { type ServiceProcess, startGatewayProcess, startProcess } from './service-process.ts';

export const name = 'cluster';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(look: () => boolean | Promise<boolean>, what: string, limit: number): Promise<void> {
  const deadline = Date.now() + limit;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`waited ${limit / 1_000} s for ${what}`);
    await pause(100);
  }
}

interface Desk {
  readonly name: string;
  readonly file: string;
  process: ServiceProcess;
  leads: boolean;
}

/** Sellers' calls that may be outstanding at once, and what the marketplace is told at once: so many are repeated by a kill at most. */
const askedAtOnce = 32;
const toldAtOnce = 6;

export async function run({ full, seed, log }: { full: boolean; seed: number; log: (line: string) => void }) {
  const missing = whyNoBroker();
  if (missing !== null) return { passed: 0, failed: 0, skipped: 1, notes: [`skipped: ${missing}`] };
  const away = full ? 100_000 : 1_500;
  const before = full ? 5_000 : 300;
  const minutes = full ? 20 * 60_000 : 180_000;
  const random = randomOf(seed);
  const folder = mkdtempSync(join(tmpdir(), 'bindery-cluster-soak-'));
  const broker = await TestBroker.start(join(folder, 'jetstream'));
  const sandbox = await startSandbox({ size: full ? 400 : 120, seed: 4 });
  const cluster = {
    broker: { servers: [broker.url], workspace: 'soak', leaseMs: 3_000 },
    keyFile: join(folder, 'workspace.key'),
  };
  const running: { kill(): Promise<void> }[] = [];
  const open = async (desk: string): Promise<ServiceProcess> => {
    const started = await startProcess({
      dataDirectory: join(folder, desk),
      backendUrl: sandbox.url,
      appKey: sandbox.appKey,
      appToken: sandbox.appToken,
      cluster,
    });
    running.push(started);
    return started;
  };
  const watch = (desk: Desk): Desk => {
    desk.process.child.on('message', (message: object) => {
      if ('leads' in message) desk.leads = true;
    });
    return desk;
  };
  const signIn = async ({ client }: ServiceProcess): Promise<void> => {
    const { operators } = await client.call('session.hello', {});
    const [known] = operators;
    if (known) await client.call('session.signIn', { operatorId: known.operatorId });
    else await client.call('session.createOperator', { name: 'Soak', role: 'administrator' });
  };
  const control = async (path: string, body: unknown): Promise<void> => {
    const reply = await fetch(`${sandbox.url}/control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`control/${path}: ${reply.status}`);
    await reply.arrayBuffer();
  };
  const isQuiet = async ({ process: { client } }: Desk): Promise<boolean> => {
    const { waiting, retrying } = await client.call('notifications.counts', {});
    const { outbox } = await client.call('status.get', {});
    return waiting + retrying + outbox.pending + outbox.sent === 0;
  };
  const query = <Row>(desk: Desk, sql: string, ...values: unknown[]): Row[] => {
    const database = new Database(desk.file, { readonly: true });
    try {
      return database.prepare(sql).all(...values) as Row[]; // the caller names its columns
    } finally {
      database.close();
    }
  };
  const cursor = (desk: Desk): number =>
    query<{ sequence: number }>(
      desk,
      `SELECT sequence FROM stream_cursor WHERE name LIKE 'workspace %' AND name NOT LIKE '% fence'`,
    )[0]?.sequence ?? 0;
  const values = `SELECT b.seller_id, b.seller_sku_id, b.price, b.list_price, b.stock, c.sales_channel, c.price AS channel_price, c.stock AS channel_stock
    FROM binding b LEFT JOIN binding_channel c ON c.binding_id = b.id WHERE b.is_removed = 0 ORDER BY 1, 2, 6`;
  const digest = (rows: unknown): string => hash('sha256', JSON.stringify(rows), 'hex').slice(0, 16);

  const desks: Desk[] = [];
  const pools: Pool[] = [];
  const problems: string[] = [];
  try {
    for (const each of ['one', 'two', 'three']) {
      const started = await open(each);
      await signIn(started);
      desks.push(
        watch({ name: each, file: join(folder, each, 'demo', 'bindery.sqlite'), process: started, leads: false }),
      );
    }
    // each has pulled, has its first prices, and has what the others have
    await until(
      async () => {
        for (const {
          process: { client },
        } of desks)
          if ((await client.call('status.get', {})).lastSyncedAt === null) return false;
        return true;
      },
      'the desks to be filled',
      minutes,
    );
    let calm = 0;
    await until(
      async () => {
        const quiet = (await Promise.all(desks.map(isQuiet))).every(Boolean);
        const same = new Set(desks.map((desk) => digest(query(desk, values)))).size === 1;
        calm = quiet && same ? calm + 1 : 0;
        return calm >= 10;
      },
      'the first prices to be the same at each desk',
      minutes,
    );
    const [first, second, third] = desks;
    if (!first || !second || !third) throw new Error('there are three desks');
    const gateways = await Promise.all([0, 1, 2].map(() => startGatewayProcess({ cluster })));
    running.push(...gateways);
    pools.push(...gateways.map(({ endpoints }) => new Pool(endpoints, { connections: 6 })));

    const { rows: bindings } = await first.process.client.call('bindings.open', {
      filter: { state: 'active' },
      sort: { column: 'updated', direction: 'descending' },
      first: 60,
    });
    const keys = new Map<string, Record<string, string>>();
    for (const { sellerId } of bindings) {
      if (keys.has(sellerId)) continue;
      const { appKey, appToken } = await first.process.client.call('credentials.issue', { sellerId });
      keys.set(sellerId, { 'x-vtex-api-appkey': appKey, 'x-vtex-api-apptoken': appToken });
    }
    const acknowledged: string[] = [];
    const expected = new Map<string, number>();
    let refused = 0;
    const tell = async (pool: Pool, n: number): Promise<boolean> => {
      const binding = bindings[n % bindings.length];
      if (!binding) throw new Error('nothing is bound');
      const { sellerId, sellerSkuId } = binding;
      const id = randomUUID();
      try {
        const { statusCode, body } = await pool.request({
          method: 'POST',
          path: `/api/notificator/${encodeURIComponent(sellerId)}/changenotification/${encodeURIComponent(sellerSkuId)}/price`,
          headers: { ...keys.get(sellerId), 'x-vtex-operation-id': id },
        });
        await body.dump();
        if (statusCode === 202) acknowledged.push(id);
        else if (statusCode !== 503 && statusCode !== 429)
          problems.push(`a notification was answered with ${statusCode}`);
        return statusCode === 202;
      } catch {
        return false;
      }
    };
    for (const pool of pools)
      for (const n of bindings.keys()) await until(() => tell(pool, n), 'the gateways to know the credentials', 30_000);

    /** So many notifications by all gateways at once; each is sent until it is acknowledged, as sellers do. */
    const send = async (count: number): Promise<void> => {
      let next = 0;
      await Promise.all(
        Array.from({ length: 24 }, async (_, lane) => {
          for (let n = next++; n < count; n = next++) {
            const at = Math.floor(random() * bindings.length);
            const binding = bindings[at];
            if (binding && n % 40 === 0) {
              const price = 1_000 + n;
              await control(
                `seller/${encodeURIComponent(binding.sellerId)}/sku/${encodeURIComponent(binding.sellerSkuId)}`,
                { price },
              );
              expected.set(JSON.stringify([binding.sellerId, binding.sellerSkuId]), price);
            }
            for (let tried = lane; ; tried++) {
              const pool = pools[tried % pools.length];
              if (pool && (await tell(pool, at))) break;
              refused++;
              await pause(100);
            }
          }
        }),
      );
    };
    await until(async () => (await Promise.all(desks.map(isQuiet))).every(Boolean), 'what was sent first', minutes);
    // from here on every call at a seller, and every word to the marketplace, is counted
    await control('faults', [{ match: { path: 'simulation' } }, { match: { path: 'changenotification' } }]);
    const from = Math.min(...desks.map(cursor));
    const known = Math.max(
      ...query<{ last: number }>(second, 'SELECT MAX(sequence) AS last FROM outbox').map(({ last }) => last ?? 0),
    );
    const historyFrom = new Map(
      desks.map((desk) => [
        desk.name,
        query<{ id: number }>(desk, 'SELECT MAX(id) AS id FROM price_history')[0]?.id ?? 0,
      ]),
    );

    await send(before);
    const leader = desks.find(({ leads }) => leads);
    const [gone, stays] = desks.filter((desk) => desk !== leader);
    if (!leader || !gone || !stays) throw new Error('no desk leads');
    await gone.process.kill();
    const missed = cursor(gone);
    let brokerCuts = 0;
    const sending = send(away);
    await until(() => cursor(leader) > missed + away / 4, 'a quarter of the messages', minutes);
    await broker.kill();
    await pause(1_500);
    await broker.run();
    brokerCuts++;
    await until(() => cursor(leader) > missed + away / 2, 'half of the messages', minutes);
    await leader.process.kill();
    await sending;
    await until(() => stays.leads, 'another desk to lead', 60_000);
    const absent = cursor(stays) - missed;
    for (const desk of [leader, gone]) {
      desk.process = await open(desk.name);
      desk.leads = false;
      watch(desk);
      await signIn(desk.process);
    }
    await until(
      async () => (await Promise.all(desks.map(isQuiet))).every(Boolean) && new Set(desks.map(cursor)).size === 1,
      'every desk to have everything',
      minutes,
    );

    const counted = (await (await fetch(`${sandbox.url}/control/faults`)).json()) as { matched: number }[];
    const digests = desks.map((desk) =>
      digest([
        query(desk, values),
        query(
          desk,
          'SELECT sequence, seller_id, seller_sku_id, kind, state, outcome, operation_id FROM inbox WHERE sequence > ? ORDER BY sequence, kind',
          from,
        ),
        query(
          desk,
          'SELECT seller_id, seller_sku_id, sales_channel, price, stock, cause FROM price_history WHERE id > ? ORDER BY seller_id, seller_sku_id, sales_channel, id',
          historyFrom.get(desk.name),
        ),
      ]),
    );
    if (new Set(digests).size !== 1) problems.push(`the desks differ: ${digests.join(', ')}`);
    for (const desk of desks) {
      const times = new Map<string, number>();
      for (const { operation_id } of query<{ operation_id: string }>(
        desk,
        'SELECT operation_id FROM inbox WHERE operation_id IS NOT NULL',
      ))
        times.set(operation_id, (times.get(operation_id) ?? 0) + 1);
      const lost = acknowledged.filter((id) => !times.has(id)).length;
      const doubled = [...times.values()].filter((count) => count > 1).length;
      if (lost + doubled > 0)
        problems.push(`${desk.name}: ${lost} acknowledged ones are missing, ${doubled} are there twice`);
      const open =
        query<{ count: number }>(desk, `SELECT COUNT(*) AS count FROM inbox WHERE state <> 'done'`)[0]?.count ?? 0;
      if (open > 0) problems.push(`${desk.name}: ${open} entries are not done`);
    }
    let stale = 0;
    for (const row of query<{ seller_id: string; seller_sku_id: string; price: number }>(stays, values)) {
      const price = expected.get(JSON.stringify([row.seller_id, row.seller_sku_id]));
      if (price !== undefined && price !== row.price) stale++;
    }
    if (stale > 0) problems.push(`${stale} prices are not what the seller says`);
    // each answer that counted was asked for once, in each channel
    const answered =
      query<{ calls: number }>(
        stays,
        'SELECT COALESCE(SUM(json_array_length(effect)), 0) AS calls FROM inbox WHERE effect IS NOT NULL AND sequence > ?',
        from,
      )[0]?.calls ?? 0;
    const told =
      query<{ count: number }>(
        stays,
        `SELECT COUNT(*) AS count FROM outbox WHERE key LIKE 'forward-s%' AND state = 'done' AND sequence > ?`,
        known,
      )[0]?.count ?? 0;
    const [asked = 0, said = 0] = counted.map(({ matched }) => matched);
    const channels = Math.max(
      1,
      ...query<{ count: number }>(stays, 'SELECT COUNT(*) AS count FROM binding_channel GROUP BY binding_id').map(
        ({ count }) => count,
      ),
    );
    if (asked < answered || asked - answered > askedAtOnce * channels)
      problems.push(`sellers were asked ${asked} times for ${answered} answers`);
    if (said < told || said - told > toldAtOnce) problems.push(`the marketplace was told ${said} times of ${told}`);
    if (asked === 0 || told === 0 || acknowledged.length < before + away) problems.push('too little happened');
    const note = `${acknowledged.length} acknowledged by 3 gateways (${refused} tries refused or cut), a desk away for ${absent} messages, the broker cut off ${brokerCuts} time, the leader killed: digest ${digests[0]} at 3 desks; sellers asked ${asked} times for ${answered} answers, the marketplace told ${said} of ${told}`;
    log(note);
    return {
      passed: problems.length === 0 ? 5 : 0,
      failed: problems.length,
      notes: [note, ...problems.slice(0, 20)],
    };
  } finally {
    for (const pool of pools) await pool.destroy();
    for (const each of running) await each.kill();
    await broker.kill();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
