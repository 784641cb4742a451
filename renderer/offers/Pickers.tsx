import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '../connection/hooks.ts';

interface PickerProps {
  readonly label: string;
  readonly value: string | null;
  readonly error: string | undefined;
  onChange(value: string | null): void;
  readonly 'data-testid': string;
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** One of each value, the first. */
const unique = (choices: readonly Choice[]) => [...new Map(choices.map((choice) => [choice.value, choice])).values()];

export function CategoryPicker(props: PickerProps) {
  const { t } = useTranslation('app');
  const categories = useQuery('catalog.categories', {}).data?.categories ?? [];
  return (
    <Select
      {...props}
      placeholder={t('choose')}
      data={categories.map(({ categoryId, path }) => ({ value: String(categoryId), label: path }))}
      searchable
      limit={80}
      nothingFoundMessage={t('noMatches')}
    />
  );
}

/** Brands are many, so they are searched; the offer's own brand is the first search. */
export function BrandPicker({ offered, ...props }: PickerProps & { offered: string }) {
  const { t } = useTranslation('app');
  const [typed, setTyped] = useState(offered);
  const [text] = useDebouncedValue(typed, 120);
  const first = useQuery('catalog.brands', { text: offered.slice(0, 100), limit: 50 }).data?.brands ?? [];
  const found = useQuery('catalog.brands', { text: text.slice(0, 100), limit: 50 }).data?.brands ?? [];
  return (
    <Select
      {...props}
      placeholder={t('choose')}
      data={unique([...found, ...first].map(({ brandId, name }) => ({ value: String(brandId), label: name })))}
      searchable
      onSearchChange={setTyped}
      filter={({ options }) => options}
      limit={50}
      nothingFoundMessage={t('noMatches')}
    />
  );
}

/** A product is found by any of its SKUs. */
export function ProductPicker({ known, ...props }: PickerProps & { known: readonly Choice[] }) {
  const { t } = useTranslation('app');
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed, 120);
  const searching = text.trim().length >= 2;
  const found = useQuery('catalog.search', { text, limit: 30 }, { enabled: searching }).data?.skus ?? [];
  const choices = found.map(({ productId, productName }) => ({ value: String(productId), label: productName }));
  return (
    <Select
      {...props}
      placeholder={t('choose')}
      data={unique(searching ? [...choices, ...known] : known)}
      searchable
      onSearchChange={setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={t('noMatches')}
    />
  );
}
