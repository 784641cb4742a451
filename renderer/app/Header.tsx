import { ActionIcon, Popover } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
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

interface Choice {
  readonly id: string;
  readonly label: string;
  readonly chosen: boolean;
  readonly lang?: string;
  choose(): void;
}

function Choices({ legend, choices }: { legend: string; choices: readonly Choice[] }) {
  return (
    <fieldset className="plain choices">
      <legend>{legend}</legend>
      {choices.map(({ id, label, chosen, lang, choose }) => (
        <button
          key={id}
          type="button"
          className="chip"
          lang={lang}
          aria-pressed={chosen}
          onClick={choose}
          data-testid={id}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}

function AppearanceMenu() {
  const { t, i18n } = useTranslation('app');
  const { theme, density, setTheme, setDensity } = useAppearance();
  return (
    <Popover position="bottom-end" width={300} shadow="none" trapFocus withRoles>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('preferences.label')} data-testid="appearance">
          <IconAdjustmentsHorizontal size={16} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('preferences.label')}>
        <Choices
          legend={t('preferences.theme')}
          choices={themes.map((name) => ({
            id: `theme-${name}`,
            label: t(`themes.${name}`),
            chosen: theme === name,
            choose: () => setTheme(name),
          }))}
        />
        <Choices
          legend={t('preferences.density')}
          choices={densities.map((name) => ({
            id: `density-${name}`,
            label: t(`densities.${name}`),
            chosen: density === name,
            choose: () => setDensity(name),
          }))}
        />
        <Choices
          legend={t('preferences.language')}
          choices={languages.map(({ code, name }) => ({
            id: `language-${code}`,
            label: name,
            lang: code,
            chosen: i18n.language === code,
            choose: () => setLanguage(code),
          }))}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
