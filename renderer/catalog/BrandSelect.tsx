import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '../connection/hooks.ts';

interface BrandSelectProps {
  readonly value: { readonly brandId: number; readonly name: string } | null;
  onChange(value: { readonly brandId: number; readonly name: string } | null): void;
}

/** Picks one brand, or any; the service finds them as the operator types. */
export function BrandSelect({ value, onChange }: BrandSelectProps) {
  const { t } = useTranslation('catalog');
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text === value?.name ? '' : text, 120);
  const found = useQuery('catalog.brands', { text: settled.slice(0, 100), limit: 50 });
  const brands = found.data?.brands ?? [];
  const all = value && !brands.some(({ brandId }) => brandId === value.brandId) ? [value, ...brands] : brands;
  return (
    <Select
      size="xs"
      w={150}
      aria-label={t('filter.brand')}
      placeholder={t('filter.anyBrand')}
      nothingFoundMessage={t('filter.noBrand')}
      data={all.map((brand) => ({ value: String(brand.brandId), label: brand.name }))}
      filter={({ options }) => options}
      value={value === null ? null : String(value.brandId)}
      onChange={(next) => onChange(all.find(({ brandId }) => String(brandId) === next) ?? null)}
      searchValue={text}
      onSearchChange={setText}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('filter.anyBrand') }}
      data-testid="filter-brand"
    />
  );
}
