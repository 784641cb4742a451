import './notifications.css';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '../../shared/contract/core.ts';
import type { NotificationColumn, NotificationRow } from '../../shared/contract/notifications.ts';
import { instantOf, type SellerId } from '../../shared/domain/brand.ts';
import { type NotificationLogKind, notificationKinds, type Outcome } from '../../shared/domain/notifications.ts';
import { useCommands } from '../app/commands.ts';
import { useRoute } from '../app/routes.ts';
import { useFormat } from '../components/format.ts';
import { notificationsSource } from '../components/grid/sources.ts';
import type { Sort } from '../components/grid/types.ts';
import { ViewGrid, type ViewGridHandle } from '../components/grid/ViewGrid.tsx';
import { ListSearch } from '../components/ListSearch.tsx';
import { useListChange } from '../components/pane/useLists.ts';
import { SellerSelect } from '../components/SellerSelect.tsx';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { Actions } from './Actions.tsx';
import { useNotificationColumns } from './columns.tsx';
import { Detail } from './Detail.tsx';
import { Overview } from './Overview.tsx';

const chips = ['all', 'waiting', 'failing', 'changed', 'unchanged'] as const;
type Chip = (typeof chips)[number];
const outcomesOf: Readonly<Record<Chip, Outcome[]>> = {
  all: [],
  waiting: ['waiting'],
  failing: ['retrying', 'aside'],
  changed: ['changed'],
  unchanged: ['unchanged'],
};
const times = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;
type Time = keyof typeof times;
const newestFirst: Sort<NotificationColumn> = { column: 'received', direction: 'descending' };

