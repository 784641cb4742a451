import { z } from 'zod';
import { orderActions } from '../domain/orders/actions.ts';
import { attentions } from '../domain/orders/attention.ts';
import { nextActions } from '../domain/orders/codes.ts';
import { marketplaceStates, sellerStates } from '../domain/orders/flow.ts';
import { paymentStates } from '../domain/orders/order.ts';
import { windowKinds, windowScopes, windowUnits } from '../domain/orders/windows.ts';
import { instant, money, operatorId, sellerId } from './core.ts';
import { command, query } from './method.ts';
import { changeRow, orderChangeMethods } from './order-changes.ts';
import { orderIntakeMethods } from './order-intake.ts';
import { viewMethods } from './view.ts';

export const orderId = z.int().positive();

export const orderFilter = z.object({
  states: z.array(z.enum(marketplaceStates)).max(20).optional(),
  /** Only orders that need a person: for this reason, or for any. */
  attention: z.enum([...attentions, 'any']).optional(),
  sellerIds: z.array(sellerId).max(200).optional(),
  /** The beginning of an order's id, ours or the seller's, or the whole number of an invoice. */
  text: z.string().max(100).optional(),
  mine: z.boolean().optional(),
});
export type OrderFilter = z.infer<typeof orderFilter>;

/** How a seller takes orders: the external seller's own calls, or a store of the platform, at once or by its queue (protocol, 1.4 and 3.4). */
export const sellerFace = z.enum(['external', 'store', 'queue']);

/** `urgency`: of what needs a person only; what is due first, then what is worth most. */
export const orderColumns = ['received', 'total', 'deadline', 'seller', 'urgency'] as const;
export type OrderColumn = (typeof orderColumns)[number];

export const orderRow = z.object({
  id: orderId,
  marketplaceOrderId: z.string(),
  sellerId,
  sellerName: z.string(),
  title: z.string(),
  units: z.int(),
  total: money,
  state: z.enum(marketplaceStates),
  sellerState: z.enum(sellerStates),
  attention: z.array(z.enum(attentions)),
  payment: z.enum(paymentStates),
  receivedAt: instant,
  stateSince: instant,
  deadline: instant.nullable(),
  problem: z.string().nullable(),
  problemCode: z.string().nullable(),
  assignedTo: operatorId.nullable(),
  assignedName: z.string().nullable(),
});
export type OrderRow = z.infer<typeof orderRow>;

const orderEvent = z.object({
  sequence: z.int(),
  type: z.string(),
  at: instant,
  source: z.string(),
  author: z.string().nullable(),
  fits: z.boolean(),
  seen: z.boolean(),
  from: z.enum(marketplaceStates),
  to: z.enum(marketplaceStates),
  /** The same of the seller's view. */
  sellerFrom: z.enum(sellerStates),
  sellerTo: z.enum(sellerStates),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  messageId: z.int().nullable(),
});

