import { Autocomplete, Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedRule, RuleProblemRow } from '../../shared/contract/commissions.ts';
import type { Charge } from '../../shared/domain/commission/charge.ts';
import { isTimeZone } from '../../shared/domain/commission/check.ts';
import { minorDigits, parseMinor } from '../../shared/domain/money.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useQuery } from '../connection/hooks.ts';
import { bandsOf, ruleOfValues, valuesOfRule } from './form.ts';
import { fieldsOfPeriod, periodOfFields } from './period.ts';

type Rule = ListedRule['rule'];

const timeZones = Intl.supportedValuesOf('timeZone');

interface RuleFormProps {
  /** Null: a new one. */
  readonly rule: Rule | null;
  readonly currency: string;
  /** The marketplace's, of a new rule. */
  readonly timeZone: string;
  readonly busy: boolean;
  /** What is wrong with it as it is. */
  readonly problems: readonly RuleProblemRow[];
  onSave(rule: Rule): void;
  onRemove(): void;
  onCancel(): void;
}

/** One rule: what it is about, what it charges, and from when until when. */
export function RuleForm({ rule, currency, timeZone, busy, problems, onSave, onRemove, onCancel }: RuleFormProps) {
  const { t } = useTranslation('commissions');
  const sellers = useQuery('sellers.list', {});
  const categories = useQuery('catalog.categories', {});
  const brands = useQuery('catalog.brands', { limit: 200 });
  const digits = minorDigits(currency);
  const amount = (value: string) => (value === '' || parseMinor(value, digits) !== null ? null : t('bad.amount'));
  const form = useForm({
    initialValues: {
      ...valuesOfRule(rule, digits),
      ...fieldsOfPeriod(rule, timeZone),
    },
    validate: {
      product: (value) => (bandsOf(value, digits) ? null : t('bad.bands')),
      freight: (value) => (bandsOf(value, digits) ? null : t('bad.bands')),
      minimum: amount,
      maximum: amount,
      freightMinimum: amount,
      freightMaximum: amount,
      until: (value, all) => (value === '' || all.from === '' || value > all.from ? null : t('bad.period')),
      timeZone: (value) => (isTimeZone(value.trim()) ? null : t('bad.timeZone')),
    },
  });
  const save = form.onSubmit((values) => {
    onSave({
      id: rule?.id ?? crypto.randomUUID(),
      ...ruleOfValues(values, digits),
      ...periodOfFields(values, rule),
    });
  });
  const categoryData = useMemo(
    () => (categories.data?.categories ?? []).map((each) => ({ value: String(each.categoryId), label: each.path })),
    [categories.data],
  );
  const field = (name: keyof typeof form.values) => ({
    size: 'xs' as const,
    label: t(`field.${name}`),
    'data-testid': `rule-${name}`,
    ...form.getInputProps(name),
  });
  const pick = { searchable: true, clearable: true, limit: 60, placeholder: t('field.any') };
  return (
    <form className="pane-form" onSubmit={save} noValidate data-testid="rule-form">
      <div className="pane-body">
        <h2>{t(rule ? 'rule.edit' : 'rule.new')}</h2>
        <p className="pane-sub">{t('rule.order')}</p>
        {problems.map(({ code, values }) => (
          <p
            key={`${code}-${values.part}`}
            className={code === 'covered' ? 'tone-warn' : 'tone-bad'}
            role="alert"
            data-testid="rule-problem"
          >
            {t(`problem.${code}` as 'problem.ties')}
          </p>
        ))}
        <div className="form">
          <Select
            {...field('sellerId')}
            {...pick}
            data={(sellers.data?.sellers ?? []).map(({ sellerId, name }) => ({ value: sellerId, label: name }))}
          />
          <TextInput {...field('sellerGroup')} />
          <Select {...field('categoryId')} {...pick} data={categoryData} />
          <Select
            {...field('brandId')}
            {...pick}
            data={(brands.data?.brands ?? []).map(({ brandId, name }) => ({ value: String(brandId), label: name }))}
          />
          <TextInput {...field('salesChannel')} />
          <TextInput {...field('sellerSkuId')} />
          <Textarea {...field('product')} description={t('field.bandsHelp')} autosize minRows={1} maxRows={8} />
          <Select
            {...field('kind')}
            allowDeselect={false}
            data={(['whole', 'marginal'] as const).map((value) => ({ value, label: t(`kind.${value}`) }))}
          />
          <TextInput {...field('minimum')} />
          <TextInput {...field('maximum')} />
          <Textarea {...field('freight')} autosize minRows={1} maxRows={8} />
          <Select
            {...field('freightKind')}
            allowDeselect={false}
            data={(['whole', 'marginal'] as const).map((value) => ({ value, label: t(`kind.${value}`) }))}
          />
          <TextInput {...field('freightMinimum')} />
          <TextInput {...field('freightMaximum')} />
          <TextInput type="date" {...field('from')} />
          <TextInput type="date" {...field('until')} />
          <Autocomplete {...field('timeZone')} data={timeZones} limit={30} />
          <TextInput {...field('note')} />
        </div>
      </div>
      <div className="pane-actions">
        <ActionButton type="submit" primary keys="Enter" disabled={busy} data-testid="rule-save">
          {t('action.saveRule')}
        </ActionButton>
        {rule && (
          <ActionButton danger disabled={busy} onClick={onRemove} data-testid="rule-remove">
            {t('action.removeRule')}
          </ActionButton>
        )}
        <ActionButton keys="Escape" onClick={onCancel}>
          {t('action.cancel')}
        </ActionButton>
      </div>
    </form>
  );
}

/** A percentage alone, for texts. */
export const plainRate = (charge: Charge | null): number | null =>
  charge?.bands.length === 1 ? (charge.bands[0]?.rate ?? 0) : null;
