/**
 * The orders that sellers hold: reservations of stock, authorisation, cancellation, invoices. One reservation an order of the
 * marketplace, whatever is sent twice. Cents throughout.
 */
import type { Fields } from './input.ts';
import { fields, isFields, listOfFields, number, text } from './input.ts';
import { channelPrice, type SellerSystems } from './seller-state.ts';

type SellerOrderStatus =
  | 'enqueued'
  | 'waiting-for-manual-authorization'
  | 'waiting-ffmt-authorization'
  | 'ready-for-handling'
  | 'handling'
  | 'cancellation-requested'
  | 'invoiced'
  | 'canceled'
  | 'refused';

interface SellerOrderItem {
  readonly id: string;
  quantity: number;
  price: number;
}

export interface SellerOrder {
  readonly sellerId: string;
  readonly marketplaceOrderId: string;
  readonly sellerOrderId: string;
  /** Where the seller reports to: the marketplace's own address, as it came with the order. */
  readonly endpoint: string;
  readonly salesChannel: string;
  readonly isAsync: boolean;
  items: SellerOrderItem[];
  /** Items and freight, as the marketplace said it would pay. */
  total: number;
  status: SellerOrderStatus;
  /** Before a cancellation was asked. */
  before: SellerOrderStatus | null;
  cancellationRequestId: string | null;
  invoiced: number;
  readonly changes: Map<string, SellerChange>;
  readonly placedAt: string;
}

/** A change that the marketplace asked for. */
export interface SellerChange {
  readonly id: string;
  readonly body: Fields;
  state: 'asked' | 'acknowledged' | 'applied' | 'refused' | 'canceled';
}

/** How a seller behaves. */
export interface SellerRules {
  /** What it does with an order whose price is not its own. */
  divergence: 'deny' | 'authorize' | 'manual';
  /** What it answers to a cancellation. */
  cancellation: 'confirm' | 'evaluate' | 'refuse';
  /** What it answers to an order it has already: the same reservation, or a code. */
  duplicates: 'same' | 'refuse';
  /** A code that every placement is refused with. */
  refuseWith: string | null;
  /** What it does with a change that is asked for: agrees step by step, does nothing until told, or refuses. */
  changes: 'agree' | 'held' | 'refuse' | 'refuse-agreement';
  /** Whether results of queued orders are told at once, or when asked to. */
  callbacks: 'at-once' | 'held';
  /** Whether its simulation wants the key and the token that it gave the marketplace. */
  wantsKeys: boolean;
}

const usualRules: SellerRules = {
  divergence: 'deny',
  cancellation: 'confirm',
  duplicates: 'same',
  refuseWith: null,
  changes: 'agree',
  callbacks: 'at-once',
  wantsKeys: false,
};

/** A refusal of a seller, with its code. */
export interface CodedRefusal {
  readonly code: string;
  readonly message: string;
}

export type Placement =
  | { readonly kind: 'placed' | 'held' | 'duplicate'; readonly order: SellerOrder }
  | { readonly kind: 'refused'; readonly refusal: CodedRefusal };

const wholeOf = (from: Fields, name: string): number => Math.round(number(from, name) ?? 0);

export class SellerOrders {
  private readonly orders = new Map<string, SellerOrder>();
  private readonly rules = new Map<string, SellerRules>();
  /** What a seller signs its reports with. */
  readonly credentials = new Map<string, Readonly<Record<string, string>>>();
  /** Reservations ever made, by marketplace order: never more than one each. */
  readonly reservations = new Map<string, number>();
  private readonly systems: SellerSystems;
  private readonly clock: () => string;
  private next = 100_001;

  constructor(systems: SellerSystems, clock: () => string) {
    this.systems = systems;
    this.clock = clock;
  }

  rulesOf(sellerId: string): SellerRules {
    return this.rules.get(sellerId) ?? usualRules;
  }

  setRules(sellerId: string, change: Partial<SellerRules>): SellerRules {
    const rules = { ...this.rulesOf(sellerId), ...change };
    this.rules.set(sellerId, rules);
    return rules;
  }

  all(): readonly SellerOrder[] {
    return [...this.orders.values()];
  }

  /** By the marketplace's id, at one seller. */
  find(sellerId: string, marketplaceOrderId: string): SellerOrder | undefined {
    return this.orders.get(`${sellerId}\n${marketplaceOrderId}`);
  }

  /** By the seller's own id, or by the marketplace's, which it keeps beside its own. */
  own(sellerId: string, orderId: string): SellerOrder | undefined {
    return (
      this.all().find((order) => order.sellerId === sellerId && order.sellerOrderId === orderId) ??
      this.find(sellerId, orderId)
    );
  }

