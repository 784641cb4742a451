/** `npm run match`: the matcher on files, without the program. */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { createCatalogIndex } from '../electron/service/matching/catalog-index.ts';
import { PairFeatures } from '../electron/service/matching/pair-features.ts';
import {
  type LabelledRow,
  type PairModel,
  probabilityOf,
  thresholdProbability,
  trainPairModel,
} from '../electron/service/matching/pair-model.ts';
import { offerOfRow, type Row } from '../electron/service/matching/rows.ts';
import type { CatalogEntry, OfferText } from '../electron/service/matching/types.ts';
import { failUsage, readFlags, UsageError, wholeNumber } from './flags.ts';

const flags = readFlags('npm run --silent match', 'Finds the SKU of each offer in a file: one line of JSON an offer.', {
  catalog: { value: 'FILE', help: 'SKUs as CSV: id, title or name, brand, model, gtin, category, price, description' },
  offers: { value: 'FILE', help: 'offers as CSV, with the same columns' },
  decisions: { value: 'FILE', help: 'decided pairs to learn from: ltable_id (SKU), rtable_id (offer), label 0 or 1' },
  pairs: {
    value: 'FILE',
    help: 'pairs to judge, a line each after the offers; with labels, the quality on standard error',
  },
  top: { value: 'N', help: 'candidates an offer (default 10)' },
  out: { value: 'FILE', help: 'writes there instead of to standard output' },
  'catalog-id': { value: 'COL', help: 'the column of the SKU id (default id)' },
  'offer-id': { value: 'COL', help: 'the column of the offer id (default id)' },
});

interface Pair {
  readonly sku: string;
  readonly offer: string;
  readonly label: string;
}

const UPSERT_AT_ONCE = 500;
/** Pairs that the search does not connect, and pairs of ids that the files do not have. */
const UNLIKELY = 0.0001;

const written = (id: string): string | number => (/^(0|[1-9]\d{0,14})$/.test(id) ? Number(id) : id);

function fileOf(name: 'catalog' | 'offers' | 'decisions' | 'pairs', isNeeded: boolean): string | null {
  const file = flags[name];
  if (file === undefined && !isNeeded) return null;
  if (file === undefined) throw new UsageError(`--${name} is needed; see --help.`);
  if (!existsSync(file)) throw new UsageError(`--${name}: there is no file ${file}.`);
  return file;
}

async function* rowsOf(file: string): AsyncGenerator<Row> {
  const parser = createReadStream(file).pipe(
    parse({ columns: true, skip_empty_lines: true, bom: true, relax_column_count: true }),
  );
  try {
    // with `columns` each record is an object of texts
    for await (const row of parser) yield row as Row;
  } catch (error) {
    if (error instanceof CsvError) throw new UsageError(`${file} is not CSV that can be read: ${error.message}.`);
    throw error;
  }
}

function idOf(row: Row, name: string, file: string): string {
  const id = row[name];
  if (id === undefined) throw new UsageError(`${file} has no column "${name}"; it has ${Object.keys(row).join(', ')}.`);
  return id;
}

async function pairsOf(file: string): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for await (const row of rowsOf(file)) {
    const named = row.ltable_id !== undefined;
    pairs.push({
      sku: idOf(row, named ? 'ltable_id' : (flags['catalog-id'] ?? 'ltable_id'), file),
      offer: idOf(row, named ? 'rtable_id' : (flags['offer-id'] ?? 'rtable_id'), file),
      label: (row.label ?? '').trim(),
    });
  }
  return pairs;
}

