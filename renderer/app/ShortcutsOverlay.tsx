import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Kbd } from '../components/Kbd.tsx';
import { allCommands, useCommandVersion } from './commands.ts';
import { useLayers } from './shell-commands.ts';

/** Every shortcut that works at the moment, from the same list as the palette. */
export function ShortcutsOverlay() {
  const { t } = useTranslation('app');
  const opened = useLayers((layers) => layers.shortcuts);
  useCommandVersion();
  const commands = opened ? allCommands().filter((command) => command.keys && command.keys.length > 0) : [];
  const groups = [...new Set(commands.map((command) => command.group))];
  return (
    <Modal
      opened={opened}
      onClose={() => useLayers.setState({ shortcuts: false })}
      title={<b>{t('shortcuts.title')}</b>}
      size={760}
      shadow="none"
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': t('close') }}
      attributes={{ content: { 'data-testid': 'shortcuts' } }}
    >
      <div className="shortcuts-list">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            {commands
              .filter((command) => command.group === group)
              .map((command) => (
                <div key={command.id}>
                  <span>{command.title}</span>
                  <span>
                    {command.keys?.map((key) => (
                      <Kbd key={key} keys={key} />
                    ))}
                  </span>
                </div>
              ))}
          </section>
        ))}
      </div>
    </Modal>
  );
}
