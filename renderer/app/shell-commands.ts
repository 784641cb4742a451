import { spotlight } from '@mantine/spotlight';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { screenKeys } from '../../shared/host/screens.ts';
import { client, signOut } from '../connection/connection.ts';
import { languages, setLanguage } from '../i18n/index.ts';
import { useAppearance } from './appearance.ts';
import { useCommands } from './commands.ts';
import { go, screens } from './routes.ts';
import { useStatus } from './status.ts';

/** What lies over the shell at the moment. */
export const useLayers = create<{ shortcuts: boolean; decisions: boolean }>()(() => ({
  shortcuts: false,
  decisions: false,
}));

const ignore = () => undefined; // the footer shows the state as it is

/** Pauses, resumes or starts the synchronisation. */
export const sync = {
  pause: () => client.call('sync.pause', {}).catch(ignore),
  resume: () => client.call('sync.resume', {}).catch(ignore),
  now: () => client.call('sync.now', {}).catch(ignore),
};

/** The commands that every screen has. */
export function useShellCommands(): void {
  const { t } = useTranslation('app');
  const { setTheme, setDensity } = useAppearance();
  const paused = useStatus((state) => state.status?.paused ?? false);
  const view = t('groups.view');
  const work = t('groups.work');
  useCommands([
    {
      id: 'palette',
      title: t('commands.palette'),
      group: t('groups.help'),
      keys: ['Mod+K', 'Mod+Shift+P'],
      inFields: true,
      keysOnly: true,
      run: () => spotlight.toggle(),
    },
    {
      id: 'shortcuts',
      title: t('commands.shortcuts'),
      group: t('groups.help'),
      keys: ['?'],
      run: () => useLayers.setState((before) => ({ shortcuts: !before.shortcuts })),
    },
    ...screens.map((screen) => ({
      id: `go.${screen}`,
      title: t('commands.go', { screen: t(`nav.${screen}`) }),
      group: t('groups.go'),
      keys: screenKeys(screen),
      inFields: true,
      run: () => go(screen),
    })),
    { id: 'theme.light', title: t('commands.light'), group: view, run: () => setTheme('light') },
    { id: 'theme.dark', title: t('commands.dark'), group: view, run: () => setTheme('dark') },
    { id: 'theme.system', title: t('commands.system'), group: view, run: () => setTheme('auto') },
    { id: 'density.compact', title: t('commands.compact'), group: view, run: () => setDensity('compact') },
    { id: 'density.comfortable', title: t('commands.comfortable'), group: view, run: () => setDensity('comfortable') },
    ...languages.map(({ code, name }) => ({
      id: `language.${code}`,
      title: t('commands.language', { language: name }),
      group: view,
      run: () => setLanguage(code),
    })),
    { id: 'sync.pause', title: t('commands.pause'), group: work, enabled: !paused, run: () => void sync.pause() },
    { id: 'sync.resume', title: t('commands.resume'), group: work, enabled: paused, run: () => void sync.resume() },
    { id: 'sync.now', title: t('commands.syncNow'), group: work, run: () => void sync.now() },
    {
      id: 'decisions',
      title: t('commands.decisions'),
      group: work,
      keys: ['Shift+D'],
      run: () => useLayers.setState((before) => ({ decisions: !before.decisions })),
    },
    { id: 'operator', title: t('commands.switchOperator'), group: t('groups.person'), run: signOut },
  ]);
}
