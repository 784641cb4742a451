import { useTranslation } from 'react-i18next';
import { useFormat, useTick } from './format.ts';

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `9m ago`: an age for a narrow column. */
function shortAge(instant: string, locale: string): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(instant)) / 1_000));
  const [unit, size] = units.find(([, least]) => seconds >= least) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(locale, { style: 'narrow' }).format(-Math.floor(seconds / size), unit);
}

/** How long ago it was, and stays right while it is on screen. */
export function Age({ instant, short = false }: { instant: string; short?: boolean }) {
  const { i18n } = useTranslation();
  const format = useFormat();
  useTick(15_000);
  return <time dateTime={instant}>{short ? shortAge(instant, i18n.language) : format.age(instant)}</time>;
}
