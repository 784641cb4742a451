import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../components/ActionButton.tsx';
import { notify, useRun } from '../components/notify.tsx';
import { Ask } from '../components/pane/Section.tsx';
import { useListChange } from '../components/pane/useLists.ts';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';

/** Terms that new agreements start from. They are written by an agreement's form. */
export function Templates() {
  const { t } = useTranslation('agreements');
  const client = useClient();
  const run = useRun();
  const may = useMay('finance');
  const list = useQuery('agreements.list', {});
  useListChange(['agreements'], list.refresh);
  const [asking, setAsking] = useState<string | null>(null);
  if (list.error) return <ErrorState error={list.error} onRetry={list.refresh} />;
  const templates = list.data?.templates ?? [];
  const asked = templates.find(({ templateId }) => templateId === asking);
  const remove = (templateId: string) =>
    void run(async () => {
      const { name, terms } = await client.call('agreements.removeTemplate', { templateId });
      setAsking(null);
      notify({
        id: 'template',
        time: 9_000,
        message: (
          <span className="undo-note">
            <span>{t('done.templateRemoved', { name })}</span>
            <ActionButton small onClick={() => void run(() => client.call('agreements.saveTemplate', { name, terms }))}>
              {t('action.undo')}
            </ActionButton>
          </span>
        ),
      });
    });
  return (
    <div className="finance-page">
      <div className="finance-scroll" data-testid="templates">
        {templates.length === 0 ? (
          <EmptyState title={t('empty.templates')} hint={t('empty.templatesHelp')} />
        ) : (
          <ul className="plain-list">
            {templates.map(({ templateId, name }) => (
              <li key={templateId}>
                <span>{name}</span>
                <ActionButton small danger disabled={!may} onClick={() => setAsking(templateId)}>
                  {t('action.removeTemplate')}
                </ActionButton>
              </li>
            ))}
          </ul>
        )}
      </div>
      {asked && (
        <Ask text={t('templateRemove', { name: asked.name })}>
          <ActionButton danger onClick={() => remove(asked.templateId)}>
            {t('action.removeTemplate')}
          </ActionButton>
          <ActionButton onClick={() => setAsking(null)}>{t('action.cancel')}</ActionButton>
        </Ask>
      )}
    </div>
  );
}
