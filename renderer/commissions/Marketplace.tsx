import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useClient, useQuery } from '../connection/hooks.ts';
import { grouped, useCommissionChange, useRate } from './state.ts';

/** What the marketplace's backend holds beside what the rules in force say: what would be sent, what cannot be said, and what drifted. */
export function Marketplace({ may }: { may: boolean }) {
  const { t } = useTranslation('commissions');
  const format = useFormat();
  const rateText = useRate();
  const client = useClient();
  const run = useRun();
  const [busy, setBusy] = useState(false);
  const state = useQuery('commissions.pushState', {});
  useCommissionChange(state.refresh);
  const push = async () => {
    setBusy(true);
    await run(async () => {
      const { sent, problems, state: after } = await client.call('commissions.push', {});
      const wrong = after.differences.length;
      notify({
        id: 'push',
        message:
          wrong === 0 && problems.length === 0
            ? t('push.verified', { count: sent })
            : t('push.wrong', { count: wrong, problem: problems[0] ?? '' }),
        tone: wrong === 0 ? 'ok' : 'bad',
      });
    });
    setBusy(false);
    state.refresh();
  };
  if (state.error) return <ErrorState error={state.error} onRetry={state.refresh} />;
  const { data } = state;
  if (!data) return null;
  const value = (entry: { product: number; freight: number } | null) =>
    entry === null ? '—' : `${rateText(entry.product)} % / ${rateText(entry.freight)} %`;
  return (
    <div className="finance-page" data-testid="push-state" data-differences={data.differences.length}>
      <div className="bar">
        <span>
          {t('push.agree', { count: data.agreeing })} · {t('push.differ', { count: data.differences.length })}
        </span>
        {data.drifted > 0 && <Pill tone="bad">{t('push.drifted', { count: data.drifted })}</Pill>}
        <span className="end">{data.readAt && t('push.readAt', { when: format.dateTime(data.readAt) })}</span>
        <ActionButton
          primary
          small
          disabled={!may || busy || data.differences.length === 0}
          onClick={() => void push()}
          data-testid="push"
        >
          {t('push.action')}
        </ActionButton>
      </div>
      <div className="finance-scroll">
        {data.lossy.length > 0 && (
          <p className="tone-warn">
            {t('push.lossy', { count: data.lossy.length })}{' '}
            {[...grouped(data.lossy, ({ code }) => code)]
              .map(([code, rules]) => `${t(`lossy.${code}`)}: ${rules.length}`)
              .join(' · ')}
          </p>
        )}
        {data.differences.length === 0 ? (
          <EmptyState title={t('push.inStep')} hint={t('push.inStepHelp')} />
        ) : (
          <table className="small-table">
            <thead>
              <tr>
                <th>{t('field.sellerId')}</th>
                <th>{t('field.categoryId')}</th>
                <th className="right">{t('push.backend')}</th>
                <th className="right">{t('push.wanted')}</th>
              </tr>
            </thead>
            <tbody>
              {data.differences.slice(0, 500).map((row) => (
                <tr key={`${row.sellerId}-${row.categoryId}`}>
                  <td>{row.sellerName}</td>
                  <td>{row.categoryPath ?? t('grid.default')}</td>
                  <td className="right">{value(row.backend)}</td>
                  <td className="right">{value(row.wanted)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </div>
  );
}
