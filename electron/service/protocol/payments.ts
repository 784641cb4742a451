/** Payment conditions ("rules") and payment systems of an account's payments gateway (protocol, section 5.2). */
// the package's own entry loads every language; this is the codes alone
import countries from 'i18n-iso-countries/index.js';
import { z } from 'zod';
import { basisPointsOfPercent, minorOf, percentOf } from '../../../shared/domain/exact.ts';
import type { BinRange, PaymentCondition } from '../../../shared/domain/payments/condition.ts';
import {
  fractionOf,
  percentOfPpm,
  ppmOfFraction,
  ppmOfPercent,
  scaledOf,
} from '../../../shared/domain/payments/rate.ts';
import { cronPairOf, windowOf } from '../../../shared/domain/payments/windows.ts';
import { isRefusedWith } from './failure.ts';
import { idText, instantOrNull, textOrNull } from './fields.ts';
import { type HttpClient, pathOf } from './http.ts';
import { mergedRule } from './payment-merge.ts';
import type { CallOptions } from './sellers.ts';

const base = '/api/pvt/rules';

const hosted = /^([a-z0-9-]+)\.(?:[a-z]+\.)*(?:vtexcommercestable\.com\.br|myvtex\.com)$/;

/**
 * The platform that defined the protocol serves payments from a host of the account's own; everybody else from the base address.
 * @param account null: the one that the address names
 */
export function paymentsUrlOf(baseUrl: string, account: string | null): string {
  const found = URL.canParse(baseUrl) ? hosted.exec(new URL(baseUrl).hostname) : null;
  return found ? `https://${encodeURIComponent(account ?? found[1] ?? '')}.vtexpayments.com.br` : baseUrl;
}

/** A number of the reply, converted; what cannot be is a fault of the field. */
const converted = <Value>(convert: (value: number) => Value | null, what: string) =>
  z.number().transform((value, context) => {
    const result = convert(value);
    if (result !== null) return result;
    context.addIssue({ code: 'custom', message: `is no ${what}` });
    return z.NEVER;
  });
const fraction = converted(ppmOfFraction, 'rate as a fraction with at most six places');
const percent = converted(ppmOfPercent, 'rate in per cent with at most four places');
const orEmpty = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .array(schema)
    .nullish()
    .transform((list) => list ?? []);
const named = z
  .looseObject({ name: textOrNull })
  .nullish()
  .transform((value) => value?.name ?? null);
const service = z
  .looseObject({ implementation: textOrNull, affiliationId: textOrNull })
  .nullish()
  .transform((value) =>
    value?.implementation == null ? null : { implementation: value.implementation, affiliationId: value.affiliationId },
  );
const country = z
  .looseObject({ isoCode: z.string().regex(/^[A-Za-z]{2,3}$/, 'is no country code') })
  .nullish()
  .transform((value, context) => {
    const code = value?.isoCode.toUpperCase();
    const known = code?.length === 2 ? countries.alpha2ToAlpha3(code) : code;
    if (code === undefined) return null;
    if (known !== undefined) return known;
    context.addIssue({ code: 'custom', message: `knows no country “${code}”` });
    return z.NEVER;
  });
/** Ranges come as a number, a text of `from-to` pairs, or a list of such texts: the description says number, screens show ranges. */
const bins = z
  .union([z.number(), z.string(), z.array(z.union([z.string(), z.number()]))])
  .nullish()
  .transform((value, context): BinRange[] => {
    const parts = value == null ? [] : Array.isArray(value) ? value.map(String) : String(value).split(/[,;\s]+/);
    return parts
      .filter((part) => part !== '')
      .map((part) => {
        const [from = '', to = from] = part.split('-');
        if (!/^\d+$/.test(from) || !/^\d+$/.test(to))
          context.addIssue({ code: 'custom', message: `“${part}” is no range` });
        return { from, to };
      });
  });
const window = z.object({ start: z.string(), end: z.string() }).transform(({ start, end }, context) => {
  const read = windowOf(start, end);
  if (read) return read;
  context.addIssue({ code: 'custom', message: `“${start}” to “${end}” is no weekly window` });
  return z.NEVER;
});

