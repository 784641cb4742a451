import { PasswordInput, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import type { SellerRow } from '../../shared/contract/sellers.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { isWebAddress, useSubmit } from '../components/form.ts';
import { notify } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';

type Face = ReplyOf<'orders.seller'>['face'];
const faces = ['external', 'store', 'queue'] as const satisfies readonly Face[];
const fields = ['baseUrl', 'affiliateId'];
const hasField = (field: string) => fields.includes(field);

/** How we call the seller, and with what: read when it is opened. */
export function Reach({ seller }: { seller: SellerRow }) {
  const { t } = useTranslation('sellers');
  const reach = useQuery('orders.seller', { sellerId: seller.sellerId });
  const [editing, setEditing] = useState(false);
  const may = useMay('sellers');
  const { data } = reach;
  return (
    <Section title={t('reach.title')}>
      {data && editing && (
        <ReachForm
          seller={seller}
          reach={data}
          onClose={() => {
            setEditing(false);
            reach.refresh();
          }}
        />
      )}
      {data && !editing && (
        <>
          <dl className="facts" data-testid="seller-reach">
            <dt>{t('reach.face')}</dt>
            <dd>{t(`reach.faces.${data.face}`)}</dd>
            <dt>{t('reach.baseUrl')}</dt>
            <dd>{data.baseUrl ?? seller.endpoint ?? '—'}</dd>
            {data.affiliateId !== null && (
              <>
                <dt>{t('reach.affiliate')}</dt>
                <dd>{data.affiliateId}</dd>
              </>
            )}
            <dt>{t('reach.keys')}</dt>
            <dd>{t(data.hasKeys ? 'reach.hasKeys' : 'reach.noKeys')}</dd>
          </dl>
          <div className="row-actions">
            <ActionButton small disabled={!may} onClick={() => setEditing(true)} data-testid="seller-reach-edit">
              {t('reach.edit')}
            </ActionButton>
          </div>
        </>
      )}
    </Section>
  );
}

function ReachForm({
  seller,
  reach,
  onClose,
}: {
  seller: SellerRow;
  reach: ReplyOf<'orders.seller'>;
  onClose(): void;
}) {
  const { t } = useTranslation('sellers');
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: {
      face: reach.face as Face,
      baseUrl: reach.baseUrl ?? '',
      affiliateId: reach.affiliateId ?? '',
      appKey: '',
      appToken: '',
    },
    validate: {
      baseUrl: (value) => (value.trim() === '' || isWebAddress(value.trim()) ? null : t('bad.endpoint')),
      affiliateId: (value, { face }) =>
        (value.trim() === '' && face === 'external') || /^[B-DF-HJ-NP-TV-Z]{3}$/.test(value.trim())
          ? null
          : t('reach.badAffiliate'),
      appKey: (value, { appToken }) => (value.trim() === '' && appToken.trim() !== '' ? t('reach.both') : null),
      appToken: (value, { appKey }) => (value.trim() === '' && appKey.trim() !== '' ? t('reach.both') : null),
    },
  });
  const submit = useSubmit(hasField, form.setFieldError);
  const send = async (keys: { appKey: string; appToken: string } | null | undefined) => {
    const { face, baseUrl, affiliateId } = form.values;
    setBusy(true);
    const saved = await submit(() =>
      client.call('orders.setSeller', {
        sellerId: seller.sellerId,
        face,
        baseUrl: baseUrl.trim() === '' ? null : baseUrl.trim(),
        affiliateId: affiliateId.trim() === '' ? null : affiliateId.trim(),
        ...(keys === undefined ? {} : { keys }),
      }),
    );
    setBusy(false);
    if (!saved) return;
    notify({ message: t('reach.saved', { seller: seller.name }) });
    onClose();
  };
  const save = form.onSubmit(({ appKey, appToken }) =>
    send(appKey.trim() === '' ? undefined : { appKey: appKey.trim(), appToken: appToken.trim() }),
  );
  return (
    <form className="form" onSubmit={save} noValidate data-testid="seller-reach-form">
      <Select
        size="xs"
        label={t('reach.face')}
        description={t('reach.faceHelp')}
        data={faces.map((face) => ({ value: face, label: t(`reach.faces.${face}`) }))}
        allowDeselect={false}
        data-testid="seller-face"
        {...form.getInputProps('face')}
      />
      <TextInput
        size="xs"
        type="url"
        label={t('reach.baseUrl')}
        description={t('reach.baseUrlHelp')}
        placeholder={seller.endpoint ?? ''}
        data-testid="seller-base-url"
        {...form.getInputProps('baseUrl')}
      />
      {form.values.face !== 'external' && (
        <TextInput
          size="xs"
          label={t('reach.affiliate')}
          description={t('reach.affiliateHelp')}
          maxLength={3}
          data-testid="seller-affiliate"
          {...form.getInputProps('affiliateId')}
        />
      )}
      <TextInput
        size="xs"
        label={t('reach.appKey')}
        description={t(reach.hasKeys ? 'reach.keysKept' : 'reach.keysHelp')}
        autoComplete="off"
        data-testid="seller-app-key"
        {...form.getInputProps('appKey')}
      />
      <PasswordInput
        size="xs"
        label={t('reach.appToken')}
        autoComplete="new-password"
        data-testid="seller-app-token"
        {...form.getInputProps('appToken')}
      />
      <div className="row-actions">
        <ActionButton small primary type="submit" disabled={busy} data-testid="seller-reach-save">
          {t('reach.save')}
        </ActionButton>
        <ActionButton small disabled={busy} onClick={onClose}>
          {t('action.cancel')}
        </ActionButton>
        {reach.hasKeys && (
          <ActionButton small danger disabled={busy} onClick={() => send(null)} data-testid="seller-keys-remove">
            {t('reach.forget')}
          </ActionButton>
        )}
      </div>
    </form>
  );
}
