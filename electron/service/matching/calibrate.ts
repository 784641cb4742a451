import { evaluate, indexOf, readDataSet, report } from './evaluate.ts';
import { FEATURES, type Finding } from './features.ts';
import { featureRow, signOf } from './scoring.ts';

/**
 * How `weights.ts` was made: logistic regression on the pairs of the given data folders, each weight held to the sign its
 * feature must have. Prints the bias and the weights; a person pastes them.
 *
 *   node electron/service/matching/calibrate.ts FOLDER…
 *
 * Rows are the labelled pairs of train.csv, and for each offer that has a match in train.csv the other candidates that the search
 * finds for it, as non-matches. Pairs of valid.csv and test.csv are never looked at, except to leave them out of the latter.
 */

interface Sample {
  readonly row: readonly number[];
  readonly match: boolean;
  readonly weight: number;
}

const CANDIDATES = 20;
const ROUNDS = 3000;
const RATE = 0.05;
const RIDGE = 2e-4;

function samplesOf(folder: string): Sample[] {
  const data = readDataSet(folder);
  const index = indexOf(data);
  const key = (offerId: number, skuId: number): string => `${offerId}:${skuId}`;
  const labels = new Map(data.pairs.train.map((pair) => [key(pair.offerId, pair.skuId), pair.match]));
  const held = new Set([...data.pairs.valid, ...data.pairs.test].map((pair) => key(pair.offerId, pair.skuId)));
  const matched = new Set(data.pairs.train.filter((pair) => pair.match).map((pair) => pair.offerId));
  const rows: { findings: readonly Finding[]; match: boolean }[] = [];
  for (const offerId of new Set(data.pairs.train.map((pair) => pair.offerId))) {
    const offer = data.offers.get(offerId);
    if (offer === undefined) continue;
    for (const [at, { skuId, findings }] of index.inspect(offer).entries()) {
      const pair = key(offerId, skuId);
      const label = labels.get(pair);
      if (label !== undefined) rows.push({ findings, match: label });
      else if (matched.has(offerId) && at < CANDIDATES && !held.has(pair)) rows.push({ findings, match: false });
    }
  }
  // Each data set counts the same, whatever its size.
  return rows.map(({ findings, match }) => ({ row: featureRow(findings), match, weight: 1 / rows.length }));
}

function regress(samples: readonly Sample[]): { bias: number; weights: number[] } {
  const signs = FEATURES.map(signOf);
  const theta: number[] = [-4, ...signs.map((sign) => sign * 0.1)];
  const mean = theta.map(() => 0);
  const square = theta.map(() => 0);
  for (let round = 1; round <= ROUNDS; round++) {
    const gradient = theta.map((value, at) => (at === 0 ? 0 : RIDGE * value));
    for (const { row, match, weight } of samples) {
      let odds = theta[0] ?? 0;
      for (let i = 0; i < row.length; i++) odds += (theta[i + 1] ?? 0) * (row[i] ?? 0);
      const error = weight * (1 / (1 + Math.exp(-odds)) - (match ? 1 : 0));
      gradient[0] = (gradient[0] ?? 0) + error;
      for (let i = 0; i < row.length; i++) {
        const value = row[i] ?? 0;
        if (value !== 0) gradient[i + 1] = (gradient[i + 1] ?? 0) + error * value;
      }
    }
    // Adam (Kingma and Ba 2015), then back to the allowed side of zero.
    for (let i = 0; i < theta.length; i++) {
      const slope = gradient[i] ?? 0;
      mean[i] = 0.9 * (mean[i] ?? 0) + 0.1 * slope;
      square[i] = 0.999 * (square[i] ?? 0) + 0.001 * slope * slope;
      const step = (mean[i] ?? 0) / (1 - 0.9 ** round) / (Math.sqrt((square[i] ?? 0) / (1 - 0.999 ** round)) + 1e-10);
      const next = (theta[i] ?? 0) - RATE * step;
      const sign = signs[i - 1];
      theta[i] = sign !== undefined && next * sign < 0 ? 0 : next;
    }
  }
  return { bias: theta[0] ?? 0, weights: theta.slice(1) };
}

const folders = process.argv.slice(2);
if (folders.length === 0) console.error('Give one or more data folders.');
else {
  const samples = folders.flatMap(samplesOf);
  const { bias, weights } = regress(samples);
  console.log(`samples ${samples.length}, matches ${samples.filter((sample) => sample.match).length}`);
  console.log(`BIAS ${bias.toFixed(2)}`);
  for (const [at, feature] of FEATURES.entries()) {
    const used = samples.filter(({ row }) => row[at] !== 0).length;
    console.log(`  ${feature}: ${(weights[at] ?? 0).toFixed(2)}, // in ${used} rows`);
  }
  console.log('With the weights now in weights.ts:');
  for (const folder of folders) console.log(report(folder, evaluate(readDataSet(folder))));
}
