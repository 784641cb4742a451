import { useTranslation } from 'react-i18next';
import { useStatus } from '../app/status.ts';
import { CopyButton } from '../components/CopyButton.tsx';
import { useFormat, useTick } from '../components/format.ts';
import { useConnection } from '../connection/connection.ts';

/** What runs, where, and how its database is. */
export function About() {
  const { t } = useTranslation('settings');
  const format = useFormat();
  useTick(30_000);
  const hello = useConnection((connection) => connection.hello);
  const synced = useStatus((state) => state.status?.lastSyncedAt ?? null);
  if (!hello) return null;
  const { profile, database } = hello;
  const lines: readonly (readonly [string, string])[] = [
    [t('about.version'), hello.version],
    [t('about.runtime'), hello.runtime],
    [t('about.database'), `${t(`about.${database.state}`)}${database.message === null ? '' : `: ${database.message}`}`],
    [t('about.profile'), profile.kind === 'demo' ? t('profile.demo') : `${profile.name} (${profile.account})`],
    [t('about.synced'), synced === null ? t('about.never') : `${format.dateTime(synced)} (${format.age(synced)})`],
  ];
  return (
    <>
      <dl className="facts lined" data-testid="about" style={{ marginBottom: 14 }}>
        {lines.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <CopyButton text={lines.map(([name, value]) => `${name}: ${value}`).join('\n')} label={t('about.copy')} />
    </>
  );
}
