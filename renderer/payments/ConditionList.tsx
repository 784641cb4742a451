import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedCondition } from '../../shared/contract/payments.ts';
import { useCommands } from '../app/commands.ts';
import { useFormat } from '../components/format.ts';
import type { ViewColumn } from '../components/grid/types.ts';
import { ViewGrid, type ViewGridHandle } from '../components/grid/ViewGrid.tsx';
import { Pill } from '../components/Pill.tsx';
import { loadedSource, type Numbered } from '../components/pane/loadedSource.ts';
import { useListChange } from '../components/pane/useLists.ts';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState } from '../components/State.tsx';
import { client } from '../connection/connection.ts';
import { ConditionForm } from './ConditionForm.tsx';
import { ConditionPane } from './ConditionPane.tsx';
import { type PaymentOverview, type PaymentUndo, standingTones } from './state.ts';

type Column = 'name' | 'standing';

const source = loadedSource<ListedCondition, Record<never, never>, Column>({
  list: null,
  load: async () => (await client.call('payments.overview', {})).conditions,
  keyOf: ({ condition }) => condition.id,
  compare: (one, other, column) =>
    (column === 'standing' ? one.standing.localeCompare(other.standing) : 0) ||
    (one.ownerName ?? '').localeCompare(other.ownerName ?? '') ||
    one.condition.name.localeCompare(other.condition.name),
});
const filter = {};

interface ConditionListProps {
  readonly overview: PaymentOverview;
  readonly undo: PaymentUndo;
  readonly may: boolean;
}

/** Every payment condition: who may pay how, and how it stands to what the marketplace holds. */
export function ConditionList({ overview, undo, may }: ConditionListProps) {
  const { t } = useTranslation('payments');
  const format = useFormat();
  const grid = useRef<ViewGridHandle>(null);
  const [pickedId, setPickedId] = useState<string | null>(null);
  const [mode, setMode] = useState<'show' | 'edit' | 'new'>('show');
  useListChange(['payments'], () => grid.current?.refresh());
  const picked = overview.conditions.find(({ condition }) => condition.id === pickedId) ?? null;
  const isOwn = picked !== null && !picked.condition.id.startsWith('store:');
  const { currency } = overview;
  const columns = useMemo((): readonly ViewColumn<Numbered<ListedCondition>, Column>[] => {
    const restrictions = ({ condition }: ListedCondition): string => {
      const { minimum, windows, merchants, excludedBins, commercial } = condition;
      return [
        minimum === null ? null : t('brief.minimum', { amount: format.minor(minimum, currency) }),
        condition.country,
        windows.length > 0 ? t('brief.windows', { count: windows.length }) : null,
        merchants === null ? null : t('brief.merchants', { count: merchants.length }),
        excludedBins.length > 0 ? t('brief.bins', { count: excludedBins.length }) : null,
        commercial === null ? null : t('brief.commercial', { id: commercial.id }),
      ]
        .filter((part) => part !== null)
        .join(' · ');
    };
    return [
      {
        id: 'name',
        title: t('column.name'),
        width: 200,
        flex: 1,
        minWidth: 130,
        sort: 'name',
        text: ({ condition }) => condition.name,
      },
      { id: 'system', title: t('column.system'), width: 100, text: ({ condition }) => condition.system.name },
      { id: 'owner', title: t('column.owner'), width: 98, text: ({ ownerName }) => ownerName ?? t('marketplace') },
      {
        id: 'channels',
        title: t('column.channels'),
        width: 74,
        text: ({ condition }) => condition.salesChannels?.join(', ') ?? t('field.all'),
      },
      {
        id: 'plans',
        title: t('column.plans'),
        width: 110,
        align: 'right',
        text: ({ condition }) => {
          const plans = condition.installments?.plans ?? [];
          const most = plans.reduce((largest, { quantity }) => Math.max(largest, quantity), 1);
          return condition.deadlines.length > 0 && plans.length <= 1
            ? t('brief.deadlines', { count: condition.deadlines.length })
            : t('brief.upTo', { count: most });
        },
      },
      { id: 'restrictions', title: t('column.restrictions'), width: 110, text: restrictions },
      {
        id: 'standing',
        title: t('column.standing'),
        width: 150,
        sort: 'standing',
        text: (row) => t(`standing.${row.standing}`),
        render: (row) => (
          <span className="pills">
            <Pill tone={standingTones[row.standing]}>{t(`standing.${row.standing}`)}</Pill>
            {!row.condition.enabled && <Pill tone="dim">{t('brief.off')}</Pill>}
            {row.suspicious && (
              <Pill tone="warn" title={t('suspicious')}>
                {t('brief.suspicious')}
              </Pill>
            )}
          </span>
        ),
      },
    ];
  }, [t, format, currency]);
  const remove = async () => {
    if (!picked) return;
    const { before, owner } = await client.call('payments.remove', {
      id: picked.condition.id,
      version: picked.version,
    });
    setPickedId(null);
    undo.did(t('done.removed', { name: before.name }), () =>
      client.call('payments.save', { condition: before, owner, version: null }),
    );
  };
  useCommands([
    {
      id: 'payment.new',
      title: t('action.new'),
      group: t('title'),
      keys: ['N'],
      enabled: may,
      run: () => setMode('new'),
    },
    {
      id: 'payment.edit',
      title: t('action.edit'),
      group: t('title'),
      keys: ['E'],
      enabled: may && isOwn,
      run: () => setMode('edit'),
    },
    {
      id: 'payment.cancel',
      title: t('action.cancel'),
      group: t('title'),
      keys: ['Escape'],
      inFields: true,
      keysOnly: true,
      enabled: mode !== 'show',
      run: () => setMode('show'),
    },
  ]);
  return (
    <SplitView
      name="payments"
      detailWidth={470}
      list={
        <ViewGrid
          name="payments"
          label={t('tab.conditions')}
          source={source}
          filter={filter}
          columns={columns}
          defaultSort={{ column: 'name', direction: 'ascending' }}
          handle={grid}
          onCurrent={(row) => {
            setPickedId(row?.condition.id ?? null);
            if (mode !== 'new') setMode('show');
          }}
          onOpen={() => may && isOwn && setMode('edit')}
          empty={<EmptyState title={t('empty.conditions')} hint={t('empty.conditionsHelp')} />}
        />
      }
      detail={
        mode === 'new' || (mode === 'edit' && picked) ? (
          <ConditionForm
            key={mode === 'new' ? 'new' : `${picked?.condition.id}-${picked?.version}`}
            listed={mode === 'new' ? null : picked}
            overview={overview}
            undo={undo}
            onSaved={(saved) => {
              setMode('show');
              setPickedId(saved.condition.id);
            }}
            onCancel={() => setMode('show')}
          />
        ) : (
          <ConditionPane
            key={picked?.condition.id}
            listed={picked}
            currency={currency}
            mayEdit={may && isOwn}
            mayCreate={may}
            undo={undo}
            onNew={() => setMode('new')}
            onEdit={() => setMode('edit')}
            onRemove={remove}
          />
        )
      }
    />
  );
}
