import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderColumn, OrderRow } from '../../shared/contract/orders.ts';
import { Age } from '../components/Age.tsx';
import { useFormat } from '../components/format.ts';
import type { ViewColumn } from '../components/grid/types.ts';
import { Dot, Pill } from '../components/Pill.tsx';
import { Due } from './Due.tsx';
import { stateTones } from './tones.ts';

type Column = ViewColumn<OrderRow, OrderColumn>;

/** @param board ranked by what is due and worth: these come first, and the header of the rank sorts by it */
export function useOrderColumns(board: boolean): readonly Column[] {
  const { t } = useTranslation('orders');
  const { t: said } = useTranslation('orderBoard');
  const format = useFormat();
  return useMemo((): readonly Column[] => {
    let currency = 'BRL';
    const needs = (row: OrderRow) => row.attention.map((reason) => t(`attention.${reason}`)).join(', ');
    const due: Column = {
      id: 'deadline',
      title: board ? said('columns.due') : t('columns.deadline'),
      width: board ? 108 : 130,
      minWidth: 96,
      sort: board ? 'urgency' : 'deadline',
      text: (row) => (row.deadline === null ? '' : format.dateTime(row.deadline)),
      ...(board ? { render: (row: OrderRow) => <Due deadline={row.deadline} /> } : { hidden: true }),
    };
    const order: Column = {
      id: 'order',
      title: t('columns.order'),
      width: 112,
      minWidth: 84,
      text: (row) => row.marketplaceOrderId,
    };
    const title: Column = {
      id: 'title',
      title: t('columns.title'),
      width: 150,
      minWidth: 84,
      flex: 1,
      text: (row) => row.title,
    };
    const seller: Column = {
      id: 'seller',
      title: t('columns.seller'),
      width: 86,
      sort: 'seller',
      text: (row) => row.sellerName,
    };
    const total: Column = {
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
    };
    const state: Column = {
      id: 'state',
      title: t('columns.state'),
      width: 158,
      text: (row) => t(`states.${row.state}`),
      render: (row) => <Pill tone={stateTones[row.state]}>{t(`states.${row.state}`)}</Pill>,
    };
    const reasons: Column = {
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
    };
    const received: Column = {
      id: 'received',
      title: t('columns.received'),
      width: 92,
      minWidth: 72,
      sort: 'received',
      text: (row) => format.dateTime(row.receivedAt),
      render: (row) => <Age instant={row.receivedAt} short />,
    };
    const assigned: Column = {
      id: 'assigned',
      title: said('columns.assigned'),
      width: 92,
      text: (row) => row.assignedName ?? '',
    };
    return board
      ? [order, due, total, reasons, assigned, title, seller, state, received]
      : [order, title, seller, total, state, reasons, received, assigned, due];
  }, [t, said, format, board]);
}
