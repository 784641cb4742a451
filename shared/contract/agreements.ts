import { z } from 'zod';
import { payoutSchedules, scoreRates, supportChannels } from '../domain/agreements/terms.ts';
import { basisPointsOf, minorOf } from '../domain/exact.ts';
import { basisPoints, instant, offerId, sellerId } from './core.ts';
import { command, query } from './method.ts';

const rate = basisPoints.transform(basisPointsOf);
const days = z.int().min(0, 'Days cannot be less than zero.').max(365, 'At most 365 days.');
const word = z.string().trim().min(1).max(100);
const limits = z.object({ warn: rate, suspend: rate }).nullable();

export const terms = z.object({
  commission: z.object({ product: rate.nullable(), freight: rate.nullable() }),
  payout: z.object({ schedule: z.enum(payoutSchedules), days, retention: rate, retentionDays: days }),
  selection: z.object({
    brandIds: z.array(z.int()).max(2_000).readonly().nullable(),
    categoryIds: z.array(z.int()).max(2_000).readonly().nullable(),
    requiredAttributes: z.array(word).max(100).readonly(),
    minimumImages: z.int().min(0, 'Images cannot be less than zero.').max(50, 'At most 50 images.'),
    minimumScore: z.number().min(0).max(100, 'A score is 0 to 100.').nullable(),
  }),
  support: z.object({
    answerHours: z.int().min(1, 'At least one hour.').max(720, 'At most 720 hours.').nullable(),
    languages: z.array(word).max(20).readonly(),
    channels: z.array(z.enum(supportChannels)).max(supportChannels.length).readonly(),
  }),
  delivery: z.object({
    handlingDays: days.nullable(),
    marketplaceFulfilment: z.boolean(),
    regions: z
      .array(
        z.object({
          region: z.string().trim().max(100),
          maximumDays: days.nullable(),
          maximumFreight: z.int().min(0, 'Freight cannot be less than zero.').transform(minorOf).nullable(),
        }),
      )
      .max(200)
      .readonly(),
  }),
  scorecard: z.object({
    days: z.int().min(1, 'At least one day.').max(365, 'At most 365 days.'),
    minimumOrders: z.int().min(1, 'At least one order.').max(10_000),
    thresholds: z.object(
      Object.fromEntries(scoreRates.map((name) => [name, limits])) as Record<
        (typeof scoreRates)[number],
        typeof limits
      >,
    ),
  }),
});

const difference = z.object({ path: z.string(), before: z.string(), after: z.string() });
export const agreementVersion = z.object({
  number: z.int(),
  validFrom: instant,
  author: z.string(),
  writtenAt: instant,
  note: z.string(),
  terms,
  /** From the version before it. */
  differences: z.array(difference),
  inForce: z.boolean(),
  /** Not in force yet: it can still be withdrawn. */
  isFuture: z.boolean(),
});
export type AgreementVersion = z.infer<typeof agreementVersion>;

const verdict = z.enum(['good', 'warn', 'suspend', 'too-few']);
const scorecard = z.object({
  sellerId,
  sellerName: z.string(),
  isActive: z.boolean(),
  hasAgreement: z.boolean(),
  days: z.int(),
  orders: z.int(),
  /** 0 to 100: the share of orders that went well. The one that the buy box and agreements ask for. */
  score: z.int(),
  rates: z.array(z.object({ rate: z.enum(scoreRates), value: basisPoints.nullable(), verdict })),
  verdict,
});
export type ScorecardRow = z.infer<typeof scorecard>;

const document = z.object({
  documentId: z.string(),
  name: z.string(),
  type: z.string(),
  size: z.int(),
  author: z.string(),
  at: instant,
});
/** Five megabytes, in base 64. */
const mostContent = 7_000_000;

export const agreements = {
  methods: {
    'agreements.list': query(
      z.object({}),
      z.object({
        currency: z.string(),
        sellers: z.array(
          z.object({
            sellerId,
            sellerName: z.string(),
            /** The version in force; null: none. */
            version: z.int().nullable(),
            validFrom: instant.nullable(),
            future: z.int(),
            breaching: z.int(),
          }),
        ),
        templates: z.array(z.object({ templateId: z.string(), name: z.string(), terms })),
      }),
    ),
    'agreements.detail': query(
      z.object({ sellerId }),
      z.object({
        versions: z.array(agreementVersion),
        documents: z.array(document),
        /** What the brands that are named in it are called. */
        brands: z.array(z.object({ brandId: z.int(), name: z.string() })),
      }),
    ),
    /** Writes the next version, in force from a moment on that is not before any other version's and, but for the first, not in the past. */
    'agreements.save': command(
      'finance',
      z.object({
        sellerId,
        terms,
        validFrom: instant,
        note: z.string().trim().max(500),
        /** The newest version that was on screen; 0: there was none. */
        after: z.int(),
      }),
      agreementVersion,
    ),
    /** Takes back the newest version while it is not in force yet. */
    'agreements.withdraw': command('finance', z.object({ sellerId, number: z.int() }), agreementVersion),
    'agreements.saveTemplate': command(
      'finance',
      z.object({ name: z.string().trim().min(1, 'Give the template a name.').max(100), terms }),
      z.object({ templateId: z.string() }),
    ),
    'agreements.removeTemplate': command(
      'finance',
      z.object({ templateId: z.string() }),
      z.object({ name: z.string(), terms }),
    ),
    'agreements.attach': command(
      'finance',
      z.object({
        sellerId,
        name: z.string().trim().min(1, 'The document needs a name.').max(200),
        type: z.string().max(100),
        content: z.base64().max(mostContent, 'A document may have five megabytes.'),
      }),
      document,
    ),
    'agreements.document': query(z.object({ documentId: z.string() }), document.extend({ content: z.string() })),
    'agreements.detach': command('finance', z.object({ documentId: z.string() }), z.object({})),
    /** Which criteria of its seller's agreement an offer breaks; null: there is no agreement in force. */
    'agreements.checkOffer': query(
      z.object({ offerId }),
      z
        .object({
          version: z.int(),
          breaches: z.array(
            z.object({
              code: z.enum(['brand', 'category', 'attribute', 'images', 'score']),
              values: z.record(z.string(), z.union([z.string(), z.number()])),
            }),
          ),
          marketplaceFulfilment: z.boolean(),
        })
        .nullable(),
    ),
    'scorecards.list': query(z.object({}), z.object({ rows: z.array(scorecard) })),
    /** The orders that count against a rate. */
    'scorecards.orders': query(
      z.object({ sellerId, rate: z.enum(scoreRates) }),
      z.object({
        orders: z.array(
          z.object({
            orderId: z.string(),
            title: z.string(),
            receivedAt: instant,
            total: z.int(),
            currency: z.string(),
          }),
        ),
      }),
    ),
  },
};
