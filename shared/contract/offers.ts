import { z } from 'zod';
import { decisionKinds, decisionStates, denyReasons } from '../domain/decisions.ts';
import {
  band,
  basisPoints,
  batchId,
  brandId,
  categoryId,
  decision,
  decisionId,
  evidence,
  instant,
  money,
  offerId,
  operatorId,
  productId,
  reason,
  selection,
  sellerId,
  sellerSkuId,
  skuId,
  versionId,
} from './core.ts';
import { command, query } from './method.ts';
import { viewMethods } from './view.ts';

export const queue = z.enum(['waiting', 'denied', 'accepted', 'expired']);

export const offerFilter = z.object({
  queue: queue.default('waiting'),
  band: band.optional(),
  sellerIds: z.array(sellerId).max(200).optional(),
  /** The category or anything below it. */
  categoryId: categoryId.optional(),
  /** Words of title, brand, reference or GTIN, each a prefix; an exact seller SKU id or GTIN is found too. */
  text: z.string().max(200).optional(),
  priceFrom: z.int().optional(),
  priceTo: z.int().optional(),
  scoreFrom: basisPoints.optional(),
  scoreTo: basisPoints.optional(),
  inStock: z.boolean().optional(),
  /** Only what the signed-in operator has claimed or decided. */
  mine: z.boolean().optional(),
  /** Only what expires by then: the window of its seller, category or the marketplace, from when its latest version came. */
  expiresBefore: instant.optional(),
  /** Only offers with a decision in this state. */
  decisionState: z.enum(decisionStates).optional(),
});
export type OfferFilter = z.infer<typeof offerFilter>;

/** `value` is price times stock; `lesson` is how much a decision would teach the matcher: most where it is least sure. */
export const offerColumns = ['received', 'price', 'stock', 'value', 'score', 'lesson', 'title', 'seller'] as const;
export type OfferColumn = (typeof offerColumns)[number];

export const offerRow = z.object({
  id: offerId,
  sellerId,
  sellerName: z.string(),
  sellerSkuId,
  versionId,
  title: z.string(),
  brand: z.string().nullable(),
  categoryPath: z.string().nullable(),
  price: money.nullable(),
  stock: z.int().nullable(),
  receivedAt: instant,
  expiresAt: instant,
  queue,
  /** Null until the matcher has looked. */
  band: band.nullable(),
  score: basisPoints.nullable(),
  bestSkuId: skuId.nullable(),
  reason: reason.nullable(),
  decision: z
    .object({ decisionId, kind: z.enum(decisionKinds), state: z.enum(decisionStates), problem: z.string().nullable() })
    .nullable(),
  claim: z.object({ operatorId, operatorName: z.string(), until: instant }).nullable(),
});
export type OfferRow = z.infer<typeof offerRow>;

export const offerDetail = offerRow.extend({
  description: z.string().nullable(),
  gtins: z.array(z.string()),
  referenceId: z.string().nullable(),
  model: z.string().nullable(),
  dimensions: z.object({
    height: z.number().nullable(),
    width: z.number().nullable(),
    length: z.number().nullable(),
    /** grams */
    weight: z.number().nullable(),
  }),
  images: z.array(z.object({ name: z.string(), url: z.string() })),
  specifications: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  /** The same under our names, where the seller's are mapped: what a new SKU or product is filled in with. */
  mappedSpecifications: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  measurementUnit: z.string().nullable(),
  unitMultiplier: z.number().nullable(),
  mappedCategoryId: categoryId.nullable(),
  mappedBrandId: brandId.nullable(),
  decisions: z.array(decision),
});
export type OfferDetail = z.infer<typeof offerDetail>;

export const suggestion = z.object({
  skuId,
  productId,
  name: z.string(),
  productName: z.string(),
  categoryPath: z.string().nullable(),
  imageUrl: z.string().nullable(),
  sellersBound: z.int(),
  score: basisPoints,
  evidence: z.array(evidence),
  /** The one attribute that decides, and the score without it; null when no single one does. */
  turn: z.object({ attribute: z.string(), score: basisPoints }).nullable(),
  /** What would settle it. */
  settle: reason.nullable(),
});
export type Suggestion = z.infer<typeof suggestion>;

const skuDraft = z.object({
  name: z.string().trim().min(1, 'Give the SKU a name.').max(200),
  eans: z.array(z.string().trim().min(1)).max(20),
  referenceId: z.string().trim().max(100),
  height: z.number().positive('The height must be more than zero.'),
  width: z.number().positive('The width must be more than zero.'),
  length: z.number().positive('The length must be more than zero.'),
  weight: z.number().positive('The weight, in grams, must be more than zero.'),
  images: z.array(z.object({ name: z.string().min(1), url: z.url() })).min(1, 'The SKU needs at least one image.'),
  measurementUnit: z.string().min(1).default('un'),
  unitMultiplier: z.number().positive().default(1),
  specifications: z.record(z.string(), z.string()).default({}),
});
export type SkuDraft = z.infer<typeof skuDraft>;

