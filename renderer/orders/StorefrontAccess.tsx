import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { useStatus } from '../app/status.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useRun } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useMay } from '../connection/hooks.ts';
import { IntakeSettings } from './Intake.tsx';
import { Notices } from './Notices.tsx';
import { Retention } from './Retention.tsx';
import { Windows } from './Windows.tsx';

/** Where orders come from, while none is picked: the storefront's address, and its key. */
export function StorefrontAccess() {
  const { t } = useTranslation('orders');
  const client = useClient();
  const run = useRun();
  const may = useMay('settings');
  const url = useStatus((known) => known.status?.endpoints.url ?? '');
  const [issued, setIssued] = useState<ReplyOf<'orders.issueStorefrontToken'> | null>(null);
  const issue = () =>
    void run(async () => {
      setIssued(await client.call('orders.issueStorefrontToken', {}));
    });
  return (
    <div className="pane-body">
      <p className="quiet">{t('detail.pick')}</p>
      <Section title={t('access.title')}>
        <p>{t('access.hint', { url })}</p>
        {issued === null ? (
          <ActionButton small disabled={!may} onClick={issue} data-testid="storefront-issue">
            {t('access.issue')}
          </ActionButton>
        ) : (
          <>
            <p className="quiet">{t('access.once')}</p>
            <ul className="plain-list issued">
              <li>
                <span>{t('access.key')}</span>
                <code data-testid="storefront-key">{issued.appKey}</code>
              </li>
              <li>
                <span>{t('access.token')}</span>
                <code data-testid="storefront-token">{issued.appToken}</code>
              </li>
            </ul>
          </>
        )}
      </Section>
      <IntakeSettings />
      <Windows />
      <Notices />
      <Retention />
    </div>
  );
}
