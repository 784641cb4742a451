import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SellerId } from '../../shared/domain/brand.ts';
import { useQuery } from '../connection/hooks.ts';

/** Picks one seller, or any. */
export function SellerSelect({ value, onChange }: { value: SellerId | null; onChange(value: SellerId | null): void }) {
  const { t } = useTranslation('bindings');
  const list = useQuery('sellers.list', {}, { refreshOn: ['list.changed'] });
  const sellers = list.data?.sellers ?? [];
  return (
    <Select
      aria-label={t('filter.seller')}
      placeholder={t('filter.anySeller')}
      nothingFoundMessage={t('filter.noSeller')}
      data={sellers.map((seller) => ({ value: seller.sellerId, label: seller.name }))}
      value={value}
      onChange={(next) => onChange(sellers.find((seller) => seller.sellerId === next)?.sellerId ?? null)}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('filter.anySeller') }}
      size="xs"
      w={170}
      data-testid="filter-seller"
    />
  );
}
