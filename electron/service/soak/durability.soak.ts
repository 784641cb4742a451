/** What was acknowledged is on disk: fsync returns before the 2xx, a full disk is told and recovered from, a torn log loses nothing. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startSandbox } from '../../sandbox/index.ts';
import { cutPower, readTrace, traceCommand, whyNoTrace } from './disk-trace.ts';
import { randomOf } from './random.ts';
import { type ServiceProcess, startProcess } from './service-process.ts';

export const name = 'durability';

type Log = (line: string) => void;
interface Part {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: number;
  readonly notes: readonly string[];
}
interface Place {
  readonly dataDirectory: string;
  readonly backendUrl: string;
  readonly appKey: string;
  readonly appToken: string;
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

/** Every 202 is written to its socket after the log was flushed for it; one call at a time, so that none hides behind another. */
async function traced(options: Place, calls: number): Promise<Part> {
  const missing = whyNoTrace();
  if (missing !== null) return { passed: 0, failed: 0, skipped: 1, notes: [`skipped the trace of fsync: ${missing}`] };
  const file = join(options.dataDirectory, 'strace');
  const running = await open(options, traceCommand(file));
  for (let n = 0; n < calls; n++) {
    const { status } = await running.tell(`traced-${n}`);
    if (status !== 202) throw new Error(`a notification was answered with ${status}`);
  }
  await running.kill();
  const { answered, early } = readTrace(await settledTrace(file), 'bindery.sqlite');
  const isGood = answered === calls && early === 0;
  return {
    passed: isGood ? 1 : 0,
    failed: isGood ? 0 : 1,
    notes: [`fsync: ${answered} of ${calls} answers in the trace, ${early} of them before the log was flushed`],
  };
}

/** The tracer outlives what it traces by a moment: its file is whole when it does not grow any more. */
async function settledTrace(file: string): Promise<string> {
  for (let size = -1; ; ) {
    const { size: now } = statSync(file);
    if (now === size) return readFileSync(file, 'utf8');
    size = now;
    await pause(150);
  }
}

/**
 * The power goes while many notifications are on their way: what was written and not flushed is lost, torn or garbled, in the log
 * and in the file. What was acknowledged is there all the same, and the file is sound.
 */
async function powerCut(options: Place, rounds: number, random: () => number): Promise<Part> {
  const missing = whyNoTrace();
  if (missing !== null) return { passed: 0, failed: 0, skipped: 1, notes: [`skipped the power cuts: ${missing}`] };
  const acknowledged = new Set<string>();
  const problems: string[] = [];
  let struck = 0;
  let told = 0;
  for (let round = 0; round < rounds; round++) {
    const file = join(options.dataDirectory, `strace-${round}`);
    const running = await open(options, traceCommand(file));
    const strike = 5 + Math.floor(random() * 40);
    let answered = 0;
    const cut = Promise.withResolvers<void>();
    const lanes = Array.from({ length: 8 }, async () => {
      for (;;) {
        const sku = `cut-${told++}`;
        const reply = await running.tell(sku).catch(() => null);
        if (reply === null) return;
        if (reply.status === 202) acknowledged.add(sku);
        if (++answered === strike) cut.resolve();
      }
    });
    await cut.promise;
    await running.kill();
    await Promise.all(lanes);
    struck += cutPower(readTrace(await settledTrace(file), 'bindery.sqlite'), random);
  }
  const running = await open(options);
  const lost = await missingOf(running, 'cut-', acknowledged);
  if (lost.length > 0)
    problems.push(`${lost.length} of ${acknowledged.size} acknowledged ones are gone after a power cut`);
  await running.kill();
  problems.push(...faultsOf(options));
  if (struck === 0 && rounds > 10) problems.push('no write was ever struck');
  return partOf(
    problems,
    `power cut: ${rounds} times, ${struck} unflushed writes struck, ${acknowledged.size} acknowledged, ${lost.length} lost`,
  );
}

const partOf = (problems: readonly string[], note: string): Part => ({
  passed: problems.length === 0 ? 1 : 0,
  failed: problems.length === 0 ? 0 : 1,
  notes: [note, ...problems],
});
const databaseOf = ({ dataDirectory }: Place): string => join(dataDirectory, 'demo', 'bindery.sqlite');
function faultsOf(options: Place): string[] {
  const database = new Database(databaseOf(options), { readonly: true });
  const check = String(database.pragma('quick_check(1)', { simple: true }));
  database.close();
  return check === 'ok' ? [] : [`the file is damaged: ${check}`];
}
async function missingOf(
  running: ServiceProcess,
  prefix: string,
  acknowledged: ReadonlySet<string>,
): Promise<string[]> {
  const kept = await held(running, prefix);
  return [...acknowledged].filter((sku) => !kept.has(sku));
}

