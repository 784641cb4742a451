import { Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedCondition } from '../../shared/contract/payments.ts';
import type { SellerId } from '../../shared/domain/brand.ts';
import { minorDigits } from '../../shared/domain/money.ts';
import { dueDates, interestMethods, newCondition } from '../../shared/domain/payments/condition.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useErrorText } from '../components/errors.ts';
import { notify } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { asBinderyError, useClient, useQuery } from '../connection/hooks.ts';
import { type ConditionValues, conditionOfValues, fieldOf, valuesOf } from './form.ts';
import { PlanRows, WindowRows } from './rows.tsx';
import { type PaymentOverview, type PaymentUndo, useCountries } from './state.ts';

interface ConditionFormProps {
  /** Null: a new one. */
  readonly listed: ListedCondition | null;
  readonly overview: PaymentOverview;
  readonly undo: PaymentUndo;
  onSaved(saved: ListedCondition): void;
  onCancel(): void;
}

/** One payment condition, with every field that the protocol knows. */
export function ConditionForm({ listed, overview, undo, onSaved, onCancel }: ConditionFormProps) {
  const { t } = useTranslation('payments');
  const client = useClient();
  const errorText = useErrorText();
  const countries = useCountries();
  const sellers = useQuery('sellers.list', {});
  const [busy, setBusy] = useState(false);
  const digits = minorDigits(overview.currency);
  const first = overview.systems[0];
  const [base] = useState(
    () =>
      listed?.condition ?? newCondition(crypto.randomUUID(), { id: first?.id ?? 0, name: '', implementation: null }),
  );
  const form = useForm<ConditionValues>({
    initialValues: { ...valuesOf(base, listed?.owner ?? null, digits), ...(!listed && { system: null }) },
  });
  const { values } = form;
  const save = form.onSubmit(async () => {
    const { condition, bad } = conditionOfValues(values, base, overview.systems, digits);
    for (const { field, code, text } of bad) form.setFieldError(field, t(`bad.${code}`, { text }));
    if (condition.name === '') form.setFieldError('name', t('bad.name'));
    if (values.system === null) form.setFieldError('system', t('bad.system'));
    if (bad.length > 0 || condition.name === '' || values.system === null) return;
    setBusy(true);
    try {
      const { saved, before } = await client.call('payments.save', {
        condition,
        // chosen from the list of sellers
        owner: values.owner as SellerId | null,
        version: listed?.version ?? null,
      });
      undo.did(t(listed ? 'done.saved' : 'done.created', { name: saved.condition.name }), () =>
        before
          ? client.call('payments.save', { condition: before, owner: saved.owner, version: saved.version })
          : client.call('payments.remove', { id: saved.condition.id, version: saved.version }),
      );
      onSaved(saved);
    } catch (thrown) {
      const error = asBinderyError(thrown);
      const at = error.field === undefined ? null : fieldOf(error.field);
      const where = at?.row != null ? `${t('row', { row: at.row + 1 })}: ` : '';
      if (at) form.setFieldError(at.field, `${where}${errorText(error)}`);
      else notify({ message: errorText(error), tone: 'bad' });
    }
    setBusy(false);
  });
  const field = <Name extends keyof ConditionValues>(name: Name) => ({
    size: 'xs' as const,
    label: t(`field.${name}`),
    'data-testid': `condition-${name}`,
    ...form.getInputProps(name),
  });
  const maybe = useMemo(
    () => (['unset', 'yes', 'no'] as const).map((value) => ({ value, label: t(`maybe.${value}`) })),
    [t],
  );
  const sellerData = (sellers.data?.sellers ?? []).map(({ sellerId, name }) => ({
    value: sellerId as string,
    label: name,
  }));
  const toggle = (name: 'enabled' | 'hasInstallments' | 'externalInterest' | 'installmentsService') => (
    <Switch
      size="xs"
      label={t(`field.${name}`)}
      checked={values[name]}
      onChange={(event) => form.setFieldValue(name, event.currentTarget.checked)}
      data-testid={`condition-${name}`}
    />
  );
  return (
    <form className="pane-form" onSubmit={save} noValidate data-testid="condition-form">
      <div className="pane-body">
        <h2>{listed ? t('edit.title', { name: listed.condition.name }) : t('edit.new')}</h2>
        <Section title={t('section.what')}>
          <div className="form">
            <TextInput {...field('name')} data-autofocus />
            <Select
              {...field('system')}
              searchable
              allowDeselect={false}
              placeholder={t('field.choose')}
              data={overview.systems.map(({ id, name }) => ({ value: String(id), label: name }))}
            />
            <Select
              {...field('owner')}
              description={t('field.ownerHelp')}
              searchable
              clearable
              disabled={listed !== null}
              placeholder={t('marketplace')}
              data={sellerData}
            />
            {toggle('enabled')}
            <TextInput {...field('minimum')} placeholder={t('field.none')} />
          </div>
        </Section>
        <Section title={t('section.who')}>
          <div className="form">
            <TagsInput
              {...field('salesChannels')}
              placeholder={values.salesChannels.length === 0 ? t('field.all') : ''}
            />
            <Select
              {...field('country')}
              searchable
              clearable
              limit={60}
              placeholder={t('field.all')}
              data={[...countries]}
            />
            <TagsInput
              {...field('merchants')}
              description={t('field.merchantsHelp')}
              data={sellerData.map(({ value }) => value)}
              placeholder={values.merchants.length === 0 ? t('field.everybody') : ''}
            />
            <div className="pair">
              <TextInput {...field('commercialId')} placeholder={t('field.none')} />
              <TextInput {...field('commercialShare')} rightSection="%" />
            </div>
            <Select {...field('requiresAuthentication')} allowDeselect={false} data={maybe} />
            <div className="pair">
              <TextInput {...field('issuer')} />
              <TextInput {...field('cobrand')} />
            </div>
            <TextInput {...field('cardLevel')} />
            <Textarea
              {...field('excludedBins')}
              description={t('field.excludedBinsHelp')}
              autosize
              minRows={1}
              maxRows={6}
            />
          </div>
        </Section>
        <Section title={t('section.when')}>
          <div className="form">
            <div className="pair">
              <TextInput type="datetime-local" {...field('beginsAt')} />
              <TextInput type="datetime-local" {...field('endsAt')} />
            </div>
            <WindowRows
              windows={values.windows}
              error={form.errors.windows}
              onChange={(windows) => form.setFieldValue('windows', windows)}
            />
          </div>
        </Section>
        <Section title={t('section.how')}>
          <div className="form">
            {toggle('hasInstallments')}
            {values.hasInstallments && (
              <>
                <div className="pair">
                  <Select
                    {...field('method')}
                    allowDeselect={false}
                    data={interestMethods.map((value) => ({ value, label: t(`method.${value}`) }))}
                  />
                  <Select
                    {...field('dueDate')}
                    allowDeselect={false}
                    data={dueDates.map((value) => ({ value, label: t(`due.${value}`) }))}
                  />
                </div>
                <TextInput {...field('installmentMinimum')} placeholder={t('field.none')} />
                <PlanRows
                  plans={values.plans}
                  method={values.method}
                  error={form.errors.plans}
                  onChange={(plans) => form.setFieldValue('plans', plans)}
                />
              </>
            )}
            <Textarea {...field('deadlines')} description={t('field.deadlinesHelp')} autosize minRows={1} maxRows={6} />
            {toggle('externalInterest')}
            {toggle('installmentsService')}
          </div>
        </Section>
        <Section title={t('section.through')}>
          <div className="form">
            <div className="pair">
              <TextInput {...field('connector')} />
              <TextInput {...field('connectorAffiliation')} />
            </div>
            <div className="pair">
              <TextInput {...field('antifraud')} />
              <TextInput {...field('antifraudAffiliation')} />
            </div>
            <div className="pair">
              <Select {...field('isSelfAuthorized')} allowDeselect={false} data={maybe} />
              <Select {...field('isDefault')} allowDeselect={false} data={maybe} />
            </div>
          </div>
        </Section>
      </div>
      <div className="pane-actions">
        <ActionButton type="submit" primary keys="Enter" disabled={busy} data-testid="condition-save">
          {t('action.save')}
        </ActionButton>
        <ActionButton keys="Escape" onClick={onCancel}>
          {t('action.cancel')}
        </ActionButton>
      </div>
    </form>
  );
}
