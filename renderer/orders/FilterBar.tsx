import { MultiSelect, TextInput } from '@mantine/core';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { marketplaceStates } from '../../shared/domain/orders/flow.ts';
import { useCommands } from '../app/commands.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { ListSearch } from '../components/ListSearch.tsx';
import { notify } from '../components/notify.tsx';
import { useQuery } from '../connection/hooks.ts';
import { usePreference } from '../connection/preferences.ts';
import { type Chip, everything, mostViews, type SavedView, type ShownOrders, savedViews, showsSame } from './board.ts';
import { attentionChips } from './tones.ts';

interface FilterBarProps {
  readonly shown: ShownOrders;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly list: RefObject<{ focus(): void } | null>;
  onChange(shown: ShownOrders): void;
}

const none: SavedView[] = [];

/** What the list shows: a search, sellers, states, the lists of what needs a person, and views that were kept. */
export function FilterBar({ shown, search, list, onChange }: FilterBarProps) {
  const { t } = useTranslation('orders');
  const { t: said } = useTranslation('orderBoard');
  const format = useFormat();
  const counts = useQuery('orders.counts', {}, { refreshOn: ['list.changed', 'rows.changed'], calm: 1_000 }).data;
  const sellers = useQuery('sellers.list', {}, { refreshOn: ['list.changed'], calm: 5_000 }).data?.sellers ?? [];
  const [views, keep] = usePreference('orders.views', savedViews, none);
  const [name, setName] = useState<string | null>(null);
  const set = (some: Partial<ShownOrders>) => onChange({ ...shown, ...some });
  const current = views.find((view) => showsSame(view.shown, shown));
  const lists: Chip[] = [
    'all',
    'any',
    ...attentionChips.filter((each) => each === shown.chip || (counts?.reasons[each] ?? 0) > 0),
    'mine',
  ];
  const label = (each: Chip) =>
    each === 'all' || each === 'any' || each === 'mine' ? t(`chips.${each}`) : t(`attention.${each}`);
  const count = (each: Chip) =>
    each === 'all'
      ? counts?.all
      : each === 'any'
        ? counts?.any
        : each === 'mine'
          ? undefined
          : (counts?.reasons[each] ?? 0);
  const isNarrow = shown.sellerIds.length > 0 || shown.states.length > 0;
  const isKept = current !== undefined || showsSame(shown, { ...everything, chip: shown.chip });
  const save = () => {
    const wanted = name?.trim() ?? '';
    if (wanted === '') return;
    if (views.some((view) => view.name === wanted)) notify({ message: said('views.taken'), tone: 'bad' });
    else if (views.length >= mostViews) notify({ message: said('views.full', { count: mostViews }), tone: 'bad' });
    else {
      keep([...views, { name: wanted, shown }]);
      setName(null);
      notify({ message: said('views.saved') });
    }
  };
  useCommands([
    {
      id: 'orders.saveView',
      title: said('views.save'),
      group: t('group'),
      keys: ['V'],
      enabled: !isKept,
      run: () => setName(''),
    },
  ]);
  return (
    <div className="bar order-bar">
      <ListSearch
        inputRef={search}
        list={list}
        label={t('search.label')}
        placeholder={t('search.placeholder')}
        value={shown.text}
        width={220}
        testId="order-search"
        onChange={(text) => set({ text })}
      />
      <MultiSelect
        size="xs"
        w={150}
        aria-label={t('columns.seller')}
        placeholder={shown.sellerIds.length === 0 ? t('columns.seller') : ''}
        data={sellers.map(({ sellerId, name: title }) => ({ value: sellerId, label: title }))}
        value={shown.sellerIds}
        onChange={(sellerIds) => set({ sellerIds })}
        limit={100}
        styles={{ inputField: { minWidth: 24 } }}
        searchable
        data-testid="order-sellers"
      />
      <MultiSelect
        size="xs"
        w={170}
        aria-label={said('filters.states')}
        placeholder={shown.states.length === 0 ? said('filters.anyState') : ''}
        data={marketplaceStates.map((state) => ({ value: state, label: t(`states.${state}`) }))}
        value={shown.states}
        onChange={(states) => set({ states: marketplaceStates.filter((state) => states.includes(state)) })}
        styles={{ inputField: { minWidth: 24 } }}
        searchable
        data-testid="order-states"
      />
      {isNarrow && (
        <ActionButton
          small
          title={said('filters.clearHint')}
          onClick={() => set({ sellerIds: [], states: [] })}
          data-testid="order-filters-clear"
        >
          {said('filters.clear')}
        </ActionButton>
      )}
      {name !== null ? (
        <>
          <TextInput
            size="xs"
            w={150}
            aria-label={said('views.name')}
            placeholder={said('views.name')}
            value={name}
            maxLength={60}
            autoFocus
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') save();
              else if (event.key === 'Escape') setName(null);
              else return;
              event.preventDefault();
            }}
            data-testid="view-name"
          />
          <ActionButton small keys="Enter" disabled={name.trim() === ''} onClick={save} data-testid="view-keep">
            {said('views.keep')}
          </ActionButton>
        </>
      ) : (
        !isKept && (
          <ActionButton small keys="V" onClick={() => setName('')} data-testid="view-save">
            {said('views.save')}
          </ActionButton>
        )
      )}
      {current !== undefined && (
        <ActionButton
          small
          onClick={() => keep(views.filter((view) => view.name !== current.name))}
          data-testid="view-forget"
        >
          {said('views.forget')}
        </ActionButton>
      )}
      <fieldset className="plain chips order-chips">
        <legend className="sr-only">{t('chips.label')}</legend>
        {lists.map((each) => (
          <button
            key={each}
            type="button"
            className="chip"
            aria-pressed={shown.chip === each && current === undefined}
            onClick={() => set({ chip: each })}
            data-testid={`orders-${each}`}
          >
            {label(each)}
            {count(each) !== undefined && <small>{format.number(count(each) ?? 0)}</small>}
          </button>
        ))}
        {views.map((view) => (
          <button
            key={view.name}
            type="button"
            className="chip order-view"
            title={view.name}
            aria-pressed={view === current}
            onClick={() => onChange(view.shown)}
            data-testid="order-view"
          >
            {view.name}
          </button>
        ))}
        {counts !== undefined && counts.any > 0 && (
          <span className={`end ${counts.overdue > 0 ? 'tone-bad' : ''}`} data-testid="orders-overdue">
            {counts.overdue > 0 ? said('overdue', { count: counts.overdue }) : said('none')}
          </span>
        )}
      </fieldset>
    </div>
  );
}