  /** Takes an order as the protocol's place call has it. Throws a 400 for a body that is none. */
  place(
    sellerId: string,
    body: Fields,
    options: { salesChannel: string; isAsync: boolean; sellerOrderId?: string; endpoint?: string },
  ): Placement {
    const marketplaceOrderId = text(body, 'marketplaceOrderId');
    const refuse = (code: string, message: string): Placement => ({ kind: 'refused', refusal: { code, message } });
    const rules = this.rulesOf(sellerId);
    if (marketplaceOrderId === '') return refuse('FMT015', 'marketplaceOrderId is missing');
    const known = this.find(sellerId, marketplaceOrderId);
    if (known !== undefined && known.status !== 'refused') {
      if (rules.duplicates === 'refuse' || options.isAsync) return { kind: 'duplicate', order: known };
      return { kind: known.status === 'waiting-for-manual-authorization' ? 'held' : 'placed', order: known };
    }
    if (rules.refuseWith !== null) return refuse(rules.refuseWith, 'the seller refuses this order');
    const items = listOfFields(body.items, 'items').map(
      (item): SellerOrderItem => ({
        id: text(item, 'id'),
        quantity: wholeOf(item, 'quantity'),
        price: wholeOf(item, 'price'),
      }),
    );
    if (items.length === 0) return refuse('FMT0026', 'the order has no items');
    const shipping = isFields(body.shippingData) ? body.shippingData : null;
    const logistics = shipping !== null && Array.isArray(shipping.logisticsInfo) ? shipping.logisticsInfo : [];
    if (shipping === null || logistics.length === 0) return refuse('FMT001', 'there is no shipping data');
    let diverges = false;
    for (const item of items) {
      if (item.quantity <= 0) return refuse('FMT0038', `the quantity of ${item.id} is not above 0`);
      const sku = this.systems.get(sellerId, item.id);
      if (sku === undefined) return refuse('FMT012', `there is no item ${item.id}`);
      if (sku.stock < item.quantity) return refuse('FMT002', `${item.id} cannot be reserved: ${sku.stock} left`);
      if (channelPrice(sku, options.salesChannel) !== item.price) diverges = true;
    }
    const freight = logistics.reduce(
      (sum: number, each: unknown) => sum + (isFields(each) ? wholeOf(each, 'price') : 0),
      0,
    );
    const sum = items.reduce((total, { quantity, price }) => total + quantity * price, 0) + freight;
    if (wholeOf(body, 'marketplacePaymentValue') !== sum)
      return refuse(
        'FMT007',
        `marketplacePaymentValue is ${wholeOf(body, 'marketplacePaymentValue')}, items and freight are ${sum}`,
      );
    if (diverges && rules.divergence === 'deny')
      return refuse(options.isAsync ? 'EOI003' : 'FMT006', 'a price differs from the seller’s own');
    const order: SellerOrder = {
      sellerId,
      marketplaceOrderId,
      sellerOrderId: options.sellerOrderId ?? String(this.next++),
      endpoint: (options.endpoint ?? text(body, 'marketplaceServicesEndpoint')).replace(/\/+$/, ''),
      salesChannel: options.salesChannel,
      isAsync: options.isAsync,
      items,
      total: sum,
      status:
        diverges && rules.divergence === 'manual' ? 'waiting-for-manual-authorization' : 'waiting-ffmt-authorization',
      before: null,
      cancellationRequestId: null,
      invoiced: 0,
      changes: new Map(),
      placedAt: this.clock(),
    };
    this.reserve(order, -1);
    this.reservations.set(marketplaceOrderId, (this.reservations.get(marketplaceOrderId) ?? 0) + 1);
    this.orders.set(`${sellerId}\n${marketplaceOrderId}`, order);
    return { kind: order.status === 'waiting-for-manual-authorization' ? 'held' : 'placed', order };
  }

  /** The seller's clerk decides about an order that its divergence rule holds. */
  decideDivergence(order: SellerOrder, accept: boolean): void {
    if (order.status !== 'waiting-for-manual-authorization') return;
    if (accept) order.status = 'waiting-ffmt-authorization';
    else {
      this.reserve(order, 1);
      order.status = 'refused';
    }
  }

  /** Authorises fulfilment. Answers a code when the order is not in a state to be authorised. */
  authorise(order: SellerOrder): CodedRefusal | null {
    if (order.status === 'waiting-for-manual-authorization')
      return { code: 'EOI011', message: 'the seller has not authorised the price difference yet' };
    if (order.status === 'canceled' || order.status === 'refused')
      return { code: 'EOI009', message: `the order is ${order.status}` };
    if (order.status === 'waiting-ffmt-authorization') order.status = 'ready-for-handling';
    return null;
  }

