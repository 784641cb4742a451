import { Checkbox, NativeSelect, Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import {
  defaultWindows,
  type WindowLength,
  type WindowScope,
  windowScopes,
  windowUnits,
} from '../../shared/domain/orders/windows.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { notify, useRun } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { SellerSelect } from '../components/SellerSelect.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';

const kinds = ['cancellation', 'change', 'change-seller', 'authorisation', 'suggestion-expiry'] as const;
type Kind = (typeof kinds)[number];
type Known = ReplyOf<'orders.windows'>;

/** Windows of the whole marketplace, a channel, a category or a seller; the nearest one holds. */
export function Windows() {
  const { t } = useTranslation('orders');
  const windows = useQuery('orders.windows', {});
  const categories = useQuery('catalog.categories', {}).data?.categories ?? [];
  const [scope, setScope] = useState<WindowScope>('marketplace');
  const [scopeId, setScopeId] = useState('');
  if (!windows.data) return null;
  const { rules, calendar } = windows.data;
  const ruleOf = (kind: Kind) =>
    rules.find((rule) => rule.kind === kind && rule.scope === scope && rule.scopeId === scopeId);
  const isNamed = scope === 'marketplace' || scopeId !== '';
  const elsewhere = rules.filter((rule) => rule.scope !== 'marketplace');
  return (
    <>
      <Section title={t('windows.title')}>
        <p className="quiet">{t('windows.hint')}</p>
        <div className="window-row">
          <NativeSelect
            size="xs"
            aria-label={t('windows.for')}
            value={scope}
            onChange={(event) => {
              const chosen = windowScopes.find((each) => each === event.currentTarget.value);
              if (!chosen) return;
              setScope(chosen);
              setScopeId('');
            }}
            data={windowScopes.map((each) => ({ value: each, label: t(`windows.scopes.${each}`) }))}
            data-testid="window-scope"
          />
          {scope === 'seller' && (
            <SellerSelect value={scopeId === '' ? null : scopeId} onChange={(value) => setScopeId(value ?? '')} />
          )}
          {scope === 'category' && (
            <Select
              size="xs"
              aria-label={t('windows.scopes.category')}
              data={categories.map(({ categoryId, path }) => ({ value: String(categoryId), label: path }))}
              value={scopeId === '' ? null : scopeId}
              onChange={(value) => setScopeId(value ?? '')}
              limit={100}
              searchable
            />
          )}
          {scope === 'channel' && (
            <TextInput
              size="xs"
              w={90}
              aria-label={t('windows.scopes.channel')}
              value={scopeId}
              onChange={(event) => setScopeId(event.currentTarget.value.trim())}
              data-testid="window-channel"
            />
          )}
        </div>
        {isNamed &&
          kinds.map((kind) => {
            const rule = ruleOf(kind);
            return (
              <WindowRow
                key={`${kind} ${scope} ${scopeId} ${JSON.stringify(rule)}`}
                kind={kind}
                scope={scope}
                scopeId={scopeId}
                isSet={rule !== undefined}
                length={rule?.length ?? defaultWindows[kind]}
                own={ownOf(rule, calendar)}
                calendar={calendar}
                saved={windows.refresh}
              />
            );
          })}
        {elsewhere.length > 0 && (
          <ul className="plain-list" data-testid="window-rules">
            {elsewhere.map((rule) => (
              <li key={`${rule.kind} ${rule.scope} ${rule.scopeId}`}>
                <span>
                  {t(`windows.${rule.kind}`)}: {rule.length.amount} {t(`windows.${rule.length.unit}`)}
                </span>
                <ActionButton
                  small
                  onClick={() => {
                    setScope(rule.scope);
                    setScopeId(rule.scopeId);
                  }}
                >
                  {t(`windows.scopes.${rule.scope}`)} {rule.scopeId}
                </ActionButton>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Calendar key={JSON.stringify(calendar)} calendar={calendar} saved={windows.refresh} />
    </>
  );
}

/** The calendar of a rule's own; null: it follows the marketplace's whole. */
function ownOf(rule: Known['rules'][number] | undefined, calendar: Known['calendar']): Known['calendar'] | null {
  if (rule === undefined || (rule.timeZone === null && rule.holidays === null)) return null;
  return { timeZone: rule.timeZone ?? calendar.timeZone, holidays: rule.holidays ?? calendar.holidays };
}

interface RowProps {
  readonly kind: Kind;
  readonly scope: WindowScope;
  readonly scopeId: string;
  readonly isSet: boolean;
  readonly length: WindowLength;
  /** The rule's own calendar; null: it follows the marketplace's. */
  readonly own: Known['calendar'] | null;
  readonly calendar: Known['calendar'];
  saved(): void;
}

function WindowRow({ kind, scope, scopeId, isSet, length, own, calendar, saved }: RowProps) {
  const { t } = useTranslation('orders');
  const client = useClient();
  const run = useRun();
  const may = useMay('orders');
  const [amount, setAmount] = useState(String(length.amount));
  const [unit, setUnit] = useState(length.unit);
  const [days, setDays] = useState(own);
  // minutes and hours are the same wherever they are counted
  const countsDays = unit === 'days' || unit === 'business-days';
  const isValid = /^\d{1,4}$/.test(amount) && (days === null || days.holidays.every(isDay));
  const save = (wanted: WindowLength | null) =>
    void run(async () => {
      await client.call('orders.setWindow', {
        kind,
        scope,
        scopeId,
        length: wanted,
        ...((countsDays ? days : null) ?? noOwn),
      });
      notify({ message: t('windows.saved') });
      saved();
    });
  return (
    <>
      <div className="window-row">
        <span className={isSet || scope === 'marketplace' ? '' : 'tone-dim'}>{t(`windows.${kind}`)}</span>
        <TextInput
          size="xs"
          w={64}
          aria-label={`${t(`windows.${kind}`)}: ${t('windows.amount')}`}
          value={amount}
          onChange={(event) => setAmount(event.currentTarget.value)}
          data-testid={`window-${kind}-amount`}
        />
        <NativeSelect
          size="xs"
          aria-label={`${t(`windows.${kind}`)}: ${t('windows.unit')}`}
          value={unit}
          onChange={(event) => {
            const chosen = windowUnits.find((each) => each === event.currentTarget.value);
            if (chosen) setUnit(chosen);
          }}
          data={windowUnits.map((each) => ({ value: each, label: t(`windows.${each}`) }))}
        />
        <ActionButton
          small
          disabled={!may || !isValid}
          onClick={() => save({ amount: Number(amount), unit })}
          data-testid={`window-${kind}-save`}
        >
          {t('windows.save')}
        </ActionButton>
        {isSet && (
          <ActionButton small disabled={!may} onClick={() => save(null)}>
            {t('windows.remove')}
          </ActionButton>
        )}
      </div>
      {scope !== 'marketplace' && countsDays && (
        <Checkbox
          size="xs"
          label={t('windows.ownCalendar')}
          checked={days !== null}
          disabled={!may}
          onChange={(event) => setDays(event.currentTarget.checked ? (own ?? calendar) : null)}
          data-testid={`window-${kind}-own`}
        />
      )}
      {days !== null && countsDays && (
        <div className="window-row">
          <CalendarFields value={days} onChange={setDays} disabled={!may} testId={`window-${kind}-holidays`} />
        </div>
      )}
    </>
  );
}

const isDay = (day: string): boolean => /^\d{4}-\d\d-\d\d$/.test(day);
const noOwn = { timeZone: null, holidays: null };

interface CalendarFieldsProps {
  readonly value: Known['calendar'];
  onChange(value: Known['calendar']): void;
  readonly disabled: boolean;
  readonly testId: string;
}

/** A time zone, and holidays one a line. */
function CalendarFields({ value, onChange, disabled, testId }: CalendarFieldsProps) {
  const { t } = useTranslation('orders');
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [text, setText] = useState(value.holidays.join('\n'));
  return (
    <>
      <Select
        size="xs"
        label={t('windows.timeZone')}
        data={[...new Set(['UTC', here, value.timeZone, ...Intl.supportedValuesOf('timeZone')])]}
        value={value.timeZone}
        onChange={(timeZone) => onChange({ ...value, timeZone: timeZone ?? 'UTC' })}
        limit={100}
        disabled={disabled}
        searchable
      />
      <Textarea
        size="xs"
        label={t('windows.holidays')}
        placeholder="2026-12-25"
        autosize
        minRows={2}
        maxRows={8}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          onChange({ ...value, holidays: event.currentTarget.value.split(/[\s,;]+/).filter((day) => day !== '') });
        }}
        disabled={disabled}
        data-testid={testId}
      />
    </>
  );
}

/** Where days are counted: the time zone and the holidays of the marketplace. */
function Calendar({ calendar, saved }: { calendar: Known['calendar']; saved(): void }) {
  const { t } = useTranslation('orders');
  const client = useClient();
  const run = useRun();
  const may = useMay('orders');
  const [days, setDays] = useState(calendar);
  const isValid = days.holidays.every(isDay);
  const save = () =>
    void run(async () => {
      await client.call('orders.setCalendar', days);
      notify({ message: t('windows.saved') });
      saved();
    });
  return (
    <Section title={t('windows.calendar')}>
      <p className="quiet">{t('windows.calendarHint')}</p>
      <CalendarFields value={days} onChange={setDays} disabled={!may} testId="window-holidays" />
      <div className="row-actions">
        <ActionButton small disabled={!may || !isValid} onClick={save} data-testid="calendar-save">
          {t('windows.save')}
        </ActionButton>
      </div>
    </Section>
  );
}