/** A rule of the backend as a condition whose id is the backend's. @param digits places of the account's currency */
export function ruleSchema(digits: number) {
  const amount = converted((value) => {
    const minor = scaledOf(value, digits);
    return minor === null ? null : minorOf(minor);
  }, `amount with at most ${digits} places`);
  const methods = ['compound', 'simple', 'single'] as const;
  const installments = z
    .looseObject({
      dueDateType: z.union([z.literal(0), z.literal(1)]),
      interestRateMethod: z.union([z.literal(0), z.literal(1), z.literal(2)]).nullish(),
      minimumInstallmentValue: amount.nullish(),
      installments: orEmpty(
        z.looseObject({
          quantity: z.int().positive(),
          interestRate: fraction.nullish(),
          interestTax: fraction.nullish(),
          isExternalInstallmentService: z.number().nullish(),
        }),
      ),
    })
    .nullish()
    .transform((value): PaymentCondition['installments'] =>
      value == null || value.installments.length === 0
        ? null
        : {
            dueDate: value.dueDateType === 0 ? 'end' : 'beginning',
            method: methods[value.interestRateMethod ?? 0],
            minimum: value.minimumInstallmentValue ?? minorOf(0),
            plans: value.installments.map((plan) => ({
              quantity: plan.quantity,
              rate: plan.interestRate ?? (0 as never),
              tax: plan.interestTax ?? (0 as never),
              external: plan.isExternalInstallmentService ?? null,
            })),
          },
    );
  return z
    .looseObject({
      id: idText,
      name: z.string(),
      salesChannels: z.array(z.looseObject({ id: idText })).nullish(),
      paymentSystem: z.looseObject({ id: z.int(), name: z.string(), implementation: textOrNull }),
      connector: service,
      antifraud: service,
      issuer: named,
      installmentOptions: installments,
      deadlines: orEmpty(
        z.looseObject({
          paymentOptions: z.array(z.looseObject({ days: z.int().nonnegative(), interestRate: percent })),
        }),
      ),
      isSelfAuthorized: z.boolean().nullish(),
      requiresAuthentication: z.boolean().nullish(),
      enabled: z.boolean(),
      installmentsService: z.boolean().nullish(),
      isDefault: z.boolean().nullish(),
      beginDate: instantOrNull,
      endDate: instantOrNull,
      condition: z
        .looseObject({
          id: idText,
          name: textOrNull,
          pullRate: converted(basisPointsOfPercent, 'percentage of two places at most'),
        })
        .nullish(),
      multiMerchantList: z.array(z.string()).nullish(),
      country,
      dateIntervals: orEmpty(window),
      externalInterest: z.boolean().nullish(),
      minimumValue: amount.nullish(),
      cobrand: named,
      cardLevel: named,
      excludedBinsRanges: bins,
    })
    .transform((rule): PaymentCondition => {
      const channels = rule.salesChannels?.map(({ id }) => id) ?? [];
      return {
        id: rule.id,
        name: rule.name,
        salesChannels: channels.length === 0 || channels.includes(':ALL:') ? null : channels,
        system: {
          id: rule.paymentSystem.id,
          name: rule.paymentSystem.name,
          implementation: rule.paymentSystem.implementation,
        },
        connector: rule.connector,
        antifraud: rule.antifraud,
        issuer: rule.issuer,
        installments: rule.installmentOptions,
        deadlines: rule.deadlines.map(({ paymentOptions }) => ({
          payments: paymentOptions.map(({ days, interestRate }) => ({ days, rate: interestRate })),
        })),
        isSelfAuthorized: rule.isSelfAuthorized ?? null,
        requiresAuthentication: rule.requiresAuthentication ?? null,
        enabled: rule.enabled,
        installmentsService: rule.installmentsService ?? false,
        isDefault: rule.isDefault ?? null,
        beginsAt: rule.beginDate,
        endsAt: rule.endDate,
        commercial: rule.condition
          ? { id: rule.condition.id, name: rule.condition.name, share: rule.condition.pullRate }
          : null,
        // an empty list is how the gateway says "no restriction"
        merchants: rule.multiMerchantList?.length ? rule.multiMerchantList : null,
        country: rule.country,
        windows: rule.dateIntervals,
        externalInterest: rule.externalInterest ?? false,
        minimum: rule.minimumValue ?? null,
        cobrand: rule.cobrand,
        cardLevel: rule.cardLevel,
        excludedBins: rule.excludedBinsRanges,
      };
    });
}

/** Minor units as the protocol's decimal number: 19,962 is 199.62. The text is read, nothing is divided. */
const decimal = (minor: number, digits: number): number => Number(`${minor}e-${digits}`);

