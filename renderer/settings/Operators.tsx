import { Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Role, roles } from '../../shared/domain/roles.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useSubmit } from '../components/form.ts';
import { notify, useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { createOperator, type Operator, signIn, signOut, useConnection } from '../connection/connection.ts';
import { AccessTokens } from './AccessTokens.tsx';

const hasField = (field: string) => field === 'name' || field === 'role';

/** Who works here, who is at the keyboard, and a way to take the seat. */
export function Operators() {
  const { t } = useTranslation('settings');
  const { t: app } = useTranslation('app');
  const me = useConnection((connection) => connection.operator);
  const byToken = useConnection((connection) => connection.hello?.byToken ?? false);
  const operators = useConnection((connection) => connection.hello?.operators) ?? [];
  const run = useRun();
  const [busy, setBusy] = useState(false);
  const initialRole: Role = 'catalogue';
  const form = useForm<{ name: string; role: Role }>({
    initialValues: { name: '', role: initialRole },
    validate: { name: (value) => (value.trim() === '' ? t('operators.nameMissing') : null) },
  });
  const submit = useSubmit(hasField, form.setFieldError);

  const use = async (operator: Operator) => {
    setBusy(true);
    if (await run(() => signIn(operator))) notify({ message: t('operators.switched', { name: operator.name }) });
    setBusy(false);
  };
  const add = form.onSubmit(async ({ name, role }) => {
    setBusy(true);
    if (await submit(() => createOperator(name.trim(), role))) {
      notify({ message: t(byToken ? 'operators.addedOnly' : 'operators.added', { name: name.trim() }) });
      form.reset();
    }
    setBusy(false);
  });

  return (
    <>
      <p className="lead">{t('operators.explain')}</p>
      {byToken && (
        <p className="settings-note">
          {t('operators.byToken')}{' '}
          <ActionButton small onClick={signOut}>
            {t('operators.signOut')}
          </ActionButton>
        </p>
      )}
      {me === null && <p className="settings-note warn">{t('operators.nobody')}</p>}
      <ul className="lines" data-testid="operators">
        {operators
          .toSorted((a, b) => a.name.localeCompare(b.name))
          .map((operator) => (
            <li key={operator.operatorId}>
              <span>
                <b>{operator.name}</b>
                <small>
                  {app(`roles.${operator.role}`)} · {app(`roleHints.${operator.role}`)}
                </small>
              </span>
              {operator.operatorId === me?.operatorId ? (
                <Pill tone="accent">{t('operators.me')}</Pill>
              ) : byToken ? null : (
                <ActionButton
                  disabled={busy}
                  aria-label={t('operators.switch', { name: operator.name })}
                  onClick={() => void use(operator)}
                >
                  {t('operators.use')}
                </ActionButton>
              )}
            </li>
          ))}
      </ul>
      <Section title={t('operators.add')}>
        <form className="form" onSubmit={add} noValidate>
          <TextInput
            size="xs"
            label={t('operators.name')}
            data-testid="operator-name"
            {...form.getInputProps('name')}
          />
          <Select
            size="xs"
            label={t('operators.role')}
            description={app(`roleHints.${form.values.role}`)}
            data={roles.map((role) => ({ value: role, label: app(`roles.${role}`) }))}
            allowDeselect={false}
            data-testid="operator-role"
            {...form.getInputProps('role')}
          />
          <div className="row-actions">
            <ActionButton type="submit" primary disabled={busy} data-testid="operator-add">
              {t(byToken ? 'operators.addOnly' : 'operators.submit')}
            </ActionButton>
          </div>
        </form>
      </Section>
      <AccessTokens operators={operators} />
    </>
  );
}
