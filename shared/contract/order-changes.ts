import { z } from 'zod';
import { changeProblems, changeStates } from '../domain/orders/change.ts';
import { criteria, exclusions } from '../domain/orders/exposure.ts';
import { instant, money, sellerId } from './core.ts';
import { command, query } from './method.ts';

/** Amounts in minor units of the order's currency. */
const minor = z.int().min(0).max(1_000_000_000_000);
const quantity = z.int().min(1, 'A quantity is at least 1.').max(1_000_000);
const removed = z.object({ sellerSkuId: z.string().min(1).max(200), quantity });
const added = removed.extend({ name: z.string().min(1).max(300), priceMinor: minor });
export const orderChange = z.object({
  replace: z.array(z.object({ from: removed, to: added })).max(100),
  add: z.array(added).max(100),
  remove: z.array(removed).max(100),
  discountMinor: minor,
  incrementMinor: minor,
});

const orderId = z.int().positive();
const changeId = z.string().min(1).max(300);

export const changeRow = z.object({
  id: changeId,
  origin: z.enum(['marketplace', 'seller']),
  state: z.enum(changeStates),
  reason: z.string(),
  change: orderChange,
  totalBefore: money,
  totalAfter: money,
  requestedAt: instant,
  requestedBy: z.string(),
  acknowledgedAt: instant.nullable(),
  decidedAt: instant.nullable(),
  decidedBy: z.string().nullable(),
  problem: z.string().nullable(),
});
export type ChangeRow = z.infer<typeof changeRow>;

export const changePreview = z.object({
  before: money,
  after: money,
  /** Above 0 the buyer pays more, below 0 it is given back. */
  difference: money,
  problem: z.enum(changeProblems).nullable(),
  problemSku: z.string().nullable(),
  stock: z.array(
    z.object({
      sellerSkuId: z.string(),
      name: z.string(),
      /** Units that the seller reserves (above 0) or gets back. */
      delta: z.int(),
      /** What the seller has and asks now; null when it was not asked, or did not answer. */
      available: z.int().nullable(),
      priceNow: money.nullable(),
    }),
  ),
});

const delivery = z.object({
  id: z.string(),
  name: z.string(),
  channel: z.string().nullable(),
  price: money.nullable(),
  estimate: z.string().nullable(),
  pickupPoint: z.string().nullable(),
  windows: z.array(z.object({ from: z.string(), until: z.string(), price: money.nullable() })),
});

/** One seller's answer to a cart, and where it stands among the others. */
export const sellerQuote = z.object({
  sellerId,
  sellerName: z.string(),
  state: z.enum(['answered', 'timed-out', 'failed', 'left-alone', 'no-address']),
  problem: z.string().nullable(),
  available: z.boolean(),
  items: z.array(
    z.object({
      sellerSkuId: z.string(),
      name: z.string(),
      quantity: z.int(),
      available: z.boolean(),
      price: money.nullable(),
      listPrice: money.nullable(),
      stock: z.int(),
      /** The seller's account when the seller takes the payment; null when the marketplace does. */
      merchant: z.string().nullable(),
      deliveries: z.array(delivery),
    }),
  ),
  /** Goods and usual delivery of all items. */
  goods: money.nullable(),
  freight: money.nullable(),
  total: money.nullable(),
  estimate: z.string().nullable(),
  score: z.int(),
  stock: z.int(),
  answeredAt: instant.nullable(),
  took: z.int().nullable(),
  points: z.int().nullable(),
  parts: z.record(z.enum(criteria), z.int()),
  exclusion: z.enum(exclusions).nullable(),
});
export type SellerQuote = z.infer<typeof sellerQuote>;

export const quotes = z.object({
  quotes: z.array(sellerQuote),
  winner: sellerId.nullable(),
  because: z.enum(criteria).nullable(),
});

export const orderChangeMethods = {
  /** What a change would make of money and stock; asks the seller for what is put in. */
  'orders.previewChange': query(z.object({ orderId, change: orderChange }), changePreview),
  'orders.requestChange': command(
    'orders',
    z.object({
      orderId,
      change: orderChange,
      reason: z.string().trim().min(1, 'Say why the order is changed.').max(500),
    }),
    z.object({}),
  ),
  /** Accepts or refuses what the seller proposed. */
  'orders.decideChange': command(
    'orders',
    z.object({ orderId, changeId, accept: z.boolean(), reason: z.string().trim().max(500).nullable() }),
    z.object({}),
  ),
  'orders.cancelChange': command('orders', z.object({ orderId, changeId }), z.object({})),
  /** Sellers that could take the order over, simulated now with the buyer's address, the best first. */
  'orders.alternatives': command('orders', z.object({ orderId }), quotes.extend({ paid: money })),
  /** Moves the order to another seller, at its price now. Answers the new order. */
  'orders.changeSeller': command('orders', z.object({ orderId, sellerId }), z.object({ orderId })),
};
