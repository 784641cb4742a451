/** Orders as the storefront and a person hand them over, pay and cancel them: parsed, sealed, recorded, and sent on their way. */
import { createHash } from 'node:crypto';
import { regionOf } from '../../../shared/domain/agreements/regions.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Ambient } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import { handover, hashOfHandover, splitBySeller } from './handover.ts';
import type { Buyer } from './place-body.ts';
import type { StoredMessage } from './writes.ts';

export interface DeskOptions {
  readonly database: ServiceDatabase;
  readonly sealer: { seal(text: string): string; unseal(sealed: string): string | null };
  readonly ambient: Ambient;
  readonly currency: () => Promise<string>;
  readonly onChanged: (orderIds: readonly number[]) => void;
  readonly onCreated: () => void;
}

export type OrderDesk = ReturnType<typeof createDesk>;

export function createDesk({ database, sealer, ambient, currency, onChanged, onCreated }: DeskOptions) {
  const messageOf = (call: string, body: unknown): StoredMessage => ({
    at: instantOf(ambient.now()),
    direction: 'in',
    peer: 'storefront',
    call,
    status: 200,
    bodySealed: sealer.seal(JSON.stringify(body ?? null)),
    answerSealed: null,
  });

  async function group(groupId: string) {
    const orders = await database.read('orders.group', { groupId });
    if (orders.length === 0)
      throw new BinderyError('not-found', 'There is no order with this id.', { field: 'orderId' });
    return { orderId: groupId, orders };
  }

  return {
    group,
    /** Records an order once. @throws BinderyError `invalid-request` naming the field, `not-found` for an unknown seller, `already-exists` */
    async handOver(body: unknown, source: string) {
      const parsed = handover.safeParse(body);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        const field = issue?.path.map(String).join('.') || 'body';
        throw new BinderyError('invalid-request', `${field} ${issue?.message ?? 'is malformed'}`, { field });
      }
      const whole = parsed.data;
      const missing = whole.items.findIndex(
        (_, index) => !whole.shippingData.logisticsInfo.some(({ itemIndex }) => itemIndex === index),
      );
      if (missing >= 0)
        throw new BinderyError('invalid-request', `items.${missing} has no entry in shippingData.logisticsInfo`, {
          field: 'shippingData.logisticsInfo',
        });
      for (const [index, { seller }] of whole.items.entries())
        if ((await database.read('sellers.detail', { sellerId: seller })) === null)
          throw new BinderyError('invalid-request', `items.${index}.seller: there is no seller ${seller}`, {
            field: `items.${index}.seller`,
          });
      const buyer: Buyer = {
        profile: whole.clientProfileData,
        address: whole.shippingData.address,
        text: whole.openTextField ?? null,
        selectedAddresses: whole.shippingData.selectedAddresses ?? null,
        marketingData: whole.marketingData ?? null,
        customData: whole.customData ?? null,
        invoiceData: whole.invoiceData ?? null,
      };
      const { created, ids } = await database.write('orders.create', {
        groupId: whole.orderId,
        receivedAt: instantOf(ambient.now()),
        bodyHash: hashOfHandover(whole),
        salesChannel: whole.salesChannel,
        currency: whole.currency ?? (await currency()),
        source,
        buyerSealed: sealer.seal(JSON.stringify(buyer)),
        region: regionOf(buyer.address.country, buyer.address.state),
        paid: whole.paymentStatus === 'approved',
        orders: splitBySeller(whole, (text) => sealer.seal(text)),
        message: messageOf('POST /storefront/orders', body),
      });
      if (created) onCreated();
      onChanged(ids);
      return { ...(await group(whole.orderId)), created };
    },
    async payment(groupId: string, approved: boolean) {
      await group(groupId);
      const results = await database.write('orders.payment', {
        groupId,
        approved,
        now: instantOf(ambient.now()),
        message: messageOf('POST /storefront/orders/payment', { approved }),
      });
      const after = await group(groupId);
      onChanged(after.orders.map(({ id }) => id));
      return { ...after, taken: results };
    },
    async cancelByStorefront(groupId: string, reason: string) {
      const before = await group(groupId);
      const taken: { marketplaceOrderId: string; verdict: string }[] = [];
      for (const order of before.orders) {
        const { verdict } = await database.write('orders.requestCancel', {
          orderId: order.id,
          // said again, it is the same request
          requestId: `storefront-${createHash('sha256')
            .update(JSON.stringify([groupId, order.marketplaceOrderId, reason]))
            .digest('hex')
            .slice(0, 32)}`,
          now: instantOf(ambient.now()),
          by: 'storefront',
          byUser: true,
          reason: reason || 'The customer cancelled.',
          source: 'storefront',
          message: messageOf('POST /storefront/orders/cancel', { reason }),
        });
        taken.push({ marketplaceOrderId: order.marketplaceOrderId, verdict });
      }
      onChanged(before.orders.map(({ id }) => id));
      return { ...(await group(groupId)), taken };
    },
  };
}
