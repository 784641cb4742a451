import { Checkbox, Menu, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type Ref, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../components/ActionButton.tsx';
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
      <fieldset className="plain chips">
        <legend className="sr-only">{t('chips.label')}</legend>
        {chips.map((chip) => (
          <button
            key={chip}
            type="button"
            className="chip"
            aria-pressed={chosen === chip}
            onClick={() => setFilter({ chip })}
            data-testid={`chip-${chip}`}
          >
            {t(`chips.${chip}`)}
            {counts && <small>{format.number(counts[chip])}</small>}
          </button>
        ))}
      </fieldset>
      {counts?.oldestReceivedAt && (
        <span className="end">{t('oldest', { count: counts.waiting, age: format.age(counts.oldestReceivedAt) })}</span>
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
      <PriceField field="priceFrom" label={t('filter.priceFrom')} />
      <PriceField field="priceTo" label={t('filter.priceTo')} />
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
        {isNarrowed(filter) && (
          <ActionButton small onClick={() => setFilter({ ...noFilter, chip: filter.chip })} data-testid="filter-clear">
            {t('filter.clear')}
          </ActionButton>
        )}
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

function PriceField({ field, label }: { field: 'priceFrom' | 'priceTo'; label: string }) {
  const value = useFilter((state) => state[field]);
  const { typed, type } = useTyped(value, (next) => setFilter({ [field]: next }), 300);
  return (
    <TextInput
      size="xs"
      inputMode="decimal"
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      className="field-price"
      data-testid={`filter-${field}`}
    />
  );
}

function SavedFilters({ filter }: { filter: FilterState }) {
  const { t } = useTranslation('offers');
  const [saved, save] = usePreference('offers.filters', savedFilters, []);
  const [name, setName] = useState('');
  const keep = () => {
    const trimmed = name.trim();
    if (trimmed === '') return;
    save([...saved.filter((one) => one.name !== trimmed), { name: trimmed, filter: { ...filter } }]);
    setName('');
  };
  return (
    <Menu position="bottom-end" width={260} shadow="none" closeOnItemClick>
      <Menu.Target>
        <button type="button" className="btn small" data-testid="saved-filters">
          {t('filter.saved')}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {saved.length === 0 && <Menu.Label>{t('filter.noneSaved')}</Menu.Label>}
        {saved.map((one) => (
          <div key={one.name} className="saved-filter" role="none">
            <Menu.Item onClick={() => useFilter.setState(one.filter)}>{one.name}</Menu.Item>
            <Menu.Item
              className="remove"
              aria-label={t('filter.remove', { name: one.name })}
              closeMenuOnClick={false}
              onClick={() => save(saved.filter((other) => other !== one))}
            >
              ×
            </Menu.Item>
          </div>
        ))}
        <Menu.Divider />
        <div className="save-filter" role="none">
          <TextInput
            size="xs"
            aria-label={t('filter.saveAs')}
            placeholder={t('filter.saveAs')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key === 'Enter') keep();
            }}
            data-testid="save-filter-name"
          />
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}
