import { MultiSelect, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf, RequestOf } from '../../shared/contract/index.ts';
import { criteria, defaultExposure } from '../../shared/domain/orders/exposure.ts';
import { hrefOf } from '../app/routes.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';

type Rule = RequestOf<'exposure.setRule'>;
const builtIn: Rule = {
  ...defaultExposure,
  weights: { ...defaultExposure.weights },
  excludedSellers: [...defaultExposure.excludedSellers],
};

/** The rules that decide the buy box, for all of the marketplace or a category, tried on the catalogue before they hold. */
export function Rules() {
  const { t } = useTranslation('exposure');
  const [categoryId, setCategoryId] = useState('');
  const known = useQuery('exposure.rules', {});
  const categories = useQuery('catalog.categories', {}).data?.categories ?? [];
  const rules = known.data?.rules;
  const names = new Map(categories.map((category) => [String(category.categoryId), category.path]));
  return (
    <div className="pane-body" data-testid="exposure-rules-pane">
      <h2>{t('rules.title')}</h2>
      <p className="quiet">{t('rules.hint')}</p>
      <NativeSelect
        size="xs"
        label={t('rules.for')}
        value={categoryId}
        onChange={(event) => setCategoryId(event.currentTarget.value)}
        data={[
          { value: '', label: t('rules.all') },
          ...categories.map((category) => ({
            value: String(category.categoryId),
            label: `${category.path}${rules?.some((rule) => rule.categoryId === String(category.categoryId)) ? ' •' : ''}`,
          })),
        ]}
        data-testid="rule-category"
      />
      {rules !== undefined && (
        <RuleForm
          key={`${categoryId} ${JSON.stringify(rules)}`}
          start={rules.find((rule) => rule.categoryId === categoryId) ?? { ...builtIn, categoryId }}
          isSet={rules.some((rule) => rule.categoryId === categoryId)}
          others={rules.filter((rule) => rule.categoryId !== categoryId)}
          onSaved={known.refresh}
        />
      )}
      {rules !== undefined && rules.length > 0 && (
        <Section title={t('rules.list')}>
          <ul className="plain-list">
            {rules.map((rule) => (
              <li key={rule.categoryId}>
                <span>{rule.categoryId === '' ? t('rules.all') : (names.get(rule.categoryId) ?? rule.categoryId)}</span>
                <ActionButton small onClick={() => setCategoryId(rule.categoryId)}>
                  {t('rules.open')}
                </ActionButton>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

interface FormProps {
  readonly start: Rule;
  readonly isSet: boolean;
  readonly others: readonly Rule[];
  onSaved(): void;
}

function RuleForm({ start, isSet, others, onSaved }: FormProps) {
  const { t } = useTranslation('exposure');
  const client = useClient();
  const run = useRun();
  const may = useMay('finance');
  const sellers = useQuery('sellers.list', {}).data?.sellers ?? [];
  const [weights, setWeights] = useState<Record<string, string>>(() =>
    Object.fromEntries(criteria.map((criterion) => [criterion, String(start.weights[criterion])])),
  );
  const [excluded, setExcluded] = useState<string[]>(start.excludedSellers);
  const [stock, setStock] = useState(String(start.minimumStock));
  const [score, setScore] = useState(String(start.minimumScore));
  const [hours, setHours] = useState(start.longestDeliveryHours === null ? '' : String(start.longestDeliveryHours));
  const [whatIf, setWhatIf] = useState<ReplyOf<'exposure.whatIf'> | null>(null);
  const whole = (text: string, most: number) =>
    /^\d{1,7}$/.test(text.trim()) && Number(text) <= most ? Number(text) : null;
  const numbers = criteria.map((criterion) => whole(weights[criterion] ?? '', 100));
  const [price, total, delivery, byScore, byStock] = numbers;
  const minimumStock = whole(stock, 1_000_000);
  const minimumScore = whole(score, 100);
  const longest = hours.trim() === '' ? null : whole(hours, 10_000);
  const rule: Rule | null =
    price == null ||
    total == null ||
    delivery == null ||
    byScore == null ||
    byStock == null ||
    numbers.every((each) => each === 0) ||
    minimumStock === null ||
    minimumScore === null ||
    (hours.trim() !== '' && (longest === null || longest === 0))
      ? null
      : {
          categoryId: start.categoryId,
          weights: { price, total, delivery, score: byScore, stock: byStock },
          excludedSellers: excluded,
          minimumStock,
          minimumScore,
          longestDeliveryHours: longest,
        };
  const save = () => {
    if (rule === null) return;
    void run(async () => {
      await client.call('exposure.setRule', rule);
      notify({ message: t('rules.saved') });
      onSaved();
    });
  };
  const remove = () =>
    void run(async () => {
      await client.call('exposure.removeRule', { categoryId: start.categoryId });
      onSaved();
    });
  const tryOut = () => {
    if (rule === null) return;
    void run(async () => setWhatIf(await client.call('exposure.whatIf', { rules: [...others, rule] })));
  };
  const field = (label: string, value: string, set: (value: string) => void, testid: string) => (
    <TextInput
      size="xs"
      w={96}
      label={label}
      value={value}
      disabled={!may}
      onChange={(event) => set(event.currentTarget.value)}
      data-testid={testid}
    />
  );
  return (
    <>
      <Section title={t('rules.weights')}>
        <div className="compare-fields">
          {criteria.map((criterion) => (
            <div key={criterion}>
              {field(
                t(`criteria.${criterion}`),
                weights[criterion] ?? '',
                (value) => setWeights({ ...weights, [criterion]: value }),
                `weight-${criterion}`,
              )}
            </div>
          ))}
        </div>
      </Section>
      <Section title={t('rules.leftOut')}>
        <div className="compare-fields">
          {field(t('rules.minimumStock'), stock, setStock, 'rule-stock')}
          {field(t('rules.minimumScore'), score, setScore, 'rule-score')}
          {field(t('rules.longest'), hours, setHours, 'rule-hours')}
        </div>
        <MultiSelect
          size="xs"
          label={t('rules.excluded')}
          data={sellers.map(({ sellerId, name }) => ({ value: sellerId, label: name }))}
          value={excluded}
          onChange={setExcluded}
          disabled={!may}
          searchable
          clearable
          data-testid="rule-excluded"
        />
      </Section>
      {rule === null && <p className="problem">{t('rules.incomplete')}</p>}
      <div className="row-actions">
        <ActionButton small disabled={rule === null} onClick={tryOut} data-testid="rule-try">
          {t('rules.try')}
        </ActionButton>
        <ActionButton small primary disabled={!may || rule === null} onClick={save} data-testid="rule-save">
          {t('rules.save')}
        </ActionButton>
        {isSet && (
          <ActionButton small danger disabled={!may} onClick={remove}>
            {t('rules.remove')}
          </ActionButton>
        )}
      </div>
      {whatIf !== null && <WhatIf result={whatIf} />}
    </>
  );
}

function WhatIf({ result }: { result: ReplyOf<'exposure.whatIf'> }) {
  const { t } = useTranslation('exposure');
  const format = useFormat();
  const sellers = useQuery('sellers.list', {}).data?.sellers ?? [];
  const nameOf = (sellerId: string | null) =>
    sellerId === null ? t('whatIf.nobody') : (sellers.find((seller) => seller.sellerId === sellerId)?.name ?? sellerId);
  return (
    <Section title={t('whatIf.title')}>
      <p data-testid="what-if">
        {t('whatIf.changed', { changed: format.number(result.changed), skus: format.number(result.skus) })}
      </p>
      <p className="quiet">{t('whatIf.hint')}</p>
      {result.samples.length > 0 && (
        <table className="small-table samples" data-testid="what-if-samples">
          <caption className="quiet">{t('whatIf.samples')}</caption>
          <thead>
            <tr>
              <th>{t('whatIf.sku')}</th>
              <th>{t('whatIf.before')}</th>
              <th>{t('whatIf.after')}</th>
            </tr>
          </thead>
          <tbody>
            {result.samples.map((sample) => (
              <tr key={sample.skuId}>
                <td>
                  <a className="link" href={hrefOf('buybox', { sku: String(sample.skuId) })} title={sample.name}>
                    {sample.name}
                  </a>
                </td>
                <td>{nameOf(sample.before)}</td>
                <td>{nameOf(sample.after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {result.sellers.length > 0 && (
        <table className="small-table">
          <thead>
            <tr>
              <th>{t('whatIf.seller')}</th>
              <th className="right">{t('whatIf.before')}</th>
              <th className="right">{t('whatIf.after')}</th>
            </tr>
          </thead>
          <tbody>
            {result.sellers.slice(0, 20).map((seller) => (
              <tr key={seller.sellerId}>
                <td>{seller.name}</td>
                <td className="right">{format.number(seller.before)}</td>
                <td className="right">{format.number(seller.after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
