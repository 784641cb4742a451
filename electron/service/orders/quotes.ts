/** Quotes of sellers as a person compares them: what each asks for a cart, ranked by the rule of exposure that holds. */
import type { SellerQuote } from '../../../shared/contract/order-changes.ts';
import type { SellerId } from '../../../shared/domain/brand.ts';
import { type Criterion, type ExposureRule, hoursOfEstimate, rank } from '../../../shared/domain/orders/exposure.ts';
import { type Quote, usualDelivery } from './cart-simulator.ts';

export interface QuotedLine {
  readonly sellerSkuId: string;
  readonly name: string;
  readonly quantity: number;
}

export interface QuotedSeller {
  readonly quote: Quote;
  readonly name: string;
  /** As they were asked, in the quote's order. */
  readonly lines: readonly QuotedLine[];
  readonly score: number;
}

export interface Compared {
  readonly quotes: SellerQuote[];
  readonly winner: SellerId | null;
  readonly because: Criterion | null;
}

/** Compares what sellers said. A cart is available where every line of it is, in the quantity that was asked for. */
export function compareQuotes(sellers: readonly QuotedSeller[], rule: ExposureRule, currency: string): Compared {
  const money = (minor: number | null) => (minor === null ? null : { minor, currency });
  const read = sellers.map(({ quote, name, lines, score }) => {
    const items = lines.map((line, index) => {
      const said = quote.items[index];
      return {
        line,
        said,
        delivery: said === undefined ? null : usualDelivery(said),
        enough: said?.available === true && said.stock >= line.quantity,
      };
    });
    const isKnown = items.length > 0 && items.every(({ said }) => said !== undefined && said.priceMinor !== null);
    const goods = isKnown
      ? items.reduce((sum, { line, said }) => sum + line.quantity * (said?.priceMinor ?? 0), 0)
      : null;
    const delivers = isKnown && items.every(({ delivery }) => delivery !== null);
    const freight = delivers ? items.reduce((sum, { delivery }) => sum + (delivery?.priceMinor ?? 0), 0) : null;
    const slowest = items
      .map(({ delivery }) => delivery?.estimate ?? null)
      .toSorted((one, other) => (hoursOfEstimate(other) ?? 0) - (hoursOfEstimate(one) ?? 0))[0];
    return {
      quote,
      name,
      score,
      items,
      goods,
      freight,
      estimate: slowest ?? null,
      stock: Math.min(...items.map(({ said }) => said?.stock ?? 0)),
      available: quote.state === 'answered' && items.length > 0 && items.every(({ enough }) => enough),
    };
  });
  const ranking = rank(
    read.map(({ quote, goods, freight, estimate, score, stock, available }) => ({
      sellerId: quote.sellerId,
      available,
      priceMinor: goods,
      freightMinor: freight,
      deliveryHours: hoursOfEstimate(estimate),
      score,
      stock,
    })),
    rule,
  );
  const quotes = ranking.ranked.flatMap((place): SellerQuote[] => {
    const found = read.find(({ quote }) => quote.sellerId === place.sellerId);
    if (found === undefined) return [];
    const { quote, goods, freight } = found;
    return [
      {
        sellerId: quote.sellerId as SellerId, // of a row of the register
        sellerName: found.name,
        state: quote.state,
        problem: quote.problem,
        available: found.available,
        items: found.items.map(({ line, said }) => ({
          ...line,
          available: said?.available ?? false,
          price: money(said?.priceMinor ?? null),
          listPrice: money(said?.listPriceMinor ?? null),
          stock: said?.stock ?? 0,
          merchant: said?.merchantName ?? null,
          deliveries: (said?.deliveries ?? []).map(
            ({ id, name, channel, priceMinor, estimate, pickupPoint, windows }) => ({
              id,
              name,
              channel,
              price: money(priceMinor),
              estimate,
              pickupPoint,
              windows: windows.map(({ from, until, priceMinor: extra }) => ({ from, until, price: money(extra) })),
            }),
          ),
        })),
        goods: money(goods),
        freight: money(freight),
        // freight that is not known is not free
        total: money(goods === null || freight === null ? null : goods + freight),
        estimate: found.estimate,
        score: found.score,
        stock: found.stock,
        answeredAt: quote.answeredAt,
        took: quote.tookMs,
        points: place.points,
        parts: place.parts,
        exclusion: place.exclusion,
      },
    ];
  });
  return { quotes, winner: ranking.winner as SellerId | null, because: ranking.because };
}
