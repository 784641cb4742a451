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
import { type Operator, signIn, signOut, useConnection } from '../connection/connection.ts';
import { useClient, useMay } from '../connection/hooks.ts';
import { AccessTokens } from './AccessTokens.tsx';

const hasField = (field: string) => field === 'name' || field === 'role';

/** Who works here, who is at the keyboard, and a way to take the seat. */
export function Operators() {
  const { t } = useTranslation('settings');
  const { t: app } = useTranslation('app');
  const me = useConnection((connection) => connection.operator);
  const byToken = useConnection((connection) => connection.hello?.byToken ?? false);
  const operators = useConnection((connection) => connection.hello?.operators) ?? [];
  const client = useClient();
  const run = useRun();
  const mayManage = useMay('settings');
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
    if (await submit(async () => void (await client.call('session.createOperator', { name: name.trim(), role })))) {
      notify({ message: t('operators.added', { name: name.trim() }) });
      form.reset();
    }
    setBusy(false);
  });
  const change = async (operator: Operator, role: Role) => {
    setBusy(true);
    if (await run(() => client.call('session.changeRole', { operatorId: operator.operatorId, role })))
      notify({ message: t('operators.roleChanged', { name: operator.name, role: app(`roles.${role}`) }) });
    setBusy(false);
  };
  const roleChoices = roles.map((role) => ({ value: role, label: app(`roles.${role}`) }));

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
                  {mayManage ? '' : `${app(`roles.${operator.role}`)} · `}
                  {app(`roleHints.${operator.role}`)}
                </small>
              </span>
              {mayManage && (
                <Select
                  size="xs"
                  w={150}
                  aria-label={t('operators.roleOf', { name: operator.name })}
                  data={roleChoices}
                  value={operator.role}
                  allowDeselect={false}
                  disabled={busy}
                  data-testid={`role-of-${operator.name}`}
                  onChange={(value) => {
                    const role = roles.find((known) => known === value);
                    if (role && role !== operator.role) void change(operator, role);
                  }}
                />
              )}
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
      {mayManage ? (
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
              data={roleChoices}
              allowDeselect={false}
              data-testid="operator-role"
              {...form.getInputProps('role')}
            />
            <div className="row-actions">
              <ActionButton type="submit" primary disabled={busy} data-testid="operator-add">
                {t('operators.submit')}
              </ActionButton>
            </div>
          </form>
        </Section>
      ) : (
        <p className="settings-note">{t('operators.onlyAdministrator')}</p>
      )}
      <AccessTokens operators={operators} />
    </>
  );
}
