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
import { type CartLine, CartPane } from './CartPane.tsx';
import { Compare } from './Compare.tsx';
import { Rules } from './Rules.tsx';

const mostSellersFirst: Sort<SkuColumn> = { column: 'sellers', direction: 'descending' };

type Pane = 'compare' | 'rules' | 'cart';
const panes: readonly (readonly [Pane, string])[] = [
  ['compare', 'exposure-sellers'],
  ['rules', 'exposure-rules'],
  ['cart', 'exposure-cart'],
];

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
  const [pane, setPane] = useState<Pane>('compare');
  const [cart, setCart] = useState<readonly CartLine[]>([]);
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
      run: () => setPane((before) => (before === 'rules' ? 'compare' : 'rules')),
    },
    {
      id: 'exposure.cart',
      title: t('cart.title'),
      group: t('title'),
      keys: ['C'],
      run: () => setPane((before) => (before === 'cart' ? 'compare' : 'cart')),
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
              {panes.map(([name, testId]) => (
                <button
                  key={name}
                  type="button"
                  className="chip"
                  aria-pressed={pane === name}
                  onClick={() => setPane(name)}
                  data-testid={testId}
                >
                  {t(`${name}.title`)}
                  {name === 'cart' && cart.length > 0 && <small>{cart.length}</small>}
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
      detail={
        pane === 'rules' ? (
          <Rules />
        ) : pane === 'cart' ? (
          <CartPane lines={cart} onLines={setCart} picked={shown} />
        ) : (
          <Compare sku={shown} />
        )
      }
    />
  );
}
