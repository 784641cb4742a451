import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { CopyButton } from '../components/CopyButton.tsx';

interface IssuedTokenProps {
  readonly token: ReplyOf<'credentials.issue'>;
  /** The one before has stopped working. */
  readonly atOnce: boolean;
  onTaken(): void;
}

/** A new token, the one time it is shown. */
export function IssuedToken({ token, atOnce, onTaken }: IssuedTokenProps) {
  const { t } = useTranslation('sellers');
  const lines = [
    [t('token.key'), token.appKey],
    [t('token.secret'), token.appToken],
    ...(token.signingKey === null ? [] : [[t('token.signingKey'), token.signingKey] as const]),
  ] as const;
  return (
    <section className="ask" aria-label={t('detail.token')} data-testid="token-issued">
      <b role="status">{t(atOnce ? 'token.once' : 'token.onceFirst')}</b>
      <dl className="facts issued">
        {lines.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>
              <code>{value}</code> <CopyButton text={value} label={t('token.copy', { what: name })} />
            </dd>
          </div>
        ))}
      </dl>
      <div>
        <ActionButton onClick={onTaken}>{t('token.done')}</ActionButton>
      </div>
    </section>
  );
}