/** A condition as the protocol's rule, without its id. */
export function ruleOf(condition: PaymentCondition, digits: number): Record<string, unknown> {
  const { installments, commercial } = condition;
  const methods = { compound: 0, simple: 1, single: 2 } as const;
  return {
    name: condition.name,
    salesChannels: (condition.salesChannels ?? [':ALL:']).map((id) => ({ id })),
    paymentSystem: condition.system,
    connector: condition.connector,
    antifraud: condition.antifraud ?? { implementation: null, affiliationId: null },
    issuer: { name: condition.issuer },
    installmentOptions: installments && {
      dueDateType: installments.dueDate === 'end' ? 0 : 1,
      interestRateMethod: methods[installments.method],
      minimumInstallmentValue: decimal(installments.minimum, digits),
      installments: installments.plans.map((plan) => ({
        ruleId: null,
        quantity: plan.quantity,
        value: 0,
        interestRate: fractionOf(plan.rate),
        isExternalInstallmentService: plan.external,
        interestTax: fractionOf(plan.tax),
      })),
    },
    isSelfAuthorized: condition.isSelfAuthorized,
    requiresAuthentication: condition.requiresAuthentication,
    enabled: condition.enabled,
    installmentsService: condition.installmentsService,
    isDefault: condition.isDefault,
    beginDate: condition.beginsAt,
    endDate: condition.endsAt,
    condition: commercial && { id: commercial.id, pullRate: percentOf(commercial.share), name: commercial.name },
    multiMerchantList: condition.merchants,
    country:
      condition.country === null
        ? null
        : { name: null, isoCode: (countries.alpha3ToAlpha2(condition.country) ?? condition.country).toLowerCase() },
    dateIntervals: condition.windows.length === 0 ? null : condition.windows.map(cronPairOf),
    externalInterest: condition.externalInterest,
    minimumValue: condition.minimum === null ? null : decimal(condition.minimum, digits),
    deadlines: condition.deadlines.map(({ payments }) => ({
      paymentOptions: payments.map(({ days, rate }) => ({ days, interestRate: percentOfPpm(rate) })),
    })),
    cobrand: { name: condition.cobrand },
    cardLevel: { name: condition.cardLevel },
    excludedBinsRanges:
      condition.excludedBins.length === 0
        ? null
        : condition.excludedBins.map(({ from, to }) => (from === to ? from : `${from}-${to}`)).join(','),
  };
}

export const paymentSystemSchema = z
  .looseObject({ id: z.int(), name: z.string(), groupName: textOrNull, implementation: textOrNull })
  .transform(({ id, name, groupName, implementation }) => ({ id, name, group: groupName ?? '', implementation }));
export type PaymentSystem = z.output<typeof paymentSystemSchema>;

/** A rule that holds something our model cannot: it is left alone and named. */
export interface UnreadableRule {
  readonly id: string;
  readonly name: string;
  readonly field: string;
  readonly message: string;
}

export interface RuleList {
  readonly conditions: readonly PaymentCondition[];
  readonly unreadable: readonly UnreadableRule[];
}

export interface PaymentsApi {
  systems(options?: CallOptions): Promise<readonly PaymentSystem[]>;
  /** Every condition. One that cannot be read does not keep the others away. */
  list(digits: number, options?: CallOptions): Promise<RuleList>;
  /** @returns the id the backend gave. Not idempotent: after an ambiguous failure, look before sending again. */
  create(condition: PaymentCondition, digits: number, options?: CallOptions): Promise<string>;
  /** Writes the condition over the rule; what the rule holds beyond it stays. */
  replace(backendId: string, condition: PaymentCondition, digits: number, options?: CallOptions): Promise<void>;
  /** False when there was none. */
  remove(backendId: string, options?: CallOptions): Promise<boolean>;
}

/** Parses rules one by one. */
export function readRules(rules: readonly unknown[], digits: number): RuleList {
  const schema = ruleSchema(digits);
  const conditions: PaymentCondition[] = [];
  const unreadable: UnreadableRule[] = [];
  for (const rule of rules) {
    const parsed = schema.safeParse(rule);
    if (parsed.success) conditions.push(parsed.data);
    else {
      const known = z.looseObject({ id: idText.catch('?'), name: z.string().catch('?') }).safeParse(rule);
      const issue = parsed.error.issues[0];
      unreadable.push({
        id: known.data?.id ?? '?',
        name: known.data?.name ?? '?',
        field: issue?.path.map(String).join('.') ?? '',
        message: issue?.message ?? '',
      });
    }
  }
  return { conditions, unreadable };
}

export function createPaymentsApi(http: HttpClient): PaymentsApi {
  return {
    async systems(options) {
      const path = '/api/pvt/merchants/payment-systems';
      return await http.request({
        method: 'GET',
        path,
        schema: z.array(paymentSystemSchema),
        idempotent: true,
        ...options,
      });
    },
    async list(digits, options) {
      const schema = z.array(z.unknown());
      return readRules(await http.request({ method: 'GET', path: base, schema, idempotent: true, ...options }), digits);
    },
    async create(condition, digits, options) {
      const made = await http.request({
        method: 'POST',
        path: base,
        body: ruleOf(condition, digits),
        schema: z.looseObject({ id: idText }),
        idempotent: false,
        ...options,
      });
      return made.id;
    },
    async replace(backendId, condition, digits, options) {
      const path = `${base}${pathOf(backendId)}`;
      // a rule holds more than our model does: only what we know of it is written
      const there = await http.request({ method: 'GET', path, schema: z.unknown(), idempotent: true, ...options });
      const read = ruleSchema(digits).safeParse(there).data ?? null;
      const body = { ...mergedRule(there, read, condition, ruleOf(condition, digits)), id: backendId };
      await http.send({ method: 'PUT', path, body, idempotent: true, ...options });
    },
    async remove(backendId, options) {
      try {
        await http.send({ method: 'DELETE', path: `${base}${pathOf(backendId)}`, idempotent: true, ...options });
        return true;
      } catch (error) {
        if (isRefusedWith(error, 404)) return false;
        throw error;
      }
    },
  };
}
