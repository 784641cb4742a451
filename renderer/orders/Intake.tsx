import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Intake } from '../../shared/contract/order-intake.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';

const useIntake = () => useQuery('orders.intake', {}, { refreshOn: ['list.changed', 'rows.changed'], calm: 2_000 });

/** Whether orders of the marketplace's own storefront are taken, how they come, and how far they were looked through. */
export function IntakeSettings() {
  const { data, refresh } = useIntake();
  return data?.isConnected ? <Settings intake={data} onSaved={refresh} /> : null;
}

function Settings({ intake, onSaved }: { intake: Intake; onSaved(): void }) {
  const { t } = useTranslation('orders');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const may = useMay('settings');
  const set = (isOn: boolean, hook: boolean) =>
    void run(async () => {
      await client.call('orders.setIntake', { isOn, hook });
      onSaved();
    });
  return (
    <Section title={t('intake.title')}>
      <p className="quiet">{t('intake.hint')}</p>
      <Checkbox
        size="xs"
        label={t('intake.on')}
        checked={intake.isOn}
        disabled={!may}
        onChange={(event) => set(event.currentTarget.checked, intake.hook === 'set')}
        data-testid="intake-on"
      />
      {intake.isOn && (
        <>
          <Checkbox
            mt={6}
            size="xs"
            label={t('intake.hook')}
            description={intake.hook === 'other' ? t('intake.hookOther') : t('intake.hookHelp')}
            checked={intake.hook === 'set'}
            disabled={!may || intake.hook === 'other'}
            onChange={(event) => set(true, event.currentTarget.checked)}
            data-testid="intake-hook"
          />
          <p className="quiet" data-testid="intake-state">
            {intake.trouble ??
              (intake.sweptUntil === null
                ? t('intake.starting')
                : t('intake.state', { count: intake.taken, at: format.dateTime(intake.sweptUntil) }))}
          </p>
        </>
      )}
    </Section>
  );
}

/** Orders of the marketplace that could not be taken, over the list: each with what is wrong, and another try. */
export function IntakeProblems() {
  const { t } = useTranslation('orders');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const may = useMay('orders');
  const { data, refresh } = useIntake();
  if (!data || data.problems.length === 0) return null;
  const again = (orderId: string) =>
    void run(async () => {
      await client.call('orders.takeAgain', { orderId });
      refresh();
    });
  return (
    <details className="intake-problems" data-testid="intake-problems">
      <summary>{t('intake.problems', { count: data.problems.length })}</summary>
      <ul className="plain-list">
        {data.problems.map(({ orderId, status, at, problem }) => (
          <li key={orderId}>
            <span>
              <b>{orderId}</b> <span className="quiet">{`${status} · ${format.dateTime(at)}`}</span>
              <br />
              {problem}
            </span>
            <ActionButton small disabled={!may} onClick={() => again(orderId)}>
              {t('intake.again')}
            </ActionButton>
          </li>
        ))}
      </ul>
    </details>
  );
}
