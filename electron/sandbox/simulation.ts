/** The fulfillment simulation as a seller's system answers it. */
import type { Fields } from './input.ts';
import { listOfFields, number, text } from './input.ts';
import type { SellerSystems } from './seller-state.ts';
import { channelPrice } from './seller-state.ts';

interface SimulatedItem {
  readonly id: string;
  readonly requestIndex: number;
  readonly quantity: number;
  readonly seller: string;
  readonly price: number;
  readonly listPrice: number;
  readonly priceTags: readonly string[];
  readonly priceValidUntil: string;
  readonly measurementUnit: string;
  readonly unitMultiplier: number;
  readonly merchantName: string;
  readonly offerings: readonly never[];
}

interface Logistics {
  readonly itemIndex: number;
  readonly quantity: number;
  readonly shipsTo: readonly string[];
  readonly stockBalance: number;
  readonly deliveryChannels: readonly { id: string; stockBalance: number }[];
  readonly slas: readonly Readonly<Record<string, unknown>>[];
}

export interface Simulation {
  readonly country: string;
  readonly postalCode: string;
  readonly allowMultipleDeliveries: boolean;
  readonly items: readonly SimulatedItem[];
  readonly logisticsInfo: readonly Logistics[];
}

const DAY = 86_400_000;

function delivery(postalCode: string, grams: number, now: number): Readonly<Record<string, unknown>> {
  const windows =
    postalCode === ''
      ? []
      : [2, 3].map((days) => ({
          startDateUtc: new Date(now + days * DAY).toISOString().replace('Z', '+00:00'),
          endDateUtc: new Date(now + days * DAY + DAY / 6).toISOString().replace('Z', '+00:00'),
          price: 0,
        }));
  return {
    id: 'Standard',
    deliveryChannel: 'delivery',
    name: 'Standard',
    shippingEstimate: '3bd',
    // Freight costs 5.00 and 1.00 for each started kilogram; without an address it is not known and 0.
    price: postalCode === '' ? 0 : 500 + Math.ceil(grams / 1000) * 100,
    availableDeliveryWindows: windows,
    pickupStoreInfo: {
      isPickupStore: false,
      friendlyName: '',
      additionalInfo: '',
      address: {
        addressType: 'pickup',
        receiverName: null,
        addressId: '',
        postalCode: '',
        city: '',
        state: '',
        country: '',
        street: '',
        number: '',
        neighborhood: '',
        complement: '',
        reference: null,
        geoCoordinates: [],
      },
    },
  };
}

/**
 * Answers a simulation for one seller. An item it does not know is left out; one without stock has quantity 0; nothing available gives an
 * empty logisticsInfo. Prices are cents. Throws a 400 when `items` is not a list.
 */
export function simulate(
  systems: SellerSystems,
  sellerId: string,
  body: Fields,
  salesChannel: string,
  now: number,
): Simulation {
  const postalCode = text(body, 'postalCode');
  const country = text(body, 'country') || 'USA';
  const items: SimulatedItem[] = [];
  const logisticsInfo: Logistics[] = [];
  for (const [requestIndex, asked] of listOfFields(body.items, 'items').entries()) {
    const id = text(asked, 'id');
    const sku = systems.get(sellerId, id);
    if (sku === undefined) continue;
    const quantity = Math.min(Math.max(0, number(asked, 'quantity') ?? 1), sku.stock);
    const price = channelPrice(sku, salesChannel);
    items.push({
      id,
      requestIndex,
      quantity,
      seller: text(asked, 'seller') || '1',
      price,
      listPrice: Math.max(price, sku.listPrice),
      priceTags: [],
      priceValidUntil: new Date(now + DAY).toISOString(),
      measurementUnit: 'un',
      unitMultiplier: 1,
      merchantName: sellerId,
      offerings: [],
    });
    if (sku.stock > 0) {
      logisticsInfo.push({
        itemIndex: items.length - 1,
        quantity,
        shipsTo: [country],
        stockBalance: sku.stock,
        deliveryChannels: [{ id: 'delivery', stockBalance: sku.stock }],
        slas: [delivery(postalCode, 500, now)],
      });
    }
  }
  return { country, postalCode, allowMultipleDeliveries: true, items, logisticsInfo };
}
