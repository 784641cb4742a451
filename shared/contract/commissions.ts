import { z } from 'zod';
import { criteria } from '../domain/commission/rules.ts';
import { basisPointsOf, minorOf } from '../domain/exact.ts';
import { basisPoints, categoryId, instant, sellerId } from './core.ts';
import { command, query } from './method.ts';

const minor = z.int().transform(minorOf);
const amount = z.int().min(0, 'An amount cannot be less than zero.').transform(minorOf);
const rate = basisPoints.transform(basisPointsOf);

export const charge = z.object({
  kind: z.enum(['whole', 'marginal']),
  bands: z
    .array(z.object({ from: amount, rate, fixed: amount }))
    .min(1)
    .max(50)
    .readonly(),
  minimum: amount.nullable(),
  maximum: amount.nullable(),
});

export const commissionRule = z.object({
  id: z.string().min(1).max(100),
  scope: z.object({
    sellerId: z.string().max(200).nullable(),
    sellerGroup: z.string().max(200).nullable(),
    categoryId: z.int().nullable(),
    brandId: z.int().nullable(),
    salesChannel: z.string().max(40).nullable(),
    sellerSkuId: z.string().max(200).nullable(),
  }),
  product: charge.nullable(),
  freight: charge.nullable(),
  validFrom: instant.nullable(),
  validUntil: instant.nullable(),
  timeZone: z.string().max(60),
  note: z.string().max(500),
});

/** A change of a draft: the rule as it shall be; null: it goes. */
export const ruleChange = z.object({ ruleId: z.string().min(1).max(100), rule: commissionRule.nullable() });
export type RuleChange = z.infer<typeof ruleChange>;

