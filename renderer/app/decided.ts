import { create } from 'zustand';
import type { RequestOf } from '../../shared/contract/index.ts';
import type { DecisionKind } from '../../shared/domain/decisions.ts';

/** What an undo is asked about. */
export type UndoRequest = RequestOf<'decisions.undo'>;

/** One decision, or one batch, that was made in this window. */
export interface DecidedHere {
  readonly what: UndoRequest;
  readonly kind: DecisionKind;
  readonly title: string;
}

/**
 * What was decided in this window since it was opened, the newest last. The undo key takes back these and nothing else: what was
 * decided before, or in another window, is taken back where it is seen, in the list of decisions.
 */
export const useDecided = create<{ readonly list: readonly DecidedHere[] }>()(() => ({ list: [] }));

const isSame = (one: UndoRequest, other: UndoRequest): boolean =>
  one.decisionId === other.decisionId && one.batchId === other.batchId;

export const rememberHere = (decided: DecidedHere): void =>
  useDecided.setState(({ list }) => ({ list: [...list, decided] }));

export const forgetHere = (what: UndoRequest): void =>
  useDecided.setState(({ list }) => ({ list: list.filter((one) => !isSame(one.what, what)) }));

/** The newest decision of this window, or the one that is meant; undefined when it was not made here. */
export function decidedHere(what?: UndoRequest): DecidedHere | undefined {
  const { list } = useDecided.getState();
  return what ? list.find((one) => isSame(one.what, what)) : list.at(-1);
}
