import type { RuleProblemRow } from '../../../shared/contract/commissions.ts';
import { type CheckedAgainst, checkRules, type RuleProblem } from '../../../shared/domain/commission/check.ts';
import type { CommissionRule } from '../../../shared/domain/commission/rules.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { directoryOf } from './rows.ts';

/** What rules are checked against, as the cache has it. */
export function knownOf(database: ReadableDatabase): CheckedAgainst {
  const bound = statement<[string, string], { category_id: number | null; brand_id: number | null }>(
    database,
    `SELECT k.category_id, k.brand_id FROM binding b LEFT JOIN sku k ON k.id = b.sku_id WHERE b.seller_id = ? AND b.seller_sku_id = ? AND b.is_removed = 0`,
  );
  const brands = statement<[], { id: number }>(database, 'SELECT id FROM brand').all();
  return {
    ...directoryOf(database),
    brands: new Set(brands.map(({ id }) => id)),
    salesChannels: null,
    bound: (sellerId, sellerSkuId) => {
      const found = bound.get(sellerId, sellerSkuId);
      return found && { categoryId: found.category_id, brandId: found.brand_id };
    },
  };
}

function valuesOf(problem: RuleProblem): Record<string, string | number> {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(problem))
    if (name !== 'code' && (typeof value === 'string' || typeof value === 'number')) values[name] = value;
  return values;
}

/** What is wrong with rules, as it travels. */
export function problemsOf(database: ReadableDatabase, rules: readonly CommissionRule[]): RuleProblemRow[] {
  return [...checkRules(rules, knownOf(database))].flatMap(([ruleId, problems]) =>
    problems.map((problem) => ({ ruleId, code: problem.code, values: valuesOf(problem) })),
  );
}
