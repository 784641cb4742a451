import { describe, expect, it } from 'vitest';
import { ROW_ATTRIBUTES } from './candidate-features.ts';
import { createCatalogIndex } from './catalog-index.ts';
import { entry, offer, SHOP, same } from './fixtures.ts';
import type { LearnedModel } from './learned-model.ts';
import { type Example, learning } from './learning.ts';
import { packCandidates, unpackExample } from './packed-example.ts';
import { BIAS_HUNDREDTHS } from './scoring.ts';

function drain(examples: readonly Example[], version = 1) {
  const steps = learning(examples, version);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Numbers of 0 up to 1 from a seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const colors = ['black', 'white', 'red', 'blue'];
const index = createCatalogIndex();
const skus = Array.from({ length: 400 }, (_, at) =>
  entry(at + 1, `Sorel kettle SX${1_000 + (at >> 2)} ${colors[at % 4]}`, { brand: 'Sorel', priceMinor: 1_000 + at }),
);
index.upsert(skus);

/** Decisions of a marketplace where the price tells which variant it is, although the titles leave the colour out. */
function decisions(count: number, seed: number, isRight: (chosen: number, random: () => number) => boolean): Example[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, key) => {
    const sku = skus[Math.floor(random() * skus.length)] ?? skus[0];
    if (sku === undefined) throw new Error('no SKU');
    const text = offer(sku.title.replace(/ \w+$/, ''), { brand: 'Sorel', priceMinor: sku.priceMinor });
    const candidates = index.featured(text, 6);
    return {
      key,
      candidates: candidates.map(({ skuId, row, odds }) => ({
        row,
        odds: odds / 100,
        isMatch: skuId === sku.skuId && isRight(skuId, random),
      })),
    };
  });
}

describe('learning from decisions', () => {
  it('gives a model that is better on what it has not seen, the same every time', () => {
    const examples = decisions(300, 5, () => true);
    const { model, report } = drain(examples);
    expect(report.verdict).toBe('better');
    expect(report.after.loss).toBeLessThan(report.before.loss);
    expect(report.after.first).toBeGreaterThanOrEqual(report.before.first);
    expect(drain(examples).model).toEqual(model);
    const copy: LearnedModel | null = JSON.parse(JSON.stringify(model));
    expect(copy).toEqual(model);
  });

  it('says of each decision what whichever is used makes of it, unseen', () => {
    for (const [examples, isBetter] of [
      [decisions(300, 5, () => true), true],
      [decisions(30, 7, () => true), false],
    ] as const) {
      const { judged, report, model } = drain(examples);
      expect(model !== null).toBe(isBetter);
      expect(judged.map(({ key }) => key)).toEqual(examples.map(({ key }) => key));
      const known = examples.filter(({ candidates }) => candidates.some(({ isMatch }) => isMatch)).length;
      const right = judged.filter(({ isRight }) => isRight).length;
      expect(right / known).toBeCloseTo((isBetter ? report.after : report.before).first, 10);
      for (const { odds } of judged) expect(Number.isInteger(odds)).toBe(true);
    }
  });

  it('keeps the default where decisions are chance, or few', () => {
    const examples = decisions(200, 6, () => true).map((example, at) => ({
      ...example,
      candidates: example.candidates.map((each) => ({
        ...each,
        // as often as the default weights say, and by nothing else
        isMatch: randomFrom(at * 7 + each.odds * 31)() < 1 / (1 + Math.exp(-each.odds)),
      })),
    }));
    const { model, report } = drain(examples);
    expect(model).toBeNull();
    expect(report.verdict).not.toBe('better');
    expect(drain(decisions(30, 7, () => true)).report.verdict).toBe('too-few');
  });

  it('is packed and unpacked as it was, but for the precision of its numbers', () => {
    for (const example of decisions(20, 8, () => true)) {
      const read = unpackExample(
        { key: example.key, candidates: packCandidates(example.candidates) },
        ROW_ATTRIBUTES.length,
      );
      expect(read.key).toBe(example.key);
      expect(read.candidates).toHaveLength(example.candidates.length);
      for (const [at, { row, odds, isMatch }] of example.candidates.entries()) {
        const other = read.candidates[at];
        expect(other?.isMatch).toBe(isMatch);
        expect(other?.odds).toBeCloseTo(odds, 4);
        for (const [place, value] of row.entries()) expect(other?.row[place]).toBeCloseTo(value, 3);
      }
    }
    expect(unpackExample({ key: 1, candidates: new Uint8Array(5) }, 3).candidates).toEqual([]);
  });
});

describe('a learned model in the index', () => {
  const shop = createCatalogIndex();
  shop.upsert(skus);
  const { model } = drain(decisions(300, 5, () => true));

  it('scores by what was added up: a constant and the weights of the evidence', () => {
    shop.learn(model);
    const constants = new Set<number>();
    for (const sku of skus.slice(0, 40)) {
      const [best] = shop.suggest(same(sku)).candidates;
      if (best === undefined) throw new Error('no candidate');
      constants.add(best.odds - best.evidence.reduce((sum, { weight }) => sum + weight, 0));
    }
    expect(constants.size).toBe(1);
    shop.learn(null);
    const [best] = shop.suggest(same(skus[0] ?? entry(0, ''))).candidates;
    expect((best?.odds ?? 0) - (best?.evidence ?? []).reduce((sum, { weight }) => sum + weight, 0)).toBe(
      BIAS_HUNDREDTHS,
    );
  });

  it('is not used when it reads other rows', () => {
    const text = same(skus[3] ?? entry(0, ''));
    const before = shop.suggest(text);
    if (model) shop.learn({ ...model, width: model.width + 1 });
    expect(shop.suggest(text)).toEqual(before);
  });
});

it('says which attribute decides, and that the score crosses even odds without it', () => {
  const shop = createCatalogIndex();
  shop.upsert(SHOP);
  let any = 0;
  for (const sku of SHOP)
    for (const text of [same(sku), { ...same(sku), title: `${sku.title} white pack of 3` }])
      for (const { score, turn, evidence, odds } of shop.suggest(text).candidates) {
        if (turn === null) continue;
        any++;
        expect(turn.score > 5_000).toBe(score <= 5_000);
        const weights = evidence.filter(({ attribute }) => attribute === turn.attribute).map(({ weight }) => weight);
        expect(weights.some((weight) => odds - weight > 0 !== odds > 0)).toBe(true);
      }
  expect(any).toBeGreaterThan(0);
});
