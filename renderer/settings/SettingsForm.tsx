import { type UseFormReturnType, useForm } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestOf } from '../../shared/contract/index.ts';
import type { Settings } from '../../shared/contract/workspace.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useSubmit } from '../components/form.ts';
import { notify } from '../components/notify.tsx';
import { useClient, useMay } from '../connection/hooks.ts';

interface SettingsFormProps<Values extends Record<string, unknown>> {
  readonly settings: Settings;
  /** The settings as the form writes them. */
  valuesOf(settings: Settings): Values;
  /** The error of each field, or null. */
  validate(values: Values): Partial<Record<keyof Values & string, string | null>>;
  /** What to change. */
  changeOf(values: Values): RequestOf<'settings.update'>;
  /** The form's name of a field of the contract, where they differ. */
  fieldOf?(field: string): string;
  onSaved(): void;
  children(form: UseFormReturnType<Values>, readOnly: boolean): ReactNode;
}

/** Part of the settings as a form: saved by the service, whose error is shown at the field it names. */
export function SettingsForm<Values extends Record<string, unknown>>(props: SettingsFormProps<Values>) {
  const { settings, valuesOf, changeOf, fieldOf = (field) => field, onSaved } = props;
  const { t } = useTranslation('settings');
  const client = useClient();
  const mayChange = useMay('settings');
  const [busy, setBusy] = useState(false);
  const form = useForm<Values>({
    initialValues: valuesOf(settings),
    validate: (values) => {
      const errors: Record<string, string> = {};
      for (const [field, message] of Object.entries(props.validate(values))) {
        if (typeof message === 'string') errors[field] = message;
      }
      return errors;
    },
  });
  const fields = Object.keys(form.values);
  const submit = useSubmit(
    (field) => fields.includes(fieldOf(field)),
    (field, message) => form.setErrors({ [fieldOf(field)]: message }),
  );
  const save = form.onSubmit(async (values) => {
    setBusy(true);
    await submit(async () => {
      const saved = valuesOf(await client.call('settings.update', changeOf(values)));
      form.setInitialValues(saved);
      form.setValues(saved);
      form.resetDirty(saved);
      notify({ id: 'settings', message: t('saved') });
      onSaved();
    });
    setBusy(false);
  });
  return (
    <form className="form" onSubmit={save} noValidate>
      {!mayChange && <p className="settings-note warn">{t('role')}</p>}
      {props.children(form, !mayChange)}
      <div className="row-actions">
        <ActionButton
          type="submit"
          primary
          disabled={busy || !mayChange || !form.isDirty()}
          data-testid="settings-save"
        >
          {t('save')}
        </ActionButton>
        <ActionButton disabled={busy || !form.isDirty()} onClick={() => form.reset()}>
          {t('revert')}
        </ActionButton>
      </div>
    </form>
  );
}
