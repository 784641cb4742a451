import type { MappingKind } from '../../../shared/contract/mapping.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';

/** What a seller's words mean in the marketplace: by its mapping, else by being written exactly as ours. */
export interface Meanings {
  /** Where in the category tree; null when it means nothing here. */
  position(sellerId: string, path: string | null): number | null;
  /** The path of our category; what the seller wrote when it is not mapped. */
  categoryPath(sellerId: string, path: string | null): string | null;
  /** The name of our brand; what the seller wrote when it is not mapped. */
  brand(sellerId: string, brand: string | null): string | null;
  /** The name of our specification; what the seller wrote when it is not mapped. */
  specification(sellerId: string, name: string): string;
}

/** Looks each word up once; made anew for each statement that runs, since mappings change. */
export function meaningsOf(database: ReadableDatabase): Meanings {
  const known = new Map<string, Map<string, string> | null>();
  const mapsAny = statement<[string, string], { one: number }>(
    database,
    'SELECT 1 AS one FROM mapping WHERE seller_id = ? AND kind = ? LIMIT 1',
  );
  const mapped = statement<[string, string, string], { target_id: string }>(
    database,
    'SELECT target_id FROM mapping WHERE seller_id = ? AND kind = ? AND seller_value = ?',
  );
  const targetOf = (sellerId: string, kind: MappingKind, value: string): string | null => {
    const key = `${kind} ${sellerId}`;
    let own = known.get(key);
    if (own === undefined) {
      // most sellers use the marketplace's own words: one look-up says that there is nothing to look up
      own = mapsAny.get(sellerId, kind) ? new Map() : null;
      known.set(key, own);
    }
    if (own === null) return null;
    let target = own.get(value);
    if (target === undefined) {
      target = mapped.get(sellerId, kind, value)?.target_id ?? '';
      own.set(value, target);
    }
    return target === '' ? null : target;
  };

  const ofId = statement<[string], { position: number; path: string }>(
    database,
    'SELECT position, path FROM category WHERE id = CAST(? AS INTEGER)',
  );
  const ofPath = statement<[string], { position: number }>(database, 'SELECT position FROM category WHERE path = ?');
  const brandOf = statement<[string], { name: string }>(
    database,
    'SELECT name FROM brand WHERE id = CAST(? AS INTEGER)',
  );
  const categories = new Map<string, { position: number; path: string } | null>();
  const category = (target: string) => {
    let found = categories.get(target);
    if (found === undefined) {
      found = ofId.get(target) ?? null;
      categories.set(target, found);
    }
    return found;
  };
  const byPath = new Map<string, number | null>();
  const brands = new Map<string, string | null>();
  const mappedCategory = (sellerId: string, path: string) => {
    const target = targetOf(sellerId, 'category', path);
    return target === null ? null : category(target);
  };

  return {
    position(sellerId, path) {
      if (path === null) return null;
      const found = mappedCategory(sellerId, path);
      if (found) return found.position;
      let position = byPath.get(path);
      if (position === undefined) {
        position = ofPath.get(path)?.position ?? null;
        byPath.set(path, position);
      }
      return position;
    },
    categoryPath: (sellerId, path) => (path === null ? null : (mappedCategory(sellerId, path)?.path ?? path)),
    brand(sellerId, brand) {
      const target = brand === null ? null : targetOf(sellerId, 'brand', brand);
      if (target === null) return brand;
      let name = brands.get(target);
      if (name === undefined) {
        name = brandOf.get(target)?.name ?? null;
        brands.set(target, name);
      }
      return name ?? brand;
    },
    specification: (sellerId, name) => targetOf(sellerId, 'specification', name) ?? name,
  };
}
