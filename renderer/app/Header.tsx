import { ActionIcon, Menu } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconAdjustmentsHorizontal, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Kbd } from '../components/Kbd.tsx';
import { type Hello, type Operator, signOut } from '../connection/connection.ts';
import { languages, setLanguage } from '../i18n/index.ts';
import { densities, themes, useAppearance } from './appearance.ts';

export function Header({ hello, operator }: { hello: Hello; operator: Operator }) {
  const { t } = useTranslation('app');
  return (
    <header className="shell-head">
      <strong>{t('name')}</strong>
      {hello.profile.kind === 'demo' ? (
        <span className="shell-demo" title={t('demoHint')} data-testid="demo-label">
          {t('demo')}
        </span>
      ) : (
        <span className="tone-dim">{hello.profile.account}</span>
      )}
      <button type="button" className="shell-search" onClick={() => spotlight.open()} data-testid="palette-open">
        <span>{t('palette.open')}</span>
        <Kbd keys="Mod+K" />
      </button>
      <button
        type="button"
        className="link shell-who"
        onClick={signOut}
        title={t('commands.switchOperator')}
        data-testid="who"
      >
        <b>{operator.name}</b> · {t(`roles.${operator.role}`)}
      </button>
      <AppearanceMenu />
    </header>
  );
}

function AppearanceMenu() {
  const { t, i18n } = useTranslation('app');
  const { theme, density, setTheme, setDensity } = useAppearance();
  const tick = (on: boolean) => (on ? <IconCheck size={14} aria-hidden /> : <span style={{ width: 14 }} />);
  return (
    <Menu position="bottom-end" width={200} shadow="none" withinPortal closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('preferences.label')} data-testid="appearance">
          <IconAdjustmentsHorizontal size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('preferences.theme')}</Menu.Label>
        {themes.map((name) => (
          <Menu.Item
            key={name}
            leftSection={tick(theme === name)}
            onClick={() => setTheme(name)}
            data-testid={`theme-${name}`}
          >
            {t(`themes.${name}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t('preferences.density')}</Menu.Label>
        {densities.map((name) => (
          <Menu.Item
            key={name}
            leftSection={tick(density === name)}
            onClick={() => setDensity(name)}
            data-testid={`density-${name}`}
          >
            {t(`densities.${name}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t('preferences.language')}</Menu.Label>
        {languages.map(({ code, name }) => (
          <Menu.Item
            key={code}
            lang={code}
            leftSection={tick(i18n.language === code)}
            onClick={() => setLanguage(code)}
            data-testid={`language-${code}`}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
