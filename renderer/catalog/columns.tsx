import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SkuColumn, SkuRow } from '../../shared/contract/catalog.ts';
import { useFormat } from '../components/format.ts';
import type { ViewColumn } from '../components/grid/types.ts';
import { Pill } from '../components/Pill.tsx';

export function useSkuColumns(): readonly ViewColumn<SkuRow, SkuColumn>[] {
  const { t } = useTranslation('catalog');
  const format = useFormat();
  const [narrow] = useState(() => window.innerWidth < 1_440);
  const [wide] = useState(() => window.innerWidth >= 1_680);
  return useMemo((): readonly ViewColumn<SkuRow, SkuColumn>[] => {
    let currency = 'BRL';
    return [
      {
        id: 'name',
        title: t('column.name'),
        width: 240,
        minWidth: 150,
        flex: 1,
        sort: 'name',
        text: (row) => row.name,
      },
      { id: 'id', title: t('column.id'), width: 64, align: 'right', sort: 'id', text: (row) => String(row.id) },
      { id: 'brand', title: t('column.brand'), width: 104, sort: 'brand', text: (row) => row.brand ?? '' },
      {
        id: 'category',
        title: t('column.category'),
        width: 170,
        text: (row) => row.categoryPath ?? '',
        hidden: !wide,
      },
      {
        id: 'reference',
        title: t('column.reference'),
        width: 110,
        text: (row) => row.referenceId ?? '',
        hidden: true,
      },
      { id: 'gtin', title: t('detail.gtin'), width: 130, text: (row) => row.gtins.join(', '), hidden: true },
      {
        id: 'price',
        title: t('column.price'),
        width: 124,
        minWidth: 84,
        align: 'right',
        text: (row) => format.money(row.referencePrice),
        number: (row) => {
          if (row.referencePrice) currency = row.referencePrice.currency;
          return row.referencePrice?.minor ?? null;
        },
        formatNumber: (value) => format.minor(value, currency),
        hidden: narrow,
      },
      {
        id: 'sellers',
        title: t('column.sellers'),
        width: 96,
        minWidth: 80,
        align: 'right',
        sort: 'sellers',
        text: (row) => format.number(row.sellersBound),
        number: (row) => row.sellersBound,
        formatNumber: format.number,
      },
      {
        id: 'state',
        title: t('column.state'),
        width: 90,
        text: (row) => t(row.isActive ? 'state.active' : 'state.inactive'),
        render: (row) => (
          <Pill tone={row.isActive ? 'ok' : 'dim'}>{t(row.isActive ? 'state.active' : 'state.inactive')}</Pill>
        ),
        hidden: narrow,
      },
    ];
  }, [t, format, narrow, wide]);
}
