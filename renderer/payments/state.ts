import countries from 'i18n-iso-countries/index.js';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import type { ListedCondition, ReasonRow } from '../../shared/contract/payments.ts';
import { type Instant, instantOf } from '../../shared/domain/brand.ts';
import { decimalOf } from '../../shared/domain/money.ts';
import { ppmText } from '../../shared/domain/payments/rate.ts';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import type { Tone } from '../components/Pill.tsx';
import { useListChange } from '../components/pane/useLists.ts';
import { useQuery } from '../connection/hooks.ts';
import type { Words } from './value-text.ts';

export type PaymentOverview = ReplyOf<'payments.overview'>;

export const standingTones: Readonly<Record<ListedCondition['standing'], Tone>> = {
  same: 'ok',
  new: 'accent',
  changed: 'warn',
  drifted: 'bad',
  own: 'dim',
};

export function usePaymentOverview() {
  const overview = useQuery('payments.overview', {});
  useListChange(['payments', 'sellers'], overview.refresh);
  return overview;
}

/** A decimal text with a point, as the language writes it. */
export function useDecimal(): (text: string) => string {
  const { locale } = useFormat();
  return useCallback((text) => text.replace('.', new Intl.NumberFormat(locale).format(1.5).charAt(1)), [locale]);
}

/** A rate in millionths as per cent: `1,99 %`. */
export function useRateText(): (rate: number) => string {
  const decimal = useDecimal();
  return useCallback((rate) => `${decimal(ppmText(rate))} %`, [decimal]);
}

/** Minor units as a decimal text with a point, for fields; empty for none. */
export const amountField = (minor: number | null, digits: number): string =>
  minor === null ? '' : decimalOf(minor, digits);

/** An instant as the value of a `datetime-local` field, in the operator's own zone, and back. */
export const localOf = (instant: string | null): string => {
  if (instant === null) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};
export const instantOfLocal = (text: string): Instant | null => {
  const at = Date.parse(text);
  return text === '' || Number.isNaN(at) ? null : instantOf(at);
};

/** How the language writes what conditions are made of; amounts in the workspace's currency. */
export function useWords(): Words {
  const { t } = useTranslation('payments');
  const format = useFormat();
  const rate = useRateText();
  const names = useDayNames();
  const currency = usePaymentOverview().data?.currency ?? 'BRL';
  return {
    rate,
    share: (value) => format.percent(value / 10_000),
    money: (value) => format.minor(value, currency),
    moment: (value) => format.dateTime(value),
    days: (days) => (days.length === 7 ? t('window.daily') : days.map((day) => names[day]).join(', ')),
    method: (value) => t(`method.${value}` as 'method.compound'),
    due: (value) => t(`due.${value}` as 'due.end'),
    yes: t('maybe.yes'),
    no: t('maybe.no'),
    none: '—',
  };
}

/** Every country by its three letters, with its name in the operator's language. */
export function useCountries(): readonly { readonly value: string; readonly label: string }[] {
  const { locale } = useFormat();
  return useMemo(() => {
    const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' });
    return Object.entries(countries.getAlpha2Codes())
      .map(([two, three]) => ({ value: three, label: `${names.of(two)} (${three})` }))
      .toSorted((one, other) => one.label.localeCompare(other.label, locale));
  }, [locale]);
}

/** Short names of the days of the week, Sunday first. */
export function useDayNames(): readonly string[] {
  const { locale } = useFormat();
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
    // 22 November 2026 is a Sunday
    return Array.from({ length: 7 }, (_, day) => format.format(Date.UTC(2026, 10, 22 + day)));
  }, [locale]);
}

/** A reason as a sentence, its amounts and moments as the language writes them. */
export function useReasonText(currency: string): (reason: ReasonRow) => string {
  const { t } = useTranslation('payments');
  const format = useFormat();
  return useCallback(
    ({ code, values }) =>
      // every code of the rule has its sentence, and a test sees to it
      t(`reason.${code}` as 'reason.disabled', {
        ...values,
        ...(typeof values.minimum === 'number' && { minimum: format.minor(values.minimum, currency) }),
        ...(typeof values.at === 'string' && { at: format.dateTime(values.at) }),
        ...(typeof values.share === 'number' && { share: format.percent(values.share / 10_000) }),
        ...(typeof values.wanted === 'number' && { wanted: format.percent(values.wanted / 10_000) }),
      }),
    [t, format, currency],
  );
}

/** What was done, each with what takes it back. */
export function usePaymentUndo() {
  const { t } = useTranslation('payments');
  const run = useRun();
  const stack = useRef<(() => Promise<unknown>)[]>([]);
  const [depth, setDepth] = useState(0);
  const did = useCallback((message: string, undo: () => Promise<unknown>) => {
    stack.current.push(undo);
    setDepth(stack.current.length);
    notify({ id: 'payments', message });
  }, []);
  const undo = useCallback(async () => {
    const last = stack.current.pop();
    setDepth(stack.current.length);
    if (last && (await run(last))) notify({ id: 'payments', message: t('done.undone') });
  }, [run, t]);
  return { did, undo, canUndo: depth > 0 };
}
export type PaymentUndo = ReturnType<typeof usePaymentUndo>;
