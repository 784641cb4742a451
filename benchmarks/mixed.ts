/**
 * Everything at once in one process: notifications, a full synchronisation, a what-if over what was sold, and somebody who scrolls.
 * Sellers and the marketplace are processes of their own; the service and the window's side of the RPC share this one.
 */
import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { generatedWorld } from '../electron/sandbox/generator.ts';
import { stream } from '../electron/sandbox/random.ts';
import { commissionWrites } from '../electron/service/commissions/writes.ts';
import { openWritable } from '../electron/service/database/open.ts';
import { pullBindingWrites } from '../electron/service/sync/pull-binding-writes.ts';
import { end, start, startSandbox } from '../scripts/children.ts';
import { instantOf, type SellerId, type SellerSkuId, type SkuId } from '../shared/domain/brand.ts';
import { basisPointsOf } from '../shared/domain/exact.ts';
import type { Client } from '../shared/rpc/client.ts';
import { type BenchCache, seed } from './cache.ts';
import { fillSold, rulesOf } from './commissions.ts';
import { atMost, quantile, type Row, rowOf, runs } from './measure.ts';
import type { Orders, Report } from './mixed-load.ts';
import { openBenchService } from './service.ts';

const notifying = 20_000;
const perSecond = 2_000;
/** Seconds that one run takes. */
const seconds = 6;
const blockRows = 100;
/** A block for every picture that the screen shows, as fast as a wheel turns. Milliseconds. */
const blockEvery = 16;
const draftId = 'draft';

