import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../components/format.ts';
import type { ViewColumn } from '../components/grid/types.ts';
import type { MappingColumn, Row } from './source.ts';

export function useMappingColumns(): readonly ViewColumn<Row, MappingColumn>[] {
  const { t } = useTranslation('mapping');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'value',
        title: t('column.value'),
        width: 180,
        minWidth: 130,
        flex: 1,
        sort: 'value',
        text: (row) => row.sellerValue,
      },
      { id: 'seller', title: t('column.seller'), width: 116, sort: 'seller', text: (row) => row.sellerName },
      {
        id: 'waiting',
        title: t('column.waiting'),
        width: 106,
        align: 'right',
        sort: 'waiting',
        text: (row) => format.number(row.waitingOffers),
        number: (row) => row.waitingOffers,
        formatNumber: format.number,
      },
      {
        id: 'target',
        title: t('column.target'),
        width: 200,
        minWidth: 150,
        flex: 1,
        sort: 'target',
        editable: true,
        text: (row) => row.targetName ?? row.targetId ?? '',
        render: (row) => {
          if (row.targetId !== null) return row.targetName ?? row.targetId;
          if (row.suggestion === null) return <span className="tone-dim">{t('row.none')}</span>;
          const { targetName, score } = row.suggestion;
          return (
            <span
              className="suggested"
              title={`${targetName} · ${t('row.suggested', { score: format.percent(score / 10_000) })}`}
            >
              <span className="tone-accent">{format.percent(score / 10_000)}</span> {targetName}
            </span>
          );
        },
      },
    ],
    [t, format],
  );
}
