import { useTranslation } from 'react-i18next';
import type { SellerTraffic } from '../../shared/contract/notifications.ts';
import type { SellerId } from '../../shared/domain/brand.ts';
import { Age } from '../components/Age.tsx';
import { useFormat } from '../components/format.ts';
import { Pill } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useQuery } from '../connection/hooks.ts';
import { SellerHealth, StalenessFacts } from './SellerHealth.tsx';
import { TrafficChart } from './TrafficChart.tsx';
import { byUrgency, stateOf, stateTones } from './tones.ts';

interface OverviewProps {
  readonly seller: SellerTraffic | null;
  readonly sellers: readonly SellerTraffic[];
  onSeller(sellerId: SellerId): void;
}

/** How the gateway is doing: traffic, sellers and refused calls; of one seller when one is chosen. */
export function Overview({ seller, sellers, onSeller }: OverviewProps) {
  return (
    <div className="pane-body" data-testid="notifications-overview">
      {seller && <SellerHealth seller={seller} />}
      <TrafficChart sellerId={seller?.sellerId ?? null} />
      {seller?.staleness && <StalenessFacts sellerId={seller.sellerId} staleness={seller.staleness} />}
      {!seller && <SellerTable sellers={sellers} onSeller={onSeller} />}
      <Refusals sellerId={seller?.sellerId ?? null} />
    </div>
  );
}

function SellerTable({ sellers, onSeller }: Omit<OverviewProps, 'seller'>) {
  const { t } = useTranslation('notifications');
  const format = useFormat();
  return (
    <Section title={t('overview.sellers')}>
      {sellers.length === 0 ? (
        <p className="quiet">{t('overview.none')}</p>
      ) : (
        <table className="small-table small">
          <caption className="sr-only">{t('overview.sellersHint')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('columns.seller')}</th>
              <th scope="col">{t('overview.state')}</th>
              <th scope="col" className="right">
                {t('overview.hour')}
              </th>
              <th scope="col" className="right">
                {t('overview.waiting')}
              </th>
              <th scope="col" className="right">
                {t('overview.seen')}
              </th>
            </tr>
          </thead>
          <tbody>
            {[...sellers].sort(byUrgency).map((seller) => (
              <tr key={seller.sellerId}>
                <td>
                  <button
                    type="button"
                    className="link as-link"
                    onClick={() => onSeller(seller.sellerId)}
                    data-testid={`health-${seller.sellerId}`}
                  >
                    {seller.name}
                  </button>
                </td>
                <td>
                  <Pill tone={stateTones[stateOf(seller)]} {...(seller.problem !== null && { title: seller.problem })}>
                    {t(`health.${stateOf(seller)}`)}
                  </Pill>
                </td>
                <td className="right">{format.number(seller.received)}</td>
                <td className="right">{format.number(seller.waiting)}</td>
                <td className="right">
                  {seller.lastNotificationAt === null ? '—' : <Age instant={seller.lastNotificationAt} short />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Refusals({ sellerId }: { sellerId: SellerId | null }) {
  const { t } = useTranslation('notifications');
  const format = useFormat();
  const { data } = useQuery('notifications.refusals', sellerId === null ? {} : { sellerId }, {
    refreshOn: ['list.changed'],
    calm: 2_000,
  });
  const refusals = (data?.refusals ?? []).slice(0, 12);
  const or = (text: string) => (text === 'various' ? t('overview.various') : text);
  return (
    <Section title={t('overview.refusals')}>
      {refusals.length === 0 ? (
        <p className="quiet">{t('overview.noRefusals')}</p>
      ) : (
        <ul className="plain-list" data-testid="refusals">
          {refusals.map((each) => (
            <li key={each.id}>
              <span>
                {t('overview.refusal', { status: each.status, code: each.code })} ·{' '}
                {each.sellerId ?? t('overview.unknownCaller')} · {or(each.address)}
                <br />
                <span className="tone-dim">{or(each.route)}</span>
              </span>
              <span className="stamp">
                {format.number(each.count)} × <Age instant={each.lastAt} short />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
