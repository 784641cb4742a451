import { ActionIcon, Checkbox, Popover, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconBookmark } from '@tabler/icons-react';
import { type Ref, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { ActionButton } from '../components/ActionButton.tsx';
import { Chips } from '../components/Chips.tsx';
import { useFormat } from '../components/format.ts';
import { Kbd } from '../components/Kbd.tsx';
import { useQuery } from '../connection/hooks.ts';
import { usePreference } from '../connection/preferences.ts';
import { chips, type FilterState, isNarrowed, noFilter, savedFilters, setFilter, useFilter } from './store.ts';

/** Which offers: one of seven, each with its number. */
export function ChipBar() {
  const { t } = useTranslation('offers');
  const format = useFormat();
  const chosen = useFilter((state) => state.chip);
  const counts = useQuery('offers.counts', {}, { refreshOn: ['list.changed', 'rows.changed'], calm: 1_000 }).data;
  return (
    <div className="bar offers-chips">
      <Chips
        label={t('chips.label')}
        value={chosen}
        onChange={(chip) => setFilter({ chip })}
        // most days nothing is about to expire
        chips={chips
          .filter((chip) => chip !== 'expiring' || chip === chosen || (counts?.expiring ?? 0) > 0)
          .map((chip) => ({
            id: chip,
            label: t(`chips.${chip}`),
            count: counts?.[chip],
            testId: `chip-${chip}`,
          }))}
      />
      {counts?.oldestReceivedAt && (
        <span className="end">{t('oldest', { age: format.ageShort(counts.oldestReceivedAt) })}</span>
      )}
    </div>
  );
}

/** Narrows the list: words, seller, category, price, stock; and filters saved under a name. */
export function FilterBar({ searchRef }: { searchRef: Ref<HTMLInputElement> }) {
  const { t } = useTranslation(['offers', 'app']);
  const filter = useFilter();
  const sellers = useQuery('sellers.list', {}, { refreshOn: ['list.changed'], calm: 5_000 }).data?.sellers ?? [];
  const categories =
    useQuery('catalog.categories', {}, { refreshOn: ['list.changed'], calm: 5_000 }).data?.categories ?? [];
  return (
    <search className="bar offers-filter" aria-label={t('filter.label')}>
      <SearchField searchRef={searchRef} />
      <Select
        size="xs"
        aria-label={t('filter.seller')}
        placeholder={t('filter.seller')}
        data={sellers.map((seller) => ({ value: seller.sellerId, label: seller.name }))}
        value={filter.sellerId}
        onChange={(sellerId) => setFilter({ sellerId })}
        searchable
        clearable
        limit={100}
        nothingFoundMessage={t('app:noMatches')}
        className="field-seller"
        data-testid="filter-seller"
      />
      <Select
        size="xs"
        aria-label={t('filter.category')}
        placeholder={t('filter.category')}
        data={categories.map((category) => ({ value: String(category.categoryId), label: category.path }))}
        value={filter.categoryId === null ? null : String(filter.categoryId)}
        onChange={(value) => setFilter({ categoryId: value === null ? null : Number(value) })}
        searchable
        clearable
        limit={100}
        nothingFoundMessage={t('app:noMatches')}
        comboboxProps={{ width: 320, position: 'bottom-start' }}
        className="field-category"
        data-testid="filter-category"
      />
      <PriceField field="priceFrom" label={t('filter.priceFrom')} short={t('filter.from')} />
      <PriceField field="priceTo" label={t('filter.priceTo')} short={t('filter.to')} />
      <Checkbox
        size="xs"
        label={t('filter.inStock')}
        checked={filter.inStock}
        onChange={(event) => setFilter({ inStock: event.currentTarget.checked })}
        className="field-stock"
        data-testid="filter-stock"
      />
      <span className="end">
        <SavedFilters filter={filter} />
        {/* its place is kept: a field that moves while one types is clicked beside */}
        <span className={isNarrowed(filter) ? undefined : 'place-kept'}>
          <ActionButton small onClick={() => setFilter({ ...noFilter, chip: filter.chip })} data-testid="filter-clear">
            {t('filter.clear')}
          </ActionButton>
        </span>
      </span>
    </search>
  );
}

/** Typed text that reaches the filter when the typing pauses, and follows the filter when something else sets it. */
function useTyped(value: string, apply: (value: string) => void, pause: number) {
  const [typed, setTyped] = useState(value);
  const later = useDebouncedCallback(apply, pause);
  useEffect(() => setTyped(value), [value]);
  return {
    typed,
    type(next: string) {
      setTyped(next);
      later(next);
    },
    commit() {
      later.flush();
    },
  };
}

function SearchField({ searchRef }: { searchRef: Ref<HTMLInputElement> }) {
  const { t } = useTranslation('offers');
  const text = useFilter((state) => state.text);
  const { typed, type, commit } = useTyped(text, (next) => setFilter({ text: next }), 140);
  return (
    <TextInput
      ref={searchRef}
      size="xs"
      type="search"
      aria-label={t('filter.focusSearch')}
      placeholder={t('filter.search')}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') {
          if (typed === '') event.currentTarget.blur();
          type('');
          commit();
        }
      }}
      rightSection={typed === '' ? <Kbd keys="/" /> : null}
      className="field-search"
      data-testid="offer-search"
    />
  );
}

function PriceField({ field, label, short }: { field: 'priceFrom' | 'priceTo'; label: string; short: string }) {
  const value = useFilter((state) => state[field]);
  const { typed, type } = useTyped(value, (next) => setFilter({ [field]: next }), 300);
  return (
    <TextInput
      size="xs"
      inputMode="decimal"
      aria-label={label}
      placeholder={short}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      className="field-price"
      data-testid={`filter-${field}`}
    />
  );
}

const noSaved: z.infer<typeof savedFilters> = [];

function SavedFilters({ filter }: { filter: FilterState }) {
  const { t } = useTranslation(['offers', 'app']);
  const [saved, save] = usePreference('offers.filters', savedFilters, noSaved);
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const keep = () => {
    const trimmed = name.trim();
    if (trimmed === '') return;
    save([...saved.filter((one) => one.name !== trimmed), { name: trimmed, filter: { ...filter } }]);
    setName('');
  };
  return (
    <Popover position="bottom-end" width={270} shadow="none" trapFocus withRoles opened={opened} onChange={setOpened}>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('filter.saved')}
          title={t('filter.saved')}
          onClick={() => setOpened((before) => !before)}
          data-testid="saved-filters"
        >
          <IconBookmark size={16} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('filter.saved')}>
        {saved.length === 0 && <p className="tone-dim">{t('filter.noneSaved')}</p>}
        <ul className="saved-filters">
          {saved.map((one) => (
            <li key={one.name}>
              <button
                type="button"
                className="link"
                onClick={() => {
                  useFilter.setState(one.filter);
                  setOpened(false);
                }}
              >
                {one.name}
              </button>
              <button
                type="button"
                className="link"
                aria-label={t('filter.remove', { name: one.name })}
                onClick={() => save(saved.filter((other) => other !== one))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            keep();
          }}
        >
          <TextInput
            size="xs"
            label={t('filter.saveAs')}
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.currentTarget.value)}
            rightSection={
              <ActionIcon size="sm" variant="subtle" type="submit" aria-label={t('app:save')}>
                ↵
              </ActionIcon>
            }
            data-testid="save-filter-name"
          />
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
