/** What an operator can decide. The first four are about an offer under review, the next four about a binding. */
export const decisionKinds = [
  'bind', // protocol: itemMatch
  'newSku', // protocol: productMatch
  'newProduct', // protocol: newproduct
  'deny',
  'unblock', // puts a denied offer back under review
  'activateBinding',
  'inactivateBinding',
  'rebindBinding',
  'removeBinding',
  'insertBinding', // takes back a removal
  'inactivateSku', // takes back a new SKU
] as const;
export type DecisionKind = (typeof decisionKinds)[number];

/**
 * The life of a decision:
 *   held -> pending -> sent -> confirmed
 *     |        |         |-> pending   (an answer was lost, or the backend is away; read back, then again)
 *     v        v         |-> conflict  (the offer moved on, or was decided elsewhere: the operator resolves)
 *  cancelled cancelled   '-> failed    (the backend refused; the operator corrects or discards)
 */
export const decisionStates = ['held', 'pending', 'sent', 'confirmed', 'conflict', 'failed', 'cancelled'] as const;
export type DecisionState = (typeof decisionStates)[number];

const transitions: Readonly<Record<DecisionState, readonly DecisionState[]>> = {
  held: ['pending', 'cancelled'],
  pending: ['sent', 'cancelled', 'conflict'],
  sent: ['pending', 'confirmed', 'conflict', 'failed'],
  confirmed: [],
  conflict: ['pending', 'cancelled'],
  failed: ['pending', 'cancelled'],
  cancelled: [],
};

/** Whether a decision may go from one state to the other. */
export function canMove(from: DecisionState, to: DecisionState): boolean {
  return transitions[from].includes(to);
}

/** Nothing further happens by itself: the operator acts, or it is over. */
export function isSettled(state: DecisionState): boolean {
  return state === 'confirmed' || state === 'cancelled' || state === 'conflict' || state === 'failed';
}

/** A decision that may still take effect at the backend, so that its offer must not be decided again meanwhile. */
export function isOpen(state: DecisionState): boolean {
  return state === 'held' || state === 'pending' || state === 'sent';
}

/** How a decision in a given state is taken back. */
export type Undo =
  | { readonly how: 'cancel' } // nothing has been sent
  | { readonly how: 'wait' } // an answer is outstanding; decidable in a moment
  | { readonly how: 'compensate'; readonly kind: DecisionKind } // the backend is told the opposite
  | { readonly how: 'impossible' };

const compensations: Readonly<Partial<Record<DecisionKind, DecisionKind>>> = {
  bind: 'removeBinding',
  newSku: 'inactivateSku',
  newProduct: 'inactivateSku',
  deny: 'unblock',
  unblock: 'deny',
  activateBinding: 'inactivateBinding',
  inactivateBinding: 'activateBinding',
  rebindBinding: 'rebindBinding',
  removeBinding: 'insertBinding',
};

/**
 * What undo means now. While a decision is held or waits for its turn, undo cancels it; once confirmed, each kind has a
 * stated compensation. A decision whose answer is outstanding can only be undone when the answer is known.
 */
export function undoOf(kind: DecisionKind, state: DecisionState): Undo {
  switch (state) {
    case 'held':
    case 'pending':
    case 'conflict':
    case 'failed':
      return { how: 'cancel' };
    case 'sent':
      return { how: 'wait' };
    case 'cancelled':
      return { how: 'impossible' };
    case 'confirmed': {
      const compensation = compensations[kind];
      return compensation ? { how: 'compensate', kind: compensation } : { how: 'impossible' };
    }
  }
}

/** Why an offer is denied; the code travels in the audit, the sentence is the screen's. */
export const denyReasons = [
  'not-sold-here',
  'prohibited',
  'poor-information',
  'wrong-images',
  'price-implausible',
  'duplicate',
  'counterfeit-suspected',
  'other',
] as const;
export type DenyReason = (typeof denyReasons)[number];

/** How long a decision is held by default so that undo simply cancels it. Configurable in Settings; in milliseconds. */
export const defaultHoldMilliseconds = 6_000;

/** How long a claim on an offer lasts without being renewed, in milliseconds. */
export const claimMilliseconds = 10 * 60_000;
