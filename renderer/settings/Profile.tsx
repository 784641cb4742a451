import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { go } from '../app/routes.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { notify, useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { ErrorState } from '../components/State.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';

type KnownProfile = ReplyOf<'settings.profiles'>['profiles'][number];

/** The demonstration and every marketplace that was connected, apart; which of them is open. */
export function Profile() {
  const { t } = useTranslation('settings');
  const client = useClient();
  const run = useRun();
  const mayOpen = useMay('settings');
  const [busy, setBusy] = useState(false);
  const known = useQuery('settings.profiles', {});
  const nameOf = ({ kind, name }: KnownProfile) => (kind === 'demo' ? t('profile.demo') : name);
  const open = async (profile: KnownProfile) => {
    setBusy(true);
    await run(async () => {
      await client.call('settings.openProfile', { profileId: profile.id });
      notify({ message: t('profile.opened', { name: nameOf(profile) }) });
    });
    setBusy(false);
  };
  return (
    <>
      <p className="lead">{t('profile.explain')}</p>
      {!mayOpen && <p className="settings-note warn">{t('role')}</p>}
      {known.error && <ErrorState error={known.error} onRetry={known.refresh} />}
      <ul className="lines" data-testid="profiles">
        {(known.data?.profiles ?? []).map((profile) => (
          <li key={profile.id} data-testid={`profile-${profile.kind}`}>
            <span>
              <b>{nameOf(profile)}</b>
              <small>
                {profile.kind === 'demo'
                  ? t('profile.demoExplain')
                  : `${profile.backendUrl} · ${t('profile.realExplain', { account: profile.name })}`}
              </small>
            </span>
            {profile.isOpen ? (
              <Pill tone={profile.kind === 'demo' ? 'warn' : 'ok'}>{t('profile.open')}</Pill>
            ) : (
              <ActionButton
                disabled={busy || !mayOpen}
                aria-label={t('profile.switchTo', { name: nameOf(profile) })}
                onClick={() => void open(profile)}
                data-testid={`profile-open-${profile.kind}`}
              >
                {t('profile.switch')}
              </ActionButton>
            )}
          </li>
        ))}
      </ul>
      <div className="row-actions">
        <ActionButton onClick={() => go('settings', { section: 'connect' })}>{t('profile.connect')}</ActionButton>
      </div>
    </>
  );
}
