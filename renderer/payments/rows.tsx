import { TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { everyDay } from '../../shared/domain/payments/windows.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import type { PlanValues, WindowValues } from './form.ts';
import { zoneOf } from './form.ts';
import { useDayNames } from './state.ts';

const replaced = <Row,>(rows: readonly Row[], index: number, change: Partial<Row>): Row[] =>
  rows.map((row, at) => (at === index ? { ...row, ...change } : row));
const without = <Row,>(rows: readonly Row[], index: number): Row[] => rows.filter((_, at) => at !== index);

interface PlanRowsProps {
  readonly plans: readonly PlanValues[];
  readonly method: 'compound' | 'simple' | 'single';
  readonly error: ReactNode;
  onChange(plans: PlanValues[]): void;
}

/** Numbers of installments, each with its interest; many at once from three numbers. */
export function PlanRows({ plans, method, error, onChange }: PlanRowsProps) {
  const { t } = useTranslation('payments');
  const [fill, setFill] = useState({ most: '12', free: '6', rate: '1.99' });
  const cell = (index: number, name: keyof PlanValues) => (
    <td>
      <TextInput
        size="xs"
        aria-label={t('plan.cell', { column: t(`plan.${name}`), row: index + 1 })}
        value={plans[index]?.[name] ?? ''}
        onChange={(event) => onChange(replaced(plans, index, { [name]: event.currentTarget.value }))}
        data-testid={`plan-${index}-${name}`}
      />
    </td>
  );
  const generate = () => {
    const most = Math.min(99, Number(fill.most) || 1);
    onChange(
      Array.from({ length: most }, (_, index) => ({
        quantity: String(index + 1),
        rate: index < Number(fill.free) ? '0' : fill.rate,
        tax: '',
        external: '',
      })),
    );
  };
  const number = (name: keyof typeof fill) => (
    <TextInput
      size="xs"
      w={64}
      aria-label={t(`fill.${name}`)}
      title={t(`fill.${name}`)}
      value={fill[name]}
      onChange={(event) => setFill({ ...fill, [name]: event.currentTarget.value })}
      data-testid={`fill-${name}`}
    />
  );
  return (
    <div data-testid="condition-plans">
      <div className="inline-fields">
        <span>{t('fill.text')}</span>
        {number('most')}
        <span>{t('fill.freeText')}</span>
        {number('free')}
        <span>{t('fill.rateText')}</span>
        {number('rate')}
        <ActionButton small onClick={generate} data-testid="fill">
          {t('fill.action')}
        </ActionButton>
      </div>
      {plans.length > 0 && (
        <table className="small-table field-table">
          <thead>
            <tr>
              <th>{t('plan.quantity')}</th>
              <th>{t('plan.rate')}</th>
              {method === 'simple' && <th>{t('plan.tax')}</th>}
              <th title={t('plan.externalHelp')}>{t('plan.external')}</th>
              <th aria-hidden />
            </tr>
          </thead>
          <tbody>
            {plans.map((_, index) => (
              // rows have no name but their place
              // biome-ignore lint/suspicious/noArrayIndexKey: rows are told apart by their place alone
              <tr key={index}>
                {cell(index, 'quantity')}
                {cell(index, 'rate')}
                {method === 'simple' && cell(index, 'tax')}
                {cell(index, 'external')}
                <td>
                  <ActionButton
                    small
                    aria-label={t('plan.remove', { row: index + 1 })}
                    onClick={() => onChange(without(plans, index))}
                  >
                    ×
                  </ActionButton>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ActionButton
        small
        className="below"
        onClick={() =>
          onChange([
            ...plans,
            {
              quantity: String(Number(plans.at(-1)?.quantity ?? 0) + 1),
              rate: plans.at(-1)?.rate ?? '0',
              tax: '',
              external: '',
            },
          ])
        }
        data-testid="plan-add"
      >
        {t('plan.add')}
      </ActionButton>
      {error && <span className="problem">{error}</span>}
    </div>
  );
}

interface WindowRowsProps {
  readonly windows: readonly WindowValues[];
  readonly error: ReactNode;
  onChange(windows: WindowValues[]): void;
}

/** Days and hours of the week. */
export function WindowRows({ windows, error, onChange }: WindowRowsProps) {
  const { t } = useTranslation('payments');
  const days = useDayNames();
  const clock = (index: number, name: 'from' | 'until' | 'offset') => (
    <TextInput
      size="xs"
      w={name === 'offset' ? 76 : 70}
      aria-label={t(`window.${name}`)}
      title={t(`window.${name}`)}
      value={windows[index]?.[name] ?? ''}
      onChange={(event) => onChange(replaced(windows, index, { [name]: event.currentTarget.value }))}
      data-testid={`window-${index}-${name}`}
    />
  );
  return (
    <div>
      <span className="mantine-InputWrapper-label">{t('window.title')}</span>
      {windows.length === 0 && <p className="quiet">{t('window.always')}</p>}
      {windows.map((window, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are told apart by their place alone
        <div className="window-row" key={index}>
          <span className="day-chips">
            {days.map((name, day) => (
              <button
                key={name}
                type="button"
                className="chip"
                aria-pressed={window.days.includes(day)}
                onClick={() =>
                  onChange(
                    replaced(windows, index, {
                      days: window.days.includes(day)
                        ? window.days.filter((each) => each !== day)
                        : [...window.days, day],
                    }),
                  )
                }
              >
                {name}
              </button>
            ))}
          </span>
          {clock(index, 'from')}
          <span>–</span>
          {clock(index, 'until')}
          {clock(index, 'offset')}
          <ActionButton small aria-label={t('window.remove')} onClick={() => onChange(without(windows, index))}>
            ×
          </ActionButton>
        </div>
      ))}
      <ActionButton
        small
        className="below"
        onClick={() =>
          onChange([
            ...windows,
            { days: [...everyDay], from: '08:00', until: '20:00', offset: zoneOf(-new Date().getTimezoneOffset()) },
          ])
        }
        data-testid="window-add"
      >
        {t('window.add')}
      </ActionButton>
      {error && <span className="problem">{error}</span>}
    </div>
  );
}
