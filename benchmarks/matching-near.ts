/** Whether the SKU of an offer is still found among a million that differ from it in a digit of the model, a size or a pack. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hash } from '../electron/sandbox/random.ts';
import { createCatalogIndex } from '../electron/service/matching/catalog-index.ts';
import { readDataSet } from '../electron/service/matching/evaluate.ts';
import type { CatalogEntry } from '../electron/service/matching/types.ts';
import { seed } from './cache.ts';
import type { Row } from './measure.ts';

const folder = join(import.meta.dirname, '../../shared/match-data');
const names = ['abt-buy', 'amazon-google'] as const;
const entriesAtOnce = 2_000;

const MODEL = /\b(?=[a-z0-9-]*[a-z])(?=[a-z0-9-]*\d)[a-z0-9][a-z0-9-]{3,}\b/i;
const SIZE = /\b\d+(\.\d+)?(?=\s*("|'|-?(?:inch|in|gb|mb|tb|mm|cm|ft|oz|user|pack|port|watt|w|v)\b))/i;

/** Another of the same family: the `n`-th generated one of SKU `entry`. Its words are the SKU's own but for one or two. */
export function nearDuplicate(entry: CatalogEntry, n: number, skuId: number): CatalogEntry {
  const at = (salt: number, below: number): number => hash(seed, n, salt) % below;
  const digits = (text: string): string => {
    const places = [...text.matchAll(/\d/g)].map(({ index }) => index);
    const place = places[at(1, Math.max(1, places.length))];
    if (place === undefined) return text;
    return `${text.slice(0, place)}${(Number(text.charAt(place)) + 1 + at(2, 9)) % 10}${text.slice(place + 1)}`;
  };
  const packed = `${entry.title} (Pack of ${2 + at(3, 11)})`;
  const ways: string[] = [packed];
  const size = SIZE.exec(entry.title);
  if (size) ways.push(entry.title.replace(SIZE, String(Number(size[0]) + 1 + at(4, 20))));
  const model = MODEL.exec(entry.title);
  if (model) ways.push(entry.title.replace(MODEL, digits(model[0])));
  const title = ways[at(5, ways.length)] ?? packed;
  const changed = entry.model === null || title === packed ? entry.model : digits(entry.model);
  return {
    ...entry,
    skuId,
    productId: skuId,
    title: title === entry.title ? packed : title,
    model: changed,
    gtins: [],
  };
}

export function matchingNearRows(duplicates: number, say: (line: string) => void): Row[] {
  if (!existsSync(folder)) {
    say('matching/near: the labelled data sets are not beside the repository; nothing is measured.');
    return [];
  }
  return names.flatMap((name): Row[] => {
    const data = readDataSet(join(folder, name));
    const index = createCatalogIndex();
    index.upsert(data.catalog);
    const first = Math.max(...data.catalog.map(({ skuId }) => skuId)) + 1;
    for (let start = 0; start < duplicates; start += entriesAtOnce)
      index.upsert(
        Array.from({ length: Math.min(entriesAtOnce, duplicates - start) }, (_, at) => {
          const n = start + at;
          const entry = data.catalog[n % data.catalog.length];
          if (entry === undefined) throw new Error('an empty catalogue');
          return nearDuplicate(entry, n, first + n);
        }),
      );
    const right = new Map<number, Set<number>>();
    for (const { offerId, skuId, match } of Object.values(data.pairs).flat())
      if (match) right.set(offerId, (right.get(offerId) ?? new Set()).add(skuId));
    const ranks = [...right].map(([offerId, skuIds]) => {
      const offer = data.offers.get(offerId);
      return offer === undefined ? -1 : index.suggest(offer, 50).candidates.findIndex(({ skuId }) => skuIds.has(skuId));
    });
    return [1, 10, 50].map((k): Row => {
      const value = ranks.filter((rank) => rank >= 0 && rank < k).length / ranks.length;
      return {
        name: `matching/near/${name}/recall@${k}`,
        value,
        unit: '',
        spread: 0,
        reference: 'none',
        referenceValue: null,
        ratio: null,
        goal: k === 10 ? '>= 0.95' : null,
        met: k === 10 ? value >= 0.95 : null,
        note: `${ranks.length} labelled offers; the catalogue among ${duplicates} generated near-duplicates of its own SKUs, descriptions and prices included`,
      };
    });
  });
}
