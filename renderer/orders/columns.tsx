import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderColumn, OrderRow } from '../../shared/contract/orders.ts';
import { Age } from '../components/Age.tsx';
import { useFormat } from '../components/format.ts';
import type { ViewColumn } from '../components/grid/types.ts';
import { Dot, Pill } from '../components/Pill.tsx';
import { stateTones } from './tones.ts';

export function useOrderColumns(): readonly ViewColumn<OrderRow, OrderColumn>[] {
  const { t } = useTranslation('orders');
  const format = useFormat();
  return useMemo((): readonly ViewColumn<OrderRow, OrderColumn>[] => {
    let currency = 'BRL';
    const needs = (row: OrderRow) => row.attention.map((reason) => t(`attention.${reason}`)).join(', ');
    return [
      { id: 'order', title: t('columns.order'), width: 100, minWidth: 84, text: (row) => row.marketplaceOrderId },
      { id: 'title', title: t('columns.title'), width: 150, minWidth: 84, flex: 1, text: (row) => row.title },
      { id: 'seller', title: t('columns.seller'), width: 86, sort: 'seller', text: (row) => row.sellerName },
      {
        id: 'total',
        title: t('columns.total'),
        width: 100,
        minWidth: 96,
        align: 'right',
        sort: 'total',
        text: (row) => format.money(row.total),
        number: (row) => {
          currency = row.total.currency;
          return row.total.minor;
        },
        formatNumber: (value) => format.minor(value, currency),
      },
      {
        id: 'state',
        title: t('columns.state'),
        width: 158,
        text: (row) => t(`states.${row.state}`),
        render: (row) => <Pill tone={stateTones[row.state]}>{t(`states.${row.state}`)}</Pill>,
      },
      {
        id: 'needs',
        title: t('columns.needs'),
        width: 122,
        text: needs,
        render: (row) =>
          row.attention.length === 0 ? null : (
            <span className="with-dot">
              <Dot tone="bad" />
              <span className="cut">{needs(row)}</span>
            </span>
          ),
      },
      {
        id: 'received',
        title: t('columns.received'),
        width: 92,
        minWidth: 72,
        sort: 'received',
        text: (row) => format.dateTime(row.receivedAt),
        render: (row) => <Age instant={row.receivedAt} short />,
      },
      {
        id: 'deadline',
        title: t('columns.deadline'),
        width: 130,
        sort: 'deadline',
        text: (row) => (row.deadline === null ? '' : format.dateTime(row.deadline)),
        hidden: true,
      },
    ];
  }, [t, format]);
}
