import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useSubmit } from '../components/form.ts';
import { useFormat } from '../components/format.ts';
import { notify } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient } from '../connection/hooks.ts';

interface InviteFormProps {
  readonly invitations: ReplyOf<'sellers.list'>['invitations'];
  onCancel(): void;
  onSent(): void;
}

const hasField = (field: string) => field === 'name' || field === 'email';

/** Invites a seller by e-mail; the invitations already sent below. */
export function InviteForm({ invitations, onCancel, onSent }: InviteFormProps) {
  const { t } = useTranslation('sellers');
  const client = useClient();
  const format = useFormat();
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: { name: '', email: '' },
    validate: {
      name: (value) => (value.trim() === '' ? t('bad.name') : null),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : t('bad.email')),
    },
  });
  const submit = useSubmit(hasField, form.setFieldError);
  const send = form.onSubmit(async (values) => {
    setBusy(true);
    const email = values.email.trim();
    await submit(async () => {
      await client.call('sellers.invite', { name: values.name.trim(), email });
      notify({ message: t('done.invited', { email }) });
      onSent();
    });
    setBusy(false);
  });
  return (
    <form className="pane-form" onSubmit={send} noValidate data-testid="invite-form">
      <div className="pane-body">
        <h2>{t('invite.title')}</h2>
        <p className="pane-sub">{t('invite.explain')}</p>
        <div className="form">
          <TextInput
            size="xs"
            label={t('field.name')}
            autoFocus
            data-testid="invite-name"
            {...form.getInputProps('name')}
          />
          <TextInput
            size="xs"
            label={t('field.email')}
            type="email"
            data-testid="invite-email"
            {...form.getInputProps('email')}
          />
        </div>
        {invitations.length > 0 && (
          <div style={{ marginTop: 20 }}>
            <Section title={t('invitations.title')}>
              <ul className="plain-list">
                {invitations.map(({ leadId, email, status, sentAt }) => (
                  <li key={leadId}>
                    <span>{email}</span>
                    <span className="tone-dim">{t('invitations.status', { status, when: format.age(sentAt) })}</span>
                  </li>
                ))}
              </ul>
            </Section>
          </div>
        )}
      </div>
      <div className="pane-actions">
        <ActionButton type="submit" primary keys="Enter" disabled={busy} data-testid="invite-send">
          {t('invite.submit')}
        </ActionButton>
        <ActionButton keys="Escape" onClick={onCancel}>
          {t('action.cancel')}
        </ActionButton>
      </div>
    </form>
  );
}
