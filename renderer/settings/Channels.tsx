import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SettingsForm } from './SettingsForm.tsx';
import type { SettingsState } from './state.ts';

const list = (text: string) =>
  text
    .split(/[\s,;]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** On which sales channels prices are asked for, and in which currency. */
export function Channels({ settings }: { settings: SettingsState }) {
  const { t } = useTranslation('settings');
  const channelError = (text: string): string | null => {
    const channels = list(text);
    if (channels.length === 0) return t('channels.noChannel');
    const bad = channels.find((channel) => !/^\d+$/.test(channel));
    return bad === undefined ? null : t('channels.badChannel', { channel: bad });
  };
  return (
    <>
      <p className="lead">{t('channels.explain')}</p>
      {settings.value && (
        <SettingsForm
          settings={settings.value}
          valuesOf={(value) => ({ salesChannels: value.salesChannels.join(', '), currency: value.currency })}
          validate={(values) => ({
            salesChannels: channelError(values.salesChannels),
            currency: /^[a-z]{3}$/i.test(values.currency.trim()) ? null : t('channels.badCurrency'),
          })}
          changeOf={(values) => ({
            salesChannels: [...new Set(list(values.salesChannels))],
            currency: values.currency.trim().toUpperCase(),
          })}
          fieldOf={(field) => field.split('.')[0] ?? field}
          onSaved={settings.reload}
        >
          {(form, readOnly) => (
            <>
              <TextInput
                size="xs"
                label={t('channels.channels')}
                description={t('channels.channelsHelp')}
                readOnly={readOnly}
                data-testid="settings-channels"
                {...form.getInputProps('salesChannels')}
              />
              <TextInput
                size="xs"
                label={t('channels.currency')}
                description={t('channels.currencyHelp')}
                maxLength={3}
                w={160}
                readOnly={readOnly}
                data-testid="settings-currency"
                {...form.getInputProps('currency')}
              />
            </>
          )}
        </SettingsForm>
      )}
    </>
  );
}
