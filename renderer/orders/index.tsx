import './orders.css';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderColumn, OrderRow } from '../../shared/contract/orders.ts';
import { useCommands } from '../app/commands.ts';
import { useRoute } from '../app/routes.ts';
import { ordersSource } from '../components/grid/sources.ts';
import type { Sort } from '../components/grid/types.ts';
import { ViewGrid, type ViewGridHandle } from '../components/grid/ViewGrid.tsx';
import { Kbd } from '../components/Kbd.tsx';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState } from '../components/State.tsx';
import { everything, filterOf, isBoard, type ShownOrders, showsSame } from './board.ts';
import { useOrderColumns } from './columns.tsx';
import { FilterBar } from './FilterBar.tsx';
import { FlowCharts } from './FlowCharts.tsx';
import { IntakeProblems } from './Intake.tsx';
import { OrderPane } from './OrderPane.tsx';

const newestFirst: Sort<OrderColumn> = { column: 'received', direction: 'descending' };
const mostUrgentFirst: Sort<OrderColumn> = { column: 'urgency', direction: 'ascending' };

/** Orders: the lists of what needs a person, all of them, and the one that is picked. */
export function OrdersScreen() {
  const { t } = useTranslation('orders');
  const { t: said } = useTranslation('orderBoard');
  const wanted = useRoute((route) => route.params.order);
  const [shown, setShown] = useState<ShownOrders>({ ...everything, text: wanted ?? '' });
  const [settled] = useDebouncedValue(shown.text, 150);
  const [picked, setPicked] = useState<OrderRow | null>(null);
  const [showsCharts, setShowsCharts] = useState(false);
  const pick = (row: OrderRow | null) => {
    // an order that is picked is looked at
    if (row !== null && row.id !== picked?.id) setShowsCharts(false);
    setPicked(row);
  };
  const show = (marketplaceOrderId: string) => setShown({ ...everything, text: marketplaceOrderId });
  // a link names an order: it is looked for, whatever was listed before
  useEffect(() => {
    if (wanted !== undefined) setShown({ ...everything, text: wanted });
  }, [wanted]);
  const grid = useRef<ViewGridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const board = isBoard(shown.chip);
  const columns = useOrderColumns(board);
  const filter = useMemo(() => filterOf(shown, settled), [shown, settled]);
  const step = (by: number) => grid.current?.step(by);
  useCommands([
    {
      id: 'orders.search',
      title: t('actions.search'),
      group: t('group'),
      keys: ['/'],
      run: () => search.current?.select(),
    },
    {
      id: 'orders.charts',
      title: said('charts.open'),
      group: t('group'),
      keys: ['G'],
      run: () => setShowsCharts((before) => !before),
    },
    { id: 'orders.next', title: t('actions.next'), group: t('group'), keys: ['J'], run: () => step(1) },
    { id: 'orders.previous', title: t('actions.previous'), group: t('group'), keys: ['K'], run: () => step(-1) },
  ]);
  return (
    <SplitView
      name="orders"
      list={
        <>
          <h1 className="sr-only">{t('title')}</h1>
          <FilterBar shown={shown} search={search} list={grid} onChange={setShown} />
          <IntakeProblems />
          <ViewGrid
            key={board ? 'board' : 'list'}
            name={board ? 'orders-board' : 'orders'}
            label={t('list')}
            source={ordersSource}
            filter={filter}
            columns={columns}
            defaultSort={board ? mostUrgentFirst : newestFirst}
            handle={grid}
            onCurrent={pick}
            empty={
              showsSame(shown, everything) ? (
                <EmptyState title={t('empty.none')} hint={t('empty.noneHint')} />
              ) : (
                <EmptyState title={t('empty.filtered')} hint={t('empty.filteredHint')} />
              )
            }
          />
        </>
      }
      detail={
        <>
          <fieldset className="plain chips order-panes">
            <legend className="sr-only">{said('panes.label')}</legend>
            {([false, true] as const).map((charts) => (
              <button
                key={String(charts)}
                type="button"
                className="chip"
                aria-pressed={showsCharts === charts}
                onClick={() => setShowsCharts(charts)}
                data-testid={charts ? 'orders-charts' : 'orders-order'}
              >
                {said(charts ? 'charts.open' : 'panes.order')} {charts && <Kbd keys="G" />}
              </button>
            ))}
          </fieldset>
          {showsCharts ? (
            <FlowCharts onSeller={(sellerId) => setShown({ ...shown, sellerIds: [sellerId] })} />
          ) : (
            <OrderPane orderId={picked?.id ?? null} onOpen={show} />
          )}
        </>
      }
    />
  );
}
