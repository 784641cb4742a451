import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { defaultWindows, type WindowLength, windowUnits } from '../../shared/domain/orders/windows.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { notify, useRun } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';

const kinds = ['cancellation', 'change-seller', 'authorisation'] as const;
type Kind = (typeof kinds)[number];

/** The marketplace's own windows: amount and unit; days are counted in this computer's time zone. */
export function Windows() {
  const { t } = useTranslation('orders');
  const windows = useQuery('orders.windows', {});
  if (!windows.data) return null;
  const lengthOf = (kind: Kind) =>
    windows.data?.rules.find((rule) => rule.kind === kind && rule.scope === 'marketplace')?.length ??
    defaultWindows[kind];
  return (
    <Section title={t('windows.title')}>
      <p className="quiet">{t('windows.hint')}</p>
      {kinds.map((kind) => (
        <WindowRow
          key={`${kind} ${JSON.stringify(lengthOf(kind))}`}
          kind={kind}
          length={lengthOf(kind)}
          saved={windows.refresh}
        />
      ))}
    </Section>
  );
}

function WindowRow({ kind, length, saved }: { kind: Kind; length: WindowLength; saved: () => void }) {
  const { t } = useTranslation('orders');
  const client = useClient();
  const run = useRun();
  const may = useMay('orders');
  const [amount, setAmount] = useState(String(length.amount));
  const [unit, setUnit] = useState(length.unit);
  const isValid = /^\d{1,4}$/.test(amount);
  const save = () =>
    void run(async () => {
      await client.call('orders.setWindow', {
        kind,
        scope: 'marketplace',
        scopeId: '',
        length: { amount: Number(amount), unit },
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        holidays: [],
      });
      notify({ message: t('windows.saved') });
      saved();
    });
  return (
    <div className="window-row">
      <span>{t(`windows.${kind}`)}</span>
      <TextInput
        size="xs"
        w={64}
        aria-label={`${t(`windows.${kind}`)}: ${t('windows.amount')}`}
        value={amount}
        onChange={(event) => setAmount(event.currentTarget.value)}
        data-testid={`window-${kind}-amount`}
      />
      <NativeSelect
        size="xs"
        aria-label={`${t(`windows.${kind}`)}: ${t('windows.unit')}`}
        value={unit}
        onChange={(event) => {
          const chosen = windowUnits.find((each) => each === event.currentTarget.value);
          if (chosen) setUnit(chosen);
        }}
        data={windowUnits.map((each) => ({ value: each, label: t(`windows.${each}`) }))}
      />
      <ActionButton small disabled={!may || !isValid} onClick={save} data-testid={`window-${kind}-save`}>
        {t('windows.save')}
      </ActionButton>
    </div>
  );
}
