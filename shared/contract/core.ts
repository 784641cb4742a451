import { z } from 'zod';
import type {
  BatchId,
  BindingId,
  BrandId,
  CategoryId,
  DecisionId,
  Instant,
  OfferId,
  OperatorId,
  ProductId,
  SellerId,
  SellerSkuId,
  SkuId,
  VersionId,
  ViewId,
} from '../domain/brand.ts';
import { decisionKinds, decisionStates } from '../domain/decisions.ts';
import { roles } from '../domain/roles.ts';

/** A text id with its brand: the cast is the one place where a parsed string becomes the id it was declared to be. */
function textId<Id extends string>(maximum = 200) {
  return z
    .string()
    .min(1)
    .max(maximum)
    .transform((value) => value as Id);
}
function numberId<Id extends number>() {
  return z
    .int()
    .nonnegative()
    .transform((value) => value as Id);
}

export const sellerId = textId<SellerId>();
export const sellerSkuId = textId<SellerSkuId>();
export const versionId = textId<VersionId>();
export const decisionId = textId<DecisionId>();
export const batchId = textId<BatchId>();
export const operatorId = textId<OperatorId>();
export const viewId = textId<ViewId>();
export const instant = textId<Instant>(40);
export const skuId = numberId<SkuId>();
export const productId = numberId<ProductId>();
export const categoryId = numberId<CategoryId>();
export const brandId = numberId<BrandId>();
export const offerId = numberId<OfferId>();
export const bindingId = numberId<BindingId>();

export const money = z.object({ minor: z.int(), currency: z.string().length(3) });
export const role = z.enum(roles);
export const basisPoints = z.int().min(0).max(10_000);
export const reason = z.object({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) });
export const direction = z.enum(['ascending', 'descending']);

export const operator = z.object({ operatorId, name: z.string(), role });

/** Four meanings, also said in words: agrees (bind), look, conflicts, new. */
export const band = z.enum(['bind', 'look', 'new', 'conflict']);

export const evidence = z.object({
  attribute: z.string(),
  verdict: z.enum(['agrees', 'conflicts', 'missing', 'near']),
  offerValue: z.string().nullable(),
  skuValue: z.string().nullable(),
  offerMarks: z.array(z.tuple([z.number(), z.number()])).optional(),
  skuMarks: z.array(z.tuple([z.number(), z.number()])).optional(),
  /** log-odds in hundredths */
  weight: z.number(),
});

export const decision = z.object({
  decisionId,
  batchId: batchId.nullable(),
  kind: z.enum(decisionKinds),
  state: z.enum(decisionStates),
  sellerId,
  sellerSkuId,
  /** What the decision is about, for people: the offer's title. */
  title: z.string(),
  skuId: skuId.nullable(),
  denyReason: z.string().nullable(),
  /** What was written beside the reason; empty for all but denials. */
  denyNote: z.string().default(''),
  operatorName: z.string(),
  decidedAt: instant,
  /** While held: when it leaves. */
  heldUntil: instant.nullable(),
  attempts: z.int(),
  /** Why it is in conflict, failed, or waits for its next attempt. */
  problem: z.string().nullable(),
  /** The decision that this one takes back. */
  compensates: decisionId.nullable(),
});
export type Decision = z.infer<typeof decision>;

/** Rows of a view, or all of the view but some: the service resolves it, so a selection survives live updates. */
export const selection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ids'), ids: z.array(z.int()).max(10_000) }),
  z.object({ kind: z.literal('view'), viewId, except: z.array(z.int()).max(10_000) }),
]);
export type Selection = z.infer<typeof selection>;
