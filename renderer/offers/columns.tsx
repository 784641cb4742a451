import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferColumn, OfferRow } from '../../shared/contract/offers.ts';
import type { ViewColumn } from '../components/grid/types.ts';
import { DecisionPill, Dot, Pill } from '../components/Pill.tsx';
import { useConnection } from '../connection/connection.ts';
import { Expiry } from './Expiry.tsx';
import { bandTones, useOfferTexts } from './texts.ts';

/** The columns of the list, as the mock-up has them, and more that can be shown. */
export function useOfferColumns(): readonly ViewColumn<OfferRow, OfferColumn>[] {
  const { t } = useTranslation(['offers', 'app']);
  const texts = useOfferTexts();
  const me = useConnection((connection) => connection.operator?.operatorId ?? null);
  return useMemo((): readonly ViewColumn<OfferRow, OfferColumn>[] => {
    const { format } = texts;
    const claimant = (row: OfferRow) =>
      row.claim && row.claim.operatorId !== me && Date.parse(row.claim.until) > Date.now()
        ? row.claim.operatorName
        : null;
    const state = (row: OfferRow) => (row.decision ? t(`app:states.${row.decision.state}`) : (claimant(row) ?? ''));
    let currency = 'BRL';
    const text = (row: OfferRow) => format.money(row.price);
    return [
      {
        id: 'title',
        title: t('columns.title'),
        width: 300,
        flex: 1,
        minWidth: 120,
        sort: 'title',
        text: (row) => row.title,
      },
      { id: 'seller', title: t('columns.seller'), width: 104, sort: 'seller', text: (row) => row.sellerName },
      {
        id: 'price',
        title: t('columns.price'),
        width: 108,
        minWidth: 84,
        align: 'right',
        sort: 'price',
        text,
        number: (row) => {
          if (row.price) currency = row.price.currency;
          return row.price?.minor ?? null;
        },
        formatNumber: (value) => format.minor(value, currency),
      },
      {
        id: 'stock',
        title: t('columns.stock'),
        width: 62,
        align: 'right',
        sort: 'stock',
        text: (row) => (row.stock === null ? '' : format.number(row.stock)),
        number: (row) => row.stock,
        formatNumber: format.number,
      },
      {
        id: 'best',
        title: t('columns.best'),
        width: 140,
        sort: 'score',
        text: texts.best,
        render: (row) => (
          <span className="band">
            <Dot tone={row.band === null ? 'dim' : bandTones[row.band]} />
            <span className="sr-only">{t(`bands.${row.band ?? 'none'}`)}</span>
            <span className={row.band === null ? 'cut tone-dim' : 'cut'}>{texts.best(row)}</span>
          </span>
        ),
      },
      {
        id: 'state',
        title: t('columns.state'),
        width: 104,
        minWidth: 100,
        text: state,
        render: (row) => {
          if (row.decision) return <DecisionPill state={row.decision.state} problem={row.decision.problem} />;
          const name = claimant(row);
          return name === null ? null : <Pill tone="dim">{name}</Pill>;
        },
      },
      {
        id: 'value',
        title: t('columns.value'),
        width: 120,
        align: 'right',
        sort: 'value',
        text: (row) =>
          row.price === null || row.stock === null ? '' : format.minor(row.price.minor * row.stock, row.price.currency),
        hidden: true,
      },
      {
        id: 'lesson',
        title: t('columns.lesson'),
        width: 90,
        align: 'right',
        sort: 'lesson',
        // all where it is as likely as not, nothing where it is sure
        text: (row) => (row.score === null ? '' : format.percent(1 - Math.abs(row.score / 5_000 - 1))),
        hidden: true,
      },
      { id: 'brand', title: t('columns.brand'), width: 120, text: (row) => row.brand ?? '', hidden: true },
      { id: 'category', title: t('columns.category'), width: 180, text: (row) => row.categoryPath ?? '', hidden: true },
      {
        id: 'received',
        title: t('columns.received'),
        width: 130,
        sort: 'received',
        text: (row) => format.dateTime(row.receivedAt),
        hidden: true,
      },
      {
        id: 'expires',
        title: t('columns.expires'),
        width: 110,
        text: (row) => format.date(row.expiresAt),
        render: (row) => <Expiry at={row.expiresAt} />,
        hidden: true,
      },
      { id: 'sellerSku', title: t('columns.sellerSku'), width: 120, text: (row) => row.sellerSkuId, hidden: true },
    ];
  }, [t, texts, me]);
}
