import { PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import type { Settings } from '../../shared/contract/workspace.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { isWebAddress, useSubmit } from '../components/form.ts';
import { notify } from '../components/notify.tsx';
import { Pill, type Tone } from '../components/Pill.tsx';
import { useClient, useMay } from '../connection/hooks.ts';
import type { SettingsState } from './state.ts';

type Check = ReplyOf<'settings.testConnection'>['checks'][number];
const tones: Readonly<Record<Check['state'], Tone>> = { passed: 'ok', failed: 'bad', 'not-run': 'dim' };

const fields = ['account', 'backendUrl', 'appKey', 'appToken'];
const hasField = (field: string) => fields.includes(field);

/** Leaves the demonstration: test what was typed, then open the marketplace's own workspace. */
export function Connect({ settings }: { settings: SettingsState }) {
  const { t } = useTranslation('settings');
  const client = useClient();
  const mayConnect = useMay('settings');
  const [checks, setChecks] = useState<readonly Check[] | null>(null);
  const [busy, setBusy] = useState<'test' | 'connect' | null>(null);
  const form = useForm({
    initialValues: { account: '', backendUrl: '', appKey: '', appToken: '' },
    validate: {
      account: (value) => (value.trim() === '' ? t('connect.missing.account') : null),
      backendUrl: (value) => (isWebAddress(value.trim()) ? null : t('connect.missing.backendUrl')),
      appKey: (value) => (value.trim() === '' ? t('connect.missing.appKey') : null),
      appToken: (value) => (value.trim() === '' ? t('connect.missing.appToken') : null),
    },
    transformValues: (values) => ({
      account: values.account.trim(),
      backendUrl: values.backendUrl.trim(),
      appKey: values.appKey.trim(),
      appToken: values.appToken.trim(),
    }),
    onValuesChange: () => setChecks(null),
  });
  const submit = useSubmit(hasField, form.setFieldError);

  const test = form.onSubmit(async (values) => {
    setBusy('test');
    setChecks(null);
    await submit(async () => setChecks((await client.call('settings.testConnection', values)).checks));
    setBusy(null);
  });
  const connect = form.onSubmit(async (values) => {
    setBusy('connect');
    await submit(async () => {
      await client.call('settings.connectMarketplace', values);
      notify({ message: t('connect.connected', { account: values.account }) });
      settings.reload();
    });
    setBusy(null);
  });
  const failed = checks?.some((check) => check.state === 'failed') ?? false;

  return (
    <>
      <p className="lead">{t('connect.explain')}</p>
      {!mayConnect && <p className="settings-note warn">{t('role')}</p>}
      {settings.value && <SecretStoreNote {...settings.value.secretStore} />}
      {settings.value?.hasCredentials && settings.value.account !== '' && (
        <p className="settings-note">
          {t('connect.hasCredentials', { account: settings.value.account, url: settings.value.backendUrl })}
        </p>
      )}
      <form className="form" onSubmit={test} noValidate autoComplete="off">
        <TextInput
          size="xs"
          label={t('connect.account')}
          description={t('connect.accountHelp')}
          autoComplete="off"
          data-testid="connect-account"
          {...form.getInputProps('account')}
        />
        <TextInput
          size="xs"
          label={t('connect.backendUrl')}
          description={t('connect.backendUrlHelp')}
          type="url"
          inputMode="url"
          autoComplete="off"
          data-testid="connect-url"
          {...form.getInputProps('backendUrl')}
        />
        <TextInput
          size="xs"
          label={t('connect.appKey')}
          autoComplete="off"
          spellCheck={false}
          data-testid="connect-key"
          {...form.getInputProps('appKey')}
        />
        <PasswordInput
          size="xs"
          label={t('connect.appToken')}
          description={t('connect.secretHelp')}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('connect.appToken') }}
          data-testid="connect-token"
          {...form.getInputProps('appToken')}
        />
        <div className="row-actions">
          <ActionButton
            type="submit"
            primary={checks === null || failed}
            disabled={busy !== null}
            data-testid="settings-test-connection"
          >
            {busy === 'test' ? t('connect.testing') : t('connect.test')}
          </ActionButton>
          <ActionButton
            onClick={() => connect()}
            primary={checks !== null && !failed}
            disabled={busy !== null || !mayConnect || checks === null || failed}
            title={checks === null ? t('connect.untested') : undefined}
            data-testid="settings-connect"
          >
            {t('connect.connect')}
          </ActionButton>
        </div>
      </form>
      <section aria-live="polite" aria-label={t('connect.results')} className="section" style={{ marginTop: 16 }}>
        {checks === null ? (
          <p className="quiet">{busy === 'test' ? t('connect.testing') : t('connect.untested')}</p>
        ) : (
          <>
            <ul className="checks" data-testid="connection-checks">
              {checks.map((check) => (
                <li key={check.name} data-testid={`check-${check.name}`}>
                  <span>{t(`connect.check.${check.name}`)}</span>
                  <span>
                    <Pill tone={tones[check.state]}>{t(`connect.state.${check.state}`)}</Pill>
                  </span>
                  <span>{check.message}</span>
                </li>
              ))}
            </ul>
            <p className={`settings-note ${failed ? 'bad' : 'ok'}`}>
              {failed
                ? t('connect.someFailed')
                : t('connect.allPassed', { account: form.getTransformedValues().account })}
            </p>
          </>
        )}
      </section>
    </>
  );
}

/** Said where keys are entered, when they are kept badly or not at all. */
function SecretStoreNote({ protection, problem }: Settings['secretStore']) {
  const { t } = useTranslation('settings');
  if (protection === 'none') return <p className="settings-note bad">{t('connect.secretsNone')}</p>;
  return (
    <>
      {protection === 'plain' && <p className="settings-note warn">{t('connect.secretsPlain')}</p>}
      {problem !== null && <p className="settings-note warn">{problem}</p>}
    </>
  );
}
