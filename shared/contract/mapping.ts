import { z } from 'zod';
import { sellerId } from './core.ts';
import { command, query } from './method.ts';

export const mappingKind = z.enum(['category', 'brand', 'specification', 'channel']);
export type MappingKind = z.infer<typeof mappingKind>;

export const mappingRow = z.object({
  sellerId,
  sellerName: z.string(),
  kind: mappingKind,
  /** Exactly as the seller writes it: matching is case-sensitive. */
  sellerValue: z.string(),
  /** The marketplace's id (category, brand, channel) or name (specification); null while unmapped. */
  targetId: z.string().nullable(),
  targetName: z.string().nullable(),
  suggestion: z.object({ targetId: z.string(), targetName: z.string(), score: z.int() }).nullable(),
  waitingOffers: z.int(),
});
export type MappingRow = z.infer<typeof mappingRow>;

export const mapping = {
  methods: {
    'mapping.list': query(
      z.object({
        kind: mappingKind,
        sellerId: sellerId.optional(),
        unmappedOnly: z.boolean().default(false),
        text: z.string().max(100).default(''),
      }),
      z.object({ rows: z.array(mappingRow), unmapped: z.int() }),
    ),
    /** Categories of sellers, each seller's apart, that are mapped to nothing and have offers waiting. */
    'mapping.counts': query(z.object({}), z.object({ categories: z.int() })),
    'mapping.apply': command(
      'review',
      z.object({
        entries: z
          .array(
            z.object({ sellerId, kind: mappingKind, sellerValue: z.string().min(1), targetId: z.string().nullable() }),
          )
          .min(1)
          .max(5_000),
      }),
      z.object({ applied: z.int(), offersAffected: z.int() }),
    ),
    'mapping.targets': query(
      z.object({ kind: mappingKind, text: z.string().max(100).default(''), limit: z.int().max(100).default(20) }),
      z.object({ targets: z.array(z.object({ targetId: z.string(), targetName: z.string() })) }),
    ),
  },
};
