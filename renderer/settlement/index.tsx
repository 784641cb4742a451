import { TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettlementRow } from '../../shared/contract/commissions.ts';
import { instantOf } from '../../shared/domain/brand.ts';
import { download } from '../commissions/state.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useClient, useQuery } from '../connection/hooks.ts';
import { drawStatement } from './statement.ts';
import '../commissions/commissions.css';

/** The last whole month, as `2026-10`. */
function lastMonth(): string {
  const now = new Date();
  const at = new Date(now.getFullYear(), now.getMonth() - 1, 1);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}`;
}
function periodOf(month: string) {
  const [year = 2026, number = 1] = month.split('-').map(Number);
  return {
    from: instantOf(new Date(year, number - 1, 1).getTime()),
    until: instantOf(new Date(year, number, 1).getTime()),
  };
}

/** What each seller sold in a month, what was kept of it by the rules of the time, and what is to pay. */
export function SettlementScreen() {
  const { t } = useTranslation('commissions');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const [month, setMonth] = useState(lastMonth);
  const [sellerId, setSellerId] = useState<SettlementRow['sellerId'] | null>(null);
  const period = useMemo(() => periodOf(/^\d{4}-\d\d$/.test(month) ? month : lastMonth()), [month]);
  const list = useQuery('settlement.list', period, { refreshOn: ['list.changed'], calm: 3_000 });
  const items = useQuery('settlement.items', { sellerId: sellerId ?? '', ...period }, { enabled: sellerId !== null });
  const currency = list.data?.currency ?? 'BRL';
  const money = (minor: number) => format.minor(minor, currency);
  const picked = list.data?.rows.find((row) => row.sellerId === sellerId) ?? null;
  const numbers = [
    'sold',
    'freight',
    'commission',
    'freightCommission',
    'refunded',
    'reversedCommission',
    'net',
  ] as const;
  const statement = () =>
    run(async () => {
      if (!picked) return;
      const { text } = await client.call('settlement.export', { sellerId: picked.sellerId, ...period });
      download(`settlement-${picked.sellerId}-${month}.csv`, text);
    });
  const statementPdf = () =>
    run(async () => {
      if (!picked) return;
      const { items: all } = await client.call('settlement.items', {
        sellerId: picked.sellerId,
        ...period,
        limit: 5_000,
      });
      const blob = await drawStatement({
        title: t('settlement.statementTitle', { seller: picked.sellerName }),
        subtitle: `${format.date(period.from)} – ${format.date(instantOf(Date.parse(period.until) - 1))}`,
        totals: numbers.map((name) => [t(`settlement.${name}`), money(picked[name])] as const),
        columns: [
          t('settlement.day'),
          t('settlement.order'),
          t('settlement.item'),
          t('settlement.paid'),
          t('settlement.commission'),
          t('settlement.net'),
          t('settlement.rule'),
        ],
        rows: all.map((item) => [
          format.date(item.at),
          item.orderId,
          `${item.skuName} (${t(`settlement.kind.${item.kind}`)})`,
          money(item.paid),
          money(item.commission),
          money(item.paid - item.commission),
          `${item.rate === null ? '' : `${item.rate} % · `}v${item.version}`,
        ]),
        footer: t('settlement.rules'),
      });
      download(`settlement-${picked.sellerId}-${month}.pdf`, blob);
    });
  if (list.error) return <ErrorState error={list.error} onRetry={list.refresh} />;
  return (
    <SplitView
      name="settlement"
      detailWidth={520}
      list={
        <div className="finance-page">
          <h1 className="sr-only">{t('settlement.title')}</h1>
          <div className="bar">
            <TextInput
              type="month"
              size="xs"
              aria-label={t('settlement.month')}
              value={month}
              onChange={(event) => setMonth(event.currentTarget.value)}
              data-testid="settlement-month"
            />
            <span className="end">{t('settlement.rules')}</span>
          </div>
          <div className="finance-scroll">
            {list.data?.rows.length === 0 ? (
              <EmptyState title={t('settlement.empty')} hint={t('settlement.emptyHelp')} />
            ) : (
              <table className="small-table" data-testid="settlement-table">
                <thead>
                  <tr>
                    <th>{t('field.sellerId')}</th>
                    {numbers.map((name) => (
                      <th key={name} className="right">
                        {t(`settlement.${name}`)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {list.data?.rows.map((row) => (
                    <tr key={row.sellerId} aria-selected={row.sellerId === sellerId}>
                      <td>
                        <button
                          type="button"
                          className="link"
                          onClick={() => setSellerId(row.sellerId)}
                          data-testid={`settlement-${row.sellerId}`}
                        >
                          {row.sellerName}
                        </button>
                      </td>
                      {numbers.map((name) => (
                        <td
                          key={name}
                          className="right"
                          data-testid={name === 'commission' ? `settlement-commission-${row.sellerId}` : undefined}
                        >
                          {money(row[name])}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </div>
        </div>
      }
      detail={
        picked === null ? (
          <EmptyState title={t('settlement.title')} hint={t('settlement.pick')} />
        ) : (
          <>
            <div className="pane-body" data-testid="settlement-detail">
              <h2>{picked.sellerName}</h2>
              <p className="pane-sub">
                {t('settlement.net')}: {money(picked.net)}
              </p>
              <table className="small-table">
                <tbody>
                  {items.data?.items.map((item) => (
                    <tr key={`${item.orderId}-${item.kind}-${item.at}-${item.skuName}-${item.paid}`}>
                      <td className="right">
                        {format.date(item.at)}
                        <div className="quiet">{item.orderId}</div>
                      </td>
                      <td>
                        {item.skuName}
                        <div className="quiet">
                          {t(`settlement.kind.${item.kind}`)} · {t('settlement.version', { version: item.version })}
                          {item.rate !== null && ` · ${item.rate} %`}
                        </div>
                      </td>
                      <td className="right">{money(item.paid)}</td>
                      <td className="right">{money(item.commission)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {items.data?.more && <p className="quiet">{t('settlement.more')}</p>}
            </div>
            <div className="pane-actions">
              <ActionButton primary onClick={() => void statement()} data-testid="settlement-export">
                {t('settlement.statement')}
              </ActionButton>
              <ActionButton onClick={() => void statementPdf()} data-testid="settlement-pdf">
                {t('settlement.statementPdf')}
              </ActionButton>
            </div>
          </>
        )
      }
    />
  );
}
