import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../components/ActionButton.tsx';
import { useErrorText } from '../components/errors.ts';
import { createFirstOperator, type Hello, type Operator, signIn } from '../connection/connection.ts';
import { asBinderyError } from '../connection/hooks.ts';

/** Asks who is working, once; afterwards the page remembers. The first person is named here, later ones in Settings. */
export function FirstStart({ hello }: { hello: Hello }) {
  const { t } = useTranslation('app');
  const errorText = useErrorText();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (thrown) {
      setProblem(errorText(asBinderyError(thrown)));
      setBusy(false);
    }
  };
  const intro = hello.profile.kind === 'demo' ? `${t('start.intro')} ${t('start.demo')}` : t('start.intro');

  if (hello.operators.length > 0)
    return (
      <main className="start">
        <section aria-labelledby="start-title">
          <h1 id="start-title">{t('start.title')}</h1>
          <p>{intro}</p>
          <People operators={hello.operators} disabled={busy} onChoose={(one) => attempt(() => signIn(one))} />
          {problem && <p role="alert">{problem}</p>}
          <p className="quiet">{t('start.notListed')}</p>
        </section>
      </main>
    );
  return (
    <main className="start">
      <form
        aria-labelledby="start-title"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(() => createFirstOperator(name));
        }}
      >
        <h1 id="start-title">{t('start.title')}</h1>
        <p>{intro}</p>
        <TextInput
          label={t('start.name')}
          description={t('start.first')}
          placeholder={t('start.namePlaceholder')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem}
          data-testid="operator-name"
          data-autofocus
          autoFocus
          maxLength={80}
        />
        <ActionButton type="submit" primary disabled={busy || name.trim() === ''} data-testid="operator-submit">
          {t('start.submit')}
        </ActionButton>
      </form>
    </main>
  );
}

function People(props: { operators: readonly Operator[]; disabled: boolean; onChoose: (operator: Operator) => void }) {
  const { t } = useTranslation('app');
  return (
    <fieldset className="plain">
      <legend>{t('start.choose')}</legend>
      <div className="people">
        {props.operators.map((operator) => (
          <ActionButton
            key={operator.operatorId}
            disabled={props.disabled}
            onClick={() => props.onChoose(operator)}
            data-testid={`operator-${operator.name}`}
          >
            {operator.name} <span className="tone-dim">{t(`roles.${operator.role}`)}</span>
          </ActionButton>
        ))}
      </div>
    </fieldset>
  );
}
