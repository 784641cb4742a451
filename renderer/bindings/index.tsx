import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BindingRow } from '../../shared/contract/bindings.ts';
import type { RequestOf } from '../../shared/contract/index.ts';
import type { BindingId } from '../../shared/domain/brand.ts';
import { useCommands } from '../app/commands.ts';
import { go, useRoute } from '../app/routes.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { Chips } from '../components/Chips.tsx';
import { bindingsSource } from '../components/grid/sources.ts';
import { ViewGrid, type ViewGridHandle } from '../components/grid/ViewGrid.tsx';
import { ListSearch } from '../components/ListSearch.tsx';
import { SellerSelect } from '../components/SellerSelect.tsx';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { BindingPane } from './BindingPane.tsx';
import { useBindingColumns } from './columns.tsx';
import './bindings.css';

type Filter = RequestOf<'bindings.open'>['filter'];
const states = ['active', 'inactive', 'removed'] as const;
const defaultSort = { column: 'updated', direction: 'descending' } as const;

/** Bindings: what is sold, its price and stock, and what can be done about it. */
export function BindingsScreen() {
  const { t } = useTranslation('bindings');
  const params = useRoute((route) => route.params);
  const [state, setState] = useState<BindingRow['state'] | null>(null);
  const [sellerId, setSellerId] = useState<string | null>(params.seller ?? null);
  const [text, setText] = useState(params.text ?? '');
  const [settled] = useDebouncedValue(text.trim(), 150);
  const [picked, setPicked] = useState<BindingId | null>(null);
  const skuId = params.sku !== undefined && /^\d+$/.test(params.sku) ? Number(params.sku) : null;
  const grid = useRef<ViewGridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const columns = useBindingColumns();
  const counts = useQuery('bindings.counts', {}, { refreshOn: ['list.changed', 'rows.changed'], calm: 2_000 }).data;
  const filter = useMemo(
    (): Filter => ({
      ...(settled !== '' && { text: settled.slice(0, 200) }),
      ...(state && { state }),
      ...(sellerId && { sellerIds: [sellerId] }),
      ...(skuId !== null && { skuId }),
    }),
    [settled, state, sellerId, skuId],
  );
  useEffect(() => {
    if (params.seller !== undefined) setSellerId(params.seller);
  }, [params.seller]);

  const group = t('title');
  useCommands([
    { id: 'bindings.search', title: t('action.search'), group, keys: ['/'], run: () => search.current?.select() },
    {
      id: 'bindings.next',
      title: t('action.next'),
      group,
      keys: ['J'],
      keysOnly: true,
      run: () => grid.current?.step(1),
    },
    {
      id: 'bindings.previous',
      title: t('action.previous'),
      group,
      keys: ['K'],
      keysOnly: true,
      run: () => grid.current?.step(-1),
    },
  ]);

  const narrowed = Object.keys(filter).length > 0;
  const clear = () => {
    setState(null);
    setSellerId(null);
    setText('');
    go('bindings');
  };
  const linked = params.binding !== undefined && /^\d+$/.test(params.binding) ? Number(params.binding) : null;
  const total = counts && counts.active + counts.inactive + counts.removed;
  return (
    <SplitView
      name="bindings"
      detailWidth={430}
      list={
        <>
          <h1 className="sr-only">{t('title')}</h1>
          <div className="bar">
            <Chips
              label={t('filter.state')}
              value={state}
              onChange={setState}
              chips={[
                { id: null, label: t('filter.all'), count: total, testId: 'binding-state-all' },
                ...states.map((name) => ({
                  id: name,
                  label: t(`filter.${name}`),
                  count: counts?.[name],
                  testId: `binding-state-${name}`,
                })),
              ]}
            />
          </div>
          <search className="bar" aria-label={t('search.label')}>
            <ListSearch
              inputRef={search}
              list={grid}
              label={t('search.label')}
              placeholder={t('search.placeholder')}
              value={text}
              width={240}
              testId="binding-search"
              onChange={setText}
            />
            <SellerSelect
              value={sellerId}
              onChange={(next) => {
                setSellerId(next);
                if (next === null && params.seller !== undefined) go('bindings');
              }}
            />
            {skuId !== null && (
              <ActionButton small onClick={() => go('bindings')} title={t('filter.clearSku')}>
                {t('filter.oneSku', { sku: skuId })} <span aria-hidden>×</span>
              </ActionButton>
            )}
            {narrowed && (
              <span className="end">
                <ActionButton small onClick={clear} data-testid="filter-clear">
                  {t('empty.clear')}
                </ActionButton>
              </span>
            )}
          </search>
          <ViewGrid
            name="bindings"
            label={t('title')}
            source={bindingsSource}
            filter={filter}
            columns={columns}
            defaultSort={defaultSort}
            handle={grid}
            onCurrent={(row) => setPicked(row?.id ?? null)}
            empty={
              narrowed ? (
                <EmptyState title={t('empty.filtered')} hint={t('empty.filteredHelp')}>
                  <ActionButton onClick={clear}>{t('empty.clear')}</ActionButton>
                </EmptyState>
              ) : (
                <EmptyState title={t('empty.none')} hint={t('empty.noneHelp')} />
              )
            }
          />
        </>
      }
      detail={<BindingPane bindingId={picked ?? asBindingId(linked)} onBack={() => grid.current?.focus()} />}
    />
  );
}

/** A number of an address as the id it was written from. */
const asBindingId = (linked: number | null): BindingId | null => (linked === null ? null : (linked as BindingId));