export const orderDetail = orderRow.extend({
  groupId: z.string(),
  sellerOrderId: z.string().nullable(),
  /** How a person settled what the two sides contradict each other about; null: nobody did. */
  settledReason: z.string().nullable(),
  salesChannel: z.string(),
  freight: money,
  invoiced: money,
  returned: money,
  next: z.enum(nextActions),
  cancellationEndsAt: instant.nullable(),
  changeSellerEndsAt: instant.nullable(),
  authoriseBy: instant.nullable(),
  shipBy: instant.nullable(),
  deliverBy: instant.nullable(),
  changeEndsAt: instant.nullable(),
  /** Increments minus discounts of the changes that were applied. */
  adjustment: money,
  /** The order that this one took over, and the one that took this one over. */
  replaces: z.object({ id: orderId, marketplaceOrderId: z.string() }).nullable(),
  replacedBy: z.object({ id: orderId, marketplaceOrderId: z.string() }).nullable(),
  changes: z.array(changeRow),
  notes: z.array(z.object({ id: z.int(), at: instant, author: z.string(), text: z.string() })),
  /** Since when the buyer is no more known; null while sealed. */
  buyerErasedAt: instant.nullable(),
  items: z.array(
    z.object({
      sellerSkuId: z.string(),
      name: z.string(),
      quantity: z.int(),
      price: money,
      freight: money,
      simulatedPrice: money.nullable(),
      simulatedFreight: money.nullable(),
      simulatedStock: z.int().nullable(),
    }),
  ),
  invoices: z.array(
    z.object({
      number: z.string(),
      isReturn: z.boolean(),
      value: money,
      counted: z.boolean(),
      /** When a person took it out; null: nobody did. */
      voidedAt: instant.nullable(),
      courier: z.string().nullable(),
      trackingNumber: z.string().nullable(),
      trackingUrl: z.string().nullable(),
      receivedAt: instant,
      deliveredAt: instant.nullable(),
      /** Where the package was seen, the latest first; the time as the seller wrote it. */
      tracking: z.array(z.object({ at: z.string().nullable(), place: z.string(), description: z.string() })),
    }),
  ),
  cancellations: z.array(
    z.object({ reason: z.string(), by: z.string(), at: instant, insideWindow: z.boolean(), outcome: z.string() }),
  ),
  tasks: z.array(
    z.object({
      kind: z.string(),
      state: z.string(),
      attempts: z.int(),
      notBefore: instant,
      problem: z.string().nullable(),
    }),
  ),
  events: z.array(orderEvent),
  /** Every message in and out, without its bodies, the newest first. */
  messages: z.array(
    z.object({
      id: z.int(),
      at: instant,
      direction: z.enum(['in', 'out']),
      peer: z.string(),
      /** Method and path; of what never left, what it was to be. */
      call: z.string(),
      /** Null: no answer came. */
      status: z.int().nullable(),
      /** Whether it can still be shown. */
      isSealed: z.boolean(),
    }),
  ),
  actions: z.array(z.enum(orderActions)),
});
export type OrderDetail = z.infer<typeof orderDetail>;

const holidays = z.array(z.string().regex(/^\d{4}-\d\d-\d\d$/, 'A holiday is a date, such as 2026-12-25.')).max(500);
/** Where the marketplace counts its days. */
const calendar = z.object({ timeZone: z.string().max(60), holidays });

const windowRule = z.object({
  kind: z.enum(windowKinds),
  scope: z.enum(windowScopes),
  scopeId: z.string().max(100),
  length: z.object({ amount: z.int().min(0).max(10_000), unit: z.enum(windowUnits) }),
  /** null: the marketplace's. */
  timeZone: z.string().max(60).nullable(),
  holidays: holidays.nullable(),
});

/** Of those that were due: how many were late, and how many of these are open still. */
const lateness = z.object({ due: z.int(), late: z.int(), open: z.int() });

