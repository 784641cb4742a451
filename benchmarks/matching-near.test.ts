import { expect, it } from 'vitest';
import type { CatalogEntry } from '../electron/service/matching/types.ts';
import { nearDuplicate } from './matching-near.ts';

const entry = (title: string, model: string | null): CatalogEntry => ({
  skuId: 1,
  productId: 1,
  title,
  brand: 'Sorel',
  model,
  gtins: ['4006381333931'],
  categoryId: null,
  categoryPath: null,
  priceMinor: 100,
});

it('makes another model, size or pack of a SKU, never the SKU itself, the same every time', () => {
  for (const original of [
    entry('Sorel kettle SX-1200 1.5 in black', 'SX1200'),
    entry('Sorel kettle', null),
    entry('', null),
  ]) {
    const ways = new Set<string>();
    for (let n = 0; n < 200; n++) {
      const made = nearDuplicate(original, n, 1_000 + n);
      expect(made).toEqual(nearDuplicate(original, n, 1_000 + n));
      expect(made.title).not.toBe(original.title);
      expect(made).toMatchObject({ skuId: 1_000 + n, gtins: [], brand: 'Sorel' });
      ways.add(made.title.includes('Pack of') ? 'pack' : made.title.includes('SX-1200') ? 'size' : 'model');
    }
    expect(ways.size).toBe(original.model === null ? 1 : 3);
  }
});
