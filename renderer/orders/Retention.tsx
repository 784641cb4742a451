import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../components/ActionButton.tsx';
import { notify, useRun } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';

/** How long buyers are known. */
export function Retention() {
  const { data, refresh } = useQuery('orders.retention', {});
  return data === undefined ? null : <Form key={String(data.days)} days={data.days} onSaved={refresh} />;
}

function Form({ days, onSaved }: { days: number | null; onSaved(): void }) {
  const { t } = useTranslation('orders');
  const client = useClient();
  const run = useRun();
  const may = useMay('settings');
  const [text, setText] = useState(days === null ? '' : String(days));
  const isValid = text.trim() === '' || /^[1-9]\d{0,4}$/.test(text.trim());
  const save = () =>
    void run(async () => {
      await client.call('orders.setRetention', { days: text.trim() === '' ? null : Number(text) });
      notify({ message: t('retention.saved') });
      onSaved();
    });
  return (
    <Section title={t('retention.title')}>
      <p className="quiet">{t('retention.hint')}</p>
      <div className="window-row">
        <span>{t('retention.days')}</span>
        <TextInput
          size="xs"
          w={80}
          aria-label={t('retention.days')}
          placeholder={t('retention.ever')}
          value={text}
          disabled={!may}
          onChange={(event) => setText(event.currentTarget.value)}
          data-testid="retention-days"
        />
        <ActionButton small disabled={!may || !isValid} onClick={save} data-testid="retention-save">
          {t('windows.save')}
        </ActionButton>
      </div>
    </Section>
  );
}
