import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BindingRow } from '../../shared/contract/bindings.ts';
import type { SkuId } from '../../shared/domain/brand.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { Pill } from '../components/Pill.tsx';
import { type Option, OptionPicker } from '../components/pane/OptionPicker.tsx';
import { ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';

interface RebindPaneProps {
  readonly binding: BindingRow;
  readonly busy: boolean;
  onRebind(skuId: SkuId): void;
  onCancel(): void;
}

/** Picks the SKU that the binding should have, in the pane. */
export function RebindPane({ binding, busy, onRebind, onCancel }: RebindPaneProps) {
  const { t } = useTranslation(['bindings', 'app']);
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text.trim(), 130);
  const enough = settled.length >= 2 || /^\d+$/.test(settled);
  const found = useQuery('catalog.search', { text: settled.slice(0, 200), limit: 20 }, { enabled: enough });
  const skus = enough ? found.data?.skus : undefined;
  const options = useMemo(
    (): readonly Option[] =>
      (skus ?? []).map((sku) => ({
        id: String(sku.id),
        title: sku.name,
        detail: [
          t('detail.sku', { sku: sku.id }),
          sku.brand,
          sku.categoryPath,
          t('rebind.sellers', { count: sku.sellersBound }),
        ]
          .filter(Boolean)
          .join(' · '),
        disabled: sku.id === binding.skuId,
        ...(sku.id === binding.skuId
          ? { mark: <Pill tone="accent">{t('rebind.current')}</Pill> }
          : !sku.isActive && { mark: <Pill tone="dim">{t('rebind.inactive')}</Pill> }),
      })),
    [skus, binding.skuId, t],
  );
  const note = !enough
    ? t('rebind.start')
    : found.loading && options.length === 0
      ? t('app:loading')
      : options.length === 0
        ? t('rebind.empty')
        : null;
  return (
    <>
      <div className="pane-body" data-testid="rebind-pane">
        <h2>{t('rebind.title')}</h2>
        <p className="pane-sub">
          {t('rebind.explain', {
            sellerSku: binding.sellerSkuId,
            seller: binding.sellerName,
            sku: `${binding.skuId} (${binding.skuName})`,
          })}
        </p>
        <OptionPicker
          label={t('rebind.label')}
          placeholder={t('rebind.placeholder')}
          hint={t('rebind.hint')}
          text={text}
          onText={setText}
          options={options}
          note={note}
          busy={busy || text.trim() !== settled || found.loading}
          autoFocus
          onPick={(option) => {
            const sku = skus?.find(({ id }) => String(id) === option.id);
            if (sku) onRebind(sku.id);
          }}
          onCancel={onCancel}
          data-testid="rebind-search"
        />
        {found.error && enough && <ErrorState error={found.error} onRetry={found.refresh} />}
      </div>
      <div className="pane-actions">
        <ActionButton keys="Escape" onClick={onCancel}>
          {t('rebind.cancel')}
        </ActionButton>
      </div>
    </>
  );
}
