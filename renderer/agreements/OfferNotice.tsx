import { useTranslation } from 'react-i18next';
import type { OfferId } from '../../shared/domain/brand.ts';
import { useListChange } from '../components/pane/useLists.ts';
import { useQuery } from '../connection/hooks.ts';

/** What an offer breaks of its seller's agreement, for whoever reviews it. Nothing when it breaks nothing. */
export function OfferNotice({ offerId }: { offerId: OfferId }) {
  const { t } = useTranslation('agreements');
  const check = useQuery('agreements.checkOffer', { offerId });
  useListChange(['agreements'], check.refresh);
  // a live region has to be there before its text is
  return (
    <div role="status" aria-busy={check.loading} data-testid="agreement-check">
      {check.data && check.data.breaches.length > 0 && (
        <p className="hint warn" data-testid="agreement-breach">
          {t('breach.title', { number: check.data.version })}{' '}
          {check.data.breaches.map(({ code, values }) => t(`breach.${code}`, values)).join(' ')}
        </p>
      )}
    </div>
  );
}
