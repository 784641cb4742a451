import type { Handover } from './handover.ts';
import type { TakenTask } from './task-writes.ts';

/** What is sealed of a hand-over: all that names a person, and what is handed on as it came. */
export interface Buyer {
  readonly profile: Handover['clientProfileData'];
  readonly address: Handover['shippingData']['address'];
  readonly text: string | null;
  readonly selectedAddresses?: readonly Readonly<Record<string, unknown>>[] | null;
  readonly marketingData?: Readonly<Record<string, unknown>> | null;
  readonly customData?: Readonly<Record<string, unknown>> | null;
  readonly invoiceData?: Readonly<Record<string, unknown>> | null;
}

/** What both faces ask of a line when the buyer chose nothing. */
const plain = {
  bundleItems: [],
  attachments: [],
  priceTags: [],
  measurementUnit: 'un',
  unitMultiplier: 1,
  isGift: false,
};

/** What a store's queue wants named of a buyer who is no company. */
const noCompany = {
  phone: '',
  corporateName: null,
  tradeName: null,
  corporateDocument: null,
  stateInscription: null,
  corporatePhone: null,
};

/** An address as a store's queue has it: its coordinates by name. Elsewhere they are a pair, longitude first (reference 2.3). */
function queueAddress({ geoCoordinates, ...address }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (!Array.isArray(geoCoordinates))
    return { ...address, ...(geoCoordinates === undefined ? {} : { geoCoordinates }) };
  const [longitude, latitude] = geoCoordinates.map(Number);
  return latitude === undefined ? address : { ...address, geoCoordinates: { latitude, longitude } };
}

/**
 * The protocol's place-order body (reference 2.3, S2), or that of a store's queue (S5). Amounts in minor units.
 * @param unseal opens what the buyer chose of a line
 */
export function placeBody(
  task: TakenTask,
  buyer: Buyer,
  endpoint: string,
  unseal: (sealed: string) => string | null,
): Record<string, unknown> {
  const { order, items } = task;
  const isQueued = task.seller.face === 'queue';
  const chosen = (sealed: string | null): Record<string, unknown> =>
    // sealed by this program from a parsed hand-over
    sealed === null ? {} : (JSON.parse(unseal(sealed) ?? '{}') as Record<string, unknown>);
  const given = (name: 'marketingData' | 'customData' | 'invoiceData') =>
    buyer[name] === null || buyer[name] === undefined ? {} : { [name]: buyer[name] };
  // asked for by the one or the other, and not every buyer has them
  const address = { neighborhood: '', ...buyer.address };
  const profile = { ...(isQueued ? noCompany : {}), isCorporate: false, ...buyer.profile };
  return {
    marketplaceOrderId: order.marketplace_order_id,
    marketplaceOrderGroup: order.group_id,
    marketplaceServicesEndpoint: endpoint,
    marketplacePaymentValue: order.total,
    isCreatedAsync: task.divergenceAccepted,
    items: items.map((item) => ({
      id: item.seller_sku_id,
      quantity: item.quantity,
      seller: order.seller_id,
      price: item.price,
      commission: item.commission,
      freightCommission: item.freight_commission,
      ...plain,
      ...chosen(item.chosen_sealed),
    })),
    clientProfileData: profile,
    shippingData: {
      address,
      logisticsInfo: items.map((item, itemIndex) => ({
        itemIndex,
        selectedSla: item.sla,
        lockTTL: '8d',
        ...(item.estimate === null ? {} : { shippingEstimate: item.estimate }),
        price: item.freight,
        ...(isQueued ? { selectedDeliveryChannel: 'delivery', deliveryIds: [] } : {}),
        ...chosen(item.delivery_sealed),
      })),
      updateStatus: 'updated',
      ...(buyer.selectedAddresses ? { selectedAddresses: buyer.selectedAddresses } : {}),
      ...(isQueued
        ? {
            selectedAddresses: (buyer.selectedAddresses ?? [{ addressId: 'delivery', ...address }]).map(queueAddress),
            isFob: false,
            isMarketplaceFulfillment: false,
          }
        : {}),
    },
    ...given('marketingData'),
    ...given('customData'),
    ...given('invoiceData'),
    ...(isQueued
      ? {
          allowFranchises: false,
          invoiceData: buyer.invoiceData ?? { userPaymentInfo: { paymentMethods: [] } },
        }
      : {}),
    paymentData: null,
    openTextField: buyer.text ?? '',
    allowMultipleDeliveries: true,
  };
}
