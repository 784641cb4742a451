import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferDetail, OfferRow } from '../../shared/contract/offers.ts';
import { doubtOf } from '../../shared/domain/suggestions.ts';
import { OfferNotice } from '../agreements/OfferNotice.tsx';
import { useCommands } from '../app/commands.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useRun } from '../components/notify.tsx';
import { DecisionPill } from '../components/Pill.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { client, useConnection } from '../connection/connection.ts';
import { useEvent, useQuery } from '../connection/hooks.ts';
import { ActionBar } from './ActionBar.tsx';
import type { PaneActions } from './actions.ts';
import { BulkPane } from './BulkPane.tsx';
import { Candidates, chooseCandidate } from './Candidates.tsx';
import { Denied } from './Denied.tsx';
import { DenyForm } from './DenyForm.tsx';
import { OfferHead, OfferMore } from './Detail.tsx';
import { DraftForm } from './DraftForm.tsx';
import { productToStartWith } from './draft.ts';
import { setMode, useReview } from './review.ts';
import { SimilarPane } from './SimilarPane.tsx';
import { Sure } from './Sure.tsx';
import { useClaim } from './useClaim.ts';
import { useReviewActions } from './useReviewActions.ts';

/** The right side: the open offer, or a bulk bind, or what to do first. */
export function ReviewPane(actions: PaneActions) {
  const { t } = useTranslation('offers');
  const row = useReview((state) => state.row);
  const bulk = useReview((state) => state.bulk);
  const similar = useReview((state) => state.similar);
  return (
    <section className="review" aria-label={t('pane')} data-testid="review-pane" data-offer={row?.id ?? ''}>
      {similar ? (
        <SimilarPane key={similar.decisionId} decided={similar} undo={actions.undo} />
      ) : bulk ? (
        <BulkPane selection={bulk} undo={actions.undo} onDone={actions.clearSelection} />
      ) : row ? (
        <Review key={row.id} row={row} {...actions} />
      ) : (
        <EmptyState title={t('detail.pick')} hint={t('detail.pickHint')}>
          {actions.selected > 0 && (
            <ActionButton keys="Shift+B" onClick={actions.bulk} data-testid="action-bulk">
              {t('actions.bulkOf', { count: actions.selected })}
            </ActionButton>
          )}
        </EmptyState>
      )}
    </section>
  );
}

function Review({ row, ...actions }: PaneActions & { row: OfferRow }) {
  const { t } = useTranslation('offers');
  const mode = useReview((state) => state.mode);
  const candidate = useReview((state) => state.candidate);
  const [more, setMore] = useState(false);
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    // whoever runs down the list fetches only where they stop
    const timer = setTimeout(() => setSettled(true), 30);
    return () => clearTimeout(timer);
  }, []);
  const detailQuery = useQuery('offers.detail', { offerId: row.id }, { enabled: settled });
  const suggestionsQuery = useQuery('offers.suggestions', { offerId: row.id, limit: 10 }, { enabled: settled });
  const detail = detailQuery.data;
  // suggestions are for one version: those of another are not shown
  const answer = suggestionsQuery.data;
  const suggestions = answer && (!detail || answer.versionId === detail.versionId) ? answer.suggestions : undefined;
  const reload = () => {
    detailQuery.refresh();
    suggestionsQuery.refresh();
  };
  useEvent('rows.changed', ({ list, ids }) => {
    if (list === 'offers' && (ids === null || ids.includes(row.id))) detailQuery.refresh();
  });
  // a claim or a decision changes no suggestion; a new version or a new verdict of the matcher does
  const verdict = detail && `${detail.versionId} ${detail.band} ${detail.score} ${detail.bestSkuId}`;
  const lastVerdict = useRef(verdict);
  useEffect(() => {
    if (lastVerdict.current !== undefined && verdict !== lastVerdict.current) suggestionsQuery.refresh();
    lastVerdict.current = verdict;
  }, [verdict, suggestionsQuery.refresh]);

  const chosen = suggestions?.[candidate];
  const queue = detail?.queue ?? row.queue;
  const decided = detail?.decision ?? row.decision;
  const wanted = queue === 'waiting' && (decided === null || decided.state === 'cancelled');
  const mayReview = useConnection((connection) => connection.operator !== null);
  const claim = useClaim(row.id, mayReview && wanted);
  const review = useReviewActions({
    row,
    detail,
    claimError: claim.error,
    undo: actions.undo,
    next: () => actions.step(1),
    reload,
  });
  const { decide, canDecide } = review;

  const doubt = chosen ? doubtOf(chosen) : null;
  const isAsking = mode === 'sure' && canDecide && chosen !== undefined && doubt !== null;
  const bindTo = () => {
    if (!chosen) return;
    if (doubt && mode !== 'sure') setMode('sure');
    else void decide({ kind: 'bind', suggestion: chosen });
  };
  const group = t('reviewGroup');
  const inReview = mode === 'review' || mode === 'sure';
  const isNew = (answer?.band ?? row.band) === 'new';
  useCommands([
    {
      id: 'offers.bind',
      title: t('actions.bindTitle'),
      group,
      keys: isNew && !isAsking ? ['B'] : ['B', 'Enter'],
      enabled: inReview && canDecide && chosen !== undefined,
      run: bindTo,
    },
    {
      id: 'offers.newSku',
      title: t('actions.newSku'),
      group,
      keys: ['S'],
      enabled: canDecide,
      run: () => setMode('newSku'),
    },
    {
      id: 'offers.newProduct',
      title: t('actions.newProduct'),
      group,
      keys: isNew && !isAsking ? ['P', 'Enter'] : ['P'],
      enabled: canDecide,
      run: () => setMode('newProduct'),
    },
    { id: 'offers.deny', title: t('actions.deny'), group, keys: ['D'], enabled: canDecide, run: () => setMode('deny') },
    {
      id: 'offers.unblock',
      title: t('actions.unblock'),
      group,
      keys: ['U'],
      enabled: review.canUnblock,
      run: () => void decide({ kind: 'unblock' }),
    },
    {
      id: 'offers.nextCandidate',
      title: t('actions.nextCandidate'),
      group,
      keys: [']'],
      run: () => chooseCandidate(candidate + 1, suggestions?.length ?? 0),
    },
    {
      id: 'offers.previousCandidate',
      title: t('actions.previousCandidate'),
      group,
      keys: ['['],
      run: () => chooseCandidate(candidate - 1, suggestions?.length ?? 0),
    },
    { id: 'offers.more', title: t('actions.more'), group, keys: ['M'], run: () => setMore((open) => !open) },
  ]);

  const form = canDecide && detail && (mode === 'newSku' || mode === 'newProduct');
  return (
    <>
      <div className="pane-body">
        <OfferHead row={detail ?? row} detail={detail} />
        <Notices row={row} detail={detail} queue={queue} decided={decided} review={review} />
        <OfferNotice offerId={row.id} />
        {detailQuery.error && <ErrorState error={detailQuery.error} onRetry={reload} />}
        {form ? (
          <DraftForm
            key={mode}
            kind={mode}
            offer={detail}
            suggestions={suggestions ?? []}
            productId={productToStartWith(suggestions ?? [], candidate)}
            decide={decide}
          />
        ) : mode === 'deny' && canDecide ? (
          <DenyForm onDeny={(reason, note) => void decide({ kind: 'deny', reason, note })} />
        ) : suggestionsQuery.error ? (
          <ErrorState error={suggestionsQuery.error} onRetry={suggestionsQuery.refresh} />
        ) : (
          suggestions && <Candidates suggestions={suggestions} currency={row.price?.currency ?? 'BRL'} />
        )}
        {detail && !form && <OfferMore detail={detail} open={more} onToggle={setMore} />}
      </div>
      {isAsking && <Sure suggestion={chosen} rank={candidate + 1} doubt={doubt} onBind={bindTo} />}
      {!form && (
        <ActionBar
          {...actions}
          rank={candidate + 1}
          canBind={canDecide && chosen !== undefined && inReview}
          canDecide={canDecide}
          canUnblock={review.canUnblock}
          denied={queue === 'denied'}
          denying={mode === 'deny'}
          isNew={isNew}
          onBind={bindTo}
          onUnblock={() => void decide({ kind: 'unblock' })}
        />
      )}
    </>
  );
}

