import type { RuleProblemRow } from '../../../shared/contract/commissions.ts';
import { type CheckedAgainst, checkRules, type RuleProblem } from '../../../shared/domain/commission/check.ts';
import { coveredRules } from '../../../shared/domain/commission/covered.ts';
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
    salesChannels: channelsOf(database),
    bound: (sellerId, sellerSkuId) => {
      const found = bound.get(sellerId, sellerSkuId);
      return found && { categoryId: found.category_id, brandId: found.brand_id };
    },
  };
}

/** Channels that the marketplace sells on, that a seller is selected for or mapped to, and those that something was sold on. */
function channelsOf(database: ReadableDatabase): Pick<ReadonlySet<string>, 'has'> {
  const told = statement<[], { id: string }>(
    database,
    `SELECT value AS id FROM json_each(COALESCE((SELECT value FROM setting WHERE key = 'salesChannels'), '["1"]'))
     UNION SELECT j.value FROM seller s, json_each(COALESCE(s.sales_channels, '[]')) j
     UNION SELECT json_extract(j.value, '$.marketplaceChannel') FROM seller s, json_each(s.channels) j`,
  ).all();
  const known = new Map(told.map(({ id }) => [String(id), true]));
  // asked only for a channel that nobody told of
  const sold = statement<[string], unknown>(database, 'SELECT 1 FROM sold_item WHERE sales_channel = ? LIMIT 1');
  return {
    has: (channel) => {
      const is = known.get(channel) ?? sold.get(channel) !== undefined;
      known.set(channel, is);
      return is;
    },
  };
}

function valuesOf(problem: RuleProblem): Record<string, string | number> {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(problem))
    if (name !== 'code' && (typeof value === 'string' || typeof value === 'number')) values[name] = value;
  return values;
}

const rowsOf = (found: ReadonlyMap<string, readonly RuleProblem[]>): RuleProblemRow[] =>
  [...found].flatMap(([ruleId, problems]) =>
    problems.map((problem) => ({ ruleId, code: problem.code, values: valuesOf(problem) })),
  );

/** Why rules cannot stand, as it travels. */
export function problemsOf(database: ReadableDatabase, rules: readonly CommissionRule[]): RuleProblemRow[] {
  return rowsOf(checkRules(rules, knownOf(database)));
}

/** Why rules cannot stand, and which of them never come to apply though they can. */
export function remarksOn(database: ReadableDatabase, rules: readonly CommissionRule[]): RuleProblemRow[] {
  return [...problemsOf(database, rules), ...rowsOf(coveredRules(rules, directoryOf(database)))];
}
