import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoney, type Money, minorDigits } from '../../shared/domain/money.ts';

export interface Format {
  number(value: number): string;
  /** A fraction as per cent: 0.5 is 50%. */
  percent(fraction: number): string;
  /** Basis points as per cent with up to two decimals: 9950 is 99.5%. */
  share(basisPoints: number): string;
  money(value: Money | null): string;
  /** Basis points as the three decimals of a probability: 8710 is 0.871. */
  score(basisPoints: number): string;
  /** How long ago: `3 s ago`, `2 hours ago`. */
  age(instant: string): string;
  /** As short as it can be said: `3h ago`. */
  ageShort(instant: string): string;
  dateTime(instant: string): string;
  date(instant: string): string;
  /** A signed weight with one decimal: `+3.1`, `−4.6`. */
  weight(hundredths: number): string;
  /** The currency's own digits and separator, for sums. */
  minor(minor: number, currency: string): string;
  /** A duration in its largest unit: `340 ms`, `4.1 s`, `3 min`, `2 h`. */
  duration(milliseconds: number): string;
  /** What stands between the whole and its parts: a point or a comma. */
  readonly decimal: string;
  readonly locale: string;
}

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

function makeFormat(locale: string): Format {
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 });
  const score = new Intl.NumberFormat(locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const weight = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'long' });
  const short = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'narrow' });
  const now = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'narrow' });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const duration = (milliseconds: number): string => {
    if (milliseconds < 1_000) return `${number.format(Math.round(milliseconds))} ms`;
    if (milliseconds < 60_000)
      return `${(milliseconds < 10_000 ? tenths : number).format(milliseconds < 10_000 ? milliseconds / 1_000 : Math.round(milliseconds / 1_000))} s`;
    if (milliseconds < 3_600_000) return `${number.format(Math.round(milliseconds / 60_000))} min`;
    return `${number.format(Math.round(milliseconds / 3_600_000))} h`;
  };
  const monies = new Map<string, { format: Intl.NumberFormat; scale: number }>();
  const money = (value: Money): string => {
    let made = monies.get(value.currency);
    if (!made) {
      try {
        made = {
          format: new Intl.NumberFormat(locale, { style: 'currency', currency: value.currency }),
          scale: 10 ** minorDigits(value.currency),
        };
      } catch {
        return formatMoney({ ...value, currency: 'XXX' }, locale);
      }
      monies.set(value.currency, made);
    }
    return made.format.format(value.minor / made.scale);
  };
  const age = (instant: string, long: Intl.RelativeTimeFormat): string => {
    const seconds = Math.max(0, Math.round((Date.now() - Date.parse(instant)) / 1_000));
    for (const [unit, size] of units) {
      if (seconds >= size) return (unit === 'second' ? short : long).format(-Math.floor(seconds / size), unit);
    }
    return now.format(0, 'second');
  };
  return {
    duration,
    decimal: tenths.formatToParts(1.5).find(({ type }) => type === 'decimal')?.value ?? '.',
    locale,
    number: (value) => number.format(value),
    percent: (fraction) => percent.format(fraction),
    share: (basisPoints) => share.format(basisPoints / 10_000),
    money: (value) => (value === null ? '' : money(value)),
    minor: (minor, currency) => money({ minor, currency }),
    score: (basisPoints) => score.format(basisPoints / 10_000),
    weight: (hundredths) =>
      `${hundredths > 0 ? '+' : hundredths < 0 ? '−' : ''}${weight.format(Math.abs(hundredths) / 100)}`,
    age: (instant) => age(instant, relative),
    ageShort: (instant) => age(instant, short),
    dateTime: (instant) => dateTime.format(Date.parse(instant)),
    date: (instant) => date.format(Date.parse(instant)),
  };
}

/** Numbers, money and time as the chosen language writes them. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => makeFormat(i18n.language), [i18n.language]);
}

/** Renders again every so often, for texts that tell an age. */
export function useTick(milliseconds: number): void {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((before) => before + 1), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds]);
}