const part = z.enum(['product', 'freight']);
/** Why a rule cannot stand, or (`covered`) never comes to apply; the code is translated, the values name what it is about. */
export const ruleProblem = z.object({
  ruleId: z.string(),
  code: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type RuleProblemRow = z.infer<typeof ruleProblem>;

export const draft = z.object({
  draftId: z.string(),
  name: z.string(),
  state: z.enum(['draft', 'submitted', 'scheduled', 'activated', 'discarded']),
  author: z.string(),
  createdAt: instant,
  activateAt: instant.nullable(),
  approver: z.string().nullable(),
  problem: z.string().nullable(),
  changes: z.int(),
  /** Who changed it: none of them may approve it. */
  editors: z.array(z.string()),
  /** Rules that it changes and that a newer version changed as well. */
  conflicts: z.int(),
});
export type Draft = z.infer<typeof draft>;

export const version = z.object({
  number: z.int(),
  name: z.string(),
  activeFrom: instant,
  author: z.string(),
  approver: z.string().nullable(),
  rules: z.int(),
});

export const listedRule = z.object({
  rule: commissionRule,
  change: z.enum(['none', 'added', 'changed', 'removed']),
  sellerName: z.string().nullable(),
  categoryPath: z.string().nullable(),
  brandName: z.string().nullable(),
});
export type ListedRule = z.infer<typeof listedRule>;

/** Sums over a group of sold items: what the marketplace earns before and after. Minor units. */
const impact = z.object({
  key: z.string(),
  label: z.string(),
  items: z.int(),
  sold: minor,
  before: minor,
  after: minor,
});
export type Impact = z.infer<typeof impact>;

export const whatIf = z.object({
  currency: z.string(),
  /** Items of other currencies, which are left out. */
  otherCurrencies: z.int(),
  items: z.int(),
  sold: minor,
  before: minor,
  after: minor,
  sellers: z.array(impact),
  categories: z.array(impact),
  months: z.array(impact),
  /** Orders whose margin (commission less the cost of payment) is below zero, before and after. */
  negativeBefore: z.int(),
  negativeAfter: z.int(),
  /** Orders whose margin falls below zero with the draft and was not before: how many, and those that lose most, with their margins. */
  turned: z.int(),
  turnedOrders: z.array(z.object({ orderId: z.string(), sold: minor, before: minor, after: minor })),
  /** Of the service, in milliseconds. */
  milliseconds: z.number(),
});
export type WhatIf = z.infer<typeof whatIf>;

/** One percentage of the backend: a seller's default (category null), or a category's. */
const backendValue = z.object({ product: basisPoints, freight: basisPoints });
export const pushRow = z.object({
  sellerId,
  sellerName: z.string(),
  categoryId: categoryId.nullable(),
  categoryPath: z.string().nullable(),
  /** Null: no entry of its own. */
  wanted: backendValue.nullable(),
  backend: backendValue.nullable(),
  /** What it held after the last sending; a backend that says otherwise has drifted. */
  pushed: backendValue.nullable(),
  /** Somebody else changed it since. */
  drifted: z.boolean(),
});
export const conflict = z.object({
  ruleId: z.string(),
  /** The rule as the draft has it, and as the newest version has it; null: it goes, or is gone. */
  mine: listedRule.nullable(),
  theirs: listedRule.nullable(),
});

const lossyCode = z.enum(['not-plain', 'brand', 'channel', 'binding', 'later']);
const lossy = z.object({
  rule: listedRule,
  code: lossyCode,
  /** What is sent of it; null: nothing. */
  sent: backendValue.nullable(),
});

export const pushState = z.object({
  /** Entries whose wanted and backend values differ. */
  differences: z.array(pushRow),
  agreeing: z.int(),
  drifted: z.int(),
  /** Rules that the backend's model cannot say in full, and why: all of them counted, the first of them named. */
  lossyCount: z.int(),
  lossy: z.array(lossy),
  readAt: instant.nullable(),
});
export type PushState = z.infer<typeof pushState>;

const cellError = z.object({ row: z.int(), column: z.string(), message: z.string() });
const importPreview = z.object({
  rows: z.int(),
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  /** All of them; the list has the first. */
  errorCount: z.int(),
  errors: z.array(cellError),
  sample: z.array(
    z.object({
      row: z.int(),
      /** Whom and what the row is about; empty: everything. */
      about: z.string(),
      before: z.string(),
      after: z.string(),
    }),
  ),
});
export type ImportPreview = z.infer<typeof importPreview>;

export const settlementRow = z.object({
  sellerId,
  sellerName: z.string(),
  /** A seller has a row for each currency that it sold in. */
  currency: z.string(),
  items: z.int(),
  sold: minor,
  freight: minor,
  commission: minor,
  freightCommission: minor,
  refunded: minor,
  reversedCommission: minor,
  net: minor,
  /** What the agreement in force at the end of the period makes of it; null: nothing was agreed. */
  payout: z
    .object({
      retained: minor,
      /** Net less what is kept back. */
      payable: minor,
      /** By when all of it is paid; null: it depends on each delivery. */
      dueAt: instant.nullable(),
      releasedAt: instant.nullable(),
    })
    .nullable(),
});
export type SettlementRow = z.infer<typeof settlementRow>;

export const settlementItem = z.object({
  orderId: z.string(),
  skuName: z.string(),
  kind: z.enum(['sale', 'refund']),
  at: instant,
  soldAt: instant,
  paid: minor,
  /** On product and freight together. */
  commission: minor,
  /** Of a sale, each by its own rule; null of a refund, which gives back a share of both. */
  productCommission: minor.nullable(),
  freightCommission: minor.nullable(),
  version: z.int(),
  ruleId: z.string().nullable(),
  /** A rule's percentage as decimal text with a point; null: none, or more than a percentage. */
  rate: z.string().nullable(),
  freightRuleId: z.string().nullable(),
  freightRate: z.string().nullable(),
  /** 0: the item was of no SKU that is known. */
  skuId: z.int(),
  salesChannel: z.string(),
});

const bulkRequest = z.object({
  draftId: z.string(),
  filter: z.object({
    sellerId: z.string().nullable(),
    sellerGroup: z.string().nullable(),
    categoryId: z.int().nullable(),
    brandId: z.int().nullable(),
    salesChannel: z.string().nullable(),
    part,
    rateFrom: rate.nullable(),
    rateTo: rate.nullable(),
  }),
  change: z.object({ kind: z.enum(['set', 'add', 'scale']), value: z.int().min(-10_000).max(100_000) }),
});

const drafted = z.object({ draftId: z.string() });
const period = { from: instant, until: instant };

export const commissions = {
  methods: {
    'commissions.overview': query(
      z.object({}),
      z.object({
        version: version.nullable(),
        versions: z.array(version),
        drafts: z.array(draft),
        fourEyes: z.boolean(),
        currency: z.string(),
        /** The marketplace's: days of commissions are counted in it. */
        timeZone: z.string(),
        soldItems: z.int(),
        drifted: z.int(),
      }),
    ),
    /** The rules in force now, at a past moment, or of a draft (with what it changes). */
    'commissions.rules': query(
      z.object({ draftId: z.string().optional(), at: instant.optional() }),
      z.object({ rules: z.array(listedRule), problems: z.array(ruleProblem) }),
    ),
    /** How many rules of a draft cannot stand: what its pane shows, without all of its rules. */
    'commissions.problems': query(z.object({ draftId: z.string() }), z.object({ count: z.int() })),
    /** The effective percentage of every category for some sellers, now or on another day; a null seller is everybody's default. */
    'commissions.matrix': query(
      z.object({
        draftId: z.string().optional(),
        part,
        at: instant.optional(),
        sellerIds: z.array(z.string().nullable()).min(1).max(200),
      }),
      z.object({
        rows: z.array(
          z.object({
            categoryId: categoryId.nullable(),
            name: z.string(),
            depth: z.int(),
            /** One a seller: basis points, whether set here, and whether the charge is more than a percentage. Null: nothing is charged. */
            cells: z.array(z.object({ rate: z.int(), own: z.boolean(), complex: z.boolean() }).nullable()),
          }),
        ),
      }),
    ),
    'commissions.createDraft': command(
      'finance',
      z.object({ name: z.string().trim().min(1, 'Give the draft a name.').max(120) }),
      draft,
    ),
    /** A draft whose rules are those of an earlier version. */
    'commissions.returnTo': command(
      'finance',
      z.object({ version: z.int().min(1), name: z.string().trim().min(1).max(120) }),
      draft,
    ),
    /** What of a draft a newer version changed as well: it cannot be put into force before each is settled. */
    'commissions.conflicts': query(z.object({ draftId: z.string() }), z.object({ conflicts: z.array(conflict) })),
    'commissions.resolve': command(
      'finance',
      drafted.extend({ take: z.enum(['mine', 'theirs']), ruleIds: z.array(z.string()).min(1).max(100_000) }),
      z.object({ undo: z.array(ruleChange) }),
    ),
    /** Writes what the marketplace's backend holds into a draft, entry by entry. */
    'commissions.takeOver': command(
      'finance',
      drafted.extend({
        entries: z
          .array(z.object({ sellerId: z.string(), categoryId: z.int().nullable() }))
          .min(1)
          .max(50_000),
      }),
      z.object({ undo: z.array(ruleChange) }),
    ),
    /** Changes rules of a draft; answers with what takes it back, and what is wrong with the rules written when there are a hundred or fewer. */
    'commissions.change': command(
      'finance',
      drafted.extend({ changes: z.array(ruleChange).min(1).max(100_000) }),
      z.object({ undo: z.array(ruleChange), problems: z.array(ruleProblem) }),
    ),
    /**
     * Cells of the grid: a percentage for a seller (null: all) and a category (null: all), from a moment on. Null ends what holds in the cell at the
     * moment; without one the rule that it shows goes. Cells without anything of their own are skipped.
     */
    'commissions.setCells': command(
      'finance',
      drafted.extend({
        part,
        validFrom: instant.nullable(),
        timeZone: z.string().max(60),
        cells: z
          .array(z.object({ sellerId: z.string().nullable(), categoryId: z.int().nullable(), rate: rate.nullable() }))
          .min(1)
          .max(50_000),
      }),
      z.object({ undo: z.array(ruleChange), applied: z.int(), skipped: z.int() }),
    ),
    /** What a change of every rule that a filter finds would do; nothing is changed. */
    'commissions.bulkPreview': query(
      bulkRequest,
      z.object({
        count: z.int(),
        sample: z.array(z.object({ rule: listedRule, before: z.int(), after: z.int() })),
      }),
    ),
    'commissions.bulk': command('finance', bulkRequest, z.object({ undo: z.array(ruleChange) })),
    'commissions.submit': command('finance', drafted, draft),
    /** In force from the moment given (null: now). Needs a second person where four eyes are asked for. */
    'commissions.activate': command(
      'finance',
      drafted.extend({ activateAt: instant.nullable() }),
      z.object({ draft, version: z.int().nullable() }),
    ),
    'commissions.discard': command('finance', drafted, draft),
    'commissions.restoreDraft': command('finance', drafted, draft),
    /** A submitted or scheduled draft becomes one that can be changed. */
    'commissions.returnDraft': command('finance', drafted, draft),
    'commissions.setFourEyes': command('settings', z.object({ fourEyes: z.boolean() }), z.object({})),
    'commissions.whatIf': query(
      z.object({
        draftId: z.string(),
        /** Rules as of this moment for every item; null: as of each item's own sale. */
        asOf: instant.nullable(),
        /** What payment costs the marketplace, of each order's total. */
        paymentCost: basisPoints,
      }),
      whatIf,
    ),
    'commissions.why': query(
      z.object({
        draftId: z.string().optional(),
        part,
        sellerId,
        skuId: z.int(),
        salesChannel: z.string(),
        at: instant,
      }),
      z.object({
        price: minor.nullable(),
        commission: minor.nullable(),
        rule: listedRule.nullable(),
        beaten: z.array(z.object({ rule: listedRule, criterion: z.enum(criteria) })),
        notNow: z.array(z.object({ rule: listedRule, why: z.enum(['not-yet', 'over']) })),
      }),
    ),
    /** Reads a table (CSV with a header) against a draft; nothing is changed. */
    'commissions.importPreview': query(drafted.extend({ text: z.string().max(40_000_000) }), importPreview),
    /** Applies what the preview showed; refused whole when one cell is bad. */
    'commissions.import': command(
      'finance',
      drafted.extend({ text: z.string().max(40_000_000) }),
      z.object({ applied: z.int(), undo: z.array(ruleChange) }),
    ),
    'commissions.export': query(z.object({ draftId: z.string().optional() }), z.object({ text: z.string() })),
    'commissions.pushState': query(z.object({}), pushState),
    /** How many entries would be sent: what a badge shows, without all of them. */
    'commissions.differences': query(z.object({}), z.object({ count: z.int() })),
    /** Sends what differs, reads all of it back and compares. */
    'commissions.push': command(
      'finance',
      z.object({}),
      z.object({ sent: z.int(), problems: z.array(z.string()), state: pushState }),
    ),
    'settlement.list': query(z.object(period), z.object({ currency: z.string(), rows: z.array(settlementRow) })),
    'settlement.items': query(
      /** @param after so many of the period's movements are left out: those that were read already */
      z.object({
        sellerId,
        /** Without: the marketplace's own. */
        currency: z.string().max(10).optional(),
        ...period,
        after: z.int().min(0).default(0),
        limit: z.int().min(1).max(5_000).default(500),
      }),
      z.object({ items: z.array(settlementItem), more: z.boolean() }),
    ),
    'settlement.export': query(
      z.object({ sellerId, currency: z.string().max(10).optional(), ...period }),
      z.object({ text: z.string() }),
    ),
  },
};
