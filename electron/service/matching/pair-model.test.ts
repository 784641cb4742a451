import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boost, predict } from './boost.ts';
import { createCatalogIndex } from './catalog-index.ts';
import { offers, SHOP, same } from './fixtures.ts';
import { PairFeatures } from './pair-features.ts';
import { bestThreshold, type LabelledRow, probabilityOf, thresholdProbability, trainPairModel } from './pair-model.ts';

/** Pairs whose match depends on two values together, with a tenth of the answers wrong. */
function pairs(count: number): LabelledRow[] {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  return Array.from({ length: count }, (_, offer) => {
    const [a, b] = [random(), random()];
    const truth = a > 0.5 !== b > 0.5;
    return { row: [a, b, 1], isMatch: random() < 0.1 ? !truth : truth, offer };
  });
}

describe('the learned model', () => {
  it('learns what no sum of single values can say', () => {
    const model = trainPairModel(pairs(2_000));
    for (const [row, isMatch] of [
      [[0.9, 0.1, 1], true],
      [[0.1, 0.9, 1], true],
      [[0.9, 0.9, 1], false],
      [[0.1, 0.1, 1], false],
    ] as const)
      expect(probabilityOf(model, row) > thresholdProbability(model)).toBe(isMatch);
    expect(model.heldOutF1).toBeGreaterThan(0.85);
  });

  it('is calibrated: of those it gives p, about p match', () => {
    const all = pairs(4_000);
    const model = trainPairModel(all.slice(0, 2_000));
    const held = all.slice(2_000).map(({ row, isMatch }) => ({ p: probabilityOf(model, row), isMatch }));
    for (const [from, to] of [
      [0, 0.5],
      [0.5, 1],
    ] as const) {
      const some = held.filter(({ p }) => p >= from && p < to);
      const expected = some.reduce((sum, { p }) => sum + p, 0) / some.length;
      expect(Math.abs(expected - some.filter(({ isMatch }) => isMatch).length / some.length)).toBeLessThan(0.05);
    }
  });

  it('is the same for the same pairs, and survives JSON', () => {
    const model = trainPairModel(pairs(500));
    expect(trainPairModel(pairs(500))).toEqual(model);
    const copy: typeof model = JSON.parse(JSON.stringify(model));
    expect(probabilityOf(copy, [0.3, 0.8, 1])).toBe(probabilityOf(model, [0.3, 0.8, 1]));
  });

  it('gives what was not found no chance, and knows only the share where all answers are alike', () => {
    expect(probabilityOf(trainPairModel(pairs(500)), null)).toBeLessThan(0.01);
    const forest = boost([[1], [2]], [true, true]);
    expect(forest.trees).toEqual([]);
    expect(predict(forest, [5])).toBeCloseTo(Math.log(5));
  });

  it('chooses the threshold that brute force chooses', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ odds: fc.integer({ min: -5, max: 5 }), isMatch: fc.boolean() }), { minLength: 1 }),
        (answers) => {
          const f1 = (threshold: number): number => {
            const called = answers.filter(({ odds }) => odds >= threshold);
            const right = called.filter(({ isMatch }) => isMatch).length;
            const matches = answers.filter(({ isMatch }) => isMatch).length;
            return right === 0 ? 0 : (2 * right) / (called.length + matches);
          };
          const best = Math.max(...answers.map(({ odds }) => f1(odds)));
          const found = bestThreshold(answers);
          expect(found.f1).toBeCloseTo(best);
          if (best > 0) expect(f1(found.threshold)).toBeCloseTo(best);
        },
      ),
    );
  });
});

describe('the rows of pairs', () => {
  const index = createCatalogIndex();
  index.upsert(SHOP);
  const features = new PairFeatures(index, SHOP);

  it('are finite, of one length, and null for what the search does not find', () => {
    fc.assert(
      fc.property(offers, (asked) => {
        const rows = features.rows(asked, [...SHOP.map(({ skuId }) => skuId), -1]);
        expect(rows.at(-1)).toBeNull();
        const found = rows.filter((row) => row !== null);
        expect(new Set(found.map((row) => row.length)).size).toBeLessThanOrEqual(1);
        for (const row of found) expect(row.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it('do not depend on which other SKUs are asked for', () => {
    const [first, second] = SHOP;
    if (first === undefined || second === undefined) throw new Error('The shop is empty');
    const asked = same(first);
    const both = features.rows(asked, [first.skuId, second.skuId]);
    expect(features.rows(asked, [second.skuId])).toEqual([both[1]]);
  });
});
