import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '../../shared/contract/core.ts';
import type { RequestOf } from '../../shared/contract/index.ts';
import { useCommands } from '../app/commands.ts';
import { forgetHere, rememberHere } from '../app/decided.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { ErrorState } from '../components/State.tsx';
import { client } from '../connection/connection.ts';
import { asBinderyError, useQuery } from '../connection/hooks.ts';
import { useReview } from './review.ts';
import { useSayDecided } from './useDecide.tsx';

interface BulkPaneProps {
  readonly selection: Selection;
  undo(what?: RequestOf<'decisions.undo'>): void;
  onDone(): void;
}

const close = () => useReview.setState({ bulk: null });

/** What binding all of the chosen would do, before anything is done. */
export function BulkPane({ selection, undo, onDone }: BulkPaneProps) {
  const { t } = useTranslation('offers');
  const format = useFormat();
  const run = useRun();
  const sayDecided = useSayDecided(undo);
  const [busy, setBusy] = useState(false);
  const preview = useQuery('decisions.previewBulk', { selection });
  const found = preview.data;

  const confirm = async () => {
    if (busy || !found || found.bind === 0) return;
    setBusy(true);
    const { batchId } = found;
    // it can be taken back while it runs
    rememberHere({ what: { batchId }, kind: 'bind', title: t('bulk.title') });
    await run(async () => {
      const { bound, skipped, left, problem } = await client.call('decisions.bindMany', { batchId }).catch((thrown) => {
        // where nobody answered, a part of it may stand
        if (asBinderyError(thrown).code !== 'disconnected') forgetHere({ batchId });
        throw thrown;
      });
      close();
      onDone();
      if (bound === 0) forgetHere({ batchId });
      const unbound = skipped.reduce((sum, { count }) => sum + count, 0);
      const said = [
        t('said.bulk', { count: bound }),
        ...(unbound > 0 ? [t('said.bulkChanged', { count: unbound })] : []),
        ...(problem === null ? [] : [t('said.bulkEnded', { count: left, problem })]),
      ];
      sayDecided(said.join(' '), { batchId });
    });
    setBusy(false);
  };
  useCommands([
    {
      id: 'offers.bulkConfirm',
      title: t('bulk.title'),
      group: t('reviewGroup'),
      keys: ['Enter'],
      enabled: !busy && (found?.bind ?? 0) > 0,
      run: () => void confirm(),
    },
    {
      id: 'offers.back',
      title: t('actions.back'),
      group: t('reviewGroup'),
      keys: ['Escape'],
      inFields: true,
      keysOnly: true,
      run: close,
    },
  ]);

  return (
    <>
      <div className="pane-body" data-testid="bulk-preview">
        <h2>{t('bulk.title')}</h2>
        {preview.error && <ErrorState error={preview.error} onRetry={preview.refresh} />}
        {!found && !preview.error && <p className="pane-sub">{t('bulk.loading')}</p>}
        {found && (
          <>
            <p className="pane-sub">{t('bulk.undoable')}</p>
            <dl className="facts num bulk-facts">
              <div className="fact">
                <dt>{t('bulk.selected')}</dt>
                <dd>{format.number(found.selected)}</dd>
              </div>
              <div className="fact">
                <dt>{t('bulk.bind')}</dt>
                <dd>
                  <b className="tone-ok" data-testid="bulk-count">
                    {format.number(found.bind)}
                  </b>
                </dd>
              </div>
              {found.skipped
                .filter(({ count }) => count > 0)
                .map(({ why, count }) => (
                  <div key={why} className="fact">
                    <dt>{t('bulk.skipped')}</dt>
                    <dd>
                      {format.number(count)} · {t(`bulk.why.${why}`)}
                    </dd>
                  </div>
                ))}
            </dl>
            {found.bind === 0 && <p>{t('bulk.nothing')}</p>}
            {found.sample.length > 0 && (
              <table className="evidence sample">
                <caption>{t('bulk.sample')}</caption>
                <tbody>
                  {found.sample.map((one) => (
                    <tr key={one.offerId}>
                      <td>{one.title}</td>
                      <td>
                        {one.skuName} <span className="tone-dim">{t('candidate.sku', { skuId: one.skuId })}</span>
                      </td>
                      <td className="weight">{format.score(one.score)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </>
        )}
      </div>
      <div className="pane-actions">
        <ActionButton
          primary
          keys="Enter"
          disabled={busy || !found || found.bind === 0}
          onClick={() => void confirm()}
          data-testid="bulk-confirm"
        >
          {t('bulk.confirm', { count: found?.bind ?? 0 })}
        </ActionButton>
        <ActionButton keys="Escape" onClick={close}>
          {t('actions.back')}
        </ActionButton>
      </div>
    </>
  );
}
