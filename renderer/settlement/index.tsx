import { TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettlementRow } from '../../shared/contract/commissions.ts';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { type Instant, instantOf } from '../../shared/domain/brand.ts';
import { monthBefore, periodOfMonth } from '../../shared/domain/months.ts';
import { hrefOf } from '../app/routes.ts';
import { download, useDecimalText } from '../commissions/state.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useClient, useQuery } from '../connection/hooks.ts';
import { drawStatement } from './statement.ts';
import '../commissions/commissions.css';

type SettlementItem = ReplyOf<'settlement.items'>['items'][number];
interface Period {
  readonly from: Instant;
  readonly until: Instant;
}
/** Until the marketplace's time zone is known nothing is asked for. */
const nothing: Period = { from: instantOf(0), until: instantOf(0) };
const numbers = [
  'sold',
  'freight',
  'commission',
  'freightCommission',
  'refunded',
  'reversedCommission',
  'net',
] as const;
/** What the agreement makes of the net, as amounts and days; empty where nothing was agreed. */
const payouts = ['retained', 'payable', 'dueAt', 'releasedAt'] as const;
/** Movements that are read at once, and that a statement for print has at most: some thousand pages. */
const itemsAtOnce = 500;
const mostAtOnce = 5_000;
const mostPrinted = 50_000;

/** A row: a seller in one currency. */
const keyOf = ({ sellerId, currency }: SettlementRow): string => `${sellerId} ${currency}`;

