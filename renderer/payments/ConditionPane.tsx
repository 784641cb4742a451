import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedCondition } from '../../shared/contract/payments.ts';
import { differingFields } from '../../shared/domain/payments/condition.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { Ask, Section } from '../components/pane/Section.tsx';
import { EmptyState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { zoneOf } from './form.ts';
import { amountField, type PaymentUndo, standingTones, useDayNames, useRateText, useWords } from './state.ts';
import { valueText } from './value-text.ts';

interface ConditionPaneProps {
  readonly listed: ListedCondition | null;
  readonly currency: string;
  readonly mayEdit: boolean;
  readonly mayCreate: boolean;
  readonly undo: PaymentUndo;
  onNew(): void;
  onEdit(): void;
  onRemove(): Promise<void>;
}

/** What one condition says, and who changed it when. */
export function ConditionPane(props: ConditionPaneProps) {
  const { listed, mayEdit, mayCreate, undo, onNew, onEdit, onRemove } = props;
  const { t } = useTranslation('payments');
  const run = useRun();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <div className="pane-body" data-testid="condition-pane">
        {listed ? (
          <Facts listed={listed} currency={props.currency} />
        ) : (
          <EmptyState title={t('pick')} hint={t('pickHelp')} />
        )}
      </div>
      {asking && listed && (
        <Ask title={t('remove.title')} text={t('remove.text', { name: listed.condition.name })}>
          <ActionButton
            danger
            onClick={() => void run(onRemove).then(() => setAsking(false))}
            data-testid="condition-remove-confirm"
          >
            {t('action.remove')}
          </ActionButton>
          <ActionButton onClick={() => setAsking(false)}>{t('action.cancel')}</ActionButton>
        </Ask>
      )}
      <div className="pane-actions">
        <ActionButton
          primary
          keys="N"
          disabled={!mayCreate}
          title={mayCreate ? undefined : t('why.role')}
          onClick={onNew}
          data-testid="condition-new"
        >
          {t('action.new')}
        </ActionButton>
        <ActionButton keys="E" disabled={!mayEdit} onClick={onEdit} data-testid="condition-edit">
          {t('action.edit')}
        </ActionButton>
        <ActionButton danger disabled={!mayEdit} onClick={() => setAsking(true)} data-testid="condition-remove">
          {t('action.remove')}
        </ActionButton>
        <ActionButton keys="Mod+Z" disabled={!undo.canUndo} onClick={() => void undo.undo()}>
          {t('action.undo')}
        </ActionButton>
      </div>
    </>
  );
}

