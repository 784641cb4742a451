import { z } from 'zod';
import { basisPointsOf, minorOf } from '../domain/exact.ts';
import { dueDates, interestMethods } from '../domain/payments/condition.ts';
import { mergePolicies } from '../domain/payments/merge.ts';
import { largestPpm, ppmOf } from '../domain/payments/rate.ts';
import { basisPoints, instant, sellerId } from './core.ts';
import { command, query } from './method.ts';

const minor = z.int().transform(minorOf);
const amount = z.int().min(0, 'An amount cannot be less than zero.').transform(minorOf);
const rate = z
  .int()
  .min(0, 'A rate cannot be less than zero.')
  .max(largestPpm, 'A rate cannot be this high.')
  .transform(ppmOf);
const text = z.string().trim().max(200);
const service = z.object({ implementation: text.min(1, 'Name the connector.'), affiliationId: text.nullable() });

export const paymentCondition = z.object({
  id: z.string().min(1).max(100),
  name: text.min(1, 'Give the condition a name.'),
  salesChannels: z
    .array(z.string().min(1).max(40))
    .min(1, 'Name a channel, or leave it to all.')
    .max(100)
    .readonly()
    .nullable(),
  system: z.object({ id: z.int(), name: text.min(1), implementation: z.string().nullable() }),
  connector: service.nullable(),
  antifraud: service.nullable(),
  issuer: text.nullable(),
  installments: z
    .object({
      dueDate: z.enum(dueDates),
      method: z.enum(interestMethods),
      minimum: amount,
      plans: z
        .array(
          z.object({
            quantity: z.int().min(1, 'At least one installment.').max(99, 'At most 99 installments.'),
            rate,
            tax: rate,
            external: z.number().nullable(),
          }),
        )
        .min(1, 'Give at least one number of installments.')
        .max(99)
        .readonly(),
    })
    .nullable(),
  deadlines: z
    .array(
      z.object({
        payments: z
          .array(z.object({ days: z.int().min(0, 'Days cannot be less than zero.').max(3_650), rate }))
          .min(1, 'Give at least one due day.')
          .max(60)
          .readonly(),
      }),
    )
    .max(60)
    .readonly(),
  isSelfAuthorized: z.boolean().nullable(),
  requiresAuthentication: z.boolean().nullable(),
  enabled: z.boolean(),
  installmentsService: z.boolean(),
  isDefault: z.boolean().nullable(),
  beginsAt: instant.nullable(),
  endsAt: instant.nullable(),
  commercial: z
    .object({ id: text.min(1), name: text.nullable(), share: basisPoints.transform(basisPointsOf) })
    .nullable(),
  merchants: z.array(text.min(1)).min(1, 'Name an account, or leave it to everybody.').max(1_000).readonly().nullable(),
  country: z
    .string()
    .regex(/^[A-Z]{3}$/, 'A country has three letters, such as BRA.')
    .nullable(),
  windows: z
    .array(
      z.object({
        days: z.array(z.int().min(0).max(6)).min(1, 'Choose at least one day.').max(7).readonly(),
        from: z.int().min(0).max(1_439),
        until: z.int().min(0).max(1_439),
        offset: z.int().min(-840).max(840),
      }),
    )
    .max(50)
    .readonly(),
  externalInterest: z.boolean(),
  minimum: amount.nullable(),
  cobrand: text.nullable(),
  cardLevel: text.nullable(),
  excludedBins: z
    .array(
      z.object({
        from: z.string().regex(/^\d{4,19}$/, 'Write 4 to 19 digits.'),
        to: z.string().regex(/^\d{4,19}$/, 'Write 4 to 19 digits.'),
      }),
    )
    .max(1_000)
    .readonly(),
});

const fact = z.union([z.string(), z.number()]);
const reason = z.object({ code: z.string(), values: z.record(z.string(), fact) });
export type ReasonRow = z.infer<typeof reason>;

/** How what is written here stands to what the backend holds. */
const standing = z.enum(['same', 'new', 'changed', 'drifted', 'own']);
export const listedCondition = z.object({
  condition: paymentCondition,
  /** Null: the marketplace's own; otherwise the seller whose method it is, which is never pushed. */
  owner: sellerId.nullable(),
  ownerName: z.string().nullable(),
  version: z.int(),
  author: z.string(),
  changedAt: instant,
  standing,
  /** A rate looks like per cent written as a fraction. */
  suspicious: z.boolean(),
});
export type ListedCondition = z.infer<typeof listedCondition>;

const pushRow = z.object({
  conditionId: z.string().nullable(),
  backendId: z.string().nullable(),
  name: z.string(),
  action: z.enum(['create', 'replace', 'remove']),
  /** The backend holds something else than what was pushed last. */
  drifted: z.boolean(),
  fields: z.array(z.object({ field: z.string(), wanted: z.string(), backend: z.string() })),
});
export const paymentPushState = z.object({
  differences: z.array(pushRow),
  agreeing: z.int(),
  drifted: z.int(),
  /** Rules of the backend that cannot be read in full: they are left alone. */
  unreadable: z.array(z.object({ id: z.string(), name: z.string(), field: z.string(), message: z.string() })),
  readAt: instant.nullable(),
});
export type PaymentPushState = z.infer<typeof paymentPushState>;

const payment = z.object({ after: z.int(), amount: minor });
const plan = z.object({
  quantity: z.int(),
  unit: z.enum(['month', 'day']),
  payments: z.array(payment),
  total: minor,
  interest: minor,
  rate: z.int(),
  annualCost: z.int().nullable(),
  external: z.boolean(),
});
export type PlanRow = z.infer<typeof plan>;

