import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'csv-parse/sync';
import { createCatalogIndex, type InspectableIndex } from './catalog-index.ts';
import { offerOfRow, type Row } from './rows.ts';
import type { CatalogEntry, OfferText } from './types.ts';

/**
 * Measures how often an offer finds its labelled SKU. A data folder holds tableA.csv (the catalogue), tableB.csv (the offers)
 * and train.csv, valid.csv, test.csv (ltable_id = SKU, rtable_id = offer, label).
 *
 *   node electron/service/matching/evaluate.ts FOLDER…
 */

export interface Pair {
  readonly skuId: number;
  readonly offerId: number;
  readonly match: boolean;
}

export interface DataSet {
  readonly catalog: readonly CatalogEntry[];
  readonly offers: ReadonlyMap<number, OfferText>;
  readonly pairs: Readonly<Record<'train' | 'valid' | 'test', readonly Pair[]>>;
}

function rows(file: string): Row[] {
  return parse(readFileSync(file, 'utf8'), { columns: true, skip_empty_lines: true });
}

/** Reads a data folder. */
export function readDataSet(folder: string): DataSet {
  const catalog = rows(join(folder, 'tableA.csv')).map((row): CatalogEntry => {
    const { description, ...rest } = offerOfRow(row);
    const id = Number(row.id);
    return { skuId: id, productId: id, categoryId: null, ...rest, ...(description ? { description } : {}) };
  });
  const offers = new Map(rows(join(folder, 'tableB.csv')).map((row) => [Number(row.id), offerOfRow(row)] as const));
  const pairs = (name: string): Pair[] =>
    rows(join(folder, `${name}.csv`)).map((row) => ({
      skuId: Number(row.ltable_id),
      offerId: Number(row.rtable_id),
      match: row.label === '1',
    }));
  return { catalog, offers, pairs: { train: pairs('train'), valid: pairs('valid'), test: pairs('test') } };
}

/** An index of a data set's catalogue. */
export function indexOf(data: DataSet): InspectableIndex {
  const index = createCatalogIndex();
  index.upsert(data.catalog);
  return index;
}

export interface Figures {
  readonly skus: number;
  readonly offers: number;
  /** Offers with a labelled SKU; the recalls are shares of these. */
  readonly labelled: number;
  readonly recallAt1: number;
  readonly recallAt10: number;
  /** Share of labelled offers whose SKU is among the candidates that are compared at all. */
  readonly recallAt50: number;
  /** Offers in each band, and of those in 'bind' how many are bound to a labelled SKU. */
  readonly bands: Readonly<Record<string, number>>;
  readonly bindRight: number;
  readonly suggestsPerSecond: number;
}

/** Runs every offer through the index. `now` returns milliseconds. */
export function evaluate(data: DataSet, now: () => number = () => performance.now()): Figures {
  const index = indexOf(data);
  const truth = new Map<number, Set<number>>();
  for (const pair of Object.values(data.pairs).flat())
    if (pair.match) truth.set(pair.offerId, (truth.get(pair.offerId) ?? new Set()).add(pair.skuId));
  const bands: Record<string, number> = {};
  let [at1, at10, at50, bindRight] = [0, 0, 0, 0];
  const started = now();
  for (const [offerId, offer] of data.offers) {
    const { candidates, band } = index.suggest(offer, 50);
    bands[band] = (bands[band] ?? 0) + 1;
    const right = truth.get(offerId);
    if (right === undefined) continue;
    const rank = candidates.findIndex((candidate) => right.has(candidate.skuId));
    if (rank === 0) at1++;
    if (rank >= 0 && rank < 10) at10++;
    if (rank >= 0) at50++;
    if (band === 'bind' && rank === 0) bindRight++;
  }
  const seconds = (now() - started) / 1000;
  const labelled = truth.size;
  return {
    skus: data.catalog.length,
    offers: data.offers.size,
    labelled,
    recallAt1: at1 / labelled,
    recallAt10: at10 / labelled,
    recallAt50: at50 / labelled,
    bands,
    bindRight,
    suggestsPerSecond: Math.round(data.offers.size / seconds),
  };
}

/** Figures as lines to print. */
export function report(name: string, figures: Figures): string {
  const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
  return [
    `${name}: ${figures.skus} SKUs, ${figures.offers} offers, ${figures.labelled} labelled`,
    `  recall @1 ${percent(figures.recallAt1)}, @10 ${percent(figures.recallAt10)}, @50 ${percent(figures.recallAt50)}`,
    `  bands ${JSON.stringify(figures.bands)}, right among bind ${figures.bindRight}`,
    `  ${figures.suggestsPerSecond} suggests/s`,
  ].join('\n');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folders = process.argv.slice(2);
  if (folders.length === 0)
    console.error('Give one or more data folders (tableA.csv, tableB.csv, train.csv, valid.csv, test.csv).');
  for (const folder of folders) console.log(report(folder, evaluate(readDataSet(folder))));
}
