/** How good the matcher is on labelled pairs, where the data sets lie beside the repository: F1 of DeepMatcher's test splits. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DataSet, evaluate, indexOf, type Pair, readDataSet } from '../electron/service/matching/evaluate.ts';
import { PairFeatures } from '../electron/service/matching/pair-features.ts';
import {
  bestThreshold,
  type LabelledRow,
  type PairModel,
  probabilityOf,
  thresholdProbability,
  trainPairModel,
} from '../electron/service/matching/pair-model.ts';
import { words } from '../electron/service/matching/text.ts';
import type { CatalogEntry, OfferText } from '../electron/service/matching/types.ts';
import type { Row } from './measure.ts';

const folder = join(import.meta.dirname, '../../shared/match-data');
/** Ditto's F1, a fine-tuned transformer (Li and others 2020): the goals. */
const sets = { 'abt-buy': 0.893, 'amazon-google': 0.756 } as const;

interface Prepared {
  readonly name: keyof typeof sets;
  readonly data: DataSet;
  readonly known: readonly LabelledRow[];
  readonly test: readonly LabelledRow[];
  readonly model: PairModel;
}

function labelled(data: DataSet, features: PairFeatures, pairs: readonly Pair[]): LabelledRow[] {
  const byOffer = Map.groupBy(pairs, ({ offerId }) => offerId);
  return [...byOffer].flatMap(([offer, some]) => {
    const text = data.offers.get(offer);
    if (text === undefined) return [];
    const rows = features.rows(
      text,
      some.map(({ skuId }) => skuId),
    );
    return some.map(({ match }, at) => ({ row: rows[at] ?? null, isMatch: match, offer }));
  });
}

function f1(answers: readonly { odds: number; isMatch: boolean }[], threshold: number): number {
  let [right, called, matches] = [0, 0, 0];
  for (const { odds, isMatch } of answers) {
    if (odds >= threshold) called++;
    if (isMatch) matches++;
    if (odds >= threshold && isMatch) right++;
  }
  return (2 * right) / Math.max(1, called + matches);
}

const judged = (model: PairModel, rows: readonly LabelledRow[]) =>
  rows.map(({ row, isMatch }) => ({ odds: probabilityOf(model, row), isMatch }));

/** The reference: the share of words that the two titles have in common, threshold on train and valid. */
function byWords(data: DataSet): number {
  const skus = new Map(data.catalog.map((each) => [each.skuId, each]));
  const keys = (side: OfferText | CatalogEntry | undefined) => new Set(words(side?.title ?? '').map(({ key }) => key));
  const answers = (pairs: readonly Pair[]) =>
    pairs.map(({ skuId, offerId, match }) => {
      const [a, b] = [keys(data.offers.get(offerId)), keys(skus.get(skuId))];
      const both = [...a].filter((key) => b.has(key)).length;
      return { odds: both / Math.max(1, a.size + b.size - both), isMatch: match };
    });
  const { threshold } = bestThreshold(answers([...data.pairs.train, ...data.pairs.valid]));
  return f1(answers(data.pairs.test), threshold);
}

export function matchingQualityRows(say: (line: string) => void): Row[] {
  if (!existsSync(folder)) {
    say('matching/quality: the labelled data sets are not beside the repository; nothing is measured.');
    return [];
  }
  const names: readonly (keyof typeof sets)[] = ['abt-buy', 'amazon-google'];
  const prepared = names.map((name): Prepared => {
    const data = readDataSet(join(folder, name));
    const features = new PairFeatures(indexOf(data), data.catalog);
    const known = labelled(data, features, [...data.pairs.train, ...data.pairs.valid]);
    return { name, data, known, test: labelled(data, features, data.pairs.test), model: trainPairModel(known) };
  });
  const rows: Row[] = [];
  for (const { name, data, test, model } of prepared) {
    const reference = byWords(data);
    const row = (what: string, value: number, goal: number | null, note: string): void => {
      rows.push({
        name: `matching/quality/${name}/${what}`,
        value,
        unit: '',
        spread: 0,
        reference: what.startsWith('recall') ? 'none' : 'Jaccard of the titles’ words, threshold on train and valid',
        referenceValue: what.startsWith('recall') ? null : reference,
        ratio: what.startsWith('recall') ? null : value / reference,
        goal: goal === null ? null : `>= ${goal}`,
        met: goal === null ? null : value >= goal,
        note,
      });
    };
    const seen = new Set([...data.pairs.train, ...data.pairs.valid].map(({ offerId }) => offerId));
    const again = data.pairs.test.filter(({ offerId }) => seen.has(offerId)).length;
    row(
      'f1',
      f1(judged(model, test), thresholdProbability(model)),
      sets[name],
      `Test split; model and threshold from train and valid. The splits are by pair: ${((100 * again) / data.pairs.test.length).toFixed(0)} % of the test pairs are of an offer that train or valid have too, and no feature reads another pair's label`,
    );
    const other = prepared.find((each) => each.name !== name);
    if (other !== undefined)
      row(
        'f1-zero-shot',
        f1(judged(other.model, test), thresholdProbability(other.model)),
        null,
        `Test split; trees and threshold learnt from ${other.name} alone. The default weights among its features saw the train splits of both`,
      );
    const { recallAt1, recallAt10, recallAt50 } = evaluate(data);
    row('recall@1', recallAt1, 0.93, 'All offers with a labelled SKU; default weights, which saw the train split');
    row('recall@10', recallAt10, 0.999, 'as above');
    row('recall@50', recallAt50, null, 'as above');
  }
  return rows;
}
