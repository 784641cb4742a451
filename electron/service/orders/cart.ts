/** Any cart at any sellers: each seller is asked once for all that it has of it, and each line is decided by the rule that holds. */
import type { ParsedRequestOf, ReplyOf } from '../../../shared/contract/index.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { defaultExposure, exposureFor } from '../../../shared/domain/orders/exposure.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { CartSimulator, Quote } from './cart-simulator.ts';
import { compareQuotes } from './quotes.ts';

export interface CartsContext {
  readonly database: ServiceDatabase;
  readonly carts: CartSimulator;
  readonly scores: () => Promise<Readonly<Record<string, number>>>;
  readonly currency: () => Promise<string>;
}

/** @throws BinderyError `not-found` naming the SKU that nobody knows */
export async function simulateCart(
  { database, carts, scores, currency }: CartsContext,
  request: ParsedRequestOf<'exposure.simulate'>,
): Promise<ReplyOf<'exposure.simulate'>> {
  const lines = await Promise.all(
    request.items.map(async ({ skuId, quantity }, index) => {
      const sku = await database.read('exposure.sku', { skuId });
      if (!sku) throw new BinderyError('not-found', `There is no SKU ${skuId}.`, { field: `items.${index}.skuId` });
      return { skuId, quantity, ...sku };
    }),
  );
  const wanted = request.sellerIds ?? [];
  const bySeller = new Map<string, { line: number; sellerSkuId: string; quantity: number }[]>();
  lines.forEach(({ sellers, quantity }, line) => {
    for (const { seller_id, seller_sku_id } of sellers) {
      if (wanted.length > 0 && !wanted.some((sellerId) => sellerId === seller_id)) continue;
      const asked = bySeller.get(seller_id) ?? [];
      if (!asked.some((each) => each.line === line)) asked.push({ line, sellerSkuId: seller_sku_id, quantity });
      bySeller.set(seller_id, asked);
    }
  });
  const asked = [...bySeller];
  const answers = await carts.simulate(
    asked.map(([sellerId, items]) => ({
      sellerId,
      salesChannel: request.salesChannel,
      cart: {
        items: items.map(({ sellerSkuId, quantity }) => ({ id: sellerSkuId, quantity })),
        postalCode: request.postalCode,
        country: request.country,
      },
    })),
    request.maximumAge * 1_000,
  );
  const known = await scores();
  const rules = await database.read('exposure.rules', {});
  const money = await currency();
  return {
    sellable: request.postalCode !== null && request.country !== null,
    lines: lines.map(({ skuId, name, quantity, categoryIds, sellers }, line) => {
      const rule = exposureFor(rules, categoryIds);
      const offered = asked.flatMap(([sellerId, items], at) => {
        const position = items.findIndex((each) => each.line === line);
        const quote = answers[at];
        const item = items[position];
        if (quote === undefined || item === undefined) return [];
        const said = quote.items[position];
        const own: Quote = { ...quote, items: said === undefined ? [] : [said] };
        const seller = sellers.find(({ seller_id }) => seller_id === sellerId);
        return [
          {
            quote: own,
            name: seller?.name ?? sellerId,
            lines: [{ sellerSkuId: item.sellerSkuId, name, quantity }],
            score: known[sellerId] ?? 100,
          },
        ];
      });
      return {
        ...compareQuotes(offered, rule, money),
        skuId,
        name,
        quantity,
        ruleOf: rule === defaultExposure ? null : rule.categoryId,
      };
    }),
  };
}

/** The same answer for a storefront: without an address no stock is sellable, whatever the sellers have (reference 1.4). */
export function toSell(answer: ReplyOf<'exposure.simulate'>): ReplyOf<'exposure.simulate'> {
  if (answer.sellable) return answer;
  return {
    ...answer,
    lines: answer.lines.map((line) => ({
      ...line,
      winner: null,
      because: null,
      quotes: line.quotes.map((quote) => ({
        ...quote,
        available: false,
        stock: 0,
        exclusion: 'unavailable' as const,
        points: null,
        items: quote.items.map((item) => ({ ...item, available: false, stock: 0 })),
      })),
    })),
  };
}
