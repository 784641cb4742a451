import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useQuery } from '../connection/hooks.ts';

/** Picks one seller, or any. */
export function SellerSelect({ value, onChange }: { value: string | null; onChange(value: string | null): void }) {
  const { t } = useTranslation('bindings');
  const list = useQuery('sellers.list', {}, { refreshOn: ['list.changed'], calm: 5_000 });
  const sellers = list.data?.sellers ?? [];
  return (
    <Select
      aria-label={t('filter.seller')}
      placeholder={t('filter.anySeller')}
      nothingFoundMessage={t('filter.noSeller')}
      data={sellers.map((seller) => ({ value: seller.sellerId, label: seller.name }))}
      value={value}
      onChange={onChange}
      searchable
      clearable
      limit={100}
      clearButtonProps={{ 'aria-label': t('filter.anySeller') }}
      size="xs"
      w={170}
      data-testid="filter-seller"
    />
  );
}