async function run(): Promise<void> {
  const top = wholeNumber('top', flags.top, 1, 50, 10);
  const [catalogFile, offersFile] = [fileOf('catalog', true) ?? '', fileOf('offers', true) ?? ''];
  const [decisionsFile, pairsFile] = [fileOf('decisions', false), fileOf('pairs', false)];
  const index = createCatalogIndex();
  const skuNames: string[] = [];
  const numbers = new Map<string, number>();
  const isLearning = decisionsFile !== null || pairsFile !== null;
  const catalog: CatalogEntry[] = [];
  let chunk: CatalogEntry[] = [];
  for await (const row of rowsOf(catalogFile)) {
    const id = idOf(row, flags['catalog-id'] ?? 'id', catalogFile);
    const skuId = numbers.get(id) ?? skuNames.push(id) - 1;
    numbers.set(id, skuId);
    const { description, ...rest } = offerOfRow(row);
    chunk.push({ skuId, productId: skuId, categoryId: null, ...rest, ...(description ? { description } : {}) });
    if (chunk.length < UPSERT_AT_ONCE) continue;
    index.upsert(chunk);
    if (isLearning) catalog.push(...chunk);
    chunk = [];
  }
  index.upsert(chunk);
  if (isLearning) catalog.push(...chunk);
  const features = new PairFeatures(index, catalog);
  const decisions = decisionsFile === null ? [] : await pairsOf(decisionsFile);
  const judged = pairsFile === null ? [] : await pairsOf(pairsFile);
  const needed = new Set([...decisions, ...judged].map(({ offer }) => offer));
  const offers = new Map<string, OfferText>();
  if (needed.size > 0)
    for await (const row of rowsOf(offersFile)) {
      const id = idOf(row, flags['offer-id'] ?? 'id', offersFile);
      if (needed.has(id)) offers.set(id, offerOfRow(row));
    }

  /** Rows of pairs, offer by offer, in the order of the pairs. */
  const featured = (pairs: readonly Pair[]): (readonly number[] | null)[] => {
    const byOffer = new Map<string, number[]>();
    for (const [at, { offer }] of pairs.entries()) byOffer.set(offer, [...(byOffer.get(offer) ?? []), at]);
    const result: (readonly number[] | null)[] = pairs.map(() => null);
    for (const [id, positions] of byOffer) {
      const offer = offers.get(id);
      if (offer === undefined) continue;
      const rows = features.rows(
        offer,
        positions.map((at) => numbers.get(pairs[at]?.sku ?? '') ?? -1),
      );
      for (const [n, at] of positions.entries()) result[at] = rows[n] ?? null;
    }
    return result;
  };

  let model: PairModel | null = null;
  const labelled = decisions.filter(({ label }) => label === '0' || label === '1');
  if (labelled.some(({ label }) => label === '1') && labelled.some(({ label }) => label === '0')) {
    const offerNumbers = new Map([...new Set(labelled.map(({ offer }) => offer))].map((id, at) => [id, at]));
    const rows = featured(labelled);
    model = trainPairModel(
      labelled.map(({ label, offer }, at): LabelledRow => {
        return { row: rows[at] ?? null, isMatch: label === '1', offer: offerNumbers.get(offer) ?? 0 };
      }),
    );
    console.error(
      `learned from ${labelled.length} decisions; F1 ${model.heldOutF1.toFixed(4)} on those of its own folds held out`,
    );
  }

  const out = flags.out === undefined ? process.stdout : createWriteStream(flags.out);
  const write = async (line: unknown): Promise<void> => {
    if (!out.write(`${JSON.stringify(line)}\n`))
      await new Promise<void>((resolve) => out.once('drain', () => resolve()));
  };
  for await (const row of rowsOf(offersFile)) {
    const offer = offerOfRow(row);
    const { candidates, band } = index.suggest(offer, top);
    const learned =
      model === null
        ? []
        : features.rows(
            offer,
            candidates.map(({ skuId }) => skuId),
          );
    const lines = candidates.map(({ skuId, score, evidence }, at) => ({
      skuId: written(skuNames[skuId] ?? ''),
      score,
      probability: model === null ? score / 10_000 : probabilityOf(model, learned[at] ?? null),
      evidence: evidence.map(({ attribute, verdict, offerValue, skuValue, weight }) => ({
        attribute,
        offer: offerValue,
        sku: skuValue,
        effect: verdict === 'agrees' || verdict === 'near' ? 'agree' : verdict === 'conflicts' ? 'conflict' : 'missing',
        weight,
      })),
    }));
    lines.sort((a, b) => b.probability - a.probability);
    const best = lines[0]?.probability ?? 0;
    const verdict =
      band === 'conflict' ? 'look' : model === null || band === 'bind' ? band : best < 0.05 ? 'new' : 'look';
    await write({ offerId: written(idOf(row, flags['offer-id'] ?? 'id', offersFile)), verdict, candidates: lines });
  }

  const threshold = model === null ? 0.5 : thresholdProbability(model);
  let [right, wrong, lost, known] = [0, 0, 0, 0];
  const rows = featured(judged);
  const fallback = new Map<string, ReadonlyMap<number, number>>();
  for (const [at, { sku, offer, label }] of judged.entries()) {
    let probability = UNLIKELY;
    const text = offers.get(offer);
    if (model !== null) probability = probabilityOf(model, rows[at] ?? null);
    else if (text !== undefined) {
      const scores =
        fallback.get(offer) ?? new Map(index.suggest(text, 50).candidates.map((each) => [each.skuId, each.score]));
      fallback.set(offer, scores);
      probability = (scores.get(numbers.get(sku) ?? -1) ?? 1) / 10_000;
    }
    await write({ skuId: written(sku), offerId: written(offer), probability });
    if (label !== '0' && label !== '1') continue;
    known++;
    if (probability >= threshold && label === '1') right++;
    else if (probability >= threshold) wrong++;
    else if (label === '1') lost++;
  }
  if (known > 0) {
    const share = (part: number, whole: number): string => (whole === 0 ? 0 : part / whole).toFixed(4);
    console.error(
      `${known} labelled pairs, threshold ${threshold.toFixed(4)}: precision ${share(right, right + wrong)}, recall ${share(right, right + lost)}, F1 ${share(2 * right, 2 * right + wrong + lost)}`,
    );
  }
  if (flags.out !== undefined) await new Promise<void>((resolve) => out.end(() => resolve()));
}

try {
  await run();
} catch (error) {
  failUsage(error);
}
