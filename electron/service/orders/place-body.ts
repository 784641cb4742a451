import type { Handover } from './handover.ts';
import type { TakenTask } from './task-writes.ts';

/** What is sealed of a hand-over: all that names a person. */
export interface Buyer {
  readonly profile: Handover['clientProfileData'];
  readonly address: Handover['shippingData']['address'];
  readonly text: string | null;
}

/** The protocol's place-order body (reference 2.3, S2). Amounts in minor units. */
export function placeBody(task: TakenTask, buyer: Buyer, endpoint: string): Record<string, unknown> {
  const { order, items } = task;
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
      bundleItems: [],
      attachments: [],
      priceTags: [],
      measurementUnit: 'un',
      unitMultiplier: 1,
      isGift: false,
    })),
    clientProfileData: buyer.profile,
    shippingData: {
      address: buyer.address,
      logisticsInfo: items.map((item, itemIndex) => ({
        itemIndex,
        selectedSla: item.sla,
        lockTTL: '8d',
        shippingEstimate: item.estimate,
        price: item.freight,
      })),
      updateStatus: 'updated',
    },
    paymentData: null,
    openTextField: buyer.text,
    allowMultipleDeliveries: true,
  };
}
