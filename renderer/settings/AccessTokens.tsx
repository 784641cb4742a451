import { Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccessToken } from '../../shared/contract/access.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import type { Operator } from '../connection/connection.ts';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';

/** What lets operators in at the console of a server: issued and revoked by an administrator; a token is shown once. */
export function AccessTokens({ operators }: { operators: readonly Operator[] }) {
  const { t } = useTranslation('settings');
  const client = useClient();
  const run = useRun();
  const format = useFormat();
  const may = useMay('settings');
  const listed = useQuery('access.tokens', {}, { enabled: may });
  const [operatorId, setOperatorId] = useState<string | null>(null);
  const [issued, setIssued] = useState<{ name: string; token: string } | null>(null);
  if (!may) return null;
  const chosen = operators.find((one) => one.operatorId === operatorId);
  const issue = () => {
    if (!chosen) return;
    void run(async () => {
      const { token } = await client.call('access.issueToken', { operatorId: chosen.operatorId });
      setIssued({ name: chosen.name, token });
      listed.refresh();
    });
  };
  const revoke = (one: AccessToken) =>
    void run(async () => {
      await client.call('access.revokeToken', { tokenId: one.tokenId });
      notify({ message: t('operators.revoked') });
      listed.refresh();
    });
  const isOver = (one: AccessToken) => one.revokedAt !== null || Date.parse(one.expiresAt) <= Date.now();
  return (
    <Section title={t('operators.tokens')}>
      <p>{t('operators.tokensExplain')}</p>
      {issued && (
        <div className="settings-note" data-testid="access-issued">
          <p>{t('operators.once', { name: issued.name })}</p>
          <code>{issued.token}</code>
          <div className="row-actions">
            <CopyButton text={issued.token} label={t('operators.copyToken')} />
            <ActionButton small onClick={() => setIssued(null)}>
              {t('operators.done')}
            </ActionButton>
          </div>
        </div>
      )}
      <div className="row-actions">
        <Select
          size="xs"
          w={200}
          aria-label={t('operators.name')}
          placeholder={t('operators.name')}
          data={operators.map((one) => ({ value: one.operatorId, label: one.name }))}
          value={operatorId}
          onChange={setOperatorId}
          data-testid="access-operator"
        />
        <ActionButton disabled={!chosen} onClick={issue} data-testid="access-issue">
          {t('operators.issue')}
        </ActionButton>
      </div>
      {listed.data?.tokens.length === 0 && <p className="quiet">{t('operators.noTokens')}</p>}
      <ul className="plain-list" data-testid="access-tokens">
        {(listed.data?.tokens ?? []).map((one) => (
          <li key={one.tokenId}>
            <span>
              {one.operatorName} ·{' '}
              {one.revokedAt !== null
                ? t('operators.gone')
                : isOver(one)
                  ? t('operators.expired')
                  : t('operators.until', { when: format.date(one.expiresAt) })}
              {' · '}
              {one.lastUsedAt === null
                ? t('operators.unused')
                : t('operators.used', { when: format.age(one.lastUsedAt) })}
            </span>
            {!isOver(one) && (
              <ActionButton
                small
                danger
                aria-label={t('operators.revokeFor', { name: one.operatorName })}
                onClick={() => revoke(one)}
                data-testid="access-revoke"
              >
                {t('operators.revoke')}
              </ActionButton>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
