import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { useListChange } from '../components/pane/useLists.ts';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useClient, useQuery } from '../connection/hooks.ts';
import { useWords } from './state.ts';
import { valueText } from './value-text.ts';

const tones = { create: 'accent', replace: 'warn', remove: 'bad' } as const;

/** What the marketplace holds beside what is written here: what would be sent, what drifted, and what cannot be read. */
export function PushView({ may }: { may: boolean }) {
  const { t } = useTranslation('payments');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const [busy, setBusy] = useState(false);
  const state = useQuery('payments.pushState', {});
  useListChange(['payments'], state.refresh);
  const words = useWords();
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    await run(work);
    setBusy(false);
    state.refresh();
  };
  const push = () =>
    act(async () => {
      const { sent, problems, state: after } = await client.call('payments.push', {});
      const wrong = after.differences.length;
      notify({
        id: 'push',
        message:
          wrong === 0 && problems.length === 0
            ? t('push.verified', { count: sent })
            : t('push.wrong', { count: wrong, problem: problems[0] ?? '' }),
        tone: wrong === 0 ? 'ok' : 'bad',
      });
    });
  if (state.error) return <ErrorState error={state.error} onRetry={state.refresh} />;
  const { data } = state;
  if (!data) return null;
  return (
    <div className="finance-page" data-testid="push-state" data-differences={data.differences.length}>
      <div className="bar">
        <span>
          {t('push.agree', { count: data.agreeing })} · {t('push.differ', { count: data.differences.length })}
        </span>
        {data.drifted > 0 && <Pill tone="bad">{t('push.drifted', { count: data.drifted })}</Pill>}
        <span className="end">{data.readAt && t('push.readAt', { when: format.dateTime(data.readAt) })}</span>
        <ActionButton
          primary
          small
          disabled={!may || busy || data.differences.length === 0}
          onClick={() => void push()}
          data-testid="push"
        >
          {t('push.action')}
        </ActionButton>
      </div>
      <div className="finance-scroll">
        {data.unreadable.map((rule) => (
          <p className="tone-warn" key={rule.id}>
            {t('push.unreadable', { name: rule.name, field: rule.field, message: rule.message })}
          </p>
        ))}
        {data.differences.length === 0 ? (
          <EmptyState title={t('push.inStep')} hint={t('push.inStepHelp')} />
        ) : (
          <table className="small-table">
            <thead>
              <tr>
                <th>{t('column.name')}</th>
                <th>{t('push.what')}</th>
                <th>{t('push.wanted')}</th>
                <th>{t('push.backend')}</th>
                <th aria-hidden />
              </tr>
            </thead>
            <tbody>
              {data.differences.map((row) => (
                <tr key={row.conditionId ?? row.backendId} data-testid="push-row" data-action={row.action}>
                  <td>
                    {row.name}
                    {row.drifted && <div className="tone-bad">{t('standing.drifted')}</div>}
                  </td>
                  <td>
                    <Pill tone={tones[row.action]}>{t(`push.does.${row.action}`)}</Pill>
                  </td>
                  <td>
                    {row.fields.map(({ field, wanted }) => (
                      <div key={field}>
                        {t(`change.${field}` as 'change.name')}: <span>{valueText(field, wanted, words)}</span>
                      </div>
                    ))}
                  </td>
                  <td>
                    {row.fields.map(({ field, backend }) => (
                      <div key={field}>
                        {t(`change.${field}` as 'change.name')}: <span>{valueText(field, backend, words)}</span>
                      </div>
                    ))}
                  </td>
                  <td className="right">
                    {row.backendId !== null && (
                      <ActionButton
                        small
                        disabled={!may || busy}
                        title={t('push.adoptHelp')}
                        onClick={() =>
                          void act(() => client.call('payments.adopt', { backendId: row.backendId ?? '' }))
                        }
                        data-testid="adopt"
                      >
                        {t('push.adopt')}
                      </ActionButton>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </div>
  );
}
