import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf, RequestOf } from '../../shared/contract/index.ts';
import { useCommands } from '../app/commands.ts';
import { rememberHere } from '../app/decided.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { ErrorState } from '../components/State.tsx';
import { client } from '../connection/connection.ts';
import { useQuery } from '../connection/hooks.ts';
import { type Decided, useReview } from './review.ts';
import { useSayDecided } from './useDecide.tsx';

type LookAlike = ReplyOf<'offers.similar'>['offers'][number];

interface SimilarPaneProps {
  readonly decided: Decided;
  undo(what?: RequestOf<'decisions.undo'>): void;
}

const close = () => useReview.setState({ similar: null });

/** Offers that look like the one just decided; those that stay marked are decided the same way. */
export function SimilarPane({ decided, undo }: SimilarPaneProps) {
  const { t } = useTranslation('offers');
  const format = useFormat();
  const run = useRun();
  const sayDecided = useSayDecided(undo);
  const [busy, setBusy] = useState(false);
  const [without, setWithout] = useState<ReadonlySet<number>>(new Set());
  const found = useQuery('offers.similar', { offerId: decided.offerId });
  const offers = found.data?.offers ?? [];
  const marked = offers.filter(({ offerId }) => !without.has(offerId));

  const toggle = ({ offerId }: LookAlike) =>
    setWithout((before) => {
      const after = new Set(before);
      if (!after.delete(offerId)) after.add(offerId);
      return after;
    });
  const confirm = async () => {
    if (busy || marked.length === 0) return;
    setBusy(true);
    await run(async () => {
      const { batchId, applied, following, skipped } = await client.call('decisions.applyToSimilar', {
        decisionId: decided.decisionId,
        targets: marked.map(({ offerId, versionId }) => ({ offerId, versionId })),
      });
      close();
      if (applied > 0) rememberHere({ what: { batchId }, kind: 'bind', title: decided.title });
      const said = [
        applied > 0 && t('similar.applied', { count: applied }),
        following > 0 && t('similar.following', { count: following }),
        skipped > 0 && t('similar.skipped', { count: skipped }),
      ].filter((each) => each !== false);
      sayDecided(said.join(' '), applied > 0 ? { batchId } : { decisionId: decided.decisionId });
    });
    setBusy(false);
  };
  const group = t('reviewGroup');
  useCommands([
    {
      id: 'offers.similarConfirm',
      title: t('similar.title'),
      group,
      keys: ['Enter'],
      enabled: !busy && marked.length > 0,
      run: () => void confirm(),
    },
    {
      id: 'offers.back',
      title: t('actions.back'),
      group,
      keys: ['Escape'],
      inFields: true,
      keysOnly: true,
      run: close,
    },
  ]);
  const { title } = decided;
  return (
    <>
      <div className="pane-body" data-testid="similar-preview">
        <h2>{t('similar.title')}</h2>
        <p className="pane-sub">{t(decided.makesSku ? 'similar.leadNew' : 'similar.lead', { title })}</p>
        {found.error && <ErrorState error={found.error} onRetry={found.refresh} />}
        {!found.data && !found.error && <p className="pane-sub">{t('similar.loading')}</p>}
        {found.data && offers.length === 0 && <p>{t('similar.none')}</p>}
        {offers.length > 0 && (
          <table className="evidence sample">
            <tbody>
              {offers.map((one) => (
                <tr key={one.offerId}>
                  <td>
                    <Checkbox
                      size="xs"
                      aria-label={t('similar.mark', { title: one.title })}
                      checked={!without.has(one.offerId)}
                      onChange={() => toggle(one)}
                      data-testid={`similar-${one.offerId}`}
                    />
                  </td>
                  <td>
                    {one.title}
                    <br />
                    <span className="tone-dim">
                      {one.sellerName}
                      {one.bestSkuId !== null && ` · ${t('similar.otherSku', { skuId: one.bestSkuId })}`}
                    </span>
                  </td>
                  <td className="weight">{format.money(one.price)}</td>
                  <td className="weight">{format.share(one.alike)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      <div className="pane-actions">
        <ActionButton
          primary
          keys="Enter"
          disabled={busy || marked.length === 0}
          onClick={() => void confirm()}
          data-testid="similar-confirm"
        >
          {t('similar.confirm', { count: marked.length })}
        </ActionButton>
        <ActionButton keys="Escape" onClick={close}>
          {t('actions.back')}
        </ActionButton>
      </div>
    </>
  );
}
