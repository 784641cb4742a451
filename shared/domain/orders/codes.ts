/**
 * The error codes of sellers on the platform (reference 2.8): which event each is for the order, whether trying again by
 * itself makes sense, and what a person does about it. Explanations are the screen's, by the code.
 */
import type { EventType } from './flow.ts';

export const nextActions = [
  'none',
  'wait', // it is tried again by itself
  'decide-divergence', // accept the seller's price, or cancel
  'ask-seller',
  'change-seller',
  'correct-order', // the order itself is at fault: a person corrects or cancels
  'correct-setting', // the seller's face, affiliate or key in Bindery
  'reconcile', // the two sides are compared and one repaired
] as const;
export type NextAction = (typeof nextActions)[number];

export interface CodeMeaning {
  /** What the order is told. Null: nothing yet, the outcome is still open. */
  readonly event: EventType | null;
  /** Tried again by itself, with growing pauses. */
  readonly retry: boolean;
  readonly next: NextAction;
}

const good = (event: EventType | null): CodeMeaning => ({ event, retry: false, next: 'none' });
const later = (event: EventType | null): CodeMeaning => ({ event, retry: true, next: 'wait' });
const refused = (next: NextAction): CodeMeaning => ({ event: 'placement-refused', retry: false, next });

export const codes = {
  SOI001: good('placed'),
  SOI002: good('authorised'),
  SOI003: good('placement-enqueued'),
  EOI000: later(null),
  EOI001: later(null),
  EOI002: refused('change-seller'),
  EOI003: refused('decide-divergence'),
  EOI004: refused('correct-order'),
  EOI005: refused('correct-order'),
  EOI006: later(null),
  EOI007: good('placed'),
  EOI008: later('authorisation-held'),
  EOI009: { event: 'authorisation-refused', retry: false, next: 'reconcile' },
  EOI010: later(null),
  EOI011: later('placement-held'),
  FMT001: refused('correct-order'),
  FMT002: refused('change-seller'),
  FMT003: refused('change-seller'),
  FMT004: refused('change-seller'),
  FMT005: refused('change-seller'),
  FMT006: refused('decide-divergence'),
  FMT007: refused('decide-divergence'),
  FMT008: { event: 'cancellation-refused', retry: false, next: 'ask-seller' },
  FMT009: good('placed'),
  FMT010: refused('change-seller'),
  FMT011: refused('correct-order'),
  FMT012: refused('correct-order'),
  FMT014: refused('change-seller'),
  FMT015: refused('correct-order'),
  FMT016: refused('change-seller'),
  FMT017: refused('correct-order'),
  FMT0021: refused('correct-setting'),
  FMT0022: { event: 'authorisation-refused', retry: false, next: 'reconcile' },
  FMT0023: refused('correct-order'),
  FMT0024: later('authorisation-held'),
  FMT0025: refused('correct-order'),
  FMT0026: refused('correct-order'),
  FMT0038: refused('correct-order'),
  FMT0039: refused('correct-order'),
  FMT0040: refused('correct-setting'),
} as const satisfies Readonly<Record<string, CodeMeaning>>;
export type SellerCode = keyof typeof codes;

/** The code as it is listed, whatever zeros and letters the seller put (`fmt7`, `FMT007`, `FMT038`). Null: not one of the list. */
export function sellerCodeOf(text: string | null | undefined): SellerCode | null {
  const match = /\b(SOI|EOI|FMT)[-_ ]?0*(\d{1,3})\b/i.exec(text ?? '');
  if (match === null) return null;
  const family = (match[1] ?? '').toUpperCase();
  const number = Number(match[2]);
  // the reference writes those from 21 on with four digits
  const name = `${family}${String(number).padStart(family === 'FMT' && number >= 21 ? 4 : 3, '0')}`;
  return Object.hasOwn(codes, name) ? (name as SellerCode) : null; // asked of the list itself
}

/** What a code means for an order. */
export function meaningOf(code: SellerCode): CodeMeaning {
  return codes[code];
}
