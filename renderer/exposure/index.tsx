import './exposure.css';
import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SkuColumn, SkuRow } from '../../shared/contract/catalog.ts';
import { useCommands } from '../app/commands.ts';
import { useRoute } from '../app/routes.ts';
import { skusSource } from '../components/grid/sources.ts';
import type { Sort, ViewColumn } from '../components/grid/types.ts';
import { ViewGrid, type ViewGridHandle } from '../components/grid/ViewGrid.tsx';
import { Kbd } from '../components/Kbd.tsx';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { Compare } from './Compare.tsx';
import { Rules } from './Rules.tsx';

const mostSellersFirst: Sort<SkuColumn> = { column: 'sellers', direction: 'descending' };

/** The buy box: what is sold by several sellers, who stands in it and why, and the rules that decide it. */
export function ExposureScreen() {
  const { t } = useTranslation('exposure');
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text.trim(), 150);
  const [picked, setPicked] = useState<SkuRow | null>(null);
  const linked = useRoute((route) => (/^\d+$/.test(route.params.sku ?? '') ? Number(route.params.sku) : null));
  const linkedSku = useQuery('catalog.sku', { skuId: linked ?? 0 }, { enabled: linked !== null }).data;
  // a link names a SKU: it is shown until another is picked
  const shown = picked ?? (linked !== null && linkedSku?.id === linked ? linkedSku : null);
  const [showsRules, setShowsRules] = useState(false);
  const grid = useRef<ViewGridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const filter = useMemo(() => ({ bound: true, ...(settled !== '' && { text: settled.slice(0, 200) }) }), [settled]);
  const columns = useMemo(
    (): readonly ViewColumn<SkuRow, SkuColumn>[] => [
      {
        id: 'name',
        title: t('columns.name'),
        width: 240,
        minWidth: 150,
        flex: 1,
        sort: 'name',
        text: (row) => row.name,
      },
      { id: 'id', title: t('columns.id'), width: 76, align: 'right', sort: 'id', text: (row) => String(row.id) },
      { id: 'brand', title: t('columns.brand'), width: 104, sort: 'brand', text: (row) => row.brand ?? '' },
      {
        id: 'sellers',
        title: t('columns.sellers'),
        width: 112,
        minWidth: 96,
        align: 'right',
        sort: 'sellers',
        text: (row) => String(row.sellersBound),
      },
    ],
    [t],
  );
  useCommands([
    { id: 'exposure.search', title: t('search'), group: t('title'), keys: ['/'], run: () => search.current?.select() },
    {
      id: 'exposure.rules',
      title: t('rules.title'),
      group: t('title'),
      keys: ['R'],
      run: () => setShowsRules((before) => !before),
    },
  ]);
  return (
    <SplitView
      name="buybox"
      detailWidth={560}
      list={
        <>
          <h1 className="sr-only">{t('title')}</h1>
          <div className="bar">
            <TextInput
              ref={search}
              size="xs"
              w={220}
              aria-label={t('search')}
              placeholder={t('search')}
              rightSection={<Kbd keys="/" />}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === 'ArrowDown' || event.key === 'Enter') grid.current?.focus();
                else if (event.key === 'Escape') setText('');
                else return;
                event.preventDefault();
              }}
              data-testid="exposure-search"
            />
            <fieldset className="plain chips">
              <legend className="sr-only">{t('shows')}</legend>
              {[false, true].map((rules) => (
                <button
                  key={String(rules)}
                  type="button"
                  className="chip"
                  aria-pressed={showsRules === rules}
                  onClick={() => setShowsRules(rules)}
                  data-testid={rules ? 'exposure-rules' : 'exposure-sellers'}
                >
                  {rules ? t('rules.title') : t('compare.title')}
                </button>
              ))}
            </fieldset>
          </div>
          <ViewGrid
            name="buybox"
            label={t('list')}
            source={skusSource}
            filter={filter}
            columns={columns}
            defaultSort={mostSellersFirst}
            handle={grid}
            onCurrent={setPicked}
            empty={<EmptyState title={t('empty')} hint={t('emptyHint')} />}
          />
        </>
      }
      detail={showsRules ? <Rules /> : <Compare sku={shown} />}
    />
  );
}
