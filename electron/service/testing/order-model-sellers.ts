/** Sellers as the model test has them: one process, a network that loses, and the reports that they owe the marketplace. */
import type { OrderChange } from '../../../shared/domain/orders/change.ts';
import type { EventType } from '../../../shared/domain/orders/flow.ts';
import type { SellerReport } from '../orders/reports.ts';
import { ProtocolError } from '../protocol/failure.ts';
import type { Cart, SellerAddress, SellerOrdersApi } from '../protocol/seller-orders.ts';
import type { SimulatedItem } from '../protocol/simulation.ts';

/** What the network does with the next call. `crash`: applied, and the service dies before it hears of it. */
export const faults = ['none', 'not-sent', 'answer-lost', 'crash'] as const;
export type Fault = (typeof faults)[number];

export const sellerActions = ['invoice', 'part', 'deliver', 'cancel', 'handle', 'return', 'deny', 'propose'] as const;
export type SellerAction = (typeof sellerActions)[number];

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
  /** A queue takes the placement and says later that it failed for now. */
  hiccups: boolean;
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
  readonly behaviour: SellerBehaviour = {
    cancellation: 'confirm',
    refuses: false,
    agrees: true,
    hiccups: false,
    dearer: 0,
  };
  /** Reports that are under way: delivered in any order, twice, or never. */
  readonly underWay: Report[] = [];
  #proposals = 0;
  /** Every call that arrived, by kind and order. */
  readonly calls: string[] = [];
  faults: Fault[] = [];
  crashed = false;

  /** Applies a call, and lets the network do its worst. */
  async #through<Answer>(apply: () => Answer): Promise<Answer> {
    if (this.crashed) return await new Promise<Answer>(() => undefined);
    // a loop of calls would never let the test end
    if (this.calls.length > 5_000) throw new Error('the service does not stop calling');
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

  /** What came of a queued call, by callback. */
  #result(sellerId: string, marketplaceOrderId: string, type: EventType | null, code: string, id: string | null): void {
    const isGood = code.startsWith('SOI');
    this.underWay.push({
      sellerId,
      marketplaceOrderId,
      report: {
        kind: 'result',
        type,
        operationId: `operation-${this.calls.length}`,
        sellerOrderId: id,
        code,
        problem: isGood ? null : `${code}: not now`,
      },
    });
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
        this.calls.push(`place ${marketplaceOrderId}`);
        const known = this.find(marketplaceOrderId);
        const queued = { queued: true, orderId: null, receipt: null };
        if (at.face === 'queue' && (known !== undefined || this.behaviour.hiccups || this.behaviour.refuses)) {
          if (known !== undefined) this.#result(at.sellerId, marketplaceOrderId, 'placed', 'EOI007', known.id);
          else if (this.behaviour.hiccups) this.#result(at.sellerId, marketplaceOrderId, null, 'EOI006', null);
          else this.#result(at.sellerId, marketplaceOrderId, 'placement-refused', 'FMT002', null);
          return queued;
        }
        if (known !== undefined && at.face === 'store') throw refused('FMT009: the order exists already');
        if (known !== undefined) return { queued: false, orderId: known.id, receipt: null };
        if (this.behaviour.refuses) throw refused('FMT002: cannot be reserved');
        const order: ModelSellerOrder = {
          id: at.face !== 'external' ? `${at.affiliateId}-${marketplaceOrderId}` : `o${this.orders.size + 1}`,
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
        if (at.face === 'queue') {
          this.#result(at.sellerId, marketplaceOrderId, 'placed', 'SOI001', order.id);
          return queued;
        }
        return { queued: false, orderId: order.id, receipt: null };
      }),
    readBack: (at, marketplaceOrderId) => {
      if (at.face === 'external') return Promise.resolve(undefined);
      return this.#through(() => {
        const order = this.find(marketplaceOrderId);
        return order === undefined ? null : { orderId: order.id, status: order.status };
      });
    },
    authorise: (at, { sellerOrderId, marketplaceOrderId }) =>
      this.#through(() => {
        this.calls.push(`authorise ${marketplaceOrderId}`);
        if (at.face === 'queue') {
          const order = this.find(marketplaceOrderId);
          if (order === undefined) this.#result(at.sellerId, marketplaceOrderId, 'authorisation-held', 'EOI008', null);
          else if (order.status === 'canceled')
            this.#result(at.sellerId, marketplaceOrderId, 'authorisation-refused', 'EOI009', order.id);
          else {
            if (order.status === 'reserved') order.status = 'authorised';
            this.#result(at.sellerId, marketplaceOrderId, 'authorised', 'SOI002', order.id);
          }
          return { queued: true, receipt: null };
        }
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
        // of a change that it proposed itself, it waits for no more than this
        if (found === undefined && changeId.startsWith('proposal')) return;
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
  act(order: ModelSellerOrder, what: SellerAction): void {
    const isLive = order.status === 'authorised' || order.status === 'partly';
    if (what === 'deny' && order.asked) {
      order.asked = false;
      this.tell(order, { kind: 'deny-cancellation', reason: 'packed already' });
    }
    if (what === 'propose' && order.status === 'authorised')
      this.tell(order, {
        kind: 'proposal',
        requestId: `proposal-${order.id}-${++this.#proposals}`,
        sameAs: 'p',
        reason: 'one is broken',
        change: { replace: [], add: [], remove: [], discountMinor: 0, incrementMinor: 100 * this.#proposals },
      });
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
