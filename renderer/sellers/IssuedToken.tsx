import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { CopyButton } from '../components/CopyButton.tsx';

interface IssuedTokenProps {
  readonly token: ReplyOf<'sellers.issueToken'>;
  /** There was none before, so that nothing stops working. */
  readonly first: boolean;
  onTaken(): void;
}

/** A new token, the one time it is shown. */
export function IssuedToken({ token, first, onTaken }: IssuedTokenProps) {
  const { t } = useTranslation('sellers');
  const lines = [
    [t('token.key'), token.appKey],
    [t('token.secret'), token.appToken],
  ] as const;
  return (
    <section className="ask" aria-label={t('detail.token')} data-testid="token-issued">
      <b role="status">{t(first ? 'token.onceFirst' : 'token.once')}</b>
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
