import { basisPointsOf, type Minor, minorOf, parseBasisPoints, percentText } from '../../shared/domain/exact.ts';
import { parseMinor } from '../../shared/domain/money.ts';
import type { DueDate, InterestMethod, PaymentCondition } from '../../shared/domain/payments/condition.ts';
import { parsePpm, ppmOf, ppmText } from '../../shared/domain/payments/rate.ts';
import { amountField, instantOfLocal, localOf } from './state.ts';

/** A condition as texts of a form. */
export interface ConditionValues {
  name: string;
  system: string | null;
  owner: string | null;
  enabled: boolean;
  minimum: string;
  salesChannels: string[];
  country: string | null;
  merchants: string[];
  commercialId: string;
  commercialShare: string;
  requiresAuthentication: Maybe;
  issuer: string;
  cobrand: string;
  cardLevel: string;
  excludedBins: string;
  beginsAt: string;
  endsAt: string;
  windows: WindowValues[];
  hasInstallments: boolean;
  dueDate: DueDate;
  method: InterestMethod;
  installmentMinimum: string;
  plans: PlanValues[];
  deadlines: string;
  externalInterest: boolean;
  connector: string;
  connectorAffiliation: string;
  antifraud: string;
  antifraudAffiliation: string;
  isSelfAuthorized: Maybe;
  isDefault: Maybe;
  installmentsService: boolean;
}
export type Maybe = 'yes' | 'no' | 'unset';
export interface WindowValues {
  days: number[];
  from: string;
  until: string;
  offset: string;
}
export interface PlanValues {
  quantity: string;
  rate: string;
  tax: string;
  external: string;
}

const maybeOf = (value: boolean | null): Maybe => (value === null ? 'unset' : value ? 'yes' : 'no');
const booleanOf = (value: Maybe): boolean | null => (value === 'unset' ? null : value === 'yes');
const two = (value: number) => String(value).padStart(2, '0');
const clockOf = (minutes: number) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
export const zoneOf = (offset: number) => `${offset < 0 ? '-' : '+'}${clockOf(Math.abs(offset))}`;
const minutesOf = (clock: string): number | null => {
  const match = /^(\d{1,2}):(\d\d)$/.exec(clock.trim());
  return match && Number(match[1]) < 24 && Number(match[2]) < 60 ? Number(match[1]) * 60 + Number(match[2]) : null;
};
const offsetOf = (zone: string): number | null => {
  const match = /^([+-−])?(\d{1,2}:\d\d)$/.exec(zone.trim());
  const size = match ? minutesOf(match[2] ?? '') : null;
  return size === null || size > 840 ? null : match?.[1] && match[1] !== '+' && size > 0 ? -size : size;
};

export function valuesOf(condition: PaymentCondition, owner: string | null, digits: number): ConditionValues {
  const { installments, commercial } = condition;
  return {
    name: condition.name,
    system: String(condition.system.id),
    owner,
    enabled: condition.enabled,
    minimum: amountField(condition.minimum, digits),
    salesChannels: [...(condition.salesChannels ?? [])],
    country: condition.country,
    merchants: [...(condition.merchants ?? [])],
    commercialId: commercial?.id ?? '',
    commercialShare: commercial ? percentText(commercial.share) : '',
    requiresAuthentication: maybeOf(condition.requiresAuthentication),
    issuer: condition.issuer ?? '',
    cobrand: condition.cobrand ?? '',
    cardLevel: condition.cardLevel ?? '',
    excludedBins: condition.excludedBins.map(({ from, to }) => (from === to ? from : `${from}-${to}`)).join('\n'),
    beginsAt: localOf(condition.beginsAt),
    endsAt: localOf(condition.endsAt),
    windows: condition.windows.map(({ days, from, until, offset }) => ({
      days: [...days],
      from: clockOf(from),
      until: clockOf(until),
      offset: zoneOf(offset),
    })),
    hasInstallments: installments !== null,
    dueDate: installments?.dueDate ?? 'end',
    method: installments?.method ?? 'compound',
    installmentMinimum: amountField(installments?.minimum ?? null, digits),
    plans: (installments?.plans ?? []).map(({ quantity, rate, tax, external }) => ({
      quantity: String(quantity),
      rate: ppmText(rate),
      tax: tax === 0 ? '' : ppmText(tax),
      external: external === null ? '' : String(external),
    })),
    deadlines: condition.deadlines
      .map(({ payments }) =>
        payments.map(({ days, rate }) => (rate === 0 ? String(days) : `${days}: ${ppmText(rate)}`)).join('; '),
      )
      .join('\n'),
    externalInterest: condition.externalInterest,
    connector: condition.connector?.implementation ?? '',
    connectorAffiliation: condition.connector?.affiliationId ?? '',
    antifraud: condition.antifraud?.implementation ?? '',
    antifraudAffiliation: condition.antifraud?.affiliationId ?? '',
    isSelfAuthorized: maybeOf(condition.isSelfAuthorized),
    isDefault: maybeOf(condition.isDefault),
    installmentsService: condition.installmentsService,
  };
}

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What cannot be read of a form: the field, the word for what is wrong, and where in it. */
export interface Unreadable {
  readonly field: keyof ConditionValues;
  readonly code: 'amount' | 'rate' | 'quantity' | 'clock' | 'deadline' | 'bins' | 'system' | 'percent';
  readonly text: string;
}

