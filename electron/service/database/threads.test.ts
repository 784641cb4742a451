import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workerEntry } from '../entries.ts';
import { prepareDatabase } from './open.ts';
import { type ServiceDatabase, startDatabase } from './threads.ts';

let directory = '';
let database: ServiceDatabase;
let logged: string[] = [];
let lost: string[] = [];

function start(entry: string): ServiceDatabase {
  return startDatabase({
    file: join(directory, 'bindery.sqlite'),
    entry,
    log: (level, message, facts) => logged.push(`${level} ${message} ${JSON.stringify(facts)}`),
    onLost: (problem) => lost.push(problem),
  });
}
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-threads-'));
  logged = [];
  lost = [];
  prepareDatabase(join(directory, 'bindery.sqlite'), '2026-11-25T09:00:00.000Z');
  database = start(workerEntry('database'));
});
afterEach(async () => {
  await database.close();
  rmSync(directory, { recursive: true, force: true });
});

const state = (name: string, priority: 'person' | 'sync' | 'background') =>
  database.write('pull.state', { name, value: name }, { priority });

it('lets a person go ahead of synchronisation, and that ahead of background work, each in its own order', async () => {
  const order: string[] = [];
  const done = (['first', 'background', 'background', 'sync', 'sync', 'person', 'person'] as const).map((kind, index) =>
    state(`${index}`, kind === 'first' ? 'background' : kind).then(() => order.push(`${index} ${kind}`)),
  );
  await Promise.all(done);
  // the first had been taken before the others came
  expect(order).toEqual(['0 first', '5 person', '6 person', '3 sync', '4 sync', '1 background', '2 background']);
});

it('never runs a read that was cancelled while it waited', async () => {
  const controller = new AbortController();
  const busy = Array.from({ length: 5 }, () => database.read('sync.state', {}));
  const cancelled = database.read('sync.state', {}, { signal: controller.signal });
  const after = database.read('sync.state', {});
  controller.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  await Promise.all([...busy, after]);
});

it('brings codes and fields of errors across the thread, and keeps an unknown error’s words for the log', async () => {
  await expect(
    database.write('offers.claim', { offerId: 404, operatorId: 'one', now: '', until: '' }),
  ).rejects.toMatchObject({ name: 'BinderyError', code: 'not-found', field: 'offerId' });
  const broken = { sequence: 'none' as never, outcome: { kind: 'confirmed' as const, skuId: null }, now: '' };
  await expect(database.write('outbox.settle', broken)).rejects.toMatchObject({ code: 'internal' });
  await expect(database.write('pull.brands', { records: [{ id: 'x', name: 'y' } as never] })).rejects.toMatchObject({
    code: 'internal',
    message: expect.not.stringContaining('SQLITE'),
  });
  expect(logged.join('\n')).toContain('pull.brands');
});

/** Sent while the first runs, so that they go together. */
async function together(jobs: readonly (() => Promise<unknown>)[]): Promise<PromiseSettledResult<unknown>[]> {
  return await Promise.allSettled([state('busy', 'person'), ...jobs.map((job) => job())]);
}

it('writes what waits together, each whole or not at all', async () => {
  const records = [
    { id: 1, name: 'Kept?' },
    { id: 'x' as never, name: 'broken' },
  ].map((each) => ({ ...each, isActive: true, raw: {} }));
  const fails = () => database.write('pull.brands', { records: records as never });
  const missing = () => database.write('offers.claim', { offerId: 404, operatorId: 'one', now: '', until: '' });
  const outcomes = await together([() => state('a', 'person'), fails, missing, () => state('b', 'person'), fails]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
    'rejected',
  ]);
  expect(outcomes[3]).toMatchObject({ reason: { code: 'not-found', field: 'offerId' } });
  expect(await database.read('sync.state', {})).toEqual({ busy: 'busy', a: 'a', b: 'b' });
  expect(await database.read('mapping.targets', { kind: 'brand', text: '', limit: 5 })).toEqual([]);
});

it('lets a person go ahead of what was sent together and not begun', async () => {
  const order: string[] = [];
  const busy = state('busy', 'sync');
  // more than one transaction's time
  const sweeps = Array.from({ length: 32 }, (_, n) =>
    database
      .write(
        'pull.brands',
        {
          records: Array.from({ length: 1_000 }, (_, id) => ({
            id: (n * 1_000 + id) as never,
            name: `brand ${n} ${id}`,
            isActive: true,
            raw: {},
          })),
        },
        { priority: 'sync' },
      )
      .then(() => order.push('sync')),
  );
  await busy;
  // the others were sent when the first was told
  await state('urgent', 'person').then(() => order.push('person'));
  await Promise.all(sweeps);
  expect(order).toHaveLength(33);
  expect(order.at(-1)).toBe('sync');
});

