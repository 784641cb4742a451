/** What was acknowledged is on disk: fsync returns before the 2xx, a full disk is told and recovered from, a torn log loses nothing. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startSandbox } from '../../sandbox/index.ts';
import { type ServiceProcess, startProcess } from './service-process.ts';

export const name = 'durability';

type Log = (line: string) => void;
interface Part {
  readonly passed: number;
  readonly failed: number;
  readonly notes: readonly string[];
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A service with one seller that may notify. */
async function open(options: object, wrap: readonly string[] = []) {
  const running = await startProcess(options, wrap);
  const { client } = running;
  const { operators } = await client.call('session.hello', {});
  const [known] = operators;
  if (known) await client.call('session.signIn', { operatorId: known.operatorId });
  else await client.call('session.createOperator', { name: 'Durable', role: 'administrator' });
  while ((await client.call('status.get', {})).lastSyncedAt === null) await pause(50);
  const { sellers } = await client.call('sellers.list', {});
  const [seller] = sellers;
  if (!seller) throw new Error('there is no seller');
  const { sellerId } = seller;
  const { appKey, appToken } = await client.call('credentials.issue', { sellerId });
  const headers = { 'x-vtex-api-appkey': appKey, 'x-vtex-api-apptoken': appToken };
  const tell = (sku: string) =>
    fetch(`${running.endpoints}/api/notificator/${sellerId}/changenotification/${sku}/price`, {
      method: 'POST',
      headers,
      signal: AbortSignal.timeout(20_000),
    });
  return { ...running, sellerId, tell };
}

/** The SKUs of one run that the inbox holds. */
async function held({ client }: ServiceProcess, prefix: string): Promise<Set<string>> {
  const opened = await client.call('notifications.open', {
    filter: { kinds: ['price'], text: prefix },
    sort: { column: 'received', direction: 'descending' },
    first: 1,
  });
  const skus = new Set<string>();
  for (let from = 0; ; from += 500) {
    const { rows } = await client.call('notifications.rows', { viewId: opened.viewId, from, to: from + 500 });
    for (const row of rows) skus.add(row.sellerSkuId);
    if (rows.length < 500) return skus;
  }
}

async function kill({ child }: ServiceProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Every 202 is written to its socket after the log was flushed for it; one call at a time, so that none hides behind another. */
async function traced(options: { dataDirectory: string }, calls: number): Promise<Part> {
  const file = join(options.dataDirectory, 'strace');
  let running: Awaited<ReturnType<typeof open>>;
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' });
  } catch {
    return { passed: 0, failed: 0, notes: ['the trace of fsync was not made: strace cannot be run here'] };
  }
  running = await open(options, [
    'strace',
    '-f',
    '-y',
    '-s',
    '32',
    '-e',
    'trace=fsync,fdatasync,write,writev,sendto',
    '-o',
    file,
  ]);
  for (let n = 0; n < calls; n++) {
    const { status } = await running.tell(`traced-${n}`);
    if (status !== 202) throw new Error(`a notification was answered with ${status}`);
  }
  await kill(running);
  let flushed = 0;
  let answered = 0;
  let early = 0;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const isFlush = /(fsync|fdatasync)\(\d+<[^>]*bindery\.sqlite-wal>\)\s+= 0/.test(line);
    const isResumed = /<\.\.\. (fsync|fdatasync) resumed>\)?\s*=\s*0/.test(line);
    if (isFlush || isResumed) flushed++;
    if (/HTTP\/1\.1 202/.test(line)) {
      answered++;
      if (flushed === 0) early++;
      flushed = 0;
    }
  }
  const isGood = answered === calls && early === 0;
  return {
    passed: isGood ? 1 : 0,
    failed: isGood ? 0 : 1,
    notes: [`fsync: ${answered} of ${calls} answers in the trace, ${early} of them before the log was flushed`],
  };
}

