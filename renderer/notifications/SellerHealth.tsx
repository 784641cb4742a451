import { useTranslation } from 'react-i18next';
import type { SellerTraffic, Staleness } from '../../shared/contract/notifications.ts';
import type { SellerId } from '../../shared/domain/brand.ts';
import { hrefOf } from '../app/routes.ts';
import { useFormat, useTick } from '../components/format.ts';
import { Pill } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useQuery } from '../connection/hooks.ts';
import { stateOf, stateTones } from './tones.ts';

/** One seller's health as the gateway sees it: what waits, when it was last heard, and why it is not asked. */
export function SellerHealth({ seller }: { seller: SellerTraffic }) {
  const { t } = useTranslation('notifications');
  const format = useFormat();
  useTick(5_000);
  const age = (instant: string | null) => (instant === null ? t('health.never') : format.age(instant));
  const state = stateOf(seller);
  return (
    <>
      <h2 data-testid="health-seller">
        {seller.name} <Pill tone={stateTones[state]}>{t(`health.${state}`)}</Pill>
      </h2>
      <p className="pane-sub">{seller.sellerId}</p>
      {seller.pausedAt !== null && (
        <p className="tone-warn" data-testid="health-paused">
          {t('health.pausedSince', {
            when: format.age(seller.pausedAt),
            by: seller.pausedBy ?? '',
            reason: seller.pauseReason ?? '',
          })}
        </p>
      )}
      {seller.leftAloneUntil !== null && (
        <p className="tone-bad">{t('health.alone_until', { at: format.dateTime(seller.leftAloneUntil) })}</p>
      )}
      <dl className="facts spaced">
        <dt>{t('overview.waiting')}</dt>
        <dd className="num">{format.number(seller.waiting)}</dd>
        {seller.waitingSince !== null && (
          <>
            <dt>{t('health.lag')}</dt>
            <dd className="num">{format.duration(Math.max(0, Date.now() - Date.parse(seller.waitingSince)))}</dd>
          </>
        )}
        <dt>{t('health.seen')}</dt>
        <dd>{age(seller.lastNotificationAt)}</dd>
        <dt>{t('health.answer')}</dt>
        <dd>{age(seller.lastAnswerAt)}</dd>
        <dt>{t('health.median')}</dt>
        <dd className="num">
          {seller.medianAnswer === null ? '—' : t('health.milliseconds', { count: seller.medianAnswer })}
        </dd>
        {seller.problem !== null && (
          <>
            <dt>{t('health.problem')}</dt>
            <dd className="tone-bad">{seller.problem}</dd>
          </>
        )}
      </dl>
    </>
  );
}

/** How old a seller's prices are, and what the last search for silent drift found. */
export function StalenessFacts({ sellerId, staleness }: { sellerId: SellerId; staleness: Staleness }) {
  const { t } = useTranslation('notifications');
  const format = useFormat();
  const hours = (value: number | null) => (value === null ? '—' : format.duration(value * 3_600_000));
  return (
    <Section title={t('staleness.title')}>
      {staleness.listedWhileInactive > 0 && (
        <p className="tone-bad" data-testid="listed-while-inactive">
          {t('staleness.inactive', { count: staleness.listedWhileInactive })}{' '}
          <a className="link" href={hrefOf('bindings', { seller: sellerId })}>
            {t('staleness.inactiveLink')}
          </a>
        </p>
      )}
      <dl className="facts" data-testid="staleness">
        <dt>{t('staleness.bindings')}</dt>
        <dd className="num">{format.number(staleness.bindings)}</dd>
        <dt>{t('staleness.median')}</dt>
        <dd className="num">{hours(staleness.medianHours)}</dd>
        <dt>{t('staleness.worst')}</dt>
        <dd className="num">{hours(staleness.worstHours)}</dd>
        <dt>{t('staleness.unknown')}</dt>
        <dd className="num">{format.number(staleness.unknown)}</dd>
        <dt>{t('staleness.drift')}</dt>
        <dd className={staleness.drifted > 0 ? 'tone-warn' : ''} data-testid="staleness-drift">
          {staleness.sweptAt === null
            ? t('staleness.driftNone')
            : `${t('staleness.driftValue', { drifted: staleness.drifted, swept: staleness.swept })} · ${t(
                'staleness.searched',
                { when: format.age(staleness.sweptAt) },
              )}`}
        </dd>
      </dl>
      <p className="quiet">{t('staleness.explain')}</p>
    </Section>
  );
}

/** The same for a pane that knows the seller only by its id. */
export function SellerStaleness({ sellerId }: { sellerId: SellerId }) {
  const { data } = useQuery('notifications.healthOf', { sellerId }, { refreshOn: ['list.changed'], calm: 3_000 });
  if (!data?.staleness || data.sellerId !== sellerId) return null;
  return <StalenessFacts sellerId={sellerId} staleness={data.staleness} />;
}
