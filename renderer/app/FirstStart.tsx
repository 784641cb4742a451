import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Role, roles } from '../../shared/domain/roles.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useErrorText } from '../components/errors.ts';
import { createOperator, type Hello, type Operator, signIn } from '../connection/connection.ts';
import { asBinderyError } from '../connection/hooks.ts';

/** Asks who is working, once; afterwards the page remembers. */
export function FirstStart({ hello }: { hello: Hello }) {
  const { t } = useTranslation('app');
  const errorText = useErrorText();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>(hello.operators.length === 0 ? 'administrator' : 'catalogue');
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

  return (
    <main className="start">
      <form
        aria-labelledby="start-title"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(() => createOperator(name, role));
        }}
      >
        <h1 id="start-title">{t('start.title')}</h1>
        <p>{hello.profile.kind === 'demo' ? `${t('start.intro')} ${t('start.demo')}` : t('start.intro')}</p>
        {hello.operators.length > 0 && (
          <People
            operators={hello.operators}
            disabled={busy}
            onChoose={(operator) => attempt(() => signIn(operator))}
          />
        )}
        <TextInput
          label={hello.operators.length > 0 ? t('start.someoneElse') : t('start.name')}
          placeholder={t('start.namePlaceholder')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem}
          data-testid="operator-name"
          data-autofocus
          autoFocus
          maxLength={80}
        />
        <Select
          label={t('start.role')}
          description={t(`roleHints.${role}`)}
          data={roles.map((value) => ({ value, label: t(`roles.${value}`) }))}
          value={role}
          onChange={(value) => setRole(roles.find((known) => known === value) ?? role)}
          allowDeselect={false}
          data-testid="operator-role"
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