  /** What a cancellation is answered with. A second request with the first one's id asks for the outcome. */
  cancel(order: SellerOrder, requestId: string): 'confirmed' | 'evaluating' | 'refused' {
    if (order.status === 'canceled' || order.status === 'refused') return 'confirmed';
    if (order.invoiced > 0) return 'refused';
    const rules = this.rulesOf(order.sellerId);
    const decided = rules.cancellation;
    if (decided === 'refuse') {
      order.status = order.before ?? order.status;
      order.before = null;
      return 'refused';
    }
    if (decided === 'evaluate') {
      if (order.status !== 'cancellation-requested') order.before = order.status;
      order.status = 'cancellation-requested';
      order.cancellationRequestId = requestId;
      return 'evaluating';
    }
    this.release(order);
    return 'confirmed';
  }

  /** Gives the reservation back. */
  release(order: SellerOrder): void {
    if (order.status === 'canceled') return;
    this.reserve(order, 1);
    order.status = 'canceled';
  }

  /** Applies a change: its goods, their reservation, and the sum to be invoiced. Prices in cents; freight stays. */
  applyChange(order: SellerOrder, change: SellerChange): void {
    if (change.state === 'applied') return;
    change.state = 'applied';
    const listOf = (value: unknown): Fields[] =>
      isFields(value) && Array.isArray(value.items) ? listOfFields(value.items, 'items') : [];
    const replaced = Array.isArray(change.body.replace) ? listOfFields(change.body.replace, 'replace') : [];
    const gone = [...replaced.flatMap(({ from }) => listOf(from)), ...listOf(change.body.remove)];
    const come = [...replaced.flatMap(({ to }) => listOf(to)), ...listOf(change.body.add)];
    const before = order.items.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
    this.reserve(order, 1);
    for (const each of gone) {
      let left = wholeOf(each, 'quantity');
      for (const item of order.items.filter(({ id }) => id === text(each, 'id'))) {
        const taken = Math.min(left, item.quantity);
        item.quantity -= taken;
        left -= taken;
      }
    }
    for (const each of come)
      order.items.push({ id: text(each, 'id'), quantity: wholeOf(each, 'quantity'), price: wholeOf(each, 'price') });
    order.items = order.items.filter(({ quantity }) => quantity > 0);
    this.reserve(order, -1);
    const after = order.items.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
    order.total +=
      after - before - wholeOf(change.body, 'manualDiscountValue') + wholeOf(change.body, 'manualIncrementValue');
  }

  /** Notes what was invoiced, in cents. */
  invoice(order: SellerOrder, value: number): void {
    order.invoiced += value;
    order.before = null;
    order.status = order.invoiced >= order.total ? 'invoiced' : 'handling';
  }

  private reserve(order: SellerOrder, sign: 1 | -1): void {
    for (const { id, quantity } of order.items) {
      const sku = this.systems.get(order.sellerId, id);
      if (sku !== undefined) this.systems.set(order.sellerId, id, { stock: Math.max(0, sku.stock + sign * quantity) });
    }
  }
}

/** The order of a place call: the reference shows an object, its guide an array; both are taken. */
export function placedOrders(body: unknown): Fields[] {
  return Array.isArray(body) ? listOfFields(body) : [fields(body)];
}

/** Parses a change of rules. Throws nothing: an unknown word is left out. */
export function rulesIn(body: Fields): Partial<SellerRules> {
  const pick = <Word extends string>(name: string, words: readonly Word[]): Word | undefined =>
    words.find((word) => word === body[name]);
  const divergence = pick('divergence', ['deny', 'authorize', 'manual']);
  const cancellation = pick('cancellation', ['confirm', 'evaluate', 'refuse']);
  const duplicates = pick('duplicates', ['same', 'refuse']);
  const changes = pick('changes', ['agree', 'held', 'refuse', 'refuse-agreement']);
  const callbacks = pick('callbacks', ['at-once', 'held']);
  return {
    ...(divergence && { divergence }),
    ...(cancellation && { cancellation }),
    ...(duplicates && { duplicates }),
    ...(changes && { changes }),
    ...(callbacks && { callbacks }),
    ...(typeof body.wantsKeys === 'boolean' && { wantsKeys: body.wantsKeys }),
    ...('refuseWith' in body && { refuseWith: text(body, 'refuseWith') || null }),
  };
}
