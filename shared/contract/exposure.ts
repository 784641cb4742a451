import { z } from 'zod';
import { criteria } from '../domain/orders/exposure.ts';
import { sellerId, skuId } from './core.ts';
import { command, query } from './method.ts';
import { quotes } from './order-changes.ts';

const weight = z.int().min(0).max(100);
export const exposureRule = z.object({
  /** '' for the whole marketplace. */
  categoryId: z.string().max(20),
  weights: z
    .record(z.enum(criteria), weight)
    .refine((weights) => Object.values(weights).some((each) => each > 0), 'At least one weight has to be above 0.'),
  excludedSellers: z.array(z.string().max(200)).max(500),
  minimumStock: z.int().min(0).max(1_000_000),
  minimumScore: z.int().min(0).max(100),
  longestDeliveryHours: z.int().min(1).max(10_000).nullable(),
});

export const cartRequest = z.object({
  items: z
    .array(z.object({ skuId, quantity: z.int().min(1, 'A quantity is at least 1.').max(100_000) }))
    .min(1, 'The cart has no items.')
    .max(50),
  /** Only these are asked; left out or empty, every seller of each SKU. */
  sellerIds: z.array(sellerId).max(50).optional(),
  /** Without one nothing is sellable: prices only. */
  postalCode: z.string().trim().max(20).nullable(),
  /** ISO 3166 alpha-3. */
  country: z
    .string()
    .regex(/^[A-Z]{3}$/, 'A country is named by three letters, such as BRA.')
    .nullable(),
  salesChannel: z.string().trim().min(1).max(20).default('1'),
  /** An answer that is not older is taken from memory. Seconds. */
  maximumAge: z.int().min(0).max(3_600).default(0),
});

const ruleReply = exposureRule.extend({ weights: z.record(z.enum(criteria), z.int()) });

export const exposure = {
  methods: {
    /** A cart at every seller of each of its SKUs, in parallel: who offers what, and who stands in the buy box. */
    'exposure.simulate': command(
      'anyone',
      cartRequest,
      z.object({
        /** Whether there was an address: without one no stock may be sold. */
        sellable: z.boolean(),
        lines: z.array(
          quotes.extend({
            skuId,
            name: z.string(),
            quantity: z.int(),
            /** The category whose rule holds; '' the marketplace's, null the built-in one. */
            ruleOf: z.string().nullable(),
          }),
        ),
      }),
    ),
    'exposure.rules': query(z.object({}), z.object({ rules: z.array(ruleReply) })),
    'exposure.setRule': command('finance', exposureRule, z.object({ rules: z.array(ruleReply) })),
    'exposure.removeRule': command(
      'finance',
      z.object({ categoryId: z.string().max(20) }),
      z.object({ rules: z.array(ruleReply) }),
    ),
    /** What other rules would change over the catalogue, by the prices and stock that are known. */
    'exposure.whatIf': query(
      z.object({ rules: z.array(exposureRule).max(500) }),
      z.object({
        skus: z.int(),
        changed: z.int(),
        sellers: z.array(z.object({ sellerId, name: z.string(), before: z.int(), after: z.int() })),
        samples: z.array(
          z.object({ skuId, name: z.string(), before: sellerId.nullable(), after: sellerId.nullable() }),
        ),
      }),
    ),
  },
};
