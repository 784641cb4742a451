import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { SellerRow } from '../../shared/contract/sellers.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import { Pill, type Tone } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';

const tones: Readonly<Record<Credential['state'], Tone>> = {
  active: 'ok',
  replaced: 'warn',
  expired: 'dim',
  revoked: 'bad',
};

/** What lets the seller in at the endpoints, the newest first: what works, until when, last used, and a way to stop it. */
export function Credentials({ seller }: { seller: SellerRow }) {
  const { t } = useTranslation('sellers');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const may = useMay('integration');
  const { sellerId } = seller;
  const listed = useQuery('credentials.list', { sellerId }, { refreshOn: ['list.changed'] });
  const [asking, setAsking] = useState<string | null>(null);
  const credentials = listed.data?.credentials ?? [];

  const revoke = (credentialId: string) => {
    setAsking(null);
    void run(async () => {
      await client.call('credentials.revoke', { credentialId });
      notify({ message: t('token.revoked') });
      listed.refresh();
    });
  };
  const whenOf = (one: Credential) => {
    if (one.revokedAt !== null) return t('token.revokedAt', { when: format.age(one.revokedAt) });
    if (one.expiresAt !== null) return t(`token.until.${one.state}`, { when: format.dateTime(one.expiresAt) });
    return one.lastUsedAt === null ? t('token.unused') : t('token.lastUsed', { when: format.age(one.lastUsedAt) });
  };
  return (
    <Section title={t('detail.token')}>
      {!seller.hasToken && <p className="tone-warn">{t('token.none')}</p>}
      <ul className="plain-list" data-testid="credentials">
        {credentials.map((one) => (
          <li key={one.credentialId}>
            <span>
              <code>{one.appKey}</code> <Pill tone={tones[one.state]}>{t(`token.state.${one.state}`)}</Pill>{' '}
              {one.signs && <Pill tone="accent">{t('token.signs')}</Pill>}
              <br />
              <span className="tone-dim">
                {t('token.issued', { when: format.age(one.issuedAt), by: one.issuedBy === '' ? '—' : one.issuedBy })} ·{' '}
                {whenOf(one)}
              </span>
            </span>
            {(one.state === 'active' || one.state === 'replaced') &&
              (asking === one.credentialId ? (
                <span className="row-actions">
                  <ActionButton
                    small
                    danger
                    autoFocus
                    onClick={() => revoke(one.credentialId)}
                    data-testid="revoke-confirm"
                  >
                    {t('token.revokeNow')}
                  </ActionButton>
                  <ActionButton small onClick={() => setAsking(null)}>
                    {t('token.cancel')}
                  </ActionButton>
                </span>
              ) : (
                <ActionButton
                  small
                  disabled={!may}
                  title={may ? undefined : t('token.role')}
                  onClick={() => setAsking(one.credentialId)}
                  data-testid="credential-revoke"
                >
                  {t('token.revoke')}
                </ActionButton>
              ))}
          </li>
        ))}
      </ul>
    </Section>
  );
}
