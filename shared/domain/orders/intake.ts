/** What an order of the backend's own storefront means here, by its status there and by what is known of it here (reference 3.4). */

/** Nobody has to be told anything yet, or payment is awaited. */
const pending: ReadonlySet<string> = new Set([
  'order-created',
  'on-order-completed',
  'on-order-completed-ffm',
  'order-accepted',
  'waiting-for-order-authorization',
  'waiting-for-authorization',
  'waiting-for-sellers-confirmation',
  'payment-pending',
]);
/** Paid, and at no seller yet. */
const paid: ReadonlySet<string> = new Set([
  'approve-payment',
  'payment-approved',
  'authorize-fulfillment',
  'waiting-ffmt-authorization',
  'waiting-seller-handling',
]);
/** On its way out, or gone. */
const leaving: ReadonlySet<string> = new Set([
  'request-cancel',
  'waiting-for-seller-decision',
  'cancellation-requested',
  'cancel',
  'canceled',
]);
/** Being handled or sent. */
const beyond: ReadonlySet<string> = new Set([
  'window-to-cancel',
  'ready-for-handling',
  'start-handling',
  'handling',
  'waiting-for-fulfillment',
  'invoice',
  'invoice-after-cancellation-deny',
  'invoiced',
]);

/** After these nothing comes any more. */
export const endedThere: readonly string[] = ['invoiced', 'canceled', 'replaced'];

/** An order as it is here: of all its sellers together. */
export interface KnownHere {
  readonly payment: 'pending' | 'approved' | 'denied';
  /** Every one of its orders is cancelled. */
  readonly isCanceled: boolean;
  /** Some of its orders are not invoiced, and not over. */
  readonly isGoing: boolean;
}

export const intakeActs = [
  'hand-over',
  'hand-over-paid',
  'pay',
  'cancel',
  'nothing',
  /** It was fulfilled without us. */
  'elsewhere',
  /** The two sides contradict each other: for a person. */
  'raise',
] as const;
export type IntakeAct = (typeof intakeActs)[number];

/** What to do about it. Nothing is ever placed that was handled already there, and nothing that is cancelled here comes back by itself. */
export function intakeOf(status: string, known: KnownHere | null): IntakeAct {
  if (known === null) {
    if (pending.has(status)) return 'hand-over';
    if (paid.has(status)) return 'hand-over-paid';
    return beyond.has(status) ? 'elsewhere' : 'nothing';
  }
  if (leaving.has(status)) return known.isCanceled ? 'nothing' : 'cancel';
  if (pending.has(status)) return 'nothing';
  if (!paid.has(status) && !beyond.has(status)) return 'nothing';
  if (known.isCanceled || known.payment === 'denied') return 'raise';
  if (known.payment === 'pending') return 'pay';
  return status === 'invoiced' && known.isGoing ? 'raise' : 'nothing';
}

/** Milliseconds in which news of what was done here may reach the backend before the difference is raised. */
export const tellTime = 3_600_000;

/** What a person reads of an order that contradicts the backend's. @param status as the backend holds it */
export function differenceOf(status: string, known: Pick<KnownHere, 'isCanceled' | 'isGoing'>): string {
  if (known.isCanceled)
    return `The backend holds this order as ${status}, and here it is cancelled. Decide which is right.`;
  return known.isGoing
    ? `The backend holds this order as ${status}, and here a seller has not invoiced its part. Ask the seller, or correct the backend.`
    : `The backend holds this order as ${status}, and here every seller has invoiced its part. Bring it up to date there.`;
}

/** What the list of orders can be asked for at once: 30 pages of 100. */
export const listLimit = { pages: 30, perPage: 100 };
/** How far back the list goes. Milliseconds. */
export const listReach = 2 * 365 * 86_400_000;
/** An order is in the list some four minutes after it was made; so much of the past is looked at again. Milliseconds. */
export const indexLag = 15 * 60_000;

export interface Span {
  /** Milliseconds since the epoch, both included. */
  readonly from: number;
  readonly until: number;
}

/**
 * What a sweep has to look at: from what was not looked at yet, less the time that the index lags, or from the oldest order that is still open;
 * never before the list's reach.
 */
export function sweepSpan(now: number, sweptUntil: number, oldestOpen: number | null): Span {
  const from = Math.min(sweptUntil - indexLag, oldestOpen ?? Number.POSITIVE_INFINITY);
  return { from: Math.max(from, now - listReach), until: now };
}

/** The two halves of a span that has more orders than the list gives; null: it is one millisecond, and cannot be halved. */
export function halves({ from, until }: Span): readonly [Span, Span] | null {
  if (until <= from) return null;
  const middle = from + Math.floor((until - from) / 2);
  return [
    { from, until: middle },
    { from: middle + 1, until },
  ];
}
