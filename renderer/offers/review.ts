import { create } from 'zustand';
import type { Selection } from '../../shared/contract/core.ts';
import type { OfferRow } from '../../shared/contract/offers.ts';
import type { DecisionId, OfferId } from '../../shared/domain/brand.ts';

/** `sure` asks once more before a doubtful bind. */
export type Mode = 'review' | 'sure' | 'deny' | 'newSku' | 'newProduct';

/** A decision whose look-alikes are shown. */
export interface Decided {
  readonly decisionId: DecisionId;
  readonly offerId: OfferId;
  readonly title: string;
  /** It makes a SKU, to which look-alikes are bound. */
  readonly makesSku: boolean;
}

interface ReviewState {
  /** The offer under the focus of the list. */
  readonly row: OfferRow | null;
  readonly mode: Mode;
  /** Index of the chosen suggestion. */
  readonly candidate: number;
  /** A bulk bind under preview, over whatever offer is open. */
  readonly bulk: Selection | null;
  /** Look-alikes of the last decision under preview, likewise. */
  readonly similar: Decided | null;
}

const nothing: ReviewState = { row: null, mode: 'review', candidate: 0, bulk: null, similar: null };

export const useReview = create<ReviewState>()(() => nothing);

/** Opens an offer in the pane; a newer state of the one that is open keeps what was going on. */
export function openOffer(row: OfferRow | null): void {
  if (row && row.id === useReview.getState().row?.id) useReview.setState({ row });
  else useReview.setState({ ...nothing, row });
}

export const setMode = (mode: Mode): void => useReview.setState({ mode });
