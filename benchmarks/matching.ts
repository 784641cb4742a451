/** How many suggestions a second the matching worker gives, and how many a look at every SKU would. */
import Database from 'better-sqlite3';
import { createPlan } from '../electron/sandbox/generator.ts';
import { workerEntry } from '../electron/service/entries.ts';
import { createMatchingHost } from '../electron/service/matching/host.ts';
import type { CatalogEntry } from '../electron/service/matching/types.ts';
import { seed } from './cache.ts';
import { alternate, type Row, rowOf } from './measure.ts';
import { offerText, skuRecord } from './records.ts';

const offersInRun = 500;
const scannedInRun = 3;
const searchedInRun = 20;

const tokensOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** SKU `s` of a generated marketplace as the index wants it. */
export function catalogEntry(plan: ReturnType<typeof createPlan>, s: number): CatalogEntry {
  const sku = skuRecord(plan, s);
  const attributes: Record<string, string> = {};
  for (const { name, values } of sku.specifications) attributes[name] = values.join(' ');
  return {
    skuId: sku.skuId,
    productId: sku.productId,
    title: sku.name,
    brand: sku.brandName,
    model: sku.model,
    gtins: sku.gtins,
    categoryId: sku.categoryId,
    categoryPath: sku.categoryPath,
    priceMinor: sku.referencePriceMinor,
    attributes,
  };
}

/** The best ten of all SKUs by the share of the offer's words that a SKU's title has: what a program without an index does. */
function scan(titles: readonly ReadonlySet<string>[], title: string): number[] {
  const words = tokensOf(title);
  const scored: { s: number; hits: number }[] = [];
  let least = 0;
  for (const [s, tokens] of titles.entries()) {
    let hits = 0;
    for (const word of words) if (tokens.has(word)) hits++;
    if (hits <= least && scored.length >= 10) continue;
    scored.push({ s, hits });
    if (scored.length > 100) {
      scored.sort((a, b) => b.hits - a.hits || a.s - b.s).length = 10;
      least = scored[9]?.hits ?? 0;
    }
  }
  return scored
    .sort((a, b) => b.hits - a.hits || a.s - b.s)
    .slice(0, 10)
    .map(({ s }) => s);
}

/** SQLite's own full-text search over the same titles: bm25 over the OR of the offer's words, the best ten. */
class FullText {
  readonly #database = new Database(':memory:');

  constructor() {
    this.#database.exec(
      `CREATE VIRTUAL TABLE title USING fts5 (text, content = '', tokenize = 'unicode61 remove_diacritics 2')`,
    );
  }

  add(first: number, titles: readonly string[]): void {
    const insert = this.#database.prepare('INSERT INTO title (rowid, text) VALUES (?, ?)');
    this.#database.transaction(() => {
      for (const [at, title] of titles.entries()) insert.run(first + at, title);
    })();
  }

  best(title: string): unknown[] {
    const words = [...new Set(tokensOf(title))].map((word) => `"${word}"`).join(' OR ');
    if (words === '') return [];
    return this.#database
      .prepare('SELECT rowid FROM title WHERE title MATCH ? ORDER BY bm25(title) LIMIT 10')
      .all(words);
  }

  close(): void {
    this.#database.close();
  }
}

export async function matchingRows(size: number): Promise<Row[]> {
  const plan = createPlan(seed, size);
  const host = createMatchingHost({
    entry: workerEntry('matching'),
    onError: (error) => console.error(error.message),
  });
  const fullText = new FullText();
  try {
    const titles: Set<string>[] = [];
    for (let start = 0; start < plan.skuCount; start += 2_000) {
      const entries: CatalogEntry[] = [];
      for (let s = start; s < Math.min(plan.skuCount, start + 2_000); s++) entries.push(catalogEntry(plan, s));
      for (const { title } of entries) titles.push(new Set(tokensOf(title)));
      fullText.add(
        start + 1,
        entries.map(({ title }) => title),
      );
      await host.upsert(entries);
    }
    let next = 0;
    let right = 0;
    let known = 0;
    const own = async () => {
      const offers = Array.from({ length: offersInRun }, () => offerText(plan, (next++ * 7_919) % plan.offerCount));
      const started = performance.now();
      const verdicts = await host.suggestMany(offers.map(({ text }) => text));
      const perSecond = offersInRun / ((performance.now() - started) / 1_000);
      for (const [at, { truth }] of offers.entries()) {
        if (truth === null) continue;
        known++;
        if (verdicts[at]?.candidates.some(({ skuId }) => skuId === truth)) right++;
      }
      return perSecond;
    };
    const reference = async () => {
      const offers = Array.from({ length: scannedInRun }, (_, n) =>
        offerText(plan, (n * 104_729 + next) % plan.offerCount),
      );
      const started = performance.now();
      for (const { text } of offers) scan(titles, text.title);
      return scannedInRun / ((performance.now() - started) / 1_000);
    };
    const byFullText = async () => {
      const offers = Array.from({ length: searchedInRun }, (_, n) =>
        offerText(plan, (n * 104_729 + next) % plan.offerCount),
      );
      const started = performance.now();
      for (const { text } of offers) fullText.best(text.title);
      return searchedInRun / ((performance.now() - started) / 1_000);
    };
    const taken = await alternate(own, reference);
    const besideFullText = await alternate(own, byFullText);
    const scanned = rowOf(
      {
        name: 'matching/suggest',
        unit: 'offers/s',
        reference: `a scan over all ${plan.skuCount} titles, tokenised beforehand, that counts shared words and keeps the best ten`,
        note: `${((100 * right) / Math.max(1, known)).toFixed(1)} % of ${known} offers with a known SKU have it among the first ten`,
      },
      taken,
    );
    const searched = rowOf(
      {
        name: 'matching/suggest-full-text',
        unit: 'offers/s',
        reference: `SQLite FTS5 over the same ${plan.skuCount} titles: bm25, the OR of the offer's words, the best ten, without evidence`,
      },
      besideFullText,
    );
    return [scanned, searched];
  } finally {
    fullText.close();
    await host.close();
  }
}
