import fc from 'fast-check';
import { expect, it } from 'vitest';
import { doubtOf, isKin, plausibleScore } from './suggestions.ts';

const evidence = (attribute: string, verdict: string, weight = 0, offerValue = 'A', skuValue = 'B') => ({
  attribute,
  verdict,
  weight,
  offerValue,
  skuValue,
});

it('asks before a hopeless suggestion is bound, and before one whose identifiers conflict', () => {
  expect(doubtOf({ score: 52, evidence: [] })).toEqual({ kind: 'score' });
  expect(doubtOf({ score: plausibleScore, evidence: [evidence('title', 'conflicts', -100)] })).toBeNull();
  expect(doubtOf({ score: 9_900, evidence: [evidence('gtin', 'conflicts', -300, '1', '2')] })).toEqual({
    kind: 'identifier',
    attribute: 'gtin',
    offer: '1',
    sku: '2',
  });
  // weighed for the suggestion, the difference is none to be asked about
  expect(doubtOf({ score: 9_900, evidence: [evidence('model', 'conflicts', 20)] })).toBeNull();
});

it('takes a product for the one of a new SKU only where something says so', () => {
  expect(isKin({ score: 0, evidence: [evidence('title', 'conflicts', -200)] })).toBe(false);
  expect(isKin({ score: 0, evidence: [evidence('title', 'near', 10), evidence('brand', 'agrees', 10)] })).toBe(false);
  expect(isKin({ score: 0, evidence: [evidence('title', 'agrees', 90), evidence('color', 'conflicts', -400)] })).toBe(
    true,
  );
  expect(isKin({ score: 0, evidence: [evidence('title', 'agrees', 90), evidence('brand', 'conflicts', -4)] })).toBe(
    false,
  );
});

it('never asks about a plausible suggestion without identifiers, and takes its product', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), (score) => {
      expect(doubtOf({ score, evidence: [] }) === null).toBe(score >= plausibleScore);
      expect(isKin({ score, evidence: [] })).toBe(score >= plausibleScore);
    }),
  );
});
