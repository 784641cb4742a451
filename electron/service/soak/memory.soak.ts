/** Memory stays flat while notifications come without end: ten minutes of them, the first two for warming up. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { startSandbox } from '../../sandbox/index.ts';
import { startProcess } from './service-process.ts';

export const name = 'memory';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const mebi = 1_024 * 1_024;

/** Of all threads, in MB. */
function residentOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) * 1_024) / mebi;
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

export async function run({ full, log }: { full: boolean; seed: number; log: (line: string) => void }) {
  if (process.platform !== 'linux')
    return {
      passed: 0,
      failed: 0,
      skipped: 1,
      notes: ['skipped: resident memory is read from /proc, which only Linux has'],
    };
  if (!full)
    return {
      passed: 0,
      failed: 0,
      skipped: 1,
      notes: ['skipped: half a minute says nothing of memory; ten run in full counts'],
    };
  const seconds = 600;
  const warm = 120;
  const perSecond = 400;
  const directory = mkdtempSync(join(tmpdir(), 'bindery-memory-'));
  const sandbox = await startSandbox({ size: 200, seed: 3 });
  const service = await startProcess({
    dataDirectory: directory,
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
  });
  const pool = new Pool(service.endpoints, { connections: 32 });
  try {
    const { client, child } = service;
    await client.call('session.createOperator', { name: 'Memory', role: 'administrator' });
    while ((await client.call('status.get', {})).lastSyncedAt === null) await pause(100);
    const { rows } = await client.call('bindings.open', {
      filter: { state: 'active' },
      sort: { column: 'updated', direction: 'descending' },
      first: 60,
    });
    const keys = new Map<string, Record<string, string>>();
    for (const sellerId of new Set(rows.map((row) => row.sellerId))) {
      const { appKey, appToken } = await client.call('credentials.issue', { sellerId });
      keys.set(sellerId, { 'x-vtex-api-appkey': appKey, 'x-vtex-api-apptoken': appToken });
    }
    const samples: number[] = [];
    const started = performance.now();
    let sent = 0;
    let answered = 0;
    const under: Promise<void>[] = [];
    let sampled = 0;
    for (let now = 0; now < seconds; now = (performance.now() - started) / 1_000) {
      for (; sent < now * perSecond; sent++) {
        const row = rows[sent % rows.length];
        if (!row) throw new Error('nothing is bound');
        const path = `/api/notificator/${encodeURIComponent(row.sellerId)}/changenotification/${encodeURIComponent(row.sellerSkuId)}/price`;
        const headers = keys.get(row.sellerId) ?? {};
        const call = pool.request({ method: 'POST', path, headers }).then(async ({ statusCode, body }) => {
          await body.dump();
          if (statusCode === 202) answered++;
        });
        if (under.length < 64) under.push(call);
        else await call;
      }
      if (under.length >= 64) await Promise.all(under.splice(0));
      if (now >= warm && now - sampled >= 1) {
        samples.push(residentOf(child.pid ?? 0));
        sampled = now;
      }
      await pause(5);
    }
    await Promise.all(under);
    // flat: the last quarter holds no more than the first quarter after warming up, but for what a collector leaves for later
    const quarter = Math.max(1, Math.floor(samples.length / 4));
    const first = mean(samples.slice(0, quarter));
    const last = mean(samples.slice(-quarter));
    const allowed = Math.max(15, first * 0.05);
    const isFlat = last - first <= allowed;
    const isLoaded = answered > (seconds * perSecond) / 2;
    const note = `${answered} notifications acknowledged in ${seconds} s: ${first.toFixed(0)} MB in the first quarter after ${warm} s, ${last.toFixed(0)} MB in the last, at most ${Math.max(...samples).toFixed(0)} MB (allowed: ${allowed.toFixed(0)} MB more)`;
    log(note);
    const checks = [isFlat, isLoaded];
    return {
      passed: checks.filter(Boolean).length,
      failed: checks.filter((ok) => !ok).length,
      notes: [note, ...(isLoaded ? [] : ['too few were acknowledged to say anything'])],
    };
  } finally {
    await pool.destroy();
    service.client.close();
    await service.kill();
    await sandbox.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
