import { useTranslation } from 'react-i18next';
import { useFormat, useTick } from '../components/format.ts';

/** Within so many seconds the time that is left is counted down; before, the day is enough. */
const counted = 3 * 86_400;

/** When an offer expires: a day, or what is left of the last days of it. */
export function Expiry({ at }: { at: string }) {
  const { t } = useTranslation('offers');
  const format = useFormat();
  useTick(30_000);
  const seconds = Math.floor((Date.parse(at) - Date.now()) / 1_000);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const left = days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
  return (
    <time
      dateTime={at}
      title={format.dateTime(at)}
      className={seconds <= 0 ? 'tone-bad' : seconds <= counted ? 'tone-warn' : ''}
      data-testid="offer-expiry"
    >
      {seconds <= 0
        ? t('detail.expiredOn', { date: format.date(at) })
        : seconds <= counted
          ? t('detail.expiresIn', { time: left })
          : t('detail.expires', { date: format.date(at) })}
    </time>
  );
}
