import { useTranslation } from 'react-i18next';
import type { SkuDetail } from '../../shared/contract/catalog.ts';
import { useCommands } from '../app/commands.ts';
import { go, hrefOf } from '../app/routes.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { notify } from '../components/notify.tsx';
import { Pill, type Tone } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useListChange } from '../components/pane/useLists.ts';
import { ServiceImage } from '../components/ServiceImage.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';

const boundTones: Readonly<Record<SkuDetail['bound'][number]['state'], Tone>> = {
  active: 'ok',
  inactive: 'dim',
  removed: 'bad',
};

/** The SKU that is picked: its product, what identifies it, and who sells it. */
export function SkuPane({ skuId, onProduct }: { skuId: number | null; onProduct(productId: number): void }) {
  const { t } = useTranslation('catalog');
  const detail = useQuery('catalog.sku', { skuId: skuId ?? 0 }, { enabled: skuId !== null });
  useListChange(['skus'], detail.refresh, skuId ?? undefined);
  useListChange(['bindings'], detail.refresh);
  const sku = skuId !== null && detail.data?.id === skuId ? detail.data : null;

  const openBindings = () => sku && go('bindings', { sku: String(sku.id) });
  const onlyProduct = () => sku && onProduct(sku.productId);
  const copy = () => {
    if (!sku) return;
    navigator.clipboard.writeText(String(sku.id)).then(
      () => notify({ id: 'copied', message: t('action.copied', { sku: sku.id }), time: 2_000 }),
      () => notify({ message: t('action.copyFailed'), tone: 'bad' }),
    );
  };
  const group = t('title');
  const enabled = sku !== null;
  useCommands([
    { id: 'catalog.bindings', title: t('action.bindings'), group, keys: ['B'], enabled, run: openBindings },
    { id: 'catalog.product', title: t('action.siblings'), group, keys: ['P'], enabled, run: onlyProduct },
    { id: 'catalog.copy', title: t('action.copy'), group, keys: ['C'], enabled, run: copy },
  ]);
  return (
    <>
      {sku ? (
        <Detail key={sku.id} sku={sku} />
      ) : skuId !== null && detail.error ? (
        <ErrorState error={detail.error} onRetry={detail.refresh} />
      ) : skuId !== null ? (
        <div className="pane-body" aria-busy />
      ) : (
        <EmptyState title={t('detail.label')} hint={t('detail.pick')} />
      )}
      <section className="pane-actions" aria-label={t('action.label')}>
        <ActionButton keys="B" disabled={!enabled} onClick={openBindings} data-testid="sku-bindings">
          {t('action.bindings')}
        </ActionButton>
        <ActionButton keys="P" disabled={!enabled} onClick={onlyProduct}>
          {t('action.siblings')}
        </ActionButton>
        <ActionButton keys="C" disabled={!enabled} onClick={copy}>
          {t('action.copy')}
        </ActionButton>
      </section>
    </>
  );
}

function Detail({ sku }: { sku: SkuDetail }) {
  const { t } = useTranslation('catalog');
  const format = useFormat();
  const none = <span className="tone-dim">{t('detail.noneGiven')}</span>;
  return (
    <div className="pane-body" data-testid="sku-detail">
      <div className="sku-head">
        <ServiceImage url={sku.imageUrl} alt={t('detail.image', { name: sku.name })} size={72} />
        <div>
          <h2>{sku.name}</h2>
          <p className="pane-sub">
            {t('detail.sku', { sku: sku.id })}{' '}
            <Pill tone={sku.isActive ? 'ok' : 'dim'}>{t(sku.isActive ? 'state.active' : 'state.inactive')}</Pill>
          </p>
        </div>
      </div>
      <Section title={t('bound.title')}>
        {sku.bound.length === 0 ? <p className="tone-dim">{t('bound.empty')}</p> : <Bound sku={sku} />}
      </Section>
      <Section title={t('identifiers.title')}>
        <dl className="facts">
          <dt>{t('detail.product')}</dt>
          <dd>{t('detail.productOf', { name: sku.productName, product: sku.productId })}</dd>
          <dt>{t('detail.brand')}</dt>
          <dd>{sku.brand ?? none}</dd>
          <dt>{t('detail.category')}</dt>
          <dd>{sku.categoryPath ?? none}</dd>
          <dt>{t('detail.gtin')}</dt>
          <dd className="num">{sku.gtins.length === 0 ? none : sku.gtins.join(', ')}</dd>
          <dt>{t('detail.reference')}</dt>
          <dd>{sku.referenceId ?? none}</dd>
          <dt>{t('detail.price')}</dt>
          <dd className="num">{sku.referencePrice ? format.money(sku.referencePrice) : none}</dd>
        </dl>
      </Section>
      <Section title={t('specifications.title')}>
        {sku.specifications.length === 0 ? (
          <p className="tone-dim">{t('specifications.empty')}</p>
        ) : (
          <dl className="facts" data-testid="sku-specifications">
            {sku.specifications.map(({ name, values }) => (
              <div key={name} className="fact">
                <dt>{name}</dt>
                <dd>{values.join(', ')}</dd>
              </div>
            ))}
          </dl>
        )}
      </Section>
      <Section title={t('siblings.title')}>
        {sku.siblings.length === 0 ? (
          <p className="tone-dim">{t('siblings.empty')}</p>
        ) : (
          <ul className="plain-list">
            {sku.siblings.map((sibling) => (
              <li key={sibling.skuId}>
                <a className="link" href={hrefOf('catalogue', { sku: String(sibling.skuId) })}>
                  {sibling.name}
                </a>
                <span className="tone-dim num">
                  {sibling.isActive ? sibling.skuId : `${sibling.skuId} · ${t('siblings.inactive')}`}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

function Bound({ sku }: { sku: SkuDetail }) {
  const { t } = useTranslation('catalog');
  const format = useFormat();
  return (
    <table className="small-table" data-testid="sku-bound">
      <thead>
        <tr>
          <th scope="col">{t('bound.seller')}</th>
          <th scope="col">{t('bound.sellerSku')}</th>
          <th scope="col" className="right">
            {t('bound.price')}
          </th>
          <th scope="col" className="right">
            {t('bound.stock')}
          </th>
          <th scope="col" className="right">
            {t('bound.state')}
          </th>
        </tr>
      </thead>
      <tbody>
        {sku.bound.map((one) => (
          <tr key={one.bindingId}>
            <td>
              <a
                className="link"
                href={hrefOf('bindings', { sku: String(sku.id), binding: String(one.bindingId) })}
                title={t('bound.open', { seller: one.sellerName })}
              >
                {one.sellerName}
              </a>
            </td>
            <td>{one.sellerSkuId}</td>
            <td className="right">{format.money(one.price) || '—'}</td>
            <td className="right">{one.stock === null ? '—' : format.number(one.stock)}</td>
            <td className="right">
              <Pill tone={boundTones[one.state]}>{t(`state.${one.state}`)}</Pill>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
