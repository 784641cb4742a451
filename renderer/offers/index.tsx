import './offers.css';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferColumn, OfferRow } from '../../shared/contract/offers.ts';
import { useCommands } from '../app/commands.ts';
import { useRoute } from '../app/routes.ts';
import { useStatus } from '../app/status.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { offersSource } from '../components/grid/sources.ts';
import type { GridMenuItem, Sort } from '../components/grid/types.ts';
import { ViewGrid, type ViewGridHandle } from '../components/grid/ViewGrid.tsx';
import { notify } from '../components/notify.tsx';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState } from '../components/State.tsx';
import { useOfferColumns } from './columns.tsx';
import { ChipBar, FilterBar } from './FilterBar.tsx';
import { ReviewPane } from './ReviewPane.tsx';
import { openOffer, setMode, useReview } from './review.ts';
import { chips, filterOf, isNarrowed, noFilter, setFilter, useFilter } from './store.ts';
import { useUndo } from './useDecide.tsx';

const newestFirst: Sort<OfferColumn> = { column: 'received', direction: 'descending' };

/** The offers under review: list, detail, action. */
export function OffersScreen() {
  const { t } = useTranslation('offers');
  const state = useFilter();
  const filter = useMemo(() => filterOf(state), [state]);
  const columns = useOfferColumns();
  const grid = useRef<ViewGridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const [selected, setSelected] = useState(0);
  const undo = useUndo(useCallback((offerId: number) => void grid.current?.show(offerId), []));
  useFilterOfRoute();
  useEffect(() => () => openOffer(null), []);

  const step = (by: number) => grid.current?.step(by);
  const bulk = () => {
    const selection = grid.current?.selection() ?? null;
    if (selection) useReview.setState({ bulk: selection });
    else notify({ message: t('bulk.noSelection'), tone: 'bad' });
  };

  const group = t('group');
  useCommands([
    ...chips.map((chip, index) => ({
      id: `offers.show.${chip}`,
      title: t('show', { chip: t(`chips.${chip}`) }),
      group,
      keys: [String(index + 1)],
      run: () => setFilter({ chip }),
    })),
    { id: 'offers.search', title: t('filter.focusSearch'), group, keys: ['/'], run: () => search.current?.select() },
    {
      id: 'offers.clearFilter',
      title: t('filter.clearTitle'),
      group,
      enabled: isNarrowed(state),
      run: () => setFilter({ ...noFilter, chip: state.chip }),
    },
    { id: 'offers.next', title: t('actions.next'), group, keys: ['J'], run: () => step(1) },
    { id: 'offers.previous', title: t('actions.previous'), group, keys: ['K'], run: () => step(-1) },
    { id: 'offers.undo', title: t('actions.undoTitle'), group, keys: ['Mod+Z'], run: () => undo() },
    { id: 'offers.bulk', title: t('actions.bulkTitle'), group, keys: ['Shift+B'], run: bulk },
    {
      id: 'offers.panes',
      title: t('actions.toPane'),
      group,
      keys: ['F6'],
      inFields: true,
      run: () => switchPane(grid.current),
    },
  ]);

  const menu = (row: OfferRow | null): GridMenuItem[] => [
    { id: 'deny', label: t('actions.deny'), keys: 'D', disabled: row === null, run: () => setMode('deny') },
    { id: 'undo', label: t('actions.undo'), keys: 'Mod+Z', run: () => undo() },
    { id: 'bulk', label: t('actions.bulk'), keys: 'Shift+B', disabled: selected === 0, run: bulk },
  ];

  return (
    <SplitView
      name="offers"
      list={
        <>
          <h1 className="sr-only">{t('title')}</h1>
          <ChipBar />
          <FilterBar searchRef={search} />
          <ViewGrid
            name="offers"
            label={t('list')}
            source={offersSource}
            filter={filter}
            columns={columns}
            defaultSort={newestFirst}
            handle={grid}
            selectable
            onCurrent={openOffer}
            onSelection={setSelected}
            menu={menu}
            empty={<NothingHere />}
          />
        </>
      }
      detail={
        <ReviewPane
          undo={undo}
          step={step}
          bulk={bulk}
          selected={selected}
          clearSelection={() => grid.current?.clearSelection()}
        />
      }
    />
  );
}

/** F6: from the list to the suggestions, and back. */
function switchPane(grid: ViewGridHandle | null): void {
  const pane = document.querySelector<HTMLElement>('[data-testid="review-pane"]');
  if (!pane || pane.contains(document.activeElement)) grid?.focus();
  else pane.querySelector<HTMLElement>('[aria-pressed="true"], button, input')?.focus();
}

/** `#/offers?text=…` searches, from the palette; `?seller=…` shows one seller's, from Sellers. */
function useFilterOfRoute(): void {
  const text = useRoute((route) => route.params.text);
  const seller = useRoute((route) => route.params.seller);
  useEffect(() => {
    if (text !== undefined || seller !== undefined)
      setFilter({ ...noFilter, text: text ?? '', sellerId: seller ?? null });
  }, [text, seller]);
}

function NothingHere() {
  const { t } = useTranslation('offers');
  const state = useFilter();
  const initial = useStatus((known) => known.status?.initial ?? false);
  if (isNarrowed(state) || state.chip !== 'waiting')
    return (
      <EmptyState title={t('empty.filtered')} hint={t('empty.filteredHint')}>
        <ActionButton onClick={() => useFilter.setState(noFilter)}>{t('filter.clearTitle')}</ActionButton>
      </EmptyState>
    );
  return initial ? (
    <EmptyState title={t('empty.syncing')} hint={t('empty.syncingHint')} />
  ) : (
    <EmptyState title={t('empty.done')} hint={t('empty.doneHint')} />
  );
}