/** Notifications: the log of what sellers told and what became of it, and how each seller is doing. */
export function NotificationsScreen() {
  const { t } = useTranslation('notifications');
  const format = useFormat();
  const wanted = useRoute((route) => route.params.seller);
  const [chip, setChip] = useState<Chip>('all');
  const [kind, setKind] = useState<NotificationLogKind | null>(null);
  const [time, setTime] = useState<Time | null>(null);
  // an id from an address is what the seller's row had
  const [sellerId, setSellerId] = useState<SellerId | null>((wanted as SellerId | undefined) ?? null);
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text, 150);
  const [picked, setPicked] = useState<NotificationRow | null>(null);
  const [isOverview, setIsOverview] = useState(true);
  const [selected, setSelected] = useState<Selection | null>(null);
  const grid = useRef<ViewGridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const columns = useNotificationColumns();
  const calm = { refreshOn: ['list.changed', 'rows.changed'], calm: 2_000 } as const;
  const counts = useQuery('notifications.counts', {}, calm).data;
  const health = useQuery('notifications.health', {}, calm);
  const sellers = health.data?.sellers ?? [];
  const detail = useQuery('notifications.detail', { id: picked?.id ?? 1 }, { enabled: picked !== null });
  useListChange(['notifications'], detail.refresh, picked?.id ?? undefined);
  const since = useMemo(() => (time === null ? null : instantOf(Date.now() - times[time])), [time]);
  const filter = useMemo(
    () => ({
      ...(chip !== 'all' && { outcomes: outcomesOf[chip] }),
      ...(kind !== null && { kinds: [kind] }),
      ...(sellerId !== null && { sellerIds: [sellerId] }),
      ...(since !== null && { since }),
      ...(settled.trim() !== '' && { text: settled.trim() }),
    }),
    [chip, kind, sellerId, since, settled],
  );
  const count = (each: Chip) =>
    each === 'all'
      ? counts?.all
      : each === 'waiting'
        ? counts?.waiting
        : each === 'failing' && counts
          ? counts.retrying + counts.aside
          : undefined;
  const shown = isOverview ? null : picked;
  const subject = shown?.sellerId ?? sellerId;
  const seller = sellers.find((each) => each.sellerId === subject) ?? null;
  const chosen: Selection | null = selected ?? (shown === null ? null : { kind: 'ids', ids: [shown.id] });
  const chooseSeller = (next: SellerId | null) => {
    setIsOverview(true);
    setSellerId(next);
  };
  const show = (row: NotificationRow | null) => {
    setPicked(row);
    setIsOverview(row === null);
  };
  const step = (by: number) => grid.current?.step(by);
  useCommands([
    {
      id: 'notifications.search',
      title: t('actions.search'),
      group: t('group'),
      keys: ['/'],
      run: () => search.current?.select(),
    },
    { id: 'notifications.next', title: t('actions.next'), group: t('group'), keys: ['J'], run: () => step(1) },
    { id: 'notifications.previous', title: t('actions.previous'), group: t('group'), keys: ['K'], run: () => step(-1) },
  ]);
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <SplitView
      name="notifications"
      list={
        <>
          <h1 className="sr-only">{t('title')}</h1>
          <div className="bar wrap">
            <ListSearch
              inputRef={search}
              list={grid}
              label={t('search.label')}
              placeholder={t('search.placeholder')}
              value={text}
              width={160}
              testId="notification-search"
              onChange={setText}
            />
            <SellerSelect
              value={sellerId}
              onChange={(value) => chooseSeller(sellers.find((each) => each.sellerId === value)?.sellerId ?? null)}
            />
            <Select
              size="xs"
              w={150}
              aria-label={t('filter.kind')}
              placeholder={t('filter.anyKind')}
              clearable
              clearButtonProps={{ 'aria-label': t('filter.anyKind') }}
              data={notificationKinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
              value={kind}
              onChange={(value) => setKind(notificationKinds.find((each) => each === value) ?? null)}
              data-testid="filter-kind"
            />
            <Select
              size="xs"
              w={130}
              aria-label={t('filter.time')}
              placeholder={t('filter.anyTime')}
              clearable
              clearButtonProps={{ 'aria-label': t('filter.anyTime') }}
              data={(['hour', 'day', 'week'] as const).map((value) => ({ value, label: t(`filter.${value}`) }))}
              value={time}
              onChange={(value) => setTime(value === 'hour' || value === 'day' || value === 'week' ? value : null)}
              data-testid="filter-time"
            />
            <fieldset className="plain chips order-chips">
              <legend className="sr-only">{t('chips.label')}</legend>
              {chips.map((each) => (
                <button
                  key={each}
                  type="button"
                  className="chip"
                  aria-pressed={chip === each}
                  onClick={() => setChip(each)}
                  data-testid={`notifications-${each}`}
                >
                  {t(`chips.${each}`)}
                  {count(each) !== undefined && <small>{format.number(count(each) ?? 0)}</small>}
                </button>
              ))}
            </fieldset>
          </div>
          <ViewGrid
            name="notifications"
            label={t('list')}
            source={notificationsSource}
            filter={filter}
            columns={columns}
            defaultSort={newestFirst}
            handle={grid}
            selectable
            onCurrent={show}
            onOpen={show}
            onSelection={(number, selection) => setSelected(number === 0 ? null : selection)}
            empty={
              isFiltered ? (
                <EmptyState title={t('empty.filtered')} hint={t('empty.filteredHint')} />
              ) : (
                <EmptyState title={t('empty.none')} hint={t('empty.noneHint')} />
              )
            }
          />
        </>
      }
      detail={
        <>
          {shown === null ? (
            health.error ? (
              <ErrorState error={health.error} onRetry={health.refresh} />
            ) : (
              <Overview
                seller={seller}
                sellers={sellers.filter(({ lastNotificationAt, staleness }) => lastNotificationAt ?? staleness)}
                onSeller={chooseSeller}
              />
            )
          ) : detail.data?.id === shown.id ? (
            <Detail notification={detail.data} onShow={(id) => void grid.current?.show(id)} />
          ) : detail.error ? (
            <ErrorState error={detail.error} onRetry={detail.refresh} />
          ) : (
            <div className="pane-body" aria-busy />
          )}
          <Actions
            chosen={chosen}
            seller={seller}
            isOverview={shown === null}
            canGoBack={picked !== null}
            onOverview={() => setIsOverview(!isOverview)}
            onDone={() => {
              grid.current?.clearSelection();
              grid.current?.refresh();
              health.refresh();
            }}
          />
        </>
      }
    />
  );
}
