/** Sellers as the model test has them: one process, a network that loses, and the reports that they owe the marketplace. */
import type { OrderChange } from '../../../shared/domain/orders/change.ts';
import type { SellerReport } from '../orders/reports.ts';
import { ProtocolError } from '../protocol/failure.ts';
import type { Cart, SellerAddress, SellerOrdersApi } from '../protocol/seller-orders.ts';
import type { SimulatedItem } from '../protocol/simulation.ts';

/** What the network does with the next call. `crash`: applied, and the service dies before it hears of it. */
export const faults = ['none', 'not-sent', 'answer-lost', 'crash'] as const;
export type Fault = (typeof faults)[number];

export interface ModelSellerOrder {
  readonly id: string;
  readonly sellerId: string;
  readonly marketplaceOrderId: string;
  lines: { id: string; quantity: number; price: number }[];
  freight: number;
  total: number;
  status: 'reserved' | 'authorised' | 'canceled' | 'invoiced' | 'partly';
  invoiced: number;
  invoices: number;
  asked: boolean;
  readonly changes: Map<string, { change: OrderChange; state: 'asked' | 'applied' | 'canceled' }>;
}

/** A report on its way to the marketplace. */
export interface Report {
  readonly sellerId: string;
  readonly marketplaceOrderId: string;
  readonly report: SellerReport;
}

export interface SellerBehaviour {
  cancellation: 'confirm' | 'evaluate' | 'refuse';
  refuses: boolean;
  agrees: boolean;
  /** Cents that the seller's price is above what was sold. */
  dearer: number;
}

const call = { name: 'POST /model', changes: true };
const refused = (message: string) =>
  new ProtocolError({ kind: 'refused', status: 400, code: null, message }, message, call);

export class ModelSellers {
  readonly orders = new Map<string, ModelSellerOrder>();
  /** How often each order was reserved. */
  readonly reservations = new Map<string, number>();
  readonly behaviour: SellerBehaviour = { cancellation: 'confirm', refuses: false, agrees: true, dearer: 0 };
  /** Reports that are under way: delivered in any order, twice, or never. */
  readonly underWay: Report[] = [];
  faults: Fault[] = [];
  crashed = false;

