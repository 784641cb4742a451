import { ActionIcon, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SellerRow } from '../../shared/contract/sellers.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useSubmit } from '../components/form.ts';
import { notify } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useMay } from '../connection/hooks.ts';

const hasField = (field: string) => /^channels\.\d+\.(marketplaceChannel|sellerChannel)$/.test(field);

/** Which channel of the seller answers for each of the marketplace's. */
export function ChannelsEditor({ seller, onChanged }: { seller: SellerRow; onChanged(): void }) {
  const { t } = useTranslation('sellers');
  const client = useClient();
  const may = useMay('sellers');
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: { channels: seller.channels.map((channel) => ({ ...channel, key: crypto.randomUUID() })) },
    validate: {
      channels: {
        marketplaceChannel: (value, values) => {
          if (!/^\d+$/.test(value.trim())) return t('channels.digits');
          const same = values.channels.filter((other) => other.marketplaceChannel.trim() === value.trim());
          return same.length > 1 ? t('channels.duplicate', { channel: value.trim() }) : null;
        },
        sellerChannel: (value) => (value.trim() === '' ? t('channels.missing') : null),
      },
    },
  });
  const submit = useSubmit(hasField, form.setFieldError);
  const { channels } = form.values;
  const plain = channels.map(({ marketplaceChannel, sellerChannel }) => ({
    marketplaceChannel: marketplaceChannel.trim(),
    sellerChannel: sellerChannel.trim(),
  }));
  const dirty = JSON.stringify(plain) !== JSON.stringify(seller.channels);
  const save = form.onSubmit(async () => {
    setBusy(true);
    await submit(async () => {
      await client.call('sellers.setChannels', { sellerId: seller.sellerId, channels: plain });
      notify({ message: t('channels.saved') });
      onChanged();
    });
    setBusy(false);
  });
  const revert = () =>
    form.setValues({ channels: seller.channels.map((channel) => ({ ...channel, key: crypto.randomUUID() })) });
  return (
    <Section title={t('detail.channels')}>
      <p className="quiet">{t('channels.explain')}</p>
      <form onSubmit={save} noValidate className="channel-rows" data-testid="seller-channels">
        {channels.length === 0 && <p className="tone-dim">{t('channels.empty')}</p>}
        {channels.map((channel, index) => (
          <fieldset className="plain channel-row" key={channel.key} disabled={!may}>
            <legend className="sr-only">{t('channels.row', { row: index + 1 })}</legend>
            <TextInput
              size="xs"
              w={110}
              inputMode="numeric"
              aria-label={t('channels.marketplace')}
              placeholder={t('channels.marketplace')}
              {...form.getInputProps(`channels.${index}.marketplaceChannel`)}
            />
            <span aria-hidden>→</span>
            <TextInput
              size="xs"
              w={150}
              aria-label={t('channels.seller')}
              placeholder={t('channels.seller')}
              {...form.getInputProps(`channels.${index}.sellerChannel`)}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('channels.remove', { channel: channel.marketplaceChannel })}
              onClick={() => form.removeListItem('channels', index)}
            >
              <IconX size={14} aria-hidden />
            </ActionIcon>
          </fieldset>
        ))}
        <div className="row-actions">
          <ActionButton
            small
            disabled={!may}
            onClick={() =>
              form.insertListItem('channels', { marketplaceChannel: '', sellerChannel: '', key: crypto.randomUUID() })
            }
          >
            {t('channels.add')}
          </ActionButton>
          {dirty && (
            <>
              <ActionButton small primary type="submit" disabled={busy || !may} data-testid="seller-channels-save">
                {t('channels.save')}
              </ActionButton>
              <ActionButton small disabled={busy} onClick={revert}>
                {t('channels.revert')}
              </ActionButton>
            </>
          )}
        </div>
      </form>
    </Section>
  );
}
