import './orders.css';
import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderColumn, OrderRow } from '../../shared/contract/orders.ts';
import type { Attention } from '../../shared/domain/orders/attention.ts';
import { useCommands } from '../app/commands.ts';
import { useRoute } from '../app/routes.ts';
import { useFormat } from '../components/format.ts';
import { ordersSource } from '../components/grid/sources.ts';
import type { Sort } from '../components/grid/types.ts';
import { ViewGrid, type ViewGridHandle } from '../components/grid/ViewGrid.tsx';
import { Kbd } from '../components/Kbd.tsx';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { useOrderColumns } from './columns.tsx';
import { IntakeProblems } from './Intake.tsx';
import { OrderPane } from './OrderPane.tsx';
import { attentionChips } from './tones.ts';

type Chip = 'all' | 'any' | 'mine' | Attention;
const newestFirst: Sort<OrderColumn> = { column: 'received', direction: 'descending' };

/** Orders: the lists of what needs a person, all of them, and the one that is picked. */
export function OrdersScreen() {
  const { t } = useTranslation('orders');
  const format = useFormat();
  const wanted = useRoute((route) => route.params.order);
  const [chip, setChip] = useState<Chip>('all');
  const [text, setText] = useState(wanted ?? '');
  const [settled] = useDebouncedValue(text, 150);
  const [picked, setPicked] = useState<OrderRow | null>(null);
  // a link names an order: it is looked for, whatever was listed before
  useEffect(() => {
    if (wanted === undefined) return;
    setChip('all');
    setText(wanted);
  }, [wanted]);
  const grid = useRef<ViewGridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const columns = useOrderColumns();
  const counts = useQuery('orders.counts', {}, { refreshOn: ['list.changed', 'rows.changed'], calm: 1_000 }).data;
  const filter = useMemo(
    () => ({
      ...(chip === 'mine' && { mine: true }),
      ...(chip !== 'all' && chip !== 'mine' && { attention: chip }),
      ...(settled.trim() !== '' && { text: settled.trim() }),
    }),
    [chip, settled],
  );
  const shown: Chip[] = ['all', 'any', ...attentionChips.filter((each) => (counts?.reasons[each] ?? 0) > 0), 'mine'];
  const label = (each: Chip) =>
    each === 'all' || each === 'any' || each === 'mine' ? t(`chips.${each}`) : t(`attention.${each}`);
  const count = (each: Chip) =>
    each === 'all' ? counts?.all : each === 'any' ? counts?.any : each === 'mine' ? undefined : counts?.reasons[each];
  const show = (marketplaceOrderId: string) => {
    setChip('all');
    setText(marketplaceOrderId);
  };
  const step = (by: number) => grid.current?.step(by);
  useCommands([
    {
      id: 'orders.search',
      title: t('actions.search'),
      group: t('group'),
      keys: ['/'],
      run: () => search.current?.select(),
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
          <div className="bar">
            <TextInput
              ref={search}
              size="xs"
              w={200}
              aria-label={t('search.label')}
              placeholder={t('search.placeholder')}
              rightSection={<Kbd keys="/" />}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === 'ArrowDown' || event.key === 'Enter') grid.current?.focus();
                else if (event.key === 'Escape') setText('');
                else return;
                event.preventDefault();
              }}
              data-testid="order-search"
            />
            <fieldset className="plain chips order-chips">
              <legend className="sr-only">{t('chips.label')}</legend>
              {shown.map((each) => (
                <button
                  key={each}
                  type="button"
                  className="chip"
                  aria-pressed={chip === each}
                  onClick={() => setChip(each)}
                  data-testid={`orders-${each}`}
                >
                  {label(each)}
                  {count(each) !== undefined && <small>{format.number(count(each) ?? 0)}</small>}
                </button>
              ))}
            </fieldset>
          </div>
          <IntakeProblems />
          <ViewGrid
            name="orders"
            label={t('list')}
            source={ordersSource}
            filter={filter}
            columns={columns}
            defaultSort={newestFirst}
            handle={grid}
            onCurrent={setPicked}
            empty={
              chip === 'all' && settled === '' ? (
                <EmptyState title={t('empty.none')} hint={t('empty.noneHint')} />
              ) : (
                <EmptyState title={t('empty.filtered')} hint={t('empty.filteredHint')} />
              )
            }
          />
        </>
      }
      detail={<OrderPane orderId={picked?.id ?? null} onOpen={show} />}
    />
  );
}
