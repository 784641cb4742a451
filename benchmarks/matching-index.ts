/** What the index of a catalogue of the bench's size costs: to build, to keep, to load, to change, and to ask. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import MiniSearch from 'minisearch';
import { createPlan } from '../electron/sandbox/generator.ts';
import { workerEntry } from '../electron/service/entries.ts';
import { createCatalogIndex, loadCatalogIndex } from '../electron/service/matching/catalog-index.ts';
import { createMatchingHost } from '../electron/service/matching/host.ts';
import type { CatalogEntry } from '../electron/service/matching/types.ts';
import { seed } from './cache.ts';
import { catalogEntry } from './matching.ts';
import { alternate, atLeast, atMost, median, type Row, rowOf, spreadOf } from './measure.ts';
import { offerText } from './records.ts';

const entriesAtOnce = 2_000;
const offersInRun = 500;
/** The browser's search library keeps everything on the JavaScript heap: this many titles it holds. */
const held = 100_000;
const askedOfIt = 50;
const additions = 25;

type Plan = ReturnType<typeof createPlan>;

function* catalogue(plan: Plan, count: number): Generator<CatalogEntry[]> {
  for (let start = 0; start < count; start += entriesAtOnce)
    yield Array.from({ length: Math.min(entriesAtOnce, count - start) }, (_, at) => catalogEntry(plan, start + at));
}

/** A row without a reference beside it. */
function alone(
  name: string,
  unit: string,
  values: readonly number[],
  goal: ReturnType<typeof atMost>,
  note: string,
): Row {
  const value = median(values);
  return {
    name: `matching/index/${name}`,
    value,
    unit,
    spread: spreadOf(values),
    reference: 'none',
    referenceValue: null,
    ratio: null,
    goal: goal.text,
    met: goal.met(value, 0),
    note,
  };
}

/** Builds, saves and drops an index; generating its entries is not counted. */
function built(plan: Plan, file: string): { perSecond: number; bytesPerSku: number } {
  const index = createCatalogIndex();
  let milliseconds = 0;
  for (const entries of catalogue(plan, plan.skuCount)) {
    const started = performance.now();
    index.upsert(entries);
    milliseconds += performance.now() - started;
  }
  index.save(file, '');
  return { perSecond: (1_000 * index.size) / milliseconds, bytesPerSku: index.bytes() / index.size };
}

async function added(plan: Plan, file: string): Promise<number[]> {
  const host = createMatchingHost({
    entry: workerEntry('matching'),
    helpers: 1,
    onError: ({ message }) => console.error(message),
  });
  await host.load(file);
  const work = new AbortController();
  // it is busy all the while, as when a marketplace's offers are matched for the first time
  const busy = (async () => {
    for (let next = 0; !work.signal.aborted; next += offersInRun)
      await host.suggestMany(
        Array.from({ length: offersInRun }, (_, at) => offerText(plan, (next + at) % plan.offerCount).text),
        10,
        { signal: work.signal },
      );
  })().catch(() => undefined);
  const taken: number[] = [];
  for (let at = 0; at < additions; at++) {
    const code = `QZX${10_000 + at}`;
    const entry = {
      ...catalogEntry(plan, at),
      skuId: plan.skuCount + at + 1,
      title: `Novel gadget ${code}`,
      gtins: [],
    };
    const started = performance.now();
    await host.upsert([entry]);
    const { candidates } = await host.suggest({ ...entry, categoryPath: null, model: null });
    taken.push(performance.now() - started);
    if (candidates[0]?.skuId !== entry.skuId) throw new Error('a SKU that was added is not found first');
  }
  work.abort();
  await busy;
  await host.close();
  return taken;
}

