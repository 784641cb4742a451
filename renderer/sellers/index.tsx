import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SellerId } from '../../shared/domain/brand.ts';
import { useRoute } from '../app/routes.ts';
import { ViewGrid, type ViewGridHandle } from '../components/grid/ViewGrid.tsx';
import { ListSearch } from '../components/ListSearch.tsx';
import { useListChange } from '../components/pane/useLists.ts';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { useSellerColumns } from './columns.tsx';
import { SellerPane } from './SellerPane.tsx';
import { sellersSource } from './source.ts';

const defaultSort = { column: 'health', direction: 'ascending' } as const;

/** Sellers: the list with their health, and the one that is picked. */
export function SellersScreen() {
  const { t } = useTranslation('sellers');
  const wanted = useRoute((route) => route.params.seller);
  const [picked, setPicked] = useState<SellerId | null>(null);
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text, 150);
  const filter = useMemo(() => ({ text: settled.trim() }), [settled]);
  const list = useQuery('sellers.list', {});
  useListChange(['sellers'], list.refresh);
  const columns = useSellerColumns();
  const grid = useRef<ViewGridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const fromLink = list.data?.sellers.find((seller) => seller.sellerId === wanted)?.sellerId ?? null;
  const count = list.data?.sellers.length ?? 0;

  return (
    <SplitView
      name="sellers"
      list={
        <>
          <h1 className="sr-only">{t('title')}</h1>
          <div className="bar">
            <ListSearch
              inputRef={search}
              list={grid}
              label={t('search.label')}
              placeholder={t('search.placeholder')}
              value={text}
              width={240}
              testId="seller-search"
              onChange={setText}
            />
            <span className="end">{t('count', { count })}</span>
          </div>
          <ViewGrid
            name="sellers"
            label={t('title')}
            source={sellersSource}
            filter={filter}
            columns={columns}
            defaultSort={defaultSort}
            handle={grid}
            onCurrent={(row) => setPicked(row?.sellerId ?? null)}
            empty={
              filter.text === '' ? (
                <EmptyState title={t('empty.none')} hint={t('empty.noneHelp')} />
              ) : (
                <EmptyState title={t('empty.filtered')} hint={t('empty.filteredHelp')} />
              )
            }
          />
        </>
      }
      detail={
        <SellerPane
          sellerId={picked ?? fromLink}
          invitations={list.data?.invitations ?? []}
          onSearch={() => search.current?.select()}
          onStep={(delta) => grid.current?.step(delta)}
          onCreated={(sellerId) => {
            setPicked(sellerId);
            grid.current?.refresh();
          }}
        />
      }
    />
  );
}
