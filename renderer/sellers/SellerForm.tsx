import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SellerRow } from '../../shared/contract/sellers.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { isWebAddress, useSubmit } from '../components/form.ts';
import { notify } from '../components/notify.tsx';
import { useClient } from '../connection/hooks.ts';

interface SellerFormProps {
  /** Null: a new one. */
  readonly seller: SellerRow | null;
  onCancel(): void;
  onSaved(seller: SellerRow): void;
}

const fields = ['sellerId', 'name', 'endpoint', 'email', 'taxCode'];
const hasField = (field: string) => fields.includes(field);
const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

/** Creates a seller, or changes one. */
export function SellerForm({ seller, onCancel, onSaved }: SellerFormProps) {
  const { t } = useTranslation('sellers');
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: {
      sellerId: seller?.sellerId ?? '',
      name: seller?.name ?? '',
      endpoint: seller?.endpoint ?? '',
      email: seller?.email ?? '',
      taxCode: seller?.taxCode ?? '',
    },
    validate: {
      sellerId: (value) => (seller || /^[\w-]{1,40}$/.test(value.trim()) ? null : t('bad.id')),
      name: (value) => (value.trim() === '' ? t('bad.name') : null),
      endpoint: (value) => (value.trim() === '' || isWebAddress(value.trim()) ? null : t('bad.endpoint')),
      email: (value) => (value.trim() === '' || /^\S+@\S+\.\S+$/.test(value.trim()) ? null : t('bad.email')),
    },
  });
  const submit = useSubmit(hasField, form.setFieldError);
  const save = form.onSubmit(async (values) => {
    setBusy(true);
    const common = {
      name: values.name.trim(),
      endpoint: orNull(values.endpoint),
      email: orNull(values.email),
      taxCode: orNull(values.taxCode),
    };
    await submit(async () => {
      const saved = seller
        ? await client.call('sellers.update', { sellerId: seller.sellerId, ...common })
        : await client.call('sellers.create', { sellerId: values.sellerId.trim(), ...common });
      notify({ message: t(seller ? 'done.saved' : 'done.created', { seller: saved.name }) });
      onSaved(saved);
    });
    setBusy(false);
  });
  const optional = (text: string) => `${text} (${t('field.optional')})`;
  return (
    <form className="pane-form" onSubmit={save} noValidate data-testid="seller-form">
      <div className="pane-body">
        <h2>{seller ? t('edit.title', { seller: seller.name }) : t('create.title')}</h2>
        {!seller && <p className="pane-sub">{t('create.explain')}</p>}
        <div className="form">
          {!seller && (
            <TextInput
              size="xs"
              label={t('field.id')}
              description={t('field.idHelp')}
              data-autofocus
              autoFocus
              data-testid="seller-id"
              {...form.getInputProps('sellerId')}
            />
          )}
          <TextInput
            size="xs"
            label={t('field.name')}
            autoFocus={seller !== null}
            data-testid="seller-name"
            {...form.getInputProps('name')}
          />
          <TextInput
            size="xs"
            label={optional(t('field.endpoint'))}
            description={t('field.endpointHelp')}
            type="url"
            data-testid="seller-endpoint"
            {...form.getInputProps('endpoint')}
          />
          <TextInput
            size="xs"
            label={optional(t('field.email'))}
            type="email"
            data-testid="seller-email"
            {...form.getInputProps('email')}
          />
          <TextInput size="xs" label={optional(t('field.taxCode'))} {...form.getInputProps('taxCode')} />
        </div>
      </div>
      <div className="pane-actions">
        <ActionButton type="submit" primary keys="Enter" disabled={busy} data-testid="seller-save">
          {seller ? t('edit.submit') : t('create.submit')}
        </ActionButton>
        <ActionButton keys="Escape" onClick={onCancel}>
          {t('action.cancel')}
        </ActionButton>
      </div>
    </form>
  );
}
