import { useTranslation } from 'react-i18next';
import type { SellerRow } from '../../shared/contract/sellers.ts';
import { hrefOf } from '../app/routes.ts';
import { useFormat, useTick } from '../components/format.ts';
import { Pill } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { SellerStaleness } from '../notifications/SellerHealth.tsx';
import { ChannelsEditor } from './ChannelsEditor.tsx';
import { Credentials } from './Credentials.tsx';
import { Reach } from './Reach.tsx';
import { healthOf, healthTones } from './source.ts';

interface SellerDetailProps {
  readonly seller: SellerRow;
  onChanged(): void;
}

export function SellerDetail({ seller, onChanged }: SellerDetailProps) {
  const { t } = useTranslation('sellers');
  const format = useFormat();
  useTick(10_000);
  const { health } = seller;
  const age = (instant: string | null) => (instant === null ? t('health.never') : format.age(instant));
  return (
    <div className="pane-body" data-testid="seller-detail">
      <h2>
        {seller.name} <Pill tone={healthTones[healthOf(seller)]}>{t(`health.${healthOf(seller)}`)}</Pill>
      </h2>
      <p className="pane-sub">
        {seller.sellerId} ·{' '}
        <a className="link" href={hrefOf('offers', { seller: seller.sellerId })}>
          {t('detail.waiting', { count: seller.waitingOffers })}
        </a>{' '}
        ·{' '}
        <a className="link" href={hrefOf('bindings', { seller: seller.sellerId })}>
          {t('detail.bindings', { count: seller.activeBindings })}
        </a>{' '}
        ·{' '}
        <a className="link" href={hrefOf('notifications', { seller: seller.sellerId })}>
          {t('detail.notifications')}
        </a>
      </p>
      <Section title={t('detail.health')}>
        <dl className="facts">
          <dt>{t('health.lastAnswer')}</dt>
          <dd title={health.lastAnswerAt === null ? undefined : format.dateTime(health.lastAnswerAt)}>
            {age(health.lastAnswerAt)}
          </dd>
          <dt>{t('health.medianAnswer')}</dt>
          <dd className="num">
            {health.medianAnswer === null ? '—' : t('health.milliseconds', { count: health.medianAnswer })}
          </dd>
          <dt>{t('health.lastNotification')}</dt>
          <dd title={health.lastNotificationAt === null ? undefined : format.dateTime(health.lastNotificationAt)}>
            {age(health.lastNotificationAt)}
          </dd>
          <dt>{t('health.failures')}</dt>
          <dd className={`num ${health.failures > 0 ? 'tone-bad' : ''}`}>{format.number(health.failures)}</dd>
          {health.problem !== null && (
            <>
              <dt>{t('health.problem')}</dt>
              <dd className="tone-bad">{health.problem}</dd>
            </>
          )}
        </dl>
      </Section>
      <SellerStaleness sellerId={seller.sellerId} />
      <Section title={t('detail.sections')}>
        <dl className="facts">
          <dt>{t('field.endpoint')}</dt>
          <dd>{seller.endpoint ?? '—'}</dd>
          <dt>{t('field.type')}</dt>
          <dd>{t(`type.${seller.sellerType}`)}</dd>
          <dt>{t('field.email')}</dt>
          <dd>{seller.email ?? '—'}</dd>
          <dt>{t('field.taxCode')}</dt>
          <dd>{seller.taxCode ?? '—'}</dd>
        </dl>
      </Section>
      <ChannelsEditor seller={seller} onChanged={onChanged} />
      <Reach key={seller.sellerId} seller={seller} />
      <Credentials seller={seller} />
    </div>
  );
}
