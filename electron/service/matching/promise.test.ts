import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BandPromise, wilson } from './promise.ts';
import { simulate } from './promise-simulation.ts';

describe('a promised precision', () => {
  it.each([0.995, 0.95])(
    'of %f is kept on streams with drift and poor sellers, at a coverage worth having',
    (precision) => {
      const outcomes = Array.from({ length: 8 }, (_, seed) => simulate(500 + seed, 50_000, precision));
      expect(outcomes.filter((each) => each.precision >= precision).length).toBeGreaterThanOrEqual(7);
      for (const { coverage, oracle } of outcomes) expect(coverage).toBeGreaterThanOrEqual(0.7 * oracle);
    },
    120_000,
  );

  it('binds nothing that the decisions do not support', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ score: fc.integer({ min: -900, max: 900 }), isRight: fc.boolean() }), { maxLength: 600 }),
        (decisions) => {
          const promise = new BandPromise({ precision: 0.995 });
          for (const { score, isRight } of decisions) {
            // Few decisions, half of them wrong: no run of luck of this length supports the promise.
            expect(promise.binds(score, 1)).toBe(false);
            promise.learn(score, 1, isRight);
          }
        },
      ),
      { seed: 7 },
    );
  });

  it('binds when they do, and stops when they no longer do', () => {
    const promise = new BandPromise({ precision: 0.95 });
    for (let at = 0; at < 2_000; at++) promise.learn(600, 1, true);
    expect(promise.binds(600, 1)).toBe(true);
    expect(promise.binds(-600, 1)).toBe(false);
    expect(promise.binds(600, 2)).toBe(false);
    for (let at = 0; at < 1_000; at++) promise.learn(600, 1, at % 3 === 0);
    expect(promise.binds(600, 1)).toBe(false);
  });

  it('keeps a poor seller out while others are bound', () => {
    const promise = new BandPromise({ precision: 0.95 });
    for (let at = 0; at < 2_000; at++) promise.learn(600, at % 4 === 0 ? 2 : 1, true);
    expect(promise.binds(600, 2)).toBe(true);
    for (let at = 0; at < 4_000; at++) promise.learn(600, at % 4 === 0 ? 2 : 1, at % 4 !== 0 || at % 8 === 0);
    expect(promise.binds(600, 1)).toBe(true);
    expect(promise.binds(600, 2)).toBe(false);
  });

  it('lets no poor seller hold the band shut before a first threshold stands', () => {
    const promise = new BandPromise({ precision: 0.95 });
    for (let at = 0; at < 2_000; at++) promise.learn(600, at % 4 === 0 ? 2 : 1, at % 4 !== 0 || at % 8 === 0);
    expect(promise.binds(600, 1)).toBe(true);
    expect(promise.binds(600, 2)).toBe(false);
    expect(promise.standing('seller', 2)).toMatchObject({ decisions: 500, state: 'too-often-wrong' });
    expect(promise.standing('seller', 3)).toMatchObject({ decisions: 0, state: 'too-few' });
  });

  it('tells categories apart, and one of which little is known is not bound', () => {
    const promise = new BandPromise({ precision: 0.95 });
    for (let at = 0; at < 2_000; at++) promise.learn(600, 1, true, 7);
    expect(promise.binds(600, 1, 7)).toBe(true);
    expect(promise.binds(600, 1, 8)).toBe(false);
    for (let at = 0; at < 600; at++) promise.learn(600, 1, at % 8 !== 0, at % 8 === 0 ? 8 : 7);
    expect(promise.curve({ category: 8 })).toMatchObject([{ score: 600, coverage: 1, precision: 0 }]);
    expect(promise.binds(600, 1, 8)).toBe(false);
  });

  it('shows what each threshold would cost', () => {
    const promise = new BandPromise({ precision: 0.95 });
    for (let at = 0; at < 1_000; at++) promise.learn(at % 2 === 0 ? 500 : -500, 1, at % 2 === 0 || at % 4 === 1);
    const [strict, loose, ...more] = promise.curve();
    expect(more).toEqual([]);
    expect(strict).toMatchObject({ score: 500, coverage: 0.5, precision: 1, high: 1 });
    expect(loose).toMatchObject({ score: -500, coverage: 1, precision: 0.75 });
    for (const point of promise.curve()) {
      expect(point.low).toBeLessThanOrEqual(point.precision);
      expect(point.high).toBeGreaterThanOrEqual(point.precision);
    }
  });

  it('refuses a precision that nothing can have', () => {
    for (const precision of [0, 1, Number.NaN]) expect(() => new BandPromise({ precision })).toThrow('precision');
  });
});

it('bounds of a share lie around it, and narrow with what was seen', () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.nat(1_000), (right, wrong) => {
      const { low, high } = wilson(right, right + wrong);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      if (right + wrong === 0) return;
      const share = right / (right + wrong);
      expect(low).toBeLessThanOrEqual(share + 1e-12);
      expect(high).toBeGreaterThanOrEqual(share - 1e-12);
      const more = wilson(10 * right, 10 * (right + wrong));
      expect(more.high - more.low).toBeLessThan(high - low);
    }),
  );
});
