import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestOf } from '../../shared/contract/index.ts';
import { useCommands } from '../app/commands.ts';
import { go, useRoute } from '../app/routes.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { Chips } from '../components/Chips.tsx';
import { skusSource } from '../components/grid/sources.ts';
import { ViewGrid, type ViewGridHandle } from '../components/grid/ViewGrid.tsx';
import { ListSearch } from '../components/ListSearch.tsx';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { BrandSelect } from './BrandSelect.tsx';
import { CategoryTree } from './CategoryTree.tsx';
import { useSkuColumns } from './columns.tsx';
import { SkuPane } from './SkuPane.tsx';
import './catalog.css';

type Filter = RequestOf<'skus.open'>['filter'];
const shows = ['all', 'bound', 'unbound', 'inactive'] as const;
type Show = (typeof shows)[number];
const showFilters: Readonly<Record<Show, Filter>> = {
  all: {},
  bound: { bound: true },
  unbound: { bound: false },
  inactive: { active: false },
};
const defaultSort = { column: 'name', direction: 'ascending' } as const;

/** Catalogue: the marketplace's SKUs, and who sells each. */
export function CatalogScreen() {
  const { t } = useTranslation('catalog');
  const params = useRoute((route) => route.params);
  const [show, setShow] = useState<Show>('all');
  const [categoryId, setCategoryId] = useState<number | null>(null);
  const [brand, setBrand] = useState<{ readonly brandId: number; readonly name: string } | null>(null);
  const [productId, setProductId] = useState<number | null>(null);
  const [text, setText] = useState(params.text ?? '');
  const [settled] = useDebouncedValue(text.trim(), 150);
  const linked = params.sku !== undefined && /^\d+$/.test(params.sku) ? Number(params.sku) : null;
  const [picked, setPicked] = useState<number | null>(null);
  const grid = useRef<ViewGridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const columns = useSkuColumns();
  const counts = useQuery('catalog.counts', {}, { refreshOn: ['list.changed'], calm: 3_000 }).data;
  const filter = useMemo(
    (): Filter => ({
      ...showFilters[show],
      ...(settled !== '' && { text: settled.slice(0, 200) }),
      ...(categoryId !== null && { categoryId }),
      ...(brand && { brandId: brand.brandId }),
      ...(productId !== null && { productId }),
    }),
    [show, settled, categoryId, brand, productId],
  );
  // a link names a SKU: it is shown, whatever was picked before
  useEffect(() => {
    if (linked === null) return;
    setPicked(linked);
    void grid.current?.show(linked);
  }, [linked]);

  const group = t('title');
  useCommands([
    { id: 'catalog.search', title: t('action.search'), group, keys: ['/'], run: () => search.current?.select() },
    {
      id: 'catalog.next',
      title: t('action.next'),
      group,
      keys: ['J'],
      keysOnly: true,
      run: () => grid.current?.step(1),
    },
    {
      id: 'catalog.previous',
      title: t('action.previous'),
      group,
      keys: ['K'],
      keysOnly: true,
      run: () => grid.current?.step(-1),
    },
  ]);

  const narrowed = Object.keys(filter).length > 0;
  const clear = () => {
    setShow('all');
    setCategoryId(null);
    setBrand(null);
    setProductId(null);
    setText('');
  };
  return (
    <SplitView
      name="catalogue"
      detailWidth={400}
      list={
        <>
          <h1 className="sr-only">{t('title')}</h1>
          <div className="bar">
            <Chips
              label={t('filter.show')}
              value={show}
              onChange={setShow}
              chips={shows.map((name) => ({ id: name, label: t(`filter.${name}`), testId: `sku-show-${name}` }))}
            />
            {counts && <span className="end cut">{t('counts', counts)}</span>}
          </div>
          <search className="bar" aria-label={t('search.label')}>
            <ListSearch
              inputRef={search}
              list={grid}
              label={t('search.label')}
              placeholder={t('search.placeholder')}
              value={text}
              width={230}
              testId="sku-search"
              onChange={setText}
            />
            <BrandSelect value={brand} onChange={setBrand} />
            {productId !== null && (
              <ActionButton small onClick={() => setProductId(null)} title={t('filter.clearProduct')}>
                {t('filter.oneProduct', { product: productId })} <span aria-hidden>×</span>
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
          <div className="catalog-list">
            <CategoryTree value={categoryId} onChange={setCategoryId} />
            <div className="catalog-grid">
              <ViewGrid
                name="skus"
                label={t('title')}
                source={skusSource}
                filter={filter}
                columns={columns}
                defaultSort={defaultSort}
                handle={grid}
                onCurrent={(row) => setPicked(row?.id ?? null)}
                onOpen={(row) => go('bindings', { sku: String(row.id) })}
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
            </div>
          </div>
        </>
      }
      detail={<SkuPane skuId={picked} onProduct={setProductId} />}
    />
  );
}
