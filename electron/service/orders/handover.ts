/** What the storefront hands over, parsed and split by seller. */
import { createHash } from 'node:crypto';
import { z } from 'zod';

const cents = z.int('must be a whole number of cents').min(0, 'must not be below 0').max(1_000_000_000_000);
const short = z.string().trim().min(1, 'is required').max(200);
const optional = z.string().max(500).nullish();

/** Objects of the protocol that are handed on as they came. */
const asTheyCame = z.looseObject({});
const list = z.array(asTheyCame, 'must be a list of objects').max(100).nullish();

/** What the buyer chose of a line beside how many. Prices of these are part of the line's own: it is what was sold. */
const chosen = {
  measurementUnit: short.nullish(),
  unitMultiplier: z.number('must be a number').positive('must be above 0').max(1_000_000).nullish(),
  isGift: z.boolean('must be true or false').nullish(),
  bundleItems: list,
  // texts in one description of the protocol, objects in the other
  attachments: z
    .array(z.union([z.string().max(2_000), asTheyCame]), 'must be a list')
    .max(100)
    .nullish(),
  itemAttachment: asTheyCame.nullish(),
  itemsAttachment: list,
  priceTags: list,
};

/** What the buyer chose of its delivery beside the SLA. */
const chosenDelivery = {
  lockTTL: z
    .string()
    .regex(/^\d{1,4}(bd|d|h|m)$/, 'must be a duration, such as 8d or 5bd')
    .nullish(),
  deliveryWindow: z
    .looseObject({ startDateUtc: short, endDateUtc: short }, 'must be an object with startDateUtc and endDateUtc')
    .nullish(),
  selectedDeliveryChannel: z.enum(['delivery', 'pickup-in-point'], 'must be delivery or pickup-in-point').nullish(),
  pickupPointId: short.nullish(),
  addressId: short.nullish(),
  deliveryIds: list,
};

const item = z.object({
  ...chosen,
  id: z.union([short, z.int()]).transform(String),
  seller: short,
  quantity: z.int('must be a whole number').min(1, 'must be at least 1').max(100_000),
  price: cents,
  name: optional,
  skuId: z.int().nullish(),
  commission: z.int().min(0).default(0),
  freightCommission: z.int().min(0).default(0),
});

const logistics = z.object({
  ...chosenDelivery,
  itemIndex: z.int().min(0),
  selectedSla: short,
  price: cents,
  shippingEstimate: optional,
});

