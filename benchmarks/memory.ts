/** What the service holds in memory with the whole marketplace cached and its catalogue in the matching index. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchCache } from './cache.ts';
import { alternate, atMost, type Row, rowOf } from './measure.ts';

const run = promisify(execFile);
const mebi = 1024 * 1024;

async function residentOf(args: readonly string[]): Promise<{ rss: number; peak: number }> {
  const { stdout } = await run(process.execPath, [...args], { maxBuffer: 64 * mebi });
  const line = stdout
    .trim()
    .split('\n')
    .findLast((each) => each.startsWith('{'));
  // written by memory-host.ts, or by the one line below
  return JSON.parse(line ?? '{}') as { rss: number; peak: number };
}

export async function memoryRow(cache: BenchCache): Promise<Row> {
  const peaks: number[] = [];
  const taken = await alternate(
    async () => {
      const { rss, peak } = await residentOf([
        join(import.meta.dirname, 'memory-host.ts'),
        cache.directory,
        String(cache.size),
      ]);
      peaks.push(peak / mebi);
      return rss / mebi;
    },
    async () =>
      (await residentOf(['-e', 'console.log(JSON.stringify({ rss: process.memoryUsage.rss(), peak: 0 }))'])).rss / mebi,
  );
  return rowOf(
    {
      name: 'service/memory',
      unit: 'MB',
      reference: 'resident memory of a bare Node process of the same version',
      goal: atMost(600, 'MB'),
      note: `Resident memory of the process (all threads) with the six lists open and scrolled; highest on the way ${Math.round(Math.max(...peaks))} MB`,
    },
    taken,
  );
}
