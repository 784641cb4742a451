import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScorecardRow } from '../../shared/contract/agreements.ts';
import type { ScoreRate } from '../../shared/domain/agreements/terms.ts';
import { scoreRates } from '../../shared/domain/agreements/terms.ts';
import { useFormat } from '../components/format.ts';
import { Pill, type Tone } from '../components/Pill.tsx';
import { useListChange } from '../components/pane/useLists.ts';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';

const tones: Readonly<Record<ScorecardRow['verdict'], Tone>> = {
  good: 'ok',
  warn: 'warn',
  suspend: 'bad',
  'too-few': 'dim',
};
const rank: Readonly<Record<ScorecardRow['verdict'], number>> = { suspend: 0, warn: 1, good: 2, 'too-few': 3 };

/** How each seller keeps what was agreed, the worst first; the orders behind every rate. */
export function Scorecards() {
  const { t } = useTranslation('agreements');
  const format = useFormat();
  const list = useQuery('scorecards.list', {});
  useListChange(['agreements', 'orders', 'sellers'], list.refresh);
  const [picked, setPicked] = useState<{ row: ScorecardRow; rate: ScoreRate } | null>(null);
  if (list.error) return <ErrorState error={list.error} onRetry={list.refresh} />;
  const rows = (list.data?.rows ?? []).toSorted(
    (one, other) => rank[one.verdict] - rank[other.verdict] || one.sellerName.localeCompare(other.sellerName),
  );
  return (
    <SplitView
      name="scorecards"
      detailWidth={420}
      list={
        <div className="finance-scroll" data-testid="scorecards" aria-busy={!list.data}>
          <table className="small-table">
            <thead>
              <tr>
                <th>{t('seller')}</th>
                <th>{t('scorecard.verdict')}</th>
                <th className="right">{t('scorecard.orders')}</th>
                <th className="right" title={t('scorecard.scoreHelp')}>
                  {t('scorecard.score')}
                </th>
                {scoreRates.map((rate) => (
                  <th key={rate} className="right" title={t(`rateHelp.${rate}`)}>
                    {t(`rate.${rate}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.sellerId} data-testid={`scorecard-${row.sellerId}`} data-verdict={row.verdict}>
                  <td>
                    {row.sellerName}
                    <div className="quiet">
                      {t('scorecard.period', { count: row.days })}
                      {!row.hasAgreement && ` · ${t('scorecard.usual')}`}
                    </div>
                  </td>
                  <td>
                    <Pill tone={tones[row.verdict]}>{t(`verdict.${row.verdict}`)}</Pill>
                  </td>
                  <td className="right">{format.number(row.orders)}</td>
                  <td className="right">{format.number(row.score)}</td>
                  {row.rates.map(({ rate, value, verdict }) => (
                    <td key={rate} className="right">
                      {value === null ? (
                        <span className="tone-dim">–</span>
                      ) : (
                        <button
                          type="button"
                          className={`link tone-${verdict === 'good' || verdict === 'too-few' ? 'dim' : tones[verdict]}`}
                          onClick={() => setPicked({ row, rate })}
                        >
                          {format.percent(value / 10_000)}
                        </button>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      }
      detail={
        picked === null ? (
          <EmptyState title={t('scorecard.pick')} hint={t('scorecard.pickHelp')} />
        ) : (
          <Orders key={`${picked.row.sellerId}-${picked.rate}`} row={picked.row} rate={picked.rate} />
        )
      }
    />
  );
}

function Orders({ row, rate }: { row: ScorecardRow; rate: ScoreRate }) {
  const { t } = useTranslation('agreements');
  const format = useFormat();
  const orders = useQuery('scorecards.orders', { sellerId: row.sellerId, rate });
  return (
    <div className="pane-body">
      <h2>
        {row.sellerName}: {t(`rate.${rate}`)}
      </h2>
      <p className="pane-sub">{t(`rateHelp.${rate}`)}</p>
      {orders.data?.orders.length === 0 && <EmptyState title={t('scorecard.none')} />}
      <table className="small-table">
        <tbody>
          {orders.data?.orders.map((order) => (
            <tr key={order.orderId}>
              <td>
                {order.orderId}
                <div className="quiet">{order.title}</div>
              </td>
              <td>{format.dateTime(order.receivedAt)}</td>
              <td className="right">{format.minor(order.total, order.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
