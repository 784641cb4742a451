import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PushState } from '../../shared/contract/commissions.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { Ask } from '../components/pane/Section.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useClient, useQuery } from '../connection/hooks.ts';
import { useRuleText } from './ruleText.ts';
import { useCommissionChange, useRate } from './state.ts';

type Entry = Pick<PushState['differences'][number], 'sellerId' | 'categoryId'>;
interface MarketplaceProps {
  readonly may: boolean;
  /** Writes what the backend holds into a draft. */
  onTakeOver(entries: readonly Entry[]): void;
}
const rowsAtOnce = 500;

/** What the marketplace's backend holds beside what the rules in force say: what would be sent, what cannot be said, and what drifted. */
export function Marketplace({ may, onTakeOver }: MarketplaceProps) {
  const { t } = useTranslation('commissions');
  const format = useFormat();
  const rateText = useRate();
  const client = useClient();
  const run = useRun();
  const [busy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [most, setMost] = useState(rowsAtOnce);
  const state = useQuery('commissions.pushState', {});
  useCommissionChange(state.refresh);
  const push = async () => {
    setAsking(false);
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
  const drifted = data.differences.filter((row) => row.drifted);
  const removed = data.differences.filter((row) => row.wanted === null).length;
  return (
    <div className="finance-page" data-testid="push-state" data-differences={data.differences.length}>
      <div className="bar">
        <span>
          {t('push.agree', { count: data.agreeing })} · {t('push.differ', { count: data.differences.length })}
        </span>
        {data.drifted > 0 && <Pill tone="bad">{t('push.drifted', { count: data.drifted })}</Pill>}
        <span className="end">{data.readAt && t('push.readAt', { when: format.dateTime(data.readAt) })}</span>
        {drifted.length > 0 && (
          <ActionButton
            small
            disabled={!may || busy}
            title={t('push.takeOverHelp')}
            onClick={() => onTakeOver(drifted)}
            data-testid="take-over-all"
          >
            {t('push.takeOverAll', { count: drifted.length })}
          </ActionButton>
        )}
        <ActionButton
          primary
          small
          disabled={!may || busy || isAsking || (data.differences.length === 0 && data.drifted === 0)}
          onClick={() => setAsking(true)}
          data-testid="push"
        >
          {t('push.action')}
        </ActionButton>
      </div>
      {isAsking && (
        <Ask
          title={t('push.askTitle')}
          text={[
            t('push.ask', { count: data.differences.length - removed }),
            ...(removed > 0 ? [t('push.askRemoved', { count: removed })] : []),
            ...(drifted.length > 0 ? [t('push.askDrifted', { count: drifted.length })] : []),
          ].join(' ')}
        >
          <ActionButton primary disabled={busy} onClick={() => void push()} data-testid="push-confirm">
            {t('push.action')}
          </ActionButton>
          <ActionButton onClick={() => setAsking(false)}>{t('action.cancel')}</ActionButton>
        </Ask>
      )}
      <div className="finance-scroll">
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
                <th>{t('column.state')}</th>
              </tr>
            </thead>
            <tbody>
              {data.differences.slice(0, most).map((row) => (
                <tr key={`${row.sellerId}-${row.categoryId}`} data-testid="push-row">
                  <td>{row.sellerName}</td>
                  <td>{row.categoryPath ?? t('grid.default')}</td>
                  <td className="right">{value(row.backend)}</td>
                  <td className="right">{value(row.wanted)}</td>
                  <td>
                    {row.drifted && (
                      <Pill tone="bad" title={t('push.was', { value: value(row.pushed) })} data-testid="drift">
                        {t('push.driftedRow')}
                      </Pill>
                    )}{' '}
                    <ActionButton
                      small
                      disabled={!may || busy}
                      title={t('push.takeOverHelp')}
                      onClick={() => onTakeOver([row])}
                      data-testid="take-over"
                    >
                      {t('push.takeOver')}
                    </ActionButton>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {data.differences.length > most && (
          <p>
            <ActionButton small onClick={() => setMost(most + rowsAtOnce)} data-testid="push-more">
              {t('push.more', { shown: most, count: data.differences.length })}
            </ActionButton>
          </p>
        )}
        <Lossy state={data} value={value} />
      </div>
    </div>
  );
}

/** The rules that the marketplace's own model cannot say in full: each, why, and what is sent of it. */
function Lossy({
  state: { lossy, lossyCount },
  value,
}: {
  state: PushState;
  value(entry: { product: number; freight: number } | null): string;
}) {
  const { t } = useTranslation('commissions');
  const format = useFormat();
  const text = useRuleText();
  if (lossyCount === 0) return null;
  return (
    <section aria-label={t('push.lossy', { count: lossyCount })}>
      <h3 className="tone-warn">{t('push.lossy', { count: lossyCount })}</h3>
      <table className="small-table">
        <thead>
          <tr>
            <th>{t('column.about')}</th>
            <th>{t('column.from')}</th>
            <th>{t('column.until')}</th>
            <th className="right">{t('push.says')}</th>
            <th className="right">{t('push.sent')}</th>
            <th>{t('column.state')}</th>
          </tr>
        </thead>
        <tbody>
          {lossy.map(({ rule, code, sent }) => (
            <tr key={rule.rule.id} data-testid="lossy-rule">
              <td>{text.about(rule)}</td>
              <td>{rule.rule.validFrom && format.date(rule.rule.validFrom)}</td>
              <td>{rule.rule.validUntil && format.date(rule.rule.validUntil)}</td>
              <td className="right">{text.charges(rule)}</td>
              <td className="right">{value(sent)}</td>
              <td>{t(`lossy.${code}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {lossyCount > lossy.length && (
        <p className="quiet">{t('push.lossyMore', { count: lossyCount - lossy.length })}</p>
      )}
    </section>
  );
}
