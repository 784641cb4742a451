import { chargeOf, isPlain } from '../../../shared/domain/commission/charge.ts';
import { chooseRule } from '../../../shared/domain/commission/choose.ts';
import type { CommissionPart, CommissionRule } from '../../../shared/domain/commission/rules.ts';
import { adjustedCommission } from '../../../shared/domain/commission/sold.ts';
import { reversedCommission } from '../../../shared/domain/commission/split.ts';
import { type Minor, minorOf, percentText } from '../../../shared/domain/exact.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { directoryOf, timeline } from './rows.ts';

interface SoldItem {
  id: number;
  order_id: string;
  line: number;
  seller_id: string;
  seller_sku_id: string;
  sku_id: number;
  category_id: number | null;
  brand_id: number | null;
  sales_channel: string;
  price: number;
  quantity: number;
  freight: number;
  /** Increments minus discounts on the goods. */
  adjustment: number;
  sold_at: string;
  /** Empty: the marketplace's own. */
  currency: string;
}

/** One movement of a settlement: a sale, or a refund of (part of) an earlier or the same period's sale. */
export interface Movement {
  readonly item: SoldItem;
  readonly kind: 'sale' | 'refund';
  readonly at: string;
  readonly product: Minor;
  readonly freight: Minor;
  readonly commission: Minor;
  readonly freightCommission: Minor;
  /** Of a refund: what went back to the shopper, and the commission given back with it (negative). */
  readonly refunded: Minor;
  readonly reversed: Minor;
  readonly version: number;
  readonly rule: CommissionRule | null;
  readonly freightRule: CommissionRule | null;
}

/**
 * The movements of a period, each by the rules of the moment of its sale: those of the version then in force, valid on that day. A version that
 * came later changes nothing of it.
 */
export function* movementsOf(
  database: ReadableDatabase,
  period: { readonly sellerId: string | null; readonly from: string; readonly until: string },
): Generator<Movement> {
  const rulesAt = timeline(database, directoryOf(database));
  const seller = period.sellerId === null ? '' : 'seller_id = @sellerId AND';
  const rows = statement<{ sellerId: string; from: string; until: string }, SoldItem>(
    database,
    `SELECT * FROM sold_item WHERE ${seller} sold_at >= @from AND sold_at < @until
     UNION SELECT i.* FROM sold_refund r JOIN sold_item i ON i.order_id = r.order_id AND i.line = r.line WHERE ${seller} r.at >= @from AND r.at < @until
     ORDER BY sold_at, id`,
  ).all({ ...period, sellerId: period.sellerId ?? '' });
  const refundsOf = statement<[string, number], { amount: number; at: string }>(
    database,
    'SELECT amount, at FROM sold_refund WHERE order_id = ? AND line = ? ORDER BY at, position',
  );
  const zero = minorOf(0);
  for (const item of rows) {
    const at = Date.parse(item.sold_at);
    const version = rulesAt(at);
    const sold = {
      sellerId: item.seller_id,
      categoryId: item.category_id,
      brandId: item.brand_id,
      salesChannel: item.sales_channel,
      sellerSkuId: item.seller_sku_id,
    };
    const rule = version ? chooseRule(version.rules, 'product', sold, at) : null;
    const freightRule = version ? chooseRule(version.rules, 'freight', sold, at) : null;
    const goods = item.price * item.quantity;
    const product = minorOf(goods + item.adjustment);
    const freight = minorOf(item.freight);
    const commission = minorOf(
      rule?.product ? adjustedCommission(chargeOf(rule.product, item.price, item.quantity), goods, item.adjustment) : 0,
    );
    const freightCommission = minorOf(freightRule?.freight ? chargeOf(freightRule.freight, item.freight, 1) : 0);
    const base = { item, version: version?.number ?? 0, rule, freightRule };
    if (item.sold_at >= period.from && item.sold_at < period.until)
      yield {
        ...base,
        kind: 'sale',
        at: item.sold_at,
        product,
        freight,
        commission,
        freightCommission,
        refunded: zero,
        reversed: zero,
      };
    let before = 0;
    for (const { amount, at: back } of refundsOf.all(item.order_id, item.line)) {
      if (back >= period.from && back < period.until)
        yield {
          ...base,
          kind: 'refund',
          at: back,
          product: zero,
          freight: zero,
          commission: zero,
          freightCommission: zero,
          refunded: minorOf(amount),
          reversed: reversedCommission(
            minorOf(commission + freightCommission),
            minorOf(product + freight),
            minorOf(before),
            minorOf(amount),
          ),
        };
      before += amount;
    }
  }
}

/** A rule's percentage of a part for a statement; null when it is more than one. */
export function rateText(rule: CommissionRule | null, part: CommissionPart): string | null {
  const charge = rule?.[part];
  return charge && isPlain(charge) ? percentText(charge.bands[0]?.rate ?? 0) : null;
}
