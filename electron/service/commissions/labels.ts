import type { ListedRule } from '../../../shared/contract/commissions.ts';
import type { CommissionRule } from '../../../shared/domain/commission/rules.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';

/** Names of what rules are about, as people know them; an id where there is none. */
export function labels(database: ReadableDatabase) {
  const seller = statement<[string], { name: string }>(database, 'SELECT name FROM seller WHERE id = ?');
  const category = statement<[number], { path: string }>(database, 'SELECT path FROM category WHERE id = ?');
  const brand = statement<[number], { name: string }>(database, 'SELECT name FROM brand WHERE id = ?');
  return {
    seller: (id: string) => seller.get(id)?.name ?? id,
    category: (id: number) => category.get(id)?.path ?? (id < 0 ? '—' : String(id)),
    brand: (id: number) => brand.get(id)?.name ?? String(id),
  };
}

/** A rule with the names of what it is about. */
export function listed(
  database: ReadableDatabase,
  rule: CommissionRule,
  change: ListedRule['change'] = 'none',
): ListedRule {
  const name = labels(database);
  const { sellerId, categoryId, brandId } = rule.scope;
  return {
    rule,
    change,
    sellerName: sellerId === null ? null : name.seller(sellerId),
    categoryPath: categoryId === null ? null : name.category(categoryId),
    brandName: brandId === null ? null : name.brand(brandId),
  };
}
