import type { ReplyOf } from '../../shared/contract/index.ts';
import type { SellerQuote } from '../../shared/contract/order-changes.ts';

type Line = ReplyOf<'exposure.simulate'>['lines'][number];
type Delivery = SellerQuote['items'][number]['deliveries'][number];

/** What a buyer would take without saying: the cheapest delivery to the door, else the cheapest of all; null when none has a price. */
export function deliveryOf(quote: SellerQuote): Delivery | null {
  const priced = (quote.items[0]?.deliveries ?? []).filter(({ price }) => price !== null);
  const toDoor = priced.filter(({ channel }) => channel !== 'pickup-in-point');
  const from = toDoor.length > 0 ? toDoor : priced;
  return (
    from.toSorted(
      (one, other) => (one.price?.minor ?? 0) - (other.price?.minor ?? 0) || (one.id < other.id ? -1 : 1),
    )[0] ?? null
  );
}

/** Whether a seller could be chosen for a line: it has all of it, at a price and with a delivery. */
export function canSell(quote: SellerQuote): boolean {
  return quote.available && quote.items[0]?.price != null && deliveryOf(quote) !== null;
}

/** Who sells a line: whom the operator chose while that seller can, else who stands in the buy box, else whoever can. */
export function sellerOf(line: Line, chosen: string | undefined): SellerQuote | null {
  const able = line.quotes.filter(canSell);
  return (
    able.find(({ sellerId }) => sellerId === chosen) ??
    able.find(({ sellerId }) => sellerId === line.winner) ??
    able[0] ??
    null
  );
}

/** Who buys, and where it goes. */
export interface CartBuyer {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly documentType: string;
  readonly document: string;
  readonly street: string;
  readonly number: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
}

/** Fields that are still empty, in the order of the form. */
export function missingOf(buyer: CartBuyer): (keyof CartBuyer)[] {
  return (Object.keys(buyer) as (keyof CartBuyer)[]).filter((field) => buyer[field].trim() === ''); // its own keys
}

interface CartOrder {
  readonly orderId: string;
  readonly salesChannel: string;
  readonly isPaid: boolean;
  readonly buyer: CartBuyer;
  /** Each line with who sells it. */
  readonly lines: readonly { readonly line: Line; readonly quote: SellerQuote }[];
}

/** The protocol's place-order body (reference 2.3) with items of several sellers. Amounts in minor units. */
export function placeBodyOf({ orderId, salesChannel, isPaid, buyer, lines }: CartOrder) {
  const { email, firstName, lastName, documentType, document, ...place } = buyer;
  return {
    orderId,
    salesChannel,
    currency: lines[0]?.quote.total?.currency ?? 'BRL',
    paymentStatus: isPaid ? 'approved' : 'pending',
    items: lines.map(({ line, quote }) => ({
      id: quote.items[0]?.sellerSkuId ?? '',
      seller: quote.sellerId,
      skuId: line.skuId,
      quantity: line.quantity,
      price: quote.items[0]?.price?.minor ?? 0,
      name: line.name,
    })),
    clientProfileData: { email, firstName, lastName, documentType, document },
    shippingData: {
      address: { addressType: 'residential', receiverName: `${firstName} ${lastName}`.trim(), ...place },
      logisticsInfo: lines.map(({ quote }, itemIndex) => {
        const delivery = deliveryOf(quote);
        return {
          itemIndex,
          selectedSla: delivery?.id ?? '',
          price: delivery?.price?.minor ?? 0,
          shippingEstimate: delivery?.estimate ?? null,
        };
      }),
    },
  };
}

/** What the whole cart costs as it would be placed. Minor units. */
export function sumOf(lines: CartOrder['lines']): number {
  return lines.reduce(
    (sum, { line, quote }) =>
      sum + line.quantity * (quote.items[0]?.price?.minor ?? 0) + (deliveryOf(quote)?.price?.minor ?? 0),
    0,
  );
}

/** An id for an order that a person places: kept until it is placed, so that a second press places nothing anew. */
export function newOrderId(): string {
  const second = Math.floor(Date.now() / 1_000);
  return `D${second.toString(36)}${crypto.randomUUID().slice(0, 3)}`.toUpperCase();
}
