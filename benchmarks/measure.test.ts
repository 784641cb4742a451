import { describe, expect, it } from 'vitest';
import { parseFlags, UsageError, wholeNumber } from '../scripts/flags.ts';
import { alternate, atMost, median, quantile, ratioAtLeast, rowOf, spreadOf, tableOf, unmeasured } from './measure.ts';
import { benches, selectBenches } from './registry.ts';

describe('the statistics', () => {
  it('takes quantiles by nearest rank, and the median of odd and even lists', () => {
    expect(quantile([5, 1, 4, 2, 3], 0.5)).toBe(3);
    expect(quantile([1, 2, 3, 4], 1)).toBe(4);
    expect(quantile([1, 2, 3, 4], 0)).toBe(1);
    expect(
      quantile(
        Array.from({ length: 100 }, (_, n) => n + 1),
        0.95,
      ),
    ).toBe(95);
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  it('gives the spread as half the range over the median', () => {
    expect(spreadOf([90, 100, 110])).toBeCloseTo(0.1);
    expect(spreadOf([0, 0, 0])).toBe(0);
  });

  it('alternates, and changes who goes first', async () => {
    const order: string[] = [];
    const taken = await alternate(
      async () => order.push('own'),
      async () => order.push('reference'),
      3,
    );
    expect(order).toEqual(['own', 'reference', 'reference', 'own', 'own', 'reference']);
    expect(taken).toEqual({ own: [1, 4, 5], reference: [2, 3, 6] });
  });

  it('judges by the goal, and not at all without one', () => {
    const about = { name: 'a', unit: 'ms', reference: 'b' };
    const taken = { own: [10, 20, 30], reference: [40, 40, 40] };
    expect(rowOf({ ...about, goal: atMost(20, 'ms') }, taken)).toMatchObject({ value: 20, ratio: 0.5, met: true });
    expect(rowOf({ ...about, goal: ratioAtLeast(0.6) }, taken)).toMatchObject({ met: false, goal: 'ratio >= 0.6' });
    expect(rowOf(about, taken)).toMatchObject({ goal: null, met: null });
    expect(unmeasured({ ...about, goal: atMost(20, 'ms') }, 'no display')).toMatchObject({
      value: null,
      met: null,
      note: 'no display',
    });
    expect(tableOf([rowOf(about, taken)])).toContain('0.5');
  });
});

describe('the command line', () => {
  const flags = { only: { value: 'NAME', help: '' }, size: { value: 'N', help: '' } };
  it('refuses what it does not know', () => {
    expect(parseFlags(['--only', 'views'], flags)).toEqual({ only: 'views' });
    expect(() => parseFlags(['--fast'], flags)).toThrow(UsageError);
    expect(() => parseFlags(['--only'], flags)).toThrow(UsageError);
    expect(() => wholeNumber('size', '1e99', 1, 10, 5)).toThrow(UsageError);
  });

  it('chooses benchmarks by name, by prefix and by row', () => {
    expect(selectBenches(undefined)).toBe(benches);
    expect(selectBenches('sync/ingest').map(({ name }) => name)).toEqual(['sync/ingest']);
    expect(selectBenches('views/received/blocks').map(({ name }) => name)).toEqual(['views']);
    expect(selectBenches('s').map(({ name }) => name)).toEqual(['sync/ingest', 'service/memory']);
    expect(selectBenches('nothing')).toEqual([]);
  });
});