/** What each seller sold in a month, what was kept of it by the rules of the time, and what is to pay. */
export function SettlementScreen() {
  const { t } = useTranslation('commissions');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const rateText = useDecimalText();
  const windows = useQuery('orders.windows', {});
  const timeZone = windows.data?.calendar.timeZone ?? null;
  const [chosen, setChosen] = useState<string | null>(null);
  const [opened] = useState(() => instantOf(Date.now()));
  const [selected, setSelected] = useState<string | null>(null);
  const last = timeZone === null ? '' : monthBefore(opened, timeZone);
  const month = chosen ?? last;
  const period = useMemo(
    () => (timeZone === null ? null : (periodOfMonth(month, timeZone) ?? periodOfMonth(last, timeZone))),
    [month, last, timeZone],
  );
  const list = useQuery('settlement.list', period ?? nothing, {
    refreshOn: ['list.changed'],
    calm: 3_000,
    enabled: period !== null,
  });
  const currency = list.data?.currency ?? 'BRL';
  const picked = list.data?.rows.find((row) => keyOf(row) === selected) ?? null;
  const money = (minor: number, of = picked?.currency ?? currency) => format.minor(minor, of);
  const currencies = [...new Set([currency, ...(list.data?.rows ?? []).map((row) => row.currency)])];
  // columns that no agreement says anything for would only take room
  const agreed = payouts.filter((name) =>
    (list.data?.rows ?? []).some(({ payout }) => (payout?.[name] ?? null) !== null && payout?.[name] !== 0),
  );
  const agreedText = ({ payout, currency: of }: SettlementRow, name: (typeof payouts)[number]): string => {
    const value = payout?.[name] ?? null;
    if (value === null) return '';
    return typeof value === 'number' ? money(value, of) : format.date(value);
  };
  const statement = () =>
    run(async () => {
      if (!picked || !period) return;
      const { text } = await client.call('settlement.export', {
        sellerId: picked.sellerId,
        currency: picked.currency,
        ...period,
      });
      download(`settlement-${picked.sellerId}-${month}.csv`, text);
    });
  const statementPdf = () =>
    run(async () => {
      if (!picked || !period) return;
      const all: SettlementItem[] = [];
      for (let more = true; more; ) {
        const page = await client.call('settlement.items', {
          sellerId: picked.sellerId,
          currency: picked.currency,
          ...period,
          after: all.length,
          limit: mostAtOnce,
        });
        all.push(...page.items);
        more = page.more;
        if (all.length > mostPrinted) throw new Error(t('settlement.tooLong', { count: mostPrinted }));
      }
      const blob = await drawStatement({
        title: t('settlement.statementTitle', { seller: picked.sellerName }),
        subtitle: `${month} · ${timeZone}`,
        totals: [
          ...numbers.map((name) => [t(`settlement.${name}`), money(picked[name])] as const),
          ...agreed.flatMap((name) => {
            const text = agreedText(picked, name);
            return text === '' ? [] : [[t(`settlement.${name}`), text] as const];
          }),
        ],
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
          `${[item.rate, item.freightRate].flatMap((rate) => (rate === null ? [] : [`${rateText(rate)} %`])).join(' + ')} v${item.version}`.trim(),
        ]),
        footer: t('settlement.rules', { timeZone }),
      });
      download(`settlement-${picked.sellerId}-${month}.pdf`, blob);
    });
  const failed = windows.error ?? list.error;
  if (failed) return <ErrorState error={failed} onRetry={windows.error ? windows.refresh : list.refresh} />;
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
              max={timeZone === null ? undefined : opened.slice(0, 7)}
              onChange={(event) => setChosen(event.currentTarget.value)}
              data-testid="settlement-month"
            />
            <span className="end">{t('settlement.rules', { timeZone })}</span>
          </div>
          <div className="finance-scroll">
            {list.data?.rows.length === 0 ? (
              <EmptyState title={t('settlement.empty')} hint={t('settlement.emptyHelp')} />
            ) : (
              <table className="small-table settlement-table" data-testid="settlement-table">
                <thead>
                  <tr>
                    <th>{t('field.sellerId')}</th>
                    {numbers.map((name) => (
                      <th key={name} className="right">
                        {t(`settlement.${name}`)}
                      </th>
                    ))}
                    {agreed.map((name) => (
                      <th key={name} className="right">
                        {t(`settlement.${name}`)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {list.data?.rows.map((row) => (
                    <tr key={keyOf(row)} aria-selected={keyOf(row) === selected}>
                      <td>
                        <button
                          type="button"
                          className="link"
                          onClick={() => setSelected(keyOf(row))}
                          data-testid={`settlement-${row.currency === currency ? row.sellerId : keyOf(row)}`}
                        >
                          {row.sellerName}
                        </button>
                        {row.currency !== currency && <span className="quiet"> {row.currency}</span>}
                      </td>
                      {numbers.map((name) => (
                        <td
                          key={name}
                          className="right"
                          data-testid={
                            name === 'commission' && row.currency === currency
                              ? `settlement-commission-${row.sellerId}`
                              : undefined
                          }
                        >
                          {money(row[name], row.currency)}
                        </td>
                      ))}
                      {agreed.map((name) => (
                        <td key={name} className="right">
                          {agreedText(row, name)}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
                <tfoot>
                  {currencies.map((each) => (
                    <tr key={each} data-testid={each === currency ? 'settlement-total' : `settlement-total-${each}`}>
                      <th scope="row">
                        {t('settlement.total')}
                        {currencies.length > 1 && ` ${each}`}
                      </th>
                      {numbers.map((name) => (
                        <td key={name} className="right">
                          {money(
                            (list.data?.rows ?? []).reduce(
                              (sum, row) => sum + (row.currency === each ? row[name] : 0),
                              0,
                            ),
                            each,
                          )}
                        </td>
                      ))}
                      {agreed.length > 0 && <td colSpan={agreed.length} />}
                    </tr>
                  ))}
                </tfoot>
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
                {agreed.map((name) => {
                  const text = agreedText(picked, name);
                  return text === '' ? '' : ` · ${t(`settlement.${name}`)}: ${text}`;
                })}
              </p>
              {period && (
                <Movements key={`${keyOf(picked)} ${period.from}`} seller={picked} period={period} money={money} />
              )}
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

/** Where it is explained by which rule a part of an item was charged. */
const whyOf = (sellerId: string, item: SettlementItem, part: 'product' | 'freight'): string =>
  hrefOf('commissions', {
    why: sellerId,
    sku: String(item.skuId),
    channel: item.salesChannel,
    at: item.soldAt,
    part,
  });

interface MovementsProps {
  readonly seller: SettlementRow;
  readonly period: Period;
  money(minor: number): string;
}

/** Every sale and refund that a seller's settlement is the sum of, and by which rule. */
function Movements({ seller, period, money }: MovementsProps) {
  const { t } = useTranslation('commissions');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const rateText = useDecimalText();
  const first = useQuery('settlement.items', {
    sellerId: seller.sellerId,
    currency: seller.currency,
    ...period,
    limit: itemsAtOnce,
  });
  const [later, setLater] = useState<readonly SettlementItem[]>([]);
  const [hasMore, setHasMore] = useState<boolean | null>(null);
  if (first.error) return <ErrorState error={first.error} onRetry={first.refresh} />;
  const items = [...(first.data?.items ?? []), ...later];
  const goOn = () =>
    run(async () => {
      const request = {
        sellerId: seller.sellerId,
        currency: seller.currency,
        ...period,
        after: items.length,
        limit: mostAtOnce,
      };
      const page = await client.call('settlement.items', request);
      setLater([...later, ...page.items]);
      setHasMore(page.more);
    });
  return (
    <>
      <table className="small-table" data-testid="settlement-items">
        <thead>
          <tr>
            <th>{t('settlement.day')}</th>
            <th>{t('settlement.item')}</th>
            <th className="right">{t('settlement.paid')}</th>
            <th className="right">{t('settlement.commission')}</th>
            <th className="right">{t('settlement.net')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item, index) => (
            // a movement has no name of its own, and the list only grows
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <tr key={index}>
              <td>
                {format.date(item.at)}
                <a className="link quiet settlement-order" href={hrefOf('orders', { order: item.orderId })}>
                  {item.orderId}
                </a>
              </td>
              <td>
                {item.skuName}
                <div className="quiet">
                  {t(`settlement.kind.${item.kind}`)} · {t('settlement.version', { version: item.version })}
                </div>
                {item.kind === 'sale' &&
                  (['product', 'freight'] as const).map((part) => {
                    const commission = part === 'product' ? item.productCommission : item.freightCommission;
                    const rate = part === 'product' ? item.rate : item.freightRate;
                    if (commission === null || (part === 'freight' && item.freightRuleId === null)) return null;
                    return (
                      <div key={part} className="quiet">
                        <a
                          className="link quiet"
                          href={whyOf(seller.sellerId, item, part)}
                          title={t('settlement.why')}
                          data-testid={`settlement-why-${part}`}
                        >
                          {t(`column.${part}`)}
                          {rate !== null && ` ${rateText(rate)} %`}: {money(commission)}
                        </a>
                      </div>
                    );
                  })}
              </td>
              <td className="right">{money(item.paid)}</td>
              <td className="right">{money(item.commission)}</td>
              <td className="right">{money(item.paid - item.commission)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {(hasMore ?? first.data?.more) && (
        <ActionButton onClick={() => void goOn()} data-testid="settlement-more">
          {t('settlement.more', { shown: items.length })}
        </ActionButton>
      )}
    </>
  );
}
