import { useTranslation } from 'react-i18next';
import { useTick } from '../components/format.ts';

/** A span in its two largest units: `2 d 4 h`. @param seconds not negative */
export function spanOf(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}

/** How long there is until a deadline, or how late it is; a word where there is none. */
export function Due({ deadline }: { deadline: string | null }) {
  const { t } = useTranslation('orderBoard');
  useTick(30_000);
  if (deadline === null) return <span className="tone-dim">{t('noDeadline')}</span>;
  const seconds = Math.round((Date.parse(deadline) - Date.now()) / 1_000);
  const isLate = seconds < 0;
  return (
    <time dateTime={deadline} className={isLate ? 'tone-bad' : seconds < 4 * 3_600 ? 'tone-warn' : ''}>
      {t(isLate ? 'late' : 'in', { time: spanOf(Math.abs(seconds)) })}
    </time>
  );
}
