import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { go } from '../app/routes.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { notify, useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { useConnection } from '../connection/connection.ts';
import { useClient, useMay } from '../connection/hooks.ts';
import type { SettingsState } from './state.ts';

/** The demonstration and the real marketplace, apart; which of them is open. */
export function Profile({ settings }: { settings: SettingsState }) {
  const { t } = useTranslation('settings');
  const client = useClient();
  const run = useRun();
  const mayOpen = useMay('settings');
  const [busy, setBusy] = useState(false);
  const profile = useConnection((connection) => connection.hello?.profile);
  const real = profile?.kind === 'real';
  const account = real ? profile.account : (settings.value?.account ?? '');
  const open = async (kind: 'demo' | 'real') => {
    setBusy(true);
    await run(async () => {
      const answer = await client.call('settings.openProfile', { kind });
      notify({ message: t('profile.opened', { name: answer.profile.name }) });
    });
    setBusy(false);
  };
  return (
    <>
      <p className="lead">{t('profile.explain')}</p>
      {!mayOpen && <p className="settings-note warn">{t('role')}</p>}
      <ul className="lines">
        <li>
          <span>
            <b>{t('profile.demo')}</b>
            <small>{t('profile.demoExplain')}</small>
          </span>
          {real ? (
            <ActionButton disabled={busy || !mayOpen} onClick={() => void open('demo')} data-testid="profile-open-demo">
              {t('profile.switchDemo')}
            </ActionButton>
          ) : (
            <Pill tone="warn">{t('profile.open')}</Pill>
          )}
        </li>
        <li>
          <span>
            <b>{account === '' ? t('profile.real') : account}</b>
            <small>{account === '' ? t('profile.realNone') : t('profile.realExplain', { account })}</small>
          </span>
          {real ? (
            <Pill tone="ok">{t('profile.open')}</Pill>
          ) : (
            <>
              <ActionButton
                disabled={busy || !mayOpen}
                onClick={() => void open('real')}
                data-testid="profile-open-real"
              >
                {t('profile.switchReal')}
              </ActionButton>
              <ActionButton onClick={() => go('settings', { section: 'connect' })}>{t('profile.connect')}</ActionButton>
            </>
          )}
        </li>
      </ul>
    </>
  );
}