export const orders = {
  view: viewMethods(orderFilter, orderColumns, orderRow),
  methods: {
    ...orderChangeMethods,
    ...orderIntakeMethods,
    'orders.detail': query(z.object({ orderId }), orderDetail),
    /** How many orders need a person, in all, past their deadline, and by reason. */
    'orders.counts': query(
      z.object({}),
      z.object({
        all: z.int(),
        any: z.int(),
        overdue: z.int(),
        reasons: z.partialRecord(z.enum(attentions), z.int()),
      }),
    ),
    /** Where orders are, and of the last 30 days how many came and how many went out or arrived late. Days are the marketplace's. */
    'orders.flow': query(
      z.object({}),
      z.object({
        at: instant,
        states: z.array(z.object({ state: z.enum(marketplaceStates), count: z.int() })),
        days: z.array(z.object({ day: z.string(), received: z.int(), ship: lateness, deliver: lateness })),
        /** Sellers with any late order; the worst of them follow. */
        lateSellers: z.int(),
        sellers: z.array(
          z.object({
            sellerId,
            name: z.string(),
            ship: lateness.omit({ open: true }),
            deliver: lateness.omit({ open: true }),
          }),
        ),
      }),
    ),
    /** Who bought; or one message and its answer, as they went over the wire, and then not the buyer. Audited: each may name a person. */
    'orders.reveal': command(
      'orders',
      z.object({ orderId, messageId: z.int().optional() }),
      z.object({ buyer: z.string().nullable(), body: z.string().nullable(), answer: z.string().nullable() }),
    ),
    /** Hands over an order as the storefront would; the protocol's place-order body with items of several sellers. */
    'orders.place': command('orders', z.object({ order: z.json() }), z.object({ ids: z.array(orderId) })),
    'orders.pay': command('orders', z.object({ orderId, approved: z.boolean() }), z.object({})),
    'orders.cancel': command(
      'orders',
      z.object({ orderId, reason: z.string().trim().min(1, 'Say why it is cancelled.').max(500) }),
      orderDetail,
    ),
    /** Takes an invoice out that is wrong: it does not count any more, and the seller may send its number again. */
    'orders.voidInvoice': command(
      'orders',
      z.object({
        orderId,
        number: z.string().min(1).max(200),
        reason: z.string().trim().min(1, 'Say why it is taken out.').max(500),
      }),
      orderDetail,
    ),
    'orders.acceptDivergence': command('orders', z.object({ orderId }), orderDetail),
    /** Tries again now what waits or stopped; an order that the seller refused is simulated and placed anew. */
    'orders.retry': command('orders', z.object({ orderId }), orderDetail),
    'orders.markSeen': command('orders', z.object({ orderId }), orderDetail),
    /** Takes a contradiction between the two sides off the lists: it was settled with the seller. Audited; it holds until one of them moves. */
    'orders.settle': command(
      'orders',
      z.object({ orderId, reason: z.string().trim().min(1, 'Say how it was settled.').max(500) }),
      orderDetail,
    ),
    'orders.addNote': command(
      'orders',
      z.object({ orderId, text: z.string().trim().min(1, 'A note says something.').max(2_000) }),
      orderDetail,
    ),
    /** Erases the buyer and the raw messages of a purchase that is over; it cannot be taken back. */
    'orders.erase': command('orders', z.object({ orderId }), orderDetail),
    /** How long buyers are known after the purchase; null: until somebody erases them. */
    'orders.retention': query(z.object({}), z.object({ days: z.int().nullable() })),
    'orders.setRetention': command(
      'settings',
      z.object({ days: z.int().min(1, 'At least one day.').max(36_500).nullable() }),
      z.object({}),
    ),
    /** Gives an order to an operator who may work on it, or to nobody. `was` is whom the screen showed: nobody is overwritten unseen. */
    'orders.assign': command(
      'orders',
      z.object({ orderId, operatorId: operatorId.nullable(), was: operatorId.nullable() }),
      orderDetail,
    ),
    'orders.windows': query(z.object({}), z.object({ rules: z.array(windowRule), calendar })),
    'orders.setCalendar': command('orders', calendar, z.object({})),
    'orders.setWindow': command(
      'orders',
      windowRule.extend({ length: windowRule.shape.length.nullable() }),
      z.object({ rules: z.array(windowRule), calendar }),
    ),
    /** How a seller is spoken to; null: as the register has it. */
    'orders.seller': query(
      z.object({ sellerId }),
      z.object({
        face: sellerFace,
        baseUrl: z.string().nullable(),
        affiliateId: z.string().nullable(),
        hasKeys: z.boolean(),
      }),
    ),
    /** Its keys go in and never come out; left out, they stay as they are, and null has them forgotten. */
    'orders.setSeller': command(
      'sellers',
      z.object({
        sellerId,
        face: sellerFace,
        baseUrl: z.url('The address must be a full one.').nullable(),
        affiliateId: z
          .string()
          .regex(/^[B-DF-HJ-NP-TV-Z]{3}$/, 'An affiliate is named by three consonants.')
          .nullable(),
        keys: z
          .object({ appKey: z.string().min(1, 'Give the key.'), appToken: z.string().min(1, 'Give the token.') })
          .nullable()
          .optional(),
      }),
      z.object({}),
    ),
    /** A new key and token for the storefront's calls; shown once. */
    'orders.issueStorefrontToken': command(
      'settings',
      z.object({}),
      z.object({ appKey: z.string(), appToken: z.string() }),
    ),
  },
};