const productDraft = z.object({
  name: z.string().trim().min(1, 'Give the product a name.').max(150),
  description: z.string(),
  categoryId,
  brandId,
});
export type ProductDraft = z.infer<typeof productDraft>;

/** Which offer, and which version of it the operator saw. */
const target = { offerId, versionId };
const decided = z.object({ decision });
const bulkSkip = z.object({
  why: z.enum(['not-certain', 'already-decided', 'claimed-by-other', 'not-waiting', 'sku-inactive', 'changed']),
  count: z.int(),
});

export const offers = {
  view: viewMethods(offerFilter, offerColumns, offerRow),
  methods: {
    'offers.detail': query(z.object({ offerId }), offerDetail),
    /** The matcher's candidates for one offer, best first, with evidence. */
    'offers.suggestions': query(
      z.object({ offerId, limit: z.int().min(1).max(50).default(10) }),
      z.object({ versionId, band, reason, suggestions: z.array(suggestion) }),
    ),
    /** How many offers each chip of the bar holds, under the filter's seller, category and text. */
    'offers.counts': query(
      z.object({}),
      z.object({
        waiting: z.int(),
        bind: z.int(),
        look: z.int(),
        new: z.int(),
        conflict: z.int(),
        unmatched: z.int(),
        denied: z.int(),
        mine: z.int(),
        /** Waiting ones that expire within three days, or have. */
        expiring: z.int(),
        oldestReceivedAt: instant.nullable(),
      }),
    ),
    'offers.claim': command('review', z.object({ offerId }), z.object({ until: instant })),
    'offers.release': command('review', z.object({ offerId }), z.object({})),
    'decisions.bind': command('review', z.object({ ...target, skuId }), decided),
    'decisions.newSku': command('review', z.object({ ...target, productId, sku: skuDraft }), decided),
    'decisions.newProduct': command('review', z.object({ ...target, product: productDraft, sku: skuDraft }), decided),
    'decisions.deny': command(
      'review',
      z.object({ ...target, reason: z.enum(denyReasons), note: z.string().max(500).default('') }),
      decided,
    ),
    'decisions.unblock': command('review', z.object(target), decided),
    /** What binding all of a selection would do; nothing is changed. The pairs are kept under `batchId`, as which they can be bound. */
    'decisions.previewBulk': query(
      z.object({ selection }),
      z.object({
        batchId,
        selected: z.int(),
        bind: z.int(),
        skipped: z.array(bulkSkip),
        sample: z.array(z.object({ offerId, title: z.string(), skuId, skuName: z.string(), score: basisPoints })),
      }),
    ),
    /**
     * Binds exactly what a preview showed; what changed since is left as it is and counted. When it ends early, `problem` says why,
     * `left` how many were not tried, and what was bound stands under its batch.
     */
    'decisions.bindMany': command(
      'review',
      z.object({ batchId }),
      z.object({
        batchId,
        bound: z.int(),
        skipped: z.array(bulkSkip),
        left: z.int(),
        problem: z.string().nullable(),
      }),
    ),
    /** Takes back the named decision or batch, or the operator's last one. */
    'decisions.undo': command(
      'review',
      z.object({ decisionId: decisionId.optional(), batchId: batchId.optional() }),
      z.object({
        cancelled: z.int(),
        compensated: z.int(),
        /** Decisions on their way; they are taken back as soon as their answer is known. */
        waiting: z.int(),
        titles: z.array(z.string()),
      }),
    ),
    /** Settles a decision in conflict or failed: again with the newest version, or let go. */
    'decisions.resolve': command('review', z.object({ decisionId, action: z.enum(['retry', 'discard']) }), decided),
    /** Waiting offers that look like an offer, whatever was decided about it: what its decision could be applied to. */
    'offers.similar': query(
      z.object({ offerId }),
      z.object({
        offers: z.array(
          z.object({
            offerId,
            versionId,
            title: z.string(),
            sellerName: z.string(),
            price: money.nullable(),
            /** Its best suggestion, and how alike the titles are. */
            bestSkuId: skuId.nullable(),
            alike: basisPoints,
          }),
        ),
      }),
    ),
    /** Decides look-alikes as an offer was decided. Of a new SKU they are bound once it exists. */
    'decisions.applyToSimilar': command(
      'review',
      z.object({ decisionId, targets: z.array(z.object({ offerId, versionId })).min(1).max(200) }),
      z.object({
        batchId,
        applied: z.int(),
        /** To be bound once the SKU exists. */
        following: z.int(),
        skipped: z.int(),
      }),
    ),
    'decisions.list': query(
      z.object({ states: z.array(z.enum(decisionStates)).optional(), limit: z.int().min(1).max(5_000).default(100) }),
      z.object({ decisions: z.array(decision) }),
    ),
  },
};