  /** Applies a call, and lets the network do its worst. */
  async #through<Answer>(apply: () => Answer): Promise<Answer> {
    if (this.crashed) return await new Promise<Answer>(() => undefined);
    const fault = this.faults.shift() ?? 'none';
    if (fault === 'not-sent')
      throw new ProtocolError({ kind: 'not-sent', reason: 'unreachable', retryAfterMs: null }, 'unreachable', call);
    const answer = apply();
    if (fault === 'answer-lost')
      throw new ProtocolError({ kind: 'ambiguous', reason: 'reset', status: null }, 'the answer was lost', call);
    if (fault === 'crash') {
      this.crashed = true;
      return await new Promise<Answer>(() => undefined);
    }
    return answer;
  }

  find(marketplaceOrderId: string): ModelSellerOrder | undefined {
    return [...this.orders.values()].find((order) => order.marketplaceOrderId === marketplaceOrderId);
  }

  #own(at: SellerAddress, id: string): ModelSellerOrder {
    const order = this.orders.get(`${at.sellerId} ${id}`) ?? this.find(id);
    if (order === undefined) throw refused('FMT0022: no such reservation');
    return order;
  }

  tell(order: ModelSellerOrder, report: SellerReport): void {
    this.underWay.push({ sellerId: order.sellerId, marketplaceOrderId: order.marketplaceOrderId, report });
  }

  readonly api: SellerOrdersApi = {
    simulate: (_at: SellerAddress, cart: Cart) =>
      this.#through(() =>
        cart.items.map(
          ({ id, quantity }): SimulatedItem => ({
            sellerSkuId: id,
            available: true,
            priceMinor: 1_000 + this.behaviour.dearer,
            listPriceMinor: null,
            stock: quantity + 5,
            currency: null,
            priceValidUntil: null,
            merchantName: null,
            deliveries: [
              {
                id: 'Standard',
                name: 'Standard',
                channel: 'delivery',
                priceMinor: 600,
                estimate: '3bd',
                pickupPoint: null,
                windows: [],
              },
            ],
            raw: null,
          }),
        ),
      ),
    place: (at, body) =>
      this.#through(() => {
        // what the placing code built, as the seller reads it
        const { marketplaceOrderId, items, marketplacePaymentValue } = body as {
          marketplaceOrderId: string;
          items: { id: string; quantity: number; price: number }[];
          marketplacePaymentValue: number;
        };
        const known = this.find(marketplaceOrderId);
        if (known !== undefined && at.face === 'store') throw refused('FMT009: the order exists already');
        if (known !== undefined) return { queued: false, orderId: known.id, receipt: null };
        if (this.behaviour.refuses) throw refused('FMT002: cannot be reserved');
        const order: ModelSellerOrder = {
          id: at.face === 'store' ? `${at.affiliateId}-${marketplaceOrderId}` : `o${this.orders.size + 1}`,
          sellerId: at.sellerId,
          marketplaceOrderId,
          lines: items.map(({ id, quantity, price }) => ({ id, quantity, price })),
          freight: marketplacePaymentValue - items.reduce((sum, item) => sum + item.quantity * item.price, 0),
          total: marketplacePaymentValue,
          status: 'reserved',
          invoiced: 0,
          invoices: 0,
          asked: false,
          changes: new Map(),
        };
        this.orders.set(`${at.sellerId} ${order.id}`, order);
        this.reservations.set(marketplaceOrderId, (this.reservations.get(marketplaceOrderId) ?? 0) + 1);
        return { queued: false, orderId: order.id, receipt: null };
      }),
    readBack: (at, marketplaceOrderId) => {
      if (at.face === 'external') return Promise.resolve(undefined);
      return this.#through(() => {
        const order = this.find(marketplaceOrderId);
        return order === undefined ? null : { orderId: order.id, status: order.status };
      });
    },
    authorise: (at, { sellerOrderId }) =>
      this.#through(() => {
        const order = this.#own(at, sellerOrderId);
        if (order.status === 'canceled') throw refused('EOI009: the order is canceled');
        if (order.status === 'reserved') order.status = 'authorised';
        return { queued: false, receipt: null };
      }),
    cancel: (at, { sellerOrderId }) =>
      this.#through(() => {
        const order = this.#own(at, sellerOrderId);
        if (order.status === 'canceled') return { orderId: order.id, receipt: 'again' };
        if (order.invoiced > 0 || this.behaviour.cancellation === 'refuse')
          throw refused('FMT008: cannot be cancelled');
        if (this.behaviour.cancellation === 'evaluate') {
          order.asked = true;
          return null;
        }
        order.status = 'canceled';
        return { orderId: order.id, receipt: 'canceled' };
      }),
    requestChange: (at, { sellerOrderId, changeId, change }) =>
      this.#through(() => {
        const order = this.#own(at, sellerOrderId);
        if (!this.behaviour.agrees || order.status !== 'authorised') throw refused('not now');
        if (!order.changes.has(changeId)) order.changes.set(changeId, { change, state: 'asked' });
        return { requestId: null };
      }),
    agree: (at, { sellerOrderId, changeId, agreement }) =>
      this.#through(() => {
        const order = this.#own(at, sellerOrderId);
        const found = order.changes.get(changeId);
        if (found === undefined) throw refused('no such change');
        if (found.state === 'canceled') return;
        if (agreement === 'Confirmation' && found.state === 'asked') {
          found.state = 'applied';
          order.total += found.change.incrementMinor - found.change.discountMinor;
        }
        this.tell(order, { kind: 'agreement', changeId, agreement });
      }),
    cancelChange: (at, { sellerOrderId, changeId }) =>
      this.#through(() => {
        const found = this.#own(at, sellerOrderId).changes.get(changeId);
        if (found?.state === 'applied') throw refused('it is applied');
        if (found) found.state = 'canceled';
      }),
  };

  /** The seller acts on an order of its own, and reports it. Nothing when it would not. */
  act(order: ModelSellerOrder, what: 'invoice' | 'part' | 'deliver' | 'cancel' | 'handle' | 'return'): void {
    const isLive = order.status === 'authorised' || order.status === 'partly';
    if (what === 'handle') this.tell(order, { kind: 'handling' });
    if (what === 'cancel' && (order.status === 'reserved' || order.status === 'authorised')) {
      order.status = 'canceled';
      this.tell(order, { kind: 'cancel', reason: 'broken' });
    }
    if ((what === 'invoice' || what === 'part') && isLive) {
      const left = order.total - order.invoiced;
      const value = what === 'part' ? Math.floor(left / 2) : left;
      if (value <= 0) return;
      order.invoiced += value;
      order.status = order.invoiced >= order.total ? 'invoiced' : 'partly';
      this.#invoice(order, value, false);
    }
    if (what === 'return' && order.status === 'invoiced') this.#invoice(order, order.invoiced, true);
    if (what === 'deliver')
      for (let n = 1; n <= order.invoices; n++)
        this.tell(order, { kind: 'tracking-status', number: `${order.id}-${n}`, isDelivered: true, events: [] });
  }

  #invoice(order: ModelSellerOrder, value: number, isReturn: boolean): void {
    if (!isReturn) order.invoices++;
    this.tell(order, {
      kind: 'invoice',
      isReturn,
      number: isReturn ? `${order.id}-return` : `${order.id}-${order.invoices}`,
      value,
      issuedAt: null,
      courier: null,
      trackingNumber: null,
      trackingUrl: null,
      items: '[]',
    });
  }
}
