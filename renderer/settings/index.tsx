import { useTranslation } from 'react-i18next';
import { useCommands } from '../app/commands.ts';
import { go, hrefOf, useRoute } from '../app/routes.ts';
import { ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { About } from './About.tsx';
import { Appearance } from './Appearance.tsx';
import { Channels } from './Channels.tsx';
import { Connect } from './Connect.tsx';
import { Endpoints } from './Endpoints.tsx';
import { Operators } from './Operators.tsx';
import { Profile } from './Profile.tsx';
import { type SettingsState, settingsSections } from './state.ts';
import { UndoTime } from './UndoTime.tsx';
import './settings.css';

/** Settings: the sections on the left, the one that is open on the right. */
export function SettingsScreen() {
  const { t } = useTranslation('settings');
  const { t: app } = useTranslation('app');
  const wanted = useRoute((route) => route.params.section);
  const section = settingsSections.find((name) => name === wanted) ?? 'connect';
  const settings = useQuery('settings.get', {});
  const state: SettingsState = { value: settings.data, reload: settings.refresh };
  useCommands(
    settingsSections.map((name) => ({
      id: `settings.${name}`,
      title: `${t('title')}: ${t(`section.${name}`)}`,
      group: app('groups.go'),
      run: () => go('settings', { section: name }),
    })),
  );
  return (
    <div className="settings">
      <h1 className="sr-only">{t('title')}</h1>
      <nav className="settings-sections" aria-label={t('sections')}>
        <ul>
          {settingsSections.map((name) => (
            <li key={name}>
              <a
                href={hrefOf('settings', { section: name })}
                aria-current={name === section}
                data-testid={`settings-section-${name}`}
              >
                {t(`section.${name}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="settings-body">
        {settings.error && <ErrorState error={settings.error} onRetry={settings.refresh} />}
        <h2>{t(`section.${section}`)}</h2>
        {section === 'connect' && <Connect settings={state} />}
        {section === 'profile' && <Profile />}
        {section === 'operators' && <Operators />}
        {section === 'channels' && <Channels settings={state} />}
        {section === 'undo' && <UndoTime settings={state} />}
        {section === 'endpoints' && <Endpoints settings={state} />}
        {section === 'appearance' && <Appearance />}
        {section === 'about' && <About />}
      </div>
    </div>
  );
}
