import { useTranslation } from 'react-i18next';
import type { MergedOptionRow } from '../../shared/contract/payments.ts';
import { useFormat } from '../components/format.ts';
import { Pill } from '../components/Pill.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { type Cart, CartFields } from './cart.tsx';
import { useSimulation } from './Simulator.tsx';
import { useReasonText } from './state.ts';

/** Every option of a cart, by payment system and way of charging, and whose it is: each merchant in a column of its own. */
export function Matrix({ cart, currency }: { cart: Cart; currency: string }) {
  const { t } = useTranslation('payments');
  const format = useFormat();
  const reasonText = useReasonText(currency);
  const result = useSimulation(cart, currency);
  const options = result.data?.merged ?? [];
  const merchants = new Map<string, string>();
  for (const { legs, refusals } of options)
    for (const { merchant } of [...legs, ...refusals])
      merchants.set(merchant.sellerId ?? '', merchant.sellerId === null ? t('marketplace') : merchant.name);
  const columns = [...merchants].toSorted(([one], [other]) => one.localeCompare(other));
  const cell = ({ legs, refusals }: MergedOptionRow, key: string) => {
    const leg = legs.find(({ merchant }) => (merchant.sellerId ?? '') === key);
    const refusal = refusals.find(({ merchant }) => (merchant.sellerId ?? '') === key);
    if (refusal) return <span className="tone-bad">{refusal.reasons.map(reasonText).join(' ')}</span>;
    if (!leg) return <span className="tone-dim">{t('matrix.notAsked')}</span>;
    return (
      <>
        {leg.conditions.map(({ name }) => name).join(', ')}
        <div className="quiet">{format.minor(leg.value, currency)}</div>
      </>
    );
  };
  return (
    <div className="finance-page" data-testid="matrix" aria-busy={result.loading}>
      <CartFields cart={cart} currency={currency} />
      {!result.isReadable ? (
        <EmptyState title={t('cart.unreadable')} hint={t('cart.unreadableHelp')} />
      ) : result.error ? (
        <ErrorState error={result.error} onRetry={result.refresh} />
      ) : (
        <div className="finance-scroll">
          <table className="small-table small">
            <thead>
              <tr>
                <th>{t('matrix.option')}</th>
                {columns.map(([key, name]) => (
                  <th key={key}>{name}</th>
                ))}
                <th>{t('matrix.split')}</th>
                <th>{t('matrix.offered')}</th>
              </tr>
            </thead>
            <tbody>
              {options.map((option) => {
                const isOffered = option.refusals.length === 0;
                const most = option.plans.reduce((largest, { quantity }) => Math.max(largest, quantity), 0);
                const last = option.plans.at(-1);
                return (
                  <tr
                    key={`${option.way}-${option.systemId}`}
                    data-testid="matrix-row"
                    data-system={option.systemName}
                    data-way={option.way}
                    data-offered={isOffered}
                  >
                    <td>
                      {option.systemName}
                      <div className="quiet">{t(`way.${option.way}`)}</div>
                    </td>
                    {columns.map(([key]) => (
                      <td key={key}>{cell(option, key)}</td>
                    ))}
                    <td title={t(`splitHelp.${option.split}`)}>{t(`split.${option.split}`)}</td>
                    <td>
                      <Pill tone={isOffered ? 'ok' : 'bad'}>{t(isOffered ? 'matrix.yes' : 'matrix.no')}</Pill>
                      {isOffered && last && (
                        <div className="quiet">
                          {t('matrix.upTo', { count: most, total: format.minor(last.total, currency) })}
                        </div>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
