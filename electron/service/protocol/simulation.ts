/**
 * The fulfillment simulation at a seller's own system: price, stock and delivery of items, now. The seller has 2.5 s
 * (protocol reference, time limits), after which the offer counts as unavailable.
 */
import { z } from 'zod';
import type { Egress } from './egress.ts';
import { eitherCase, idText, instantOrNull, numberOrNull, textOrNull, wholeOrNull } from './fields.ts';
import { createHttpClient, type HttpClientOptions } from './http.ts';
import type { CallOptions } from './sellers.ts';
import type { Raw } from './types.ts';

/** The protocol's limit for an answer, milliseconds. */
export const simulationLimitMs = 2500;

export interface DeliveryOption {
  readonly id: string;
  readonly name: string;
  /** `delivery` or `pickup-in-point`. */
  readonly channel: string | null;
  /** Minor units. */
  readonly priceMinor: number | null;
  /** Where it is fetched; null when it is brought. */
  readonly pickupPoint: string | null;
  /** Windows that a buyer may choose among. */
  readonly windows: readonly { readonly from: string; readonly until: string; readonly priceMinor: number | null }[];
  /** A number and `d`, `bd`, `h` or `m`: `3bd` is three business days. */
  readonly estimate: string | null;
}

export interface SimulatedItem {
  readonly sellerSkuId: string;
  readonly available: boolean;
  /** Minor units; null when the seller left the item out. */
  readonly priceMinor: number | null;
  readonly listPriceMinor: number | null;
  /** 0 whenever it is not available. */
  readonly stock: number;
  /** ISO 4217 when the seller says it; the protocol has no such field in its simulation. */
  readonly currency: string | null;
  readonly priceValidUntil: string | null;
  /** The seller's own account when the seller takes the payment; null when the marketplace does. */
  readonly merchantName: string | null;
  readonly deliveries: readonly DeliveryOption[];
  readonly raw: Raw | null;
}

const sla = eitherCase(
  z.looseObject({
    Id: idText,
    Name: textOrNull,
    DeliveryChannel: textOrNull,
    Price: numberOrNull,
    ShippingEstimate: textOrNull,
    PickupStoreInfo: z.looseObject({ isPickupStore: z.boolean().nullish(), friendlyName: textOrNull }).nullish(),
    AvailableDeliveryWindows: z
      .array(z.looseObject({ startDateUtc: textOrNull, endDateUtc: textOrNull, price: numberOrNull }))
      .nullish(),
  }),
).transform(
  (each): DeliveryOption => ({
    id: each.Id,
    name: each.Name ?? each.Id,
    channel: each.DeliveryChannel,
    priceMinor: wholeOrNull(each.Price),
    estimate: each.ShippingEstimate,
    pickupPoint:
      each.PickupStoreInfo?.isPickupStore === true || each.DeliveryChannel === 'pickup-in-point'
        ? (each.PickupStoreInfo?.friendlyName ?? each.Name ?? each.Id)
        : null,
    windows: (each.AvailableDeliveryWindows ?? []).flatMap(({ startDateUtc, endDateUtc, price }) =>
      startDateUtc === null || endDateUtc === null
        ? []
        : [{ from: startDateUtc, until: endDateUtc, priceMinor: price }],
    ),
  }),
);

export const simulationSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      id: idText,
      requestIndex: numberOrNull,
      quantity: numberOrNull,
      price: numberOrNull,
      listPrice: numberOrNull,
      priceValidUntil: instantOrNull,
      merchantName: textOrNull,
      availability: textOrNull,
    }),
  ),
  logisticsInfo: z
    .array(z.looseObject({ itemIndex: z.number().int(), stockBalance: numberOrNull, slas: z.array(sla).nullish() }))
    .nullish(),
  currency: textOrNull,
  storePreferencesData: z.looseObject({ currencyCode: textOrNull }).nullish(),
});
export type SimulationReply = z.output<typeof simulationSchema>;

