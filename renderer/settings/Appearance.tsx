import { useTranslation } from 'react-i18next';
import { densities, themes, useAppearance } from '../app/appearance.ts';
import { languages, setLanguage } from '../i18n/index.ts';

interface ChoiceProps<Name extends string> {
  readonly title: string;
  readonly choices: readonly { readonly name: Name; readonly text: string; readonly lang?: string }[];
  readonly value: string;
  onChoose(name: Name): void;
  readonly 'data-testid': string;
}

function Choice<Name extends string>({ title, choices, value, onChoose, ...rest }: ChoiceProps<Name>) {
  return (
    <fieldset className="plain">
      <legend>{title}</legend>
      <div className="choices" data-testid={rest['data-testid']}>
        {choices.map(({ name, text, lang }) => (
          <button
            key={name}
            type="button"
            className="chip"
            lang={lang}
            aria-pressed={name === value}
            onClick={() => onChoose(name)}
          >
            {text}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** Theme, row height and language. */
export function Appearance() {
  const { t } = useTranslation('settings');
  const { t: app, i18n } = useTranslation('app');
  const { theme, density, setTheme, setDensity } = useAppearance();
  return (
    <>
      <p className="lead">{t('appearance.explain')}</p>
      <Choice
        title={t('appearance.theme')}
        choices={themes.map((name) => ({ name, text: app(`themes.${name}`) }))}
        value={theme}
        onChoose={setTheme}
        data-testid="settings-theme"
      />
      <Choice
        title={t('appearance.density')}
        choices={densities.map((name) => ({ name, text: app(`densities.${name}`) }))}
        value={density}
        onChoose={setDensity}
        data-testid="settings-density"
      />
      <Choice
        title={t('appearance.language')}
        choices={languages.map(({ code, name }) => ({ name: code, text: name, lang: code }))}
        value={i18n.language}
        onChoose={setLanguage}
        data-testid="settings-language"
      />
    </>
  );
}
