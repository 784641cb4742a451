import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SellerRow } from '../../shared/contract/sellers.ts';
import { Age } from '../components/Age.tsx';
import { useFormat } from '../components/format.ts';
import type { ViewColumn } from '../components/grid/types.ts';
import { Dot } from '../components/Pill.tsx';
import type { Numbered } from '../components/pane/loadedSource.ts';
import { healthOf, healthTones, type SellerColumn } from './source.ts';

type Row = Numbered<SellerRow>;

export function useSellerColumns(): readonly ViewColumn<Row, SellerColumn>[] {
  const { t } = useTranslation('sellers');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'name',
        title: t('column.seller'),
        width: 150,
        minWidth: 120,
        flex: 1,
        sort: 'name',
        text: (row) => row.name,
      },
      {
        id: 'health',
        title: t('column.health'),
        width: 166,
        sort: 'health',
        text: (row) => t(`health.${healthOf(row)}`),
        render: (row) => (
          <span className="with-dot">
            <Dot tone={healthTones[healthOf(row)]} />
            {t(`health.${healthOf(row)}`)}
          </span>
        ),
      },
      {
        id: 'waiting',
        title: t('column.waiting'),
        width: 100,
        align: 'right',
        sort: 'waiting',
        text: (row) => format.number(row.waitingOffers),
        number: (row) => row.waitingOffers,
        formatNumber: format.number,
      },
      {
        id: 'bindings',
        title: t('column.bindings'),
        width: 92,
        align: 'right',
        sort: 'bindings',
        text: (row) => format.number(row.activeBindings),
        number: (row) => row.activeBindings,
        formatNumber: format.number,
      },
      {
        id: 'answered',
        title: t('column.answered'),
        width: 112,
        sort: 'answered',
        text: (row) =>
          row.health.lastAnswerAt === null ? t('health.never') : format.dateTime(row.health.lastAnswerAt),
        render: (row) =>
          row.health.lastAnswerAt === null ? (
            <span className="tone-dim">{t('health.never')}</span>
          ) : (
            <Age instant={row.health.lastAnswerAt} short />
          ),
      },
      { id: 'id', title: t('column.id'), width: 110, text: (row) => row.sellerId, hidden: true },
    ],
    [t, format],
  );
}
