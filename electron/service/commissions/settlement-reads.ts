import type { SettlementRow } from '../../../shared/contract/commissions.ts';
import { payoutOf } from '../../../shared/domain/agreements/payout.ts';
import { type Instant, instantOf, type SellerId } from '../../../shared/domain/brand.ts';
import { type Minor, minorOf } from '../../../shared/domain/exact.ts';
import { versionAt as agreementAt, termsOf } from '../agreements/rows.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { labels } from './labels.ts';
import { moneySetting } from './rows.ts';
import { movementsOf, rateText } from './settlement.ts';

export const settlementReads = {
  'settlement.list': (database: ReadableDatabase, params: { from: string; until: string }): SettlementRow[] => {
    const name = labels(database);
    const setting = moneySetting(database);
    const sums = new Map<
      string,
      { sellerId: string; currency: string } & Record<
        'items' | 'sold' | 'freight' | 'commission' | 'freightCommission' | 'refunded' | 'reversed',
        number
      >
    >();
    for (const move of movementsOf(database, { sellerId: null, ...params })) {
      const currency = move.item.currency || setting.currency;
      const id = JSON.stringify([move.item.seller_id, currency]);
      const sum = sums.get(id) ?? {
        sellerId: move.item.seller_id,
        currency,
        items: 0,
        sold: 0,
        freight: 0,
        commission: 0,
        freightCommission: 0,
        refunded: 0,
        reversed: 0,
      };
      sums.set(id, sum);
      if (move.kind === 'sale') sum.items++;
      sum.sold += move.product;
      sum.freight += move.freight;
      sum.commission += move.commission;
      sum.freightCommission += move.freightCommission;
      sum.refunded += move.refunded;
      sum.reversed += move.reversed;
    }
    // the agreement of the period's last moment
    const last = instantOf(Date.parse(params.until) - 1);
    const until = params.until as Instant; // parsed by the contract
    const payable = (sellerId: string, net: Minor) => {
      const agreed = agreementAt(database, sellerId, last);
      return {
        net,
        payout: agreed ? payoutOf(net, termsOf(agreed.terms).payout, { until }, setting.timeZone) : null,
      };
    };
    return [...sums.values()]
      .map((sum) => ({
        sellerId: sum.sellerId as SellerId,
        sellerName: name.seller(sum.sellerId),
        currency: sum.currency,
        items: sum.items,
        sold: minorOf(sum.sold),
        freight: minorOf(sum.freight),
        commission: minorOf(sum.commission),
        freightCommission: minorOf(sum.freightCommission),
        refunded: minorOf(sum.refunded),
        reversedCommission: minorOf(sum.reversed),
        ...payable(
          sum.sellerId,
          minorOf(sum.sold + sum.freight - sum.commission - sum.freightCommission - sum.refunded - sum.reversed),
        ),
      }))
      .toSorted((a, b) => a.sellerName.localeCompare(b.sellerName) || a.currency.localeCompare(b.currency));
  },
  'settlement.items': (
    database: ReadableDatabase,
    params: {
      sellerId: string;
      currency?: string | undefined;
      from: string;
      until: string;
      after: number;
      limit: number;
    },
  ) => {
    let before = 0;
    const setting = moneySetting(database);
    const wanted = params.currency ?? setting.currency;
    const sku = statement<[number], { name: string }>(database, 'SELECT name FROM sku WHERE id = ?');
    const items = [];
    for (const move of movementsOf(database, params)) {
      if ((move.item.currency || setting.currency) !== wanted) continue;
      if (items.length > params.limit) break;
      if (before++ < params.after) continue;
      const sale = move.kind === 'sale';
      items.push({
        orderId: move.item.order_id,
        skuName: sku.get(move.item.sku_id)?.name ?? String(move.item.sku_id),
        kind: move.kind,
        at: move.at as Instant,
        soldAt: move.item.sold_at as Instant,
        paid: minorOf(sale ? move.product + move.freight : -move.refunded),
        commission: minorOf(sale ? move.commission + move.freightCommission : move.reversed),
        version: move.version,
        ruleId: move.rule?.id ?? null,
        rate: rateText(move.rule, 'product'),
        freightRuleId: move.freightRule?.id ?? null,
        freightRate: rateText(move.freightRule, 'freight'),
        productCommission: sale ? move.commission : null,
        freightCommission: sale ? move.freightCommission : null,
        skuId: move.item.sku_id,
        salesChannel: move.item.sales_channel,
      });
    }
    return { items: items.slice(0, params.limit), more: items.length > params.limit };
  },
};
