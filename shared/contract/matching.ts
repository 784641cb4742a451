import { z } from 'zod';
import { basisPoints, categoryId, decisionId, instant, money, offerId, sellerId, skuId, versionId } from './core.ts';
import { command, query } from './method.ts';

/** Where binding by itself is on; null means any seller, or any category. */
const scope = { sellerId: sellerId.nullable(), categoryId: categoryId.nullable() };

export const matchingPolicy = z.object({
  /** Of what is bound by itself, the share that shall be right. */
  precision: basisPoints
    .min(8_000, 'Ask for at least 80 %.')
    .max(9_999, 'Nothing is certain: ask for less than 100 %.'),
  /** Of what could be bound by itself, the share that people look at all the same. */
  reviewShare: basisPoints.min(100, 'People have to look at some, at least 1 %, or the promise cannot be checked.'),
  paused: z.boolean(),
});

/** What a threshold costs and gives, by the decisions so far. */
export const coveragePoint = z.object({
  /** Least score that would be bound. */
  score: basisPoints,
  /** Share of the decisions at or above it. */
  coverage: basisPoints,
  precision: basisPoints,
  /** One-sided 95 % bounds of the precision. */
  low: basisPoints,
  high: basisPoints,
});

export const standing = z.object({
  decisions: z.int(),
  /** Of them, at or above the threshold; and of those, how many were right. */
  inBand: z.int(),
  right: z.int(),
  /** More decisions are needed before anything is said: how many. */
  needed: z.int(),
  state: z.enum(['bound', 'too-few', 'too-often-wrong', 'no-threshold']),
});

const heldOut = z.object({
  loss: z.number(),
  /** Of the decisions whose SKU was among the candidates, the share that had it first. */
  first: basisPoints,
  /** Share that could be bound with 99 of 100 right. */
  coverage: basisPoints,
});
const learningRound = z.object({
  version: z.int(),
  trainedAt: instant,
  decisions: z.int(),
  before: heldOut,
  after: heldOut,
  verdict: z.enum(['better', 'not-better', 'too-few']),
});

const autoBound = z.object({
  count: z.int(),
  /** Of them not confirmed by the marketplace yet. */
  open: z.int(),
  newest: z.array(
    z.object({
      decisionId,
      title: z.string(),
      skuId,
      skuName: z.string().nullable(),
      sellerId,
      decidedAt: instant,
    }),
  ),
});

const counted = z.object({ name: z.string(), count: z.int() });

export const matching = {
  methods: {
    'matching.overview': query(
      z.object({}),
      z.object({
        policy: matchingPolicy,
        /** Decisions of people that the promise looks back on. */
        decisions: z.int(),
        /** Least score that may be bound; null while the decisions support none. */
        threshold: basisPoints.nullable(),
        /** Waiting offers, and how many of them are at or above the threshold. */
        waiting: z.int(),
        aboveThreshold: z.int(),
        sellers: z.array(z.object({ sellerId, name: z.string(), ...standing.shape, on: z.boolean() })),
        categories: z.array(z.object({ categoryId, name: z.string(), ...standing.shape, on: z.boolean() })),
        rules: z.array(z.object({ ...scope, operatorName: z.string(), since: instant })),
        autoBound,
        rounds: z.array(learningRound),
      }),
    ),
    /** The precision that each threshold would have had, from the strictest to the loosest; and what other promises would cost. */
    'matching.curve': query(
      z.object({ sellerId: sellerId.optional(), categoryId: categoryId.optional() }),
      z.object({
        decisions: z.int(),
        points: z.array(coveragePoint),
        promises: z.array(
          z.object({
            precision: basisPoints,
            /** Share of the decisions that would have been bound without a look; 0 when the promise is not supported. */
            coverage: basisPoints,
          }),
        ),
      }),
    ),
    'matching.setPolicy': command('review', matchingPolicy, z.object({ policy: matchingPolicy })),
    'matching.setRule': command('review', z.object({ ...scope, on: z.boolean() }), z.object({})),
    /** What taking back what was bound by itself would do; nothing is changed. */
    'matching.previewUndo': query(z.object({ ...scope, since: instant.nullable() }), autoBound),
    /** Takes back what was bound by itself; with `pause`, nothing further is bound until a person turns it on again. */
    'matching.undo': command(
      'review',
      z.object({ ...scope, since: instant.nullable(), pause: z.boolean().default(true) }),
      z.object({ cancelled: z.int(), compensated: z.int(), left: z.int() }),
    ),
    /**
     * Products that the catalogue lacks and several sellers offer, the most offered first. One decision that makes a SKU of an offer of a
     * group, and `decisions.applyToSimilar` for the others, creates it once.
     */
    'matching.groups': query(
      z.object({}),
      z.object({
        /** Waiting offers without a SKU that were looked at; all of them, or the likeliest. */
        looked: z.int(),
        isAll: z.boolean(),
        groups: z.array(
          z.object({
            sellers: z.int(),
            count: z.int(),
            offers: z.array(
              z.object({
                offerId,
                versionId,
                title: z.string(),
                sellerId,
                sellerName: z.string(),
                price: money.nullable(),
                /** What ties it to the group. */
                by: z.enum(['gtin', 'model', 'title']),
              }),
            ),
          }),
        ),
      }),
    ),
    /** How good suggestions have been, what is wrong with offers, and what would help most. */
    'matching.report': query(
      z.object({}),
      z.object({
        weeks: z.array(
          z.object({ week: z.string(), decisions: z.int(), right: z.int(), autoBound: z.int(), putRight: z.int() }),
        ),
        denials: z.array(counted),
        sellers: z.array(
          z.object({
            sellerId,
            name: z.string(),
            waiting: z.int(),
            /** Waiting offers without a GTIN, a brand, an image. */
            noGtin: z.int(),
            noBrand: z.int(),
            noImage: z.int(),
            denied: z.int(),
          }),
        ),
        /** Products that the catalogue lacks and several sellers offer: by GTIN, else by title. */
        missing: z.array(z.object({ search: z.string(), title: z.string(), offers: z.int(), sellers: z.int() })),
        /** What would settle the waiting offers that are not certain, by its code. */
        settle: z.array(counted),
      }),
    ),
  },
};