/** The disk is full: 503 with Retry-After, nothing half-taken; there is room again: taken, without a restart. */
async function full(options: Place): Promise<Part> {
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
    await running.kill();
    const reopened = await open(options);
    const after = await held(reopened, 'full-');
    const lostLater = [...acknowledged].filter((sku) => !after.has(sku));
    if (lostLater.length > 0) problems.push(`${lostLater.length} acknowledged ones are gone after a kill`);
    await reopened.kill();
  } finally {
    await running.kill();
  }
  return {
    passed: problems.length === 0 ? 1 : 0,
    failed: problems.length === 0 ? 0 : 1,
    notes: [`full disk: ${acknowledged.size} acknowledged before and after`, ...problems],
  };
}

/**
 * A log that ends as a write that was cut off leaves it: in bytes of anything, in a part of a frame, in a whole frame that is
 * damaged, or, cut, within the frame that was being written. What was acknowledged before is there, and the file is sound.
 */
async function torn(options: Place, rounds: number, isFull: boolean, random: () => number): Promise<Part> {
  const log = `${databaseOf(options)}-wal`;
  const acknowledged = new Set<string>();
  const kinds = isFull ? (['anything', 'part of a frame', 'damaged frame', 'cut'] as const) : (['anything'] as const);
  const counts = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const running = await open(options);
    for (let n = 0; n < 10; n++) {
      const sku = `torn-${round}-${n}`;
      const { status } = await running.tell(sku);
      if (status === 202) acknowledged.add(sku);
    }
    await running.kill();
    const bytes = readFileSync(log);
    const frame = 24 + bytes.readUInt32BE(8);
    const some = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
    const last = Buffer.from(bytes.subarray(Math.max(32, bytes.length - frame)));
    const kind = kinds[round % kinds.length] ?? 'anything';
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (kind === 'anything') appendFileSync(log, some(1 + Math.floor(random() * 9_000)));
    else if (kind === 'part of a frame')
      appendFileSync(log, last.subarray(0, 1 + Math.floor(random() * (last.length - 1))));
    else if (kind === 'damaged frame') {
      const at = 24 + Math.floor(random() * (last.length - 24));
      last.writeUInt8(last.readUInt8(at) ^ 0xff, at);
      appendFileSync(log, last);
    } else {
      // one more is written, and was not acknowledged: it is cut within its own frames
      const before = bytes.length;
      appendFileSync(log, Buffer.concat([last, last]));
      truncateSync(log, before + 1 + Math.floor(random() * (2 * last.length - 1)));
    }
  }
  const running = await open(options);
  const lost = await missingOf(running, 'torn-', acknowledged);
  await running.kill();
  const problems = [
    ...(lost.length > 0
      ? [`${lost.length} of ${acknowledged.size} acknowledged ones are gone after a torn write`]
      : []),
    ...faultsOf(options),
  ];
  const how = [...counts].map(([kind, count]) => `${count} × ${kind}`).join(', ');
  return partOf(problems, `torn log: ${how}; ${acknowledged.size} acknowledged, ${lost.length} lost`);
}

export async function run({ full: isFull, seed, log }: { full: boolean; seed: number; log: Log }) {
  const sandbox = await startSandbox({ size: 20, seed: 7 });
  const random = randomOf(seed);
  const parts: Part[] = [];
  try {
    const runs: ((options: Place) => Promise<Part>)[] = [
      (options) => traced(options, isFull ? 500 : 25),
      full,
      (options) => torn(options, isFull ? 60 : 3, isFull, random),
      async (options) =>
        isFull
          ? powerCut(options, 60, random)
          : {
              passed: 0,
              failed: 0,
              skipped: 1,
              notes: ['skipped the power cuts: sixty lives under a tracer, in full counts'],
            },
    ];
    for (const each of runs) {
      const dataDirectory = mkdtempSync(join(tmpdir(), 'bindery-durability-'));
      try {
        const part = await each({
          dataDirectory,
          backendUrl: sandbox.url,
          appKey: sandbox.appKey,
          appToken: sandbox.appToken,
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
    skipped: parts.reduce((sum, { skipped }) => sum + (skipped ?? 0), 0),
    notes: parts.flatMap(({ notes }) => notes),
  };
}
