import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf, RequestOf } from '../../shared/contract/index.ts';
import type { OfferDetail, OfferRow, Suggestion } from '../../shared/contract/offers.ts';
import type { DenyReason } from '../../shared/domain/decisions.ts';
import { isOpen } from '../../shared/domain/decisions.ts';
import type { BinderyError } from '../../shared/domain/errors.ts';
import { rememberHere } from '../app/decided.ts';
import { useErrorText } from '../components/errors.ts';
import { notify } from '../components/notify.tsx';
import { client, useConnection } from '../connection/connection.ts';
import { asBinderyError, useMay } from '../connection/hooks.ts';
import { type Decided, setMode, useReview } from './review.ts';
import { hideDecided, isLastDecided, rememberDecided, useSayDecided } from './useDecide.tsx';

type Answer = ReplyOf<'decisions.bind'>;
type Target = Pick<RequestOf<'decisions.bind'>, 'offerId' | 'versionId'>;

/** What can be decided about the open offer; the target (which offer, which version) is added here. */
export type Request =
  | { readonly kind: 'bind'; readonly suggestion: Suggestion }
  | ({ readonly kind: 'newSku' } & Omit<RequestOf<'decisions.newSku'>, keyof Target>)
  | ({ readonly kind: 'newProduct' } & Omit<RequestOf<'decisions.newProduct'>, keyof Target>)
  | { readonly kind: 'deny'; readonly reason: DenyReason; readonly note: string }
  | { readonly kind: 'unblock' };
/** Sends a decision. Answers with the error when it names a field of the request; others are told here. */
export type Decide = (request: Request) => Promise<BinderyError | null>;

function send(target: Target, request: Request): Promise<Answer> {
  switch (request.kind) {
    case 'bind':
      return client.call('decisions.bind', { ...target, skuId: request.suggestion.skuId });
    case 'newSku':
      return client.call('decisions.newSku', { ...target, productId: request.productId, sku: request.sku });
    case 'newProduct':
      return client.call('decisions.newProduct', { ...target, product: request.product, sku: request.sku });
    case 'deny':
      return client.call('decisions.deny', { ...target, reason: request.reason, note: request.note });
    case 'unblock':
      return client.call('decisions.unblock', target);
  }
}

interface Parts {
  readonly row: OfferRow;
  readonly detail: OfferDetail | undefined;
  readonly claimError: BinderyError | null;
  undo(what?: RequestOf<'decisions.undo'>): void;
  /** After a decision: the next offer. */
  next(): void;
  /** The seller sent a newer version: show it. */
  reload(): void;
}

/** Whether the open offer can be decided, and the deciding. */
export function useReviewActions({ row, detail, claimError, undo, next, reload }: Parts) {
  const { t } = useTranslation('offers');
  const errorText = useErrorText();
  const may = useMay('review');
  const me = useConnection((connection) => connection.operator?.operatorId ?? null);
  const sayDecided = useSayDecided(undo);
  const busy = useRef(false);

  const current = detail ?? row;
  const claim = current.claim;
  const claimedByOther =
    claimError?.code === 'claimed-by-other' ||
    (claim !== null && claim.operatorId !== me && Date.parse(claim.until) > Date.now());
  const { decision } = current;
  const undecided = decision === null || decision.state === 'cancelled' || decision.state === 'confirmed';
  const free = may && !claimedByOther && detail !== undefined;
  const canDecide = free && undecided && current.queue === 'waiting';
  const canUnblock = free && current.queue === 'denied' && (decision === null || !isOpen(decision.state));

  /** Says that there are look-alikes, while the message of the decision itself is still there. */
  const offerLookAlikes = async (message: string, decided: Decided) => {
    const found = await client.call('offers.similar', { offerId: decided.offerId }).catch(() => null);
    const count = found?.offers.length ?? 0;
    // by now another may be decided, or this one taken back
    if (count === 0 || !isLastDecided(decided.offerId)) return;
    const open = () => {
      hideDecided();
      useReview.setState({ similar: decided, bulk: null });
    };
    sayDecided(message, { decisionId: decided.decisionId }, { label: t('similar.show', { count }), open });
  };

  const decide: Decide = async (request) => {
    if (!detail || busy.current || !(request.kind === 'unblock' ? canUnblock : canDecide)) return null;
    busy.current = true;
    try {
      const { decision: made } = await send({ offerId: detail.id, versionId: detail.versionId }, request);
      const title = detail.title;
      const message =
        request.kind === 'bind'
          ? t('said.bind', { skuId: request.suggestion.skuId, title })
          : t(`said.${request.kind}`, { title });
      rememberDecided(detail.id);
      rememberHere({ what: { decisionId: made.decisionId }, kind: made.kind, title });
      sayDecided(message, { decisionId: made.decisionId });
      if (request.kind !== 'unblock')
        void offerLookAlikes(message, {
          decisionId: made.decisionId,
          offerId: detail.id,
          title,
          makesSku: request.kind === 'newSku' || request.kind === 'newProduct',
        });
      setMode('review');
      next();
      return null;
    } catch (thrown) {
      const error = asBinderyError(thrown);
      if (error.code === 'version-moved-on') {
        notify({ message: t('said.newVersion'), tone: 'bad' });
        reload();
        return null;
      }
      if (error.field !== undefined && (request.kind === 'newSku' || request.kind === 'newProduct')) return error;
      if (error.code !== 'cancelled') notify({ message: errorText(error), tone: 'bad' });
      reload();
      return null;
    } finally {
      busy.current = false;
    }
  };

  return { decide, canDecide, canUnblock, may, claimedByOther, claim };
}
