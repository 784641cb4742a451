import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf, RequestOf } from '../../shared/contract/index.ts';
import { rememberHere } from '../app/decided.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useErrorText } from '../components/errors.ts';
import { useFormat } from '../components/format.ts';
import { notify } from '../components/notify.tsx';
import { ErrorState } from '../components/State.tsx';
import { client } from '../connection/connection.ts';
import { asBinderyError, useMay, useQuery } from '../connection/hooks.ts';
import { DraftForm } from '../offers/DraftForm.tsx';
import { useSayDecided } from '../offers/useDecide.tsx';
import type { Decide } from '../offers/useReviewActions.ts';

export type Group = ReplyOf<'matching.groups'>['groups'][number];

interface GroupPaneProps {
  readonly group: Group;
  undo(what?: RequestOf<'decisions.undo'>): void;
  onDone(): void;
}

type Member = Group['offers'][number];

/** The offers of one product that the catalogue lacks: those that stay marked are bound to what is made of the first of them. */
export function GroupPane({ group, undo, onDone }: GroupPaneProps) {
  const { t } = useTranslation('matching');
  const format = useFormat();
  const errorText = useErrorText();
  const may = useMay('review');
  const sayDecided = useSayDecided(undo);
  const [without, setWithout] = useState<ReadonlySet<number>>(new Set());
  const [kind, setKind] = useState<'newProduct' | 'newSku' | null>(null);
  const marked = group.offers.filter(({ offerId }) => !without.has(offerId));
  const [first, ...others] = marked;

  const toggle = ({ offerId }: Member) =>
    setWithout((before) => {
      const after = new Set(before);
      if (!after.delete(offerId)) after.add(offerId);
      return after;
    });

  const decide: Decide = async (request) => {
    if (first === undefined || (request.kind !== 'newProduct' && request.kind !== 'newSku')) return null;
    const target = { offerId: first.offerId, versionId: first.versionId };
    try {
      const { decision } =
        request.kind === 'newProduct'
          ? await client.call('decisions.newProduct', { ...target, product: request.product, sku: request.sku })
          : await client.call('decisions.newSku', { ...target, productId: request.productId, sku: request.sku });
      const { decisionId } = decision;
      rememberHere({ what: { decisionId }, kind: decision.kind, title: decision.title });
      const { following, skipped } =
        others.length === 0
          ? { following: 0, skipped: 0 }
          : await client.call('decisions.applyToSimilar', {
              decisionId,
              targets: others.map(({ offerId, versionId }) => ({ offerId, versionId })),
            });
      const said = [
        t('missing.made', { title: request.sku.name, count: following }),
        skipped > 0 && t('missing.skipped', { count: skipped }),
      ].filter((each) => each !== false);
      sayDecided(said.join(' '), { decisionId });
      onDone();
      return null;
    } catch (thrown) {
      const error = asBinderyError(thrown);
      if (error.field !== undefined) return error;
      notify({ message: errorText(error), tone: 'bad' });
      onDone();
      return null;
    }
  };

  return (
    <section aria-label={group.offers[0]?.title} data-testid="missing-group">
      <table className="small-table">
        <tbody>
          {group.offers.map((one) => (
            <tr key={one.offerId}>
              <td>
                <Checkbox
                  size="xs"
                  aria-label={t('missing.mark', { title: one.title, seller: one.sellerName })}
                  checked={!without.has(one.offerId)}
                  disabled={kind !== null}
                  onChange={() => toggle(one)}
                  data-testid={`missing-offer-${one.offerId}`}
                />
              </td>
              <td>
                {one.title}
                <br />
                <span className="quiet">
                  {one.sellerName} · {t(`missing.by.${one.by}`)}
                </span>
              </td>
              <td className="right">{format.money(one.price)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {kind === null ? (
        <>
          <p className="quiet">{t('missing.from')}</p>
          <div className="matching-form">
            <ActionButton
              primary
              disabled={!may || first === undefined}
              onClick={() => setKind('newProduct')}
              data-testid="missing-new-product"
            >
              {t('missing.newProduct')}
            </ActionButton>
            <ActionButton
              disabled={!may || first === undefined}
              onClick={() => setKind('newSku')}
              data-testid="missing-new-sku"
            >
              {t('missing.newSku')}
            </ActionButton>
          </div>
        </>
      ) : (
        first !== undefined && (
          <Form key={first.offerId} kind={kind} offer={first} decide={decide} onBack={() => setKind(null)} />
        )
      )}
    </section>
  );
}

interface FormProps {
  readonly kind: 'newProduct' | 'newSku';
  readonly offer: Member;
  readonly decide: Decide;
  onBack(): void;
}

function Form({ kind, offer, decide, onBack }: FormProps) {
  const detail = useQuery('offers.detail', { offerId: offer.offerId });
  if (detail.error) return <ErrorState error={detail.error} onRetry={detail.refresh} />;
  if (!detail.data) return null;
  return (
    <DraftForm kind={kind} offer={detail.data} suggestions={[]} productId={null} decide={decide} onBack={onBack} />
  );
}