async function asked(plan: Plan, file: string): Promise<Row> {
  const [two, one] = [1, 0].map((helpers) =>
    createMatchingHost({ entry: workerEntry('matching'), helpers, onError: ({ message }) => console.error(message) }),
  );
  if (two === undefined || one === undefined) throw new Error('no host');
  await Promise.all([two.load(file), one.load(file)]);
  let next = 0;
  let [known, found] = [0, 0];
  const perSecond = (host: typeof two) => async () => {
    const offers = Array.from({ length: offersInRun }, () => offerText(plan, (next++ * 7_919) % plan.offerCount));
    const started = performance.now();
    const verdicts = await host.suggestMany(offers.map(({ text }) => text));
    const rate = offersInRun / ((performance.now() - started) / 1_000);
    for (const [at, { truth }] of offers.entries()) {
      if (truth === null) continue;
      known++;
      if (verdicts[at]?.candidates.some(({ skuId }) => skuId === truth)) found++;
    }
    return rate;
  };
  // the first of each starts threads and warms code up
  await perSecond(two)();
  await perSecond(one)();
  const taken = await alternate(perSecond(two), perSecond(one));
  await Promise.all([two.close(), one.close()]);
  return rowOf(
    {
      name: 'matching/index/suggest',
      unit: 'offers/s',
      reference: 'the same by one worker alone',
      goal: atLeast(1_000, 'offers/s'),
      note: `Top ten with evidence among ${plan.skuCount} SKUs by two workers over one index, messages included; ${((100 * found) / Math.max(1, known)).toFixed(1)} % of ${known} offers with a known SKU have it among them`,
    },
    taken,
  );
}

async function besideMiniSearch(plan: Plan): Promise<Row> {
  const count = Math.min(held, plan.skuCount);
  const small = createPlan(seed, 4 * count);
  const index = createCatalogIndex();
  const other = new MiniSearch<{ id: number; title: string }>({ fields: ['title'] });
  for (const entries of catalogue(small, count)) {
    index.upsert(entries);
    other.addAll(entries.map(({ skuId, title }) => ({ id: skuId, title })));
  }
  let next = 0;
  const rateOf = (ask: (offer: ReturnType<typeof offerText>['text']) => unknown) => async () => {
    const offers = Array.from({ length: askedOfIt }, () => offerText(small, (next++ * 7_919) % small.offerCount).text);
    const started = performance.now();
    for (const offer of offers) ask(offer);
    return askedOfIt / ((performance.now() - started) / 1_000);
  };
  const taken = await alternate(
    rateOf((offer) => index.suggest(offer)),
    rateOf((offer) => other.search(offer.title).slice(0, 10)),
  );
  return rowOf(
    {
      name: 'matching/index/suggest-minisearch',
      unit: 'offers/s',
      reference: `MiniSearch over ${count} titles: BM25+, the OR of the offer's words, the best ten, without evidence`,
      note: 'Both on one thread',
    },
    taken,
  );
}

export async function matchingIndexRows(size: number, wanted: (name: string) => boolean): Promise<Row[]> {
  const plan = createPlan(seed, 4 * size);
  const folder = mkdtempSync(join(tmpdir(), 'matching-'));
  const file = join(folder, 'index');
  const rows: Row[] = [];
  try {
    const { perSecond, bytesPerSku } = built(plan, file);
    rows.push(
      alone('build', 'SKUs/s', [perSecond], atLeast(20_000, 'SKUs/s'), `${plan.skuCount} SKUs on one thread`),
      alone(
        'memory',
        'bytes/SKU',
        [bytesPerSku],
        atMost(1_024, 'bytes/SKU'),
        'All arrays of the index; nothing of it is on the heap',
      ),
    );
    const loads = Array.from({ length: 3 }, () => {
      const started = performance.now();
      if (loadCatalogIndex(file) === null) throw new Error('the saved index is not read');
      return performance.now() - started;
    });
    rows.push(alone('load', 'ms', loads, atMost(3_000, 'ms'), 'The saved index, from the disk or its cache'));
    rows.push(
      alone(
        'added',
        'ms',
        await added(plan, file),
        atMost(100, 'ms'),
        'From the change to an answer that has it, while two workers are busy with a list',
      ),
    );
    if (wanted('matching/index/suggest')) rows.push(await asked(plan, file));
    if (wanted('matching/index/suggest-minisearch')) rows.push(await besideMiniSearch(plan));
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
