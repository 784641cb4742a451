import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCatalogIndex, loadCatalogIndex } from './catalog-index.ts';
import type { CatalogEntry, OfferText } from './types.ts';

/**
 * Speed and memory on a generated catalogue of near-duplicates: families of products that differ in a digit of the model, a size
 * or a colour. Prints one line a figure.
 *
 *   node --expose-gc electron/service/matching/measure.ts [SKUS] [OFFERS]
 */

/** Mulberry32: a small generator with a seed, so that every run sees the same catalogue. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = generator(20_240_601);
const pick = <T>(list: readonly T[], fallback: T): T => list[Math.floor(random() * list.length)] ?? fallback;
/** Skewed, as words are: the first of the list far more often than the last. */
const pickSkewed = (list: readonly string[]): string => list[Math.floor(random() ** 3 * list.length)] ?? '';

const SYLLABLES =
  'ba co di fe gu ha ji ka lo me nu pa qui ro sa te vi wa xo ze tra bli cro nal ter mon sil ver dor kin'.split(' ');
const invented = (count: number): string[] =>
  Array.from({ length: count }, () =>
    Array.from({ length: 2 + Math.floor(random() * 2) }, () => pick(SYLLABLES, '')).join(''),
  );
const BRANDS = invented(2_000);
const NOUNS = invented(600);
const ADJECTIVES = invented(4_000);
const COLORS = ['black', 'white', 'silver', 'red', 'blue', 'green', 'pink', 'gray'];
const SIZES = [
  '8 GB',
  '16 GB',
  '32 GB',
  '64 GB',
  '5-Port',
  '8-Port',
  '42"',
  '46"',
  '110V',
  '220V',
  'pack of 3',
  '500 ml',
];
const LETTERS = 'ABCDEFGHIJKLMNOPRSTUVWXYZ'.split('');
const digits = (count: number): string => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');

function gtin(number: number): string {
  const body = `789${String(number).padStart(9, '0')}`;
  let sum = 0;
  for (let i = 0; i < 12; i++) sum += Number(body.charAt(i)) * (i % 2 === 0 ? 1 : 3);
  return body + String((10 - (sum % 10)) % 10);
}

function catalog(count: number): CatalogEntry[] {
  const entries: CatalogEntry[] = [];
  while (entries.length < count) {
    const [brand, noun] = [pickSkewed(BRANDS), pickSkewed(NOUNS)];
    const about = [pickSkewed(ADJECTIVES), pickSkewed(ADJECTIVES), pickSkewed(ADJECTIVES)];
    const front = pick(LETTERS, 'A') + pick(LETTERS, 'B') + pick(LETTERS, 'C') + digits(2);
    const description = Array.from({ length: 35 }, () => pickSkewed(random() < 0.3 ? NOUNS : ADJECTIVES)).join(' ');
    for (let variant = 0; variant < 6 && entries.length < count; variant++) {
      const model = front + digits(2) + pick(LETTERS, 'X');
      const skuId = entries.length + 1;
      entries.push({
        skuId,
        productId: skuId - variant,
        title: `${brand} ${about.join(' ')} ${noun} ${pick(SIZES, '')} ${pick(COLORS, '')} ${model}`,
        description,
        brand,
        model: random() < 0.7 ? model : null,
        gtins: random() < 0.8 ? [gtin(skuId)] : [],
        categoryId: 1,
        categoryPath: `Root/${noun}`,
        priceMinor: 1_000 + Math.floor(random() * 500_000),
      });
    }
  }
  return entries;
}

/** The same thing said differently; every second one without its identifiers in their own fields. */
function offerOf(entry: CatalogEntry, at: number): OfferText {
  const words = entry.title.split(' ');
  const model = words.pop() ?? '';
  const dashed = `${model.slice(0, 3)}-${model.slice(3)}`;
  const said = words.filter(() => random() > 0.2);
  return {
    title: [...said.reverse(), at % 3 === 0 ? dashed : at % 3 === 1 ? model.toLowerCase() : ''].join(' '),
    description: entry.description?.slice(0, 150) ?? null,
    brand: at % 2 === 0 ? entry.brand : null,
    model: at % 4 === 0 ? entry.model : null,
    gtins: at % 4 === 0 ? entry.gtins : [],
    categoryPath: null,
    priceMinor: Math.round((entry.priceMinor ?? 0) * (0.9 + random() * 0.2)),
  };
}

const skus = Number(process.argv[2] ?? 250_000);
const offerCount = Number(process.argv[3] ?? 2_000);
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const entries = catalog(skus);
const offers = Array.from({ length: offerCount }, (_, at) => {
  const entry = pick(entries, undefined);
  return { entry, offer: entry === undefined ? undefined : offerOf(entry, at) };
});
globalThis.gc?.();
const before = process.memoryUsage();
const index = createCatalogIndex();
let started = cpuSeconds();
for (let at = 0; at < entries.length; at += 2_000) index.upsert(entries.slice(at, at + 2_000));
console.log(`${index.size} SKUs indexed, ${Math.round(skus / (cpuSeconds() - started))} a second of CPU`);
globalThis.gc?.();
const after = process.memoryUsage();
console.log(
  `resident memory grew by ${megabytes(after.rss - before.rss)}; heap ${megabytes(after.heapUsed - before.heapUsed)}, `,
);
console.log(
  `outside the heap ${megabytes(after.arrayBuffers - before.arrayBuffers)}; the index's own estimate ${megabytes(index.bytes())}`,
);
let [first, firstTen] = [0, 0];
started = cpuSeconds();
const took: number[] = [];
for (const { entry, offer } of offers) {
  if (entry === undefined || offer === undefined) continue;
  const begun = performance.now();
  const rank = index.suggest(offer).candidates.findIndex((candidate) => candidate.skuId === entry.skuId);
  took.push(performance.now() - begun);
  if (rank === 0) first++;
  if (rank >= 0) firstTen++;
}
took.sort((a, b) => a - b);
console.log(`${Math.round(offerCount / (cpuSeconds() - started))} suggestions a second of CPU`);
console.log(
  `wall p50 ${took[took.length >> 1]?.toFixed(2)} ms, p99 ${took[Math.floor(took.length * 0.99)]?.toFixed(2)} ms`,
);
console.log(
  `recall @1 ${((100 * first) / offerCount).toFixed(1)} %, @10 ${((100 * firstTen) / offerCount).toFixed(1)} %`,
);

const wall = (work: () => void): string => {
  const begun = performance.now();
  work();
  return `${(performance.now() - begun).toFixed(0)} ms`;
};
const added = entries[0];
if (added !== undefined)
  console.log(
    `added and found in ${wall(() => {
      index.upsert([{ ...added, skuId: skus + 1, title: `zyxw ${added.title}` }]);
      if (index.suggest({ ...added, title: 'zyxw', gtins: [], model: null }).candidates[0]?.skuId !== skus + 1)
        throw new Error('The SKU that was added is not found');
    })}`,
  );
const folder = mkdtempSync(join(tmpdir(), 'matching-'));
const file = join(folder, 'index');
console.log(`saved in ${wall(() => index.save(file, ''))}, ${megabytes(statSync(file).size)}`);
console.log(`loaded in ${wall(() => void loadCatalogIndex(file))}`);
rmSync(folder, { recursive: true });
