import { useTranslation } from 'react-i18next';
import type { OfferDetail, OfferRow } from '../../shared/contract/offers.ts';
import { useFormat } from '../components/format.ts';
import { DecisionPill } from '../components/Pill.tsx';
import { ServiceImage } from '../components/ServiceImage.tsx';
import { Expiry } from './Expiry.tsx';

/** What the offer is: title, and one line of facts. */
export function OfferHead({ row, detail }: { row: OfferRow; detail: OfferDetail | undefined }) {
  const { t } = useTranslation('offers');
  const format = useFormat();
  const facts = [
    row.sellerName,
    t('detail.sellerSku', { id: row.sellerSkuId }),
    t('detail.version', {
      version: row.versionId.length > 12 ? `…${row.versionId.slice(-6)}` : row.versionId,
      age: format.age(row.receivedAt),
    }),
    ...(row.price ? [format.money(row.price)] : []),
    ...(row.stock === null ? [] : [t('detail.stock', { count: row.stock })]),
  ];
  return (
    <div className="offer-head" data-testid="offer-head" data-seller={row.sellerId} data-seller-sku={row.sellerSkuId}>
      <div>
        <h2 data-testid="offer-title">{row.title}</h2>
        <p className="pane-sub" title={row.versionId}>
          {facts.join(' · ')} · <Expiry at={row.expiresAt} />
        </p>
      </div>
      <ServiceImage url={detail?.images[0]?.url ?? null} alt="" size={52} />
    </div>
  );
}

/** Everything else the seller gave, folded away. */
export function OfferMore({
  detail,
  open,
  onToggle,
}: {
  detail: OfferDetail;
  open: boolean;
  onToggle: (open: boolean) => void;
}) {
  const { t } = useTranslation(['offers', 'app']);
  const format = useFormat();
  const { height, width, length, weight } = detail.dimensions;
  const facts: [label: string, value: string][] = [
    [t('columns.brand'), detail.brand ?? ''],
    [t('columns.category'), detail.categoryPath ?? ''],
    ['GTIN', detail.gtins.join(', ')],
    [t('detail.reference'), detail.referenceId ?? ''],
    [t('attributes.model'), detail.model ?? ''],
    [
      t('detail.dimensions'),
      height === null && width === null && length === null && weight === null
        ? ''
        : t('detail.dimensionsValue', {
            height: height ?? '?',
            width: width ?? '?',
            length: length ?? '?',
            weight: weight ?? '?',
          }),
    ],
    ...detail.specifications.map(({ name, values }): [string, string] => [name, values.join(', ')]),
    [t('detail.description'), detail.description ?? ''],
  ];
  return (
    <details
      className="more"
      open={open}
      onToggle={(event) => onToggle(event.currentTarget.open)}
      data-testid="offer-more"
    >
      <summary>{t('detail.more')}</summary>
      <dl className="facts">
        {facts
          .filter(([, value]) => value !== '')
          .map(([label, value]) => (
            <div key={`${label} ${value}`} className="fact">
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {detail.images.length > 1 && open && (
        <div className="images">
          {detail.images.map(({ url, name }) => (
            <ServiceImage key={url} url={url} alt={name} size={64} />
          ))}
        </div>
      )}
      {detail.decisions.length > 0 && (
        <ul className="past" aria-label={t('detail.history')}>
          {detail.decisions.map((decision) => (
            <li key={decision.decisionId}>
              <DecisionPill state={decision.state} problem={decision.problem} /> {t(`app:kinds.${decision.kind}`)}{' '}
              <span className="tone-dim">
                {t('app:decisions.by', { name: decision.operatorName, age: format.age(decision.decidedAt) })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
