import type { ReplyOf, RequestOf } from '../../shared/contract/index.ts';
import { type ScoreRate, type SupportChannel, scoreRates } from '../../shared/domain/agreements/terms.ts';
import { minorOf, parseBasisPoints, percentText } from '../../shared/domain/exact.ts';
import { decimalOf, parseMinor } from '../../shared/domain/money.ts';

export type Terms = ReplyOf<'agreements.list'>['templates'][number]['terms'];

/** Terms as texts of a form. */
export interface TermsValues {
  product: string;
  freight: string;
  schedule: Terms['payout']['schedule'];
  payoutDays: string;
  retention: string;
  retentionDays: string;
  brandIds: string[];
  categoryIds: string[];
  requiredAttributes: string[];
  minimumImages: string;
  minimumScore: string;
  answerHours: string;
  languages: string[];
  channels: SupportChannel[];
  handlingDays: string;
  marketplaceFulfilment: boolean;
  /** One a line: `region; days; freight`. */
  regions: string;
  days: string;
  minimumOrders: string;
  thresholds: Record<ScoreRate, { warn: string; suspend: string }>;
}

const optional = (value: number | null): string => (value === null ? '' : String(value));

export function valuesOf(terms: Terms, digits: number): TermsValues {
  const { commission, payout, selection, support, delivery, scorecard } = terms;
  const thresholds = Object.fromEntries(
    scoreRates.map((rate) => {
      const limits = scorecard.thresholds[rate];
      return [
        rate,
        { warn: limits ? percentText(limits.warn) : '', suspend: limits ? percentText(limits.suspend) : '' },
      ];
    }),
  );
  return {
    product: commission.product === null ? '' : percentText(commission.product),
    freight: commission.freight === null ? '' : percentText(commission.freight),
    schedule: payout.schedule,
    payoutDays: String(payout.days),
    retention: percentText(payout.retention),
    retentionDays: String(payout.retentionDays),
    brandIds: (selection.brandIds ?? []).map(String),
    categoryIds: (selection.categoryIds ?? []).map(String),
    requiredAttributes: [...selection.requiredAttributes],
    minimumImages: String(selection.minimumImages),
    minimumScore: optional(selection.minimumScore),
    answerHours: optional(support.answerHours),
    languages: [...support.languages],
    channels: [...support.channels],
    handlingDays: optional(delivery.handlingDays),
    marketplaceFulfilment: delivery.marketplaceFulfilment,
    regions: delivery.regions
      .map(
        ({ region, maximumDays, maximumFreight }) =>
          `${region}; ${optional(maximumDays)}; ${maximumFreight === null ? '' : decimalOf(maximumFreight, digits)}`,
      )
      .join('\n'),
    days: String(scorecard.days),
    minimumOrders: String(scorecard.minimumOrders),
    // one of each rate, made above
    thresholds: thresholds as TermsValues['thresholds'],
  };
}

export interface Unreadable {
  readonly field: string;
  readonly text: string;
}

/** Reads a form; what is no number is told by its field. */
export function termsOfValues(
  values: TermsValues,
  digits: number,
): { terms: RequestOf<'agreements.save'>['terms']; bad: Unreadable[] } {
  const bad: Unreadable[] = [];
  const percent = (field: string, text: string): number => {
    const value = parseBasisPoints(text);
    if (value === null) bad.push({ field, text });
    return value ?? 0;
  };
  const whole = (field: string, text: string): number => {
    if (/^\s*\d{1,6}\s*$/.test(text)) return Number(text);
    bad.push({ field, text });
    return 0;
  };
  const orNull = <Value>(text: string, read: (text: string) => Value): Value | null =>
    text.trim() === '' ? null : read(text);
  const thresholds = Object.fromEntries(
    scoreRates.map((rate) => {
      const { warn, suspend } = values.thresholds[rate];
      const isEmpty = warn.trim() === '' && suspend.trim() === '';
      return [rate, isEmpty ? null : { warn: percent('thresholds', warn), suspend: percent('thresholds', suspend) }];
    }),
  );
  const terms: RequestOf<'agreements.save'>['terms'] = {
    commission: {
      product: orNull(values.product, (text) => percent('product', text)),
      freight: orNull(values.freight, (text) => percent('freight', text)),
    },
    payout: {
      schedule: values.schedule,
      days: whole('payoutDays', values.payoutDays),
      retention: percent('retention', values.retention),
      retentionDays: whole('retentionDays', values.retentionDays),
    },
    selection: {
      brandIds: values.brandIds.length === 0 ? null : values.brandIds.map(Number),
      categoryIds: values.categoryIds.length === 0 ? null : values.categoryIds.map(Number),
      requiredAttributes: values.requiredAttributes,
      minimumImages: whole('minimumImages', values.minimumImages),
      minimumScore: orNull(values.minimumScore, (text) => whole('minimumScore', text)),
    },
    support: {
      answerHours: orNull(values.answerHours, (text) => whole('answerHours', text)),
      languages: values.languages,
      channels: values.channels,
    },
    delivery: {
      handlingDays: orNull(values.handlingDays, (text) => whole('handlingDays', text)),
      marketplaceFulfilment: values.marketplaceFulfilment,
      regions: values.regions
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => {
          const [region = '', days = '', freight = ''] = line.split(';').map((part) => part.trim());
          return {
            region,
            maximumDays: orNull(days, (text) => whole('regions', text)),
            maximumFreight: orNull(freight, (text) => {
              const value = parseMinor(text, digits);
              if (value === null || value < 0) bad.push({ field: 'regions', text });
              return minorOf(Math.max(0, value ?? 0));
            }),
          };
        }),
    },
    scorecard: {
      days: whole('days', values.days),
      minimumOrders: whole('minimumOrders', values.minimumOrders),
      // one of each rate, made above
      thresholds: thresholds as RequestOf<'agreements.save'>['terms']['scorecard']['thresholds'],
    },
  };
  return { terms, bad };
}

/** The form's field for a field of the service's error. */
export function fieldOf(path: string): string | null {
  const parts = path.replace(/^terms\./, '').split('.');
  const [first = '', second = ''] = parts;
  if (path === 'validFrom' || path === 'note') return path;
  if (second === 'days') return first === 'payout' ? 'payoutDays' : 'days';
  const known = [
    'product',
    'freight',
    'schedule',
    'retention',
    'retentionDays',
    'brandIds',
    'categoryIds',
    'requiredAttributes',
    'minimumImages',
    'minimumScore',
    'answerHours',
    'languages',
    'channels',
    'handlingDays',
    'regions',
    'minimumOrders',
    'thresholds',
  ];
  return known.includes(second) ? second : null;
}