interface NoticesProps {
  readonly row: OfferRow;
  readonly detail: OfferDetail | undefined;
  readonly queue: OfferRow['queue'];
  readonly decided: OfferRow['decision'];
  readonly review: ReturnType<typeof useReviewActions>;
}

/** What stands between the operator and a decision, and the way out of it. */
function Notices({ row, detail, queue, decided, review }: NoticesProps) {
  const { t, i18n } = useTranslation(['offers', 'app']);
  const run = useRun();
  const stuck = decided !== null && (decided.state === 'conflict' || decided.state === 'failed');
  const resolve = (action: 'retry' | 'discard') => {
    if (decided) void run(() => client.call('decisions.resolve', { decisionId: decided.decisionId, action }));
  };
  useCommands(
    stuck && review.may
      ? [
          {
            id: 'offers.retry',
            title: t('actions.retry'),
            group: t('reviewGroup'),
            keys: ['Y'],
            run: () => resolve('retry'),
          },
          {
            id: 'offers.discard',
            title: t('actions.discard'),
            group: t('reviewGroup'),
            keys: ['X'],
            run: () => resolve('discard'),
          },
        ]
      : [],
  );
  const time = (instant: string) =>
    new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short' }).format(Date.parse(instant));
  return (
    <>
      {!review.may && <p className="hint">{t('detail.readOnly')}</p>}
      {review.claimedByOther && (
        <p className="hint warn" role="status" data-testid="claimed-by-other">
          {t('detail.claimedBy', {
            name: review.claim?.operatorName ?? '?',
            time: time(review.claim?.until ?? row.expiresAt),
          })}
        </p>
      )}
      {queue === 'denied' && <Denied detail={detail} />}
      {queue === 'expired' && <p className="hint">{t('detail.expired')}</p>}
      {queue === 'accepted' && decided?.state !== 'confirmed' && <p className="hint">{t('detail.accepted')}</p>}
      {decided && decided.state !== 'cancelled' && (
        <div className={stuck ? 'hint bad' : 'hint'} role={stuck ? 'alert' : 'status'} data-testid="decision-notice">
          <DecisionPill state={decided.state} /> {t(`app:kinds.${decided.kind}`)}
          {decided.problem && <span>: {decided.problem}</span>}
          {stuck && review.may && (
            <span className="ways">
              <ActionButton small keys="Y" onClick={() => resolve('retry')} data-testid="action-retry">
                {t('actions.retry')}
              </ActionButton>
              <ActionButton small keys="X" onClick={() => resolve('discard')} data-testid="action-discard">
                {t('actions.discard')}
              </ActionButton>
            </span>
          )}
        </div>
      )}
    </>
  );
}