function Facts({ listed, currency }: { listed: ListedCondition; currency: string }) {
  const { t } = useTranslation('payments');
  const format = useFormat();
  const rate = useRateText();
  const days = useDayNames();
  const words = useWords();
  const history = useQuery('payments.history', { id: listed.condition.id });
  const { condition } = listed;
  const { installments, commercial } = condition;
  const money = (minor: number) => format.minor(minor, currency);
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    [t('field.minimum'), condition.minimum === null ? null : money(condition.minimum)],
    [t('field.salesChannels'), condition.salesChannels?.join(', ') ?? t('field.all')],
    [t('field.country'), condition.country],
    [t('field.merchants'), condition.merchants?.join(', ')],
    [t('field.commercialId'), commercial && `${commercial.id} · ${format.percent(commercial.share / 10_000)}`],
    [t('field.beginsAt'), condition.beginsAt && format.dateTime(condition.beginsAt)],
    [t('field.endsAt'), condition.endsAt && format.dateTime(condition.endsAt)],
    [
      t('window.title'),
      condition.windows
        .map(
          ({ days: on, from, until, offset }) =>
            `${on.length === 7 ? t('window.daily') : on.map((day) => days[day]).join(', ')} ${decimalTime(from)}–${decimalTime(until)} (UTC${zoneOf(offset)})`,
        )
        .join('; '),
    ],
    [
      t('field.requiresAuthentication'),
      condition.requiresAuthentication === null ? null : t(`maybe.${condition.requiresAuthentication ? 'yes' : 'no'}`),
    ],
    [t('field.issuer'), condition.issuer],
    [t('field.cobrand'), condition.cobrand],
    [t('field.cardLevel'), condition.cardLevel],
    [
      t('field.excludedBins'),
      condition.excludedBins.map(({ from, to }) => (from === to ? from : `${from}–${to}`)).join(', '),
    ],
    [
      t('field.connector'),
      condition.connector &&
        [condition.connector.implementation, condition.connector.affiliationId].filter(Boolean).join(' · '),
    ],
    [
      t('field.antifraud'),
      condition.antifraud &&
        [condition.antifraud.implementation, condition.antifraud.affiliationId].filter(Boolean).join(' · '),
    ],
  ];
  return (
    <>
      <h2>{condition.name}</h2>
      <p className="pane-sub">
        <Pill tone={standingTones[listed.standing]}>{t(`standing.${listed.standing}`)}</Pill> {condition.system.name} ·{' '}
        {listed.ownerName ?? t('marketplace')} · {t(condition.enabled ? 'brief.on' : 'brief.off')}
      </p>
      {listed.suspicious && <p className="tone-warn">{t('suspicious')}</p>}
      <dl className="facts">
        {facts.map(([name, value]) =>
          value ? (
            <div className="fact" key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      {installments && (
        <Section title={t('field.hasInstallments')}>
          <p className="quiet">
            {t(`method.${installments.method}`)} · {t(`due.${installments.dueDate}`)}
            {installments.minimum > 0 && ` · ${t('brief.installmentMinimum', { amount: money(installments.minimum) })}`}
          </p>
          <table className="small-table">
            <thead>
              <tr>
                <th className="right">{t('plan.quantity')}</th>
                <th className="right">{t('plan.rate')}</th>
                <th className="right">{t('plan.tax')}</th>
              </tr>
            </thead>
            <tbody>
              {installments.plans.map((plan) => (
                <tr key={plan.quantity}>
                  <td className="right">{plan.quantity} ×</td>
                  <td className="right">{plan.rate === 0 ? t('plan.free') : rate(plan.rate)}</td>
                  <td className="right">{plan.tax === 0 ? '' : rate(plan.tax)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
      {condition.deadlines.length > 0 && (
        <Section title={t('field.deadlines')}>
          <ul className="plain-list">
            {condition.deadlines.map(({ payments }) => (
              <li key={payments.map(({ days: after }) => after).join()}>
                <span>
                  {payments
                    .map(({ days: after, rate: interest }) =>
                      interest === 0
                        ? t('plan.after', { count: after })
                        : `${t('plan.after', { count: after })} (${rate(interest)})`,
                    )
                    .join(', ')}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={t('history')}>
        <table className="small-table">
          <tbody>
            {history.data?.versions.map((version, index, all) => {
              const before = all[index + 1]?.condition;
              return (
                <tr key={version.version}>
                  <td>{version.version}</td>
                  <td>
                    {version.author}
                    <div className="quiet">
                      {version.condition === null
                        ? t('historyRemoved')
                        : before
                          ? differingFields(before, version.condition)
                              .map((field) => {
                                const text = (value: unknown) => valueText(field, JSON.stringify(value ?? null), words);
                                return `${t(`change.${field}` as 'change.name')}: ${text(before[field])} → ${text(version.condition?.[field])}`;
                              })
                              .join('; ')
                          : t('historyFirst')}
                    </div>
                  </td>
                  <td className="right">{format.dateTime(version.at)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Section>
    </>
  );
}

const decimalTime = (minutes: number) =>
  amountField(Math.floor(minutes / 60) * 100 + (minutes % 60), 2)
    .replace('.', ':')
    .padStart(5, '0');