export interface SimulationRequest {
  /** The seller's registered address; a query in it (`?affiliateid=…`) is kept. */
  readonly endpoint: string;
  readonly sellerId: string;
  readonly sellerSkuIds: readonly string[];
  readonly salesChannel?: string | number;
  /** Null for an answer without an address: a price, and no delivery windows. Not to sell by. */
  readonly postalCode?: string | null;
  /** ISO 3166 alpha-3. */
  readonly country?: string | null;
  /** Of each item; 1 unless said. */
  readonly quantity?: number;
  /** What the seller gave the marketplace to sign in with. */
  readonly keys?: { readonly appKey: string; readonly appToken: string };
}

export interface SimulationApi {
  /**
   * One item for each id asked, in that order. What the seller leaves out, or has none of, is unavailable with stock 0.
   * Throws `timed-out`, `offline`, `address-refused`, `refused-by-backend`, `unexpected-reply`.
   */
  simulate(request: SimulationRequest, options?: CallOptions): Promise<readonly SimulatedItem[]>;
}

/** What a reply says of each id asked. */
export function simulatedItems(ids: readonly string[], reply: SimulationReply): readonly SimulatedItem[] {
  const currency = reply.currency ?? reply.storePreferencesData?.currencyCode ?? null;
  return ids.map((sellerSkuId, index) => {
    // by id; when the same id was asked twice, by the position the seller repeats
    const candidates = reply.items.map((item, at) => ({ item, at })).filter(({ item }) => item.id === sellerSkuId);
    const found = candidates.find(({ item }) => item.requestIndex === index) ?? candidates[0];
    if (found === undefined) {
      const nothing = { priceMinor: null, listPriceMinor: null, priceValidUntil: null, merchantName: null, raw: null };
      return { sellerSkuId, available: false, stock: 0, currency, deliveries: [], ...nothing };
    }
    const { item, at } = found;
    const logistics = reply.logisticsInfo?.find((each) => each.itemIndex === at);
    const quantity = item.quantity ?? 0;
    const said = item.availability === null || item.availability.toLowerCase() === 'available';
    const stock = logistics?.stockBalance ?? (logistics === undefined ? 0 : quantity);
    const price = wholeOrNull(item.price);
    const available = said && quantity > 0 && stock > 0 && price !== null;
    return {
      sellerSkuId,
      available,
      priceMinor: price,
      listPriceMinor: wholeOrNull(item.listPrice) ?? price,
      stock: available ? (wholeOrNull(stock, Math.floor) ?? 0) : 0,
      currency,
      priceValidUntil: item.priceValidUntil,
      merchantName: item.merchantName,
      deliveries: logistics?.slas ?? [],
      raw: item,
    };
  });
}

/** @param http limits, clock and log of the calls; addresses go through the egress guard whatever it says. */
export function createSimulationApi(
  egress: Egress,
  http: Omit<HttpClientOptions, 'baseUrl' | 'headers' | 'dispatcher'> = {},
): SimulationApi {
  return {
    async simulate(request, options) {
      const endpoint = await egress.check(request.endpoint);
      const { keys } = request;
      const client = createHttpClient({
        timeoutMs: simulationLimitMs,
        retries: 0,
        maxReplyBytes: 4 * 1024 * 1024,
        peer: `Seller ${request.sellerId}`,
        ...http,
        baseUrl: endpoint.href.replace(/#.*$/, ''),
        dispatcher: egress.dispatcher,
        headers: () =>
          keys === undefined ? {} : { authorization: `VTEX key="${keys.appKey}" token="${keys.appToken}"` },
      });
      const reply = await client.request({
        method: 'POST',
        path: '/pvt/orderForms/simulation',
        query: { sc: request.salesChannel },
        body: {
          items: request.sellerSkuIds.map((id) => ({ id, quantity: request.quantity ?? 1, seller: request.sellerId })),
          postalCode: request.postalCode ?? null,
          country: request.country ?? null,
          ...(request.salesChannel === undefined ? {} : { sc: String(request.salesChannel) }),
        },
        schema: simulationSchema,
        idempotent: true,
        ...options,
      });
      return simulatedItems(request.sellerSkuIds, reply);
    },
  };
}
