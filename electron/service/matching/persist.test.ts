import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createCatalogIndex, loadCatalogIndex } from './catalog-index.ts';
import { catalogs, entry, offer, offers, SHOP } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'matching-'));
const file = join(folder, 'index');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a saved index', () => {
  it('answers as the one that was saved, also after changes', () => {
    fc.assert(
      fc.property(catalogs, offers, (entries, asked) => {
        const index = createCatalogIndex();
        index.upsert(entries);
        index.remove(entries.slice(0, 3).map(({ skuId }) => skuId));
        index.save(file, 'change 7');
        const loaded = loadCatalogIndex(file);
        expect(loaded?.stamp).toBe('change 7');
        expect(loaded?.index.suggest(asked)).toEqual(index.suggest(asked));
        const more = [entry(1, 'Norvik switch 8 port ab1234'), entry(900, 'Talgear lens', { brand: 'Newcomer' })];
        for (const each of [index, loaded?.index]) each?.upsert(more);
        expect(loaded?.index.size).toBe(index.size);
        expect(loaded?.index.suggest(asked)).toEqual(index.suggest(asked));
      }),
      { numRuns: 60 },
    );
  });

  it('is not read when it was cut short, grew, or is something else; the file goes', () => {
    const index = createCatalogIndex();
    index.upsert(SHOP);
    for (const harm of [
      () => truncateSync(file, 5_000),
      () => truncateSync(file, 10),
      () => appendFileSync(file, 'x'),
      () => writeFileSync(file, readFileSync(file, 'latin1').replace('"version":1', '"version":0'), 'latin1'),
      () => writeFileSync(file, ' '.repeat(9_000)),
    ]) {
      index.save(file, '');
      harm();
      expect(loadCatalogIndex(file)).toBeNull();
      expect(existsSync(file)).toBe(false);
    }
    expect(loadCatalogIndex(join(folder, 'absent'))).toBeNull();
  });

  it('refuses a stamp that its head cannot hold, and leaves the earlier file', () => {
    const index = createCatalogIndex();
    index.upsert(SHOP);
    index.save(file, 'good');
    expect(() => index.save(file, 'x'.repeat(5_000))).toThrow('stamp');
    expect(loadCatalogIndex(file)?.stamp).toBe('good');
    expect(loadCatalogIndex(file)?.index.suggest(offer('sonique kh240')).candidates[0]?.skuId).toBe(600);
  });
});