/** Reads a form. What the service checks (periods, doubles, ranges) is left to it; what is no number or clock is told here. */
export function conditionOfValues(
  values: ConditionValues,
  base: PaymentCondition,
  systems: readonly { readonly id: number; readonly name: string; readonly implementation: string | null }[],
  digits: number,
): { readonly condition: PaymentCondition; readonly bad: readonly Unreadable[] } {
  const bad: Unreadable[] = [];
  const amount = (field: 'minimum' | 'installmentMinimum'): Minor | null => {
    const text = values[field];
    if (text.trim() === '') return null;
    const value = parseMinor(text, digits);
    if (value !== null && value >= 0) return minorOf(value);
    bad.push({ field, code: 'amount', text });
    return null;
  };
  const rate = (field: keyof ConditionValues, text: string) => {
    const value = text.trim() === '' ? ppmOf(0) : parsePpm(text);
    if (value === null) bad.push({ field, code: 'rate', text });
    return value ?? ppmOf(0);
  };
  const whole = (field: keyof ConditionValues, text: string): number => {
    if (/^\d{1,4}$/.test(text.trim())) return Number(text.trim());
    bad.push({ field, code: 'quantity', text });
    return 0;
  };
  const system = systems.find(({ id }) => String(id) === values.system) ?? null;
  if (system === null && values.system !== String(base.system.id))
    bad.push({ field: 'system', code: 'system', text: '' });
  const share = values.commercialShare.trim() === '' ? basisPointsOf(0) : parseBasisPoints(values.commercialShare);
  if (share === null) bad.push({ field: 'commercialShare', code: 'percent', text: values.commercialShare });
  const minimum = amount('minimum');
  const installmentMinimum = amount('installmentMinimum');
  const condition: PaymentCondition = {
    id: base.id,
    name: values.name.trim(),
    salesChannels: values.salesChannels.length === 0 ? null : values.salesChannels,
    system:
      system === null || system.id === base.system.id
        ? base.system
        : { id: system.id, name: system.name, implementation: null },
    connector:
      orNull(values.connector) === null
        ? null
        : { implementation: values.connector.trim(), affiliationId: orNull(values.connectorAffiliation) },
    antifraud:
      orNull(values.antifraud) === null
        ? null
        : { implementation: values.antifraud.trim(), affiliationId: orNull(values.antifraudAffiliation) },
    issuer: orNull(values.issuer),
    installments: values.hasInstallments
      ? {
          dueDate: values.dueDate,
          method: values.method,
          minimum: installmentMinimum ?? minorOf(0),
          plans: values.plans.map((plan) => ({
            quantity: whole('plans', plan.quantity),
            rate: rate('plans', plan.rate),
            tax: rate('plans', plan.tax),
            external: plan.external.trim() === '' ? null : whole('plans', plan.external),
          })),
        }
      : null,
    deadlines: lines(values.deadlines).map((line) => ({
      payments: line.split(';').map((part) => {
        const [days = '', percent = ''] = part.split(':');
        if (!/^\s*\d{1,4}\s*$/.test(days)) bad.push({ field: 'deadlines', code: 'deadline', text: part.trim() });
        return { days: Number(days.trim()) || 0, rate: rate('deadlines', percent) };
      }),
    })),
    isSelfAuthorized: booleanOf(values.isSelfAuthorized),
    requiresAuthentication: booleanOf(values.requiresAuthentication),
    enabled: values.enabled,
    installmentsService: values.installmentsService,
    isDefault: booleanOf(values.isDefault),
    beginsAt: instantOfLocal(values.beginsAt),
    endsAt: instantOfLocal(values.endsAt),
    commercial:
      orNull(values.commercialId) === null
        ? null
        : { id: values.commercialId.trim(), name: base.commercial?.name ?? null, share: share ?? basisPointsOf(0) },
    merchants: values.merchants.length === 0 ? null : values.merchants,
    country: values.country,
    windows: values.windows.map((window) => {
      const from = minutesOf(window.from);
      const until = minutesOf(window.until);
      const offset = offsetOf(window.offset);
      if (from === null || until === null || offset === null)
        bad.push({ field: 'windows', code: 'clock', text: `${window.from} – ${window.until} ${window.offset}` });
      return { days: window.days.toSorted((a, b) => a - b), from: from ?? 0, until: until ?? 0, offset: offset ?? 0 };
    }),
    externalInterest: values.externalInterest,
    minimum,
    cobrand: orNull(values.cobrand),
    cardLevel: orNull(values.cardLevel),
    excludedBins: values.excludedBins
      .split(/[\s,;]+/)
      .filter((part) => part !== '')
      .map((part) => {
        const [from = '', to = from] = part.split('-');
        if (!/^\d+$/.test(from) || !/^\d+$/.test(to)) bad.push({ field: 'excludedBins', code: 'bins', text: part });
        return { from, to };
      }),
  };
  return { condition, bad };
}

/** The form's field for a field of the service's error: `condition.installments.plans.2.quantity` is the plans. */
export function fieldOf(path: string): { readonly field: keyof ConditionValues; readonly row: number | null } | null {
  const parts = path.replace(/^condition\./, '').split('.');
  const [first = '', second = ''] = parts;
  const row = parts.map(Number).find((part) => Number.isInteger(part)) ?? null;
  const known: Partial<Record<string, keyof ConditionValues>> = {
    system: 'system',
    connector: 'connector',
    antifraud: 'antifraud',
    commercial: second === 'share' ? 'commercialShare' : 'commercialId',
    installments: second === 'plans' ? 'plans' : second === 'minimum' ? 'installmentMinimum' : 'method',
  };
  const plain: readonly string[] = [
    'name',
    'owner',
    'minimum',
    'salesChannels',
    'country',
    'merchants',
    'issuer',
    'cobrand',
    'cardLevel',
    'excludedBins',
    'beginsAt',
    'endsAt',
    'windows',
    'deadlines',
  ];
  const field = known[first] ?? (plain.includes(first) ? (first as keyof ConditionValues) : null);
  return field === null ? null : { field, row };
}
