import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { NotificationColumn, NotificationRow } from '../../shared/contract/notifications.ts';
import { Age } from '../components/Age.tsx';
import { useFormat } from '../components/format.ts';
import type { ViewColumn } from '../components/grid/types.ts';
import { Pill } from '../components/Pill.tsx';
import { outcomeTones } from './tones.ts';

const took = (row: NotificationRow): number | null =>
  row.handledAt === null ? null : Math.max(0, Date.parse(row.handledAt) - Date.parse(row.receivedAt));

export function useNotificationColumns(): readonly ViewColumn<NotificationRow, NotificationColumn>[] {
  const { t } = useTranslation('notifications');
  const format = useFormat();
  return useMemo(
    (): readonly ViewColumn<NotificationRow, NotificationColumn>[] => [
      {
        id: 'received',
        title: t('columns.received'),
        width: 104,
        minWidth: 80,
        sort: 'received',
        text: (row) => format.dateTime(row.receivedAt),
        render: (row) => <Age instant={row.receivedAt} short />,
      },
      { id: 'kind', title: t('columns.kind'), width: 134, minWidth: 76, text: (row) => t(`kinds.${row.kind}`) },
      { id: 'seller', title: t('columns.seller'), width: 120, minWidth: 110, flex: 1, text: (row) => row.sellerName },
      { id: 'sku', title: t('columns.sku'), width: 110, minWidth: 84, text: (row) => row.sellerSkuId },
      {
        id: 'outcome',
        title: t('columns.outcome'),
        width: 130,
        text: (row) => t(`outcomes.${row.outcome}`),
        render: (row) => <Pill tone={outcomeTones[row.outcome]}>{t(`outcomes.${row.outcome}`)}</Pill>,
      },
      {
        id: 'took',
        title: t('columns.took'),
        width: 84,
        align: 'right',
        text: (row) => {
          const milliseconds = took(row);
          return milliseconds === null ? '' : format.duration(milliseconds);
        },
        number: took,
        formatNumber: format.duration,
      },
      { id: 'from', title: t('columns.from'), width: 110, text: (row) => row.address ?? '', hidden: true },
      { id: 'problem', title: t('columns.problem'), width: 160, text: (row) => row.problem ?? '', hidden: true },
    ],
    [t, format],
  );
}
