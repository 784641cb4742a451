import { useTranslation } from 'react-i18next';
import type { OfferDetail } from '../../shared/contract/offers.ts';
import { denyReasons } from '../../shared/domain/decisions.ts';
import { useFormat } from '../components/format.ts';

/** That the offer is denied: by whom, when and why, where it was denied here. */
export function Denied({ detail }: { detail: OfferDetail | undefined }) {
  const { t } = useTranslation('offers');
  const format = useFormat();
  const denial = detail?.decisions
    .filter(({ kind, state }) => kind === 'deny' && state === 'confirmed')
    .reduce<OfferDetail['decisions'][number] | null>(
      (newest, one) => (newest === null || one.decidedAt > newest.decidedAt ? one : newest),
      null,
    );
  const reason = denyReasons.find((one) => one === denial?.denyReason);
  return (
    <p className="hint" data-testid="denied-notice">
      {denial && (
        <b>
          {t('detail.deniedBy', {
            name: denial.operatorName,
            when: format.age(denial.decidedAt),
            reason: reason ? t(`deny.reasons.${reason}`) : (denial.denyReason ?? ''),
          })}{' '}
        </b>
      )}
      {denial && denial.denyNote !== '' && <span>{t('detail.denyNote', { note: denial.denyNote })} </span>}
      {t('detail.deniedQueue')}
    </p>
  );
}
