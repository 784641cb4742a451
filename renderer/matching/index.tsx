import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../app/commands.ts';
import { ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { AutoBound } from './AutoBound.tsx';
import { Groups } from './Groups.tsx';
import { Learning } from './Learning.tsx';
import { Missing } from './Missing.tsx';
import { PromiseSection } from './PromiseSection.tsx';
import { Report } from './Report.tsx';
import './matching.css';

const parts = ['promise', 'missing', 'report'] as const;
type Part = (typeof parts)[number];

/** Matching: what is promised and bound without a look, what was learnt, and how good it has been. */
export function MatchingScreen() {
  const { t } = useTranslation('matching');
  const [part, setPart] = useState<Part>('promise');
  const overview = useQuery('matching.overview', {}, { refreshOn: ['list.changed'], calm: 1_500 });
  useCommands(
    parts.map((name) => ({
      id: `matching.${name}`,
      title: `${t('title')}: ${t(`parts.${name}`)}`,
      group: t('title'),
      run: () => setPart(name),
    })),
  );
  return (
    <>
      <h1 className="sr-only">{t('title')}</h1>
      <div className="bar">
        <fieldset className="plain chips">
          <legend className="sr-only">{t('parts.label')}</legend>
          {parts.map((name) => (
            <button
              key={name}
              type="button"
              className="chip"
              aria-pressed={name === part}
              onClick={() => setPart(name)}
              data-testid={`matching-part-${name}`}
            >
              {t(`parts.${name}`)}
            </button>
          ))}
        </fieldset>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
      <section className="matching-page" aria-label={t('title')} tabIndex={0}>
        {overview.error && <ErrorState error={overview.error} onRetry={overview.refresh} />}
        {part === 'report' && <Report />}
        {part === 'missing' && <Missing />}
        {part === 'promise' && overview.data && (
          <>
            <PromiseSection overview={overview.data} />
            <Groups overview={overview.data} />
            <AutoBound overview={overview.data} />
            <Learning rounds={overview.data.rounds} />
          </>
        )}
      </section>
    </>
  );
}
