import { MultiSelect, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { payoutSchedules, plainTerms, scoreRates, supportChannels } from '../../shared/domain/agreements/terms.ts';
import { type Instant, instantOf, type SellerId } from '../../shared/domain/brand.ts';
import { minorDigits } from '../../shared/domain/money.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useErrorText } from '../components/errors.ts';
import { notify } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { asBinderyError, useClient, useQuery } from '../connection/hooks.ts';
import { fieldOf, type Terms, termsOfValues, valuesOf } from './form.ts';

interface AgreementFormProps {
  readonly sellerId: SellerId;
  readonly sellerName: string;
  readonly detail: ReplyOf<'agreements.detail'>;
  readonly list: ReplyOf<'agreements.list'>;
  onDone(): void;
}

const today = (): string => {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
};
/** A day's first moment in the operator's calendar; today is now, since what has passed of it cannot be changed. */
const momentOf = (day: string): Instant =>
  day === today() ? instantOf(Date.now()) : instantOf(Date.parse(`${day}T00:00`));

/** The next version of an agreement. */
export function AgreementForm({ sellerId, sellerName, detail, list, onDone }: AgreementFormProps) {
  const { t } = useTranslation('agreements');
  const client = useClient();
  const errorText = useErrorText();
  const categories = useQuery('catalog.categories', {});
  const [brandText, setBrandText] = useState('');
  const [settled] = useDebouncedValue(brandText, 150);
  const brands = useQuery('catalog.brands', { text: settled.slice(0, 100), limit: 60 });
  const [busy, setBusy] = useState(false);
  const [seenBrands, setSeenBrands] = useState(
    () => new Map(detail.brands.map(({ brandId, name }) => [String(brandId), name])),
  );
  const digits = minorDigits(list.currency);
  const newest = detail.versions[0];
  const form = useForm({
    initialValues: { ...valuesOf(newest?.terms ?? plainTerms, digits), validFrom: today(), note: '' },
  });
  const { values } = form;
  const read = () => {
    const { terms, bad } = termsOfValues(values, digits);
    for (const { field, text } of bad) form.setFieldError(field, t('bad.number', { text }));
    return bad.length === 0 ? terms : null;
  };
  const submit = async (work: (terms: ReturnType<typeof termsOfValues>['terms']) => Promise<void>) => {
    const terms = read();
    if (!terms) return;
    setBusy(true);
    try {
      await work(terms);
    } catch (thrown) {
      const error = asBinderyError(thrown);
      const field = error.field === undefined ? null : fieldOf(error.field);
      if (field) form.setFieldError(field, errorText(error));
      else notify({ message: errorText(error), tone: 'bad' });
    }
    setBusy(false);
  };
  const save = form.onSubmit(() =>
    submit(async (terms) => {
      if (!/^\d{4}-\d\d-\d\d$/.test(values.validFrom)) {
        form.setFieldError('validFrom', t('bad.day'));
        return;
      }
      const saved = await client.call('agreements.save', {
        sellerId,
        terms,
        validFrom: momentOf(values.validFrom),
        note: values.note,
        after: newest?.number ?? 0,
      });
      notify({ message: t('done.saved', { number: saved.number, seller: sellerName }) });
      onDone();
    }),
  );
  const saveTemplate = () =>
    void submit(async (terms) => {
      await client.call('agreements.saveTemplate', { name: values.note.trim() || sellerName, terms });
      notify({ message: t('done.template', { name: values.note.trim() || sellerName }) });
    });
  const field = (name: Exclude<keyof typeof values, 'thresholds'>) => ({
    size: 'xs' as const,
    label: t(`field.${name}`),
    'data-testid': `agreement-${name}`,
    ...form.getInputProps(name),
  });
  const categoryData = useMemo(
    () =>
      (categories.data?.categories ?? []).map(({ categoryId, path }) => ({ value: String(categoryId), label: path })),
    [categories.data],
  );
  const brandData = useMemo(() => {
    const all = new Map(seenBrands);
    for (const { brandId, name } of brands.data?.brands ?? []) all.set(String(brandId), name);
    for (const id of values.brandIds) if (!all.has(id)) all.set(id, `#${id}`);
    return [...all].map(([value, label]) => ({ value, label }));
  }, [seenBrands, brands.data, values.brandIds]);
  return (
    <form className="pane-form" onSubmit={save} noValidate data-testid="agreement-form">
      <div className="pane-body">
        <h2>{t('form.title', { seller: sellerName, number: (newest?.number ?? 0) + 1 })}</h2>
        <div className="form">
          <Select
            size="xs"
            label={t('field.template')}
            placeholder={t('form.template')}
            data={list.templates.map(({ templateId, name }) => ({ value: templateId, label: name }))}
            value={null}
            onChange={(id) => {
              const template: Terms | undefined = list.templates.find(({ templateId }) => templateId === id)?.terms;
              if (template) form.setValues(valuesOf(template, digits));
            }}
            data-testid="agreement-template"
          />
          <div className="pair">
            <TextInput type="date" {...field('validFrom')} />
            <TextInput {...field('note')} />
          </div>
        </div>
        <Section title={t('section.commission')}>
          <div className="form">
            <div className="pair">
              <TextInput {...field('product')} rightSection="%" />
              <TextInput {...field('freight')} rightSection="%" />
            </div>
            <div className="pair">
              <Select
                {...field('schedule')}
                allowDeselect={false}
                data={payoutSchedules.map((value) => ({ value, label: t(`schedule.${value}`) }))}
              />
              <TextInput {...field('payoutDays')} />
            </div>
            <div className="pair">
              <TextInput {...field('retention')} rightSection="%" />
              <TextInput {...field('retentionDays')} />
            </div>
          </div>
        </Section>
        <Section title={t('section.selection')}>
          <div className="form">
            <MultiSelect
              {...field('brandIds')}
              searchable
              placeholder={values.brandIds.length === 0 ? t('form.any') : ''}
              data={brandData}
              searchValue={brandText}
              onSearchChange={(text) => {
                setBrandText(text);
                setSeenBrands((before) => {
                  const next = new Map(before);
                  for (const { brandId, name } of brands.data?.brands ?? []) next.set(String(brandId), name);
                  return next;
                });
              }}
              limit={60}
            />
            <MultiSelect
              {...field('categoryIds')}
              description={t('field.categoryIdsHelp')}
              searchable
              placeholder={values.categoryIds.length === 0 ? t('form.any') : ''}
              data={categoryData}
              limit={60}
            />
            <TagsInput
              {...field('requiredAttributes')}
              placeholder={values.requiredAttributes.length === 0 ? t('form.none') : ''}
            />
            <div className="pair">
              <TextInput {...field('minimumImages')} />
              <TextInput {...field('minimumScore')} placeholder={t('form.none')} />
            </div>
          </div>
        </Section>
        <Section title={t('section.support')}>
          <div className="form">
            <div className="pair">
              <TextInput {...field('answerHours')} placeholder={t('form.none')} />
              <TagsInput {...field('languages')} placeholder={values.languages.length === 0 ? t('form.none') : ''} />
            </div>
            <MultiSelect
              {...field('channels')}
              data={supportChannels.map((value) => ({ value, label: t(`channel.${value}`) }))}
            />
          </div>
        </Section>
        <Section title={t('section.delivery')}>
          <div className="form">
            <TextInput {...field('handlingDays')} placeholder={t('form.none')} />
            <Textarea {...field('regions')} description={t('field.regionsHelp')} autosize minRows={1} maxRows={8} />
            <Switch
              size="xs"
              label={t('field.marketplaceFulfilment')}
              checked={values.marketplaceFulfilment}
              onChange={(event) => form.setFieldValue('marketplaceFulfilment', event.currentTarget.checked)}
            />
          </div>
        </Section>
        <Section title={t('section.scorecard')}>
          <div className="form">
            <div className="pair">
              <TextInput {...field('days')} />
              <TextInput {...field('minimumOrders')} />
            </div>
            <table className="small-table field-table">
              <thead>
                <tr>
                  <th>{t('scorecard.rate')}</th>
                  <th>{t('scorecard.warn')}</th>
                  <th>{t('scorecard.suspend')}</th>
                </tr>
              </thead>
              <tbody>
                {scoreRates.map((rate) => (
                  <tr key={rate}>
                    <td>{t(`rate.${rate}`)}</td>
                    {(['warn', 'suspend'] as const).map((limit) => (
                      <td key={limit}>
                        <TextInput
                          size="xs"
                          w={90}
                          rightSection="%"
                          aria-label={`${t(`rate.${rate}`)}: ${t(`scorecard.${limit}`)}`}
                          value={values.thresholds[rate][limit]}
                          onChange={(event) =>
                            form.setFieldValue('thresholds', {
                              ...values.thresholds,
                              [rate]: { ...values.thresholds[rate], [limit]: event.currentTarget.value },
                            })
                          }
                          data-testid={`threshold-${rate}-${limit}`}
                        />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
            {form.errors.thresholds && <span className="problem">{form.errors.thresholds}</span>}
          </div>
        </Section>
      </div>
      <div className="pane-actions">
        <ActionButton type="submit" primary keys="Enter" disabled={busy} data-testid="agreement-save">
          {t('action.save')}
        </ActionButton>
        <ActionButton
          disabled={busy}
          title={t('action.templateHelp')}
          onClick={saveTemplate}
          data-testid="agreement-save-template"
        >
          {t('action.template')}
        </ActionButton>
        <ActionButton keys="Escape" onClick={onDone}>
          {t('action.cancel')}
        </ActionButton>
      </div>
    </form>
  );
}
