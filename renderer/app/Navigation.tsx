import { useTranslation } from 'react-i18next';
import { useFormat } from '../components/format.ts';
import { useFirstListShown } from '../components/grid/first-list.ts';
import { useQuery } from '../connection/hooks.ts';
import { hrefOf, type Screen } from './routes.ts';
import { useStatus } from './status.ts';

const groups = [
  { name: 'catalogueGroup', screens: ['offers', 'bindings', 'catalogue', 'mapping', 'matching'] },
  { name: 'supportGroup', screens: ['orders', 'buybox'] },
  { name: 'financeGroup', screens: ['agreements', 'commissions', 'payments', 'settlement'] },
  { name: 'integrationGroup', screens: ['notifications', 'sellers', 'settings'] },
] as const satisfies readonly { name: string; screens: readonly Screen[] }[];

/** The number that matters beside each screen. */
function useNumbers(): Partial<Record<Screen, number>> {
  const enabled = useFirstListShown();
  const calm = { refreshOn: ['list.changed'], calm: 2_000, enabled } as const;
  const offers = useQuery('offers.counts', {}, calm);
  const bindings = useQuery('bindings.counts', {}, calm);
  const skus = useQuery('catalog.counts', {}, calm);
  const mapping = useQuery('mapping.counts', {}, calm);
  const sellers = useQuery('sellers.list', {}, calm);
  const orders = useQuery('orders.counts', {}, { ...calm, refreshOn: ['list.changed', 'rows.changed'] });
  const commissions = useQuery('commissions.overview', {}, calm);
  const payments = useQuery('payments.overview', {}, calm);
  const failing = useStatus((state) => state.status?.endpoints.failing);
  return {
    ...(failing !== undefined && { notifications: failing }),
    ...(commissions.data && { commissions: commissions.data.version?.rules ?? 0 }),
    ...(payments.data && { payments: payments.data.conditions.length }),
    ...(offers.data && { offers: offers.data.waiting }),
    ...(bindings.data && { bindings: bindings.data.active }),
    ...(skus.data && { catalogue: skus.data.skus }),
    ...(mapping.data && { mapping: mapping.data.categories }),
    ...(orders.data && { orders: orders.data.any }),
    ...(sellers.data && { sellers: sellers.data.sellers.length }),
  };
}

export function Navigation({ screen }: { screen: Screen }) {
  const { t } = useTranslation('app');
  const format = useFormat();
  const numbers = useNumbers();
  return (
    <nav className="shell-nav" aria-label={t('nav.label')}>
      {groups.map((group) => (
        <section key={group.name} aria-labelledby={`nav-${group.name}`}>
          <h2 id={`nav-${group.name}`}>{t(`nav.${group.name}`)}</h2>
          <ul>
            {group.screens.map((name) => (
              <li key={name}>
                <a href={hrefOf(name)} aria-current={screen === name ? 'page' : undefined} data-testid={`nav-${name}`}>
                  {t(`nav.${name}`)}
                  <span className="nav-count">{numbers[name] === undefined ? '' : format.number(numbers[name])}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
