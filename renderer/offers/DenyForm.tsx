import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DenyReason, denyReasons } from '../../shared/domain/decisions.ts';
import { useCommands } from '../app/commands.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { setMode } from './review.ts';

/** Why an offer is denied: one number key says it. */
export function DenyForm({ onDeny }: { onDeny: (reason: DenyReason, note: string) => void }) {
  const { t } = useTranslation('offers');
  const [note, setNote] = useState('');
  useCommands([
    ...denyReasons.map((reason, index) => ({
      id: `offers.deny.${reason}`,
      title: t(`deny.reasons.${reason}`),
      group: t('deny.title'),
      keys: [String(index + 1)],
      run: () => onDeny(reason, note),
    })),
    {
      id: 'offers.back',
      title: t('actions.back'),
      group: t('deny.title'),
      keys: ['Escape'],
      inFields: true,
      keysOnly: true,
      run: () => setMode('review'),
    },
  ]);
  return (
    <section className="deny" aria-labelledby="deny-title">
      <h3 id="deny-title">{t('deny.title')}</h3>
      <p className="tone-dim">{t('deny.hint')}</p>
      <ul className="reasons">
        {denyReasons.map((reason, index) => (
          <li key={reason}>
            <ActionButton
              keys={String(index + 1)}
              onClick={() => onDeny(reason, note)}
              data-testid={`deny-reason-${reason}`}
            >
              {t(`deny.reasons.${reason}`)}
            </ActionButton>
          </li>
        ))}
      </ul>
      <TextInput
        label={t('deny.note')}
        value={note}
        maxLength={500}
        onChange={(event) => setNote(event.currentTarget.value)}
        data-testid="deny-note"
      />
    </section>
  );
}
