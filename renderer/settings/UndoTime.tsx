import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SettingsForm } from './SettingsForm.tsx';
import type { SettingsState } from './state.ts';

const secondsOf = (text: string) => Number(text.trim().replace(',', '.'));

/** How long a decision is held before it is sent. */
export function UndoTime({ settings }: { settings: SettingsState }) {
  const { t } = useTranslation('settings');
  return (
    <>
      <p className="lead">{t('undo.explain')}</p>
      {settings.value && (
        <SettingsForm
          settings={settings.value}
          valuesOf={(value) => ({ holdMilliseconds: String(value.holdMilliseconds / 1_000) })}
          validate={({ holdMilliseconds }) => {
            const seconds = secondsOf(holdMilliseconds);
            const fits = holdMilliseconds.trim() !== '' && seconds >= 0 && seconds <= 60;
            return { holdMilliseconds: fits ? null : t('undo.bad') };
          }}
          changeOf={(values) => ({ holdMilliseconds: Math.round(secondsOf(values.holdMilliseconds) * 1_000) })}
          onSaved={settings.reload}
        >
          {(form, readOnly) => (
            <TextInput
              size="xs"
              label={t('undo.seconds')}
              description={t('undo.secondsHelp')}
              inputMode="decimal"
              w={160}
              readOnly={readOnly}
              data-testid="settings-hold"
              {...form.getInputProps('holdMilliseconds')}
            />
          )}
        </SettingsForm>
      )}
    </>
  );
}