/** What the marketplace has besides waiting offers: bindings that sellers notify of, and a year of sales under rules to be tried. */
function prepare(file: string, { plan, size }: BenchCache): readonly { sellerId: string; sellerSkuId: string }[] {
  const world = generatedWorld(seed, size);
  const at = instantOf(Date.now());
  const bound = Array.from({ length: Math.min(notifying, world.bindingCount) }, (_, j) => world.bindingAt(j));
  const database = openWritable(file);
  try {
    const write = (work: () => void) => database.transaction(work).immediate();
    write(() => {
      pullBindingWrites['pull.bindings'](database, {
        records: bound.map(({ sellerId, sellerSkuId, skuId, isActive }) => ({
          sellerId: sellerId as SellerId,
          sellerSkuId: sellerSkuId as SellerSkuId,
          skuId: skuId as SkuId,
          isActive,
          isRemoved: false,
          updatedAt: at,
          raw: {},
        })),
        generation: Date.now(),
        askedAt: at,
      });
      // each new binding is asked about once: here they have been
      database.exec('DELETE FROM inbox');
    });
    fillSold(database, plan, size, Math.min(plan.skuCount, 20_000));
    write(() => {
      const actor = { operatorId: 'bench-operator', name: 'Ada', role: 'administrator' } as const;
      commissionWrites['commissions.createDraft'](database, { id: draftId, name: 'Bench', actor: actor as never, at });
      commissionWrites['commissions.change'](database, {
        draftId,
        actor: actor as never,
        at,
        changes: rulesOf(plan, 2_000).map((rule) => ({ ruleId: rule.id, rule })),
      });
    });
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
  return bound.filter(({ isActive }) => isActive);
}

interface Sellers {
  notify(): Promise<Report>;
  readonly child: ChildProcess;
}

async function startSellers(client: Client, origin: string, skus: ReturnType<typeof prepare>): Promise<Sellers> {
  const keys = new Map<string, Record<string, string>>();
  for (const sellerId of new Set(skus.map((sku) => sku.sellerId))) {
    const { appKey, appToken } = await client.call('credentials.issue', { sellerId: sellerId as SellerId });
    keys.set(sellerId, { 'x-vtex-api-appkey': appKey, 'x-vtex-api-apptoken': appToken });
  }
  const orders: Orders = {
    origin,
    perSecond,
    seconds,
    calls: skus.map(({ sellerId, sellerSkuId }, n) => ({
      path: `/api/notificator/${encodeURIComponent(sellerId)}/changenotification/${encodeURIComponent(sellerSkuId)}/${n % 2 ? 'price' : 'inventory'}`,
      headers: keys.get(sellerId) ?? {},
    })),
  };
  const child = start(process.execPath, ['benchmarks/mixed-load.ts'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('the sellers have no pipes');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    child,
    async notify() {
      stdin.write(`${JSON.stringify(orders)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('the sellers ended');
      const report = JSON.parse(value) as Report; // the child's
      if (report.refused > 0) throw new Error(`${report.refused} of ${report.answered} notifications were refused`);
      return report;
    },
  };
}

/** Somebody scrolls at random through a list until told to stop. @returns milliseconds of each block */
async function scroll(client: Client, viewId: string, count: number, until: () => boolean, next: () => number) {
  const times: number[] = [];
  while (!until()) {
    const from = Math.floor(next() * Math.max(1, count - blockRows));
    const started = performance.now();
    await client.call('offers.rows', { viewId: viewId as never, from, to: from + blockRows });
    const took = performance.now() - started;
    times.push(took);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, blockEvery - took)));
  }
  return times;
}

interface Taken {
  readonly grid: number;
  readonly acknowledged: number;
  readonly stall: number;
}

export async function mixedRows(cache: BenchCache, say: (line: string) => void): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bindery-bench-mixed-'));
  if (cache.size < 10_000)
    throw new Error('mixed needs --size 10000 or more: the synchronisation has to outlast a run');
  const { child: marketplace, sandbox } = await startSandbox(['--size', String(cache.size), '--seed', String(seed)]);
  let sellers: Sellers | null = null;
  try {
    cpSync(cache.directory, directory, { recursive: true });
    const skus = prepare(join(directory, 'demo', 'bindery.sqlite'), cache);
    say(`${skus.length} SKUs that sellers notify of, ${cache.size} items sold`);
    const { client, service, close } = await openBenchService(directory, 0, sandbox);
    try {
      await client.call('session.signIn', { operatorId: 'bench-operator' });
      if (service.endpointsUrl === null) throw new Error('the listener is not open');
      sellers = await startSellers(client, new URL(service.endpointsUrl).origin, skus);
      const view = await client.call('offers.open', {
        filter: { queue: 'waiting' },
        sort: { column: 'received', direction: 'descending' },
        first: 100,
      });
      const { count } = await client.call('offers.rows', { viewId: view.viewId, from: 101, to: 201 });
      const next = stream(11);
      const delay = monitorEventLoopDelay({ resolution: 1 });
      let whatIfs = 0;
      const measure = async (isMixed: boolean): Promise<Taken> => {
        let over = false;
        await client.call(isMixed ? 'sync.resume' : 'sync.pause', {});
        if (isMixed) await client.call('sync.now', {});
        delay.reset();
        delay.enable();
        const tryRules = async () => {
          while (isMixed && !over) {
            await client.call('commissions.whatIf', { draftId, asOf: null, paymentCost: basisPointsOf(200) });
            whatIfs++;
          }
        };
        // alone: the scrolling first, then the notifications
        const notify = async () => {
          if (isMixed) return await sellers?.notify();
          await new Promise((resolve) => setTimeout(resolve, seconds * 500));
          return undefined;
        };
        // whichever ends, or fails, ends the others
        const end = () => {
          over = true;
        };
        const [report, times] = await Promise.all([
          notify().finally(end),
          scroll(client, view.viewId, count, () => over, next).finally(end),
          tryRules().catch((error: unknown) => {
            end();
            throw error;
          }),
        ]);
        const alone = isMixed ? undefined : await sellers?.notify();
        delay.disable();
        if (isMixed) {
          const { stages } = await client.call('status.get', {});
          if (!stages.some(({ state }) => state === 'running')) throw new Error('the synchronisation ended meanwhile');
        }
        const acknowledged = report ?? alone;
        if (!acknowledged) throw new Error('nobody notified');
        return { grid: quantile(times, 0.99), acknowledged: acknowledged.p99, stall: delay.max / 1e6 };
      };
      await measure(true); // warm
      whatIfs = 0;
      const mixed: Taken[] = [];
      const apart: Taken[] = [];
      for (let round = 0; round < runs; round++) {
        mixed.push(await measure(true));
        apart.push(await measure(false));
      }
      const row = (name: string, unit: string, part: keyof Taken, limit: number, note: string) =>
        rowOf(
          {
            name: `mixed/${name}`,
            unit,
            reference:
              'the same service: somebody scrolls, then sellers notify, each alone, the synchronisation paused',
            goal: atMost(limit, 'ms'),
            note,
          },
          { own: mixed.map((taken) => taken[part]), reference: apart.map((taken) => taken[part]) },
        );
      const load = `${perSecond} notifications/s from ${new Set(skus.map(({ sellerId }) => sellerId)).size} sellers, a full synchronisation, what-ifs over ${cache.size} items (${whatIfs} in ${runs} runs of ${seconds} s)`;
      return [
        row('grid', 'ms p99', 'grid', 50, `random blocks of ${blockRows} of ${count} rows; at once: ${load}`),
        row('acknowledge', 'ms p99', 'acknowledged', 25, 'from when each should have left to its 202'),
        row('stall', 'ms', 'stall', 50, 'the longest that the event loop of the service stood still'),
      ];
    } finally {
      await close();
    }
  } finally {
    if (sellers) await end(sellers.child);
    await end(marketplace);
    rmSync(directory, { recursive: true, force: true });
  }
}