it('finds the one that cannot travel among several', async () => {
  const outcomes = await together([
    () => state('a', 'person'),
    () => database.write('pull.state', { name: 'function', value: (() => undefined) as never }),
    () => state('b', 'person'),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await database.read('sync.state', {})).toEqual({ busy: 'busy', a: 'a', b: 'b' });
});

it('leaves nothing of a statement that failed half-way', async () => {
  const records = [
    { id: 1, name: 'Kept?' },
    { id: 'x' as never, name: 'broken' },
  ].map((each) => ({ ...each, isActive: true, raw: {} }));
  await expect(database.write('pull.brands', { records: records as never })).rejects.toMatchObject({
    code: 'internal',
  });
  expect(await database.read('mapping.targets', { kind: 'brand', text: '', limit: 5 })).toEqual([]);
});

it('finishes what it was given before it closes, and refuses what comes later', async () => {
  const last = state('last', 'background');
  const closing = database.close();
  const late = state('late', 'person').then(
    () => true,
    () => false,
  );
  await last;
  await closing;
  await expect(state('later', 'person')).rejects.toMatchObject({ code: 'internal' });
  await expect(database.read('sync.state', {})).rejects.toMatchObject({ code: 'internal' });
  database = start(workerEntry('database'));
  // whoever was told that it is written finds it
  expect(await database.read('sync.state', {})).toEqual({ last: 'last', ...((await late) ? { late: 'late' } : {}) });
});

it('answers a read that comes while it closes, or refuses it, and never with nothing; afterwards it refuses', async () => {
  const closing = database.close();
  const outcome = await database.read('sync.state', {}).then(
    (state) => ({ state }),
    (error: { code: string }) => ({ code: error.code }),
  );
  expect([{ state: {} }, { code: 'internal' }]).toContainEqual(outcome);
  await closing;
  await expect(database.read('sync.state', {})).rejects.toMatchObject({ code: 'internal' });
  await expect(database.read('sync.state', {}, { background: true })).rejects.toMatchObject({ code: 'internal' });
});

/** A worker like the real one that ends when it is told to. */
function mortal(): string {
  const entry = join(directory, 'mortal.mjs');
  const worker = fileURLToPath(new URL('./worker.ts', import.meta.url));
  writeFileSync(
    entry,
    `import { parentPort } from 'node:worker_threads';
     parentPort.on('message', ({ name, params, writes }) => {
       if (writes?.some((write) => write.params.name === 'die')) process.exit(1);
       if (name === 'mapping.targets' && params.text === 'die') process.exit(1);
     });
     await import(${JSON.stringify(worker)});`,
  );
  return entry;
}

it('starts a reader that died anew, and only what killed it is rejected', async () => {
  await database.close();
  database = start(mortal());
  await state('kept', 'person');
  const killing = database.read('mapping.targets', { kind: 'brand', text: 'die', limit: 5 });
  const after = [
    database.read('sync.state', {}),
    database.read('mapping.targets', { kind: 'brand', text: '', limit: 5 }),
  ];
  await expect(killing).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('Try again') });
  expect(await Promise.all(after)).toEqual([{ kept: 'kept' }, []]);
  expect(lost).toEqual([]);
  expect(logged.join('\n')).toContain('"statement":"mapping.targets"');
});

it('gives a reader up that dies again and again', async () => {
  await database.close();
  database = start(mortal());
  const kill = () => database.read('mapping.targets', { kind: 'brand', text: 'die', limit: 5 });
  for (const one of await Promise.allSettled(Array.from({ length: 8 }, kill)))
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'internal' } });
  expect(lost).toHaveLength(1);
});

it('rejects all that waits when the writer dies, and all that comes after, and says so once', async () => {
  await database.close();
  database = start(mortal());
  const jobs = [state('die', 'person'), state('b', 'sync'), state('c', 'background')];
  for (const job of await Promise.allSettled(jobs))
    expect(job).toMatchObject({ status: 'rejected', reason: { code: 'internal' } });
  await expect(state('d', 'person')).rejects.toMatchObject({ code: 'internal' });
  expect(lost).toEqual(['it ended without a word']);
  expect(logged.join('\n')).toContain('"role":"writer"');
  // readers go on until the database is opened again
  expect(await database.read('sync.state', {})).toEqual({});
});

it('refuses what cannot travel to the thread, and goes on', async () => {
  await expect(
    database.write('pull.state', { name: 'function', value: (() => undefined) as never }),
  ).rejects.toMatchObject({ code: 'internal' });
  await state('after', 'person');
  expect(await database.read('sync.state', {})).toEqual({ after: 'after' });
});

/** Rows enough that sorting them by title takes a second or so. */
async function manyOffers(): Promise<void> {
  const { openWritable } = await import('./open.ts');
  const writer = openWritable(join(directory, 'bindery.sqlite'));
  writer.exec(`
    WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 300000)
    INSERT INTO offer (id, queue, band, score, seller_id, received_at, title, seller_sku_id, version_id)
    SELECT id, 0, id % 5, id, 's', '2026-11-25', hex((id * 7919) % 300007) || ' of a title of some length', 'sku-' || id, 'v' FROM n`);
  writer.close();
}
const byTitle = {
  filter: { queue: 'waiting' as const },
  sort: { column: 'title' as const, direction: 'ascending' as const },
  operatorId: null,
};

it('gives up a read that runs when nobody waits for it any more, and takes the next', async () => {
  await manyOffers();
  const controller = new AbortController();
  // the thread is idle: it has been given the statement when this returns
  const abandoned = database.read('offers.all', byTitle, { long: true, signal: controller.signal });
  controller.abort();
  await expect(abandoned).rejects.toMatchObject({ code: 'cancelled' });
  expect(await database.read('offers.all', byTitle, { long: true })).toHaveLength(300_000);
});

it('answers a person’s long read while the file is checked and background reads wait', async () => {
  await manyOffers();
  const order: string[] = [];
  const background = Array.from({ length: 5 }, () =>
    database.read('offers.all', byTitle, { background: true }).then(() => order.push('background')),
  );
  const check = database.check().then((problem) => order.push(`check ${problem}`));
  const person = database.read('sellers.list', { text: '' }, { long: true }).then(() => order.push('person'));
  await Promise.all([...background, check, person]);
  expect(order.indexOf('person')).toBeLessThan(order.lastIndexOf('background'));
  expect(order).toContain('check null');
});
