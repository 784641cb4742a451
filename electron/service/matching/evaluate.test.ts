import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluate, readDataSet, report } from './evaluate.ts';

// The data sets are not part of this repository; where they lie beside it, the figures are checked.
const folder = join(import.meta.dirname, '../../../../shared/match-data');
const exists = existsSync(folder);
if (!exists) console.log('The labelled data sets are not beside the repository: recall is not measured.');

describe('recall on labelled data', () => {
  it.runIf(exists).each([
    ['abt-buy', 0.98, 0.93],
    ['amazon-google', 0.98, 0.85],
  ] as const)(
    '%s: at least %f in the first ten, %f first',
    (name, atTen, atOne) => {
      const figures = evaluate(readDataSet(join(folder, name)));
      console.log(report(name, figures));
      expect(figures.recallAt10).toBeGreaterThanOrEqual(atTen);
      expect(figures.recallAt1).toBeGreaterThanOrEqual(atOne);
      // Seconds on an idle machine; a loaded one is no reason to fail.
    },
    300_000,
  );
});