/** The protocol's place-order body with items of several sellers (reference 2.3, S2). */
export const handover = z
  .object({
    orderId: short.max(60).regex(/^[\w.-]+$/, 'may hold letters, digits, ".", "-" and "_"'),
    salesChannel: z.union([short, z.int()]).transform(String).default('1'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code')
      .optional(),
    paymentStatus: z.enum(['pending', 'approved']).default('pending'),
    items: z.array(item).min(1, 'the order has no items').max(500),
    clientProfileData: z.looseObject({
      email: short,
      firstName: short,
      lastName: short,
      documentType: short,
      document: short,
    }),
    shippingData: z.object({
      address: z.looseObject({
        addressType: short,
        receiverName: short,
        postalCode: short,
        city: short,
        state: short,
        country: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 3166 alpha-3 code'),
        street: short,
        number: short,
        geoCoordinates: z
          .array(z.number())
          .max(2)
          .refine(
            ([longitude = 0, latitude = 0]) => Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90,
            'must be the longitude and then the latitude, in degrees',
          )
          .optional(),
      }),
      logisticsInfo: z.array(logistics).min(1, 'names no delivery'),
      /** Where it goes when that is not the address: the pickup points. */
      selectedAddresses: list,
    }),
    marketingData: asTheyCame.nullish(),
    customData: asTheyCame.nullish(),
    invoiceData: asTheyCame.nullish(),
    openTextField: z.string().max(5_000).nullish(),
  })
  // added up it stays a whole number, here and in the database
  .refine(
    ({ items, shippingData }) =>
      items.reduce((sum, { quantity, price }) => sum + quantity * price, 0) +
        shippingData.logisticsInfo.reduce((sum, { price }) => sum + price, 0) <=
      1_000_000_000_000,
    { path: ['items'], message: 'add up to more than an order can be of' },
  );
export type Handover = z.output<typeof handover>;

export interface SplitItem {
  readonly skuId: number | null;
  readonly sellerSkuId: string;
  readonly name: string;
  readonly quantity: number;
  /** Of one. Minor units. */
  readonly priceMinor: number;
  /** Of the line. Minor units. */
  readonly freightMinor: number;
  readonly sla: string;
  readonly estimate: string | null;
  readonly commission: number;
  readonly freightCommission: number;
  /** What the buyer chose of the line and of its delivery, sealed: a gift's card names people. Null: nothing. */
  readonly chosenSealed?: string | null;
  readonly deliverySealed?: string | null;
}

export interface SplitOrder {
  readonly marketplaceOrderId: string;
  readonly sellerId: string;
  readonly title: string;
  readonly units: number;
  readonly itemsMinor: number;
  readonly freightMinor: number;
  readonly totalMinor: number;
  readonly items: readonly SplitItem[];
}

/** The fields that say something, sealed; null where none does. */
function sealedOf(from: object, names: readonly string[], seal: (text: string) => string): string | null {
  const said = Object.entries(from).filter(
    ([name, value]) => names.includes(name) && value !== null && value !== undefined,
  );
  return said.length === 0 ? null : seal(JSON.stringify(Object.fromEntries(said)));
}

/** One order a seller, numbered in the order the sellers first appear. Their totals add up to the whole. */
export function splitBySeller(whole: Handover, seal: (text: string) => string): SplitOrder[] {
  const bySeller = new Map<string, SplitItem[]>();
  whole.items.forEach((each, index) => {
    const delivery = whole.shippingData.logisticsInfo.find(({ itemIndex }) => itemIndex === index);
    const items = bySeller.get(each.seller) ?? [];
    items.push({
      skuId: each.skuId ?? null,
      sellerSkuId: each.id,
      name: each.name ?? each.id,
      quantity: each.quantity,
      priceMinor: each.price,
      freightMinor: delivery?.price ?? 0,
      sla: delivery?.selectedSla ?? '',
      estimate: delivery?.shippingEstimate ?? null,
      commission: each.commission,
      freightCommission: each.freightCommission,
      chosenSealed: sealedOf(each, Object.keys(chosen), seal),
      deliverySealed: sealedOf(delivery ?? {}, Object.keys(chosenDelivery), seal),
    });
    bySeller.set(each.seller, items);
  });
  return [...bySeller].map(([sellerId, items], index) => {
    const itemsMinor = items.reduce((sum, { quantity, priceMinor }) => sum + quantity * priceMinor, 0);
    const freightMinor = items.reduce((sum, line) => sum + line.freightMinor, 0);
    const [first] = items;
    return {
      marketplaceOrderId: `${whole.orderId}-${String(index + 1).padStart(2, '0')}`,
      sellerId,
      title: items.length > 1 ? `${first?.name ?? ''} +${items.length - 1}` : (first?.name ?? ''),
      units: items.reduce((sum, { quantity }) => sum + quantity, 0),
      itemsMinor,
      freightMinor,
      totalMinor: itemsMinor + freightMinor,
      items,
    };
  });
}

/** The same content gives the same text, whatever the order of its fields. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, each]) => [name, canonical(each)]),
  );
}

/** The same for the same content, whatever the order of its fields. */
export function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(value)))
    .digest('hex');
}

/** Tells two hand-overs of one id apart. A payment that was approved meanwhile is no difference. */
export function hashOfHandover(whole: Handover): string {
  const { paymentStatus: _status, ...rest } = whole;
  return hashOf(rest);
}
