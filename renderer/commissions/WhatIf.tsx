import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Impact, WhatIf as Result } from '../../shared/contract/commissions.ts';
import { csvLine } from '../../shared/domain/csv.ts';
import { startOfDayIn } from '../../shared/domain/days.ts';
import { basisPointsOf, parseBasisPoints } from '../../shared/domain/exact.ts';
import { decimalOf, minorDigits } from '../../shared/domain/money.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { MonthChart } from './MonthChart.tsx';
import { download } from './state.ts';

/** The draft against what was sold: who gains, who loses, and which orders turn negative. */
export function WhatIf({ draftId, timeZone }: { draftId: string | null; timeZone: string }) {
  const { t } = useTranslation('commissions');
  const [day, setDay] = useState('');
  const [cost, setCost] = useState('2');
  const paymentCost = parseBasisPoints(cost) ?? basisPointsOf(0);
  const trial = useQuery(
    'commissions.whatIf',
    { draftId: draftId ?? '', asOf: startOfDayIn(day, timeZone), paymentCost },
    { enabled: draftId !== null, refreshOn: ['list.changed'] },
  );
  if (draftId === null) return <EmptyState title={t('whatIf.noDraft')} hint={t('why.noDraft')} />;
  return (
    <div className="finance-page" data-testid="what-if">
      <div className="bar">
        <TextInput
          type="date"
          size="xs"
          aria-label={t('whatIf.asOf')}
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
          data-testid="what-if-day"
        />
        <span className="quiet">{t(day === '' ? 'whatIf.asSold' : 'whatIf.asOfHelp')}</span>
        <TextInput
          size="xs"
          w={70}
          aria-label={t('whatIf.cost')}
          value={cost}
          onChange={(event) => setCost(event.currentTarget.value)}
          rightSection="%"
        />
        <span className="quiet">{t('whatIf.cost')}</span>
        {trial.data && trial.data.otherCurrencies > 0 && (
          <span className="quiet">{t('whatIf.otherCurrencies', { count: trial.data.otherCurrencies })}</span>
        )}
        <span className="end">
          {trial.data &&
            t('whatIf.took', { count: trial.data.items, milliseconds: Math.round(trial.data.milliseconds) })}
        </span>
        <ActionButton
          small
          disabled={!trial.data}
          onClick={() => trial.data && download('what-if.csv', csvOf(trial.data))}
        >
          {t('action.export')}
        </ActionButton>
      </div>
      {trial.error ? (
        <ErrorState error={trial.error} onRetry={trial.refresh} />
      ) : (
        trial.data && <Outcome result={trial.data} />
      )}
    </div>
  );
}

function csvOf(result: Result): string {
  const decimal = (minor: number) => decimalOf(minor, minorDigits(result.currency));
  const lines = (['sellers', 'categories', 'months'] as const).flatMap((by) =>
    result[by].map((row) =>
      csvLine([
        by,
        row.label,
        row.items,
        decimal(row.sold),
        decimal(row.before),
        decimal(row.after),
        decimal(row.after - row.before),
      ]),
    ),
  );
  // the margins of the orders that turn negative
  const turned = result.turnedOrders.map(({ orderId, sold, before, after }) =>
    [
      'turned',
      `"${orderId.replaceAll('"', '""')}"`,
      '',
      decimal(sold),
      decimal(before),
      decimal(after),
      decimal(after - before),
    ].join(','),
  );
  return `${['by,name,items,sold,before,after,difference', ...lines, ...turned].join('\n')}\n`;
}

function Outcome({ result }: { result: Result }) {
  const { t } = useTranslation('commissions');
  const format = useFormat();
  const money = (minor: number) => format.minor(minor, result.currency);
  const difference = result.after - result.before;
  if (result.items === 0) return <EmptyState title={t('whatIf.nothingSold')} hint={t('whatIf.nothingSoldHelp')} />;
  return (
    <div className="finance-scroll">
      <dl className="totals">
        <div>
          <dt>{t('whatIf.before')}</dt>
          <dd>{money(result.before)}</dd>
        </div>
        <div>
          <dt>{t('whatIf.after')}</dt>
          <dd data-testid="what-if-after">{money(result.after)}</dd>
        </div>
        <div>
          <dt>{t('whatIf.difference')}</dt>
          <dd className={difference < 0 ? 'tone-bad' : 'tone-ok'} data-testid="what-if-difference">
            {difference > 0 ? '+' : ''}
            {money(difference)}
          </dd>
        </div>
        <div>
          <dt>{t('whatIf.negative')}</dt>
          <dd>
            {format.number(result.negativeBefore)} → {format.number(result.negativeAfter)}
          </dd>
        </div>
        <div>
          <dt>{t('whatIf.turned')}</dt>
          <dd className={result.turned > 0 ? 'tone-bad' : undefined} data-testid="what-if-turned">
            {format.number(result.turned)}
          </dd>
        </div>
      </dl>
      <section aria-label={t('whatIf.by.months')}>
        <h3>{t('whatIf.by.months')}</h3>
        <MonthChart rows={result.months} money={money} />
      </section>
      {result.turnedOrders.length > 0 && (
        <details className="turned" data-testid="what-if-turned-orders">
          <summary>{t('whatIf.turnedOrders', { count: result.turnedOrders.length })}</summary>
          <table className="small-table">
            <thead>
              <tr>
                <th>{t('settlement.order')}</th>
                <th className="right">{t('settlement.sold')}</th>
                <th className="right">{t('whatIf.before')}</th>
                <th className="right">{t('whatIf.after')}</th>
              </tr>
            </thead>
            <tbody>
              {result.turnedOrders.map((order) => (
                <tr key={order.orderId}>
                  <td>{order.orderId}</td>
                  <td className="right">{money(order.sold)}</td>
                  <td className="right">{money(order.before)}</td>
                  <td className="right tone-bad">{money(order.after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
      <div className="charts">
        {(['sellers', 'categories', 'months'] as const).map((by) => (
          <Bars key={by} title={t(`whatIf.by.${by}`)} rows={result[by]} money={money} />
        ))}
      </div>
    </div>
  );
}

/** Before and after, a pair of bars a group; the numbers beside them. */
function Bars({ title, rows, money }: { title: string; rows: readonly Impact[]; money(minor: number): string }) {
  const { t } = useTranslation('commissions');
  const largest = rows.reduce((most, row) => Math.max(most, row.before, row.after), 1);
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <table className="small-table bars">
        <thead>
          <tr>
            <th>{title}</th>
            <th aria-hidden />
            <th className="right">{t('whatIf.before')}</th>
            <th className="right">{t('whatIf.after')}</th>
            <th className="right">{t('whatIf.difference')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, 60).map((row) => (
            <tr key={row.key}>
              <td>{row.label.replaceAll('/', '/\u200b')}</td>
              <td className="bar-cell" aria-hidden>
                <i className="bar-before" style={{ width: `${(row.before / largest) * 100}%` }} />
                <i className="bar-after" style={{ width: `${(row.after / largest) * 100}%` }} />
              </td>
              <td className="right">{money(row.before)}</td>
              <td className="right">{money(row.after)}</td>
              <td
                className={`right ${row.after < row.before ? 'tone-bad' : row.after > row.before ? 'tone-ok' : 'tone-dim'}`}
              >
                {money(row.after - row.before)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
