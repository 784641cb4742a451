import { z } from 'zod';
import { decisionKinds, decisionStates } from '../domain/decisions.ts';
import { bindingId, decision, decisionId, instant, money, sellerId, sellerSkuId, skuId } from './core.ts';
import { command, query } from './method.ts';
import { viewMethods } from './view.ts';

export const bindingFilter = z.object({
  /** Words of the SKU's name, a SKU id, a seller SKU id. */
  text: z.string().max(200).optional(),
  sellerIds: z.array(sellerId).max(200).optional(),
  skuId: skuId.optional(),
  state: z.enum(['active', 'inactive', 'removed']).optional(),
});
export type BindingFilter = z.infer<typeof bindingFilter>;
export const bindingColumns = ['updated', 'sku', 'seller', 'price', 'stock'] as const;
export type BindingColumn = (typeof bindingColumns)[number];

export const bindingRow = z.object({
  id: bindingId,
  sellerId,
  sellerName: z.string(),
  sellerSkuId,
  skuId,
  skuName: z.string(),
  state: z.enum(['active', 'inactive', 'removed']),
  price: money.nullable(),
  listPrice: money.nullable(),
  stock: z.int().nullable(),
  /** When the seller last told us by simulation; null when it never has. */
  simulatedAt: instant.nullable(),
  updatedAt: instant,
  decision: z
    .object({ decisionId, kind: z.enum(decisionKinds), state: z.enum(decisionStates), problem: z.string().nullable() })
    .nullable(),
});
export type BindingRow = z.infer<typeof bindingRow>;

export const channelPrice = z.object({
  salesChannel: z.string(),
  price: money.nullable(),
  listPrice: money.nullable(),
  stock: z.int(),
  simulatedAt: instant,
});
export const bindingDetail = bindingRow.extend({
  channels: z.array(channelPrice),
  history: z.array(
    channelPrice.extend({ cause: z.enum(['notification', 'sweep', 'binding', 'operator', 'reconcile']) }),
  ),
  decisions: z.array(decision),
});
export type BindingDetail = z.infer<typeof bindingDetail>;

const decided = z.object({ decision });
export const bindings = {
  view: viewMethods(bindingFilter, bindingColumns, bindingRow),
  methods: {
    'bindings.detail': query(z.object({ bindingId }), bindingDetail),
    'bindings.counts': query(z.object({}), z.object({ active: z.int(), inactive: z.int(), removed: z.int() })),
    'bindings.activate': command('review', z.object({ bindingId }), decided),
    'bindings.inactivate': command('review', z.object({ bindingId }), decided),
    'bindings.rebind': command('review', z.object({ bindingId, skuId }), decided),
    'bindings.remove': command('review', z.object({ bindingId }), decided),
    /** Asks the seller now, by a simulation, for price and stock. */
    'bindings.refresh': command('review', z.object({ bindingId }), bindingDetail),
  },
};
