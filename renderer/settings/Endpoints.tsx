import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStatus } from '../app/status.ts';
import { CopyButton } from '../components/CopyButton.tsx';
import { isWebAddress } from '../components/form.ts';
import { useFormat } from '../components/format.ts';
import { SettingsForm } from './SettingsForm.tsx';
import type { SettingsState } from './state.ts';

const listOf = (text: string) =>
  text
    .split(/[\s,;]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

/** Where sellers' notifications arrive. */
export function Endpoints({ settings }: { settings: SettingsState }) {
  const { t } = useTranslation('settings');
  const format = useFormat();
  const endpoints = useStatus((state) => state.status?.endpoints);
  const url = endpoints?.url ?? null;
  return (
    <>
      <p className="lead">{t('endpoints.explain')}</p>
      <dl className="facts lined" style={{ marginBottom: 16 }}>
        <dt>{t('endpoints.state')}</dt>
        <dd>
          {url === null ? (
            <span className="tone-warn">{endpoints?.problem ?? t('endpoints.notListening')}</span>
          ) : (
            <>
              {t('endpoints.listening', { url })} <CopyButton text={url} label={t('endpoints.copy')} />
            </>
          )}
        </dd>
        {url !== null && (
          <>
            <dt>{t('endpoints.developers')}</dt>
            <dd>
              {`${url}/developers`} <CopyButton text={`${url}/developers`} label={t('endpoints.copy')} />
            </dd>
          </>
        )}
        {endpoints && (
          <>
            <dt>{t('endpoints.rate')}</dt>
            <dd className="num">{format.number(Math.round(endpoints.receivedPerSecond * 10) / 10)}</dd>
            <dt>{t('endpoints.waiting')}</dt>
            <dd className="num">{format.number(endpoints.waiting)}</dd>
            <dt>{t('endpoints.failing')}</dt>
            <dd className={`num ${endpoints.failing > 0 ? 'tone-bad' : ''}`}>{format.number(endpoints.failing)}</dd>
          </>
        )}
      </dl>
      {settings.value && (
        <SettingsForm
          settings={settings.value}
          valuesOf={(value) => ({
            endpointsPort: String(value.endpointsPort),
            endpointsHost: value.endpointsHost,
            proxies: value.proxies.join(', '),
            publicUrl: value.publicUrl ?? '',
            certificateFile: value.tls.certificateFile ?? '',
            keyFile: value.tls.keyFile ?? '',
          })}
          validate={(values) => {
            const port = Number(values.endpointsPort);
            const goodPort = /^\d{1,5}$/.test(values.endpointsPort.trim()) && port <= 65_535;
            const halfTls = (orNull(values.certificateFile) === null) !== (orNull(values.keyFile) === null);
            return {
              endpointsPort: goodPort ? null : t('endpoints.badPort'),
              endpointsHost: values.endpointsHost.trim() === '' ? t('endpoints.badHost') : null,
              publicUrl:
                values.publicUrl.trim() === '' || isWebAddress(values.publicUrl.trim()) ? null : t('endpoints.badUrl'),
              certificateFile: halfTls && orNull(values.certificateFile) === null ? t('endpoints.tlsBoth') : null,
              keyFile: halfTls && orNull(values.keyFile) === null ? t('endpoints.tlsBoth') : null,
            };
          }}
          changeOf={(values) => ({
            endpointsPort: Number(values.endpointsPort),
            endpointsHost: values.endpointsHost.trim(),
            proxies: listOf(values.proxies),
            publicUrl: orNull(values.publicUrl),
            tls: { certificateFile: orNull(values.certificateFile), keyFile: orNull(values.keyFile) },
          })}
          fieldOf={(field) => field.replace(/^tls\./, '').replace(/^proxies\..*/, 'proxies')}
          onSaved={settings.reload}
        >
          {(form, readOnly) => (
            <>
              <TextInput
                size="xs"
                label={t('endpoints.port')}
                description={t('endpoints.portHelp')}
                inputMode="numeric"
                maxLength={5}
                w={220}
                readOnly={readOnly}
                data-testid="settings-port"
                {...form.getInputProps('endpointsPort')}
              />
              <TextInput
                size="xs"
                label={t('endpoints.host')}
                description={t('endpoints.hostHelp')}
                spellCheck={false}
                maxLength={100}
                w={220}
                readOnly={readOnly}
                data-testid="settings-host"
                {...form.getInputProps('endpointsHost')}
              />
              <TextInput
                size="xs"
                label={t('endpoints.proxies')}
                description={t('endpoints.proxiesHelp')}
                spellCheck={false}
                readOnly={readOnly}
                data-testid="settings-proxies"
                {...form.getInputProps('proxies')}
              />
              <TextInput
                size="xs"
                label={t('endpoints.publicUrl')}
                description={t('endpoints.publicUrlHelp')}
                type="url"
                readOnly={readOnly}
                data-testid="settings-public-url"
                {...form.getInputProps('publicUrl')}
              />
              <TextInput
                size="xs"
                label={t('endpoints.certificate')}
                description={t('endpoints.tlsHelp')}
                spellCheck={false}
                readOnly={readOnly}
                {...form.getInputProps('certificateFile')}
              />
              <TextInput
                size="xs"
                label={t('endpoints.key')}
                spellCheck={false}
                readOnly={readOnly}
                {...form.getInputProps('keyFile')}
              />
            </>
          )}
        </SettingsForm>
      )}
    </>
  );
}