const cart = {
  salesChannel: z.string().trim().min(1, 'Name the sales channel.').max(40),
  at: instant,
  country: z.string().regex(/^[A-Z]{3}$/, 'A country has three letters, such as BRA.'),
  isSignedIn: z.boolean(),
  bin: z
    .string()
    .regex(/^\d{4,19}$/, 'Write the first 4 to 8 digits of the card.')
    .nullable(),
  /** The card's co-brand and level; null: unknown. */
  cobrand: z.string().max(100).nullable().default(null),
  cardLevel: z.string().max(100).nullable().default(null),
  /** Who sells how much of the cart; a null seller is the marketplace. */
  parts: z
    .array(
      z.object({
        sellerId: z.string().nullable(),
        value: z.int().min(1, 'The value must be more than zero.').max(100_000_000_000).transform(minorOf),
      }),
    )
    .min(1, 'Say what is in the cart.')
    .max(100),
  commercialShares: z.record(z.string(), basisPoints),
};
export const cartRequest = z.object(cart);

const merchant = z.object({ sellerId: z.string().nullable(), name: z.string() });
const mergedOption = z.object({
  systemId: z.int(),
  systemName: z.string(),
  way: z.enum(['marketplace', 'sellers']),
  split: z.enum(['one', 'payout', 'transactions']),
  legs: z.array(
    z.object({
      merchant,
      /** Whose plans are offered. */
      conditions: z.array(z.object({ conditionId: z.string(), name: z.string() })),
      value: minor,
    }),
  ),
  plans: z.array(
    z.object({ quantity: z.int(), unit: z.enum(['month', 'day']), total: minor, interest: minor, legs: z.array(plan) }),
  ),
  refusals: z.array(z.object({ merchant, reasons: z.array(reason) })),
});
export type MergedOptionRow = z.infer<typeof mergedOption>;

const simulatedOption = z.object({
  conditionId: z.string(),
  name: z.string(),
  systemName: z.string(),
  plans: z.array(plan),
  reasons: z.array(reason),
});
export type SimulatedOptionRow = z.infer<typeof simulatedOption>;

const policyFields = { enabled: z.boolean(), policy: z.enum(mergePolicies), hybrid: z.boolean() };
const mergeRow = z.object({
  sellerId,
  sellerName: z.string(),
  ...policyFields,
  version: z.int(),
  author: z.string().nullable(),
  /** How many methods of its own are known here. */
  methods: z.int(),
  /** Whether the seller's store can be told: it is a store on the platform whose key is known. */
  isStore: z.boolean(),
  /** What was read back; null: not read, or cannot be told. */
  backend: z.object({ hybrid: z.boolean(), useOwnMethods: z.boolean().nullable() }).nullable(),
  standing: z.enum(['same', 'differs', 'drifted', 'unknown']),
});
export type MergeRow = z.infer<typeof mergeRow>;

const paymentSystem = z.object({
  id: z.int(),
  name: z.string(),
  group: z.string(),
  implementation: z.string().nullable(),
});

export const payments = {
  methods: {
    'payments.overview': query(
      z.object({}),
      z.object({
        currency: z.string(),
        conditions: z.array(listedCondition),
        systems: z.array(paymentSystem),
        drifted: z.int(),
        differences: z.int(),
      }),
    ),
    /** Creates a condition, or changes it. The version is the one that was on screen; null creates. Answers with what takes it back. */
    'payments.save': command(
      'finance',
      z.object({ condition: paymentCondition, owner: sellerId.nullable(), version: z.int().nullable() }),
      z.object({ saved: listedCondition, before: paymentCondition.nullable() }),
    ),
    'payments.remove': command(
      'finance',
      z.object({ id: z.string(), version: z.int() }),
      z.object({ before: paymentCondition, owner: sellerId.nullable() }),
    ),
    /** Takes over what the backend holds: for one condition, or for one that only the backend has. */
    'payments.adopt': command('finance', z.object({ backendId: z.string() }), listedCondition.nullable()),
    /** Every earlier text of a condition, the newest first. */
    'payments.history': query(
      z.object({ id: z.string() }),
      z.object({
        versions: z.array(
          z.object({ version: z.int(), author: z.string(), at: instant, condition: paymentCondition.nullable() }),
        ),
      }),
    ),
    'payments.pushState': query(z.object({}), paymentPushState),
    /** Sends what differs, reads all of it back and compares. */
    'payments.push': command(
      'finance',
      z.object({}),
      z.object({ sent: z.int(), problems: z.array(z.string()), state: paymentPushState }),
    ),
    'payments.simulate': query(
      cartRequest,
      z.object({
        currency: z.string(),
        /** Of the cart. */
        value: minor,
        /** What the marketplace charges of it, by the sellers' policies; the options are of this. */
        charged: minor,
        options: z.array(simulatedOption),
        merged: z.array(mergedOption),
      }),
    ),
    'merge.list': query(z.object({}), z.object({ rows: z.array(mergeRow), drifted: z.int(), differences: z.int() })),
    'merge.set': command(
      'finance',
      z.object({ sellerId, ...policyFields, version: z.int().nullable() }),
      z.object({ row: mergeRow, before: z.object(policyFields).nullable() }),
    ),
    /** Tells the register and the stores, and reads them back. Other sellers decide by their own simulation: nothing can be told. */
    'merge.push': command('finance', z.object({}), z.object({ sent: z.int(), problems: z.array(z.string()) })),
  },
};
