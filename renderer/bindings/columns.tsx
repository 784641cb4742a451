import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BindingColumn, BindingRow } from '../../shared/contract/bindings.ts';
import { Age } from '../components/Age.tsx';
import { useFormat } from '../components/format.ts';
import type { ViewColumn } from '../components/grid/types.ts';
import { DecisionPill, Pill, type Tone } from '../components/Pill.tsx';

export const stateTones: Readonly<Record<BindingRow['state'], Tone>> = {
  active: 'ok',
  inactive: 'dim',
  removed: 'bad',
};

/** A decision that the operator should see beside the state: it is on its way, or it needs somebody. */
export const pendingDecision = (row: BindingRow) =>
  row.decision && row.decision.state !== 'confirmed' && row.decision.state !== 'cancelled' ? row.decision : null;

export function StatePills({ row }: { row: BindingRow }) {
  const { t } = useTranslation('bindings');
  const decision = pendingDecision(row);
  return (
    <span className="pills">
      <Pill tone={stateTones[row.state]}>{t(`state.${row.state}`)}</Pill>
      {decision && <DecisionPill state={decision.state} problem={decision.problem} />}
    </span>
  );
}

export function useBindingColumns(): readonly ViewColumn<BindingRow, BindingColumn>[] {
  const { t } = useTranslation(['bindings', 'app']);
  const format = useFormat();
  const [narrow] = useState(() => window.innerWidth < 1_440);
  return useMemo((): readonly ViewColumn<BindingRow, BindingColumn>[] => {
    let currency = 'BRL';
    const minor = (value: number) => format.minor(value, currency);
    const amount = (money: BindingRow['price']) => {
      if (money) currency = money.currency;
      return money?.minor ?? null;
    };
    return [
      {
        id: 'sku',
        title: t('column.sku'),
        width: 220,
        minWidth: 150,
        flex: 1,
        sort: 'sku',
        text: (row) => row.skuName,
      },
      { id: 'seller', title: t('column.seller'), width: 96, sort: 'seller', text: (row) => row.sellerName },
      {
        id: 'sellerSku',
        title: t('column.sellerSku'),
        width: 96,
        text: (row) => row.sellerSkuId,
        hidden: narrow,
      },
      {
        id: 'price',
        title: t('column.price'),
        width: 106,
        minWidth: 84,
        align: 'right',
        sort: 'price',
        text: (row) => format.money(row.price),
        number: (row) => amount(row.price),
        formatNumber: minor,
      },
      {
        id: 'listPrice',
        title: t('column.listPrice'),
        width: 106,
        minWidth: 84,
        align: 'right',
        text: (row) => format.money(row.listPrice),
        number: (row) => amount(row.listPrice),
        formatNumber: minor,
        hidden: narrow,
      },
      {
        id: 'stock',
        title: t('column.stock'),
        width: 64,
        align: 'right',
        sort: 'stock',
        text: (row) => (row.stock === null ? '' : format.number(row.stock)),
        number: (row) => row.stock,
        formatNumber: format.number,
      },
      {
        id: 'age',
        title: t('column.age'),
        width: 72,
        text: (row) => (row.simulatedAt === null ? t('never') : format.dateTime(row.simulatedAt)),
        render: (row) =>
          row.simulatedAt === null ? (
            <span className="tone-dim">{t('never')}</span>
          ) : (
            <Age instant={row.simulatedAt} short />
          ),
      },
      {
        id: 'state',
        title: t('column.state'),
        width: 104,
        minWidth: 96,
        text: (row) => {
          const decision = pendingDecision(row);
          const state = t(`state.${row.state}`);
          return decision
            ? `${state}; ${t(`app:kinds.${decision.kind}`)}: ${t(`app:states.${decision.state}`)}`
            : state;
        },
        render: (row) => {
          const decision = pendingDecision(row);
          if (decision) return <DecisionPill state={decision.state} problem={decision.problem} />;
          return <Pill tone={stateTones[row.state]}>{t(`state.${row.state}`)}</Pill>;
        },
      },
      {
        id: 'skuId',
        title: t('column.skuId'),
        width: 84,
        align: 'right',
        text: (row) => String(row.skuId),
        hidden: true,
      },
      {
        id: 'updated',
        title: t('column.updated'),
        width: 140,
        sort: 'updated',
        text: (row) => format.dateTime(row.updatedAt),
        hidden: true,
      },
    ];
  }, [t, format, narrow]);
}