/** The disk is full: 503 with Retry-After, nothing half-taken; there is room again: taken, without a restart. */
async function full(options: { dataDirectory: string }): Promise<Part> {
  const running = await open(options);
  const pid = running.child.pid ?? 0;
  const limit = (bytes: string) => execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}`]);
  const wal = join(options.dataDirectory, 'demo', 'bindery.sqlite-wal');
  const acknowledged = new Set<string>();
  const problems: string[] = [];
  try {
    limit(`${statSync(wal).size + 256 * 1024}:unlimited`);
    let refused = 0;
    let tried = 0;
    while (refused < 20 && tried++ < 3_000) {
      const sku = `full-${tried}`;
      const reply = await running.tell(sku);
      if (reply.status === 202) acknowledged.add(sku);
      else if (reply.status === 503 && Number(reply.headers.get('retry-after')) > 0) refused++;
      else problems.push(`a full disk was answered with ${reply.status}`);
    }
    if (refused < 20) problems.push('the disk was never full');
    limit('unlimited:unlimited');
    let again = 0;
    for (let n = 0; n < 100 && again < 20; n++) {
      const sku = `full-again-${n}`;
      const { status } = await running.tell(sku);
      if (status === 202) {
        acknowledged.add(sku);
        again++;
      } else await pause(100);
    }
    if (again < 20) problems.push('it did not take notifications again once there was room');
    const kept = await held(running, 'full-');
    const lost = [...acknowledged].filter((sku) => !kept.has(sku));
    if (lost.length > 0) problems.push(`${lost.length} of ${acknowledged.size} acknowledged ones are not there`);
    await kill(running);
    const reopened = await open(options);
    const after = await held(reopened, 'full-');
    const lostLater = [...acknowledged].filter((sku) => !after.has(sku));
    if (lostLater.length > 0) problems.push(`${lostLater.length} acknowledged ones are gone after a kill`);
    await kill(reopened);
  } finally {
    if (running.child.exitCode === null && running.child.signalCode === null) await kill(running);
  }
  return {
    passed: problems.length === 0 ? 1 : 0,
    failed: problems.length === 0 ? 0 : 1,
    notes: [`full disk: ${acknowledged.size} acknowledged before and after`, ...problems],
  };
}

/** A log that ends in a torn write, and one whose last bytes are damaged: what was acknowledged before is there, and the file is sound. */
async function torn(options: { dataDirectory: string }, rounds: number): Promise<Part> {
  const file = join(options.dataDirectory, 'demo', 'bindery.sqlite');
  const acknowledged = new Set<string>();
  const problems: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const running = await open(options);
    for (let n = 0; n < 10; n++) {
      const sku = `torn-${round}-${n}`;
      if ((await running.tell(sku)).status === 202) acknowledged.add(sku);
    }
    await kill(running);
    appendFileSync(`${file}-wal`, randomBytes(1 + Math.floor(Math.random() * 9_000)));
  }
  const running = await open(options);
  const kept = await held(running, 'torn-');
  const lost = [...acknowledged].filter((sku) => !kept.has(sku));
  if (lost.length > 0)
    problems.push(`${lost.length} of ${acknowledged.size} acknowledged ones are gone after a torn write`);
  await kill(running);
  const database = new Database(file, { readonly: true });
  const check = String(database.pragma('quick_check(1)', { simple: true }));
  database.close();
  if (check !== 'ok') problems.push(`the file is damaged: ${check}`);
  return {
    passed: problems.length === 0 ? 1 : 0,
    failed: problems.length === 0 ? 0 : 1,
    notes: [`torn log: ${rounds} times, ${acknowledged.size} acknowledged, ${lost.length} lost`, ...problems],
  };
}

export async function run({ full: isFull, log }: { full: boolean; seed: number; log: Log }) {
  const sandbox = await startSandbox({ size: 20, seed: 7 });
  const parts: Part[] = [];
  try {
    const runs: ((options: { dataDirectory: string }) => Promise<Part>)[] = [
      (options) => traced(options, isFull ? 500 : 25),
      full,
      (options) => torn(options, isFull ? 50 : 3),
    ];
    for (const each of runs) {
      const dataDirectory = mkdtempSync(join(tmpdir(), 'bindery-durability-'));
      try {
        const part = await each({
          dataDirectory,
          ...{ backendUrl: sandbox.url, appKey: sandbox.appKey, appToken: sandbox.appToken },
        });
        for (const note of part.notes) log(note);
        parts.push(part);
      } finally {
        rmSync(dataDirectory, { recursive: true, force: true });
      }
    }
  } finally {
    await sandbox.close();
  }
  return {
    passed: parts.reduce((sum, { passed }) => sum + passed, 0),
    failed: parts.reduce((sum, { failed }) => sum + failed, 0),
    notes: parts.flatMap(({ notes }) => notes),
  };
}
